/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session/shoal-session-private.h"

#include "support/support-session.h"

/* For how long a visitor is proof that others reach us. */

#define TURN_USEC (100 * 1000)

static void
visit (SupportSession *self, const char *from)
{
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse_ip (&address, from));
  shoal_session_mapping_note_visitor (self->session, &address);
}

static gboolean
is_reached (SupportSession *self, guint place)
{
  return shoal_session_mapping_get_reach (self->session).incoming_times[place] != 0;
}

static SupportSession *
start (void)
{
  SupportSession *self = support_session_new ();

  support_session_start (self);
  while (!self->is_loaded)
    support_session_turn (self, TURN_USEC);
  return self;
}

static void
test_families (void)
{
  g_autoptr (SupportSession) self = start ();

  visit (self, "192.168.1.1");
  visit (self, "fd00::1");
  g_assert_false (is_reached (self, 0) || is_reached (self, 1));
  visit (self, "2a00::1");
  g_assert_true (!is_reached (self, 0) && is_reached (self, 1));
  visit (self, "8.8.8.8");
  g_assert_true (is_reached (self, 0) && is_reached (self, 1));
  support_session_stop (self);
}

static void
test_long_ago (void)
{
  g_autoptr (SupportSession) self = start ();

  visit (self, "8.8.8.8");
  self->session->reach.incoming_times[0] -= 3599 - 10;
  g_assert_true (is_reached (self, 0));
  self->session->reach.incoming_times[0] -= 20;
  g_assert_false (is_reached (self, 0));
  visit (self, "8.8.8.8");
  g_assert_true (is_reached (self, 0));
  support_session_stop (self);
}

static void
test_other_port (void)
{
  g_autoptr (SupportSession) self = start ();

  visit (self, "8.8.8.8");
  shoal_session_mapping_review (self->session);
  g_assert_true (is_reached (self, 0));
  self->session->visited_port++; /* as if it had been another */
  shoal_session_mapping_review (self->session);
  g_assert_false (is_reached (self, 0));
  support_session_stop (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/reach/families", test_families);
  g_test_add_func ("/session/reach/long-ago", test_long_ago);
  g_test_add_func ("/session/reach/other-port", test_other_port);
  return g_test_run ();
}

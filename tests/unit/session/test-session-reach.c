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

static void
take (SupportSession *self, ShoalMappingState state, guint16 port)
{
  ShoalMapping mappings[2] = { { .state = state }, { .state = SHOAL_MAPPING_NONE } };

  if (port != 0)
    g_assert_true (shoal_base_address_parse_ip (&mappings[0].external, "9.9.9.9"));
  mappings[0].external.port = port;
  shoal_session_mapping_take (self->session, mappings);
}

/* Behind another router nobody has come yet; the same one again is no other. */
static void
test_other_router (void)
{
  g_autoptr (SupportSession) self = start ();

  take (self, SHOAL_MAPPING_SEARCHING, 0);
  visit (self, "8.8.8.8");
  visit (self, "2a00::1");
  take (self, SHOAL_MAPPING_DONE, 7000);
  g_assert_true (is_reached (self, 0));
  take (self, SHOAL_MAPPING_DONE, 7000);
  g_assert_true (is_reached (self, 0));
  take (self, SHOAL_MAPPING_REFUSED, 0);
  g_assert_true (!is_reached (self, 0) && is_reached (self, 1));
  support_session_stop (self);
}

static guint16
get_public_port (SupportSession *self)
{
  return shoal_net_endpoint_get_public_port (g_ptr_array_index (self->session->endpoints, 0));
}

/* Trackers are not told that a port is gone, and then that it is back. */
static void
test_asked_anew (void)
{
  g_autoptr (SupportSession) self = start ();
  guint16 own;

  g_assert_cmpuint (self->session->endpoints->len, >, 0);
  own = get_public_port (self);
  g_assert_cmpuint (own, !=, 7000);
  take (self, SHOAL_MAPPING_SEARCHING, 0);
  g_assert_cmpuint (get_public_port (self), ==, own);
  take (self, SHOAL_MAPPING_DONE, 7000);
  g_assert_cmpuint (get_public_port (self), ==, 7000);
  take (self, SHOAL_MAPPING_SEARCHING, 0);
  g_assert_cmpuint (get_public_port (self), ==, 7000);
  take (self, SHOAL_MAPPING_DONE, 7000);
  g_assert_cmpuint (get_public_port (self), ==, 7000);
  take (self, SHOAL_MAPPING_NONE, 0);
  g_assert_cmpuint (get_public_port (self), ==, own);
  support_session_stop (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/reach/families", test_families);
  g_test_add_func ("/session/reach/long-ago", test_long_ago);
  g_test_add_func ("/session/reach/other-port", test_other_port);
  g_test_add_func ("/session/reach/other-router", test_other_router);
  g_test_add_func ("/session/reach/asked-anew", test_asked_anew);
  return g_test_run ();
}

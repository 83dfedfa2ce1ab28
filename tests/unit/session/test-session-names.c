/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session/shoal-session-private.h"

#include "fake-resolver.h"
#include "support/support-session.h"

/* Peers that a link names by host name: how many are asked for, and at a time. */

#define TURN_USEC (100 * 1000)
#define N_NAMES   60

static FakeResolver *resolver; /* the process's; what it was asked is counted through all tests */

/* Resolved or not, all that the link names are in it twice. */
static char *
dup_link (const char *prefix)
{
  GString *link = g_string_new ("magnet:?xt=urn:btih:0123456789012345678901234567890123456789");
  guint    i;

  for (i = 0; i < N_NAMES; i++)
    g_string_append_printf (link, "&x.pe=%s%u.example:%u", prefix, i / 2, 7000 + i / 2);
  return g_string_free (link, FALSE);
}

static SupportSession *
start_with (const char *prefix)
{
  SupportSession *self = support_session_new ();
  ShoalCommand   *command = shoal_command_new (SHOAL_COMMAND_ADD, (ShoalTorrentId){ 0 });

  command->text = dup_link (prefix);
  command->add = shoal_add_options_new (self->files);
  support_session_start (self);
  while (!self->is_loaded)
    support_session_turn (self, TURN_USEC);
  shoal_session_command (self->session, command);
  return self;
}

static void
test_unanswered (void)
{
  g_autoptr (SupportSession) self = start_with ("silent");
  guint before = fake_resolver_get_n_asked (resolver), i;

  for (i = 0; i < N_NAMES; i++)
    {
      g_autofree char *name = g_strdup_printf ("silent%u.example", i);

      fake_resolver_set (resolver, name, NULL);
    }
  while (fake_resolver_get_n_asked (resolver) == before)
    support_session_turn (self, TURN_USEC);
  support_session_run (self, 5 * TURN_USEC);
  g_assert_cmpuint (fake_resolver_get_n_asked (resolver) - before, ==, 4);
  g_assert_cmpuint (self->session->questions_waiting.length, ==, 6);
  support_session_stop (self);
}

static void
test_answered (void)
{
  g_autoptr (SupportSession) self = start_with ("known");
  guint before = fake_resolver_get_n_asked (resolver), i;

  for (i = 0; i < N_NAMES; i++)
    {
      g_autofree char *name = g_strdup_printf ("known%u.example", i);

      fake_resolver_set (resolver, name, "192.0.2.1");
    }
  while (fake_resolver_get_n_asked (resolver) - before < 10)
    support_session_turn (self, TURN_USEC);
  support_session_run (self, 5 * TURN_USEC);
  g_assert_cmpuint (fake_resolver_get_n_asked (resolver) - before, ==, 10);
  g_assert_cmpuint (self->session->questions_waiting.length, ==, 0);
  g_assert_cmpuint (g_hash_table_size (self->session->questions), ==, 0);
  support_session_stop (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  resolver = fake_resolver_install ();
  g_test_add_func ("/session/names/unanswered", test_unanswered);
  g_test_add_func ("/session/names/answered", test_answered);
  return g_test_run ();
}

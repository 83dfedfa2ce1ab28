/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/shoal-cli-event.h"

static void
test_states (void)
{
  static const struct
  {
    ShoalTorrentState state;
    gint64            stalled_time;
    guint             copies_1000;
    gboolean          is_seed;
    const char       *name;
  } rows[] = {
    { SHOAL_TORRENT_STATE_CHECKING, 0, 0, FALSE, "checking" },
    { SHOAL_TORRENT_STATE_DOWNLOADING, 0, 0, FALSE, "downloading" },
    { SHOAL_TORRENT_STATE_DOWNLOADING, 1, 2500, FALSE, "downloading" },
    { SHOAL_TORRENT_STATE_DOWNLOADING, 1, 999, FALSE, "waiting" },
    { SHOAL_TORRENT_STATE_DOWNLOADING, 1, 0, TRUE, "seeding" },
    { SHOAL_TORRENT_STATE_SEEDING, 0, 0, FALSE, "seeding" },
    { SHOAL_TORRENT_STATE_FINISHED, 0, 0, FALSE, "seeding" },
    { SHOAL_TORRENT_STATE_WAITING, 0, 0, FALSE, "waiting" },
    { SHOAL_TORRENT_STATE_STOPPED, 0, 0, FALSE, "waiting" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ShoalTorrentInfo) info = shoal_torrent_info_new ();

      info->state = rows[i].state;
      info->stalled_time = rows[i].stalled_time;
      info->copies_1000 = rows[i].copies_1000;
      g_assert_cmpstr (shoal_cli_event_name_state (info, rows[i].is_seed), ==, rows[i].name);
    }
}

static const ShoalCliTopic topic = { "0123", "a \"b\".torrent" };

static void
print_progress (void)
{
  g_autoptr (ShoalTorrentInfo) info = shoal_torrent_info_new ();

  info->state = SHOAL_TORRENT_STATE_CHECKING;
  info->size = 100;
  info->checked_bytes = 70;
  info->wanted_bytes = 50;
  info->done_bytes = 20;
  info->eta_sec = -1;
  shoal_cli_event_print_progress (&topic, info, "checking", 9);
  info->state = SHOAL_TORRENT_STATE_DOWNLOADING;
  info->eta_sec = 3;
  info->n_peers = 4;
  info->n_seeds = 2;
  shoal_cli_event_print_progress (&topic, info, "downloading", 9);
}

static void
print_bad_piece (void)
{
  g_autoptr (ShoalEvent) event = shoal_event_new (SHOAL_EVENT_BAD_PIECE, (ShoalTorrentId){ 1 });
  ShoalBaseAddress address;

  shoal_cli_event_print_bad_piece (&topic, event);
  event->number = 7;
  event->peers = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  g_assert_true (shoal_base_address_parse (&address, "10.0.0.1:5"));
  g_array_append_val (event->peers, address);
  g_assert_true (shoal_base_address_parse (&address, "[fd00::1]:6"));
  g_array_append_val (event->peers, address);
  shoal_cli_event_print_bad_piece (&topic, event);
}

static void
print_peer (void)
{
  g_autoptr (ShoalEvent) event = shoal_event_new (SHOAL_EVENT_PEER_CLOSED, (ShoalTorrentId){ 1 });

  g_assert_true (shoal_base_address_parse (&event->address, "[fd00::1]:6"));
  event->text = g_strdup ("Cl\xffient");
  event->reason = "timeout";
  event->is_incoming = TRUE;
  shoal_cli_event_print_peer (&topic, event);
}

/* In a process of its own: it prints. */
static void
test_printed (void)
{
  if (g_test_subprocess ())
    {
      print_progress ();
      print_bad_piece ();
      print_peer ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
#define HEAD(event)                                                                                \
  "{\"event\":\"" event "\",\"time\":*,\"info_hash\":\"0123\",\"source\":\"a \\\"b\\\".torrent\","
  g_test_trap_assert_stdout ("*" HEAD (
      "progress") "\"done\":70,\"size\":100,\"down\":0,\"up\":0,\"uploaded\":9,\"peers\":0,"
                  "\"seeds\":0,\"eta\":null,\"state\":\"checking\"}\n*");
  g_test_trap_assert_stdout ("*" HEAD (
      "progress") "\"done\":20,\"size\":50,\"down\":0,\"up\":0,\"uploaded\":9,\"peers\":4,"
                  "\"seeds\":2,\"eta\":3,\"state\":\"downloading\"}\n*");
  g_test_trap_assert_stdout ("*" HEAD ("bad_piece") "\"piece\":0,\"peers\":[]}\n*");
  g_test_trap_assert_stdout (
      "*" HEAD ("bad_piece") "\"piece\":7,\"peers\":[\"10.0.0.1:5\",\"[fd00::1]:6\"]}\n*");
  g_test_trap_assert_stdout (
      "*" HEAD ("peer") "\"address\":\"[fd00::1]:6\",\"client\":\"Cl\xef\xbf\xbdient\","
                        "\"transport\":\"tcp\",\"encrypted\":false,\"direction\":\"in\","
                        "\"state\":\"closed\",\"reason\":\"timeout\"}\n*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/event/states", test_states);
  g_test_add_func ("/cli/event/printed", test_printed);
  return g_test_run ();
}

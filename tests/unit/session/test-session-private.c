/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session/shoal-session-private.h"

#include "base/shoal-base-bytes.h"
#include "codec-test-bencode.h"
#include "support/support-session.h"

/* Who hears of a torrent that is private, or turns out to be, or is not to be told of. */

#define TURN_USEC (100 * 1000)

static const ShoalTorrentId FIRST = { 1 };

static GBytes *
make_torrent (gboolean is_private)
{
  return expand_bencode (is_private ? "d<info>d<length>i16384e<name><secret><piece length>i16384e"
                                      "<pieces>@1<private>i1eee"
                                    : "d<info>d<length>i16384e<name><open><piece length>i16384e"
                                      "<pieces>@1ee");
}

static char *
dup_link (GBytes *torrent)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (torrent, NULL);
  const ShoalInfoHashes *hashes = shoal_codec_metainfo_get_hashes (metainfo);
  g_autofree char       *hex = shoal_base_hex_dup (hashes->v1.bytes, sizeof hashes->v1.bytes);

  return g_strconcat ("magnet:?xt=urn:btih:", hex, "&x.pe=127.0.0.1:9", NULL);
}

/* @link or @torrent is NULL. */
static void
add (SupportSession *self, const char *link, GBytes *torrent, gboolean is_paused)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_ADD, (ShoalTorrentId){ 0 });

  command->text = g_strdup (link);
  command->bytes = torrent != NULL ? g_bytes_ref (torrent) : NULL;
  command->add = shoal_add_options_new (self->files);
  command->add->is_paused = is_paused;
  shoal_session_command (self->session, command);
}

static ShoalSessionEntry *
get_entry (SupportSession *self)
{
  return shoal_session_find (self->session, FIRST);
}

static gboolean
is_magnet (SupportSession *self)
{
  return get_entry (self)->row.metainfo_kind == SHOAL_STORE_METAINFO_NONE;
}

static void
start (SupportSession *self)
{
  self->settings->use_dht = TRUE;
  g_ptr_array_add (self->settings->dht_nodes, g_strdup ("127.0.0.1:1"));
  support_session_start (self);
  while (!self->is_loaded)
    support_session_turn (self, TURN_USEC);
}

/* The DHT and the local network are told of a link as of any torrent, and of what it leads to if
 * that is not private. */
static void
run (gboolean is_private)
{
  g_autoptr (SupportSession) self = support_session_new ();
  g_autoptr (GBytes) torrent = make_torrent (is_private);
  g_autofree char *link = dup_link (torrent);

  start (self);
  add (self, link, NULL, FALSE);
  while (get_entry (self) == NULL || !get_entry (self)->dht.is_in)
    support_session_turn (self, TURN_USEC);
  g_assert_true (get_entry (self)->lsd.is_planned);
  g_assert_true (is_magnet (self));
  add (self, NULL, torrent, FALSE);
  while (is_magnet (self))
    support_session_turn (self, TURN_USEC);
  g_assert_cmpint (get_entry (self)->row.is_private, ==, is_private);
  g_assert_cmpint (get_entry (self)->dht.is_in, ==, !is_private);
  g_assert_cmpint (get_entry (self)->lsd.is_planned, ==, !is_private);
  support_session_run (self, 3 * TURN_USEC);
  g_assert_cmpint (get_entry (self)->dht.is_in, ==, !is_private);
  g_assert_cmpint (get_entry (self)->lsd.is_planned, ==, !is_private);
  /* As at the next start: of what is private only a tracker may name peers. */
  shoal_session_magnet_ask_peers (get_entry (self));
  g_assert_cmpuint (g_hash_table_size (self->session->questions), ==, is_private ? 0 : 1);
  support_session_stop (self);
}

static void
test_private (void)
{
  run (TRUE);
}

static void
test_public (void)
{
  run (FALSE);
}

/* One torrent may stay out of what all others take part in: nothing of it counts there, nor do
 * nodes that it names. */
static void
run_excepted (gboolean is_excepted)
{
  g_autoptr (SupportSession) self = support_session_new ();
  g_autoptr (GBytes) torrent = expand_bencode ("d<info>d<length>i16384e<name><open><piece length>"
                                               "i16384e<pieces>@1e<nodes>ll<127.0.0.1>i1eeee");
  ShoalSessionEntry *entry;
  ShoalCommand      *command = shoal_command_new (SHOAL_COMMAND_SET_PAUSED, FIRST);

  start (self);
  add (self, NULL, torrent, TRUE);
  while (get_entry (self) == NULL)
    support_session_turn (self, TURN_USEC);
  entry = get_entry (self);
  entry->row.options.no_dht = entry->row.options.no_lsd = !!is_excepted;
  shoal_session_command (self->session, command); /* it is not */
  while (!entry->is_announced || (!is_excepted && !entry->dht.is_in))
    support_session_turn (self, TURN_USEC);
  support_session_run (self, 2 * TURN_USEC);
  g_assert_cmpint (entry->dht.is_in, ==, !is_excepted);
  g_assert_cmpint (entry->lsd.is_planned, ==, !is_excepted);
  g_assert_cmpint (self->session->dht.dht != NULL, ==, !is_excepted);
  g_assert_null (self->session->dht.named); /* taken by the DHT, or not taken at all */
  support_session_stop (self);
}

static void
test_excepted (void)
{
  run_excepted (TRUE);
}

static void
test_not_excepted (void)
{
  run_excepted (FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/private/private", test_private);
  g_test_add_func ("/session/private/public", test_public);
  g_test_add_func ("/session/private/excepted", test_excepted);
  g_test_add_func ("/session/private/not-excepted", test_not_excepted);
  return g_test_run ();
}

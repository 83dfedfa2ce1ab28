/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-parts.h"

/* A peer for each letter of @text, its address made of it; a digit after it is its speed. */
static GPtrArray *
make_peers (const char *text)
{
  GPtrArray *peers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_peer_info_free);

  for (; *text != '\0'; text++)
    {
      ShoalPeerInfo *peer = g_new0 (ShoalPeerInfo, 1);
      const guint8   ip[4] = { 192, 0, 2, (guint8) *text };

      shoal_base_address_init_ipv4 (&peer->address, ip, 7);
      if (g_ascii_isdigit (text[1]))
        peer->down_bps = (guint64) (*++text - '0');
      g_ptr_array_add (peers, peer);
    }
  return peers;
}

static char *
dup_text (ShoalModelParts *parts)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (parts)); i++)
    {
      g_autoptr (ShoalModelPart) part = g_list_model_get_item (G_LIST_MODEL (parts), i);
      const ShoalPeerInfo *peer = shoal_model_part_get_value (part);

      g_string_append_printf (text, "%c%d", peer->address.ip[3], (int) peer->down_bps);
    }
  return g_strdup (text->str);
}

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, GString *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static void
assert_step (ShoalModelParts *parts,
             const char      *values,
             const char      *expected,
             const char      *expected_log,
             gboolean         expected_other)
{
  g_autoptr (GPtrArray) peers = make_peers (values);
  g_autoptr (GString) log = g_string_new (NULL);
  gulong   handler = g_signal_connect (parts, "items-changed", G_CALLBACK (changed_cb), log);
  gboolean is_other = shoal_model_parts_apply (parts, peers);
  g_autofree char *text = dup_text (parts);

  g_signal_handler_disconnect (parts, handler);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpstr (log->str, ==, expected_log);
  g_assert_cmpint (is_other, ==, expected_other);
}

static void
test_steps (void)
{
  g_autoptr (ShoalModelParts) parts = shoal_model_parts_new_for_peers ();

  assert_step (parts, "", "", "", FALSE);
  assert_step (parts, "a1b2c3", "a1b2c3", "0-0+3 ", TRUE);
  assert_step (parts, "a4b2c3", "a4b2c3", "", FALSE);
  assert_step (parts, "c1a4b2", "a4b2c1", "", TRUE);
  assert_step (parts, "d9c1a4b2e", "a4b2c1d9e0", "3-0+2 ", TRUE);
  assert_step (parts, "be", "b0e0", "2-2+0 0-1+0 ", TRUE);
  assert_step (parts, "bbe5b", "b0e5", "", TRUE);
  assert_step (parts, "x", "x0", "0-2+0 0-0+1 ", TRUE);
  assert_step (parts, "", "", "0-1+0 ", TRUE);
}

/* What stays keeps its object, whatever comes and goes around it. */
static void
test_identity (void)
{
  g_autoptr (ShoalModelParts) parts = shoal_model_parts_new_for_peers ();
  g_autoptr (GPtrArray) first = make_peers ("abc");
  g_autoptr (GPtrArray) second = make_peers ("xcb7");
  g_autoptr (ShoalModelPart) before = NULL;
  g_autoptr (ShoalModelPart) after = NULL;

  shoal_model_parts_apply (parts, first);
  before = g_list_model_get_item (G_LIST_MODEL (parts), 1);
  shoal_model_parts_apply (parts, second);
  after = g_list_model_get_item (G_LIST_MODEL (parts), 0);
  g_assert_true (before == after);
  g_assert_cmpuint (((const ShoalPeerInfo *) shoal_model_part_get_value (after))->down_bps, ==, 7);
  g_assert_cmpuint (shoal_model_part_get_index (after), ==, 2);

  /* A part that somebody holds outlives the list, with what it says. */
  g_clear_object (&parts);
  g_clear_pointer (&second, g_ptr_array_unref);
  g_assert_cmpuint (((const ShoalPeerInfo *) shoal_model_part_get_value (after))->down_bps, ==, 7);
}

static ShoalTrackerInfo *
make_tracker (const char *url, guint tier)
{
  ShoalTrackerInfo *tracker = g_new0 (ShoalTrackerInfo, 1);

  tracker->url = g_strdup (url);
  tracker->tier = tier;
  return tracker;
}

static void
test_trackers (void)
{
  g_autoptr (ShoalModelParts) parts = shoal_model_parts_new_for_trackers ();
  g_autoptr (GPtrArray) values =
      g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_tracker_info_free);

  g_ptr_array_add (values, make_tracker ("http://a", 0));
  g_ptr_array_add (values, make_tracker ("http://a", 1));
  g_ptr_array_add (values, make_tracker ("http://b", 0));
  g_ptr_array_add (values, make_tracker ("http://a", 1));
  g_assert_true (shoal_model_parts_apply (parts, values));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (parts)), ==, 3);
  g_assert_false (shoal_model_parts_apply (parts, values));
  g_assert_true (shoal_model_parts_apply (parts, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (parts)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/parts/steps", test_steps);
  g_test_add_func ("/model/parts/identity", test_identity);
  g_test_add_func ("/model/parts/trackers", test_trackers);
  return g_test_run ();
}

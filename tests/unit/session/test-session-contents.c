/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session/shoal-session-contents.h"

#include "codec-test-bencode.h"

static ShoalContents *
read_contents (const char *text)
{
  g_autoptr (GBytes) bytes = expand_bencode (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (bytes, &error);

  g_assert_no_error (error);
  return shoal_session_contents_new (metainfo);
}

static void
assert_strv (char *const *found, const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", (char **) found);

  g_assert_cmpstr (joined, ==, expected);
}

/* Everything that a torrent can say. */
static void
test_full (void)
{
  g_autoptr (ShoalContents) contents = read_contents (
      "d<announce><http://one/><announce-list>ll<http://one/><udp://two:1/>el<http://three/>ee"
      "<comment><a comment><created by><who><creation date>i1700000000e"
      "<info>d<files>l"
      "d<length>i20000e<path>l<a><b>ee"
      "d<attr><p><length>i12768e<path>l<.pad><12768>ee"
      "d<length>i5e<path>l<c>eee"
      "<name><folder><piece length>i16384e<pieces>@3<private>i1e<source><site>e"
      "<nodes>ll<node.example>i6881eel<2001:db8::1>i1eee"
      "<url-list>l<http://seed/a><http://seed/b>ee");
  const ShoalFileInfo *file;

  g_assert_cmpstr (contents->name, ==, "folder");
  g_assert_cmpstr (contents->comment, ==, "a comment");
  g_assert_cmpstr (contents->creator, ==, "who");
  g_assert_cmpstr (contents->source, ==, "site");
  g_assert_cmpint (contents->created_time, ==, 1700000000);
  g_assert_cmpuint (contents->size, ==, 20005); /* without padding */
  g_assert_cmpuint (contents->piece_length, ==, 16384);
  g_assert_cmpuint (contents->n_pieces, ==, 3);
  g_assert_true (contents->hashes.has_v1);
  g_assert_true (contents->is_private);
  g_assert_true (contents->is_multi_file);
  g_assert_false (contents->is_v2_only);
  g_assert_cmpuint (contents->known_as.value, ==, 0);
  g_assert_cmpuint (contents->tiers->len, ==, 2);
  assert_strv (g_ptr_array_index (contents->tiers, 0), "http://one/ udp://two:1/");
  assert_strv (g_ptr_array_index (contents->tiers, 1), "http://three/");
  assert_strv (contents->web_seeds, "http://seed/a/ http://seed/b/");
  assert_strv (contents->nodes, "node.example:6881 [2001:db8::1]:1");
  g_assert_cmpuint (contents->files->len, ==, 3);
  file = g_ptr_array_index (contents->files, 0);
  g_assert_cmpstr (file->path, ==, "folder/a/b");
  g_assert_cmpuint (file->size, ==, 20000);
  g_assert_cmpuint (file->priority, ==, SHOAL_FILE_PRIORITY_NORMAL);
  g_assert_false (file->is_pad);
  file = g_ptr_array_index (contents->files, 1);
  g_assert_true (file->is_pad);
  g_assert_cmpuint (file->size, ==, 12768);
}

/* What it does not say is not there, rather than empty text. */
static void
test_bare (void)
{
  g_autoptr (ShoalContents) contents =
      read_contents ("d<info>d<length>i40000e<name><file.bin><piece length>i16384e<pieces>@3ee");

  g_assert_cmpstr (contents->name, ==, "file.bin");
  g_assert_null (contents->comment);
  g_assert_null (contents->creator);
  g_assert_null (contents->source);
  g_assert_cmpint (contents->created_time, ==, 0);
  g_assert_cmpuint (contents->size, ==, 40000);
  g_assert_false (contents->is_multi_file);
  g_assert_false (contents->is_private);
  g_assert_cmpuint (contents->tiers->len, ==, 0);
  assert_strv (contents->web_seeds, "");
  assert_strv (contents->nodes, "");
  g_assert_cmpuint (contents->files->len, ==, 1);
}

/* One tracker without a list is a tier of its own. */
static void
test_one_tracker (void)
{
  g_autoptr (ShoalContents) contents = read_contents (
      "d<announce><http://one/><info>d<length>i1e<name><n><piece length>i16384e<pieces>@1ee");

  g_assert_cmpuint (contents->tiers->len, ==, 1);
  assert_strv (g_ptr_array_index (contents->tiers, 0), "http://one/");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/contents/full", test_full);
  g_test_add_func ("/session/contents/bare", test_bare);
  g_test_add_func ("/session/contents/one-tracker", test_one_tracker);
  return g_test_run ();
}

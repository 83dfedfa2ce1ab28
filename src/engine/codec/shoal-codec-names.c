/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-names.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/shoal-base-ids.h"
#include "base/shoal-base-random.h"

/* A component that is too long keeps this much, which leaves room for ".500". */
#define CUT_LEN 250

/* Bytes of an extension, with its dot, that are worth keeping. */
#define MAX_EXTENSION 10

/* Names tried for all files that clash. Each takes up counting where the one before it ended, so
 * only names made for the purpose need more than one try or two. */
#define MAX_TRIES (10 * SHOAL_CODEC_NAMES_MAX_CLASHES)

/* Combining marks on one letter; the Stream-Safe Text Format allows 30. */
#define MAX_MARKS 30

/* Bytes of U+200C and U+200D. */
#define JOINER_LEN 3

#define PARTS_SUFFIX ".shoal-parts"

/* A place in the tree of folded names, known by the digest of its parent's number and its name. The
 * digest is keyed, so that nobody can make names that share a slot of the table. */
typedef struct
{
  ShoalSha1 digest; /* first: the key of the table */
  guint32   number;
  guint     n_names; /* tried for files that clash with this */
} Node;

struct _ShoalCodecNames
{
  GHashTable *nodes;        /* owned, a set of Node */
  GString    *digest_input; /* owned; begins with the secret key */
  GString    *folder; /* owned: the folder seen last, with its number: files come in folders */
  guint32     folder_number;
  guint       n_clashes;
  guint       n_tries;
};

#define KEY_LEN 16

/* Removed: they would show a name as something else. */
static gboolean
is_invisible (gunichar c)
{
  return c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static gboolean
is_replaced (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == '/' || c == '\\' || c == 0x2028 ||
         c == 0x2029;
}

/* Writing needs these between two characters: they say whether their shapes join. */
static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

/* What is its own safe name. */
static gboolean
is_plain (guint8 c)
{
  return c >= 0x20 && c < 0x7f && c != '/' && c != '\\';
}

static gboolean
is_visible (gunichar c)
{
  return c != (gunichar) -1 && c != (gunichar) -2 && !is_replaced (c) && !is_invisible (c) &&
         !g_unichar_isspace (c);
}

/* Whether what @out has from @start on, and what follows at @data, are characters to be joined. A
 * dot joins nothing, so that nothing looks like "..". */
static gboolean
is_between_visible (const GString *out, gsize start, const guint8 *data, gsize len)
{
  const char *end = out->str + out->len;

  return out->len > start && len > 0 && end[-1] != '.' &&
         is_visible (g_utf8_get_char (g_utf8_prev_char (end))) &&
         is_visible (g_utf8_get_char_validated ((const char *) data, (gssize) len));
}

/* Appends the plain characters at @data, or the one that is not, cleaned, of a component that
 * begins at @start of @out; returns how many bytes it took. */
static gsize
append_characters (GString *out, gsize start, const guint8 *data, gsize len)
{
  gunichar c = data[0];
  gsize    n = 0;

  while (n < len && is_plain (data[n]))
    n++;
  if (n > 0)
    {
      g_string_append_len (out, (const char *) data, (gssize) n);
      return n;
    }
  n = 1;
  if (c >= 0x80)
    {
      c = g_utf8_get_char_validated ((const char *) data, (gssize) len);
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_c (out, '_');
          while (n < len && (data[n] & 0xc0) == 0x80)
            n++;
          return n;
        }
      n = (gsize) g_unichar_to_utf8 (c, NULL);
    }
  if (is_replaced (c))
    g_string_append_c (out, '_');
  else if (!is_invisible (c) ||
           (is_joiner (c) && is_between_visible (out, start, data + n, len - n)))
    g_string_append_len (out, (const char *) data, (gssize) n);
  return n;
}

/* Where the extension of @name begins, with its dot; @len if it has none. */
static gsize
find_extension (const char *name, gsize len)
{
  gsize at;

  for (at = len; at > 1 && len - at < MAX_EXTENSION; at--)
    if (name[at - 1] == '.')
      return at - 1;
  return len;
}

/* Takes out of @out from @start on what makes the component longer than @max bytes, before its
 * extension and between characters. */
static void
cut_component (GString *out, gsize start, gsize max)
{
  const char *name = out->str + start;
  gsize       len = out->len - start;
  gsize       extension = find_extension (name, len);
  gsize       end = MIN (extension, max - MIN (max, len - extension));

  while (end > 0 && ((guint8) name[end] & 0xc0) == 0x80)
    end--;
  while (end >= JOINER_LEN && end < extension &&
         is_joiner (g_utf8_get_char (name + end - JOINER_LEN)))
    end -= JOINER_LEN;
  g_string_erase (out, (gssize) (start + end), (gssize) (extension - end));
}

gboolean
shoal_codec_names_append_component (GString *out, const guint8 *data, gsize len)
{
  gsize       start = out->len;
  const char *name;
  gsize       at;

  for (at = 0; at < len;)
    at += append_characters (out, start, data + at, len - at);
  if (out->len - start > SHOAL_CODEC_NAMES_MAX_COMPONENT)
    cut_component (out, start, CUT_LEN);
  name = out->str + start;
  if (name[0] != '\0' && strcmp (name, ".") != 0 && strcmp (name, "..") != 0)
    return TRUE;
  g_string_truncate (out, start);
  return FALSE;
}

gboolean
shoal_codec_names_append_top (GString *out, const guint8 *data, gsize len)
{
  gsize suffix_len = strlen (PARTS_SUFFIX);
  gsize start = out->len;

  if (!shoal_codec_names_append_component (out, data, len))
    return FALSE;
  if (out->len - start >= suffix_len &&
      g_ascii_strcasecmp (out->str + out->len - suffix_len, PARTS_SUFFIX) == 0)
    out->str[out->len - 1] = '_';
  return TRUE;
}

ShoalCodecNames *
shoal_codec_names_new (void)
{
  ShoalCodecNames *self = g_new0 (ShoalCodecNames, 1);
  char             key[KEY_LEN];

  shoal_base_random_secure (key, sizeof key);
  self->nodes = g_hash_table_new_full (shoal_sha1_hash, shoal_sha1_equal_key, g_free, NULL);
  self->digest_input = g_string_new_len (key, sizeof key);
  self->folder = g_string_new (NULL);
  return self;
}

void
shoal_codec_names_free (ShoalCodecNames *self)
{
  g_hash_table_unref (self->nodes);
  g_string_free (self->digest_input, TRUE);
  g_string_free (self->folder, TRUE);
  g_free (self);
}

/* Whether marks follow each other in @name as in no writing. Sorting them takes the square of their
 * number, which a torrent of many such names would be made for. */
static gboolean
has_mark_heap (const char *name, gsize len)
{
  const char *end = name + len;
  guint       run = 0;

  for (; name < end && run <= MAX_MARKS; name += g_utf8_skip[(guint8) *name])
    run = g_unichar_combining_class (g_utf8_get_char (name)) != 0 ? run + 1 : 0;
  return run > MAX_MARKS;
}

/* Appends @name so that names which some file system takes for one are the same bytes. */
static void
append_folded (GString *out, const char *name, gsize len)
{
  g_autofree char *decomposed = NULL;
  g_autofree char *folded = NULL;
  gsize            start = out->len;
  const char      *p;
  gsize            i;

  g_string_append_len (out, name, (gssize) len);
  for (i = 0; i < len && (guint8) name[i] < 0x80; i++)
    out->str[start + i] = g_ascii_tolower (name[i]);
  if (i == len)
    return;
  g_string_truncate (out, start);
  if (has_mark_heap (name, len))
    decomposed = g_strndup (name, len);
  else
    decomposed = g_utf8_normalize (name, (gssize) len, G_NORMALIZE_DEFAULT);
  folded = g_utf8_casefold (decomposed, -1);
  for (p = folded; *p != '\0'; p += g_utf8_skip[(guint8) *p])
    if (!is_joiner (g_utf8_get_char (p)))
      g_string_append_unichar (out, g_utf8_get_char (p));
}

static ShoalSha1
get_digest (ShoalCodecNames *self, guint32 parent, const char *name, gsize len)
{
  ShoalSha1 digest;

  g_string_truncate (self->digest_input, KEY_LEN);
  g_string_append_len (self->digest_input, (const char *) &parent, sizeof parent);
  append_folded (self->digest_input, name, len);
  gnutls_hash_fast (
      GNUTLS_DIG_SHA1, self->digest_input->str, self->digest_input->len, digest.bytes);
  return digest;
}

static Node *
find_node (ShoalCodecNames *self, const ShoalSha1 *digest)
{
  return g_hash_table_lookup (self->nodes, digest);
}

static Node *
add_node (ShoalCodecNames *self, const ShoalSha1 *digest)
{
  Node *node = g_new0 (Node, 1);

  node->digest = *digest;
  node->number = g_hash_table_size (self->nodes) + 1;
  g_hash_table_add (self->nodes, node);
  return node;
}

/* The number of the folder of @path, whose last component begins at @leaf; adds what is missing. */
static guint32
add_folder (ShoalCodecNames *self, const char *path, gsize leaf)
{
  guint32 number = 0;
  gsize   start;
  gsize   at;

  if (self->folder->len == leaf && memcmp (self->folder->str, path, leaf) == 0)
    return self->folder_number;
  for (at = start = 0; at < leaf; at++)
    if (path[at] == '/')
      {
        ShoalSha1 digest = get_digest (self, number, path + start, at - start);
        Node     *node = find_node (self, &digest);

        if (node == NULL)
          node = add_node (self, &digest);
        number = node->number;
        start = at + 1;
      }
  g_string_truncate (self->folder, 0);
  g_string_append_len (self->folder, path, (gssize) leaf);
  self->folder_number = number;
  return number;
}

static gsize
find_leaf (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash == NULL ? 0 : (gsize) (slash - path) + 1;
}

void
shoal_codec_names_add_folders (ShoalCodecNames *self, const char *path)
{
  add_folder (self, path, find_leaf (path));
}

/* Makes "name.ext" of @path from @leaf on "name.@number.ext". */
static void
set_number (GString *path, gsize leaf, const char *name, guint number)
{
  char  text[16];
  int   len = g_snprintf (text, sizeof text, ".%u", number);
  gsize extension;

  g_string_truncate (path, leaf);
  g_string_append (path, name);
  if (path->len - leaf + (gsize) len > SHOAL_CODEC_NAMES_MAX_COMPONENT)
    cut_component (path, leaf, SHOAL_CODEC_NAMES_MAX_COMPONENT - (gsize) len);
  extension = leaf + find_extension (path->str + leaf, path->len - leaf);
  g_string_insert (path, (gssize) extension, text);
}

/* Renames @path until nothing else has its name, whose digest is then @digest; FALSE if that takes
 * too many tries. */
static gboolean
find_free_name (ShoalCodecNames *self, GString *path, gsize leaf, Node *taken, ShoalSha1 *digest)
{
  g_autofree char *name = g_strdup (path->str + leaf);
  guint32          folder = self->folder_number;

  while (++self->n_tries <= MAX_TRIES)
    {
      set_number (path, leaf, name, ++taken->n_names);
      *digest = get_digest (self, folder, path->str + leaf, path->len - leaf);
      if (find_node (self, digest) == NULL)
        return TRUE;
    }
  return FALSE;
}

ShoalCodecNamesResult
shoal_codec_names_add_file (ShoalCodecNames *self, GString *path)
{
  gsize     leaf = find_leaf (path->str);
  guint32   folder = add_folder (self, path->str, leaf);
  ShoalSha1 digest = get_digest (self, folder, path->str + leaf, path->len - leaf);
  Node     *taken = find_node (self, &digest);

  if (taken != NULL && (++self->n_clashes > SHOAL_CODEC_NAMES_MAX_CLASHES ||
                        !find_free_name (self, path, leaf, taken, &digest)))
    return SHOAL_CODEC_NAMES_REFUSED;
  add_node (self, &digest);
  return taken == NULL ? SHOAL_CODEC_NAMES_KEPT : SHOAL_CODEC_NAMES_RENAMED;
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-lsd.h"

#include <string.h>

#include "base/shoal-base-bytes.h"

#define FIRST_LINE "BT-SEARCH * HTTP/1.1"

/* Of hex digits. */
#define HASH_SIZE 40

/* A part of the input. */
typedef struct
{
  const char *data;
  gsize       len;
} Text;

/* Takes the next line off @rest, without what ends it. */
static Text
take_line (Text *rest)
{
  const char *end = rest->len > 0 ? memchr (rest->data, '\n', rest->len) : NULL;
  gsize       taken = end != NULL ? (gsize) (end - rest->data) + 1 : rest->len;
  Text        line = { rest->data, end != NULL ? taken - 1 : taken };

  if (line.len > 0 && line.data[line.len - 1] == '\r')
    line.len--;
  rest->data += taken;
  rest->len -= taken;
  return line;
}

static Text
strip (Text text)
{
  while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
    {
      text.data++;
      text.len--;
    }
  while (text.len > 0 && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t'))
    text.len--;
  return text;
}

/* Whether @line is the header @name; its value then. */
static gboolean
is_header (Text line, const char *name, Text *value)
{
  gsize len = strlen (name);

  if (line.len <= len || line.data[len] != ':' || g_ascii_strncasecmp (line.data, name, len) != 0)
    return FALSE;
  *value = strip ((Text){ line.data + len + 1, line.len - len - 1 });
  return TRUE;
}

/* 0: it is none. */
static guint16
read_port (Text text)
{
  guint port = 0;
  gsize i;

  if (text.len == 0 || text.len > 5)
    return 0;
  for (i = 0; i < text.len; i++)
    {
      if (!g_ascii_isdigit (text.data[i]))
        return 0;
      port = port * 10 + (guint) (text.data[i] - '0');
    }
  return port <= G_MAXUINT16 ? (guint16) port : 0;
}

static void
add_key (ShoalCodecLsd *self, Text text)
{
  char hex[HASH_SIZE + 1];

  if (text.len != HASH_SIZE || self->n_keys == SHOAL_CODEC_LSD_MAX_READ)
    return;
  memcpy (hex, text.data, HASH_SIZE);
  hex[HASH_SIZE] = '\0';
  if (shoal_base_hex_decode (
          hex, self->keys[self->n_keys].bytes, sizeof self->keys[self->n_keys].bytes))
    self->n_keys++;
}

static void
take_header (ShoalCodecLsd *self, Text line)
{
  Text value;

  if (is_header (line, "Port", &value))
    self->port = read_port (value);
  else if (is_header (line, "Infohash", &value))
    add_key (self, value);
  else if (is_header (line, "cookie", &value))
    {
      gsize len = MIN (value.len, sizeof self->cookie - 1);

      memcpy (self->cookie, value.data, len);
      self->cookie[len] = '\0';
    }
}

gboolean
shoal_codec_lsd_parse (ShoalCodecLsd *self, const guint8 *data, gsize len)
{
  Text rest = { (const char *) data, len };
  Text line = take_line (&rest);

  memset (self, 0, sizeof *self);
  if (line.len != strlen (FIRST_LINE) || memcmp (line.data, FIRST_LINE, line.len) != 0)
    return FALSE;
  while (rest.len > 0)
    {
      line = take_line (&rest);
      if (line.len == 0) /* the end of the headers */
        break;
      take_header (self, line);
    }
  return self->port != 0 && self->n_keys > 0;
}

gsize
shoal_codec_lsd_write (const ShoalCodecLsd *self,
                       const char          *host,
                       guint8               out[SHOAL_CODEC_LSD_MAX_SIZE])
{
  g_autoptr (GString) text = g_string_sized_new (SHOAL_CODEC_LSD_MAX_SIZE);
  guint i;

  g_assert (self->n_keys <= SHOAL_CODEC_LSD_MAX_WRITTEN && strlen (host) <= 48);
  g_string_append_printf (text, FIRST_LINE "\r\nHost: %s\r\nPort: %u\r\n", host, self->port);
  for (i = 0; i < self->n_keys; i++)
    {
      char hex[HASH_SIZE + 1];

      shoal_base_hex_encode (self->keys[i].bytes, sizeof self->keys[i].bytes, hex);
      g_string_append_printf (text, "Infohash: %s\r\n", hex);
    }
  if (self->cookie[0] != '\0')
    g_string_append_printf (text, "cookie: %s\r\n", self->cookie);
  g_string_append (text, "\r\n\r\n");
  memcpy (out, text->str, text->len);
  return text->len;
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-client.h"

#include <string.h>

/* The two letters between the dashes: BEP 20's list without what died long ago, and what has been
 * seen since. */
static const struct
{
  char        code[3];
  const char *name;
} CLIENTS[] = {
  { "AR", "Arctic" },
  { "AX", "BitPump" },
  { "AZ", "Vuze" },
  { "BC", "BitComet" },
  { "BE", "BitTorrent SDK" },
  { "BF", "Bitflu" },
  { "BI", "BiglyBT" },
  { "BR", "BitRocket" },
  { "BT", "BitTorrent" },
  { "CD", "Enhanced CTorrent" },
  { "CT", "CTorrent" },
  { "DE", "Deluge" },
  { "DP", "Propagate" },
  { "ES", "Electric Sheep" },
  { "FD", "Free Download Manager" },
  { "FL", "Flud" },
  { "FT", "FoxTorrent" },
  { "FW", "FrostWire" },
  { "FX", "Freebox BitTorrent" },
  { "G3", "G3 Torrent" },
  { "GT", "anacrolix/torrent" },
  { "HL", "Halite" },
  { "KG", "KGet" },
  { "KT", "KTorrent" },
  { "LH", "LH-ABC" },
  { "LP", "Lphant" },
  { "LT", "libtorrent" },
  { "LW", "LimeWire" },
  { "MG", "MediaGet" },
  { "MO", "MonoTorrent" },
  { "MR", "Miro" },
  { "NX", "Net Transport" },
  { "PI", "PicoTorrent" },
  { "QD", "QQDownload" },
  { "RS", "Rufus" },
  { "RT", "Retriever" },
  { "SB", "Swiftbit" },
  { "SD", "Xunlei" },
  { "SH", "Shoal" },
  { "SP", "BitSpirit" },
  { "SZ", "Shareaza" },
  { "TL", "Tribler" },
  { "TN", "Torrent.NET" },
  { "TR", "Transmission" },
  { "TT", "TuoTu" },
  { "UE", "µTorrent Embedded" },
  { "UM", "µTorrent Mac" },
  { "UT", "µTorrent" },
  { "UW", "µTorrent Web" },
  { "VG", "Vagaa" },
  { "WD", "WebTorrent Desktop" },
  { "WT", "BitLet" },
  { "WW", "WebTorrent" },
  { "XF", "Xfplay" },
  { "XL", "Xunlei" },
  { "XT", "XanTorrent" },
  { "XX", "Xtorrent" },
  { "ZT", "ZipTorrent" },
  { "lt", "rTorrent" },
  { "qB", "qBittorrent" },
  { "rQ", "rqbit" },
  { "st", "SharkTorrent" },
};

/* The start of those that write "M7-9-2--": letters, then numbers between dashes. */
static const struct
{
  const char *start;
  const char *name;
} DASHED[] = {
  { "A2-", "aria2" },
  { "M", "BitTorrent" },
  { "Q", "Queen Bee" },
};

static const char *
find_name (const guint8 *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (CLIENTS); i++)
    if (memcmp (CLIENTS[i].code, code, 2) == 0)
      return CLIENTS[i].name;
  return NULL;
}

/* A digit of a version: 0–9, then A–Z for 10 to 35; −1: none. */
static int
get_digit (guint8 c)
{
  if (g_ascii_isdigit (c))
    return c - '0';
  return g_ascii_isupper (c) ? c - 'A' + 10 : -1;
}

/* "-XX1230-": "1.2.3"; the fourth figure is shown if it says anything. */
static gboolean
describe_azureus (const guint8 *id, char out[SHOAL_WIRE_CLIENT_SIZE])
{
  const char *name;
  int         major = get_digit (id[3]);
  int         minor = get_digit (id[4]);
  int         micro = get_digit (id[5]);

  if (id[0] != '-' || id[7] != '-')
    return FALSE;
  name = find_name (id + 1);
  if (name == NULL)
    return FALSE;
  if (major < 0 || minor < 0)
    g_snprintf (out, SHOAL_WIRE_CLIENT_SIZE, "%s", name);
  else if (strcmp (name, "Transmission") == 0 && major < 3 && micro >= 0)
    g_snprintf (out, SHOAL_WIRE_CLIENT_SIZE, "%s %d.%d%d", name, major, minor, micro);
  else if (micro < 0)
    g_snprintf (out, SHOAL_WIRE_CLIENT_SIZE, "%s %d.%d", name, major, minor);
  else if (get_digit (id[6]) <= 0)
    g_snprintf (out, SHOAL_WIRE_CLIENT_SIZE, "%s %d.%d.%d", name, major, minor, micro);
  else
    g_snprintf (out,
                SHOAL_WIRE_CLIENT_SIZE,
                "%s %d.%d.%d.%d",
                name,
                major,
                minor,
                micro,
                get_digit (id[6]));
  return TRUE;
}

/* "M7-9-2--": "7.9.2". */
static gboolean
describe_dashed (const guint8 *id, char out[SHOAL_WIRE_CLIENT_SIZE])
{
  for (guint i = 0; i < G_N_ELEMENTS (DASHED); i++)
    {
      gsize start = strlen (DASHED[i].start);
      char  version[sizeof (ShoalPeerId)] = "";
      gsize len = 0;

      if (memcmp (id, DASHED[i].start, start) != 0 || !g_ascii_isdigit (id[start]))
        continue;
      for (gsize k = start; k < 10 && (g_ascii_isdigit (id[k]) || id[k] == '-'); k++)
        version[len++] = id[k] == '-' ? '.' : (char) id[k];
      while (len > 0 && version[len - 1] == '.')
        version[--len] = '\0';
      g_snprintf (out, SHOAL_WIRE_CLIENT_SIZE, "%s %s", DASHED[i].name, version);
      return TRUE;
    }
  return FALSE;
}

const char *
shoal_wire_client_describe (const ShoalPeerId *peer_id, char out[SHOAL_WIRE_CLIENT_SIZE])
{
  const guint8 *id = peer_id->bytes;
  gsize         len = 0;

  if (describe_azureus (id, out) || describe_dashed (id, out))
    return out;
  while (len < 8 && g_ascii_isprint (id[len]))
    {
      out[len] = (char) id[len];
      len++;
    }
  out[len] = '\0';
  return len > 0 ? out : strcpy (out, "?");
}

gboolean
shoal_wire_client_is_bitcomet (const ShoalPeerId *peer_id)
{
  return memcmp (peer_id->bytes, "-BC", 3) == 0;
}

gboolean
shoal_wire_client_is_rtorrent (const ShoalPeerId *peer_id)
{
  return memcmp (peer_id->bytes, "-lt", 3) == 0;
}

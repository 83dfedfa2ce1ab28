/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-person.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"

static char *
dup_share (const ShoalPeerInfo *info)
{
  g_autofree char *percent = g_strdup_printf ("%u", info->done_1000 / 10);
  ShoalAppTextPart part = { "percent", percent };

  if (info->done_1000 >= 1000)
    return g_strdup (_ ("has everything"));
  if (info->done_1000 == 0)
    return g_strdup (_ ("has nothing yet"));
  return shoal_app_text_fill (_ ("has {percent} %"), &part, 1);
}

char *
shoal_app_person_dup_who (const ShoalPeerInfo *info)
{
  g_autofree char *client = shoal_app_text_dup_visible (info->client);
  g_autofree char *share = dup_share (info);

  return shoal_app_text_join (
      (const char *[]){ *client != '\0' ? client : _ ("unknown program"), share }, 2);
}

static const char *
get_down_words (const ShoalPeerInfo *info)
{
  if (info->down_bps > 0)
    return _ ("gives to us");
  if (!info->we_want)
    return info->done_1000 >= 1000 ? NULL : _ ("has nothing that we need");
  if (info->they_choke)
    return _ ("keeps us waiting");
  return info->is_snubbed ? _ ("promised to give, and sends nothing")
                          : _ ("is about to give to us");
}

static const char *
get_up_words (const ShoalPeerInfo *info)
{
  if (info->up_bps > 0)
    return _ ("takes from us");
  if (!info->they_want)
    return NULL;
  return info->we_choke ? _ ("waits for us") : _ ("may take from us");
}

char *
shoal_app_person_dup_doing (const ShoalPeerInfo *info)
{
  const char *parts[] = { get_down_words (info), get_up_words (info) };

  if (parts[0] == NULL && parts[1] == NULL)
    return g_strdup (_ ("neither needs anything of the other"));
  return shoal_app_text_join (parts, G_N_ELEMENTS (parts));
}

static const char *
get_source_words (ShoalPeerSource source)
{
  switch (source)
    {
    case SHOAL_PEER_SOURCE_RESUME:
      return _ ("known from before");
    case SHOAL_PEER_SOURCE_EXCHANGE:
      return _ ("named by other people");
    case SHOAL_PEER_SOURCE_DHT:
      return _ ("found without a tracker");
    case SHOAL_PEER_SOURCE_MAGNET:
      return _ ("named by the link");
    case SHOAL_PEER_SOURCE_TRACKER:
      return _ ("from the tracker");
    case SHOAL_PEER_SOURCE_LOCAL:
      return _ ("on the local network");
    case SHOAL_PEER_SOURCE_INCOMING:
      return NULL; /* that they came says it */
    case SHOAL_PEER_SOURCE_PERSON:
      return _ ("added by you");
    }
  return NULL;
}

char *
shoal_app_person_dup_way (const ShoalPeerInfo *info)
{
  const char *parts[] = {
    info->is_encrypted ? _ ("encrypted") : _ ("not encrypted"),
    info->is_utp ? "uTP" : "TCP",
    info->is_incoming ? _ ("came to us") : _ ("we went there"),
    get_source_words (info->source),
  };

  return shoal_app_text_join (parts, G_N_ELEMENTS (parts));
}

char *
shoal_app_person_dup_rates (const ShoalPeerInfo *info)
{
  g_autofree char *down = shoal_app_number_format_rate (info->down_bps);
  g_autofree char *up = shoal_app_number_format_rate (info->up_bps);
  GString         *text = g_string_new (NULL);

  if (info->down_bps > 0)
    g_string_append_printf (text, "↓ %s", down);
  if (info->down_bps > 0 && info->up_bps > 0)
    g_string_append (text, "  ");
  if (info->up_bps > 0)
    g_string_append_printf (text, "↑ %s", up);
  return g_string_free (text, FALSE);
}

static gboolean
is_number (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

const char *
shoal_app_person_get_fault (const char *text)
{
  const char      *colon = strrchr (text, ':');
  g_autofree char *host = NULL;
  guint16          port;

  if (shoal_base_address_split_host_port (text, &host, &port))
    return NULL;
  if (strchr (text, ':') != colon && *text != '[')
    return _ ("Of an address with several colons, all but the port stands in brackets: "
              "[2001:db8::7]:51413");
  if (colon != NULL && colon > text && is_number (colon + 1))
    return _ ("A port is a number from 1 to 65535");
  return _ ("An address has a name or number, a colon, and a port: 192.0.2.7:51413");
}

ShoalAppPersonOrder
shoal_app_person_order_from_string (const char *word)
{
  static const char *const words[] = {
    [SHOAL_APP_PERSON_ORDER_DOWN] = "down",         [SHOAL_APP_PERSON_ORDER_UP] = "up",
    [SHOAL_APP_PERSON_ORDER_PROGRESS] = "progress", [SHOAL_APP_PERSON_ORDER_ADDRESS] = "address",
    [SHOAL_APP_PERSON_ORDER_CLIENT] = "client",
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i]) == 0)
      return (ShoalAppPersonOrder) i;
  return SHOAL_APP_PERSON_ORDER_DOWN;
}

/* The larger one first. */
static int
compare_numbers (guint64 a, guint64 b)
{
  return (a < b) - (a > b);
}

static int
compare_addresses (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  int result = (a->family > b->family) - (a->family < b->family);

  if (result == 0)
    result = memcmp (a->ip, b->ip, sizeof a->ip);
  if (result == 0)
    result = (a->scope_id > b->scope_id) - (a->scope_id < b->scope_id);
  return result != 0 ? result : (a->port > b->port) - (a->port < b->port);
}

static int
compare_keys (ShoalAppPersonOrder order, const ShoalPeerInfo *a, const ShoalPeerInfo *b)
{
  switch (order)
    {
    case SHOAL_APP_PERSON_ORDER_DOWN:
      return compare_numbers (a->down_bps, b->down_bps);
    case SHOAL_APP_PERSON_ORDER_UP:
      return compare_numbers (a->up_bps, b->up_bps);
    case SHOAL_APP_PERSON_ORDER_PROGRESS:
      return compare_numbers (a->done_1000, b->done_1000);
    case SHOAL_APP_PERSON_ORDER_CLIENT:
      return g_strcmp0 (a->client, b->client);
    case SHOAL_APP_PERSON_ORDER_ADDRESS:
      break;
    }
  return 0;
}

int
shoal_app_person_compare (ShoalAppPersonOrder order, const ShoalPeerInfo *a, const ShoalPeerInfo *b)
{
  int result = compare_keys (order, a, b);

  return result != 0 ? result : compare_addresses (&a->address, &b->address);
}

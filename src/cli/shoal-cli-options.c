/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "api/shoal-api-torrent.h"
#include "cli/shoal-cli-sentence.h"
#include "cli/shoal-cli-words.h"
#include "types/shoal-types-command.h"

/* More than a person's machine has descriptors and memory for. */
#define MAX_PEERS 100000

enum
{
  OPTION_BIND = 256,
  OPTION_PEER,
  OPTION_TRACKER,
  OPTION_NO_TRACKERS,
  OPTION_SELECT,
  OPTION_SEQUENTIAL,
  OPTION_SEED,
  OPTION_DOWN,
  OPTION_UP,
  OPTION_MAX_PEERS,
  OPTION_SLOTS,
  OPTION_ENCRYPTION,
  OPTION_NO_DHT,
  OPTION_NO_PEX,
  OPTION_NO_LSD,
  OPTION_NO_UTP,
  OPTION_NO_TCP,
  OPTION_NO_PORT_MAPPING,
  OPTION_DHT_NODE,
  OPTION_ALLOW_LOCAL,
  OPTION_STATE,
  OPTION_RECHECK,
  OPTION_TIMEOUT,
  OPTION_PARTIAL,
};

static const struct option long_options[] = {
  { "dir", required_argument, NULL, 'd' },
  { "port", required_argument, NULL, 'p' },
  { "bind", required_argument, NULL, OPTION_BIND },
  { "peer", required_argument, NULL, OPTION_PEER },
  { "tracker", required_argument, NULL, OPTION_TRACKER },
  { "no-trackers", no_argument, NULL, OPTION_NO_TRACKERS },
  { "select", required_argument, NULL, OPTION_SELECT },
  { "sequential", no_argument, NULL, OPTION_SEQUENTIAL },
  { "seed", optional_argument, NULL, OPTION_SEED },
  { "down", required_argument, NULL, OPTION_DOWN },
  { "up", required_argument, NULL, OPTION_UP },
  { "max-peers", required_argument, NULL, OPTION_MAX_PEERS },
  { "slots", required_argument, NULL, OPTION_SLOTS },
  { "encryption", required_argument, NULL, OPTION_ENCRYPTION },
  { "no-dht", no_argument, NULL, OPTION_NO_DHT },
  { "no-pex", no_argument, NULL, OPTION_NO_PEX },
  { "no-lsd", no_argument, NULL, OPTION_NO_LSD },
  { "no-utp", no_argument, NULL, OPTION_NO_UTP },
  { "no-tcp", no_argument, NULL, OPTION_NO_TCP },
  { "no-port-mapping", no_argument, NULL, OPTION_NO_PORT_MAPPING },
  { "dht-node", required_argument, NULL, OPTION_DHT_NODE },
  { "allow-local", no_argument, NULL, OPTION_ALLOW_LOCAL },
  { "state", required_argument, NULL, OPTION_STATE },
  { "recheck", no_argument, NULL, OPTION_RECHECK },
  { "timeout", required_argument, NULL, OPTION_TIMEOUT },
  { "partial", no_argument, NULL, OPTION_PARTIAL },
  SHOAL_CLI_WORDS_COMMON,
};

gboolean
shoal_cli_options_parse_size (const char *text, guint64 *bytes)
{
  static const struct
  {
    const char *suffix;
    guint64     factor;
  } units[] = {
    { "", 1 },
    { "k", 1000 },
    { "M", 1000000 },
    { "G", 1000000000 },
    { "Ki", 1024 },
    { "Mi", 1024 * 1024 },
    { "Gi", 1024 * 1024 * 1024 },
  };
  char   *end;
  guint64 number;
  guint   i;

  if (!g_ascii_isdigit (text[0]))
    return FALSE;
  number = g_ascii_strtoull (text, &end, 10);
  for (i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (end, units[i].suffix) == 0)
      return number != G_MAXUINT64 && g_uint64_checked_mul (bytes, number, units[i].factor);
  return FALSE;
}

/* "3-5" or "3": numbers from 1 to @n_files. */
static gboolean
parse_range (const char *text, guint n_files, guint64 *first, guint64 *last)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", 2);

  if (ends[0] == NULL || !g_ascii_string_to_unsigned (ends[0], 10, 1, n_files, first, NULL))
    return FALSE;
  *last = *first;
  return ends[1] == NULL || g_ascii_string_to_unsigned (ends[1], 10, *first, n_files, last, NULL);
}

guint8 *
shoal_cli_options_parse_select (const char *text, guint n_files)
{
  g_auto (GStrv) ranges = g_strsplit (text, ",", -1);
  g_autofree guint8 *priorities = g_malloc0 (n_files);
  guint64            first, last, k;
  guint              i;

  for (i = 0; ranges[i] != NULL; i++)
    {
      if (!parse_range (ranges[i], n_files, &first, &last))
        return NULL;
      for (k = first; k <= last; k++)
        priorities[k - 1] = SHOAL_FILE_PRIORITY_NORMAL;
    }
  return i > 0 ? g_steal_pointer (&priorities) : NULL;
}

GArray *
shoal_cli_options_parse_ranges (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (ShoalFileRange));
  guint64 first, last;
  guint   i;

  for (i = 0; parts[i] != NULL; i++)
    if (parse_range (parts[i], G_MAXINT32, &first, &last))
      {
        ShoalFileRange range = { (guint32) first - 1, (guint32) last - 1 };

        g_array_append_val (ranges, range);
      }
  return ranges;
}

/* How many files there are is not known yet: the form only. */
static gboolean
parse_select (ShoalCliOptions *self, const char *text)
{
  g_auto (GStrv) ranges = g_strsplit (text, ",", -1);
  gboolean is_right = ranges[0] != NULL;
  guint64  first, last;
  guint    i;

  for (i = 0; ranges[i] != NULL; i++)
    is_right = is_right && parse_range (ranges[i], G_MAXINT32, &first, &last);
  if (!is_right)
    return shoal_cli_words_complain (
        "select", text, _ ("file numbers as `show` lists them are expected, like 1,3-5"));
  g_free (self->select);
  self->select = g_strdup (text);
  return TRUE;
}

gboolean
shoal_cli_options_parse_number (const char *option,
                                const char *text,
                                guint64     min,
                                guint64     max,
                                guint64    *out)
{
  g_autofree char *low = g_strdup_printf ("%" G_GUINT64_FORMAT, min);
  g_autofree char *high = g_strdup_printf ("%" G_GUINT64_FORMAT, max);
  g_autofree char *what = NULL;

  if (g_ascii_string_to_unsigned (text, 10, min, max, out, NULL))
    return TRUE;
  what = g_strdup_printf (_ ("a number from %s to %s is expected"), low, high);
  return shoal_cli_words_complain (option, text, what);
}

gboolean
shoal_cli_options_parse_bind (GArray *addresses, const char *text)
{
  ShoalBaseAddress address;

  if (!shoal_base_address_parse_ip (&address, text))
    return shoal_cli_words_complain ("bind", text, _ ("a numeric address is expected"));
  g_array_append_val (addresses, address);
  return TRUE;
}

static gboolean
is_tracker (const char *url)
{
  g_autofree char *clean = shoal_api_dup_tracker (url);

  return clean != NULL;
}

static gboolean
parse_rate (const char *option, const char *text, guint64 *out)
{
  if (shoal_cli_options_parse_size (text, out))
    return TRUE;
  return shoal_cli_words_complain (option, text, _ ("a rate is expected, like 500k or 2Mi"));
}

static gboolean
parse_host (GPtrArray *hosts, const char *name, const char *text)
{
  g_autofree char *host = NULL;
  guint16          port;

  if (!shoal_base_address_split_host_port (text, &host, &port))
    return shoal_cli_words_complain (name, text, _ ("HOST:PORT or [IPV6]:PORT is expected"));
  g_ptr_array_add (hosts, g_strdup (text));
  return TRUE;
}

static gboolean
parse_tracker (ShoalCliOptions *self, const char *text)
{
  if (!is_tracker (text))
    return shoal_cli_words_complain (
        "tracker", text, _ ("an http or https address, or a udp address with a port, is expected"));
  g_ptr_array_add (self->trackers, g_strdup (text));
  return TRUE;
}

static gboolean
parse_seed (ShoalCliOptions *self, const char *text)
{
  char *end;

  self->seeds = TRUE;
  if (text == NULL)
    return TRUE;
  self->ratio = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(self->ratio >= 0 && self->ratio <= 100000))
    return shoal_cli_words_complain ("seed", text, _ ("a share ratio is expected, like 1.5"));
  return TRUE;
}

static gboolean
parse_encryption (ShoalCliOptions *self, const char *text)
{
  static const char *const names[] = {
    [SHOAL_ENCRYPTION_OFF] = "off",
    [SHOAL_ENCRYPTION_ALLOW] = "allow",
    [SHOAL_ENCRYPTION_PREFER] = "prefer",
    [SHOAL_ENCRYPTION_REQUIRE] = "require",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (text, names[i]) == 0)
      {
        self->settings->encryption = (ShoalEncryption) i;
        return TRUE;
      }
  return shoal_cli_words_complain (
      "encryption", text, _ ("off, allow, prefer or require is expected"));
}

static gboolean
parse_limits (ShoalCliOptions *self, int option, const char *text)
{
  guint64 number;

  switch (option)
    {
    case OPTION_DOWN:
      return parse_rate ("down", text, &self->settings->down_limit_bps);
    case OPTION_UP:
      return parse_rate ("up", text, &self->settings->up_limit_bps);
    case 'p':
      if (!shoal_cli_options_parse_number ("port", text, 0, G_MAXUINT16, &number))
        return FALSE;
      self->settings->port = (guint16) number;
      return TRUE;
    case OPTION_MAX_PEERS:
      if (!shoal_cli_options_parse_number ("max-peers", text, 1, MAX_PEERS, &number))
        return FALSE;
      self->settings->max_peers_per_torrent = (guint) number;
      self->settings->max_peers = MAX (self->settings->max_peers, (guint) number);
      return TRUE;
    case OPTION_SLOTS:
      if (!shoal_cli_options_parse_number ("slots", text, 1, MAX_PEERS, &number))
        return FALSE;
      self->settings->max_slots_per_torrent = (guint) number;
      return TRUE;
    default:
      if (!shoal_cli_options_parse_number ("timeout", text, 0, G_MAXINT32, &number))
        return FALSE;
      self->timeout_sec = (gint64) number;
      return TRUE;
    }
}

static gboolean
set_switch (ShoalCliOptions *self, int option)
{
  switch (option)
    {
    case OPTION_NO_TRACKERS:
      self->no_trackers = TRUE;
      break;
    case OPTION_SEQUENTIAL:
      self->is_sequential = TRUE;
      break;
    case OPTION_NO_DHT:
      self->settings->use_dht = FALSE;
      break;
    case OPTION_NO_PEX:
      self->settings->use_pex = FALSE;
      break;
    case OPTION_NO_LSD:
      self->settings->use_lsd = FALSE;
      break;
    case OPTION_NO_UTP:
      self->settings->use_utp = FALSE;
      break;
    case OPTION_NO_TCP:
      return shoal_cli_words_complain (
          "no-tcp", NULL, _ ("nothing would be left: uTP is not supported yet"));
    case OPTION_NO_PORT_MAPPING:
      self->settings->use_port_mapping = FALSE;
      break;
    case OPTION_ALLOW_LOCAL:
      self->settings->allow_local = TRUE;
      break;
    case OPTION_RECHECK:
      self->recheck = TRUE;
      break;
    case OPTION_PARTIAL:
      self->is_partial = TRUE;
      break;
    default:
      g_return_val_if_reached (FALSE);
    }
  return TRUE;
}

/* An empty one would be the current folder, which nobody means who wrote this. */
static gboolean
parse_folder (char **folder, const char *name, const char *value)
{
  if (*value == '\0')
    return shoal_cli_words_complain (name, value, _ ("a folder is expected"));
  g_free (*folder);
  *folder = g_strdup (value);
  return TRUE;
}

static gboolean
take_option (gpointer data, int option, const char *value)
{
  ShoalCliOptions *self = data;

  switch (option)
    {
    case 'd':
      return parse_folder (&self->dir, "dir", value);
    case OPTION_STATE:
      return parse_folder (&self->state, "state", value);
    case OPTION_SELECT:
      return parse_select (self, value);
    case OPTION_BIND:
      return shoal_cli_options_parse_bind (self->settings->bind_addresses, value);
    case OPTION_PEER:
      return parse_host (self->peers, "peer", value);
    case OPTION_TRACKER:
      return parse_tracker (self, value);
    case OPTION_SEED:
      return parse_seed (self, value);
    case OPTION_ENCRYPTION:
      return parse_encryption (self, value);
    case OPTION_DHT_NODE:
      return parse_host (self->settings->dht_nodes, "dht-node", value);
    case OPTION_DOWN:
    case OPTION_UP:
    case 'p':
    case OPTION_MAX_PEERS:
    case OPTION_SLOTS:
    case OPTION_TIMEOUT:
      return parse_limits (self, option, value);
    default:
      return set_switch (self, option);
    }
}

static ShoalCliOptions *
options_new (void)
{
  ShoalCliOptions *self = g_new0 (ShoalCliOptions, 1);

  self->sources = g_ptr_array_new_with_free_func (g_free);
  self->peers = g_ptr_array_new_with_free_func (g_free);
  self->trackers = g_ptr_array_new_with_free_func (g_free);
  self->settings = shoal_settings_new ();
  self->ratio = -1;
  self->dir = g_strdup (".");
  return self;
}

static gboolean
check_sources (const ShoalCliOptions *self, const char *verb)
{
  gboolean is_get = strcmp (verb, "get") == 0;

  if (is_get ? self->sources->len >= 1 : self->sources->len == 2)
    return TRUE;
  shoal_cli_words_refuse (verb,
                          is_get ? _ ("name at least one torrent to fetch")
                                 : _ ("name a torrent and the path of its data"));
  return FALSE;
}

ShoalCliOptions *
shoal_cli_options_parse (int argc, char **argv, int *exit_status)
{
  static const ShoalCliWords words = { "d:p:", long_options, take_option };
  g_autoptr (ShoalCliOptions) self = options_new ();

  if (!shoal_cli_words_read (&words, argc, argv, self, exit_status))
    return NULL;
  for (; optind < argc; optind++)
    g_ptr_array_add (self->sources, g_strdup (argv[optind]));
  if (check_sources (self, argv[0]))
    return g_steal_pointer (&self);
  *exit_status = SHOAL_CLI_EXIT_USAGE;
  return NULL;
}

void
shoal_cli_options_free (ShoalCliOptions *self)
{
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->peers);
  g_ptr_array_unref (self->trackers);
  shoal_settings_unref (self->settings);
  g_free (self->dir);
  g_free (self->state);
  g_free (self->select);
  g_free (self);
}

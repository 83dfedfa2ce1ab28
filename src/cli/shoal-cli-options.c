/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-options.h"

#include <getopt.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "cli/shoal-cli-help.h"
#include "cli/shoal-cli-sentence.h"

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
  OPTION_JSON,
  OPTION_QUIET,
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
  { "json", no_argument, NULL, OPTION_JSON },
  { "quiet", no_argument, NULL, OPTION_QUIET },
  { "help", no_argument, NULL, 'h' },
  { 0 },
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

/* Sets files @first … @last (numbers from 1) to be fetched. */
static gboolean
select_range (guint8 *priorities, guint n_files, const char *range)
{
  g_auto (GStrv) ends = g_strsplit (range, "-", 2);
  guint64 first, last, i;

  if (ends[0] == NULL || !g_ascii_string_to_unsigned (ends[0], 10, 1, n_files, &first, NULL))
    return FALSE;
  last = first;
  if (ends[1] != NULL && !g_ascii_string_to_unsigned (ends[1], 10, first, n_files, &last, NULL))
    return FALSE;
  for (i = first; i <= last; i++)
    priorities[i - 1] = SHOAL_FILE_PRIORITY_NORMAL;
  return TRUE;
}

guint8 *
shoal_cli_options_parse_select (const char *text, guint n_files)
{
  g_auto (GStrv) ranges = g_strsplit (text, ",", -1);
  g_autofree guint8 *priorities = g_malloc0 (n_files);
  guint              i;

  for (i = 0; ranges[i] != NULL; i++)
    if (!select_range (priorities, n_files, ranges[i]))
      return NULL;
  return i > 0 ? g_steal_pointer (&priorities) : NULL;
}

static gboolean
complain (const char *option, const char *value, const char *what)
{
  g_autofree char *safe = shoal_cli_sentence_dup_safe (value);

  fprintf (stderr, "shoal-cli: --%s=%s: %s\n", option, safe, what);
  return FALSE;
}

static gboolean
parse_number (const char *option, const char *text, guint64 max, guint64 *out)
{
  if (g_ascii_string_to_unsigned (text, 10, 0, max, out, NULL))
    return TRUE;
  return complain (option, text, _ ("a number is expected"));
}

static gboolean
parse_rate (const char *option, const char *text, guint64 *out)
{
  if (shoal_cli_options_parse_size (text, out))
    return TRUE;
  return complain (option, text, _ ("a rate is expected, like 500k or 2Mi"));
}

static gboolean
parse_bind (ShoalCliOptions *self, const char *text)
{
  ShoalBaseAddress address;

  if (!shoal_base_address_parse_ip (&address, text))
    return complain ("bind", text, _ ("a numeric address is expected"));
  g_array_append_val (self->settings->bind_addresses, address);
  return TRUE;
}

static gboolean
parse_peer (ShoalCliOptions *self, const char *text)
{
  g_autofree char *host = NULL;
  guint16          port;

  if (!shoal_base_address_split_host_port (text, &host, &port))
    return complain ("peer", text, _ ("HOST:PORT or [IPV6]:PORT is expected"));
  g_ptr_array_add (self->peers, g_strdup (text));
  return TRUE;
}

static gboolean
parse_tracker (ShoalCliOptions *self, const char *text)
{
  if (!g_str_has_prefix (text, "http://") && !g_str_has_prefix (text, "https://") &&
      !g_str_has_prefix (text, "udp://"))
    return complain ("tracker", text, _ ("an http, https or udp address is expected"));
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
    return complain ("seed", text, _ ("a share ratio is expected, like 1.5"));
  return TRUE;
}

static gboolean
parse_encryption (ShoalCliOptions *self, const char *text)
{
  if (strcmp (text, "off") == 0 || strcmp (text, "allow") == 0)
    self->settings->encryption =
        strcmp (text, "off") == 0 ? SHOAL_ENCRYPTION_OFF : SHOAL_ENCRYPTION_ALLOW;
  else if (strcmp (text, "prefer") == 0 || strcmp (text, "require") == 0)
    return complain ("encryption", text, _ ("encrypted connections are not supported yet"));
  else
    return complain ("encryption", text, _ ("off, allow, prefer or require is expected"));
  return TRUE;
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
      if (!parse_number ("port", text, G_MAXUINT16, &number))
        return FALSE;
      self->settings->port = (guint16) number;
      return TRUE;
    case OPTION_MAX_PEERS:
      if (!parse_number ("max-peers", text, 100000, &number))
        return FALSE;
      self->settings->max_peers_per_torrent = (guint) number;
      self->settings->max_peers = MAX (self->settings->max_peers, (guint) number);
      return TRUE;
    default:
      if (!parse_number ("timeout", text, G_MAXINT32, &number))
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
      return complain ("no-tcp", "", _ ("nothing would be left: uTP is not supported yet"));
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
    case OPTION_JSON:
      self->is_json = TRUE;
      break;
    case OPTION_QUIET:
      self->is_quiet = TRUE;
      break;
    default:
      return FALSE; /* getopt_long() has said what is wrong */
    }
  return TRUE;
}

static gboolean
take_option (ShoalCliOptions *self, int option, const char *value)
{
  switch (option)
    {
    case 'd':
      g_free (self->dir);
      self->dir = g_strdup (value);
      return TRUE;
    case OPTION_STATE:
      g_free (self->state);
      self->state = g_strdup (value);
      return TRUE;
    case OPTION_SELECT:
      g_free (self->select);
      self->select = g_strdup (value);
      return TRUE;
    case OPTION_BIND:
      return parse_bind (self, value);
    case OPTION_PEER:
      return parse_peer (self, value);
    case OPTION_TRACKER:
      return parse_tracker (self, value);
    case OPTION_SEED:
      return parse_seed (self, value);
    case OPTION_ENCRYPTION:
      return parse_encryption (self, value);
    case OPTION_DHT_NODE:
      return complain ("dht-node", value, _ ("the DHT is not supported yet"));
    case OPTION_DOWN:
    case OPTION_UP:
    case 'p':
    case OPTION_MAX_PEERS:
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
  fprintf (stderr,
           "shoal-cli: %s\n",
           is_get ? _ ("get: name at least one torrent to fetch")
                  : _ ("seed: name a torrent and the path of its data"));
  return FALSE;
}

ShoalCliOptions *
shoal_cli_options_parse (int argc, char **argv, int *exit_status)
{
  g_autoptr (ShoalCliOptions) self = options_new ();
  int option;

  *exit_status = SHOAL_CLI_EXIT_USAGE;
  optind = 1;
  while ((option = getopt_long (argc, argv, "d:p:h", long_options, NULL)) != -1)
    {
      if (option == 'h')
        {
          shoal_cli_help_print (argv[0]);
          *exit_status = SHOAL_CLI_EXIT_DONE;
          return NULL;
        }
      if (!take_option (self, option, optarg))
        return NULL;
    }
  for (; optind < argc; optind++)
    g_ptr_array_add (self->sources, g_strdup (argv[optind]));
  return check_sources (self, argv[0]) ? g_steal_pointer (&self) : NULL;
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

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-help.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* The same stands in the man pages and in the completion (data/); a test compares the options. */

static const char program_help[] =
    N_ ("Usage: shoal-cli VERB …\n"
        "\n"
        "  get SOURCE…           download, verify, and exit when it is complete\n"
        "  seed TORRENT PATH     check the data at PATH and share it until stopped\n"
        "  create PATH           make a .torrent of a file or folder\n"
        "  show SOURCE           print what a torrent or magnet link says\n"
        "  verify TORRENT PATH   tell which pieces and files are whole\n"
        "  tracker [TORRENT…]    run a tracker, for these torrents or for any\n"
        "\n"
        "A SOURCE is a .torrent (a path, a file:, http: or https: address, or - for\n"
        "standard input) or a magnet: link; a TORRENT is the same without magnets.\n"
        "Sizes and rates are bytes or end in k, M, G (1000) or Ki, Mi, Gi (1024).\n"
        "Each verb has a man page, and `shoal-cli VERB --help` tells its options.\n"
        "\n"
        "Exit status: 0 done, 1 failed, 2 wrong usage, 3 torrent not acceptable,\n"
        "4 storage failed, 130 or 143 stopped by a signal.\n");

static const char get_help[] =
    N_ ("Usage: shoal-cli get [OPTION…] SOURCE…\n"
        "       shoal-cli seed [OPTION…] TORRENT PATH\n"
        "\n"
        "  -d, --dir=DIR         where data goes (the current folder)\n"
        "  -p, --port=N          listening port, TCP and UDP; 0: any free one\n"
        "                        (51413, then the next free)\n"
        "      --bind=ADDR       listen and connect from this address only; may repeat\n"
        "      --peer=HOST:PORT  a peer to try; may repeat; IPv6 as [addr]:port\n"
        "      --tracker=URL     an extra tracker; may repeat\n"
        "      --no-trackers     ignore the torrent's own trackers\n"
        "      --select=LIST     file numbers as `show` lists them: 1,3-5 (all)\n"
        "      --sequential      pieces in order\n"
        "      --seed[=RATIO]    go on sharing after completion, until stopped or up to\n"
        "                        the share ratio\n"
        "      --partial         seed: share what is there, complete or not\n"
        "      --down=RATE       limit (none)\n"
        "      --up=RATE         limit (none)\n"
        "      --max-peers=N     connections of a torrent (80)\n"
        "      --slots=N         peers of a torrent that are sent data at a time (8)\n"
        "      --encryption=off|allow|prefer|require\n"
        "                        stream encryption (allow)\n"
        "      --no-dht --no-pex --no-lsd --no-utp --no-tcp --no-port-mapping\n"
        "                        switch one thing off\n"
        "      --dht-node=HOST:PORT\n"
        "                        a node to enter the DHT by, instead of the public\n"
        "                        ones; may repeat\n"
        "      --allow-local     use local addresses that strangers name (off)\n"
        "      --state=DIR       where resume state lives\n"
        "                        ($XDG_STATE_HOME/shoal/cli)\n"
        "      --recheck         distrust the state: hash all that is on disk first\n"
        "      --timeout=SECONDS give up when no byte arrived for so long (never)\n"
        "      --json            one JSON object a line on standard output\n"
        "      --quiet           print errors only\n"
        "  -h, --help            print this\n");

static const char create_help[] =
    N_ ("Usage: shoal-cli create [OPTION…] PATH\n"
        "\n"
        "  -o, --output=OUT      the file to write (NAME.torrent)\n"
        "  -t, --tracker=URL     a tracker; -t A -t B are two tiers, -t A,B one\n"
        "      --web-seed=URL    a web server that has the data; may repeat\n"
        "      --piece-size=N    a power of two from 16Ki (automatic)\n"
        "      --private         peers from its trackers only\n"
        "      --source=TEXT     changes the info-hash\n"
        "      --comment=TEXT    for people\n"
        "      --no-date         the same input gives the same bytes\n"
        "      --version=1|2|hybrid\n"
        "                        of BitTorrent (1); only 1 so far\n"
        "      --json            progress and result as JSON\n"
        "      --quiet           print errors only\n"
        "  -h, --help            print this\n");

static const char show_help[] =
    N_ ("Usage: shoal-cli show [OPTION…] SOURCE\n"
        "\n"
        "      --allow-local     follow redirects to local addresses\n"
        "      --json            one JSON object\n"
        "      --quiet           changes nothing: what is shown is the result\n"
        "  -h, --help            print this\n");

static const char verify_help[] = N_ ("Usage: shoal-cli verify [OPTION…] TORRENT PATH\n"
                                      "\n"
                                      "      --json            one JSON object\n"
                                      "      --quiet           print errors only\n"
                                      "  -h, --help            print this\n");

static const char tracker_help[] =
    N_ ("Usage: shoal-cli tracker [OPTION…] [TORRENT…]\n"
        "\n"
        "  -p, --port=N          HTTP port; 0: any free one (6969)\n"
        "      --udp-port=N      UDP port (the same)\n"
        "      --bind=ADDR       listen on this address only; may repeat (all)\n"
        "      --interval=SECONDS\n"
        "                        between announces (1800)\n"
        "      --json            an event for each announce\n"
        "      --quiet           print errors only\n"
        "  -h, --help            print this\n");

static const struct
{
  const char *verb;
  const char *text;
} texts[] = {
  { "get", get_help },   { "seed", get_help },      { "create", create_help },
  { "show", show_help }, { "verify", verify_help }, { "tracker", tracker_help },
};

gboolean
shoal_cli_help_print (const char *verb)
{
  guint i;

  if (verb == NULL)
    {
      fputs (_ (program_help), stdout);
      return TRUE;
    }
  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    if (strcmp (texts[i].verb, verb) == 0)
      {
        fputs (_ (texts[i].text), stdout);
        return TRUE;
      }
  return FALSE;
}

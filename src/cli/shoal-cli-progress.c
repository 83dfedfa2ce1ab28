/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/shoal-cli-output.h"

#define LINE_USEC (5 * G_USEC_PER_SEC)

/* Cells of the bar, and of what stands around it. */
#define BAR_MIN   8
#define BAR_MAX   30
#define BAR_FRAME 10

struct _ShoalCliProgress
{
  gint64 said_usec; /* 0: not yet */

  guint has_bar : 1;
  guint is_seed : 1; /* what is missing stays so */
};

typedef struct
{
  guint64 done;
  guint64 size;
  guint64 down_bps;
  guint64 up_bps;
  guint   n_peers;
  guint   n_known;
  guint   n_senders;
  gint64  eta_sec;

  guint is_checking : 1;
  guint is_metadata : 1;
  guint is_seeding : 1;
} Sum;

ShoalCliProgress *
shoal_cli_progress_new (gboolean is_seed)
{
  ShoalCliProgress *self = g_new0 (ShoalCliProgress, 1);

  self->has_bar = shoal_cli_output_has_bar () != FALSE;
  self->is_seed = is_seed != FALSE;
  return self;
}

void
shoal_cli_progress_free (ShoalCliProgress *self)
{
  g_free (self);
}

static Sum
sum_up (const GPtrArray *infos)
{
  Sum   sum = { .eta_sec = -1, .is_seeding = TRUE, .is_metadata = TRUE };
  guint i;

  for (i = 0; i < infos->len; i++)
    {
      const ShoalTorrentInfo *info = g_ptr_array_index (infos, i);
      gboolean                is_checking = info->state == SHOAL_TORRENT_STATE_CHECKING;

      sum.done += is_checking ? info->checked_bytes : info->done_bytes;
      sum.size += is_checking ? info->size : info->wanted_bytes;
      sum.down_bps += info->down_bps;
      sum.up_bps += info->up_bps;
      sum.n_peers += info->n_peers;
      sum.n_known += info->n_known;
      sum.eta_sec = MAX (sum.eta_sec, info->eta_sec);
      sum.is_checking |= is_checking;
      sum.n_senders += info->n_senders;
      sum.is_metadata &= info->state == SHOAL_TORRENT_STATE_METADATA;
      sum.is_seeding &=
          info->state == SHOAL_TORRENT_STATE_SEEDING || info->state == SHOAL_TORRENT_STATE_FINISHED;
    }
  return sum;
}

static char *
format_time (gint64 seconds)
{
  if (seconds < 0)
    return g_strdup ("");
  if (seconds >= 3600)
    return g_strdup_printf (_ (", %d:%02d:%02d left"),
                            (int) (seconds / 3600),
                            (int) (seconds / 60 % 60),
                            (int) (seconds % 60));
  return g_strdup_printf (_ (", %d:%02d left"), (int) (seconds / 60), (int) (seconds % 60));
}

static char *
format_seeding (const Sum *sum)
{
  g_autofree char *done = g_format_size (sum->done);
  g_autofree char *size = g_format_size (sum->size);
  g_autofree char *up = g_format_size (sum->up_bps);
  g_autofree char *what =
      sum->done == sum->size ? g_strdup (size) : g_strdup_printf (_ ("%s of %s"), done, size);

  return g_strdup_printf (
      ngettext ("seeding %s, up %s/s to %u peer", "seeding %s, up %s/s to %u peers", sum->n_peers),
      what,
      up,
      sum->n_peers);
}

/* How much is told; each says less than the one before. */
typedef enum
{
  ALL,
  MAIN,
  RATE,
  N_DETAILS,
} Detail;

static char *
format_download (const Sum *sum, Detail detail)
{
  g_autofree char *done = g_format_size (sum->done);
  g_autofree char *size = g_format_size (sum->size);
  g_autofree char *down = g_format_size (sum->down_bps);
  g_autofree char *up = g_format_size (sum->up_bps);
  g_autofree char *left = format_time (sum->eta_sec);

  if (detail == RATE)
    return g_strdup_printf (_ ("down %s/s"), down);
  if (detail == MAIN)
    return g_strdup_printf (_ ("%s of %s%s, down %s/s"), done, size, left, down);
  return g_strdup_printf (_ ("%s of %s%s, down %s/s, up %s/s, %u of %u peers"),
                          done,
                          size,
                          left,
                          down,
                          up,
                          sum->n_peers,
                          sum->n_known);
}

static char *
format_sum (const Sum *sum, Detail detail)
{
  g_autofree char *done = g_format_size (sum->done);
  g_autofree char *size = g_format_size (sum->size);

  if (sum->is_metadata)
    return g_strdup_printf (ngettext ("fetching details from %u peer",
                                      "fetching details from %u peers",
                                      sum->n_senders),
                            sum->n_senders);
  if (sum->is_checking)
    return g_strdup_printf (_ ("checking %s of %s"), done, size);
  if (sum->is_seeding)
    return format_seeding (sum);
  return format_download (sum, detail);
}

static guint
get_columns (void)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

/* The part of @text that fits into a line of @columns. */
static gsize
get_fitting (const char *text, guint columns)
{
  long n = MIN (g_utf8_strlen (text, -1), (long) columns - 1);

  return (gsize) (g_utf8_offset_to_pointer (text, MAX (n, 0)) - text);
}

static char *
format_bar (const Sum *sum, const char *text, guint columns)
{
  GString *line = g_string_new (NULL);
  guint    width = (guint) g_utf8_strlen (text, -1);
  guint    room = columns > width + BAR_FRAME ? MIN (columns - width - BAR_FRAME, BAR_MAX) : 0;
  guint    filled = sum->size > 0 ? (guint) (sum->done * room / sum->size) : room;
  guint    percent = sum->size > 0 ? (guint) (sum->done * 100 / sum->size) : 100;
  guint    i;

  if (room >= BAR_MIN && !sum->is_metadata)
    {
      g_string_append_c (line, '[');
      for (i = 0; i < room; i++)
        g_string_append (line, i < filled ? "█" : "░");
      g_string_append_printf (line, "] %3u %% ", percent);
    }
  g_string_append_len (line, text, (gssize) get_fitting (text, columns));
  return g_string_free (line, FALSE);
}

/* The bar matters most: as much is told beside it as leaves room for it. */
static char *
format_line (const Sum *sum, guint columns)
{
  g_autofree char *text = NULL;
  Detail           detail = ALL;

  for (;;)
    {
      g_free (text);
      text = format_sum (sum, detail);
      if (++detail == N_DETAILS ||
          (guint) g_utf8_strlen (text, -1) + BAR_FRAME + BAR_MIN <= columns)
        return format_bar (sum, text, columns);
    }
}

char *
shoal_cli_progress_dup_line (const GPtrArray *infos, gboolean is_seed, guint columns)
{
  Sum sum = sum_up (infos);

  sum.is_seeding |= is_seed;
  return columns > 0 ? format_line (&sum, columns) : format_sum (&sum, ALL);
}

void
shoal_cli_progress_show (ShoalCliProgress *self, const GPtrArray *infos)
{
  gint64           now_usec = g_get_monotonic_time ();
  g_autofree char *line = NULL;

  if (infos->len == 0 ||
      (!self->has_bar && self->said_usec != 0 && now_usec - self->said_usec < LINE_USEC))
    return;
  self->said_usec = now_usec;
  line = shoal_cli_progress_dup_line (infos, self->is_seed, self->has_bar ? get_columns () : 0);
  if (self->has_bar)
    shoal_cli_output_draw (line);
  else
    fprintf (stderr, "%s\n", line);
}

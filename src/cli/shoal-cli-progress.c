/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINE_USEC (5 * G_USEC_PER_SEC)
#define BAR_MAX   30

struct _ShoalCliProgress
{
  gint64 said_usec;

  guint is_terminal : 1;
  guint is_drawn : 1;
};

typedef struct
{
  guint64 done;
  guint64 size;
  guint64 down_bps;
  guint64 up_bps;
  guint   n_peers;
  guint   n_known;
  gint64  eta_sec;

  guint is_checking : 1;
  guint is_seeding : 1;
} Sum;

ShoalCliProgress *
shoal_cli_progress_new (void)
{
  ShoalCliProgress *self = g_new0 (ShoalCliProgress, 1);

  self->is_terminal = isatty (STDERR_FILENO) != 0;
  return self;
}

void
shoal_cli_progress_free (ShoalCliProgress *self)
{
  if (self->is_drawn)
    fputc ('\n', stderr);
  g_free (self);
}

void
shoal_cli_progress_hide (ShoalCliProgress *self)
{
  if (self->is_drawn)
    fputs ("\r\033[K", stderr);
  self->is_drawn = FALSE;
}

static Sum
sum_up (const GPtrArray *infos)
{
  Sum   sum = { .eta_sec = -1, .is_seeding = TRUE };
  guint i;

  for (i = 0; i < infos->len; i++)
    {
      const ShoalTorrentInfo *info = g_ptr_array_index (infos, i);
      gboolean                is_checking = info->state == SHOAL_TORRENT_STATE_CHECKING;

      sum.done += is_checking ? info->checked_bytes : info->done_bytes;
      sum.size += info->wanted_bytes;
      sum.down_bps += info->down_bps;
      sum.up_bps += info->up_bps;
      sum.n_peers += info->n_peers;
      sum.n_known += info->n_known;
      sum.eta_sec = MAX (sum.eta_sec, info->eta_sec);
      sum.is_checking |= is_checking;
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
format_sum (const Sum *sum)
{
  g_autofree char *done = g_format_size (sum->done);
  g_autofree char *size = g_format_size (sum->size);
  g_autofree char *down = g_format_size (sum->down_bps);
  g_autofree char *up = g_format_size (sum->up_bps);
  g_autofree char *left = format_time (sum->eta_sec);

  if (sum->is_checking)
    return g_strdup_printf (_ ("checking %s of %s"), done, size);
  if (sum->is_seeding)
    return g_strdup_printf (_ ("seeding %s, up %s/s to %u peers"), size, up, sum->n_peers);
  return g_strdup_printf (_ ("%s of %s%s, down %s/s, up %s/s, %u of %u peers"),
                          done,
                          size,
                          left,
                          down,
                          up,
                          sum->n_peers,
                          sum->n_known);
}

static guint
get_columns (void)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

static void
draw_bar (ShoalCliProgress *self, const Sum *sum, const char *text)
{
  guint columns = get_columns ();
  guint text_width = (guint) g_utf8_strlen (text, -1);
  guint room = columns > text_width + 10 ? MIN (columns - text_width - 10, BAR_MAX) : 0;
  guint filled = sum->size > 0 ? (guint) (sum->done * room / sum->size) : 0;
  guint percent = sum->size > 0 ? (guint) (sum->done * 100 / sum->size) : 0;
  guint i;

  fputs ("\r", stderr);
  if (room >= 5)
    {
      fputc ('[', stderr);
      for (i = 0; i < room; i++)
        fputs (i < filled ? "█" : "░", stderr);
      fprintf (stderr, "] %3u %% ", percent);
    }
  fputs (text, stderr);
  fputs ("\033[K", stderr);
  fflush (stderr);
  self->is_drawn = TRUE;
}

void
shoal_cli_progress_show (ShoalCliProgress *self, const GPtrArray *infos, gboolean is_last)
{
  gint64           now_usec = g_get_monotonic_time ();
  Sum              sum = sum_up (infos);
  g_autofree char *text = NULL;

  if (infos->len == 0)
    return;
  if (!self->is_terminal && !is_last && now_usec - self->said_usec < LINE_USEC)
    return;
  self->said_usec = now_usec;
  text = format_sum (&sum);
  if (self->is_terminal)
    draw_bar (self, &sum, text);
  else
    fprintf (stderr, "%s\n", text);
}

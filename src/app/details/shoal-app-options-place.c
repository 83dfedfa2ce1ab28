/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the files are, and where the torrent stands in the queue. */
#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-options-private.h"

#include <glib/gi18n.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"

static gboolean
folder_equal (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return g_strcmp0 (a->save_path, b->save_path) == 0;
}

/* What is being moved of all of them, and how far that is. */
static gboolean
add_up_moving (ShoalAppOptions *self, guint64 *moved, guint64 *total)
{
  gboolean is_moving = FALSE;

  *moved = *total = 0;
  for (guint i = 0; i < self->torrents->len; i++)
    {
      const ShoalTorrentInfo *info =
          shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, i));

      if (info->state != SHOAL_TORRENT_STATE_MOVING)
        continue;
      is_moving = TRUE;
      *moved += info->moved_bytes;
      *total += info->done_bytes;
    }
  return is_moving;
}

static char *
dup_moving (guint64 moved, guint64 total)
{
  g_autofree char *moved_text = g_format_size (moved);
  g_autofree char *total_text = g_format_size (total);
  ShoalAppTextPart parts[] = { { "moved", moved_text }, { "total", total_text } };

  if (moved == 0)
    return g_strdup (_ ("Moving"));
  return shoal_app_text_fill (_ ("Moving, {moved} of {total} done"), parts, G_N_ELEMENTS (parts));
}

/* One button takes the place of the other, with the focus. */
static void
show_move (ShoalAppOptions *self, gboolean is_moving)
{
  GtkWidget *shown = is_moving ? self->cancel_button : self->move_button;
  GtkWidget *hidden = is_moving ? self->move_button : self->cancel_button;
  gboolean   has_focus = gtk_widget_is_focus (hidden);

  gtk_widget_set_visible (shown, TRUE);
  if (has_focus)
    gtk_widget_grab_focus (shown);
  gtk_widget_set_visible (hidden, FALSE);
}

static void
show_folder (ShoalAppOptions *self)
{
  gboolean                is_mixed;
  const ShoalTorrentInfo *info = shoal_app_options_get_common (self, folder_equal, &is_mixed);
  guint64                 moved;
  guint64                 total;
  gboolean                is_moving = add_up_moving (self, &moved, &total);
  g_autofree char        *folder = is_mixed ? g_strdup (_ ("Differs among those that are selected"))
                                            : shoal_app_text_dup_visible (info->save_path);
  g_autofree char        *moving = is_moving ? dup_moving (moved, total) : NULL;
  g_autofree char *text = is_moving ? g_strconcat (folder, "\n", moving, NULL) : g_strdup (folder);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  if (g_strcmp0 (adw_action_row_get_subtitle (self->folder_row), markup) != 0)
    adw_action_row_set_subtitle (self->folder_row, markup);
  gtk_widget_set_visible (GTK_WIDGET (self->moved_bar), is_moving);
  gtk_progress_bar_set_fraction (self->moved_bar,
                                 total > 0 ? shoal_app_number_get_fraction (moved, total) : 0.0);
  show_move (self, is_moving);
}

static void
show_queue (ShoalAppOptions *self)
{
  GListModel      *torrents = G_LIST_MODEL (shoal_app_session_get_torrents (self->session));
  guint            n_all = g_list_model_get_n_items (torrents);
  guint            place = shoal_model_torrent_get_rank (g_ptr_array_index (self->torrents, 0));
  g_autofree char *place_text = g_strdup_printf ("%u", place);
  g_autofree char *all_text = g_strdup_printf ("%u", n_all);
  ShoalAppTextPart parts[] = { { "place", place_text }, { "all", all_text } };
  g_autofree char *text =
      self->torrents->len == 1
          ? shoal_app_text_fill (_ ("{place} of {all}"), parts, G_N_ELEMENTS (parts))
          : g_strdup ("");

  if (g_strcmp0 (adw_action_row_get_subtitle (self->queue_row), text) != 0)
    adw_action_row_set_subtitle (self->queue_row, text);
}

void
shoal_app_options_show_place (ShoalAppOptions *self)
{
  show_folder (self);
  show_queue (self);
}

static void
play_later_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppOptions *self = SHOAL_APP_OPTIONS (widget);

  if (self->torrents->len == 1)
    shoal_app_session_play_first (
        self->session,
        shoal_model_torrent_get_id (g_ptr_array_index (self->torrents, 0)),
        G_MAXUINT);
}

void
shoal_app_options_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "options.play-later", NULL, play_later_action);
}

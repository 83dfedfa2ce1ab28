/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-details-many.h"

#include <glib/gi18n.h>

#include "app/details/shoal-app-fact-row.h"
#include "app/details/shoal-app-options.h"
#include "app/shoal-app-fact.h"
#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"

struct _ShoalAppDetailsMany
{
  AdwBin parent_instance;

  GtkLabel        *title; /* unowned, as all children: the template holds them */
  ShoalAppFactRow *size_row;
  ShoalAppFactRow *missing_row;
  ShoalAppFactRow *rate_row;
  ShoalAppFactRow *downloaded_row;
  ShoalAppFactRow *uploaded_row;
  ShoalAppFactRow *ratio_row;
  ShoalAppOptions *options;

  ShoalAppActions *actions;  /* owned */
  GPtrArray       *torrents; /* owned, of ShoalModelTorrent; NULL: nothing is shown */
};

G_DEFINE_FINAL_TYPE (ShoalAppDetailsMany, shoal_app_details_many, ADW_TYPE_BIN)

/* One row of all: only what adds up is set. */
static void
add_up (GPtrArray *torrents, ShoalTorrentInfo *sum)
{
  for (guint i = 0; i < torrents->len; i++)
    {
      const ShoalTorrentInfo *info = shoal_model_torrent_get_info (g_ptr_array_index (torrents, i));

      sum->size += info->size;
      sum->wanted_bytes += info->wanted_bytes;
      sum->done_bytes += info->done_bytes;
      sum->down_bps += info->down_bps;
      sum->up_bps += info->up_bps;
      sum->downloaded += info->downloaded;
      sum->uploaded += info->uploaded;
    }
}

static char *
dup_rates (const ShoalTorrentInfo *sum)
{
  g_autofree char *down = shoal_app_number_format_rate (sum->down_bps);
  g_autofree char *up = shoal_app_number_format_rate (sum->up_bps);
  ShoalAppTextPart parts[] = { { "down", down }, { "up", up } };

  return shoal_app_text_fill (_ ("{down} download, {up} upload"), parts, G_N_ELEMENTS (parts));
}

static void
show_title (ShoalAppDetailsMany *self)
{
  guint            n = self->torrents->len;
  g_autofree char *number = g_strdup_printf ("%u", n);
  ShoalAppTextPart part = { "n", number };
  g_autofree char *title =
      shoal_app_text_fill (ngettext ("{n} Torrent Selected", "{n} Torrents Selected", n), &part, 1);

  gtk_label_set_label (self->title, title);
}

static void
show (ShoalAppDetailsMany *self)
{
  g_autoptr (ShoalTorrentInfo) sum = shoal_torrent_info_new ();
  g_autofree char *size = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *rates = NULL;
  g_autofree char *downloaded = NULL;
  g_autofree char *uploaded = NULL;
  g_autofree char *ratio = NULL;

  add_up (self->torrents, sum);
  size = shoal_app_fact_dup_size (sum);
  missing =
      shoal_app_fact_dup_amount (sum->wanted_bytes - MIN (sum->done_bytes, sum->wanted_bytes));
  rates = dup_rates (sum);
  downloaded = shoal_app_fact_dup_amount (sum->downloaded);
  uploaded = shoal_app_fact_dup_amount (sum->uploaded);
  ratio = shoal_app_fact_dup_ratio (sum);
  shoal_app_fact_row_set_text (self->size_row, size);
  shoal_app_fact_row_set_text (self->missing_row, missing);
  shoal_app_fact_row_set_text (self->rate_row, rates);
  shoal_app_fact_row_set_text (self->downloaded_row, downloaded);
  shoal_app_fact_row_set_text (self->uploaded_row, uploaded);
  shoal_app_fact_row_set_text (self->ratio_row, ratio);
}

static void
beat_cb (gpointer listener)
{
  show (listener);
  shoal_app_actions_update (SHOAL_APP_DETAILS_MANY (listener)->actions);
}

static void
review_beat (ShoalAppDetailsMany *self)
{
  ShoalAppCollection *collection = shoal_app_actions_get_collection (self->actions);
  ShoalAppBeat *beat = shoal_app_session_get_beat (shoal_app_collection_get_session (collection));

  if (self->torrents == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      shoal_app_beat_leave (beat, self);
      return;
    }
  show (self);
  shoal_app_beat_join (beat, beat_cb, self);
}

static void
shoal_app_details_many_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (shoal_app_details_many_parent_class)->map (widget);
  review_beat (SHOAL_APP_DETAILS_MANY (widget));
}

static void
shoal_app_details_many_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (shoal_app_details_many_parent_class)->unmap (widget);
  review_beat (SHOAL_APP_DETAILS_MANY (widget));
}

static void
shoal_app_details_many_dispose (GObject *object)
{
  ShoalAppDetailsMany *self = SHOAL_APP_DETAILS_MANY (object);

  g_clear_pointer (&self->torrents, g_ptr_array_unref);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (shoal_app_details_many_parent_class)->dispose (object);
}

static void
shoal_app_details_many_class_init (ShoalAppDetailsManyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_details_many_dispose;
  widget_class->map = shoal_app_details_many_map;
  widget_class->unmap = shoal_app_details_many_unmap;

  g_type_ensure (SHOAL_TYPE_APP_FACT_ROW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  g_type_ensure (SHOAL_TYPE_APP_OPTIONS);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/details/shoal-app-details-many.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsMany, downloaded_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsMany, missing_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsMany, options);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsMany, rate_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsMany, ratio_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsMany, size_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsMany, title);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsMany, uploaded_row);
}

static void
shoal_app_details_many_init (ShoalAppDetailsMany *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
shoal_app_details_many_set_actions (ShoalAppDetailsMany *self, ShoalAppActions *actions)
{
  g_return_if_fail (SHOAL_IS_APP_DETAILS_MANY (self));

  self->actions = g_object_ref (actions);
  shoal_app_options_set_session (
      self->options, shoal_app_collection_get_session (shoal_app_actions_get_collection (actions)));
}

void
shoal_app_details_many_set_torrents (ShoalAppDetailsMany *self, GPtrArray *torrents)
{
  g_return_if_fail (SHOAL_IS_APP_DETAILS_MANY (self));

  g_clear_pointer (&self->torrents, g_ptr_array_unref);
  if (torrents != NULL)
    {
      self->torrents = g_ptr_array_ref (torrents);
      show_title (self);
    }
  shoal_app_options_set_torrents (self->options, torrents);
  review_beat (self);
}

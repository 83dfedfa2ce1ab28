/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-details-overview.h"

#include <glib/gi18n.h>

#include "app/details/shoal-app-details-facts.h"
#include "app/details/shoal-app-details-page.h"
#include "app/details/shoal-app-piece-map.h"
#include "app/details/shoal-app-speed.h"
#include "app/details/shoal-app-swatch.h"
#include "app/shoal-app-fact.h"
#include "app/shoal-app-sentence.h"
#include "app/shoal-app-text.h"
#include "model/shoal-model-cells.h"

/* A screen reader is told of pieces so seldom, unless all of them are here. */
#define SPEAK_SEC 30

struct _ShoalAppDetailsOverview
{
  AdwBin parent_instance;

  GtkLabel             *sentence; /* unowned, as all children: the template holds them */
  GtkWidget            *pieces_box;
  GtkWidget            *legend;
  ShoalAppPieceMap     *map;
  GtkLabel             *here_label;
  GtkWidget            *coming_item;
  GtkLabel             *coming_label;
  GtkWidget            *others_item;
  GtkLabel             *others_label;
  GtkWidget            *nobody_item;
  GtkLabel             *nobody_label;
  ShoalAppSpeed        *speed;
  ShoalAppDetailsFacts *facts;

  ShoalAppSession   *session; /* unowned: outlives us */
  ShoalModelTorrent *torrent; /* owned; NULL: none */
  ShoalModelDetails *details; /* owned */
  gulong             status_handler;
  gulong             contents_handler;
  gulong             pieces_handler;
  guint              pieces_number; /* of the details, that the counts are of */
  guint              spoken_have;
  gint64             spoken_usec; /* 0: nothing was */
  gboolean           is_shown;    /* there is a torrent, and it is seen */
};

static void page_init (ShoalAppDetailsPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalAppDetailsOverview,
                               shoal_app_details_overview,
                               ADW_TYPE_BIN,
                               G_IMPLEMENT_INTERFACE (SHOAL_TYPE_APP_DETAILS_PAGE, page_init))

static void
set_label (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

static void
show_sentence (ShoalAppDetailsOverview *self)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (self->torrent);
  ShoalModelTorrents     *torrents = shoal_app_session_get_torrents (self->session);
  gint64                  since_usec = shoal_model_torrents_get_joining_usec (torrents);
  ShoalAppMoment          moment = { .eta_sec = shoal_model_torrent_get_time_left (self->torrent),
                                     .now_sec = g_get_real_time () / G_USEC_PER_SEC,
                                     .dht_joining_sec = -1 };
  g_autofree char        *sentence = NULL;

  if (since_usec >= 0)
    moment.dht_joining_sec = MAX (g_get_monotonic_time () - since_usec, 0) / G_USEC_PER_SEC;
  sentence = shoal_app_sentence_dup_row (info, &moment);
  set_label (self->sentence, sentence);
}

static void
show_count (GtkLabel *label, GtkWidget *item, const char *pattern, guint n)
{
  g_autofree char *number = g_strdup_printf ("%u", n);
  ShoalAppTextPart part = { "n", number };
  g_autofree char *text = shoal_app_text_fill (pattern, &part, 1);

  set_label (label, text);
  if (item != NULL)
    gtk_widget_set_visible (item, n > 0);
}

/* While nobody is connected it is not known who has what. */
static void
show_counts (ShoalAppDetailsOverview *self, const ShoalModelPieceCounts *counts, gboolean is_alone)
{
  show_count (self->here_label, NULL, _ ("{n} here"), counts->n_have);
  show_count (self->coming_label, self->coming_item, _ ("{n} on the way"), counts->n_in_flight);
  show_count (self->others_label, self->others_item, _ ("{n} with others"), counts->n_others);
  show_count (self->nobody_label,
              self->nobody_item,
              is_alone ? _ ("{n} missing") : _ ("{n} with nobody"),
              counts->n_nobody);
}

static void
speak_counts (ShoalAppDetailsOverview     *self,
              const ShoalModelPieceCounts *counts,
              guint                        n_pieces,
              gboolean                     is_alone)
{
  gint64           now_usec = g_get_monotonic_time ();
  gboolean         is_end = counts->n_have == n_pieces && self->spoken_have < n_pieces;
  g_autofree char *words = NULL;

  if (self->spoken_usec != 0 && !is_end &&
      now_usec - self->spoken_usec < SPEAK_SEC * G_USEC_PER_SEC)
    return;
  self->spoken_usec = now_usec;
  self->spoken_have = counts->n_have;
  words = shoal_app_fact_dup_counts (counts, is_alone);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void
show_pieces (ShoalAppDetailsOverview *self)
{
  const ShoalTorrentDetails *pieces = shoal_model_details_get_pieces (self->details);
  const ShoalTorrentInfo    *info = shoal_model_torrent_get_info (self->torrent);
  ShoalModelPieceCounts      counts;
  guint                      number;

  gtk_widget_set_visible (self->pieces_box, !info->is_magnet);
  gtk_widget_set_visible (self->legend, pieces != NULL);
  g_object_get (self->details, "pieces", &number, NULL);
  if (pieces == NULL || number == self->pieces_number)
    return;
  self->pieces_number = number;
  counts = shoal_model_cells_count (pieces, 0, pieces->n_pieces);
  show_counts (self, &counts, info->n_peers == 0);
  speak_counts (self, &counts, pieces->n_pieces, info->n_peers == 0);
}

static void
refresh (ShoalAppDetailsOverview *self)
{
  show_sentence (self);
  show_pieces (self);
  shoal_app_details_facts_refresh (self->facts);
}

static void
beat_cb (gpointer listener)
{
  refresh (listener);
}

static void
review_beat (ShoalAppDetailsOverview *self)
{
  ShoalAppBeat *beat = shoal_app_session_get_beat (self->session);

  self->is_shown = self->torrent != NULL && gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!self->is_shown)
    {
      shoal_app_beat_leave (beat, self);
      return;
    }
  refresh (self);
  shoal_app_beat_join (beat, beat_cb, self);
}

static void
status_cb (ShoalModelTorrent *torrent, GParamSpec *pspec, ShoalAppDetailsOverview *self)
{
  guint status;

  g_object_get (torrent, "status", &status, NULL);
  if (self->is_shown && (status & (SHOAL_MODEL_CHANGE_STATE | SHOAL_MODEL_CHANGE_IDENTITY |
                                   SHOAL_MODEL_CHANGE_SWITCHES)) != 0)
    refresh (self);
}

/* The first time they need not wait for the next second. */
static void
pieces_cb (ShoalAppDetailsOverview *self)
{
  if (self->pieces_number == 0)
    show_pieces (self);
}

static void
contents_cb (ShoalAppDetailsOverview *self)
{
  shoal_app_beat_strike (shoal_app_session_get_beat (self->session));
}

static void
overview_set_session (ShoalAppDetailsPage *page, ShoalAppSession *session)
{
  ShoalAppDetailsOverview *self = SHOAL_APP_DETAILS_OVERVIEW (page);

  self->session = session;
  shoal_app_speed_set_session (self->speed, session);
}

static void
drop_torrent (ShoalAppDetailsOverview *self)
{
  if (self->torrent != NULL)
    g_clear_signal_handler (&self->status_handler, self->torrent);
  if (self->details != NULL)
    {
      g_clear_signal_handler (&self->contents_handler, self->details);
      g_clear_signal_handler (&self->pieces_handler, self->details);
    }
  g_clear_object (&self->torrent);
  g_clear_object (&self->details);
}

static void
take_torrent (ShoalAppDetailsOverview *self, ShoalModelTorrent *torrent, ShoalModelDetails *details)
{
  self->torrent = g_object_ref (torrent);
  self->details = g_object_ref (details);
  self->status_handler = g_signal_connect (torrent, "notify::status", G_CALLBACK (status_cb), self);
  self->contents_handler =
      g_signal_connect_swapped (details, "notify::contents", G_CALLBACK (contents_cb), self);
  self->pieces_handler =
      g_signal_connect_swapped (details, "notify::pieces", G_CALLBACK (pieces_cb), self);
  self->pieces_number = 0;
  self->spoken_usec = 0;
  shoal_app_speed_set_torrent (self->speed, shoal_model_torrent_get_id (torrent));
}

static void
overview_set_torrent (ShoalAppDetailsPage *page,
                      ShoalModelTorrent   *torrent,
                      ShoalModelDetails   *details)
{
  ShoalAppDetailsOverview *self = SHOAL_APP_DETAILS_OVERVIEW (page);

  if (self->details == details)
    return;
  drop_torrent (self);
  if (torrent != NULL)
    take_torrent (self, torrent, details);
  shoal_app_piece_map_set_details (self->map, details);
  shoal_app_details_facts_set_torrent (self->facts, torrent, details);
  review_beat (self);
  if (self->is_shown)
    shoal_app_beat_strike (shoal_app_session_get_beat (self->session));
}

static void
page_init (ShoalAppDetailsPageInterface *iface)
{
  iface->set_session = overview_set_session;
  iface->set_torrent = overview_set_torrent;
}

static void
shoal_app_details_overview_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (shoal_app_details_overview_parent_class)->map (widget);
  review_beat (SHOAL_APP_DETAILS_OVERVIEW (widget));
}

static void
shoal_app_details_overview_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (shoal_app_details_overview_parent_class)->unmap (widget);
  review_beat (SHOAL_APP_DETAILS_OVERVIEW (widget));
}

static void
shoal_app_details_overview_dispose (GObject *object)
{
  ShoalAppDetailsOverview *self = SHOAL_APP_DETAILS_OVERVIEW (object);

  drop_torrent (self);
  G_OBJECT_CLASS (shoal_app_details_overview_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, coming_item);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, coming_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, facts);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, here_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, legend);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, map);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, nobody_item);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, nobody_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, others_item);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, others_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, pieces_box);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, sentence);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetailsOverview, speed);
}

static void
shoal_app_details_overview_class_init (ShoalAppDetailsOverviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_details_overview_dispose;
  widget_class->map = shoal_app_details_overview_map;
  widget_class->unmap = shoal_app_details_overview_unmap;

  g_type_ensure (SHOAL_TYPE_APP_DETAILS_FACTS);
  g_type_ensure (SHOAL_TYPE_APP_PIECE_MAP);
  g_type_ensure (SHOAL_TYPE_APP_SPEED);
  g_type_ensure (SHOAL_TYPE_APP_SWATCH);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/details/shoal-app-details-overview.ui");
  bind_children (widget_class);
}

static void
shoal_app_details_overview_init (ShoalAppDetailsOverview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

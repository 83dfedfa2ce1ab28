/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-table-row.h"

#include "app/shoal-app-number.h"
#include "app/shoal-app-sentence.h"
#include "app/shoal-app-text.h"
#include "app/torrents/shoal-app-table-row-private.h"

static void implement_pulsed (ShoalAppPulsedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalAppTableRow,
                               shoal_app_table_row,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (SHOAL_TYPE_APP_PULSED, implement_pulsed))

static const char *const mood_classes[] = {
  [SHOAL_APP_MOOD_DOWNLOADING] = "downloading", [SHOAL_APP_MOOD_SEEDING] = "seeding",
  [SHOAL_APP_MOOD_PAUSED] = "paused",           [SHOAL_APP_MOOD_WAITING] = "waiting",
  [SHOAL_APP_MOOD_CHECKING] = "checking",       [SHOAL_APP_MOOD_TROUBLE] = "trouble",
};

static const char *const state_icons[] = {
  [SHOAL_TORRENT_STATE_CHECKING] = "view-refresh-symbolic",
  [SHOAL_TORRENT_STATE_METADATA] = "content-loading-symbolic",
  [SHOAL_TORRENT_STATE_DOWNLOADING] = "go-down-symbolic",
  [SHOAL_TORRENT_STATE_SEEDING] = "go-up-symbolic",
  [SHOAL_TORRENT_STATE_FINISHED] = "object-select-symbolic",
  [SHOAL_TORRENT_STATE_PAUSED] = "media-playback-pause-symbolic",
  [SHOAL_TORRENT_STATE_WAITING] = "content-loading-symbolic",
  [SHOAL_TORRENT_STATE_STOPPED] = "dialog-warning-symbolic",
  [SHOAL_TORRENT_STATE_MOVING] = "folder-symbolic",
  [SHOAL_TORRENT_STATE_QUEUED] = "content-loading-symbolic",
};

static void
show_state (ShoalAppTableRow *self, const ShoalTorrentInfo *info)
{
  const char *mood = mood_classes[shoal_app_sentence_get_mood (info)];
  const char *classes[] = { mood, NULL };

  if (self->state == (int) info->state)
    return;
  self->state = (int) info->state;
  gtk_image_set_from_icon_name (self->icon, state_icons[info->state]);
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  if (self->bar != NULL)
    gtk_widget_set_css_classes (GTK_WIDGET (self->bar), classes);
}

static void
show_bar (ShoalAppTableRow *self, const ShoalTorrentInfo *info)
{
  guint64 done;
  guint64 total;

  self->bar_is_old = FALSE;
  if (self->bar == NULL)
    return;
  shoal_app_sentence_get_progress (info, &done, &total);
  shoal_app_table_bar_set_fraction (self->bar, shoal_app_number_get_fraction (done, total));
}

static char *
dup_text (ShoalAppTableRow *self, ShoalAppColumn column, const ShoalTorrentInfo *info)
{
  ShoalAppColumnFacts facts = { .eta_sec = shoal_model_torrent_get_time_left (self->torrent),
                                .rank = shoal_model_torrent_get_rank (self->torrent) };

  return shoal_app_column_dup_text (column, info, &facts);
}

static void
show_cell (ShoalAppTableRow *self, ShoalAppColumn column, const ShoalTorrentInfo *info)
{
  g_autofree char *text = dup_text (self, column, info);

  if (!shoal_app_column_is_number (column))
    {
      gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
      char    *line = shoal_app_text_dup_line (text, is_rtl);

      g_free (text);
      text = line;
    }
  if (g_strcmp0 (text, gtk_inscription_get_text (self->cells[column])) != 0)
    gtk_inscription_set_text (self->cells[column], text);
}

static void
show_text (ShoalAppTableRow *self, const ShoalTorrentInfo *info)
{
  guint                 n;
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (self->columns, &n);

  self->text_is_old = FALSE;
  for (guint i = 0; i < n; i++)
    show_cell (self, shown[i], info);
}

/* A screen reader says it whenever it changes, so it does not with each speed. */
static void
show_spoken (ShoalAppTableRow *self, const ShoalTorrentInfo *info, gboolean is_asked)
{
  g_autofree char *spoken = shoal_app_sentence_dup_spoken (info);
  g_autofree char *all = NULL;
  GtkWidget       *item = gtk_widget_get_parent (GTK_WIDGET (self));

  if (item == NULL || (!is_asked && g_strcmp0 (spoken, self->spoken) == 0))
    return;
  all = shoal_app_sentence_dup_spoken_now (info);
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, all, -1);
  g_free (self->spoken);
  self->spoken = g_steal_pointer (&spoken);
}

static void
show_all (ShoalAppTableRow *self)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (self->torrent);

  if (self->cells_are_old)
    shoal_app_table_row_make_cells (self);
  show_state (self, info);
  show_bar (self, info);
  show_text (self, info);
  show_spoken (self, info, FALSE);
  self->all_is_old = FALSE;
}

/* Another state, or another torrent: shown at once to who sees it. Of the rows that a jump gives
 * other torrents, some lie beside the screen: a screen reader that goes there finds what they
 * have caught up with, a moment later. */
static void
renew (ShoalAppTableRow *self)
{
  self->all_is_old = TRUE;
  if (self->is_seen)
    show_all (self);
}

static void
status_cb (ShoalModelTorrent *torrent, GParamSpec *pspec, ShoalAppTableRow *self)
{
  guint status;

  g_object_get (torrent, "status", &status, NULL);
  if (status &
      (SHOAL_MODEL_CHANGE_STATE | SHOAL_MODEL_CHANGE_IDENTITY | SHOAL_MODEL_CHANGE_SWITCHES))
    renew (self);
  else
    {
      self->bar_is_old |= (status & SHOAL_MODEL_CHANGE_PROGRESS) != 0;
      self->text_is_old = TRUE;
    }
  if ((status & SHOAL_MODEL_CHANGE_PROGRESS) && !self->all_is_old)
    show_spoken (self, shoal_model_torrent_get_info (torrent), FALSE);
  if (self->is_seen || self->all_is_old)
    gtk_widget_activate_action (GTK_WIDGET (self), "table.wake", NULL);
}

static void
columns_changed_cb (ShoalAppTableRow *self)
{
  self->cells_are_old = TRUE;
  self->place_is_old = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  if (self->torrent != NULL)
    renew (self);
}

static void
columns_resized_cb (ShoalAppTableRow *self)
{
  self->place_is_old = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* Only what is seen is worth the time: GTK keeps further rows. */
static void
shoal_app_table_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShoalAppTableRow *self = SHOAL_APP_TABLE_ROW (widget);

  if (self->is_seen && !self->cells_are_old)
    shoal_app_table_row_put_cells (self, width);
  else
    self->place_is_old = TRUE;
}

static void
shoal_app_table_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ShoalAppTableRow *self = SHOAL_APP_TABLE_ROW (widget);

  if (self->is_seen && !self->place_is_old)
    GTK_WIDGET_CLASS (shoal_app_table_row_parent_class)->snapshot (widget, snapshot);
}

static void
shoal_app_table_row_measure (GtkWidget     *widget,
                             GtkOrientation orientation,
                             int            for_size,
                             int           *minimum,
                             int           *natural,
                             int           *minimum_baseline,
                             int           *natural_baseline)
{
  ShoalAppTableRow *self = SHOAL_APP_TABLE_ROW (widget);

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL
                 ? shoal_app_columns_get_total_width (self->columns)
                 : shoal_app_columns_get_line_height (self->columns);
  *natural = *minimum;
}

static GtkSizeRequestMode
shoal_app_table_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

/* The whole text where there may be no room for it, and of a state the whole sentence. */
static char *
dup_tip (ShoalAppTableRow *self, ShoalAppColumn column)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (self->torrent);
  ShoalAppMoment          moment = { .eta_sec = shoal_model_torrent_get_time_left (self->torrent),
                                     .now_sec = g_get_real_time () / G_USEC_PER_SEC,
                                     .dht_joining_sec = -1 };

  if (column == SHOAL_APP_COLUMN_STATE)
    return shoal_app_sentence_dup_row (info, &moment);
  if (shoal_app_column_is_number (column))
    return NULL;
  return dup_text (self, column, info);
}

/* Asked for when the pointer rests there: texts given in advance would be told to screen readers
 * with each row that scrolls by. */
static gboolean
shoal_app_table_row_query_tooltip (GtkWidget  *widget,
                                   int         x,
                                   int         y,
                                   gboolean    is_keyboard,
                                   GtkTooltip *tooltip)
{
  ShoalAppTableRow     *self = SHOAL_APP_TABLE_ROW (widget);
  gboolean              is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  ShoalAppColumnPlace   places[SHOAL_APP_N_COLUMNS];
  guint                 n;
  const ShoalAppColumn *shown = shoal_app_columns_get_shown (self->columns, &n);
  g_autofree char      *tip = NULL;

  if (self->torrent == NULL)
    return FALSE;
  shoal_app_columns_place (self->columns, gtk_widget_get_width (widget), is_rtl, places);
  for (guint i = 0; i < n; i++)
    if (is_keyboard ? shown[i] == SHOAL_APP_COLUMN_NAME
                    : x >= places[i].x && x < places[i].x + places[i].width)
      tip = dup_tip (self, shown[i]);
  if (tip == NULL || *tip == '\0')
    return FALSE;
  gtk_tooltip_set_text (tooltip, tip);
  return TRUE;
}

static void
set_torrent (ShoalAppPulsed *pulsed, ShoalModelTorrent *torrent)
{
  ShoalAppTableRow *self = SHOAL_APP_TABLE_ROW (pulsed);

  if (self->torrent == torrent)
    return;
  if (self->torrent != NULL)
    g_clear_signal_handler (&self->status_handler, self->torrent);
  self->is_seen = FALSE;
  g_clear_pointer (&self->spoken, g_free); /* the row may come to another item */
  if (!g_set_object (&self->torrent, torrent) || torrent == NULL)
    return;
  self->status_handler = g_signal_connect (torrent, "notify::status", G_CALLBACK (status_cb), self);
  renew (self);
}

static void
shoal_app_table_row_dispose (GObject *object)
{
  ShoalAppTableRow *self = SHOAL_APP_TABLE_ROW (object);

  set_torrent (SHOAL_APP_PULSED (self), NULL);
  shoal_app_table_row_remove_cells (self);
  g_clear_object (&self->columns);
  G_OBJECT_CLASS (shoal_app_table_row_parent_class)->dispose (object);
}

static void
shoal_app_table_row_finalize (GObject *object)
{
  g_free (SHOAL_APP_TABLE_ROW (object)->spoken);
  G_OBJECT_CLASS (shoal_app_table_row_parent_class)->finalize (object);
}

static void
shoal_app_table_row_class_init (ShoalAppTableRowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_table_row_dispose;
  object_class->finalize = shoal_app_table_row_finalize;
  widget_class->get_request_mode = shoal_app_table_row_get_request_mode;
  widget_class->measure = shoal_app_table_row_measure;
  widget_class->query_tooltip = shoal_app_table_row_query_tooltip;
  widget_class->size_allocate = shoal_app_table_row_size_allocate;
  widget_class->snapshot = shoal_app_table_row_snapshot;
  gtk_widget_class_set_css_name (widget_class, "tablerow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
shoal_app_table_row_init (ShoalAppTableRow *self)
{
  self->state = -1;
  self->cells_are_old = TRUE;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
shoal_app_table_row_new (ShoalAppColumns *columns)
{
  ShoalAppTableRow *self = g_object_new (SHOAL_TYPE_APP_TABLE_ROW, NULL);

  self->columns = g_object_ref (columns);
  g_signal_connect_object (
      columns, "changed", G_CALLBACK (columns_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      columns, "resized", G_CALLBACK (columns_resized_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

static ShoalModelTorrent *
get_torrent (ShoalAppPulsed *pulsed)
{
  return SHOAL_APP_TABLE_ROW (pulsed)->torrent;
}

static void
renew_spoken (ShoalAppPulsed *pulsed)
{
  ShoalAppTableRow *self = SHOAL_APP_TABLE_ROW (pulsed);

  if (self->torrent != NULL)
    show_spoken (self, shoal_model_torrent_get_info (self->torrent), TRUE);
}

/* Cells that were never made are not made for a row that nobody sees. */
static gboolean
catch_up (ShoalAppPulsed *pulsed)
{
  ShoalAppTableRow *self = SHOAL_APP_TABLE_ROW (pulsed);

  if (self->torrent == NULL || !self->all_is_old)
    return FALSE;
  if (self->icon != NULL || self->is_seen)
    {
      show_all (self);
      return TRUE;
    }
  show_spoken (self, shoal_model_torrent_get_info (self->torrent), FALSE);
  self->all_is_old = FALSE;
  self->cells_are_old = TRUE;
  return TRUE;
}

static gboolean
tick (ShoalAppPulsed *pulsed, gboolean with_text)
{
  ShoalAppTableRow       *self = SHOAL_APP_TABLE_ROW (pulsed);
  const ShoalTorrentInfo *info;

  if (!self->is_seen)
    return FALSE;
  info = shoal_model_torrent_get_info (self->torrent);
  if (self->bar_is_old)
    show_bar (self, info);
  if (self->text_is_old && with_text)
    show_text (self, info);
  return self->text_is_old;
}

/* This comes when rows have got their places and are not drawn yet: places that are asked for now
 * are given in the same frame. */
static gboolean
set_seen (ShoalAppPulsed *pulsed, gboolean is_seen)
{
  ShoalAppTableRow *self = SHOAL_APP_TABLE_ROW (pulsed);

  is_seen = is_seen && self->torrent != NULL;
  if (self->is_seen == is_seen)
    return FALSE;
  self->is_seen = is_seen;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!is_seen)
    return TRUE;
  self->all_is_old |= self->cells_are_old;
  if (!catch_up (pulsed))
    tick (pulsed, TRUE);
  if (self->place_is_old)
    gtk_widget_queue_allocate (GTK_WIDGET (self));
  return TRUE;
}

static void
refresh_text (ShoalAppPulsed *pulsed)
{
  SHOAL_APP_TABLE_ROW (pulsed)->text_is_old = TRUE;
  tick (pulsed, TRUE);
}

static void
implement_pulsed (ShoalAppPulsedInterface *iface)
{
  iface->set_torrent = set_torrent;
  iface->get_torrent = get_torrent;
  iface->renew_spoken = renew_spoken;
  iface->set_seen = set_seen;
  iface->catch_up = catch_up;
  iface->tick = tick;
  iface->refresh_text = refresh_text;
}

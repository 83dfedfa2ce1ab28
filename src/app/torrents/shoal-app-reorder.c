/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-reorder.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

/* So near to an edge the view scrolls while something is dragged there, by so much at a time. */
#define EDGE      40
#define SCROLL_BY 12
#define SCROLL_MS 30

typedef struct
{
  GtkWidget          *view;       /* unowned: it owns us */
  ShoalAppCollection *collection; /* owned */
  ShoalAppPickFunc    pick;
  ShoalModelTorrent  *taken;  /* owned; whose row is dragged, or was last; NULL: none was */
  GtkWidget          *marked; /* weak; the row that has a class of ours; NULL: none */
  double              scroll_by;
  guint               scroll_source;

  guint is_dragging : 1;
} Reorder;

static void
unmark (Reorder *self)
{
  if (self->marked != NULL)
    {
      gtk_widget_remove_css_class (self->marked, "drop-before");
      gtk_widget_remove_css_class (self->marked, "drop-after");
    }
  g_clear_weak_pointer (&self->marked);
}

static void
reorder_free (gpointer data)
{
  Reorder *self = data;

  unmark (self);
  g_clear_handle_id (&self->scroll_source, g_source_remove);
  if (self->is_dragging)
    shoal_app_calm_release (shoal_app_collection_get_calm (self->collection));
  g_clear_object (&self->taken);
  g_object_unref (self->collection);
  g_free (self);
}

static gboolean
can_reorder (Reorder *self)
{
  return shoal_app_collection_get_order (self->collection) == SHOAL_MODEL_ORDER_QUEUE &&
         !shoal_app_collection_get_is_reversed (self->collection);
}

/* A row that is part of the selection takes all of that along. */
static GPtrArray *
ref_dragged (Reorder *self, ShoalModelTorrent *torrent)
{
  GPtrArray *torrents = shoal_app_collection_ref_selected (self->collection);

  if (g_ptr_array_find (torrents, torrent, NULL))
    return torrents;
  g_ptr_array_unref (torrents);
  torrents = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (torrents, g_object_ref (torrent));
  return torrents;
}

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, Reorder *self)
{
  ShoalModelTorrent *torrent = NULL;

  if (!can_reorder (self) || self->pick (self->view, x, y, &torrent) == NULL)
    return NULL;
  g_set_object (&self->taken, torrent);
  return gdk_content_provider_new_typed (SHOAL_TYPE_MODEL_TORRENT, torrent);
}

static GtkWidget *
make_icon (Reorder *self, ShoalModelTorrent *torrent)
{
  g_autoptr (GPtrArray) torrents = ref_dragged (self, torrent);
  g_autofree char *number = g_strdup_printf ("%u", torrents->len);
  ShoalAppTextPart parts[] = { { "n", number } };
  g_autofree char *text = NULL;
  GtkWidget       *label;

  if (torrents->len == 1)
    text = shoal_app_text_dup_visible (shoal_model_torrent_get_info (torrent)->name);
  else
    text = shoal_app_text_fill (ngettext ("{n} torrent", "{n} torrents", torrents->len), parts, 1);
  label = gtk_label_new (text);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, "drag-icon");
  return label;
}

static void
drag_begin_cb (GtkDragSource *source, GdkDrag *drag, Reorder *self)
{
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)),
                           make_icon (self, self->taken));
  if (!self->is_dragging)
    shoal_app_calm_hold (shoal_app_collection_get_calm (self->collection));
  self->is_dragging = TRUE;
}

static void
drag_end_cb (GtkDragSource *source, GdkDrag *drag, gboolean is_deleted, Reorder *self)
{
  if (self->is_dragging)
    shoal_app_calm_release (shoal_app_collection_get_calm (self->collection));
  self->is_dragging = FALSE;
  unmark (self);
}

static gboolean
is_lower_half (Reorder *self, GtkWidget *item, double y)
{
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (item, self->view, &bounds) &&
         y > bounds.origin.y + bounds.size.height / 2;
}

static gboolean
scroll_cb (gpointer user_data)
{
  Reorder       *self = user_data;
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + self->scroll_by);
  return G_SOURCE_CONTINUE;
}

static void
scroll_at (Reorder *self, double y)
{
  self->scroll_by = 0.0;
  if (y < EDGE)
    self->scroll_by = -SCROLL_BY;
  else if (y > gtk_widget_get_height (self->view) - EDGE)
    self->scroll_by = SCROLL_BY;
  if (self->scroll_by == 0.0)
    g_clear_handle_id (&self->scroll_source, g_source_remove);
  else if (self->scroll_source == 0)
    self->scroll_source = g_timeout_add (SCROLL_MS, scroll_cb, self);
}

static GdkDragAction
motion_cb (GtkDropTarget *target, double x, double y, Reorder *self)
{
  ShoalModelTorrent *torrent = NULL;
  GtkWidget         *item = self->pick (self->view, x, y, &torrent);

  unmark (self);
  scroll_at (self, y);
  if (item == NULL || !can_reorder (self))
    return 0;
  gtk_widget_add_css_class (item, is_lower_half (self, item, y) ? "drop-after" : "drop-before");
  g_set_weak_pointer (&self->marked, item);
  return GDK_ACTION_MOVE;
}

static void
leave_cb (GtkDropTarget *target, Reorder *self)
{
  unmark (self);
  g_clear_handle_id (&self->scroll_source, g_source_remove);
}

static gboolean
is_dragged (GPtrArray *dragged, ShoalModelTorrent *torrent)
{
  return g_ptr_array_find (dragged, torrent, NULL);
}

/* The torrent before which @dragged are to stand: the first at or after @position that is none of
 * them; 0: at the end. */
static ShoalTorrentId
find_next (Reorder *self, GPtrArray *dragged, guint position)
{
  GListModel *rows = G_LIST_MODEL (shoal_app_collection_get_selection (self->collection));
  guint       n = g_list_model_get_n_items (rows);

  for (guint i = position; i < n; i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (rows, i);

      if (!is_dragged (dragged, torrent))
        return shoal_model_torrent_get_id (torrent);
    }
  return (ShoalTorrentId){ 0 };
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, Reorder *self)
{
  ShoalModelTorrent *torrent = NULL;
  GtkWidget         *item = self->pick (self->view, x, y, &torrent);
  g_autoptr (GPtrArray) dragged = ref_dragged (self, g_value_get_object (value));
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  guint position;

  leave_cb (target, self);
  if (item == NULL || !can_reorder (self))
    return FALSE;
  position = shoal_app_collection_find (self->collection, torrent);
  for (guint i = 0; i < dragged->len; i++)
    {
      ShoalTorrentId id = shoal_model_torrent_get_id (g_ptr_array_index (dragged, i));

      g_array_append_val (ids, id);
    }
  shoal_app_session_enqueue (
      shoal_app_collection_get_session (self->collection),
      ids,
      SHOAL_QUEUE_BEFORE,
      find_next (self, dragged, position + (is_lower_half (self, item, y) ? 1 : 0)));
  return TRUE;
}

void
shoal_app_reorder_install (GtkWidget *view, ShoalAppCollection *collection, ShoalAppPickFunc pick)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (SHOAL_TYPE_MODEL_TORRENT, GDK_ACTION_MOVE);
  Reorder       *self = g_new0 (Reorder, 1);

  self->view = view;
  self->collection = g_object_ref (collection);
  self->pick = pick;
  g_object_set_data_full (G_OBJECT (view), "shoal-app-reorder", self, reorder_free);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), self);
  g_signal_connect (source, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (source, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (view, GTK_EVENT_CONTROLLER (source));

  g_signal_connect (target, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (target, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (view, GTK_EVENT_CONTROLLER (target));
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-menu.h"

#include "app/filters/shoal-app-label-menu.h"
#include "app/shoal-app-compat.h"

#define MENU "/io/github/shoalapp/Shoal/torrents/shoal-app-menu.ui"

struct _ShoalAppMenu
{
  GtkWidget       *parent;  /* unowned: it owns us */
  GtkPopover      *popover; /* unowned: the parent holds it */
  ShoalAppActions *actions; /* owned */
  GMenu           *labels;  /* owned; the part that lists them */
  GtkWidget       *item;    /* weak; the row whose menu is open; NULL: none */

  guint is_open : 1;
};

static ShoalAppCalm *
get_calm (ShoalAppMenu *self)
{
  return shoal_app_collection_get_calm (shoal_app_actions_get_collection (self->actions));
}

static void
let_go (ShoalAppMenu *self)
{
  if (self->is_open)
    shoal_app_calm_release (get_calm (self));
  self->is_open = FALSE;
}

/* The row gets back the focus that its menu took. */
static void
closed_cb (ShoalAppMenu *self)
{
  let_go (self);
  if (self->item != NULL)
    gtk_widget_grab_focus (self->item);
  g_clear_weak_pointer (&self->item);
}

ShoalAppMenu *
shoal_app_menu_new (GtkWidget *parent, ShoalAppActions *actions)
{
  ShoalAppMenu *self = g_new0 (ShoalAppMenu, 1);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (MENU);

  self->parent = parent;
  self->actions = g_object_ref (actions);
  self->labels = g_object_ref (G_MENU (gtk_builder_get_object (builder, "labels_section")));
  self->popover = GTK_POPOVER (gtk_popover_menu_new_from_model (
      G_MENU_MODEL (gtk_builder_get_object (builder, "torrent_menu"))));
  gtk_popover_set_has_arrow (self->popover, FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->popover), GTK_ALIGN_START);
  gtk_widget_set_parent (GTK_WIDGET (self->popover), parent);
  shoal_app_compat_name_items (self->popover);
  g_signal_connect_swapped (self->popover, "closed", G_CALLBACK (closed_cb), self);
  return self;
}

void
shoal_app_menu_free (ShoalAppMenu *self)
{
  g_signal_handlers_disconnect_by_data (self->popover, self);
  let_go (self);
  g_clear_weak_pointer (&self->item);
  gtk_widget_unparent (GTK_WIDGET (self->popover));
  g_object_unref (self->labels);
  g_object_unref (self->actions);
  g_free (self);
}

static void
select_target (ShoalAppMenu *self, ShoalModelTorrent *torrent)
{
  ShoalAppCollection *collection = shoal_app_actions_get_collection (self->actions);
  GtkSelectionModel  *selection = shoal_app_collection_get_selection (collection);
  guint               position = shoal_app_collection_find (collection, torrent);

  if (!gtk_selection_model_is_selected (selection, position))
    gtk_selection_model_select_item (selection, position, TRUE);
}

static void
fill_labels (ShoalAppMenu *self)
{
  ShoalAppCollection *collection = shoal_app_actions_get_collection (self->actions);
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self->actions);

  shoal_app_label_menu_fill (
      self->labels, self->parent, shoal_app_collection_get_session (collection), torrents);
}

void
shoal_app_menu_pop_up (ShoalAppMenu       *self,
                       GtkWidget          *view,
                       GtkWidget          *item,
                       ShoalModelTorrent  *torrent,
                       const GdkRectangle *at)
{
  GdkRectangle     place = *at;
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) at->x, (float) at->y);

  select_target (self, torrent);
  gtk_widget_grab_focus (item);
  shoal_app_actions_update (self->actions);
  fill_labels (self);
  g_set_weak_pointer (&self->item, item);
  if (gtk_widget_compute_point (view, self->parent, &point, &point))
    {
      place.x = (int) point.x;
      place.y = (int) point.y;
    }
  if (!self->is_open)
    shoal_app_calm_hold (get_calm (self));
  self->is_open = TRUE;
  gtk_popover_set_pointing_to (self->popover, &place);
  gtk_popover_popup (self->popover);
}

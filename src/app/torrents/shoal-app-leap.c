/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-leap.h"

#include "app/torrents/shoal-app-pulsed.h"

struct _ShoalAppLeap
{
  GtkWidget         *view;      /* unowned: it outlives us */
  GtkSelectionModel *selection; /* owned */
  guint              tick;      /* 0: none is under way */
  guint              n_ticks;
  GdkModifierType    held;

  guint is_end : 1;
};

static gboolean
shows (GtkWidget *item, ShoalModelTorrent *torrent)
{
  GtkWidget *row = gtk_widget_get_first_child (item);

  return SHOAL_IS_APP_PULSED (row) &&
         shoal_app_pulsed_get_torrent (SHOAL_APP_PULSED (row)) == torrent;
}

/* The item at the end; NULL: it has no widget. */
static GtkWidget *
find_item (ShoalAppLeap *self, gboolean is_end, guint *position)
{
  guint      n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  GtkWidget *item = gtk_widget_get_first_child (self->view);
  g_autoptr (ShoalModelTorrent) torrent = NULL;

  *position = is_end && n > 0 ? n - 1 : 0;
  torrent = g_list_model_get_item (G_LIST_MODEL (self->selection), *position);
  while (item != NULL && (torrent == NULL || !shows (item, torrent)))
    item = gtk_widget_get_next_sibling (item);
  return item;
}

static gboolean
has_focus (ShoalAppLeap *self)
{
  GtkRoot   *root = gtk_widget_get_root (self->view);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, self->view);
}

void
shoal_app_leap_land (ShoalAppLeap *self)
{
  gboolean   has_shift = (self->held & GDK_SHIFT_MASK) != 0;
  gboolean   has_control = (self->held & GDK_CONTROL_MASK) != 0;
  GtkWidget *item;
  guint      position;

  if (self->tick == 0)
    return;
  gtk_widget_remove_tick_callback (self->view, self->tick);
  self->tick = 0;
  item = find_item (self, self->is_end, &position);
  if (item == NULL || !has_focus (self))
    return;
  gtk_widget_grab_focus (item);
  if (has_shift || !has_control)
    gtk_widget_activate_action (
        self->view, "list.select-item", "(ubb)", position, has_control, has_shift);
}

/* The first tick comes before the rows are placed and drawn. */
static gboolean
tick_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  ShoalAppLeap *self = user_data;

  if (self->n_ticks++ > 0)
    shoal_app_leap_land (self);
  return G_SOURCE_CONTINUE;
}

gboolean
shoal_app_leap_begin (ShoalAppLeap *self, gboolean is_end, GdkModifierType held)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint position;

  if (n == 0 || find_item (self, is_end, &position) != NULL || !has_focus (self))
    return FALSE;
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", position);
  self->is_end = !!is_end;
  self->held = held;
  self->n_ticks = 0;
  self->tick = gtk_widget_add_tick_callback (self->view, tick_cb, self, NULL);
  return TRUE;
}

ShoalAppLeap *
shoal_app_leap_new (GtkWidget *view, GtkSelectionModel *selection)
{
  ShoalAppLeap *self = g_new0 (ShoalAppLeap, 1);

  self->view = view;
  self->selection = g_object_ref (selection);
  return self;
}

void
shoal_app_leap_free (ShoalAppLeap *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (self->view, self->tick);
  g_object_unref (self->selection);
  g_free (self);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-list.h"

#include <string.h>

#include "app/torrents/shoal-app-view.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/torrents/shoal-app-list.ui"

/* In a window that is narrower, the word beside the switch gives way. */
#define NARROW_WIDTH 500

/* Letters and numbers as in sentences; to be measured, not shown. */
#define SAMPLE "234.5 MB of 700.0 MB, 12 minutes left, 641.5 kB/s from 12 of 40 people"

/* Of libadwaita's class "caption", and of a row in our style sheet, both sides together. */
#define CAPTION_SCALE 0.82
#define ROW_PADDING   24

struct _ShoalAppList
{
  AdwBin parent_instance;

  GtkGridView *view; /* unowned: the template holds it */

  ShoalAppActions    *actions;    /* owned */
  ShoalAppCollection *collection; /* owned */
  ShoalAppView       *handle;     /* owned */
  ShoalDhtState       dht;        /* as the rows know it */
  guint               layout_source;
};

G_DEFINE_FINAL_TYPE (ShoalAppList, shoal_app_list, ADW_TYPE_BIN)

static ShoalModelTorrents *
get_torrents (ShoalAppList *self)
{
  return shoal_app_session_get_torrents (shoal_app_collection_get_session (self->collection));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_view_open_menu (SHOAL_APP_LIST (widget)->handle);
}

static void
wake_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_pulse_wake (shoal_app_view_get_pulse (SHOAL_APP_LIST (widget)->handle));
}

/* Sideways there is nothing to go to: a grid of one column would take it for up and down. */
static void
stay_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
}

static void
activate_cb (ShoalAppList *self, guint position, GtkGridView *view)
{
  shoal_app_view_activate (self->handle, position);
}

static GtkWidget *
make_row (gpointer data)
{
  return shoal_app_row_new ();
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppList *self)
{
  shoal_app_view_set_up (self->handle, item, make_row, NULL);
}

static void
teardown_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppList *self)
{
  if (self->handle != NULL)
    shoal_app_view_tear_down (self->handle, item);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppList *self)
{
  shoal_app_view_bind (self->handle, item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppList *self)
{
  shoal_app_view_unbind (self->handle, item);
}

/* Tab enters the list once and leaves it once; the arrows go from row to row. */
static gboolean
shoal_app_list_focus (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean is_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (is_tab && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return GTK_WIDGET_CLASS (shoal_app_list_parent_class)->focus (widget, direction);
}

static gboolean
shoal_app_list_grab_focus (GtkWidget *widget)
{
  return gtk_widget_child_focus (GTK_WIDGET (SHOAL_APP_LIST (widget)->view), GTK_DIR_TAB_FORWARD);
}

/* As many letters of the size of a sentence as a row has room for. Large text fills a line sooner.
 */
static guint
count_chars (GtkWidget *widget, int width)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, SAMPLE);
  int sample_width;

  pango_layout_get_pixel_size (layout, &sample_width, NULL);
  return (guint) (MAX (width - ROW_PADDING, 0) * strlen (SAMPLE) /
                  (MAX (sample_width, 1) * CAPTION_SCALE)) +
         1;
}

static gboolean
layout_cb (gpointer user_data)
{
  ShoalAppList     *self = user_data;
  GtkWidget        *widget = GTK_WIDGET (self);
  int               width = gtk_widget_get_width (GTK_WIDGET (self->view));
  ShoalAppRowLayout layout = { .line_chars = count_chars (widget, width) };

  self->layout_source = 0;
  if (width == 0)
    return G_SOURCE_REMOVE;
  layout.is_narrow =
      gtk_widget_get_width (GTK_WIDGET (gtk_widget_get_root (widget))) < NARROW_WIDTH;
  shoal_app_pulse_set_layout (shoal_app_view_get_pulse (self->handle), layout);
  return G_SOURCE_REMOVE;
}

/* There are no breakpoints in libadwaita 1.2. This is heard inside of an allocation: the rows
 * change after it. */
static void
width_cb (ShoalAppList *self)
{
  if (self->layout_source == 0)
    self->layout_source = g_idle_add (layout_cb, self);
}

static void
shoal_app_list_map (GtkWidget *widget)
{
  ShoalAppList *self = SHOAL_APP_LIST (widget);

  GTK_WIDGET_CLASS (shoal_app_list_parent_class)->map (widget);
  if (self->handle == NULL)
    return;
  shoal_app_actions_set_view (self->actions, GTK_WIDGET (self->view), shoal_app_view_get_focused);
  shoal_app_view_take_rows (self->handle);
}

static void
shoal_app_list_unmap (GtkWidget *widget)
{
  ShoalAppList *self = SHOAL_APP_LIST (widget);

  GTK_WIDGET_CLASS (shoal_app_list_parent_class)->unmap (widget);
  if (self->handle != NULL && !gtk_widget_get_child_visible (widget))
    shoal_app_view_leave_rows (self->handle);
}

static void
shoal_app_list_dispose (GObject *object)
{
  ShoalAppList *self = SHOAL_APP_LIST (object);

  g_clear_handle_id (&self->layout_source, g_source_remove);
  if (self->handle != NULL)
    shoal_app_view_leave_rows (self->handle);
  g_clear_pointer (&self->handle, shoal_app_view_free);
  self->view = NULL;
  g_clear_object (&self->collection);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (shoal_app_list_parent_class)->dispose (object);
}

static void
shoal_app_list_class_init (ShoalAppListClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_list_dispose;
  widget_class->focus = shoal_app_list_focus;
  widget_class->grab_focus = shoal_app_list_grab_focus;
  widget_class->map = shoal_app_list_map;
  widget_class->unmap = shoal_app_list_unmap;

  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppList, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, teardown_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_install_action (widget_class, "torrent.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "torrent.stay", NULL, stay_action);
  gtk_widget_class_install_action (widget_class, "torrent.wake", NULL, wake_action);
}

static void
shoal_app_list_init (ShoalAppList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
totals_cb (ShoalAppList *self)
{
  ShoalDhtState  dht = shoal_model_torrents_get_totals (get_torrents (self))->dht;
  ShoalAppPulse *pulse = shoal_app_view_get_pulse (self->handle);

  if (dht == self->dht)
    return;
  self->dht = dht;
  switch (dht)
    {
    case SHOAL_DHT_OFF:
      shoal_app_pulse_set_joining (pulse, G_MAXINT64);
      break;
    case SHOAL_DHT_JOINING:
      shoal_app_pulse_set_joining (pulse, g_get_monotonic_time ());
      break;
    case SHOAL_DHT_JOINED:
      shoal_app_pulse_set_joining (pulse, -1);
      break;
    }
}

/* Large text counts as well as the width does. */
static void
follow_width (ShoalAppList *self)
{
  GtkAdjustment *across = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->view));

  g_signal_connect_object (
      across, "notify::page-size", G_CALLBACK (width_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (self)),
                           "notify::gtk-xft-dpi",
                           G_CALLBACK (width_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

void
shoal_app_list_set_actions (ShoalAppList *self, ShoalAppActions *actions)
{
  g_return_if_fail (SHOAL_IS_APP_LIST (self));
  g_return_if_fail (self->actions == NULL);

  self->actions = g_object_ref (actions);
  self->collection = g_object_ref (shoal_app_actions_get_collection (actions));
  /* The view is a grid only to GTK. */
  self->handle = shoal_app_view_new (
      GTK_WIDGET (self), GTK_WIDGET (self->view), actions, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  follow_width (self);
  shoal_app_pulse_set_joining (shoal_app_view_get_pulse (self->handle), G_MAXINT64);
  g_signal_connect_object (
      get_torrents (self), "notify::totals", G_CALLBACK (totals_cb), self, G_CONNECT_SWAPPED);
  totals_cb (self);
}

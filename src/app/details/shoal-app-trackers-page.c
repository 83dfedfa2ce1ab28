/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-trackers-page-private.h"

#include <glib/gi18n.h>

#include "app/details/shoal-app-details-page.h"
#include "app/details/shoal-app-part-row.h"
#include "app/shoal-app-compat.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"
#include "app/shoal-app-tracker.h"
#include "app/shoal-app-way.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/details/shoal-app-trackers-page.ui"
#define MENU     "/io/github/shoalapp/Shoal/details/shoal-app-trackers-menu.ui"

/* What is said ages: in so many seconds it may be said otherwise. */
#define TICK_SEC 5

static void shoal_app_trackers_page_iface_init (ShoalAppDetailsPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalAppTrackersPage,
                               shoal_app_trackers_page,
                               ADW_TYPE_BIN,
                               G_IMPLEMENT_INTERFACE (SHOAL_TYPE_APP_DETAILS_PAGE,
                                                      shoal_app_trackers_page_iface_init))

/* As the engine has them: tier by tier. */
static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint one = shoal_model_part_get_index ((gpointer) a);
  guint other = shoal_model_part_get_index ((gpointer) b);

  return (one > other) - (one < other);
}

static void
show_tracker (ShoalAppPartRow *row, const ShoalTrackerInfo *info)
{
  gint64            now_sec = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char  *url = shoal_app_tracker_dup_url (info->url);
  g_autofree char  *number = g_strdup_printf ("%u", info->tier + 1);
  ShoalAppTextPart  part = { "n", number };
  g_autofree char  *tier = shoal_app_text_fill (_ ("tier {n}"), &part, 1);
  g_autofree char  *last = shoal_app_tracker_dup_last (info, now_sec);
  g_autofree char  *next = shoal_app_tracker_dup_next (info, now_sec);
  ShoalAppPartTexts texts = { .title = url, .lines = { last, next, tier } };

  shoal_app_part_row_set_texts (row, &texts);
}

static void
show_way (ShoalAppTrackersPage *self, ShoalAppPartRow *row, ShoalAppWay way)
{
  g_autoptr (ShoalSettings) settings =
      shoal_app_settings_to_engine (shoal_app_session_get_settings (self->session));
  const ShoalTotals *totals =
      shoal_model_torrents_get_totals (shoal_app_session_get_torrents (self->session));
  g_autofree char *text =
      shoal_app_way_dup_text (way, shoal_model_torrent_get_info (self->torrent), totals, settings);
  ShoalAppPartTexts texts = { .title = shoal_app_way_get_title (way), .lines = { text } };

  shoal_app_part_row_set_texts (row, &texts);
}

static void
show_row (ShoalAppTrackersPage *self, ShoalAppPartRow *row)
{
  gpointer item = shoal_app_part_row_get_item (row);

  if (SHOAL_IS_MODEL_PART (item))
    show_tracker (row, shoal_model_part_get_value (item));
  else if (self->torrent != NULL)
    show_way (
        self, row, (ShoalAppWay) (*gtk_string_object_get_string (GTK_STRING_OBJECT (item)) - '0'));
}

static void
show_rows (ShoalAppTrackersPage *self)
{
  GHashTableIter iter;
  gpointer       row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    show_row (self, row);
}

static void
show_summary (ShoalAppTrackersPage *self)
{
  guint            n = g_list_model_get_n_items (G_LIST_MODEL (self->trackers));
  g_autofree char *number = g_strdup_printf ("%u", n);
  ShoalAppTextPart part = { "n", number };
  g_autofree char *text =
      n > 0 ? shoal_app_text_fill (ngettext ("{n} tracker", "{n} trackers", n), &part, 1)
            : g_strdup (_ ("No tracker"));

  gtk_inscription_set_text (self->summary, text);
}

static void
take_trackers (ShoalAppTrackersPage *self)
{
  GPtrArray *trackers =
      self->details != NULL ? shoal_model_details_get_trackers (self->details) : NULL;

  if (shoal_model_parts_apply (self->trackers, trackers))
    gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  show_summary (self);
  show_rows (self);
}

static gboolean
tick_cb (gpointer user_data)
{
  show_rows (user_data);
  return G_SOURCE_CONTINUE;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTrackersPage *self)
{
  gtk_list_item_set_child (item, shoal_app_part_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTrackersPage *self)
{
  ShoalAppPartRow *row = SHOAL_APP_PART_ROW (gtk_list_item_get_child (item));

  shoal_app_part_row_set_item (row, gtk_list_item_get_item (item));
  g_hash_table_add (self->rows, row);
  show_row (self, row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppTrackersPage *self)
{
  ShoalAppPartRow *row = SHOAL_APP_PART_ROW (gtk_list_item_get_child (item));

  g_hash_table_remove (self->rows, row);
  shoal_app_part_row_set_item (row, NULL);
}

static void
activate_cb (ShoalAppTrackersPage *self, guint position, GtkListView *view)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "tracker.edit-row", NULL);
}

/* Tab goes through, the arrows go along. */
static gboolean
shoal_app_trackers_page_focus (GtkWidget *widget, GtkDirectionType direction)
{
  ShoalAppTrackersPage *self = SHOAL_APP_TRACKERS_PAGE (widget);

  if (gtk_widget_get_focus_child (GTK_WIDGET (self->view)) != NULL)
    {
      if (direction == GTK_DIR_TAB_FORWARD)
        return FALSE;
      if (direction == GTK_DIR_TAB_BACKWARD)
        return gtk_widget_grab_focus (self->add_button);
    }
  return GTK_WIDGET_CLASS (shoal_app_trackers_page_parent_class)->focus (widget, direction);
}

static void
set_session (ShoalAppDetailsPage *page, ShoalAppSession *session)
{
  SHOAL_APP_TRACKERS_PAGE (page)->session = g_object_ref (session);
}

static void
drop_torrent (ShoalAppTrackersPage *self)
{
  g_clear_handle_id (&self->tick_source, g_source_remove);
  if (self->details != NULL)
    g_signal_handlers_disconnect_by_data (self->details, self);
  g_clear_object (&self->torrent);
  g_clear_object (&self->details);
}

static void
set_torrent (ShoalAppDetailsPage *page, ShoalModelTorrent *torrent, ShoalModelDetails *details)
{
  ShoalAppTrackersPage *self = SHOAL_APP_TRACKERS_PAGE (page);

  if (self->details == details)
    return;
  drop_torrent (self);
  if (torrent != NULL)
    {
      self->torrent = g_object_ref (torrent);
      self->details = g_object_ref (details);
      self->tick_source = g_timeout_add_seconds (TICK_SEC, tick_cb, self);
      g_signal_connect_swapped (details, "notify::trackers", G_CALLBACK (take_trackers), self);
    }
  take_trackers (self);
}

static void
shoal_app_trackers_page_iface_init (ShoalAppDetailsPageInterface *iface)
{
  iface->set_session = set_session;
  iface->set_torrent = set_torrent;
}

static void
shoal_app_trackers_page_dispose (GObject *object)
{
  ShoalAppTrackersPage *self = SHOAL_APP_TRACKERS_PAGE (object);

  drop_torrent (self);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  self->view = NULL;
  g_clear_pointer (&self->popup, shoal_app_popup_free);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorter);
  g_clear_object (&self->trackers);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_trackers_page_parent_class)->dispose (object);
}

static void
shoal_app_trackers_page_finalize (GObject *object)
{
  ShoalAppTrackersPage *self = SHOAL_APP_TRACKERS_PAGE (object);

  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->removed_from, g_strfreev);
  G_OBJECT_CLASS (shoal_app_trackers_page_parent_class)->finalize (object);
}

static void
shoal_app_trackers_page_class_init (ShoalAppTrackersPageClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_trackers_page_dispose;
  object_class->finalize = shoal_app_trackers_page_finalize;
  widget_class->focus = shoal_app_trackers_page_focus;

  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppTrackersPage, add_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppTrackersPage, summary);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppTrackersPage, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  shoal_app_trackers_page_install_actions (widget_class);
}

static GListModel *
make_model (ShoalAppTrackersPage *self)
{
  GListStore       *parts = g_list_store_new (G_TYPE_LIST_MODEL);
  GtkSortListModel *sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->trackers)),
                                                      g_object_ref (self->sorter));
  const char *const ways[SHOAL_APP_N_WAYS + 1] = { "0", "1", "2", NULL };
  GtkStringList    *others = gtk_string_list_new (ways);

  g_list_store_append (parts, sorted);
  g_list_store_append (parts, others);
  g_object_unref (sorted);
  g_object_unref (others);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
}

static void
shoal_app_trackers_page_init (ShoalAppTrackersPage *self)
{
  GtkSingleSelection *selection;

  self->rows = g_hash_table_new (NULL, NULL);
  self->trackers = shoal_model_parts_new_for_trackers ();
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, self, NULL));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_inscription_set_text (self->summary, "");
  selection = gtk_single_selection_new (make_model (self));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_single_selection_set_selected (selection, GTK_INVALID_LIST_POSITION);
  self->selection = GTK_SELECTION_MODEL (selection);
  gtk_list_view_set_model (self->view, self->selection);
  shoal_app_compat_pass_by_tab (GTK_WIDGET (self->view));
  self->popup = shoal_app_popup_new (GTK_WIDGET (self),
                                     GTK_WIDGET (self->view),
                                     MENU,
                                     shoal_app_trackers_page_update_actions,
                                     self);
}

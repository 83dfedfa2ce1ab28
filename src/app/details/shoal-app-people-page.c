/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-people-page-private.h"

#include <glib/gi18n.h>

#include "app/details/shoal-app-details-page.h"
#include "app/details/shoal-app-part-row.h"
#include "app/shoal-app-compat.h"
#include "app/shoal-app-sentence.h"
#include "app/shoal-app-text.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/details/shoal-app-people-page.ui"
#define MENU     "/io/github/shoalapp/Shoal/details/shoal-app-people-menu.ui"

/* Words and numbers change once a second at most. Rows that live values order take other places
 * every third time, and not while the pointer has just moved over them: it may be on its way to
 * one. */
#define TICK_MS        1000
#define TICKS_PER_SORT 3
#define STILL_USEC     (2 * G_USEC_PER_SEC)

/* After this much time without an answer nobody is there. */
#define COMING_USEC (2 * G_USEC_PER_SEC)

static void shoal_app_people_page_iface_init (ShoalAppDetailsPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalAppPeoplePage,
                               shoal_app_people_page,
                               ADW_TYPE_BIN,
                               G_IMPLEMENT_INTERFACE (SHOAL_TYPE_APP_DETAILS_PAGE,
                                                      shoal_app_people_page_iface_init))

enum
{
  PROP_0,
  PROP_SORT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  ShoalAppPeoplePage *self = user_data;

  return shoal_app_person_compare (self->order,
                                   shoal_model_part_get_value ((gpointer) a),
                                   shoal_model_part_get_value ((gpointer) b));
}

static void
show_row (ShoalAppPartRow *row)
{
  const ShoalPeerInfo *info =
      shoal_model_part_get_value (SHOAL_MODEL_PART (shoal_app_part_row_get_item (row)));
  char              address[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  g_autofree char  *who = shoal_app_person_dup_who (info);
  g_autofree char  *doing = shoal_app_person_dup_doing (info);
  g_autofree char  *way = shoal_app_person_dup_way (info);
  g_autofree char  *rates = shoal_app_person_dup_rates (info);
  ShoalAppPartTexts texts = { .aside = rates, .lines = { who, doing, way } };

  texts.title = shoal_base_address_format (&info->address, TRUE, address);
  shoal_app_part_row_set_texts (row, &texts);
}

static char *
dup_why_nobody (ShoalAppPeoplePage *self)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);
  ShoalAppMoment      moment = { .eta_sec = -1, .dht_joining_sec = -1 };

  moment.now_sec = g_get_real_time () / G_USEC_PER_SEC;
  if (shoal_model_torrents_get_totals (torrents)->dht != SHOAL_DHT_JOINED)
    moment.dht_joining_sec = (g_get_monotonic_time () - self->shown_usec) / G_USEC_PER_SEC;
  return shoal_app_sentence_dup_why_nobody (shoal_model_torrent_get_info (self->torrent), &moment);
}

/* How many are shut out, and the way to let them in again. */
static void
show_bans (ShoalAppPeoplePage *self)
{
  guint            n = shoal_model_details_get_n_bans (self->details);
  g_autofree char *number = g_strdup_printf ("%u", n);
  ShoalAppTextPart part = { "n", number };
  g_autofree char *text = shoal_app_text_fill (ngettext ("{n} banned", "{n} banned", n), &part, 1);

  gtk_widget_set_visible (GTK_WIDGET (self->bans_button), n > 0);
  if (n > 0 && g_strcmp0 (gtk_menu_button_get_label (self->bans_button), text) != 0)
    {
      gtk_menu_button_set_label (self->bans_button, text);
      shoal_app_compat_name_menu_button (self->bans_button, text);
    }
}

static void
show_summary (ShoalAppPeoplePage *self, guint n)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (self->torrent);
  g_autofree char        *some = g_strdup_printf ("%u", n);
  g_autofree char        *known = g_strdup_printf ("%u", info->n_known);
  ShoalAppTextPart        parts[] = { { "n", some }, { "known", known } };
  g_autofree char        *text = shoal_app_text_fill (
      ngettext ("{n} person, {known} known", "{n} people, {known} known", n), parts, 2);

  if (g_strcmp0 (gtk_inscription_get_text (self->summary), text) != 0)
    gtk_inscription_set_text (self->summary, text);
}

/* Who is there has just been asked. */
static gboolean
is_coming (ShoalAppPeoplePage *self)
{
  return self->details != NULL && shoal_model_details_get_peers (self->details) == NULL &&
         g_get_monotonic_time () - self->shown_usec < COMING_USEC;
}

/* Why there is nobody, or how many there are. */
static void
show_frame (ShoalAppPeoplePage *self)
{
  guint            n = g_list_model_get_n_items (G_LIST_MODEL (self->people));
  g_autofree char *why = NULL;
  g_autofree char *markup = NULL;

  gtk_stack_set_visible_child_name (self->modes, n > 0 || is_coming (self) ? "people" : "nobody");
  gtk_widget_set_visible (self->sort_button, n > 0);
  gtk_widget_set_sensitive (self->add_button, self->torrent != NULL);
  if (self->torrent == NULL)
    return;
  show_bans (self);
  show_summary (self, n);
  if (n > 0)
    return;
  why = dup_why_nobody (self);
  markup = g_markup_escape_text (why, -1);
  if (g_strcmp0 (adw_status_page_get_description (self->nobody), markup) != 0)
    adw_status_page_set_description (self->nobody, markup);
}

/* The focus would go to nobody with the last row: then Tab passes by the whole page. */
static void
keep_focus (ShoalAppPeoplePage *self, GPtrArray *peers)
{
  if (self->details != NULL && (peers == NULL || peers->len == 0) &&
      gtk_widget_get_focus_child (GTK_WIDGET (self->view)) != NULL)
    gtk_widget_grab_focus (self->add_button);
}

static void
take_people (ShoalAppPeoplePage *self)
{
  GPtrArray *peers = self->details != NULL ? shoal_model_details_get_peers (self->details) : NULL;

  self->is_old = FALSE;
  keep_focus (self, peers);
  shoal_model_parts_apply (self->people, peers);
  show_frame (self);
}

static void
show_rows (ShoalAppPeoplePage *self)
{
  GHashTableIter iter;
  gpointer       row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    show_row (row);
}

static gboolean
is_live_order (ShoalAppPersonOrder order)
{
  return order == SHOAL_APP_PERSON_ORDER_DOWN || order == SHOAL_APP_PERSON_ORDER_UP ||
         order == SHOAL_APP_PERSON_ORDER_PROGRESS;
}

static void
sort_again (ShoalAppPeoplePage *self)
{
  if (++self->n_ticks % TICKS_PER_SORT == 0 && is_live_order (self->order) &&
      g_get_monotonic_time () - self->pointer_usec >= STILL_USEC &&
      !shoal_app_popup_is_open (self->popup))
    gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

static gboolean
tick_cb (gpointer user_data)
{
  ShoalAppPeoplePage *self = user_data;

  if (self->is_old)
    {
      take_people (self);
      show_rows (self);
    }
  else
    show_frame (self);
  sort_again (self);
  return G_SOURCE_CONTINUE;
}

static void
peers_cb (ShoalAppPeoplePage *self)
{
  self->is_old = TRUE;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->people)) == 0)
    take_people (self);
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, ShoalAppPeoplePage *self)
{
  self->pointer_usec = g_get_monotonic_time ();
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppPeoplePage *self)
{
  gtk_list_item_set_child (item, shoal_app_part_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppPeoplePage *self)
{
  ShoalAppPartRow *row = SHOAL_APP_PART_ROW (gtk_list_item_get_child (item));

  shoal_app_part_row_set_item (row, gtk_list_item_get_item (item));
  g_hash_table_add (self->rows, row);
  show_row (row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppPeoplePage *self)
{
  ShoalAppPartRow *row = SHOAL_APP_PART_ROW (gtk_list_item_get_child (item));

  g_hash_table_remove (self->rows, row);
  shoal_app_part_row_set_item (row, NULL);
}

/* Tab goes through, the arrows go along. */
static gboolean
shoal_app_people_page_focus (GtkWidget *widget, GtkDirectionType direction)
{
  ShoalAppPeoplePage *self = SHOAL_APP_PEOPLE_PAGE (widget);

  if (gtk_widget_get_focus_child (GTK_WIDGET (self->view)) != NULL)
    {
      if (direction == GTK_DIR_TAB_FORWARD)
        return FALSE;
      if (direction == GTK_DIR_TAB_BACKWARD)
        return gtk_widget_grab_focus (self->add_button);
    }
  return GTK_WIDGET_CLASS (shoal_app_people_page_parent_class)->focus (widget, direction);
}

static void
set_session (ShoalAppDetailsPage *page, ShoalAppSession *session)
{
  SHOAL_APP_PEOPLE_PAGE (page)->session = g_object_ref (session);
}

static void
drop_torrent (ShoalAppPeoplePage *self)
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
  ShoalAppPeoplePage *self = SHOAL_APP_PEOPLE_PAGE (page);

  if (self->details == details)
    return;
  drop_torrent (self);
  if (torrent != NULL)
    {
      self->torrent = g_object_ref (torrent);
      self->details = g_object_ref (details);
      self->shown_usec = g_get_monotonic_time ();
      self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
      g_signal_connect_swapped (details, "notify::peers", G_CALLBACK (peers_cb), self);
    }
  take_people (self);
}

static void
shoal_app_people_page_iface_init (ShoalAppDetailsPageInterface *iface)
{
  iface->set_session = set_session;
  iface->set_torrent = set_torrent;
}

static void
shoal_app_people_page_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  ShoalAppPeoplePage *self = SHOAL_APP_PEOPLE_PAGE (object);

  switch (prop_id)
    {
    case PROP_SORT:
      g_value_set_string (value, self->sort);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_sort (ShoalAppPeoplePage *self, const char *sort)
{
  if (g_strcmp0 (self->sort, sort) == 0)
    return;
  g_free (self->sort);
  self->sort = g_strdup (sort);
  self->order = shoal_app_person_order_from_string (sort);
  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SORT]);
}

static void
shoal_app_people_page_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_SORT:
      set_sort (SHOAL_APP_PEOPLE_PAGE (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_people_page_dispose (GObject *object)
{
  ShoalAppPeoplePage *self = SHOAL_APP_PEOPLE_PAGE (object);

  drop_torrent (self);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  self->view = NULL;
  g_clear_pointer (&self->popup, shoal_app_popup_free);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorter);
  g_clear_object (&self->people);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_people_page_parent_class)->dispose (object);
}

static void
shoal_app_people_page_finalize (GObject *object)
{
  ShoalAppPeoplePage *self = SHOAL_APP_PEOPLE_PAGE (object);

  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->sort, g_free);
  G_OBJECT_CLASS (shoal_app_people_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPeoplePage, add_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPeoplePage, bans_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPeoplePage, modes);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPeoplePage, nobody);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPeoplePage, sort_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPeoplePage, summary);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPeoplePage, view);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, motion_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
shoal_app_people_page_class_init (ShoalAppPeoplePageClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = shoal_app_people_page_get_property;
  object_class->set_property = shoal_app_people_page_set_property;
  object_class->dispose = shoal_app_people_page_dispose;
  object_class->finalize = shoal_app_people_page_finalize;
  widget_class->focus = shoal_app_people_page_focus;

  properties[PROP_SORT] =
      g_param_spec_string ("sort",
                           NULL,
                           NULL,
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  bind_template (widget_class);
  gtk_widget_class_install_property_action (widget_class, "person.sort", "sort");
  shoal_app_people_page_install_actions (widget_class);
}

static void
shoal_app_people_page_init (ShoalAppPeoplePage *self)
{
  GListModel *sorted;

  self->rows = g_hash_table_new (NULL, NULL);
  self->people = shoal_model_parts_new_for_peers ();
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, self, NULL));
  self->sort = g_strdup ("down");
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_inscription_set_text (self->summary, "");
  sorted = G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->people)),
                                                  g_object_ref (self->sorter)));
  self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (sorted));
  gtk_list_view_set_model (self->view, self->selection);
  shoal_app_compat_pass_by_tab (GTK_WIDGET (self->view));
  self->popup = shoal_app_popup_new (
      GTK_WIDGET (self), GTK_WIDGET (self->view), MENU, shoal_app_people_page_update_actions, self);
  shoal_app_compat_name_menu_button (GTK_MENU_BUTTON (self->sort_button), _ ("Sort People"));
}

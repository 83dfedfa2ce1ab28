/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-browser.h"

#include <glib/gi18n.h>

#include "app/filters/shoal-app-filter-item.h"
#include "app/shoal-app-text.h"
#include "app/shoal-app-tracker.h"
#include "app/torrents/shoal-app-list.h"
#include "app/torrents/shoal-app-table.h"

/* Frames within which a view has made its rows. */
#define FOCUS_FRAMES 20

/* Once a row has kept the focus for so many, it has it. */
#define SETTLED_FRAMES 2

struct _ShoalAppBrowser
{
  AdwBin parent_instance;

  GtkSearchBar   *search_bar; /* unowned, as all children: the template holds them */
  GtkSearchEntry *search_entry;
  GtkRevealer    *filter_revealer;
  GtkLabel       *filter_label;
  GtkStack       *pages;
  GtkStack       *views;
  ShoalAppList   *list;
  ShoalAppTable  *table;
  AdwStatusPage  *none_page;
  GtkButton      *none_button;

  ShoalAppActions    *actions;    /* owned */
  ShoalAppCollection *collection; /* owned */

  guint focus_tick; /* 0: nobody waits to get the focus */
  guint n_focus_frames;
  guint n_focused_frames;

  guint says_filter : 1;
  guint was_searching : 1;
  guint is_typing : 1; /* the change of the filter comes from the search entry */
};

G_DEFINE_FINAL_TYPE (ShoalAppBrowser, shoal_app_browser, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_IS_SEARCHING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* "Downloading · Linux · tracker.example"; NULL: nothing is left out. */
static char *
dup_filter_words (const ShoalModelFilter *filter)
{
  g_autofree char *label = NULL;
  g_autofree char *host = NULL;
  const char      *parts[3] = { NULL };

  if (shoal_model_filter_get_group (filter) != SHOAL_MODEL_GROUP_ALL)
    parts[0] = shoal_app_filter_item_get_group_word (shoal_model_filter_get_group (filter));
  if (shoal_model_filter_get_label (filter) != NULL)
    parts[1] = label = shoal_app_text_dup_visible (shoal_model_filter_get_label (filter));
  if (shoal_model_filter_get_host (filter) != NULL)
    parts[2] = host = shoal_app_tracker_dup_host (shoal_model_filter_get_host (filter));
  if (parts[0] == NULL && parts[1] == NULL && parts[2] == NULL)
    return NULL;
  return shoal_app_text_join (parts, G_N_ELEMENTS (parts));
}

static void
show_filter (ShoalAppBrowser *self)
{
  g_autofree char *words = dup_filter_words (shoal_app_collection_get_filter (self->collection));

  if (words != NULL)
    gtk_label_set_label (self->filter_label, words);
  gtk_revealer_set_reveal_child (self->filter_revealer, words != NULL && self->says_filter);
}

static void
fill_none_page (ShoalAppBrowser *self)
{
  const ShoalModelFilter *filter = shoal_app_collection_get_filter (self->collection);
  gboolean                is_search = shoal_model_filter_get_n_words (filter) > 0;

  adw_status_page_set_icon_name (self->none_page,
                                 is_search ? "edit-find-symbolic" : "view-list-symbolic");
  adw_status_page_set_title (self->none_page,
                             is_search ? _ ("No Results Found") : _ ("No Torrents Here"));
  adw_status_page_set_description (
      self->none_page,
      is_search ? _ ("No torrent has these words in its name or in the names of its files.")
                : NULL);
  gtk_button_set_label (self->none_button, is_search ? _ ("_Clear Search") : _ ("Show _All"));
}

/* The view that is shown, or what leads back to one. */
static GtkWidget *
get_view (ShoalAppBrowser *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), "none") == 0)
    return GTK_WIDGET (self->none_button);
  return gtk_stack_get_visible_child (self->views);
}

static gboolean
has_focus (ShoalAppBrowser *self)
{
  GtkRoot   *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_get_mapped (focus) &&
         (focus == get_view (self) || gtk_widget_is_ancestor (focus, get_view (self)));
}

static void
show_page (ShoalAppBrowser *self)
{
  GListModel *rows = G_LIST_MODEL (shoal_app_collection_get_selection (self->collection));
  gboolean    is_none = g_list_model_get_n_items (rows) == 0;

  if (is_none)
    fill_none_page (self);
  gtk_stack_set_visible_child_name (self->pages, is_none ? "none" : "views");
}

/* Whoever else cleared the filter has ended the search with it. */
static void
filter_cb (ShoalAppBrowser *self)
{
  const ShoalModelFilter *filter = shoal_app_collection_get_filter (self->collection);

  if (!self->is_typing && shoal_model_filter_get_n_words (filter) == 0 &&
      gtk_editable_get_text (GTK_EDITABLE (self->search_entry))[0] != '\0')
    gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  show_filter (self);
  show_page (self);
  if (self->was_searching && shoal_model_filter_get_n_words (filter) == 0)
    shoal_app_collection_reveal_selected (self->collection);
  self->was_searching = shoal_model_filter_get_n_words (filter) > 0;
}

static void
text_changed_cb (ShoalAppBrowser *self)
{
  if (self->collection == NULL)
    return;
  self->is_typing = TRUE;
  shoal_app_collection_set_text (self->collection,
                                 gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  self->is_typing = FALSE;
}

/* What nobody else wants of what is typed begins a search, or goes on with it. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                ShoalAppBrowser       *self)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (self->search_entry));

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 ||
      !g_unichar_isgraph (gdk_keyval_to_unicode (keyval)))
    return GDK_EVENT_PROPAGATE;
  gtk_editable_set_position (text, -1);
  if (!gtk_event_controller_key_forward (controller, GTK_WIDGET (text)))
    return GDK_EVENT_PROPAGATE;
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_text_grab_focus_without_selecting (GTK_TEXT (text));
  return GDK_EVENT_STOP;
}

/* Who has ended the search is back at the rows. */
static void
search_mode_cb (ShoalAppBrowser *self)
{
  GtkRoot   *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (!gtk_search_bar_get_search_mode (self->search_bar) && focus != NULL &&
      gtk_widget_is_ancestor (focus, GTK_WIDGET (self->search_bar)))
    shoal_app_browser_focus_view (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SEARCHING]);
}

/* Rows that have just come back exist from the next frame on; and where the widget with the focus
 * has just gone, GTK has yet to look for another one, which may not be a row. */
static gboolean
focus_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ShoalAppBrowser *self = SHOAL_APP_BROWSER (widget);

  if (has_focus (self))
    self->n_focused_frames++;
  else
    {
      self->n_focused_frames = 0;
      gtk_widget_grab_focus (get_view (self));
    }
  if (--self->n_focus_frames > 0 && self->n_focused_frames < SETTLED_FRAMES)
    return G_SOURCE_CONTINUE;
  self->focus_tick = 0;
  return G_SOURCE_REMOVE;
}

static void
focus_view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  shoal_app_browser_focus_view (SHOAL_APP_BROWSER (widget));
}

static void
shoal_app_browser_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShoalAppBrowser *self = SHOAL_APP_BROWSER (object);

  switch (prop_id)
    {
    case PROP_IS_SEARCHING:
      g_value_set_boolean (value, gtk_search_bar_get_search_mode (self->search_bar));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_browser_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  ShoalAppBrowser *self = SHOAL_APP_BROWSER (object);

  switch (prop_id)
    {
    case PROP_IS_SEARCHING:
      gtk_search_bar_set_search_mode (self->search_bar, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* What is typed at once, when a search begins, is lost in a text that was never realized. */
static void
shoal_app_browser_realize (GtkWidget *widget)
{
  ShoalAppBrowser *self = SHOAL_APP_BROWSER (widget);

  GTK_WIDGET_CLASS (shoal_app_browser_parent_class)->realize (widget);
  gtk_widget_realize (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->search_entry))));
}

static void
shoal_app_browser_dispose (GObject *object)
{
  ShoalAppBrowser *self = SHOAL_APP_BROWSER (object);

  if (self->collection != NULL)
    g_signal_handlers_disconnect_by_data (shoal_app_collection_get_selection (self->collection),
                                          self);
  g_clear_object (&self->collection);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (shoal_app_browser_parent_class)->dispose (object);
}

static void
shoal_app_browser_class_init (ShoalAppBrowserClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_browser_dispose;
  object_class->get_property = shoal_app_browser_get_property;
  object_class->set_property = shoal_app_browser_set_property;
  widget_class->realize = shoal_app_browser_realize;

  properties[PROP_IS_SEARCHING] =
      g_param_spec_boolean ("is-searching",
                            NULL,
                            NULL,
                            FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SHOAL_TYPE_APP_LIST);
  g_type_ensure (SHOAL_TYPE_APP_TABLE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/torrents/shoal-app-browser.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, filter_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, filter_revealer);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, list);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, none_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, none_page);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, pages);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, search_bar);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, table);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppBrowser, views);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, shoal_app_browser_focus_view);
  gtk_widget_class_bind_template_callback (widget_class, text_changed_cb);
  gtk_widget_class_install_action (widget_class, "browser.focus-view", NULL, focus_view_action);
}

static void
shoal_app_browser_init (ShoalAppBrowser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
}

void
shoal_app_browser_set_actions (ShoalAppBrowser *self, ShoalAppActions *actions)
{
  g_return_if_fail (SHOAL_IS_APP_BROWSER (self));
  g_return_if_fail (self->actions == NULL);

  self->actions = g_object_ref (actions);
  self->collection = g_object_ref (shoal_app_actions_get_collection (actions));
  shoal_app_list_set_actions (self->list, actions);
  shoal_app_table_set_actions (self->table, actions);
  g_signal_connect_object (
      self->collection, "filter", G_CALLBACK (filter_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (shoal_app_collection_get_selection (self->collection),
                            "items-changed",
                            G_CALLBACK (show_page),
                            self);
  show_page (self);
}

void
shoal_app_browser_set_view (ShoalAppBrowser *self, const char *name)
{
  g_return_if_fail (SHOAL_IS_APP_BROWSER (self));

  if (gtk_stack_get_child_by_name (self->views, name) != NULL)
    gtk_stack_set_visible_child_name (self->views, name);
}

void
shoal_app_browser_set_says_filter (ShoalAppBrowser *self, gboolean says_filter)
{
  g_return_if_fail (SHOAL_IS_APP_BROWSER (self));

  self->says_filter = !!says_filter;
  if (self->collection != NULL)
    show_filter (self);
}

void
shoal_app_browser_find (ShoalAppBrowser *self)
{
  g_return_if_fail (SHOAL_IS_APP_BROWSER (self));

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
shoal_app_browser_clear (ShoalAppBrowser *self)
{
  g_return_if_fail (SHOAL_IS_APP_BROWSER (self));

  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  shoal_app_collection_clear_filter (self->collection);
  shoal_app_browser_focus_view (self);
}

void
shoal_app_browser_choose_columns (ShoalAppBrowser *self)
{
  g_return_if_fail (SHOAL_IS_APP_BROWSER (self));

  shoal_app_table_choose_columns (self->table);
}

void
shoal_app_browser_focus_view (ShoalAppBrowser *self)
{
  g_return_if_fail (SHOAL_IS_APP_BROWSER (self));

  self->n_focus_frames = FOCUS_FRAMES;
  self->n_focused_frames = 0;
  gtk_widget_grab_focus (get_view (self));
  if (self->focus_tick == 0)
    self->focus_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), focus_tick_cb, NULL, NULL);
}

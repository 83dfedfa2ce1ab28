/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-details.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/details/shoal-app-details-many.h"
#include "app/details/shoal-app-details-overview.h"
#include "app/details/shoal-app-details-page.h"
#include "app/details/shoal-app-files-page.h"
#include "app/details/shoal-app-options-page.h"
#include "app/details/shoal-app-people-page.h"
#include "app/details/shoal-app-speed.h"
#include "app/details/shoal-app-trackers-page.h"
#include "app/shoal-app-compat.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"
#include "app/torrents/shoal-app-row.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/details/shoal-app-details.ui"

/* A selection that the arrow keys carry over many rows does not load each torrent on its way. */
#define WATCH_MS 120

struct _ShoalAppDetails
{
  AdwBin parent_instance;

  GtkStack            *modes; /* unowned, as all children: the template holds them */
  GtkInscription      *name;
  GtkButton           *press_button;
  GtkMenuButton       *menu_button;
  AdwViewStack        *pages;
  AdwViewSwitcherBar  *switcher;
  ShoalAppDetailsMany *many;
  ShoalAppSpeed       *speed; /* of all torrents */

  ShoalAppSession   *session;  /* owned */
  ShoalAppActions   *actions;  /* owned; for all that lies in here */
  GPtrArray         *torrents; /* owned, of ShoalModelTorrent: what is selected */
  ShoalModelDetails *details;  /* owned; of the one torrent; NULL: it is not one */
  gulong             status_handler;
  guint              watch_source;
  int                press; /* ShoalAppPress; −1: not shown yet */

  guint has_asked : 1; /* what the .torrent says */
};

G_DEFINE_FINAL_TYPE (ShoalAppDetails, shoal_app_details, ADW_TYPE_BIN)

/* The pages, in their order. Each type implements ShoalAppDetailsPage; the name is what is
 * remembered (the key details-page of the schema lists all of them), and the parts are watched
 * while the page is seen. */
static const struct
{
  const char *name;
  const char *title;
  const char *icon;
  ShoalWatch  parts;
  GType (*get_type) (void);
} page_table[] = {
  { "overview",
    N_ ("Overview"),
    "dialog-information-symbolic",
    SHOAL_WATCH_PIECES,
    shoal_app_details_overview_get_type },
  { "files",
    N_ ("Files"),
    "folder-documents-symbolic",
    SHOAL_WATCH_FILES,
    shoal_app_files_page_get_type },
  { "people",
    N_ ("People"),
    "avatar-default-symbolic",
    SHOAL_WATCH_PEERS,
    shoal_app_people_page_get_type },
  { "trackers",
    N_ ("Trackers"),
    "network-server-symbolic",
    SHOAL_WATCH_TRACKERS,
    shoal_app_trackers_page_get_type },
  { "options",
    N_ ("Options"),
    "emblem-system-symbolic",
    SHOAL_WATCH_NONE,
    shoal_app_options_page_get_type },
};

static ShoalAppDetailsPage *
get_page (ShoalAppDetails *self, guint which)
{
  return SHOAL_APP_DETAILS_PAGE (
      adw_view_stack_get_child_by_name (self->pages, page_table[which].name));
}

/* The place in the table of the page that is on top. */
static guint
get_visible_page (ShoalAppDetails *self)
{
  const char *name = adw_view_stack_get_visible_child_name (self->pages);
  guint       which = 0;

  while (which + 1 < G_N_ELEMENTS (page_table) && g_strcmp0 (page_table[which].name, name) != 0)
    which++;
  return which;
}

static ShoalModelTorrent *
get_torrent (ShoalAppDetails *self)
{
  return self->torrents->len == 1 ? g_ptr_array_index (self->torrents, 0) : NULL;
}

static void
contents_cb (gpointer details, const ShoalAnswer *answer)
{
  if (answer->contents != NULL)
    shoal_model_details_set_contents (details, answer->contents);
}

/* What a magnet link stands for is asked for as soon as it is known. */
static void
ask_contents (ShoalAppDetails *self)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (get_torrent (self));

  if (self->has_asked || info->is_magnet)
    return;
  self->has_asked = TRUE;
  shoal_app_session_inspect_torrent (
      self->session, info->id, contents_cb, G_OBJECT (self->details));
}

static gboolean
watch_cb (gpointer user_data)
{
  ShoalAppDetails *self = user_data;

  self->watch_source = 0;
  ask_contents (self);
  shoal_app_session_watch (self->session, self->details, page_table[get_visible_page (self)].parts);
  return G_SOURCE_REMOVE;
}

static void
review_watch (ShoalAppDetails *self)
{
  g_clear_handle_id (&self->watch_source, g_source_remove);
  if (self->session == NULL)
    return;
  if (self->details == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    shoal_app_session_watch (self->session, NULL, SHOAL_WATCH_NONE);
  else
    self->watch_source = g_timeout_add (WATCH_MS, watch_cb, self);
}

static void
set_accessible_label (gpointer widget, const char *label)
{
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
show_press (ShoalAppDetails *self, ShoalModelTorrent *torrent)
{
  static const char *const icons[] = {
    [SHOAL_APP_PRESS_PAUSE] = "media-playback-pause-symbolic",
    [SHOAL_APP_PRESS_RESUME] = "media-playback-start-symbolic",
    [SHOAL_APP_PRESS_RETRY] = "view-refresh-symbolic",
  };
  static const char *const words[] = {
    [SHOAL_APP_PRESS_PAUSE] = N_ ("Pause"),
    [SHOAL_APP_PRESS_RESUME] = N_ ("Resume"),
    [SHOAL_APP_PRESS_RETRY] = N_ ("Try Again"),
  };
  ShoalAppPress press = shoal_app_row_get_press (torrent);

  if (self->press == (int) press)
    return;
  self->press = press;
  gtk_button_set_icon_name (self->press_button, icons[press]);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->press_button), _ (words[press]));
  set_accessible_label (self->press_button, _ (words[press]));
}

static void
show_head (ShoalAppDetails *self)
{
  ShoalModelTorrent *torrent = get_torrent (self);
  gboolean           is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  g_autofree char   *name = NULL;
  g_autofree char   *line = NULL;

  if (torrent == NULL)
    return;
  name = shoal_app_text_dup_visible (shoal_model_torrent_get_info (torrent)->name);
  line = shoal_app_text_dup_line (name, is_rtl);
  if (g_strcmp0 (line, gtk_inscription_get_text (self->name)) != 0)
    {
      gtk_inscription_set_text (self->name, line);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
    }
  show_press (self, torrent);
}

static void
status_cb (ShoalModelTorrent *torrent, GParamSpec *pspec, ShoalAppDetails *self)
{
  guint status;

  g_object_get (torrent, "status", &status, NULL);
  if ((status &
       (SHOAL_MODEL_CHANGE_STATE | SHOAL_MODEL_CHANGE_IDENTITY | SHOAL_MODEL_CHANGE_SWITCHES)) == 0)
    return;
  show_head (self);
  shoal_app_actions_update (self->actions);
  if (!self->has_asked && !shoal_model_torrent_get_info (torrent)->is_magnet)
    review_watch (self);
}

/* The page on top gets the torrent; those below it lose one that is not selected any more. */
static void
give_torrent (ShoalAppDetails *self, gboolean is_new)
{
  ShoalModelTorrent *torrent = get_torrent (self);

  for (guint i = 0; i < G_N_ELEMENTS (page_table); i++)
    if (i == get_visible_page (self) && torrent != NULL)
      shoal_app_details_page_set_torrent (get_page (self, i), torrent, self->details);
    else if (is_new)
      shoal_app_details_page_set_torrent (get_page (self, i), NULL, NULL);
}

/* The buttons of the switcher, in the order of the pages. */
static GtkWidget *
find_button (GtkWidget *widget, guint *which)
{
  GtkWidget *found = NULL;

  if (GTK_IS_TOGGLE_BUTTON (widget))
    return (*which)-- == 0 ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, which);
  return found;
}

/* A click does not take the focus there: it would stay with the button of the page that was. */
static void
follow_focus (ShoalAppDetails *self)
{
  GtkRoot   *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  guint      which = get_visible_page (self);
  GtkWidget *button;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->switcher)))
    return;
  button = find_button (GTK_WIDGET (self->switcher), &which);
  if (button != NULL && button != focus)
    gtk_widget_grab_focus (button);
}

static void
visible_page_cb (ShoalAppDetails *self)
{
  if (self->session == NULL)
    return;
  follow_focus (self);
  g_settings_set_string (shoal_app_session_get_settings (self->session),
                         SHOAL_APP_KEY_DETAILS_PAGE,
                         page_table[get_visible_page (self)].name);
  give_torrent (self, FALSE);
  review_watch (self);
}

static void
drop_torrents (ShoalAppDetails *self)
{
  if (get_torrent (self) != NULL)
    g_clear_signal_handler (&self->status_handler, get_torrent (self));
  g_clear_object (&self->details);
  self->has_asked = FALSE;
  self->press = -1;
}

static void
take_torrents (ShoalAppDetails *self, GPtrArray *torrents)
{
  g_ptr_array_unref (self->torrents);
  self->torrents = g_ptr_array_new_full (torrents->len, g_object_unref);
  for (guint i = 0; i < torrents->len; i++)
    g_ptr_array_add (self->torrents, g_object_ref (g_ptr_array_index (torrents, i)));
  if (get_torrent (self) == NULL)
    return;
  self->details = shoal_model_details_new (shoal_model_torrent_get_id (get_torrent (self)));
  self->status_handler =
      g_signal_connect (get_torrent (self), "notify::status", G_CALLBACK (status_cb), self);
}

static gboolean
has_torrents (ShoalAppDetails *self, GPtrArray *torrents)
{
  return self->torrents->len == torrents->len &&
         (torrents->len == 0 ||
          memcmp (self->torrents->pdata, torrents->pdata, torrents->len * sizeof (gpointer)) == 0);
}

static void
shoal_app_details_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (shoal_app_details_parent_class)->map (widget);
  review_watch (SHOAL_APP_DETAILS (widget));
}

static void
shoal_app_details_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (shoal_app_details_parent_class)->unmap (widget);
  review_watch (SHOAL_APP_DETAILS (widget));
}

static void
shoal_app_details_dispose (GObject *object)
{
  ShoalAppDetails *self = SHOAL_APP_DETAILS (object);

  g_clear_handle_id (&self->watch_source, g_source_remove);
  drop_torrents (self);
  g_ptr_array_set_size (self->torrents, 0);
  if (self->actions != NULL)
    gtk_widget_insert_action_group (GTK_WIDGET (self), "torrent", NULL);
  g_clear_object (&self->actions);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_details_parent_class)->dispose (object);
}

static void
shoal_app_details_finalize (GObject *object)
{
  ShoalAppDetails *self = SHOAL_APP_DETAILS (object);

  g_clear_pointer (&self->torrents, g_ptr_array_unref);
  G_OBJECT_CLASS (shoal_app_details_parent_class)->finalize (object);
}

static void
shoal_app_details_class_init (ShoalAppDetailsClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_details_dispose;
  object_class->finalize = shoal_app_details_finalize;
  widget_class->map = shoal_app_details_map;
  widget_class->unmap = shoal_app_details_unmap;

  g_type_ensure (SHOAL_TYPE_APP_DETAILS_MANY);
  g_type_ensure (SHOAL_TYPE_APP_SPEED);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetails, many);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetails, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetails, modes);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetails, name);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetails, pages);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetails, press_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetails, speed);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppDetails, switcher);
  gtk_widget_class_bind_template_callback (widget_class, visible_page_cb);
}

static gboolean
turn_page_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  ShoalAppDetails *self = SHOAL_APP_DETAILS (widget);
  guint            n = G_N_ELEMENTS (page_table);
  guint            page = get_visible_page (self) + n + (guint) g_variant_get_int32 (arguments);

  if (get_torrent (self) == NULL)
    return GDK_EVENT_PROPAGATE;
  adw_view_stack_set_visible_child_name (self->pages, page_table[page % n].name);
  return GDK_EVENT_STOP;
}

static void
add_key (GtkEventController *controller, const char *trigger, int step)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                                            gtk_callback_action_new (turn_page_cb, NULL, NULL));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 (step));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
}

/* By Tab it is far to the tabs, which lie behind all that is on a page. */
static void
add_keys (ShoalAppDetails *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  /* Before what scrolls: it has a use of its own for them. */
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  add_key (controller, "<Control>Page_Up|<Control>KP_Page_Up", -1);
  add_key (controller, "<Control>Page_Down|<Control>KP_Page_Down", 1);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
add_pages (ShoalAppDetails *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (page_table); i++)
    {
      GtkWidget        *page = g_object_new (page_table[i].get_type (), NULL);
      AdwViewStackPage *entry = adw_view_stack_add_titled (
          self->pages, page, page_table[i].name, _ (page_table[i].title));

      adw_view_stack_page_set_icon_name (entry, page_table[i].icon);
    }
  adw_view_switcher_bar_set_reveal (self->switcher, G_N_ELEMENTS (page_table) > 1);
}

static void
shoal_app_details_init (ShoalAppDetails *self)
{
  self->torrents = g_ptr_array_new_with_free_func (g_object_unref);
  self->press = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  /* AT-SPI asks how long the text is, and GTK 4.8 does not look whether there is any. */
  gtk_inscription_set_text (self->name, "");
  add_pages (self);
  add_keys (self);
  /* The focus lies on the child, whose name newer versions of GTK take from the menu button. */
  set_accessible_label (self->menu_button, _ ("More Actions"));
  set_accessible_label (gtk_widget_get_first_child (GTK_WIDGET (self->menu_button)),
                        _ ("More Actions"));
  shoal_app_compat_name_items (gtk_menu_button_get_popover (self->menu_button));
}

GtkWidget *
shoal_app_details_new (void)
{
  return g_object_new (SHOAL_TYPE_APP_DETAILS, NULL);
}

void
shoal_app_details_set_collection (ShoalAppDetails *self, ShoalAppCollection *collection)
{
  ShoalAppSession *session = shoal_app_collection_get_session (collection);
  g_autofree char *name =
      g_settings_get_string (shoal_app_session_get_settings (session), SHOAL_APP_KEY_DETAILS_PAGE);

  g_return_if_fail (SHOAL_IS_APP_DETAILS (self));
  g_return_if_fail (self->session == NULL);

  if (adw_view_stack_get_child_by_name (self->pages, name) != NULL)
    adw_view_stack_set_visible_child_name (self->pages, name);
  self->session = g_object_ref (session);
  self->actions = shoal_app_actions_new (GTK_WIDGET (self), collection);
  shoal_app_speed_set_session (self->speed, session);
  for (guint i = 0; i < G_N_ELEMENTS (page_table); i++)
    shoal_app_details_page_set_session (get_page (self, i), session);
  shoal_app_details_many_set_actions (self->many, self->actions);
}

ShoalAppActions *
shoal_app_details_get_actions (ShoalAppDetails *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_DETAILS (self), NULL);
  return self->actions;
}

void
shoal_app_details_set_torrents (ShoalAppDetails *self, GPtrArray *torrents)
{
  static const char *const modes[] = { "none", "one", "many" };

  g_return_if_fail (SHOAL_IS_APP_DETAILS (self));
  g_return_if_fail (self->session != NULL);

  if (has_torrents (self, torrents))
    return;
  drop_torrents (self);
  take_torrents (self, torrents);
  show_head (self);
  shoal_app_details_many_set_torrents (self->many, torrents->len > 1 ? self->torrents : NULL);
  shoal_app_actions_update (self->actions);
  give_torrent (self, TRUE);
  gtk_stack_set_visible_child_name (self->modes, modes[MIN (torrents->len, 2)]);
  review_watch (self);
}

void
shoal_app_details_focus_first (ShoalAppDetails *self)
{
  g_return_if_fail (SHOAL_IS_APP_DETAILS (self));

  /* Tab goes by places, and what was never shown has none. */
  if (get_torrent (self) != NULL && gtk_widget_grab_focus (GTK_WIDGET (self->press_button)))
    return;
  for (GtkWidget *child, *widget = GTK_WIDGET (self); widget != NULL; widget = child)
    {
      child = gtk_widget_get_focus_child (widget);
      gtk_widget_set_focus_child (widget, NULL);
    }
  gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/preferences/shoal-app-preferences.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-folder-row.h"
#include "app/preferences/shoal-app-preferences-speed.h"
#include "app/preferences/shoal-app-watch-group.h"
#include "app/shoal-app-reach.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

struct _ShoalAppPreferences
{
  AdwPreferencesWindow parent_instance;

  ShoalAppFolderRow        *folder_row; /* unowned, as all children: the template holds them */
  ShoalAppPreferencesSpeed *speed_page;
  ShoalAppWatchGroup       *watch_group;
  GtkSwitch                *start_switch;
  GtkSwitch                *metered_switch;
  GtkSwitch                *power_switch;
  GtkSwitch                *awake_switch;
  GtkSwitch                *seed_switch;
  GtkSwitch                *ask_switch;
  GtkSwitch                *dht_switch;
  AdwActionRow             *port_row;
  AdwActionRow             *reach_row;
  AdwComboRow              *encryption_row;
  GtkSwitch                *mapping_switch;
  GtkSwitch                *pex_switch;
  GtkSwitch                *lsd_switch;
  GtkAdjustment            *port_adjustment;
  GtkAdjustment            *peers_adjustment;
  GtkAdjustment            *torrent_peers_adjustment;

  ShoalAppSession *session; /* owned */
};

G_DEFINE_FINAL_TYPE (ShoalAppPreferences, shoal_app_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static GSettings *
get_settings (ShoalAppPreferences *self)
{
  return shoal_app_session_get_settings (self->session);
}

/* Only what differs from the desktop's folder is remembered. */
static void
folder_cb (ShoalAppPreferences *self)
{
  g_autofree char *now = NULL;
  const char      *path = shoal_app_folder_row_get_path (self->folder_row);

  if (self->session == NULL)
    return;
  now = shoal_app_settings_dup_download_folder (get_settings (self));
  if (g_strcmp0 (now, path) != 0)
    g_settings_set_string (get_settings (self), SHOAL_APP_KEY_DOWNLOAD_FOLDER, path);
}

static void
show_port (ShoalAppPreferences *self)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);
  guint               port = shoal_model_torrents_get_totals (torrents)->port;
  g_autofree char    *number = g_strdup_printf ("%u", port);
  ShoalAppTextPart    part = { "port", number };
  g_autofree char    *text = NULL;

  if (port == 0)
    text = g_strdup (_ ("Other people cannot reach this computer right now"));
  else if (port == (guint) g_settings_get_int (get_settings (self), SHOAL_APP_KEY_PORT))
    text = g_strdup (_ ("0 stands for any that is free"));
  else if (port == shoal_app_session_get_used_port (self->session))
    text = shoal_app_text_fill (_ ("It is taken, so port {port} is used instead"), &part, 1);
  else
    text = shoal_app_text_fill (_ ("Port {port} is used right now"), &part, 1);
  adw_action_row_set_subtitle (self->port_row, text);
}

static void
show_reach (ShoalAppPreferences *self)
{
  const ShoalTotals *totals =
      shoal_model_torrents_get_totals (shoal_app_session_get_torrents (self->session));
  g_autofree char *text = shoal_app_reach_dup_text (totals);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->reach_row),
                                 shoal_app_reach_get_title (totals));
  adw_action_row_set_subtitle (self->reach_row, text);
}

/* The places of the list are those of ShoalEncryption. */
static void
show_encryption (ShoalAppPreferences *self)
{
  static const char *const texts[] = {
    [SHOAL_ENCRYPTION_OFF] = N_ ("With nobody; those who insist on it cannot be reached"),
    [SHOAL_ENCRYPTION_ALLOW] = N_ ("With those who ask for it, or who accept nothing else"),
    [SHOAL_ENCRYPTION_PREFER] = N_ ("With all who can; with the others without"),
    [SHOAL_ENCRYPTION_REQUIRE] = N_ ("With everybody; those who cannot are left out"),
  };
  guint            place = adw_combo_row_get_selected (self->encryption_row);
  g_autofree char *spoken = NULL;

  g_return_if_fail (place < G_N_ELEMENTS (texts));
  spoken = g_strjoin (
      ", ",
      gtk_string_object_get_string (adw_combo_row_get_selected_item (self->encryption_row)),
      _ (texts[place]),
      NULL);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->encryption_row), _ (texts[place]));
  /* Of the row's children a screen reader says nothing. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->encryption_row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
}

static gboolean
get_encryption_cb (GValue *place, GVariant *word, gpointer user_data)
{
  g_value_set_uint (place,
                    shoal_app_settings_read_encryption_word (g_variant_get_string (word, NULL)));
  return TRUE;
}

static GVariant *
set_encryption_cb (const GValue *place, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_string (shoal_app_settings_get_encryption_word (g_value_get_uint (place)));
}

static void
bind_settings (ShoalAppPreferences *self)
{
  const struct
  {
    const char *key;
    gpointer    object;
    const char *property;
  } bindings[] = {
    { SHOAL_APP_KEY_START_AT_ONCE, self->start_switch, "active" },
    { SHOAL_APP_KEY_SEED, self->seed_switch, "active" },
    { SHOAL_APP_KEY_ASK_FILES, self->ask_switch, "active" },
    { SHOAL_APP_KEY_HOLD_METERED, self->metered_switch, "active" },
    { SHOAL_APP_KEY_HOLD_POWER, self->power_switch, "active" },
    { SHOAL_APP_KEY_KEEP_AWAKE, self->awake_switch, "active" },
    { SHOAL_APP_KEY_PORT, self->port_adjustment, "value" },
    { SHOAL_APP_KEY_MAX_PEERS, self->peers_adjustment, "value" },
    { SHOAL_APP_KEY_MAX_PEERS_PER_TORRENT, self->torrent_peers_adjustment, "value" },
    { SHOAL_APP_KEY_USE_DHT, self->dht_switch, "active" },
    { SHOAL_APP_KEY_USE_PORT_MAPPING, self->mapping_switch, "active" },
    { SHOAL_APP_KEY_USE_PEX, self->pex_switch, "active" },
    { SHOAL_APP_KEY_USE_LSD, self->lsd_switch, "active" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    g_settings_bind (get_settings (self),
                     bindings[i].key,
                     bindings[i].object,
                     bindings[i].property,
                     G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (get_settings (self),
                                SHOAL_APP_KEY_ENCRYPTION,
                                self->encryption_row,
                                "selected",
                                G_SETTINGS_BIND_DEFAULT,
                                get_encryption_cb,
                                set_encryption_cb,
                                NULL,
                                NULL);
}

static void
shoal_app_preferences_dispose (GObject *object)
{
  ShoalAppPreferences *self = SHOAL_APP_PREFERENCES (object);

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (shoal_app_session_get_torrents (self->session), self);
    }
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_preferences_parent_class)->dispose (object);
}

static void
shoal_app_preferences_class_init (ShoalAppPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_preferences_dispose;

  g_type_ensure (SHOAL_TYPE_APP_FOLDER_ROW);
  g_type_ensure (SHOAL_TYPE_APP_PREFERENCES_SPEED);
  g_type_ensure (SHOAL_TYPE_APP_WATCH_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/preferences/shoal-app-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, ask_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, awake_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, dht_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, encryption_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, folder_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, lsd_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, mapping_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, metered_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, peers_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, pex_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, port_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, port_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, power_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, reach_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, seed_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, speed_page);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, start_switch);
  gtk_widget_class_bind_template_child (
      widget_class, ShoalAppPreferences, torrent_peers_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferences, watch_group);
  gtk_widget_class_bind_template_callback (widget_class, folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_encryption);
}

static void
shoal_app_preferences_init (ShoalAppPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
shoal_app_preferences_new (GtkWindow *parent, ShoalAppSession *session)
{
  ShoalAppPreferences *self =
      g_object_new (SHOAL_TYPE_APP_PREFERENCES, "transient-for", parent, "modal", TRUE, NULL);
  g_autofree char *folder =
      shoal_app_settings_dup_download_folder (shoal_app_session_get_settings (session));

  shoal_app_folder_row_set_path (self->folder_row, folder);
  self->session = g_object_ref (session);
  bind_settings (self);
  shoal_app_preferences_speed_set_settings (self->speed_page, get_settings (self));
  shoal_app_watch_group_bind (self->watch_group, get_settings (self));
  g_signal_connect_swapped (
      shoal_app_session_get_torrents (session), "notify::totals", G_CALLBACK (show_port), self);
  g_signal_connect_swapped (
      shoal_app_session_get_torrents (session), "notify::totals", G_CALLBACK (show_reach), self);
  g_signal_connect_swapped (session, "port", G_CALLBACK (show_port), self);
  g_signal_connect_object (get_settings (self),
                           "changed::" SHOAL_APP_KEY_PORT,
                           G_CALLBACK (show_port),
                           self,
                           G_CONNECT_SWAPPED);
  show_port (self);
  show_reach (self);
  show_encryption (self);
  return GTK_WIDGET (self);
}

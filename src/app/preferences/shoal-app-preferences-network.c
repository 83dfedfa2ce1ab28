/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/preferences/shoal-app-preferences-network.h"

#include <glib/gi18n.h>

#include "app/preferences/shoal-app-binding.h"
#include "app/rows/shoal-app-combo.h"
#include "app/rows/shoal-app-field-row.h"
#include "app/rows/shoal-app-switch-row.h"
#include "app/shoal-app-reach.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/preferences/shoal-app-preferences-network.ui"

struct _ShoalAppPreferencesNetwork
{
  AdwPreferencesPage parent_instance;

  AdwActionRow      *port_row; /* unowned, as all children: the template holds them */
  AdwActionRow      *reach_row;
  AdwComboRow       *encryption_row;
  ShoalAppSwitchRow *mapping_switch;
  ShoalAppSwitchRow *dht_switch;
  ShoalAppSwitchRow *pex_switch;
  ShoalAppSwitchRow *lsd_switch;
  GtkAdjustment     *port_adjustment;
  GtkAdjustment     *peers_adjustment;
  GtkAdjustment     *torrent_peers_adjustment;
  GtkAdjustment     *slots_adjustment;
  GtkAdjustment     *torrent_slots_adjustment;

  ShoalAppSession *session; /* owned */
};

G_DEFINE_FINAL_TYPE (ShoalAppPreferencesNetwork,
                     shoal_app_preferences_network,
                     ADW_TYPE_PREFERENCES_PAGE)

static GSettings *
get_settings (ShoalAppPreferencesNetwork *self)
{
  return shoal_app_session_get_settings (self->session);
}

static const ShoalTotals *
get_totals (ShoalAppPreferencesNetwork *self)
{
  return shoal_model_torrents_get_totals (shoal_app_session_get_torrents (self->session));
}

static void
show_port (ShoalAppPreferencesNetwork *self)
{
  guint            port = get_totals (self)->port;
  g_autofree char *number = g_strdup_printf ("%u", port);
  ShoalAppTextPart part = { "port", number };
  g_autofree char *text = NULL;

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
show_reach (ShoalAppPreferencesNetwork *self)
{
  const ShoalTotals *totals = get_totals (self);
  g_autofree char   *text = shoal_app_reach_dup_text (totals);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->reach_row),
                                 shoal_app_reach_get_title (totals));
  adw_action_row_set_subtitle (self->reach_row, text);
}

static void
totals_cb (ShoalAppPreferencesNetwork *self)
{
  show_port (self);
  show_reach (self);
}

/* The places of the list are those of ShoalEncryption. */
static void
show_encryption (ShoalAppPreferencesNetwork *self)
{
  static const char *const texts[] = {
    [SHOAL_ENCRYPTION_OFF] = N_ ("With nobody; those who insist on it cannot be reached"),
    [SHOAL_ENCRYPTION_ALLOW] = N_ ("With those who ask for it, or who accept nothing else"),
    [SHOAL_ENCRYPTION_PREFER] = N_ ("With all who can; with the others without"),
    [SHOAL_ENCRYPTION_REQUIRE] = N_ ("With everybody; those who cannot are left out"),
  };
  guint place = adw_combo_row_get_selected (self->encryption_row);

  g_return_if_fail (place < G_N_ELEMENTS (texts));
  shoal_app_combo_say (self->encryption_row, _ (texts[place]));
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
bind_settings (ShoalAppPreferencesNetwork *self)
{
  const ShoalAppBinding bindings[] = {
    { SHOAL_APP_KEY_PORT, self->port_adjustment, "value" },
    { SHOAL_APP_KEY_USE_PORT_MAPPING, self->mapping_switch, "active" },
    { SHOAL_APP_KEY_USE_DHT, self->dht_switch, "active" },
    { SHOAL_APP_KEY_USE_PEX, self->pex_switch, "active" },
    { SHOAL_APP_KEY_USE_LSD, self->lsd_switch, "active" },
    { SHOAL_APP_KEY_MAX_PEERS, self->peers_adjustment, "value" },
    { SHOAL_APP_KEY_MAX_PEERS_PER_TORRENT, self->torrent_peers_adjustment, "value" },
    { SHOAL_APP_KEY_MAX_SLOTS, self->slots_adjustment, "value" },
    { SHOAL_APP_KEY_MAX_SLOTS_PER_TORRENT, self->torrent_slots_adjustment, "value" },
  };

  shoal_app_binding_bind_all (get_settings (self), bindings, G_N_ELEMENTS (bindings));
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
shoal_app_preferences_network_dispose (GObject *object)
{
  g_clear_object (&SHOAL_APP_PREFERENCES_NETWORK (object)->session);
  G_OBJECT_CLASS (shoal_app_preferences_network_parent_class)->dispose (object);
}

static void
shoal_app_preferences_network_class_init (ShoalAppPreferencesNetworkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_preferences_network_dispose;

  g_type_ensure (SHOAL_TYPE_APP_FIELD_ROW);
  g_type_ensure (SHOAL_TYPE_APP_SWITCH_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, dht_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, encryption_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, lsd_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, mapping_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, peers_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, pex_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, port_adjustment);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, port_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, reach_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPreferencesNetwork, slots_adjustment);
  gtk_widget_class_bind_template_child (
      widget_class, ShoalAppPreferencesNetwork, torrent_peers_adjustment);
  gtk_widget_class_bind_template_child (
      widget_class, ShoalAppPreferencesNetwork, torrent_slots_adjustment);
  gtk_widget_class_bind_template_callback (widget_class, show_encryption);
}

static void
shoal_app_preferences_network_init (ShoalAppPreferencesNetwork *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
shoal_app_preferences_network_set_session (ShoalAppPreferencesNetwork *self,
                                           ShoalAppSession            *session)
{
  g_return_if_fail (SHOAL_IS_APP_PREFERENCES_NETWORK (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  bind_settings (self);
  g_signal_connect_object (shoal_app_session_get_torrents (session),
                           "notify::totals",
                           G_CALLBACK (totals_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "port", G_CALLBACK (show_port), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_settings (self),
                           "changed::" SHOAL_APP_KEY_PORT,
                           G_CALLBACK (show_port),
                           self,
                           G_CONNECT_SWAPPED);
  totals_cb (self);
  show_encryption (self);
}

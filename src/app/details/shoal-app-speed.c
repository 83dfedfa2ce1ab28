/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-speed.h"

#include <glib/gi18n.h>

#include "app/details/shoal-app-speed-graph.h"
#include "app/details/shoal-app-swatch.h"
#include "app/shoal-app-number.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

struct _ShoalAppSpeed
{
  AdwBin parent_instance;

  ShoalAppSpeedGraph *graph; /* unowned, as all children: the template holds them */
  GtkToggleButton    *minute_button;
  GtkToggleButton    *five_button;
  GtkToggleButton    *hour_button;
  GtkLabel           *down_label;
  GtkLabel           *up_label;

  GSettings *settings; /* owned */
};

G_DEFINE_FINAL_TYPE (ShoalAppSpeed, shoal_app_speed, ADW_TYPE_BIN)

static void
show_rate (GtkLabel *label, const char *pattern, guint64 bps)
{
  g_autofree char *rate = shoal_app_number_format_rate (bps);
  ShoalAppTextPart part = { "rate", rate };
  g_autofree char *text = shoal_app_text_fill (pattern, &part, 1);

  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

static void
renewed_cb (ShoalAppSpeed *self)
{
  ShoalModelRates now = shoal_app_speed_graph_get_now (self->graph);

  show_rate (self->down_label, _ ("Download {rate}"), now.down_bps);
  show_rate (self->up_label, _ ("Upload {rate}"), now.up_bps);
}

/* The choices, in minutes and as the schema calls them. */
static const struct
{
  guint       minutes;
  const char *word;
} choices[] = { { 1, "1" }, { 5, "5" }, { 60, "60" } };

static GtkToggleButton *
get_button (ShoalAppSpeed *self, guint choice)
{
  GtkToggleButton *buttons[] = { self->minute_button, self->five_button, self->hour_button };

  return buttons[choice];
}

static void
toggled_cb (ShoalAppSpeed *self, GtkToggleButton *button)
{
  if (self->settings == NULL || !gtk_toggle_button_get_active (button))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (get_button (self, i) == button)
      g_settings_set_string (self->settings, SHOAL_APP_KEY_GRAPH_MINUTES, choices[i].word);
}

static void
minutes_cb (ShoalAppSpeed *self)
{
  g_autofree char *word = g_settings_get_string (self->settings, SHOAL_APP_KEY_GRAPH_MINUTES);

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (g_str_equal (choices[i].word, word))
      {
        gtk_toggle_button_set_active (get_button (self, i), TRUE);
        shoal_app_speed_graph_set_minutes (self->graph, choices[i].minutes);
      }
}

static void
shoal_app_speed_dispose (GObject *object)
{
  g_clear_object (&SHOAL_APP_SPEED (object)->settings);
  G_OBJECT_CLASS (shoal_app_speed_parent_class)->dispose (object);
}

static void
shoal_app_speed_class_init (ShoalAppSpeedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_speed_dispose;

  g_type_ensure (SHOAL_TYPE_APP_SPEED_GRAPH);
  g_type_ensure (SHOAL_TYPE_APP_SWATCH);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/details/shoal-app-speed.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSpeed, down_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSpeed, five_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSpeed, graph);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSpeed, hour_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSpeed, minute_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSpeed, up_label);
  gtk_widget_class_bind_template_callback (widget_class, renewed_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
}

static void
shoal_app_speed_init (ShoalAppSpeed *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
shoal_app_speed_set_session (ShoalAppSpeed *self, ShoalAppSession *session)
{
  g_return_if_fail (SHOAL_IS_APP_SPEED (self));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (shoal_app_session_get_settings (session));
  g_signal_connect_object (self->settings,
                           "changed::" SHOAL_APP_KEY_GRAPH_MINUTES,
                           G_CALLBACK (minutes_cb),
                           self,
                           G_CONNECT_SWAPPED);
  minutes_cb (self);
  shoal_app_speed_graph_set_session (self->graph, session);
  renewed_cb (self);
}

void
shoal_app_speed_set_torrent (ShoalAppSpeed *self, ShoalTorrentId id)
{
  g_return_if_fail (SHOAL_IS_APP_SPEED (self));
  shoal_app_speed_graph_set_torrent (self->graph, id);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rules/shoal-app-awake.h"

#include <glib/gi18n.h>

#include "app/shoal-app-settings.h"

/* So long after the last byte it may sleep: people and connections come and go. */
#define CALM_USEC (120 * G_USEC_PER_SEC)
#define LOOK_SEC  10

struct _ShoalAppAwake
{
  GtkApplication  *application; /* unowned: outlives us */
  ShoalAppSession *session;     /* owned */
  gint64           down_usec;   /* when something came last, by the monotonic clock */
  guint            cookie;      /* 0: not held, or nobody could be asked */
  guint            look_source; /* while it is held */
};

static void
let_sleep (ShoalAppAwake *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->cookie != 0)
    gtk_application_uninhibit (self->application, self->cookie);
  self->cookie = 0;
}

static gboolean
look_cb (gpointer user_data)
{
  ShoalAppAwake *self = user_data;

  if (g_get_monotonic_time () - self->down_usec < CALM_USEC)
    return G_SOURCE_CONTINUE;
  self->look_source = 0;
  let_sleep (self);
  return G_SOURCE_REMOVE;
}

static void
review (ShoalAppAwake *self)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);

  if (!g_settings_get_boolean (shoal_app_session_get_settings (self->session),
                               SHOAL_APP_KEY_KEEP_AWAKE))
    {
      let_sleep (self);
      return;
    }
  if (shoal_model_torrents_get_totals (torrents)->down_bps == 0)
    return;
  self->down_usec = g_get_monotonic_time ();
  if (self->look_source != 0)
    return;
  self->cookie = gtk_application_inhibit (self->application,
                                          gtk_application_get_active_window (self->application),
                                          GTK_APPLICATION_INHIBIT_SUSPEND,
                                          _ ("Downloading"));
  self->look_source = g_timeout_add_seconds (LOOK_SEC, look_cb, self);
}

ShoalAppAwake *
shoal_app_awake_new (GtkApplication *application, ShoalAppSession *session)
{
  ShoalAppAwake *self = g_new0 (ShoalAppAwake, 1);

  self->application = application;
  self->session = g_object_ref (session);
  g_signal_connect_swapped (
      shoal_app_session_get_torrents (session), "notify::totals", G_CALLBACK (review), self);
  g_signal_connect_swapped (shoal_app_session_get_settings (session),
                            "changed::" SHOAL_APP_KEY_KEEP_AWAKE,
                            G_CALLBACK (review),
                            self);
  return self;
}

void
shoal_app_awake_free (ShoalAppAwake *self)
{
  let_sleep (self);
  g_signal_handlers_disconnect_by_data (shoal_app_session_get_torrents (self->session), self);
  g_signal_handlers_disconnect_by_data (shoal_app_session_get_settings (self->session), self);
  g_object_unref (self->session);
  g_free (self);
}

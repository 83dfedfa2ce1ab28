/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <unistd.h>

#include "app/preferences/shoal-app-preferences.h"
#include "app/rules/shoal-app-awake.h"
#include "app/shoal-app-popover.h"
#include "app/shoal-app-problem.h"
#include "app/shoal-app-session.h"
#include "app/shoal-app-window.h"

/* A process that was started by D-Bus and got no window in this time is not wanted. */
#define LONELY_SEC 10

/* It lies among our resources, so it is the same in both profiles, installed or not. */
#define ICON_NAME "io.github.shoalapp.Shoal"

struct _ShoalAppApplication
{
  AdwApplication parent_instance;

  GSettings       *settings; /* owned */
  ShoalAppSession *session;  /* owned */
  ShoalAppAwake   *awake;    /* owned */
  GtkWidget       *window;   /* unowned: the application holds its windows; NULL: none */
  void (*private_func) (gpointer user_data, ShoalAppSession *session); /* NULL: the real thing */
  gpointer   private_data;
  GPtrArray *pending; /* owned, of GFile: what came while stopping */
  guint      lonely_source;
  guint      stopped_source;
  int        status;

  guint is_held : 1; /* from the start of the engine to its end */
  guint is_quitting : 1;
  guint is_wanted : 1; /* somebody asked for the window while stopping */
};

G_DEFINE_FINAL_TYPE (ShoalAppApplication, shoal_app_application, ADW_TYPE_APPLICATION)

/* The one way out: the window goes at once, the process when the engine has ended. */
static void
quit (ShoalAppApplication *self)
{
  if (self->is_quitting)
    return;
  self->is_quitting = TRUE;
  g_clear_handle_id (&self->lonely_source, g_source_remove);
  if (self->window != NULL)
    {
      GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

      shoal_app_window_save (SHOAL_APP_WINDOW (self->window));
      for (GList *l = windows; l != NULL; l = l->next)
        gtk_widget_set_visible (l->data, FALSE);
    }
  shoal_app_session_quit (self->session);
}

static gboolean
close_request_cb (ShoalAppApplication *self)
{
  quit (self);
  return GDK_EVENT_STOP;
}

static void
need_window (ShoalAppApplication *self)
{
  g_clear_handle_id (&self->lonely_source, g_source_remove);
  if (self->window != NULL)
    return;
  self->window = shoal_app_window_new (GTK_APPLICATION (self), self->session);
  g_signal_connect_object (
      self->window, "close-request", G_CALLBACK (close_request_cb), self, G_CONNECT_SWAPPED);
}

static void
destroy_window (ShoalAppApplication *self)
{
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&self->window)));
}

static void
start_session (ShoalAppApplication *self)
{
  self->is_quitting = FALSE;
  if (!self->is_held)
    g_application_hold (G_APPLICATION (self));
  self->is_held = TRUE;
  shoal_app_session_start (self->session);
}

/* Once, however often the window is asked for. */
static void
tell_private (ShoalAppApplication *self)
{
  void (*func) (gpointer user_data, ShoalAppSession * session) = self->private_func;

  self->private_func = NULL;
  if (func != NULL)
    func (self->private_data, self->session);
}

static void
open_pending (ShoalAppApplication *self)
{
  g_autoptr (GPtrArray) files = g_steal_pointer (&self->pending);

  self->pending = g_ptr_array_new_with_free_func (g_object_unref);
  self->is_wanted = FALSE;
  need_window (self);
  gtk_window_present (GTK_WINDOW (self->window));
  tell_private (self);
  if (files->len > 0)
    shoal_app_window_take (SHOAL_APP_WINDOW (self->window), (GFile **) files->pdata, files->len);
}

static gboolean
end_or_restart_cb (gpointer user_data)
{
  ShoalAppApplication *self = user_data;
  gboolean is_idle = shoal_app_session_get_phase (self->session) == SHOAL_APP_PHASE_IDLE;

  self->stopped_source = 0;
  destroy_window (self);
  if (is_idle && (self->is_wanted || self->pending->len > 0))
    {
      start_session (self);
      open_pending (self);
      return G_SOURCE_REMOVE;
    }
  self->is_held = FALSE;
  g_application_release (G_APPLICATION (self));
  return G_SOURCE_REMOVE;
}

/* After whatever GTK does when it is idle: on X11 a size that a window asked for before it was
 * hidden is computed then, and GTK 4.8 does so for a window that is gone by now. */
static void
stopped_cb (ShoalAppApplication *self)
{
  if (self->stopped_source == 0)
    self->stopped_source = g_idle_add_full (G_PRIORITY_LOW, end_or_restart_cb, self, NULL);
}

/* Without a session bus nobody tells us that Shoal runs already, but the engine's lock does. */
static void
problem_cb (ShoalAppApplication *self)
{
  const ShoalProblem *problem = shoal_app_session_get_problem (self->session);
  g_autofree char    *sentence = NULL;

  if (shoal_app_session_get_phase (self->session) != SHOAL_APP_PHASE_FAILED || problem == NULL ||
      problem->domain != SHOAL_PROBLEM_DOMAIN_STATE || problem->code != SHOAL_PROBLEM_IN_USE)
    return;
  sentence = shoal_app_problem_dup_sentence (problem);
  g_printerr ("%s\n", sentence);
  self->status = 1;
  quit (self);
}

static gboolean
signal_cb (gpointer user_data)
{
  quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
lonely_cb (gpointer user_data)
{
  ShoalAppApplication *self = user_data;

  self->lonely_source = 0;
  quit (self);
  return G_SOURCE_REMOVE;
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quit (user_data);
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppApplication *self = user_data;

  if (self->window != NULL)
    gtk_window_present (
        GTK_WINDOW (shoal_app_preferences_new (GTK_WINDOW (self->window), self->session)));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppApplication *self = user_data;
  const char          *developers[] = { _ ("The Shoal authors"), NULL };

  if (self->window == NULL)
    return;
  adw_show_about_window (GTK_WINDOW (self->window),
                         "application-name",
                         "Shoal",
                         "application-icon",
                         ICON_NAME,
                         "version",
                         SHOAL_VERSION,
                         "developer-name",
                         _ ("The Shoal authors"),
                         "developers",
                         developers,
                         "copyright",
                         "© 2026 The Shoal authors",
                         "license-type",
                         GTK_LICENSE_GPL_3_0,
                         "website",
                         "https://github.com/shoalapp/shoal",
                         "issue-url",
                         "https://github.com/shoalapp/shoal/issues",
                         /* Translators: put your names here, one a line. */
                         "translator-credits",
                         _ ("translator-credits"),
                         NULL);
}

static const GActionEntry actions[] = {
  { "quit", quit_action, NULL, NULL, NULL, { 0 } },
  { "preferences", preferences_action, NULL, NULL, NULL, { 0 } },
  { "about", about_action, NULL, NULL, NULL, { 0 } },
};

static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "win.add", { "<Control>o", "<Control>n" } },
  { "win.add-link", { "<Control><Shift>o" } },
  { "win.undo", { "<Control>z" } },
  { "win.find", { "<Control>f" } },
  { "win.filters", { "F9" } },
  { "win.open-details", { "<Alt>Return", "<Alt>KP_Enter" } },
  { "win.back", { "<Alt>Left", "<Alt>KP_Left" } },
  { "window.close", { "<Control>w" } },
};

static void
add_actions (ShoalAppApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (
        GTK_APPLICATION (self), accels[i].action, accels[i].keys);
}

static void
shoal_app_application_startup (GApplication *application)
{
  ShoalAppApplication *self = SHOAL_APP_APPLICATION (application);

  G_APPLICATION_CLASS (shoal_app_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (ICON_NAME);
  shoal_app_popover_watch_all ();
  add_actions (self);
  g_unix_signal_add (SIGTERM, signal_cb, self);
  g_unix_signal_add (SIGINT, signal_cb, self);
  g_unix_signal_add (SIGHUP, signal_cb, self);

  self->settings = g_settings_new (SHOAL_APP_ID);
  self->session = shoal_app_session_new (self->settings);
  g_signal_connect_object (
      self->session, "stopped", G_CALLBACK (stopped_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->session, "problem", G_CALLBACK (problem_cb), self, G_CONNECT_SWAPPED);
  self->awake = shoal_app_awake_new (GTK_APPLICATION (self), self->session);
  start_session (self);
  self->lonely_source = g_timeout_add_seconds (LONELY_SEC, lonely_cb, self);
}

static void
shoal_app_application_activate (GApplication *application)
{
  ShoalAppApplication *self = SHOAL_APP_APPLICATION (application);

  if (self->is_quitting)
    self->is_wanted = TRUE;
  else
    open_pending (self);
}

static void
shoal_app_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  ShoalAppApplication *self = SHOAL_APP_APPLICATION (application);

  for (int i = 0; i < n_files; i++)
    g_ptr_array_add (self->pending, g_object_ref (files[i]));
  if (!self->is_quitting)
    open_pending (self);
}

static int
shoal_app_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;
  g_print ("Shoal %s\n", SHOAL_VERSION);
  return 0;
}

static void
shoal_app_application_dispose (GObject *object)
{
  ShoalAppApplication *self = SHOAL_APP_APPLICATION (object);

  g_clear_handle_id (&self->lonely_source, g_source_remove);
  g_clear_pointer (&self->awake, shoal_app_awake_free);
  g_clear_handle_id (&self->stopped_source, g_source_remove);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (shoal_app_application_parent_class)->dispose (object);
}

static void
shoal_app_application_finalize (GObject *object)
{
  ShoalAppApplication *self = SHOAL_APP_APPLICATION (object);

  g_clear_pointer (&self->pending, g_ptr_array_unref);
  G_OBJECT_CLASS (shoal_app_application_parent_class)->finalize (object);
}

static void
shoal_app_application_class_init (ShoalAppApplicationClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = shoal_app_application_dispose;
  object_class->finalize = shoal_app_application_finalize;
  application_class->activate = shoal_app_application_activate;
  application_class->handle_local_options = shoal_app_application_handle_local_options;
  application_class->open = shoal_app_application_open;
  application_class->startup = shoal_app_application_startup;
}

static void
shoal_app_application_init (ShoalAppApplication *self)
{
  const GOptionEntry options[] = {
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show a private swarm on this machine"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
    { NULL },
  };

  self->pending = g_ptr_array_new_with_free_func (g_object_unref);
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[SOURCE…]"));
}

ShoalAppApplication *
shoal_app_application_new (void)
{
  return g_object_new (SHOAL_TYPE_APP_APPLICATION,
                       "application-id",
                       SHOAL_APP_ID,
                       "flags",
                       G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path",
                       "/io/github/shoalapp/Shoal",
                       NULL);
}

void
shoal_app_application_set_private (ShoalAppApplication *self,
                                   void (*func) (gpointer user_data, ShoalAppSession *session),
                                   gpointer user_data)
{
  self->private_func = func;
  self->private_data = user_data;
  g_application_set_flags (G_APPLICATION (self),
                           G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
}

int
shoal_app_application_finish (ShoalAppApplication *self, int status)
{
  int result = self->status != 0 ? self->status : status;

  g_settings_sync ();
  if (self->session != NULL && shoal_app_session_get_phase (self->session) == SHOAL_APP_PHASE_HUNG)
    _exit (result);
  return result;
}

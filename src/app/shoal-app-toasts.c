/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-toasts.h"

#define SAID "shoal-said"

/* A toast of libadwaita 1.2 that is dismissed while it still comes in ends in freed memory, so it
 * stays for at least so long. */
#define SETTLED_MS 700

#define SHOWN "shoal-shown" /* the time when it came, of a toast */
#define SORT  "shoal-sort"

static gint64
get_age_ms (AdwToast *toast)
{
  gint64 *shown_usec = g_object_get_data (G_OBJECT (toast), SHOWN);

  return (g_get_monotonic_time () - *shown_usec) / 1000;
}

static void
dismissed_cb (AdwToast *toast, GObject *overlay)
{
  const char *sort = g_object_get_data (G_OBJECT (toast), SORT);

  if (g_object_get_data (overlay, sort) == toast)
    g_object_set_data (overlay, sort, NULL);
}

static gboolean
dismiss_cb (gpointer toast)
{
  adw_toast_dismiss (toast);
  return G_SOURCE_REMOVE;
}

static void
dismiss (AdwToast *toast)
{
  gint64 left_ms = SETTLED_MS - get_age_ms (toast);

  if (left_ms <= 0)
    adw_toast_dismiss (toast);
  else
    g_timeout_add_full (
        G_PRIORITY_DEFAULT, (guint) left_ms, dismiss_cb, g_object_ref (toast), g_object_unref);
}

void
shoal_app_toasts_show (AdwToastOverlay *overlay, AdwToast *toast, const char *sort)
{
  AdwToast *before = g_object_get_data (G_OBJECT (overlay), sort);
  gint64    now_usec = g_get_monotonic_time ();

  if (before != NULL)
    dismiss (before);
  g_object_set_data_full (G_OBJECT (toast), SHOWN, g_memdup2 (&now_usec, sizeof now_usec), g_free);
  g_object_set_data (G_OBJECT (toast), SORT, (gpointer) g_intern_string (sort));
  g_object_set_data_full (G_OBJECT (overlay), sort, g_object_ref (toast), g_object_unref);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), overlay, 0);
  /* What was just done is answered at once, whatever has been waiting longer to be read. */
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (overlay, toast);
}

AdwToast *
shoal_app_toasts_get (AdwToastOverlay *overlay, const char *sort)
{
  return g_object_get_data (G_OBJECT (overlay), sort);
}

void
shoal_app_toasts_say (AdwToastOverlay *overlay, const char *text)
{
  g_autofree char *title = g_markup_escape_text (text, -1);
  AdwToast        *before = g_object_get_data (G_OBJECT (overlay), SAID);

  if (before != NULL && get_age_ms (before) < SETTLED_MS)
    adw_toast_set_title (before, title);
  else
    shoal_app_toasts_show (overlay, adw_toast_new (title), SAID);
}

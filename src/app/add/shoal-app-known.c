/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-known.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

static void
clicked_cb (AdwToast *toast, GPtrArray *sources)
{
  for (guint i = 0; i < sources->len; i++)
    shoal_app_source_add_trackers (g_ptr_array_index (sources, i));
}

static void
free_sources (gpointer sources, GClosure *closure)
{
  g_ptr_array_unref (sources);
}

static guint
count_trackers (GPtrArray *sources)
{
  guint n = 0;

  for (guint i = 0; i < sources->len; i++)
    n += shoal_app_source_get_n_trackers (g_ptr_array_index (sources, i));
  return n;
}

static char *
dup_title (GPtrArray *sources)
{
  g_autofree char *number = g_strdup_printf ("%u", sources->len);
  ShoalAppTextPart part = { "n", number };

  if (sources->len == 1)
    return g_strdup (_ ("This torrent is in the list already"));
  return shoal_app_text_fill (ngettext ("{n} torrent is in the list already",
                                        "{n} torrents are in the list already",
                                        sources->len),
                              &part,
                              1);
}

AdwToast *
shoal_app_known_toast_new (GPtrArray *sources)
{
  g_autofree char *title = dup_title (sources);
  AdwToast        *toast = adw_toast_new (title);

  if (count_trackers (sources) == 0)
    return toast;
  adw_toast_set_button_label (
      toast, sources->len == 1 ? _ ("Add Its _Trackers") : _ ("Add Their _Trackers"));
  g_signal_connect_data (
      toast, "button-clicked", G_CALLBACK (clicked_cb), g_ptr_array_ref (sources), free_sources, 0);
  return toast;
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-watch-news.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

/* What the button of a toast needs. */
typedef struct
{
  GPtrArray      *sentences; /* owned */
  ShoalAppNotice *notice;    /* owned */
} Details;

void
shoal_app_watch_news_init (ShoalAppWatchNews *self)
{
  *self = (ShoalAppWatchNews){ .troubles = g_ptr_array_new_with_free_func (g_free) };
}

void
shoal_app_watch_news_clear (ShoalAppWatchNews *self)
{
  g_clear_pointer (&self->troubles, g_ptr_array_unref);
  g_clear_pointer (&self->last_name, g_free);
}

void
shoal_app_watch_news_add (ShoalAppWatchNews *self, const char *name)
{
  self->n_added++;
  g_free (self->last_name);
  self->last_name = g_strdup (name);
}

void
shoal_app_watch_news_add_trouble (ShoalAppWatchNews *self, const char *sentence)
{
  g_ptr_array_add (self->troubles, g_strdup (sentence));
}

static char *
dup_added_title (const ShoalAppWatchNews *self)
{
  g_autofree char *number = g_strdup_printf ("%u", self->n_added);
  ShoalAppTextPart parts[] = { { "n", number }, { "name", self->last_name } };

  if (self->n_added == 1)
    return shoal_app_text_fill (_ ("Added “{name}”"), &parts[1], 1);
  return shoal_app_text_fill (ngettext ("Added {n} torrent from the watched folder",
                                        "Added {n} torrents from the watched folder",
                                        self->n_added),
                              parts,
                              1);
}

AdwToast *
shoal_app_watch_news_take_added (ShoalAppWatchNews *self)
{
  g_autofree char *title = NULL;
  g_autofree char *markup = NULL;

  if (self->n_added == 0)
    return NULL;
  title = dup_added_title (self);
  markup = g_markup_escape_text (title, -1);
  self->n_added = 0;
  return adw_toast_new (markup);
}

static void
clicked_cb (AdwToast *toast, Details *details)
{
  for (guint i = 0; i < details->sentences->len; i++)
    shoal_app_notice_say (details->notice, g_ptr_array_index (details->sentences, i));
}

static void
details_free (gpointer data, GClosure *closure)
{
  Details *details = data;

  g_ptr_array_unref (details->sentences);
  g_object_unref (details->notice);
  g_free (details);
}

AdwToast *
shoal_app_watch_news_take_troubles (ShoalAppWatchNews *self, ShoalAppNotice *notice)
{
  guint            n = self->troubles->len;
  g_autofree char *number = g_strdup_printf ("%u", n);
  ShoalAppTextPart part = { "n", number };
  g_autofree char *title = NULL;
  AdwToast        *toast;
  Details         *details;

  if (n == 0)
    return NULL;
  title = shoal_app_text_fill (
      ngettext ("{n} problem in the watched folder", "{n} problems in the watched folder", n),
      &part,
      1);
  toast = adw_toast_new (title);
  details = g_new0 (Details, 1);
  details->sentences = g_steal_pointer (&self->troubles);
  details->notice = g_object_ref (notice);
  self->troubles = g_ptr_array_new_with_free_func (g_free);
  adw_toast_set_button_label (toast, _ ("_Why?"));
  adw_toast_set_timeout (toast, 0); /* the person may not be here */
  g_signal_connect_data (
      toast, "button-clicked", G_CALLBACK (clicked_cb), details, details_free, 0);
  return toast;
}

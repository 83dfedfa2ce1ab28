/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-adder-private.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-link-dialog.h"
#include "app/shoal-app-problem.h"
#include "app/shoal-app-settings.h"

/* Of the links that were taken only the newest are worth remembering. */
#define MAX_TAKEN 1000

/* A link needs no dialog before it is known what it stands for. */
static void
link_added_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppAdder   *self = SHOAL_APP_ADDER (object);
  g_autofree char *sentence = NULL;

  if (answer->problem != NULL && answer->problem->code != SHOAL_PROBLEM_DUPLICATE)
    {
      sentence = shoal_app_problem_dup_sentence (answer->problem);
      shoal_app_notice_say (self->notice, sentence);
      return;
    }
  if (answer->problem != NULL)
    shoal_app_adder_show_toast (self, adw_toast_new (_ ("This torrent is in the list already")));
  shoal_app_adder_show_torrent (self, answer->id);
}

void
shoal_app_adder_add_link (ShoalAppAdder *self, const char *uri)
{
  GSettings       *settings = shoal_app_session_get_settings (self->session);
  g_autofree char *folder = shoal_app_settings_dup_download_folder (settings);
  ShoalAddOptions *options = shoal_add_options_new (folder);

  options->asks = g_settings_get_boolean (settings, SHOAL_APP_KEY_ASK_FILES);
  options->is_paused =
      !options->asks && !g_settings_get_boolean (settings, SHOAL_APP_KEY_START_AT_ONCE);
  options->is_seed = g_settings_get_boolean (settings, SHOAL_APP_KEY_SEED);
  shoal_app_session_add_magnet (self->session, uri, options, link_added_cb, G_OBJECT (self));
}

static void
remember_taken (ShoalAppAdder *self, const char *uri)
{
  if (g_hash_table_size (self->taken) >= MAX_TAKEN)
    g_hash_table_remove_all (self->taken);
  g_hash_table_add (self->taken, g_strdup (uri));
}

static void
take_file (ShoalAppAdder *self, GFile *file)
{
  g_autoptr (ShoalAppSource) source = NULL;
  g_autofree char *uri = g_file_get_uri (file);

  if (!g_file_is_native (file))
    remember_taken (self, uri);
  if (g_file_has_uri_scheme (file, "magnet"))
    {
      shoal_app_adder_add_link (self, uri);
      return;
    }
  source = shoal_app_source_new (self->session, file);
  shoal_app_adder_take_source (self, source);
}

void
shoal_app_adder_take (ShoalAppAdder *self, GFile **files, guint n_files)
{
  g_return_if_fail (SHOAL_IS_APP_ADDER (self));

  for (guint i = 0; i < n_files; i++)
    take_file (self, files[i]);
  shoal_app_adder_wait_for_sources (self);
}

void
shoal_app_adder_take_links (ShoalAppAdder *self, GPtrArray *links)
{
  g_return_if_fail (SHOAL_IS_APP_ADDER (self));

  for (guint i = 0; i < links->len; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (g_ptr_array_index (links, i));

      take_file (self, file);
    }
  shoal_app_adder_wait_for_sources (self);
}

void
shoal_app_adder_choose (ShoalAppAdder *self)
{
  g_return_if_fail (SHOAL_IS_APP_ADDER (self));

  shoal_app_chooser_open (self->chooser);
}

static void
link_offer_cb (gpointer dialog, GPtrArray *links)
{
  shoal_app_link_dialog_set_offer (dialog, links);
}

void
shoal_app_adder_ask_for_link (ShoalAppAdder *self)
{
  g_return_if_fail (SHOAL_IS_APP_ADDER (self));

  if (self->link_dialog != NULL)
    return;
  g_set_weak_pointer (&self->link_dialog, shoal_app_link_dialog_new (self->window));
  g_signal_connect_object (
      self->link_dialog, "taken", G_CALLBACK (shoal_app_adder_take_links), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->link_dialog));
  shoal_app_adder_look (self, link_offer_cb, G_OBJECT (self->link_dialog));
}

void
shoal_app_adder_look (ShoalAppAdder *self, ShoalAppClipboardFunc func, GObject *object)
{
  g_return_if_fail (SHOAL_IS_APP_ADDER (self));

  shoal_app_clipboard_look (GTK_WIDGET (self->window), self->session, self->taken, func, object);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-rename.h"

#include <glib/gi18n.h>

#include "app/shoal-app-prompt.h"

#define DATA_KEY "shoal-torrent"

static void
accept_cb (ShoalAppPrompt *prompt, const char *text, ShoalAppSession *session)
{
  guint id = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (prompt), DATA_KEY));

  shoal_app_session_rename (session,
                            (ShoalTorrentId){ id },
                            SHOAL_RENAME_TOP,
                            text,
                            shoal_app_prompt_answer_cb,
                            G_OBJECT (prompt));
}

void
shoal_app_rename_ask (GtkWidget *widget, ShoalAppSession *session, ShoalModelTorrent *torrent)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);
  ShoalAppPromptOptions   options = { .title = _ ("Rename Torrent"),
                                      .label = _ ("Name"),
                                      .hint = _ ("Its file or folder on the disk is renamed too."),
                                      .accept = _ ("_Rename"),
                                      .text = info->name };
  ShoalAppPrompt         *prompt = shoal_app_prompt_open (widget, &options);

  if (info->n_files == 1)
    shoal_app_prompt_select_stem (prompt);
  else
    shoal_app_prompt_select (prompt, -1);
  g_object_set_data (G_OBJECT (prompt), DATA_KEY, GUINT_TO_POINTER (info->id.value));
  g_signal_connect_object (prompt, "accept", G_CALLBACK (accept_cb), session, 0);
}

gboolean
shoal_app_rename_is_possible (ShoalModelTorrent *torrent)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);

  return !info->is_magnet && info->state != SHOAL_TORRENT_STATE_MOVING;
}

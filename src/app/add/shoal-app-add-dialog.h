/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/add/shoal-app-source.h"

G_BEGIN_DECLS

/* Asks how the sources are to be added: which files, where to, whether to start. One dialog for all
 * sources, which may grow in number while it is open. Nothing is done to a torrent before Add.
 *
 * Signal "add" (ShoalAppAddDialog *, gpointer): the person pressed Add; ask
 * shoal_app_add_dialog_dup_options() for each source that is ready. Signal "leave-out"
 * (ShoalAppAddDialog *, ShoalAppSource *, gpointer): the person does not want this one, which is
 * taken out then. Signal "offer-taken" (ShoalAppAddDialog *, GPtrArray *links, gpointer): these, of
 * char *, are to be added too. */
#define SHOAL_TYPE_APP_ADD_DIALOG (shoal_app_add_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppAddDialog, shoal_app_add_dialog, SHOAL, APP_ADD_DIALOG, AdwWindow)

/* @sources: of ShoalAppSource; the dialog takes out what the person does not want. */
GtkWidget *
shoal_app_add_dialog_new (GtkWindow *parent, GListStore *sources, ShoalAppSession *session);

/* What the clipboard has, of char *; it is shown, and taken by a click only. */
void shoal_app_add_dialog_set_offer (ShoalAppAddDialog *self, GPtrArray *links);

/* What the person chose for @source. The caller's. */
ShoalAddOptions *shoal_app_add_dialog_dup_options (ShoalAppAddDialog *self, ShoalAppSource *source);

/* Remembers the person's choices for the next time. */
void shoal_app_add_dialog_remember (ShoalAppAddDialog *self);

G_END_DECLS

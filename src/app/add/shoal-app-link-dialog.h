/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Where a person types or pastes a magnet link, an info-hash, or the address of a torrent file.
 * Nothing is fetched before Add.
 *
 * Signal "taken" (ShoalAppLinkDialog *, GPtrArray *links, gpointer): URIs, of char *, to be added;
 * the dialog closes then. */
#define SHOAL_TYPE_APP_LINK_DIALOG (shoal_app_link_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppLinkDialog, shoal_app_link_dialog, SHOAL, APP_LINK_DIALOG, AdwWindow)

GtkWidget *shoal_app_link_dialog_new (GtkWindow *parent);

/* What the clipboard has, of char *; it is shown, and taken by a click only. */
void shoal_app_link_dialog_set_offer (ShoalAppLinkDialog *self, GPtrArray *links);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/add/shoal-app-clipboard.h"
#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* Takes sources from wherever they come, asks once for all of them, and has the engine add them.
 *
 * Signal "show" (ShoalAppAdder *, guint id, gpointer): this torrent is to be selected and shown,
 * because it was added or because it was there already. Signal "unwanted" (ShoalAppAdder *,
 * GPtrArray *torrents, gpointer): these, of ShoalModelTorrent, came as links, and the person does
 * not want them. Signal "toast" (ShoalAppAdder *, AdwToast *toast, gpointer): to be shown. */
#define SHOAL_TYPE_APP_ADDER (shoal_app_adder_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppAdder, shoal_app_adder, SHOAL, APP_ADDER, GObject)

/* @window: not referenced; it owns the adder. */
ShoalAppAdder *shoal_app_adder_new (GtkWindow *window, ShoalAppSession *session);

/* @files: of GFile; links too. */
void shoal_app_adder_take (ShoalAppAdder *self, GFile **files, guint n_files);

/* The same for URIs, of char *. */
void shoal_app_adder_take_links (ShoalAppAdder *self, GPtrArray *links);

/* Lets the person choose files. */
void shoal_app_adder_choose (ShoalAppAdder *self);

/* Lets the person type or paste a link or an address. */
void shoal_app_adder_ask_for_link (ShoalAppAdder *self);

/* Looks what the clipboard has to offer, as shoal_app_clipboard_look() does; what was taken by any
 * way is not offered again. */
void shoal_app_adder_look (ShoalAppAdder *self, ShoalAppClipboardFunc func, GObject *object);

G_END_DECLS

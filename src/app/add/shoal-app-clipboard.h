/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* What the clipboard has to offer, looked at when a person opens something that is about adding,
 * and at no other time. Nothing is fetched or added by looking. */

/* @links: of char *, URIs of torrents that are not in the list; at least one; borrowed. Not called
 * if there is none, or if @object died before. */
typedef void (*ShoalAppClipboardFunc) (gpointer object, GPtrArray *links);

/* @taken: URIs as keys: not to be offered again. */
void shoal_app_clipboard_look (GtkWidget            *widget,
                               ShoalAppSession      *session,
                               GHashTable           *taken,
                               ShoalAppClipboardFunc func,
                               GObject              *object);

/* How to call @links in a line: the name of the one, or how many they are; the caller's. */
char *shoal_app_clipboard_dup_name (GPtrArray *links);

G_END_DECLS

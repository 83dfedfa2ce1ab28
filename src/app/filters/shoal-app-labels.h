/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* Labels: words that a person gives to torrents. One exists as long as a torrent has it, or the
 * settings keep it. */

/* All there are, as the person's language sorts; NULL-terminated, the caller's. */
char **shoal_app_labels_dup_all (ShoalAppSession *session);

/* @torrents: of ShoalModelTorrent. Gives the label to all of them, or takes it away; one that is
 * given is kept. */
void shoal_app_labels_give (ShoalAppSession *session, GPtrArray *torrents, const char *label);

void shoal_app_labels_take (ShoalAppSession *session, GPtrArray *torrents, const char *label);

/* Wherever it is; to a label that exists: both become one. */
void shoal_app_labels_rename (ShoalAppSession *session, const char *label, const char *name);

void shoal_app_labels_remove (ShoalAppSession *session, const char *label);

/* Asks for a label and gives it to @torrents. */
void shoal_app_labels_ask_new (GtkWindow *parent, ShoalAppSession *session, GPtrArray *torrents);

/* Asks for another name of @label. */
void shoal_app_labels_ask_name (GtkWindow *parent, ShoalAppSession *session, const char *label);

/* Asks whether @label is to go, if torrents have it. */
void shoal_app_labels_ask_remove (GtkWindow *parent, ShoalAppSession *session, const char *label);

G_END_DECLS

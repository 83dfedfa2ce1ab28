/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-collection.h"

G_BEGIN_DECLS

/* Keeps a view of rows where it is scrolled to while they change places: by itself it would follow
 * the row at its top to wherever that goes. */
typedef struct _ShoalAppPlace ShoalAppPlace;

/* @view: a GtkListView or GtkGridView that outlives what this returns, with the rows of
 * @collection. */
ShoalAppPlace *shoal_app_place_new (GtkWidget *view, ShoalAppCollection *collection);

void shoal_app_place_free (ShoalAppPlace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppPlace, shoal_app_place_free)

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where some torrents have their data: any number of paths of files and folders. */
typedef struct _ShoalAppPlaces ShoalAppPlaces;

ShoalAppPlaces *shoal_app_places_new (void);

void shoal_app_places_free (ShoalAppPlaces *self);

/* @path outlives @self. */
void shoal_app_places_add (ShoalAppPlaces *self, const char *path);

/* Whether @path is one of the places, lies in one, or has one in it. The time that it takes does
 * not grow with their number. */
gboolean shoal_app_places_overlap (ShoalAppPlaces *self, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppPlaces, shoal_app_places_free)

G_END_DECLS

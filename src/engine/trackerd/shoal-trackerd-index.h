/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds the place of an element in its owner's array by a hash: open addressing, 4 bytes a slot, at
 * most half full. Zero-initialised; one thread. */
typedef struct
{
  guint32 *slots; /* owned: place + 1; 0: empty */
  guint32  mask;  /* number of slots − 1, or 0 without slots */
  guint32  n;
} ShoalTrackerdIndex;

#define SHOAL_TRACKERD_INDEX_NONE G_MAXUINT32

/* What the owner tells about its elements. */
typedef struct
{
  guint32 (*hash) (gconstpointer owner, guint32 place);
  gboolean (*matches) (gconstpointer owner, guint32 place, gconstpointer key);
} ShoalTrackerdIndexOps;

void shoal_trackerd_index_clear (ShoalTrackerdIndex *self);

/* The place of the element that matches @key, whose hash is @hash; _NONE if there is none. */
guint32 shoal_trackerd_index_find (const ShoalTrackerdIndex    *self,
                                   guint32                      hash,
                                   gconstpointer                key,
                                   const ShoalTrackerdIndexOps *ops,
                                   gconstpointer                owner);

/* The element at @place has come; it must not be known yet. */
void shoal_trackerd_index_add (ShoalTrackerdIndex          *self,
                               guint32                      place,
                               const ShoalTrackerdIndexOps *ops,
                               gconstpointer                owner);

/* The element at @place goes; to be called while it is still there. */
void shoal_trackerd_index_remove (ShoalTrackerdIndex          *self,
                                  guint32                      place,
                                  const ShoalTrackerdIndexOps *ops,
                                  gconstpointer                owner);

/* The element whose hash is @hash moves from place @from to @to, where none is known. */
void shoal_trackerd_index_move (ShoalTrackerdIndex *self, guint32 hash, guint32 from, guint32 to);

G_END_DECLS

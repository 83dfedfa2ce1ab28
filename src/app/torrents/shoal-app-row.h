/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* The row of one torrent: name, bar, one sentence, pause button and seed switch. Recycled, and
 * driven as ShoalAppPulsed.
 *
 * A person's click becomes one of the actions "torrent.press" (u) and "torrent.set-seed" ((ub)),
 * with the id of the torrent; who holds the row handles them. Setting a switch by bind never does.
 */
#define SHOAL_TYPE_APP_ROW (shoal_app_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppRow, shoal_app_row, SHOAL, APP_ROW, GtkBox)

GtkWidget *shoal_app_row_new (void);

/* How rows are to be laid out in a window of some width. */
typedef struct
{
  guint line_chars; /* of a sentence; so many fit into a line, about */

  guint is_narrow : 1; /* the word beside the switch is left out */
} ShoalAppRowLayout;

/* Until it is known how wide the rows are. */
#define SHOAL_APP_ROW_USUAL_LAYOUT ((ShoalAppRowLayout){ .line_chars = 100 })

void shoal_app_row_set_layout (ShoalAppRow *self, ShoalAppRowLayout layout);

/* Since when, by the monotonic clock, nobody of the DHT has answered; G_MAXINT64: nobody was asked;
 * −1, as at first: somebody answered. */
void shoal_app_row_set_joining (ShoalAppRow *self, gint64 since_usec);

/* What the round button does: try again, resume or pause. */
typedef enum
{
  SHOAL_APP_PRESS_PAUSE,
  SHOAL_APP_PRESS_RESUME,
  SHOAL_APP_PRESS_RETRY,
} ShoalAppPress;

ShoalAppPress shoal_app_row_get_press (ShoalModelTorrent *torrent);

G_END_DECLS

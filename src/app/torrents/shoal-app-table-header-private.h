/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-table-header.h"

G_BEGIN_DECLS

/* What a hand is doing. */
typedef enum
{
  SHOAL_APP_HAND_FREE,
  SHOAL_APP_HAND_PRESSED, /* a title, and may be about to move it */
  SHOAL_APP_HAND_MOVES,
  SHOAL_APP_HAND_RESIZES,
} ShoalAppHand;

struct _ShoalAppTableHeader
{
  GtkWidget parent_instance;

  ShoalAppColumns *columns;                     /* owned */
  GtkAdjustment   *adjustment;                  /* owned */
  GtkWidget       *titles[SHOAL_APP_N_COLUMNS]; /* unowned, as all children; NULL: not shown */
  GtkPopoverMenu  *menu;                        /* a child; NULL before it was wanted */
  char            *order;                       /* owned; the word */
  GtkWidget       *menu_focus; /* weak; what had the focus before the menu; NULL: nothing */
  ShoalAppColumn   menu_column;
  ShoalAppColumn   focus_column; /* where the focus was last */

  ShoalAppHand   hand;
  ShoalAppColumn hand_column;
  int            hand_start;  /* where the title began when the hand took hold of it */
  int            hand_x;      /* where it begins now */
  int            hand_width;  /* of the column when the hand took hold of it */
  guint          hand_target; /* where the column goes when the hand lets go */

  guint is_falling : 1;
};

/* How far the rows are scrolled from where they begin: the adjustment counts from the left, also
 * where they begin at the right. */
int shoal_app_table_header_get_scrolled (ShoalAppTableHeader *self);

/* Between pixels of the header and a place in a row that counts from where the language begins, in
 * the same or the other direction. */
int shoal_app_table_header_mirror (ShoalAppTableHeader *self, int x, int width);

gboolean shoal_app_table_header_is_rtl (ShoalAppTableHeader *self);

/* How wide the rows are: as the view says that has them. */
int shoal_app_table_header_get_row_width (ShoalAppTableHeader *self);

/* Where the columns that are shown lie, counted from where the language begins; says how many. */
guint shoal_app_table_header_place (ShoalAppTableHeader *self, ShoalAppColumnPlace *places);

ShoalAppColumnPlace shoal_app_table_header_get_place (ShoalAppTableHeader *self,
                                                      ShoalAppColumn       column);

/* Scrolls to it, too. FALSE: it is not shown. */
gboolean shoal_app_table_header_focus_title (ShoalAppTableHeader *self, ShoalAppColumn column);

void shoal_app_table_header_set_usual_width (ShoalAppTableHeader *self, ShoalAppColumn column);

/* What the pointer does, and what the keys and the menu do. */
void shoal_app_table_header_add_hand (ShoalAppTableHeader *self);

void shoal_app_table_header_add_keys (ShoalAppTableHeader *self);

void shoal_app_table_header_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/add/shoal-app-add-button.h"
#include "app/add/shoal-app-adder.h"
#include "app/details/shoal-app-details.h"
#include "app/filters/shoal-app-filters.h"
#include "app/rules/shoal-app-hold-notice.h"
#include "app/shoal-app-window.h"
#include "app/torrents/shoal-app-browser.h"
#include "app/torrents/shoal-app-removal.h"

G_BEGIN_DECLS

struct _ShoalAppWindow
{
  AdwApplicationWindow parent_instance;

  AdwWindowTitle     *title; /* unowned, as all children: the template holds them */
  GtkButton          *back_button;
  ShoalAppAddButton  *add_button;
  GtkWidget          *filters_button;
  GtkWidget          *search_button;
  GtkWidget          *view_button;
  GtkWidget          *menu_button;
  AdwToastOverlay    *toasts;
  GtkInfoBar         *notice;
  GtkLabel           *notice_label;
  ShoalAppHoldNotice *hold_notice;
  GtkStack           *pages;
  AdwStatusPage      *problem_page;
  AdwFlap            *flap;
  AdwLeaflet         *leaflet;
  ShoalAppFilters    *filters;
  GtkWidget          *list_pane;
  ShoalAppBrowser    *browser;
  GtkWidget          *details_pane;
  ShoalAppDetails    *details;
  GtkLabel           *totals_label;
  GtkWidget          *content;
  GtkRevealer        *drop_revealer;
  GMenuModel         *primary_menu;
  GMenuModel         *narrow_menu;

  ShoalAppSession    *session;        /* owned */
  ShoalAppCollection *collection;     /* owned */
  ShoalAppActions    *actions;        /* owned */
  ShoalAppAdder      *adder;          /* owned */
  ShoalAppRemoval    *removal;        /* owned */
  GSimpleAction      *details_action; /* owned */
  guint               layout_source;

  guint totals_are_old : 1;
  guint has_beat : 1; /* the totals follow it, as long as they change */
  guint is_narrow : 1;
  guint was_narrow : 1;      /* as the children were told last */
  guint was_flap_folded : 1; /* before what happens now */
  guint wants_focus : 1;     /* the list has just come: keys are to work in it */
  guint is_details_open : 1; /* the person asked for the details, and has not gone back */
};

/* In shoal-app-window-panes.c: what stands beside what, and what is behind what. */

void shoal_app_window_install_panes (GtkWidgetClass *widget_class);

/* After the session and the actions are there. */
void shoal_app_window_start_panes (ShoalAppWindow *self);

/* Brings the header in line with the pane that is shown. */
void shoal_app_window_show_panes (ShoalAppWindow *self);

/* In shoal-app-window.c. */

/* Lays the header out anew, but not now: panes fold inside of an allocation. */
void shoal_app_window_queue_layout (ShoalAppWindow *self);

/* TRUE while the details take the place of the list. */
gboolean shoal_app_window_is_on_details (ShoalAppWindow *self);

G_END_DECLS

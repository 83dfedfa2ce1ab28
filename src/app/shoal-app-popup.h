/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The menu of the rows of a list: by right click, long press, Menu or Shift+F10. The row it is
 * asked for at becomes the selection, unless it is part of it, and gets the focus back. */
typedef struct _ShoalAppPopup ShoalAppPopup;

/* Brings actions in line with what is selected, before the menu opens. */
typedef void (*ShoalAppPopupFunc) (gpointer user_data);

/* @owner: a widget around @view, which is a GtkListView with a selection; both outlive the popup.
 * @resource: a .ui file with a menu called "menu". */
ShoalAppPopup *shoal_app_popup_new (GtkWidget        *owner,
                                    GtkWidget        *view,
                                    const char       *resource,
                                    ShoalAppPopupFunc func,
                                    gpointer          user_data);

/* Before @owner is disposed of. */
void shoal_app_popup_free (ShoalAppPopup *self);

gboolean shoal_app_popup_is_open (ShoalAppPopup *self);

/* The child of the row of @view that has the focus; NULL: none has. Borrowed. */
GtkWidget *shoal_app_popup_get_focused_child (GtkWidget *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppPopup, shoal_app_popup_free)

G_END_DECLS

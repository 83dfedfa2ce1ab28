/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-undo.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/shoal-app-toasts.h"

#define UNDO_SEC 10

typedef struct
{
  GWeakRef         widget;
  ShoalAppUndoFunc func;
  gpointer         data;
  GDestroyNotify   destroy;
} Undo;

static void
undo_free (gpointer data, GClosure *closure)
{
  Undo *undo = data;

  g_weak_ref_clear (&undo->widget);
  if (undo->destroy != NULL)
    undo->destroy (undo->data);
  g_free (undo);
}

static void
clicked_cb (AdwToast *toast, gpointer user_data)
{
  Undo *undo = user_data;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&undo->widget);

  if (widget != NULL)
    undo->func (widget, undo->data);
}

void
shoal_app_undo_offer (GtkWidget       *widget,
                      const char      *title,
                      ShoalAppUndoFunc func,
                      gpointer         data,
                      GDestroyNotify   destroy)
{
  GtkWidget       *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *markup = g_markup_escape_text (title, -1);
  AdwToast        *toast = adw_toast_new (markup);
  Undo            *undo = g_new0 (Undo, 1);

  g_weak_ref_init (&undo->widget, widget);
  undo->func = func;
  undo->data = data;
  undo->destroy = destroy;
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, UNDO_SEC);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (clicked_cb), undo, undo_free, 0);
  if (overlay != NULL)
    shoal_app_toasts_show (ADW_TOAST_OVERLAY (overlay), toast, "shoal-undo");
  else
    g_object_unref (toast);
}

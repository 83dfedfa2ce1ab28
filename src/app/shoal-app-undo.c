/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-undo.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/shoal-app-text.h"
#include "app/shoal-app-toasts.h"

#define UNDO_SEC 10

#define UNDOS "shoal-undos" /* of a toast: what it takes back, the newest last */

typedef struct
{
  GWeakRef         widget;
  ShoalAppUndoFunc func;
  gpointer         data;
  GDestroyNotify   destroy;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_weak_ref_clear (&undo->widget);
  if (undo->destroy != NULL)
    undo->destroy (undo->data);
  g_free (undo);
}

static Undo *
undo_new (const ShoalAppUndoOffer *offer)
{
  Undo *undo = g_new0 (Undo, 1);

  g_weak_ref_init (&undo->widget, offer->widget);
  undo->func = offer->func;
  undo->data = offer->data;
  undo->destroy = offer->destroy;
  return undo;
}

static void
clicked_cb (AdwToast *toast)
{
  GPtrArray *undos = g_object_get_data (G_OBJECT (toast), UNDOS);

  for (guint i = undos != NULL ? undos->len : 0; i > 0; i--)
    {
      Undo *undo = g_ptr_array_index (undos, i - 1);
      g_autoptr (GtkWidget) widget = g_weak_ref_get (&undo->widget);

      if (widget != NULL)
        undo->func (widget, undo->data);
    }
}

/* What the toast of the same kind would take back, if one is there. */
static GPtrArray *
take_undos (AdwToastOverlay *overlay, const char *kind)
{
  AdwToast  *before = shoal_app_toasts_get (overlay, kind);
  GPtrArray *undos = before != NULL ? g_object_steal_data (G_OBJECT (before), UNDOS) : NULL;

  return undos != NULL ? undos : g_ptr_array_new_with_free_func (undo_free);
}

/* What was done before is taken back with the last, and the button says so. */
static char *
dup_label (const GPtrArray *undos)
{
  g_autofree char *number = g_strdup_printf ("%u", undos->len);
  ShoalAppTextPart part = { "n", number };

  if (undos->len == 1)
    return g_strdup (_ ("_Undo"));
  return shoal_app_text_fill (ngettext ("_Undo {n}", "_Undo All {n}", undos->len), &part, 1);
}

void
shoal_app_undo_offer (const ShoalAppUndoOffer *offer)
{
  GtkWidget       *overlay = gtk_widget_get_ancestor (offer->widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *markup = g_markup_escape_text (offer->title, -1);
  g_autofree char *label = NULL;
  AdwToast        *toast;
  GPtrArray       *undos;
  Undo            *undo = undo_new (offer);

  if (overlay == NULL)
    {
      undo_free (undo);
      return;
    }
  toast = adw_toast_new (markup);
  undos = take_undos (ADW_TOAST_OVERLAY (overlay), offer->kind);
  g_ptr_array_add (undos, undo);
  label = dup_label (undos);
  g_object_set_data_full (G_OBJECT (toast), UNDOS, undos, (GDestroyNotify) g_ptr_array_unref);
  adw_toast_set_button_label (toast, label);
  adw_toast_set_timeout (toast, UNDO_SEC);
  g_signal_connect (toast, "button-clicked", G_CALLBACK (clicked_cb), NULL);
  shoal_app_toasts_show (ADW_TOAST_OVERLAY (overlay), toast, offer->kind);
}

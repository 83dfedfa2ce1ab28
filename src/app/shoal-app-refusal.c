/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-refusal.h"

#include <glib/gi18n.h>

#include "app/shoal-app-problem.h"

static void
why_cb (AdwToast *toast, const char *sentence)
{
  AdwToastOverlay *toasts = g_object_get_data (G_OBJECT (toast), "toasts");
  GtkWidget       *message = adw_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (toasts))), _ ("Not Moved"), NULL);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (message), sentence);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (message), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (message));
}

static void
free_sentence (gpointer sentence, GClosure *closure)
{
  g_free (sentence);
}

/* That may come hours after it was asked for: it stays until somebody is there. */
static void
tell_unmoved (AdwToastOverlay *toasts, char *sentence)
{
  AdwToast *toast = adw_toast_new (_ ("The files could not be moved"));

  adw_toast_set_button_label (toast, _ ("_Why?"));
  adw_toast_set_timeout (toast, 0);
  g_object_set_data (G_OBJECT (toast), "toasts", toasts); /* they outlive it */
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (why_cb), sentence, free_sentence, 0);
  adw_toast_overlay_add_toast (toasts, toast);
}

void
shoal_app_refusal_tell (AdwToastOverlay *toasts, const ShoalProblem *problem)
{
  g_autofree char *sentence = shoal_app_problem_dup_refusal (problem);

  /* Of what is asked for without a dialog only moving touches the disk. */
  if (problem->domain == SHOAL_PROBLEM_DOMAIN_STORAGE)
    tell_unmoved (toasts, g_steal_pointer (&sentence));
  else
    gtk_widget_activate_action (GTK_WIDGET (toasts), "win.toast", "s", sentence);
}

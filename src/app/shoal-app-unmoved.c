/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-unmoved.h"

#include <glib/gi18n.h>

#include "app/shoal-app-problem.h"
#include "app/shoal-app-text.h"

/* How many reasons a dialog has room for. */
#define MAX_REASONS 8

#define SHOWN "shoal-unmoved" /* the toast, of the overlay */

/* What a toast tells of. */
typedef struct
{
  AdwToastOverlay *toasts;  /* unowned: outlive it */
  GPtrArray       *reasons; /* owned, of Reason; each of another torrent */
} Unmoved;

typedef struct
{
  ShoalTorrentId id;
  char          *name;     /* owned */
  char          *sentence; /* owned */
} Reason;

static void
reason_free (gpointer data)
{
  Reason *reason = data;

  g_free (reason->name);
  g_free (reason->sentence);
  g_free (reason);
}

static void
unmoved_free (gpointer data)
{
  Unmoved *self = data;

  g_ptr_array_unref (self->reasons);
  g_free (self);
}

static char *
dup_reasons (const Unmoved *self)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  guint n = self->reasons->len;

  for (guint i = 0; i < MIN (n, MAX_REASONS); i++)
    {
      const Reason    *reason = g_ptr_array_index (self->reasons, i);
      g_autofree char *name = shoal_app_text_dup_visible (reason->name);
      ShoalAppTextPart parts[] = { { "name", name }, { "text", reason->sentence } };

      g_ptr_array_add (lines, shoal_app_text_fill (_ ("“{name}”: {text}"), parts, 2));
    }
  if (n > MAX_REASONS)
    {
      guint            n_more = n - MAX_REASONS;
      g_autofree char *number = g_strdup_printf ("%u", n_more);
      ShoalAppTextPart part = { "n", number };

      g_ptr_array_add (
          lines,
          shoal_app_text_fill (
              ngettext ("And {n} other torrent.", "And {n} other torrents.", n_more), &part, 1));
    }
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

static void
why_cb (AdwToast *toast, Unmoved *self)
{
  g_autofree char *text = dup_reasons (self);
  GtkWidget       *message = adw_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self->toasts))), _ ("Not Moved"), NULL);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (message), text);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (message), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (message));
}

static void
dismissed_cb (AdwToast *toast, Unmoved *self)
{
  g_object_set_data (G_OBJECT (self->toasts), SHOWN, NULL);
}

static AdwToast *
add_toast (AdwToastOverlay *toasts)
{
  AdwToast *toast = adw_toast_new ("");
  Unmoved  *self = g_new0 (Unmoved, 1);

  self->toasts = toasts;
  self->reasons = g_ptr_array_new_with_free_func (reason_free);
  adw_toast_set_button_label (toast, _ ("_Why?"));
  adw_toast_set_timeout (toast, 0);
  g_object_set_data_full (G_OBJECT (toast), SHOWN, self, unmoved_free);
  g_signal_connect (toast, "button-clicked", G_CALLBACK (why_cb), self);
  g_signal_connect (toast, "dismissed", G_CALLBACK (dismissed_cb), self);
  g_object_set_data (G_OBJECT (toasts), SHOWN, toast);
  return toast;
}

/* The last reason counts. */
static void
add_reason (Unmoved *self, const ShoalTorrentInfo *info, const ShoalProblem *problem)
{
  Reason *reason = g_new0 (Reason, 1);

  for (guint i = 0; i < self->reasons->len; i++)
    if (((const Reason *) g_ptr_array_index (self->reasons, i))->id.value == info->id.value)
      {
        g_ptr_array_remove_index (self->reasons, i);
        break;
      }
  reason->id = info->id;
  reason->name = g_strdup (info->name);
  reason->sentence = shoal_app_problem_dup_refusal (problem);
  g_ptr_array_add (self->reasons, reason);
}

/* A toast's title is markup. */
static char *
dup_title (const Unmoved *self)
{
  guint            n = self->reasons->len;
  const Reason    *first = g_ptr_array_index (self->reasons, 0);
  g_autofree char *name = shoal_app_text_dup_markup (first->name);
  g_autofree char *number = g_strdup_printf ("%u", n);
  ShoalAppTextPart parts[] = { { "name", name }, { "n", number } };

  return shoal_app_text_fill (
      n == 1 ? _ ("Not moved: “{name}”")
             : ngettext ("{n} torrent could not be moved", "{n} torrents could not be moved", n),
      parts,
      G_N_ELEMENTS (parts));
}

void
shoal_app_unmoved_tell (AdwToastOverlay    *toasts,
                        ShoalModelTorrent  *torrent,
                        const ShoalProblem *problem)
{
  AdwToast        *before = g_object_get_data (G_OBJECT (toasts), SHOWN);
  AdwToast        *toast = before != NULL ? before : add_toast (toasts);
  Unmoved         *self = g_object_get_data (G_OBJECT (toast), SHOWN);
  g_autofree char *title = NULL;

  add_reason (self, shoal_model_torrent_get_info (torrent), problem);
  title = dup_title (self);
  adw_toast_set_title (toast, title);
  if (before == NULL)
    adw_toast_overlay_add_toast (toasts, toast);
}

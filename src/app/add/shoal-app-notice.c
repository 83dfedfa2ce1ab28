/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-notice.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

/* More are only counted: nobody reads a hundred. */
#define MAX_SENTENCES 5

struct _ShoalAppNotice
{
  GObject parent_instance;

  GtkWindow *window;    /* unowned: it owns us */
  GtkWidget *dialog;    /* weak; NULL: not open */
  GPtrArray *sentences; /* owned, of char *, owned; of the open one */
  guint      n_more;
};

G_DEFINE_FINAL_TYPE (ShoalAppNotice, shoal_app_notice, G_TYPE_OBJECT)

static void
shoal_app_notice_dispose (GObject *object)
{
  ShoalAppNotice *self = SHOAL_APP_NOTICE (object);

  if (self->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  g_clear_weak_pointer (&self->dialog);
  G_OBJECT_CLASS (shoal_app_notice_parent_class)->dispose (object);
}

static void
shoal_app_notice_finalize (GObject *object)
{
  g_ptr_array_unref (SHOAL_APP_NOTICE (object)->sentences);
  G_OBJECT_CLASS (shoal_app_notice_parent_class)->finalize (object);
}

static void
shoal_app_notice_class_init (ShoalAppNoticeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_notice_dispose;
  G_OBJECT_CLASS (klass)->finalize = shoal_app_notice_finalize;
}

static void
shoal_app_notice_init (ShoalAppNotice *self)
{
  self->sentences = g_ptr_array_new_with_free_func (g_free);
}

ShoalAppNotice *
shoal_app_notice_new (GtkWindow *window)
{
  ShoalAppNotice *self = g_object_new (SHOAL_TYPE_APP_NOTICE, NULL);

  self->window = window;
  return self;
}

static char *
dup_body (ShoalAppNotice *self)
{
  GString         *body = g_string_new (NULL);
  g_autofree char *number = g_strdup_printf ("%u", self->n_more);
  ShoalAppTextPart part = { "n", number };
  g_autofree char *more = shoal_app_text_fill (
      ngettext ("The same goes for {n} more.", "The same goes for {n} more.", self->n_more),
      &part,
      1);

  for (guint i = 0; i < self->sentences->len; i++)
    g_string_append_printf (
        body, "%s%s", i > 0 ? "\n\n" : "", (const char *) g_ptr_array_index (self->sentences, i));
  if (self->n_more > 0)
    g_string_append_printf (body, "\n\n%s", more);
  return g_string_free (body, FALSE);
}

static void
open (ShoalAppNotice *self)
{
  GtkWidget *dialog = adw_message_dialog_new (self->window, _ ("Not Added"), NULL);

  g_ptr_array_set_size (self->sentences, 0);
  self->n_more = 0;
  g_set_weak_pointer (&self->dialog, dialog);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
}

void
shoal_app_notice_say (ShoalAppNotice *self, const char *sentence)
{
  gboolean         is_new;
  g_autofree char *body = NULL;

  g_return_if_fail (SHOAL_IS_APP_NOTICE (self));

  is_new = self->dialog == NULL || !gtk_widget_get_visible (self->dialog);
  if (is_new)
    open (self);
  if (self->sentences->len < MAX_SENTENCES)
    g_ptr_array_add (self->sentences, g_strdup (sentence));
  else
    self->n_more++;
  body = dup_body (self);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self->dialog), body);
  if (is_new)
    gtk_window_present (GTK_WINDOW (self->dialog));
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-source-row.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

struct _ShoalAppSourceRow
{
  GtkBox parent_instance;

  GtkInscription *name; /* unowned, as all children: the template holds them */
  GtkInscription *about;
  GtkButton      *button;

  ShoalAppSource *source; /* owned; NULL while recycled */
  gulong          state_handler;
  gulong          progress_handler;
};

G_DEFINE_FINAL_TYPE (ShoalAppSourceRow, shoal_app_source_row, GTK_TYPE_BOX)

enum
{
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show (ShoalAppSourceRow *self)
{
  const char      *name = shoal_app_source_get_name (self->source);
  g_autofree char *about = shoal_app_source_dup_about (self->source);
  g_autofree char *spoken = g_strconcat (name, ", ", about, NULL);
  ShoalAppTextPart part = { "name", name };
  g_autofree char *leave_out = shoal_app_text_fill (_ ("Leave out {name}"), &part, 1);
  gboolean         is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  g_autofree char *line = shoal_app_text_dup_line (name, is_rtl);
  GtkWidget       *item = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_inscription_set_text (self->name, line);
  gtk_inscription_set_text (self->about, about);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->about), about);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, leave_out, -1);
  if (item != NULL)
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
clicked_cb (ShoalAppSourceRow *self)
{
  if (self->source != NULL)
    g_signal_emit (self, signals[REMOVE], 0, self->source);
}

static void
shoal_app_source_row_dispose (GObject *object)
{
  shoal_app_source_row_set_source (SHOAL_APP_SOURCE_ROW (object), NULL);
  G_OBJECT_CLASS (shoal_app_source_row_parent_class)->dispose (object);
}

static void
shoal_app_source_row_class_init (ShoalAppSourceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_source_row_dispose;

  signals[REMOVE] = g_signal_new ("remove",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  SHOAL_TYPE_APP_SOURCE);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/add/shoal-app-source-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSourceRow, about);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSourceRow, button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppSourceRow, name);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
}

static void
shoal_app_source_row_init (ShoalAppSourceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
shoal_app_source_row_new (void)
{
  return g_object_new (SHOAL_TYPE_APP_SOURCE_ROW, NULL);
}

void
shoal_app_source_row_set_source (ShoalAppSourceRow *self, ShoalAppSource *source)
{
  g_return_if_fail (SHOAL_IS_APP_SOURCE_ROW (self));

  if (self->source == source)
    return;
  if (self->source != NULL)
    {
      g_clear_signal_handler (&self->state_handler, self->source);
      g_clear_signal_handler (&self->progress_handler, self->source);
    }
  g_set_object (&self->source, source);
  if (source == NULL)
    return;
  self->state_handler = g_signal_connect_swapped (source, "notify::state", G_CALLBACK (show), self);
  self->progress_handler = g_signal_connect_swapped (source, "progress", G_CALLBACK (show), self);
  show (self);
}

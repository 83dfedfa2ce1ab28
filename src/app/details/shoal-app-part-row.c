/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-part-row.h"

#include "app/shoal-app-text.h"

/* What "gtk-xft-dpi" is at a text scale of 1.0; large text gets more lines. */
#define NORMAL_DPI (96 * 1024)
#define MAX_LINES  3

struct _ShoalAppPartRow
{
  GtkBox parent_instance;

  GtkInscription *title; /* unowned, as all children: the template holds them */
  GtkInscription *aside;
  GtkInscription *first;
  GtkInscription *second;
  GtkInscription *third;

  GObject *item;   /* owned; NULL while recycled */
  char    *spoken; /* owned; what the list item is called */
};

G_DEFINE_FINAL_TYPE (ShoalAppPartRow, shoal_app_part_row, GTK_TYPE_BOX)

static gboolean
query_tooltip_cb (GtkInscription *inscription,
                  int             x,
                  int             y,
                  gboolean        is_keyboard,
                  GtkTooltip     *tooltip)
{
  gtk_tooltip_set_text (tooltip, gtk_inscription_get_text (inscription));
  return TRUE;
}

static void
set_text (GtkInscription *inscription, const char *text)
{
  gboolean         is_rtl = gtk_widget_get_direction (GTK_WIDGET (inscription)) == GTK_TEXT_DIR_RTL;
  g_autofree char *line = shoal_app_text_dup_line (text != NULL ? text : "", is_rtl);

  if (g_strcmp0 (line, gtk_inscription_get_text (inscription)) == 0)
    return;
  gtk_inscription_set_text (inscription, line);
  gtk_widget_set_visible (GTK_WIDGET (inscription), *line != '\0');
}

/* Rates would be told at each change: they are left to who reads on. */
static void
set_spoken (ShoalAppPartRow *self, const ShoalAppPartTexts *texts)
{
  g_autofree char *spoken = shoal_app_text_join (
      (const char *[]){ texts->title, texts->lines[0], texts->lines[1], texts->lines[2] }, 4);
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));

  if (item == NULL || g_strcmp0 (spoken, self->spoken) == 0)
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_free (self->spoken);
  self->spoken = g_steal_pointer (&spoken);
}

static void
shoal_app_part_row_dispose (GObject *object)
{
  ShoalAppPartRow *self = SHOAL_APP_PART_ROW (object);

  g_clear_object (&self->item);
  G_OBJECT_CLASS (shoal_app_part_row_parent_class)->dispose (object);
}

static void
shoal_app_part_row_finalize (GObject *object)
{
  ShoalAppPartRow *self = SHOAL_APP_PART_ROW (object);

  g_clear_pointer (&self->spoken, g_free);
  G_OBJECT_CLASS (shoal_app_part_row_parent_class)->finalize (object);
}

static void
shoal_app_part_row_class_init (ShoalAppPartRowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_part_row_dispose;
  object_class->finalize = shoal_app_part_row_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/details/shoal-app-part-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPartRow, aside);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPartRow, first);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPartRow, second);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPartRow, third);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppPartRow, title);
  gtk_widget_class_bind_template_callback (widget_class, query_tooltip_cb);
}

static guint
count_lines (GtkWidget *widget)
{
  int dpi = -1;

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  return dpi <= 0 ? 1 : CLAMP ((dpi + NORMAL_DPI / 2) / NORMAL_DPI, 1, MAX_LINES);
}

static void
shoal_app_part_row_init (ShoalAppPartRow *self)
{
  guint n_lines = count_lines (GTK_WIDGET (self));

  gtk_widget_init_template (GTK_WIDGET (self));
  /* GTK 4.8 cannot tell a screen reader that there is no text. */
  shoal_app_part_row_set_texts (self, &(ShoalAppPartTexts){ .title = "" });
  gtk_inscription_set_min_lines (self->first, n_lines);
  gtk_inscription_set_min_lines (self->second, n_lines);
  gtk_inscription_set_min_lines (self->third, n_lines);
}

GtkWidget *
shoal_app_part_row_new (void)
{
  return g_object_new (SHOAL_TYPE_APP_PART_ROW, NULL);
}

void
shoal_app_part_row_set_texts (ShoalAppPartRow *self, const ShoalAppPartTexts *texts)
{
  g_return_if_fail (SHOAL_IS_APP_PART_ROW (self));

  set_text (self->title, texts->title);
  set_text (self->aside, texts->aside);
  set_text (self->first, texts->lines[0]);
  set_text (self->second, texts->lines[1]);
  set_text (self->third, texts->lines[2]);
  set_spoken (self, texts);
}

gpointer
shoal_app_part_row_get_item (ShoalAppPartRow *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_PART_ROW (self), NULL);
  return self->item;
}

/* The next item may be on another list item, which has another name. */
void
shoal_app_part_row_set_item (ShoalAppPartRow *self, gpointer item)
{
  g_return_if_fail (SHOAL_IS_APP_PART_ROW (self));

  g_set_object (&self->item, item);
  g_clear_pointer (&self->spoken, g_free);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/filters/shoal-app-filter-row.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"

struct _ShoalAppFilterRow
{
  GtkBox parent_instance;

  GtkLabel  *heading; /* unowned, as all children: the template holds them */
  GtkWidget *body;
  GtkLabel  *title;
  GtkLabel  *count;

  ShoalAppFilterItem *item; /* owned; NULL while recycled */
};

G_DEFINE_FINAL_TYPE (ShoalAppFilterRow, shoal_app_filter_row, GTK_TYPE_BOX)

static const char *const headings[] = {
  [SHOAL_APP_FILTER_GROUP] = NULL,
  [SHOAL_APP_FILTER_LABEL] = N_ ("Labels"),
  [SHOAL_APP_FILTER_HOST] = N_ ("Trackers"),
};

static gboolean
query_tooltip_cb (GtkLabel *label, int x, int y, gboolean is_keyboard, GtkTooltip *tooltip)
{
  gtk_tooltip_set_text (tooltip, gtk_label_get_label (label));
  return TRUE;
}

static void
set_class (GtkWidget *widget, const char *name, gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* What a screen reader says: the heading is no row of its own, so each says what it is. */
static char *
dup_spoken (ShoalAppFilterItem *item, const char *title)
{
  guint            n = shoal_app_filter_item_get_count (item);
  g_autofree char *number = g_strdup_printf ("%u", n);
  ShoalAppTextPart parts[] = { { "name", title }, { "n", number } };

  switch (shoal_app_filter_item_get_kind (item))
    {
    case SHOAL_APP_FILTER_GROUP:
      break;
    case SHOAL_APP_FILTER_LABEL:
      return shoal_app_text_fill (
          ngettext ("Label {name}, {n} torrent", "Label {name}, {n} torrents", n), parts, 2);
    case SHOAL_APP_FILTER_HOST:
      return shoal_app_text_fill (
          ngettext ("Tracker {name}, {n} torrent", "Tracker {name}, {n} torrents", n), parts, 2);
    }
  return shoal_app_text_fill (
      ngettext ("{name}, {n} torrent", "{name}, {n} torrents", n), parts, 2);
}

static void
speak (ShoalAppFilterRow *self, const char *title)
{
  GtkWidget       *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *spoken = dup_spoken (self->item, title);

  if (parent == NULL)
    return;
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (parent),
                               GTK_ACCESSIBLE_STATE_SELECTED,
                               shoal_app_filter_item_get_is_chosen (self->item),
                               -1);
}

static void
show (ShoalAppFilterRow *self)
{
  g_autofree char *title = shoal_app_filter_item_dup_title (self->item);
  g_autofree char *count = g_strdup_printf ("%u", shoal_app_filter_item_get_count (self->item));
  const char      *heading = headings[shoal_app_filter_item_get_kind (self->item)];
  gboolean         has_heading = heading != NULL && shoal_app_filter_item_get_is_first (self->item);

  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->count, count);
  gtk_label_set_label (self->heading, has_heading ? _ (heading) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->heading), has_heading);
  set_class (self->body, "chosen", shoal_app_filter_item_get_is_chosen (self->item));
  set_class (self->body, "empty", shoal_app_filter_item_get_count (self->item) == 0);
  speak (self, title);
}

static void
shoal_app_filter_row_dispose (GObject *object)
{
  shoal_app_filter_row_set_item (SHOAL_APP_FILTER_ROW (object), NULL);
  G_OBJECT_CLASS (shoal_app_filter_row_parent_class)->dispose (object);
}

static void
shoal_app_filter_row_class_init (ShoalAppFilterRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_filter_row_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/filters/shoal-app-filter-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFilterRow, body);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFilterRow, count);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFilterRow, heading);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFilterRow, title);
  gtk_widget_class_bind_template_callback (widget_class, query_tooltip_cb);
}

static void
shoal_app_filter_row_init (ShoalAppFilterRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
shoal_app_filter_row_new (void)
{
  return g_object_new (SHOAL_TYPE_APP_FILTER_ROW, NULL);
}

void
shoal_app_filter_row_set_item (ShoalAppFilterRow *self, ShoalAppFilterItem *item)
{
  g_return_if_fail (SHOAL_IS_APP_FILTER_ROW (self));

  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  if (!g_set_object (&self->item, item) || item == NULL)
    return;
  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (show), self);
  show (self);
}

ShoalAppFilterItem *
shoal_app_filter_row_get_item (ShoalAppFilterRow *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_FILTER_ROW (self), NULL);
  return self->item;
}

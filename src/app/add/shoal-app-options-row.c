/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-options-row.h"

#include <glib/gi18n.h>

#include "app/rows/shoal-app-switch-row.h"
#include "app/shoal-app-label-completion.h"
#include "app/shoal-app-label-line.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"
#include "model/shoal-model-torrent.h"

/* Of the labels that are in use these many are offered as buttons; all are completed. */
#define MAX_BUTTONS 12

struct _ShoalAppOptionsRow
{
  AdwExpanderRow parent_instance;

  ShoalAppSwitchRow *start_switch; /* unowned, as all children: the template holds them */
  ShoalAppSwitchRow *first_switch;
  ShoalAppSwitchRow *order_switch;
  ShoalAppSwitchRow *seed_switch;
  GtkWidget         *labels_entry;
  GtkWidget         *known_row;
  GtkFlowBox        *known_box;

  GPtrArray               *buttons;    /* owned, of GtkToggleButton, unowned: the box has them */
  char                   **known;      /* owned; labels in use, those of most torrents first */
  ShoalAppLabelCompletion *completion; /* owned */
  guint                    is_quiet;   /* while what is shown follows what is set */
};

G_DEFINE_FINAL_TYPE (ShoalAppOptionsRow, shoal_app_options_row, ADW_TYPE_EXPANDER_ROW)

static char *
dup_labels_text (ShoalAppOptionsRow *self)
{
  g_auto (GStrv) labels =
      shoal_app_label_line_parse (gtk_editable_get_text (GTK_EDITABLE (self->labels_entry)));
  g_autofree char *all = shoal_app_label_line_write ((const char *const *) labels);

  return shoal_app_text_dup_visible (all);
}

static void
show_summary (ShoalAppOptionsRow *self)
{
  g_autofree char *labels = dup_labels_text (self);
  const char      *parts[] = {
         shoal_app_switch_row_get_is_on (self->start_switch) ? _ ("starts at once")
                                                             : _ ("waits for you"),
    shoal_app_switch_row_get_is_on (self->first_switch) ? _ ("top of the queue") : NULL,
    shoal_app_switch_row_get_is_on (self->order_switch) ? _ ("in order") : NULL,
    shoal_app_switch_row_get_is_on (self->seed_switch) ? _ ("seeds") : _ ("does not seed"),
    labels,
  };
  g_autofree char *text = shoal_app_text_join (parts, G_N_ELEMENTS (parts));
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), markup);
}

static void
show_buttons (ShoalAppOptionsRow *self)
{
  g_auto (GStrv) labels =
      shoal_app_label_line_parse (gtk_editable_get_text (GTK_EDITABLE (self->labels_entry)));

  for (guint i = 0; i < self->buttons->len; i++)
    gtk_toggle_button_set_active (g_ptr_array_index (self->buttons, i),
                                  g_strv_contains ((const char *const *) labels, self->known[i]));
}

static void
labels_changed_cb (ShoalAppOptionsRow *self)
{
  gboolean was_quiet = self->is_quiet;

  self->is_quiet = TRUE;
  show_buttons (self);
  self->is_quiet = was_quiet;
  show_summary (self);
}

static void
toggled_cb (ShoalAppOptionsRow *self, GtkToggleButton *button)
{
  guint            i;
  g_autofree char *text = NULL;

  if (self->is_quiet || !g_ptr_array_find (self->buttons, button, &i))
    return;
  text = shoal_app_label_line_set (gtk_editable_get_text (GTK_EDITABLE (self->labels_entry)),
                                   self->known[i],
                                   gtk_toggle_button_get_active (button));
  self->is_quiet = TRUE;
  shoal_app_label_completion_set_text (self->completion, text);
  self->is_quiet = FALSE;
  show_summary (self);
}

static void
shoal_app_options_row_dispose (GObject *object)
{
  g_clear_object (&SHOAL_APP_OPTIONS_ROW (object)->completion);
  G_OBJECT_CLASS (shoal_app_options_row_parent_class)->dispose (object);
}

static void
shoal_app_options_row_finalize (GObject *object)
{
  ShoalAppOptionsRow *self = SHOAL_APP_OPTIONS_ROW (object);

  g_ptr_array_unref (self->buttons);
  g_strfreev (self->known);
  G_OBJECT_CLASS (shoal_app_options_row_parent_class)->finalize (object);
}

static void
shoal_app_options_row_class_init (ShoalAppOptionsRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_options_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = shoal_app_options_row_finalize;

  g_type_ensure (SHOAL_TYPE_APP_SWITCH_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/add/shoal-app-options-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppOptionsRow, first_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppOptionsRow, known_box);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppOptionsRow, known_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppOptionsRow, labels_entry);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppOptionsRow, order_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppOptionsRow, seed_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppOptionsRow, start_switch);
  gtk_widget_class_bind_template_callback (widget_class, labels_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_summary);
}

static char **
dup_known (gpointer owner)
{
  return g_strdupv (SHOAL_APP_OPTIONS_ROW (owner)->known);
}

static void
shoal_app_options_row_init (ShoalAppOptionsRow *self)
{
  self->buttons = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->completion =
      shoal_app_label_completion_new (GTK_EDITABLE (self->labels_entry), dup_known, self);
  show_summary (self);
}

void
shoal_app_options_row_read_settings (ShoalAppOptionsRow *self, GSettings *settings)
{
  g_return_if_fail (SHOAL_IS_APP_OPTIONS_ROW (self));

  shoal_app_switch_row_set_is_on (self->start_switch,
                                  g_settings_get_boolean (settings, SHOAL_APP_KEY_START_AT_ONCE));
  shoal_app_switch_row_set_is_on (self->seed_switch,
                                  g_settings_get_boolean (settings, SHOAL_APP_KEY_SEED));
}

void
shoal_app_options_row_write_settings (ShoalAppOptionsRow *self, GSettings *settings)
{
  g_return_if_fail (SHOAL_IS_APP_OPTIONS_ROW (self));

  g_settings_set_boolean (
      settings, SHOAL_APP_KEY_START_AT_ONCE, shoal_app_switch_row_get_is_on (self->start_switch));
}

/* A label, and how many torrents have it. */
typedef struct
{
  const char *label; /* unowned: the table has it */
  guint       n;
} Count;

static int
compare_counts (gconstpointer a, gconstpointer b)
{
  const Count *first = a;
  const Count *second = b;

  if (first->n != second->n)
    return first->n > second->n ? -1 : 1;
  return g_utf8_collate (first->label, second->label);
}

static GHashTable *
count_labels (GListModel *torrents)
{
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (torrents); i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (torrents, i);
      const ShoalWords *labels = shoal_model_torrent_get_info (torrent)->labels;

      for (guint j = 0; labels != NULL && j < labels->n; j++)
        {
          guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, labels->items[j]));

          g_hash_table_replace (counts, g_strdup (labels->items[j]), GUINT_TO_POINTER (n + 1));
        }
    }
  return counts;
}

static char **
sort_labels (GHashTable *counts)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (Count));
  char         **labels;
  GHashTableIter iter;
  gpointer       label, n;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &label, &n))
    {
      Count count = { label, GPOINTER_TO_UINT (n) };

      g_array_append_val (sorted, count);
    }
  g_array_sort (sorted, compare_counts);
  labels = g_new0 (char *, sorted->len + 1);
  for (guint i = 0; i < sorted->len; i++)
    labels[i] = g_strdup (g_array_index (sorted, Count, i).label);
  return labels;
}

static void
add_button (ShoalAppOptionsRow *self, const char *label)
{
  g_autofree char *visible = shoal_app_text_dup_visible (label);
  GtkWidget       *button = gtk_toggle_button_new_with_label (visible);

  gtk_widget_add_css_class (button, "label-chip");
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), 20);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_flow_box_append (self->known_box, button);
  gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
  g_ptr_array_add (self->buttons, button);
}

void
shoal_app_options_row_offer_labels (ShoalAppOptionsRow *self, GListModel *torrents)
{
  g_autoptr (GHashTable) counts = NULL;

  g_return_if_fail (SHOAL_IS_APP_OPTIONS_ROW (self));
  g_return_if_fail (self->known == NULL);

  counts = count_labels (torrents);
  self->known = sort_labels (counts);
  for (guint i = 0; self->known[i] != NULL && i < MAX_BUTTONS; i++)
    add_button (self, self->known[i]);
  gtk_widget_set_visible (self->known_row, self->buttons->len > 0);
}

void
shoal_app_options_row_apply (ShoalAppOptionsRow *self, ShoalAddOptions *options)
{
  g_auto (GStrv) labels = NULL;

  g_return_if_fail (SHOAL_IS_APP_OPTIONS_ROW (self));

  shoal_app_label_completion_drop (self->completion);
  labels = shoal_app_label_line_parse (gtk_editable_get_text (GTK_EDITABLE (self->labels_entry)));
  options->is_paused = !shoal_app_switch_row_get_is_on (self->start_switch);
  options->is_first = shoal_app_switch_row_get_is_on (self->first_switch);
  options->is_sequential = shoal_app_switch_row_get_is_on (self->order_switch);
  options->is_seed = shoal_app_switch_row_get_is_on (self->seed_switch);
  g_clear_pointer (&options->labels, shoal_words_unref);
  options->labels = shoal_words_new ((const char *const *) labels);
}

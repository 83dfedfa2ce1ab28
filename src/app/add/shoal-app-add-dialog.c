/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-add-dialog.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-file-tree.h"
#include "app/add/shoal-app-folder-row.h"
#include "app/add/shoal-app-offer-row.h"
#include "app/add/shoal-app-options-row.h"
#include "app/add/shoal-app-recent.h"
#include "app/add/shoal-app-source-row.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

/* Longer than it takes to unfold a row. */
#define FOLLOW_USEC (500 * G_TIME_SPAN_MILLISECOND)

struct _ShoalAppAddDialog
{
  AdwWindow parent_instance;

  GtkStack           *pages; /* unowned, as all children: the template holds them */
  AdwStatusPage      *failed_page;
  AdwStatusPage      *reading_page;
  GtkWidget          *add_button;
  GtkButton          *cancel_button;
  GtkWidget          *offer_list;
  ShoalAppOfferRow   *offer_row;
  GtkListView        *sources_view;
  GtkWidget          *sources_frame;
  GtkLabel           *name_label;
  GtkLabel           *size_label;
  GtkWidget          *trackers_button;
  ShoalAppFileTree   *files;
  ShoalAppFolderRow  *folder_row;
  ShoalAppOptionsRow *options_row;
  GtkScrolledWindow  *scroller;

  GListStore         *sources;     /* owned */
  GtkSingleSelection *selection;   /* owned */
  GSettings          *settings;    /* owned */
  ShoalAppSource     *shown;       /* owned; whose files are shown; NULL: none */
  gint64              follow_usec; /* until then the end of the page stays in sight */
  GPtrArray          *watched; /* owned, of ShoalAppSource and ShoalModelTree that we listen to */
};

G_DEFINE_FINAL_TYPE (ShoalAppAddDialog, shoal_app_add_dialog, ADW_TYPE_WINDOW)

enum
{
  ADD,
  LEAVE_OUT,
  OFFER_TAKEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint64
get_wanted_bytes (ShoalAppSource *source)
{
  ShoalModelTree *tree = shoal_app_source_get_tree (source);

  return tree != NULL ? shoal_model_tree_get_wanted_bytes (tree) : 0;
}

/* All sources at a glance. */
typedef struct
{
  guint           n;
  guint           n_ready;
  guint           n_wanted; /* ready, and with at least one file */
  guint           n_reading;
  guint64         wanted_bytes;
  ShoalAppSource *failed; /* owned; the last one that did */
} Sum;

static void
add_to_sum (Sum *sum, ShoalAppSource *source)
{
  ShoalModelTree *tree = shoal_app_source_get_tree (source);

  sum->n++;
  switch (shoal_app_source_get_state (source))
    {
    case SHOAL_APP_SOURCE_READING:
      sum->n_reading++;
      break;
    case SHOAL_APP_SOURCE_READY:
      sum->n_ready++;
      sum->n_wanted += shoal_model_tree_get_n_wanted (tree) > 0;
      sum->wanted_bytes += get_wanted_bytes (source);
      break;
    case SHOAL_APP_SOURCE_FAILED:
      g_set_object (&sum->failed, source);
      break;
    case SHOAL_APP_SOURCE_KNOWN:
    case SHOAL_APP_SOURCE_LINK:
    case SHOAL_APP_SOURCE_ADDING:
    case SHOAL_APP_SOURCE_ADDED:
    case SHOAL_APP_SOURCE_LEFT_OUT:
      break;
    }
}

static void
fill_sum (Sum *sum, ShoalAppAddDialog *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sources));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalAppSource) source = g_list_model_get_item (G_LIST_MODEL (self->sources), i);

      add_to_sum (sum, source);
    }
}

static void
show_title (ShoalAppAddDialog *self, const Sum *sum)
{
  guint            n = sum->n_ready + sum->n_reading;
  g_autofree char *title = NULL;

  if (n > 1)
    title = g_strdup_printf (ngettext ("Add %u Torrent", "Add %u Torrents", n), n);
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : _ ("Add Torrent"));
}

/* Enter adds; as long as there is nothing to add it does nothing, and not what Cancel does, which
 * would have the focus. Not before the window is on the screen: its accessible would not be a
 * window's. */
static void
focus_add (ShoalAppAddDialog *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->pages);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (g_strcmp0 (page, "ready") == 0 && !gtk_widget_get_sensitive (self->add_button))
    gtk_widget_child_focus (self->sources_frame, GTK_DIR_TAB_FORWARD);
  else if (g_strcmp0 (page, "ready") == 0)
    gtk_window_set_focus (GTK_WINDOW (self), self->add_button);
  else if (g_strcmp0 (page, "reading") == 0)
    gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->reading_page));
}

/* Of several the first may be read after the window is there: the button waits for it. */
static void
show_whether_to_add (ShoalAppAddDialog *self, gboolean can_add)
{
  gboolean   could_add = gtk_widget_get_sensitive (self->add_button);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  gtk_widget_set_sensitive (self->add_button, can_add);
  if (can_add && !could_add &&
      (focus == NULL || gtk_widget_is_ancestor (focus, self->sources_frame)))
    focus_add (self);
}

static void
show_page (ShoalAppAddDialog *self, const Sum *sum)
{
  gboolean    has_failed = sum->n_ready == 0 && sum->n_reading == 0 && sum->failed != NULL;
  gboolean    is_list = sum->n > 1;
  const char *page = "ready";

  if (has_failed && !is_list)
    page = "failed";
  else if (sum->n_ready == 0 && !is_list)
    page = "reading";
  if (sum->failed != NULL)
    {
      g_autofree char *markup =
          g_markup_escape_text (shoal_app_source_get_message (sum->failed), -1);

      adw_status_page_set_description (self->failed_page, markup);
    }
  gtk_widget_set_visible (self->sources_frame, is_list);
  gtk_widget_set_visible (self->add_button, !has_failed);
  show_whether_to_add (self, sum->n_wanted > 0);
  gtk_stack_set_visible_child_name (self->pages, page); /* which takes the focus to the button */
  gtk_button_set_label (self->cancel_button, has_failed ? _ ("_Close") : _ ("_Cancel"));
}

/* What there is to say of the one whose files are shown, and of the one that is being read. */
static void
show_about (ShoalAppAddDialog *self)
{
  g_autofree char *about =
      self->shown != NULL ? shoal_app_source_dup_about (self->shown) : g_strdup ("");
  g_autofree char *name = NULL;
  guint            n_trackers = 0;

  if (self->shown != NULL)
    {
      name = g_markup_escape_text (shoal_app_source_get_name (self->shown), -1);
      n_trackers = shoal_app_source_get_n_trackers (self->shown);
    }
  gtk_label_set_label (self->size_label, about);
  adw_status_page_set_title (self->reading_page, about);
  adw_status_page_set_description (self->reading_page, name);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->reading_page), GTK_ACCESSIBLE_PROPERTY_LABEL, about, -1);
  gtk_widget_set_visible (self->trackers_button, n_trackers > 0);
}

static void
show_source (ShoalAppAddDialog *self)
{
  ShoalAppSource *source = gtk_single_selection_get_selected_item (self->selection);
  ShoalModelTree *tree = source != NULL ? shoal_app_source_get_tree (source) : NULL;

  g_set_object (&self->shown, source);
  gtk_label_set_label (self->name_label, source != NULL ? shoal_app_source_get_name (source) : "");
  show_about (self);
  shoal_app_file_tree_set_tree (self->files, tree);
  gtk_widget_set_visible (GTK_WIDGET (self->files),
                          tree != NULL && shoal_model_tree_get_n_files (tree) > 1);
}

static void
show_wanted (ShoalAppAddDialog *self)
{
  Sum sum = { 0 };

  fill_sum (&sum, self);
  shoal_app_folder_row_set_needed_bytes (self->folder_row, sum.wanted_bytes);
  gtk_widget_set_sensitive (self->add_button, sum.n_wanted > 0);
  g_clear_object (&sum.failed);
}

static void
watch_tree (ShoalAppAddDialog *self, ShoalModelTree *tree)
{
  if (g_ptr_array_find (self->watched, tree, NULL))
    return;
  g_ptr_array_add (self->watched, g_object_ref (tree));
  g_signal_connect_swapped (tree, "changed", G_CALLBACK (show_wanted), self);
}

static void
show_all (ShoalAppAddDialog *self)
{
  Sum sum = { 0 };

  fill_sum (&sum, self);
  show_title (self, &sum);
  show_page (self, &sum);
  show_source (self);
  shoal_app_folder_row_set_needed_bytes (self->folder_row, sum.wanted_bytes);
  g_clear_object (&sum.failed);
}

static void
state_cb (ShoalAppSource *source, GParamSpec *pspec, ShoalAppAddDialog *self)
{
  ShoalModelTree *tree = shoal_app_source_get_tree (source);

  if (tree != NULL)
    watch_tree (self, tree);
  show_all (self);
}

static void
progress_cb (ShoalAppSource *source, ShoalAppAddDialog *self)
{
  if (source == self->shown)
    show_about (self);
}

static void
trackers_cb (ShoalAppAddDialog *self)
{
  if (self->shown != NULL)
    shoal_app_source_add_trackers (self->shown);
}

static void
offer_cb (ShoalAppAddDialog *self, GPtrArray *links)
{
  gtk_widget_set_visible (self->offer_list, FALSE);
  g_signal_emit (self, signals[OFFER_TAKEN], 0, links);
}

static void
watch_source (ShoalAppAddDialog *self, ShoalAppSource *source)
{
  g_ptr_array_add (self->watched, g_object_ref (source));
  g_signal_connect (source, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect (source, "progress", G_CALLBACK (progress_cb), self);
  if (shoal_app_source_get_tree (source) != NULL)
    watch_tree (self, shoal_app_source_get_tree (source));
}

static void
sources_changed_cb (GListModel        *sources,
                    guint              position,
                    guint              removed,
                    guint              added,
                    ShoalAppAddDialog *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ShoalAppSource) source = g_list_model_get_item (sources, i);

      watch_source (self, source);
    }
  if (g_list_model_get_n_items (sources) == 0)
    gtk_window_close (GTK_WINDOW (self));
  else
    show_all (self);
}

static void
add_cb (ShoalAppAddDialog *self)
{
  g_signal_emit (self, signals[ADD], 0);
}

static void
remove_cb (ShoalAppAddDialog *self, ShoalAppSource *source)
{
  guint position;

  g_signal_emit (self, signals[LEAVE_OUT], 0, source);
  if (g_list_store_find (self->sources, source, &position))
    g_list_store_remove (self->sources, position);
}

/* What is unfolded below would stay out of sight; it grows for a moment. */
static void
grown_cb (ShoalAppAddDialog *self, GtkAdjustment *adjustment)
{
  if (g_get_monotonic_time () < self->follow_usec)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

static void
expanded_cb (ShoalAppAddDialog *self)
{
  if (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self->options_row)))
    self->follow_usec = g_get_monotonic_time () + FOLLOW_USEC;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppAddDialog *self)
{
  GtkWidget *row = shoal_app_source_row_new ();

  g_signal_connect_object (row, "remove", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppAddDialog *self)
{
  shoal_app_source_row_set_source (SHOAL_APP_SOURCE_ROW (gtk_list_item_get_child (item)),
                                   gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppAddDialog *self)
{
  shoal_app_source_row_set_source (SHOAL_APP_SOURCE_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
shoal_app_add_dialog_dispose (GObject *object)
{
  ShoalAppAddDialog *self = SHOAL_APP_ADD_DIALOG (object);

  if (self->sources != NULL)
    g_signal_handlers_disconnect_by_data (self->sources, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  for (guint i = 0; self->watched != NULL && i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->watched, i), self);
  g_clear_pointer (&self->watched, g_ptr_array_unref);
  if (self->sources_view != NULL)
    gtk_list_view_set_model (self->sources_view, NULL);
  self->sources_view = NULL;
  g_clear_object (&self->selection);
  g_clear_object (&self->sources);
  g_clear_object (&self->settings);
  g_clear_object (&self->shown);
  G_OBJECT_CLASS (shoal_app_add_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, add_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, failed_page);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, files);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, folder_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, name_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, offer_list);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, offer_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, options_row);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, pages);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, reading_page);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, scroller);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, size_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, sources_frame);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, sources_view);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppAddDialog, trackers_button);
}

static void
shoal_app_add_dialog_class_init (ShoalAppAddDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = shoal_app_add_dialog_dispose;

  signals[ADD] = g_signal_new (
      "add", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LEAVE_OUT] = g_signal_new ("leave-out",
                                     G_TYPE_FROM_CLASS (klass),
                                     G_SIGNAL_RUN_LAST,
                                     0,
                                     NULL,
                                     NULL,
                                     NULL,
                                     G_TYPE_NONE,
                                     1,
                                     SHOAL_TYPE_APP_SOURCE);
  signals[OFFER_TAKEN] = g_signal_new ("offer-taken",
                                       G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       1,
                                       G_TYPE_PTR_ARRAY);

  g_type_ensure (SHOAL_TYPE_APP_FILE_TREE);
  g_type_ensure (SHOAL_TYPE_APP_FOLDER_ROW);
  g_type_ensure (SHOAL_TYPE_APP_OFFER_ROW);
  g_type_ensure (SHOAL_TYPE_APP_OPTIONS_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/add/shoal-app-add-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, offer_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, trackers_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
shoal_app_add_dialog_init (ShoalAppAddDialog *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller),
                           "changed",
                           G_CALLBACK (grown_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->options_row, "notify::expanded", G_CALLBACK (expanded_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (focus_add), NULL);
  g_signal_connect_swapped (self->pages, "notify::visible-child", G_CALLBACK (focus_add), self);
}

static void
take_settings (ShoalAppAddDialog *self, GSettings *settings)
{
  g_autofree char *folder = shoal_app_settings_dup_download_folder (settings);

  self->settings = g_object_ref (settings);
  shoal_app_folder_row_set_path (self->folder_row, folder);
  shoal_app_folder_row_offer_recent (self->folder_row, settings);
  shoal_app_options_row_read_settings (self->options_row, settings);
}

/* Beside a narrow window there is no room for a wide dialog. */
static void
fit_to (ShoalAppAddDialog *self, GtkWindow *parent)
{
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (gtk_widget_get_width (GTK_WIDGET (parent)) > 0)
    width = MIN (width, gtk_widget_get_width (GTK_WIDGET (parent)));
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
}

GtkWidget *
shoal_app_add_dialog_new (GtkWindow *parent, GListStore *sources, ShoalAppSession *session)
{
  ShoalAppAddDialog *self = g_object_new (SHOAL_TYPE_APP_ADD_DIALOG, "transient-for", parent, NULL);

  fit_to (self, parent);
  take_settings (self, shoal_app_session_get_settings (session));
  shoal_app_options_row_offer_labels (self->options_row,
                                      G_LIST_MODEL (shoal_app_session_get_torrents (session)));
  self->sources = g_object_ref (sources);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (sources)));
  gtk_list_view_set_model (self->sources_view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_swapped (
      self->selection, "notify::selected-item", G_CALLBACK (show_source), self);
  g_signal_connect (sources, "items-changed", G_CALLBACK (sources_changed_cb), self);
  sources_changed_cb (
      G_LIST_MODEL (sources), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (sources)), self);
  return GTK_WIDGET (self);
}

ShoalAddOptions *
shoal_app_add_dialog_dup_options (ShoalAppAddDialog *self, ShoalAppSource *source)
{
  ShoalAddOptions *options;

  g_return_val_if_fail (SHOAL_IS_APP_ADD_DIALOG (self), NULL);

  options = shoal_add_options_new (shoal_app_folder_row_get_path (self->folder_row));
  options->priorities =
      shoal_model_tree_dup_priorities (shoal_app_source_get_tree (source), &options->n_priorities);
  shoal_app_options_row_apply (self->options_row, options);
  return options;
}

void
shoal_app_add_dialog_set_offer (ShoalAppAddDialog *self, GPtrArray *links)
{
  g_return_if_fail (SHOAL_IS_APP_ADD_DIALOG (self));

  shoal_app_offer_row_set_links (self->offer_row, links);
  gtk_widget_set_visible (self->offer_list, links != NULL);
}

void
shoal_app_add_dialog_remember (ShoalAppAddDialog *self)
{
  g_auto (GStrv) folders = NULL;
  g_auto (GStrv) changed = NULL;

  g_return_if_fail (SHOAL_IS_APP_ADD_DIALOG (self));

  shoal_app_options_row_write_settings (self->options_row, self->settings);
  folders = g_settings_get_strv (self->settings, SHOAL_APP_KEY_RECENT_FOLDERS);
  changed = shoal_app_recent_add ((const char *const *) folders,
                                  shoal_app_folder_row_get_path (self->folder_row));
  g_settings_set_strv (self->settings, SHOAL_APP_KEY_RECENT_FOLDERS, (const char *const *) changed);
}

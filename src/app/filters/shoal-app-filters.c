/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/filters/shoal-app-filters.h"

#include "app/filters/shoal-app-filter-row.h"
#include "app/filters/shoal-app-labels.h"
#include "app/shoal-app-compat.h"
#include "app/shoal-app-menu-press.h"
#include "app/shoal-app-settings.h"

struct _ShoalAppFilters
{
  AdwBin parent_instance;

  GtkListView *view; /* unowned: the template holds it */
  GMenuModel  *label_menu;
  GtkPopover  *popover; /* unowned: it is a child */

  ShoalAppCollection *collection; /* owned */
  ShoalModelCounts   *counts;     /* owned */
  GListStore         *items;      /* owned, of ShoalAppFilterItem */
  GHashTable         *by_name;    /* owned; "kind:word", owned -> ShoalAppFilterItem, owned */
  ShoalAppFilterItem *menu_item;  /* owned; whose menu is open, or was last; NULL: none was */
};

G_DEFINE_FINAL_TYPE (ShoalAppFilters, shoal_app_filters, ADW_TYPE_BIN)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const ShoalModelFilter *
get_filter (ShoalAppFilters *self)
{
  return shoal_app_collection_get_filter (self->collection);
}

static ShoalAppSession *
get_session (ShoalAppFilters *self)
{
  return shoal_app_collection_get_session (self->collection);
}

static guint
get_count (ShoalAppFilters *self, ShoalAppFilterItem *item)
{
  switch (shoal_app_filter_item_get_kind (item))
    {
    case SHOAL_APP_FILTER_GROUP:
      return shoal_model_counts_get_group (self->counts, shoal_app_filter_item_get_group (item));
    case SHOAL_APP_FILTER_LABEL:
      return shoal_model_counts_get_label (self->counts, shoal_app_filter_item_get_word (item));
    case SHOAL_APP_FILTER_HOST:
      return shoal_model_counts_get_host (self->counts, shoal_app_filter_item_get_word (item));
    }
  return 0;
}

static gboolean
is_chosen (ShoalAppFilters *self, ShoalAppFilterItem *item)
{
  const ShoalModelFilter *filter = get_filter (self);
  const char             *word = shoal_app_filter_item_get_word (item);

  switch (shoal_app_filter_item_get_kind (item))
    {
    case SHOAL_APP_FILTER_GROUP:
      return shoal_model_filter_get_group (filter) == shoal_app_filter_item_get_group (item);
    case SHOAL_APP_FILTER_LABEL:
      return g_strcmp0 (shoal_model_filter_get_label (filter), word) == 0;
    case SHOAL_APP_FILTER_HOST:
      return g_strcmp0 (shoal_model_filter_get_host (filter), word) == 0;
    }
  return FALSE;
}

static void
show_states (ShoalAppFilters *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalAppFilterItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      shoal_app_filter_item_set_count (item, get_count (self, item));
      shoal_app_filter_item_set_is_chosen (item, is_chosen (self, item));
    }
}

/* The same object each time, so that a row which stays keeps its widget and the focus. */
static ShoalAppFilterItem *
need_word_item (ShoalAppFilters *self, ShoalAppFilterKind kind, const char *word)
{
  g_autofree char    *name = g_strdup_printf ("%d:%s", kind, word);
  ShoalAppFilterItem *item = g_hash_table_lookup (self->by_name, name);

  if (item == NULL)
    {
      item = shoal_app_filter_item_new_word (kind, word);
      g_hash_table_insert (self->by_name, g_steal_pointer (&name), item);
    }
  return item;
}

/* What is chosen stays to be seen, also when the last torrent of it has gone. Takes @words over. */
static void
append_words (GPtrArray         *items,
              ShoalAppFilters   *self,
              ShoalAppFilterKind kind,
              char             **words,
              const char        *chosen)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) own = words;
  g_auto (GStrv) all = NULL;

  g_strv_builder_addv (builder, (const char **) own);
  if (chosen != NULL && !g_strv_contains ((const char *const *) own, chosen))
    g_strv_builder_add (builder, chosen);
  all = g_strv_builder_end (builder);
  shoal_model_counts_sort_words (all);
  for (guint i = 0; all[i] != NULL; i++)
    {
      ShoalAppFilterItem *item = need_word_item (self, kind, all[i]);

      shoal_app_filter_item_set_is_first (item, i == 0);
      g_ptr_array_add (items, g_object_ref (item));
    }
}

static gboolean
is_same (GListModel *model, GPtrArray *items)
{
  if (g_list_model_get_n_items (model) != items->len)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (item != g_ptr_array_index (items, i))
        return FALSE;
    }
  return TRUE;
}

static void
show_words (ShoalAppFilters *self)
{
  GListModel             *model = G_LIST_MODEL (self->items);
  const ShoalModelFilter *filter = get_filter (self);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < SHOAL_MODEL_N_GROUPS; i++)
    g_ptr_array_add (items, g_list_model_get_item (model, i));
  append_words (items,
                self,
                SHOAL_APP_FILTER_LABEL,
                shoal_app_labels_dup_all (get_session (self)),
                shoal_model_filter_get_label (filter));
  append_words (items,
                self,
                SHOAL_APP_FILTER_HOST,
                shoal_model_counts_dup_hosts (self->counts),
                shoal_model_filter_get_host (filter));
  if (!is_same (model, items))
    g_list_store_splice (
        self->items, 0, g_list_model_get_n_items (model), items->pdata, items->len);
  show_states (self);
}

static void
counts_cb (ShoalModelCounts *counts, gboolean has_other_words, ShoalAppFilters *self)
{
  if (has_other_words)
    show_words (self);
  else
    show_states (self);
}

/* A label or host that is chosen already is let go. */
static void
choose (ShoalAppFilters *self, ShoalAppFilterItem *item)
{
  const char *word = is_chosen (self, item) ? NULL : shoal_app_filter_item_get_word (item);

  switch (shoal_app_filter_item_get_kind (item))
    {
    case SHOAL_APP_FILTER_GROUP:
      if (shoal_app_filter_item_get_group (item) == SHOAL_MODEL_GROUP_ALL)
        {
          shoal_app_collection_set_label (self->collection, NULL);
          shoal_app_collection_set_host (self->collection, NULL);
        }
      shoal_app_collection_set_group (self->collection, shoal_app_filter_item_get_group (item));
      break;
    case SHOAL_APP_FILTER_LABEL:
      shoal_app_collection_set_label (self->collection, word);
      break;
    case SHOAL_APP_FILTER_HOST:
      shoal_app_collection_set_host (self->collection, word);
      break;
    }
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
activate_cb (ShoalAppFilters *self, guint position, GtkListView *view)
{
  g_autoptr (ShoalAppFilterItem) item =
      g_list_model_get_item (G_LIST_MODEL (self->items), position);

  if (item != NULL)
    choose (self, item);
}

/* NULL: none. */
static ShoalAppFilterRow *
get_row (GtkWidget *item)
{
  GtkWidget *child = item != NULL ? gtk_widget_get_first_child (item) : NULL;

  return SHOAL_IS_APP_FILTER_ROW (child) ? SHOAL_APP_FILTER_ROW (child) : NULL;
}

static ShoalAppFilterItem *
get_focused (ShoalAppFilters *self)
{
  ShoalAppFilterRow *row = get_row (gtk_widget_get_focus_child (GTK_WIDGET (self->view)));

  return row != NULL ? shoal_app_filter_row_get_item (row) : NULL;
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilters    *self = SHOAL_APP_FILTERS (widget);
  ShoalAppFilterItem *item = get_focused (self);

  if (item != NULL)
    choose (self, item);
}

/* Only labels have one. */
static void
pop_up (ShoalAppFilters *self, GtkWidget *widget)
{
  ShoalAppFilterRow *row = get_row (widget);
  graphene_rect_t    bounds;

  if (row == NULL || shoal_app_filter_row_get_item (row) == NULL ||
      shoal_app_filter_item_get_kind (shoal_app_filter_row_get_item (row)) !=
          SHOAL_APP_FILTER_LABEL ||
      !gtk_widget_compute_bounds (widget, GTK_WIDGET (self), &bounds))
    return;
  g_set_object (&self->menu_item, shoal_app_filter_row_get_item (row));
  gtk_widget_grab_focus (widget);
  gtk_popover_set_pointing_to (self->popover,
                               &(GdkRectangle){ (int) bounds.origin.x,
                                                (int) bounds.origin.y,
                                                (int) bounds.size.width,
                                                (int) bounds.size.height });
  gtk_popover_popup (self->popover);
}

static void
pop_up_at_pointer (gpointer user_data, double x, double y)
{
  ShoalAppFilters *self = user_data;
  GtkWidget       *picked = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);

  while (picked != NULL && picked != GTK_WIDGET (self->view) && get_row (picked) == NULL)
    picked = gtk_widget_get_parent (picked);
  if (picked != GTK_WIDGET (self->view))
    pop_up (self, picked);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilters *self = SHOAL_APP_FILTERS (widget);

  pop_up (self, gtk_widget_get_focus_child (GTK_WIDGET (self->view)));
}

/* The label that a menu or a key is about; NULL: none. */
static const char *
get_label (ShoalAppFilters *self)
{
  ShoalAppFilterItem *item = get_focused (self);

  if (item == NULL)
    item = self->menu_item;
  if (item == NULL || shoal_app_filter_item_get_kind (item) != SHOAL_APP_FILTER_LABEL)
    return NULL;
  return shoal_app_filter_item_get_word (item);
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilters *self = SHOAL_APP_FILTERS (widget);
  const char      *label = get_label (self);

  if (label != NULL)
    shoal_app_labels_ask_name (
        GTK_WINDOW (gtk_widget_get_root (widget)), get_session (self), label);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppFilters *self = SHOAL_APP_FILTERS (widget);
  const char      *label = get_label (self);

  if (label != NULL)
    shoal_app_labels_ask_remove (
        GTK_WINDOW (gtk_widget_get_root (widget)), get_session (self), label);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppFilters *self)
{
  gtk_list_item_set_child (item, shoal_app_filter_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppFilters *self)
{
  shoal_app_filter_row_set_item (SHOAL_APP_FILTER_ROW (gtk_list_item_get_child (item)),
                                 gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, ShoalAppFilters *self)
{
  shoal_app_filter_row_set_item (SHOAL_APP_FILTER_ROW (gtk_list_item_get_child (item)), NULL);
}

/* Tab enters the filters once and leaves them once; the arrows go from row to row. */
static gboolean
shoal_app_filters_focus (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean is_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (is_tab && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return GTK_WIDGET_CLASS (shoal_app_filters_parent_class)->focus (widget, direction);
}

static void
shoal_app_filters_dispose (GObject *object)
{
  ShoalAppFilters *self = SHOAL_APP_FILTERS (object);

  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  self->view = NULL;
  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->popover));
  self->popover = NULL;
  g_clear_object (&self->menu_item);
  g_clear_object (&self->items);
  g_clear_object (&self->counts);
  g_clear_object (&self->collection);
  G_OBJECT_CLASS (shoal_app_filters_parent_class)->dispose (object);
}

static void
shoal_app_filters_finalize (GObject *object)
{
  g_clear_pointer (&SHOAL_APP_FILTERS (object)->by_name, g_hash_table_unref);
  G_OBJECT_CLASS (shoal_app_filters_parent_class)->finalize (object);
}

static void
shoal_app_filters_class_init (ShoalAppFiltersClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_filters_dispose;
  object_class->finalize = shoal_app_filters_finalize;
  widget_class->focus = shoal_app_filters_focus;

  signals[CHOSEN] = g_signal_new (
      "chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/filters/shoal-app-filters.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFilters, label_menu);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFilters, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_install_action (widget_class, "filters.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "filters.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "filters.remove-label", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "filters.rename-label", NULL, rename_action);
}

static void
shoal_app_filters_init (ShoalAppFilters *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->items = g_list_store_new (SHOAL_TYPE_APP_FILTER_ITEM);
  for (guint i = 0; i < SHOAL_MODEL_N_GROUPS; i++)
    {
      g_autoptr (ShoalAppFilterItem) item = shoal_app_filter_item_new_group (i);

      g_list_store_append (self->items, item);
    }
  shoal_app_compat_pass_by_tab (GTK_WIDGET (self->view));
  shoal_app_menu_press_add (GTK_WIDGET (self->view), pop_up_at_pointer, self);
  self->popover = GTK_POPOVER (gtk_popover_menu_new_from_model (self->label_menu));
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
  shoal_app_compat_name_items (self->popover);
}

void
shoal_app_filters_set_collection (ShoalAppFilters *self, ShoalAppCollection *collection)
{
  ShoalAppSession *session;

  g_return_if_fail (SHOAL_IS_APP_FILTERS (self));
  g_return_if_fail (self->collection == NULL);

  session = shoal_app_collection_get_session (collection);
  self->collection = g_object_ref (collection);
  self->counts =
      g_object_ref (shoal_model_torrents_get_counts (shoal_app_session_get_torrents (session)));
  g_signal_connect_object (self->counts, "changed", G_CALLBACK (counts_cb), self, 0);
  g_signal_connect_object (collection, "filter", G_CALLBACK (show_words), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (shoal_app_session_get_settings (session),
                           "changed::" SHOAL_APP_KEY_LABELS,
                           G_CALLBACK (show_words),
                           self,
                           G_CONNECT_SWAPPED);
  gtk_list_view_set_model (
      self->view,
      GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->items)))));
  show_words (self);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-collection.h"

/* The engine reads names of files from the disk: not for each letter that is typed. */
#define SEARCH_MS 250

/* Who holds a key down goes over many rows: what follows the selection waits until that has lain
 * still for so long. A single change is told at once. */
#define STILL_MS 150

/* So many names at a time are made ready to be sorted and searched: part of a frame. */
#define PREPARE_MS   20
#define PREPARE_ROWS 100

struct _ShoalAppCollection
{
  GObject parent_instance;

  ShoalAppSession   *session;   /* owned */
  ShoalModelFilter  *wanted;    /* owned; what is shown */
  GtkFilter         *filter;    /* owned */
  GtkSorter         *sorter;    /* owned */
  GtkSelectionModel *selection; /* owned; the top of the stack */
  GHashTable        *kept;      /* owned set of ShoalModelTorrent, owned: selected, filtered out */
  GHashTable        *awaited;   /* owned set of id values: to be selected when they arrive */
  GPtrArray         *selected;  /* owned, of ShoalModelTorrent; NULL: it is other than before */
  GHashTable        *told_selected; /* owned set of ShoalModelTorrent, owned: as told last */
  gint64             told_usec;     /* when the selection changed, or was told, last */
  ShoalAppCalm      *calm;          /* owned */
  char              *search_word;   /* owned; NULL: none was looked for */
  guint64            search_serial; /* of the newest search; 0: none is under way */
  ShoalModelOrder    order;
  guint              await_source;
  guint              selected_source;
  guint              search_source;
  guint              prepare_source;
  guint              n_prepared; /* of the model's list, from its beginning on */

  guint is_reversed : 1;
  guint is_patient : 1;    /* the selection is told when it has lain still */
  guint is_own_change : 1; /* what happens to the selection is not the person's doing */
};

G_DEFINE_FINAL_TYPE (ShoalAppCollection, shoal_app_collection, G_TYPE_OBJECT)

enum
{
  FILTER,
  SELECTED,
  REVEAL,
  SORT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  ShoalAppCollection *self = user_data;

  return shoal_model_order_compare (self->order, self->is_reversed, (gpointer) a, (gpointer) b);
}

static gboolean
match_cb (gpointer item, gpointer user_data)
{
  ShoalAppCollection *self = user_data;

  return shoal_model_filter_match (self->wanted, item);
}

static GListModel *
get_rows (ShoalAppCollection *self)
{
  return G_LIST_MODEL (self->selection);
}

static gboolean
is_told (ShoalAppCollection *self, GPtrArray *selected)
{
  if (g_hash_table_size (self->told_selected) != selected->len)
    return FALSE;
  for (guint i = 0; i < selected->len; i++)
    if (!g_hash_table_contains (self->told_selected, g_ptr_array_index (selected, i)))
      return FALSE;
  return TRUE;
}

static gboolean
selected_cb (gpointer user_data)
{
  ShoalAppCollection *self = user_data;
  g_autoptr (GPtrArray) selected = shoal_app_collection_ref_selected (self);

  self->selected_source = 0;
  self->told_usec = g_get_monotonic_time ();
  if (is_told (self, selected))
    return G_SOURCE_REMOVE;
  g_hash_table_remove_all (self->told_selected);
  for (guint i = 0; i < selected->len; i++)
    g_hash_table_add (self->told_selected, g_object_ref (g_ptr_array_index (selected, i)));
  g_signal_emit (self, signals[SELECTED], 0);
  return G_SOURCE_REMOVE;
}

/* Once for a bunch of changes, and not inside one of them. */
static void
tell_selected_later (ShoalAppCollection *self)
{
  gint64 now_usec = g_get_monotonic_time ();

  g_clear_pointer (&self->selected, g_ptr_array_unref);
  if (self->selected_source != 0 && !self->is_patient)
    return;
  self->is_patient = now_usec - self->told_usec < STILL_MS * 1000;
  self->told_usec = now_usec;
  g_clear_handle_id (&self->selected_source, g_source_remove);
  self->selected_source = self->is_patient ? g_timeout_add (STILL_MS, selected_cb, self)
                                           : g_idle_add (selected_cb, self);
}

static void
selection_changed_cb (ShoalAppCollection *self)
{
  if (!self->is_own_change)
    g_hash_table_remove_all (self->kept);
  tell_selected_later (self);
}

/* Those of @torrents, a set, that have a row. */
static GtkBitset *
dup_positions (ShoalAppCollection *self, GHashTable *torrents)
{
  GtkBitset *positions = gtk_bitset_new_empty ();
  guint      n = g_hash_table_size (torrents) > 0 ? g_list_model_get_n_items (get_rows (self)) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (get_rows (self), i);

      if (g_hash_table_contains (torrents, torrent))
        gtk_bitset_add (positions, i);
    }
  return positions;
}

/* A row that goes takes its selection with it: what was selected is remembered, and what has come
 * back is selected again. */
static void
restore_selection (ShoalAppCollection *self)
{
  g_autoptr (GtkBitset) positions = dup_positions (self, self->kept);
  GtkBitsetIter iter;
  guint         position;

  if (!gtk_bitset_iter_init_first (&iter, positions, &position))
    return;
  do
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (get_rows (self), position);

      g_hash_table_remove (self->kept, torrent);
    }
  while (gtk_bitset_iter_next (&iter, &position));
  self->is_own_change = TRUE;
  gtk_selection_model_set_selection (self->selection, positions, positions);
  self->is_own_change = FALSE;
}

static void
refilter (ShoalAppCollection *self)
{
  g_autoptr (GPtrArray) selected = shoal_app_collection_ref_selected (self);

  for (guint i = 0; i < selected->len; i++)
    g_hash_table_add (self->kept, g_object_ref (g_ptr_array_index (selected, i)));
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  restore_selection (self);
}

static void
change_filter (ShoalAppCollection *self)
{
  refilter (self);
  g_signal_emit (self, signals[FILTER], 0);
}

static void
sort (ShoalAppCollection *self)
{
  shoal_app_calm_satisfy (self->calm);
  g_signal_emit (self, signals[SORT], 0, FALSE);
  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  g_signal_emit (self, signals[SORT], 0, TRUE);
}

static void
sort_cb (gpointer user_data)
{
  sort (user_data);
}

static void search_next (ShoalAppCollection *self);

/* What was found under one word is of use as long as that word is looked for. */
static void
found_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppCollection *self = SHOAL_APP_COLLECTION (object);

  if (answer->serial != self->search_serial || answer->found == NULL)
    return;
  if (shoal_model_filter_set_found (self->wanted, self->search_word, answer->found))
    refilter (self);
  search_next (self);
}

/* One word after the other: with each new search the engine drops the one before. */
static void
search_next (ShoalAppCollection *self)
{
  guint n = shoal_model_filter_get_n_words (self->wanted);
  guint i = 0;

  while (i < n && shoal_model_filter_is_known (self->wanted, i))
    i++;
  self->search_serial = 0;
  if (i == n)
    return;
  g_free (self->search_word);
  self->search_word = g_strdup (shoal_model_filter_get_word (self->wanted, i));
  self->search_serial =
      shoal_app_session_search (self->session, self->search_word, found_cb, G_OBJECT (self));
}

static gboolean
search_cb (gpointer user_data)
{
  ShoalAppCollection *self = user_data;

  self->search_source = 0;
  search_next (self);
  return G_SOURCE_REMOVE;
}

/* TRUE if one of them is left out at present. */
static gboolean
is_any_hidden (ShoalAppCollection *self, GHashTable *torrents)
{
  GHashTableIter iter;
  gpointer       torrent;

  g_hash_table_iter_init (&iter, torrents);
  while (g_hash_table_iter_next (&iter, &torrent, NULL))
    if (!shoal_model_filter_match (self->wanted, torrent))
      return TRUE;
  return FALSE;
}

/* Moves those that the engine has told of from the awaited to @arrived. */
static void
take_arrived (ShoalAppCollection *self, GHashTable *arrived)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);
  GHashTableIter      iter;
  gpointer            key;

  g_hash_table_iter_init (&iter, self->awaited);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      ShoalTorrentId     id = { GPOINTER_TO_UINT (key) };
      ShoalModelTorrent *torrent = shoal_model_torrents_lookup (torrents, id);

      if (torrent == NULL)
        continue;
      g_hash_table_add (arrived, g_object_ref (torrent));
      g_hash_table_iter_remove (&iter);
    }
}

static gboolean
await_cb (gpointer user_data)
{
  ShoalAppCollection *self = user_data;
  g_autoptr (GHashTable) arrived = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_autoptr (GtkBitset) positions = NULL;
  g_autoptr (GtkBitset) all = NULL;

  self->await_source = 0;
  take_arrived (self, arrived);
  if (is_any_hidden (self, arrived))
    shoal_app_collection_clear_filter (self);
  positions = dup_positions (self, arrived);
  if (gtk_bitset_is_empty (positions))
    return G_SOURCE_REMOVE;
  all = gtk_bitset_new_range (0, g_list_model_get_n_items (get_rows (self)));
  gtk_selection_model_set_selection (self->selection, positions, all);
  g_signal_emit (self, signals[REVEAL], 0, gtk_bitset_get_minimum (positions));
  return G_SOURCE_REMOVE;
}

/* Not inside items-changed: the views must have taken the change in before. */
static void
await_later (ShoalAppCollection *self)
{
  if (self->await_source == 0 && g_hash_table_size (self->awaited) > 0)
    self->await_source = g_idle_add (await_cb, self);
}

static gboolean
prepare_cb (gpointer user_data)
{
  ShoalAppCollection *self = user_data;
  GListModel         *torrents = G_LIST_MODEL (shoal_app_session_get_torrents (self->session));
  guint end = MIN (self->n_prepared + PREPARE_ROWS, g_list_model_get_n_items (torrents));

  for (; self->n_prepared < end; self->n_prepared++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (torrents, self->n_prepared);

      shoal_model_torrent_prepare (torrent);
    }
  if (end < g_list_model_get_n_items (torrents))
    return G_SOURCE_CONTINUE;
  self->prepare_source = 0;
  return G_SOURCE_REMOVE;
}

/* What is left out here is made when it is asked for. */
static void
torrents_changed_cb (GListModel         *torrents,
                     guint               position,
                     guint               removed,
                     guint               added,
                     ShoalAppCollection *self)
{
  self->n_prepared = MIN (self->n_prepared, position);
  if (added > 0 && self->prepare_source == 0)
    self->prepare_source = g_timeout_add_full (G_PRIORITY_LOW, PREPARE_MS, prepare_cb, self, NULL);
}

static void
items_changed_cb (GListModel         *model,
                  guint               position,
                  guint               removed,
                  guint               added,
                  ShoalAppCollection *self)
{
  g_clear_pointer (&self->selected, g_ptr_array_unref);
  if (removed > 0)
    tell_selected_later (self);
  if (added > 0)
    await_later (self);
}

/* What the person changed moves rows at once. */
static void
changes_cb (ShoalModelTorrents *torrents, guint changes, ShoalAppCollection *self)
{
  guint concerned = changes & shoal_model_order_get_changes (self->order);

  if ((changes & SHOAL_MODEL_CHANGE_IDENTITY) && shoal_model_filter_get_n_words (self->wanted) > 0)
    refilter (self);
  if (concerned & ~SHOAL_MODEL_ORDER_LIVE)
    sort (self);
  else if (concerned)
    shoal_app_calm_want (self->calm);
}

static void
counts_cb (ShoalAppCollection *self)
{
  if (shoal_model_filter_get_group (self->wanted) != SHOAL_MODEL_GROUP_ALL ||
      shoal_model_filter_get_label (self->wanted) != NULL ||
      shoal_model_filter_get_host (self->wanted) != NULL)
    refilter (self);
}

static void
shoal_app_collection_dispose (GObject *object)
{
  ShoalAppCollection *self = SHOAL_APP_COLLECTION (object);

  g_clear_handle_id (&self->await_source, g_source_remove);
  g_clear_handle_id (&self->selected_source, g_source_remove);
  g_clear_handle_id (&self->search_source, g_source_remove);
  g_clear_handle_id (&self->prepare_source, g_source_remove);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->sorter);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_collection_parent_class)->dispose (object);
}

static void
shoal_app_collection_finalize (GObject *object)
{
  ShoalAppCollection *self = SHOAL_APP_COLLECTION (object);

  g_clear_pointer (&self->calm, shoal_app_calm_free);
  g_clear_pointer (&self->wanted, shoal_model_filter_free);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_clear_pointer (&self->awaited, g_hash_table_unref);
  g_clear_pointer (&self->selected, g_ptr_array_unref);
  g_clear_pointer (&self->told_selected, g_hash_table_unref);
  g_clear_pointer (&self->search_word, g_free);
  G_OBJECT_CLASS (shoal_app_collection_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n_parameters, GType type)
{
  return g_signal_new (name,
                       SHOAL_TYPE_APP_COLLECTION,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       n_parameters,
                       type);
}

static void
shoal_app_collection_class_init (ShoalAppCollectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = shoal_app_collection_dispose;
  object_class->finalize = shoal_app_collection_finalize;

  signals[FILTER] = add_signal ("filter", 0, G_TYPE_NONE);
  signals[SELECTED] = add_signal ("selected", 0, G_TYPE_NONE);
  signals[REVEAL] = add_signal ("reveal", 1, G_TYPE_UINT);
  signals[SORT] = add_signal ("sort", 1, G_TYPE_BOOLEAN);
}

static void
shoal_app_collection_init (ShoalAppCollection *self)
{
  self->wanted = shoal_model_filter_new ();
  self->kept = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->awaited = g_hash_table_new (NULL, NULL);
  self->told_selected = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->calm = shoal_app_calm_new (sort_cb, self);
}

ShoalAppCollection *
shoal_app_collection_new (ShoalAppSession *session)
{
  ShoalAppCollection *self = g_object_new (SHOAL_TYPE_APP_COLLECTION, NULL);
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (session);
  GtkFilterListModel *filtered;
  GtkSortListModel   *sorted;

  self->session = g_object_ref (session);
  self->filter = GTK_FILTER (gtk_custom_filter_new (match_cb, self, NULL));
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, self, NULL));
  filtered = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (torrents)),
                                        g_object_ref (self->filter));
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (filtered), g_object_ref (self->sorter));
  self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (G_LIST_MODEL (sorted)));
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (
      self->selection, "selection-changed", G_CALLBACK (selection_changed_cb), self);
  g_signal_connect_object (torrents, "items-changed", G_CALLBACK (torrents_changed_cb), self, 0);
  g_signal_connect_object (torrents, "changes", G_CALLBACK (changes_cb), self, 0);
  g_signal_connect_object (shoal_model_torrents_get_counts (torrents),
                           "changed",
                           G_CALLBACK (counts_cb),
                           self,
                           G_CONNECT_SWAPPED);
  return self;
}

ShoalAppSession *
shoal_app_collection_get_session (ShoalAppCollection *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLLECTION (self), NULL);
  return self->session;
}

GtkSelectionModel *
shoal_app_collection_get_selection (ShoalAppCollection *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLLECTION (self), NULL);
  return self->selection;
}

static GPtrArray *
gather_selected (ShoalAppCollection *self)
{
  GPtrArray *torrents = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (self->selection);
  GtkBitsetIter iter;
  guint         position;

  if (gtk_bitset_iter_init_first (&iter, selected, &position))
    do
      g_ptr_array_add (torrents, g_list_model_get_item (get_rows (self), position));
    while (gtk_bitset_iter_next (&iter, &position));
  return torrents;
}

GPtrArray *
shoal_app_collection_ref_selected (ShoalAppCollection *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLLECTION (self), NULL);

  if (self->selected == NULL)
    self->selected = gather_selected (self);
  return g_ptr_array_ref (self->selected);
}

guint
shoal_app_collection_find (ShoalAppCollection *self, ShoalModelTorrent *torrent)
{
  guint n;

  g_return_val_if_fail (SHOAL_IS_APP_COLLECTION (self), GTK_INVALID_LIST_POSITION);

  n = g_list_model_get_n_items (get_rows (self));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalModelTorrent) item = g_list_model_get_item (get_rows (self), i);

      if (item == torrent)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

void
shoal_app_collection_show_torrent (ShoalAppCollection *self, ShoalTorrentId id)
{
  g_return_if_fail (SHOAL_IS_APP_COLLECTION (self));

  g_hash_table_add (self->awaited, GUINT_TO_POINTER (id.value));
  await_later (self);
}

void
shoal_app_collection_reveal_selected (ShoalAppCollection *self)
{
  g_autoptr (GtkBitset) selected = NULL;

  g_return_if_fail (SHOAL_IS_APP_COLLECTION (self));

  selected = gtk_selection_model_get_selection (self->selection);
  if (!gtk_bitset_is_empty (selected))
    g_signal_emit (self, signals[REVEAL], 0, gtk_bitset_get_minimum (selected));
}

const ShoalModelFilter *
shoal_app_collection_get_filter (ShoalAppCollection *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLLECTION (self), NULL);
  return self->wanted;
}

void
shoal_app_collection_set_group (ShoalAppCollection *self, ShoalModelGroup group)
{
  g_return_if_fail (SHOAL_IS_APP_COLLECTION (self));

  if (shoal_model_filter_set_group (self->wanted, group))
    change_filter (self);
}

void
shoal_app_collection_set_label (ShoalAppCollection *self, const char *label)
{
  g_return_if_fail (SHOAL_IS_APP_COLLECTION (self));

  if (shoal_model_filter_set_label (self->wanted, label))
    change_filter (self);
}

void
shoal_app_collection_set_host (ShoalAppCollection *self, const char *host)
{
  g_return_if_fail (SHOAL_IS_APP_COLLECTION (self));

  if (shoal_model_filter_set_host (self->wanted, host))
    change_filter (self);
}

void
shoal_app_collection_set_text (ShoalAppCollection *self, const char *text)
{
  g_return_if_fail (SHOAL_IS_APP_COLLECTION (self));

  if (!shoal_model_filter_set_text (self->wanted, text))
    return;
  g_clear_handle_id (&self->search_source, g_source_remove);
  if (shoal_model_filter_get_n_words (self->wanted) > 0)
    self->search_source = g_timeout_add (SEARCH_MS, search_cb, self);
  change_filter (self);
}

void
shoal_app_collection_clear_filter (ShoalAppCollection *self)
{
  gboolean is_other;

  g_return_if_fail (SHOAL_IS_APP_COLLECTION (self));

  g_clear_handle_id (&self->search_source, g_source_remove);
  is_other = shoal_model_filter_set_group (self->wanted, SHOAL_MODEL_GROUP_ALL);
  is_other |= shoal_model_filter_set_label (self->wanted, NULL);
  is_other |= shoal_model_filter_set_host (self->wanted, NULL);
  is_other |= shoal_model_filter_set_text (self->wanted, NULL);
  if (is_other)
    change_filter (self);
}

ShoalModelOrder
shoal_app_collection_get_order (ShoalAppCollection *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLLECTION (self), SHOAL_MODEL_ORDER_ADDED);
  return self->order;
}

gboolean
shoal_app_collection_get_is_reversed (ShoalAppCollection *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLLECTION (self), FALSE);
  return self->is_reversed;
}

void
shoal_app_collection_set_order (ShoalAppCollection *self,
                                ShoalModelOrder     order,
                                gboolean            is_reversed)
{
  g_return_if_fail (SHOAL_IS_APP_COLLECTION (self));

  is_reversed = !!is_reversed;
  if (self->order == order && self->is_reversed == is_reversed)
    return;
  self->order = order;
  self->is_reversed = is_reversed;
  sort (self);
}

ShoalAppCalm *
shoal_app_collection_get_calm (ShoalAppCollection *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLLECTION (self), NULL);
  return self->calm;
}

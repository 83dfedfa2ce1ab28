/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-adder-private.h"

#include <string.h>

#include "app/add/shoal-app-add-dialog.h"
#include "app/add/shoal-app-known.h"

/* So long a source may take to be read before the dialog opens to say that it is being read. */
#define PATIENCE_MS 300

/* One of this size takes longer for sure. */
#define LARGE_BYTES (512 * 1024)

G_DEFINE_FINAL_TYPE (ShoalAppAdder, shoal_app_adder, G_TYPE_OBJECT)

enum
{
  SHOW,
  UNWANTED,
  TOAST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static ShoalAppSource *
get_source (ShoalAppAdder *self, guint position)
{
  ShoalAppSource *source = g_list_model_get_item (G_LIST_MODEL (self->sources), position);

  g_object_unref (source); /* the list keeps it */
  return source;
}

static guint
get_n_sources (ShoalAppAdder *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->sources));
}

void
shoal_app_adder_show_torrent (ShoalAppAdder *self, ShoalTorrentId id)
{
  if (id.value != 0)
    g_signal_emit (self, signals[SHOW], 0, id.value);
}

void
shoal_app_adder_show_toast (ShoalAppAdder *self, AdwToast *toast)
{
  g_signal_emit (self, signals[TOAST], 0, toast);
  g_object_unref (toast);
}

static void
drop (ShoalAppAdder *self, ShoalAppSource *source)
{
  guint position;

  if (g_list_store_find (self->sources, source, &position))
    g_list_store_remove (self->sources, position);
}

static gboolean
is_wanted (ShoalAppSource *source)
{
  return shoal_app_source_get_state (source) == SHOAL_APP_SOURCE_READY &&
         shoal_model_tree_get_n_wanted (shoal_app_source_get_tree (source)) > 0;
}

/* Those of the person's choices that the engine is to have, one for each of @sources. */
static GPtrArray *
collect_options (ShoalAppAddDialog *dialog, GPtrArray *sources)
{
  GPtrArray *options = g_ptr_array_new ();

  for (guint i = 0; i < sources->len; i++)
    g_ptr_array_add (options,
                     shoal_app_add_dialog_dup_options (dialog, g_ptr_array_index (sources, i)));
  return options;
}

/* Takes the options over. At the top of the queue each goes before the one that came before it, so
 * the last is the first to be added. */
static void
add_all (GPtrArray *sources, GPtrArray *options)
{
  guint    n = sources->len;
  gboolean is_first = n > 0 && ((const ShoalAddOptions *) g_ptr_array_index (options, 0))->is_first;

  for (guint i = 0; i < n; i++)
    {
      guint at = is_first ? n - 1 - i : i;

      shoal_app_source_add (g_ptr_array_index (sources, at), g_ptr_array_index (options, at));
    }
}

static void
add_cb (ShoalAppAdder *self, ShoalAppAddDialog *dialog)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) options = NULL;

  for (guint i = 0; i < get_n_sources (self); i++)
    if (is_wanted (get_source (self, i)))
      g_ptr_array_add (chosen, g_object_ref (get_source (self, i)));
  options = collect_options (dialog, chosen);
  shoal_app_add_dialog_remember (dialog);
  for (guint i = 0; i < chosen->len; i++)
    g_ptr_array_add (self->adding, g_object_ref (g_ptr_array_index (chosen, i)));
  self->was_added = TRUE;
  gtk_window_close (GTK_WINDOW (dialog));
  self->was_added = FALSE;
  add_all (chosen, options);
}

/* A link that is not to stay in the list: nothing of it was fetched. */
static void
refuse (ShoalAppAdder *self, ShoalAppSource *source)
{
  ShoalModelTorrent *torrent = NULL;

  if (shoal_app_source_is_choice (source))
    torrent = shoal_model_torrents_lookup (shoal_app_session_get_torrents (self->session),
                                           shoal_app_source_get_torrent (source));
  if (torrent != NULL)
    g_ptr_array_add (self->unwanted, g_object_ref (torrent));
}

static void
leave_out_cb (ShoalAppAdder *self, ShoalAppSource *source)
{
  refuse (self, source);
  shoal_app_source_leave_out (source);
}

/* Nobody could have seen what is in those that are still being read: files are meant by Cancel all
 * the same, since they were given just now; a link may have come to the dialog by itself. */
static gboolean
is_decided (ShoalAppAdder *self, ShoalAppSource *source)
{
  return shoal_app_source_get_state (source) != SHOAL_APP_SOURCE_READING ||
         (!self->was_added && !shoal_app_source_is_choice (source));
}

static void
drop_decided (ShoalAppAdder *self)
{
  self->is_dropping = TRUE;
  for (guint i = get_n_sources (self); i-- > 0;)
    {
      g_autoptr (ShoalAppSource) source = g_object_ref (get_source (self, i));

      if (!is_decided (self, source))
        continue;
      g_list_store_remove (self->sources, i);
      if (g_ptr_array_find (self->adding, source, NULL))
        continue;
      if (shoal_app_source_get_state (source) == SHOAL_APP_SOURCE_READY)
        refuse (self, source);
      shoal_app_source_leave_out (source);
    }
  self->is_dropping = FALSE;
}

static void
tell_unwanted (ShoalAppAdder *self)
{
  g_autoptr (GPtrArray) torrents = g_steal_pointer (&self->unwanted);

  self->unwanted = g_ptr_array_new_with_free_func (g_object_unref);
  if (torrents->len > 0)
    g_signal_emit (self, signals[UNWANTED], 0, torrents);
}

static gboolean
close_request_cb (ShoalAppAdder *self)
{
  g_clear_weak_pointer (&self->dialog);
  drop_decided (self);
  tell_unwanted (self);
  shoal_app_adder_wait_for_sources (self);
  return GDK_EVENT_PROPAGATE;
}

static void
offer_cb (gpointer dialog, GPtrArray *links)
{
  shoal_app_add_dialog_set_offer (dialog, links);
}

static void
open_dialog (ShoalAppAdder *self)
{
  g_clear_handle_id (&self->patience_source, g_source_remove);
  if (self->dialog != NULL)
    return;
  g_set_weak_pointer (&self->dialog,
                      shoal_app_add_dialog_new (self->window, self->sources, self->session));
  g_signal_connect_object (self->dialog, "add", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->dialog, "close-request", G_CALLBACK (close_request_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->dialog, "leave-out", G_CALLBACK (leave_out_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialog,
                           "offer-taken",
                           G_CALLBACK (shoal_app_adder_take_links),
                           self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->dialog));
  shoal_app_adder_look (self, offer_cb, G_OBJECT (self->dialog));
}

static gboolean
patience_cb (gpointer user_data)
{
  ShoalAppAdder *self = user_data;

  self->patience_source = 0;
  if (get_n_sources (self) > 0)
    open_dialog (self);
  return G_SOURCE_REMOVE;
}

/* They may be read before anybody would see a dialog come. */
void
shoal_app_adder_wait_for_sources (ShoalAppAdder *self)
{
  if (get_n_sources (self) > 0 && self->dialog == NULL && self->patience_source == 0)
    self->patience_source = g_timeout_add (PATIENCE_MS, patience_cb, self);
}

static gboolean
are_all_known (ShoalAppAdder *self)
{
  for (guint i = 0; i < get_n_sources (self); i++)
    if (shoal_app_source_get_state (get_source (self, i)) != SHOAL_APP_SOURCE_KNOWN)
      return FALSE;
  return get_n_sources (self) > 0;
}

/* Where nothing is left but torrents that are in the list already, there is nothing to ask: they
 * are shown instead. */
static void
review_known (ShoalAppAdder *self)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->is_dropping || !are_all_known (self))
    return;
  for (guint i = 0; i < get_n_sources (self); i++)
    g_ptr_array_add (known, g_object_ref (get_source (self, i)));
  g_list_store_remove_all (self->sources);
  for (guint i = 0; i < known->len; i++)
    shoal_app_adder_show_torrent (self,
                                  shoal_app_source_get_torrent (g_ptr_array_index (known, i)));
  shoal_app_adder_show_toast (self, shoal_app_known_toast_new (known));
}

/* The same torrent, given twice. */
static gboolean
is_repeated (ShoalAppAdder *self, ShoalAppSource *source)
{
  const ShoalInfoHashes *hashes = &shoal_app_source_get_contents (source)->hashes;

  for (guint i = 0; hashes->has_v1 && i < get_n_sources (self); i++)
    {
      ShoalAppSource      *other = get_source (self, i);
      const ShoalContents *contents = shoal_app_source_get_contents (other);

      if (other != source && shoal_app_source_get_state (other) == SHOAL_APP_SOURCE_READY &&
          contents->hashes.has_v1 &&
          memcmp (&contents->hashes.v1, &hashes->v1, sizeof hashes->v1) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
handle_ready (ShoalAppAdder *self, ShoalAppSource *source)
{
  if (!is_repeated (self, source))
    {
      open_dialog (self);
      return;
    }
  drop (self, source);
  shoal_app_source_leave_out (source);
}

static void
handle_link (ShoalAppAdder *self, ShoalAppSource *source)
{
  shoal_app_adder_add_link (self, shoal_app_source_get_link (source));
  drop (self, source);
}

/* TRUE: the engine has answered for one that it was given. */
static gboolean
end_adding (ShoalAppAdder *self, ShoalAppSource *source)
{
  return g_ptr_array_remove (self->adding, source);
}

static void
state_cb (ShoalAppSource *source, GParamSpec *pspec, ShoalAppAdder *self)
{
  g_autoptr (ShoalAppSource) kept G_GNUC_UNUSED = g_object_ref (source);

  switch (shoal_app_source_get_state (source))
    {
    case SHOAL_APP_SOURCE_READING:
    case SHOAL_APP_SOURCE_ADDING:
    case SHOAL_APP_SOURCE_LEFT_OUT:
      break;
    case SHOAL_APP_SOURCE_KNOWN:
      review_known (self);
      break;
    case SHOAL_APP_SOURCE_LINK:
      handle_link (self, source);
      break;
    case SHOAL_APP_SOURCE_READY:
      handle_ready (self, source);
      break;
    case SHOAL_APP_SOURCE_FAILED:
      if (end_adding (self, source))
        shoal_app_notice_say (self->notice, shoal_app_source_get_message (source));
      else
        open_dialog (self);
      break;
    case SHOAL_APP_SOURCE_ADDED:
      if (end_adding (self, source) && !shoal_app_source_is_choice (source))
        shoal_app_adder_show_torrent (self, shoal_app_source_get_torrent (source));
      break;
    }
}

static void
progress_cb (ShoalAppAdder *self, ShoalAppSource *source)
{
  if (shoal_app_source_get_received_bytes (source) >= LARGE_BYTES)
    open_dialog (self);
}

void
shoal_app_adder_take_source (ShoalAppAdder *self, ShoalAppSource *source)
{
  g_signal_connect_object (source, "notify::state", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (source, "progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->sources, source);
}

/* Of the watched folder: it has been read. */
static void
found_cb (ShoalAppAdder *self, ShoalAppSource *source)
{
  shoal_app_adder_take_source (self, source);
  handle_ready (self, source);
}

static void
chosen_cb (ShoalAppAdder *self, GListModel *files)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    g_ptr_array_add (all, g_list_model_get_item (files, i));
  shoal_app_adder_take (self, (GFile **) all->pdata, all->len);
}

static void
shoal_app_adder_dispose (GObject *object)
{
  ShoalAppAdder *self = SHOAL_APP_ADDER (object);

  g_clear_handle_id (&self->patience_source, g_source_remove);
  if (self->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  g_clear_weak_pointer (&self->dialog);
  if (self->link_dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->link_dialog));
  g_clear_weak_pointer (&self->link_dialog);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (shoal_app_session_get_torrents (self->session), self);
    }
  g_clear_object (&self->watch);
  g_clear_object (&self->chooser);
  g_clear_object (&self->notice);
  g_clear_object (&self->sources);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_adder_parent_class)->dispose (object);
}

static void
shoal_app_adder_finalize (GObject *object)
{
  ShoalAppAdder *self = SHOAL_APP_ADDER (object);

  g_ptr_array_unref (self->adding);
  g_ptr_array_unref (self->unwanted);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->taken);
  G_OBJECT_CLASS (shoal_app_adder_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, GType parameter)
{
  return g_signal_new (name,
                       SHOAL_TYPE_APP_ADDER,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       1,
                       parameter);
}

static void
shoal_app_adder_class_init (ShoalAppAdderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_adder_dispose;
  G_OBJECT_CLASS (klass)->finalize = shoal_app_adder_finalize;

  signals[SHOW] = add_signal ("show", G_TYPE_UINT);
  signals[UNWANTED] = add_signal ("unwanted", G_TYPE_PTR_ARRAY);
  signals[TOAST] = add_signal ("toast", ADW_TYPE_TOAST);
}

static void
shoal_app_adder_init (ShoalAppAdder *self)
{
  self->sources = g_list_store_new (SHOAL_TYPE_APP_SOURCE);
  self->adding = g_ptr_array_new_with_free_func (g_object_unref);
  self->unwanted = g_ptr_array_new_with_free_func (g_object_unref);
  self->asked = g_hash_table_new (NULL, NULL);
  self->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Once while it is in the list: whoever closes the dialog has said what is to become of it. */
static void
asking_cb (ShoalAppAdder *self, guint id)
{
  ShoalModelTorrent *torrent = shoal_model_torrents_lookup (
      shoal_app_session_get_torrents (self->session), (ShoalTorrentId){ id });
  g_autoptr (ShoalAppSource) source = NULL;

  if (torrent == NULL || !g_hash_table_add (self->asked, GUINT_TO_POINTER (id)))
    return;
  source = shoal_app_source_new_for_torrent (
      self->session, (ShoalTorrentId){ id }, shoal_model_torrent_get_info (torrent)->name);
  shoal_app_adder_take_source (self, source);
}

static gboolean
is_gone (gpointer key, gpointer value, gpointer torrents)
{
  return shoal_model_torrents_lookup (torrents, (ShoalTorrentId){ GPOINTER_TO_UINT (key) }) == NULL;
}

/* One that comes back by Undo, or by its link once more, is asked about again. */
static void
torrents_changed_cb (ShoalModelTorrents *torrents,
                     guint               position,
                     guint               removed,
                     guint               added,
                     ShoalAppAdder      *self)
{
  if (removed > 0)
    g_hash_table_foreach_remove (self->asked, is_gone, torrents);
}

/* Those that were there before the window was. */
static void
look_for_asking (ShoalAppAdder *self)
{
  GListModel *torrents = G_LIST_MODEL (shoal_app_session_get_torrents (self->session));

  for (guint i = 0; i < g_list_model_get_n_items (torrents); i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (torrents, i);
      const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);

      if (info->is_asking)
        asking_cb (self, info->id.value);
    }
}

static void
watched_toast_cb (ShoalAppAdder *self, AdwToast *toast)
{
  g_signal_emit (self, signals[TOAST], 0, toast);
}

static void
make_parts (ShoalAppAdder *self)
{
  self->notice = shoal_app_notice_new (self->window);
  self->chooser =
      shoal_app_chooser_new (self->window, shoal_app_session_get_settings (self->session));
  self->watch = shoal_app_watch_new (self->session, self->notice);
  g_signal_connect_object (
      self->chooser, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watch, "found", G_CALLBACK (found_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->watch, "toast", G_CALLBACK (watched_toast_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->sources, "items-changed", G_CALLBACK (review_known), self, G_CONNECT_SWAPPED);
}

ShoalAppAdder *
shoal_app_adder_new (GtkWindow *window, ShoalAppSession *session)
{
  ShoalAppAdder *self = g_object_new (SHOAL_TYPE_APP_ADDER, NULL);

  self->window = window;
  self->session = g_object_ref (session);
  make_parts (self);
  g_signal_connect_swapped (session, "asking", G_CALLBACK (asking_cb), self);
  g_signal_connect (shoal_app_session_get_torrents (session),
                    "items-changed",
                    G_CALLBACK (torrents_changed_cb),
                    self);
  look_for_asking (self);
  return self;
}

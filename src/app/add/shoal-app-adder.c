/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-adder.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/add/shoal-app-add-dialog.h"
#include "app/shoal-app-problem.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

/* So long a source may take to be read before the dialog opens to say that it is being read. */
#define PATIENCE_MS 300

struct _ShoalAppAdder
{
  GObject parent_instance;

  GtkWindow       *window;       /* unowned: it owns us */
  ShoalAppSession *session;      /* owned */
  GListStore      *sources;      /* owned, of ShoalAppSource */
  GPtrArray       *done;         /* owned, of ShoalAppSource: those that were added */
  GPtrArray       *unwanted;     /* owned, of ShoalModelTorrent: links that the person said no to */
  GtkWidget       *dialog;       /* weak; NULL: not open */
  GHashTable      *asked;        /* owned: ids of torrents whose files were asked about */
  GtkFileChooserNative *chooser; /* owned; NULL: not open */
  guint                 patience_source;
};

G_DEFINE_FINAL_TYPE (ShoalAppAdder, shoal_app_adder, G_TYPE_OBJECT)

enum
{
  SHOW,
  UNWANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_torrent (ShoalAppAdder *self, ShoalTorrentId id)
{
  if (id.value != 0)
    g_signal_emit (self, signals[SHOW], 0, id.value);
}

static void
tell_failure (ShoalAppAdder *self, const char *sentence)
{
  GtkWidget *message = adw_message_dialog_new (self->window, _ ("Not Added"), NULL);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (message), sentence);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (message), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (message));
}

static void
added_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppAdder *self = SHOAL_APP_ADDER (object);

  if (answer->problem != NULL && answer->problem->code != SHOAL_PROBLEM_DUPLICATE)
    {
      g_autofree char *sentence = shoal_app_problem_dup_sentence (answer->problem);

      tell_failure (self, sentence);
    }
  else
    show_torrent (self, answer->id);
}

/* A link needs no dialog before it is known what it stands for. */
static void
link_added_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppAdder *self = SHOAL_APP_ADDER (object);

  if (answer->problem != NULL && answer->problem->code == SHOAL_PROBLEM_DUPLICATE)
    gtk_widget_activate_action (
        GTK_WIDGET (self->window), "win.toast", "s", _ ("This torrent is in the list already"));
  added_cb (object, answer);
}

static void
add_link (ShoalAppAdder *self, GFile *file)
{
  GSettings       *settings = shoal_app_session_get_settings (self->session);
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *folder = shoal_app_settings_dup_download_folder (settings);
  ShoalAddOptions *options = shoal_add_options_new (folder);

  options->asks = g_settings_get_boolean (settings, SHOAL_APP_KEY_ASK_FILES);
  options->is_paused =
      !options->asks && !g_settings_get_boolean (settings, SHOAL_APP_KEY_START_AT_ONCE);
  options->is_seed = g_settings_get_boolean (settings, SHOAL_APP_KEY_SEED);
  shoal_app_session_add_magnet (self->session, uri, options, link_added_cb, G_OBJECT (self));
}

/* TRUE: it is taken care of. */
static gboolean
add_ready (ShoalAppAdder *self, ShoalAppSource *source, ShoalAppAddDialog *dialog)
{
  ShoalModelTree  *tree = shoal_app_source_get_tree (source);
  ShoalTorrentId   id = shoal_app_source_get_torrent (source);
  ShoalAddOptions *options;

  if (shoal_app_source_get_state (source) != SHOAL_APP_SOURCE_READY ||
      shoal_model_tree_get_n_wanted (tree) == 0)
    return FALSE;
  options = shoal_app_add_dialog_dup_options (dialog, source);
  if (id.value != 0)
    shoal_app_session_choose (self->session, id, options);
  else
    shoal_app_session_add (
        self->session, shoal_app_source_get_bytes (source), options, added_cb, G_OBJECT (self));
  return TRUE;
}

static void
add_cb (ShoalAppAdder *self, ShoalAppAddDialog *dialog)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->sources)); i-- > 0;)
    {
      g_autoptr (ShoalAppSource) source = g_list_model_get_item (G_LIST_MODEL (self->sources), i);

      if (add_ready (self, source, dialog))
        g_ptr_array_add (self->done, g_object_ref (source));
    }
  shoal_app_add_dialog_remember (dialog);
  gtk_window_close (GTK_WINDOW (dialog));
}

/* A link that is not to stay in the list: nothing of it was fetched. */
static void
refuse (ShoalAppAdder *self, ShoalAppSource *source)
{
  ShoalModelTorrent *torrent = shoal_model_torrents_lookup (
      shoal_app_session_get_torrents (self->session), shoal_app_source_get_torrent (source));

  if (torrent != NULL)
    g_ptr_array_add (self->unwanted, g_object_ref (torrent));
}

/* Nobody could have seen what is in those that are still being read: files are meant by Cancel all
 * the same, since they were given just now; a link may have come to the dialog by itself. */
static gboolean
is_decided (ShoalAppAdder *self, ShoalAppSource *source)
{
  return shoal_app_source_get_state (source) != SHOAL_APP_SOURCE_READING ||
         (self->done->len == 0 && shoal_app_source_get_torrent (source).value == 0);
}

static void
drop_decided (ShoalAppAdder *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->sources)); i-- > 0;)
    {
      g_autoptr (ShoalAppSource) source = g_list_model_get_item (G_LIST_MODEL (self->sources), i);

      if (!is_decided (self, source))
        continue;
      if (shoal_app_source_get_state (source) == SHOAL_APP_SOURCE_READY &&
          !g_ptr_array_find (self->done, source, NULL))
        refuse (self, source);
      g_list_store_remove (self->sources, i);
    }
}

static void
tell_unwanted (ShoalAppAdder *self)
{
  g_autoptr (GPtrArray) torrents = g_steal_pointer (&self->unwanted);

  self->unwanted = g_ptr_array_new_with_free_func (g_object_unref);
  if (torrents->len > 0)
    g_signal_emit (self, signals[UNWANTED], 0, torrents);
}

static void wait_for_sources (ShoalAppAdder *self);

static gboolean
close_request_cb (ShoalAppAdder *self)
{
  g_clear_weak_pointer (&self->dialog);
  drop_decided (self);
  g_ptr_array_set_size (self->done, 0);
  tell_unwanted (self);
  wait_for_sources (self);
  return GDK_EVENT_PROPAGATE;
}

static void
open_dialog (ShoalAppAdder *self)
{
  g_clear_handle_id (&self->patience_source, g_source_remove);
  if (self->dialog != NULL)
    return;
  g_set_weak_pointer (&self->dialog,
                      shoal_app_add_dialog_new (self->window,
                                                self->sources,
                                                shoal_app_session_get_settings (self->session)));
  g_signal_connect_object (self->dialog, "add", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->dialog, "close-request", G_CALLBACK (close_request_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialog, "leave-out", G_CALLBACK (refuse), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->dialog));
}

static gboolean
patience_cb (gpointer user_data)
{
  ShoalAppAdder *self = user_data;

  self->patience_source = 0;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->sources)) > 0)
    open_dialog (self);
  return G_SOURCE_REMOVE;
}

/* They may be read before anybody would see a dialog come. */
static void
wait_for_sources (ShoalAppAdder *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->sources)) > 0 && self->dialog == NULL &&
      self->patience_source == 0)
    self->patience_source = g_timeout_add (PATIENCE_MS, patience_cb, self);
}

/* A torrent that is in the list already needs no dialog: its row is shown instead. */
static void
drop_known (ShoalAppAdder *self, ShoalAppSource *source)
{
  guint position;

  show_torrent (self, shoal_app_source_get_contents (source)->known_as);
  gtk_widget_activate_action (
      GTK_WIDGET (self->window), "win.toast", "s", _ ("This torrent is in the list already"));
  if (g_list_store_find (self->sources, source, &position))
    g_list_store_remove (self->sources, position);
}

static void
state_cb (ShoalAppSource *source, GParamSpec *pspec, ShoalAppAdder *self)
{
  switch (shoal_app_source_get_state (source))
    {
    case SHOAL_APP_SOURCE_READING:
      break;
    case SHOAL_APP_SOURCE_KNOWN:
      drop_known (self, source);
      break;
    case SHOAL_APP_SOURCE_READY:
    case SHOAL_APP_SOURCE_FAILED:
      open_dialog (self);
      break;
    }
}

static void
chooser_response_cb (ShoalAppAdder *self, int response, GtkNativeDialog *dialog)
{
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      shoal_app_adder_take (self, &file, 1);
    }
  g_clear_object (&self->chooser);
}

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *suffix)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  if (suffix != NULL)
    {
      gtk_file_filter_add_mime_type (filter, "application/x-bittorrent");
      gtk_file_filter_add_suffix (filter, suffix);
    }
  else
    gtk_file_filter_add_pattern (filter, "*");
  gtk_file_chooser_add_filter (chooser, filter);
}

static void
shoal_app_adder_dispose (GObject *object)
{
  ShoalAppAdder *self = SHOAL_APP_ADDER (object);

  g_clear_handle_id (&self->patience_source, g_source_remove);
  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  if (self->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  g_clear_weak_pointer (&self->dialog);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (shoal_app_session_get_torrents (self->session), self);
    }
  g_clear_object (&self->sources);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_adder_parent_class)->dispose (object);
}

static void
shoal_app_adder_finalize (GObject *object)
{
  ShoalAppAdder *self = SHOAL_APP_ADDER (object);

  g_ptr_array_unref (self->done);
  g_ptr_array_unref (self->unwanted);
  g_hash_table_unref (self->asked);
  G_OBJECT_CLASS (shoal_app_adder_parent_class)->finalize (object);
}

static void
shoal_app_adder_class_init (ShoalAppAdderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_adder_dispose;
  G_OBJECT_CLASS (klass)->finalize = shoal_app_adder_finalize;

  signals[SHOW] = g_signal_new ("show",
                                G_TYPE_FROM_CLASS (klass),
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                1,
                                G_TYPE_UINT);
  signals[UNWANTED] = g_signal_new ("unwanted",
                                    G_TYPE_FROM_CLASS (klass),
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    1,
                                    G_TYPE_PTR_ARRAY);
}

static void
shoal_app_adder_init (ShoalAppAdder *self)
{
  self->sources = g_list_store_new (SHOAL_TYPE_APP_SOURCE);
  self->done = g_ptr_array_new_with_free_func (g_object_unref);
  self->unwanted = g_ptr_array_new_with_free_func (g_object_unref);
  self->asked = g_hash_table_new (NULL, NULL);
}

static void
take_source (ShoalAppAdder *self, ShoalAppSource *source)
{
  g_signal_connect_object (source, "notify::state", G_CALLBACK (state_cb), self, 0);
  g_list_store_append (self->sources, source);
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
  take_source (self, source);
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

ShoalAppAdder *
shoal_app_adder_new (GtkWindow *window, ShoalAppSession *session)
{
  ShoalAppAdder *self = g_object_new (SHOAL_TYPE_APP_ADDER, NULL);

  self->window = window;
  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "asking", G_CALLBACK (asking_cb), self);
  g_signal_connect (shoal_app_session_get_torrents (session),
                    "items-changed",
                    G_CALLBACK (torrents_changed_cb),
                    self);
  look_for_asking (self);
  return self;
}

void
shoal_app_adder_take (ShoalAppAdder *self, GFile **files, guint n_files)
{
  g_return_if_fail (SHOAL_IS_APP_ADDER (self));

  for (guint i = 0; i < n_files; i++)
    {
      g_autoptr (ShoalAppSource) source = NULL;

      if (g_file_has_uri_scheme (files[i], "magnet"))
        {
          add_link (self, files[i]);
          continue;
        }
      source = shoal_app_source_new (self->session, files[i]);
      take_source (self, source);
    }
  wait_for_sources (self);
}

void
shoal_app_adder_choose (ShoalAppAdder *self)
{
  g_return_if_fail (SHOAL_IS_APP_ADDER (self));

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (
      _ ("Add Torrents"), self->window, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  add_filter (GTK_FILE_CHOOSER (self->chooser), _ ("Torrents"), "torrent");
  add_filter (GTK_FILE_CHOOSER (self->chooser), _ ("All Files"), NULL);
  g_signal_connect_object (
      self->chooser, "response", G_CALLBACK (chooser_response_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

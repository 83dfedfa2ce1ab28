/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-removal.h"

#include <glib/gi18n.h>

#include "app/shoal-app-problem.h"
#include "app/shoal-app-text.h"
#include "app/torrents/shoal-app-places.h"

#define UNDO_SEC 10

/* A toast of libadwaita 1.2 that is dismissed while it still comes in ends in freed memory, so it
 * stays for at least so long; and a further removal gives it a new title, not a successor. */
#define SETTLED_MS 700

struct _ShoalAppRemoval
{
  GObject parent_instance;

  AdwToastOverlay *toasts;     /* unowned: its window owns us */
  ShoalAppSession *session;    /* owned */
  GArray          *hidden;     /* owned, of ShoalTorrentId: what Undo would bring back */
  AdwToast        *toast;      /* owned; the one with Undo; NULL: none */
  gint64           toast_usec; /* when it came */
  guint            undo_source;
};

G_DEFINE_FINAL_TYPE (ShoalAppRemoval, shoal_app_removal, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CAN_UNDO,
  N_PROPS
};

enum
{
  SHOW,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static void
removed_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppRemoval *self = SHOAL_APP_REMOVAL (object);
  g_autofree char *sentence = NULL;
  GtkWidget       *message;

  if (answer->problem == NULL || answer->problem->code == SHOAL_PROBLEM_NOT_FOUND)
    return;
  sentence = shoal_app_problem_dup_sentence (answer->problem);
  message = adw_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self->toasts))), _ ("Not Deleted"), NULL);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (message), sentence);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (message), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (message));
}

static void
remove_all (ShoalAppRemoval *self, GArray *ids, gboolean with_files)
{
  for (guint i = 0; i < ids->len; i++)
    shoal_app_session_remove (self->session,
                              g_array_index (ids, ShoalTorrentId, i),
                              with_files,
                              removed_cb,
                              G_OBJECT (self));
}

static gboolean
dismiss_cb (gpointer toast)
{
  adw_toast_dismiss (toast);
  return G_SOURCE_REMOVE;
}

/* The toast is let go without its "dismissed" being heard. */
static void
drop_toast (ShoalAppRemoval *self)
{
  gint64 age_ms = (g_get_monotonic_time () - self->toast_usec) / 1000;

  g_clear_handle_id (&self->undo_source, g_source_remove);
  if (self->toast == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->toast, self);
  g_timeout_add_full (G_PRIORITY_DEFAULT,
                      (guint) CLAMP (SETTLED_MS - age_ms, 0, SETTLED_MS),
                      dismiss_cb,
                      g_steal_pointer (&self->toast),
                      g_object_unref);
}

static void
end_undo (ShoalAppRemoval *self)
{
  drop_toast (self);
  remove_all (self, self->hidden, FALSE);
  g_array_set_size (self->hidden, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
}

static gboolean
undo_timeout_cb (gpointer user_data)
{
  ShoalAppRemoval *self = user_data;

  self->undo_source = 0;
  end_undo (self);
  return G_SOURCE_REMOVE;
}

static void
dismissed_cb (ShoalAppRemoval *self)
{
  g_clear_object (&self->toast);
  end_undo (self);
}

/* A toast's title is markup, and the name is a stranger's. */
static char *
dup_toast_title (ShoalAppRemoval *self, const char *last, gboolean has_left)
{
  g_autofree char *name = shoal_app_text_dup_markup (last);
  g_autofree char *number = g_strdup_printf ("%u", self->hidden->len);
  ShoalAppTextPart parts[] = { { "name", name }, { "n", number } };

  if (self->hidden->len == 1)
    return shoal_app_text_fill (has_left ? _ ("“{name}” reached its goal and left the list")
                                         : _ ("Removed “{name}”"),
                                parts,
                                G_N_ELEMENTS (parts));
  return shoal_app_text_fill (
      ngettext ("Removed {n} torrent", "Removed {n} torrents", self->hidden->len),
      parts,
      G_N_ELEMENTS (parts));
}

static void
add_toast (ShoalAppRemoval *self, const char *title)
{
  self->toast = adw_toast_new (title);
  self->toast_usec = g_get_monotonic_time ();
  adw_toast_set_button_label (self->toast, _ ("_Undo"));
  adw_toast_set_action_name (self->toast, "win.undo");
  adw_toast_set_timeout (self->toast, 0);
  /* Its time runs: it does not wait for one that only says that something was copied. */
  adw_toast_set_priority (self->toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_object (
      self->toast, "dismissed", G_CALLBACK (dismissed_cb), self, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, g_object_ref (self->toast));
}

/* @last: the name of the last one; @has_left: by itself. */
static void
show_toast (ShoalAppRemoval *self, const char *last, gboolean has_left)
{
  g_autofree char *title = dup_toast_title (self, last, has_left);

  if (self->toast == NULL)
    add_toast (self, title);
  else
    adw_toast_set_title (self->toast, title);
  g_clear_handle_id (&self->undo_source, g_source_remove);
  self->undo_source = g_timeout_add_seconds (UNDO_SEC, undo_timeout_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
}

static void
hide (ShoalAppRemoval *self, GPtrArray *torrents)
{
  ShoalModelTorrent *last = g_ptr_array_index (torrents, torrents->len - 1);

  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalTorrentId id = shoal_model_torrent_get_id (g_ptr_array_index (torrents, i));

      g_array_append_val (self->hidden, id);
      shoal_app_session_set_hidden (self->session, id, TRUE);
    }
  show_toast (self, shoal_model_torrent_get_info (last)->name, FALSE);
}

/* Of those in the list, but for the ones in @leaving; NULL: none. */
static ShoalModelTorrent *
find_overlapping (ShoalAppRemoval *self, GHashTable *leaving, ShoalAppPlaces *places)
{
  GListModel *list = G_LIST_MODEL (shoal_app_session_get_torrents (self->session));
  guint       n = g_list_model_get_n_items (list);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalModelTorrent) other = g_list_model_get_item (list, i);
      const char *path = shoal_model_torrent_get_info (other)->data_path;

      if (path != NULL && !g_hash_table_contains (leaving, other) &&
          shoal_app_places_overlap (places, path))
        return other; /* the list has it */
    }
  return NULL;
}

/* One that stays in the list and has files in the same place: those stay too. NULL: none. */
static ShoalModelTorrent *
find_sharer (ShoalAppRemoval *self, GPtrArray *torrents)
{
  g_autoptr (ShoalAppPlaces) places = shoal_app_places_new ();
  g_autoptr (GHashTable) leaving = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalModelTorrent *torrent = g_ptr_array_index (torrents, i);
      const char        *path = shoal_model_torrent_get_info (torrent)->data_path;

      g_hash_table_add (leaving, torrent);
      if (path != NULL)
        shoal_app_places_add (places, path);
    }
  return find_overlapping (self, leaving, places);
}

/* How much goes is not known then. */
static char *
dup_question_shared (GPtrArray *torrents, ShoalModelTorrent *sharer)
{
  g_autofree char *number = g_strdup_printf ("%u", torrents->len);
  g_autofree char *name = shoal_app_text_dup_visible (
      shoal_model_torrent_get_info (g_ptr_array_index (torrents, 0))->name);
  g_autofree char *other = shoal_app_text_dup_visible (shoal_model_torrent_get_info (sharer)->name);
  ShoalAppTextPart parts[] = { { "n", number }, { "name", name }, { "other", other } };

  if (torrents->len == 1)
    return shoal_app_text_fill (
        _ ("“{name}” leaves the list, and what was downloaded of it is deleted from the disk, "
           "except "
           "files that “{other}”, also in the list, has in the same place. This cannot be undone."),
        parts,
        G_N_ELEMENTS (parts));
  return shoal_app_text_fill (
      ngettext (
          "{n} torrent leaves the list, and what was downloaded of it is deleted from the "
          "disk, except files that other torrents in the list, such as “{other}”, have in the "
          "same place. This cannot be undone.",
          "{n} torrents leave the list, and what was downloaded of them is deleted from the "
          "disk, except files that other torrents in the list, such as “{other}”, have in the "
          "same place. This cannot be undone.",
          torrents->len),
      parts,
      G_N_ELEMENTS (parts));
}

static char *
dup_question (ShoalAppRemoval *self, GPtrArray *torrents)
{
  g_autofree char   *number = g_strdup_printf ("%u", torrents->len);
  g_autofree char   *name = NULL;
  g_autofree char   *size = NULL;
  ShoalModelTorrent *sharer = find_sharer (self, torrents);
  ShoalAppTextPart   parts[3] = { { "n", number } };
  guint64            bytes = 0;

  if (sharer != NULL)
    return dup_question_shared (torrents, sharer);
  for (guint i = 0; i < torrents->len; i++)
    bytes += shoal_model_torrent_get_info (g_ptr_array_index (torrents, i))->done_bytes;
  size = g_format_size (bytes);
  name = shoal_app_text_dup_visible (
      shoal_model_torrent_get_info (g_ptr_array_index (torrents, 0))->name);
  parts[1] = (ShoalAppTextPart){ "name", name };
  parts[2] = (ShoalAppTextPart){ "size", size };
  if (torrents->len == 1)
    return shoal_app_text_fill (
        _ ("“{name}” leaves the list, and what was downloaded of it, {size}, is deleted from the "
           "disk. This cannot be undone."),
        parts,
        G_N_ELEMENTS (parts));
  return shoal_app_text_fill (ngettext ("{n} torrent leaves the list, and what was downloaded of "
                                        "it, {size}, is deleted from the disk. This cannot be "
                                        "undone.",
                                        "{n} torrents leave the list, and what was downloaded of "
                                        "them, {size}, is deleted from the disk. This cannot be "
                                        "undone.",
                                        torrents->len),
                              parts,
                              G_N_ELEMENTS (parts));
}

/* What the question was about is remembered with it: the list may change while it is open. */
static void
response_cb (AdwMessageDialog *dialog, const char *response, ShoalAppRemoval *self)
{
  GArray *ids = g_object_get_data (G_OBJECT (dialog), "ids");

  if (g_str_equal (response, "delete"))
    remove_all (self, ids, TRUE);
}

static void
ask (ShoalAppRemoval *self, GPtrArray *torrents)
{
  GtkWindow        *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self->toasts)));
  g_autofree char  *question = dup_question (self, torrents);
  GArray           *ids = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  AdwMessageDialog *dialog =
      ADW_MESSAGE_DIALOG (adw_message_dialog_new (window, _ ("Delete Files?"), NULL));

  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalTorrentId id = shoal_model_torrent_get_id (g_ptr_array_index (torrents, i));

      g_array_append_val (ids, id);
    }
  g_object_set_data_full (G_OBJECT (dialog), "ids", ids, (GDestroyNotify) g_array_unref);
  adw_message_dialog_set_body (dialog, question);
  adw_message_dialog_add_response (dialog, "cancel", _ ("_Cancel"));
  adw_message_dialog_add_response (dialog, "delete", _ ("_Delete"));
  adw_message_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
shoal_app_removal_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, shoal_app_removal_get_can_undo (SHOAL_APP_REMOVAL (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_removal_dispose (GObject *object)
{
  ShoalAppRemoval *self = SHOAL_APP_REMOVAL (object);

  g_clear_handle_id (&self->undo_source, g_source_remove);
  if (self->toast != NULL)
    g_signal_handlers_disconnect_by_data (self->toast, self);
  g_clear_object (&self->toast);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_removal_parent_class)->dispose (object);
}

static void
shoal_app_removal_finalize (GObject *object)
{
  ShoalAppRemoval *self = SHOAL_APP_REMOVAL (object);

  g_clear_pointer (&self->hidden, g_array_unref);
  G_OBJECT_CLASS (shoal_app_removal_parent_class)->finalize (object);
}

static void
shoal_app_removal_class_init (ShoalAppRemovalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = shoal_app_removal_get_property;
  object_class->dispose = shoal_app_removal_dispose;
  object_class->finalize = shoal_app_removal_finalize;

  properties[PROP_CAN_UNDO] = g_param_spec_boolean (
      "can-undo", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

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
}

static void
shoal_app_removal_init (ShoalAppRemoval *self)
{
  self->hidden = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
}

ShoalAppRemoval *
shoal_app_removal_new (AdwToastOverlay *toasts, ShoalAppSession *session)
{
  ShoalAppRemoval *self = g_object_new (SHOAL_TYPE_APP_REMOVAL, NULL);

  self->toasts = toasts;
  self->session = g_object_ref (session);
  return self;
}

void
shoal_app_removal_take (ShoalAppRemoval *self, GPtrArray *torrents, gboolean with_files)
{
  g_return_if_fail (SHOAL_IS_APP_REMOVAL (self));

  if (torrents->len == 0)
    return;
  if (with_files)
    ask (self, torrents);
  else
    hide (self, torrents);
}

void
shoal_app_removal_note_left (ShoalAppRemoval *self, ShoalTorrentId id, const char *name)
{
  g_return_if_fail (SHOAL_IS_APP_REMOVAL (self));

  g_array_append_val (self->hidden, id);
  show_toast (self, name, TRUE);
}

void
shoal_app_removal_undo (ShoalAppRemoval *self)
{
  g_return_if_fail (SHOAL_IS_APP_REMOVAL (self));

  drop_toast (self);
  for (guint i = 0; i < self->hidden->len; i++)
    {
      ShoalTorrentId id = g_array_index (self->hidden, ShoalTorrentId, i);

      shoal_app_session_set_hidden (self->session, id, FALSE);
      g_signal_emit (self, signals[SHOW], 0, id.value);
    }
  g_array_set_size (self->hidden, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
}

gboolean
shoal_app_removal_get_can_undo (ShoalAppRemoval *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_REMOVAL (self), FALSE);
  return self->hidden->len > 0;
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-actions.h"

#include <glib/gi18n.h>

#include "app/filters/shoal-app-labels.h"
#include "app/shoal-app-launch.h"
#include "app/shoal-app-problem.h"
#include "app/torrents/shoal-app-magnet.h"
#include "app/torrents/shoal-app-mover.h"
#include "app/torrents/shoal-app-rename.h"
#include "app/torrents/shoal-app-row.h"

struct _ShoalAppActions
{
  GObject parent_instance;

  GtkWidget          *widget;     /* unowned: it owns us */
  ShoalAppCollection *collection; /* owned */
  GSimpleActionGroup *group;      /* owned */
  ShoalAppMover      *mover;      /* owned */
  GtkWidget          *view;       /* weak; the one that is shown; NULL: none */
  ShoalAppFocusFunc   get_focused;
};

G_DEFINE_FINAL_TYPE (ShoalAppActions, shoal_app_actions, G_TYPE_OBJECT)

enum
{
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static ShoalAppSession *
get_session (ShoalAppActions *self)
{
  return shoal_app_collection_get_session (self->collection);
}

static void
pause_one (ShoalAppActions *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_paused (get_session (self), torrent, TRUE);
}

static void
resume_one (ShoalAppActions *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_paused (get_session (self), torrent, FALSE);
}

static void
retry_one (ShoalAppActions *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_retry (get_session (self), shoal_model_torrent_get_id (torrent));
}

static void
verify_one (ShoalAppActions *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_verify (get_session (self), shoal_model_torrent_get_id (torrent));
}

static void
cancel_move_one (ShoalAppActions *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_cancel_move (get_session (self), shoal_model_torrent_get_id (torrent));
}

static void
seed_one (ShoalAppActions *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_seed (get_session (self), torrent, TRUE);
}

static void
unseed_one (ShoalAppActions *self, ShoalModelTorrent *torrent)
{
  shoal_app_session_set_seed (get_session (self), torrent, FALSE);
}

typedef void (*TorrentFunc) (ShoalAppActions *self, ShoalModelTorrent *torrent);

static void
for_targets (ShoalAppActions *self, TorrentFunc func)
{
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);

  for (guint i = 0; i < torrents->len; i++)
    func (self, g_ptr_array_index (torrents, i));
}

static void
press_one (ShoalAppActions *self, ShoalModelTorrent *torrent)
{
  switch (shoal_app_row_get_press (torrent))
    {
    case SHOAL_APP_PRESS_PAUSE:
      pause_one (self, torrent);
      break;
    case SHOAL_APP_PRESS_RESUME:
      resume_one (self, torrent);
      break;
    case SHOAL_APP_PRESS_RETRY:
      retry_one (self, torrent);
      break;
    }
}

/* What is true of a torrent, or of at least one of several; one bit each. */
typedef enum
{
  SOME_PAUSED = 1 << 0,
  SOME_RUNNING = 1 << 1,
  SOME_SEED = 1 << 2,
  SOME_NO_SEED = 1 << 3,
  SOME_IN_TROUBLE = 1 << 4,
  SOME_VERIFIABLE = 1 << 5,
  SOME_MOVABLE = 1 << 6,
  SOME_MOVING = 1 << 7,
  SOME_QUEUED = 1 << 8,
  SOME_RENAMABLE = 1 << 9, /* and there is no other */
} Traits;

static Traits
get_traits (ShoalModelTorrent *torrent)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);
  Traits                  traits = 0;

  traits |= shoal_model_torrent_get_is_paused (torrent) ? SOME_PAUSED : SOME_RUNNING;
  traits |= shoal_model_torrent_get_is_seed (torrent) ? SOME_SEED : SOME_NO_SEED;
  if (info->state == SHOAL_TORRENT_STATE_STOPPED ||
      (info->problem != NULL && shoal_app_problem_can_retry (info->problem)))
    traits |= SOME_IN_TROUBLE;
  if (info->state != SHOAL_TORRENT_STATE_CHECKING && info->state != SHOAL_TORRENT_STATE_MOVING &&
      !info->is_magnet)
    traits |= SOME_VERIFIABLE;
  traits |= info->state == SHOAL_TORRENT_STATE_MOVING ? SOME_MOVING : SOME_MOVABLE;
  if (info->state == SHOAL_TORRENT_STATE_QUEUED)
    traits |= SOME_QUEUED;
  return traits;
}

/* What can be done makes sense for some; of several it is done to those. */
static const struct
{
  const char *name;
  Traits      needs;
  TorrentFunc func; /* NULL: it is not done to each */
} needs[] = {
  { "pause", SOME_RUNNING, pause_one },
  { "resume", SOME_PAUSED, resume_one },
  { "retry", SOME_IN_TROUBLE, retry_one },
  { "seed", SOME_NO_SEED, seed_one },
  { "stop-seeding", SOME_SEED, unseed_one },
  { "verify", SOME_VERIFIABLE, verify_one },
  { "move", SOME_MOVABLE, NULL },
  { "cancel-move", SOME_MOVING, cancel_move_one },
  { "start-now", SOME_QUEUED, NULL },
  { "rename", SOME_RENAMABLE, NULL },
};

static void
each_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (user_data);
  const char *name = g_action_get_name (G_ACTION (action));
  guint       which = 0;

  while (!g_str_equal (needs[which].name, name))
    which++;
  for (guint i = 0; i < torrents->len; i++)
    if (get_traits (g_ptr_array_index (torrents, i)) & needs[which].needs)
      needs[which].func (user_data, g_ptr_array_index (torrents, i));
}

static ShoalModelTorrent *
lookup (ShoalAppActions *self, guint32 id)
{
  return shoal_model_torrents_lookup (shoal_app_session_get_torrents (get_session (self)),
                                      (ShoalTorrentId){ id });
}

static void
press_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppActions   *self = user_data;
  ShoalModelTorrent *torrent = lookup (self, g_variant_get_uint32 (parameter));

  if (torrent != NULL)
    press_one (self, torrent);
}

static void
set_seed_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppActions   *self = user_data;
  ShoalModelTorrent *torrent;
  guint32            id;
  gboolean           is_seed;

  g_variant_get (parameter, "(ub)", &id, &is_seed);
  torrent = lookup (self, id);
  if (torrent != NULL)
    shoal_app_session_set_seed (get_session (self), torrent, is_seed);
}

static void
move_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppActions *self = user_data;
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);

  shoal_app_mover_ask (self->mover, torrents);
}

/* Several are brought to one state: that which the first of them does not have. */
static void
toggle_pause_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (user_data);

  if (torrents->len == 1)
    press_one (user_data, g_ptr_array_index (torrents, 0));
  else if (torrents->len > 1)
    for_targets (user_data,
                 shoal_model_torrent_get_is_paused (g_ptr_array_index (torrents, 0)) ? resume_one
                                                                                     : pause_one);
}

static void
toggle_seed_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (user_data);

  if (torrents->len > 0)
    for_targets (user_data,
                 shoal_model_torrent_get_is_seed (g_ptr_array_index (torrents, 0)) ? unseed_one
                                                                                   : seed_one);
}

/* The queue knows an order of its own: the targets move in that one. */
static int
compare_places (gconstpointer a, gconstpointer b)
{
  return shoal_model_order_compare (SHOAL_MODEL_ORDER_QUEUE,
                                    FALSE,
                                    *(ShoalModelTorrent *const *) a,
                                    *(ShoalModelTorrent *const *) b);
}

static void
enqueue (ShoalAppActions *self, ShoalQueuePlace place)
{
  g_autoptr (GPtrArray) targets = shoal_app_actions_ref_targets (self);
  g_autoptr (GPtrArray) torrents =
      g_ptr_array_copy (targets, (GCopyFunc) (void *) g_object_ref, NULL);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));

  g_ptr_array_sort (torrents, compare_places);
  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalTorrentId id = shoal_model_torrent_get_id (g_ptr_array_index (torrents, i));

      g_array_append_val (ids, id);
    }
  shoal_app_session_enqueue (get_session (self), ids, place, (ShoalTorrentId){ 0 });
}

static void
enqueue_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const words[] = { [SHOAL_QUEUE_TOP] = "top",
                                       [SHOAL_QUEUE_UP] = "up",
                                       [SHOAL_QUEUE_DOWN] = "down",
                                       [SHOAL_QUEUE_BOTTOM] = "bottom" };
  const char              *word = g_variant_get_string (parameter, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], word))
      enqueue (user_data, (ShoalQueuePlace) i);
}

/* Their turn comes before that of all others; who was paused is not any more. */
static void
start_now_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  for_targets (user_data, resume_one);
  enqueue (user_data, SHOAL_QUEUE_TOP);
}

static void
rename_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppActions *self = user_data;
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);

  if (torrents->len == 1 && shoal_app_rename_is_possible (g_ptr_array_index (torrents, 0)))
    shoal_app_rename_ask (self->widget, get_session (self), g_ptr_array_index (torrents, 0));
}

static void
open_folder_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppActions *self = user_data;
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);
  const ShoalTorrentInfo *info;

  if (torrents->len == 0)
    return;
  info = shoal_model_torrent_get_info (g_ptr_array_index (torrents, 0));
  shoal_app_launch_show_path (self->widget, info->data_path, info->save_path);
}

static void
copy_name_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppActions *self = user_data;
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalModelTorrent *torrent = g_ptr_array_index (torrents, i);

      g_string_append (names, i > 0 ? "\n" : "");
      g_string_append (names, shoal_model_torrent_get_info (torrent)->name);
    }
  if (torrents->len == 0)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (self->widget), names->str);
  gtk_widget_activate_action (
      self->widget, "win.toast", "s", ngettext ("Name copied", "Names copied", torrents->len));
}

static void
copy_link_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppActions *self = user_data;
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);

  if (torrents->len > 0)
    shoal_app_magnet_copy (self->widget, get_session (self), torrents);
}

static void
new_label_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ShoalAppActions *self = user_data;
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);

  if (torrents->len > 0)
    shoal_app_labels_ask_new (
        GTK_WINDOW (gtk_widget_get_root (self->widget)), get_session (self), torrents);
}

static void
emit_remove (ShoalAppActions *self, gboolean with_files)
{
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);

  if (torrents->len > 0)
    g_signal_emit (self, signals[REMOVE], 0, torrents, with_files);
}

static void
remove_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  emit_remove (user_data, FALSE);
}

static void
delete_files_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  emit_remove (user_data, TRUE);
}

static const GActionEntry entries[] = {
  { "press", press_action, "u", NULL, NULL, { 0 } },
  { "set-seed", set_seed_action, "(ub)", NULL, NULL, { 0 } },
  { "toggle-pause", toggle_pause_action, NULL, NULL, NULL, { 0 } },
  { "toggle-seed", toggle_seed_action, NULL, NULL, NULL, { 0 } },
  { "pause", each_action, NULL, NULL, NULL, { 0 } },
  { "resume", each_action, NULL, NULL, NULL, { 0 } },
  { "retry", each_action, NULL, NULL, NULL, { 0 } },
  { "seed", each_action, NULL, NULL, NULL, { 0 } },
  { "stop-seeding", each_action, NULL, NULL, NULL, { 0 } },
  { "enqueue", enqueue_action, "s", NULL, NULL, { 0 } },
  { "start-now", start_now_action, NULL, NULL, NULL, { 0 } },
  { "rename", rename_action, NULL, NULL, NULL, { 0 } },
  /* By its key it must not depend on the row whose menu was open last. */
  { "edit-name", rename_action, NULL, NULL, NULL, { 0 } },
  { "move", move_action, NULL, NULL, NULL, { 0 } },
  { "cancel-move", each_action, NULL, NULL, NULL, { 0 } },
  { "open-folder", open_folder_action, NULL, NULL, NULL, { 0 } },
  { "verify", each_action, NULL, NULL, NULL, { 0 } },
  { "copy-name", copy_name_action, NULL, NULL, NULL, { 0 } },
  { "copy-link", copy_link_action, NULL, NULL, NULL, { 0 } },
  { "new-label", new_label_action, NULL, NULL, NULL, { 0 } },
  { "remove", remove_action, NULL, NULL, NULL, { 0 } },
  { "delete-files", delete_files_action, NULL, NULL, NULL, { 0 } },
};

static void
shoal_app_actions_dispose (GObject *object)
{
  ShoalAppActions *self = SHOAL_APP_ACTIONS (object);

  g_clear_weak_pointer (&self->view);
  g_clear_pointer (&self->mover, shoal_app_mover_free);
  g_clear_object (&self->group);
  g_clear_object (&self->collection);
  G_OBJECT_CLASS (shoal_app_actions_parent_class)->dispose (object);
}

static void
shoal_app_actions_class_init (ShoalAppActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_actions_dispose;

  signals[REMOVE] = g_signal_new ("remove",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  2,
                                  G_TYPE_PTR_ARRAY,
                                  G_TYPE_BOOLEAN);
}

static void
shoal_app_actions_init (ShoalAppActions *self)
{
  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (
      G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries), self);
}

ShoalAppActions *
shoal_app_actions_new (GtkWidget *widget, ShoalAppCollection *collection)
{
  ShoalAppActions *self = g_object_new (SHOAL_TYPE_APP_ACTIONS, NULL);

  self->widget = widget;
  self->collection = g_object_ref (collection);
  self->mover = shoal_app_mover_new (widget, shoal_app_collection_get_session (collection));
  gtk_widget_insert_action_group (widget, "torrent", G_ACTION_GROUP (self->group));
  return self;
}

ShoalAppCollection *
shoal_app_actions_get_collection (ShoalAppActions *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_ACTIONS (self), NULL);
  return self->collection;
}

void
shoal_app_actions_set_view (ShoalAppActions *self, GtkWidget *view, ShoalAppFocusFunc get_focused)
{
  g_return_if_fail (SHOAL_IS_APP_ACTIONS (self));
  g_set_weak_pointer (&self->view, view);
  self->get_focused = get_focused;
}

GPtrArray *
shoal_app_actions_ref_targets (ShoalAppActions *self)
{
  ShoalModelTorrent *focused = NULL;
  GPtrArray         *torrents;

  g_return_val_if_fail (SHOAL_IS_APP_ACTIONS (self), NULL);

  torrents = shoal_app_collection_ref_selected (self->collection);
  if (self->view != NULL)
    focused = self->get_focused (self->view);
  if (focused == NULL || g_ptr_array_find (torrents, focused, NULL))
    return torrents;
  g_ptr_array_unref (torrents);
  torrents = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (torrents, g_object_ref (focused));
  return torrents;
}

void
shoal_app_actions_update (ShoalAppActions *self)
{
  g_autoptr (GPtrArray) torrents = shoal_app_actions_ref_targets (self);
  Traits traits = 0;

  for (guint i = 0; i < torrents->len; i++)
    traits |= get_traits (g_ptr_array_index (torrents, i));
  if (torrents->len == 1 && shoal_app_rename_is_possible (g_ptr_array_index (torrents, 0)))
    traits |= SOME_RENAMABLE;
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->group), needs[i].name);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), (traits & needs[i].needs) != 0);
    }
}

static const struct
{
  const char *trigger;
  const char *action;
  const char *argument; /* NULL: none */
} keys[] = {
  { "<Control>space", "torrent.toggle-pause", NULL },
  { "<Control>e", "torrent.toggle-seed", NULL },
  { "<Control>c", "torrent.copy-name", NULL },
  { "<Control><Shift>c", "torrent.copy-link", NULL },
  { "<Control>l", "torrent.new-label", NULL },
  { "F2", "torrent.edit-name", NULL },
  { "Delete|KP_Delete", "torrent.remove", NULL },
  { "<Shift>Delete|<Shift>KP_Delete", "torrent.delete-files", NULL },
  { "<Alt>Up|<Alt>KP_Up", "torrent.enqueue", "up" },
  { "<Alt>Down|<Alt>KP_Down", "torrent.enqueue", "down" },
  { "<Alt>Home|<Alt>KP_Home", "torrent.enqueue", "top" },
  { "<Alt>End|<Alt>KP_End", "torrent.enqueue", "bottom" },
};

void
shoal_app_actions_add_keys (GtkWidget *view)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  /* Before the view: it has a use of its own for some of them. */
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                                                gtk_named_action_new (keys[i].action));

      if (keys[i].argument != NULL)
        gtk_shortcut_set_arguments (shortcut, g_variant_new_string (keys[i].argument));
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
    }
  gtk_widget_add_controller (view, controller);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-options-private.h"

#include <glib/gi18n.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"

#define TEMPLATE "/io/github/shoalapp/Shoal/details/shoal-app-options.ui"

/* How often what is shown follows what is. */
#define TICK_MS 1000

/* Changes of what is shown. */
#define SHOWN                                                                                      \
  (SHOAL_MODEL_CHANGE_IDENTITY | SHOAL_MODEL_CHANGE_STATE | SHOAL_MODEL_CHANGE_FILING |            \
   SHOAL_MODEL_CHANGE_OPTIONS)

#define KB 1000

/* What is offered where no limit is set yet, in kB/s. */
#define SUGGESTED_LIMIT 1000

#define MAX_LIMIT 10000000

G_DEFINE_FINAL_TYPE (ShoalAppOptions, shoal_app_options, GTK_TYPE_BOX)

const ShoalTorrentInfo *
shoal_app_options_get_common (ShoalAppOptions *self, ShoalAppInfosEqual equal, gboolean *is_mixed)
{
  const ShoalTorrentInfo *first =
      shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, 0));

  *is_mixed = FALSE;
  for (guint i = 1; i < self->torrents->len && !*is_mixed; i++)
    *is_mixed =
        !equal (first, shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, i)));
  return first;
}

void
shoal_app_options_show_amount (ShoalAppOptionsAmount *self,
                               double                 value,
                               gboolean               is_on,
                               gboolean               is_mixed)
{
  self->is_mixed = is_mixed;
  shoal_app_switch_row_show (self->toggle, is_on, is_mixed, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->number), is_on && !is_mixed);
  if (is_on && !is_mixed)
    shoal_app_spin_row_show (self->number, value, FALSE);
}

static gboolean
down_equal (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->down_limit_bps == b->down_limit_bps;
}

static gboolean
up_equal (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->up_limit_bps == b->up_limit_bps;
}

static gboolean
sequential_equal (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->is_sequential == b->is_sequential;
}

static gboolean
encryption_equal (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->encryption == b->encryption;
}

static void
show_limit (ShoalAppOptionsAmount *amount, guint64 bps, gboolean is_mixed)
{
  shoal_app_options_show_amount (amount, (double) (bps / KB), bps > 0, is_mixed);
}

static void
show_limits (ShoalAppOptions *self)
{
  gboolean                is_mixed;
  const ShoalTorrentInfo *info = shoal_app_options_get_common (self, down_equal, &is_mixed);

  show_limit (&self->down, info->down_limit_bps, is_mixed);
  info = shoal_app_options_get_common (self, up_equal, &is_mixed);
  show_limit (&self->up, info->up_limit_bps, is_mixed);
  info = shoal_app_options_get_common (self, sequential_equal, &is_mixed);
  shoal_app_switch_row_show (
      self->sequential, info->is_sequential, is_mixed, _ ("From the beginning on"));
  gtk_widget_set_visible (GTK_WIDGET (self->first_row),
                          self->torrents->len == 1 && info->play_first != G_MAXUINT);
}

void
shoal_app_options_show_choice (AdwComboRow *row, guint place, const char *hint)
{
  GtkStringObject *item;
  g_autofree char *spoken = NULL;

  if (adw_combo_row_get_selected (row) != place)
    adw_combo_row_set_selected (row, place);
  if (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), hint) != 0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), hint);
  item = adw_combo_row_get_selected_item (row);
  spoken = shoal_app_text_join (
      (const char *[]){ item != NULL ? gtk_string_object_get_string (item) : NULL, hint }, 2);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
}

/* The places of the list are those of ShoalEncryption, after the one that stands for none. */
static void
show_encryption (ShoalAppOptions *self)
{
  gboolean                is_mixed;
  const ShoalTorrentInfo *info = shoal_app_options_get_common (self, encryption_equal, &is_mixed);

  shoal_app_options_show_choice (self->encryption_row,
                                 is_mixed ? GTK_INVALID_LIST_POSITION
                                          : (guint) (info->encryption + 1),
                                 is_mixed ? _ ("Differs among those that are selected") : "");
}

void
shoal_app_options_show (ShoalAppOptions *self)
{
  self->is_old = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self), self->torrents->len > 0);
  if (self->torrents->len == 0)
    return;
  self->is_showing = TRUE;
  show_limits (self);
  show_encryption (self);
  shoal_app_options_show_labels (self);
  shoal_app_options_show_goals (self);
  shoal_app_options_show_place (self);
  self->is_showing = FALSE;
}

/* Snapshots that are older than what the person did last would take it back. */
static gboolean
is_wish_pending (ShoalAppOptions *self)
{
  return shoal_model_torrents_get_last_serial (shoal_app_session_get_torrents (self->session)) <
         self->wish_serial;
}

static gboolean
tick_cb (gpointer user_data)
{
  ShoalAppOptions *self = user_data;

  if (is_wish_pending (self))
    return G_SOURCE_CONTINUE;
  if (self->is_old || self->wish_serial != 0)
    {
      self->wish_serial = 0;
      shoal_app_options_show (self);
      return G_SOURCE_CONTINUE;
    }
  self->tick_source = 0;
  return G_SOURCE_REMOVE;
}

static void
need_tick (ShoalAppOptions *self)
{
  if (self->tick_source == 0)
    self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
}

/* One handler for all torrents: there may be thousands. */
static void
changes_cb (ShoalAppOptions *self, guint changes)
{
  if (self->torrents->len == 0 || (changes & SHOWN) == 0)
    return;
  self->is_old = TRUE;
  need_tick (self);
}

void
shoal_app_options_send (ShoalAppOptions *self, ShoalAppOptionsSend func)
{
  for (guint i = 0; i < self->torrents->len; i++)
    {
      guint64 serial =
          func (self, shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, i)));

      self->wish_serial = MAX (self->wish_serial, serial);
    }
  need_tick (self);
}

static guint64
get_limit (const ShoalAppOptionsAmount *amount)
{
  return shoal_app_switch_row_get_is_on (amount->toggle)
             ? (guint64) shoal_app_spin_row_get_value (amount->number) * KB
             : 0;
}

/* The limit that is not being changed goes along. What was changed just before is not in the
 * torrent yet. */
static guint64
get_other_limit (ShoalAppOptions *self, const ShoalAppOptionsAmount *amount, guint64 bps)
{
  return self->wish_serial != 0 && !amount->is_mixed ? get_limit (amount) : bps;
}

static guint64
send_down (ShoalAppOptions *self, const ShoalTorrentInfo *info)
{
  return shoal_app_session_set_limits (self->session,
                                       info->id,
                                       get_limit (&self->down),
                                       get_other_limit (self, &self->up, info->up_limit_bps));
}

static guint64
send_up (ShoalAppOptions *self, const ShoalTorrentInfo *info)
{
  return shoal_app_session_set_limits (self->session,
                                       info->id,
                                       get_other_limit (self, &self->down, info->down_limit_bps),
                                       get_limit (&self->up));
}

static guint64
send_sequential (ShoalAppOptions *self, const ShoalTorrentInfo *info)
{
  return shoal_app_session_set_sequential (
      self->session, info->id, shoal_app_switch_row_get_is_on (self->sequential));
}

static guint64
send_encryption (ShoalAppOptions *self, const ShoalTorrentInfo *info)
{
  return shoal_app_session_set_encryption (
      self->session, info->id, (int) adw_combo_row_get_selected (self->encryption_row) - 1);
}

/* One that holds back nothing that goes on now: it counts from the click on, before a number is
 * typed. */
static double
suggest_limit (ShoalAppOptions *self, gboolean is_up)
{
  guint64 most_bps = 0;

  for (guint i = 0; i < self->torrents->len; i++)
    {
      const ShoalTorrentInfo *info =
          shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, i));

      most_bps = MAX (most_bps, is_up ? info->up_bps : info->down_bps);
    }
  return (double) shoal_app_number_get_scale (most_bps / KB + 1, SUGGESTED_LIMIT);
}

/* The number may still be that of a torrent that was shown before. */
static void
open_number (ShoalAppOptionsAmount *amount, gboolean is_on, double suggested)
{
  double value = shoal_app_spin_row_get_value (amount->number);

  amount->is_mixed = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (amount->number), is_on);
  if (is_on)
    shoal_app_spin_row_show (amount->number, MAX (value, suggested), FALSE);
}

static void
down_toggled_cb (ShoalAppOptions *self, gboolean is_on, ShoalAppSwitchRow *row)
{
  open_number (&self->down, is_on, suggest_limit (self, FALSE));
  shoal_app_options_send (self, send_down);
}

static void
up_toggled_cb (ShoalAppOptions *self, gboolean is_on, ShoalAppSwitchRow *row)
{
  open_number (&self->up, is_on, suggest_limit (self, TRUE));
  shoal_app_options_send (self, send_up);
}

static void
down_changed_cb (ShoalAppOptions *self)
{
  shoal_app_options_send (self, send_down);
}

static void
up_changed_cb (ShoalAppOptions *self)
{
  shoal_app_options_send (self, send_up);
}

static void
sequential_cb (ShoalAppOptions *self, gboolean is_on, ShoalAppSwitchRow *row)
{
  shoal_app_options_send (self, send_sequential);
}

static void
encryption_cb (ShoalAppOptions *self)
{
  if (!self->is_showing && self->torrents->len > 0 &&
      adw_combo_row_get_selected (self->encryption_row) != GTK_INVALID_LIST_POSITION)
    shoal_app_options_send (self, send_encryption);
}

/* A number or a label that is being typed belongs to those that were shown. */
static void
flush (ShoalAppOptions *self)
{
  const ShoalAppOptionsAmount *const amounts[] = {
    &self->down, &self->up, &self->ratio, &self->time, &self->idle
  };

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    shoal_app_spin_row_flush (amounts[i]->number);
  shoal_app_options_flush_labels (self);
}

/* Nor is it lost where the page is left, or the window closes, before it was taken. */
static void
shoal_app_options_unmap (GtkWidget *widget)
{
  ShoalAppOptions *self = SHOAL_APP_OPTIONS (widget);

  if (self->torrents->len > 0)
    flush (self);
  GTK_WIDGET_CLASS (shoal_app_options_parent_class)->unmap (widget);
}

static void
shoal_app_options_dispose (GObject *object)
{
  ShoalAppOptions *self = SHOAL_APP_OPTIONS (object);

  if (self->torrents != NULL)
    shoal_app_options_set_torrents (self, NULL);
  g_clear_object (&self->completion);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_options_parent_class)->dispose (object);
}

static void
shoal_app_options_finalize (GObject *object)
{
  ShoalAppOptions *self = SHOAL_APP_OPTIONS (object);

  g_clear_pointer (&self->torrents, g_ptr_array_unref);
  g_clear_pointer (&self->labels, g_free);
  G_OBJECT_CLASS (shoal_app_options_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  static const struct
  {
    const char *name;
    gssize      offset;
  } children[] = {
    { "action_row", G_STRUCT_OFFSET (ShoalAppOptions, action_row) },
    { "cancel_button", G_STRUCT_OFFSET (ShoalAppOptions, cancel_button) },
    { "down_row", G_STRUCT_OFFSET (ShoalAppOptions, down.number) },
    { "down_switch", G_STRUCT_OFFSET (ShoalAppOptions, down.toggle) },
    { "encryption_row", G_STRUCT_OFFSET (ShoalAppOptions, encryption_row) },
    { "first_row", G_STRUCT_OFFSET (ShoalAppOptions, first_row) },
    { "folder_row", G_STRUCT_OFFSET (ShoalAppOptions, folder_row) },
    { "goals_row", G_STRUCT_OFFSET (ShoalAppOptions, goals_row) },
    { "idle_row", G_STRUCT_OFFSET (ShoalAppOptions, idle.number) },
    { "idle_switch", G_STRUCT_OFFSET (ShoalAppOptions, idle.toggle) },
    { "labels_row", G_STRUCT_OFFSET (ShoalAppOptions, labels_row) },
    { "move_button", G_STRUCT_OFFSET (ShoalAppOptions, move_button) },
    { "moved_bar", G_STRUCT_OFFSET (ShoalAppOptions, moved_bar) },
    { "queue_row", G_STRUCT_OFFSET (ShoalAppOptions, queue_row) },
    { "ratio_row", G_STRUCT_OFFSET (ShoalAppOptions, ratio.number) },
    { "ratio_switch", G_STRUCT_OFFSET (ShoalAppOptions, ratio.toggle) },
    { "sequential", G_STRUCT_OFFSET (ShoalAppOptions, sequential) },
    { "time_row", G_STRUCT_OFFSET (ShoalAppOptions, time.number) },
    { "time_switch", G_STRUCT_OFFSET (ShoalAppOptions, time.toggle) },
    { "up_row", G_STRUCT_OFFSET (ShoalAppOptions, up.number) },
    { "up_switch", G_STRUCT_OFFSET (ShoalAppOptions, up.toggle) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (klass, children[i].name, FALSE, children[i].offset);
}

static void
shoal_app_options_class_init (ShoalAppOptionsClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_options_dispose;
  object_class->finalize = shoal_app_options_finalize;
  widget_class->unmap = shoal_app_options_unmap;

  g_type_ensure (SHOAL_TYPE_APP_SPIN_ROW);
  g_type_ensure (SHOAL_TYPE_APP_SWITCH_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, down_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, down_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, encryption_cb);
  gtk_widget_class_bind_template_callback (widget_class, sequential_cb);
  gtk_widget_class_bind_template_callback (widget_class, up_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, up_toggled_cb);
  gtk_widget_class_bind_template_callback_full (
      widget_class, "goals_cb", G_CALLBACK (shoal_app_options_send_goals));
  shoal_app_options_bind_labels (widget_class);
  shoal_app_options_install_actions (widget_class);
}

static void
shoal_app_options_init (ShoalAppOptions *self)
{
  self->torrents = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  shoal_app_spin_row_set_range (self->down.number, 1, MAX_LIMIT, 10, 0);
  shoal_app_spin_row_set_range (self->up.number, 1, MAX_LIMIT, 10, 0);
  shoal_app_options_set_up_goals (self);
  shoal_app_options_set_up_labels (self);
}

void
shoal_app_options_set_session (ShoalAppOptions *self, ShoalAppSession *session)
{
  g_return_if_fail (SHOAL_IS_APP_OPTIONS (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (shoal_app_session_get_torrents (session),
                           "changes",
                           G_CALLBACK (changes_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

static void
drop_torrents (ShoalAppOptions *self)
{
  g_ptr_array_set_size (self->torrents, 0);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_pointer (&self->labels, g_free);
  self->wish_serial = 0;
}

void
shoal_app_options_set_torrents (ShoalAppOptions *self, GPtrArray *torrents)
{
  g_return_if_fail (SHOAL_IS_APP_OPTIONS (self));

  if (self->torrents->len > 0)
    flush (self);
  drop_torrents (self);
  for (guint i = 0; torrents != NULL && i < torrents->len; i++)
    g_ptr_array_add (self->torrents, g_object_ref (g_ptr_array_index (torrents, i)));
  if (torrents != NULL)
    shoal_app_options_show (self);
}

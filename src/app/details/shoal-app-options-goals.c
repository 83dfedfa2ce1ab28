/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* When seeding ends: as the preferences say, or by rules of the torrent's own. */
#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-options-private.h"

#include <glib/gi18n.h>

#include "app/rows/shoal-app-hours.h"
#include "app/shoal-app-goals.h"

#define OWN 1 /* the place in the list of choices; 0: as the preferences say */

/* What is offered first. */
#define SUGGESTED_RATIO 2.0
#define SUGGESTED_HOURS 72
#define SUGGESTED_IDLE  24

static gboolean
goals_equal (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  return a->has_goals == b->has_goals && shoal_seed_goals_equal (&a->goals, &b->goals);
}

void
shoal_app_options_set_up_goals (ShoalAppOptions *self)
{
  shoal_app_spin_row_set_range (self->ratio.number, 0, 1000, 0.1, 2);
  shoal_app_spin_row_set_hours (self->time.number, 100000);
  shoal_app_spin_row_set_hours (self->idle.number, 100000);
  shoal_app_spin_row_show (self->ratio.number, SUGGESTED_RATIO, FALSE);
  shoal_app_spin_row_show (self->time.number, SUGGESTED_HOURS, FALSE);
  shoal_app_spin_row_show (self->idle.number, SUGGESTED_IDLE, FALSE);
}

static void
show_own (ShoalAppOptions *self, gboolean is_own)
{
  const ShoalAppOptionsAmount *const amounts[] = { &self->ratio, &self->time, &self->idle };

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      gtk_widget_set_visible (GTK_WIDGET (amounts[i]->toggle), is_own);
      gtk_widget_set_visible (GTK_WIDGET (amounts[i]->number),
                              is_own && shoal_app_switch_row_get_is_on (amounts[i]->toggle));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->action_row), is_own);
}

static void
show_amounts (ShoalAppOptions *self, const ShoalSeedGoals *goals)
{
  shoal_app_options_show_amount (
      &self->ratio, goals->ratio_1000 / 1000.0, goals->ratio_1000 >= 0, FALSE);
  shoal_app_options_show_amount (
      &self->time, shoal_app_hours_from_minutes (goals->minutes), goals->minutes > 0, FALSE);
  shoal_app_options_show_amount (&self->idle,
                                 shoal_app_hours_from_minutes (goals->idle_minutes),
                                 goals->idle_minutes > 0,
                                 FALSE);
  shoal_app_options_show_choice (self->action_row, goals->action, "");
}

void
shoal_app_options_show_goals (ShoalAppOptions *self)
{
  gboolean                is_mixed;
  const ShoalTorrentInfo *info = shoal_app_options_get_common (self, goals_equal, &is_mixed);
  gboolean                is_own = info->has_goals && !is_mixed;
  guint                   place = is_mixed ? GTK_INVALID_LIST_POSITION : is_own ? OWN : 0;
  g_autofree char        *text = is_mixed ? g_strdup (_ ("Differs among those that are selected"))
                                          : shoal_app_goals_dup_text (&info->goals);

  self->has_goals = is_own;
  if (is_own)
    show_amounts (self, &info->goals);
  shoal_app_options_show_choice (self->goals_row, place, text);
  show_own (self, is_own);
}

static guint
get_minutes (const ShoalAppOptionsAmount *amount)
{
  return shoal_app_switch_row_get_is_on (amount->toggle)
             ? shoal_app_hours_to_minutes (shoal_app_spin_row_get_value (amount->number))
             : 0;
}

static guint64
send_goals (ShoalAppOptions *self, const ShoalTorrentInfo *info)
{
  ShoalSeedGoals goals = SHOAL_SEED_GOALS_NONE;

  if (adw_combo_row_get_selected (self->goals_row) != OWN)
    return shoal_app_session_set_goals (self->session, info->id, NULL);
  if (shoal_app_switch_row_get_is_on (self->ratio.toggle))
    goals.ratio_1000 = (int) (shoal_app_spin_row_get_value (self->ratio.number) * 1000 + 0.5);
  goals.minutes = get_minutes (&self->time);
  goals.idle_minutes = get_minutes (&self->idle);
  goals.action = adw_combo_row_get_selected (self->action_row) == SHOAL_GOAL_ACTION_REMOVE
                     ? SHOAL_GOAL_ACTION_REMOVE
                     : SHOAL_GOAL_ACTION_STOP;
  return shoal_app_session_set_goals (self->session, info->id, &goals);
}

/* Its own rules begin as those that held until now. */
static void
begin_own (ShoalAppOptions *self)
{
  self->is_showing = TRUE;
  show_amounts (self, &shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, 0))->goals);
  self->is_showing = FALSE;
}

void
shoal_app_options_send_goals (ShoalAppOptions *self)
{
  guint place = adw_combo_row_get_selected (self->goals_row);

  if (self->is_showing || self->torrents->len == 0 || place == GTK_INVALID_LIST_POSITION)
    return;
  if (place == OWN && !self->has_goals)
    begin_own (self);
  self->has_goals = place == OWN;
  show_own (self, place == OWN);
  shoal_app_options_send (self, send_goals);
}

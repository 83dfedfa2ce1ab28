/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rules/shoal-app-rules.h"

#include "app/rules/shoal-app-timetable.h"
#include "app/shoal-app-settings.h"

/* The clock is looked at so often while there is a timetable: it may be set, and a machine may have
 * slept. */
#define LOOK_SEC 20

struct _ShoalAppRules
{
  GObject parent_instance;

  GSettings            *settings; /* owned */
  GNetworkMonitor      *network;  /* unowned: lives as long as the process */
  GPowerProfileMonitor *power;    /* owned */
  guint                 look_source;
  ShoalHold             hold;
  guint                 waived; /* of 1 << ShoalHold: what the person went on in spite of */

  guint is_timed : 1; /* the timetable was looked at */
  guint was_on : 1;   /* what it said then */
};

G_DEFINE_FINAL_TYPE (ShoalAppRules, shoal_app_rules, G_TYPE_OBJECT)

enum
{
  HOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static ShoalAppTimetable
get_timetable (ShoalAppRules *self)
{
  return (ShoalAppTimetable){
    .days = (guint) g_settings_get_int (self->settings, SHOAL_APP_KEY_TIMETABLE_DAYS),
    .from_minutes = (guint) g_settings_get_int (self->settings, SHOAL_APP_KEY_TIMETABLE_FROM),
    .to_minutes = (guint) g_settings_get_int (self->settings, SHOAL_APP_KEY_TIMETABLE_TO),
  };
}

static gint64
get_next_change (ShoalAppRules *self)
{
  return g_settings_get_int64 (self->settings, SHOAL_APP_KEY_NEXT_TIMETABLE_CHANGE);
}

/* Rarely: this is looked at all the time, and settings are written to a file. */
static void
set_next_change (ShoalAppRules *self, gint64 next)
{
  if (get_next_change (self) != next)
    g_settings_set_int64 (self->settings, SHOAL_APP_KEY_NEXT_TIMETABLE_CHANGE, next);
}

/* Only a change counts, so that what the person switches by hand holds until the next one, which
 * may come while the program does not run. */
static void
follow_timetable (ShoalAppRules *self)
{
  ShoalAppTimetable timetable = get_timetable (self);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gboolean is_on = shoal_app_timetable_contains (&timetable, now);

  if (g_date_time_to_unix (now) >= get_next_change (self) ||
      (self->is_timed && self->was_on != is_on))
    g_settings_set_boolean (self->settings, SHOAL_APP_KEY_ALTERNATIVE, is_on);
  set_next_change (self, shoal_app_timetable_find_change (&timetable, now));
  self->is_timed = TRUE;
  self->was_on = is_on;
}

static gboolean
look_cb (gpointer user_data)
{
  follow_timetable (user_data);
  return G_SOURCE_CONTINUE;
}

static void
review_timetable (ShoalAppRules *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (!g_settings_get_boolean (self->settings, SHOAL_APP_KEY_TIMETABLE))
    {
      self->is_timed = FALSE;
      set_next_change (self, 0);
      return;
    }
  follow_timetable (self);
  self->look_source = g_timeout_add_seconds (LOOK_SEC, look_cb, self);
}

static guint
find_reasons (ShoalAppRules *self)
{
  guint reasons = 0;

  if (g_network_monitor_get_network_metered (self->network))
    reasons |= 1U << SHOAL_HOLD_METERED;
  if (g_power_profile_monitor_get_power_saver_enabled (self->power))
    reasons |= 1U << SHOAL_HOLD_POWER;
  return reasons;
}

static void
review_hold (ShoalAppRules *self)
{
  guint     reasons = find_reasons (self);
  guint     held;
  ShoalHold hold = SHOAL_HOLD_NONE;

  self->waived &= reasons;
  held = reasons & ~self->waived;
  if (!g_settings_get_boolean (self->settings, SHOAL_APP_KEY_HOLD_METERED))
    held &= ~(1U << SHOAL_HOLD_METERED);
  if (!g_settings_get_boolean (self->settings, SHOAL_APP_KEY_HOLD_POWER))
    held &= ~(1U << SHOAL_HOLD_POWER);
  if (held != 0)
    hold = (held & (1U << SHOAL_HOLD_METERED)) != 0 ? SHOAL_HOLD_METERED : SHOAL_HOLD_POWER;
  if (hold == self->hold)
    return;
  self->hold = hold;
  g_signal_emit (self, signals[HOLD], 0);
}

static void
changed_cb (ShoalAppRules *self, const char *key)
{
  if (g_str_has_prefix (key, SHOAL_APP_KEY_TIMETABLE))
    review_timetable (self);
  else if (g_str_equal (key, SHOAL_APP_KEY_HOLD_METERED) ||
           g_str_equal (key, SHOAL_APP_KEY_HOLD_POWER))
    review_hold (self);
}

static void
shoal_app_rules_dispose (GObject *object)
{
  ShoalAppRules *self = SHOAL_APP_RULES (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_object (&self->power);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (shoal_app_rules_parent_class)->dispose (object);
}

static void
shoal_app_rules_class_init (ShoalAppRulesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_rules_dispose;

  signals[HOLD] = g_signal_new (
      "hold", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
shoal_app_rules_init (ShoalAppRules *self)
{
  self->network = g_network_monitor_get_default ();
  self->power = g_power_profile_monitor_dup_default ();
}

ShoalAppRules *
shoal_app_rules_new (GSettings *settings)
{
  ShoalAppRules *self = g_object_new (SHOAL_TYPE_APP_RULES, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->network, "notify::network-metered", G_CALLBACK (review_hold), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->power,
                           "notify::power-saver-enabled",
                           G_CALLBACK (review_hold),
                           self,
                           G_CONNECT_SWAPPED);
  review_timetable (self);
  review_hold (self);
  return self;
}

ShoalHold
shoal_app_rules_get_hold (ShoalAppRules *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_RULES (self), SHOAL_HOLD_NONE);
  return self->hold;
}

void
shoal_app_rules_go_on (ShoalAppRules *self)
{
  g_return_if_fail (SHOAL_IS_APP_RULES (self));

  self->waived = find_reasons (self);
  review_hold (self);
}

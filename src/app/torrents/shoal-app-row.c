/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-row.h"

#include <glib/gi18n.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-sentence.h"
#include "app/shoal-app-text.h"
#include "app/torrents/shoal-app-pulsed.h"

/* A sentence about what is going on gets room for so many at least. */
#define LIVE_CHARS 60

#define MAX_LINES 6

struct _ShoalAppRow
{
  GtkBox parent_instance;

  GtkInscription *name; /* unowned, as all children: the template holds them */
  GtkProgressBar *bar;
  GtkInscription *sentence;
  GtkButton      *button;
  GtkImage       *button_icon;
  GtkLabel       *seed_label;
  GtkSwitch      *seed_switch;

  ShoalModelTorrent *torrent; /* owned; NULL while recycled */
  gulong             status_handler;
  ShoalAppRowLayout  layout;
  guint              n_lines; /* that the sentence has room for */
  ShoalAppMood       mood;
  int                press; /* ShoalAppPress; −1: not shown yet */
  double             fraction;
  char              *spoken; /* owned; what the list item is called */
  char              *words;  /* owned; the sentence, as it is to be shown */
  gint64 joining_usec;       /* since when nobody of the DHT has answered; −1: somebody did */

  guint is_seen : 1;    /* by the person: it is on the screen */
  guint all_is_old : 1; /* what is shown belongs to another torrent, or another state */
  guint bar_is_old : 1;
  guint text_is_old : 1;
};

static void implement_pulsed (ShoalAppPulsedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalAppRow,
                               shoal_app_row,
                               GTK_TYPE_BOX,
                               G_IMPLEMENT_INTERFACE (SHOAL_TYPE_APP_PULSED, implement_pulsed))

static const char *const mood_classes[] = {
  [SHOAL_APP_MOOD_DOWNLOADING] = "downloading", [SHOAL_APP_MOOD_SEEDING] = "seeding",
  [SHOAL_APP_MOOD_PAUSED] = "paused",           [SHOAL_APP_MOOD_WAITING] = "waiting",
  [SHOAL_APP_MOOD_CHECKING] = "checking",       [SHOAL_APP_MOOD_TROUBLE] = "trouble",
};

static const char *const press_icons[] = {
  [SHOAL_APP_PRESS_PAUSE] = "media-playback-pause-symbolic",
  [SHOAL_APP_PRESS_RESUME] = "media-playback-start-symbolic",
  [SHOAL_APP_PRESS_RETRY] = "view-refresh-symbolic",
};

static const char *const press_words[] = {
  [SHOAL_APP_PRESS_PAUSE] = N_ ("Pause"),
  [SHOAL_APP_PRESS_RESUME] = N_ ("Resume"),
  [SHOAL_APP_PRESS_RETRY] = N_ ("Try Again"),
};

static void
set_accessible_label (gpointer widget, const char *label)
{
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
show_identity (ShoalAppRow *self, const ShoalTorrentInfo *info)
{
  gboolean         is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  g_autofree char *name = shoal_app_text_dup_visible (info->name);
  g_autofree char *line = shoal_app_text_dup_line (name, is_rtl);

  if (g_strcmp0 (line, gtk_inscription_get_text (self->name)) != 0)
    gtk_inscription_set_text (self->name, line);
}

static void
show_button (ShoalAppRow *self)
{
  ShoalAppPress press = shoal_app_row_get_press (self->torrent);

  if (self->press == (int) press)
    return;
  self->press = press;
  gtk_image_set_from_icon_name (self->button_icon, press_icons[press]);
  set_accessible_label (self->button_icon, _ (press_words[press]));
}

/* Tooltips are asked for when the pointer rests there: texts given in advance would be told to
 * screen readers with each row that scrolls by. */
static gboolean
query_text_tooltip_cb (GtkInscription *inscription,
                       int             x,
                       int             y,
                       gboolean        is_keyboard,
                       GtkTooltip     *tooltip)
{
  gtk_tooltip_set_text (tooltip, gtk_inscription_get_text (inscription));
  return TRUE;
}

static gboolean
query_button_tooltip_cb (ShoalAppRow *self,
                         int          x,
                         int          y,
                         gboolean     is_keyboard,
                         GtkTooltip  *tooltip,
                         GtkButton   *button)
{
  if (self->press < 0)
    return FALSE;
  gtk_tooltip_set_text (tooltip, _ (press_words[self->press]));
  return TRUE;
}

static gboolean
seed_switch_state_set_cb (ShoalAppRow *self, gboolean state, GtkSwitch *seed_switch)
{
  if (self->torrent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self),
                                "torrent.set-seed",
                                "(ub)",
                                shoal_model_torrent_get_id (self->torrent).value,
                                state);
  return GDK_EVENT_PROPAGATE;
}

/* Only a person's hand may reach the handler: what the model says must not become a command. */
static void
show_seed (ShoalAppRow *self)
{
  gboolean is_seed = shoal_model_torrent_get_is_seed (self->torrent);

  if (gtk_switch_get_active (self->seed_switch) == is_seed &&
      gtk_switch_get_state (self->seed_switch) == is_seed)
    return;
  g_signal_handlers_block_by_func (self->seed_switch, seed_switch_state_set_cb, self);
  gtk_switch_set_active (self->seed_switch, is_seed);
  gtk_switch_set_state (self->seed_switch, is_seed);
  g_signal_handlers_unblock_by_func (self->seed_switch, seed_switch_state_set_cb, self);
}

static void
show_mood (ShoalAppRow *self, const ShoalTorrentInfo *info)
{
  ShoalAppMood mood = shoal_app_sentence_get_mood (info);

  if (self->mood == mood && gtk_widget_has_css_class (GTK_WIDGET (self->bar), mood_classes[mood]))
    return;
  /* On the bar, not on the row: below a class that changes GTK looks up every style anew. */
  gtk_widget_remove_css_class (GTK_WIDGET (self->bar), mood_classes[self->mood]);
  gtk_widget_add_css_class (GTK_WIDGET (self->bar), mood_classes[mood]);
  self->mood = mood;
}

/* A screen reader says it whenever it changes, so it does not with each speed. */
static void
show_spoken (ShoalAppRow *self, const ShoalTorrentInfo *info, gboolean is_asked)
{
  g_autofree char *spoken = shoal_app_sentence_dup_spoken (info);
  g_autofree char *all = NULL;
  GtkWidget       *item = gtk_widget_get_parent (GTK_WIDGET (self));

  if (item == NULL || (!is_asked && g_strcmp0 (spoken, self->spoken) == 0))
    return;
  all = shoal_app_sentence_dup_spoken_now (info);
  set_accessible_label (item, all);
  g_free (self->spoken);
  self->spoken = g_steal_pointer (&spoken);
}

static void
show_bar (ShoalAppRow *self, const ShoalTorrentInfo *info)
{
  guint64 done;
  guint64 total;
  double  fraction;

  self->bar_is_old = FALSE;
  shoal_app_sentence_get_progress (info, &done, &total);
  fraction = shoal_app_number_get_fraction (done, total);
  if (fraction == self->fraction)
    return;
  self->fraction = fraction;
  gtk_progress_bar_set_fraction (self->bar, fraction);
  show_spoken (self, info, FALSE);
}

/* Some letters are wider than others; and where lines are broken between words, they are not quite
 * full. */
static guint
count_lines (ShoalAppRow *self, guint n_chars)
{
  guint most = MAX (self->layout.line_chars * 85 / 100, 1);

  return n_chars <= self->layout.line_chars * 93 / 100 ? 1 : (n_chars + most - 1) / most;
}

/* What is wrong is said together with what to do: that needs more room. Where numbers change, a
 * line that comes and goes would move all rows below: it stays. */
static void
make_room (ShoalAppRow *self, const ShoalTorrentInfo *info)
{
  gboolean is_live =
      info->state == SHOAL_TORRENT_STATE_DOWNLOADING || info->state == SHOAL_TORRENT_STATE_SEEDING;
  guint n_chars = (guint) g_utf8_strlen (self->words, -1);
  guint n_lines = count_lines (self, is_live ? MAX (n_chars, LIVE_CHARS) : n_chars);

  self->n_lines = MIN (is_live ? MAX (n_lines, self->n_lines) : n_lines, MAX_LINES);
  gtk_inscription_set_min_lines (self->sentence, self->n_lines);
}

/* Makes the sentence and the room for it. All rows have that, seen or not: what lies below them
 * must not jump when they are. */
static void
make_words (ShoalAppRow *self, const ShoalTorrentInfo *info)
{
  ShoalAppMoment moment = { .eta_sec = shoal_model_torrent_get_time_left (self->torrent),
                            .now_sec = g_get_real_time () / G_USEC_PER_SEC,
                            .dht_joining_sec = -1 };

  if (self->joining_usec >= 0)
    moment.dht_joining_sec = MAX (g_get_monotonic_time () - self->joining_usec, 0) / G_USEC_PER_SEC;
  g_free (self->words);
  self->words = shoal_app_sentence_dup_row (info, &moment);
  make_room (self, info);
}

static void
show_text (ShoalAppRow *self, const ShoalTorrentInfo *info)
{
  make_words (self, info);
  self->text_is_old = FALSE;
  if (g_strcmp0 (self->words, gtk_inscription_get_text (self->sentence)) == 0)
    return;
  gtk_inscription_set_text (self->sentence, self->words);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->sentence), self->n_lines > 1);
}

static void
show_all (ShoalAppRow *self)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (self->torrent);

  gtk_widget_set_visible (GTK_WIDGET (self->seed_label), !self->layout.is_narrow);
  show_identity (self, info);
  show_mood (self, info);
  show_button (self);
  show_seed (self);
  show_bar (self, info);
  show_text (self, info);
  show_spoken (self, info, FALSE);
  self->all_is_old = FALSE;
}

/* Another state, or another torrent: shown at once to who sees it. What the row and its controls
 * are called is always right: a screen reader reaches rows that lie beside the screen, too. */
static void
renew (ShoalAppRow *self)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (self->torrent);

  self->all_is_old = TRUE;
  self->n_lines = 1;
  if (self->is_seen)
    {
      show_all (self);
      return;
    }
  show_identity (self, info);
  show_button (self);
  show_seed (self);
  show_spoken (self, info, FALSE);
  make_words (self, info);
}

static void
status_cb (ShoalModelTorrent *torrent, GParamSpec *pspec, ShoalAppRow *self)
{
  guint status;

  g_object_get (torrent, "status", &status, NULL);
  if (status &
      (SHOAL_MODEL_CHANGE_STATE | SHOAL_MODEL_CHANGE_IDENTITY | SHOAL_MODEL_CHANGE_SWITCHES))
    renew (self);
  else
    {
      self->bar_is_old |= (status & SHOAL_MODEL_CHANGE_PROGRESS) != 0;
      self->text_is_old = TRUE;
    }
  if (self->is_seen || self->all_is_old)
    gtk_widget_activate_action (GTK_WIDGET (self), "torrent.wake", NULL);
}

static void
button_clicked_cb (ShoalAppRow *self)
{
  if (self->torrent != NULL)
    gtk_widget_activate_action (
        GTK_WIDGET (self), "torrent.press", "u", shoal_model_torrent_get_id (self->torrent).value);
}

static void
set_torrent (ShoalAppPulsed *pulsed, ShoalModelTorrent *torrent)
{
  ShoalAppRow *self = SHOAL_APP_ROW (pulsed);

  if (self->torrent == torrent)
    return;
  if (self->torrent != NULL)
    g_clear_signal_handler (&self->status_handler, self->torrent);
  self->is_seen = FALSE;
  g_clear_pointer (&self->spoken, g_free); /* the row may come to another item */
  if (!g_set_object (&self->torrent, torrent) || torrent == NULL)
    return;
  self->status_handler = g_signal_connect (torrent, "notify::status", G_CALLBACK (status_cb), self);
  renew (self);
}

static void
shoal_app_row_dispose (GObject *object)
{
  ShoalAppRow *self = SHOAL_APP_ROW (object);

  set_torrent (SHOAL_APP_PULSED (self), NULL);
  G_OBJECT_CLASS (shoal_app_row_parent_class)->dispose (object);
}

static void
shoal_app_row_finalize (GObject *object)
{
  ShoalAppRow *self = SHOAL_APP_ROW (object);

  g_clear_pointer (&self->spoken, g_free);
  g_clear_pointer (&self->words, g_free);
  G_OBJECT_CLASS (shoal_app_row_parent_class)->finalize (object);
}

static void
shoal_app_row_class_init (ShoalAppRowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = shoal_app_row_dispose;
  object_class->finalize = shoal_app_row_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/torrents/shoal-app-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppRow, bar);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppRow, button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppRow, button_icon);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppRow, name);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppRow, seed_label);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppRow, seed_switch);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppRow, sentence);
  gtk_widget_class_bind_template_callback (widget_class, button_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, query_button_tooltip_cb);
  gtk_widget_class_bind_template_callback (widget_class, query_text_tooltip_cb);
  gtk_widget_class_bind_template_callback (widget_class, seed_switch_state_set_cb);
}

/* Names made of others' names: "Pause debian.iso" needs no update when the row is recycled. A .ui
 * file can name but one other. */
static void
name_controls (ShoalAppRow *self)
{
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->button_icon,
                                  self->name,
                                  NULL,
                                  -1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->seed_switch),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->seed_label,
                                  self->name,
                                  NULL,
                                  -1);
  gtk_accessible_update_relation (
      GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->name, NULL, -1);
}

static void
shoal_app_row_init (ShoalAppRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_controls (self);
  self->fraction = -1.0;
  self->press = -1;
  self->layout = SHOAL_APP_ROW_USUAL_LAYOUT;
  self->joining_usec = -1;
}

GtkWidget *
shoal_app_row_new (void)
{
  return g_object_new (SHOAL_TYPE_APP_ROW, NULL);
}

void
shoal_app_row_set_layout (ShoalAppRow *self, ShoalAppRowLayout layout)
{
  gboolean is_other;

  g_return_if_fail (SHOAL_IS_APP_ROW (self));

  if (self->layout.is_narrow == layout.is_narrow && self->layout.line_chars == layout.line_chars)
    return;
  is_other = self->layout.is_narrow != layout.is_narrow;
  self->layout = layout;
  self->n_lines = 1;
  if (self->torrent != NULL && is_other)
    renew (self);
  else if (self->torrent != NULL)
    make_room (self, shoal_model_torrent_get_info (self->torrent));
}

void
shoal_app_row_set_joining (ShoalAppRow *self, gint64 since_usec)
{
  g_return_if_fail (SHOAL_IS_APP_ROW (self));

  if (self->joining_usec == since_usec)
    return;
  self->joining_usec = since_usec;
  if (self->torrent != NULL)
    renew (self);
}

static ShoalModelTorrent *
get_torrent (ShoalAppPulsed *pulsed)
{
  return SHOAL_APP_ROW (pulsed)->torrent;
}

static void
renew_spoken (ShoalAppPulsed *pulsed)
{
  ShoalAppRow *self = SHOAL_APP_ROW (pulsed);

  if (self->torrent != NULL)
    show_spoken (self, shoal_model_torrent_get_info (self->torrent), TRUE);
}

static gboolean
catch_up (ShoalAppPulsed *pulsed)
{
  ShoalAppRow *self = SHOAL_APP_ROW (pulsed);

  if (self->torrent == NULL || !self->all_is_old)
    return FALSE;
  show_all (self);
  return TRUE;
}

static gboolean
tick (ShoalAppPulsed *pulsed, gboolean with_text)
{
  ShoalAppRow            *self = SHOAL_APP_ROW (pulsed);
  const ShoalTorrentInfo *info;

  if (!self->is_seen)
    return FALSE;
  info = shoal_model_torrent_get_info (self->torrent);
  if (self->bar_is_old)
    show_bar (self, info);
  if (self->text_is_old && with_text)
    show_text (self, info);
  return self->text_is_old;
}

static gboolean
set_seen (ShoalAppPulsed *pulsed, gboolean is_seen)
{
  ShoalAppRow *self = SHOAL_APP_ROW (pulsed);

  is_seen = is_seen && self->torrent != NULL;
  if (self->is_seen == is_seen)
    return FALSE;
  self->is_seen = is_seen;
  if (is_seen && !catch_up (pulsed))
    tick (pulsed, TRUE);
  return TRUE;
}

static void
refresh_text (ShoalAppPulsed *pulsed)
{
  SHOAL_APP_ROW (pulsed)->text_is_old = TRUE;
  tick (pulsed, TRUE);
}

static void
implement_pulsed (ShoalAppPulsedInterface *iface)
{
  iface->set_torrent = set_torrent;
  iface->get_torrent = get_torrent;
  iface->renew_spoken = renew_spoken;
  iface->set_seen = set_seen;
  iface->catch_up = catch_up;
  iface->tick = tick;
  iface->refresh_text = refresh_text;
}

ShoalAppPress
shoal_app_row_get_press (ShoalModelTorrent *torrent)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);

  if (shoal_model_torrent_get_is_paused (torrent))
    return SHOAL_APP_PRESS_RESUME;
  return info->state == SHOAL_TORRENT_STATE_STOPPED ? SHOAL_APP_PRESS_RETRY : SHOAL_APP_PRESS_PAUSE;
}

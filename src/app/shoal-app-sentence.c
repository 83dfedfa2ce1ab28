/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-sentence.h"

#include <glib/gi18n.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-problem.h"
#include "app/shoal-app-text.h"

/* Nothing arrived for so long: then it is said since when. */
#define STALL_SEC 60

/* The nodes of the DHT that one begins with are asked again and again; who has heard nothing of any
 * for so long is not heard. */
#define SILENCE_SEC 120

static char *
fill_two (const char *pattern, ShoalAppTextPart a, ShoalAppTextPart b)
{
  const ShoalAppTextPart parts[] = { a, b };

  return shoal_app_text_fill (pattern, parts, G_N_ELEMENTS (parts));
}

static char *
fill_one (const char *pattern, const char *name, const char *value)
{
  const ShoalAppTextPart part = { name, value };

  return shoal_app_text_fill (pattern, &part, 1);
}

static char *
dup_count (const char *pattern, guint n)
{
  g_autofree char *number = g_strdup_printf ("%u", n);

  return fill_one (pattern, "n", number);
}

/* "3.9 GB", or "1.2 GB of 3.9 GB". */
static char *
dup_amount (guint64 done, guint64 total)
{
  g_autofree char *total_text = g_format_size (total);
  g_autofree char *done_text = g_format_size (done);

  if (done >= total)
    return g_steal_pointer (&total_text);
  return fill_two (_ ("{done} of {total}"),
                   (ShoalAppTextPart){ "done", done_text },
                   (ShoalAppTextPart){ "total", total_text });
}

/* A speed, and how many of the people are part of it; whole sentences, since other languages bend
 * the words. */
static char *
fill_flow (const char *pattern, guint64 bps, guint some, guint all)
{
  g_autofree char       *rate = shoal_app_number_format_rate (bps);
  g_autofree char       *some_text = g_strdup_printf ("%u", some);
  g_autofree char       *all_text = g_strdup_printf ("%u", all);
  const ShoalAppTextPart parts[] = { { "rate", rate }, { "n", some_text }, { "all", all_text } };

  return shoal_app_text_fill (pattern, parts, G_N_ELEMENTS (parts));
}

static char *
dup_time_left (gint64 eta_sec)
{
  g_autofree char *span = NULL;

  if (eta_sec < 0)
    return NULL;
  span = shoal_app_number_format_span (eta_sec);
  return fill_one (_ ("{time} left"), "time", span);
}

static char *
dup_down_rate (const ShoalTorrentInfo *info)
{
  guint n = MAX (info->n_senders, 1);

  return fill_flow (n >= info->n_peers
                        ? ngettext ("{rate} from {n} person", "{rate} from {n} people", n)
                        : ngettext ("{rate} from {n} of {all} person",
                                    "{rate} from {n} of {all} people",
                                    info->n_peers),
                    info->down_bps,
                    n,
                    info->n_peers);
}

/* How it stands with those who are to be found without a tracker; static. */
static const char *
get_search_words (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  if (!info->uses_dht && info->is_private)
    return _ ("nobody found: the torrent names no tracker");
  if (!info->uses_dht)
    return _ ("no tracker to ask, and finding people without one is off in the preferences");
  if (moment->dht_joining_sec < 0)
    return _ ("looking for people without a tracker");
  if (moment->dht_joining_sec < SILENCE_SEC)
    return _ ("connecting to the network that finds people without a tracker");
  return _ ("the network that finds people without a tracker does not answer, perhaps UDP is "
            "blocked");
}

/* Why there is nobody to talk to. */
static char *
dup_why_nobody (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  if (info->problem != NULL)
    return shoal_app_problem_dup_sentence (info->problem);
  if (info->n_known > 0)
    return dup_count (
        ngettext ("trying to reach {n} person", "trying to reach {n} people", info->n_known),
        info->n_known);
  switch (info->trackers)
    {
    case SHOAL_TRACKERS_NONE:
      return g_strdup (get_search_words (info, moment));
    case SHOAL_TRACKERS_TRYING:
      return g_strdup (_ ("asking the tracker for people"));
    case SHOAL_TRACKERS_FAILING:
      return g_strdup (_ ("nobody found"));
    case SHOAL_TRACKERS_WORKING:
      break;
    }
  return g_strdup (_ ("nobody else is here right now"));
}

/* The same, with what a tracker said that could have helped. */
static char *
dup_why_alone (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  g_autofree char *first = dup_why_nobody (info, moment);
  g_autofree char *second = NULL;

  if (info->problem == NULL && info->tracker_problem != NULL)
    second = shoal_app_problem_dup_sentence (info->tracker_problem);
  return shoal_app_text_join ((const char *[]){ first, second }, 2);
}

static char *
dup_why_nothing_comes (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  if (info->n_peers == 0)
    return dup_why_alone (info, moment);
  if (info->n_seeds == 0 && info->copies_1000 < 1000)
    return g_strdup (_ ("nobody has the rest right now"));
  return dup_count (ngettext ("connected to {n} person, who sends nothing yet",
                              "connected to {n} people, who send nothing yet",
                              info->n_peers),
                    info->n_peers);
}

static char *
dup_stall (const ShoalTorrentInfo *info, gint64 now_sec)
{
  g_autofree char *span = NULL;

  if (info->stalled_time == 0 || now_sec - info->stalled_time <= STALL_SEC)
    return NULL;
  span = shoal_app_number_format_span (now_sec - info->stalled_time);
  /* Translators: how long nothing has arrived. */
  return fill_one (_ ("nothing for {time}"), "time", span);
}

static char *
dup_downloading (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (info->down_bps > 0)
    {
      first = dup_time_left (moment->eta_sec);
      second = dup_down_rate (info);
    }
  else
    {
      first = dup_why_nothing_comes (info, moment);
      second = dup_stall (info, moment->now_sec);
    }
  return shoal_app_text_join ((const char *[]){ first, second }, 2);
}

static char *
dup_up_rate (const ShoalTorrentInfo *info)
{
  guint n = MAX (info->n_takers, 1);

  return fill_flow (
      n >= info->n_peers
          ? ngettext ("seeding {rate} to {n} person", "seeding {rate} to {n} people", n)
          : ngettext ("seeding {rate} to {n} of {all} person",
                      "seeding {rate} to {n} of {all} people",
                      info->n_peers),
      info->up_bps,
      n,
      info->n_peers);
}

/* Whether those who want it can know of us. */
static gboolean
is_announced (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  return info->trackers == SHOAL_TRACKERS_WORKING ||
         (info->trackers == SHOAL_TRACKERS_NONE && info->uses_dht && moment->dht_joining_sec < 0 &&
          info->n_known == 0);
}

static char *
dup_why_nothing_goes (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  g_autofree char *why = NULL;

  if (info->n_peers > 0)
    return dup_count (ngettext ("seeding, {n} person is connected and needs nothing right now",
                                "seeding, {n} people are connected and need nothing right now",
                                info->n_peers),
                      info->n_peers);
  if (info->problem == NULL && is_announced (info, moment))
    return g_strdup (_ ("seeding, nobody is asking right now"));
  why = dup_why_alone (info, moment);
  /* Translators: {why} is a reason such as "asking the tracker for people". */
  return fill_one (_ ("seeding, {why}"), "why", why);
}

static char *
dup_seeding (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  g_autofree char *first =
      info->up_bps > 0 ? dup_up_rate (info) : dup_why_nothing_goes (info, moment);
  g_autofree char *given = g_format_size (info->uploaded);
  g_autofree char *second = NULL;

  if (info->uploaded > 0)
    second = fill_one (_ ("{size} given so far"), "size", given);
  return shoal_app_text_join ((const char *[]){ first, second }, 2);
}

/* What a link stands for is on its way. */
static char *
dup_fetching_details (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  g_autofree char *why = NULL;

  if (info->n_senders > 0)
    return dup_count (ngettext ("fetching details from {n} person",
                                "fetching details from {n} people",
                                info->n_senders),
                      info->n_senders);
  if (info->n_peers > 0)
    return dup_count (ngettext ("fetching details, {n} person is connected and has none yet",
                                "fetching details, {n} people are connected and have none yet",
                                info->n_peers),
                      info->n_peers);
  why = dup_why_alone (info, moment);
  /* Translators: {why} is a reason such as "asking the tracker for people". */
  return fill_one (_ ("fetching details, {why}"), "why", why);
}

static char *
dup_paused (const ShoalTorrentInfo *info)
{
  if (info->is_asking)
    return g_strdup (_ ("waiting for you to choose the files"));
  if (info->is_magnet)
    return g_strdup (_ ("paused, the details are not known yet"));
  return g_strdup (info->done_bytes >= info->wanted_bytes ? _ ("complete, paused") : _ ("paused"));
}

static char *
dup_trouble (const ShoalTorrentInfo *info, const char *state)
{
  g_autofree char *sentence =
      info->problem != NULL ? shoal_app_problem_dup_sentence (info->problem) : NULL;

  return shoal_app_text_join ((const char *[]){ state, sentence }, 2);
}

static char *
dup_doing (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  switch (info->state)
    {
    case SHOAL_TORRENT_STATE_CHECKING:
      return g_strdup (_ ("checking the files"));
    case SHOAL_TORRENT_STATE_METADATA:
      return dup_fetching_details (info, moment);
    case SHOAL_TORRENT_STATE_DOWNLOADING:
      return dup_downloading (info, moment);
    case SHOAL_TORRENT_STATE_SEEDING:
      return dup_seeding (info, moment);
    case SHOAL_TORRENT_STATE_FINISHED:
      return g_strdup (info->met_goal ? _ ("complete, not seeding: its goal is reached")
                                      : _ ("complete, not seeding"));
    case SHOAL_TORRENT_STATE_PAUSED:
      return dup_paused (info);
    case SHOAL_TORRENT_STATE_WAITING:
      if (info->problem == NULL)
        return g_strdup (_ ("waiting, nobody has the rest right now"));
      return dup_trouble (info, _ ("waiting"));
    case SHOAL_TORRENT_STATE_STOPPED:
      return dup_trouble (info, _ ("needs attention"));
    case SHOAL_TORRENT_STATE_MOVING:
      return g_strdup (_ ("moving to another folder"));
    case SHOAL_TORRENT_STATE_QUEUED:
      return g_strdup (_ ("waiting for its turn"));
    }
  return NULL;
}

ShoalAppMood
shoal_app_sentence_get_mood (const ShoalTorrentInfo *info)
{
  switch (info->state)
    {
    case SHOAL_TORRENT_STATE_CHECKING:
    case SHOAL_TORRENT_STATE_METADATA:
    case SHOAL_TORRENT_STATE_MOVING:
      return SHOAL_APP_MOOD_CHECKING;
    case SHOAL_TORRENT_STATE_SEEDING:
    case SHOAL_TORRENT_STATE_FINISHED:
      return SHOAL_APP_MOOD_SEEDING;
    case SHOAL_TORRENT_STATE_PAUSED:
      return SHOAL_APP_MOOD_PAUSED;
    case SHOAL_TORRENT_STATE_WAITING:
    case SHOAL_TORRENT_STATE_QUEUED:
      return SHOAL_APP_MOOD_WAITING;
    case SHOAL_TORRENT_STATE_STOPPED:
      return SHOAL_APP_MOOD_TROUBLE;
    case SHOAL_TORRENT_STATE_DOWNLOADING:
      break;
    }
  return SHOAL_APP_MOOD_DOWNLOADING;
}

const char *
shoal_app_sentence_get_state_word (const ShoalTorrentInfo *info)
{
  switch (info->state)
    {
    case SHOAL_TORRENT_STATE_CHECKING:
      return _ ("Checking");
    case SHOAL_TORRENT_STATE_METADATA:
      return _ ("Fetching Details");
    case SHOAL_TORRENT_STATE_DOWNLOADING:
      return _ ("Downloading");
    case SHOAL_TORRENT_STATE_SEEDING:
      return _ ("Seeding");
    case SHOAL_TORRENT_STATE_FINISHED:
      return _ ("Complete");
    case SHOAL_TORRENT_STATE_PAUSED:
      return _ ("Paused");
    case SHOAL_TORRENT_STATE_WAITING:
    case SHOAL_TORRENT_STATE_QUEUED:
      return _ ("Waiting");
    case SHOAL_TORRENT_STATE_STOPPED:
      return _ ("Needs Attention");
    case SHOAL_TORRENT_STATE_MOVING:
      return _ ("Moving");
    }
  return "";
}

void
shoal_app_sentence_get_progress (const ShoalTorrentInfo *info, guint64 *done, guint64 *total)
{
  gboolean is_checking = info->state == SHOAL_TORRENT_STATE_CHECKING;

  *done = is_checking ? info->checked_bytes : info->done_bytes;
  *total = is_checking ? info->size : info->wanted_bytes;
  if (info->is_magnet)
    *total = 1; /* all of it is missing, whatever it is */
}

static gboolean
has_nothing_wanted (const ShoalTorrentInfo *info)
{
  return !info->is_magnet && info->wanted_bytes == 0 && info->size > 0 &&
         info->state != SHOAL_TORRENT_STATE_CHECKING;
}

char *
shoal_app_sentence_dup_row (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  g_autofree char *amount = NULL;
  g_autofree char *doing = dup_doing (info, moment);
  guint64          done;
  guint64          total;

  if (info->is_magnet)
    return g_steal_pointer (&doing); /* nobody knows how much it is */
  shoal_app_sentence_get_progress (info, &done, &total);
  amount =
      has_nothing_wanted (info) ? g_strdup (_ ("nothing is wanted")) : dup_amount (done, total);
  return shoal_app_text_join ((const char *[]){ amount, doing }, 2);
}

/* Parts of rows begin in lower case. */
static char *
dup_capital (const char *text)
{
  GString *result = g_string_new (NULL);

  if (*text == '\0')
    return g_string_free (result, FALSE);
  g_string_append_unichar (result, g_unichar_toupper (g_utf8_get_char (text)));
  g_string_append (result, g_utf8_next_char (text));
  return g_string_free (result, FALSE);
}

char *
shoal_app_sentence_dup_why_nobody (const ShoalTorrentInfo *info, const ShoalAppMoment *moment)
{
  gboolean is_looking = info->state == SHOAL_TORRENT_STATE_DOWNLOADING ||
                        info->state == SHOAL_TORRENT_STATE_SEEDING ||
                        info->state == SHOAL_TORRENT_STATE_METADATA;
  g_autofree char *why = is_looking ? dup_why_alone (info, moment) : dup_doing (info, moment);

  return dup_capital (why != NULL ? why : "");
}

/* NULL: the state says it. */
static char *
dup_spoken_progress (const ShoalTorrentInfo *info)
{
  guint64 done;
  guint64 total;
  int     tenths;

  if (has_nothing_wanted (info))
    return g_strdup (_ ("nothing is wanted"));
  if (info->state == SHOAL_TORRENT_STATE_FINISHED)
    return NULL;
  shoal_app_sentence_get_progress (info, &done, &total);
  tenths = (int) (shoal_app_number_get_fraction (done, total) * 10.0);
  if (tenths == 10)
    return g_strdup (_ ("complete"));
  /* Translators: spoken by a screen reader, after the name and the state. */
  return g_strdup_printf (_ ("%d percent"), tenths * 10);
}

char *
shoal_app_sentence_dup_spoken (const ShoalTorrentInfo *info)
{
  g_autofree char *name = shoal_app_text_dup_visible (info->name);
  g_autofree char *progress = dup_spoken_progress (info);
  g_autofree char *sentence = NULL;
  const char      *parts[5] = { name, shoal_app_sentence_get_state_word (info) };
  guint            n = 2;

  if (info->problem != NULL)
    sentence = shoal_app_problem_dup_sentence (info->problem);
  if (progress != NULL)
    parts[n++] = progress;
  parts[n] = sentence;
  return g_strjoinv (", ", (char **) parts);
}

/* What comes or goes for a moment after a torrent has stopped is not what it does. */
static guint64
get_spoken_bps (const ShoalTorrentInfo *info)
{
  if (info->state == SHOAL_TORRENT_STATE_SEEDING)
    return info->up_bps;
  return info->state == SHOAL_TORRENT_STATE_DOWNLOADING ? info->down_bps : 0;
}

char *
shoal_app_sentence_dup_spoken_now (const ShoalTorrentInfo *info)
{
  guint64          bps = get_spoken_bps (info);
  g_autofree char *spoken = shoal_app_sentence_dup_spoken (info);
  g_autofree char *rate = bps > 0 ? shoal_app_number_format_rate (bps) : NULL;

  return g_strjoin (", ", spoken, rate, NULL);
}

static char *
dup_total_rate (guint64 bps)
{
  return bps > 0 ? shoal_app_number_format_rate (bps) : g_strdup (_ ("0 kB/s"));
}

char *
shoal_app_sentence_dup_totals (const ShoalTotals *totals, gboolean has_alternative)
{
  g_autofree char *down = dup_total_rate (totals->down_bps);
  g_autofree char *up = dup_total_rate (totals->up_bps);

  return fill_two (has_alternative ? _ ("↓ {down}  ↑ {up} · alternative limits")
                                   : "↓ {down}  ↑ {up}",
                   (ShoalAppTextPart){ "down", down },
                   (ShoalAppTextPart){ "up", up });
}

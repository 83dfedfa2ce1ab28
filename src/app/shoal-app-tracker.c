/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-tracker.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"

/* Less than this has just been. */
#define JUST_NOW_SEC 30

static char *
fill_one (const char *pattern, const char *name, const char *value)
{
  ShoalAppTextPart part = { name, value };

  return shoal_app_text_fill (pattern, &part, 1);
}

/* "2 minutes ago". */
static char *
dup_ago (gint64 time, gint64 now_sec)
{
  g_autofree char *span = NULL;

  if (now_sec - time < JUST_NOW_SEC)
    return g_strdup (_ ("just now"));
  span = shoal_app_number_format_span (now_sec - time);
  return fill_one (_ ("{time} ago"), "time", span);
}

static char *
dup_counts (const ShoalTrackerInfo *info)
{
  g_autofree char *seeds = g_strdup_printf ("%d", info->n_seeds);
  g_autofree char *leechers = g_strdup_printf ("%d", info->n_leechers);
  g_autofree char *peers = g_strdup_printf ("%u", info->n_peers);
  ShoalAppTextPart parts[] = { { "seeds", seeds }, { "others", leechers }, { "n", peers } };

  if (info->n_seeds >= 0 && info->n_leechers >= 0)
    return shoal_app_text_fill (
        _ ("{seeds} seeding, {others} downloading"), parts, G_N_ELEMENTS (parts));
  return shoal_app_text_fill (
      ngettext ("it named {n} person", "it named {n} people", info->n_peers),
      parts,
      G_N_ELEMENTS (parts));
}

static char *
dup_answered (const ShoalTrackerInfo *info, gint64 now_sec)
{
  g_autofree char *ago = dup_ago (info->last_time, now_sec);
  g_autofree char *counts = dup_counts (info);
  g_autofree char *message = shoal_app_text_dup_visible (info->message);
  ShoalAppTextPart parts[] = { { "ago", ago }, { "counts", counts }, { "text", message } };

  /* Translators: {ago} is a time such as "2 minutes ago", {counts} what the tracker told, {text}
   * words of its own. */
  return shoal_app_text_fill (*message != '\0' ? _ ("answered {ago}: {counts}, and says “{text}”")
                                               : _ ("answered {ago}: {counts}"),
                              parts,
                              G_N_ELEMENTS (parts));
}

/* Only of a refusal the words are the tracker's. */
static const char *
get_failure (const ShoalTrackerInfo *info)
{
  if (info->fault == SHOAL_PROBLEM_TRACKER_REFUSED)
    return info->message != NULL && *info->message != '\0'
               ? _ ("failed {ago}: “{text}”")
               : _ ("failed {ago}, no reason was given");
  if (info->fault == SHOAL_PROBLEM_TRACKER_STATUS)
    return _ ("failed {ago}: it refused with HTTP status {number}");
  if (info->fault == SHOAL_PROBLEM_UNSAFE)
    return _ ("failed {ago}: it could not prove that it is what it says");
  if (info->fault == SHOAL_PROBLEM_TRACKER_BROKEN)
    return _ ("failed {ago}: its answer makes no sense");
  if (info->fault == SHOAL_PROBLEM_TIMEOUT)
    return _ ("failed {ago}: it does not answer");
  return _ ("failed {ago}: it cannot be reached");
}

static char *
dup_failed (const ShoalTrackerInfo *info, gint64 now_sec)
{
  g_autofree char *ago = dup_ago (info->last_time, now_sec);
  g_autofree char *message = shoal_app_text_dup_visible (info->message);
  g_autofree char *number = g_strdup_printf ("%u", info->http_status);
  ShoalAppTextPart parts[] = { { "ago", ago }, { "text", message }, { "number", number } };

  return shoal_app_text_fill (get_failure (info), parts, G_N_ELEMENTS (parts));
}

char *
shoal_app_tracker_dup_last (const ShoalTrackerInfo *info, gint64 now_sec)
{
  switch (info->status)
    {
    case SHOAL_TRACKER_STATUS_NEW:
      return g_strdup (_ ("not asked yet"));
    case SHOAL_TRACKER_STATUS_WORKING:
      return g_strdup (_ ("being asked right now"));
    case SHOAL_TRACKER_STATUS_OK:
      return dup_answered (info, now_sec);
    case SHOAL_TRACKER_STATUS_ERROR:
      return dup_failed (info, now_sec);
    }
  return NULL;
}

/* Of one that has never been asked. */
static char *
dup_first (gint64 left_sec)
{
  g_autofree char *span = NULL;

  if (left_sec < JUST_NOW_SEC)
    return g_strdup (_ ("will be asked in a moment"));
  span = shoal_app_number_format_span (left_sec);
  return fill_one (_ ("will be asked in {time}"), "time", span);
}

char *
shoal_app_tracker_dup_next (const ShoalTrackerInfo *info, gint64 now_sec)
{
  gint64           left_sec = info->next_time - now_sec;
  g_autofree char *span = NULL;

  if (info->status == SHOAL_TRACKER_STATUS_WORKING || info->next_time == 0)
    return NULL;
  if (info->status == SHOAL_TRACKER_STATUS_NEW)
    return dup_first (left_sec);
  if (left_sec < JUST_NOW_SEC)
    return g_strdup (_ ("asked again within half a minute"));
  span = shoal_app_number_format_span (left_sec);
  return fill_one (_ ("asked again in {time}"), "time", span);
}

/* What is encoded wrongly stays as it is. */
static char *
decode (const char *host)
{
  g_autofree char *name = g_hostname_to_unicode (host);

  return g_strdup (name != NULL && *name != '\0' ? name : host);
}

char *
shoal_app_tracker_dup_host (const char *host)
{
  g_autofree char *name = decode (host);

  return shoal_app_text_dup_visible (name);
}

/* Where the host ends that begins at @host. */
static const char *
find_host_end (const char *host, const char *end)
{
  const char *close = *host == '[' ? memchr (host, ']', (gsize) (end - host)) : NULL;
  const char *colon;

  if (close != NULL)
    return close + 1;
  colon = memchr (host, ':', (gsize) (end - host));
  return colon != NULL ? colon : end;
}

char *
shoal_app_tracker_dup_url (const char *url)
{
  const char      *scheme_end = strstr (url, "://");
  const char      *begin = scheme_end != NULL ? scheme_end + 3 : url;
  const char      *end = begin + strcspn (begin, "/?#");
  const char      *at = g_strrstr_len (begin, end - begin, "@");
  const char      *host = at != NULL ? at + 1 : begin;
  const char      *host_end = find_host_end (host, end);
  g_autofree char *scheme = g_strndup (url, (gsize) (begin - url));
  g_autofree char *raw = g_strndup (host, (gsize) (host_end - host));
  g_autofree char *name = *raw == '[' ? g_strdup (raw) : decode (raw);
  g_autofree char *text = g_strconcat (scheme, name, host_end, NULL);

  return shoal_app_text_dup_visible (text);
}

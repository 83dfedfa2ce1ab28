/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-tiers.h"

#include "types/shoal-types-info.h"

/* An empty URL stands between two tiers only. */
static void
append (GPtrArray *urls, const char *url)
{
  gboolean ends_tier = urls->len > 0 && *(char *) g_ptr_array_index (urls, urls->len - 1) == '\0';

  if (*url == '\0' && (urls->len == 0 || ends_tier))
    return;
  g_ptr_array_add (urls, g_strdup (url));
}

static char **
finish (GPtrArray *urls)
{
  if (urls->len > 0 && *(char *) g_ptr_array_index (urls, urls->len - 1) == '\0')
    g_free (g_ptr_array_remove_index (urls, urls->len - 1));
  g_ptr_array_add (urls, NULL);
  return (char **) g_ptr_array_free (urls, FALSE);
}

char **
shoal_app_tiers_from_trackers (const GPtrArray *trackers)
{
  GPtrArray *urls = g_ptr_array_new ();

  for (guint i = 0; trackers != NULL && i < trackers->len; i++)
    {
      const ShoalTrackerInfo *info = g_ptr_array_index (trackers, i);

      if (i > 0 &&
          ((const ShoalTrackerInfo *) g_ptr_array_index (trackers, i - 1))->tier != info->tier)
        append (urls, "");
      append (urls, info->url);
    }
  return finish (urls);
}

char **
shoal_app_tiers_from_text (const char *text)
{
  GPtrArray *urls = g_ptr_array_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    append (urls, g_strstrip (lines[i]));
  return finish (urls);
}

char *
shoal_app_tiers_to_text (const char *const *urls)
{
  return g_strjoinv ("\n", (char **) urls);
}

char **
shoal_app_tiers_replace (const char *const *urls, const char *url, const char *other)
{
  GPtrArray *result = g_ptr_array_new ();

  for (; *urls != NULL; urls++)
    if (!g_str_equal (*urls, url))
      append (result, *urls);
    else if (other != NULL)
      append (result, other);
  return finish (result);
}

/* Of GPtrArray, of URLs, which are borrowed. */
static GPtrArray *
split (const char *const *urls)
{
  GPtrArray *tiers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  for (g_ptr_array_add (tiers, g_ptr_array_new ()); *urls != NULL; urls++)
    if (**urls == '\0')
      g_ptr_array_add (tiers, g_ptr_array_new ());
    else
      g_ptr_array_add (g_ptr_array_index (tiers, tiers->len - 1), (gpointer) *urls);
  return tiers;
}

static char **
join (const GPtrArray *tiers)
{
  GPtrArray *urls = g_ptr_array_new ();

  for (guint i = 0; i < tiers->len; i++)
    {
      const GPtrArray *tier = g_ptr_array_index (tiers, i);

      append (urls, "");
      for (guint j = 0; j < tier->len; j++)
        append (urls, g_ptr_array_index (tier, j));
    }
  return finish (urls);
}

static GPtrArray *
need_tier (GPtrArray *tiers, int i)
{
  if (i < 0)
    g_ptr_array_insert (tiers, 0, g_ptr_array_new ());
  else if (i >= (int) tiers->len)
    g_ptr_array_add (tiers, g_ptr_array_new ());
  return g_ptr_array_index (tiers, MAX (i, 0));
}

char **
shoal_app_tiers_move (const char *const *urls, const char *url, int by)
{
  g_autoptr (GPtrArray) tiers = split (urls);

  for (int i = 0; i < (int) tiers->len; i++)
    {
      GPtrArray *tier = g_ptr_array_index (tiers, i);
      guint      place;

      if (!g_ptr_array_find_with_equal_func (tier, url, g_str_equal, &place))
        continue;
      g_ptr_array_add (need_tier (tiers, i + by), g_ptr_array_remove_index (tier, place));
      break;
    }
  return join (tiers);
}

gboolean
shoal_app_tiers_is_url (const char *url)
{
  static const char *const schemes[] = { "http", "https", "udp" };
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (g_uri_get_scheme (uri), schemes[i]))
      return TRUE;
  return FALSE;
}

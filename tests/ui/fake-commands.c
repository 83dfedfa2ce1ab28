/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the pages of the details ask of an engine that is none. */
#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <string.h>

#include "fake-changes.h"
#include "fake-engine.h"

static ShoalProblem *
refusal (ShoalProblemCode code, const char *subject)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, code, subject, "said by nobody");
}

guint64
shoal_api_engine_set_limits (ShoalApiEngine *self,
                             ShoalTorrentId  id,
                             guint64         down_bps,
                             guint64         up_bps)
{
  ShoalTorrentInfo *info = fake_engine_edit (self, id);
  g_autofree char  *line =
      g_strdup_printf ("limits-%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, down_bps, up_bps);

  if (info != NULL)
    {
      info->down_limit_bps = down_bps;
      info->up_limit_bps = up_bps;
    }
  return fake_engine_take (self, id, line);
}

guint64
shoal_api_engine_announce (ShoalApiEngine *self, ShoalTorrentId id)
{
  return fake_engine_take (self, id, "announce");
}

/* Nobody is at a host called "nobody". */
guint64
shoal_api_engine_add_peer (ShoalApiEngine    *self,
                           ShoalTorrentId     id,
                           const char        *host_port,
                           ShoalApiAnswerFunc func,
                           gpointer           user_data)
{
  g_autofree char *line = g_strdup_printf ("add-peer-%s", host_port);

  if (g_str_has_prefix (host_port, "nobody:"))
    return fake_engine_refuse (self, id, line, refusal (SHOAL_PROBLEM_PEER_NAME, host_port));
  return fake_engine_take (self, id, line);
}

guint64
shoal_api_engine_add_tracker (ShoalApiEngine    *self,
                              ShoalTorrentId     id,
                              const char        *url,
                              ShoalApiAnswerFunc func,
                              gpointer           user_data)
{
  g_autofree char *line = g_strdup_printf ("add-tracker-%s", url);

  return fake_engine_take (self, id, line);
}

/* A tracker at "refused.example" is none that one may have. */
guint64
shoal_api_engine_set_trackers (ShoalApiEngine    *self,
                               ShoalTorrentId     id,
                               const char *const *urls,
                               ShoalApiAnswerFunc func,
                               gpointer           user_data)
{
  g_autofree char *text = g_strjoinv ("|", (char **) urls);
  g_autofree char *line = g_strdup_printf ("trackers-%s", text);

  if (strstr (text, "refused.example") != NULL)
    return fake_engine_refuse (
        self, id, line, refusal (SHOAL_PROBLEM_TRACKER_ADDRESS, "<b>not</b> one"));
  fake_changes_set_trackers (id, urls);
  return fake_engine_take (self, id, line);
}

guint64
shoal_api_engine_ban_peer (ShoalApiEngine *self, ShoalTorrentId id, const ShoalBaseAddress *address)
{
  char             text[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  g_autofree char *line =
      g_strdup_printf ("ban-%s", shoal_base_address_format (address, FALSE, text));

  fake_changes_ban (id, address);
  return fake_engine_take (self, id, line);
}

guint64
shoal_api_engine_unban_peer (ShoalApiEngine         *self,
                             ShoalTorrentId          id,
                             const ShoalBaseAddress *address)
{
  fake_changes_unban (id, address);
  return fake_engine_take (self, id, "unban");
}

guint64
shoal_api_engine_set_goals (ShoalApiEngine *self, ShoalTorrentId id, const ShoalSeedGoals *goals)
{
  ShoalTorrentInfo *info = fake_engine_edit (self, id);
  ShoalSeedGoals    none = SHOAL_SEED_GOALS_NONE;
  g_autofree char  *line = goals == NULL ? g_strdup ("goals-none")
                                         : g_strdup_printf ("goals-%d-%u-%u-%d",
                                                           goals->ratio_1000,
                                                           goals->minutes,
                                                           goals->idle_minutes,
                                                           goals->action);

  if (info != NULL)
    {
      info->has_goals = goals != NULL;
      info->goals = goals != NULL ? *goals : none;
    }
  return fake_engine_take (self, id, line);
}

guint64
shoal_api_engine_set_encryption (ShoalApiEngine *self, ShoalTorrentId id, int encryption)
{
  ShoalTorrentInfo *info = fake_engine_edit (self, id);
  g_autofree char  *line = g_strdup_printf ("encryption-%d", encryption);

  if (info != NULL)
    info->encryption = encryption;
  return fake_engine_take (self, id, line);
}

/* A name with a slash is none. */
guint64
shoal_api_engine_rename (ShoalApiEngine    *self,
                         ShoalTorrentId     id,
                         guint              file,
                         const char        *name,
                         ShoalApiAnswerFunc func,
                         gpointer           user_data)
{
  g_autofree char  *line = g_strdup_printf ("rename-%d-%s", (int) file, name);
  ShoalTorrentInfo *info;

  if (strchr (name, '/') != NULL)
    return fake_engine_refuse (self, id, line, refusal (SHOAL_PROBLEM_NAME_SLASH, name));
  fake_changes_rename (id, file, name);
  info = file == SHOAL_RENAME_TOP ? fake_engine_edit (self, id) : NULL;
  if (info != NULL)
    {
      g_free (info->name);
      info->name = g_strdup (name);
    }
  return fake_engine_take (self, id, line);
}

guint64
shoal_api_engine_rename_folder (ShoalApiEngine    *self,
                                ShoalTorrentId     id,
                                const char        *folder,
                                const char        *name,
                                ShoalApiAnswerFunc func,
                                gpointer           user_data)
{
  g_autofree char *line = g_strdup_printf ("rename-%s-%s", folder, name);

  if (strchr (name, '/') != NULL)
    return fake_engine_refuse (self, id, line, refusal (SHOAL_PROBLEM_NAME_SLASH, name));
  fake_changes_rename_folder (id, folder, name);
  return fake_engine_take (self, id, line);
}

guint64
shoal_api_engine_play_first (ShoalApiEngine *self, ShoalTorrentId id, guint file)
{
  ShoalTorrentInfo *info = fake_engine_edit (self, id);
  g_autofree char  *line = g_strdup_printf ("play-first-%d", (int) file);

  if (info != NULL)
    info->play_first = file;
  return fake_engine_take (self, id, line);
}

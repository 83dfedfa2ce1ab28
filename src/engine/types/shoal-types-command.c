/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "types/shoal-types-command.h"

ShoalAddOptions *
shoal_add_options_new (const char *save_path)
{
  ShoalAddOptions *self = g_new0 (ShoalAddOptions, 1);

  self->save_path = g_strdup (save_path);
  self->seed_ratio = -1;
  self->is_seed = TRUE;
  return self;
}

void
shoal_add_options_free (ShoalAddOptions *self)
{
  g_free (self->save_path);
  g_free (self->top_name);
  g_free (self->priorities);
  g_clear_pointer (&self->select, g_array_unref);
  g_strfreev (self->trackers);
  g_strfreev (self->peers);
  g_clear_pointer (&self->labels, shoal_words_unref);
  g_free (self);
}

ShoalCommand *
shoal_command_new (ShoalCommandKind kind, ShoalTorrentId id)
{
  ShoalCommand *self = g_new0 (ShoalCommand, 1);

  self->kind = kind;
  self->id = id;
  self->goals = SHOAL_SEED_GOALS_NONE;
  return self;
}

void
shoal_command_free (ShoalCommand *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->add, shoal_add_options_free);
  g_clear_pointer (&self->settings, shoal_settings_unref);
  g_clear_pointer (&self->files, g_array_unref);
  g_clear_pointer (&self->ids, g_array_unref);
  g_strfreev (self->words);
  g_free (self->text);
  g_free (self->text2);
  g_free (self);
}

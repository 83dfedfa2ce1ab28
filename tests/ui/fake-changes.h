/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"

#define FAKE_N_PARTS 30 /* folders of a torrent with many files */

/* What a person changed of the torrents of an engine that is none, beyond their rows: the details
 * are made with it. */

void fake_changes_set_priority (ShoalTorrentId id, guint file, ShoalFilePriority priority);

ShoalFilePriority fake_changes_get_priority (ShoalTorrentId id, guint file);

void fake_changes_rename (ShoalTorrentId id, guint file, const char *name);

/* NULL: it has its first name. */
const char *fake_changes_get_name (ShoalTorrentId id, guint file);

/* @folder: as in the paths of files; those inside are called "part N" at first. */
void fake_changes_rename_folder (ShoalTorrentId id, const char *folder, const char *name);

/* What "part @part" is called now; NULL: it has its first name. */
const char *fake_changes_get_folder_name (ShoalTorrentId id, guint part);

/* @words: as of a command. */
void fake_changes_set_trackers (ShoalTorrentId id, const char *const *words);

/* NULL: they are those from the start. */
const char *const *fake_changes_get_trackers (ShoalTorrentId id);

void fake_changes_ban (ShoalTorrentId id, const ShoalBaseAddress *address);

void fake_changes_unban (ShoalTorrentId id, const ShoalBaseAddress *address);

gboolean fake_changes_is_banned (ShoalTorrentId id, const ShoalBaseAddress *address);

/* Grows with each change of files. */
guint fake_changes_get_n_files (void);

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-event.h"
#include "types/shoal-types-info.h"
#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* The events of `get --json` and `seed --json` about one torrent. Scripts depend on each name. */

typedef struct
{
  const char *hash;   /* v1 in hex, v2 where there is no v1 */
  const char *source; /* how the person called it */
} ShoalCliTopic;

/* "checking", "metadata", "downloading", "seeding" or "waiting"; @is_seed: nothing is fetched for
 * it. Static: the same name is the same pointer. */
const char *shoal_cli_event_name_state (const ShoalTorrentInfo *info, gboolean is_seed);

/* Of a magnet @contents say less than @info, and both nothing of the files at first. */
void shoal_cli_event_print_added (const ShoalCliTopic    *topic,
                                  const ShoalContents    *contents,
                                  const ShoalTorrentInfo *info);

/* @state: its name; @uploaded: in this run. */
void shoal_cli_event_print_progress (const ShoalCliTopic    *topic,
                                     const ShoalTorrentInfo *info,
                                     const char             *state,
                                     guint64                 uploaded);

void shoal_cli_event_print_listening (const ShoalCliTopic *topic, const ShoalEvent *event);

void shoal_cli_event_print_metadata (const ShoalCliTopic *topic,
                                     const ShoalEvent    *event,
                                     double               seconds);

/* Connected or closed. */
void shoal_cli_event_print_peer (const ShoalCliTopic *topic, const ShoalEvent *event);

void shoal_cli_event_print_tracker (const ShoalCliTopic *topic, const ShoalEvent *event);

void shoal_cli_event_print_bad_piece (const ShoalCliTopic *topic, const ShoalEvent *event);

void shoal_cli_event_print_complete (const ShoalCliTopic *topic,
                                     const ShoalEvent    *event,
                                     double               seconds);

void shoal_cli_event_print_stopped (const ShoalCliTopic *topic, const ShoalTotals *totals);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-room.h"

#include <sys/resource.h>

/* The program's own: what it was started with, signals, and what is open for a moment. */
#define OWN_FILES 16

/* Pipes of all engines together: one part in so many of the limit. */
#define PIPES_SHARE 8

/* An engine: its sockets in both families, queues, database, lock, and a few files of data. */
#define ENGINE_FILES 20

/* With fewer connections than these a torrent had better wait for its turn. */
#define FEW_PEERS 12

static guint64
get_part (guint64 limit, guint n)
{
  guint64 shared = OWN_FILES + limit / PIPES_SHARE;

  return limit > shared ? (limit - shared) / n : 0;
}

guint64
shoal_cli_room_get_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max == RLIM_INFINITY)
    return G_MAXUINT64;
  return limit.rlim_max;
}

guint
shoal_cli_room_count_torrents (guint64 limit, guint n)
{
  guint64 room = get_part (limit, 1) / (ENGINE_FILES + FEW_PEERS);

  return (guint) CLAMP (room, 1, n);
}

guint
shoal_cli_room_count_peers (guint64 limit, guint n, guint wish)
{
  guint64 part = get_part (limit, n);

  return (guint) MIN (wish, part > ENGINE_FILES + FEW_PEERS ? part - ENGINE_FILES : FEW_PEERS);
}

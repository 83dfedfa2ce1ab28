/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many files this process may have open, with the soft limit raised as far as it goes. */
guint64 shoal_cli_room_get_limit (void);

/* How many of @n torrents can run at a time where @limit files may be open, each with its engine,
 * its data and connections: at least one. */
guint shoal_cli_room_count_torrents (guint64 limit, guint n);

/* How many connections each of @n torrents that run at a time can have, at most @wish. */
guint shoal_cli_room_count_peers (guint64 limit, guint n, guint wish);

G_END_DECLS

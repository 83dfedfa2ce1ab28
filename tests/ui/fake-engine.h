/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "api/shoal-api-engine.h"

/* What the files of the engine that is none have in common. */

/* Takes a command in, with its line for the log; the number that it gets. */
guint64 fake_engine_take (ShoalApiEngine *self, ShoalTorrentId id, const char *line);

/* The same of one that cannot be done; @problem is taken over. */
guint64 fake_engine_refuse (ShoalApiEngine *self,
                            ShoalTorrentId  id,
                            const char     *line,
                            ShoalProblem   *problem);

/* The row to change; NULL: there is none. */
ShoalTorrentInfo *fake_engine_edit (ShoalApiEngine *self, ShoalTorrentId id);

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* Tells that the files of @torrent could not be moved, and why to who asks: one toast of all of
 * them, which stays until somebody is there, as that may come hours after it was asked for. */
void shoal_app_unmoved_tell (AdwToastOverlay    *toasts,
                             ShoalModelTorrent  *torrent,
                             const ShoalProblem *problem);

G_END_DECLS

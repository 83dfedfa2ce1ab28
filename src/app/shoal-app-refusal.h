/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* Tells that something that was asked for before was not done. */
void shoal_app_refusal_tell (AdwToastOverlay *toasts, const ShoalProblem *problem);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Stands at the entry of a stateful module's public functions; config.h comes before it. With
 * -Dinvariants=true it calls the module's _check(), which walks the whole structure; otherwise it
 * is nothing. */
#if SHOAL_WITH_INVARIANTS
#define SHOAL_INVARIANT(check) check
#else
#define SHOAL_INVARIANT(check) ((void) 0)
#endif

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A cache line. Memory that the kernel copies much of files to begins at a multiple of it: some
 * processors take three times as long for the copy otherwise. */
#define SHOAL_BASE_ALIGNMENT 64

/* @size bytes, aligned, with anything in them; to be given to shoal_base_memory_free(). Any thread.
 *
 * For what comes and goes all the time. Memory that malloc() itself aligns asks for room to align
 * in, which is more than one of the same size leaves when it is given back, so that each would
 * lengthen the heap. */
guint8 *shoal_base_memory_new (gsize size);

/* @memory: from shoal_base_memory_new(), or NULL. A GDestroyNotify. */
void shoal_base_memory_free (gpointer memory);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-memory.h"

guint8 *
shoal_base_memory_new (gsize size)
{
  gsize     extra = sizeof (gpointer) + SHOAL_BASE_ALIGNMENT - 1;
  gpointer  whole = g_malloc (size + extra);
  gpointer *aligned =
      (gpointer) (((guintptr) whole + extra) & ~(guintptr) (SHOAL_BASE_ALIGNMENT - 1));

  aligned[-1] = whole;
  return (guint8 *) aligned;
}

void
shoal_base_memory_free (gpointer memory)
{
  if (memory != NULL)
    g_free (((gpointer *) memory)[-1]);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* The count of what crosses threads: an atomic_uint as the first member, named ref_count. Taking a
 * reference does not change what the holder sees, hence the const. */
static inline gpointer
shoal_types_ref (gconstpointer object)
{
  union
  {
    gconstpointer read;
    gpointer      write;
  } same = { .read = object };

  atomic_fetch_add_explicit ((atomic_uint *) same.write, 1, memory_order_relaxed);
  return same.write;
}

/* TRUE when the last reference went and the caller must free. */
static inline gboolean
shoal_types_unref (gpointer object)
{
  return atomic_fetch_sub_explicit ((atomic_uint *) object, 1, memory_order_acq_rel) == 1;
}

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-memory.h"

#include <string.h>

static void
test_aligned (void)
{
  static const gsize sizes[] = { 1, 63, 64, 65, 16 * 1024, 1024 * 1024 + 1 };
  guint8            *memory[G_N_ELEMENTS (sizes)];

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      memory[i] = shoal_base_memory_new (sizes[i]);
      g_assert_cmpuint ((guintptr) memory[i] % SHOAL_BASE_ALIGNMENT, ==, 0);
      memset (memory[i], (int) i + 1, sizes[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_cmpuint (memory[i][0], ==, i + 1);
      g_assert_cmpuint (memory[i][sizes[i] - 1], ==, i + 1);
      shoal_base_memory_free (memory[i]);
    }
  shoal_base_memory_free (NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/memory/aligned", test_aligned);
  return g_test_run ();
}

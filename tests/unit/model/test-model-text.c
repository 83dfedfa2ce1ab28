/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-text.h"

static const struct
{
  const char *text;
  const char *folded;
} cases[] = {
  { "", "" },
  { "Debian-12.ISO", "debian-12.iso" },
  { "Œuvre Complète", "œuvre complete" },
  { "COMPLE\xcc\x80TE", "complete" },
  { "Straße", "strasse" },
  { "ОТКРЫТЫЕ", "открытые" },
  { "ﬁlm", "film" },
  { "BAD \xff BYTE", "bad \xff byte" },
};

static void
test_fold (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = shoal_model_text_fold (cases[i].text);

      g_assert_cmpstr (folded, ==, cases[i].folded);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/text/fold", test_fold);
  return g_test_run ();
}

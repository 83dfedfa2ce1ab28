/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <libintl.h>
#include <locale.h>

#include "app/shoal-app-application.h"

/* The window over the engine that is none (fake-engine.c): no demo, for that needs a real one. */
int
main (int argc, char **argv)
{
  g_autoptr (ShoalAppApplication) application = NULL;

  setlocale (LC_ALL, "");
  if (g_getenv ("SHOAL_LOCALE_DIR") != NULL)
    bindtextdomain (GETTEXT_PACKAGE, g_getenv ("SHOAL_LOCALE_DIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  application = shoal_app_application_new ();
  return shoal_app_application_finish (application,
                                       g_application_run (G_APPLICATION (application), argc, argv));
}

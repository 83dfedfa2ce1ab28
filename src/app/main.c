/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "app/shoal-app-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (ShoalAppApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SHOAL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = shoal_app_application_new ();
  return shoal_app_application_finish (application,
                                       g_application_run (G_APPLICATION (application), argc, argv));
}

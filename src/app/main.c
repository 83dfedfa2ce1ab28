/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "app/shoal-app-application.h"
#include "app/shoal-app-demo.h"

/* It has to be known before anything asks for the state folder. */
static gboolean
has_demo (int argc, char **argv)
{
  int i;

  for (i = 1; i < argc; i++)
    if (strcmp (argv[i], "--demo") == 0)
      return TRUE;
  return FALSE;
}

static void
demo_cb (gpointer user_data, ShoalAppSession *session)
{
  shoal_app_demo_start (user_data, session);
}

int
main (int argc, char **argv)
{
  g_autoptr (ShoalAppApplication) application = NULL;
  const char   *locale_dir = g_getenv ("SHOAL_LOCALE_DIR"); /* of a build that is not installed */
  ShoalAppDemo *demo = NULL;
  int           status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : SHOAL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (has_demo (argc, argv))
    {
      demo = shoal_app_demo_new ();
      if (demo == NULL)
        return 1;
    }
  application = shoal_app_application_new ();
  if (demo != NULL)
    shoal_app_application_set_private (application, demo_cb, demo);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  status = shoal_app_application_finish (application, status);
  if (demo != NULL && !shoal_app_demo_finish (demo))
    status = 1;
  return status;
}

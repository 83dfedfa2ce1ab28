/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-application.h"

/* The window over the engine that is none (fake-engine.c): no demo, for that needs a real one. */
int
main (int argc, char **argv)
{
  g_autoptr (ShoalAppApplication) application = shoal_app_application_new ();

  return shoal_app_application_finish (application,
                                       g_application_run (G_APPLICATION (application), argc, argv));
}

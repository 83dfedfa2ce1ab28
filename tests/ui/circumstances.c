/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A GIO module that a test puts into a program through GIO_EXTRA_MODULES: how the network and the
 * battery are is what the file SHOAL_CIRCUMSTANCES says, which may hold the words "metered" and
 * "saving" and may change at any time. What was read of it last stands beside it, in a file whose
 * name ends in ".read". */
#define G_LOG_DOMAIN "shoal-circumstances"

#include "fake-monitor.h"

#include "module.h"

static GFileMonitor *file_monitor;
static const char   *path;

static void
read_file (void)
{
  g_autofree char *text = NULL;
  g_autofree char *answer = g_strconcat (path, ".read", NULL);

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  fake_monitor_set (strstr (text, "metered") != NULL, strstr (text, "saving") != NULL);
  g_file_set_contents (answer, text, -1, NULL);
}

/* On the main context, once it runs: a monitor of files belongs to the thread that made it. */
static gboolean
watch_cb (gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  file_monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  g_file_monitor_set_rate_limit (file_monitor, 10);
  g_signal_connect (file_monitor, "changed", G_CALLBACK (read_file), NULL);
  read_file ();
  return G_SOURCE_REMOVE;
}

void
g_io_module_load (GIOModule *module)
{
  path = g_getenv ("SHOAL_CIRCUMSTANCES");
  g_type_module_use (G_TYPE_MODULE (module));
  if (path == NULL || file_monitor != NULL)
    return;
  fake_monitor_install ();
  g_idle_add (watch_cb, NULL);
}

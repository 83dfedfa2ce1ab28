/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <stdio.h>

/* What a GIO module must have beside g_io_module_load(), and how ours begin. Included once by each.
 */

void g_io_module_load (GIOModule *module);

void g_io_module_unload (GIOModule *module);

char **g_io_module_query (void);

/* Opens the file that the variable @name of the environment names. FALSE: it names none, or the
 * module has been loaded before. */
static gboolean
begin_module (GIOModule *module, const char *name, FILE **out)
{
  const char *path = g_getenv (name);

  g_type_module_use (G_TYPE_MODULE (module));
  if (path == NULL || *out != NULL)
    return FALSE;
  *out = fopen (path, "w");
  if (*out == NULL)
    return FALSE;
  setvbuf (*out, NULL, _IOLBF, 0);
  return TRUE;
}

void
g_io_module_unload (GIOModule *module)
{
}

char **
g_io_module_query (void)
{
  return g_new0 (char *, 1);
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Prints the help of @verb, NULL: of the program, to standard output. FALSE: there is no such verb.
 */
gboolean shoal_cli_help_print (const char *verb);

G_END_DECLS

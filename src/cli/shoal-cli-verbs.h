/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The verbs: each reads its own words (argv[0] is the verb) and returns the exit status of the
 * program. */

int shoal_cli_get (int argc, char **argv);

int shoal_cli_seed (int argc, char **argv);

int shoal_cli_create (int argc, char **argv);

int shoal_cli_show (int argc, char **argv);

int shoal_cli_verify (int argc, char **argv);

int shoal_cli_tracker (int argc, char **argv);

G_END_DECLS

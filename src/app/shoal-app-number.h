/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers as a person reads them. All strings are the caller's. */

/* Bytes a second: "5.1 MB/s". */
char *shoal_app_number_format_rate (guint64 bps);

/* A span of time in words, rounded up and coarser the longer it is: "3 minutes", "2 hours". */
char *shoal_app_number_format_span (gint64 seconds);

/* A time that a person has chosen, to the minute: "1 hour 30 minutes", "3 days". */
char *shoal_app_number_format_minutes (guint minutes);

/* How much of @total is @done, 0.0 to 1.0 in steps of a thousandth, never 1.0 before the end; 1.0
 * for nothing of nothing. */
double shoal_app_number_get_fraction (guint64 done, guint64 total);

/* The least of 1, 2, 5, 10, 20, 50 … that is not less than @number, and than @least: the end of a
 * scale that is easy to read. */
guint64 shoal_app_number_get_scale (guint64 number, guint64 least);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rows/shoal-app-hours.h"

#include <string.h>

#define MINUTES_PER_HOUR 60

double
shoal_app_hours_from_minutes (guint minutes)
{
  return (double) minutes / MINUTES_PER_HOUR;
}

guint
shoal_app_hours_to_minutes (double hours)
{
  return (guint) (hours * MINUTES_PER_HOUR + 0.5);
}

/* "1.50" becomes "1.5", and "72.00" "72". */
static void
drop_zeros (char *text)
{
  gsize len = strlen (text);

  while (len > 1 && text[len - 1] == '0')
    len--;
  while (len > 1 && !g_ascii_isdigit (text[len - 1]))
    len--; /* what stands before the digits is the language's */
  text[len] = '\0';
}

gboolean
shoal_app_hours_output_cb (GtkSpinButton *spin)
{
  g_autofree char *text = g_strdup_printf ("%.2f", gtk_spin_button_get_value (spin));

  drop_zeros (text);
  if (g_strcmp0 (text, gtk_editable_get_text (GTK_EDITABLE (spin))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

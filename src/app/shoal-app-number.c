/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-number.h"

#include <glib/gi18n.h>

#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static gint64
divide_up (gint64 a, gint64 b)
{
  return (a + b - 1) / b;
}

static char *
format_minutes (gint64 n)
{
  return g_strdup_printf (ngettext ("%d minute", "%d minutes", n), (int) n);
}

static char *
format_hours (gint64 n)
{
  return g_strdup_printf (ngettext ("%d hour", "%d hours", n), (int) n);
}

static char *
format_days (gint64 n)
{
  return g_strdup_printf (ngettext ("%d day", "%d days", n), (int) n);
}

static char *
join_times (const char *hours, const char *minutes)
{
  /* Translators: "2 hours" and "20 minutes" become "2 hours 20 minutes". */
  return g_strdup_printf (C_ ("hours and minutes", "%s %s"), hours, minutes);
}

char *
shoal_app_number_format_rate (guint64 bps)
{
  g_autofree char *size = g_format_size (bps);

  /* Translators: a speed; the placeholder is a size such as "5.1 MB". */
  return g_strdup_printf (_ ("%s/s"), size);
}

char *
shoal_app_number_format_span (gint64 seconds)
{
  gint64 n;

  if (seconds <= MINUTE)
    return g_strdup (_ ("1 minute"));
  if (seconds <= HOUR - MINUTE)
    return format_minutes (divide_up (seconds, MINUTE));
  if (seconds <= 4 * HOUR)
    {
      g_autofree char *hours = NULL;
      g_autofree char *minutes = NULL;

      n = divide_up (seconds, 10 * MINUTE);
      hours = format_hours (n / 6);
      if (n % 6 == 0)
        return g_steal_pointer (&hours);
      minutes = format_minutes (n % 6 * 10);
      return join_times (hours, minutes);
    }
  if (seconds <= DAY)
    return format_hours (divide_up (seconds, HOUR));
  n = divide_up (seconds, DAY);
  if (n <= 60)
    return format_days (n);
  return g_strdup (_ ("more than two months"));
}

char *
shoal_app_number_format_minutes (guint minutes)
{
  const guint hour = HOUR / MINUTE;
  const guint day = DAY / MINUTE;
  guint       n_days = minutes > day ? minutes / day : 0;
  guint       rest = minutes - n_days * day;
  char *(*const format[]) (gint64) = { format_days, format_hours, format_minutes };
  const guint      amounts[] = { n_days, rest / hour, rest % hour };
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    if (amounts[i] > 0 || (i + 1 == G_N_ELEMENTS (amounts) && text == NULL))
      {
        g_autofree char *before = g_steal_pointer (&text);
        g_autofree char *amount = format[i](amounts[i]);

        text = before != NULL ? join_times (before, amount) : g_steal_pointer (&amount);
      }
  return g_steal_pointer (&text);
}

double
shoal_app_number_get_fraction (guint64 done, guint64 total)
{
  if (done >= total)
    return 1.0;
  return MIN (999.0, (double) (guint64) ((double) done / (double) total * 1000.0)) / 1000.0;
}

guint64
shoal_app_number_get_scale (guint64 number, guint64 least)
{
  guint64 unit = 1;

  number = MIN (MAX (MAX (number, least), 1), G_MAXUINT64 / 100);
  while (unit * 10 < number)
    unit *= 10;
  if (unit >= number)
    return unit;
  if (unit * 2 >= number)
    return unit * 2;
  return unit * 5 >= number ? unit * 5 : unit * 10;
}

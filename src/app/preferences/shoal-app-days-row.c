/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/preferences/shoal-app-days-row.h"

#include <langinfo.h>

#define N_DAYS 7

struct _ShoalAppDaysRow
{
  AdwActionRow parent_instance;

  GtkToggleButton *buttons[N_DAYS]; /* unowned: children of ours; Monday first */
  int              days;
};

G_DEFINE_FINAL_TYPE (ShoalAppDaysRow, shoal_app_days_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_0,
  PROP_DAYS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
toggled_cb (ShoalAppDaysRow *self)
{
  int days = 0;

  for (int i = 0; i < N_DAYS; i++)
    if (gtk_toggle_button_get_active (self->buttons[i]))
      days |= 1 << i;
  if (days == self->days)
    return;
  self->days = days;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DAYS]);
}

static void
set_days (ShoalAppDaysRow *self, int days)
{
  if (days == self->days)
    return;
  self->days = days;
  for (int i = 0; i < N_DAYS; i++)
    {
      g_signal_handlers_block_by_func (self->buttons[i], toggled_cb, self);
      gtk_toggle_button_set_active (self->buttons[i], (days & (1 << i)) != 0);
      g_signal_handlers_unblock_by_func (self->buttons[i], toggled_cb, self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DAYS]);
}

/* Where the week begins, as the person's language has it: 0 for Monday. */
static int
get_first_day (void)
{
  /* The C library counts from the day of the date WEEK_1STDAY, which is a Sunday or a Monday. */
  const union
  {
    char *text;
    guint date;
  } reference = { .text = nl_langinfo (_NL_TIME_WEEK_1STDAY) };
  int first = (guint8) nl_langinfo (_NL_TIME_FIRST_WEEKDAY)[0] - 1;

  return (first + (reference.date == 19971130 ? N_DAYS - 1 : 0)) % N_DAYS;
}

/* Names as the person's language has them; the first Monday of 2024 was the first day of it. */
static GtkToggleButton *
make_button (ShoalAppDaysRow *self, int day)
{
  g_autoptr (GDateTime) date = g_date_time_new_utc (2024, 1, 1 + day, 12, 0, 0);
  g_autofree char *brief = g_date_time_format (date, "%a");
  g_autofree char *name = g_date_time_format (date, "%A");
  GtkWidget       *button = gtk_toggle_button_new_with_label (brief);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "day");
  gtk_widget_set_tooltip_text (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (toggled_cb), self);
  return GTK_TOGGLE_BUTTON (button);
}

static void
shoal_app_days_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_DAYS:
      g_value_set_int (value, SHOAL_APP_DAYS_ROW (object)->days);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_days_row_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_DAYS:
      set_days (SHOAL_APP_DAYS_ROW (object), g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_days_row_class_init (ShoalAppDaysRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = shoal_app_days_row_get_property;
  object_class->set_property = shoal_app_days_row_set_property;
  properties[PROP_DAYS] =
      g_param_spec_int ("days",
                        NULL,
                        NULL,
                        0,
                        (1 << N_DAYS) - 1,
                        0,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

/* The buttons wrap, so that they fit a narrow window and large text. */
static void
shoal_app_days_row_init (ShoalAppDaysRow *self)
{
  GtkWidget *box = gtk_flow_box_new ();
  int        first = get_first_day ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (box), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (box), N_DAYS);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (box, TRUE);
  for (int i = 0; i < N_DAYS; i++)
    {
      int        day = (first + i) % N_DAYS;
      GtkWidget *child = gtk_flow_box_child_new ();

      self->buttons[day] = make_button (self, day);
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), GTK_WIDGET (self->buttons[day]));
      gtk_widget_set_focusable (child, FALSE); /* the button is */
      gtk_flow_box_append (GTK_FLOW_BOX (box), child);
    }
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), box);
}

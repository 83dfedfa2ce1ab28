/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-columns.h"

#include "app/shoal-app-settings.h"

/* Of (key, whether it is shown, width at a text scale of 1.0 or 0): one for each column. */
#define FORMAT "a(sbi)"

#define MIN_WIDTH 40
#define MAX_WIDTH 4000

/* What the person chose. */
typedef struct
{
  ShoalAppColumn order[SHOAL_APP_N_COLUMNS]; /* of all, shown or not */
  gboolean       is_shown[SHOAL_APP_N_COLUMNS];
  int            widths[SHOAL_APP_N_COLUMNS]; /* at a text scale of 1.0; 0: as usual */
} Choice;

struct _ShoalAppColumns
{
  GObject parent_instance;

  GSettings            *settings; /* owned */
  Choice                choice;
  ShoalAppColumn        shown[SHOAL_APP_N_COLUMNS];
  guint                 n_shown;
  ShoalAppColumnMetrics metrics;
};

G_DEFINE_FINAL_TYPE (ShoalAppColumns, shoal_app_columns, G_TYPE_OBJECT)

enum
{
  CHANGED,
  RESIZED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
find_shown (ShoalAppColumns *self)
{
  self->n_shown = 0;
  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    if (self->choice.is_shown[self->choice.order[i]])
      self->shown[self->n_shown++] = self->choice.order[i];
}

static void
take_usual (ShoalAppColumns *self)
{
  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    {
      self->choice.order[i] = i;
      self->choice.is_shown[i] = shoal_app_column_is_usual (i);
      self->choice.widths[i] = 0;
    }
}

/* Brings @column to the place @to of all, shown or not. */
static void
put (ShoalAppColumns *self, ShoalAppColumn column, guint to)
{
  guint from = 0;

  while (self->choice.order[from] != column)
    from++;
  for (; from < to; from++)
    self->choice.order[from] = self->choice.order[from + 1];
  for (; from > to; from--)
    self->choice.order[from] = self->choice.order[from - 1];
  self->choice.order[to] = column;
}

/* Of what another version wrote, unknown columns are left out, and those it did not know come
 * last. */
static void
load (ShoalAppColumns *self)
{
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, SHOAL_APP_KEY_TABLE_COLUMNS);
  gboolean     is_known[SHOAL_APP_N_COLUMNS] = { FALSE };
  guint        n = 0;
  GVariantIter iter;
  const char  *key;
  gboolean     is_shown;
  int          width;

  take_usual (self);
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "(&sbi)", &key, &is_shown, &width))
    {
      ShoalAppColumn column;

      if (!shoal_app_column_from_key (key, &column) || is_known[column])
        continue;
      is_known[column] = TRUE;
      self->choice.is_shown[column] = is_shown;
      self->choice.widths[column] = width > 0 ? CLAMP (width, MIN_WIDTH, MAX_WIDTH) : 0;
      put (self, column, n++);
    }
  self->choice.is_shown[SHOAL_APP_COLUMN_NAME] = TRUE;
  find_shown (self);
}

static void
settings_changed_cb (ShoalAppColumns *self)
{
  Choice old = self->choice;

  load (self);
  if (memcmp (old.order, self->choice.order, sizeof old.order) != 0 ||
      memcmp (old.is_shown, self->choice.is_shown, sizeof old.is_shown) != 0)
    g_signal_emit (self, signals[CHANGED], 0);
  else if (memcmp (old.widths, self->choice.widths, sizeof old.widths) != 0)
    g_signal_emit (self, signals[RESIZED], 0);
}

static void
shoal_app_columns_finalize (GObject *object)
{
  ShoalAppColumns *self = SHOAL_APP_COLUMNS (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (shoal_app_columns_parent_class)->finalize (object);
}

static guint
make_signal (const char *name)
{
  return g_signal_new (
      name, SHOAL_TYPE_APP_COLUMNS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
shoal_app_columns_class_init (ShoalAppColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_app_columns_finalize;
  signals[CHANGED] = make_signal ("changed");
  signals[RESIZED] = make_signal ("resized");
}

static void
shoal_app_columns_init (ShoalAppColumns *self)
{
  self->metrics = (ShoalAppColumnMetrics){ .scale = 1.0, .char_width = 8, .line_height = 18 };
  take_usual (self);
  find_shown (self);
}

ShoalAppColumns *
shoal_app_columns_new (GSettings *settings)
{
  ShoalAppColumns *self = g_object_new (SHOAL_TYPE_APP_COLUMNS, NULL);

  self->settings = g_object_ref (settings);
  load (self);
  g_signal_connect_object (settings,
                           "changed::" SHOAL_APP_KEY_TABLE_COLUMNS,
                           G_CALLBACK (settings_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  return self;
}

/* What comes back from the settings at once is what is there: no signal comes of it. */
void
shoal_app_columns_save (ShoalAppColumns *self)
{
  GVariantBuilder builder;

  g_return_if_fail (SHOAL_IS_APP_COLUMNS (self));

  g_variant_builder_init (&builder, G_VARIANT_TYPE (FORMAT));
  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    {
      ShoalAppColumn column = self->choice.order[i];

      g_variant_builder_add (&builder,
                             "(sbi)",
                             shoal_app_column_get_key (column),
                             self->choice.is_shown[column],
                             self->choice.widths[column]);
    }
  g_settings_set_value (
      self->settings, SHOAL_APP_KEY_TABLE_COLUMNS, g_variant_builder_end (&builder));
}

static void
change (ShoalAppColumns *self)
{
  find_shown (self);
  shoal_app_columns_save (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

const ShoalAppColumn *
shoal_app_columns_get_shown (ShoalAppColumns *self, guint *n_shown)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLUMNS (self), NULL);

  *n_shown = self->n_shown;
  return self->shown;
}

gboolean
shoal_app_columns_is_shown (ShoalAppColumns *self, ShoalAppColumn column)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLUMNS (self), FALSE);

  return self->choice.is_shown[column];
}

void
shoal_app_columns_set_shown (ShoalAppColumns *self, ShoalAppColumn column, gboolean is_shown)
{
  g_return_if_fail (SHOAL_IS_APP_COLUMNS (self));

  is_shown = !!is_shown;
  if (self->choice.is_shown[column] == is_shown || column == SHOAL_APP_COLUMN_NAME)
    return;
  self->choice.is_shown[column] = is_shown;
  change (self);
}

guint
shoal_app_columns_get_position (ShoalAppColumns *self, ShoalAppColumn column)
{
  guint i = 0;

  g_return_val_if_fail (SHOAL_IS_APP_COLUMNS (self), 0);

  while (i < self->n_shown && self->shown[i] != column)
    i++;
  return i;
}

/* Beside the column that has the place now: those that are not shown stay with their neighbours. */
void
shoal_app_columns_move (ShoalAppColumns *self, ShoalAppColumn column, guint position)
{
  guint to = 0;

  g_return_if_fail (SHOAL_IS_APP_COLUMNS (self));

  position = MIN (position, self->n_shown - 1);
  if (!self->choice.is_shown[column] || self->shown[position] == column)
    return;
  while (self->choice.order[to] != self->shown[position])
    to++;
  put (self, column, to);
  change (self);
}

void
shoal_app_columns_reset (ShoalAppColumns *self)
{
  g_return_if_fail (SHOAL_IS_APP_COLUMNS (self));

  g_settings_reset (self->settings, SHOAL_APP_KEY_TABLE_COLUMNS);
}

void
shoal_app_columns_set_metrics (ShoalAppColumns *self, const ShoalAppColumnMetrics *metrics)
{
  g_return_if_fail (SHOAL_IS_APP_COLUMNS (self));

  if (self->metrics.char_width == metrics->char_width &&
      self->metrics.line_height == metrics->line_height && self->metrics.scale == metrics->scale)
    return;
  self->metrics = *metrics;
  g_signal_emit (self, signals[RESIZED], 0);
}

int
shoal_app_columns_get_line_height (ShoalAppColumns *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLUMNS (self), 0);

  return self->metrics.line_height;
}

int
shoal_app_columns_get_char_width (ShoalAppColumns *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLUMNS (self), 0);

  return self->metrics.char_width;
}

void
shoal_app_columns_set_width (ShoalAppColumns *self, ShoalAppColumn column, int width)
{
  int kept;

  g_return_if_fail (SHOAL_IS_APP_COLUMNS (self));

  kept = (int) (width / self->metrics.scale + 0.5);
  kept = width > 0 ? CLAMP (kept, MIN_WIDTH, MAX_WIDTH) : 0;
  if (self->choice.widths[column] == kept)
    return;
  self->choice.widths[column] = kept;
  g_signal_emit (self, signals[RESIZED], 0);
}

int
shoal_app_columns_get_width (ShoalAppColumns *self, ShoalAppColumn column)
{
  g_return_val_if_fail (SHOAL_IS_APP_COLUMNS (self), 0);

  if (self->choice.widths[column] > 0)
    return (int) (self->choice.widths[column] * self->metrics.scale + 0.5);
  return (int) shoal_app_column_get_n_chars (column) * self->metrics.char_width +
         2 * SHOAL_APP_COLUMN_PADDING;
}

int
shoal_app_columns_get_total_width (ShoalAppColumns *self)
{
  int total = 0;

  g_return_val_if_fail (SHOAL_IS_APP_COLUMNS (self), 0);

  for (guint i = 0; i < self->n_shown; i++)
    total += shoal_app_columns_get_width (self, self->shown[i]);
  return total;
}

void
shoal_app_columns_place (ShoalAppColumns     *self,
                         int                  width,
                         gboolean             is_rtl,
                         ShoalAppColumnPlace *places)
{
  int spare;
  int x = 0;

  g_return_if_fail (SHOAL_IS_APP_COLUMNS (self));

  spare = MAX (width - shoal_app_columns_get_total_width (self), 0);
  width = spare > 0 ? width : shoal_app_columns_get_total_width (self);
  for (guint i = 0; i < self->n_shown; i++)
    {
      places[i].width = shoal_app_columns_get_width (self, self->shown[i]);
      if (self->shown[i] == SHOAL_APP_COLUMN_NAME)
        places[i].width += spare;
      places[i].x = is_rtl ? width - x - places[i].width : x;
      x += places[i].width;
    }
}

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "model/shoal-model-filter.h"

G_BEGIN_DECLS

typedef enum
{
  SHOAL_APP_FILTER_GROUP,
  SHOAL_APP_FILTER_LABEL,
  SHOAL_APP_FILTER_HOST,
} ShoalAppFilterKind;

/* One thing to filter by, and how many torrents that leaves.
 *
 * Properties: "state" (guint, read-only), a number that changes when the count does, or whether it
 * is chosen, or whether it is the first of its kind. */
#define SHOAL_TYPE_APP_FILTER_ITEM (shoal_app_filter_item_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFilterItem, shoal_app_filter_item, SHOAL, APP_FILTER_ITEM, GObject)

ShoalAppFilterItem *shoal_app_filter_item_new_group (ShoalModelGroup group);

/* @word: the label or the host. */
ShoalAppFilterItem *shoal_app_filter_item_new_word (ShoalAppFilterKind kind, const char *word);

ShoalAppFilterKind shoal_app_filter_item_get_kind (ShoalAppFilterItem *self);

ShoalModelGroup shoal_app_filter_item_get_group (ShoalAppFilterItem *self);

/* The label or the host itself, a stranger's words; NULL: it is a group. Borrowed. */
const char *shoal_app_filter_item_get_word (ShoalAppFilterItem *self);

/* What it is called on the screen; the caller's. */
char *shoal_app_filter_item_dup_title (ShoalAppFilterItem *self);

guint shoal_app_filter_item_get_count (ShoalAppFilterItem *self);

gboolean shoal_app_filter_item_get_is_chosen (ShoalAppFilterItem *self);

/* The first of its kind has the heading of those above it. */
gboolean shoal_app_filter_item_get_is_first (ShoalAppFilterItem *self);

void shoal_app_filter_item_set_count (ShoalAppFilterItem *self, guint count);

void shoal_app_filter_item_set_is_chosen (ShoalAppFilterItem *self, gboolean is_chosen);

void shoal_app_filter_item_set_is_first (ShoalAppFilterItem *self, gboolean is_first);

/* "Downloading" and so on; static, translated. */
const char *shoal_app_filter_item_get_group_word (ShoalModelGroup group);

G_END_DECLS

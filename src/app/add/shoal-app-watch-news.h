/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/add/shoal-app-notice.h"

G_BEGIN_DECLS

/* What there is to say of the watched folder, gathered until a crowd of files is through. */
typedef struct
{
  GPtrArray *troubles;  /* owned, of char *, owned: sentences */
  char      *last_name; /* owned; of the last one that was added; NULL: none */
  guint      n_added;
} ShoalAppWatchNews;

void shoal_app_watch_news_init (ShoalAppWatchNews *self);

void shoal_app_watch_news_clear (ShoalAppWatchNews *self);

void shoal_app_watch_news_add (ShoalAppWatchNews *self, const char *name);

void shoal_app_watch_news_add_trouble (ShoalAppWatchNews *self, const char *sentence);

/* What was added since the last call; the caller's; NULL: nothing. */
AdwToast *shoal_app_watch_news_take_added (ShoalAppWatchNews *self);

/* How many files were not; why is said by @notice when somebody asks for it. The caller's; NULL:
 * none. */
AdwToast *shoal_app_watch_news_take_troubles (ShoalAppWatchNews *self, ShoalAppNotice *notice);

G_END_DECLS

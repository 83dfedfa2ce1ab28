/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/details/shoal-app-options.h"
#include "app/rows/shoal-app-spin-row.h"
#include "app/rows/shoal-app-switch-row.h"
#include "app/shoal-app-label-completion.h"

G_BEGIN_DECLS

/* A number that may also be off: two rows. */
typedef struct
{
  ShoalAppSwitchRow *toggle; /* unowned, as all children: the template holds them */
  ShoalAppSpinRow   *number;
  gboolean           is_mixed;
} ShoalAppOptionsAmount;

struct _ShoalAppOptions
{
  GtkBox parent_instance;

  ShoalAppOptionsAmount down;
  ShoalAppOptionsAmount up;
  ShoalAppSwitchRow    *sequential;
  AdwActionRow         *first_row;
  AdwComboRow          *goals_row;
  ShoalAppOptionsAmount ratio;
  ShoalAppOptionsAmount time;
  ShoalAppOptionsAmount idle;
  AdwComboRow          *action_row;
  AdwComboRow          *encryption_row;
  AdwEntryRow          *labels_row;
  AdwActionRow         *folder_row;
  GtkWidget            *move_button;
  GtkWidget            *cancel_button;
  GtkProgressBar       *moved_bar;
  AdwActionRow         *queue_row;

  ShoalAppSession         *session;    /* owned */
  GPtrArray               *torrents;   /* owned, of ShoalModelTorrent */
  char                    *labels;     /* owned; as they were shown last */
  ShoalAppLabelCompletion *completion; /* owned */
  guint                    tick_source;
  guint64                  wish_serial; /* of the last command that was sent */

  guint is_old : 1;     /* what is shown */
  guint has_goals : 1;  /* rules of their own are shown */
  guint is_showing : 1; /* a change of a row is not the person's */
};

/* The rows show what the torrents say; nothing is sent. */
void shoal_app_options_show (ShoalAppOptions *self);

void shoal_app_options_show_goals (ShoalAppOptions *self);

void shoal_app_options_show_place (ShoalAppOptions *self);

void shoal_app_options_show_labels (ShoalAppOptions *self);

void shoal_app_options_bind_labels (GtkWidgetClass *klass);

void shoal_app_options_set_up_labels (ShoalAppOptions *self);

/* Sends labels that were typed and not applied. */
void shoal_app_options_flush_labels (ShoalAppOptions *self);

void shoal_app_options_set_up_goals (ShoalAppOptions *self);

/* What the person changed is sent to all torrents. */
void shoal_app_options_send_goals (ShoalAppOptions *self);

/* Sends the command for one of them, and returns its serial. */
typedef guint64 (*ShoalAppOptionsSend) (ShoalAppOptions *self, const ShoalTorrentInfo *info);

/* For each torrent; what is shown stays until all have been taken in. */
void shoal_app_options_send (ShoalAppOptions *self, ShoalAppOptionsSend func);

/* Shows the value of a number that may be off. */
void shoal_app_options_show_amount (ShoalAppOptionsAmount *self,
                                    double                 value,
                                    gboolean               is_on,
                                    gboolean               is_mixed);

/* @hint: the subtitle. For a screen reader what is chosen is said with the row, whose children it
 * does not read. */
void shoal_app_options_show_choice (AdwComboRow *row, guint place, const char *hint);

typedef gboolean (*ShoalAppInfosEqual) (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b);

/* The first of the torrents; borrowed. *is_mixed: another one differs from it by @equal. */
const ShoalTorrentInfo *
shoal_app_options_get_common (ShoalAppOptions *self, ShoalAppInfosEqual equal, gboolean *is_mixed);

void shoal_app_options_install_actions (GtkWidgetClass *klass);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/add/shoal-app-adder.h"
#include "app/add/shoal-app-chooser.h"
#include "app/add/shoal-app-notice.h"
#include "app/add/shoal-app-source.h"
#include "app/add/shoal-app-watch.h"

G_BEGIN_DECLS

/* The adder inside: shoal-app-adder.c has the sources and the dialog, shoal-app-adder-ways.c the
 * ways in. */

struct _ShoalAppAdder
{
  GObject parent_instance;

  GtkWindow       *window;      /* unowned: it owns us */
  ShoalAppSession *session;     /* owned */
  ShoalAppChooser *chooser;     /* owned */
  ShoalAppWatch   *watch;       /* owned */
  ShoalAppNotice  *notice;      /* owned */
  GListStore      *sources;     /* owned, of ShoalAppSource */
  GPtrArray       *adding;      /* owned, of ShoalAppSource: the engine has them, no answer yet */
  GPtrArray       *unwanted;    /* owned, of ShoalModelTorrent: links that the person said no to */
  GtkWidget       *dialog;      /* weak; NULL: not open */
  GtkWidget       *link_dialog; /* weak; NULL: not open */
  GHashTable      *asked;       /* owned: ids of torrents whose files were asked about */
  GHashTable      *taken;       /* owned: URIs that were given to us, owned */
  guint            patience_source;

  guint was_added : 1;   /* while the dialog closes: by Add */
  guint is_dropping : 1; /* while sources are taken out because it closes */
};

/* Puts @source, whatever its state will be, on the list. */
void shoal_app_adder_take_source (ShoalAppAdder *self, ShoalAppSource *source);

/* Opens the dialog, if sources that were taken are not read in an instant. */
void shoal_app_adder_wait_for_sources (ShoalAppAdder *self);

/* @uri: a magnet link. */
void shoal_app_adder_add_link (ShoalAppAdder *self, const char *uri);

void shoal_app_adder_show_torrent (ShoalAppAdder *self, ShoalTorrentId id);

/* Takes @toast over. */
void shoal_app_adder_show_toast (ShoalAppAdder *self, AdwToast *toast);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/add/shoal-app-watch-job.h"
#include "app/add/shoal-app-watch-news.h"
#include "app/add/shoal-app-watch.h"

G_BEGIN_DECLS

/* The watched folder inside: shoal-app-watch.c has the folder and the errands into it,
 * shoal-app-watch-entry.c what becomes of each file. */

/* A file that is no torrent may become one, as long as it grows. One that did not change for so
 * long is what it is. */
#define SHOAL_APP_WATCH_PATIENCE_USEC (5 * G_USEC_PER_SEC)

typedef enum
{
  SHOAL_APP_WATCH_ENTRY_WAITING,  /* for its turn */
  SHOAL_APP_WATCH_ENTRY_READING,  /* has a source, as the next two */
  SHOAL_APP_WATCH_ENTRY_ASKED,    /* somebody is asked about it */
  SHOAL_APP_WATCH_ENTRY_ADDING,   /* the engine has it */
  SHOAL_APP_WATCH_ENTRY_DOUBTFUL, /* no torrent, so far */
  SHOAL_APP_WATCH_ENTRY_SETTLED,  /* the next errand moves it away, or remembers it */
  SHOAL_APP_WATCH_ENTRY_PUT_OFF,  /* it could not be added now; the next start tries again */
} ShoalAppWatchEntryState;

/* A file of the folder that is not dealt with. */
typedef struct
{
  ShoalAppWatch          *watch;  /* unowned: has us */
  ShoalAppWatchFile      *file;   /* owned */
  ShoalAppSource         *source; /* owned; NULL: none */
  ShoalAppWatchEntryState state;
  gint64                  since_usec; /* doubtful, unchanged */
  guint                   generation; /* of the errand that settles it */
  gboolean                is_seen;    /* by the last errand */
} ShoalAppWatchEntry;

struct _ShoalAppWatch
{
  GObject parent_instance;

  ShoalAppSession     *session; /* owned */
  ShoalAppNotice      *notice;  /* owned */
  GFileMonitor        *monitor; /* owned; NULL: the folder is polled, or not read yet */
  ShoalAppWatchMemory *memory;  /* owned; NULL: an errand has it */
  GHashTable          *entries; /* owned; name -> ShoalAppWatchEntry, owned */
  GQueue               waiting; /* of ShoalAppWatchEntry, unowned: they are in the table */
  GPtrArray           *settled; /* owned, of ShoalAppWatchSettled: for the next errand */
  char                *folder;  /* owned; NULL: none is watched */
  ShoalAppWatchNews    news;
  guint                n_sources;
  guint                n_asked; /* of them */
  guint                timer_source;
  gint64               timer_usec; /* when it is due */
  guint                generation; /* of errands; grows when the folder changes too */

  guint is_running : 1; /* an errand is under way */
  guint is_stale : 1;   /* the folder is to be looked into */
  guint has_more : 1;   /* than the last errand could bring */
  guint is_loaded : 1;  /* the memory */
  guint is_missing_said : 1;
};

/* At the latest then the folder is looked into. */
void shoal_app_watch_schedule (ShoalAppWatch *self, gint64 delay_usec);

/* Begins what can be begun, and says what is to be said. */
void shoal_app_watch_advance (ShoalAppWatch *self);

/* Somebody is to be asked about @source. */
void shoal_app_watch_find (ShoalAppWatch *self, ShoalAppSource *source);

void shoal_app_watch_entry_free (gpointer data);

/* What an errand has brought. */
void shoal_app_watch_entry_take_files (ShoalAppWatch *self, ShoalAppWatchJob *job);

/* Reads those whose turn it is. */
void shoal_app_watch_entry_read_next (ShoalAppWatch *self);

/* Forgets them all; what is under way goes on without us. */
void shoal_app_watch_entry_drop_all (ShoalAppWatch *self);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdatomic.h>

#include "codec/shoal-codec-url.h"

G_BEGIN_DECLS

/* Makes a torrent of a file or a folder (v1, BEP 3). */

typedef enum
{
  SHOAL_MAKE_ERROR_OPTIONS,   /* a piece size or URL that cannot be */
  SHOAL_MAKE_ERROR_EMPTY,     /* no bytes to share */
  SHOAL_MAKE_ERROR_NAME,      /* one that others could not store as it is */
  SHOAL_MAKE_ERROR_TOO_LARGE, /* beyond a limit of the format or of SHOAL_CODEC_METAINFO_MAX_… */
  SHOAL_MAKE_ERROR_OUT,       /* the torrent would be written over its own data */
  SHOAL_MAKE_ERROR_READ,      /* the system's reason is in the message */
  SHOAL_MAKE_ERROR_CHANGED,   /* a file changed while it was read */
  SHOAL_MAKE_ERROR_CANCELLED,
} ShoalMakeError;

#define SHOAL_MAKE_ERROR (shoal_make_error_quark ())

GQuark shoal_make_error_quark (void);

/* Bytes of a piece that may be asked for: powers of two. */
#define SHOAL_MAKE_MIN_PIECE_LENGTH (16u * 1024)
#define SHOAL_MAKE_MAX_PIECE_LENGTH (256u * 1024 * 1024)

/* Where the automatic choice ends. */
#define SHOAL_MAKE_MAX_AUTO_PIECE_LENGTH (16u * 1024 * 1024)

/* All pointers are unowned; 0, NULL and FALSE are the defaults. */
typedef struct
{
  const char              *path;         /* the file or folder; may itself be a symbolic link */
  const char              *out;          /* where the caller will write it; NULL: elsewhere */
  guint32                  piece_length; /* bytes; 0: 1000 to 2000 pieces */
  const ShoalCodecTracker *trackers;     /* in order of tiers */
  guint                    n_trackers;
  const char *const       *web_seeds; /* ends with NULL */
  const char              *comment;
  const char              *source;
  gint64                   created;   /* seconds since the epoch; 0: no date */
  guint                    n_threads; /* that hash; 0: as many as there are processors */

  guint is_private : 1;
} ShoalMakeOptions;

/* What was made, and what was left out of it. */
typedef struct
{
  guint64 total_bytes;
  guint   n_files;
  guint32 piece_length;
  guint   n_pieces;
  guint   n_links;   /* symbolic links, which are never followed inside the folder */
  guint   n_special; /* sockets, pipes, devices, and the engine's own ".….shoal-parts" */
} ShoalMakeSummary;

/* Told on the calling thread, at most some ten times a second and once at the end. */
typedef void (*ShoalMakeProgressFunc) (guint64 done_bytes, guint64 total_bytes, gpointer user_data);

/* How a run is watched and stopped. */
typedef struct
{
  ShoalMakeProgressFunc func;      /* may be NULL */
  gpointer              user_data; /* unowned */
  const atomic_bool    *cancelled; /* unowned; any thread may set it. May be NULL */
} ShoalMakeWatch;

/* Blocks until the torrent is made: for a worker thread, never the engine's or the window's. Hashes
 * on threads of its own besides the calling one. Files are taken in the order of their names'
 * bytes, component by component, with hidden and empty ones; the same input and options give the
 * same bytes. A torrent of the same name at @options->out, which an earlier run left in the folder,
 * is no part of it; data there is refused, by whatever link or name. Names that a reader would have
 * to change (shoal-codec-names.h) are refused, since what was made could not be seeded. @watch and
 * @summary may be NULL. Returns the .torrent file, which the caller owns. Errors: SHOAL_MAKE_ERROR.
 */
GBytes *shoal_make_torrent (const ShoalMakeOptions *options,
                            const ShoalMakeWatch   *watch,
                            ShoalMakeSummary       *summary,
                            GError                **error);

/* The piece length chosen for @total_bytes when none is asked for. */
guint32 shoal_make_torrent_choose_piece_length (guint64 total_bytes);

G_END_DECLS

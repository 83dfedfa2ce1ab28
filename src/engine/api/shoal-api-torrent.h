/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "types/shoal-types-info.h"
#include "types/shoal-types-settings.h"

G_BEGIN_DECLS

/* What needs no engine thread: reading, making and checking a torrent, for the command line and for
 * workers. All of it blocks; any thread. */

/* Called now and then on the calling thread; FALSE ends the work. */
typedef gboolean (*ShoalApiProgressFunc) (guint64  done_bytes,
                                          guint64  total_bytes,
                                          gpointer user_data);

/* Bytes of a .torrent; who reads one stops there. */
#define SHOAL_API_MAX_TORRENT_SIZE (64 * 1024 * 1024)

/* What an address of the web leads to: all three NULL if @progress ended it. */
typedef struct
{
  GBytes       *torrent; /* owned, as all here; what came, whether it is one or not */
  char         *magnet;  /* it leads to a magnet link instead */
  ShoalProblem *problem; /* why nothing came; names the address without name and password */
} ShoalApiFetched;

void shoal_api_fetched_clear (ShoalApiFetched *self);

/* Fetches what is at @url (http or https) on the person's word, by the bind addresses and the word
 * on local addresses of @settings. @progress, which may be NULL, is called some ten times a second;
 * its total is 0 while the server has not said how much it is. *fetched is filled, and the
 * caller's. */
void shoal_api_fetch (const char          *url,
                      const ShoalSettings *settings,
                      ShoalApiProgressFunc progress,
                      gpointer             user_data,
                      ShoalApiFetched     *fetched);

/* The .torrent at @url, in the same way. NULL with *problem. */
GBytes *
shoal_api_fetch_torrent (const char *url, const ShoalSettings *settings, ShoalProblem **problem);

/* NULL, and *problem (the caller's, domain TORRENT), if the bytes are no acceptable torrent.
 * @subject: how the problem is to name it. v2-only torrents are read. */
ShoalContents *
shoal_api_read_torrent (GBytes *torrent, const char *subject, ShoalProblem **problem);

/* The same for a "magnet:" URI: name, hashes, trackers, web seeds; no files. */
ShoalContents *shoal_api_read_magnet (const char *uri, ShoalProblem **problem);

/* The "magnet:" URI of a .torrent; the caller owns it. NULL if it is none. */
char *shoal_api_dup_magnet (GBytes *torrent);

/* @url trimmed and with what may not stand in one percent-encoded, if it can be a tracker's: http:,
 * https:, or udp: with a port. NULL if not; the caller owns it. */
char *shoal_api_dup_tracker (const char *url);

/* Whether @url can be a web seed's: http: or https:. */
gboolean shoal_api_is_web_seed (const char *url);

typedef struct
{
  const char        *path;       /* the file or folder */
  const char        *out;        /* where the caller will write the torrent; NULL: elsewhere */
  const char *const *tiers;      /* NULL-terminated: each is one tier, its URLs separated by ',' */
  const char *const *web_seeds;  /* NULL-terminated, or NULL */
  const char        *source;     /* or NULL */
  const char        *comment;    /* or NULL */
  guint32            piece_size; /* 0: automatic */

  guint is_private : 1;
  guint no_date : 1;
} ShoalApiMakeOptions;

/* The bytes of a new .torrent; the caller owns them. NULL with *problem: a path that cannot be read
 * is of domain STORAGE, what cannot be asked for of domain USE (CONFLICT: @out is data
 * of the torrent); NULL without one: @progress ended
 * it. *n_left_out, which may be NULL: how many symbolic links, and files that are none of data, the
 * folder has beside what was taken. */
GBytes *shoal_api_make_torrent (const ShoalApiMakeOptions *options,
                                ShoalApiProgressFunc       progress,
                                gpointer                   user_data,
                                guint                     *n_left_out,
                                ShoalProblem             **problem);

typedef struct
{
  guint   n_pieces;
  guint   n_good;
  GArray *bad; /* owned, of guint: the pieces that are missing or wrong */
  guint   n_files;
  guint   n_whole;
  guint8 *file_whole; /* owned, one for each file of the torrent */
  guint64 bytes;      /* hashed */
} ShoalApiVerifyResult;

/* Hashes the data at @path (as for shoal_api_find_data()) on all cores, and changes nothing. A file
 * is whole if it is there, as long as it should be, and all of its pieces are right; for bytes of
 * its neighbours in these the parts file will do, which is there after a download of some files. */
ShoalApiVerifyResult *shoal_api_verify (GBytes              *torrent,
                                        const char          *path,
                                        ShoalApiProgressFunc progress,
                                        gpointer             user_data,
                                        ShoalProblem       **problem);

void shoal_api_verify_result_free (ShoalApiVerifyResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalApiVerifyResult, shoal_api_verify_result_free)

/* What rows and events call the torrent of a magnet link while nothing more is known of it than
 * @contents. The caller's. */
char *shoal_api_dup_link_name (const ShoalContents *contents);

/* Splits what a person calls the data of @contents into the folder that holds it and its name
 * there: @path may be the file or folder itself or the folder that holds it. Each may be a symbolic
 * link, also the name in the folder that holds it; the results are where these lead. For reading
 * only: a torrent that writes must not leave the folder so. Both results are the caller's. */
void shoal_api_find_data (const ShoalContents *contents,
                          const char          *path,
                          char               **save_path,
                          char               **top_name);

G_END_DECLS

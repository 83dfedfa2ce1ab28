/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* A failure as it crosses from the engine to a person: facts, no sentence. app/ and cli/ make the
 * sentence, in the person's language, from these. Immutable and counted; any thread. */

typedef enum
{
  SHOAL_PROBLEM_DOMAIN_TORRENT, /* the .torrent or magnet itself: exit status 3 */
  SHOAL_PROBLEM_DOMAIN_STORAGE, /* disk and files: exit status 4 */
  SHOAL_PROBLEM_DOMAIN_NETWORK, /* listening, peers */
  SHOAL_PROBLEM_DOMAIN_TRACKER,
  SHOAL_PROBLEM_DOMAIN_STATE, /* the database */
  SHOAL_PROBLEM_DOMAIN_USE,   /* asked for what cannot be done now */
} ShoalProblemDomain;

typedef enum
{
  SHOAL_PROBLEM_MALFORMED, /* outside_text: what was expected and found */
  SHOAL_PROBLEM_UNSAFE,    /* the same; of network and tracker: a certificate that is not trusted */
  SHOAL_PROBLEM_UNSUPPORTED, /* the same */
  SHOAL_PROBLEM_TOO_LARGE,   /* number: the limit; of use: of open files */

  SHOAL_PROBLEM_FULL,      /* number: bytes still needed, 0 if unknown; subject: the folder */
  SHOAL_PROBLEM_READ_ONLY, /* subject: the path, as for all below */
  SHOAL_PROBLEM_PERMISSION,
  SHOAL_PROBLEM_VANISHED, /* the folder or its disk is not there any more */
  SHOAL_PROBLEM_IO,       /* error_number says which */
  SHOAL_PROBLEM_CHANGED,  /* somebody else changed or cut the file */
  SHOAL_PROBLEM_CONFLICT, /* something else is in the way there */
  SHOAL_PROBLEM_LONGER,   /* the file has more bytes than in the torrent; number: those it should */
  SHOAL_PROBLEM_CLAIMED,  /* another torrent keeps its data in the file */
  SHOAL_PROBLEM_MISSING,  /* a file that should be there is not */
  SHOAL_PROBLEM_INSIDE,   /* a folder that is to move would go into itself */
  SHOAL_PROBLEM_INCOMPLETE, /* number: bytes that are not there or not right */

  SHOAL_PROBLEM_PORT_BUSY,   /* number: the port */
  SHOAL_PROBLEM_ADDRESS,     /* not one to listen at here; outside_text: which */
  SHOAL_PROBLEM_UNREACHABLE, /* subject: whom; number: what status an HTTP server gave, or 0 */

  SHOAL_PROBLEM_TRACKER_REFUSED, /* outside_text: what it said */
  SHOAL_PROBLEM_TRACKER_BROKEN,  /* outside_text: what was wrong with its answer */
  SHOAL_PROBLEM_TRACKER_STATUS,  /* number: its HTTP status, which says that it does not answer */

  SHOAL_PROBLEM_NEWER,   /* the database is of a newer Shoal; number: its version */
  SHOAL_PROBLEM_DAMAGED, /* set aside; subject: where it is now */
  SHOAL_PROBLEM_IN_USE,  /* number: the process that holds it, 0 if unknown */

  SHOAL_PROBLEM_DUPLICATE,  /* the torrent is there already */
  SHOAL_PROBLEM_NOT_FOUND,  /* no such torrent, file or tracker */
  SHOAL_PROBLEM_INVALID,    /* no request that a person can make; outside_text: what is wrong */
  SHOAL_PROBLEM_INACTIVE,   /* it takes no part now: paused, done, or not its turn */
  SHOAL_PROBLEM_BUSY,       /* its files are being changed */
  SHOAL_PROBLEM_NOT_MOVING, /* its files are where they stay */
  SHOAL_PROBLEM_RELATIVE,   /* subject: a folder that is not given from the root on */
  SHOAL_PROBLEM_DETAILS_MISSING, /* a link whose files are not known */
  SHOAL_PROBLEM_NO_FILE,         /* no such file or folder in the torrent */
  SHOAL_PROBLEM_NAME_LONG,       /* subject: the name, as for the two below */
  SHOAL_PROBLEM_NAME_SLASH,      /* it is empty, or has a slash in it */
  SHOAL_PROBLEM_NAME_RESERVED,   /* nothing may be called so */
  SHOAL_PROBLEM_TOO_MANY_LABELS, /* number: how many a torrent may have, as below */
  SHOAL_PROBLEM_TOO_MANY_TRACKERS,
  SHOAL_PROBLEM_TRACKER_ADDRESS,  /* subject: what is no address of a tracker */
  SHOAL_PROBLEM_PEER_ADDRESS,     /* subject: what is no address and port, as for all below */
  SHOAL_PROBLEM_PEER_NAME,        /* a host that nobody knows */
  SHOAL_PROBLEM_PEER_BANNED,      /* from this torrent */
  SHOAL_PROBLEM_PEER_UNREACHABLE, /* no connection of this machine leads there */
  SHOAL_PROBLEM_STOPPING,         /* the engine is on its way out */
  SHOAL_PROBLEM_CANCELLED,        /* somebody asked for that, and all is as it was */
  SHOAL_PROBLEM_HELD,             /* everything rests for now; number: ShoalHold */
  SHOAL_PROBLEM_TIMEOUT,
} ShoalProblemCode;

typedef struct
{
  atomic_uint        ref_count; /* by shoal_problem_ref() and shoal_problem_unref() only */
  ShoalProblemDomain domain;
  ShoalProblemCode   code;
  int                error_number; /* errno, 0 if there is none */
  guint64            number;
  char *subject;      /* owned: the file, folder, host or URL; NULL if none. May be any bytes */
  char *outside_text; /* owned: words of a stranger or of a library, in English; NULL if none.
                       * To be shown as text only */
} ShoalProblem;

/* @subject and @outside_text are copied and made valid UTF-8; NULL allowed. */
ShoalProblem *shoal_problem_new (ShoalProblemDomain domain,
                                 ShoalProblemCode   code,
                                 const char        *subject,
                                 const char        *outside_text);

/* The same with the numbers. */
ShoalProblem *shoal_problem_new_full (ShoalProblemDomain domain,
                                      ShoalProblemCode   code,
                                      const char        *subject,
                                      const char        *outside_text,
                                      int                error_number,
                                      guint64            number);

ShoalProblem *shoal_problem_ref (const ShoalProblem *self);

void shoal_problem_unref (ShoalProblem *self);

/* NULL equals NULL only. */
gboolean shoal_problem_equal (const ShoalProblem *a, const ShoalProblem *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalProblem, shoal_problem_unref)

G_END_DECLS

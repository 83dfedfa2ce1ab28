/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* Something that happened, for those who write a log of it (the events of `shoal-cli --json`), or
 * have to say it. Rows and totals are in the snapshot; an event is what a snapshot cannot show
 * because it is over. */
typedef enum
{
  SHOAL_EVENT_LISTENING,      /* tcp_port, udp_port; id 0 */
  SHOAL_EVENT_PORT_TAKEN,     /* tcp_port: the one that was asked for and is busy; id 0 */
  SHOAL_EVENT_PEER_CONNECTED, /* address, text: its client */
  SHOAL_EVENT_PEER_CLOSED,    /* address, text: its client; reason */
  SHOAL_EVENT_PEER_UNKNOWN,   /* subject: "host:port" that the person gave; text: why */
  SHOAL_EVENT_TRACKER,   /* subject: URL; text: message; is_error; number: peers; number2: seconds
                            until it is asked again, 0: it is not */
  SHOAL_EVENT_METADATA,  /* text: name; number: size; number2: files; is_error: the link selects
                          * none of them: what a magnet is, is verified and durable */
  SHOAL_EVENT_BAD_PIECE, /* number: piece; peers */
  SHOAL_EVENT_COMPLETE,  /* number: bytes; number2: wasted; synced, and the state says so */
  SHOAL_EVENT_LOCAL_IGNORED, /* subject: whose word; number: how many local addresses were left out
                              */
  SHOAL_EVENT_LEFT, /* text: name; its goal of seeding says that it leaves the list: it is hidden */
} ShoalEventKind;

typedef struct
{
  atomic_uint      ref_count; /* by shoal_event_ref() and shoal_event_unref() only */
  ShoalEventKind   kind;
  ShoalTorrentId   id;
  gint64           time_usec; /* since the epoch */
  ShoalBaseAddress address;
  char            *subject; /* owned */
  char            *text;    /* owned; a stranger's words */
  const char      *reason;  /* static: why a peer was closed, in English */
  GArray          *peers;   /* owned, of ShoalBaseAddress; NULL if none */
  guint64          number;
  guint64          number2;
  guint16          tcp_port;
  guint16          udp_port;

  guint is_error : 1;
  guint is_incoming : 1;
  guint is_encrypted : 1;
  guint is_utp : 1;
} ShoalEvent;

/* Time is now, all else zero; the caller fills it before it shows it to anyone. */
ShoalEvent *shoal_event_new (ShoalEventKind kind, ShoalTorrentId id);

ShoalEvent *shoal_event_ref (const ShoalEvent *self);

void shoal_event_unref (ShoalEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalEvent, shoal_event_unref)

G_END_DECLS

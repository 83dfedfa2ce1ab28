/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-tracker.h"

G_BEGIN_DECLS

/* Packets of UDP trackers, both directions (BEP 15, 41). Writers fill a buffer of
 * SHOAL_CODEC_TRACKER_UDP_MAX_PACKET bytes and return how many they used; nothing is allocated but
 * for texts and the peers of a reply. Readers take packets that are longer than they must be. Any
 * thread. */

/* Room for any packet that is written here. */
#define SHOAL_CODEC_TRACKER_UDP_MAX_PACKET 1500

/* Bytes that fit an Ethernet frame with IPv6 and UDP headers: announces and answers keep to it. */
#define SHOAL_CODEC_TRACKER_UDP_FRAME 1452

/* Swarms in one scrape (BEP 15). A client that asks for 70 keeps to a frame. */
#define SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE 74

/* Bytes of path and query that an announce carries (BEP 41); longer ones are left out. */
#define SHOAL_CODEC_TRACKER_UDP_MAX_URL_DATA 1300

typedef enum
{
  SHOAL_CODEC_TRACKER_UDP_CONNECT,
  SHOAL_CODEC_TRACKER_UDP_ANNOUNCE,
  SHOAL_CODEC_TRACKER_UDP_SCRAPE,
  SHOAL_CODEC_TRACKER_UDP_ERROR,
} ShoalCodecTrackerUdpAction;

/* The client's side. */

gsize shoal_codec_tracker_udp_write_connect (guint8 *out, guint32 transaction);

/* @url_data: path and query of the tracker's URL, or NULL. */
gsize shoal_codec_tracker_udp_write_announce (guint8                          *out,
                                              guint64                          connection,
                                              guint32                          transaction,
                                              const ShoalCodecTrackerAnnounce *announce,
                                              const char                      *url_data);

/* @n ≤ SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE. */
gsize shoal_codec_tracker_udp_write_scrape (guint8              *out,
                                            guint64              connection,
                                            guint32              transaction,
                                            const ShoalSwarmKey *info_hashes,
                                            guint                n);

/* What a packet from a tracker is about; FALSE if it is none. Whether the transaction is pending,
 * with this action and this sender, is the caller's to check before it reads on. */
gboolean shoal_codec_tracker_udp_parse_head (const guint8               *data,
                                             gsize                       len,
                                             ShoalCodecTrackerUdpAction *action,
                                             guint32                    *transaction);

gboolean shoal_codec_tracker_udp_parse_connect (const guint8 *data, gsize len, guint64 *connection);

/* @family: of the socket; it decides how long a peer is. NULL if too short. */
ShoalCodecTrackerReply *
shoal_codec_tracker_udp_parse_announce (const guint8 *data, gsize len, int family);

/* Counts of the first *n ≤ @max swarms that were asked about, in that order. FALSE if too short. */
gboolean shoal_codec_tracker_udp_parse_scrape (const guint8            *data,
                                               gsize                    len,
                                               ShoalCodecTrackerCounts *out,
                                               guint                    max,
                                               guint                   *n);

/* The tracker's words as valid UTF-8; the caller owns them. NULL if it is no error packet. */
char *shoal_codec_tracker_udp_dup_error (const guint8 *data, gsize len);

/* The server's side. */

typedef struct
{
  ShoalCodecTrackerUdpAction action;
  guint32                    transaction;
  guint64                    connection;  /* not of a connect */
  ShoalCodecTrackerAnnounce  announce;    /* of an announce */
  guint32                    ip;          /* of an announce: the address it would like, or 0 */
  const guint8              *info_hashes; /* of a scrape: n_hashes × 20 bytes inside the packet */
  guint                      n_hashes;
  gsize                      url_data_len; /* of an announce, 0 if there is none */
  char                       url_data[SHOAL_CODEC_TRACKER_UDP_MAX_URL_DATA + 1]; /* terminated */
} ShoalCodecTrackerUdpRequest;

/* FALSE if @data is no request that could be answered: then nothing is. */
gboolean shoal_codec_tracker_udp_parse_request (const guint8                *data,
                                                gsize                        len,
                                                ShoalCodecTrackerUdpRequest *out);

gsize
shoal_codec_tracker_udp_write_connect_reply (guint8 *out, guint32 transaction, guint64 connection);

/* What an answer to an announce says; @peers are packed, 6 or 18 bytes each, by the family of the
 * socket. What does not fit is left out by whole peers. */
typedef struct
{
  guint32       interval_s;
  guint32       leechers;
  guint32       seeders;
  const guint8 *peers; /* unowned */
  gsize         peers_len;
  int           family;
} ShoalCodecTrackerUdpAnnounceReply;

gsize shoal_codec_tracker_udp_write_announce_reply (guint8 *out,
                                                    guint32 transaction,
                                                    const ShoalCodecTrackerUdpAnnounceReply *reply);

/* @n ≤ SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE; a count of −1 is written as 0. */
gsize shoal_codec_tracker_udp_write_scrape_reply (guint8                        *out,
                                                  guint32                        transaction,
                                                  const ShoalCodecTrackerCounts *counts,
                                                  guint                          n);

gsize shoal_codec_tracker_udp_write_error (guint8 *out, guint32 transaction, const char *text);

G_END_DECLS

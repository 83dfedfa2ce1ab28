/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

static void
check_download (const ShoalPeer *self)
{
  const ShoalPeerDownload *download = &self->download;
  gboolean                 under_way = download->requests.len > 0 || download->block != NULL;

  shoal_peer_queue_check (&download->requests);
  shoal_peer_queue_check (&download->void_ones);
  g_assert (download->void_ones.len <= SHOAL_PEER_PIPELINE_MAX);
  g_assert ((download->pipeline.owed_usec != 0) == under_way);
  g_assert (download->pipeline.target <= download->pipeline.limit);
  if (download->block == NULL)
    return;
  g_assert (download->filled < download->receiving.length);
  g_assert (download->receiving.length <= SHOAL_BASE_BLOCK_SIZE);
  g_assert (shoal_wire_parser_get_payload_left (self->parser) ==
            download->receiving.length - download->filled);
}

static void
check_upload (const ShoalPeer *self)
{
  const ShoalPeerUpload *upload = &self->upload;

  shoal_peer_queue_check (&upload->asked);
  shoal_peer_queue_check (&upload->taken);
  g_assert (upload->asked.len + upload->taken.len <= SHOAL_PEER_MAX_REMOTE_REQUESTS);
  g_assert (upload->n_fast <= SHOAL_PEER_N_FAST);
  shoal_peer_output_check (&self->send.output);
}

/* STATE.md, "What always holds". */
void
shoal_peer_check (const ShoalPeer *self)
{
  gboolean closing = self->state == SHOAL_PEER_STATE_CLOSING;

  g_assert ((self->stream == NULL) == closing);
  g_assert ((self->reason != SHOAL_PEER_CLOSE_NONE) == closing);
  g_assert (!self->is_told || closing);
  if (closing)
    return;
  g_assert (shoal_peer_deadline_is_armed (self));
  g_assert ((self->parser != NULL) == shoal_peer_is_ready (self));
  g_assert ((self->remote.bits != NULL) ==
            (shoal_peer_is_ready (self) && self->terms.layout != NULL));
  g_assert (self->remote.n_fast <= SHOAL_PEER_MAX_FAST);
  g_assert (self->remote.n_suggested <= SHOAL_PEER_MAX_SUGGESTED);
  check_download (self);
  check_upload (self);
}

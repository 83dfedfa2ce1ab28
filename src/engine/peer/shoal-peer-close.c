/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer.h"

gboolean
shoal_peer_close_is_fault (ShoalPeerClose reason)
{
  switch (reason)
    {
    case SHOAL_PEER_CLOSE_BAD_HANDSHAKE:
    case SHOAL_PEER_CLOSE_WRONG_SWARM:
    case SHOAL_PEER_CLOSE_BAD_FRAME:
    case SHOAL_PEER_CLOSE_BAD_MESSAGE:
    case SHOAL_PEER_CLOSE_BAD_METADATA:
    case SHOAL_PEER_CLOSE_BAD_REQUEST:
    case SHOAL_PEER_CLOSE_NOT_NEGOTIATED:
    case SHOAL_PEER_CLOSE_FLOOD:
      return TRUE;
    case SHOAL_PEER_CLOSE_NONE:
    case SHOAL_PEER_CLOSE_STOPPED:
    case SHOAL_PEER_CLOSE_REFUSED:
    case SHOAL_PEER_CLOSE_SELF:
    case SHOAL_PEER_CLOSE_DUPLICATE:
    case SHOAL_PEER_CLOSE_USELESS:
    case SHOAL_PEER_CLOSE_REPLACED:
    case SHOAL_PEER_CLOSE_LEFT:
    case SHOAL_PEER_CLOSE_BANNED:
    case SHOAL_PEER_CLOSE_UNREACHABLE:
    case SHOAL_PEER_CLOSE_CONNECT_TIMEOUT:
    case SHOAL_PEER_CLOSE_REMOTE:
    case SHOAL_PEER_CLOSE_FAILED:
    case SHOAL_PEER_CLOSE_INSECURE:
    case SHOAL_PEER_CLOSE_HANDSHAKE_TIMEOUT:
    case SHOAL_PEER_CLOSE_LOOKUP_TIMEOUT:
    case SHOAL_PEER_CLOSE_IDLE:
    case SHOAL_PEER_CLOSE_STALLED:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

const char *
shoal_peer_close_describe (ShoalPeerClose reason)
{
  switch (reason)
    {
    case SHOAL_PEER_CLOSE_NONE:
      return "not closed";
    case SHOAL_PEER_CLOSE_STOPPED:
      return "stopped";
    case SHOAL_PEER_CLOSE_REFUSED:
      return "no such torrent here, or no room";
    case SHOAL_PEER_CLOSE_SELF:
      return "connected to ourselves";
    case SHOAL_PEER_CLOSE_DUPLICATE:
      return "connected already";
    case SHOAL_PEER_CLOSE_USELESS:
      return "neither side has anything for the other";
    case SHOAL_PEER_CLOSE_REPLACED:
      return "made room for another";
    case SHOAL_PEER_CLOSE_LEFT:
      return "was named by somebody who may not name peers any more";
    case SHOAL_PEER_CLOSE_BANNED:
      return "banned";
    case SHOAL_PEER_CLOSE_UNREACHABLE:
      return "not reachable";
    case SHOAL_PEER_CLOSE_CONNECT_TIMEOUT:
      return "did not answer in time";
    case SHOAL_PEER_CLOSE_REMOTE:
      return "the remote closed the connection";
    case SHOAL_PEER_CLOSE_FAILED:
      return "the connection failed on this side";
    case SHOAL_PEER_CLOSE_INSECURE:
      return "no encryption that both sides want";
    case SHOAL_PEER_CLOSE_HANDSHAKE_TIMEOUT:
      return "no handshake in time";
    case SHOAL_PEER_CLOSE_LOOKUP_TIMEOUT:
      return "the torrent was not loaded in time";
    case SHOAL_PEER_CLOSE_IDLE:
      return "silent for too long";
    case SHOAL_PEER_CLOSE_STALLED:
      return "took nothing that was sent";
    case SHOAL_PEER_CLOSE_BAD_HANDSHAKE:
      return "spoke another protocol";
    case SHOAL_PEER_CLOSE_WRONG_SWARM:
      return "answered for another torrent";
    case SHOAL_PEER_CLOSE_BAD_FRAME:
      return "sent what is no message";
    case SHOAL_PEER_CLOSE_BAD_MESSAGE:
      return "named a piece that does not exist";
    case SHOAL_PEER_CLOSE_BAD_METADATA:
      return "contradicted itself about the details of the torrent";
    case SHOAL_PEER_CLOSE_BAD_REQUEST:
      return "asked for what cannot be served";
    case SHOAL_PEER_CLOSE_NOT_NEGOTIATED:
      return "used an extension that was not agreed to";
    case SHOAL_PEER_CLOSE_FLOOD:
      return "sent too much of no use";
    }
  g_return_val_if_reached ("");
}

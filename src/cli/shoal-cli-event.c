/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-event.h"

#include "cli/shoal-cli-json.h"

static void
begin (ShoalCliJson *json, const ShoalCliTopic *topic, const char *event)
{
  shoal_cli_json_begin (json, event);
  shoal_cli_json_add_string (json, "info_hash", topic->hash);
  shoal_cli_json_add_string (json, "source", topic->source);
}

const char *
shoal_cli_event_name_state (const ShoalTorrentInfo *info, gboolean is_seed)
{
  switch (info->state)
    {
    case SHOAL_TORRENT_STATE_CHECKING:
      return "checking";
    case SHOAL_TORRENT_STATE_METADATA:
      return "metadata";
    case SHOAL_TORRENT_STATE_SEEDING:
    case SHOAL_TORRENT_STATE_FINISHED:
      return "seeding";
    case SHOAL_TORRENT_STATE_DOWNLOADING:
      if (is_seed)
        return "seeding";
      return info->stalled_time != 0 && info->copies_1000 < 1000 ? "waiting" : "downloading";
    case SHOAL_TORRENT_STATE_PAUSED:
    case SHOAL_TORRENT_STATE_WAITING:
    case SHOAL_TORRENT_STATE_STOPPED:
    case SHOAL_TORRENT_STATE_MOVING:
    case SHOAL_TORRENT_STATE_QUEUED:
      break;
    }
  return "waiting";
}

void
shoal_cli_event_print_added (const ShoalCliTopic    *topic,
                             const ShoalContents    *contents,
                             const ShoalTorrentInfo *info)
{
  gboolean     is_link = contents->files->len == 0;
  ShoalCliJson json;

  begin (&json, topic, "added");
  shoal_cli_json_add_string (&json, "name", is_link ? info->name : contents->name);
  shoal_cli_json_add_uint (&json, "size", is_link ? info->size : contents->size);
  shoal_cli_json_add_uint (&json, "files", is_link ? info->n_files : contents->files->len);
  shoal_cli_json_add_uint (
      &json, "resumed_bytes", info->resumed_bytes != G_MAXUINT64 ? info->resumed_bytes : 0);
  shoal_cli_json_print (&json);
}

void
shoal_cli_event_print_metadata (const ShoalCliTopic *topic, const ShoalEvent *event, double seconds)
{
  ShoalCliJson json;

  begin (&json, topic, "metadata");
  shoal_cli_json_add_string (&json, "name", event->text);
  shoal_cli_json_add_uint (&json, "size", event->number);
  shoal_cli_json_add_uint (&json, "files", event->number2);
  shoal_cli_json_add_double (&json, "seconds", seconds);
  shoal_cli_json_print (&json);
}

void
shoal_cli_event_print_progress (const ShoalCliTopic    *topic,
                                const ShoalTorrentInfo *info,
                                const char             *state,
                                guint64                 uploaded)
{
  gboolean     is_checking = info->state == SHOAL_TORRENT_STATE_CHECKING;
  ShoalCliJson json;

  begin (&json, topic, "progress");
  shoal_cli_json_add_uint (&json, "done", is_checking ? info->checked_bytes : info->done_bytes);
  shoal_cli_json_add_uint (&json, "size", is_checking ? info->size : info->wanted_bytes);
  shoal_cli_json_add_uint (&json, "down", info->down_bps);
  shoal_cli_json_add_uint (&json, "up", info->up_bps);
  shoal_cli_json_add_uint (&json, "uploaded", uploaded);
  shoal_cli_json_add_uint (&json, "peers", info->n_peers);
  shoal_cli_json_add_uint (&json, "seeds", info->n_seeds);
  if (info->eta_sec >= 0)
    shoal_cli_json_add_uint (&json, "eta", (guint64) info->eta_sec);
  else
    shoal_cli_json_add_null (&json, "eta");
  shoal_cli_json_add_string (&json, "state", state);
  shoal_cli_json_print (&json);
}

void
shoal_cli_event_print_listening (const ShoalCliTopic *topic, const ShoalEvent *event)
{
  ShoalCliJson json;

  begin (&json, topic, "listening");
  shoal_cli_json_add_uint (&json, "tcp", event->tcp_port);
  shoal_cli_json_add_uint (&json, "udp", event->udp_port);
  shoal_cli_json_print (&json);
}

void
shoal_cli_event_print_peer (const ShoalCliTopic *topic, const ShoalEvent *event)
{
  gboolean     is_closed = event->kind == SHOAL_EVENT_PEER_CLOSED;
  char         address[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalCliJson json;

  begin (&json, topic, "peer");
  shoal_cli_json_add_string (
      &json, "address", shoal_base_address_format (&event->address, TRUE, address));
  shoal_cli_json_add_string (&json, "client", event->text);
  shoal_cli_json_add_string (&json, "transport", event->is_utp ? "utp" : "tcp");
  shoal_cli_json_add_bool (&json, "encrypted", event->is_encrypted);
  shoal_cli_json_add_string (&json, "direction", event->is_incoming ? "in" : "out");
  shoal_cli_json_add_string (&json, "state", is_closed ? "closed" : "connected");
  shoal_cli_json_add_string (&json, "reason", event->reason);
  shoal_cli_json_print (&json);
}

void
shoal_cli_event_print_tracker (const ShoalCliTopic *topic, const ShoalEvent *event)
{
  ShoalCliJson json;

  begin (&json, topic, "tracker");
  shoal_cli_json_add_string (&json, "url", event->subject);
  shoal_cli_json_add_string (&json, "status", event->is_error ? "error" : "ok");
  shoal_cli_json_add_string (&json, "message", event->text);
  shoal_cli_json_add_uint (&json, "peers", event->number);
  shoal_cli_json_add_uint (&json, "interval", event->number2);
  shoal_cli_json_print (&json);
}

void
shoal_cli_event_print_bad_piece (const ShoalCliTopic *topic, const ShoalEvent *event)
{
  g_autoptr (GString) peers = g_string_new ("[");
  ShoalCliJson json;
  guint        i;

  for (i = 0; event->peers != NULL && i < event->peers->len; i++)
    {
      const ShoalBaseAddress *peer = &g_array_index (event->peers, ShoalBaseAddress, i);
      char                    address[SHOAL_BASE_ADDRESS_TEXT_SIZE];

      if (i > 0)
        g_string_append_c (peers, ',');
      shoal_cli_json_quote (peers, shoal_base_address_format (peer, TRUE, address));
    }
  g_string_append_c (peers, ']');
  begin (&json, topic, "bad_piece");
  shoal_cli_json_add_uint (&json, "piece", event->number);
  shoal_cli_json_add_raw (&json, "peers", peers->str);
  shoal_cli_json_print (&json);
}

void
shoal_cli_event_print_complete (const ShoalCliTopic *topic, const ShoalEvent *event, double seconds)
{
  ShoalCliJson json;

  begin (&json, topic, "complete");
  shoal_cli_json_add_double (&json, "seconds", seconds);
  shoal_cli_json_add_uint (&json, "bytes", event->number);
  shoal_cli_json_add_uint (&json, "wasted", event->number2);
  shoal_cli_json_print (&json);
}

void
shoal_cli_event_print_stopped (const ShoalCliTopic *topic, const ShoalTotals *totals)
{
  ShoalCliJson json;

  begin (&json, topic, "stopped");
  shoal_cli_json_add_uint (&json, "uploaded", totals->uploaded);
  shoal_cli_json_add_uint (&json, "downloaded", totals->downloaded);
  shoal_cli_json_print (&json);
}

# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client made of libtorrent's Python bindings. The first argument is a JSON object of session settings;
commands come as JSON lines on standard input, states go as JSON lines to standard output."""
import json
import os
import select
import sys

import libtorrent as lt

DHT_OPERATION = lt.alert.category_t.dht_operation_notification
BASE = {
    'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
    'enable_outgoing_utp': False, 'enable_incoming_utp': False, 'in_enc_policy': 2, 'out_enc_policy': 2,
    'allow_multiple_connections_per_ip': True, 'announce_to_all_trackers': True, 'announce_to_all_tiers': True,
    'ssrf_mitigation': False, 'alert_mask': 0x1 | 0x2 | 0x10 | DHT_OPERATION, 'connections_limit': 500, 'unchoke_slots_limit': 100,
    'active_limit': 500, 'active_seeds': 500, 'active_downloads': 500, 'active_checking': 10,
    'close_redundant_connections': True, 'stop_tracker_timeout': 1, 'user_agent': 'libtorrent/' + lt.version,
}
PERIOD_SECONDS = 0.1


def say(event, **fields):
    sys.stdout.write(json.dumps({'event': event, **fields}) + '\n')
    sys.stdout.flush()


class Node:
    def __init__(self, settings):
        # Without the exchange of peers, unless it is asked for; metadata only.
        extensions = settings.pop('extensions', ['ut_metadata'])
        self.session = lt.session({**BASE, **settings}, flags=0)
        for name in extensions:
            self.session.add_extension(name)
        self.torrents = {}

    def do_add(self, command):
        if 'magnet' in command:
            params = lt.parse_magnet_uri(command['magnet'])
        else:
            params = lt.add_torrent_params()
            params.ti = lt.torrent_info(command['torrent'])
        params.save_path = command['folder']
        params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
        if command.get('seed_mode'):
            params.flags |= lt.torrent_flags.seed_mode
        if command.get('down_limit'):
            params.download_limit = command['down_limit']
        if command.get('up_limit'):
            params.upload_limit = command['up_limit']
        handle = self.session.add_torrent(params)
        info_hash = str(handle.info_hash())
        self.torrents[info_hash] = handle
        say('added', info_hash=info_hash)

    def do_connect(self, command):
        self.torrents[command['info_hash']].connect_peer((command['address'], command['port']))

    def do_limit(self, command):
        handle = self.torrents[command['info_hash']]
        handle.set_upload_limit(command.get('up', 0))
        handle.set_download_limit(command.get('down', 0))

    def do_peers(self, command):
        for peer in self.torrents[command['info_hash']].get_peer_info():
            say('peer', address=peer.ip[0], port=peer.ip[1], client=peer.client.decode(errors='replace'),
                down=peer.total_download, up=peer.total_upload)

    def do_flags(self, command):
        """How each of its connections is encrypted, all in one event."""
        def is_set(peer, flag):
            return bool(peer.flags & flag)
        info = lt.peer_info
        say('flags', serial=command['serial'], peers=[
            {'address': peer.ip[0], 'outgoing': is_set(peer, info.local_connection),
             'rc4': is_set(peer, info.rc4_encrypted), 'hidden': is_set(peer, info.plaintext_encrypted)}
            for peer in self.torrents[command['info_hash']].get_peer_info()
            if not is_set(peer, info.handshake) and not is_set(peer, info.connecting)])

    def do_dht_node(self, command):
        self.session.add_dht_node((command['address'], command['port']))

    def do_dht_look(self, command):
        self.session.dht_get_peers(lt.sha1_hash(bytes.fromhex(command['info_hash'])))

    def do_recheck(self, command):
        self.torrents[command['info_hash']].force_recheck()

    def obey(self, line):
        command = json.loads(line)
        getattr(self, 'do_' + command['do'])(command)

    def report(self):
        for info_hash, handle in self.torrents.items():
            status = handle.status()
            say('status', info_hash=info_hash, state=str(status.state), progress=status.progress,
                is_seeding=status.is_seeding, down=status.total_payload_download, up=status.total_payload_upload,
                done=status.total_done, failed=status.total_failed_bytes, peers=status.num_peers,
                error=str(status.errc.message()) if status.errc.value() else None)
        if self.session.is_dht_running():
            say('dht', nodes=self.session.status().dht_nodes)
        for alert in self.session.pop_alerts():
            if isinstance(alert, (lt.tracker_error_alert, lt.torrent_error_alert, lt.file_error_alert,
                                  lt.peer_ban_alert, lt.listen_failed_alert)):
                say('alert', message=alert.message())
            elif isinstance(alert, lt.dht_get_peers_reply_alert):
                say('dht_peers', info_hash=str(alert.info_hash), count=alert.num_peers())


def main():
    settings = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    period = settings.pop('report_seconds', PERIOD_SECONDS)
    node = Node(settings)
    say('ready', version=lt.version)
    pending = b''
    while True:
        ready, _, _ = select.select([0], [], [], period)
        if ready:
            data = os.read(0, 65536)
            if not data:
                break
            *lines, pending = (pending + data).split(b'\n')
            for line in lines:
                node.obey(line)
        node.report()


if __name__ == '__main__':
    main()

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each policy of Shoal against each of libtorrent and Transmission, both ways, as the other side sees the connection."""
import http.server
import os
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import clients
import harness
import shoal

KIB, MIB = 1 << 10, 1 << 20
POLICIES = ('off', 'allow', 'prefer', 'require')

# How a connection ended up: none, not encrypted, its handshake encrypted, all of it encrypted.
NONE, BARE, HIDDEN, RC4 = '-', 'bare', 'hidden', 'rc4'

# libtorrent's policies and levels.
FORCED, ENABLED, DISABLED = 0, 1, 2
PLAIN_LEVEL, RC4_LEVEL, BOTH_LEVELS = 1, 2, 3

# So long nothing must happen where no connection is possible; both sides have tried by then.
QUIET_SECONDS = 2


def ours(policy):
    return f'10.77.1.{1 + POLICIES.index(policy)}'


class EncryptionTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.torrent = bencode.Torrent('data.bin', os.urandom(8 * MIB), 64 * KIB)
        self.file = self.torrent.write(self.tmp / 'data.torrent')
        self.info_hash = self.torrent.info_hash.hex()
        self.source = self.tmp / 'data.bin'
        self.source.write_bytes(self.torrent.data)

    def start_seeds(self, *options, port=7100):
        """One with each policy, so slow that nobody gets all of the data."""
        self.seeds = {}
        for policy in POLICIES:
            source = self.folder(f'source-{policy}') / 'data.bin'
            source.write_bytes(self.torrent.data)
            self.seeds[policy] = shoal.start_seed(
                self, self.file, source, '--no-trackers', f'--encryption={policy}', '--up=20k', *options,
                bind=ours(policy), port=port, name=f'seed-{policy}', state=self.tmp / f'state-{policy}')

    def check(self, look, expected):
        """look() tells how each policy is connected; that becomes, and stays, what is expected."""
        harness.wait_until(lambda: look() == expected, 30, lambda: f'{expected}, not {look()}')

    def check_events(self, policy, address, expected):
        """What Shoal itself says of its connections with @address."""
        seen = {e['encrypted'] for e in self.seeds[policy].find('peer', state='connected')
                if e['address'].startswith(address + ':')}
        self.assertEqual(seen, set() if expected == NONE else {expected == RC4}, f'{policy}, {address}')


class LibTorrentTest(EncryptionTest):
    # Settings, and what becomes of connections that Shoal opens, by its policy.
    INCOMING = (
        ((DISABLED, BOTH_LEVELS, True), (BARE, BARE, BARE, NONE)),
        ((ENABLED, PLAIN_LEVEL, False), (BARE, BARE, HIDDEN, NONE)),
        ((ENABLED, RC4_LEVEL, False), (BARE, BARE, RC4, RC4)),
        ((ENABLED, BOTH_LEVELS, False), (BARE, BARE, RC4, RC4)),
        ((ENABLED, BOTH_LEVELS, True), (BARE, BARE, RC4, RC4)),
        ((FORCED, PLAIN_LEVEL, False), (NONE, HIDDEN, HIDDEN, NONE)),
        ((FORCED, RC4_LEVEL, False), (NONE, RC4, RC4, RC4)),
        ((FORCED, BOTH_LEVELS, False), (NONE, HIDDEN, RC4, RC4)),
        ((FORCED, BOTH_LEVELS, True), (NONE, RC4, RC4, RC4)),
    )
    # The same of connections that libtorrent opens.
    OUTGOING = (
        ((DISABLED, BOTH_LEVELS, False), (BARE, BARE, BARE, NONE)),
        ((ENABLED, PLAIN_LEVEL, False), (BARE, HIDDEN, HIDDEN, NONE)),
        ((ENABLED, RC4_LEVEL, False), (BARE, RC4, RC4, RC4)),
        ((ENABLED, BOTH_LEVELS, False), (BARE, HIDDEN, RC4, RC4)),
        ((FORCED, PLAIN_LEVEL, False), (NONE, HIDDEN, HIDDEN, NONE)),
        ((FORCED, RC4_LEVEL, False), (NONE, RC4, RC4, RC4)),
        ((FORCED, BOTH_LEVELS, False), (NONE, HIDDEN, RC4, RC4)),
    )

    def setUp(self):
        super().setUp()
        if not clients.is_installed(clients.LibTorrent):
            self.skipTest('python3-libtorrent is not installed')

    def start_node(self, number, policy_name, settings):
        policy, level, prefers_rc4 = settings
        node = clients.LibTorrent(self, f'libtorrent-{number}', f'10.77.2.{number}', 7001)
        node.start(**{policy_name: policy, 'allowed_enc_level': level, 'prefer_rc4': prefers_rc4})
        node.add(self.file, self.folder(f'got-{number}'))
        return node

    def start_nodes(self, policy_name, rows):
        nodes = [None] * len(rows)

        def start(place):
            nodes[place] = self.start_node(place + 1, policy_name, rows[place][0])
        harness.parallel(*[lambda place=place: start(place) for place in range(len(rows))])
        return nodes

    def look(self, node, outgoing):
        found = dict.fromkeys(POLICIES, NONE)
        by_address = {ours(policy): policy for policy in POLICIES}
        for peer in node.get_flags(self.info_hash):
            if peer['outgoing'] == outgoing:
                found[by_address[peer['address']]] = RC4 if peer['rc4'] else HIDDEN if peer['hidden'] else BARE
        return found

    def check_all(self, nodes, rows, outgoing):
        for _ in range(2):
            for node, (settings, expected) in zip(nodes, rows):
                with self.subTest(settings=settings):
                    self.check(lambda: self.look(node, outgoing), dict(zip(POLICIES, expected)))
            time.sleep(QUIET_SECONDS)
        for node, (settings, expected) in zip(nodes, rows):
            for policy, one in zip(POLICIES, expected):
                self.check_events(policy, node.address, one)

    def test_shoal_connects(self):
        nodes = self.start_nodes('in_enc_policy', self.INCOMING)
        self.start_seeds(*[f'--peer={node.address}:{node.port}' for node in nodes])
        self.check_all(nodes, self.INCOMING, False)

    def test_libtorrent_connects(self):
        self.start_seeds()
        nodes = self.start_nodes('out_enc_policy', self.OUTGOING)
        for node in nodes:
            for policy in POLICIES:
                node.connect(self.info_hash, ours(policy), 7100)
        self.check_all(nodes, self.OUTGOING, True)

    def check_whole(self, folder):
        self.assertEqual((folder / 'data.bin').read_bytes(), self.torrent.data)

    def test_data(self):
        """All of the data through each kind of connection, both ways."""
        for number, (level, policy) in enumerate(((PLAIN_LEVEL, 'allow'), (RC4_LEVEL, 'allow'), (RC4_LEVEL, 'require'))):
            name = f'{number}-{policy}'
            node = clients.LibTorrent(self, f'seed-{name}', f'10.77.3.{number}', 7001)
            node.start(in_enc_policy=FORCED, out_enc_policy=FORCED, allowed_enc_level=level)
            node.add(self.file, self.tmp, seed_mode=True)
            get = shoal.start_get(self, self.file, self.tmp / f'got-{name}', '--no-trackers', f'--encryption={policy}',
                                  f'--peer={node.address}:{node.port}', '--seed', name=f'get-{name}', state=self.tmp / name)
            get.expect('complete', seconds=60)
            self.assertEqual(get.find('bad_piece'), [])
            self.check_whole(self.tmp / f'got-{name}')
            node.stop()
            leech = clients.LibTorrent(self, f'leech-{name}', f'10.77.4.{number}', 7001)
            leech.start(in_enc_policy=FORCED, out_enc_policy=FORCED, allowed_enc_level=level)
            leech.add(self.file, self.folder(f'theirs-{name}'))
            leech.connect(self.info_hash, harness.SHOAL4, get.find('listening')[0]['tcp'])
            leech.wait_complete(self.info_hash)
            leech.stop()
            self.check_whole(self.tmp / f'theirs-{name}')
            shoal.stop_cleanly(self, get)


class Signpost:
    """A tracker that always names the same peers."""

    def __init__(self, test, peers, port=6900):
        reply = bencode.encode({'interval': 1800, 'peers': b''.join(
            bytes(map(int, address.split('.'))) + port.to_bytes(2, 'big') for address, port in peers)})

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header('Content-Length', str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer((harness.TRACKER4, port), Handler)
        self.url = f'http://{harness.TRACKER4}:{port}/announce'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.on_end(self.server.shutdown)


class TransmissionTest(EncryptionTest):
    # Its settings: 0 tolerated, 1 preferred, 2 required. It says of a connection only whether RC4 is used.
    INCOMING = (
        (0, (BARE, BARE, RC4, RC4)),
        (1, (BARE, BARE, RC4, RC4)),
        (2, (NONE, RC4, RC4, RC4)),
    )
    OUTGOING = (
        (0, (BARE, BARE, BARE, NONE)),
        (1, (BARE, RC4, RC4, RC4)),
        (2, (NONE, RC4, RC4, RC4)),
    )

    def setUp(self):
        super().setUp()
        if not clients.is_installed(clients.Transmission):
            self.skipTest('transmission-daemon is not installed')

    def start_daemons(self, rows, torrent):
        daemons = []
        for number, (encryption, _) in enumerate(rows):
            daemon = clients.Transmission(self, f'transmission-{number}', f'10.77.2.{1 + number}', 7001 + number)
            daemon.start(encryption=encryption)
            daemon.add(torrent, self.folder(f'got-{number}'))
            daemons.append(daemon)
        return daemons

    def look(self, daemon, outgoing):
        found = dict.fromkeys(POLICIES, NONE)
        by_address = {ours(policy): policy for policy in POLICIES}
        for peer in daemon.look(self.info_hash)['peers']:
            if peer['isIncoming'] != outgoing:
                found[by_address[peer['address']]] = RC4 if peer['isEncrypted'] else BARE
        return found

    def check_all(self, daemons, rows, outgoing):
        for _ in range(2):
            for daemon, (setting, expected) in zip(daemons, rows):
                with self.subTest(setting=setting):
                    self.check(lambda: self.look(daemon, outgoing), dict(zip(POLICIES, expected)))
            time.sleep(QUIET_SECONDS)
        for daemon, (setting, expected) in zip(daemons, rows):
            for policy, one in zip(POLICIES, expected):
                self.check_events(policy, daemon.address, one)

    def test_shoal_connects(self):
        daemons = self.start_daemons(self.INCOMING, self.file)
        self.start_seeds(*[f'--peer={daemon.address}:{daemon.port}' for daemon in daemons])
        self.check_all(daemons, self.INCOMING, False)

    def test_transmission_connects(self):
        self.start_seeds()
        signpost = Signpost(self, [(ours(policy), 7100) for policy in POLICIES])
        named = bencode.Torrent('data.bin', self.torrent.data, 64 * KIB, [signpost.url])
        daemons = self.start_daemons(self.OUTGOING, named.write(self.tmp / 'named.torrent'))
        self.check_all(daemons, self.OUTGOING, True)


if __name__ == '__main__':
    harness.main()

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers that are found without a tracker: on the local network, and because others name them. And a private torrent,
of which nothing of that may be seen."""
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import clients
import harness
import namespaces
import shoal

KIB, MIB = 1 << 10, 1 << 20
PEX = {'extensions': ['ut_metadata', 'ut_pex']}
LSD_PORT = 6771
NODE = '--dht-node=10.88.0.2:7400'
SETTLE_SECONDS = 8  # a first exchange and a first announce are long past then


# Pings a node, and says who answers.
PING = """
import socket
link = socket.socket({family}, socket.SOCK_DGRAM)
link.settimeout(10)
link.sendto(b'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe', ('{address}', {port}))
while True:
    data, sender = link.recvfrom(4096)
    if data.endswith(b'1:y1:re'):
        print(sender[0])
        break
"""


class DiscoveryTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if not namespaces.has_links():
            self.skipTest('no veth devices or bridges')
        self.on_end(lambda: namespaces.subprocess.run(['ip', 'link', 'delete', 'switch'], capture_output=True))
        self.on_end(lambda: namespaces.subprocess.run(['ip', 'link', 'delete', 'near'], capture_output=True))

    def make(self, size=2 * MIB, trackers=(), **info):
        self.torrent = bencode.Torrent('data.bin', os.urandom(size), 64 * KIB, trackers=trackers, extra_info=info)
        self.hash = self.torrent.info_hash.hex()
        self.link = f'magnet:?xt=urn:btih:{self.hash}'
        (self.folder('source') / 'data.bin').write_bytes(self.torrent.data)
        self.file = self.torrent.write(self.tmp / 'data.torrent')

    def run_shoal(self, name, argv, on=(), prefix=()):
        """Shoal on all addresses, with what `on` names switched on."""
        off = {f'--no-{word}' for word in on}
        return self.start_json([word for word in argv if word not in off], name, prefix=prefix)

    def get(self, name, *options, on=(), prefix=(), folder=None, source=None):
        argv = shoal.get_argv(source or self.file, folder or self.tmp / f'got-{name}', self.tmp / f'state-{name}', *options,
                              bind=None)
        process = self.run_shoal(name, argv, on, prefix)
        process.port = process.expect('listening')['tcp']
        return process

    def seed(self, name, *options, on=(), prefix=()):
        argv = shoal.seed_argv(self.file, self.tmp / 'source', self.tmp / f'state-{name}', *options, bind=None)
        process = self.run_shoal(name, argv, on, prefix)
        process.port = process.expect('listening')['tcp']
        process.expect('progress', state='seeding', seconds=30)
        return process

    def libtorrent(self, prefix=(), address='10.88.0.2', **settings):
        port = 7000
        client = clients.LibTorrent(self, address=address, port=port)
        shown = f'[{address}]' if ':' in address else address
        client.start(prefix=prefix, listen_interfaces=f'{shown}:{port}', outgoing_interfaces='', **settings)
        return client

    def wait_whole(self, client):
        harness.wait_until(lambda: client.is_complete(self.hash), 60, lambda: client.describe(self.hash))

    def check_whole(self, name):
        self.assertEqual((self.tmp / f'got-{name}/data.bin').read_bytes(), self.torrent.data)


class LocalTest(DiscoveryTest):
    def run_pair(self, ipv4, ipv6):
        namespaces.Lan(self, ipv4=ipv4, ipv6=ipv6)
        self.make()
        self.seed('seed', on=['lsd'])
        leech = self.get('far', on=['lsd'], prefix=namespaces.Lan.prefix_of('far'))
        shoal.finish_get(self, leech)
        self.check_whole('far')
        return leech

    def test_shoal_and_shoal(self):
        leech = self.run_pair(ipv4=True, ipv6=True)
        self.assertTrue(leech.find('peer', state='connected'))

    def test_by_ipv6_alone(self):
        leech = self.run_pair(ipv4=False, ipv6=True)
        for peer in leech.find('peer', state='connected'):
            self.assertTrue(peer['address'].startswith('[f'), peer)

    def test_libtorrent_finds_shoal(self):
        namespaces.Lan(self, ipv6=False)
        self.make()
        client = self.libtorrent(namespaces.Lan.prefix_of('far'), enable_lsd=True)
        client.add(self.file, self.folder('lt'))
        self.seed('seed', on=['lsd'])
        self.wait_whole(client)

    def test_shoal_finds_libtorrent(self):
        namespaces.Lan(self, ipv6=False)
        self.make()
        leech = self.get('leech', on=['lsd'])
        client = self.libtorrent(namespaces.Lan.prefix_of('far'), enable_lsd=True)
        client.add(self.file, self.tmp / 'source', seed_mode=True)
        shoal.finish_get(self, leech)
        self.check_whole('leech')

    def test_libtorrent_by_ipv6_alone(self):
        namespaces.Lan(self, ipv4=False)
        self.make()
        leech = self.get('leech', on=['lsd'])
        client = self.libtorrent(namespaces.Lan.prefix_of('far'), 'fd88::2', enable_lsd=True)
        client.add(self.file, self.tmp / 'source', seed_mode=True)
        shoal.finish_get(self, leech)
        self.check_whole('leech')

    def test_switched_off(self):
        namespaces.Lan(self)
        self.make()
        capture = namespaces.Capture(self, 'near')
        self.seed('seed')
        leech = self.get('leech', prefix=namespaces.Lan.prefix_of('far'))
        time.sleep(SETTLE_SECONDS / 2)
        self.assertFalse(leech.find('peer'))
        self.assertFalse([to for _, to, _ in capture.packets(17) if to == LSD_PORT])


class ExchangeTest(DiscoveryTest):
    """Three who know one in the middle only: the third is found by exchange alone."""

    def setUp(self):
        super().setUp()
        namespaces.Lan(self, ('far', 'third'))
        self.make()

    def test_shoal_in_the_middle(self):
        """It gives little: what completes them is what they have from each other."""
        middle = self.get('middle', '--up=20k', '--seed', on=['pex'])
        third = self.libtorrent(namespaces.Lan.prefix_of('third'), '10.88.0.3', **PEX)
        third.add(self.file, self.tmp / 'source', seed_mode=True)
        third.connect(self.hash, '10.88.0.1', middle.port)
        far = self.libtorrent(namespaces.Lan.prefix_of('far'), **PEX)
        far.add(self.file, self.folder('lt'))
        far.connect(self.hash, '10.88.0.1', middle.port)
        self.wait_whole(far)

    def test_libtorrent_in_the_middle(self):
        middle = self.libtorrent(namespaces.Lan.prefix_of('far'), **PEX)
        middle.add(self.file, self.folder('lt'), up_limit=1000, down_limit=50_000)
        seed = self.seed('seed', on=['pex'])
        middle.connect(self.hash, '10.88.0.1', seed.port)
        leech = self.get('leech', f'--peer={middle.address}:{middle.port}', on=['pex'],
                         prefix=namespaces.Lan.prefix_of('third'))
        shoal.finish_get(self, leech)
        self.check_whole('leech')
        self.assertIn('10.88.0.1', {peer['address'].rsplit(':', 1)[0] for peer in leech.find('peer')})

    def test_by_ipv6_alone(self):
        middle = self.get('middle', '--up=20k', '--seed', on=['pex'])
        seed = self.seed('seed', f'--peer=[fd88::1]:{middle.port}', on=['pex'],
                         prefix=namespaces.Lan.prefix_of('third'))
        leech = self.get('leech', f'--peer=[fd88::1]:{middle.port}', on=['pex'],
                         prefix=namespaces.Lan.prefix_of('far'))
        shoal.finish_get(self, leech)
        self.check_whole('leech')
        self.assertIn(f'[fd88::3]:{seed.port}', {peer['address'] for peer in leech.find('peer')})


class LinkTest(DiscoveryTest):
    """A link that names no tracker: who has the details is found otherwise, and may want encryption."""

    def test_by_local_discovery(self):
        namespaces.Lan(self)
        self.make()
        self.seed('seed', '--encryption=require', on=['lsd'])
        leech = self.get('far', '--encryption=require', on=['lsd'], prefix=namespaces.Lan.prefix_of('far'), source=self.link)
        shoal.finish_get(self, leech)
        self.check_whole('far')
        self.assertTrue(all(peer['encrypted'] for peer in leech.find('peer', state='connected')), leech.find('peer'))

    def test_by_exchange(self):
        """The peer that the link names cannot tell what the torrent is, but who can."""
        namespaces.Lan(self, ('far', 'third'))
        self.make()
        middle = self.libtorrent(namespaces.Lan.prefix_of('far'), extensions=['ut_pex'])
        middle.add(self.file, self.folder('lt'), up_limit=1000, down_limit=50_000)
        seed = self.seed('seed', on=['pex'])
        middle.connect(self.hash, '10.88.0.1', seed.port)
        leech = self.get('leech', '--allow-local', on=['pex'], prefix=namespaces.Lan.prefix_of('third'),
                         source=f'{self.link}&x.pe={middle.address}:{middle.port}')
        shoal.finish_get(self, leech)
        self.check_whole('leech')
        self.assertIn('10.88.0.1', {peer['address'].rsplit(':', 1)[0] for peer in leech.find('peer')})


class AddressTest(DiscoveryTest):
    """A machine with several addresses, as each that has IPv6: who asked at one expects the answer from there."""

    def test_answers_from_where_it_was_asked(self):
        namespaces.Lan(self)
        self.make()
        seed = self.seed('seed', '--dht-node=10.88.0.9:9', on=['dht'])
        for family, here, addresses in ((socket.AF_INET, '10.88.0.1', ('10.88.0.101', '10.88.0.102')),
                                        (socket.AF_INET6, 'fd88::1', ('fd88::101', 'fd88::102'))):
            for address in addresses:
                length = '24' if family == socket.AF_INET else '64'
                namespaces.run('ip', 'address', 'add', f'{address}/{length}', 'dev', 'near',
                               *(['nodad'] if family == socket.AF_INET6 else []))
            for address in (here, *addresses):
                program = PING.format(family=int(family), address=address, port=seed.port)
                said = subprocess.run([*namespaces.Lan.prefix_of('far'), sys.executable, '-c', program],
                                      capture_output=True, text=True, timeout=30)
                self.assertEqual(said.stdout.strip(), address, said.stderr)


class PrivateTest(DiscoveryTest):
    """A packet capture of a whole life: fetched from others, seeded to others, ended."""

    ON = ['dht', 'pex', 'lsd', 'utp']

    def start_node(self):
        """One of the DHT, for those who are given NODE."""
        return self.start_json(['/usr/bin/python3', harness.SOURCE_ROOT / 'tests/support/stranger.py', *NODE.split('=')[1].split(':')],
                               'node', prefix=namespaces.Lan.prefix_of('far'))

    def live(self, **info):
        namespaces.Lan(self, ('far', 'third'), ipv6=False)
        capture = namespaces.Capture(self, 'near', 'lo')
        tracker = self.start_json([harness.SHOAL_CLI, 'tracker', '--json', '--port=6969'], 'tracker')
        self.make(trackers=['http://10.88.0.1:6969/announce'], **info)
        source = self.libtorrent(namespaces.Lan.prefix_of('far'), enable_lsd=True, **PEX)
        source.add(self.file, self.tmp / 'source', seed_mode=True, up_limit=250_000)  # long enough for a first exchange
        tracker.expect('announce')
        self.start_node()
        near = self.get('near', '--seed', NODE, on=self.ON)
        third = self.get('third', NODE, '--seed', on=self.ON, prefix=namespaces.Lan.prefix_of('third'))
        near.expect('complete', seconds=60)
        third.expect('complete', seconds=60)
        harness.wait_until(lambda: 'private' in info or (self.dht(capture) and capture.has_tcp(b'5:added')), 60,
                           'the DHT and the other peers to hear of it')
        time.sleep(SETTLE_SECONDS)
        shoal.stop_cleanly(self, third)
        shoal.stop_cleanly(self, near)
        self.check_whole('near')
        self.check_whole('third')
        self.assertTrue(capture.has_tcp(b'BitTorrent protocol'), 'nothing was captured')
        return capture

    @staticmethod
    def local_discovery(capture):
        return [payload for _, to, payload in capture.packets(17) if to == LSD_PORT]

    @staticmethod
    def dht(capture):
        return [payload for _, _, payload in capture.packets(17) if payload[:1] == b'd' and payload[-1:] == b'e']

    @staticmethod
    def handshakes(capture):
        return [payload for _, _, payload in capture.packets(6) if payload[:20] == b'\x13BitTorrent protocol']

    def handshakes_of_ours(self, capture):
        return [data for data in self.handshakes(capture) if data[48:51] == b'-SH']

    def test_private(self):
        capture = self.live(private=1)
        self.assertEqual(self.local_discovery(capture), [])
        self.assertEqual(self.dht(capture), [])
        # libtorrent says that it knows the extension whatever the torrent; what would be told begins so.
        self.assertFalse(capture.has_tcp(b'5:added'))
        ours = self.handshakes_of_ours(capture)
        self.assertTrue(ours)
        for data in ours:
            self.assertEqual(data[27] & 1, 0, 'the handshake speaks of the DHT')
        self.assertFalse(any(b'Shoal' in payload and b'6:ut_pex' in payload for _, _, payload in capture.packets(6)))

    def test_private_link(self):
        """A link does not say that its torrent is private: others hear of it until it is known, and nobody from then on."""
        namespaces.Lan(self, ('far', 'third'), ipv6=False)
        far, third = map(namespaces.Lan.prefix_of, ('far', 'third'))
        capture = namespaces.Capture(self, 'near', 'lo')
        url = 'http://10.88.0.1:6969/announce'
        tracker = self.start_json([harness.SHOAL_CLI, 'tracker', '--json', '--port=6969'], 'tracker')
        self.make(trackers=[url], private=1)
        node = self.start_node()
        near = self.get('near', '--seed', '--allow-local', NODE, on=self.ON,
                        source=f'{self.link}&tr={urllib.parse.quote(url, safe="")}')
        node.expect('announce', seconds=30)
        harness.wait_until(lambda: any(self.hash in data.decode(errors='replace').lower()
                                       for data in self.local_discovery(capture)), 30, 'the local network to hear of it')
        # libtorrent tells nobody what a private torrent is. It takes long enough for a first exchange.
        self.seed('seed', '--up=200k', on=self.ON, prefix=far)
        client = self.libtorrent(third, '10.88.0.3', **PEX)
        client.add(self.file, self.folder('lt'))
        near.expect('metadata', seconds=30)
        time.sleep(0.5)
        n_known = len(capture.frames)
        self.wait_whole(client)
        near.expect('complete', seconds=60)
        time.sleep(SETTLE_SECONDS)
        shoal.stop_cleanly(self, near)
        self.check_whole('near')
        everything = list(capture.packets(6))
        del capture.frames[:n_known]
        said = [payload for _, _, payload in capture.packets(17)]
        self.assertFalse([data for data in said if self.torrent.info_hash in data])
        self.assertEqual(self.local_discovery(capture), [])
        self.assertFalse(capture.has_tcp(b'5:added'))
        # What we say of ourselves when we know what it is, to those who came before and after.
        said = [data for _, _, data in everything if b'6:Shoal' in data or b'11:Shoal' in data]
        known = [data for data in said if b'13:metadata_size' in data]
        self.assertGreater(len(said), len(known))
        self.assertTrue(known)
        self.assertFalse([data for data in known if b'6:ut_pex' in data and b'6:ut_pexi0e' not in data])

    def test_public_is_seen(self):
        """The same where it is allowed: what the test above does not find is there to be found."""
        capture = self.live()
        self.assertTrue(self.local_discovery(capture))
        self.assertTrue(any(self.torrent.info_hash in data for data in self.dht(capture)))
        self.assertTrue(capture.has_tcp(b'5:added'))
        ours = self.handshakes_of_ours(capture)
        self.assertTrue(ours and all(data[27] & 1 for data in ours))
        self.assertTrue(any(b'Shoal' in payload and b'6:ut_pex' in payload for _, _, payload in capture.packets(6)))


if __name__ == '__main__':
    harness.main()

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private DHT of libtorrent's nodes on this machine: peers are found by it alone, in both directions."""
import pathlib
import select
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import clients
import harness
import samples
import shoal
from harness import SHOAL_CLI, wait_until

MIB = 1 << 20
N_NODES = 6
NOWHERE = '10.77.2.1:9'

DHT = {'enable_dht': True, 'dht_restrict_routing_ips': False, 'dht_restrict_search_ips': False,
       'dht_announce_interval': 5, 'dht_bootstrap_nodes': '', 'min_announce_interval': 1}
# All that is found is found by the DHT.
ONLY_DHT = ('--no-trackers', '--no-pex', '--no-lsd', '--no-utp', '--no-port-mapping', '--encryption=off')


class DhtCase(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.nodes = []
        self.add_nodes(N_NODES)
        self.router = f'{self.nodes[0].address}:{self.nodes[0].port}'
        self.source = self.folder('source')
        self.data = samples.make_single(self.source, size=2 * MIB + 77)
        self.file = self.tmp / 'single.torrent'
        self.hash = shoal.create(self, self.data, self.file)['info_hash']

    def add_nodes(self, count):
        for i in range(len(self.nodes), len(self.nodes) + count):
            node = clients.LibTorrent(self, f'node{i}', address=f'10.77.1.{i + 1}', port=7100 + i)
            self.nodes.append(node.start(**DHT))
            if i > 0:
                node.add_dht_node(self.nodes[0].address, self.nodes[0].port)
                self.nodes[0].add_dht_node(node.address, node.port)
        wait_until(lambda: all(node.count_dht_nodes() >= 2 for node in self.nodes), 60,
                   lambda: f'the nodes to know each other: {[node.count_dht_nodes() for node in self.nodes]}')

    def add_seed(self):
        """A seed at one node, of which another hears: who looks too early looks again after three minutes."""
        self.nodes[2].add(self.file, self.source, seed_mode=True)
        wait_until(lambda: self.nodes[5].finds_by_dht(self.hash), 60, 'the seed to be announced in the DHT')

    def start_shoal(self, verb, words, name, *options, state=None, address=harness.SHOAL4):
        return self.start_json([SHOAL_CLI, verb, '--json', f'--state={state or self.tmp / name}', '--port=0',
                                f'--bind={address}', *ONLY_DHT, *options, *words], name)

    def get(self, *options, name='get', state=None):
        return self.start_shoal('get', [self.file], name, f'--dir={self.tmp / "got"}', *options, state=state)

    def seed(self, *options, name='seed', state=None):
        process = self.start_shoal('seed', [self.file, self.data], name, *options, state=state)
        process.expect('progress', state='seeding', seconds=60)
        return process


class NodesTest(DhtCase):
    def test_finds_a_seed(self):
        self.add_seed()
        process = self.get(f'--dht-node={NOWHERE}', f'--dht-node={self.router}')
        shoal.finish_get(self, process, 120)
        self.assertEqual((self.tmp / 'got/single.bin').read_bytes(), self.data.read_bytes())

    def test_is_found(self):
        self.seed(f'--dht-node={self.router}')
        self.nodes[3].add(self.file, self.folder('leech'))
        self.nodes[3].wait_complete(self.hash, 120)

    def test_shoal_finds_shoal(self):
        self.seed(f'--dht-node={self.router}')
        process = self.start_shoal('get', [self.file], 'get', f'--dir={self.tmp / "got"}',
                                   f'--dht-node={self.nodes[4].address}:{self.nodes[4].port}', address=harness.OTHER4)
        shoal.finish_get(self, process, 120)

    def test_knows_the_nodes_of_the_last_run(self):
        """The second run is given no node that lives, and is found all the same."""
        state = self.tmp / 'kept'
        first = self.seed(f'--dht-node={self.router}', name='first', state=state)
        self.nodes[3].add(self.file, self.folder('leech'))
        self.nodes[3].wait_complete(self.hash, 120)
        shoal.stop_cleanly(self, first)
        self.seed(f'--dht-node={NOWHERE}', name='second', state=state)
        self.nodes[5].add(self.file, self.folder('late'))
        self.nodes[5].wait_complete(self.hash, 120)

    def test_learns_a_node_from_a_peer(self):
        """A peer that has nothing says where its node is, and that leads to the seed."""
        self.add_seed()
        guide = self.nodes[1]
        guide.tell(do='add', torrent=str(self.file), folder=str(self.folder('guide')), down_limit=1000)
        guide.process.expect('added', info_hash=self.hash)
        process = self.get(f'--dht-node={NOWHERE}', f'--peer={guide.address}:{guide.port}')
        shoal.finish_get(self, process, 120)

    def test_reads_the_nodes_of_a_torrent(self):
        self.add_seed()
        top = bencode.decode(self.file.read_bytes())
        top[b'nodes'] = [[self.nodes[1].address.encode(), self.nodes[1].port]]
        self.file.write_bytes(bencode.encode(top))
        process = self.get(f'--dht-node={NOWHERE}', '--allow-local')
        shoal.finish_get(self, process, 120)

    def test_private_torrents_stay_away(self):
        """Nobody hears of a private torrent, nor even that there is a node; of a public one they do."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind(('10.77.3.1', 7300))
            listener.setblocking(False)
            private = self.tmp / 'private.torrent'
            shoal.create(self, self.data, private, '--private', '-t', 'http://10.77.2.1:9/announce')
            options = ('--no-pex', '--no-lsd', '--no-utp', '--no-port-mapping', '--encryption=off',
                       '--dht-node=10.77.3.1:7300')
            for torrent, is_heard in ((private, False), (self.file, True)):
                process = self.start_json(
                    [SHOAL_CLI, 'seed', '--json', f'--state={self.tmp / torrent.stem}', '--port=0',
                     f'--bind={harness.SHOAL4}', *options, torrent, self.data], torrent.stem)
                process.expect('progress', state='seeding', seconds=60)
                if is_heard:
                    wait_until(lambda: select.select([listener], [], [], 0)[0], 30, 'a packet')
                else:
                    process.expect('tracker', status='error', seconds=60)
                    self.assertEqual(select.select([listener], [], [], 1)[0], [])
                shoal.stop_cleanly(self, process)


class TransmissionTest(DhtCase):
    def start_transmission(self):
        """In this DHT, by the way through one of its nodes."""
        client = clients.Transmission(self, port=7050)
        if not clients.is_installed(clients.Transmission):
            self.skipTest(f'{client.PROGRAM} is not installed')
        self.add_nodes(8)  # it announces nothing before it knows nine
        (client.folder / 'dht.bootstrap').write_text(f'{self.nodes[1].address} {self.nodes[1].port}\n')
        return client.start(**{'dht-enabled': True})

    def test_link_with_nothing_but_the_hash(self):
        """Who has the details and the data is not one of libtorrent's."""
        client = self.start_transmission()
        client.add(self.file, self.source)
        client.wait_complete(self.hash)
        process = self.start_shoal('get', [f'magnet:?xt=urn:btih:{self.hash}'], 'get', f'--dir={self.tmp / "got"}',
                                   f'--dht-node={self.router}')
        shoal.finish_get(self, process, 120)
        self.assertEqual((self.tmp / 'got/single.bin').read_bytes(), self.data.read_bytes())
        connected = process.find('peer', state='connected')
        self.assertTrue(connected and all(peer['client'].startswith(client.SHOWN_AS) for peer in connected), connected)

    def test_link_given_to_transmission(self):
        self.seed(f'--dht-node={self.router}')
        client = self.start_transmission()
        client.add_magnet(f'magnet:?xt=urn:btih:{self.hash}', self.folder('got'))
        client.wait_complete(self.hash, 120)
        self.assertEqual((self.tmp / 'got/single.bin').read_bytes(), self.data.read_bytes())


if __name__ == '__main__':
    harness.main()

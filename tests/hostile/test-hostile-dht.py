#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes of the DHT that mean harm: what they cost stays bounded, what they forge is not believed."""
import contextlib
import os
import pathlib
import random
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import namespaces
import shoal
from harness import SHOAL4, SHOAL_CLI, wait_until

KIB, MIB = 1 << 10, 1 << 20
OTHER_SWARM = bytes(range(20))
QUIET = ('--no-trackers', '--no-pex', '--no-lsd', '--no-utp', '--no-port-mapping', '--encryption=off')


class Node:
    """A socket that speaks KRPC as it is told."""

    def __init__(self, test, address, port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.socket.settimeout(0.2)
        self.address, self.port = self.socket.getsockname()
        self.id = os.urandom(20)
        test.addCleanup(self.socket.close)

    def send(self, to, message):
        self.socket.sendto(message if isinstance(message, bytes) else bencode.encode(message), to)

    def ask(self, to, method, **arguments):
        arguments = {key.encode(): value for key, value in arguments.items()}
        self.send(to, {b'a': {b'id': self.id, **arguments}, b'q': method.encode(), b't': b'tt', b'y': b'q'})

    def answer(self, to, query, **values):
        values = {key.encode(): value for key, value in values.items()}
        self.send(to, {b'r': {b'id': self.id, **values}, b't': query[b't'], b'y': b'r'})

    def receive(self):
        """A message and who sent it, or None."""
        with contextlib.suppress(socket.timeout):
            data, sender = self.socket.recvfrom(4096)
            return bencode.decode(data), sender
        return None

    def receive_kind(self, kinds, seconds=20):
        def look():
            got = self.receive()
            return got if got and got[0].get(b'y') in kinds.split() else None
        return wait_until(look, seconds, f'a message of kind {kinds}')

    def drain(self):
        """All that is there, and its bytes."""
        count = size = 0
        self.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                size += len(self.socket.recv(4096))
                count += 1
        self.socket.settimeout(0.2)
        return count, size


class HostileDhtTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.torrent = bencode.Torrent('data.bin', os.urandom(300 * KIB), 32 * KIB)
        self.file = self.torrent.write(self.tmp / 'data.torrent')
        (self.folder('source') / 'data.bin').write_bytes(self.torrent.data)
        self.router = Node(self, '10.77.4.1')

    def start_seed(self):
        self.process = self.start_json(
            [SHOAL_CLI, 'seed', '--json', f'--state={self.tmp / "seed"}', '--port=0', f'--bind={SHOAL4}', *QUIET,
             f'--dht-node={self.router.address}:{self.router.port}', self.file, self.tmp / 'source'], 'seed')
        self.target = (SHOAL4, self.process.expect('listening')['udp'])
        return self.router.receive_kind(b'q')[0]

    def check_lives(self):
        self.assertIsNone(self.process.status, self.process.tail())
        calm = Node(self, '10.77.4.200')
        calm.ask(self.target, 'ping')
        calm.receive_kind(b'r')

    def test_floods(self):
        self.start_seed()
        self.check_lives()
        before = self.process.status_kib('RssAnon')
        noise = random.Random(1)
        flooders = [Node(self, f'10.77.5.{n}') for n in range(1, 41)]
        for turn in range(100):
            for node in flooders:
                node.ask(self.target, 'get_peers', info_hash=noise.randbytes(20))
                node.send(self.target, b'd' + noise.randbytes(noise.randrange(1400)))
                node.ask(self.target, 'announce_peer', info_hash=OTHER_SWARM, port=1, token=noise.randbytes(8))
            time.sleep(0.001)  # what the kernel drops proves nothing
        self.check_lives()
        counts = [node.drain() for node in flooders]
        self.assertGreater(sum(count for count, _ in counts), 0)
        for count, _ in counts:
            self.assertLessEqual(count, 60)  # 50 answers, and a few pings of its own
        self.assertLessEqual(sum(size for _, size in counts), 400_000)
        self.assertLess(self.process.status_kib('RssAnon') - before, 16 * 1024)

    def test_tokens(self):
        """Nobody is announced at another's address, nor with what another was given."""
        self.start_seed()
        one, other = Node(self, '10.77.4.2'), Node(self, '10.77.4.3')
        one.ask(self.target, 'get_peers', info_hash=OTHER_SWARM)
        token = one.receive_kind(b'r')[0][b'r'][b'token']
        for node, given, fine in ((other, token, False), (other, b'', False), (other, token + b'x', False),
                                  (one, token, True)):
            node.ask(self.target, 'announce_peer', info_hash=OTHER_SWARM, port=7, token=given)
            self.assertEqual(node.receive_kind(b'r e')[0][b'y'], b'r' if fine else b'e')
        other.ask(self.target, 'get_peers', info_hash=OTHER_SWARM)
        values = other.receive_kind(b'r')[0][b'r'][b'values']
        self.assertEqual(values, [socket.inet_aton(one.address) + b'\0\7'])

    def test_forged_answers(self):
        """An answer from elsewhere leads nowhere; the right one, after it, does."""
        query = self.start_seed()
        forger, lure, guide = Node(self, '10.77.4.4'), Node(self, '10.77.4.5'), Node(self, '10.77.4.6')
        same_host = Node(self, self.router.address)
        packed = [node.id + socket.inet_aton(node.address) + node.port.to_bytes(2, 'big') for node in (lure, guide)]
        for node in (forger, same_host):
            node.id = self.router.id
            node.answer(self.target, query, nodes=packed[0])
        self.router.answer(self.target, query, nodes=packed[1])
        guide.receive_kind(b'q')
        self.assertIsNone(lure.receive())
        self.check_lives()

    def test_names_a_victim(self):
        """A node that answers with hundreds of ports of somebody: those are not tried one after the other."""
        victim, other = '5.5.5.5', '5.5.5.6'
        for address in (victim, other):
            subprocess.run(['ip', 'address', 'add', f'{address}/32', 'dev', 'lo'], check=True)
        capture = namespaces.Capture(self, 'lo')
        self.start_json(
            [SHOAL_CLI, 'get', '--json', f'--dir={self.tmp / "got"}', f'--state={self.tmp / "get"}', '--port=0',
             f'--bind={SHOAL4}', *QUIET, f'--dht-node={self.router.address}:{self.router.port}',
             'magnet:?xt=urn:btih:' + os.urandom(20).hex()], 'get')

        def tried(address):
            packed = socket.inet_aton(address)
            return {int.from_bytes(data[22:24], 'big') for kind, data in list(capture.frames)
                    if kind == 0x0800 and data[9] == 6 and data[16:20] == packed and data[33] & 0x12 == 0x02}

        ports = iter(range(2000, 60000))
        rows = [(other, 2000)]
        end = None
        while end is None or time.monotonic() < end:
            got = self.router.receive()
            if got and got[0].get(b'y') == b'q':
                values = {'nodes': b''}
                if got[0][b'q'] == b'get_peers':
                    rows = [(victim, next(ports)) for _ in range(150)] + rows[-1:]
                    values = {'values': [socket.inet_aton(host) + port.to_bytes(2, 'big') for host, port in reversed(rows)],
                              'nodes': b'', 'token': b't'}
                self.router.answer(got[1], got[0], **values)
            if end is None and tried(victim) and tried(other):
                end = time.monotonic() + 8  # several a second if they were to come
        self.assertLessEqual(len(tried(victim)), 2)


if __name__ == '__main__':
    harness.main()

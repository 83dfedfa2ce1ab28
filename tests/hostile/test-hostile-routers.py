#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices on the local network that say they are a router and mean harm; an honest one is beside them."""
import os
import pathlib
import socket
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import namespaces
import shoal

MIB = 1 << 20
LIAR, HONEST = '10.88.0.2', '10.88.0.3'


class Trap:
    """What comes to an address that nobody on the network may send us to."""

    def __init__(self, test, address):
        self.got = []
        self.link = socket.create_server((address, 0))
        self.port = self.link.getsockname()[1]
        self.url = f'http://{address}:{self.port}/secret'
        test.addCleanup(self.link.close)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                link = self.link.accept()[0]
            except OSError:
                return
            self.got.append(link.recv(2000))
            link.close()


class RouterTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if not namespaces.has_links():
            self.skipTest('no veth devices')
        for device in ('switch', 'near'):
            self.on_end(lambda device=device: subprocess.run(['ip', 'link', 'delete', device], capture_output=True))
        namespaces.Lan(self, names=('liar', 'honest'), ipv6=False)
        # The gateway, which is asked first of all.
        namespaces.run('ip', 'route', 'add', 'default', 'via', LIAR)
        torrent = bencode.Torrent('data.bin', os.urandom(MIB), 65536)
        (self.folder('source') / 'data.bin').write_bytes(torrent.data)
        self.file = torrent.write(self.tmp / 'data.torrent')

    def start_router(self, name, *words):
        router = self.start_json(['/usr/bin/python3', harness.SOURCE_ROOT / 'tests/support/fake_router.py', *words], name,
                                 prefix=namespaces.Lan.prefix_of(name))
        router.expect('ready')
        return router

    def start_seed(self):
        argv = [word for word in shoal.seed_argv(self.file, self.tmp / 'source', self.tmp / 'state', bind=None)
                if word != '--no-port-mapping']
        return self.start_json(argv, 'seed')

    def run_liar(self, *words):
        """The description of the liar is read, the honest one maps the port."""
        liar = self.start_router('liar', LIAR, *words)
        honest = self.start_router('honest', HONEST, '/control')
        seed = self.start_seed()
        honest.expect('ordered', action='AddPortMapping', seconds=40)
        self.assertTrue(liar.find('described'))
        self.assertFalse(liar.find('ordered'))
        shoal.stop_cleanly(self, seed)
        self.assertTrue(honest.find('ordered', action='DeletePortMapping'))

    def test_control_on_loopback(self):
        trap = Trap(self, '127.0.0.1')
        self.run_liar(trap.url)
        self.assertEqual(trap.got, [])

    def test_base_on_loopback(self):
        trap = Trap(self, '127.0.0.1')
        self.run_liar('/secret', f'http://127.0.0.1:{trap.port}')
        self.assertEqual(trap.got, [])

    def test_control_link_local(self):
        namespaces.run('ip', 'address', 'add', '169.254.169.254/32', 'dev', 'near')
        trap = Trap(self, '169.254.169.254')
        self.run_liar(trap.url)
        self.assertEqual(trap.got, [])

    def test_control_at_another_host(self):
        """Ours, which stands for any other machine of the network."""
        trap = Trap(self, '10.88.0.1')
        self.run_liar(trap.url)
        self.assertEqual(trap.got, [])

    def test_control_behind_a_user(self):
        trap = Trap(self, '127.0.0.1')
        self.run_liar(f'http://127.0.0.1:{trap.port}@{LIAR}/secret')
        self.assertEqual(trap.got, [])

    def test_slow_description(self):
        self.run_liar('SLOWLY')

    def test_endless_description(self):
        self.run_liar('ENDLESSLY')

    def test_lost_search(self):
        """Nothing is wrong with this one, but what it was asked first did not come through."""
        router = self.start_router('honest', HONEST, '/control', 'DEAF')
        seed = self.start_seed()
        router.expect('ordered', action='AddPortMapping', seconds=80)
        self.assertTrue(router.find('missed', what='upnp:rootdevice'))
        shoal.stop_cleanly(self, seed)


if __name__ == '__main__':
    harness.main()

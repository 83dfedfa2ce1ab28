#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peer exchange that means harm: lists without end, addresses that a stranger may not name, messages without pause."""
import os
import pathlib
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import shoal
import wirepeer
from wirepeer import EXTENDED

KIB, MIB = 1 << 10, 1 << 20
OUR_ID = 9  # by which we are to be told of peers
HOLEPUNCH = 5  # by which Shoal understands BEP 55, although it does not offer it
N_ROWS = 80000


def pack(address, port):
    return socket.inet_aton(address) + struct.pack('>H', port)


class Trap:
    """Counts who connects to an address that nobody should."""

    def __init__(self, test, address):
        self.n = 0
        self.link = socket.create_server((address, 0), backlog=200)
        self.port = self.link.getsockname()[1]
        test.addCleanup(self.link.close)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                self.link.accept()[0].close()
            except OSError:
                return
            self.n += 1


class ExchangeTest(harness.TestCase):
    def start(self, *options, extra_info=None):
        self.torrent = bencode.Torrent('data.bin', os.urandom(MIB), 64 * KIB, extra_info=extra_info)
        self.file = self.torrent.write(self.tmp / 'data.torrent')
        argv = [word for word in shoal.get_argv(self.file, self.folder('got'), self.tmp / 'state', *options)
                if word != '--no-pex']
        self.process = self.start_json(argv, 'get')
        self.port = self.process.expect('listening')['tcp']
        self.process.expect('progress', state='downloading', seconds=30)

    def connect(self, address=harness.CLIENT4):
        """A connection that has said it takes and gives peer exchange; the id that it may use."""
        wire = wirepeer.Wire.connect(harness.SHOAL4, self.port, 30, bind=address)
        self.addCleanup(wire.close)
        wire.send_handshake(self.torrent.info_hash, wirepeer.make_peer_id())
        wire.read_handshake()
        wire.send(EXTENDED, b'\0' + bencode.encode({'m': {'ut_pex': OUR_ID}}))
        payload = b'\1'
        while payload[0] != 0:
            _, payload = wire.receive_until(EXTENDED)
        self.ids = bencode.decode(payload[1:])[b'm']
        return wire

    def tell(self, wire, rows, flags=None):
        message = {'added': b''.join(rows)}
        if flags is not None:
            message['added.f'] = flags
        wire.send(EXTENDED, bytes([self.ids[b'ut_pex']]) + bencode.encode(message))

    def end_well(self):
        shoal.stop_cleanly(self, self.process)
        self.assertNotIn('ERROR', self.process.errors)

    def test_local_addresses(self):
        """A peer of a private network may name none of this machine, nor of another kind of network."""
        traps = [Trap(self, '127.0.0.1') for _ in range(3)]
        good = Trap(self, harness.OTHER4)
        self.start()
        wire = self.connect()
        rows = [pack('127.0.0.1', trap.port) for trap in traps]
        rows += [pack(address, 80) for address in ('169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1')]
        self.tell(wire, rows + [pack(harness.OTHER4, good.port)])
        harness.wait_until(lambda: good.n > 0, 30, 'the address that it may name')
        self.assertEqual([trap.n for trap in traps], [0, 0, 0])
        harness.wait_until(lambda: 'local addresses were ignored' in self.process.errors, 10, 'the note')
        self.assertEqual(self.process.errors.count('local addresses were ignored'), 1)
        self.end_well()

    def test_a_hundred_thousand_peers(self):
        """Lists of strangers are cut, and who sends them is not believed for long."""
        self.start()
        before = self.process.status_kib('RssAnon')
        wire = self.connect()
        rows = [struct.pack('>IH', 0x08000000 + i * 257, 6881) for i in range(N_ROWS)]
        for _ in range(5):
            self.tell(wire, rows)
        wire.send(EXTENDED, b'\0' + bencode.encode({'m': {}}))
        # It lives, and has read all of that: the next one is one too many.
        self.tell(wire, rows[:1])
        self.tell(wire, rows[:1])
        self.assertTrue(wire.wait_closed(30 * harness.PATIENCE), 'seven messages in a minute')
        wire = self.connect()
        self.assertLess(self.process.status_kib('RssAnon') - before, 8 * KIB if harness.PATIENCE == 1 else 1 << 30)
        self.end_well()

    def test_what_is_said_of_others(self):
        """Who prefers encryption is told of as such: by the word of his, not because of what we prefer."""
        self.start('--encryption=prefer')
        ports = {}
        for address, says in ((harness.OTHER4, 1), (harness.TRACKER4, 0)):
            wire = self.connect(address)
            ports[address] = 4000 + says
            wire.send(EXTENDED, b'\0' + bencode.encode({'m': {'ut_pex': OUR_ID}, 'e': says, 'p': ports[address]}))
        reader = self.connect()
        _, payload = reader.receive_until(EXTENDED)
        told = bencode.decode(payload[1:])
        rows = {told[b'added'][i:i + 6]: told[b'added.f'][i // 6] for i in range(0, len(told[b'added']), 6)}
        self.assertEqual({row: flags & 1 for row, flags in rows.items()},
                         {pack(harness.OTHER4, 4001): 1, pack(harness.TRACKER4, 4000): 0})
        self.end_well()

    def test_garbage(self):
        self.start()
        wire = self.connect()
        for data in (b'', b'le', b'd5:added', b'i5e', os.urandom(300)):
            wire.send(EXTENDED, bytes([self.ids[b'ut_pex']]) + data)
        wire.send(EXTENDED, b'\0' + bencode.encode({'m': {'ut_pex': OUR_ID}}))
        other = self.connect()
        self.assertIn(b'ut_pex', self.ids)
        other.close()
        self.end_well()

    def test_private_offers_nothing(self):
        trap = Trap(self, harness.OTHER4)
        self.start(extra_info={'private': 1})
        wire = self.connect()
        self.assertNotIn(b'ut_pex', self.ids)
        # The number that it would have, all the same.
        wire.send(EXTENDED, bytes([2]) + bencode.encode({'added': pack(harness.OTHER4, trap.port)}))
        self.assertFalse(wire.wait_closed(6))
        self.assertEqual(trap.n, 0)
        self.end_well()

    def test_rendezvous(self):
        """Nobody is brought together with anybody (BEP 55): each one that asks is told why."""
        self.start()
        wire = self.connect()
        self.assertNotIn(b'ut_holepunch', self.ids, 'who offers it is taken for one that can be reached by it')
        wire.send(EXTENDED, b'\0' + bencode.encode({'m': {'ut_holepunch': OUR_ID + 1}}))
        for address, fault in (('127.0.0.1', 1), (harness.OTHER4, 2), (harness.CLIENT4, 2)):
            target = pack(address, 4444)
            wire.send(EXTENDED, bytes([HOLEPUNCH, 0, 0]) + target + bytes(4))
            _, payload = wire.receive_until(EXTENDED)
            self.assertEqual(payload, bytes([OUR_ID + 1, 2, 0]) + target + struct.pack('>I', fault))
            time.sleep(1.2)  # sooner it would not be answered
        self.end_well()


if __name__ == '__main__':
    harness.main()

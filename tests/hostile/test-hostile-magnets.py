#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers that lie to somebody who has only a magnet link, about the size of the info dictionary and about its content;
and peers that ask for it without end. The link still becomes a file, and memory stays bounded."""
import contextlib
import hashlib
import os
import pathlib
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import shoal
import wirepeer
from wirepeer import EXTENDED, HAVE_ALL, PIECE, REQUEST, UNCHOKE

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
BLOCK = 16 * KIB
OUR_ID = 7  # of ut_metadata, as we want it to be called


class Giver:
    """Answers requests for metadata on connections of ours to the program: claims `size`, gives what `make (block)`
    says (None: nothing, b'': a refusal)."""

    def __init__(self, test, size, make, total=None, gives_data=False):
        self.test, self.size, self.make, self.total, self.gives_data = test, size, make, total, gives_data
        self.n_asked = 0
        self.is_closed = False

    def connect(self, port, bind=None):
        wire = wirepeer.Wire.connect(harness.SHOAL4, port, 60 * harness.PATIENCE, bind=bind)
        self.test.addCleanup(wire.close)
        wire.send_handshake(self.test.torrent.info_hash, wirepeer.make_peer_id())
        wire.read_handshake()
        if self.gives_data:
            wire.send(HAVE_ALL)
        wire.send_extended(m={'ut_metadata': OUR_ID}, metadata_size=self.size, v='Giver')
        if self.gives_data:
            wire.send(UNCHOKE)
        threading.Thread(target=self.serve, args=(wire,), daemon=True).start()
        return self

    def serve(self, wire):
        with contextlib.suppress(wirepeer.Closed, OSError):
            theirs = None
            while True:
                number, payload = wire.receive()
                if number == EXTENDED and payload[0] == 0:
                    theirs = bencode.decode(payload[1:])[b'm'][b'ut_metadata']
                elif number == EXTENDED and payload[0] == OUR_ID:
                    self.answer(wire, theirs, bencode.decode(payload[1:])[b'piece'])
                elif number == REQUEST:
                    piece, begin, length = struct.unpack('>III', payload)
                    wire.send(PIECE, payload[:8] + self.test.torrent.pieces[piece][begin:begin + length])
        self.is_closed = True

    def answer(self, wire, theirs, block):
        self.n_asked += 1
        data = self.make(block)
        if data is None:
            return
        if data == b'':
            wire.send(EXTENDED, bytes([theirs]) + bencode.encode({'msg_type': 2, 'piece': block}))
            return
        head = bencode.encode({'msg_type': 1, 'piece': block, 'total_size': self.total or self.size})
        wire.send(EXTENDED, bytes([theirs]) + head + data)


class MagnetTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.make()
        self.assertGreater(len(self.info), BLOCK)

    def make(self, **options):
        self.torrent = bencode.Torrent('data.bin', os.urandom(3 * MIB + 5), 2 * KIB, **options)
        self.info = bencode.encode(self.torrent.info)

    def start_get(self, *options):
        link = f'magnet:?xt=urn:btih:{self.torrent.info_hash.hex()}&dn=data'
        self.process = shoal.start_get(self, link, self.tmp / 'got', *options)
        self.process.port = self.process.expect('listening')['tcp']
        self.process.expect('progress', state='metadata')

    def block_of(self, data, block):
        return data[block * BLOCK:(block + 1) * BLOCK]

    def honest(self):
        return Giver(self, len(self.info), lambda block: self.block_of(self.info, block), gives_data=True)

    def poisoner(self):
        wrong = bytes(b ^ 0x55 for b in self.info)
        return Giver(self, len(self.info), lambda block: self.block_of(wrong, block))

    def finish(self, seconds=60):
        shoal.finish_get(self, self.process, seconds)
        got = (self.tmp / 'got/data.bin').read_bytes()
        self.assertEqual(hashlib.sha1(got).digest(), hashlib.sha1(self.torrent.data).digest())
        self.assertEqual(len(self.process.find('metadata')), 1)

    def test_sizes_that_are_none(self):
        self.start_get()
        before = self.process.status_kib('VmRSS')
        liars = [Giver(self, size, lambda block: bytes(BLOCK)).connect(self.process.port)
                 for size in (2 * GIB, 2 * GIB - 1, 100 * MIB, 32 * MIB + 1, 1 << 62, 0, -5)]
        time.sleep(2)
        self.assertEqual([liar.n_asked for liar in liars], [0] * len(liars), 'nobody is asked for that')
        self.assertLess(self.process.status_kib('VmRSS') - before, 20 * KIB)
        self.honest().connect(self.process.port)
        self.finish()

    def test_sizes_that_could_be(self):
        self.start_get()
        liars = [Giver(self, size, lambda block: None).connect(self.process.port)
                 for size in (32 * MIB, 32 * MIB - 1, 30 * MIB, 10 * MIB, len(self.info) + 1, 1)]
        self.honest().connect(self.process.port)
        self.finish(120)
        self.assertTrue(any(liar.n_asked for liar in liars))

    def slowly(self, size):
        """A block of rubbish a second."""
        def make(block):
            time.sleep(1)
            return bytes(min(size - block * BLOCK, BLOCK))
        return Giver(self, size, make).connect(self.process.port)

    def run_slow_liars(self, sizes):
        """They always give something, and would need hours."""
        self.start_get()
        liars = [self.slowly(size) for size in sizes]
        harness.wait_until(lambda: sum(liar.n_asked > 3 for liar in liars) >= 2, 20, 'two of them to be at work')
        begin = time.monotonic()
        self.honest().connect(self.process.port)
        self.process.expect('metadata', seconds=60)
        print(f'# {time.monotonic() - begin:.0f} s', flush=True)
        self.finish()

    def test_slow_and_huge(self):
        self.run_slow_liars([32 * MIB, 32 * MIB - 1, 32 * MIB - 2])

    def test_slow_and_ordinary(self):
        self.run_slow_liars([MIB - 1, MIB - 2, MIB - 3, MIB - 4])

    def test_slow_beside_a_large_one(self):
        self.make(extra_info={'x-pad': os.urandom(1200000)})
        self.run_slow_liars([32 * MIB, 32 * MIB - 1, 32 * MIB - 2])

    def test_all_but_the_end(self):
        """What all links have together for this is full of what nobody ever completes."""
        self.make(extra_info={'x-pad': os.urandom(1200000)})
        self.start_get()
        before = self.process.status_kib('VmRSS')
        sizes = [32 * MIB - i for i in range(4)]
        last = sizes[0] // BLOCK - 1
        liars = [Giver(self, size, lambda block: bytes(BLOCK) if block < last else None).connect(self.process.port)
                 for size in sizes]
        harness.wait_until(lambda: self.process.status_kib('VmRSS') - before > 55 * KIB, 60, 'the room to be used')
        self.assertLess(self.process.status_kib('VmHWM') - before, 120 * KIB)
        begin = time.monotonic()
        self.honest().connect(self.process.port)
        self.process.expect('metadata', seconds=60)
        print(f'# {time.monotonic() - begin:.0f} s', flush=True)
        self.finish()

    def test_wrong_content(self):
        self.start_get()
        liars = [self.poisoner().connect(self.process.port) for _ in range(4)]
        harness.wait_until(lambda: any(liar.n_asked for liar in liars), 20, 'the liars to be asked')
        self.honest().connect(self.process.port)
        self.finish(120)

    def test_who_lied_is_dropped(self):
        self.start_get()
        liar = self.poisoner().connect(self.process.port)
        harness.wait_until(lambda: liar.is_closed, 30, 'the only one who gave it to be dropped')
        closed = self.process.expect('peer', state='closed')
        self.assertIn('banned', closed['reason'])
        self.honest().connect(self.process.port)
        self.finish()

    def test_another_total_size(self):
        self.start_get()
        liar = Giver(self, len(self.info), lambda block: self.block_of(self.info, block), total=2 * GIB)
        liar.connect(self.process.port)
        harness.wait_until(lambda: liar.is_closed, 20, 'who contradicts itself to be dropped')
        self.assertIn('contradicted itself', self.process.expect('peer', state='closed')['reason'])
        self.honest().connect(self.process.port)
        self.finish()

    def test_refusals_and_silence(self):
        self.start_get()
        others = [Giver(self, len(self.info), lambda block, answer=answer: answer).connect(self.process.port)
                  for answer in (b'', None, b'', None)]
        harness.wait_until(lambda: sum(other.n_asked > 0 for other in others) > 1, 40, 'some to be asked')
        self.honest().connect(self.process.port)
        self.finish(90)
        self.assertLess(max(other.n_asked for other in others), 20)

    def test_rubbish(self):
        self.start_get()
        for payload in (b'', b'x', b'd8:msg_typei1e5:piecei0e', b'd8:msg_typei1e5:piecei0eeabc',
                        b'd8:msg_typei9e5:piecei0ee', b'd8:msg_typei0e5:piecei0ee', b'l' * 1000,
                        b'd8:msg_typei1e5:piecei0e10:total_sizei2147483648ee' + bytes(BLOCK)):
            wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port)
            self.addCleanup(wire.close)
            wire.send_handshake(self.torrent.info_hash, wirepeer.make_peer_id())
            wire.read_handshake()
            wire.send_extended(m={'ut_metadata': OUR_ID}, metadata_size=len(self.info))
            with contextlib.suppress(wirepeer.Closed):
                for _ in range(50):
                    wire.send(EXTENDED, b'\x01' + payload)
        self.honest().connect(self.process.port)
        self.finish()

    def test_asks_without_end(self):
        (self.folder('source') / 'data.bin').write_bytes(self.torrent.data)
        file = self.torrent.write(self.tmp / 'data.torrent')
        seed = shoal.start_seed(self, file, self.tmp / 'source')
        before = seed.status_kib('VmRSS')
        wire = wirepeer.Wire.connect(harness.SHOAL4, seed.port)
        self.addCleanup(wire.close)
        wire.send_handshake(self.torrent.info_hash, wirepeer.make_peer_id())
        wire.read_handshake()
        wire.send_extended(m={'ut_metadata': OUR_ID})
        n_blocks = (len(self.info) - 1) // BLOCK + 1
        for block in list(range(n_blocks)) * 50 + [n_blocks, 1 << 30]:
            wire.send(EXTENDED, b'\x01' + bencode.encode({'msg_type': 0, 'piece': block}))
        kinds = []
        while len(kinds) < n_blocks * 50 + 2:
            payload = wire.receive_until(EXTENDED)[1]
            if payload[0] == OUR_ID:
                kinds.append(b'msg_typei1e' in payload[:40])
        self.assertEqual(kinds[:n_blocks], [True] * n_blocks, 'what it asks for first is given')
        self.assertLessEqual(sum(kinds), 3 * n_blocks, 'not again and again')
        self.assertLess(seed.status_kib('VmRSS') - before, 20 * KIB)
        shoal.stop_cleanly(self, seed)

    def test_nobody_without_it_gives_it(self):
        self.start_get()
        wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port)
        self.addCleanup(wire.close)
        wire.send_handshake(self.torrent.info_hash, wirepeer.make_peer_id())
        wire.read_handshake()
        wire.send_extended(m={'ut_metadata': OUR_ID})
        wire.send(EXTENDED, b'\x01' + bencode.encode({'msg_type': 0, 'piece': 0}))
        while True:
            payload = wire.receive_until(EXTENDED)[1]
            if payload[0] == OUR_ID:
                self.assertEqual(bencode.decode(payload[1:]), {b'msg_type': 2, b'piece': 0})
                break
            self.assertNotIn(b'metadata_size', payload)
        shoal.stop_cleanly(self, self.process)


if __name__ == '__main__':
    harness.main()

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers that mean harm, to a seed and to a downloader: they are dropped or answered by the rules, others are served."""
import contextlib
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
from wirepeer import (ALLOWED_FAST, BITFIELD, CANCEL, CHOKE, EXTENDED, HAVE, HAVE_ALL, HAVE_NONE, INTERESTED,
                      NOT_INTERESTED, PIECE, REJECT, REQUEST, SUGGEST, UNCHOKE)

KIB, MIB = 1 << 10, 1 << 20
BLOCK = wirepeer.BLOCK
PLAIN = 0  # reserved bits of a peer without extensions


class HostileTest(harness.TestCase):
    def make(self, size=2 * MIB + 5, piece_length=64 * KIB):
        self.torrent = bencode.Torrent('data.bin', os.urandom(size), piece_length)
        self.file = self.torrent.write(self.tmp / 'data.torrent')
        self.n_pieces = len(self.torrent.pieces)

    def start_seed(self, *options):
        self.make()
        (self.folder('source') / 'data.bin').write_bytes(self.torrent.data)
        self.process = shoal.start_seed(self, self.file, self.tmp / 'source', *options)

    def connect(self, reserved=wirepeer.FAST | wirepeer.EXTENSIONS, timeout=10):
        wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port, timeout)
        self.addCleanup(wire.close)
        wire.send_handshake(self.torrent.info_hash, wirepeer.make_peer_id(), reserved)
        wire.read_handshake()
        return wire

    def check_serves(self, seconds=20):
        """An honest peer gets every block, and the process is well."""
        wire = self.connect(PLAIN, seconds * harness.PATIENCE)
        wire.send(INTERESTED)
        wire.receive_until(UNCHOKE)
        got = []
        for piece, data in enumerate(self.torrent.pieces):
            for begin in range(0, len(data), BLOCK):
                wire.send(REQUEST, struct.pack('>III', piece, begin, min(BLOCK, len(data) - begin)))
            for begin in range(0, len(data), BLOCK):
                got.append(wire.receive_until(PIECE)[1])
        for payload in got:
            piece, begin = struct.unpack('>II', payload[:8])
            self.assertEqual(payload[8:], self.torrent.pieces[piece][begin:begin + len(payload) - 8])
        self.assertEqual(sum(len(payload) - 8 for payload in got), len(self.torrent.data))
        wire.close()
        self.assertIsNone(self.process.status, self.process.tail())

    def end_well(self):
        stopped = shoal.stop_cleanly(self, self.process)
        self.assertNotIn('ERROR', self.process.errors)
        return stopped


class HandshakeTest(HostileTest):
    def test_slow_and_silent(self):
        self.start_seed()
        begin = time.monotonic()

        def trickle():
            wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port)
            data = wirepeer.PROTOCOL + bytes(8) + self.torrent.info_hash
            with contextlib.suppress(wirepeer.Closed):
                for byte in data[:40]:
                    wire.write(bytes([byte]))
                    time.sleep(1)
                self.fail('a byte a second was let go on')
            self.assertLess(time.monotonic() - begin, 15 * harness.PATIENCE)

        def silent():
            wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port)
            self.assertTrue(wire.wait_closed(15 * harness.PATIENCE), 'a silent connection stays open')

        def half():
            wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port)
            wire.write(wirepeer.PROTOCOL + bytes(8) + self.torrent.info_hash + b'-XX0')
            self.assertTrue(wire.wait_closed(15 * harness.PATIENCE), 'half a handshake stays open')

        harness.parallel(trickle, silent, half, self.check_serves)
        self.end_well()

    def test_wrong_handshakes_get_no_answer(self):
        self.start_seed()
        for data in (wirepeer.PROTOCOL + bytes(8) + bytes(20) + wirepeer.make_peer_id(),
                     b'GET / HTTP/1.1\r\nHost: x\r\n\r\n' + bytes(60),
                     b'\xff' * 68, b'\x13BitTorrent protocoL' + bytes(48), b'\0' * 68, os.urandom(1000)):
            wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port)
            with contextlib.suppress(wirepeer.Closed):
                wire.write(data)
            # Random bytes may be the begin of an encrypted handshake: then it is time that ends it.
            self.assertTrue(wire.wait_closed(15 * harness.PATIENCE), data[:20])
            self.assertEqual(wire.pending, b'')
        self.check_serves()
        self.end_well()

    def test_many_idle_connections(self):
        self.start_seed()
        idle = []
        for _ in range(300):
            with contextlib.suppress(OSError):
                idle.append(wirepeer.Wire.connect(harness.SHOAL4, self.process.port, 2))

        def is_let_in():
            with contextlib.suppress(wirepeer.Closed, OSError):
                return self.connect()
            return None
        # No more than the time of a handshake passes before there is room again.
        harness.wait_until(is_let_in, 13, 'an honest peer to be let in').close()
        self.check_serves()
        for wire in idle:
            wire.close()
        self.end_well()

    def test_one_peer_id_for_all(self):
        self.start_seed()
        peer_id = wirepeer.make_peer_id()
        wires = []
        for _ in range(20):
            wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port)
            wires.append(wire)
            with contextlib.suppress(wirepeer.Closed):
                wire.send_handshake(self.torrent.info_hash, peer_id)
        self.check_serves()
        for wire in wires:
            wire.close()
        self.end_well()


DH_PRIME = int('ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b'
               '302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563', 16)
DH_SIZE = 96


class EncryptionTest(HostileTest):
    """Handshakes of encryption that lead nowhere."""

    def setUp(self):
        super().setUp()
        self.start_seed('--encryption=allow')

    def open(self):
        wire = wirepeer.Wire.connect(harness.SHOAL4, self.process.port)
        self.addCleanup(wire.close)
        return wire

    def make_key(self):
        return pow(2, int.from_bytes(os.urandom(20), 'big'), DH_PRIME).to_bytes(DH_SIZE, 'big')

    def test_keys_out_of_range(self):
        for number in (0, 1, DH_PRIME - 1, DH_PRIME, DH_PRIME + 1, (1 << 8 * DH_SIZE) - 1):
            wire = self.open()
            wire.write(number.to_bytes(DH_SIZE, 'big'))
            with self.assertRaises(wirepeer.Closed, msg=hex(number)):  # without an answer
                wire.read(1)
        self.check_serves()
        self.end_well()

    def test_noise_without_end(self):
        wire = self.open()
        wire.write(self.make_key())
        self.assertGreaterEqual(len(wire.read(DH_SIZE)), DH_SIZE)
        with contextlib.suppress(wirepeer.Closed):
            wire.write(os.urandom(512 + 20))
        self.assertTrue(wire.wait_closed(5 * harness.PATIENCE), 'noise is read without end')
        self.check_serves()
        self.end_well()

    def test_slow_and_silent(self):
        def check(data):
            wire = self.open()
            wire.write(data)
            self.assertTrue(wire.wait_closed(15 * harness.PATIENCE), f'{len(data)} bytes, and it stays open')

        harness.parallel(*[lambda data=data: check(data) for data in (
            b'\0', self.make_key()[:95], self.make_key(), self.make_key() + os.urandom(512))], self.check_serves)
        self.end_well()

    def test_many_keys(self):
        """Each key costs us two large powers; others are served all the while."""
        wires = []
        for _ in range(300):
            with contextlib.suppress(OSError, wirepeer.Closed):
                wires.append(self.open())
                wires[-1].write(self.make_key())
        cpu = self.process.cpu_seconds()
        self.assertLess(cpu, 2 * harness.PATIENCE)
        for wire in wires:
            wire.close()
        self.check_serves()
        self.end_well()


def message(number, payload=b''):
    return struct.pack('>IB', 1 + len(payload), number) + payload


# Lengths that no message of the kind can have: the connection is closed before anything is made of them.
BROKEN = {
    'length 2^32-1': b'\xff\xff\xff\xff',
    'length 2^31': b'\x80\0\0\0\x07',
    '10 MiB piece': struct.pack('>IBII', 10 * MIB, PIECE, 0, 0),
    'choke with payload': message(CHOKE, b'x'),
    'unchoke with payload': message(UNCHOKE, b'x' * 1000),
    'interested with payload': message(INTERESTED, b'x'),
    'short have': message(HAVE, b'\0\0\0'),
    'long have': message(HAVE, bytes(5)),
    'short request': message(REQUEST, bytes(11)),
    'long request': message(REQUEST, bytes(13)),
    'short piece': message(PIECE, bytes(7)),
    'short cancel': message(CANCEL, bytes(8)),
    'bitfield one byte short': None,
    'bitfield one byte long': None,
    'empty bitfield': message(BITFIELD),
    'have beyond the last': message(HAVE, struct.pack('>I', 1 << 20)),
    'have 2^32-1': message(HAVE, b'\xff' * 4),
    'have-all with payload': message(HAVE_ALL, b'x'),
    'short suggest': message(SUGGEST, b'x'),
    'short reject': message(REJECT, bytes(4)),
    'short allowed fast': message(ALLOWED_FAST, bytes(2)),
    'empty extended': message(EXTENDED),
}

# Odd but harmless, or to be answered: the connection may stay, and the process must.
ODD = {
    'unknown id 9': message(9, bytes(2)),
    'unknown id 99': message(99, b'x' * 100),
    'unknown id 255': message(255),
    'keep-alives': bytes(4) * 20_000,
    'choke and unchoke': (message(CHOKE) + message(UNCHOKE)) * 5_000,
    'interested and not': (message(INTERESTED) + message(NOT_INTERESTED)) * 5_000,
    'the same have': message(HAVE, bytes(4)) * 10_000,
    'have-all twice': message(HAVE_ALL) * 2,
    'have-none after have-all': message(HAVE_ALL) + message(HAVE_NONE),
    'cancel of nothing': message(CANCEL, struct.pack('>III', 0, 0, BLOCK)) * 100,
    'reject of nothing': message(REJECT, struct.pack('>III', 0, 0, BLOCK)) * 100,
    'suggest beyond': message(SUGGEST, b'\xff' * 4),
    'allowed fast beyond': message(ALLOWED_FAST, b'\xff' * 4) * 100,
    'block that nobody asked for': struct.pack('>IBII', 9 + BLOCK, PIECE, 0, 0) + bytes(BLOCK),
    'empty block': message(PIECE, bytes(8)),
    'block at 2^32-1': message(PIECE, b'\xff' * 8 + b'x'),
    'extended of unknown id': message(EXTENDED, b'\x63' + os.urandom(50)),
    'extended handshake of noise': message(EXTENDED, b'\0' + os.urandom(200)),
    'extended handshake that is a list': message(EXTENDED, b'\0le'),
    'extended handshake without end': message(EXTENDED, b'\0d1:m'),
    'extended handshake, deep': message(EXTENDED, b'\0' + b'd1:a' * 3000 + b'e' * 3000),
    'extended handshake, odd values': message(EXTENDED, b'\0' + bencode.encode({
        'm': {'ut_pex': -1, 'ut_metadata': 1 << 40, 'lt_donthave': 'x', '': 3}, 'reqq': -5, 'p': 70000,
        'v': b'\xff\x1b[31m' + b'v' * 5000, 'yourip': b'xyz', 'metadata_size': 1 << 62, 'upload_only': 'no'})),
    'reqq of 0': message(EXTENDED, b'\0' + bencode.encode({'reqq': 0, 'm': {}})),
    'a hundred extended handshakes': message(EXTENDED, b'\0' + bencode.encode({'m': {'ut_pex': 1}})) * 100,
    'dont-have of what it never had': message(EXTENDED, b'\0' + bencode.encode({'m': {'lt_donthave': 7}}))
    + message(EXTENDED, b'\x07' + b'\xff' * 4),
}


class MessageTest(HostileTest):
    def test_broken_messages_close_the_connection(self):
        self.start_seed()
        size = (self.n_pieces + 7) // 8
        BROKEN['bitfield one byte short'] = message(BITFIELD, b'\0' * (size - 1))
        BROKEN['bitfield one byte long'] = message(BITFIELD, b'\0' * (size + 1))
        faults = []

        def check(name, data):
            wire = self.connect()
            with contextlib.suppress(wirepeer.Closed):
                wire.write(data)
            if not wire.wait_closed(5 * harness.PATIENCE):
                faults.append(name)
        harness.parallel(*[lambda item=item: check(*item) for item in BROKEN.items()])
        self.assertEqual(faults, [], 'stayed open')
        self.check_serves()
        self.end_well()

    def test_odd_messages_do_no_harm(self):
        self.start_seed()
        begin = self.process.cpu_seconds()

        def check(data):
            for reserved in (wirepeer.FAST | wirepeer.EXTENSIONS, PLAIN):
                wire = self.connect(reserved)
                with contextlib.suppress(wirepeer.Closed):
                    wire.write(data)
                    wire.write(bytes(4))
        harness.parallel(*[lambda data=data: check(data) for data in ODD.values()])
        self.check_serves()
        self.assertLess(self.process.cpu_seconds() - begin, 10 * harness.PATIENCE)
        self.end_well()

    def test_spare_bits_and_second_bitfield(self):
        self.start_seed()
        size = (self.n_pieces + 7) // 8
        self.assertNotEqual(self.n_pieces % 8, 0)
        wire = self.connect(PLAIN)
        with contextlib.suppress(wirepeer.Closed, TimeoutError):
            wire.send(BITFIELD, b'\xff' * size)
            wire.send(BITFIELD, b'\0' * (size - 1) + b'\x01')
            wire.send(INTERESTED)
            wire.receive_until(UNCHOKE)
        self.check_serves()
        self.end_well()

    def test_requests_out_of_bounds(self):
        """With BEP 6 each gets one answer; the others may cost the connection."""
        self.start_seed()
        last = self.n_pieces - 1
        bad = [(self.n_pieces, 0, BLOCK), (0xffffffff, 0, BLOCK), (0, 64 * KIB, BLOCK), (0, 60 * KIB, BLOCK),
               (0, 0, 0), (0, 0, 1 << 31), (0, 0xffffffff, 2), (last, 0, BLOCK), (0, 0, 1 << 20)]

        def check(request):
            wire = self.connect()
            wire.send(HAVE_NONE)
            wire.send(INTERESTED)
            wire.receive_until(UNCHOKE)
            answers = []
            with contextlib.suppress(wirepeer.Closed, TimeoutError):
                wire.send(REQUEST, struct.pack('>III', *request))
                wire.send(REQUEST, struct.pack('>III', 1, 0, BLOCK))
                while len(answers) < 2:
                    number, payload = wire.receive_until(PIECE, REJECT)
                    answers.append((number, payload[:12]))
            wire.close()
            self.assertNotIn((PIECE, struct.pack('>II', *request[:2])), [(n, p[:8]) for n, p in answers], request)
            self.assertLessEqual(sum(n == REJECT for n, _ in answers), 1, request)
        for at in range(0, len(bad), 5):  # fewer than there are slots
            harness.parallel(*[lambda request=request: check(request) for request in bad[at:at + 5]])
        self.check_serves()
        self.end_well()

    def test_requests_while_choked_are_rejected_once(self):
        self.start_seed()
        wire = self.connect()
        wire.send(HAVE_NONE)
        wire.link.settimeout(3 * harness.PATIENCE)
        fast, answers = set(), []
        for piece in range(20):
            wire.send(REQUEST, struct.pack('>III', piece, 0, BLOCK))
        with contextlib.suppress(wirepeer.Closed, TimeoutError):
            while len(answers) < 20:
                number, payload = wire.receive()
                if number == ALLOWED_FAST:
                    fast.add(struct.unpack('>I', payload)[0])
                elif number in (PIECE, REJECT):
                    answers.append((number, struct.unpack('>I', payload[:4])[0]))
        self.assertEqual(len({piece for _, piece in answers}), len(answers), 'answered twice')
        self.assertEqual({piece for number, piece in answers if number == PIECE} - fast, set())
        self.check_serves()
        self.end_well()


class FloodTest(HostileTest):
    def test_a_hundred_thousand_requests_and_nothing_is_read(self):
        self.start_seed()
        before = self.process.status_kib('RssAnon')
        wires = [self.connect() for _ in range(4)]

        def flood(wire):
            wire.link.settimeout(10 * harness.PATIENCE)
            request = message(REQUEST, struct.pack('>III', 3, 0, BLOCK))
            with contextlib.suppress(wirepeer.Closed, TimeoutError):
                wire.send(HAVE_NONE)
                wire.send(INTERESTED)
                wire.receive_until(UNCHOKE)
                for _ in range(1000):
                    wire.write(request * 100)
        threads = [threading.Thread(target=flood, args=(wire,), daemon=True) for wire in wires]
        for thread in threads:
            thread.start()
        self.check_serves(60)
        grown = self.process.status_kib('RssAnon') - before
        for wire in wires:
            wire.close()
        for thread in threads:
            thread.join()
        print(f'# grew by {grown} KiB', flush=True)
        if harness.PATIENCE == 1:
            self.assertLess(grown, 40 * 1024)
        self.check_serves()
        self.end_well()

    def test_connect_and_close(self):
        self.start_seed()
        for _ in range(500):
            wirepeer.Wire.connect(harness.SHOAL4, self.process.port).close()
        for _ in range(100):
            self.connect().close()
        self.check_serves()
        self.end_well()


class Withholder(wirepeer.Seed):
    """Takes every request, and sends nothing."""

    def make_block(self, piece, begin, length):
        return None

    def _send_blocks(self, wire, queue, ready):
        return


class Rejecter(wirepeer.Seed):
    def _send_blocks(self, wire, queue, ready):
        while True:
            with ready:
                while not queue:
                    ready.wait()
                request = queue.pop(0)
            if request is None:
                return
            with contextlib.suppress(wirepeer.Closed):
                wire.send(REJECT, struct.pack('>III', *request))


class Flapper(wirepeer.Seed):
    """Chokes after each block, and unchokes again."""

    def make_block(self, piece, begin, length):
        for wire in list(self.links):
            with contextlib.suppress(wirepeer.Closed):
                wire.send(CHOKE)
                wire.send(UNCHOKE)
        return super().make_block(piece, begin, length)


class Cutter(wirepeer.Seed):
    """Blocks that are a byte short, or belong elsewhere."""

    def make_block(self, piece, begin, length):
        return super().make_block(piece, begin, length)[:-1]


class Leaver(wirepeer.Seed):
    """Closes in the middle of a block."""

    def make_block(self, piece, begin, length):
        for wire in list(self.links):
            with contextlib.suppress(wirepeer.Closed):
                wire.write(struct.pack('>IBII', 9 + length, PIECE, piece, begin) + bytes(1000))
            wire.close()
        return None


class Dripper(wirepeer.Seed):
    """A byte a second of each block."""

    def make_block(self, piece, begin, length):
        with contextlib.suppress(wirepeer.Closed, IndexError):
            wire = self.links[0]
            wire.write(struct.pack('>IBII', 9 + length, PIECE, piece, begin))
            for byte in self.torrent.pieces[piece][begin:begin + length]:
                if self.is_closed:
                    break
                wire.write(bytes([byte]))
                time.sleep(1)
        return None


class Repeater(wirepeer.Seed):
    """Sends each block three times."""

    def make_block(self, piece, begin, length):
        data = super().make_block(piece, begin, length)
        for wire in list(self.links):
            with contextlib.suppress(wirepeer.Closed):
                for _ in range(2):
                    wire.send(PIECE, struct.pack('>II', piece, begin) + data)
        return data


class DownloadTest(HostileTest):
    def check_gets(self, *kinds, seconds=60, rate=512 * KIB):
        self.make()
        hostile = [kind(self, self.torrent, f'10.77.5.{n}', rate=rate // 4) for n, kind in enumerate(kinds, 1)]
        honest = wirepeer.Seed(self, self.torrent, harness.CLIENT4, rate=rate)
        process = shoal.start_get(self, self.file, self.tmp / 'got',
                                  *[f'--peer={seed.address}:{seed.port}' for seed in (*hostile, honest)])
        complete = shoal.finish_get(self, process, seconds)
        self.assertEqual((self.tmp / 'got/data.bin').read_bytes(), self.torrent.data)
        return complete, hostile

    def test_withholders(self):
        """Snubbed after 20 s; what they hold up is asked of others."""
        complete, _ = self.check_gets(Withholder, Withholder, seconds=60)
        self.assertLess(complete['seconds'], 35 * harness.PATIENCE)

    def test_one_that_rejects_all(self):
        _, (hostile,) = self.check_gets(Rejecter)
        self.assertLess(len(hostile.requests), 10_000)

    def test_one_that_chokes_after_each_block(self):
        self.check_gets(Flapper)

    def test_one_that_cuts_blocks(self):
        self.check_gets(Cutter)

    def test_one_that_leaves_in_the_middle(self):
        self.check_gets(Leaver)

    def test_one_that_drips(self):
        self.check_gets(Dripper)

    def test_one_that_repeats(self):
        complete, _ = self.check_gets(Repeater)
        self.assertLess(complete['seconds'], 10 * harness.PATIENCE)
        self.assertGreater(complete['wasted'], 0)

    def test_all_of_them(self):
        self.check_gets(Withholder, Rejecter, Flapper, Cutter, Leaver, Dripper, Repeater, seconds=90)

    def test_broken_messages_to_a_downloader(self):
        self.make()
        size = (self.n_pieces + 7) // 8
        slow = wirepeer.Seed(self, self.torrent, harness.CLIENT4, rate=256 * KIB)
        self.process = shoal.start_get(self, self.file, self.tmp / 'got', f'--peer={slow.address}:{slow.port}')
        self.process.port = self.process.expect('listening')['tcp']
        self.process.expect('progress', state='downloading')

        def throw(data):
            with contextlib.suppress(wirepeer.Closed, OSError):
                wire = self.connect()
                wire.send(BITFIELD, b'\xff' * size)
                wire.send(UNCHOKE)
                wire.write(data)
                wire.write(bytes(4))
                wire.wait_closed(2)
        data = [d for d in (*BROKEN.values(), *ODD.values()) if d is not None]
        for at in range(0, len(data), 8):
            harness.parallel(*[lambda d=d: throw(d) for d in data[at:at + 8]])
        shoal.finish_get(self, self.process, 60)
        self.assertEqual((self.tmp / 'got/data.bin').read_bytes(), self.torrent.data)


if __name__ == '__main__':
    harness.main()

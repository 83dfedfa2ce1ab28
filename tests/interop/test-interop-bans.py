#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers that send wrong data, and many slow ones with large pieces, at addresses that look global."""
import os
import pathlib
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import shoal
import wirepeer

KIB, MIB = 1 << 10, 1 << 20
OURS = '1.2.3.4'
LIAR = '5.6.7.66'


class Poisoner(wirepeer.Seed):
    """Sends the blocks that it is told to with one bit wrong."""
    is_wrong = staticmethod(lambda piece, begin: True)

    def make_block(self, piece, begin, length):
        data = super().make_block(piece, begin, length)
        if self.is_wrong(piece, begin):
            data = bytes([data[0] ^ 1]) + data[1:]
        return data


class Hasty(Poisoner):
    """Sends one wrong block and hangs up."""
    n_sent = 0

    def _send_blocks(self, wire, queue, ready):
        with ready:
            while not queue:
                ready.wait()
            request = queue[0]
        if request is not None:
            data = self.make_block(*request)
            wire.send(wirepeer.PIECE, struct.pack('>II', *request[:2]) + data)
            self.n_sent += 1
            wire.close()


class GlobalTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        for net in ('1.2.3.0/24', '5.6.0.0/16'):
            subprocess.run(['ip', 'route', 'replace', 'local', net, 'dev', 'lo'], check=True)

    def make(self, size, piece_length):
        self.torrent = bencode.Torrent('data.bin', os.urandom(size), piece_length)
        self.file = self.torrent.write(self.tmp / 'data.torrent')

    def get(self, *seeds, **where):
        process = shoal.start_get(self, self.file, self.tmp / 'got', '--no-trackers',
                                  *[f'--peer={s.address}:{s.port}' for s in seeds], bind=OURS, **where)
        process.port = process.expect('listening')['tcp']
        return process

    def check_got(self, process, seconds=60):
        complete = shoal.finish_get(self, process, seconds)
        self.assertEqual((self.tmp / 'got/data.bin').read_bytes(), self.torrent.data)
        return complete


class BanTest(GlobalTest):
    def check_poisoned(self, is_wrong):
        self.make(24 * MIB, MIB)
        honest = [wirepeer.Seed(self, self.torrent, f'5.6.7.{n}', rate=MIB) for n in (1, 2, 3)]
        liar = Poisoner(self, self.torrent, LIAR, rate=MIB)
        liar.is_wrong = is_wrong
        process = self.get(liar, *honest)

        def closed():
            return [e for e in process.find('peer', state='closed') if e['address'].startswith(LIAR + ':')]
        harness.wait_until(closed, 20, 'the poisoner to be thrown out')
        process.expect('bad_piece')
        asked = len(liar.requests)
        # Again from other ports, with other names, honest now: it comes in, and is listed too.
        for _ in range(3):
            again = wirepeer.Seed(self, self.torrent, LIAR)
            again.connect(OURS, process.port).join(10)
            self.assertEqual((again.requests, again.n_refused), ([], 1))
        # The others come back as they like.
        honest[0].drop_links()
        honest[0].connect(OURS, process.port)
        served = len(honest[0].requests)
        harness.wait_until(lambda: len(honest[0].requests) > served or process.status is not None, 20,
                           'an honest peer to be asked after it came back')
        complete = self.check_got(process)
        self.assertEqual(len(liar.requests), asked)
        self.assertLessEqual(complete['wasted'], 8 * MIB)
        for seed in honest:
            self.assertGreater(seed.sent_bytes, MIB)
        named = {peer.rsplit(':', 1)[0] for e in process.find('bad_piece') for peer in e['peers']}
        self.assertIn(LIAR, named)

    def test_poisoner_of_every_block(self):
        self.check_poisoned(lambda piece, begin: True)

    def test_poisoner_of_one_block_of_many(self):
        self.check_poisoned(lambda piece, begin: begin // wirepeer.BLOCK % 16 == 3)

    def test_ban_outlives_a_restart(self):
        self.make(24 * MIB, MIB)
        honest = wirepeer.Seed(self, self.torrent, '5.6.7.1', rate=MIB)
        liar = Poisoner(self, self.torrent, LIAR, rate=4 * MIB)
        process = self.get(liar, honest)
        harness.wait_until(lambda: [e for e in process.find('peer', state='closed')
                                    if e['address'].startswith(LIAR)], 20, 'the poisoner to be thrown out')
        shoal.stop_cleanly(self, process)
        asked = len(liar.requests)
        honest.pace.rate = 0
        process = self.get(liar, honest)
        self.check_got(process)
        self.assertEqual(len(liar.requests), asked)

    def test_poisoner_that_does_not_wait(self):
        """It comes by itself, sends one wrong block and is gone before the piece is whole: it is known all the same."""
        self.make(8 * MIB, MIB)
        honest = wirepeer.Seed(self, self.torrent, '5.6.7.1', rate=MIB // 2)
        process = self.get(honest)
        liar = Hasty(self, self.torrent, LIAR)
        liar.connect(OURS, process.port).join(10)
        self.assertEqual(liar.n_sent, 1)
        bad = process.expect('bad_piece')
        self.assertIn(LIAR, {peer.rsplit(':', 1)[0] for peer in bad['peers']})

        def is_refused():
            again = wirepeer.Seed(self, self.torrent, LIAR, has=[])
            again.connect(OURS, process.port).join(10)
            return (again.requests, again.n_refused) == ([], 1)
        # Two sent the piece: the liar is told from the other when the piece came once more.
        harness.wait_until(lambda: process.find('peer', state='closed', reason='banned') or is_refused(), 20, 'the ban')
        liar.n_sent = 0
        liar.connect(OURS, process.port).join(10)
        self.assertEqual(liar.n_sent, 0)
        self.check_got(process)
        self.assertGreater(honest.sent_bytes, 8 * MIB)

    def test_poisoner_with_two_connections(self):
        """A ban is of the host: what else leads to it ends too."""
        self.make(24 * MIB, MIB)
        honest = wirepeer.Seed(self, self.torrent, '5.6.7.1', rate=2 * MIB)
        quiet = wirepeer.Seed(self, self.torrent, LIAR, has=[])
        liar = Poisoner(self, self.torrent, LIAR, rate=MIB)
        process = self.get(quiet)
        process.expect('peer', state='connected')
        liar.connect(OURS, process.port)
        honest.connect(OURS, process.port)
        ports = lambda: {e['address'] for e in process.find('peer', state='closed') if e['reason'] == 'banned'}
        harness.wait_until(lambda: len(ports()) == 2, 20, 'both connections to be ended')
        self.assertIn(f'{LIAR}:{quiet.port}', ports())
        self.check_got(process)
        self.assertEqual(quiet.n_connections, 1)

    def test_local_poisoner_does_not_take_its_neighbours_along(self):
        """Behind one private address there may be many: there the ban is for address, port and peer-id."""
        self.make(8 * MIB, MIB)
        address = harness.CLIENT4
        liar = Poisoner(self, self.torrent, address, rate=MIB)
        honest = wirepeer.Seed(self, self.torrent, address, rate=MIB)
        process = shoal.start_get(self, self.file, self.tmp / 'got', '--no-trackers',
                                  *[f'--peer={address}:{s.port}' for s in (liar, honest)])
        self.check_got(process)
        self.assertGreaterEqual(honest.sent_bytes, 7 * MIB)


class SlowTest(GlobalTest):
    def test_thirty_slow_peers_and_pieces_larger_than_the_budget(self):
        """A piece alone takes more memory than all blocks in flight may: it goes to the disk before it is whole."""
        piece_length, rate, n_peers = 32 * MIB, 80_000, 30
        self.make(2 * piece_length, piece_length)
        seeds = [wirepeer.Seed(self, self.torrent, f'5.6.{n}.1', rate=rate) for n in range(1, n_peers + 1)]
        process = self.get(*seeds)
        ideal = len(self.torrent.data) / (rate * n_peers)
        peak = 0

        def ended():
            nonlocal peak
            peak = max(peak, process.status_kib('RssAnon') if process.status is None else 0)
            return process.status is not None
        harness.wait_until(ended, ideal * 2 + 20, lambda: f'the end of it\n{process.tail(3)}')
        complete = self.check_got(process)
        print(f'# {complete["seconds"]:.1f} s, {complete["seconds"] / ideal:.2f} of the ideal time, '
              f'{peak >> 10} MiB private at peak', flush=True)
        self.assertLessEqual(complete['seconds'], ideal * 1.3 + 2)
        if harness.PATIENCE == 1:  # sanitizers take memory of their own
            self.assertLess(peak, 24 * 1024 + 30 * 1024)


if __name__ == '__main__':
    harness.main()

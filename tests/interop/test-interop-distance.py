#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Over a wire of 200 Mbit/s and 100 ms there and back: one peer fills it, and many unequal ones are all made use of."""
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import clients
import harness
import namespaces
import samples
import shoal
import wirepeer

KIB, MIB = 1 << 10, 1 << 20
LINK = 200_000_000 / 8  # bytes per second
SECONDS = 10


class DistanceTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        if not namespaces.is_possible():
            self.skipTest('no /dev/net/tun')
        self.data = os.urandom(MIB) * 320
        self.source = self.folder('source')

    def make(self, piece_length, size=None):
        data = self.data[:size] if size else self.data
        self.torrent = bencode.Torrent('data.bin', data, piece_length)
        self.hash = self.torrent.info_hash.hex()
        (self.source / 'data.bin').write_bytes(data)
        return self.torrent.write(self.tmp / 'data.torrent')

    def best_second(self, count, seconds=SECONDS):
        """The most that count () grew within a second, or the 80 % of the link as soon as they are reached."""
        begin = time.monotonic()
        seen = [(begin, count())]
        best = 0
        while time.monotonic() < begin + seconds and best < 0.8 * LINK:
            time.sleep(0.05)
            now, value = time.monotonic(), count()
            seen.append((now, value))
            old = [(t, v) for t, v in seen if t <= now - 1]
            if old:
                best = max(best, (value - old[-1][1]) / (now - old[-1][0]))
        self.took = time.monotonic() - begin
        return best

    def test_get_from_one_seeder(self):
        far = namespaces.FarEnd(self)
        file = self.make(MIB)
        seeder = clients.LibTorrent(self, address=namespaces.FAR4).start(
            prefix=far.prefix, report_seconds=0.05, send_buffer_watermark=4 * MIB, max_allowed_in_request_queue=2000)
        seeder.add(file, self.source, seed_mode=True)
        process = shoal.start_get(self, file, self.tmp / 'got', f'--peer={namespaces.FAR4}:{seeder.port}',
                                  bind=namespaces.NEAR4)
        path = self.tmp / 'got/data.bin'
        # What has been written: whole verified pieces, of which there are 20 a second.
        best = self.best_second(lambda: path.stat().st_blocks * 512 if path.exists() else 0)
        print(f'# get: {best / LINK:.0%} of the link, after {self.took:.1f} s', flush=True)
        self.assertGreaterEqual(best, 0.8 * LINK, process.tail())

    def test_seed_to_one_leecher(self):
        far = namespaces.FarEnd(self)
        file = self.make(MIB)
        seed = shoal.start_seed(self, file, self.source / 'data.bin', bind=namespaces.NEAR4)
        leecher = clients.LibTorrent(self, address=namespaces.FAR4).start(
            prefix=far.prefix, report_seconds=0.05, max_out_request_queue=2000)
        leecher.add(file, self.folder('leech'))
        leecher.connect(self.hash, namespaces.NEAR4, seed.port)
        best = self.best_second(lambda: leecher.look(self.hash).get('down', 0))
        print(f'# seed: {best / LINK:.0%} of the link, after {self.took:.1f} s', flush=True)
        self.assertGreaterEqual(best, 0.8 * LINK, seed.tail())

    def test_twenty_unequal_peers(self):
        """All are used to the full, to the end, and none is asked for more than it said it would queue."""
        addresses = [f'10.88.1.{n}' for n in range(1, 21)]
        far = namespaces.FarEnd(self, extra_addresses=addresses)
        rates = [100_000] * 8 + [300_000] * 6 + [800_000] * 4 + [2_000_000] * 2
        queues = [4, 10, 16, 32, 64, 100, 250, 500, 16, 32, 64, 100, 250, 500, 32, 64, 250, 2000, 64, 250]
        size = 80 * MIB
        file = self.make(256 * KIB, size)
        with far.inside():
            seeds = [wirepeer.Seed(self, self.torrent, address, rate=rate, reqq=reqq)
                     for address, rate, reqq in zip(addresses, rates, queues)]
        ideal = size / sum(rates)
        process = shoal.start_get(self, file, self.tmp / 'got', '--no-trackers', bind=namespaces.NEAR4,
                                  *[f'--peer={seed.address}:{seed.port}' for seed in seeds])
        complete = shoal.finish_get(self, process, 60)
        self.assertEqual((self.tmp / 'got/data.bin').read_bytes(), self.torrent.data)
        for seed in seeds:
            self.assertLessEqual(seed.max_outstanding, seed.reqq)
        print(f'# twenty: {complete["seconds"]:.1f} s, {complete["seconds"] / ideal:.2f} of the ideal time, '
              f'{complete["wasted"]} bytes twice', flush=True)
        self.assertLessEqual(complete['seconds'], 1.3 * ideal)
        self.assertLessEqual(complete['wasted'], size * 0.02)


if __name__ == '__main__':
    harness.main(needs=('ip', 'nsenter'))

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `get`, `seed` and `tracker` do on the network: addresses, trackers, hung ones, selection, order, ratio, limits."""
import contextlib
import os
import pathlib
import signal
import socket
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import clients
import harness
import makers
import samples
import shoal
import trackers
import wirepeer

KIB, MIB = 1 << 10, 1 << 20


class RunTest(harness.TestCase):
    def make_single(self, size=4 * MIB, piece_length=64 * KIB, urls=(), **options):
        data = samples.write_random(self.folder('source') / 'data.bin', size, 7).read_bytes()
        self.torrent = bencode.Torrent('data.bin', data, piece_length, trackers=urls)
        self.file = self.torrent.write(self.tmp / 'data.torrent')
        self.hash = self.torrent.info_hash.hex()
        self.seed = wirepeer.Seed(self, self.torrent, harness.CLIENT4, **options)
        self.peer = f'--peer={harness.CLIENT4}:{self.seed.port}'

    def get(self, *options, **where):
        return shoal.start_get(self, self.file, self.tmp / 'got', *options, **where)

    def check_got(self):
        self.assertEqual((self.tmp / 'got/data.bin').read_bytes(), self.torrent.data)


class Listener:
    """A peer that has nothing and notes which pieces it is told of."""

    def __init__(self, test, port, is_interested):
        self.wire = wirepeer.Wire.connect(harness.SHOAL4, port)
        test.addCleanup(self.wire.close)
        self.wire.send_handshake(test.torrent.info_hash, wirepeer.make_peer_id(), 0)
        self.wire.read_handshake()
        if is_interested:
            self.wire.send(wirepeer.INTERESTED)
        self.bits, self.told = b'', []
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        with contextlib.suppress(wirepeer.Closed, OSError):
            while True:
                number, payload = self.wire.receive()
                if number == wirepeer.BITFIELD:
                    self.bits = payload
                elif number == wirepeer.HAVE:
                    self.told.append(int.from_bytes(payload, 'big'))

    def count(self):
        return len(self.told) + int.from_bytes(self.bits, 'big').bit_count()


class HaveTest(RunTest):
    """Who takes nothing hears of pieces in batches: of each, and once."""

    def test_each_piece_is_told_once(self):
        self.make_single(8 * MIB, 16 * KIB, rate=2 * MIB)
        process = self.get(self.peer, '--seed')
        port = process.expect('listening')['tcp']
        listeners = [Listener(self, port, is_interested) for is_interested in (False, False, True)]
        for n_sent in range(1, 5):  # and some that come while others are still to be told
            harness.wait_until(lambda: self.seed.sent_bytes > n_sent * 1.3 * MIB, 60, lambda: f'{self.seed.sent_bytes} sent')
            listeners.append(Listener(self, port, n_sent % 2 == 0))
        process.expect('complete', seconds=60)
        n_pieces = len(self.torrent.pieces)
        for listener in listeners:
            harness.wait_until(lambda: listener.count() >= n_pieces, 20, lambda: f'{n_pieces} pieces: {listener.count()}')
        shoal.stop_cleanly(self, process)
        for listener in listeners:
            listener.thread.join(20 * harness.PATIENCE)  # a piece that is told again would come by then
            self.assertFalse(listener.thread.is_alive())
            self.assertEqual(listener.count(), n_pieces)
            self.assertEqual(len(set(listener.told)), len(listener.told))
            for piece in listener.told:
                self.assertFalse(listener.bits and listener.bits[piece // 8] & 0x80 >> piece % 8, piece)


class PortTest(RunTest):
    def test_named_port(self):
        self.make_single(rate=MIB)
        process = self.get(self.peer, port=40123)
        self.assertEqual(process.expect('listening')['tcp'], 40123)
        socket.create_connection((harness.SHOAL4, 40123)).close()

    def test_ipv6_and_bind(self):
        self.make_single()
        seed = wirepeer.Seed(self, self.torrent, harness.CLIENT6)
        process = self.get(f'--peer=[{harness.CLIENT6}]:{seed.port}', bind=harness.SHOAL6)
        shoal.finish_get(self, process)
        self.check_got()
        self.assertEqual(self.seed.n_connections, 0)

    def test_a_family_without_a_bound_address_is_not_used(self):
        self.make_single()
        process = self.get(self.peer, '--timeout=2', bind=harness.SHOAL6)
        self.assertEqual(process.wait(), 1)
        self.assertEqual(self.seed.n_connections, 0)


class SlowTracker:
    """Takes connections and datagrams, and never answers."""

    def __init__(self, test):
        self.listener = socket.create_server((harness.TRACKER4, 0), backlog=16)
        self.datagrams = socket.socket(type=socket.SOCK_DGRAM)
        self.datagrams.bind((harness.TRACKER4, 0))
        test.addCleanup(self.listener.close)
        test.addCleanup(self.datagrams.close)
        self.http = f'http://{harness.TRACKER4}:{self.listener.getsockname()[1]}/announce'
        self.udp = f'udp://{harness.TRACKER4}:{self.datagrams.getsockname()[1]}'
        self.taken = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                self.taken.append(self.listener.accept()[0])
        except OSError:
            pass


class TrackerTest(RunTest):
    def check_second_used(self, first_url, seconds=30):
        tracker = trackers.start_shoal_tracker(self)
        self.make_single(urls=[first_url, tracker.url()])
        seed = shoal.start_seed(self, self.file, self.tmp / 'source/data.bin', f'--tracker={tracker.url()}')
        tracker.wait_for_seeds(self.hash)
        process = self.get()
        shoal.finish_get(self, process, seconds)
        self.check_got()
        errors = process.find('tracker', url=first_url, status='error')
        self.assertTrue(errors, process.tail())
        self.assertTrue(errors[0]['message'])
        self.assertTrue(process.find('tracker', url=tracker.url(), status='ok'))
        shoal.stop_cleanly(self, seed)

    def test_dead_http_tracker_and_a_live_second(self):
        self.check_second_used(f'http://{harness.TRACKER4}:9/announce')

    def test_dead_udp_tracker_and_a_live_second(self):
        self.check_second_used(f'udp://{harness.TRACKER4}:9')

    def test_unknown_host_and_a_live_second(self):
        self.check_second_used('http://tracker.invalid/announce')

    def test_no_trackers(self):
        tracker = trackers.start_shoal_tracker(self)
        self.make_single(urls=[tracker.url()])
        process = self.get('--no-trackers', self.peer)
        shoal.finish_get(self, process)
        self.assertEqual(tracker.process.find('announce'), [])

    def test_started_completed_stopped_once_each(self):
        tracker = trackers.start_shoal_tracker(self)
        self.make_single(urls=[tracker.url()])
        process = self.get('--seed', self.peer)
        process.expect('complete')
        tracker.process.expect('announce', announce_event='completed')
        shoal.stop_cleanly(self, process)
        said = [e['announce_event'] for e in tracker.process.find('announce')]
        self.assertEqual([event for event in said if event != 'none'], ['started', 'completed', 'stopped'])

    def test_tracker_serves_only_what_it_is_given(self):
        self.make_single()
        other = bencode.Torrent('other', b'other', 16 * KIB)
        tracker = trackers.start_shoal_tracker(self, self.file)
        query = ('/announce?info_hash=%s&peer_id=12345678901234567890&port=1&left=1&uploaded=0&downloaded=0'
                 '&compact=1&event=started')
        for torrent, is_known in ((self.torrent, True), (other, False)):
            path = query % urllib.parse.quote_from_bytes(torrent.info_hash, safe='')
            reply = bencode.decode(clients.fetch(tracker.url().replace('/announce', path)))
            self.assertEqual(b'failure reason' in reply, not is_known, reply)


class SignalTest(RunTest):
    def check_stops(self, process, number, status):
        began = time.monotonic()
        process.signal(number)
        self.assertEqual(process.wait(10), status, process.tail())
        self.assertLess(time.monotonic() - began, 5.5 * harness.PATIENCE)

    def test_stops_in_time_with_hung_trackers(self):
        slow = SlowTracker(self)
        tracker = trackers.start_shoal_tracker(self)
        self.make_single(rate=256 * KIB)
        runs = []
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            process = shoal.start_get(self, self.file, self.tmp / f'got{number}', self.peer,
                                      f'--tracker={slow.http}', f'--tracker={slow.udp}', f'--tracker={tracker.url()}',
                                      name=f'get-{status}')
            process.expect('progress', state='downloading')
            runs.append((process, number, status))
        harness.wait_until(lambda: len(slow.taken) >= 2, 10, 'the announces to hang')
        harness.wait_until(lambda: len(tracker.process.find('announce', announce_event='started')) >= 2, 10,
                           'the announces that work')
        harness.parallel(*[lambda run=run: self.check_stops(*run) for run in runs])
        self.assertEqual(len(tracker.process.find('announce', announce_event='stopped')), 2)
        for process, _, _ in runs:
            self.assertEqual(process.events[-1]['event'], 'stopped')

    def test_stops_while_checking_and_before_anything(self):
        data = samples.make_single(self.folder('source'), 'big.bin', 64 * MIB)
        torrent, _ = makers.make(self, makers.with_shoal, data, [], piece_size=MIB)
        for delay in (0, 0.01, 0.03, 0.1):
            process = self.start_json(shoal.seed_argv(torrent, data, self.tmp / 'state'), 'seed')
            time.sleep(delay)
            self.check_stops(process, signal.SIGTERM, 143)



class ChoiceTest(RunTest):
    def make_tree(self):
        files = (('one.bin', 300_000), ('two.bin', 500_001), ('empty', 0), ('three.bin', 70_000), ('four.bin', 900_000))
        self.tree = samples.make_tree(self.folder('source'), 'tree', files=files)
        content = [([name], (self.tree / name).read_bytes()) for name, _ in files]
        self.torrent = bencode.Torrent('tree', content, 64 * KIB)
        self.file = self.torrent.write(self.tmp / 'tree.torrent')
        self.seed = wirepeer.Seed(self, self.torrent, harness.CLIENT4)
        self.peer = f'--peer={harness.CLIENT4}:{self.seed.port}'

    def check_files(self, *names):
        got = {p.name for p in (self.tmp / 'got/tree').iterdir()}
        self.assertEqual(got, set(names))
        for name in names:
            self.assertEqual(samples.sha256_of(self.tmp / 'got/tree' / name), samples.sha256_of(self.tree / name), name)

    def test_selection_then_the_rest(self):
        self.make_tree()
        process = self.get(self.peer, '--select=2,4')
        shoal.finish_get(self, process)
        self.check_files('two.bin', 'three.bin')
        self.assertEqual(process.find('complete')[0]['bytes'], 570_001)
        # Whole pieces that touch the two files, no more.
        touched = {i for begin, size in ((300_000, 500_001), (800_001, 70_000))
                   for i in range(begin // (64 * KIB), (begin + size - 1) // (64 * KIB) + 1)}
        self.assertEqual({piece for piece, _, _ in self.seed.requests}, touched)
        before = self.seed.sent_bytes
        shoal.finish_get(self, self.get(self.peer))
        self.check_files('one.bin', 'two.bin', 'empty', 'three.bin', 'four.bin')
        self.assertEqual(self.seed.sent_bytes, len(self.torrent.data))
        self.assertGreater(before, 570_001)
        self.assertEqual([p.name for p in (self.tmp / 'got').iterdir()], ['tree'], 'the parts file is gone')

    def test_range_and_several_runs(self):
        self.make_tree()
        shoal.finish_get(self, self.get(self.peer, '--select=3-4'))
        self.check_files('empty', 'three.bin')

    def test_sequential(self):
        self.make_single(rate=2 * MIB)
        shoal.finish_get(self, self.get(self.peer, '--sequential'))
        self.check_got()
        pieces = [piece for piece, _, _ in self.seed.requests]
        self.assertEqual(pieces, sorted(pieces))

    def test_not_sequential_otherwise(self):
        self.make_single(rate=4 * MIB)
        shoal.finish_get(self, self.get(self.peer))
        pieces = [piece for piece, _, _ in self.seed.requests]
        self.assertNotEqual(pieces, sorted(pieces))

    def test_several_torrents_and_one_that_fails(self):
        self.make_single()
        bad = self.tmp / 'bad.torrent'
        bad.write_bytes(b'nothing')
        other = bencode.Torrent('other.bin', os.urandom(MIB), 64 * KIB)
        seed = wirepeer.Seed(self, other, harness.OTHER4)
        process = shoal.start_get(self, [bad, self.file, other.write(self.tmp / 'other.torrent')], self.tmp / 'got',
                                  self.peer, f'--peer={harness.OTHER4}:{seed.port}')
        self.assertEqual(process.wait(30), 3, process.tail())
        self.check_got()
        self.assertEqual((self.tmp / 'got/other.bin').read_bytes(), other.data)
        self.assertEqual(len(process.find('complete')), 2)

    def test_seed_ratio(self):
        """What was given is looked at each second, in which it may become 2 MiB more; where a machine stalls, some more."""
        self.make_single(size=20 * MIB)
        process = self.get(self.peer, '--seed=0.2', '--up=2Mi')
        process.port = process.expect('listening')['tcp']
        process.expect('complete')
        leecher = clients.LibTorrent(self, address=harness.OTHER4).start()
        leecher.add(self.file, self.folder('leech'))
        leecher.connect(self.hash, harness.SHOAL4, process.port)
        self.assertEqual(process.wait(30), 0, process.tail())
        uploaded = process.find('stopped')[0]['uploaded']
        self.assertGreaterEqual(uploaded, 4 * MIB)
        self.assertLess(uploaded, 14 * MIB)

    def test_seed_refuses_what_is_not_whole_unless_partial(self):
        self.make_single()
        path = self.tmp / 'source/data.bin'
        with open(path, 'r+b') as file:
            file.seek(MIB)
            file.write(b'wrong')
        process = self.start_json(shoal.seed_argv(self.file, path, self.tmp / 'state'), 'seed')
        self.assertEqual(process.wait(20), 1, process.tail())
        self.assertIn('--partial', process.errors)
        process = self.start_json(shoal.seed_argv(self.file, path, self.tmp / 'state', '--partial'), 'seed')
        port = process.expect('listening')['tcp']
        wire = wirepeer.Wire.connect(harness.SHOAL4, port)
        wire.send_handshake(self.torrent.info_hash, wirepeer.make_peer_id(), 0)
        wire.read_handshake()
        _, bits = wire.receive_until(wirepeer.BITFIELD)
        expected = bytearray(b'\xff' * 8)
        expected[MIB // (64 * KIB) // 8] ^= 0x80 >> MIB // (64 * KIB) % 8
        self.assertEqual(bits, bytes(expected))



class LimitTest(RunTest):
    """±5 % over 10 s, counted at the other end."""
    SECONDS = 10

    def measure(self, count, seconds=SECONDS):
        first, begin = count(), time.monotonic()
        time.sleep(seconds)
        return (count() - first) / (time.monotonic() - begin)

    def test_down_and_up(self):
        harness.parallel(self.check_down, self.check_up)

    def check_down(self):
        rate = 1 * MIB
        torrent = bencode.Torrent('down.bin', os.urandom(24 * MIB), 64 * KIB)
        seeds = [wirepeer.Seed(self, torrent, f'10.77.1.{n}') for n in range(1, 4)]
        process = shoal.start_get(self, torrent.write(self.tmp / 'down.torrent'), self.tmp / 'down', f'--down={rate}',
                                  *[f'--peer={s.address}:{s.port}' for s in seeds],
                                  state=self.tmp / 'state-down', name='down')
        begun = process.expect('progress', state='downloading')['time']
        # What the seeds have sent lies in part in buffers: what has arrived counts.
        harness.wait_until(lambda: process.find('progress')[-1]['time'] > begun + 3 + self.SECONDS, 30, 'the end')
        rows = [e for e in process.find('progress') if begun + 3 <= e['time']]
        first, last = rows[0], rows[-1]
        measured = (last['done'] - first['done']) / (last['time'] - first['time'])
        self.assertAlmostEqual(measured / rate, 1, delta=0.05, msg='download limit')
        shown = process.find('progress')[-1]['down']
        self.assertAlmostEqual(shown / rate, 1, delta=0.15, msg='download rate as shown')

    def check_up(self):
        rate = 500_000
        torrent = bencode.Torrent('up.bin', os.urandom(16 * MIB), 256 * KIB)
        file = torrent.write(self.tmp / 'up.torrent')
        (self.folder('up') / 'up.bin').write_bytes(torrent.data)
        seed = shoal.start_seed(self, file, self.tmp / 'up', '--up=500k', state=self.tmp / 'state-up', name='up')
        leechers = [clients.LibTorrent(self, name=f'leecher{n}', address=f'10.77.2.{n}').start(report_seconds=0.02)
                    for n in range(1, 4)]
        for leecher in leechers:
            info_hash = leecher.add(file, self.folder(leecher.name + '-got'))
            leecher.connect(info_hash, harness.SHOAL4, seed.port)

        def received():
            return sum(leecher.look(info_hash).get('down', 0) for leecher in leechers)
        harness.wait_until(lambda: received() > 2 * rate, 30, 'the first two seconds')
        measured = self.measure(received)
        self.assertAlmostEqual(measured / rate, 1, delta=0.05, msg='upload limit')


if __name__ == '__main__':
    harness.main()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`get` and `seed` as the contract of the command line has them: events, statuses, signals, what a person sees."""
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))

import harness
import samples
import shoal
from harness import OTHER4, SHOAL4, SHOAL_CLI, TRACKER4

PROGRESS_STATES = {'checking', 'metadata', 'downloading', 'seeding', 'waiting'}
FIELDS = {
    'added': {'name', 'size', 'files', 'resumed_bytes'},
    'listening': {'tcp', 'udp'},
    'peer': {'address', 'client', 'transport', 'encrypted', 'direction', 'state', 'reason'},
    'tracker': {'url', 'status', 'message', 'peers', 'interval'},
    'progress': {'done', 'size', 'down', 'up', 'uploaded', 'peers', 'seeds', 'eta', 'state'},
    'bad_piece': {'piece', 'peers'},
    'complete': {'seconds', 'bytes', 'wasted'},
    'error': {'code', 'message'},
    'stopped': {'uploaded', 'downloaded'},
}


def is_refused(address, port):
    """Whether nobody listens there."""
    try:
        socket.create_connection((address, port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


def count_unread(pipe):
    """Bytes that wait in a pipe for who reads it."""
    return struct.unpack('i', fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


class RunTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.source = samples.make_tree(self.tmp, files=samples.TREE[:6] + (('big', 3 * samples.MIB),))
        self.torrent = self.tmp / 'sample.torrent'
        shoal.create(self, self.source, self.torrent)
        self.size = sum(size for _, size in samples.TREE[:6]) + 3 * samples.MIB

    def seed(self, *options, name='seed', **where):
        where.setdefault('bind', OTHER4)
        return shoal.start_seed(self, self.torrent, self.source, *options, name=name,
                                state=self.tmp / f'state-{name}', **where)

    def get(self, *options, to='to', torrents=None, **where):
        return shoal.start_get(self, torrents or self.torrent, self.tmp / to, *options, **where)

    def plain(self, *words, stdin=subprocess.DEVNULL, seconds=30):
        """A `get` for people, with standard output and error in pipes."""
        return self.run_program(
            [SHOAL_CLI, 'get', f'--bind={SHOAL4}', '--port=0', f'--state={self.tmp / "state"}', *shoal.QUIET, *words],
            stdin=stdin, seconds=seconds)

    def check_events(self, events):
        """Each line is a known event with its fields, about a torrent that is named."""
        for event in events:
            self.assertIsInstance(event['time'], float)
            self.assertGreaterEqual(set(event), FIELDS[event['event']] | {'source'}, event)
            for name in ('size', 'done', 'down', 'up', 'uploaded', 'downloaded', 'resumed_bytes', 'bytes', 'wasted'):
                self.assertIsInstance(event.get(name, 0), int, event)
            if event['event'] == 'progress':
                self.assertIn(event['state'], PROGRESS_STATES)
                self.assertLessEqual(event['done'], event['size'])
            if event['event'] != 'error':
                self.assertRegex(event['info_hash'], '^[0-9a-f]{40}$')

    def test_events_of_a_whole_run(self):
        seed = self.seed()
        get = self.get(f'--peer={OTHER4}:{seed.port}')
        complete = shoal.finish_get(self, get)
        samples.check_same(self, self.source, self.tmp / 'to' / self.source.name)
        self.check_events(get.events)
        names = [event['event'] for event in get.events]
        self.assertEqual(names[:3], ['listening', 'added', 'progress'])
        self.assertLess(names.index('complete'), names.index('stopped'))
        self.assertEqual((names.count('complete'), names.count('added'), names[-1]), (1, 1, 'stopped'))
        self.assertEqual(complete['bytes'], self.size)
        self.assertEqual({e['source'] for e in get.events}, {str(self.torrent)})
        self.assertEqual(get.find('peer', state='connected')[0]['direction'], 'out')
        self.assertEqual(get.events[-1]['downloaded'], self.size)
        self.assertEqual(get.errors, '')
        shoal.stop_cleanly(self, seed)
        self.check_events(seed.events)
        self.assertEqual(seed.find('complete'), [], 'a seed fetched nothing and completes nothing')
        self.assertEqual(seed.events[-1]['uploaded'], self.size)

    def test_again(self):
        """A second call of a complete torrent says the same, and needs nobody."""
        seed = self.seed()
        shoal.finish_get(self, self.get(f'--peer={OTHER4}:{seed.port}'))
        seed.stop()
        again = self.get()
        shoal.finish_get(self, again)
        names = [event['event'] for event in again.events]
        self.assertEqual(names, ['listening', 'added', 'progress', 'complete', 'stopped'])
        self.assertEqual(again.find('added')[0]['resumed_bytes'], self.size)
        self.assertEqual(again.events[-1]['downloaded'], 0)
        recheck = self.get('--recheck')
        shoal.finish_get(self, recheck)
        self.assertEqual(recheck.events[-1]['downloaded'], 0)

    def test_resumed_is_what_is_trusted(self):
        """What has to be hashed first is not called resumed; what the check finds is in `done` after it."""
        (self.tmp / 'to').mkdir()
        shutil.copytree(self.source, self.tmp / 'to' / self.source.name)
        with open(self.tmp / 'to' / self.source.name / 'big', 'r+b') as file:
            file.write(b'wrong')
        for options in ((), ('--recheck',)):
            get = self.get(*options)

            def is_checked():
                last = (get.find('progress') or [{'state': None, 'done': 0}])[-1]
                return last['state'] in ('waiting', 'downloading') and last['done'] > 0
            harness.wait_until(is_checked, 20, 'the end of the check')
            shoal.stop_cleanly(self, get)
            self.assertEqual(get.find('added')[0]['resumed_bytes'], 0)
            found = get.find('progress')[-1]
            self.assertEqual(found['size'], self.size)
            self.assertLess(found['done'], self.size)
            self.assertGreater(found['done'], self.size - 100_000)
        trusted = self.get()
        self.assertEqual(trusted.expect('added')['resumed_bytes'], found['done'])
        shoal.stop_cleanly(self, trusted)

    def test_recheck_finds_damage(self):
        seed = self.seed()
        peer = f'--peer={OTHER4}:{seed.port}'
        shoal.finish_get(self, self.get(peer))
        path = self.tmp / 'to' / self.source.name / 'big'
        when = path.stat()
        with open(path, 'r+b') as file:
            file.seek(100_000)
            file.write(b'wrong')
        os.utime(path, ns=(when.st_atime_ns, when.st_mtime_ns))
        get = self.get('--recheck', peer)
        shoal.finish_get(self, get)
        samples.check_same(self, self.source, self.tmp / 'to' / self.source.name)
        self.assertGreater(get.events[-1]['downloaded'], 0)
        self.assertLess(get.events[-1]['downloaded'], self.size / 2)

    def test_select_counts_for_one_call(self):
        seed = self.seed()
        peer = f'--peer={OTHER4}:{seed.port}'
        files = json.loads(self.check_program([SHOAL_CLI, 'show', '--json', self.torrent]))['files']
        index, size = next((f['index'], f['size']) for f in files if f['path'].endswith('/big'))
        get = self.get(peer, f'--select={index}')
        self.assertEqual(shoal.finish_get(self, get)['bytes'], size)
        self.assertEqual([p.name for p in (self.tmp / 'to').rglob('*') if p.is_file() and p.stat().st_size > 0
                          and 'parts' not in p.name], ['big'])
        self.assertEqual(shoal.finish_get(self, self.get(peer))['bytes'], self.size)
        samples.check_same(self, self.source, self.tmp / 'to' / self.source.name)

    def test_select_of_a_file_that_is_not_there(self):
        get = self.get('--select=1,99')
        self.assertEqual(get.wait(), 2)
        self.assertEqual([e['event'] for e in get.events], ['error'])
        self.assertEqual(get.events[0]['source'], str(self.torrent))
        self.assertIn('1 to 7', get.errors)

    def test_several(self):
        """Bad ones do not stop the others; the status is the highest; an error is the last event."""
        other = samples.make_single(self.tmp, 'other.bin', 200_000)
        torrent = self.tmp / 'other.torrent'
        shoal.create(self, other, torrent)
        junk = self.tmp / 'junk.torrent'
        junk.write_text('no torrent')
        seed = self.seed()
        second = shoal.start_seed(self, torrent, other, state=self.tmp / 'state-2', name='seed-2', bind='10.77.0.9')
        get = self.get(f'--peer={OTHER4}:{seed.port}', f'--peer=10.77.0.9:{second.port}',
                       torrents=[junk, self.torrent, self.tmp / 'missing.torrent', torrent])
        self.assertEqual(get.wait(), 3)
        self.assertEqual({e['source'] for e in get.find('complete')}, {str(self.torrent), str(torrent)})
        samples.check_same(self, self.source, self.tmp / 'to' / self.source.name)
        self.assertEqual(samples.sha256_of(self.tmp / 'to' / 'other.bin'), samples.sha256_of(other))
        self.assertEqual({e['source'] for e in get.find('error')}, {str(junk), str(self.tmp / 'missing.torrent')})
        self.assertEqual(get.events[-1]['event'], 'error')
        self.assertEqual(get.events[-1]['code'], 'rejected')
        self.check_events(get.events)
        lines = get.errors.splitlines()
        self.assertEqual(len(lines), 2, lines)
        self.assertTrue(all('.torrent' in line for line in lines), lines)

    def test_the_same_torrent_twice(self):
        seed = self.seed()
        get = self.get(f'--peer={OTHER4}:{seed.port}', torrents=[self.torrent, self.torrent])
        self.assertEqual(get.wait(), 1)
        self.assertEqual(len(get.find('complete')), 1)
        self.assertIn('given twice', get.errors)

    def test_standard_input(self):
        seed = self.seed()
        with open(self.torrent, 'rb') as stdin:
            done = self.plain(f'--peer={OTHER4}:{seed.port}', f'--dir={self.tmp / "to"}', '-', stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, f'{self.tmp / "to" / self.source.name}\n')
        samples.check_same(self, self.source, self.tmp / 'to' / self.source.name)

    def test_file_uri(self):
        seed = self.seed()
        done = self.plain('--quiet', f'--peer={OTHER4}:{seed.port}', f'--dir={self.tmp / "to"}', self.torrent.as_uri())
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))

    def test_timeout(self):
        get = self.get('--timeout=1')
        begun = time.monotonic()
        self.assertEqual(get.wait(), 1)
        self.assertGreaterEqual(time.monotonic() - begun, 0.9)
        self.assertEqual((get.events[-1]['event'], get.events[-1]['code']), ('error', 'timeout'))
        self.check_events(get.events)
        self.assertEqual(get.find('stopped'), [])
        self.assertEqual(len(get.errors.splitlines()), 1)
        self.assertIn(str(self.torrent), get.errors)

    def test_progress_at_least_every_second(self):
        get = self.get()
        harness.wait_until(lambda: len(get.find('progress')) >= 4, 8, 'four reports of progress')
        get.signal(signal.SIGINT)
        self.assertEqual(get.wait(), 130)
        times = [e['time'] for e in get.find('progress')]
        for before, after in zip(times, times[1:]):
            self.assertLess(after - before, 1.05 * harness.PATIENCE)

    def test_signals(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            get = self.get(to=f'to-{status}', name=f'get-{status}')
            get.expect('added')
            get.signal(number)
            begun = time.monotonic()
            self.assertEqual(get.wait(6), status)
            self.assertLess(time.monotonic() - begun, 5 * harness.PATIENCE)
            self.assertEqual(get.events[-1]['event'], 'stopped')

    def test_signal_resumes(self):
        """What was had at the signal is not fetched again."""
        seed = self.seed('--up=600k')
        peer = f'--peer={OTHER4}:{seed.port}'
        get = self.get(peer)
        harness.wait_until(lambda: get.find('progress') and get.find('progress')[-1]['done'] > 500_000, 20, 'some data')
        get.signal(signal.SIGTERM)
        self.assertEqual(get.wait(6), 143)
        had = get.events[-1]['downloaded']
        seed.stop()
        again = self.get(f'--peer={OTHER4}:{self.seed(name="seed-again").port}')
        shoal.finish_get(self, again)
        self.assertGreater(again.find('added')[0]['resumed_bytes'], 0)
        self.assertLess(again.events[-1]['downloaded'], self.size - had + 70_000)
        samples.check_same(self, self.source, self.tmp / 'to' / self.source.name)

    def test_second_signal_ends_at_once(self):
        """A tracker that never answers holds the clean end up; the second signal does not wait for it."""
        silent = socket.create_server((TRACKER4, 0))
        self.addCleanup(silent.close)
        silent.settimeout(20 * harness.PATIENCE)
        tracker = f'--tracker=http://{TRACKER4}:{silent.getsockname()[1]}/announce'
        get = self.get(tracker)
        held = silent.accept()[0]
        self.addCleanup(held.close)
        port = get.expect('listening')['tcp']
        get.signal(signal.SIGINT)
        harness.wait_until(lambda: is_refused(SHOAL4, port), 10, 'the first signal to be heeded')
        begun = time.monotonic()
        get.signal(signal.SIGINT)
        self.assertEqual(get.wait(3), 130)
        self.assertLess(time.monotonic() - begun, 1 * harness.PATIENCE)
        again = self.get(tracker)
        held_again = silent.accept()[0]
        self.addCleanup(held_again.close)
        begun = time.monotonic()
        again.signal(signal.SIGINT)
        self.assertEqual(again.wait(8), 130)
        self.assertLess(time.monotonic() - begun, 5.5 * harness.PATIENCE)

    def test_signal_while_reading_standard_input(self):
        process = subprocess.Popen([SHOAL_CLI, 'get', '-'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        process.stdin.write(b'd8:announce')
        process.stdin.flush()
        harness.wait_until(lambda: count_unread(process.stdin) == 0, 10, 'the begin of a torrent to be read')
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(5), 143)
        process.stdin.close()

    def test_a_failure_does_not_hide_the_signal(self):
        get = self.get(torrents=[self.tmp / 'missing.torrent', self.torrent])
        get.expect('added')
        get.signal(signal.SIGINT)
        self.assertEqual(get.wait(6), 130)

    def test_reader_goes_away(self):
        """A run whose events nobody reads any more ends cleanly, and not with 0."""
        process = subprocess.Popen(shoal.get_argv(self.torrent, self.tmp / 'to', self.tmp / 'state'),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(10 * harness.PATIENCE), 1)
        self.assertIn(b'standard output', process.stderr.read())
        process.stderr.close()

    def test_state_is_locked(self):
        first = self.get()
        first.expect('added')
        second = self.get(name='second')
        self.assertEqual(second.wait(), 1)
        self.assertIn(f'(process {first.pid})', second.errors)
        self.assertEqual([e['event'] for e in second.events], ['error'])

    def test_damaged_state_is_set_aside(self):
        seed = self.seed()
        peer = f'--peer={OTHER4}:{seed.port}'
        shoal.finish_get(self, self.get(peer))
        database, = (self.tmp / 'state').glob('*.db')
        database.write_bytes(b'this is no database' * 1000)
        get = self.get(peer)
        shoal.finish_get(self, get)
        self.assertEqual(get.find('error'), [])
        self.assertEqual(len(get.errors.splitlines()), 1, get.errors)
        self.assertIn('damaged', get.errors)
        self.assertEqual(get.events[-1]['downloaded'], 0, 'what is on disk was checked and kept')

    def test_folder_that_cannot_be_made(self):
        (self.tmp / 'to').write_text('in the way')
        get = self.get()
        self.assertEqual(get.wait(), 4)
        self.assertEqual([e['event'] for e in get.events], ['error'])
        self.assertEqual(get.events[0]['code'], 'storage')
        self.check_events(get.events)
        self.assertIn(str(self.tmp / 'to'), get.errors)

    def test_state_that_cannot_be_kept(self):
        (self.tmp / 'state').write_text('in the way')
        get = self.get()
        self.assertIn(get.wait(), (1, 4))
        self.assertEqual(get.events[-1]['event'], 'error')
        self.assertIn('--state', get.errors)

    def test_busy_port(self):
        first = self.get(port=52000)
        self.assertEqual(first.expect('listening')['tcp'], 52000)
        second = self.get(to='to-2', name='second', port=52000)
        self.assertEqual(second.expect('listening')['tcp'], 52001)
        self.assertIn('port 52000 is in use; listening on 52001', second.errors)

    def test_more_torrents_than_ports(self):
        """Behind the last port any free one is taken, which is said."""
        torrents = []
        for number in range(5):
            torrents.append(self.tmp / f'{number}.torrent')
            shoal.create(self, samples.make_single(self.tmp, f'{number}.bin', 1000 + number), torrents[-1])
        get = self.get(torrents=torrents, port=65533)
        harness.wait_until(lambda: len(get.find('listening')) == 5, 20, 'five ports')
        ports = {event['tcp'] for event in get.find('listening')}
        self.assertEqual(len(ports), 5, ports)
        self.assertLessEqual({65533, 65534, 65535}, ports)
        for port in ports - {65533, 65534, 65535}:
            self.assertIn(f'port 65535 is in use; listening on {port} instead', get.errors)
        self.assertEqual(get.find('error'), [])
        shoal.stop_cleanly(self, get)

    def get_many(self, *options):
        """40 torrents whose data is there, where no more than 256 files may be open."""
        torrents = []
        for number in range(40):
            torrents.append(self.tmp / f'{number}.torrent')
            shoal.create(self, samples.make_single(self.folder('to'), f'{number}.bin', 1000 + number), torrents[-1])
        argv = shoal.get_argv(torrents, self.tmp / 'to', self.tmp / 'state', *options)
        return self.start_json(argv, 'get', prefix=('prlimit', '--nofile=256:256'))

    def test_more_torrents_than_files_may_be_open(self):
        """Those that there is no room for wait until others have ended."""
        get = self.get_many('--down=1M')
        self.assertEqual(get.wait(60), 0, get.tail())
        self.assertEqual(len(get.find('complete')), 40)
        self.assertEqual(get.find('error'), [])
        self.assertIn('6 of 40 torrents run at a time, the others wait: no more than 256 files may be open', get.errors)

    def test_more_seeds_than_files_may_be_open(self):
        """None of them would end for another one: the rest is refused."""
        get = self.get_many('--seed')
        harness.wait_until(lambda: len(get.find('complete')) == 6, 30, 'six seeds')
        self.assertEqual(len(get.find('error')), 34)
        self.assertIn('39.torrent: not started, since no more than 256 files may be open at a time. Raise', get.errors)
        get.signal(signal.SIGTERM)
        self.assertEqual(get.wait(10), 143, get.tail())
        self.assertEqual(len(get.find('stopped')), 6)

    def test_unknown_peer_name(self):
        get = self.get('--peer=no-such-host.invalid:1000')
        get.expect('added')
        harness.wait_until(lambda: get.errors, 30, 'a word on the wrong name')
        self.assertIn('no-such-host.invalid:1000', get.errors)

    def test_ratio_ends_seeding(self):
        seed = self.seed('--seed=1', name='ratio')
        get = self.get(f'--peer={OTHER4}:{seed.port}')
        shoal.finish_get(self, get)
        self.assertEqual(seed.wait(20), 0, seed.tail())
        self.assertGreaterEqual(seed.events[-1]['uploaded'], self.size)

    def test_get_seeds_on(self):
        seed = self.seed()
        get = self.get(f'--peer={OTHER4}:{seed.port}', '--seed')
        get.expect('complete')
        port = get.find('listening')[0]['tcp']
        shoal.stop_cleanly(self, seed)
        other = self.get(f'--peer={SHOAL4}:{port}', to='to-2', state=self.tmp / 'state-2', name='other', bind=OTHER4)
        shoal.finish_get(self, other)
        self.assertIsNone(get.status)
        shoal.stop_cleanly(self, get)
        self.assertEqual(get.events[-1]['uploaded'], self.size)

    def test_seed_of_incomplete_data(self):
        (self.source / 'big').unlink()
        argv = shoal.seed_argv(self.torrent, self.source, self.tmp / 'state-seed')
        seed = self.start_json(argv, 'seed')
        self.assertEqual(seed.wait(), 1)
        self.assertEqual((seed.events[-1]['event'], seed.events[-1]['code']), ('error', 'failed'))
        self.assertIn(f'{self.source}: the data is not complete', seed.errors)
        self.assertIn('--partial', seed.errors)

    def test_partial_seed_fetches_nothing(self):
        whole = self.seed()
        copy = self.tmp / 'copy' / self.source.name
        shutil.copytree(self.source, copy)
        (copy / 'big').unlink()
        part = shoal.start_seed(self, self.torrent, copy, '--partial', f'--peer={OTHER4}:{whole.port}',
                                state=self.tmp / 'state-part', name='part')
        part.expect('peer', state='connected')
        n_reports = len(part.find('progress'))
        harness.wait_until(lambda: len(part.find('progress')) >= n_reports + 2, 10, 'a second or more to pass')
        self.assertFalse((copy / 'big').exists())
        self.assertEqual({e['state'] for e in part.find('progress')} - {'checking'}, {'seeding'})
        shoal.stop_cleanly(self, whole)
        get = self.get(f'--peer={SHOAL4}:{part.port}', bind='10.77.0.9')
        harness.wait_until(lambda: get.find('progress') and get.find('progress')[-1]['done'] > 0, 20, 'some data')
        shoal.stop_cleanly(self, part)
        self.assertEqual(part.events[-1]['downloaded'], 0)

    def test_second_seed_of_the_same(self):
        """Nobody writes, but the torrent is open there: that, and by whom, is what is said."""
        first = self.seed()
        second = self.start_json(shoal.seed_argv(self.torrent, self.source, self.tmp / 'state-2'), 'second')
        self.assertEqual(second.wait(), 1, second.tail())
        self.assertIn(f'another program (process {first.pid}) has this torrent open in this folder. Stop it first',
                      second.errors)
        self.assertEqual(second.events[-1]['event'], 'error')

    def test_seed_of_missing_path(self):
        seed = self.start_json(shoal.seed_argv(self.torrent, self.tmp / 'nowhere', self.tmp / 'state-seed'), 'seed')
        self.assertEqual(seed.wait(), 1)
        self.assertIn(str(self.tmp / 'nowhere'), seed.errors)
        self.assertEqual([e['event'] for e in seed.events], ['error'])

    def test_limits_are_shared_anew(self):
        """Two torrents share --down; the one that is left has all of it."""
        small = samples.make_single(self.tmp, 'small.bin', 100_000)
        torrent = self.tmp / 'small.torrent'
        shoal.create(self, small, torrent)
        seed = self.seed()
        second = shoal.start_seed(self, torrent, small, state=self.tmp / 'state-2', name='seed-2', bind='10.77.0.9')
        get = self.get('--down=1M', f'--peer={OTHER4}:{seed.port}', f'--peer=10.77.0.9:{second.port}',
                       torrents=[torrent, self.torrent])
        shoal.finish_get(self, get)
        first, last = sorted(e['seconds'] for e in get.find('complete'))
        self.assertLess(first, 1.5 * harness.PATIENCE)
        self.assertLess(last, self.size / 1e6 * 1.25 * harness.PATIENCE)
        self.assertGreater(last, self.size / 1e6 * 0.7)

    def test_limit_is_for_those_that_can_use_it(self):
        """A torrent that nobody has keeps no part of --down from the other."""
        lonely = samples.make_single(self.tmp, 'lonely.bin', 100_000)
        torrent = self.tmp / 'lonely.torrent'
        shoal.create(self, lonely, torrent)
        seed = self.seed()
        get = self.get('--down=1M', f'--peer={OTHER4}:{seed.port}', torrents=[torrent, self.torrent])
        complete = get.expect('complete', seconds=60)
        self.assertLess(complete['seconds'], self.size / 1e6 * 1.4 * harness.PATIENCE)
        self.assertGreater(complete['seconds'], self.size / 1e6 * 0.7)
        get.signal(signal.SIGTERM)
        self.assertEqual(get.wait(10), 143, get.tail())

    def test_lines_for_a_pipe(self):
        """At most one every 5 s, the result on standard output."""
        seed = self.seed('--up=400k')
        begun = time.monotonic()
        done = self.plain(f'--peer={OTHER4}:{seed.port}', f'--dir={self.tmp / "to"}', self.torrent, seconds=60)
        took = time.monotonic() - begun
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, f'{self.tmp / "to" / self.source.name}\n')
        lines = done.stderr.splitlines()
        self.assertNotIn('\r', done.stderr)
        self.assertNotIn('\033', done.stderr)
        self.assertGreaterEqual(len(lines), 2)
        self.assertLessEqual(len(lines), took / 5 + 1)

    def test_bar_on_a_terminal(self):
        """It redraws in place, and leaves a clean line behind."""
        seed = self.seed('--up=2M')
        screen = self.on_terminal([SHOAL_CLI, 'get', f'--bind={SHOAL4}', '--port=0', f'--state={self.tmp / "state"}',
                                   *shoal.QUIET, f'--peer={OTHER4}:{seed.port}', '--peer=no-such-host.invalid:1',
                                   f'--dir={self.tmp / "to"}', str(self.torrent)])
        self.assertGreater(screen.count('\r'), 3)
        self.assertRegex(screen, r'\[█*░*\] +\d+ % .* of .*/s')
        self.assertTrue(screen.endswith(f'\r\x1b[K{self.tmp / "to" / self.source.name}\r\n'), repr(screen[-300:]))
        message = next(line for line in screen.split('\n') if 'no-such-host' in line)
        self.assertTrue(re.search(r'(^|\r\x1b\[K)shoal-cli: peer', message), repr(message))

    def on_terminal(self, argv, columns=80):
        """Runs argv on a terminal; returns what it wrote there."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        data = b''
        deadline = time.monotonic() + 30 * harness.PATIENCE
        while time.monotonic() < deadline:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    data += os.read(master, 65536)
                except OSError:
                    break
        self.assertEqual(process.wait(5), 0, data)
        os.close(master)
        return data.decode()


if __name__ == '__main__':
    harness.main()

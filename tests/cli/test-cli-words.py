#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs that need no peers, and wrong usage of all: statuses, one line of error, JSON."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))

import bencode
import harness
import samples
from harness import SHOAL_CLI

VERBS = ('get', 'seed', 'create', 'show', 'verify', 'tracker')
HASH = '0123456789abcdef0123456789abcdef01234567'


class WordsTest(harness.TestCase):
    def run_cli(self, *words, **options):
        options.setdefault('cwd', self.tmp)
        return self.run_program([SHOAL_CLI, *words], **options)

    def check_error(self, done, status, *parts):
        """One line on standard error that names what it is about."""
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith('shoal-cli: '), lines)
        for part in parts:
            self.assertIn(str(part), lines[0])

    def check_json_error(self, done, code, **fields):
        event = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((event['event'], event['code']), ('error', code))
        self.assertEqual('shoal-cli: ' + event['message'], done.stderr.splitlines()[-1])
        for name, value in fields.items():
            self.assertEqual(event[name], str(value))

    def sample(self, name='data.bin', size=100_000):
        path = samples.make_single(self.tmp, name, size)
        torrent = self.tmp / (name + '.torrent')
        self.check_program([SHOAL_CLI, 'create', '--quiet', '--no-date', '-o', torrent, path])
        return path, torrent

    # Wrong usage

    def test_wrong_usage(self):
        for words, part in (
                ((), 'verb'), (('fetch',), 'fetch'), (('get',), 'get'), (('seed', 'one'), 'seed'), (('create',), 'create'),
                (('create', 'a', 'b'), 'create'), (('show',), 'show'), (('verify', 'one'), 'verify'),
                (('get', '--bogus', 'x'), '--bogus'), (('show', '-z', 'x'), '-z'), (('get', '--dir'), '--dir'),
                (('get', '-d'), '-d'), (('verify', '--json=1', 'a', 'b'), '--json'), (('tracker', '--port=x'), '--port'),
                (('get', '--port=65536', 'x'), '--port'), (('get', '--port=-1', 'x'), '--port'),
                (('get', '--bind=example.org', 'x'), '--bind'), (('get', '--peer=host', 'x'), '--peer'),
                (('get', '--peer=1.2.3.4:0', 'x'), '--peer'), (('get', '--tracker=ftp://x', 'x'), '--tracker'),
                (('get', '--select=', 'x'), '--select'), (('get', '--select=0', 'x'), '--select'),
                (('get', '--select=3-1', 'x'), '--select'), (('get', '--seed=much', 'x'), '--seed'),
                (('get', '--seed=nan', 'x'), '--seed'), (('get', '--seed=-1', 'x'), '--seed'),
                (('get', '--down=fast', 'x'), '--down'), (('get', '--up=1K', 'x'), '--up'),
                (('get', '--max-peers=0', 'x'), '--max-peers'), (('get', '--slots=0', 'x'), '--slots'),
                (('get', '--timeout=soon', 'x'), '--timeout'),
                (('get', '--encryption=some', 'x'), '--encryption'),
                (('get', '--dir=', 'x'), '--dir'), (('get', '--state=', 'x'), '--state'),
                (('get', '--dht-node=a', 'x'), '--dht-node'), (('get', '--no-tcp', 'x'), '--no-tcp'),
                (('create', '-t', 'nowhere', '.'), 'nowhere'), (('create', '-t', 'udp://x', '.'), 'udp://x'),
                (('create', '-t', 'http://a/b,udp://x/announce', '.'), 'port'), (('get', '--tracker=udp://x', 'x'), 'port'),
                (('create', '-t', 'http://a/b', '-t', 'udp://c:1,http://a/b', '.'), 'http://a/b'),
                (('create', '--web-seed=http://', '.'), '--web-seed'),
                (('create', os.fsdecode(b'--comment=bad\xff'), '.'), '--comment'),
                (('create', os.fsdecode(b'--source=bad\xff'), '.'), '--source'), (('create', '--web-seed=x', '.'), '--web-seed'),
                (('create', '--piece-size=1000', '.'), '--piece-size'), (('create', '--version=3', '.'), '--version'),
                (('create', '--version=hybrid', '.'), 'not supported'), (('tracker', '--interval=0'), '--interval')):
            with self.subTest(words):
                done = self.run_cli(*words)
                self.check_error(done, 2, part)
                self.assertEqual(done.stdout, '')
                if words and words[0] in VERBS and '--json=1' not in words:
                    told = self.run_cli(*words[:1], '--json', *words[1:])
                    self.assertEqual(told.returncode, 2)
                    self.check_json_error(told, 'failed')

    def test_seed_takes_a_ratio_only_after_an_equals_sign(self):
        done = self.run_cli('get', '--seed', '1.5')
        self.check_error(done, 1, '1.5', 'no such file')

    def test_help_and_version(self):
        for words in (('--help',), ('-h',), *((verb, '--help') for verb in VERBS), *((verb, '-h') for verb in VERBS)):
            done = self.run_cli(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertTrue(done.stdout.startswith('Usage: shoal-cli'))
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        self.assertRegex(self.run_cli('--version').stdout, r'^shoal-cli \d+\.\d+\.\d+\n$')

    # show

    def test_show(self):
        path, torrent = self.sample()
        shown = json.loads(self.check_program([SHOAL_CLI, 'show', '--json', torrent]))
        self.assertGreaterEqual(set(shown), {
            'event', 'time', 'name', 'info_hash_v1', 'info_hash_v2', 'size', 'piece_length', 'pieces', 'private', 'comment',
            'creator', 'created', 'source', 'trackers', 'web_seeds', 'nodes', 'files'})
        self.assertEqual((shown['name'], shown['size'], shown['info_hash_v2']), ('data.bin', 100_000, None))
        self.assertEqual(shown['files'], [{'index': 1, 'path': 'data.bin', 'size': 100_000, 'pad': False}])
        with open(torrent, 'rb') as stdin:
            self.assertEqual(json.loads(self.run_cli('show', '--json', '-', stdin=stdin).stdout)['name'], 'data.bin')
        text = self.check_program([SHOAL_CLI, 'show', torrent])
        self.assertIn(shown['info_hash_v1'], text)

    def test_show_magnet(self):
        done = self.run_cli('show', '--json', f'magnet:?xt=urn:btih:{HASH}&dn=a%20name&tr=http://t/announce')
        shown = json.loads(done.stdout)
        self.assertEqual((shown['info_hash_v1'], shown['name'], shown['trackers'], shown['files'], shown['size']),
                         (HASH, 'a name', [['http://t/announce']], [], None))
        self.check_error(self.run_cli('show', 'magnet:?dn=nothing'), 3, 'magnet:')

    def test_show_v2(self):
        """A v2-only torrent is shown; get, seed and verify refuse it with 3."""
        root = bytes(range(32))
        torrent = self.tmp / 'v2.torrent'
        torrent.write_bytes(bencode.encode({
            'info': {'meta version': 2, 'name': 'v2', 'piece length': 16384,
                     'file tree': {'v2': {'': {'length': 5, 'pieces root': root}}}}, 'piece layers': {}}))
        shown = json.loads(self.check_program([SHOAL_CLI, 'show', '--json', torrent]))
        self.assertIsNone(shown['info_hash_v1'])
        self.assertRegex(shown['info_hash_v2'], '^[0-9a-f]{64}$')
        self.assertEqual((shown['size'], [f['path'] for f in shown['files']]), (5, ['v2']))
        for words in (('get', torrent), ('seed', torrent, self.tmp), ('verify', torrent, self.tmp)):
            done = self.run_cli(*words[:1], '--json', *words[1:])
            self.check_error(done, 3, 'v2')
            self.check_json_error(done, 'rejected', source=torrent)

    def test_bytes_that_are_no_text(self):
        """Names in no encoding still give valid JSON, and nothing for a terminal to obey."""
        torrent = self.tmp / os.fsdecode(b'na\xffme\x1b[2J.torrent')
        torrent.write_bytes(bencode.encode({
            'comment': b'\xff\xfe\x00"\\\x1b[31m\xe2\x80\xae', 'created by': b'\x80\x81',
            'info': {'name': b'caf\xe9 \xf0\x9f\x90\x9f', 'piece length': 16384, 'pieces': bytes(20), 'source': b'\xc3(',
                     'files': [{'path': [b'\xff', b'a\x07b'], 'length': 5}]}}))
        for words in (('show', '--json'), ('show',)):
            done = subprocess.run([SHOAL_CLI, *words, torrent], capture_output=True, timeout=20)
            self.assertEqual(done.returncode, 0, done.stderr)
            done.stdout.decode()
            self.assertNotIn(b'\x1b', done.stdout)
            if '--json' in words:
                json.loads(done.stdout, strict=True)
        junk = self.tmp / os.fsdecode(b'junk\xff\n\x1b.torrent')
        junk.write_bytes(b'junk')
        done = subprocess.run([SHOAL_CLI, 'get', '--json', junk], capture_output=True, timeout=20)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(json.loads(done.stdout)['event'], 'error')
        self.assertEqual(done.stderr.count(b'\n'), 1)
        self.assertNotIn(b'\x1b', done.stderr)

    def test_what_cannot_be_read(self):
        junk = self.tmp / 'junk'
        junk.write_bytes(b'<html>')
        for verb, rest in (('show', ()), ('get', ()), ('seed', (self.tmp,)), ('verify', (self.tmp,)), ('tracker', ())):
            for source, status in ((junk, 3), (self.tmp / 'missing', 1), (self.tmp, 1), ('/dev/zero', 3),
                                   ('file:///no/such/file', 1), ('http://127.0.0.1:9/x.torrent', 1)):
                with self.subTest(f'{verb} {source}'):
                    done = self.run_cli(verb, '--json', source, *rest)
                    self.check_error(done, status, source)
                    if verb == 'show' and status == 3:
                        self.assertEqual(done.stdout, '')
                    else:
                        self.check_json_error(done, 'rejected' if status == 3 else 'failed', source=source)
        for verb, rest in (('seed', (self.tmp,)), ('verify', (self.tmp,)), ('tracker', ())):
            self.check_error(self.run_cli(verb, f'magnet:?xt=urn:btih:{HASH}', *rest), 3, 'magnet')

    def test_addresses_that_are_none_of_ours(self):
        for source in ('ftp://x/y.torrent', 'gopher://x', 'Dht+x://y'):
            done = self.run_cli('get', '--json', source)
            self.check_error(done, 1, source, 'not supported', 'https:')
            self.check_json_error(done, 'failed', source=source)
        self.check_error(self.run_cli('show', 'C:/y.torrent'), 1, 'no such file')
        path, torrent = self.sample()
        (self.tmp / 'ftp:').mkdir()
        os.rename(torrent, self.tmp / 'ftp:/y.torrent')
        self.assertEqual(self.run_cli('show', 'ftp://y.torrent').returncode, 0)

    def test_standard_output_that_fails(self):
        _, torrent = self.sample()
        with open('/dev/full', 'w') as full:
            done = subprocess.run([SHOAL_CLI, 'show', torrent], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1))
        self.assertIn('standard output', done.stderr)

    def test_closed_standard_streams(self):
        """No file of ours gets the number of a stream, so that no message is written into it."""
        path, torrent = self.sample()
        done = subprocess.run(['sh', '-c', 'exec "$@" <&- >&- 2>&-', 'sh', SHOAL_CLI, 'verify', torrent, path], timeout=20)
        self.assertEqual(done.returncode, 0)

    # create and verify

    def test_create(self):
        path = samples.make_single(self.tmp, 'data.bin', 300_000)
        done = self.run_cli('create', '--json', '--no-date', path)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        *progress, complete = map(json.loads, done.stdout.splitlines())
        self.assertEqual({e['event'] for e in progress}, {'progress'})
        self.assertEqual((progress[-1]['done'], progress[-1]['size']), (300_000, 300_000))
        self.assertEqual(complete['event'], 'complete')
        self.assertTrue(complete['magnet'].startswith('magnet:?xt=urn:btih:' + complete['info_hash']))
        first = (self.tmp / 'data.bin.torrent').read_bytes()
        again = self.run_cli('create', '--no-date', '-o', 'again', path)
        self.assertEqual(again.stdout, f'again\n{complete["magnet"]}\n')
        self.assertEqual((self.tmp / 'again').read_bytes(), first)
        self.run_cli('create', '--no-date', '-o', 'other', '-t', 'http://a/announce,udp://b:1', '-t', 'http://c/announce',
                     '--web-seed=http://w/', '--piece-size=32Ki', '--private', '--source=S', '--comment=C', path)
        shown = json.loads(self.run_cli('show', '--json', 'other').stdout)
        self.assertEqual([sorted(tier) for tier in shown['trackers']],
                         [['http://a/announce', 'udp://b:1'], ['http://c/announce']])
        self.assertEqual((shown['web_seeds'], shown['piece_length'], shown['private'], shown['source'], shown['comment'],
                          shown['created']), (['http://w/'], 32768, True, 'S', 'C', None))

    def test_create_says_what_it_leaves_out(self):
        folder = self.tmp / 'folder'
        folder.mkdir()
        samples.make_single(folder, 'data.bin', 1000)
        (folder / 'link').symlink_to('/etc/passwd')
        os.mkfifo(folder / 'pipe')
        done = self.run_cli('create', '-o', 'some.torrent', folder)
        self.assertEqual(done.returncode, 0)
        self.assertIn('2 symbolic links or special files were left out', done.stderr)
        self.assertEqual(self.run_cli('create', '--quiet', '-o', 'some.torrent', folder).stderr, '')
        shown = json.loads(self.run_cli('show', '--json', 'some.torrent').stdout)
        self.assertEqual([f['path'] for f in shown['files']], ['folder/data.bin'])

    def test_create_fails(self):
        path = samples.make_single(self.tmp, 'data.bin', 1000)
        (self.tmp / 'empty').mkdir()
        os.mkfifo(self.tmp / 'pipe')
        for words, status, code, part in (
                (('missing',), 1, 'failed', 'missing'), (('empty',), 1, 'failed', 'empty'),
                (('/dev/null',), 1, 'failed', 'device'), (('pipe',), 1, 'failed', 'pipe'),
                (('-o', 'no/where', path), 1, 'failed', 'no'), (('-o', self.tmp / 'empty', path), 4, 'storage', 'empty')):
            with self.subTest(words):
                done = self.run_cli('create', '--json', *words)
                self.check_error(done, status, part)
                self.check_json_error(done, code)
        self.check_error(self.run_cli('create', '-o', '/sys/x.torrent', path), 4, '/sys/x.torrent')

    def test_verify(self):
        path, torrent = self.sample(size=200_000)
        good = self.run_cli('verify', '--json', torrent, path)
        self.assertEqual((good.returncode, good.stderr), (0, ''))
        result, = map(json.loads, good.stdout.splitlines())
        self.assertEqual((result['event'], result['pieces'], result['good'], result['bad'], result['bytes']),
                         ('verify', 13, 13, [], 200_000))
        self.assertEqual(result['files'], [{'path': 'data.bin', 'size': 200_000, 'complete': True}])
        with open(path, 'r+b') as file:
            file.seek(40_000)
            file.write(b'wrong')
            file.truncate(190_000)
        bad = self.run_cli('verify', '--json', torrent, self.tmp)
        self.check_error(bad, 1, self.tmp)
        result, = map(json.loads, bad.stdout.splitlines())
        self.assertEqual((result['good'], result['bad'], result['files'][0]['complete']), (10, [2, 11, 12], False))
        text = self.run_cli('verify', torrent, self.tmp)
        self.assertIn('broken  data.bin', text.stdout)
        self.assertIn(': 2 11-12\n', text.stdout)
        self.assertEqual(self.run_cli('verify', '--quiet', torrent, self.tmp).stdout, '')
        missing = self.run_cli('verify', '--json', torrent, self.tmp / 'nowhere')
        self.check_error(missing, 1, 'nowhere')
        self.check_json_error(missing, 'failed')

    # tracker

    def tracker(self, *words):
        tracker = self.start_json([SHOAL_CLI, 'tracker', '--json', '--bind=10.77.0.1', '--port=0', *words], 'tracker')
        tracker.port = tracker.expect('listening')['tcp']
        return tracker

    def announce(self, tracker, info_hash, **fields):
        query = '&'.join(f'{k}={v}' for k, v in {
            'info_hash': ''.join(f'%{b:02x}' for b in bytes.fromhex(info_hash)), 'peer_id': '-TS0001-' + 'x' * 12,
            'port': 6000, 'uploaded': 0, 'downloaded': 0, 'left': 5, **fields}.items())
        with urllib.request.urlopen(f'http://10.77.0.1:{tracker.port}/announce?{query}', timeout=10) as answer:
            return bencode.decode_prefix(answer.read())[0]

    def test_tracker(self):
        path, torrent = self.sample()
        info_hash = json.loads(self.run_cli('show', '--json', torrent).stdout)['info_hash_v1']
        tracker = self.tracker('--interval=77', torrent)
        self.assertEqual(self.announce(tracker, info_hash, event='started')[b'interval'], 77)
        event = tracker.expect('announce')
        self.assertEqual((event['info_hash'], event['left'], event['announce_event'], event['transport']),
                         (info_hash, 5, 'started', 'http'))
        self.assertIn(b'failure reason', self.announce(tracker, HASH))
        tracker.signal(signal.SIGINT)
        self.assertEqual(tracker.wait(5), 130)
        free = self.tracker()
        self.assertNotIn(b'failure reason', self.announce(free, HASH))
        busy = self.run_cli('tracker', '--json', '--bind=10.77.0.1', f'--port={free.port}')
        self.check_error(busy, 1, free.port)
        self.check_json_error(busy, 'failed')
        free.signal(signal.SIGTERM)
        self.assertEqual(free.wait(5), 143)

    def test_tracker_of_an_address_that_is_not_ours(self):
        done = self.run_cli('tracker', '--json', '--bind=192.0.2.1', '--port=0')
        self.check_error(done, 1, '192.0.2.1')


if __name__ == '__main__':
    harness.main()

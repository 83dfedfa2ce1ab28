#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: the exit status says what kind it was, one sentence says which file and why, and nothing is written."""
import contextlib
import functools
import hashlib
import http.server
import json
import os
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import samples

SHA = bytes(20)
INFO = {'name': 'n', 'piece length': 16384, 'length': 5, 'pieces': SHA}


def torrent(**changes):
    info = {**INFO, **{k.replace('_', ' '): v for k, v in changes.items()}}
    return bencode.encode({'info': {k: v for k, v in info.items() if v is not None}})


REJECTED = {
    'empty': b'',
    'text': b'<html><body>404 Not Found</body></html>\n',
    'a list': b'le',
    'a number': b'i42e',
    'cut': torrent()[:-20],
    'no info': bencode.encode({'announce': 'http://127.0.0.1/announce'}),
    'info not a dictionary': bencode.encode({'info': 'x'}),
    'no name': torrent(name=None),
    'no pieces': torrent(pieces=None),
    'pieces of wrong length': torrent(pieces=b'x' * 19),
    'too few pieces': torrent(length=1 << 20),
    'piece length 0': torrent(piece_length=0),
    'negative piece length': torrent(piece_length=-16384),
    'piece length that wraps': torrent(piece_length=(1 << 32) + 16384),
    'no length': torrent(length=None),
    'nothing in it': torrent(length=0, pieces=b''),
    'negative length': torrent(length=-5),
    'length that overflows': torrent(length=(1 << 63) - 1),
    'no files': torrent(length=None, files=[]),
    'sum that overflows': torrent(length=None, files=[{'path': [c], 'length': 1 << 62} for c in 'abcde']),
    'path not a list': torrent(length=None, files=[{'path': 'a', 'length': 5}]),
    'file without path': torrent(length=None, files=[{'path': [], 'length': 5}]),
    'depth bomb': b'd4:info' + b'l' * 100_000 + b'e' * 100_000 + b'e',
    'string longer than the file': b'd4:info99999999999999999999:x',
    'string of 2^63': b'd4:info9223372036854775808:x',
}


def snapshot(folder):
    return samples.files_below(folder), sorted(str(p) for p in pathlib.Path(folder).rglob('*') if p.is_dir())


class InputTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.place = self.folder('place')
        self.got = self.place / 'got'
        self.input = self.folder('input')

    def run_cli(self, *argv, **options):
        return self.run_program([harness.SHOAL_CLI, *argv], cwd=self.place, **options)

    def check_fails(self, status, *argv, names=None, stdout='', code=None, **options):
        before = snapshot(self.place)
        done = self.run_cli(*argv, **options)
        told = f'{argv}: {done.returncode} {done.stdout!r} {done.stderr!r}'
        self.assertEqual(done.returncode, status, told)
        if '--json' in argv:
            events = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([e['event'] for e in events][-1:], ['error'], told)
            if code is not None:
                self.assertEqual(events[-1]['code'], code, told)
        elif stdout is not None:
            self.assertEqual(done.stdout, stdout, told)
        lines = done.stderr.splitlines()
        if status != 2:
            self.assertEqual(len(lines), 1, told)
        self.assertTrue(lines and lines[-1].strip(), told)
        self.assertNotIn('CRITICAL', done.stderr)
        if names:
            self.assertIn(str(names), done.stderr, told)
        self.assertEqual(snapshot(self.place), before, f'{argv}: something was written')
        return done

    def test_rejected_torrents(self):
        for name, data in REJECTED.items():
            with self.subTest(name):
                path = self.input / f'{name}.torrent'
                path.write_bytes(data)
                state = self.place / 'state'
                self.check_fails(3, 'get', '-d', self.got, '--state', state, path, names=path)
                self.check_fails(3, 'get', '--json', '-d', self.got, '--state', state, path, code='rejected')
                self.check_fails(3, 'show', path, names=path)
                done = self.run_cli('show', '--json', path)
                self.assertEqual((done.returncode, done.stdout), (3, ''))
                self.check_fails(3, 'verify', path, self.input, names=path)
                self.check_fails(3, 'seed', '--state', state, path, self.input, names=path)

    def test_oversized_file(self):
        path = self.input / 'huge.torrent'
        with open(path, 'wb') as file:
            file.write(b'd4:info')
            file.truncate(600 << 20)
        self.check_fails(3, 'show', path, names=path)
        self.check_fails(3, 'get', '-d', self.got, path, names=path)

    def test_device_is_not_read_for_ever(self):
        self.check_fails(3, 'show', '/dev/zero', names='/dev/zero')

    def test_standard_input(self):
        for data in REJECTED['text'], REJECTED['empty']:
            with open(self.input / 'in', 'wb') as file:
                file.write(data)
            with open(self.input / 'in', 'rb') as file:
                self.check_fails(3, 'show', '-', stdin=file)
        good = self.input / 'good.torrent'
        good.write_bytes(torrent())
        with open(good, 'rb') as file:
            done = self.run_cli('show', '--json', '-', stdin=file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)['name'], 'n')

    def test_what_is_not_there(self):
        missing = self.input / 'missing.torrent'
        good = self.input / 'good.torrent'
        good.write_bytes(torrent())
        self.check_fails(1, 'get', missing, names=missing)
        self.check_fails(1, 'show', missing, names=missing)
        self.check_fails(1, 'show', self.input, names=self.input)
        self.check_fails(1, 'verify', good, self.input / 'nothing', names='nothing', stdout=None)
        self.check_fails(1, 'seed', good, self.input / 'nothing', names='nothing')
        self.check_fails(1, 'create', self.input / 'nothing', names='nothing')
        self.check_fails(1, 'show', missing.as_uri(), names='missing.torrent')

    def test_wrong_usage(self):
        good = self.input / 'good.torrent'
        good.write_bytes(torrent())
        for argv in ([], ['fly'], ['get'], ['get', '--no-such-option', good], ['get', '--port=hello', good],
                     ['get', '--port=70000', good], ['get', '--down=fast', good], ['get', '--up=-5', good],
                     ['get', '--max-peers=0', good], ['get', '--encryption=maybe', good], ['get', '--timeout=x', good],
                     ['get', '--peer=nowhere', good], ['get', '--peer=1.2.3.4:0', good], ['get', '--bind=nowhere', good],
                     ['get', '--select=2', good], ['get', '--select=0', good], ['get', '--select=1-', good],
                     ['get', '--select=x', good], ['get', '--seed=-1', good], ['get', '--seed=x', good],
                     ['get', '--tracker=gopher://x/', good],
                     ['seed', good], ['seed', good, 'a', 'b'], ['show'], ['show', good, good], ['verify', good],
                     ['create'], ['create', '--piece-size=12345', good], ['create', '--piece-size=8Ki', good],
                     ['create', '--version=3', good], ['create', '-t', 'gopher://x/', good], ['tracker', '--port=99999'],
                     ['tracker', '--interval=x']):
            with self.subTest(argv):
                self.check_fails(2, *argv)

    def test_magnets(self):
        done = self.run_cli('show', '--json', 'magnet:?xt=urn:btih:' + 'A' * 32 + '&dn=a%20name&tr=http%3A%2F%2Ft%2F')
        self.assertEqual(done.returncode, 0, done.stderr)
        shown = json.loads(done.stdout)
        self.assertEqual((shown['name'], shown['info_hash_v1'], shown['trackers']), ('a name', '0' * 40, [['http://t/']]))
        for bad in ('magnet:', 'magnet:?dn=x', 'magnet:?xt=urn:btih:xyz', 'magnet:?xt=urn:sha1:' + 'A' * 32):
            self.check_fails(3, 'show', bad)

    def test_over_http(self):
        good = torrent()
        (self.input / 'good.torrent').write_bytes(good)
        (self.input / 'bad.torrent').write_bytes(REJECTED['text'])
        with open(self.input / 'huge.torrent', 'wb') as file:
            file.truncate(200 << 20)
        handler = functools.partial(QuietHandler, directory=str(self.input))
        server = http.server.ThreadingHTTPServer((harness.TRACKER4, 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f'http://{harness.TRACKER4}:{server.server_port}'
        done = self.run_cli('show', '--json', f'{base}/good.torrent')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)['name'], 'n')
        self.check_fails(3, 'show', f'{base}/bad.torrent', names='bad.torrent')
        self.check_fails(3, 'show', f'{base}/huge.torrent', names='huge.torrent')
        self.check_fails(1, 'show', f'{base}/missing.torrent', names='missing.torrent')
        self.check_fails(1, 'show', f'http://{harness.TRACKER4}:9/closed.torrent', names='closed.torrent')
        self.check_fails(1, 'show', f'{base}/magnet', names='it leads to a magnet link')
        done = self.run_cli('show', f'http://me:hunter2@{harness.TRACKER4}:9/closed.torrent')
        self.assertNotIn('hunter2', done.stderr)

    def test_unsafe_paths_stay_below_the_folder(self):
        """Such names are made safe: whatever is created lies below the download folder."""
        names = [['..', '..', 'up'], ['/etc/passwd'], ['a', '..', 'b'], ['nul\0byte'], ['back\\slash'], ['.'], ['..'],
                 ['\u202egnp.exe'], ['x' * 300], [b'\xff\xfe invalid'], ['UP'], ['up']]
        files = [{'path': path, 'length': 0} for path in names] + [{'path': ['real'], 'length': 5}]
        data = b'hello'
        path = self.input / 'unsafe.torrent'
        path.write_bytes(torrent(name='../..', length=None, files=files, pieces=hashlib.sha1(data).digest()))
        shown = json.loads(self.run_cli('show', '--json', path).stdout)
        for file in shown['files']:
            parts = file['path'].split('/')
            self.assertFalse({'', '.', '..'} & set(parts), file['path'])
            self.assertTrue(all(len(part.encode()) <= 255 and '\0' not in part for part in parts), file['path'])
        self.assertEqual(len({file['path'].lower() for file in shown['files']}), len(files))
        before = snapshot(self.place)
        done = self.run_cli('get', '--timeout=1', '--no-trackers', '--bind=127.0.0.1', '-d', self.got,
                            '--state', self.input / 'state', path)
        self.assertEqual(done.returncode, 1, done.stderr)
        after = snapshot(self.place)
        created = set(after[0]) - set(before[0])
        self.assertTrue(all(p.startswith(str(self.got) + os.sep) for p in created), created)
        self.assertGreaterEqual(len(created), len(names))


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path != '/magnet':
            super().do_GET()
            return
        self.send_response(302)
        self.send_header('Location', 'magnet:?xt=urn:btih:' + 'A' * 32)
        self.end_headers()

    def log_message(self, *arguments):
        pass

    def copyfile(self, source, outputfile):
        with contextlib.suppress(OSError):  # who asked has heard enough
            super().copyfile(source, outputfile)


if __name__ == '__main__':
    harness.main()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where `create` writes, and what it must never write over."""
import json
import os
import pathlib
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))

import harness
import samples
from harness import SHOAL_CLI


class CreateTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder('data')
        samples.write_random(self.data / 'film.bin', 100_000, 1)
        samples.write_random(self.data / 'sub/more.bin', 1000, 2)

    def create(self, *words, **options):
        options.setdefault('cwd', self.tmp)
        return self.run_program([SHOAL_CLI, 'create', '--no-date', *words], **options)

    def created(self, *words, **options):
        done = self.create(*words, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return done.stdout

    def paths(self, torrent):
        shown = json.loads(self.check_program([SHOAL_CLI, 'show', '--json', torrent]))
        return [f['path'] for f in shown['files']]

    def state(self, out):
        """All bytes below the data and at OUT, and whether OUT is a link."""
        return [p.read_bytes() for p in (*sorted(self.data.rglob('*')), out) if p.is_file()], out.is_symlink()

    def check_refused(self, out, path):
        """One line that names OUT, and neither OUT nor the data has changed."""
        before = self.state(out)
        done = self.create('--json', '-o', out, path)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn(str(out), done.stderr)
        self.assertIn('-o', done.stderr)
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])['event'], 'error')
        self.assertEqual(self.state(out), before)

    def test_never_over_its_own_data(self):
        film = self.data / 'film.bin'
        self.check_refused(film, film)
        self.check_refused(film, self.data)
        self.check_refused(self.data / 'sub/more.bin', self.data)
        (self.tmp / 'link').symlink_to('data/film.bin')
        (self.tmp / 'folder').symlink_to('data')
        os.link(film, self.tmp / 'hard')
        for out in ('link', 'folder/film.bin', 'hard'):
            with self.subTest(out):
                self.check_refused(self.tmp / out, film)
                self.check_refused(self.tmp / out, self.data)
        self.check_refused(film, self.tmp / 'link')

    def test_another_torrent_inside_is_data(self):
        """Only what this very call wrote before is left out: a torrent of that name, there."""
        self.created('-o', self.data / 'film.torrent', self.data / 'film.bin')
        self.check_refused(self.data / 'film.torrent', self.data)
        self.created('-o', 'all.torrent', self.data)
        self.assertIn('data/film.torrent', self.paths(self.tmp / 'all.torrent'))

    def test_its_former_output_is_left_out(self):
        expected = ['data/film.bin', 'data/sub/more.bin']
        for words, out, cwd in (
                (('.',), 'data.torrent', self.data), (('-o', 'data/sub/x.torrent', 'data'), 'sub/x.torrent', self.tmp),
                (('-o', self.data / 'sub/x.torrent', self.data), 'sub/x.torrent', self.tmp)):
            with self.subTest(words):
                self.created(*words, cwd=cwd)
                first = (self.data / out).read_bytes()
                self.created(*words, cwd=cwd)
                self.assertEqual((self.data / out).read_bytes(), first)
                self.assertEqual(self.paths(self.data / out), expected)
                (self.data / out).unlink()

    def test_replaces_a_file(self):
        out = self.tmp / 'x.torrent'
        out.write_text('former')
        self.created('-o', out, self.data)
        self.assertEqual(self.paths(out), ['data/film.bin', 'data/sub/more.bin'])
        self.assertEqual(sorted(p.name for p in self.tmp.iterdir() if 'torrent' in p.name), ['x.torrent'])

    def test_through_a_link(self):
        place = self.folder('place')
        for name, target, end in (('relative', 'place/a.torrent', 'a.torrent'), ('absolute', place / 'b.torrent', 'b.torrent'),
                                  ('twice', 'relative', 'a.torrent')):
            with self.subTest(name):
                link = self.tmp / name
                link.symlink_to(target)
                for _ in range(2):
                    self.created('-o', link, self.data)
                    self.assertEqual(os.readlink(link), str(target))
                    self.assertFalse((place / end).is_symlink())
                    self.assertEqual(len(self.paths(place / end)), 2)
                (place / end).unlink()
        (self.tmp / 'lost').symlink_to('nowhere/x.torrent')
        done = self.create('-o', 'lost', self.data)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1))
        self.assertIn('nowhere', done.stderr)

    def test_into_a_pipe(self):
        self.created('-o', 'file.torrent', self.data)
        pipe = self.tmp / 'pipe'
        os.mkfifo(pipe)
        got = []
        reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
        reader.start()
        self.created('-o', pipe, self.data)
        reader.join(20)
        self.assertEqual(got, [(self.tmp / 'file.torrent').read_bytes()])
        self.assertTrue(pipe.is_fifo())

    def test_into_standard_output(self):
        """By a link of our own to the descriptor, as /dev/stdout is one."""
        self.created('-o', 'file.torrent', self.data)
        link = self.tmp / 'stdout'
        link.symlink_to('/proc/self/fd/1')
        argv = [SHOAL_CLI, 'create', '--no-date', '-o', link, self.data]
        done = subprocess.run(argv, capture_output=True, timeout=20)
        self.assertEqual((done.returncode, done.stderr), (0, b''))
        self.assertEqual(done.stdout, (self.tmp / 'file.torrent').read_bytes())
        self.assertTrue(link.is_symlink())
        done = self.create('--json', '-o', link, self.data)
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_names_with_joiners(self):
        """Everyday Persian and emoji are kept, here and on the way back."""
        names = ['می\u200cخواهم.txt', '👩\u200d💻.bin']
        for number, name in enumerate(names):
            samples.write_random(self.data / name, 5000, number)
        self.created('-o', 'x.torrent', self.data)
        for name in names:
            self.assertIn(f'data/{name}', self.paths(self.tmp / 'x.torrent'))
            self.assertIn(name, self.check_program([SHOAL_CLI, 'show', self.tmp / 'x.torrent']))
        self.check_program([SHOAL_CLI, 'verify', self.tmp / 'x.torrent', self.data])

    def test_where_nothing_can_be_written(self):
        pipe = self.tmp / 'pipe'
        os.mkfifo(pipe, 0o644)
        os.chmod(self.tmp, 0o755)
        (self.tmp / 'sub').mkdir()
        prefix = ('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups')
        for out in ('pipe', 'sub'):
            done = self.run_program([*prefix, SHOAL_CLI, 'create', '-o', self.tmp / out, self.data], cwd=self.tmp)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (4, 1), done.stderr)
            self.assertIn(str(self.tmp / out), done.stderr)


if __name__ == '__main__':
    harness.main()

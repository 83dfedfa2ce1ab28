#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `verify` calls whole, and that `seed` and `verify` only look at the data, wherever a link leads to it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))

import harness
import samples
import shoal
from harness import SHOAL_CLI

# Pieces of 16 KiB: "a" ends inside the piece that "b" begins in, and "z" has pieces of its own.
FILES = (('a', 70_000), ('b', 100), ('sub/empty', 0), ('z', 100_000))


class VerifyTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.tree = samples.make_tree(self.tmp, 'tree', files=FILES)
        self.torrent = self.tmp / 'tree.torrent'
        shoal.create(self, self.tree, self.torrent, '--piece-size=16Ki')

    def verify(self, path, torrent=None):
        done = self.run_program([SHOAL_CLI, 'verify', '--json', torrent or self.torrent, path])
        result, = map(json.loads, done.stdout.splitlines())
        self.assertEqual(result['event'], 'verify', done.stderr)
        whole = {f['path'].removeprefix('tree/'): f['complete'] for f in result['files']}
        self.assertEqual(done.returncode == 0, all(whole.values()) and not result['bad'], done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 0 if done.returncode == 0 else 1)
        return done, whole, result['bad']

    def check_broken(self, *broken, bad=()):
        done, whole, found = self.verify(self.tree)
        self.assertEqual(done.returncode, 1)
        self.assertEqual([path for path, is_whole in whole.items() if not is_whole], list(broken))
        self.assertEqual(found, list(bad))
        self.assertIn(str(self.tree), done.stderr)
        text = self.run_program([SHOAL_CLI, 'verify', self.torrent, self.tree])
        self.assertEqual(text.returncode, 1)
        for path, is_whole in whole.items():
            self.assertRegex(text.stdout, rf'(?m)^{"whole" if is_whole else "broken"} +tree/{path}$')

    def test_whole(self):
        self.assertEqual(self.verify(self.tree)[0].returncode, 0)
        self.assertEqual(self.verify(self.tmp)[0].returncode, 0)

    def test_empty_file_missing(self):
        (self.tree / 'sub/empty').unlink()
        self.check_broken('sub/empty')
        (self.tree / 'sub').rmdir()
        self.check_broken('sub/empty')

    def test_empty_file_with_content(self):
        (self.tree / 'sub/empty').write_text('junk')
        self.check_broken('sub/empty')

    def test_something_else_in_the_place(self):
        (self.tree / 'sub/empty').unlink()
        (self.tree / 'sub/empty').symlink_to('/dev/null')
        self.check_broken('sub/empty')
        (self.tree / 'sub/empty').unlink()
        (self.tree / 'sub/empty').mkdir()
        self.check_broken('sub/empty')

    def test_too_long(self):
        for path in ('a', 'b', 'z'):
            with open(self.tree / path, 'ab') as file:
                file.write(b'more')
        self.check_broken('a', 'b', 'z')

    def test_too_short_and_missing(self):
        os.truncate(self.tree / 'z', 99_999)
        self.check_broken('z', bad=[10])
        (self.tree / 'b').unlink()
        self.check_broken('a', 'b', 'z', bad=[4, 10])

    def test_too_long_single(self):
        path = samples.make_single(self.tmp, 'one', 50_000)
        torrent = self.tmp / 'one.torrent'
        shoal.create(self, path, torrent)
        with open(path, 'ab') as file:
            file.write(b'more')
        done = self.run_program([SHOAL_CLI, 'verify', torrent, path])
        self.assertEqual(done.returncode, 1)
        self.assertIn('broken  one', done.stdout)

    # Links

    def seed(self, path, torrent=None, *options, state='s'):
        process = shoal.start_seed(self, torrent or self.torrent, path, *options, state=self.tmp / state, name='seed-' + state)
        shoal.stop_cleanly(self, process)

    def test_path_is_a_link(self):
        one = samples.make_single(self.tmp, 'one', 50_000)
        single = self.tmp / 'one.torrent'
        shoal.create(self, one, single)
        holder = self.folder('holder')
        elsewhere = self.folder('elsewhere')
        (elsewhere / 'tree').symlink_to(self.tree)
        (elsewhere / 'one').symlink_to('../one')
        (self.tmp / 'link').symlink_to('tree')
        (self.tmp / 'onelink').symlink_to(one)
        (self.tmp / 'twice').symlink_to('link')
        (holder / 'up').symlink_to(self.tmp)
        before = samples.digests(self.tree)
        for number, (path, torrent) in enumerate((
                ('link', self.torrent), ('twice', self.torrent), ('holder/up', self.torrent), ('holder/up/link', self.torrent),
                ('elsewhere', self.torrent), ('onelink', single), ('holder/up', single), ('elsewhere', single))):
            with self.subTest(f'{path} {torrent.name}'):
                self.assertEqual(self.verify(self.tmp / path, torrent)[0].returncode, 0)
                self.seed(self.tmp / path, torrent, state=f's{number}')
        self.assertEqual(samples.digests(self.tree), before)

    def test_link_below_is_not_followed(self):
        outside = self.folder('outside')
        shutil.move(self.tree / 'z', outside / 'z')
        (self.tree / 'z').symlink_to(outside / 'z')
        done = self.run_program([SHOAL_CLI, 'verify', self.torrent, self.tree])
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.splitlines()), 1)

    # Nothing is written

    def names(self, path):
        return {p: p.stat().st_mtime_ns for p in (path, *sorted(pathlib.Path(path).rglob('*')))}

    def test_seed_writes_nothing(self):
        (self.tree / 'sub/empty').unlink()
        before = self.names(self.tree)
        self.seed(self.tree)
        self.assertEqual(self.names(self.tree), before)
        self.seed(self.tree, None, '--recheck')
        self.assertEqual(self.names(self.tree), before)

    def test_seed_of_what_cannot_be_written(self):
        disc = self.folder('disc')
        shutil.copytree(self.tree, disc / 'tree')
        (disc / 'tree/sub/empty').unlink()
        subprocess.run(['mount', '--bind', disc, disc], check=True)
        self.on_end(lambda: subprocess.run(['umount', '-l', disc], capture_output=True))
        subprocess.run(['mount', '-o', 'remount,bind,ro', disc], check=True)
        seed = shoal.start_seed(self, self.torrent, disc)
        got = self.folder('got')
        get = shoal.start_get(self, self.torrent, got, f'--peer={harness.SHOAL4}:{seed.port}', bind=harness.CLIENT4)
        shoal.finish_get(self, get)
        samples.check_same(self, self.tree, got / 'tree')
        shoal.stop_cleanly(self, seed)

    # Some files only

    def test_after_a_selection(self):
        got = self.folder('got')
        seed = shoal.start_seed(self, self.torrent, self.tree)
        get = shoal.start_get(self, self.torrent, got, f'--peer={harness.SHOAL4}:{seed.port}', '--select=1,3',
                              bind=harness.CLIENT4)
        shoal.finish_get(self, get)
        parts = list(got.glob('.*.shoal-parts'))
        self.assertEqual(len(parts), 1)
        before = self.names(got)
        done, whole, bad = self.verify(got)
        self.assertEqual(whole, {'a': True, 'b': False, 'sub/empty': True, 'z': False})
        self.assertNotIn(4, bad)
        self.assertEqual(self.names(got), before)
        # A neighbour of the person's own does not become whole by what lies in the parts file.
        (got / 'tree/b').write_bytes(bytes(100))
        self.assertEqual(self.verify(got)[1], whole)
        # What the person put there whole is, whatever the parts file says.
        for path in ('b', 'z'):
            shutil.copy(self.tree / path, got / 'tree' / path)
        self.assertEqual(self.verify(got)[0].returncode, 0)
        for path in ('b', 'z'):
            (got / 'tree' / path).unlink()
        self.seed(got, None, '--select=1,3', state='again')
        self.assertEqual(self.names(got / 'tree').keys(), {got / 'tree', *(got / 'tree' / p for p in ('a', 'sub', 'sub/empty'))})
        # A damaged parts file is left alone, and helps nobody.
        parts[0].write_bytes(b'damaged')
        self.assertEqual(self.verify(got)[1]['a'], False)
        self.assertEqual(parts[0].read_bytes(), b'damaged')


if __name__ == '__main__':
    harness.main()

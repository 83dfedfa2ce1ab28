#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Places that cannot be written to: full, read-only, forbidden, vanished, taken, or led elsewhere by a link."""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import samples
import shoal
import wirepeer

MIB = 1 << 20
NOBODY = 65534


class StorageTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        os.chmod(self.tmp, 0o755)
        self.got = self.folder('got')
        self.make_torrent(6 * MIB)

    def make_torrent(self, size, rate=0):
        self.data = samples.write_random(self.folder('source') / 'data.bin', size, size).read_bytes()
        self.torrent = bencode.Torrent('data.bin', self.data, 256 << 10)
        self.file = self.torrent.write(self.tmp / 'data.torrent')
        self.seed = wirepeer.Seed(self, self.torrent, harness.CLIENT4, rate=rate)

    def mount(self, size):
        subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', self.got], check=True)
        self.on_end(lambda: subprocess.run(['umount', '-l', self.got], capture_output=True))

    def get(self, *options, **where):
        return shoal.start_get(self, self.file, where.pop('folder', self.got),
                               f'--peer={harness.CLIENT4}:{self.seed.port}', *options, **where)

    def check_storage_fails(self, process, names, seconds=10):
        self.assertEqual(process.wait(seconds), 4, process.tail())
        self.assertEqual(len(process.errors.splitlines()), 1, process.errors)
        self.assertIn(str(names), process.errors)
        event = process.events[-1]
        self.assertEqual((event['event'], event['code']), ('error', 'storage'), process.tail())
        return process.errors

    def finish(self, *options, **where):
        process = self.get(*options, **where)
        shoal.finish_get(self, process)
        self.assertEqual((self.got / 'data.bin').read_bytes(), self.data)
        return process

    def test_full_disk_ends_get_and_room_lets_it_go_on(self):
        self.mount('3m')
        self.check_storage_fails(self.get(), self.got)
        sent = self.seed.sent_bytes
        subprocess.run(['mount', '-o', 'remount,size=16m', self.got], check=True)
        process = self.finish()
        self.assertGreater(process.find('added')[0]['resumed_bytes'], MIB)
        self.assertLessEqual(self.seed.sent_bytes - sent, len(self.data) - process.find('added')[0]['resumed_bytes'] + MIB)

    def test_full_disk_below_the_state(self):
        state = self.folder('state')
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', state], check=True)
        self.on_end(lambda: subprocess.run(['umount', '-l', state], capture_output=True))
        process = self.get(state=state)
        self.assertEqual(process.wait(15), 4, process.tail())
        self.assertIn(str(state), process.errors)

    def test_read_only_file_system(self):
        self.mount('16m')
        subprocess.run(['mount', '-o', 'remount,ro', self.got], check=True)
        self.assertIn('read-only', self.check_storage_fails(self.get(), self.got))

    def test_forbidden_folder(self):
        prefix = ('setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups')
        state = self.folder('state')
        os.chown(state, NOBODY, NOBODY)
        os.chmod(self.got, 0o755)
        argv = shoal.get_argv(self.file, self.got, state, f'--peer={harness.CLIENT4}:{self.seed.port}')
        process = self.start_json(argv, 'get', prefix=prefix, env={'XDG_RUNTIME_DIR': str(state)})
        self.check_storage_fails(process, self.got)
        self.assertEqual(samples.files_below(self.got), [])
        argv = shoal.get_argv(self.file, self.got / 'new', state, f'--peer={harness.CLIENT4}:{self.seed.port}')
        process = self.start_json(argv, 'get', prefix=prefix, env={'XDG_RUNTIME_DIR': str(state)})
        self.check_storage_fails(process, self.got / 'new')

    def test_file_where_the_folder_should_be(self):
        (self.tmp / 'file').write_text('in the way')
        self.check_storage_fails(self.get(folder=self.tmp / 'file'), self.tmp / 'file')
        self.assertEqual((self.tmp / 'file').read_text(), 'in the way')

    def test_file_that_is_longer(self):
        """All of its pieces are right, and yet it is not the file."""
        file = self.got / 'data.bin'
        file.write_bytes(self.data + b'more')
        self.check_storage_fails(self.get(), 'data.bin')
        self.assertEqual(file.read_bytes()[-4:], b'more')

    def test_folder_where_the_file_should_be(self):
        (self.got / 'data.bin').mkdir()
        (self.got / 'data.bin/mine').write_text('keep')
        self.check_storage_fails(self.get(), 'data.bin')
        self.assertEqual((self.got / 'data.bin/mine').read_text(), 'keep')

    def test_vanished_disk(self):
        self.make_torrent(6 * MIB, rate=MIB)
        self.mount('16m')
        process = self.get()
        process.expect('progress', state='downloading')
        harness.wait_until(lambda: self.seed.sent_bytes > MIB, 10, 'the first MiB')
        subprocess.run(['umount', '-l', self.got], check=True)
        self.check_storage_fails(process, self.got, 15)
        self.assertEqual(samples.files_below(self.got), [], 'written to the folder below the mount')

    def test_folder_made_anew(self):
        self.got = self.tmp / 'new'
        self.finish()
        shutil.rmtree(self.got)
        self.finish()
        # Brought back from a copy: nothing has to be fetched.
        sent = self.seed.sent_bytes
        copy = shutil.copytree(self.got, self.tmp / 'copy')
        shutil.rmtree(self.got)
        copy.rename(self.got)
        self.finish()
        self.assertEqual(self.seed.sent_bytes, sent)

    def test_link_that_leads_outside(self):
        outside = self.folder('outside')
        (outside / 'precious').write_text('keep')
        (self.got / 'data.bin').symlink_to(outside / 'precious')
        process = self.get()
        self.assertNotEqual(process.wait(15), 0, process.tail())
        self.assertEqual((outside / 'precious').read_text(), 'keep')
        os.unlink(self.got / 'data.bin')
        (self.got / 'data.bin').symlink_to(outside / 'new')
        self.assertNotEqual(self.get().wait(15), 0)
        self.assertFalse((outside / 'new').exists())

    def test_download_folder_may_be_a_link(self):
        (self.tmp / 'link').symlink_to(self.got)
        self.finish(folder=self.tmp / 'link')

    def test_missing_folders_are_made(self):
        self.got = self.tmp / 'a/b/c'
        self.finish()

    def test_second_process_names_the_first(self):
        self.make_torrent(6 * MIB, rate=MIB // 4)
        first = self.get()
        first.expect('progress', state='downloading')
        same_state = self.get()
        self.assertEqual(same_state.wait(10), 1, same_state.tail())
        self.assertIn(str(first.pid), same_state.errors)
        same_folder = self.get(state=self.tmp / 'other-state')
        self.assertEqual(same_folder.wait(10), 1, same_folder.tail())
        self.assertIn(str(first.pid), same_folder.errors)
        elsewhere = self.get(folder=self.tmp / 'elsewhere')
        elsewhere.expect('progress', state='downloading')
        self.assertIsNone(first.status)

    def test_data_changed_by_somebody_else_during_the_run(self):
        """What was verified and is then overwritten from outside is not called complete."""
        self.make_torrent(6 * MIB, rate=2 * MIB)
        process = self.get()
        harness.wait_until(lambda: (self.got / 'data.bin').exists() and process.find('progress')[-1]['done'] > 2 * MIB,
                           20, 'two MiB')
        os.unlink(self.got / 'data.bin')
        (self.got / 'data.bin').write_bytes(b'something else')
        status = process.wait(30)
        if status == 0:
            self.assertEqual((self.got / 'data.bin').read_bytes(), self.data)
        else:
            self.assertIn(status, (1, 4), process.tail())
            self.assertEqual(process.find('complete'), [])

    def make_namesake(self, rate=0):
        """Another torrent with a file of the same name; (file, data, seed)."""
        data = samples.write_random(self.folder('other') / 'data.bin', 6 * MIB, 99).read_bytes()
        torrent = bencode.Torrent('data.bin', data, 256 << 10)
        return torrent.write(self.tmp / 'other.torrent'), data, wirepeer.Seed(self, torrent, harness.CLIENT4, rate=rate)

    def check_taken(self, process):
        self.assertEqual(process.wait(30), 4, process.tail())
        self.assertEqual(len(process.errors.splitlines()), 1, process.errors)
        self.assertIn(str(self.got / 'data.bin'), process.errors)
        self.assertEqual({e['code'] for e in process.find('error')}, {'storage'})

    def test_two_torrents_with_a_file_of_one_name(self):
        """One of them is complete, and right; the other one says why it is not."""
        self.make_torrent(6 * MIB, rate=3 * MIB)
        other_file, other_data, other_seed = self.make_namesake(rate=3 * MIB)
        peers = [f'--peer={harness.CLIENT4}:{seed.port}' for seed in (self.seed, other_seed)]
        process = shoal.start_get(self, [self.file, other_file], self.got, *peers)
        self.check_taken(process)
        completes = process.find('complete')
        self.assertEqual(len(completes), 1, process.tail())
        winner = self.data if completes[0]['source'] == str(self.file) else other_data
        self.assertEqual((self.got / 'data.bin').read_bytes(), winner)
        self.assertNotEqual(process.find('error')[0]['source'], completes[0]['source'])

    def test_two_processes_with_a_file_of_one_name(self):
        self.make_torrent(6 * MIB, rate=2 * MIB)
        other_file, _, other_seed = self.make_namesake()
        first = self.get()
        harness.wait_until(lambda: (self.got / 'data.bin').exists() and first.find('progress')[-1]['done'] > MIB, 20,
                           'the first MiB')
        self.check_taken(shoal.start_get(self, other_file, self.got, f'--peer={harness.CLIENT4}:{other_seed.port}'))
        shoal.finish_get(self, first)
        self.assertEqual((self.got / 'data.bin').read_bytes(), self.data)

    def test_what_was_there_before_is_left_alone(self):
        self.finish()
        other_file, other_data, other_seed = self.make_namesake()
        peer = f'--peer={harness.CLIENT4}:{other_seed.port}'
        for _ in range(2):
            self.check_taken(shoal.start_get(self, other_file, self.got, peer))
            self.assertEqual((self.got / 'data.bin').read_bytes(), self.data)
        self.assertEqual(other_seed.sent_bytes, 0)
        os.rename(self.got / 'data.bin', self.got / 'mine')
        shoal.finish_get(self, shoal.start_get(self, other_file, self.got, peer))
        self.assertEqual((self.got / 'data.bin').read_bytes(), other_data)


if __name__ == '__main__':
    harness.main()

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads that are killed, stopped, and continued: the data is right, and what was kept is not fetched again."""
import os
import pathlib
import random
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import clients
import harness
import makers
import samples
import shoal

KIB, MIB = 1 << 10, 1 << 20
PIECE = 64 * KIB
KILLS = 12
RATE = 1 * MIB
# The set of written pieces is saved within 2 s of a change; the rest is what one turn of the machine may add.
UNSAVED_SECONDS = 2.5
# Pieces that were not whole when the process died, and blocks on their way.
UNFINISHED = 2 * MIB

FILES = (
    ('a/exactly', 48 * PIECE),
    ('a/empty', 0),
    ('b/ünïcode/odd.bin', 5 * MIB + 12_345),
    ('c/small.1', 999),
    ('c/small.2', 3),
    ('d/large.bin', 9 * MIB + 1),
    ('e/tail', 700_001),
)


class RestartTest(harness.TestCase):
    ON_DISK = True  # as a person has it: a file system that syncs

    def setUp(self):
        super().setUp()
        self.tree = samples.make_tree(self.folder('source'), 'tree', files=FILES)
        self.size = sum(size for _, size in FILES)
        self.torrent, self.hash = makers.make(self, makers.with_shoal, self.tree, [], piece_size=PIECE)
        self.got = self.tmp / 'got'
        self.state = self.tmp / 'state'

    def start_seeder(self, rate=0):
        self.seeder = clients.LibTorrent(self).start()
        self.seeder.add(self.torrent, self.tree.parent, up_limit=rate)
        self.seeder.wait_complete(self.hash)

    def get(self, *options):
        return shoal.start_get(self, self.torrent, self.got, f'--peer={harness.CLIENT4}:{self.seeder.port}',
                               *options, state=self.state)

    def finish(self, *options):
        process = self.get(*options)
        shoal.finish_get(self, process)
        samples.check_same(self, self.tree, self.got / 'tree')
        return process

    def kept(self, process):
        """What it had when it said first that it downloads: None as long as it did not."""
        begun = process.find('progress', state='downloading')
        return begun[0]['done'] if begun else None

    def get_unfed(self, seconds):
        """A run that has just said what it has, or that did not within so long. Nothing came to it: its seeder stands
        still, and is to be continued."""
        end = time.monotonic() + seconds
        self.seeder.process.signal(signal.SIGSTOP)
        process = self.get()
        while self.kept(process) is None and process.status is None and time.monotonic() < end:
            time.sleep(0.005)
        return process

    def run_and_kill(self, seconds):
        """A run of so long. Returns it, and the time when it was killed."""
        end = time.monotonic() + seconds
        process = self.get_unfed(seconds)
        try:
            if self.kept(process) is not None:
                self.seeder.process.signal(signal.SIGCONT)
                time.sleep(max(end - time.monotonic(), 0))  # the moment is the point
            self.assertIsNone(process.status, process.tail())
            killed = time.time()
            process.kill()
        finally:
            self.seeder.process.signal(signal.SIGCONT)
        return process, killed

    def sent(self):
        """Bytes the seeder has sent so far; its report is at most a tenth of a second old, so wait for the next two."""
        seen = len(self.seeder.process.find('status'))
        harness.wait_until(lambda: len(self.seeder.process.find('status')) >= seen + 2, 10, 'the seeder to report')
        return self.seeder.look(self.hash)['up']

    def test_kill_at_random_times(self):
        chance = random.Random(20261121)
        self.start_seeder(RATE)
        safe, sent, allowed = 0, 0, 0
        for number in range(KILLS):
            process, killed = self.run_and_kill(chance.uniform(0.03, 4.0))
            now_sent = self.sent()
            resumed = self.kept(process)
            if resumed is not None:
                self.assertGreaterEqual(resumed, safe, f'kill {number}: what was saved before is had no longer')
                progress = process.find('progress', state='downloading')
                safe = max([resumed, *(event['done'] for event in progress
                                       if event['time'] < killed - UNSAVED_SECONDS)])
                # What came in this run and need not be there in the next: what was too young to be saved.
                young = progress[-1]['done'] - safe + UNFINISHED
                allowed += min(now_sent - sent, young)
            else:
                allowed += now_sent - sent
            sent = now_sent
        self.assertGreater(safe, 2 * MIB, 'too little was kept to say anything')
        process = self.get_unfed(30)
        self.seeder.process.signal(signal.SIGCONT)
        resumed = self.kept(process)
        self.assertGreaterEqual(resumed, safe)
        self.seeder.tell(do='limit', info_hash=self.hash, up=0)
        shoal.finish_get(self, process)
        samples.check_same(self, self.tree, self.got / 'tree')
        fetched = process.find('stopped')[0]['downloaded']
        self.assertLessEqual(fetched, self.size - resumed + UNFINISHED)
        self.assertLessEqual(self.sent(), self.size + allowed + UNFINISHED, 'something saved was fetched twice')
        self.assertEqual(process.find('bad_piece'), [])

    def test_what_is_older_than_two_seconds_survives_a_kill(self):
        self.start_seeder(RATE)
        process = self.get()
        process.expect('progress', seconds=30, state='downloading')
        harness.wait_until(lambda: process.find('progress')[-1]['done'] > 4 * MIB, 30, '4 MiB')
        done = process.find('progress')[-1]['done']
        harness.wait_until(lambda: process.find('progress')[-1]['done'] > done + RATE * 2.2, 30, '2 s more')
        process.kill()
        again = self.get_unfed(30)
        resumed = self.kept(again)
        again.kill()
        self.seeder.process.signal(signal.SIGCONT)
        self.assertGreaterEqual(resumed, done - UNFINISHED / 2)

    def test_terminated_and_continued(self):
        self.start_seeder(2 * RATE)
        before = 0
        for _ in range(3):
            process = self.get()
            resumed = process.expect('added')['resumed_bytes']
            process.expect('progress', state='downloading')
            self.assertEqual(process.find('progress', state='checking'), [], 'hashed again after a clean stop')
            harness.wait_until(lambda: process.find('progress')[-1]['done'] > resumed + 2 * MIB, 30, '2 MiB more')
            done = process.find('progress')[-1]['done']
            began = time.monotonic()
            process.signal(signal.SIGTERM)
            self.assertEqual(process.wait(), 143)
            self.assertLess(time.monotonic() - began, 5 * harness.PATIENCE)
            self.assertGreaterEqual(resumed, before)
            before = done
        process = self.finish()
        self.assertGreaterEqual(process.find('added')[0]['resumed_bytes'], before)
        self.assertEqual(process.find('progress', state='checking'), [], 'hashed again after a clean stop')
        # A clean stop loses no block that had arrived: only what was on its way is sent again.
        self.assertLessEqual(self.sent(), self.size + 5 * MIB)

    def test_complete_again_is_immediate(self):
        self.start_seeder()
        self.finish()
        sent = self.sent()
        self.seeder.stop()
        began = time.monotonic()
        process = self.get('--tracker=http://10.77.0.1:9/announce')
        self.assertEqual(process.wait(), 0, process.tail())
        self.assertLess(time.monotonic() - began, 2 * harness.PATIENCE)
        self.assertEqual(process.find('added')[0]['resumed_bytes'], self.size)
        self.assertEqual(process.find('complete')[0]['bytes'], self.size)
        self.assertEqual(process.find('progress', state='checking'), [])
        samples.check_same(self, self.tree, self.got / 'tree')
        self.assertLessEqual(sent, self.size + 64 * KIB)

    def damage(self, offset, keep_time):
        path = self.got / 'tree/d/large.bin'
        times = path.stat()
        with open(path, 'r+b') as file:
            file.seek(offset)
            byte = file.read(1)
            file.seek(offset)
            file.write(bytes([byte[0] ^ 1]))
        if keep_time:
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def test_changed_file_is_found_and_mended(self):
        self.start_seeder()
        self.finish()
        self.damage(3 * MIB, keep_time=False)
        process = self.finish()
        self.assertEqual(process.find('stopped')[0]['downloaded'], PIECE)

    def test_recheck_finds_what_no_time_stamp_tells(self):
        self.start_seeder()
        self.finish()
        self.damage(3 * MIB, keep_time=True)
        process = self.finish('--recheck')
        self.assertEqual(process.find('stopped')[0]['downloaded'], PIECE)

    def test_removed_and_cut_files_are_fetched_again(self):
        self.start_seeder()
        self.finish()
        os.unlink(self.got / 'tree/b/ünïcode/odd.bin')
        os.truncate(self.got / 'tree/d/large.bin', 8 * MIB)
        os.unlink(self.got / 'tree/a/empty')
        process = self.finish()
        fetched = process.find('stopped')[0]['downloaded']
        self.assertLessEqual(fetched, 5 * MIB + 12_345 + 1 * MIB + 1 + 4 * PIECE)

    def test_data_that_is_there_already_is_not_fetched(self):
        """No state, but files of another program: some whole, one cut, one foreign byte."""
        self.start_seeder()
        samples.make_tree(self.got, 'tree', files=FILES)
        self.damage(1 * MIB, keep_time=False)
        os.truncate(self.got / 'tree/b/ünïcode/odd.bin', 4 * MIB)
        process = self.finish()
        fetched = process.find('stopped')[0]['downloaded']
        self.assertLessEqual(fetched, MIB + 12_345 + 4 * PIECE)


if __name__ == '__main__':
    harness.main()

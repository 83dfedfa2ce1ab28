# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The works that move data, or look through it."""
import os
import pathlib
import shutil
import signal
import tempfile
import time

import contestants
import harness
import measure
from measure import GIB, MIB
from work import CPU, RATE, Column, Target, Work, WrongContent

SECONDS_PER_GIB, SECONDS_MORE = 45, 20  # that a transfer may take
STALL_SECONDS = 30
RETRY_SECONDS = 3

COLUMNS = (CPU, Column('user', 'user', 2), Column('system', 'system', 2), RATE, Column('peak', 'peak RSS, MB'),
           Column('private', 'private, MB', 0, True, words='private memory'), Column('others', 'cores used by others', 1))

PRIVATE = Target('private', 32, None, unit='MB')


class Transfer(Work):
    columns = COLUMNS
    size, small_size = 4 * GIB, GIB // 4
    n_copies = 1  # of the data that are moved
    is_whole_life = False  # the CPU is that from the start of the program, not from the moment it waits for a peer
    in_chart = True

    def prepare(self, bench):
        self.sample = bench.make_single(bench.choose_size(self.size, self.small_size))

    @property
    def n_bytes(self):
        return self.n_copies * self.sample.size

    def wait_moving(self, counterpart, field, size):
        """Until the counterpart's count has reached size; fails when it stands still, or takes far too long."""
        begun = moved = tried = time.monotonic()
        before = 0
        while (count := counterpart.look().get(field, 0)) < size:
            now = time.monotonic()
            if count > before:
                before, moved = count, now
            if count == 0 and now - tried > RETRY_SECONDS:  # somebody was not quite ready
                counterpart.connect(self.contestant)
                tried = now
            if now - moved > STALL_SECONDS or now - begun > SECONDS_MORE + SECONDS_PER_GIB * size / GIB:
                raise harness.Failure(f'not complete after {now - begun:.0f} s, nothing came for {now - moved:.0f} s, '
                                      f'{(size - count) / 1024:.0f} KiB missing')
            time.sleep(0.01)

    def measure(self, bench, contestant, counterpart, wait):
        """Connects, waits, ends both; the figures."""
        self.contestant = contestant
        process = contestant.process
        profile = start_profile(bench, self.name, contestant)
        memory = measure.Memory(process.pid)
        user, system = (0, 0) if self.is_whole_life else measure.cpu_so_far(process.pid)
        their_cpu, busy = sum(measure.cpu_so_far(counterpart.process.pid)), measure.busy_seconds()
        begun = time.monotonic()
        counterpart.connect(contestant)
        wait()
        seconds = time.monotonic() - begun
        busy = measure.busy_seconds() - busy
        their_cpu = sum(measure.cpu_so_far(counterpart.process.pid)) - their_cpu
        os.kill(process.pid, signal.SIGTERM)  # not yet reaped, so the id is its own even when it has ended
        memory.stop()
        usage = measure.reap(process, 20)
        if profile:
            profile.wait(60)
        counterpart.stop()
        cpu = usage.ru_utime - user, usage.ru_stime - system
        per_gib = GIB / self.n_bytes
        return dict(cpu=sum(cpu) * per_gib, user=cpu[0] * per_gib, system=cpu[1] * per_gib,
                    rate=self.n_bytes / MIB / seconds, seconds=seconds, peak=memory.peak / 1e6,
                    private=memory.private / 1e6, faults=usage.ru_minflt, switches=usage.ru_nvcsw + usage.ru_nivcsw,
                    others=max(0, (busy - sum(cpu) - their_cpu) / seconds), whole_cpu=usage.ru_utime + usage.ru_stime)

    def check(self, *folders):
        if not all(self.sample.is_in(folder) for folder in folders):
            raise WrongContent('a run was thrown out, the content was not right')


def start_profile(bench, name, contestant):
    if not bench.options.perf or contestant.base_title != 'Shoal':
        return None
    out = pathlib.Path(bench.options.perf).resolve() / f'{name}-{len(bench.rows)}.perf'
    out.parent.mkdir(parents=True, exist_ok=True)
    argv = ['perf', 'record', '-q', '-g', '-o', out, '-p', contestant.process.pid]
    profile = contestant.run.start(argv, 'perf')
    time.sleep(0.5)
    return profile


class Leech(Transfer):
    name, title = 'leech', 'Leeching from one fast seeder'
    floor = 'leech'
    targets = Target('cpu', 0.75), Target('cpu', 1.15, 'floor'), PRIVATE
    way = None

    def make_target(self, bench, run):
        return run.folder('target')

    def start_counterpart(self, run):
        return contestants.Counterpart(run, self.sample.torrent, self.sample.folder, is_seed=True)

    def run(self, bench, run, contestant):
        bench.keep(self, contestant, **self.fetch(bench, run, contestant))

    def fetch(self, bench, run, contestant):
        target = self.make_target(bench, run)
        bench.reserve.warm(self.sample.size)
        contestant.leech(self.sample.torrent, target, self.way)
        counterpart = self.start_counterpart(run)

        def wait():
            # Polling costs the one who is asked: nobody is before nearly all has been sent.
            self.wait_moving(counterpart, 'up', 0.9 * self.sample.size)
            self.look_at(counterpart)
            self.wait_moving(counterpart, 'up', 0.98 * self.sample.size)
            contestant.wait_complete(STALL_SECONDS)
        figures = self.measure(bench, contestant, counterpart, wait)
        self.check(target)
        return figures

    def look_at(self, counterpart):
        """Shortly before the end."""


class LeechToDisk(Leech):
    name, title = 'disk', 'Leeching from one fast seeder to ext4'
    floor = 'leech_disk'
    size, small_size = GIB, GIB // 4
    targets = Target('cpu', 0.75), Target('cpu', 1.15, 'floor'), PRIVATE

    def make_target(self, bench, run):
        folder = tempfile.mkdtemp(prefix='shoal-bench-', dir=bench.options.disk)
        run.on_end(lambda: shutil.rmtree(folder, ignore_errors=True))
        measure.wait_written(folder)
        return pathlib.Path(folder)


class LeechFromMany(Leech):
    name, title = 'seeders', 'Leeching from 20 limited seeders'
    about = 'Each gives at most 10 MiB/s, in all less than what Shoal and aria2 can take from one.'
    floor = 'leech'
    size, small_size = GIB, GIB // 4
    targets = Target('cpu', 0.65), PRIVATE
    way = contestants.MANY
    n_seeders, total_rate = 20, 200 * MIB

    def start_counterpart(self, run):
        return contestants.Crowd(run, self.sample.torrent, [self.sample.folder] * self.n_seeders, is_seed=True,
                                 up_limit=self.total_rate // self.n_seeders)

    def look_at(self, counterpart):
        counterpart.check_connected()


class LeechFiles(Leech):
    name, title = 'files', 'Leeching 10,000 files of 16 KiB'
    floor = 'leech_files'
    about = ('The CPU is that of the whole life of each program: some make the files when the torrent is added, some when '
             'their bytes come.')
    is_whole_life = True
    targets = Target('cpu', 0.65), Target('rate', 1, 'libtorrent', at_least=True, is_strict=True), PRIVATE
    n_files = 10000

    def prepare(self, bench):
        self.sample = bench.make_tree(self.n_files, 16 << 10)


class LeechEncrypted(Leech):
    name, title = 'encrypted', 'Leeching from one fast seeder, RC4 both ways'
    floor = 'encrypted'
    size, small_size = GIB, GIB // 8
    targets = Target('cpu', 0.95), Target('cpu', 1.1, 'floor'), PRIVATE
    way = contestants.ENCRYPTED

    def start_counterpart(self, run):
        return contestants.Counterpart(run, self.sample.torrent, self.sample.folder, is_seed=True,
                                       **contestants.RC4_ONLY)

    def look_at(self, counterpart):
        if not counterpart.is_encrypted():
            raise harness.Failure('the connection is not in RC4')


class Seed(Transfer):
    name, title = 'seed', 'Seeding to one fast leecher'
    floor = 'seed'
    targets = Target('cpu', 0.65),

    def run(self, bench, run, contestant):
        target = run.folder('target')
        bench.reserve.warm(self.sample.size)
        contestant.seed(self.sample.torrent, self.sample.folder, contestants.MANY)
        counterpart = contestants.Counterpart(run, self.sample.torrent, target, is_seed=False)

        def wait():
            self.wait_moving(counterpart, 'done', self.sample.size)
            # Now it has all; it is a seed when all is hashed and written.
            harness.wait_until(lambda: counterpart.look()['is_seeding'], STALL_SECONDS, 'the leecher to be a seed')
        figures = self.measure(bench, contestant, counterpart, wait)
        self.check(target)
        bench.keep(self, contestant, **figures)


class SeedToMany(Transfer):
    name, title = 'leechers', 'Seeding to 50 leechers'
    about = 'None of them knows another; each takes the whole file. The rate is that of all together.'
    floor = 'seed'
    size, small_size = 32 * MIB, 2 * MIB
    n_copies = 50
    full_only = 'aria2',  # it serves a few at a time
    targets = Target('cpu', 0.8),

    def prepare(self, bench):
        size = max(bench.options.size // 64, MIB) if bench.options.size else None
        self.sample = bench.make_single(size or bench.choose_size(self.size, self.small_size))

    def run(self, bench, run, contestant):
        bench.keep(self, contestant, **self.serve(bench, run, contestant))

    def serve(self, bench, run, contestant):
        folders = [run.folder(f'target/{number}') for number in range(self.n_copies)]
        bench.reserve.warm(self.n_bytes)
        contestant.seed(self.sample.torrent, self.sample.folder, contestants.MANY)
        counterpart = contestants.Crowd(run, self.sample.torrent, folders, is_seed=False)

        def wait():
            self.wait_moving(counterpart, 'done', self.n_bytes)
            harness.wait_until(lambda: counterpart.look()['n_complete'] == self.n_copies, STALL_SECONDS,
                               'all leechers to be seeds')
        figures = self.measure(bench, contestant, counterpart, wait)
        self.check(*folders)
        return figures


class Recheck(Transfer):
    name, title = 'recheck', 'Rechecking, page cache warm'
    columns = CPU, RATE
    floor = 'recheck'
    targets = Target('rate', 2.6, at_least=True), Target('cpu', 1)

    def run(self, bench, run, contestant):
        bench.reserve.warm(0)
        cpu, seconds = contestant.recheck(self.sample.torrent, self.sample.folder)
        bench.keep(self, contestant, cpu=cpu * GIB / self.sample.size, rate=self.sample.size / MIB / seconds,
                   seconds=seconds)


WORKS = Leech(), LeechToDisk(), LeechFromMany(), LeechFiles(), LeechEncrypted(), Seed(), SeedToMany(), Recheck()

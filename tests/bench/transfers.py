# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The works that move data, or look through it."""
import os
import pathlib
import signal
import time

import contestants
import harness
import measure
import samples
from measure import GIB, MIB
from work import CPU, RATE, Column, Target, Work, WrongContent

SECONDS_PER_GIB, SECONDS_MORE = 45, 20  # that a transfer may take
STALL_SECONDS = 15

COLUMNS = (CPU, Column('user', 'user', 2), Column('system', 'system', 2), RATE, Column('peak', 'peak RSS, MB'),
           Column('private', 'private, MB', words='private memory'), Column('others', 'cores used by others', 1))


class Transfer(Work):
    columns = COLUMNS
    size, small_size = 4 * GIB, GIB
    in_chart = True

    def prepare(self, bench):
        self.sample = bench.make_single(bench.choose_size(self.size, self.small_size))

    def wait_moving(self, counterpart, field, size):
        """Until the counterpart's count has reached size; fails when it stands still, or takes far too long."""
        begun = moved = time.monotonic()
        before = 0
        while (count := counterpart.look().get(field, 0)) < size:
            now = time.monotonic()
            if count > before:
                before, moved = count, now
            if now - moved > STALL_SECONDS or now - begun > SECONDS_MORE + SECONDS_PER_GIB * size / GIB:
                raise harness.Failure(f'not complete after {now - begun:.0f} s, nothing came for {now - moved:.0f} s, '
                                      f'{(size - count) / 1024:.0f} KiB missing')
            time.sleep(0.01)

    def transfer(self, bench, contestant, counterpart, wait, target):
        process = contestant.process
        profile = start_profile(bench, self.name, contestant)
        memory = measure.Memory(process.pid)
        user, system = measure.cpu_so_far(process.pid)
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
        counterpart.client.stop()
        if not self.sample.is_in(target):
            raise WrongContent('a run was thrown out, the content was not right')
        cpu = usage.ru_utime - user, usage.ru_stime - system
        per_gib = GIB / self.sample.size
        bench.keep(self, contestant, cpu=sum(cpu) * per_gib, user=cpu[0] * per_gib, system=cpu[1] * per_gib,
                   rate=self.sample.size / MIB / seconds, seconds=seconds, peak=memory.peak / 1e6,
                   private=memory.private / 1e6, faults=usage.ru_minflt, switches=usage.ru_nvcsw + usage.ru_nivcsw,
                   others=max(0, (busy - sum(cpu) - their_cpu) / seconds))


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
    targets = Target('cpu', 0.75), Target('cpu', 1.15, 'floor'), Target('private', 32, None, unit='MB')

    def run(self, bench, run, contestant):
        target = run.folder('target')
        bench.reserve.warm(self.sample.size)
        contestant.leech(self.sample.torrent, target)
        counterpart = contestants.Counterpart(run, self.sample.torrent, self.sample.folder, is_seed=True)

        def wait():
            # Polling costs the one who is asked: nobody is before nearly all has been sent.
            self.wait_moving(counterpart, 'up', 0.98 * self.sample.size)
            contestant.wait_complete(STALL_SECONDS)
        self.transfer(bench, contestant, counterpart, wait, target)


class Seed(Transfer):
    name, title = 'seed', 'Seeding to one fast leecher'
    floor = 'seed'
    targets = Target('cpu', 0.65),

    def run(self, bench, run, contestant):
        target = run.folder('target')
        bench.reserve.warm(self.sample.size)
        contestant.seed(self.sample.torrent, self.sample.folder)
        counterpart = contestants.Counterpart(run, self.sample.torrent, target, is_seed=False)

        def wait():
            self.wait_moving(counterpart, 'done', self.sample.size)
            # Now it has all; it is a seed when all is hashed and written.
            harness.wait_until(lambda: counterpart.look()['is_seeding'], STALL_SECONDS, 'the leecher to be a seed')
        self.transfer(bench, contestant, counterpart, wait, target)


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


WORKS = Leech(), Seed(), Recheck()

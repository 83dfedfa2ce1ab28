#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shoal beside other clients, in the same run: CPU, wall time and memory of one transfer; rates of a recheck.

Runs in namespaces of its own, with reno on loopback, everything on tmpfs. See README.md for how to read the tables."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'support'))
import contestants
import harness
import makers
import measure
import report
import samples
from measure import GIB, MIB

PIECE = MIB
DEAD_TRACKER = f'http://{harness.TRACKER4}:1/announce'  # rtorrent refuses a torrent without any
SECONDS_PER_GIB, SECONDS_MORE = 45, 20  # that a transfer may take
STALL_SECONDS = 15
WORK = ('floors', 'leech', 'seed', 'recheck')
RELEASE = harness.SOURCE_ROOT / 'build/bench'


class WrongContent(harness.Failure):
    pass


class Run(harness.TestCase):
    """A folder and processes that end together."""

    def runTest(self):
        pass

    def __enter__(self):
        self.setUp()
        return self

    def __exit__(self, fault, *_):
        self.has_failed = fault is not None
        self.doCleanups()


class Bench:
    def __init__(self, options):
        self.size, self.options = options.size, options
        self.rows, self.floors, self.notes, self.given_up = [], [], [], set()
        self.folder = pathlib.Path(harness.memory_folder()) / 'bench'
        self.source = self.folder / 'source'
        self.source.mkdir(parents=True)
        self.data = samples.make_single(self.source, 'data.bin', self.size)
        self.digest = samples.sha256_of(self.data)
        self.torrent = self.folder / 'data.torrent'
        with Run() as run:
            makers.with_libtorrent(run, self.data, self.torrent, [DEAD_TRACKER], PIECE)
        self.floor_program = compile_floors(self.folder)

    def wait_moving(self, counterpart, field, size):
        """Until the counterpart's count has reached size; fails when it stands still, or takes far too long."""
        begun = moved = time.monotonic()
        before = 0
        while (count := counterpart.look().get(field, 0)) < size:
            now = time.monotonic()
            if count > before:
                before, moved = count, now
            if now - moved > STALL_SECONDS or now - begun > SECONDS_MORE + SECONDS_PER_GIB * self.size / GIB:
                raise harness.Failure(f'not complete after {now - begun:.0f} s, nothing came for {now - moved:.0f} s, '
                                      f'{(size - count) / 1024:.0f} KiB missing')
            time.sleep(0.01)

    def say(self, row):
        print(f'{row["work"]:8}{row["client"]:13}{row["cpu"]:6.2f} s/GiB  {row["rate"]:5.0f} MiB/s'
              f'  {row.get("faults", 0):7} page faults {row.get("switches", 0):7} switches', file=sys.stderr)

    def keep(self, work, client, cpu, seconds, **more):
        """cpu: user and system seconds."""
        per_gib = [value * GIB / self.size for value in cpu]
        row = {'work': work, 'client': client, 'cpu': sum(per_gib), 'user': per_gib[0], 'system': per_gib[1],
               'rate': self.size / MIB / seconds, 'seconds': seconds, **more}
        self.rows.append(row)
        self.say(row)

    def attempt(self, work, kind):
        """One run. Who does not complete is left out from then on; a run with wrong content is thrown out. Both are
        said."""
        if (work, kind) in self.given_up:
            return
        try:
            with Run() as run:
                getattr(self, work)(run, kind(run))
        except (harness.Failure, OSError, subprocess.SubprocessError) as fault:
            if not isinstance(fault, WrongContent):
                self.given_up.add((work, kind))
            self.notes.append(f'{kind.title}, {work}: {fault}'.splitlines()[0][:400])
            print(self.notes[-1], file=sys.stderr)

    def leech(self, run, contestant):
        target = run.folder('target')
        measure.warm(target, self.size)
        contestant.leech(self.torrent, target)
        counterpart = contestants.Counterpart(run, self.torrent, self.source, is_seed=True)

        def wait():
            # Polling costs the one who is asked: nobody is before nearly all has been sent.
            self.wait_moving(counterpart, 'up', 0.98 * self.size)
            contestant.wait_complete(STALL_SECONDS)
        self.transfer('leech', contestant, counterpart, wait, target)

    def seed(self, run, contestant):
        target = run.folder('target')
        measure.warm(target, self.size)
        contestant.seed(self.torrent, self.source)
        if contestant.check_seconds:
            self.keep('recheck', contestant.title, (contestant.check_cpu, 0), contestant.check_seconds)
        counterpart = contestants.Counterpart(run, self.torrent, target, is_seed=False)

        def wait():
            self.wait_moving(counterpart, 'done', self.size)
            # Now it has all; it is a seed when all is hashed and written.
            harness.wait_until(lambda: counterpart.look()['is_seeding'], STALL_SECONDS, 'the leecher to be a seed')
        self.transfer('seed', contestant, counterpart, wait, target)

    def transfer(self, work, contestant, counterpart, wait, target):
        process = contestant.process
        profile = self.start_profile(work, contestant)
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
        if samples.sha256_of(target / self.data.name) != self.digest:
            raise WrongContent('a run was thrown out, the content was not right')
        cpu = usage.ru_utime - user, usage.ru_stime - system
        self.keep(work, contestant.title, cpu, seconds, peak=memory.peak / 1e6, private=memory.private / 1e6,
                  faults=usage.ru_minflt, switches=usage.ru_nvcsw + usage.ru_nivcsw,
                  others=max(0, (busy - sum(cpu) - their_cpu) / seconds))

    def start_profile(self, work, contestant):
        if not self.options.perf or contestant.title != 'Shoal':
            return None
        out = pathlib.Path(self.options.perf).resolve() / f'{work}-{len(self.rows)}.perf'
        out.parent.mkdir(parents=True, exist_ok=True)
        argv = ['perf', 'record', '-q', '-g', '-o', out, '-p', contestant.process.pid]
        profile = contestant.run.start(argv, 'perf')
        time.sleep(0.5)
        return profile

    def recheck(self, run, contestant):
        seconds = contestant.recheck(self.torrent, self.source)
        usage = measure.reap(contestant.process, 0)
        if contestant.process.status != 0:
            raise harness.Failure(contestant.process.tail(1))
        self.keep('recheck', contestant.title, (usage.ru_utime, usage.ru_stime), seconds)

    def measure_floors(self):
        mib = min(self.size, GIB) // MIB
        measure.warm(self.folder, mib * MIB)
        done = subprocess.run([self.floor_program, str(mib), self.folder], capture_output=True, text=True, timeout=180)
        if done.returncode:
            raise SystemExit(f'floors: {done.stderr}')
        self.floors.append(json.loads(done.stdout))
        print('floors  ', done.stdout.strip(), file=sys.stderr)

    def run_all(self, kinds):
        for number in range(self.options.runs):
            if 'floors' in self.options.work:
                self.measure_floors()
            turned = kinds[number % len(kinds):] + kinds[:number % len(kinds)]
            for work in (work for work in self.options.work if work != 'floors'):
                for kind in turned:
                    # The others' rechecks are measured when they begin to seed.
                    if work != 'recheck' or hasattr(kind, 'recheck'):
                        self.attempt(work, kind)


def compile_floors(folder):
    program = folder / 'floors'
    flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'gnutls'], capture_output=True, text=True, check=True)
    subprocess.run(['cc', '-O2', HERE / 'floors.c', '-o', program, *flags.stdout.split()], check=True)
    return program


def build_shoal():
    """The program as a distribution would build it: buildtype release, asserts of disk/ and piece/ in it."""
    if not (RELEASE / 'build.ninja').exists():
        subprocess.run(['meson', 'setup', RELEASE, harness.SOURCE_ROOT, '--buildtype=release', '-Db_lto=false',
                        '-Dapp=false', '-Dtests=false'], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['ninja', '-C', RELEASE, '--quiet', 'src/cli/shoal-cli'], check=True, stdout=sys.stderr)
    return RELEASE / 'src/cli/shoal-cli'


def describe_build(shoal):
    folder = pathlib.Path(shoal).resolve().parents[2]
    if not (folder / 'build.ninja').exists():
        return 'a program that was given'
    shown = subprocess.run(['meson', 'introspect', '--buildoptions', folder], capture_output=True, text=True)
    names = {option['name']: option['value'] for option in json.loads(shown.stdout)}
    return f'buildtype {names["buildtype"]}, optimization {names["optimization"]}'


def describe_revision():
    done = subprocess.run(['git', '-C', harness.SOURCE_ROOT, 'describe', '--always', '--dirty'],
                          capture_output=True, text=True)
    return done.stdout.strip() or 'no revision'


def describe_machine():
    cpuinfo = pathlib.Path('/proc/cpuinfo').read_text()
    model = re.search(r'model name\s*: (.*)', cpuinfo)
    memory = re.search(r'MemTotal:\s*(\d+)', pathlib.Path('/proc/meminfo').read_text())[1]
    flags = [flag for flag in ('sha_ni', 'avx512f') if flag in cpuinfo]
    return (f'{model[1] if model else platform.machine()} ({", ".join(flags)}), {os.cpu_count()} cores, '
            f'{int(memory) / (1 << 20):.0f} GiB')


def collect_facts(options, kinds):
    system = platform.freedesktop_os_release()['PRETTY_NAME']
    versions = ', '.join(f'{kind.title} {kind.version()}' for kind in kinds)
    return {'Date': datetime.date.today().isoformat(), 'Machine': describe_machine(),
            'System': f'{system}, Linux {platform.release()}', 'Versions': versions,
            'Shoal': f'{describe_revision()}, {describe_build(harness.SHOAL_CLI)}',
            'Work': f'{options.size / GIB:g} GiB, one file, 1 MiB pieces, {options.runs} interleaved runs'}


def parse_size(text):
    match = re.fullmatch(r'(\d+)(MiB|GiB)', text)
    if not match:
        raise argparse.ArgumentTypeError('a size is a number and MiB or GiB, such as 4GiB')
    return int(match[1]) * {'MiB': MIB, 'GiB': GIB}[match[2]]


def parse_options():
    parser = argparse.ArgumentParser(prog='./run bench', description='Shoal beside other clients, in the same run.')
    parser.add_argument('--small', action='store_true', help='1 GiB and 3 runs (instead of 4 GiB and 5)')
    parser.add_argument('--size', type=parse_size, help='of the file: 512MiB, 4GiB')
    parser.add_argument('--runs', type=int, help='of each client and work')
    parser.add_argument('--clients', type=lambda text: text.split(','), default=list(contestants.DEFAULT),
                        help=f'some of {",".join(contestants.ALL)} (default: {",".join(contestants.DEFAULT)})')
    parser.add_argument('--work', type=lambda text: text.split(','), default=list(WORK),
                        help=f'some of {",".join(WORK)} (default: all)')
    parser.add_argument('--shoal', action='append', default=[],
                        help='the shoal-cli to measure; several are compared (default: a release build made for this)')
    parser.add_argument('--json', help='where the figures of all runs go (default: build/bench.json)')
    parser.add_argument('--no-readme', action='store_true', help='leave tests/bench/README.md as it is')
    parser.add_argument('--perf', help='a folder for profiles of Shoal; its figures are then worth little')
    options = parser.parse_args()
    options.size = options.size or (GIB if options.small else 4 * GIB)
    options.runs = options.runs or (3 if options.small else 5)
    for name in options.clients:
        if name not in contestants.ALL:
            parser.error(f'no client {name}')
    for name in options.work:
        if name not in WORK:
            parser.error(f'no work {name}')
    return options


def find_kinds(options, notes):
    kinds = []
    for name in options.clients:
        if contestants.ALL[name].is_installed():
            kinds.append(contestants.ALL[name])
        else:
            notes.append(f'{contestants.ALL[name].title} is not installed')
    for number, program in enumerate(options.shoal[1:], 2):
        kinds.append(contestants.make_shoal(str(pathlib.Path(program).resolve()), f'Shoal {number}'))
    return kinds


def need_memory(options):
    """The data twice, on tmpfs."""
    free = shutil.disk_usage(harness.memory_folder()).free
    available = int(re.search(r'MemAvailable:\s*(\d+)', pathlib.Path('/proc/meminfo').read_text())[1]) * 1024
    if min(free, available) < 2 * options.size + GIB:
        sys.exit(f'bench: {2 * options.size / GIB + 1:g} GiB of free memory are needed; try --small or --size')


def main():
    options = parse_options()
    if 'SHOAL_TEST_INSIDE' not in os.environ:
        os.environ['SHOAL_CLI'] = str(pathlib.Path(options.shoal[0]).resolve() if options.shoal else build_shoal())
    harness.enter_namespaces()
    harness.prepare_network()
    harness.set_home()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    need_memory(options)
    bench = Bench(options)
    kinds = find_kinds(options, bench.notes)
    if not kinds:
        sys.exit('bench: none of the clients is installed')
    bench.run_all(kinds)
    summary = report.summarize(bench.rows, bench.floors)
    facts = collect_facts(options, kinds)
    text = report.make_text(facts, summary, bench.notes)
    print(text)
    place = pathlib.Path(options.json or harness.SOURCE_ROOT / 'build/bench.json')
    place.write_text(json.dumps({'facts': facts, 'summary': summary, 'runs': bench.rows, 'floors': bench.floors,
                                 'left_out': bench.notes}, indent=1, ensure_ascii=False) + '\n')
    if not options.no_readme:
        report.write_readme(text)


if __name__ == '__main__':
    main()

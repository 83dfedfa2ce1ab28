#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shoal beside other clients, in the same run: CPU, wall time and memory of one transfer; rates of a recheck.

Runs in namespaces of its own, with reno on loopback, everything on tmpfs. See README.md for how to read the tables."""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'support'))
import chart
import contestants
import growth
import harness
import makers
import measure
import report
import samples
import scale
import transfers
import window
from measure import GIB, MIB
from reserve import Reserve
from work import WrongContent

WORKS = {work.name: work for work in (*transfers.WORKS, *growth.WORKS, *scale.WORKS, *window.WORKS)}
FLOORS = 'floors'
DEAD_TRACKER = f'http://{harness.TRACKER4}:1/announce'  # rtorrent refuses a torrent without any
RELEASE = harness.SOURCE_ROOT / 'build/bench'


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


class Sample:
    """Data to move: what the torrent names lies below the folder."""

    def __init__(self, folder, data, torrent, size):
        self.folder, self.data, self.torrent, self.size = folder, data, torrent, size
        self.digest = digest_of(data)

    def is_in(self, folder):
        return digest_of(folder / self.data.name) == self.digest


def digest_of(path):
    """Of a file, or of the names and contents below a folder."""
    if not path.is_dir():
        return samples.sha256_of(path) if path.exists() else None
    digest = hashlib.sha256()
    for file in sorted(path.rglob('*')):
        digest.update(f'{file.relative_to(path)}\n'.encode())
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


class Bench:
    def __init__(self, options):
        self.options = options
        self.rows, self.floors, self.notes, self.given_up = [], [], [], set()
        self.has_fault = False  # ours: a run of Shoal that did not complete, or wrong content of anybody
        self.folder = pathlib.Path(harness.memory_folder()) / 'bench'
        self.reserve = Reserve(self.folder / 'reserve')
        self.samples, self.prepared = {}, set()
        self.dead_tracker = DEAD_TRACKER
        self.floor_program = None

    def choose_size(self, size, small):
        return self.options.size or (small if self.options.small else size)

    def make_single(self, size, piece=MIB):
        """The same for all works that ask for the same."""
        key = size, piece
        if key not in self.samples:
            folder = self.folder / f'source-{size}-{piece}'
            data = samples.make_single(folder, 'data.bin', size)
            self.samples[key] = self.make_sample(folder, data, size, piece)
        return self.samples[key]

    def make_tree(self, n_files, file_size, piece=MIB // 4):
        """A folder of so many files, a hundred in each folder below it."""
        key = n_files, file_size, piece
        if key not in self.samples:
            folder = self.folder / f'tree-{n_files}-{file_size}-{piece}'
            files = [(f'{number // 100:04}/{number:06}.bin', file_size) for number in range(n_files)]
            data = samples.make_tree(folder, 'tree', files=files)
            self.samples[key] = self.make_sample(folder, data, n_files * file_size, piece)
        return self.samples[key]

    def make_sample(self, folder, data, size, piece):
        torrent = folder / 'data.torrent'
        with Run() as run:
            makers.with_libtorrent(run, data, torrent, [DEAD_TRACKER], piece)
        return Sample(folder, data, torrent, size)

    def keep(self, work, contestant, **figures):
        """A good run: a number for each column of the work, and any others for the JSON."""
        self.rows.append({'work': work.name, 'client': contestant.title, **figures})
        shown = [f'{column.heading} {figures[column.key]:.{column.digits}f}' for column in work.columns]
        print(f'{work.name}, {contestant.title}: {", ".join(shown)}', file=sys.stderr)

    def attempt(self, work, kind):
        """One run. Who does not complete is left out from then on; a run with wrong content is thrown out. Both are
        said."""
        if (work.name, kind) in self.given_up or not work.can_run(kind, self.options.small):
            return
        try:
            if work.name not in self.prepared:
                work.prepare(self)
                self.prepared.add(work.name)
            with Run() as run:
                work.run(self, run, kind(run))
        except (harness.Failure, OSError, subprocess.SubprocessError) as fault:
            self.has_fault |= kind.base_title == 'Shoal' or isinstance(fault, WrongContent)
            if not isinstance(fault, WrongContent):
                self.given_up.add((work.name, kind))
            self.notes.append(f'{kind.title}, {work.name}: {fault}'.splitlines()[0][:400])
            print(self.notes[-1], file=sys.stderr)

    def start_run(self):
        """For a work that needs more than one at a time."""
        return Run()

    def build_program(self, target):
        """Another program of this tree, built as Shoal is."""
        return build_release(target)

    def measure_floors(self):
        self.floor_program = self.floor_program or compile_floors(self.folder)
        mib = self.choose_size(GIB, GIB // 2) // MIB
        self.reserve.warm(mib * MIB)
        measure.wait_written(self.options.disk)
        argv = [self.floor_program, str(mib), self.folder, self.options.disk]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=180)
        if done.returncode:
            raise SystemExit(f'floors: {done.stderr}')
        self.floors.append(json.loads(done.stdout))
        print('floors:', done.stdout.strip(), file=sys.stderr)

    def run_all(self, kinds):
        for number in range(self.options.runs):
            if FLOORS in self.options.work:
                self.measure_floors()
            turned = kinds[number % len(kinds):] + kinds[:number % len(kinds)]
            for name in self.options.work:
                if name == FLOORS or number > 0 and self.options.small and WORKS[name].once_if_small:
                    continue
                for kind in turned:
                    self.attempt(WORKS[name], kind)


def compile_floors(folder):
    program = folder / 'floors'
    flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'gnutls', 'nettle'], capture_output=True, text=True, check=True)
    subprocess.run(['cc', '-O2', HERE / 'floors.c', '-o', program, *flags.stdout.split()], check=True)
    return program


def build_release(target):
    """A program as a distribution would build it: buildtype release, asserts of disk/ and piece/ in it."""
    if not (RELEASE / 'build.ninja').exists():
        subprocess.run(['meson', 'setup', RELEASE, harness.SOURCE_ROOT, '--buildtype=release', '-Db_lto=false',
                        '-Dapp=false'], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['meson', 'configure', RELEASE, '-Dtests=true'], check=True)
    subprocess.run(['ninja', '-C', RELEASE, '--quiet', target], check=True, stdout=sys.stderr)
    return RELEASE / target


def build_shoal():
    return build_release('src/cli/shoal-cli')


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
            'Runs': f'{options.runs}, interleaved{describe_sizes(options)}'}


def describe_sizes(options):
    if options.size:
        return f', with {options.size / GIB:g} GiB instead of the sizes below'
    return ', of the small set' if options.small else ''


def parse_size(text):
    match = re.fullmatch(r'(\d+)(MiB|GiB)', text)
    if not match:
        raise argparse.ArgumentTypeError('a size is a number and MiB or GiB, such as 4GiB')
    return int(match[1]) * {'MiB': MIB, 'GiB': GIB}[match[2]]


def parse_options():
    parser = argparse.ArgumentParser(prog='./run bench', description='Shoal beside other clients, in the same run.')
    parser.add_argument('--small', action='store_true', help='less data: ends in ten minutes')
    parser.add_argument('--growth', action='store_true',
                        help='what ten and a hundred times as many pieces, files and peers cost, and nothing else')
    parser.add_argument('--size', type=parse_size, help='of the data, in place of what each work has: 512MiB, 4GiB')
    parser.add_argument('--runs', type=int, default=3, help='of each client and work (3)')
    parser.add_argument('--clients', type=lambda text: text.split(','), help=f'some of {",".join(contestants.ALL)} (all; with --small all but {",".join(sorted(contestants.SLOW))})')
    parser.add_argument('--work', type=lambda text: text.split(','), help=f'some of {FLOORS},{",".join(WORKS)}')
    parser.add_argument('--shoal', action='append', default=[],
                        help='the shoal-cli to measure; several are compared (default: a release build made for this)')
    parser.add_argument('--disk', default=str(harness.SOURCE_ROOT / 'build'),
                        help='a folder on a disk, for the work `disk` (default: build)')
    parser.add_argument('--json', help='where the figures of all runs go, and with .svg the chart (default: build/bench.json)')
    parser.add_argument('--no-readme', action='store_true', help='leave tests/bench/README.md as it is')
    parser.add_argument('--perf', help='a folder for profiles of Shoal; its figures are then worth little')
    options = parser.parse_args()
    chosen = [work.name for work in WORKS.values() if work.is_growth == options.growth]
    options.work = options.work or ([] if options.growth else [FLOORS]) + chosen
    slow = contestants.SLOW if options.small else ()
    options.clients = options.clients or [name for name in contestants.ALL if name not in slow]
    for name in options.clients:
        if name not in contestants.ALL:
            parser.error(f'no client {name}')
    for name in options.work:
        if name not in (FLOORS, *WORKS):
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
    wanted = 2 * (options.size or (2 if options.small else 6) * GIB) + GIB
    if min(free, available) < wanted:
        sys.exit(f'bench: {wanted / GIB:g} GiB of free memory are needed; try --small or --size')


def need_reno():
    """Figures with another congestion control are not to be compared with those of the README."""
    used = pathlib.Path('/proc/sys/net/ipv4/tcp_congestion_control').read_text().strip()
    if used != 'reno':
        sys.exit(f'bench: connections are paced by {used}; the kernel must let reno be chosen')


def main():
    options = parse_options()
    if 'SHOAL_TEST_INSIDE' not in os.environ:
        os.environ['SHOAL_CLI'] = str(pathlib.Path(options.shoal[0]).resolve() if options.shoal else build_shoal())
    harness.enter_namespaces()
    harness.prepare_network()
    need_reno()
    harness.set_home()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    need_memory(options)
    bench = Bench(options)
    kinds = find_kinds(options, bench.notes)
    if not kinds:
        sys.exit('bench: none of the clients is installed')
    works = [WORKS[name] for name in options.work if name != FLOORS]
    for work in works:
        work.build(bench)
    facts = collect_facts(options, kinds)
    begun = time.monotonic()
    bench.run_all(kinds)
    facts['Runs'] += f', in {(time.monotonic() - begun) / 60:.1f} minutes'
    holds = finish(bench, options, works, facts, kinds)
    sys.exit(bench.has_fault or not holds)


def finish(bench, options, works, facts, kinds):
    """The table, the figures, the chart; all of it into the documentation, if that is wanted. Returns whether the bars
    are kept that the benchmark holds."""
    summary = report.summarize(works, bench.rows, bench.floors)
    entrants = {work.name: [kind.title for kind in kinds if work.can_run(kind, options.small)] for work in works}
    text = report.make_text(works, facts, summary, bench.notes, entrants, options.runs)
    print(text)
    place = pathlib.Path(options.json or harness.SOURCE_ROOT / 'build/bench.json')
    place.write_text(json.dumps({'facts': facts, 'summary': summary, 'runs': bench.rows, 'floors': bench.floors,
                                 'left_out': bench.notes}, indent=1, ensure_ascii=False) + '\n')
    picture = chart.make_chart(works, facts, summary)
    if picture:
        place.with_suffix('.svg').write_text(picture)
    if not options.no_readme:
        report.write_readme(text, options.growth)
        if picture:
            (HERE / 'chart.svg').write_text(picture)
    return report.holds(works, summary, entrants)


if __name__ == '__main__':
    main()

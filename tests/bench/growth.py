# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ten and a hundred times as many pieces, files, peers or torrents cost."""
import contestants
import scale
from measure import GIB, MIB
from transfers import Leech, SeedToMany
from work import Column, Target

STEPS = 1, 10, 100


def find_growth(costs):
    """The larger of the two steps' costs over ten times that of the step before: 1 is linear, less is better."""
    return max(after / (10 * before) for before, after in zip(costs, costs[1:]))


class Growth(Leech):
    """Processor seconds of the whole life of the program, from loading the torrent on. Growth is the larger of the two
    steps' costs over ten times that of the step before: 1 is linear, less is better than linear."""
    is_growth = True
    in_chart = False
    order = 'growth'
    floor = None
    targets = Target('growth', 1.1, None),
    first = 1      # how many at 1×
    unit = None    # of what

    def __init__(self):
        counts = [f'{self.first * step:,}' for step in STEPS]
        self.columns = (*(Column(f'cpu{step}', f'{count} {self.unit}, CPU s', 2, True)
                          for step, count in zip(STEPS, counts)), Column('growth', 'growth', 2, words='growth'),
                        *(Column(f'private{step}', f'{count}, private, MB') for step, count in zip(STEPS, counts)))

    def make_sample(self, bench, count):
        raise NotImplementedError

    def prepare(self, bench):
        self.samples = {step: self.make_sample(bench, self.first * step) for step in STEPS}

    def run(self, bench, run, contestant):
        figures = {}
        for self.step in STEPS:
            self.sample = self.samples[self.step]
            with bench.start_run() as inner:
                found = self.fetch(bench, inner, type(contestant)(inner))
            figures[f'cpu{self.step}'], figures[f'private{self.step}'] = found['whole_cpu'], found['private']
        bench.keep(self, contestant, growth=find_growth([figures[f'cpu{step}'] for step in STEPS]), **figures)


class GrowPieces(Growth):
    name, title = 'grow-pieces', 'More pieces of 16 KiB'
    first, unit = 640, 'pieces'

    def make_sample(self, bench, count):
        return bench.make_single(count * (16 << 10), 16 << 10)


class GrowFiles(Growth):
    name, title = 'grow-files', 'More files of 16 KiB'
    first, unit = 100, 'files'

    def make_sample(self, bench, count):
        return bench.make_tree(count, 16 << 10)


class GrowPeers(Growth):
    name, title = 'grow-peers', 'More seeders for the same 256 MiB'
    about = 'Together they give at most 200 MiB/s. The data stay the same, so that growth is to be far below 1.'
    unit = 'seeders'
    targets = Target('growth', 0.3, None),
    way = contestants.MANY
    total_rate = 200 * MIB

    def make_sample(self, bench, count):
        return bench.make_single(256 * MIB)

    def start_counterpart(self, run):
        return contestants.Crowd(run, self.sample.torrent, [self.sample.folder] * self.step, is_seed=True,
                                 up_limit=self.total_rate // self.step)

    def look_at(self, counterpart):
        counterpart.check_connected()


class GrowLeechers(SeedToMany):
    name, title = 'grow-leechers', 'More leechers of 4 MiB each'
    about = 'None of them knows another. The bytes grow with them: the CPU is that of the whole, from the first connection on.'
    is_growth = True
    in_chart = False
    floor = None
    columns = (*(Column(f'cpu{step}', f'{step} leecher{"s" * (step > 1)}, CPU s', 3, True) for step in STEPS),
               Column('growth', 'growth', 2, words='growth'), *(Column(f'private{step}', f'{step}, private, MB') for step in STEPS))
    order = 'growth'
    targets = Target('growth', 1.1, None),

    def prepare(self, bench):
        self.sample = bench.make_single(4 * MIB)

    def run(self, bench, run, contestant):
        figures = {}
        for self.n_copies in STEPS:
            with bench.start_run() as inner:
                found = self.serve(bench, inner, type(contestant)(inner))
            figures[f'cpu{self.n_copies}'], figures[f'private{self.n_copies}'] = found['cpu'] * self.n_bytes / GIB, found['private']
        bench.keep(self, contestant, growth=find_growth([figures[f'cpu{step}'] for step in STEPS]), **figures)


class GrowIdle(scale.LeechBeside):
    name, title = 'grow-idle', 'More idle peers beside one fast seeder'
    about = 'The CPU of the transfer, as beside 1,000 idle peers above. The data stay the same here, too.'
    is_growth = True
    columns = (*(Column(f'cpu{count}', f'{count:,} idle peers, CPU s/GiB', 2, True) for count in (10, 100, 1000)),
               Column('growth', 'growth', 2, words='growth'))
    order = 'growth'
    targets = Target('growth', 0.15, None),

    def prepare(self, bench):
        self.sample = bench.make_single(GIB)

    def run(self, bench, run, contestant):
        costs = {}
        for count in (10, 100, 1000):
            bench.reserve.warm(self.sample.size)
            with bench.start_run() as inner:
                costs[f'cpu{count}'] = self.transfer(inner, type(contestant)(inner), count, inner.folder('target'))
        bench.keep(self, contestant, growth=find_growth([*costs.values()]), **costs)


class GrowTorrents(scale.ManyTorrents):
    name, title = 'grow-torrents', 'More torrents that nobody uses'
    about = 'Seeds without peers and trackers, in the engine alone. Growth is the largest of both times.'
    is_growth = True
    COUNTS = 1000, 10_000, 100_000
    columns = (*(Column(f'listed{count}', f'{count:,} listed, s', 3, True) for count in COUNTS),
               *(Column(f'stop{count}', f'{count:,} stopped, s', 3, True) for count in COUNTS),
               *(Column(f'each{count}', f'{count:,}, private KiB each', 2) for count in COUNTS),
               Column('growth', 'growth', 2, words='growth'))
    order = 'growth'
    targets = Target('growth', 1.1, None),

    def run(self, bench, run, contestant):
        none = self.measure(run, 0, 'none')['private']
        found = {count: self.measure(run, count, 'none') for count in self.COUNTS}
        growth = max(find_growth([got[key] for got in found.values()]) for key in ('listed', 'quit'))
        figures = {f'listed{count}': got['listed'] for count, got in found.items()}
        figures |= {f'stop{count}': got['quit'] for count, got in found.items()}
        figures |= {f'each{count}': (got['private'] - none) / count for count, got in found.items()}
        bench.keep(self, contestant, growth=growth, **figures)


WORKS = GrowPieces(), GrowFiles(), GrowPeers(), GrowLeechers(), GrowIdle(), GrowTorrents()

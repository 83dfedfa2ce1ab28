# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a leech costs with one, ten and a hundred times as many pieces, files or peers."""
import contestants
from measure import MIB
from transfers import Leech
from work import Column, Target

STEPS = 1, 10, 100


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
        growth = max(figures[f'cpu{10 * step}'] / (10 * figures[f'cpu{step}']) for step in STEPS[:-1])
        bench.keep(self, contestant, growth=growth, **figures)


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
    about = 'Together they give at most 200 MiB/s.'
    unit = 'seeders'
    way = contestants.MANY
    total_rate = 200 * MIB

    def make_sample(self, bench, count):
        return bench.make_single(256 * MIB)

    def start_counterpart(self, run):
        return contestants.Crowd(run, self.sample.torrent, [self.sample.folder] * self.step, is_seed=True,
                                 up_limit=self.total_rate // self.step)


WORKS = GrowPieces(), GrowFiles(), GrowPeers()

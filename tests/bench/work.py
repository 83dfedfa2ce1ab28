# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a work has to say about itself; the rest of the benchmark knows works by this alone."""
import dataclasses

import harness


class WrongContent(harness.Failure):
    """The run is thrown out; others of the same client count."""


@dataclasses.dataclass(frozen=True)
class Column:
    key: str
    heading: str           # with the unit
    digits: int = 0
    has_range: bool = False  # shown beside the median
    words: str = None      # what a verdict calls it, if not the heading


@dataclasses.dataclass(frozen=True)
class Target:
    """What Shoal is to reach in one column: limit × the figure of `beside`, which is 'best' (of the others), 'floor' (of
    the work), or the title of a client; None: limit is the figure itself. unit is said after such a figure."""
    column: str
    limit: float
    beside: str = 'best'
    at_least: bool = False
    is_strict: bool = False  # the limit itself is not enough
    is_held: bool = False  # ./run bench ends with 1 where it is missed
    unit: str = ''
    row: str = 'Shoal'     # or another row of ours: Shoal under other conditions


CPU = Column('cpu', 'CPU s/GiB', 2, True, 'CPU')
RATE = Column('rate', 'MiB/s', 0, True, 'rate')


class Work:
    """One object of each subclass in a module's WORKS. build () is called once, before anything is measured; prepare ()
    once, before the first run; run () once for each client in each round, in a folder and with processes that end with
    it. It measures, compares, and calls bench.keep () with a number for each column, or raises: WrongContent, or a
    Failure that says why this client is left out from then on."""
    name = None         # the word for --work
    title = None        # of its table
    about = ''          # a sentence or two under the title, where the table needs them
    columns = ()
    targets = ()
    order = 'cpu'       # the column by which clients are listed, the least first
    floor = None        # the name of a step in floors.c that is the floor of the column cpu
    in_chart = False    # the column cpu is drawn
    is_growth = False   # done only with --growth, or when it is named
    clients = None      # the titles of those who can do it; None: all
    full_only = ()      # the titles of those who would take too long for the small set
    once_if_small = False  # the small set has it in its first round only

    def can_run(self, kind, is_small):
        return (self.clients is None or kind.base_title in self.clients) and not (is_small and kind.base_title in self.full_only)

    def build(self, bench):
        pass

    def prepare(self, bench):
        pass

    def run(self, bench, run, contestant):
        raise NotImplementedError

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader is told while something is downloaded, with the real engine: when it begins, at each tenth, when
it ends, and not with every number that changes."""
import re
import time

import rig
import test_desk
import test_real
from rig import check, wait_for
from test_real import NAME, bar
from test_several import Finder, Table

# A row says each tenth, and a state before and after them, one of which is short.
MOST = 14


class Ears:
    """What is told of names that change, by what has the name."""

    def __init__(self, desktop):
        self.heard = {}
        self.listener = desktop.atspi.EventListener.new(self.hear)
        self.listener.register('object:property-change:accessible-name')

    def hear(self, event):
        self.heard.setdefault(event.source.path, []).append(event.any_data)

    def listen(self, begin=''):
        """All that has a name that begins so: what it was called, one after the other."""
        from gi.repository import GLib
        while GLib.MainContext.default().iteration(False):
            pass
        return [names for names in self.heard.values() if names[-1].startswith(begin)]

    def close(self):
        self.listener.deregister('object:property-change:accessible-name')


def check_rows(heard, least):
    """The rows of the torrent: the speed is told along with something else only."""
    gists = [[re.sub(r', [\d.]+.[kM]?B/s$', '', name) for name in names] for names in heard]
    for names in gists:
        print(f'# a row of the torrent said {len(names)} things, from {names[0]!r} on', flush=True)
        check(len(names) <= MOST and len(set(names)) == len(names), lambda names=names: f'a row said {names}')
    check(max(map(len, gists)) >= least, lambda: f'it says how far it is: {gists}')


def check_files(heard):
    for names in heard:
        tenths = [int(match[1]) // 10 if match else 10 for match in (re.search(r' (\d+) %', name) for name in names)]
        print(f'# {names[-1].split(",")[0]!r} among the files said {len(names)} things', flush=True)
        check(tenths == sorted(set(tenths)), lambda names=names: f'a file said {names}')
    check(heard and max(map(len, heard)) >= 3, lambda: f'a file says how far it is: {heard}')


@test_real.with_swarm
def progress_is_announced_sparingly(desktop, swarm):
    """By the rows of the list, of the table, and of the files; all else that is shown changes once a second at most."""
    ears = Ears(desktop)
    seeder = swarm.seeder(rate=1_000_000)
    app = test_desk.start(desktop, swarm, {'details_page': "'files'"})
    start = time.monotonic()
    app.click(app.row(NAME))
    wait_for(lambda: bar(app) > 0.55, 'half of it to be there', timeout=60)
    listed = [names for names in ears.listen(NAME) if not re.search(' of | ·', names[-1])]
    check(len(listed) == 1, lambda: f'there is one row: {listed}')
    check_rows(listed, 4)
    check_files(ears.listen('big.bin,'))
    seeder.set_upload_limit(50_000)
    it = Finder(desktop, app)
    it.open_view_menu('Table')
    app.press(re.compile('^Table$'))
    # Of what nobody has looked at yet GTK tells nothing.
    Table(desktop, app).row(NAME)
    seeder.set_upload_limit(1_000_000)
    wait_for(lambda: any(names[-1].endswith(', Seeding, complete') for names in ears.listen(NAME)), 'the end to be said', timeout=60)
    check_rows([names for names in ears.listen(NAME) if not re.search(' of | ·|MB$', names[-1])], 4)
    check_files(ears.listen('big.bin,'))
    most = max(ears.listen(), key=len)
    print(f'# {len(most)} changes in {time.monotonic() - start:.0f} s: {most[-2:]}', flush=True)
    check(len(most) <= time.monotonic() - start + 3, lambda: f'this changes too often: {most}')
    check(app.quit() == 0, 'it ends')
    ears.close()


if __name__ == '__main__':
    rig.main(progress_is_announced_sparingly)

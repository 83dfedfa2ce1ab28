#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`shoal --demo`: the whole job in the window, with nothing needed from outside and nothing left behind."""
import os
import re
import shutil

import rig
from rig import check, wait_for

SHOAL = os.environ['SHOAL']


def start(desktop, *args):
    place = desktop.dir / 'tmp'
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    desktop.settings(window_width=760, window_height=640)
    return desktop.app(SHOAL, '--demo', *args, TMPDIR=str(place)).wait_window(), place


def check_nothing_left(desktop, place):
    check(list(place.iterdir()) == [], lambda: f'left behind: {list(place.iterdir())}')
    state = list((desktop.dir / 'state').iterdir())
    check(state == [], lambda: f'the state of the person was touched: {state}')


def downloads_and_verifies(desktop):
    app, place = start(desktop)
    app.row('Sample', timeout=60)
    app.wait_text(r'200\.0.MB · seeding', timeout=60)
    check(len(app.rows()) == 1, 'it is there once')
    desktop.shot('demo')
    check(app.quit() == 0, 'all was right')
    log = app.log.read_text()
    check(re.search(r'^Verified: 200\.0.MB in 3 files, every piece by its hash and every byte against the source, '
                    r'\d[\d.]*..?B/s\.$', log, re.M), lambda: f'it says what was verified: {log}')
    check_nothing_left(desktop, place)


def closed_before_the_end(desktop):
    app, place = start(desktop)
    check(app.quit() == 1, 'it was not done')
    check('the demo was ended before everything was there' in app.log.read_text(), 'and says so')
    check_nothing_left(desktop, place)


def beside_the_window_of_the_person(desktop):
    mine = desktop.app(SHOAL).wait_window()
    mine.wait_text('Nothing Here Yet')
    app, place = start(desktop)
    app.row('Sample', timeout=60)
    mine.wait_text('Nothing Here Yet')
    check(mine.quit() == 0, 'it ends')
    wait_for(lambda: app.has_row('Sample'), 'the demo to go on')
    app.quit(20)


if __name__ == '__main__':
    rig.main(downloads_and_verifies, closed_before_the_end, beside_the_window_of_the_person)

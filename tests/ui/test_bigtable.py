#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand torrents in the table, a hundred of them changing: no turn is long, few rows exist."""
import time

import rig
from rig import check, wait_for
from test_scroll import LAST, MAX_ATTEMPTS, MAX_TURN_MS, Turns
from test_table import Table

N = 10000
# A grid of one column keeps few beside those that are seen.
MAX_ROWS = 100


def start(desktop, **env):
    turns = Turns(desktop.dir / 'turns')
    turns.path.unlink(missing_ok=True)
    begin = time.monotonic()
    it = Table(desktop, n=N, width=1200, height=900, SHOAL_FAKE_ACTIVE='100', GIO_EXTRA_MODULES=str(desktop.build / 'ui'),
               SHOAL_TURNS=str(turns.path), **env)
    print(f'# {N} torrents: rows after {time.monotonic() - begin:.2f} s')
    return it, turns


def drag_scrollbar(desktop, it):
    """From the top to the bottom by the slider, as a hand does it: a hundred steps in five seconds."""
    x, y = it.app.place(it.view())
    extents = it.extents(it.view())
    right, top = x + extents.width // 2 - 4, y - extents.height // 2
    moves = []
    for i in range(101):
        moves += ['mousemove', right, top + 12 + i * (extents.height - 16) // 100, 'sleep', '0.05']
    desktop.xdotool('mousemove', x, y, 'sleep', '0.1', 'mousemove', right, top + 8, 'sleep', '0.3', 'mousedown', 1,
                    *moves, 'mouseup', 1)


def has_row(it, name):
    return any(n.startswith(name) for n in it.names())


def scroll(desktop, it, first, last=LAST):
    """Every way there is, from the first row to the last, and back to it."""
    for _ in range(30):
        desktop.xdotool('key', 'Page_Down', 'sleep', '0.03')
    desktop.xdotool('click', '--repeat', '60', '--delay', '15', '5')
    drag_scrollbar(desktop, it)
    for key, row in (('End', last), ('Home', first), ('End', last), ('Home', first)):
        desktop.key(key)
        wait_for(lambda: has_row(it, row), f'{key} to reach {row}')


def scrolls(desktop):
    it, turns = start(desktop)
    check(len(it.rows()) <= MAX_ROWS, lambda: f'{len(it.rows())} rows exist at the start')
    first = it.names()[0].split(',')[0] + ','
    turns.report('start')
    it.app.click(it.rows()[2])
    for _ in range(MAX_ATTEMPTS):
        turns.take()
        scroll(desktop, it, first)
        longest = turns.report('scrolling')
        if longest <= MAX_TURN_MS:
            break
    print(f'# {len(it.rows())} rows exist')
    check(len(it.rows()) <= MAX_ROWS, lambda: f'{len(it.rows())} rows exist after scrolling')
    check(not it.commands(), lambda: f'commands were sent by scrolling: {it.commands()[:5]}')
    check(longest <= MAX_TURN_MS, f'a turn of the main loop took {longest:.0f} ms')
    it.app.quit()


def changes_columns(desktop):
    """By hand, with all rows there are: by menu, by drag, by width, by order."""
    it, turns = start(desktop)
    for _ in range(MAX_ATTEMPTS):
        turns.take()
        it.drag(it.title('Size'), 80, at_end=True)
        one = turns.report('changing a width')
        it.drag(it.title('State'), it.extents(it.title('Size')).x - it.extents(it.title('State')).x)
        wait_for(lambda: it.words()[1] == 'State', 'the column to move')
        two = turns.report('moving a column')
        it.app.click(it.title('Name'))
        three = turns.report('sorting by name')
        it.app.click(it.title('Name'), button=3)
        it.app.press('Usual Columns', 'menu item')
        wait_for(lambda: it.words()[1] == 'Size', 'the columns to be as usual')
        four = turns.report('usual columns')
        longest = max(one, two, three, four)
        if longest <= MAX_TURN_MS:
            break
    check(longest <= MAX_TURN_MS, f'a turn of the main loop took {longest:.0f} ms')
    it.app.quit()


def names_what_lies_beside_the_screen(desktop):
    """A screen reader goes there too: what is spoken there must be right a moment later."""
    it, _ = start(desktop)
    first = it.names()[0].split(',')[0]
    it.app.click(it.rows()[2])
    desktop.key('End')
    wait_for(lambda: has_row(it, LAST), 'End to reach the last')
    desktop.key('Home')
    wait_for(lambda: has_row(it, first + ','), 'Home to reach the first')

    def numbers():
        return [int(n.split(',')[0].split()[-1]) for n in it.names()]
    wait_for(lambda: numbers() == list(range(N - 1, N - 1 - len(numbers()), -1)), 'all rows to be called what they show')
    it.app.quit()


if __name__ == '__main__':
    rig.main(scrolls, changes_columns, names_what_lies_beside_the_screen)

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to rows of the list, over an engine that is none: their order in the queue by keys, menu and hand,
another name, and several at once."""
import re

import rig
from rig import check, wait_for
from test_find import DEBIAN, TOM, Finder


def moves_in_the_queue(desktop):
    it = Finder(desktop, settings={'sort': "'queue'"})
    app = it.app
    it.wait_names(lambda names: names[0] == DEBIAN, 'the queue')
    app.click(app.row('Family photos 2026,'))
    desktop.key('alt+Up')
    it.wait_commands('enqueue up 2 0')
    it.wait_names(lambda names: names[:2] == ['Family photos 2026', DEBIAN], 'it to stand first')
    check(it.selected() == ['Family photos 2026'], lambda: f'selected: {it.selected()}')
    desktop.key('alt+Down', 'alt+Down')
    it.wait_names(lambda names: names.index('Family photos 2026') == 2, 'it to stand third')
    app.click(app.row(TOM), button=3)
    app.press('Queue', 'menu item')
    app.press('Move to Top')
    it.wait_names(lambda names: names[0] == TOM, 'the menu to move it to the top')
    app.quit()


def drags_in_the_queue(desktop):
    it = Finder(desktop, settings={'sort': "'queue'"})
    app = it.app
    it.wait_names(lambda names: names[0] == DEBIAN, 'the queue')

    desktop.drag(it.place(TOM), it.place(DEBIAN + ',', -18), 'queue-drag')
    it.wait_commands('enqueue before 3 1')
    it.wait_names(lambda names: names[:3] == [TOM, DEBIAN, 'Family photos 2026'], 'it to stand first')
    app.click(app.row(DEBIAN + ','))
    desktop.xdotool('keydown', 'ctrl')
    app.click(app.row(TOM))
    desktop.xdotool('keyup', 'ctrl')
    wait_for(lambda: len(it.selected()) == 2, 'two to be selected')
    desktop.drag(it.place(TOM), it.place('Family photos 2026,', 18))
    it.wait_commands('enqueue before 3 1 4')
    it.wait_names(lambda names: names[:3] == ['Family photos 2026', TOM, DEBIAN], 'both to go together')
    check(sorted(it.selected()) == sorted([TOM, DEBIAN]), lambda: f'selected: {it.selected()}')
    it.open_view_menu('Name')
    app.press(re.compile('^Name$'))
    it.wait_names(lambda names: names[0] == DEBIAN, 'the order by name')
    n = len(it.commands())
    desktop.drag(it.place(TOM), it.place('Family photos 2026,', -18))
    desktop.xdotool('sleep', '0.2')
    check(len(it.commands()) == n, lambda: f'in another order nothing can be moved: {it.commands()}')
    app.quit()


def starts_now(desktop):
    it = Finder(desktop, SHOAL_FAKE_QUEUED='10')
    app = it.app
    check('Waiting' in app.row('Family photos 2026 9,').get_name(), 'it waits for its turn')
    app.click(app.row('Family photos 2026 9,'), button=3)
    app.press('Start Now', 'menu item')
    it.wait_commands('enqueue top 10 0')
    wait_for(lambda: 'Downloading' in app.row('Family photos 2026 9,').get_name(), 'it to start')
    app.click(app.row('Family photos 2026 9,'), button=3)
    app.wait('Pause', 'menu item')
    check(not app.find('Start Now', 'menu item'), 'what has started is not to be started')
    app.quit()


def renames(desktop):
    it = Finder(desktop)
    app = it.app
    app.click(app.row(DEBIAN + ','))
    desktop.key('F2')
    app.wait('Name', 'text')
    desktop.type('a/b')
    desktop.shot('rename')
    desktop.key('Return')
    app.wait_text('A name has at least one character, and no slash')
    desktop.key('ctrl+a')
    desktop.type('other.iso')
    desktop.key('Return')
    it.wait_commands('rename--1-other.iso 1')
    app.wait_windows(1)
    app.row('other.iso, Downloading')
    app.click(app.row('other.iso,'), button=3)
    app.press('Rename…', 'menu item')
    app.wait('Name', 'text')
    desktop.type('third')
    desktop.key('Return')
    it.wait_commands('rename--1-third.iso 1')
    app.wait_windows(1)
    desktop.key('ctrl+a', 'F2')
    app.click(app.row('third.iso,'), button=3)
    item = app.wait('Rename…', 'menu item')
    check(not app.has_state(item, 'sensitive'), 'several cannot be renamed at once')
    app.quit()


def acts_on_several(desktop):
    it = Finder(desktop)
    app = it.app
    app.click(app.row(DEBIAN + ','))
    desktop.xdotool('keydown', 'ctrl')
    app.click(app.row('Family photos 2026,'))
    desktop.xdotool('keyup', 'ctrl')
    wait_for(lambda: len(it.selected()) == 2, 'two to be selected')
    desktop.key('ctrl+space')
    it.wait_commands('pause 1', 'pause 2')
    desktop.key('ctrl+e')
    it.wait_commands('unseed 1', 'unseed 2')
    app.click(app.row(DEBIAN + ','), button=3)
    app.press('Verify', 'menu item')
    it.wait_commands('verify 1', 'verify 2')
    check(len(it.selected()) == 2, 'a menu on one of them leaves both selected')
    desktop.key('ctrl+shift+c')
    app.wait_text('Links copied')
    desktop.key('Delete')
    it.wait_commands('hide 1', 'hide 2')
    app.wait_text('Removed 2 torrents')
    desktop.key('ctrl+z')
    wait_for(lambda: sorted(it.selected()) == sorted([DEBIAN, 'Family photos 2026']), 'both to be selected again')
    app.quit()


if __name__ == '__main__':
    rig.main(moves_in_the_queue, drags_in_the_queue, starts_now, renames, acts_on_several)

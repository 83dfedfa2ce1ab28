#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of torrents, over an engine that is none: what it says, what its controls send."""
import os
import re

import rig
from rig import check, wait_for

FAKE = os.environ['SHOAL_FAKE']
TOM = 'Tom & Jerry <b>x</b> %s'


class List:
    """The window with some torrents, and the commands it sent."""

    def __init__(self, desktop, n=12, **env):
        self.path = desktop.dir / 'commands'
        self.path.unlink(missing_ok=True)
        desktop.settings(window_width=860, window_height=1120, show_details='false')
        env = dict({'SHOAL_FAKE_ACTIVE': '0'}, **env)
        self.app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS=str(n), SHOAL_FAKE_LOG=str(self.path), **env).wait_window()
        wait_for(self.app.rows, 'the list')

    def commands(self):
        return self.path.read_text().splitlines() if self.path.exists() else []

    def wait_command(self, command):
        wait_for(lambda: command in self.commands(), f'the command {command!r}, there are {self.commands()}')

    def select(self, desktop, name):
        row = self.app.row(name)
        self.app.click(self.app.find(re.compile('^' + re.escape(name)), start=row) or row)
        return row


def says_each_state(desktop):
    it = List(desktop)
    app = it.app
    for sentence in (r'seeding, nobody is asking right now', r'complete, not seeding', r'paused',
                     r'waiting · The disk is full: 300\.0.MB more are needed in “/home/me/Downloads”',
                     r'needs attention · “/home/me/Downloads/film.mkv” is missing', r'checking the files',
                     r'nobody found · The tracker tracker.example does not answer'):
        app.wait_text(sentence)
    desktop.shot('list')
    check(app.find('Shoal', 'frame'), 'the window is called Shoal')
    check(app.quit() == 0, 'quits with 0')


def names_strangers_words_literally(desktop):
    it = List(desktop)
    app = it.app
    app.row(TOM)
    check(app.find('Seed ' + TOM), 'the switch is named with the torrent')
    check(app.find('Pause ' + TOM, 'push button'), 'the button is named with the torrent')
    check(app.find(TOM, 'progress bar'), 'the bar is named with the torrent')
    app.quit()


def speaks_of_rows(desktop):
    it = List(desktop)
    app = it.app
    names = [r.get_name() for r in app.rows()]
    check('debian-12.9.0-amd64-DVD-1.iso, Downloading, 0 percent' in names, lambda: f'rows are called {names}')
    check(any(n.endswith('Seeding, complete') for n in names), lambda: f'rows are called {names}')
    check(any('Needs Attention' in n and 'is missing' in n for n in names), lambda: f'rows are called {names}')
    roles = {r.get_role_name() for r in app.rows()}
    check(roles == {'list item'}, lambda: f'roles of rows: {roles}')
    bar = app.find('Family photos 2026', 'progress bar')
    check(abs(bar.get_value_iface().get_current_value() - 1.0) < 0.01, 'the bar of a complete torrent is full')
    app.quit()


def presses_buttons(desktop):
    it = List(desktop)
    app = it.app
    app.press('Pause debian-12.9.0-amd64-DVD-1.iso')
    it.wait_command('pause 1')
    app.press('Resume debian-12.9.0-amd64-DVD-1.iso')
    it.wait_command('resume 1')
    app.press(re.compile('^Try Again debian'))
    it.wait_command('retry 7')
    seed = app.wait('Seed debian-12.9.0-amd64-DVD-1.iso')
    check(app.has_state(seed, 'checked'), 'the seed switch is on')
    app.press('Seed debian-12.9.0-amd64-DVD-1.iso')
    it.wait_command('unseed 1')
    wait_for(lambda: not app.has_state(app.find('Seed debian-12.9.0-amd64-DVD-1.iso'), 'checked'), 'the switch is off')
    app.click(app.find('Seed debian-12.9.0-amd64-DVD-1.iso'))
    it.wait_command('seed 1')
    check(len([c for c in it.commands() if 'seed' in c]) == 2, lambda: f'one command a click: {it.commands()}')
    app.quit()


def opens_a_menu(desktop):
    it = List(desktop)
    app = it.app
    app.click(app.row('Family photos 2026, '), button=3)
    app.wait('Verify', 'menu item')
    desktop.shot('menu')
    names = [a.get_name() for a in app.all(role='menu item')]
    check(names == ['Pause', 'Stop Seeding', 'Open Folder', 'Copy Name', 'Copy Link', 'Verify', 'Rename…',
                    'Move to Folder…', 'Labels', 'Queue', 'Remove', 'Remove and Delete Files…'], lambda: f'the menu has {names}')
    app.press('Verify', 'menu item')
    it.wait_command('verify 2')
    app.wait_gone('Verify', 'menu item')
    app.click(app.row('Family photos 2026, '), button=3)
    app.press('Copy Name', 'menu item')
    app.wait_text('Name copied')
    app.quit()


def opens_a_menu_again(desktop):
    """Where the pointer rests, as soon as one has closed: a closed menu must not keep the pointer."""
    it = List(desktop)
    app = it.app
    x, y = app.place(app.row('Family photos 2026, '))

    def open_menu(what):
        desktop.xdotool('mousedown', 3, 'sleep', '0.06', 'mouseup', 3)
        wait_for(lambda: app.find('Copy Name', 'menu item'), f'the menu {what}', timeout=5)

    def choose():
        app.click(app.wait('Copy Name', 'menu item'))

    ways = {'Escape': lambda: desktop.key('Escape'), 'an entry was chosen': choose,
            'a click elsewhere': lambda: desktop.xdotool('mousemove', x + 120, y, 'sleep', '0.05', 'click', 1)}
    for way, close in ways.items():
        desktop.xdotool('mousemove', x - 163, y - 1, 'sleep', '0.05', 'mousemove', x - 160, y, 'sleep', '0.05')
        for times in range(3):
            open_menu(f'for the {times + 1}. time after {way}')
            close()
            app.wait_gone('Copy Name', 'menu item')
    app.quit()


def removes_and_undoes(desktop):
    it = List(desktop)
    app = it.app
    app.click(app.row(TOM))
    desktop.key('Delete')
    it.wait_command('hide 3')
    app.wait_text(re.escape('Removed “Tom & Jerry <b>x</b> %s”'))
    desktop.shot('removed')
    wait_for(lambda: not app.has_row(TOM), 'the row to go')
    desktop.key('Delete')
    wait_for(lambda: len([c for c in it.commands() if c.startswith('hide')]) == 2, 'the next row to be removed')
    app.wait_text('Removed 2 torrents')
    desktop.key('ctrl+z')
    it.wait_command('unhide 3')
    row = app.row(TOM)
    wait_for(lambda: app.has_state(row, 'selected'), 'the row to be selected again')
    check(not [c for c in it.commands() if c.startswith('remove')], 'nothing was removed for good')
    app.click(app.row(TOM))
    desktop.key('Delete')
    app.wait_text('Removed “Tom')
    app.undo()
    app.row(TOM)
    app.quit()


def removes_for_good_when_the_toast_goes(desktop):
    it = List(desktop)
    app = it.app
    app.click(app.row(TOM))
    desktop.key('Delete')
    it.wait_command('hide 3')
    wait_for(lambda: 'remove 3' in it.commands(), 'the removal after 10 s', timeout=20)
    app.quit()


def asks_before_it_deletes(desktop):
    it = List(desktop)
    app = it.app
    app.click(app.row('Family photos 2026, '))
    desktop.key('shift+Delete')
    app.wait('Delete Files?')
    app.wait_text(r'“Family photos 2026” leaves the list, and what was downloaded of it, 1\.4.GB, is deleted')
    desktop.shot('delete')
    desktop.key('Return')
    app.wait_windows(1)
    check(not [c for c in it.commands() if c.startswith('delete')], 'the default is Cancel')
    desktop.key('shift+Delete')
    app.press(re.compile('Delete$'), 'push button')
    it.wait_command('delete 2')
    app.wait_windows(1)
    wait_for(lambda: not app.has_row('Family photos 2026, '), 'the row to go')
    app.quit()


def works_from_the_keyboard(desktop):
    it = List(desktop)
    app = it.app
    wait_for(lambda: app.focused().get_role_name() == 'list item', 'a row to have the focus from the start')
    first = app.focused().get_name()
    desktop.key('Tab')
    wait_for(lambda: app.focused().get_role_name() != 'list item', 'Tab to leave the list')
    desktop.key('shift+Tab')
    wait_for(lambda: app.focused().get_name() == first, 'Shift+Tab to come back to the row')
    desktop.key('Home', 'End')
    wait_for(lambda: app.focused().get_name().startswith('debian-12.9.0-amd64-DVD-1.iso,'), 'End to reach the last')
    desktop.key('ctrl+space')
    it.wait_command('pause 1')
    desktop.key('ctrl+e')
    it.wait_command('unseed 1')
    desktop.key('Menu')
    app.wait('Resume', 'menu item')
    desktop.key('Escape')
    app.wait_gone('Resume', 'menu item')
    desktop.key('shift+F10')
    app.wait('Resume', 'menu item')
    desktop.key('Escape')
    app.wait_gone('Resume', 'menu item')
    desktop.key('ctrl+a', 'ctrl+space')
    wait_for(lambda: len([c for c in it.commands() if c.startswith(('resume', 'pause'))]) > 5, 'all to be paused')
    desktop.key('F10')
    app.wait('Keyboard Shortcuts', 'menu item')
    desktop.key('Escape')
    app.wait_gone('Keyboard Shortcuts', 'menu item')
    desktop.key('ctrl+question')
    app.wait_text('Pause or resume')
    desktop.shot('shortcuts')
    desktop.key('Escape')
    desktop.key('ctrl+q')
    check(app.wait_end() == 0, 'quits with 0')


def sorts(desktop):
    it = List(desktop)
    app = it.app
    newest = [r.get_name() for r in app.rows()]
    check(newest[0].startswith('Family photos 2026 11'), lambda: f'newest first: {newest}')
    app.click(app.find('View', 'push button'))
    app.press(re.compile('^Name$'))
    wait_for(lambda: app.rows()[0].get_name().startswith('debian-12.9.0-amd64-DVD-1.iso,'), 'the list by name')
    names = [r.get_name().split(',')[0] for r in app.rows()]
    check(names.index('debian-12.9.0-amd64-DVD-1.iso 8') < names.index('debian-12.9.0-amd64-DVD-1.iso 10'),
          lambda: f'numbers by value: {names}')
    app.quit()


def follows_what_changes(desktop):
    app = List(desktop, SHOAL_FAKE_ACTIVE='12').app
    app.wait_text(r'minutes? left · 5\.\d.MB/s from 12 of 40 people')
    app.wait_text(r'↓ \d+\.\d.MB/s  ↑ \d')
    bar = app.wait('debian-12.9.0-amd64-DVD-1.iso', 'progress bar')
    first = bar.get_value_iface().get_current_value()
    wait_for(lambda: bar.get_value_iface().get_current_value() > first, 'the bar to move')
    app.click(app.row('debian-12.9.0-amd64-DVD-1.iso,'))
    wait_for(lambda: re.search(r'Downloading, \d+ percent, 5\.\d.MB/s', app.row('debian-12.9.0-amd64-DVD-1.iso,').get_name()),
             'the row with the focus to say how fast it goes')
    app.quit()


if __name__ == '__main__':
    rig.main(says_each_state, names_strangers_words_literally, speaks_of_rows, presses_buttons, opens_a_menu,
             opens_a_menu_again, removes_and_undoes, removes_for_good_when_the_toast_goes, asks_before_it_deletes,
             works_from_the_keyboard, sorts, follows_what_changes)

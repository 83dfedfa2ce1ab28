#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding torrents, over an engine that is none: filters with their counts, labels, search, and order."""
import os
import re

import rig
from rig import check, wait_for

FAKE = os.environ['SHOAL_FAKE']
DEBIAN = 'debian-12.9.0-amd64-DVD-1.iso'
TOM = 'Tom & Jerry <b>x</b> %s'
# What the states of the first twelve torrents come to.
COUNTS = {'All': 12, 'Downloading': 4, 'Seeding': 3, 'Complete': 1, 'Paused': 1, 'Waiting': 1, 'Checking': 1,
          'Needs Attention': 1}
MAX_TURN_MS = 100
MAX_ATTEMPTS = 4


def torrents(n):
    return f'{n} torrent' + ('' if n == 1 else 's')


class Finder:
    """The window with some torrents, its filters, and the commands it sent."""

    def __init__(self, desktop, n=12, settings=None, **env):
        self.desktop = desktop
        self.path = desktop.dir / 'commands'
        self.path.unlink(missing_ok=True)
        desktop.settings(**{'window_width': 1100, 'window_height': 1120, 'show_details': 'false', **(settings or {})})
        env = {'SHOAL_FAKE_ACTIVE': '0', 'SHOAL_FAKE_LABELS': 'Linux,Music', 'SHOAL_FAKE_HOSTS': '2', **env}
        self.app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS=str(n), SHOAL_FAKE_LOG=str(self.path), **env).wait_window()
        wait_for(self.app.rows, 'the list')

    def commands(self):
        return self.path.read_text().splitlines() if self.path.exists() else []

    def wait_commands(self, *commands):
        wait_for(lambda: set(commands) <= set(self.commands()), f'the commands {commands}, there are {self.commands()}')

    def filters(self):
        return self.app.find('Filters', 'list')

    def filter_names(self):
        filters = self.filters()
        return [filters.get_child_at_index(i).get_name() for i in range(filters.get_child_count())]

    def filter(self, name):
        """The row of a filter, whatever its count."""
        filters = self.filters()
        return wait_for(lambda: next((r for r in (filters.get_child_at_index(i)
                                                  for i in range(filters.get_child_count()))
                                      if (r.get_name() or '').startswith(name + ', ')), None), f'the filter {name}')

    def choose(self, name):
        self.app.click(self.filter(name))

    def names(self):
        return [r.get_name().split(',')[0] for r in self.app.rows()]

    def wait_names(self, condition, what):
        wait_for(lambda: condition(self.names()), f'{what}; there are {self.names()}')

    def place(self, name, dy=0):
        """Where a hand takes hold of a row, or lets go: beside what can be pressed, so far from its middle."""
        x, y = self.app.place(self.app.row(name))
        return x - 60, y + dy

    def open_view_menu(self, item):
        self.app.click(self.app.find('View', 'push button'))
        return self.app.wait(item)

    def selected(self):
        return [r.get_name().split(',')[0] for r in self.app.rows() if self.app.has_state(r, 'selected')]


def counts_what_there_is(desktop):
    it = Finder(desktop)
    expected = [f'{name}, {torrents(n)}' for name, n in COUNTS.items()]
    expected += ['Label Linux, 4 torrents', 'Label Music, 4 torrents',
                 'Tracker tracker1.example, 6 torrents', 'Tracker tracker2.example, 6 torrents']
    wait_for(lambda: it.filter_names() == expected, f'{expected}')
    check(it.app.has_state(it.filter('All'), 'selected'), 'all are shown, and that is said')
    desktop.shot('filters')
    it.app.press('Pause ' + DEBIAN)
    it.filter('Paused')
    wait_for(lambda: 'Paused, 2 torrents' in it.filter_names() and 'Downloading, 3 torrents' in it.filter_names(),
             'the counts to follow')
    it.app.quit()


def filters_by_state(desktop):
    it = Finder(desktop)
    for name, n in COUNTS.items():
        it.choose(name)
        wait_for(lambda: len(it.app.rows()) == n, f'{n} rows with {name}')
        wait_for(lambda: it.app.has_state(it.filter(name), 'selected'), f'{name} to be chosen')
    check(all('Needs Attention' in r.get_name() for r in it.app.rows()), lambda: f'there are {it.names()}')
    it.app.press(re.compile('^Try Again'), 'push button')
    it.app.wait('No Torrents Here')
    it.app.press(re.compile('Show All$'), 'push button')
    wait_for(lambda: len(it.app.rows()) == 12, 'all rows')
    wait_for(lambda: it.app.has_state(it.filter('All'), 'selected'), 'All to be chosen')
    wait_for(lambda: 'Needs Attention, 0 torrents' in it.filter_names(), 'a filter that is empty to stay')
    it.app.quit()


def filters_by_label_and_tracker(desktop):
    it = Finder(desktop)
    it.choose('Label Linux')
    wait_for(lambda: len(it.app.rows()) == 4, 'those with the label')
    it.choose('Tracker tracker1.example')
    wait_for(lambda: len(it.app.rows()) == 2, 'those of them on the tracker')
    it.choose('Label Linux')
    wait_for(lambda: len(it.app.rows()) == 6, 'a label to be let go by choosing it again')
    it.choose('Downloading')
    wait_for(lambda: all('Downloading' in r.get_name() for r in it.app.rows()), 'state and tracker together')
    it.choose('All')
    wait_for(lambda: len(it.app.rows()) == 12, 'All to end every filter')
    it.app.quit()


def filters_from_the_keyboard(desktop):
    it = Finder(desktop)
    app = it.app
    wait_for(lambda: app.focused() is not None and rig.role_of(app.focused()) == 'list item', 'a row to have the focus')
    desktop.key('shift+Tab')
    wait_for(lambda: app.focused().get_name() == 'All, 12 torrents', 'Shift+Tab to lead from the rows to the filters')
    desktop.key('Down', 'Down', 'space')
    wait_for(lambda: len(app.rows()) == 3, 'Space to choose Seeding')
    desktop.key('Down', 'Return')
    wait_for(lambda: len(app.rows()) == 1, 'Return to choose Complete')
    desktop.key('Tab')
    wait_for(lambda: rig.role_of(app.focused()) == 'list item' and app.focused().get_name().startswith('The complete'),
             'Tab to lead from the filters to the rows')
    it.choose('Paused')
    wait_for(lambda: len(app.rows()) == 1, 'the one that is paused')
    app.click(app.rows()[0])
    desktop.key('ctrl+space')
    app.wait('No Torrents Here')
    wait_for(lambda: app.focused() is not None and app.focused().get_name().endswith('Show All'),
             'the focus to lie on what leads out of an empty filter')
    desktop.key('Return')
    wait_for(lambda: len(app.rows()) == 12, 'Return to show all')
    wait_for(lambda: rig.role_of(app.focused()) == 'list item', 'the rows to have the focus')
    app.quit()


def searches_as_one_types(desktop):
    it = Finder(desktop)
    app = it.app
    desktop.key('ctrl+f')
    desktop.type('PHOTOS 11')
    it.wait_names(lambda names: names == ['Family photos 2026 11'], 'one row')
    desktop.shot('search')
    desktop.key('Escape')
    wait_for(lambda: len(app.rows()) == 12, 'Escape to end the search')
    app.click(app.rows()[0])
    desktop.type('complete')
    it.wait_names(lambda names: len(names) == 2, 'a search that typing began, with and without accents')
    desktop.type(' volume')
    it.wait_names(lambda names: len(names) == 1, 'a second word')
    desktop.key('ctrl+a')
    desktop.type('nothing is called so')
    app.wait('No Results Found')
    app.press(re.compile('Clear Search$'), 'push button')
    wait_for(lambda: len(app.rows()) == 12, 'the button to end the search')
    wait_for(lambda: rig.role_of(app.focused()) == 'list item', 'the rows to have the focus')
    app.quit()


def searches_names_of_files(desktop):
    """The engine of these tests finds a file called as the torrent and its number."""
    it = Finder(desktop)
    desktop.key('ctrl+f')
    desktop.type('file3')
    it.wait_names(lambda names: names == [TOM], 'the one with such a file')
    it.wait_commands('search <file3> 0')
    desktop.type(' jerry')
    it.wait_names(lambda names: names == [TOM], 'a word of the name and one of a file')
    desktop.key('ctrl+a')
    desktop.type('file1')
    it.wait_names(lambda names: len(names) == 4, 'those with files 1, 10, 11 and 12')
    it.app.quit()


def sorts_by_everything(desktop):
    it = Finder(desktop)
    app = it.app
    orders = {'Name': lambda n: n[0] == DEBIAN and n.index(DEBIAN + ' 8') < n.index(DEBIAN + ' 10'),
              'Progress': lambda n: n[0] in (DEBIAN, DEBIAN + ' 10'),
              'Ratio': lambda n: n[0].startswith('Family photos 2026'),
              'Queue': lambda n: n[0] == DEBIAN and n[-1] == 'Family photos 2026 11',
              'Largest First': lambda n: n[0] == DEBIAN + ' 6',
              'Newest First': lambda n: n[0] == 'Family photos 2026 11' and n[-1] == DEBIAN}
    for name, condition in orders.items():
        it.open_view_menu('Name')
        if name == 'Name':
            desktop.shot('menu-view')
        app.press(re.compile('^' + name + '$'))
        it.wait_names(condition, f'the order by {name}')
        app.wait_gone('Reverse Order')
    it.open_view_menu('Name')
    app.press('Reverse Order')
    it.wait_names(lambda names: names[0] == DEBIAN, 'the oldest first')
    app.quit()
    settings = (desktop.dir / 'config/glib-2.0/settings/keyfile').read_text()
    check('sort-reversed=true' in settings, lambda: f'the order is remembered: {settings}')


def keeps_the_selection_while_it_filters(desktop):
    it = Finder(desktop)
    app = it.app
    app.click(app.row(DEBIAN + ','))
    desktop.xdotool('keydown', 'ctrl')
    app.click(app.row('Family photos 2026,'))
    desktop.xdotool('keyup', 'ctrl')
    it.choose('Seeding')
    wait_for(lambda: it.selected() == ['Family photos 2026'], 'the one that is still there to stay selected')
    it.choose('All')
    wait_for(lambda: sorted(it.selected()) == sorted([DEBIAN, 'Family photos 2026']), 'both to be selected again')
    it.choose('Seeding')
    wait_for(lambda: len(app.rows()) == 3, 'those that seed')
    app.click(app.row('Family photos 2026 11,'))
    it.choose('All')
    wait_for(lambda: len(app.rows()) == 12, 'all')
    check(it.selected() == ['Family photos 2026 11'], lambda: f'another selection is the one that stays: {it.selected()}')
    app.quit()


def gives_labels(desktop):
    it = Finder(desktop)
    app = it.app
    app.click(app.row(DEBIAN + ','))
    desktop.key('ctrl+l')
    app.wait('Label', 'text')
    desktop.type('  To_keep  ')
    desktop.shot('label-new')
    desktop.key('Return')
    it.wait_commands('labels <To_keep> 1')
    app.wait_windows(1)
    it.filter('Label To_keep')
    app.click(app.row('Family photos 2026,'), button=3)
    app.press('Labels', 'menu item')
    item = app.wait('To_keep')
    check(not app.has_state(item, 'checked'), 'the second torrent does not have it')
    check(app.has_state(app.wait('Linux'), 'checked'), 'but another')
    desktop.shot('label-menu')
    app.press('To_keep')
    it.wait_commands('labels <To_keep,Linux> 2')
    wait_for(lambda: 'Label To_keep, 2 torrents' in it.filter_names(), 'its count')
    app.click(app.row('Family photos 2026,'), button=3)
    app.press('Labels', 'menu item')
    app.press('Linux')
    it.wait_commands('labels <To_keep> 2')
    app.quit()


def renames_and_removes_labels(desktop):
    it = Finder(desktop)
    app = it.app
    it.filter('Label Linux')
    app.click(it.filter('Label Linux'), button=3)
    app.press('Rename Label…', 'menu item')
    app.wait('Label', 'text')
    desktop.key('ctrl+a')
    desktop.type('Systems')
    desktop.key('Return')
    app.wait_windows(1)
    wait_for(lambda: 'Label Systems, 4 torrents' in it.filter_names() and
             not any('Linux' in n for n in it.filter_names()), 'the other name')
    app.click(it.filter('Label Systems'), button=3)
    app.press('Remove Label…', 'menu item')
    app.wait_text('is taken from 4 torrents')
    desktop.shot('label-remove')
    app.press(re.compile('Remove$'), 'push button')
    app.wait_windows(1)
    wait_for(lambda: not any('Systems' in n for n in it.filter_names()), 'the label to go')
    wait_for(lambda: len(app.rows()) == 12, 'all torrents to stay')
    app.quit()


def moves_rows_only_when_nobody_looks(desktop):
    """By speed, with numbers that change four times a second: not while the pointer rests on a button that is down."""
    it = Finder(desktop, settings={'sort': "'speed'"}, SHOAL_FAKE_ACTIVE='12')
    app = it.app
    desktop.xdotool('mousemove', 5, 5)
    first = it.names()
    wait_for(lambda: it.names() != first, 'rows to change places by themselves')
    x, y = app.place(app.rows()[3])
    desktop.xdotool('mousemove', x, y, 'mousedown', 1)
    held = it.names()
    for _ in range(20):
        desktop.xdotool('sleep', '0.25')
        check(it.names() == held, 'a row moved under the hand')
    desktop.xdotool('mouseup', 1)
    desktop.xdotool('mousemove', 5, 5)
    wait_for(lambda: it.names() != held, 'rows to move again')
    app.quit()


def finds_among_ten_thousand(desktop):
    from test_scroll import Turns
    turns = Turns(desktop.dir / 'turns')
    turns.path.unlink(missing_ok=True)
    it = Finder(desktop, n=10000, settings={'window_height': 800}, SHOAL_FAKE_ACTIVE='100', SHOAL_FAKE_HOSTS='400',
                SHOAL_TURNS=str(turns.path), GIO_EXTRA_MODULES=str(desktop.build / 'ui'))
    app = it.app
    app.click(app.rows()[2])
    turns.report('start')
    for _ in range(MAX_ATTEMPTS):
        turns.take()
        desktop.key('ctrl+f')
        wait_for(lambda: (app.focused() or app.root()).get_editable_text_iface() is not None, 'the search to take keys')
        desktop.type('photos 9777')
        it.wait_names(lambda names: names == ['Family photos 2026 9777'], 'what is searched')
        desktop.key('Escape')
        wait_for(lambda: it.selected() == ['Family photos 2026 9997'], 'what was selected before to be there again')
        wait_for(lambda: app.focused().get_name().startswith('Family photos 2026 9997'), 'it to have the focus')
        longest = turns.report('searching')
        for name in ('Seeding', 'Needs Attention', 'All'):
            it.choose(name)
            wait_for(lambda: app.has_state(it.filter(name), 'selected'), f'{name} to be chosen')
        longest = max(longest, turns.report('filtering'))
        if longest <= MAX_TURN_MS:
            break
    check(longest <= MAX_TURN_MS, f'a turn of the main loop took {longest:.0f} ms')
    check(it.filters().get_child_count() <= 300, 'hosts are in a recycling list')
    app.quit()


if __name__ == '__main__':
    rig.main(counts_what_there_is, filters_by_state, filters_by_label_and_tracker, filters_from_the_keyboard,
             searches_as_one_types, searches_names_of_files, sorts_by_everything, keeps_the_selection_while_it_filters,
             gives_labels, renames_and_removes_labels, moves_rows_only_when_nobody_looks)

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands beside what: three panes, two, or one page; nothing is lost when they fold and unfold."""
import os
import re

import rig
from rig import check, wait_for

FAKE = os.environ['SHOAL_FAKE']
N = 60
DEBIAN = 'debian-12.9.0-amd64-DVD-1.iso'


class Panes:
    """The window with more torrents than it can show, at some width."""

    def __init__(self, desktop, width=1100, settings=None, **env):
        self.desktop = desktop
        desktop.settings(**{'window_width': width, 'window_height': 700, **(settings or {})})
        self.app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS=str(N), SHOAL_FAKE_ACTIVE='0', **env).wait_window()
        self.list = self.app.wait('Torrents', 'list')
        self.window = self.app.find('Shoal', 'frame')
        self.filters = next(a for a in self.app.walk() if a.get_name() == 'Filters' and rig.role_of(a) == 'list')

    def extents(self, accessible):
        return accessible.get_component_iface().get_extents(self.desktop.atspi.CoordType.WINDOW)

    def frame(self):
        return self.extents(self.window)

    def rows(self):
        return [self.list.get_child_at_index(i) for i in range(self.list.get_child_count())]

    def resize(self, width, height=700):
        """The window itself: its shadow, which X counts in, stays as wide as it is."""
        window = self.app.window_id('^Shoal$')
        geometry = dict(line.split('=') for line in self.desktop.xdotool('getwindowgeometry', '--shell', window).split())
        frame = self.frame()
        self.desktop.xdotool('windowsize', window, width + int(geometry['WIDTH']) - frame.width,
                             height + int(geometry['HEIGHT']) - frame.height)
        wait_for(lambda: self.frame().width == width, f'a width of {width}, it is {self.frame().width}')

    def panes(self):
        """By their places: what lies behind something or beside the window still has a size."""
        frame, filters, rows = self.frame(), self.extents(self.filters), self.extents(self.list)
        if self.app.find('Back', 'push button'):  # only a page of its own has it
            return ['details']
        has_filters = filters.width > 0 and 0 <= filters.x < frame.width
        beside = filters.width if has_filters and rows.x >= filters.width else 0
        return (['filters'] if has_filters else []) + ['list'] + (
            ['details'] if rows.width < frame.width - beside - 50 else [])

    def wait_panes(self, *expected):
        wait_for(lambda: self.panes() == list(expected), f'the panes {expected}, there are {self.panes()}')

    def selected(self):
        return [r.get_name() for r in self.rows() if self.app.has_state(r, 'selected')]

    def focused(self):
        return next((r for r in self.rows() if self.app.has_state(r, 'focused')), None)


def stands_side_by_side(desktop):
    it = Panes(desktop)
    for width, panes in ((1100, ('filters', 'list', 'details')), (900, ('filters', 'list', 'details')),
                         (800, ('list', 'details')), (600, ('list',)), (360, ('list',)),
                         (700, ('list', 'details')), (1100, ('filters', 'list', 'details'))):
        it.resize(width)
        it.wait_panes(*panes)
        desktop.shot(f'panes-{width}')
    it.app.quit()


def loses_nothing_when_it_folds(desktop):
    it = Panes(desktop)
    app = it.app
    app.click(app.rows()[4])
    desktop.key('Down', 'Down', 'Page_Down')
    name = wait_for(it.focused, 'a row to have the focus').get_name()
    for width in (800, 600, 360, 600, 1100, 360, 1100):
        it.resize(width)
        row = wait_for(it.focused, f'a row to have the focus at {width} px')
        check(row.get_name() == name, lambda: f'the focus is on {row.get_name()} at {width} px, it was on {name}')
        check(it.selected() == [name], lambda: f'the selection at {width} px is {it.selected()}')
        place, view = it.extents(row), it.extents(it.list)
        check(view.y <= place.y + place.height and place.y <= view.y + view.height,
              f'the row is at {place.y}, the list from {view.y} to {view.y + view.height}, at {width} px')
    app.quit()


def opens_details_as_a_page(desktop):
    it = Panes(desktop, width=600)
    app = it.app
    it.wait_panes('list')
    app.click(it.rows()[2])
    desktop.key('Down')
    it.wait_panes('list')
    name = wait_for(it.focused, 'a row to have the focus').get_name()
    for key in ('Escape', 'alt+Left'):
        desktop.key('Return')
        it.wait_panes('details')
        desktop.shot('details-page')
        app.wait('Back', 'push button')
        desktop.key(key)
        it.wait_panes('list')
        wait_for(lambda: it.focused() is not None and it.focused().get_name() == name, f'{key} to bring the focus back')
    x, y = app.place(app.row(name))
    desktop.xdotool('mousemove', x, y, 'sleep', '0.1', 'click', '--repeat', '2', '--delay', '60', '1')
    it.wait_panes('details')
    app.press('Back', 'push button')
    it.wait_panes('list')
    app.quit()


def begins_the_details_anew(desktop):
    """Return on a row leads to where the details begin, not to what had the focus there last."""
    it = Panes(desktop, width=600)
    app = it.app
    it.wait_panes('list')
    app.click(it.rows()[2])
    for key in ('Tab', 'Escape'):
        desktop.key('Return')
        it.wait_panes('details')
        first = wait_for(app.focused, 'something in the details to have the focus').get_name()
        if key == 'Tab':
            begin = first
            for _ in range(4):
                desktop.key('Tab')
            wait_for(lambda: app.focused() is not None and app.focused().get_name() != begin, 'the focus to move')
        check(first == begin, lambda: f'{first!r} has the focus, not {begin!r}')
        desktop.key('Escape')
        it.wait_panes('list')
    desktop.key('shift+Down', 'Return')
    it.wait_panes('details')
    app.wait('2 Torrents', 'label')
    desktop.shot('details-two')
    app.quit()


def hides_what_is_not_wanted(desktop):
    it = Panes(desktop)
    app = it.app
    it.wait_panes('filters', 'list', 'details')
    desktop.key('F9')
    it.wait_panes('list', 'details')
    app.click(app.find('View', 'push button'))
    app.press('Details', 'check menu item')
    it.wait_panes('list')
    desktop.key('Escape')
    app.click(app.rows()[1])
    desktop.key('Return')
    it.wait_panes('list', 'details')
    it.resize(600)
    it.resize(1100)
    app.quit()
    it = Panes(desktop, settings={'show_filters': 'false', 'show_details': 'false'})
    it.wait_panes('list')
    it.resize(600)
    it.resize(1100)
    it.wait_panes('list')
    desktop.key('F9')
    it.wait_panes('filters', 'list')
    it.app.quit()


def shows_filters_over_the_list(desktop):
    it = Panes(desktop, width=600)
    app = it.app
    it.wait_panes('list')
    desktop.key('F9')
    wait_for(lambda: 'filters' in it.panes(), 'the filters')
    desktop.shot('filters-folded')
    row = next(a for a in app.all(role='list item') if a.get_name().startswith('Seeding, '))
    app.click(row)
    wait_for(lambda: 'filters' not in it.panes(), 'the filters to go when one is chosen')
    wait_for(lambda: app.rows() and all('Seeding' in r.get_name() for r in app.rows()), 'those that seed')
    desktop.shot('filters-said')
    app.press(re.compile('Show All$'), 'push button')
    wait_for(lambda: any('Seeding' not in r.get_name() for r in app.rows()), 'all')
    app.quit()


def tab_reaches_the_details(desktop):
    it = Panes(desktop)
    app = it.app
    app.click(app.rows()[0])
    desktop.key('ctrl+Home')
    desktop.key('shift+Tab', 'shift+Tab', 'shift+Tab')
    seen = []
    for _ in range(10):
        desktop.key('Tab')
        focused = wait_for(app.focused, 'a focus')
        seen.append(f'{rig.role_of(focused)} {focused.get_name()}')
    check(sum(s.startswith('list item') for s in seen) <= 4, lambda: f'Tab went over {seen}')
    print('# Tab: ' + ', '.join(seen))
    app.quit()


if __name__ == '__main__':
    rig.main(stands_side_by_side, loses_nothing_when_it_folds, opens_details_as_a_page, begins_the_details_anew, hides_what_is_not_wanted,
             shows_filters_over_the_list, tab_reaches_the_details)

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The compact table over an engine that is none: its columns, its order, its keys, and how it looks."""
import os
import re
import time

import rig
from rig import check, role_of, wait_for

FAKE = os.environ['SHOAL_FAKE']
DEBIAN = 'debian-12.9.0-amd64-DVD-1.iso'
TOM = 'Tom & Jerry <b>x</b> %s'
TITLE = 'push button'
USUAL = ['Name', 'Size', 'Progress', 'State', 'Download', 'Upload', 'Time Left', 'Ratio', 'People']


class Table:
    """The window with some torrents in the table, and the commands it sent."""

    def __init__(self, desktop, n=12, width=1200, height=700, keep=False, sort='added', **env):
        self.desktop = desktop
        self.path = desktop.dir / 'commands'
        self.path.unlink(missing_ok=True)
        if not keep:
            desktop.settings(window_width=width, window_height=height, view="'table'", show_filters='false',
                             show_details='false', sort=f"'{sort}'")
        env = dict({'SHOAL_FAKE_ACTIVE': '0'}, **env)
        self.app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS=str(n), SHOAL_FAKE_LOG=str(self.path), **env).wait_window()
        wait_for(self.rows, 'the table')

    def commands(self):
        return self.path.read_text().splitlines() if self.path.exists() else []

    def wait_command(self, command):
        wait_for(lambda: command in self.commands(), f'the command {command!r}, there are {self.commands()}')

    def view(self):
        return self.app.find('Torrents', 'table')

    def rows(self):
        """The accessibles of the realised rows, from the top."""
        view = self.view()
        return [view.get_child_at_index(i) for i in range(view.get_child_count())] if view else []

    def names(self):
        return [row.get_name() for row in self.rows()]

    def row(self, name):
        return wait_for(lambda: next((r for r in self.rows() if r.get_name().startswith(name)), None),
                        f'a row whose name begins {name!r}, there are {self.names()}')

    def cells(self, row):
        return [a for a in self.app.walk(row) if role_of(a) == 'table cell']

    def texts(self, row):
        texts = [a.get_text_iface() for a in self.cells(row)]
        return [self.desktop.atspi.Text.get_text(text, 0, text.get_character_count()) for text in texts]

    def extents(self, accessible):
        return accessible.get_component_iface().get_extents(self.desktop.atspi.CoordType.WINDOW)

    def titles(self):
        """The titles, as the eye meets them from left to right."""
        row = self.app.find('Columns', 'table row')
        found = [a for a in (row.get_child_at_index(i) for i in range(row.get_child_count())) if role_of(a) == TITLE]
        return sorted(found, key=lambda a: self.extents(a).x)

    def words(self):
        """What they say; a screen reader is told the order as well."""
        return [a.get_name().split(',')[0] for a in self.titles()]

    def title(self, word):
        return wait_for(lambda: next((a for a in self.titles() if a.get_name().split(',')[0] == word), None),
                        f'the title {word!r}, there are {self.words()}')

    def wait_words(self, words):
        try:
            wait_for(lambda: self.words() == words, f'the columns {words}')
        except rig.Failed as failed:
            raise rig.Failed(f'{failed}; there are {self.words()}') from None

    def first_is(self, name):
        wait_for(lambda: self.rows()[0].get_name().startswith(name), f'{name!r} to stand first')

    def end(self, title):
        """Where its column ends on the screen: AT-SPI leaves the padding of a button out."""
        return self.app.place(title)[0] + self.extents(title).width // 2 + 8 - 1

    def drag(self, accessible, dx, at_end=False):
        """As a hand does it: takes hold, moves in steps, lets go."""
        x, y = self.app.place(accessible)
        if at_end:
            x = self.end(accessible)
        moves = []
        for i in range(1, 11):
            moves += ['mousemove', x + dx * i // 10, y, 'sleep', '0.02']
        self.desktop.xdotool('mousemove', x - 2, y, 'sleep', '0.05', 'mousemove', x, y, 'sleep', '0.05', 'mousedown', 1,
                             'sleep', '0.06', *moves, 'sleep', '0.06', 'mouseup', 1)

    def restart(self):
        """The same desktop, the settings as the window left them."""
        self.app.quit()
        return Table(self.desktop, keep=True)


def shows_what_is_asked(desktop):
    it = Table(desktop)
    it.wait_words(USUAL)
    check(it.texts(it.row(DEBIAN + ',')) == [DEBIAN, '700.0\u00a0MB', '0 %', 'Downloading', '', '', '', '0.00', ''],
          lambda: f'the cells say {it.texts(it.row(DEBIAN + ","))}')
    check(it.texts(it.row('Family photos 2026,'))[1:4] == ['1.4\u00a0GB', '100 %', 'Seeding'],
          lambda: f'the cells say {it.texts(it.row("Family photos 2026,"))}')
    check(it.texts(it.row(TOM))[0] == TOM, 'a stranger is named literally')
    names = it.names()
    check(DEBIAN + ', Downloading, 0 percent' in names, lambda: f'rows are called {names}')
    check(any('Needs Attention' in n and 'is missing' in n for n in names), lambda: f'rows are called {names}')
    check({role_of(r) for r in it.rows()} == {'table row'}, 'rows are rows')
    desktop.shot('table')
    check(it.app.quit() == 0, 'quits with 0')


def places_cells_below_their_titles(desktop):
    it = Table(desktop, width=1100)
    cells = it.cells(it.rows()[0])
    for title, cell in zip(it.titles(), cells):
        a, b = it.extents(title), it.extents(cell)
        check(a.x <= b.x and b.x + b.width <= a.x + a.width,
              lambda: f'{title.get_name()} is at {a.x}+{a.width}, its cell at {b.x}+{b.width}')
    row = it.extents(it.rows()[0])
    check(28 <= row.height <= 32, f'a row is {row.height} px high')
    it.app.quit()


def sorts_both_ways(desktop):
    it = Table(desktop)
    it.first_is('Family photos 2026 11,')
    it.app.click(it.title('Size'))
    wait_for(lambda: it.title('Size').get_name() == 'Size, descending', 'the largest above')
    largest = it.texts(it.rows()[0])[1]
    check(largest == '4.9\u00a0GB', lambda: f'the first is {largest} large')
    it.app.click(it.title('Size'))
    wait_for(lambda: it.title('Size').get_name() == 'Size, ascending', 'the smallest above')
    check(it.texts(it.rows()[0])[1] == '700.0\u00a0MB', lambda: f'the first is {it.texts(it.rows()[0])[1]} large')
    it.app.click(it.title('State'))
    wait_for(lambda: it.title('State').get_name() == 'State, ascending', 'the order by state')
    check(it.title('Size').get_name() == 'Size', 'only one title has an arrow')
    it.app.click(it.title('Size'))
    it.app.click(it.title('Size'))
    wait_for(lambda: it.title('Size').get_name() == 'Size, ascending', 'the smallest above again')
    it = it.restart()
    check(it.title('Size').get_name() == 'Size, ascending', 'the order is remembered')
    check(it.texts(it.rows()[0])[1] == '700.0\u00a0MB', 'and the rows follow it')
    it.app.quit()


def chooses_columns(desktop):
    it = Table(desktop)
    it.app.click(it.title('Ratio'), button=3)
    it.app.wait('Hide Column', 'menu item')
    desktop.shot('table-columns')
    it.app.press('Hide Column', 'menu item')
    it.wait_words([w for w in USUAL if w != 'Ratio'])
    check(len(it.cells(it.rows()[0])) == len(USUAL) - 1, 'the cells are gone with the title')
    it.app.click(it.title('Name'), button=3)
    it.app.press('Folder')
    it.wait_words([w for w in USUAL if w != 'Ratio'] + ['Folder'])
    wait_for(lambda: it.texts(it.rows()[0])[-1] == '/home/me/Downloads', 'the folder in its cell')
    it = it.restart()
    it.wait_words([w for w in USUAL if w != 'Ratio'] + ['Folder'])
    it.app.click(it.title('Name'), button=3)
    it.app.press('Usual Columns', 'menu item')
    it.wait_words(USUAL)
    it.app.quit()


def moves_columns(desktop):
    it = Table(desktop)
    it.drag(it.title('State'), it.extents(it.title('Size')).x - it.extents(it.title('State')).x)
    moved = ['Name', 'State', 'Size', 'Progress', *USUAL[4:]]
    it.wait_words(moved)
    check(it.texts(it.row(DEBIAN + ','))[:3] == [DEBIAN, 'Downloading', '700.0\u00a0MB'], 'the cells moved along')
    it = it.restart()
    it.wait_words(moved)
    it.app.click(it.title('State'), button=3)
    it.app.press('Move Right', 'menu item')
    it.wait_words(['Name', 'Size', 'State', 'Progress', *USUAL[4:]])
    it.app.click(it.title('Name'), button=3)
    check(not it.app.has_state(it.app.wait('Move Left', 'menu item'), 'sensitive'), 'nothing is left of the first')
    it.app.quit()


def changes_widths(desktop):
    it = Table(desktop)
    before = it.extents(it.title('Size')).width
    it.drag(it.title('Size'), 60, at_end=True)
    wait_for(lambda: 50 <= it.extents(it.title('Size')).width - before <= 70, 'the column to be 60 px wider')
    wide = it.extents(it.title('Size')).width
    check(it.title('Size').get_name() == 'Size', 'a drag does not sort')
    it = it.restart()
    check(it.extents(it.title('Size')).width == wide, 'the width is remembered')
    x, y = it.end(it.title('Size')), it.app.place(it.title('Size'))[1]
    desktop.xdotool('mousemove', x - 1, y, 'mousemove', x, y, 'sleep', '0.05', 'click', '--repeat', 2, '--delay', 60, 1)
    wait_for(lambda: it.extents(it.title('Size')).width == before, 'a double click to bring the usual width back')
    it.app.quit()


def works_from_the_keyboard(desktop):
    it = Table(desktop)
    app = it.app
    for _ in range(12):
        desktop.key('Tab')
        focused = wait_for(app.focused, 'something to have the focus')
        if focused.get_name() in USUAL:
            break
    check(focused.get_name() == 'Name', lambda: f'Tab ends on {focused.get_name()!r}')
    desktop.key('Right')
    wait_for(lambda: app.focused().get_name() == 'Size', 'Right to lead to the next title')
    desktop.key('Return')
    wait_for(lambda: app.focused().get_name() == 'Size, descending', 'Return to sort')
    desktop.key('ctrl+Right')
    it.wait_words(['Name', 'Progress', 'Size', *USUAL[3:]])
    wait_for(lambda: app.focused().get_name() == 'Size, descending', 'the focus to go with the column')
    before = it.extents(it.title('Size')).width
    desktop.key('shift+Right')
    wait_for(lambda: it.extents(it.title('Size')).width > before, 'Shift+Right to widen the column')
    desktop.key('Menu')
    app.wait('Hide Column', 'menu item')
    desktop.key('Escape')
    app.wait_gone('Hide Column', 'menu item')
    desktop.key('shift+F10')
    app.wait('Hide Column', 'menu item')
    desktop.key('Escape')
    app.wait_gone('Hide Column', 'menu item')
    desktop.key('Tab')
    wait_for(lambda: role_of(app.focused()) == 'table row', 'Tab to enter the rows')
    first = app.focused().get_name()
    desktop.key('Tab')
    wait_for(lambda: role_of(app.focused()) != 'table row', 'Tab to leave the rows')
    desktop.key('shift+Tab')
    wait_for(lambda: app.focused().get_name() == first, 'Shift+Tab to come back to the row')
    desktop.key('shift+Tab')
    wait_for(lambda: app.focused().get_name() == 'Size, descending', 'Shift+Tab to come back to the title')
    app.click(it.title('Name'))
    wait_for(lambda: it.title('Name').get_name() == 'Name, ascending', 'the order by name')
    app.click(it.row(DEBIAN + ','))
    desktop.key('ctrl+space')
    it.wait_command('pause 1')
    desktop.key('ctrl+e')
    it.wait_command('unseed 1')
    desktop.key('Menu')
    app.wait('Resume', 'menu item')
    desktop.key('Escape')
    app.wait_gone('Resume', 'menu item')
    desktop.key('shift+F10')
    app.press('Verify', 'menu item')
    it.wait_command('verify 1')
    desktop.key('Delete')
    it.wait_command('hide 1')
    wait_for(lambda: not any(n.startswith(DEBIAN + ',') for n in it.names()), 'the row to go')
    wait_for(lambda: role_of(app.focused()) == 'table row', 'its neighbour to have the focus')
    app.quit()


def moves_in_the_queue(desktop):
    it = Table(desktop, sort='queue')
    app = it.app
    it.first_is(DEBIAN + ',')

    def place(name, dy=0):
        x, y = app.place(it.cells(it.row(name))[0])
        return x, y + dy
    desktop.drag(place(TOM), place(DEBIAN + ',', -9), 'table-queue-drag')
    it.wait_command('enqueue before 3 1')
    it.first_is(TOM)
    desktop.key('alt+Down')
    it.first_is(DEBIAN + ',')
    desktop.key('alt+Home')
    it.first_is(TOM)
    app.click(it.cells(it.row(TOM))[0], button=3)
    app.press('Queue', 'menu item')
    app.press('Move to Bottom')
    it.first_is(DEBIAN + ',')
    app.quit()


def acts_on_several(desktop):
    it = Table(desktop)
    rows = it.rows()
    it.app.click(rows[0])
    x, y = it.app.place(rows[2])
    desktop.xdotool('mousemove', x - 2, y, 'mousemove', x, y, 'keydown', 'shift', 'sleep', '0.05', 'click', 1,
                    'sleep', '0.05', 'keyup', 'shift')
    wait_for(lambda: [it.app.has_state(r, 'selected') for r in it.rows()[:4]] == [True, True, True, False],
             'three rows to be selected')
    it.app.click(it.rows()[1], button=3)
    it.app.press('Verify', 'menu item')
    for number in (12, 11, 10):
        it.wait_command(f'verify {number}')
    check(len([c for c in it.commands() if c.startswith('verify')]) == 3, lambda: f'sent: {it.commands()}')
    it.app.quit()


def follows_what_changes(desktop):
    """Numbers stand still for a second."""
    it = Table(desktop, SHOAL_FAKE_ACTIVE='12')
    row = it.row(DEBIAN + ',')
    wait_for(lambda: re.match(r'5\.\d.MB/s', it.texts(row)[4]), 'a speed')
    check(it.texts(row)[8] == '40', lambda: f'the cells say {it.texts(row)}')
    seen = []

    def look():
        text = it.texts(row)[2] + it.texts(row)[4]
        if not seen or seen[-1] != text:
            seen.append(text)
        return len(seen) >= 4
    begin = time.monotonic()
    wait_for(look, 'three changes')
    check(time.monotonic() - begin > 1.5, lambda: f'{seen} within {time.monotonic() - begin:.1f} s')
    app = it.app
    app.click(it.row(DEBIAN + ','))
    wait_for(lambda: re.search(r'Downloading, \d+ percent, 5\.\d.MB/s', it.row(DEBIAN + ',').get_name()),
             'the row with the focus to say how fast it goes')
    app.quit()


def scrolls_sideways_when_narrow(desktop):
    it = Table(desktop, width=360, height=500)
    titles = it.titles()
    frame = it.extents(it.app.find(role='frame'))
    check(frame.width <= 360, f'the window is {frame.width} px wide')
    check(it.extents(titles[-1]).x > 360, 'not all columns fit')
    it.app.click(it.cells(it.rows()[0])[0])
    for _ in range(14):
        desktop.key('Right')
    wait_for(lambda: it.extents(it.titles()[-1]).x + it.extents(it.titles()[-1]).width <= 361, 'the last column')
    for title, cell in zip(it.titles(), it.cells(it.rows()[0])):
        a, b = it.extents(title), it.extents(cell)
        check(a.x <= b.x and b.x + b.width <= a.x + a.width, lambda: f'{title.get_name()}: {a.x}+{a.width}, {b.x}+{b.width}')
    it.app.quit()


def in_sight(it, row):
    """Whether all of a row is in its view."""
    e, view = it.extents(row), it.extents(row.get_parent())
    return e.height > 0 and e.y >= view.y and e.y + e.height <= view.y + view.height


def change_view(it, entry, rows, name):
    """To the table or to the list, by the menu: the row called so is still selected, and there to be seen."""
    def selected():
        return next((r for r in rows() if it.app.has_state(r, 'selected')), None)
    it.app.click(it.app.find('View', 'push button'))
    it.app.press(re.compile(f'^{entry}$'))
    wait_for(lambda: selected() and in_sight(it, selected()), f'the selected row to be in sight after {entry}')
    check(selected().get_name().startswith(name), lambda: f'{selected().get_name()!r} is selected')
    it.app.click(selected())
    wait_for(lambda: it.app.has_state(selected(), 'focused'), 'the row to get the focus')


def takes_a_row_far_down_along(desktop):
    it = Table(desktop, n=200, sort='name')
    it.app.click(it.rows()[0])
    desktop.key('End', 'Up', 'Up', 'Up')
    for entry, rows in (('List', it.app.rows), ('Table', it.rows), ('List', it.app.rows), ('Table', it.rows)):
        change_view(it, entry, rows, 'oeuvre complète,')
    desktop.shot('table-far-down')
    it.app.quit()


if __name__ == '__main__':
    rig.main(shows_what_is_asked, places_cells_below_their_titles, sorts_both_ways, chooses_columns, moves_columns,
             changes_widths, works_from_the_keyboard, moves_in_the_queue, acts_on_several, follows_what_changes, scrolls_sideways_when_narrow,
             takes_a_row_far_down_along)

# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the pages of the details have in common."""
import os
import re

from rig import check, role_of, wait_for

FAKE = os.environ['SHOAL_FAKE']
FIRST = 'debian-12.9.0-amd64-DVD-1.iso,'


class Window:
    """One with some torrents, wide enough for its details, and what it sent."""

    def __init__(self, desktop, n=12, width=1180, height=1140, settings=None, **env):
        self.path = desktop.dir / 'commands'
        self.path.unlink(missing_ok=True)
        desktop.settings(window_width=width, window_height=height, **(settings or {}))
        env = dict({'SHOAL_FAKE_ACTIVE': '0'}, **env)
        self.desktop = desktop
        self.app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS=str(n), SHOAL_FAKE_LOG=str(self.path), **env).wait_window()
        wait_for(self.app.rows, 'the list')

    def commands(self):
        return self.path.read_text().splitlines() if self.path.exists() else []

    def wait_command(self, command):
        wait_for(lambda: command in self.commands(), f'the command {command!r}')

    def select(self, name):
        self.app.click(self.app.row(name))
        self.desktop.xdotool('mousemove', 5, 5)
        wait_for(lambda: self.app.has_state(self.app.row(name), 'selected'), f'{name!r} to be selected')


def open_page(desktop, page, select=FIRST, settings=None, **env):
    """The window over the engine that is none, on a page of the details of one torrent."""
    it = Window(desktop, settings={'details_page': f"'{page}'", **(settings or {})}, **env)
    it.select(select)
    return it


def items(app, name):
    """The realised rows of the list called so."""
    view = app.find(name, 'list')
    return [view.get_child_at_index(i) for i in range(view.get_child_count())] if view else []


def item(app, view, pattern, timeout=15.0):
    return wait_for(lambda: app.item(view, lambda name: re.search(pattern, name)), f'a row like {pattern!r} in {view!r}', timeout)


def has_item(app, view, pattern):
    return app.item(view, lambda name: re.search(pattern, name)) is not None


def menu(app, accessible, entry):
    """Opens the menu of a row by the pointer and takes one of its entries."""
    app.click(accessible, button=3)
    app.press(entry, 'menu item')


def field(app, name):
    """The entry that is called so."""
    def find():
        return next((a for a in app.walk() if (a.get_name() or '') == name and a.get_editable_text_iface() is not None), None)
    return wait_for(find, f'a field called {name!r}')


def focus_field(app, name):
    """Keys go to the entry that is called so, and no longer to the list. GTK 4.8 says of no entry in a row that it has the focus."""
    app.click(field(app, name))
    wait_for(lambda: not any(app.has_state(row, 'focused') for row in app.rows()), f'the field {name!r} to have the focus')


def write(desktop, app, text, keys=('ctrl+a',)):
    """Into what has the focus, in place of what is there."""
    desktop.key(*keys)
    desktop.type(text)


def write_lines(desktop, *lines):
    """Where the cursor is. What xdotool types has no line breaks."""
    for number, line in enumerate(lines):
        if number > 0:
            desktop.key('Return')
        if line:
            desktop.type(line)


def wait_dialog(desktop, title):
    """Until the dialog that is called so has the keys."""
    wait_for(lambda: desktop.run(['xdotool', 'getactivewindow', 'getwindowname']).stdout.decode().strip() == title, f'the dialog {title!r}')


def press_last(app, name):
    """The button that is called so; of several the one in the newest dialog."""
    wait_for(lambda: app.all(name, 'push button'), f'a button called {name!r}')[-1].get_action_iface().do_action(0)


def read_field(app, name):
    text = field(app, name).get_text_iface()
    return app.desktop.atspi.Text.get_text(text, 0, text.get_character_count())


def toggle(app, name):
    """A switch, by what a screen reader would do; of two the one that was shown later."""
    wait_for(lambda: app.all(name, 'check box'), f'a switch called {name!r}')[-1].get_action_iface().do_action(0)


def choose(desktop, app, name, choice):
    """One of a list, by the keys: the list opens at what holds now."""
    app.click(app.wait(name, 'combo box'))
    wait_for(lambda: app.focused() is not None and role_of(app.focused()) == 'list item', f'the choices of {name!r} to have the focus')
    desktop.key('Home', *['Down'] * choice, 'Return')


def realised(app, view):
    n = len(items(app, view))
    check(n <= 300, f'{n} rows of {view!r} are realised')
    return n

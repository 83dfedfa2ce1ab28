#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every page as different people see it, for a person to look at; what can be checked is checked: nothing is
wider than its window, and nothing warns."""
import contextlib
import json
import os
import re

import rig
from rig import check, wait_for

FAKE = os.environ['SHOAL_FAKE']
ROW = 'debian-12.9.0-amd64-DVD-1.iso,'
NARROW = 500
PAGES = 'Overview', 'Files', 'People', 'Trackers', 'Options'
DIALOG_WIDTH = 480  # of one that lies over a narrower window
ADDS = {'People': 'Add a Person', 'Trackers': 'Add a Tracker'}
ROWS = {'Files': 1, 'People': 3, 'Trackers': 4}  # at least so many come; three tell of ways without a tracker


class Look:
    """The window over an engine that is none, in one way of looking."""

    def __init__(self, desktop, name, width=1180, height=1100, rows_fit=True, **env):
        self.desktop, self.name, self.width, self.height, self.env = desktop, name, width, height, env
        self.app = self.start()
        wait_for(self.app.rows, 'the list')
        # One that is on the screen.
        self.row = ROW if rows_fit else self.app.rows()[0].get_name().split(',')[0]

    def start(self, **more):
        self.desktop.settings(window_width=self.width, window_height=self.height)
        # Pictures of what stays.
        ini = self.desktop.dir / 'config/gtk-4.0/settings.ini'
        ini.parent.mkdir(exist_ok=True)
        ini.write_text('[Settings]\ngtk-enable-animations=false\n')
        env = {'SHOAL_FAKE_TORRENTS': '9', **self.env, **more}
        return self.desktop.app(FAKE, SHOAL_FAKE_ACTIVE='9', SHOAL_FAKE_FILES='9', SHOAL_FAKE_LABELS='Family,Music',
                                SHOAL_FAKE_HOSTS='2', **env).wait_window()

    @property
    def is_narrow(self):
        return self.width < NARROW

    def extents(self, accessible):
        return accessible.get_component_iface().get_extents(self.desktop.atspi.CoordType.WINDOW)

    def shot(self, page, frame=None, most=None):
        """A picture, of which no window is wider than it was asked to be."""
        self.desktop.xdotool('mousemove', 5, 5)
        self.desktop.shot(f'looks-{self.name}-{page}')
        frame = frame or self.app.find('Shoal', 'frame')
        check(self.extents(frame).width <= (most or self.width), lambda: f'{page} is {self.extents(frame).width} px wide')

    def activate(self, action, parameter='[]'):
        """An action of the window, whatever menu it is in: the menus have tests of their own."""
        result = self.desktop.run(['gdbus', 'call', '--session', '--dest', 'io.github.shoalapp.Shoal', '--object-path',
                                   '/io/github/shoalapp/Shoal/window/1', '--method', 'org.gtk.Actions.Activate',
                                   action, parameter, '{}'])
        check(result.returncode == 0, lambda: result.stderr.decode())

    def list(self):
        app = self.app
        row = app.row(self.row)
        app.click(row)
        wait_for(lambda: app.has_state(app.row(self.row), 'selected'), 'the selection')
        self.shot('list')
        totals = self.extents(wait_for(lambda: app.find(re.compile('^↓ .* ↑ '), 'label'), 'the totals'))
        first = self.extents(app.rows()[0])
        check((totals.y > first.y) == self.is_narrow, f'the totals are at {totals.y}, the first row at {first.y}')
        check(not (self.is_narrow and app.find('Seed', 'label')), 'a narrow row leaves the word beside the switch out')
        self.desktop.key('shift+F10')
        app.wait('Verify', 'menu item')
        self.shot('menu')
        self.desktop.key('Escape')
        app.wait_gone('Verify', 'menu item')

    def details(self):
        app = self.app
        if self.is_narrow:
            app.click(app.row(self.row))
            self.desktop.key('Return')
        wait_for(lambda: re.search('pieces are here', app.find('Pieces', 'image').get_description()), 'the pieces')
        tabs = app.all(role='page tab')
        check([tab.get_name() for tab in tabs] == list(PAGES), 'the pages')
        for tab in tabs[1:] + tabs[:1]:
            tab.get_action_iface().do_action(0)
            wait_for(lambda tab=tab: app.has_state(tab, 'selected'), 'the page')
            if tab.get_name() in ROWS:
                wait_for(lambda name=tab.get_name(): app.find(name, 'list').get_child_count() >= ROWS[name], 'its rows')
            self.shot('details-' + tab.get_name().lower())
            if tab.get_name() in ADDS:
                self.dialog(lambda tab=tab: app.press(ADDS[tab.get_name()]), ADDS[tab.get_name()])
        self.toast(tabs)
        if self.is_narrow:
            self.desktop.key('Escape')
            app.row(self.row)

    def toast(self, tabs):
        """What says that something was done lies over no tab."""
        top = min(self.extents(tab).y for tab in tabs)

        def is_above():
            label = self.app.find('Info-hash copied', 'label')
            if label is None:  # not yet, or not any more
                self.app.press('Copy Info-Hash', 'push button')
                return False
            toast = self.extents(label.get_parent())
            return toast.height > 0 and toast.y + toast.height <= top
        wait_for(is_above, f'a toast above {top}')
        self.shot('toast')
        self.app.wait_gone('Info-hash copied', 'label')

    def many(self):
        """The details of several torrents."""
        app = self.app
        app.click(app.row(self.row))
        self.desktop.key('ctrl+a')
        if self.is_narrow:
            self.desktop.key('Return')
        app.wait_text(r'^\d+ Torrents Selected$')
        self.shot('details-many')
        if self.is_narrow:
            self.desktop.key('Escape')
        app.click(app.row(self.row))

    def filters(self):
        if self.is_narrow:
            self.desktop.key('F9')
            wait_for(lambda: self.extents(self.app.wait('Filters', 'list')).x >= 0, 'the filters')
            self.shot('filters')
            self.desktop.key('F9')

    def search(self):
        self.desktop.key('ctrl+f')
        self.desktop.type('family')
        wait_for(lambda: all('amily' in r.get_name() for r in self.app.rows()), 'what was searched for')
        self.shot('search')
        self.desktop.key('ctrl+a', 'BackSpace', 'Escape')
        self.app.row(self.row)

    def table(self):
        app = self.app
        self.activate('view', "[<'table'>]")
        title = self.extents(app.wait(re.compile('^Name'), 'push button'))
        row = wait_for(lambda: app.find('Torrents', 'table').get_child_at_index(0), 'a row')
        cell = self.extents(app.find(role='table cell', start=row))
        self.shot('table')
        check(title.x <= cell.x + cell.width // 2 <= title.x + title.width,
              lambda: f'the names are at {cell.x}+{cell.width}, their title at {title.x}+{title.width}')
        self.activate('view', "[<'list'>]")
        app.row(self.row)

    def preferences(self):
        app = self.app
        self.desktop.key('ctrl+comma')
        app.wait_windows(2)
        frame = wait_for(lambda: [a for a in app.all(role='frame') if a.get_name() != 'Shoal'], 'the preferences')[0]
        if self.is_narrow:
            self.desktop.xdotool('windowsize', '--sync', app.window_id(frame.get_name()), self.width, 700)
        tabs = {tab.get_name(): tab for tab in wait_for(lambda: app.all(role='page tab', start=frame), 'the pages')}
        check(len(tabs) >= 4, f'the pages are {list(tabs)}')
        for number, tab in enumerate(tabs.values(), 1):
            tab.get_action_iface().do_action(0)
            wait_for(lambda tab=tab: app.has_state(tab, 'selected'), 'the page')
            self.shot(f'preferences-{number}', frame)
        self.desktop.key('Escape')
        app.wait_windows(1)

    def find_dialog(self):
        root = self.app.root()
        windows = [root.get_child_at_index(i) for i in range(root.get_child_count())]
        return next((w for w in windows if w.get_name() != 'Shoal' and self.app.is_showing(w)), None)

    def dialog(self, open_it, name):
        """A picture of a dialog, which goes again."""
        app = self.app
        open_it()
        app.wait_windows(2)
        frame = wait_for(self.find_dialog, name)
        self.shot(re.sub(r'\W+', '-', name.lower()), frame, max(self.width, DIALOG_WIDTH))
        self.desktop.key('Escape')
        app.wait_windows(1)

    def dialogs(self):
        self.app.click(self.app.row(self.row))
        for keys, name in (('ctrl+shift+o', 'Add Link'), ('ctrl+l', 'New Label'), ('F2', 'Rename'), ('shift+Delete', 'Delete Files')):
            self.dialog(lambda keys=keys: self.desktop.key(keys), name)

    def add(self):
        app = self.app
        names = []
        for name, text in (('picture', 'fake Some_recordings_with_a_rather_long_name_of_their_own 40 30000000'),
                           ('wrong', 'no torrent'), ('another', 'fake another 2 7000000')):
            source = self.desktop.dir / f'home/{name}.torrent'
            source.write_text(text)
            names.append(str(source))
        self.desktop.run([FAKE, *names])
        app.wait_windows(2)
        app.wait_text('40 ')
        frame = wait_for(lambda: [a for a in app.all(role='frame') if a.get_name() != 'Shoal'], 'the dialog')[0]
        self.shot('add', frame)
        self.desktop.key('Escape')
        app.wait_windows(1)

    def first(self):
        """As it looks when there is nothing yet."""
        self.app = self.start(SHOAL_FAKE_TORRENTS='0')
        self.app.wait_text('^Nothing Here Yet$')
        self.shot('empty')
        check(self.app.quit() == 0, 'it ends')

    def metered(self):
        file = self.desktop.dir / 'circumstances'
        file.write_text('metered')
        self.app = self.start(SHOAL_CIRCUMSTANCES=str(file))
        self.app.wait_text('Everything rests: this connection is metered')
        self.shot('metered')
        check(self.app.quit() == 0, 'it ends')

    def all(self):
        for page in (self.list, self.details, self.many, self.filters, self.search, self.table, self.preferences, self.add, self.dialogs):
            page()
        check(self.app.quit() == 0, 'it ends')
        self.first()
        self.metered()


@contextlib.contextmanager
def large(desktop):
    """Text of twice the size."""
    desktop.run(['xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER', 'Xft.dpi: 192\n'])
    try:
        yield
    finally:
        desktop.run(['xprop', '-root', '-remove', 'RESOURCE_MANAGER'])


def light(desktop):
    Look(desktop, 'light').all()


def dark(desktop):
    Look(desktop, 'dark', ADW_DEBUG_COLOR_SCHEME='prefer-dark').all()


def high_contrast(desktop):
    Look(desktop, 'high-contrast', ADW_DEBUG_HIGH_CONTRAST='1').all()


def narrow(desktop):
    Look(desktop, 'narrow', width=360, height=720, rows_fit=False).all()


def large_text(desktop):
    with large(desktop):
        Look(desktop, 'large-text', width=1260, height=1150, rows_fit=False).all()
        Look(desktop, 'large-narrow', width=360, height=720, rows_fit=False).preferences()


# Some words of a language that is written from right to left. GTK turns the window around only for a program that has
# a translation.
HEBREW = {
    '': 'Language: he\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n',
    '_Add': '_הוספה', 'Seed': 'שיתוף', '_Cancel': '_ביטול', '{done} of {total}': '{done} מתוך {total}', 'paused': 'מושהה',
    'complete, not seeding': 'הושלם, ללא שיתוף', 'waiting': 'בהמתנה', 'checking the files': 'בודק את הקבצים',
    'The disk is full: {size} more are needed in “{subject}”. Make room, and it goes on by itself.':
        'הכונן מלא: דרושים עוד {size} ב־“{subject}”. אחרי שיתפנה מקום ההורדה תימשך מעצמה.',
}


def hebrew(desktop):
    folder = desktop.dir / 'locale/he/LC_MESSAGES'
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / 'shoal.po'
    source.write_text(''.join(f'msgid {json.dumps(key, ensure_ascii=False)}\n'
                              f'msgstr {json.dumps(text, ensure_ascii=False)}\n\n' for key, text in HEBREW.items()))
    made = desktop.run(['msgfmt', str(source), '-o', str(folder / 'shoal.mo')])
    check(made.returncode == 0, made.stderr.decode())
    if not os.path.exists('/usr/share/locale/he/LC_MESSAGES/gtk40.mo'):
        raise rig.Skip('GTK has no Hebrew here')
    return dict(desktop.language('he_IL'), SHOAL_LOCALE_DIR=str(desktop.dir / 'locale'))


def right_to_left(desktop):
    it = Look(desktop, 'right-to-left', **hebrew(desktop))
    app = it.app
    row = app.rows()[0]
    frame = it.extents(app.find('Shoal', 'frame'))
    check(it.extents(app.find(re.compile('הוספה'), 'push button')).x > frame.width / 2, 'Add is on the right')
    extents = it.extents(row)
    pause, switch = (it.extents(app.find(None, role, row)).x for role in ('push button', 'check box'))
    check(max(pause, switch) < extents.x + extents.width / 2, 'what a row offers is on the left')
    check(switch < pause, 'and the switch is the last of it')
    it.all()


def german(desktop):
    if not (desktop.build.parent / 'po/de/LC_MESSAGES/shoal.mo').exists():
        raise rig.Skip('there is no German translation in the build folder')
    desktop.settings(window_width=860, window_height=700)
    app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS='9', SHOAL_FAKE_ACTIVE='0', **desktop.language('de_DE')).wait_window()
    app.wait_text('gibt weiter, gerade fragt niemand')
    app.wait_text('Der Datenträger ist voll: In „/home/me/Downloads“ fehlen')
    desktop.shot('looks-german')
    app.kill()


if __name__ == '__main__':
    rig.main(light, dark, high_contrast, narrow, large_text, right_to_left, german)

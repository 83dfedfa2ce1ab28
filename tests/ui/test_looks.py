#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the window as different people see it, for a person to look at; what can be checked is checked."""
import json
import os
import re

import rig
from rig import check, wait_for

FAKE = os.environ['SHOAL_FAKE']


def check_totals(app, is_below):
    """A narrow header has no room for them."""
    place = wait_for(lambda: app.find(re.compile('^↓ .* ↑ '), 'label'), 'the totals').get_component_iface().get_extents(
        app.desktop.atspi.CoordType.WINDOW)
    row = app.rows()[0].get_component_iface().get_extents(app.desktop.atspi.CoordType.WINDOW)
    check((place.y > row.y) == is_below, f'the totals are at {place.y}, the first row at {row.y}')


def picture(desktop, name, width=860, height=700, **env):
    """The list and the add dialog, in one way of looking."""
    desktop.settings(window_width=width, window_height=height)
    source = desktop.dir / 'home/picture.torrent'
    source.write_text('fake Some_recordings_with_a_rather_long_name_of_their_own 40 30000000')
    app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS='9', SHOAL_FAKE_ACTIVE='9', **env).wait_window()
    wait_for(app.rows, 'the list')
    desktop.xdotool('mousemove', 5, 5)
    app.click(app.rows()[1])
    desktop.xdotool('mousemove', 5, 5)
    wait_for(lambda: app.has_state(app.rows()[1], 'selected'), 'the selection')
    desktop.shot(f'looks-{name}')
    check_totals(app, is_below=width < 500)
    frame = app.find(role='frame').get_component_iface().get_extents(desktop.atspi.CoordType.WINDOW)
    desktop.run([FAKE, str(source)])
    app.wait_windows(2)
    app.wait_text('40 ')
    desktop.shot(f'looks-{name}-add')
    dialog = app.wait('Add Torrent', 'frame')
    extents = dialog.get_component_iface().get_extents(desktop.atspi.CoordType.WINDOW)
    app.kill()
    return frame, extents


def light(desktop):
    picture(desktop, 'light')


def dark(desktop):
    picture(desktop, 'dark', ADW_DEBUG_COLOR_SCHEME='prefer-dark')


def high_contrast(desktop):
    picture(desktop, 'high-contrast', ADW_DEBUG_HIGH_CONTRAST='1')


def narrow(desktop):
    frame, dialog = picture(desktop, 'narrow', width=360, height=640)
    check(frame.width <= 360, f'the window is {frame.width} px wide')
    check(dialog.width <= 360, f'the dialog is {dialog.width} px wide')


def large_text(desktop):
    desktop.run(['xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER', 'Xft.dpi: 192\n'])
    try:
        picture(desktop, 'large-text')
    finally:
        desktop.run(['xprop', '-root', '-remove', 'RESOURCE_MANAGER'])


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
    env = hebrew(desktop)
    picture(desktop, 'right-to-left', **env)
    desktop.settings(window_width=860, window_height=700)
    app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS='9', SHOAL_FAKE_ACTIVE='0', **env).wait_window()
    row = wait_for(app.rows, 'the list')[0]
    component = desktop.atspi.CoordType.WINDOW

    def left(role, start):
        return app.find(None, role, start).get_component_iface().get_extents(component).x
    middle = app.find(role='frame').get_component_iface().get_extents(component).width / 2
    check(app.find(re.compile('הוספה'), 'push button').get_component_iface().get_extents(component).x > middle, 'Add is on the right')
    extents = row.get_component_iface().get_extents(component)
    middle = extents.x + extents.width / 2
    check(left('push button', row) < middle and left('check box', row) < middle, 'what a row offers is on the left')
    check(left('check box', row) < left('push button', row), 'and the switch is the last of it')
    for key, name in (('ctrl+comma', 'preferences'), ('shift+F10', 'menu')):
        if name == 'menu':
            app.click(row)
        desktop.key(key)
        app.wait_windows(2) if name == 'preferences' else app.wait('Verify', 'menu item')
        desktop.shot(f'looks-right-to-left-{name}')
        desktop.key('Escape')
        if name == 'preferences':
            app.wait_windows(1)
    app.kill()


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

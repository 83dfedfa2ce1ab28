#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One dialog for several torrents, with all that can be chosen in it, over an engine that is none."""
import re
import shutil
import time

import rig
from pages import wait_dialog
from rig import check, role_of, wait_for
from test_add import Adding, CANCEL, enter_path, labels_field, unfold
from test_looks import hebrew
from test_real import SHOAL
from test_scroll import Turns


def one_list_for_all(desktop):
    """One fails, one is there already, one comes twice, two are wanted: each says so, and none stops the others."""
    it = Adding(desktop, n=3)
    it.app.row('debian-12.9.0-amd64-DVD-1.iso,')
    it.call(it.torrent('first', files=3), it.torrent('wrong', content='no torrent'),
            it.torrent('known', content='fake debian-12.9.0-amd64-DVD-1.iso 1 5 2'), it.torrent('second', files=5))
    it.dialog('Add 2 Torrents')
    items = {}

    def item(name):
        view = it.app.wait('Torrents to Add', 'list')
        return wait_for(lambda: next((r for r in (view.get_child_at_index(i) for i in range(view.get_child_count()))
                                      if (r.get_name() or '').startswith(name)), None), f'the row of {name}')
    for name, about in (('first', '3.0.MB'), ('second', '5.0.MB'), ('debian', 'In the list already'),
                        ('wrong.torrent', '“wrong.torrent” is not a torrent')):
        items[name] = item(name)
        check(about.replace('.MB', '') in items[name].get_name() or re.search(about, items[name].get_name()),
              lambda name=name: items[name].get_name())
    desktop.shot('adding-several')
    it.app.click(item('wrong'))
    it.app.wait_text('^“wrong.torrent” is not a torrent, or it is damaged')
    it.app.click(item('second'))
    it.app.wait_text('5 of 5 files')
    it.app.press('Choose No Files', 'push button')
    it.app.wait_text('0 of 5 files')
    it.app.click(item('first'))
    it.app.wait_text('3 of 3 files')
    it.app.click(item('debian'))
    it.app.press(re.compile('Add Its Trackers'), 'push button')
    wait_for(lambda: [c for c in it.commands() if c.startswith('add-tracker-')] ==
             ['add-tracker-http://tracker0.example/announce 1', 'add-tracker-http://tracker1.example/announce 1'], 'its trackers')
    it.app.wait_text('In the list already; its trackers were added')
    desktop.shot('adding-known')
    it.call(it.torrent('third'))
    it.dialog('Add 3 Torrents')
    it.press_add()
    wait_for(lambda: [c for c in it.commands() if c.startswith('add ')] == ['add 4', 'add 5'],
             'what has files that are wanted')
    it.app.row('first')
    it.app.row('third')
    check(not it.app.has_row('second'), 'of the second no file was wanted')
    it.app.quit()


def all_known_needs_no_dialog(desktop):
    it = Adding(desktop, n=3)
    it.app.row('debian-12.9.0-amd64-DVD-1.iso,')
    it.call(it.torrent('one', content='fake debian-12.9.0-amd64-DVD-1.iso 1 5 1'),
            it.torrent('two', content='fake открытые 1 5'), it.torrent('three', content='fake oeuvre 1 5'))
    it.dialog('Add 2 Torrents')
    # A screen reader presses Cancel while a menu is open, which must not keep the clicks.
    it.app.press('Choose a Folder')
    wait_for(lambda: menu_rows(it), 'the menu')
    it.app.press(CANCEL, 'push button', start=it.any_dialog())
    it.app.wait_windows(1)
    row = it.app.row('Family photos 2026,')
    it.app.click(row)
    wait_for(lambda: it.app.has_state(row, 'selected'), 'the list to take a click')
    it.call(it.torrent('one', content='fake debian-12.9.0-amd64-DVD-1.iso 1 5 1'))
    it.app.wait_text('^This torrent is in the list already$')
    it.app.press(re.compile('Add Its Trackers'), 'push button')
    wait_for(lambda: 'add-tracker-http://tracker0.example/announce 1' in it.commands(), 'its tracker')
    check(not it.any_dialog(), 'there is no dialog')
    it.app.quit()


def options_reach_the_engine(desktop):
    it = Adding(desktop)
    it.call(it.torrent('one'), it.torrent('two'))
    it.dialog('Add 2 Torrents')
    it.app.wait_text('^starts at once · seeds$')
    unfold(it)
    it.app.press('Top of the Queue', 'check box')
    it.app.press('In Order', 'check box')
    it.app.press('Seed', 'check box')
    it.app.click(labels_field(it))
    desktop.type('films, linux isos')
    it.app.wait_text('^starts at once · top of the queue · in order · does not seed · films, linux isos$')
    desktop.shot('adding-options')
    it.press_add()
    wait_for(lambda: it.commands() == ['add-first-in-order-unseeded-labels:films+linux isos 1',
                                       'add-first-in-order-unseeded-labels:films+linux isos 2'], 'both with all options')
    it.app.row('one')
    it.call(it.torrent('three'))
    it.dialog()
    it.app.wait_text('^starts at once · seeds$')
    unfold(it)
    it.app.click(labels_field(it))
    desktop.type('l')
    it.app.wait_text('^starts at once · seeds · linux isos$')
    desktop.key('Tab')
    it.app.press('films', start=it.any_dialog())
    it.app.wait_text('^starts at once · seeds · linux isos, films$')
    it.app.press('linux isos', start=it.any_dialog())
    it.app.wait_text('^starts at once · seeds · films$')
    desktop.shot('adding-labels')
    desktop.key('Return')
    wait_for(lambda: it.commands()[-1] == 'add-labels:films 3', 'Enter in the entry to add')
    it.app.row('three')
    it.call(it.torrent('four'))
    it.dialog()
    it.app.wait_text('^starts at once · seeds$')
    unfold(it)
    it.app.click(labels_field(it))
    desktop.type('fi')
    it.app.wait_text('^starts at once · seeds · films$')
    desktop.key('Return')
    wait_for(lambda: it.commands()[-1] == 'add-labels:fi 4', 'what was typed to count where nobody took the rest')
    it.app.quit()


def menu_rows(it):
    view = it.app.wait('Folders', 'list')
    return [view.get_child_at_index(i) for i in range(view.get_child_count())
            if it.app.is_showing(view.get_child_at_index(i))]


def choose_row(it, name):
    """By the keys: rows have no action of their own, and a popover is no window of which the place is known."""
    def is_there():
        focused = it.app.focused()
        if focused is not None and role_of(focused) == 'list item' and name in focused.get_name():
            return True
        it.desktop.key('Down')
        return False
    wait_for(lambda: any(name in row.get_name() for row in menu_rows(it)), f'a row called {name}')
    wait_for(is_there, f'the focus on {name}', step=0.2)
    it.desktop.key('Return')


def enter_folder(it, folder):
    """In the chooser that the dialog opened: behind it the dialog still says that it has the focus."""
    time.sleep(0.3)  # as in enter_path
    it.desktop.key('ctrl+l')
    entry = wait_for(lambda: next(a for a in it.app.all(role='text') if it.app.has_state(a, 'focused')), 'a place for the path')
    check(it.desktop.atspi.EditableText.set_text_contents(entry.get_editable_text_iface(), str(folder)), 'the path is taken')
    it.desktop.key('Return')


def folders_are_remembered(desktop):
    home = desktop.dir / 'home'
    films, music = home / 'films & <b>', home / 'music'
    for folder in (films, music):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    it = Adding(desktop, settings={'recent_folders': f"['{music}', '{home}/gone', '/nowhere/at/all']"})

    def names():
        return [row.get_name().split(', ')[0].replace(str(home), '~') for row in menu_rows(it)]
    it.call(it.torrent('one', size=5000000))
    it.dialog()
    it.app.press('Choose a Folder')
    wait_for(lambda: names() == ['~/Downloads', '~/music', 'Choose Other…'], 'those that are there')
    wait_for(lambda: all(re.search(r'free, .* after this$', row.get_name()) for row in menu_rows(it)[:2]), 'their room')
    desktop.shot('adding-folders')
    choose_row(it, 'music')
    it.app.wait_text('^' + re.escape(f'{music}') + '\n')
    it.app.press('Choose a Folder')
    wait_for(lambda: len(menu_rows(it)) == 3, 'the menu')
    choose_row(it, 'Choose Other')
    it.app.wait_window_titled('Choose a Folder')
    enter_folder(it, films)
    it.app.wait_text(re.escape(f'{films}'))
    it.press_add()
    wait_for(lambda: it.commands() == ['add 1'], 'it to be added')
    it.call(it.torrent('two'))
    it.dialog()
    it.app.press('Choose a Folder')
    wait_for(lambda: names() == ['~/Downloads', '~/films & <b>', '~/music', 'Choose Other…'], 'the newest first')
    desktop.key('Escape')
    desktop.key('Escape')
    it.app.wait_windows(1)
    stored = (desktop.dir / 'config/glib-2.0/settings/keyfile').read_text()
    check('/gone' not in stored and '/nowhere/at/all' in stored, 'gone is forgotten, away is not')
    it.app.quit()


def the_chooser_takes_several_and_remembers_its_folder(desktop):
    it = Adding(desktop)
    one = it.torrent('one')
    it.torrent('two')
    it.app.press(re.compile('Add…$'), 'push button')
    it.app.wait_window_titled('Add Torrents')
    enter_path(desktop, it.app, one)
    it.dialog('Add Torrent')
    desktop.key('Escape')
    it.app.wait_windows(1)
    wait_for(lambda: f"open-folder='{one.parent}'" in (desktop.dir / 'config/glib-2.0/settings/keyfile').read_text(),
             'the folder to be remembered')
    it.app.press(re.compile('Add…$'), 'push button')
    it.app.wait_window_titled('Add Torrents')
    it.app.wait_text('^torrents and more$')  # in the path: the list of files says nothing to a screen reader
    time.sleep(0.3)  # as in enter_path
    x, y = (int(n) for n in re.findall(r'\d+', desktop.xdotool('getwindowgeometry', it.app.window_id('^Add Torrents$')))[1:3])
    desktop.xdotool('mousemove', x + 420, y + 140, 'sleep', '0.1', 'click', 1, 'sleep', '0.1')
    desktop.key('shift+Down')
    desktop.shot('adding-chooser')
    it.app.press(re.compile('Open$'), 'push button')
    it.dialog('Add 2 Torrents')
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.app.quit()


def many_sources_join(desktop):
    """Three hundred at once: the rows that are made are those that are seen."""
    it = Adding(desktop)
    it.call(*(it.torrent(f'crowd-{i}') for i in range(300)))
    it.dialog('Add 300 Torrents')
    view = it.app.wait('Torrents to Add', 'list')
    check(view.get_child_count() <= 300, lambda: f'{view.get_child_count()} rows')
    it.press_add()
    wait_for(lambda: len(it.commands()) == 300, 'all to be added', timeout=60)
    check([int(c.split()[1]) for c in it.commands()] == list(range(1, 301)), 'in their order')
    it.app.quit()


def bencode(value):
    if isinstance(value, int):
        return b'i%de' % value
    if isinstance(value, bytes):
        return b'%d:%s' % (len(value), value)
    if isinstance(value, list):
        return b'l' + b''.join(map(bencode, value)) + b'e'
    return b'd' + b''.join(bencode(key) + bencode(value[key]) for key in sorted(value)) + b'e'


def big_torrent(path, files):
    length, piece = 1000, 1 << 24
    info = {b'name': b'huge', b'piece length': piece, b'pieces': bytes(20) * -(-files * length // piece),
            b'files': [{b'length': length, b'path': [b'part %d' % (i % 300), b'file %d.bin' % i]} for i in range(files)]}
    path.write_bytes(bencode({b'info': info}))


def opens_at_once(desktop):
    """With the real engine: from the key to the window on the screen, however many files there are."""
    path = desktop.dir / 'home/huge.torrent'
    big_torrent(path, 100000)
    turns = Turns(desktop.dir / 'turns')
    turns.path.unlink(missing_ok=True)
    app = desktop.app(SHOAL, GIO_EXTRA_MODULES=str(desktop.build / 'ui'), SHOAL_TURNS=str(turns.path)).wait_window()
    app.wait_text('Nothing Here Yet')
    source = desktop.app('/usr/bin/python3', rig.HERE / 'copy_source.py', path.as_uri()).wait_window()
    for _ in range(3):
        desktop.xdotool('windowfocus', '--sync', app.window_id('^Shoal$'))
        turns.take()
        desktop.key('ctrl+v')
        start = time.monotonic()
        app.wait_window_titled('Add Torrent')
        opened = time.monotonic() - start
        app.wait_text('^100000 of 100000 files')
        print(f'# 100,000 files: the dialog is there {1000 * opened:.0f} ms after the key')
        longest = turns.report('100,000 files, opened', counts_waiting=False)
        check(longest <= 80, f'a turn of {longest:.0f} ms')
        desktop.key('Escape')
        app.wait_windows(1)
    source.kill()
    check(app.quit() == 0, 'it ends')


def picture(desktop, name, width=700, height=760, **env):
    it = Adding(desktop, settings={'window_width': width, 'window_height': height}, is_empty=False, **env)
    it.call(it.torrent('Some_recordings_with_a_rather_long_name_of_their_own', files=40, size=30000000),
            it.torrent('wrong', content='no torrent'), it.torrent('another', files=2))
    it.app.wait_windows(2)
    it.app.wait_text('40 ')
    desktop.shot(f'adding-{name}')
    return it


def looks_narrow(desktop):
    it = picture(desktop, 'narrow', width=360, height=640)
    dialog = it.dialog_of_any_title().get_component_iface().get_extents(desktop.atspi.CoordType.WINDOW)
    check(dialog.width <= 360, f'the dialog is {dialog.width} px wide')
    unfold(it)
    desktop.shot('adding-narrow-options')
    desktop.key('Escape')
    it.app.wait_windows(1)
    wait_dialog(desktop, 'Shoal')
    desktop.key('ctrl+shift+o')
    it.app.wait_window_titled('Add Link')
    desktop.shot('adding-narrow-link')
    it.app.kill()


def looks_from_right_to_left(desktop):
    it = picture(desktop, 'right-to-left', **hebrew(desktop))
    it.app.press('Choose a Folder')
    wait_for(lambda: len(menu_rows(it)) == 2, 'the menu')
    desktop.shot('adding-right-to-left-folders')
    it.app.kill()


if __name__ == '__main__':
    rig.main(one_list_for_all, all_known_needs_no_dialog, options_reach_the_engine, folders_are_remembered,
             the_chooser_takes_several_and_remembers_its_folder, many_sources_join, opens_at_once, looks_narrow, looks_from_right_to_left)

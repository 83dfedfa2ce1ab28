#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""By the keyboard alone, with the real engine, what the walk does not come by: another folder in the dialog, the order in
which files come, a file that plays first, and a watched folder. No click, and no action of AT-SPI."""
import re
import shutil

import pages
import rig
import test_tiers
import test_walk
import test_watch
from rig import check, wait_for
from test_real import SHOAL, downloads
from test_tiers import FILES


class Keys(test_walk.Keys):
    """Of a person who has one torrent of three files, and a place for watched ones."""

    def __init__(self, desktop, swarm):
        shutil.rmtree(downloads(desktop), ignore_errors=True)
        desktop.settings(window_width=1180, window_height=900, port=swarm.port, start_at_once='false', details_page="'files'")
        self.desktop, self.offer = desktop, swarm
        self.app = desktop.app(SHOAL).wait_window()
        self.app.wait_text('Nothing Here Yet')
        self.begin()

    def path_entry(self):
        """Behind a chooser the window that opened it still says that it has the focus."""
        def find():
            return next((a for a in self.app.all(role='text') if self.app.has_state(a, 'focused')), None)
        return wait_for(find, 'a place for the path').get_editable_text_iface()

    def file_row(self, pattern):
        return pages.item(self.app, 'Files', pattern)

    def choose_of_file(self, name, *items):
        """From the menu of a file."""
        self.go_in_files(name)
        self.focus.heard = None
        self.desktop.key('Menu')
        for item in items:
            self.go('Down', f'^{item}$', 'menu item')
            self.desktop.key('Return')
        self.hear(f'^{name}, ', 'list item')

    def go_in_files(self, name):
        places = ['ranked', *FILES]
        here = self.app.focused().get_name().split(',')[0]
        self.go('Down' if places.index(name) > places.index(here) else 'Up', f'^{name}, ', 'list item')

    def open_preferences(self):
        self.desktop.key('ctrl+comma')
        self.app.wait_window_titled('Preferences')


def choose_folder(person, target, button, *items):
    """The button of the folder, what there is to be chosen of its menu if it has one, and the path."""
    person.go('Tab', button)
    person.desktop.key('Return')
    for item in items:
        person.go('Down', item, 'list item')
        person.desktop.key('Return')
    person.app.wait_window_titled('Choose a Folder')
    person.enter_path(target)
    person.focus.heard = None  # what had the focus in the chooser is gone


def add_elsewhere(person, swarm, target):
    person.start_adding()
    person.app.wait_window_titled('Add Torrents')
    person.enter_path(swarm.torrent)
    person.app.wait_window_titled('Add Torrent')
    person.app.wait_text(r'^3 of 3 files, 7\.9.MB$')
    choose_folder(person, target, '^Choose a Folder$', '^Choose Other')
    person.app.wait_text('^' + re.escape(str(target)) + '\n')
    pages.wait_dialog(person.desktop, 'Add Torrent')
    person.go('Tab', 'Add$', 'push button')
    person.confirm_add()
    person.app.wait_windows(1)
    person.app.row('ranked')


def order_files(person, swarm, target):
    """The last is to play first, the first is not urgent, and the rest is."""
    person.go_to_row('ranked')
    person.step('Return')
    person.go('Tab', '^ranked, ', 'list item')
    person.choose_of_file('c-high', 'Play First')
    person.file_row('^c-high, .*plays first')
    person.go_in_files('b-normal')
    person.desktop.key('ctrl+plus')
    person.file_row('^b-normal, .*high priority')
    person.go_in_files('a-low')
    person.desktop.key('ctrl+minus')
    person.file_row('^a-low, .*low priority')
    person.desktop.shot('keys-files')
    person.desktop.key('Escape')
    person.resume('ranked')
    came = test_tiers.watch_arrivals(swarm, target / 'ranked', FILES)
    check(came == ['c-high', 'b-normal', 'a-low'], lambda: f'the files came as {came}')


def watch_folder(person, swarm, folder):
    person.open_preferences()
    person.go('Tab', '^Watch a Folder$', 'list item', most=30)
    person.desktop.key('space')
    choose_folder(person, folder, '^(Choose a Folder|Folder to Watch)')
    person.app.wait_text('^' + re.escape(str(folder)))
    pages.wait_dialog(person.desktop, 'Preferences')
    person.desktop.shot('keys-watched')
    person.desktop.key('Escape')
    person.app.wait_windows(1)
    (folder / 'marker.torrent').write_bytes(test_watch.other_torrent(swarm, 'marker'))
    person.app.row('marker')


def by_keys(desktop, swarm):
    target, watched = desktop.dir / 'home/elsewhere', desktop.dir / 'home/watched'
    for folder in (target, watched):
        folder.mkdir()
    swarm.seeder(rate=1_500_000)
    person = Keys(desktop, swarm)
    add_elsewhere(person, swarm, target)
    order_files(person, swarm, target)
    watch_folder(person, swarm, watched)
    check(person.app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(test_tiers.ranked(by_keys))

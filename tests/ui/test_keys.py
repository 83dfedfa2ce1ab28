#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""By the keyboard alone, with the real engine, what the walk does not come by: another folder in the dialog, the order in
which files come, a file that plays first, a watched folder, and the pages of people, trackers and
options. No click, and no action of AT-SPI."""
import re
import shutil

import pages
import rig
import test_real
import test_steer
import test_tiers
import test_walk
import test_watch
from rig import check, wait_for
from test_real import SHOAL, downloads
from test_tiers import FILES


class Keys(test_walk.Keys):
    """Of a person who begins with nothing, or with torrents that are given to the program."""

    def __init__(self, desktop, swarm, *torrents, **settings):
        shutil.rmtree(downloads(desktop), ignore_errors=True)
        desktop.settings(window_width=1180, window_height=900, port=swarm.port, **settings)
        self.desktop, self.offer = desktop, swarm
        self.app = desktop.app(SHOAL, *torrents).wait_window()
        if torrents:
            self.app.wait_window_titled(f'Add {len(torrents)} Torrents' if len(torrents) > 1 else 'Add Torrent')
            wait_for(lambda: self.app.has_state(self.app.find(re.compile('Add$'), 'push button'), 'sensitive'), 'all to be read')
            self.confirm_add()
            self.app.wait_windows(1)
        else:
            self.app.wait_text('Nothing Here Yet')
        self.begin()

    def press(self, key, name):
        """Goes to the button, and presses it."""
        self.go(key, f'^{name}$', 'push button')
        self.desktop.key('Return')

    def enter_in_dialog(self, title, text):
        pages.wait_dialog(self.desktop, title)
        pages.write(self.desktop, self.app, text)
        self.desktop.key('Return')
        self.app.wait_windows(1)

    def choose_in_row(self, name, choice):
        """Of a list of choices, which opens at what holds now."""
        self.go('Tab', f'^{name}$', 'combo box')
        self.focus.step('Return')
        self.desktop.key('Home', *['Down'] * choice, 'Return')
        self.hear(f'^{name}$', 'combo box')

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
    person = Keys(desktop, swarm, start_at_once='false', details_page="'files'")
    add_elsewhere(person, swarm, target)
    order_files(person, swarm, target)
    watch_folder(person, swarm, watched)
    check(person.app.quit() == 0, 'it ends')


def meet_people(person, seeder, port):
    """One whom nobody named is added and banned."""
    row = rf'^127\.0\.0\.1:{port} '
    person.app.wait_text('^Nobody Is Connected$')
    person.press('Tab', 'Add a Person')
    person.enter_in_dialog('Add a Person', f'127.0.0.1:{port}')
    pages.item(person.app, 'People', row + '.*added by you', timeout=30)
    before = wait_for(lambda: test_steer.connections(seeder), 'the seeder to have a connection')
    person.go('Tab', row, 'list item')
    person.desktop.key('Delete')
    person.app.wait_text('^Banned 127\\.0\\.0\\.1')
    wait_for(lambda: not test_steer.connections(seeder) & before, 'the connection to end at the seeder')
    person.hear('^Add a Person$', 'push button')
    person.desktop.shot('keys-people')


def keep_trackers(person, tracker):
    """One that is dead is made one that answers, which is asked once more, and removed."""
    app = person.app
    dead = f'http://127.0.0.1:{test_real.free_port()}/announce'
    person.press('Tab', 'Add a Tracker')
    person.enter_in_dialog('Add a Tracker', dead)
    pages.item(app, 'Trackers', f'^{re.escape(dead)} · failed ', timeout=30)
    go_to_last_tracker(person, dead)
    person.desktop.key('F2')
    person.enter_in_dialog('Edit Tracker', tracker.url)
    pages.item(app, 'Trackers', f'^{re.escape(tracker.url)} · answered ', timeout=30)
    n = len(tracker.events)
    check(n > 0, 'the tracker was asked')
    person.press('shift+Tab', 'Ask All Trackers Now')
    wait_for(lambda: len(tracker.events) > n, 'the tracker to be asked once more', timeout=30)
    go_to_last_tracker(person, tracker.url)
    person.desktop.shot('keys-trackers')
    person.desktop.key('Delete')
    wait_for(lambda: not pages.has_item(app, 'Trackers', f'^{re.escape(tracker.url)} '), 'the row to go')
    wait_for(lambda: 'stopped' in tracker.events, lambda: f'the tracker to be told: {tracker.events}', timeout=30)


def go_to_last_tracker(person, url):
    """It stands between the one that the torrent names and the other ways."""
    person.go('Tab', '^(http://127|Without a Tracker)', 'list item')
    person.go('Up' if person.focus.heard.get_name().startswith('Without') else 'Down', f'^{re.escape(url)} ', 'list item')


def pages_by_keys(desktop, swarm):
    seeder = swarm.seeder(rate=200_000)
    swarm.tracker.kill()
    swarm.tracker.wait()
    tracker = test_steer.Tracker()
    person = Keys(desktop, swarm, swarm.torrent, details_page="'people'")
    person.go_to_row(test_real.NAME)
    person.step('Return')
    meet_people(person, seeder, swarm.sessions[0].listen_port())
    desktop.key('ctrl+Page_Down')
    keep_trackers(person, tracker)
    check(person.app.quit() == 0, 'it ends')
    tracker.shutdown()


def options_by_keys(desktop, swarm):
    """Only who encrypts is spoken to, and seeding ends at a ratio."""
    seeder = swarm.seeder(rate=500_000)
    person = Keys(desktop, swarm, swarm.torrent, details_page="'options'")
    app = person.app
    person.go_to_row(test_real.NAME)
    person.step('Return')
    person.choose_in_row('Stop Seeding', 1)
    app.wait('At a Ratio', 'check box')
    person.go('Tab', '^At a Ratio$', 'list item')
    desktop.key('space')
    app.wait('Ratio', 'spin button')
    person.go('Tab', '^Ratio$')
    pages.write(desktop, app, '0.25')
    desktop.key('Return')
    app.wait_text(r'^at a ratio of 0\.25$')
    person.choose_in_row('Encryption', 4)
    desktop.shot('keys-options')
    person.pause(test_real.NAME)
    wait_for(lambda: not seeder.get_peer_info(), 'the connection to end')
    seeder.set_upload_limit(0)
    person.pause(test_real.NAME)
    wait_for(lambda: any(p.flags & swarm.lt.peer_info.rc4_encrypted for p in seeder.get_peer_info()), 'an encrypted connection', timeout=60)
    person.wait_row(test_real.NAME, 'Seeding', timeout=60)
    swarm.sessions.pop().pause()
    leecher = swarm.leecher('leech', swarm.port)

    def is_given():
        leecher.connect_peer(('127.0.0.1', swarm.port))
        return app.reads('complete, not seeding: its goal is reached')
    wait_for(is_given, 'the seeding to end', timeout=60, step=0.5)
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(test_tiers.ranked(by_keys), test_real.with_swarm(pages_by_keys), test_real.with_swarm(options_by_keys))

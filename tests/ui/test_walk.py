#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk of a person who knows Transmission and has no manual: what is looked for is found by what the window shows or
says. Once it is walked by the pointer, once by the keyboard alone; engine, tracker, seeder and files are real."""
import os
import pathlib
import re
import shutil
import time

import pages
import rig
import test_add
import test_preferences
import test_real
from rig import Failed, check, role_of, wait_for
from test_real import SHOAL, downloads, sha256

CONCERT, PICTURES, REPORT = 'Summer Concert', 'Holiday Pictures', 'Annual Report.pdf'
RECORDING, REHEARSAL = 'Recording.flac', 'Rehearsal.flac'
FILES = {CONCERT: {RECORDING: 40_000_000, REHEARSAL: 3_000_000, 'Programme.txt': 5_000},
         PICTURES: {'Beach.jpg': 400_000, 'Mountain.jpg': 300_000},
         REPORT: 600_000}
SLOW_BPS = 250_000  # of the seeder, so that there is something to be seen
LIMIT_KBPS = 100
WATCHED_SEC = 2


class Offer(test_real.Swarm):
    """Three torrents, each with a seeder of its own."""

    def make_data(self):
        data = self.dir / 'data'
        self.torrents = {}
        for name, files in FILES.items():
            for path, size in [(data / name / file, size) for file, size in files.items()] if isinstance(files, dict) else [(data / name, files)]:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(os.urandom(size))
            self.make_torrent(data / name)
            self.torrents[name] = self.torrent.rename(self.dir / f'{name}.torrent')

    def seed(self, name, rate=0):
        self.torrent = self.torrents[name]
        return self.seeder(rate)

    def same_files(self, folder, *paths):
        for path in paths:
            check(sha256(folder / path) == sha256(self.dir / 'data' / path), f'{folder / path} differs')


class Person:
    """What both look at. How they do something is said below."""

    def __init__(self, desktop, offer):
        shutil.rmtree(downloads(desktop), ignore_errors=True)
        desktop.settings(window_width=1180, window_height=900, port=offer.port)
        self.desktop, self.offer = desktop, offer
        self.app = desktop.app(SHOAL).wait_window()
        self.app.wait_text('Nothing Here Yet')
        self.begin()

    def wait_row(self, name, state, timeout=15.0):
        """What the row of a torrent says begins so."""
        return pages.item(self.app, 'Torrents', f'^{re.escape(name)}, {state}', timeout)

    def names(self):
        return sorted(row.get_name().split(',')[0] for row in self.app.rows())

    def wait_names(self, *names):
        wait_for(lambda: self.names() == sorted(names), f'the torrents {names}, there are {self.names()}')

    def path_entry(self):
        return wait_for(lambda: (self.app.focused() or self.app.root()).get_editable_text_iface(), 'a place for the path')


class Pointer(Person):
    """Clicks on what is to be seen; only words and paths come from the keyboard."""

    def begin(self):
        pass

    def click(self, name, role, start=None, button=1):
        """Once it has come to rest."""
        accessible = self.app.wait(name, role, start=start)
        places = [self.app.place(accessible)]

        def is_still():
            places.append(self.app.place(accessible))
            return places[-1] == places[-2]
        wait_for(is_still, f'{name!r} to come to rest')
        self.app.click(accessible, button)
        return accessible

    def choose(self, name, *items):
        """From the menu of a torrent."""
        self.app.click(self.app.row(name), button=3)
        for item in items:
            self.click(item, 'menu item')

    def start_adding(self):
        self.click(re.compile('Add…?$'), 'push button')

    def enter_path(self, path):
        test_add.enter_path(self.desktop, self.app, path)

    def leave_out(self, file):
        self.click(file, 'check box')

    def confirm_add(self):
        self.click(test_add.ADD, 'push button', self.app.wait('Add Torrent', 'frame'))

    def show_options(self, name):
        self.app.click(self.app.row(name))
        self.click('Options', 'page tab')

    def toggle_limit(self):
        self.click('Limit Downloading', 'check box')

    def enter_limit(self, number):
        x, y = self.app.place(self.app.wait('Highest Download Speed in kB/s', 'spin button'))
        self.desktop.xdotool('mousemove', x, y, 'sleep', '0.1', 'click', '--repeat', '2', '--delay', '60', '1')
        pages.write(self.desktop, self.app, str(number))
        self.desktop.key('Return')

    def name_label(self, label):
        self.desktop.type(label)
        self.click(test_add.ADD, 'push button', self.app.wait('New Label', 'dialog'))

    def search(self, words):
        self.click('Search', None)
        self.desktop.type(words)

    def end_search(self):
        self.click('Search', None)

    def filter(self, begin):
        self.app.click(pages.item(self.app, 'Filters', f'^{begin}, '))

    def pause(self, name):
        self.click('Pause ' + name, 'push button')

    def resume(self, name):
        self.click('Resume ' + name, 'push button')

    def remove(self, name):
        self.choose(name, 'Remove')

    def confirm_delete(self):
        self.click(re.compile('Delete$'), 'push button')


class Keys(Person):
    """Presses keys, and hears where the focus is: no click, and no action of AT-SPI."""

    def begin(self):
        self.focus = test_preferences.Focus(self.desktop)
        wait_for(self.app.focused, 'something to have the focus')

    def has_focus(self, accessible, pattern, role):
        return (accessible is not None and re.search(pattern, test_preferences.name_of(accessible)) is not None and
                role in (None, role_of(accessible)) and self.app.has_state(accessible, 'focused'))

    def step(self, key):
        """What is heard of late does not have the focus any more."""
        self.focus.step(key)
        wait_for(lambda: self.app.has_state(self.focus.listen(), 'focused'), 'what has the focus to be heard of', step=0.01)
        return self.focus.heard

    def go(self, key, pattern, role=None, most=20):
        """Presses the key until what is called so has the focus."""
        heard = []
        for _ in range(most):
            if self.has_focus(self.focus.listen(), pattern, role):
                return
            heard.append(test_preferences.name_of(self.step(key)))
        raise Failed(f'{key} does not lead to {pattern!r}, but to {heard}')

    def hear(self, pattern, role=None):
        """Until the focus has come there by itself."""
        wait_for(lambda: self.has_focus(self.app.focused(), pattern, role), f'the focus to be on {pattern!r}')

    def row_with_focus(self):
        """Its place among the rows; None: none has the focus."""
        return next((i for i, row in enumerate(self.app.rows()) if self.app.has_state(row, 'focused')), None)

    def go_to_row(self, name):
        """Escape leads out of the details."""
        if self.row_with_focus() is None:
            self.desktop.key('Escape')
        wait_for(lambda: self.row_with_focus() is not None, 'a row to have the focus')
        here = self.row_with_focus()
        there = next(i for i, row in enumerate(self.app.rows()) if row.get_name().startswith(name + ', '))
        for key in ['Down'] * (there - here) + ['Up'] * (here - there):
            self.desktop.key(key)
        wait_for(lambda: self.row_with_focus() == there, f'{name!r} to have the focus')

    def choose(self, name, *items):
        self.go_to_row(name)
        self.focus.heard = None
        self.desktop.key('Menu')
        for item in items:
            self.go('Down', f'^{item}$', 'menu item')
            self.desktop.key('Return')

    def start_adding(self):
        self.desktop.key('ctrl+o')

    def enter_path(self, path):
        """Newer choosers complete what is typed, sometimes too late: then it is typed once more."""
        time.sleep(0.3)  # the two pauses that the file chooser needs
        self.desktop.key('ctrl+l')
        entry = self.path_entry()

        def is_typed():
            pages.write(self.desktop, self.app, str(path))
            return self.desktop.atspi.Text.get_text(entry, 0, entry.get_character_count()) == str(path)
        wait_for(is_typed, 'the path to be typed', step=0.5)
        time.sleep(0.5)
        self.desktop.key('Return')

    def leave_out(self, file):
        self.go('Tab', f'^{CONCERT}, ', 'list item')
        self.go('Down', f'^{file}, ', 'list item')
        self.desktop.key('space')

    def confirm_add(self):
        self.desktop.key('Return')

    def show_options(self, name):
        self.go_to_row(name)
        self.step('Return')
        if not self.app.find('Limit Downloading', 'check box'):
            self.desktop.key('ctrl+Page_Up')  # the last page is next to the first
        self.app.wait('Limit Downloading', 'check box')

    def toggle_limit(self):
        was_there = role_of(self.focus.heard) != 'push button'  # the details know where in them the focus was
        self.go('shift+Tab' if was_there else 'Tab', '^Limit Downloading$', 'list item')
        self.desktop.key('space')

    def enter_limit(self, number):
        self.app.wait('Highest Download Speed in kB/s', 'spin button')
        self.go('Tab', '^Highest Download Speed')
        pages.write(self.desktop, self.app, str(number))
        self.desktop.key('Return')

    def name_label(self, label):
        self.desktop.type(label)
        self.desktop.key('Return')

    def search(self, words):
        self.desktop.key('ctrl+f')
        self.desktop.type(words)

    def end_search(self):
        self.desktop.key('Escape')

    def filter(self, begin):
        if begin == 'All':
            self.go('Up', '^All, ', 'list item')
            self.desktop.key('space', 'Tab')
        else:
            self.go('shift+Tab', '^All, ', 'list item')
            self.go('Down', f'^{begin}, ', 'list item')
            self.desktop.key('space')

    def pause(self, name):
        self.go_to_row(name)
        self.desktop.key('ctrl+space')

    def resume(self, name):
        self.choose(name, 'Resume')

    def remove(self, name):
        self.go_to_row(name)
        self.desktop.key('Delete')

    def confirm_delete(self):
        self.go('Tab', 'Delete$', 'push button')
        self.desktop.key('Return')


def add(person, name, leave_out=None):
    """By the button or key that asks for files."""
    person.start_adding()
    person.app.wait_window_titled('Add Torrents')
    person.enter_path(person.offer.torrents[name])
    person.app.wait_window_titled('Add Torrent')
    person.app.wait_text('^' + re.escape(name) + '$')
    if leave_out:
        person.app.wait_text(r'^3 of 3 files, 43\.0.MB$')
        person.leave_out(leave_out)
        person.app.wait_text(r'^2 of 3 files, 40\.0.MB$')
    person.confirm_add()
    person.app.wait_windows(1)
    person.app.row(name)


def check_for_a_while(condition, what):
    """That it is so all the time."""
    end = time.monotonic() + WATCHED_SEC
    while time.monotonic() < end:
        check(condition(), what)
        time.sleep(0.1)


def given(seeder):
    return seeder.status().total_payload_upload


def wait_sentence(person, pattern):
    """In the rows: the whole window takes longer to be read."""
    person.app.scope = person.app.wait('Torrents', 'list')
    person.app.wait_text(pattern, timeout=30)
    person.app.scope = None


def limit(person, seeder):
    wait_sentence(person, r'· \d{3}\.\d.kB/s from 1 person$')
    person.show_options(CONCERT)
    person.toggle_limit()
    person.enter_limit(LIMIT_KBPS)
    wait_sentence(person, r'· (\d\d|10\d)\.\d.kB/s from 1 person$')
    before, start = given(seeder), time.monotonic()
    check_for_a_while(lambda: given(seeder) - before < LIMIT_KBPS * 1000 * (1 + time.monotonic() - start), 'the limit is kept')
    person.desktop.shot('walk-limited')


def label(person):
    person.choose(CONCERT, 'Labels', 'New Label…')
    person.app.wait('Label', 'text')
    person.name_label('music')
    person.app.wait_windows(1)
    pages.item(person.app, 'Filters', '^Label music, 1 torrent$')


def find(person):
    person.wait_names(CONCERT, PICTURES, REPORT)
    for words, name in (('annual', REPORT), ('mountain', PICTURES)):
        person.search(words)
        person.wait_names(name)
        person.end_search()
        person.wait_names(CONCERT, PICTURES, REPORT)
    person.filter('Label music')
    person.wait_names(CONCERT)
    person.desktop.shot('walk-found')
    person.filter('All')
    person.wait_names(CONCERT, PICTURES, REPORT)


def move(person, target):
    target.mkdir()
    person.choose(CONCERT, 'Move to Folder…')
    person.app.wait_window_titled('Move to Another Folder')
    person.enter_path(target)
    person.app.wait_windows(1)
    wait_for(lambda: (target / CONCERT / RECORDING).exists(), 'the files to be in the other folder', timeout=30)
    wait_for(lambda: not (downloads(person.desktop) / CONCERT).exists(), 'the files to be gone from here')
    person.show_options(CONCERT)
    person.app.wait_text('^' + re.escape(str(target)) + '$')


def pause_and_resume(person, seeder):
    person.pause(CONCERT)
    person.wait_row(CONCERT, 'Paused')
    wait_for(lambda: not seeder.get_peer_info(), 'the seeder to be left alone')
    before = given(seeder)
    check_for_a_while(lambda: given(seeder) == before, 'nothing comes while it is paused')
    check(before < FILES[CONCERT][RECORDING], 'the rest is still to come')
    seeder.set_upload_limit(0)
    person.resume(CONCERT)
    wait_for(lambda: given(seeder) > before, 'it to go on', timeout=30)
    person.show_options(CONCERT)
    person.toggle_limit()
    person.wait_row(CONCERT, 'Seeding, complete', timeout=60)


def remove(person):
    person.remove(REPORT)
    person.app.wait_text(re.escape(f'Removed “{REPORT}”'))
    person.wait_names(CONCERT, PICTURES)
    person.choose(PICTURES, 'Remove and Delete Files…')
    person.app.wait_text(r'what was downloaded of it, 700\.0.kB, is deleted from the disk')
    person.desktop.shot('walk-delete')
    person.confirm_delete()
    person.app.wait_windows(1)
    person.wait_names(CONCERT)
    wait_for(lambda: not (downloads(person.desktop) / PICTURES).exists(), 'the files to be deleted')


def walk(person):
    desktop, offer = person.desktop, person.offer
    target = desktop.dir / 'home' / type(person).__name__
    seeder = offer.seed(CONCERT, SLOW_BPS)
    add(person, CONCERT, leave_out=REHEARSAL)
    limit(person, seeder)
    label(person)
    for name in (PICTURES, REPORT):
        offer.seed(name)
        add(person, name)
        person.wait_row(name, 'Seeding, complete', timeout=30)
    find(person)
    move(person, target)
    pause_and_resume(person, seeder)
    remove(person)
    check(person.app.quit() == 0, 'it ends')
    offer.same_files(target, *(f'{CONCERT}/{file}' for file in FILES[CONCERT] if file != REHEARSAL))
    check(not list(target.rglob(REHEARSAL)) and not list(downloads(desktop).rglob(REHEARSAL)), 'what was left out is not there')
    offer.same_files(downloads(desktop), REPORT)


def by_pointer(desktop, offer):
    walk(Pointer(desktop, offer))


def by_keyboard(desktop, offer):
    walk(Keys(desktop, offer))


if __name__ == '__main__':
    rig.main(*(test_real.with_swarm(case, Offer) for case in (by_pointer, by_keyboard)))

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The trackers of a torrent and the other ways to find people; with an engine that is none, and with the real one."""
import re

import pages
import rig
import test_real
from rig import check, wait_for

ONE = 'https://tracker1.example/announce?key=secret'
TWO = 'https://tracker2.example/announce?key=secret'


def row(app, pattern, **more):
    return pages.item(app, 'Trackers', pattern, **more)


def says_how_they_are(desktop):
    it = pages.open_page(desktop, 'trackers')
    app = it.app
    app.wait_text('^2 trackers$')
    row(app, r'^https://tracker1\.example/.* · answered .* ago: it named 40 people · asked again .* · tier 1$')
    row(app, r'^https://tracker2\.example/.* · failed .*“<b>Tom & Jerry</b> %s: not today” · .*tier 2$')
    row(app, r'^Without a Tracker · off in the preferences$')
    row(app, r'^Through Other People · nobody is connected who could name others$')
    row(app, r'^On the Local Network · off in the preferences$')
    desktop.shot('trackers')
    check(app.quit() == 0, 'it ends')


def adds_and_edits(desktop):
    it = pages.open_page(desktop, 'trackers')
    app = it.app
    row(app, '^https://tracker1')
    app.press('Add a Tracker')
    pages.wait_dialog(desktop, 'Add a Tracker')
    desktop.type('example.org')
    desktop.key('Return')
    app.wait_text('The address of a tracker begins with http://')
    pages.write(desktop, app, 'udp://new.example:6969')
    desktop.key('Return')
    app.wait_windows(1)
    it.wait_command('add-tracker-udp://new.example:6969 1')
    app.click(row(app, '^https://tracker2'))
    desktop.key('F2')
    pages.wait_dialog(desktop, 'Edit Tracker')
    pages.write(desktop, app, 'http://refused.example')
    desktop.key('Return')
    app.wait_text('^“<b>not</b> one” is not the address of a tracker')
    desktop.shot('trackers-edit')
    pages.write(desktop, app, 'http://other.example/a')
    desktop.key('Return')
    app.wait_windows(1)
    it.wait_command(f'trackers-{ONE}||http://other.example/a 1')
    row(app, r'^http://other\.example/a')
    check(app.quit() == 0, 'it ends')


def moves_and_removes(desktop):
    it = pages.open_page(desktop, 'trackers')
    app = it.app
    app.click(row(app, '^https://tracker2'))
    desktop.key('alt+Up')
    it.wait_command(f'trackers-{ONE}|{TWO} 1')
    row(app, r'^https://tracker2.*tier 1$')
    pages.menu(app, row(app, '^https://tracker1'), 'Move to the Tier After')
    it.wait_command(f'trackers-{TWO}||{ONE} 1')
    row(app, r'^https://tracker1.*tier 2$')
    app.click(row(app, '^https://tracker1'))
    desktop.key('Delete')
    it.wait_command(f'trackers-{TWO} 1')
    wait_for(lambda: not pages.has_item(app, 'Trackers', '^https://tracker1'), 'the row to go')
    app.wait_text('^Tracker removed$')
    app.press(re.compile('Undo$'), 'push button')
    row(app, r'^https://tracker1.*tier 2$')
    check(app.quit() == 0, 'it ends')


def edits_all_at_once(desktop):
    it = pages.open_page(desktop, 'trackers')
    app = it.app
    row(app, '^https://tracker1')
    app.press(re.compile('^Edit All'))
    pages.wait_dialog(desktop, 'Edit All Trackers')
    wait_for(lambda: app.reads(re.escape(f'{ONE}\n\n{TWO}')), 'the addresses')
    desktop.key('ctrl+End')
    pages.write_lines(desktop, '', 'nonsense')
    desktop.key('alt+a')
    app.wait_text('Line 4: The address of a tracker begins')
    desktop.shot('trackers-edit-all')
    desktop.key('ctrl+a')
    pages.write_lines(desktop, 'http://a.example', 'http://b.example', '', '', 'http://c.example', '')
    desktop.key('alt+a')
    app.wait_windows(1)
    it.wait_command('trackers-http://a.example|http://b.example||http://c.example 1')
    row(app, r'^http://c\.example.*tier 2$')
    check(app.quit() == 0, 'it ends')


def asks_now_and_copies(desktop):
    it = pages.open_page(desktop, 'trackers')
    app = it.app
    app.click(row(app, '^https://tracker1'))
    desktop.key('ctrl+c')
    app.wait_text('^Address copied$')
    app.press('Add a Tracker')
    pages.wait_dialog(desktop, 'Add a Tracker')
    desktop.key('ctrl+v')
    wait_for(lambda: pages.read_field(app, 'Address') == ONE, 'the address to be pasted')
    desktop.key('Escape')
    app.wait_windows(1)
    app.press('Ask All Trackers Now')
    it.wait_command('announce 1')
    app.wait_text('^Trackers are asked as soon as they permit it$')
    app.click(row(app, '^Without a Tracker'))
    desktop.key('Delete', 'F2')  # nothing of a tracker's can be done to it
    check(not any(c.startswith('trackers-') for c in it.commands()), 'no tracker was changed')
    check(app.quit() == 0, 'it ends')


@test_real.with_swarm
def hears_the_real_tracker(desktop, swarm):
    swarm.seeder(rate=800_000)
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, details_page="'trackers'")
    app = test_real.add(desktop, swarm)
    app.click(app.row(test_real.NAME))
    row(app, rf'^http://127\.0\.0\.1:{swarm.tracker_port}/announce · answered just now: 1 seeding, \d downloading', timeout=30)
    dead = test_real.free_port()
    app.press('Add a Tracker')
    pages.wait_dialog(desktop, 'Add a Tracker')
    desktop.type(f'http://127.0.0.1:{dead}/announce')
    desktop.key('Return')
    app.wait_windows(1)
    row(app, rf'^http://127\.0\.0\.1:{dead}/announce · failed ', timeout=30)
    desktop.shot('trackers-real')
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(says_how_they_are, adds_and_edits, moves_and_removes, edits_all_at_once, asks_now_and_copies, hears_the_real_tracker)

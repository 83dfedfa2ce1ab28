#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Magnet links in the window: every way in, the row while nothing is known, and the files before anything is fetched;
over an engine that is none, and with the real one against another client (libtorrent)."""
import random
import re
import shutil

import rig
from rig import check, wait_for
from test_add import Adding, CANCEL, drag, move_aside
from test_real import PIECE, SHOAL, Swarm, downloads, with_swarm

HASH = '0123456789abcdef0123456789abcdef01234567'


def link(name='linked'):
    return f'magnet:?xt=urn:btih:{HASH}&dn={name}'


def paste(desktop, app, text):
    """Somebody copies it elsewhere, and presses Ctrl+V in the window."""
    source = desktop.app('/usr/bin/python3', rig.HERE / 'copy_source.py', text).wait_window()
    desktop.xdotool('windowfocus', '--sync', app.window_id('^Shoal$'))
    desktop.key('ctrl+v')
    return source


def pasted_link_asks_for_files(desktop):
    it = Adding(desktop, SHOAL_FAKE_LINK_MS='2500')
    app = it.app
    source = paste(desktop, app, link())
    app.row('linked, Fetching Details, 0 percent')
    app.wait_text('^fetching details from 3 people$')
    desktop.shot('magnet-row')
    check(it.commands() == ['add-link-ask 1'], lambda: f'only that: {it.commands()}')
    it.dialog()
    app.wait_text(r'^5 of 5 files, 10\.0.MB')
    check(it.commands() == ['add-link-ask 1'], lambda: f'nothing before Add: {it.commands()}')
    desktop.shot('magnet-files')
    for name in ('part 0', 'part 2', 'part 4'):
        app.click(app.find(name, 'check box'))
    app.wait_text(r'^2 of 5 files, 4\.0.MB')
    it.press_add()
    wait_for(lambda: 'resume 1' in it.commands(), 'it to go on')
    check('priority-0-0-2-4 1' in it.commands(), lambda: f'three are left out: {it.commands()}')
    check('priority-2-1-3 1' in it.commands(), lambda: f'two are wanted: {it.commands()}')
    check(not [c for c in it.commands() if c.startswith(('move', 'remove', 'delete'))], lambda: f'{it.commands()}')
    source.kill()
    app.quit()


def commands_of(it, *words):
    return [line for line in it.commands() if line.split()[0] in words]


def cancelled_link_goes_and_comes_back(desktop):
    it = Adding(desktop)
    it.call(link())
    dialog = it.dialog()
    it.app.wait_text('5 of 5 files')
    it.app.press(CANCEL, 'push button', start=dialog)
    it.app.wait_windows(1)
    it.app.wait_text('Removed “linked”')
    wait_for(lambda: not it.app.has_row('linked'), 'the row to go')
    desktop.shot('magnet-cancelled')
    check(commands_of(it, 'hide', 'remove') == ['hide 1'], lambda: f'it can come back: {it.commands()}')
    desktop.key('ctrl+z')
    it.dialog()
    it.app.row('linked, Paused')
    it.app.wait_text('5 of 5 files')
    check(it.commands()[-1] == 'unhide 1', lambda: f'it is back: {it.commands()}')
    desktop.key('Escape')
    it.app.wait_windows(1)
    wait_for(lambda: it.commands()[-1] == 'remove 1', 'the time for Undo to pass', timeout=30)
    check(not it.any_dialog(), 'nobody asks about it any more')
    it.app.quit()


def add_with_a_late_one(desktop, gate):
    it = Adding(desktop, SHOAL_FAKE_GATE=str(gate))
    it.call(link('first'))
    it.dialog()
    it.app.wait_text('5 of 5 files')
    it.call(link('late'))
    it.dialog('Add 2 Torrents')
    it.app.wait_text('Reading…')
    return it


def nobody_removes_what_nobody_saw(desktop):
    """A second link joins the dialog, and the first is added, or not, before anybody could see the second."""
    gate = desktop.dir / 'gate'
    for key, command in (('Return', 'resume 1'), ('Escape', 'hide 1')):
        gate.unlink(missing_ok=True)
        it = add_with_a_late_one(desktop, gate)
        desktop.shot('magnet-second')
        desktop.key(key)
        wait_for(lambda it=it, command=command: command in it.commands(), command)
        gate.touch()
        it.app.wait_text('^late$')
        it.dialog('Add Torrent')
        it.app.wait_text('5 of 5 files')
        check(not [c for c in it.commands() if c.endswith(' 2') and not c.startswith('add-link')],
              lambda it=it: f'nothing befell the second: {it.commands()}')
        it.press_add()
        wait_for(lambda it=it: 'resume 2' in it.commands(), 'the second to go on')
        check(not commands_of(it, 'remove'), lambda it=it: f'{it.commands()}')
        it.app.quit()


def unreadable_link_stays(desktop):
    it = Adding(desktop)
    it.call(link('broken'))
    dialog = it.dialog()
    it.app.press(re.compile('Close$'), 'push button', start=dialog)
    it.app.wait_windows(1)
    it.app.row('broken, Paused')
    it.call(link('other'))
    it.dialog()
    it.app.wait_text('^other$')
    it.press_add()
    wait_for(lambda: 'resume 2' in it.commands(), 'the other to go on')
    it.app.row('broken, Paused')
    check(not commands_of(it, 'hide', 'remove'), lambda: f'nobody said that it should go: {it.commands()}')
    it.app.quit()


def left_out_link_goes(desktop):
    it = Adding(desktop)
    it.call(link('first'), link('second'))
    it.dialog('Add 2 Torrents')
    it.app.press('Leave out second')
    it.dialog('Add Torrent')
    check(not commands_of(it, 'hide'), 'not before the dialog is done')
    it.press_add()
    wait_for(lambda: sorted(commands_of(it, 'resume', 'hide')) == ['hide 2', 'resume 1'], 'one to stay and one to go')
    it.app.wait_text('Removed “second”')
    it.app.quit()


def says_how_people_are_looked_for(desktop):
    """Of a link that names no tracker."""
    dht = desktop.dir / 'dht'
    dht.write_text('off')
    it = Adding(desktop, SHOAL_FAKE_DHT=str(dht))
    it.call(link('alone'))
    it.app.row('alone, Fetching Details')
    it.app.wait_text('^fetching details, no tracker to ask, and finding people without one is off in the preferences$')
    desktop.shot('magnet-dht-off')
    dht.write_text('joining')
    desktop.key('ctrl+comma')
    it.app.wait_window_titled('Preferences')
    it.app.press('Network', 'page tab')
    wait_for(lambda: it.app.is_showing(it.app.wait('Port', 'spin button')), 'the page')
    it.app.press('Without a Tracker', 'check box')
    wait_for(lambda: 'settings 0' in it.commands(), 'the engine to be told')
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.app.wait_text('^fetching details, connecting to the network that finds people without a tracker$')
    dht.write_text('joined')
    it.app.wait_text('^fetching details, looking for people without a tracker$')
    desktop.shot('magnet-dht-joined')
    it.app.quit()


def links_without_questions(desktop):
    it = Adding(desktop)
    desktop.key('ctrl+comma')
    it.app.wait_window_titled('Preferences')
    switch = it.app.wait('Choose the Files', 'check box')
    check(it.app.has_state(switch, 'checked'), 'it asks by default')
    it.app.press('Choose the Files', 'check box')
    desktop.shot('magnet-preferences')
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.call(link('first'), link('second'))
    wait_for(lambda: it.commands() == ['settings', 'add-link 1', 'add-link 2'] or
             it.commands() == ['add-link 1', 'add-link 2'], 'both to be added')
    it.app.row('first, Downloading')
    it.app.row('second, Downloading')
    check(not it.any_dialog(), 'there is no dialog')
    it.app.quit()


def dropped_text_is_read(desktop):
    it = Adding(desktop, SHOAL_FAKE_LINK_MS='60000')
    move_aside(desktop, it.app)
    drag(desktop, it.app, 'text', link('dropped'))
    it.app.row('dropped, Fetching Details')
    it.app.quit()


def says_what_is_wrong(desktop):
    it = Adding(desktop, SHOAL_FAKE_LINK_MS='60000')
    it.call(link())
    it.app.row('linked')
    it.call(link())
    it.app.wait_text('This torrent is in the list already')
    it.call('magnet:?xt=urn:btih:1234')
    it.app.wait_text('Not Added')
    desktop.shot('magnet-refused')
    desktop.key('Escape')
    it.app.wait_windows(1)
    source = paste(desktop, it.app, 'no link at all')
    it.app.wait_text('There is no link and no torrent file to paste')
    source.kill()
    it.app.quit()


class FiveFiles(Swarm):
    """Each begins and ends with a piece, so no piece of one is needed for another."""
    FILE = 4 * PIECE

    def make_data(self):
        data = self.dir / 'data' / 'five'
        data.mkdir(parents=True)
        for number in range(5):
            (data / f'file {number}').write_bytes(random.Random(number).randbytes(self.FILE))
        self.make_torrent(data)


def two_of_five_files_and_nothing_else(desktop, swarm):
    """The real engine: before Add the seeder gives the info dictionary, and then the pieces of two files."""
    shutil.rmtree(downloads(desktop), ignore_errors=True)
    seeder = swarm.seeder()
    app = desktop.app(SHOAL).wait_window()
    app.wait_text('Nothing Here Yet')
    source = paste(desktop, app, f'magnet:?xt=urn:btih:{seeder.info_hash()}&dn=Before')
    app.row('Before, Fetching Details')
    app.wait_text('^fetching details, no tracker to ask, and finding people without one is off in the preferences$')
    seeder.connect_peer(('127.0.0.1', swarm.port))
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'5 of 5 files, 1\.3.MB')
    desktop.key('Escape')
    app.wait_text('Removed “five”')
    wait_for(lambda: not app.has_row('five'), 'the row to go')
    desktop.key('ctrl+z')
    app.row('five, Paused')
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'5 of 5 files, 1\.3.MB')
    for name in ('file 0', 'file 2', 'file 4'):
        app.click(app.find(name, 'check box'))
    app.wait_text(r'2 of 5 files, 524\.3.kB')
    desktop.shot('magnet-real')
    check(seeder.status().total_payload_upload == 0, 'nothing is fetched before Add')
    check(not any(path.is_file() for path in downloads(desktop).rglob('*')), 'nothing is written before Add')
    seeder.connect_peer(('127.0.0.1', swarm.port))
    desktop.key('Return')
    app.wait_windows(1)
    app.wait_text(r'524\.3.kB · seeding', timeout=30)
    paths = sorted(path for path in downloads(desktop).rglob('*') if path.is_file())
    check([path.name for path in paths] == ['file 1', 'file 3'], lambda: f'only the two that were chosen: {paths}')
    for path in paths:
        check(path.read_bytes() == (swarm.dir / 'data/five' / path.name).read_bytes(), lambda path=path: f'{path} differs')
    # Both are whole, so whatever had been sent besides would come on top.
    wait_for(lambda: seeder.status().total_payload_upload >= 2 * swarm.FILE, 'the seeder to count it')
    given = seeder.status().total_payload_upload
    check(given == 2 * swarm.FILE, lambda: f'the seeder gave {given} bytes, the two files have {2 * swarm.FILE}')
    source.kill()
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(pasted_link_asks_for_files, cancelled_link_goes_and_comes_back, nobody_removes_what_nobody_saw,
             unreadable_link_stays, left_out_link_goes, says_how_people_are_looked_for, links_without_questions, dropped_text_is_read,
             says_what_is_wrong, with_swarm(two_of_five_files_and_nothing_else, FiveFiles))

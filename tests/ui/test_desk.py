#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop around the window does and is asked for, with the real engine: files are opened by its programs, and
everything rests, or keeps the machine awake, as the network, the battery and the clock say."""
import re
import shutil

import clocks
import pages
import rig
import test_real
import test_rules
from rig import check, wait_for
from test_real import NAME, SHOAL, bar, downloads
from test_several import check_rests, given

TEXT = 'Grüße & <i>.txt'
# Of src/app/rules/shoal-app-awake.c: how long after the last byte the machine may go to sleep.
CALM_SEC = 120


def install_viewer(desktop, log):
    """For texts, and nothing else."""
    applications = desktop.dir / 'data/applications'
    applications.mkdir(exist_ok=True)
    (applications / 'viewer.desktop').write_text(
        f'[Desktop Entry]\nType=Application\nName=Viewer\nExec=/usr/bin/python3 {rig.HERE}/file_manager.py {log} %f\nMimeType=text/plain;\n')
    desktop.run(['update-desktop-database', str(applications)])
    desktop.run(['gio', 'mime', 'text/plain', 'viewer.desktop'])


def start(desktop, swarm, settings=None, words=(), **env):
    """The torrent is added. The program is run by words, if there are any."""
    shutil.rmtree(downloads(desktop), ignore_errors=True)
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, **(settings or {}))
    app = desktop.app(*words, SHOAL, swarm.torrent, **env).wait_window()
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'3 of 3 files, 12\.0.MB')
    desktop.key('Return')
    app.wait_windows(1)
    app.row(NAME)
    return app


def file_row(app, pattern):
    return pages.item(app, 'Files', pattern)


def double_click(desktop, app, accessible):
    x, y = app.place(accessible)
    desktop.xdotool('mousemove', x, y, 'sleep', '0.1', 'click', '--repeat', '2', '--delay', '60', '1')


@test_real.with_swarm
def opens_files(desktop, swarm):
    """By a double click, the menu and the keys; what cannot be opened says why."""
    log = swarm.dir / 'opened'
    path = downloads(desktop) / NAME / 'deep/er' / TEXT

    def wait_opened(n):
        wait_for(lambda: log.exists() and log.read_text().splitlines() == [f'file {path}'] * n, f'the file to be opened {n} times')
    install_viewer(desktop, log)
    app = start(desktop, swarm, {'details_page': "'files'"})
    app.click(app.row(NAME))
    app.click(file_row(app, '^big.bin,'), button=3)
    app.wait(re.compile('^Rename'), 'menu item')
    check(not app.find('Open', 'menu item'), 'what is not there yet is not offered to be opened')
    desktop.key('Escape')
    app.wait_gone(re.compile('^Rename'), 'menu item')
    double_click(desktop, app, file_row(app, '^big.bin,'))
    app.wait_text('^The file can be opened once all of it is there$')
    check(not log.exists(), 'nothing was opened')
    swarm.seeder()
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    app.click(file_row(app, '^deep,'))
    desktop.key('Right', 'Down', 'Right')
    text = '^' + re.escape(TEXT) + ','
    file_row(app, text + r' 6.bytes$')
    double_click(desktop, app, file_row(app, text))
    wait_opened(1)
    pages.menu(app, file_row(app, text), 'Open')
    wait_opened(2)
    app.click(file_row(app, text))
    desktop.key('Return')
    wait_opened(3)
    file_row(app, '^big.bin, 12.0.MB$')
    double_click(desktop, app, file_row(app, '^big.bin,'))
    app.wait_text('^There is no program that opens such files, or it is gone$')
    path.rename(path.with_name('elsewhere'))
    double_click(desktop, app, file_row(app, text))
    wait_for(lambda: app.reads('was changed|is missing|or it is gone$'), 'it to be said that the file is gone')
    check(len(log.read_text().splitlines()) == 3, 'what is gone is not opened')
    check(app.quit() == 0, 'it ends')


class Manager:
    """The session manager, and what it was asked for."""

    def __init__(self, desktop):
        desktop.spawn(['/usr/bin/python3', str(rig.HERE / 'session_manager.py')], 'manager.log')
        self.log = desktop.dir / 'manager.log'
        wait_for(lambda: 'ready' in self.log.read_text(), 'the session manager')

    def calls(self):
        return [line.split()[0] for line in self.log.read_text().splitlines() if 'inhibit' in line]

    def wait_calls(self, *calls):
        wait_for(lambda: self.calls() == list(calls), lambda: f'the calls {calls}, there are {self.calls()}')


@test_real.with_swarm
def rests_and_stays_awake(desktop, swarm):
    """On a metered connection, and while the battery is saved; and it keeps the machine awake while something comes, and
    for two minutes more."""
    manager = Manager(desktop)
    clock = clocks.Clock(desktop)
    file = desktop.dir / 'circumstances'
    file.write_text('')
    seeder = swarm.seeder(rate=300_000)
    app = start(desktop, swarm, {'hold_power': 'true'}, SHOAL_CIRCUMSTANCES=str(file), **clock.environment())

    def comes():
        before = given(seeder)
        wait_for(lambda: given(seeder) > before + 200_000, 'it to come', timeout=30)

    def wait_calm():
        """Where nothing comes any more no speed is left to fade."""
        app.wait_text('↓ 0.kB/s', timeout=10)
    comes()
    manager.wait_calls('inhibit')
    check('suspend Downloading' in manager.log.read_text(), 'it is said why')
    for _ in range(2):
        clock.advance(app, CALM_SEC - 20)
        comes()
    check(manager.calls() == ['inhibit'], lambda: f'it is kept awake while it comes: {manager.calls()}')
    test_rules.circumstances(file, 'metered')
    app.wait_text('Everything rests: this connection is metered')
    check_rests([seeder], 2)
    desktop.shot('desk-metered')
    wait_calm()
    clock.advance(app, CALM_SEC // 2)
    check(manager.calls() == ['inhibit'], 'it is kept awake for a while')
    clock.advance(app, CALM_SEC // 2)
    manager.wait_calls('inhibit', 'uninhibit')
    app.press(test_rules.GO_ON, 'push button')
    comes()
    manager.wait_calls('inhibit', 'uninhibit', 'inhibit')
    test_rules.circumstances(file, 'saving')
    app.wait_text('Everything rests: the battery is being saved')
    check_rests([seeder], 2)
    test_rules.circumstances(file, '')
    seeder.set_upload_limit(0)
    wait_for(lambda: bar(app) == 1.0, 'it to go on by itself', timeout=60)
    wait_calm()
    clock.advance(app, CALM_SEC)
    manager.wait_calls('inhibit', 'uninhibit', 'inhibit', 'uninhibit')
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))


if __name__ == '__main__':
    rig.main(opens_files, rests_and_stays_awake)

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the person lays down about when Shoal may do what."""
import os
import re
import time

import rig
from rig import check, wait_for

FAKE = os.environ['SHOAL_FAKE']
GO_ON = re.compile('Go On Anyway$')


def start(desktop, settings=None, torrents=3, **env):
    desktop.settings(window_width=900, window_height=640, **(settings or {}))
    return again(desktop, torrents, **env)


def again(desktop, torrents=3, **env):
    """With the settings that are there."""
    path = desktop.dir / 'told'
    path.unlink(missing_ok=True)
    app = desktop.app(FAKE, SHOAL_FAKE_SETTINGS=str(path), SHOAL_FAKE_TORRENTS=str(torrents), **env).wait_window()
    return app, path


def told(path):
    """What the engine was told of limits, and of whether everything rests, in order."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [line for line in lines if line.startswith('down ')]


def wait_told(path, line):
    wait_for(lambda: told(path)[-1] == line, f'the engine to be told {line!r}')


def circumstances(file, text):
    """Says how things are, and waits until the program has heard of it."""
    file.write_text(text)
    read = file.with_name(file.name + '.read')
    wait_for(lambda: read.exists() and read.read_text() == text, f'{text!r} to be read')


def open_page(desktop, app, page):
    desktop.key('ctrl+comma')
    app.wait_windows(2)
    app.press(page, 'page tab')


def alternative_limits_are_switched(desktop):
    app, path = start(desktop, {'limit_up': 'true', 'up_limit': '50'})
    wait_told(path, 'down 0 up 50000 hold 0')
    open_page(desktop, app, 'Speed')
    app.wait('Alternative Download Speed in kB/s', 'spin button').get_value_iface().set_current_value(300)
    app.press('Use the Alternative Limits', 'check box')
    wait_told(path, 'down 300000 up 100000 hold 0')
    desktop.shot('preferences-speed')
    desktop.key('Escape')
    app.wait_windows(1)
    desktop.key('F10')
    app.press('Alternative Speed Limits')
    wait_told(path, 'down 0 up 50000 hold 0')
    check(app.quit() == 0, 'it ends')


def a_timetable_switches_them(desktop):
    app, path = start(desktop, {'timetable': 'true', 'timetable_from': '0', 'timetable_to': '0'})
    wait_told(path, 'down 500000 up 100000 hold 0')
    open_page(desktop, app, 'Speed')
    day = app.wait('Monday')
    start_field = app.wait('Alternative Limits From', 'spin button')
    check('00:00' in app.texts(), 'the time of the day is shown as such')
    start_field.get_value_iface().set_current_value(22 * 60 + 30)
    wait_for(lambda: '22:30' in app.texts(), 'the time of the day')
    start_field.get_value_iface().set_current_value(0)
    desktop.shot('preferences-timetable')
    for name in ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'):
        app.press(name)
    wait_told(path, 'down 0 up 0 hold 0')
    check(not app.has_state(day, 'pressed') and not app.has_state(day, 'checked'), 'no day is chosen')
    desktop.key('Escape')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')


def what_is_switched_by_hand_outlives_the_program(desktop):
    begin = (time.localtime().tm_hour * 60 + 720) % 1440
    app, path = start(desktop, {'timetable': 'true', 'timetable_from': str(begin), 'timetable_to': str(begin + 1)})
    wait_told(path, 'down 0 up 0 hold 0')
    desktop.key('F10')
    app.press('Alternative Speed Limits')
    wait_told(path, 'down 500000 up 100000 hold 0')
    check(app.quit() == 0, 'it ends')
    app, path = again(desktop)
    check(told(path) == ['down 500000 up 100000 hold 0'], lambda: f'it begins with {told(path)}')
    check(app.quit() == 0, 'it ends')


def a_metered_connection_makes_all_rest(desktop):
    file = desktop.dir / 'circumstances'
    file.write_text('metered')
    app, path = start(desktop, SHOAL_CIRCUMSTANCES=str(file))
    app.wait_text('Everything rests: this connection is metered')
    wait_told(path, 'down 0 up 0 hold 1')
    desktop.shot('metered')
    app.press(GO_ON, 'push button')
    wait_told(path, 'down 0 up 0 hold 0')
    wait_for(lambda: not app.find(GO_ON, 'push button'), 'the notice to go')
    circumstances(file, '')
    circumstances(file, 'metered')
    wait_told(path, 'down 0 up 0 hold 1')
    app.wait(GO_ON, 'push button')
    circumstances(file, 'saving')
    wait_told(path, 'down 0 up 0 hold 0')
    check(app.quit() == 0, 'it ends')


def the_battery_makes_all_rest_if_that_is_wanted(desktop):
    file = desktop.dir / 'circumstances'
    file.write_text('saving')
    app, path = start(desktop, {'hold_power': 'true'}, SHOAL_CIRCUMSTANCES=str(file))
    app.wait_text('Everything rests: the battery is being saved')
    wait_told(path, 'down 0 up 0 hold 2')
    circumstances(file, '')
    wait_told(path, 'down 0 up 0 hold 0')
    check(app.quit() == 0, 'it ends')


def the_machine_is_kept_awake_while_downloading(desktop):
    desktop.spawn(['/usr/bin/python3', str(rig.HERE / 'session_manager.py')], 'manager.log')
    log = desktop.dir / 'manager.log'
    wait_for(lambda: 'ready' in log.read_text(), 'the session manager')
    app, _ = start(desktop)
    wait_for(lambda: 'suspend Downloading' in log.read_text(), 'the session manager to be asked')
    check(log.read_text().count('\ninhibit') == 1, 'it is asked once')
    desktop.key('ctrl+comma')
    app.wait_windows(2)
    app.press('Keep the Computer Awake', 'check box')
    wait_for(lambda: 'uninhibit 7' in log.read_text(), 'the session manager to be told that it is over')
    desktop.key('Escape')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(alternative_limits_are_switched, a_timetable_switches_them, what_is_switched_by_hand_outlives_the_program,
             a_metered_connection_makes_all_rest, the_battery_makes_all_rest_if_that_is_wanted, the_machine_is_kept_awake_while_downloading)

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process, one way to quit: the window goes at once, the process when the engine has ended."""
import os
import signal
import time

import rig
from rig import check, wait_for

FAKE = os.environ['SHOAL_FAKE']


def start(desktop, *args, **env):
    path = desktop.dir / 'commands'
    path.unlink(missing_ok=True)
    app = desktop.app(FAKE, *args, SHOAL_FAKE_TORRENTS='12', SHOAL_FAKE_LOG=str(path), **env)
    return app, path


def ends(desktop, app, path, what):
    began = time.monotonic()
    what()
    app.wait_windows(0)
    hidden = time.monotonic() - began
    status = app.wait_end(10)
    print(f'# hidden after {hidden:.2f} s, ended after {time.monotonic() - began:.2f} s')
    check(status == 0, f'the status is {status}')
    check(path.read_text().splitlines().count('quit 0') == 1, 'the engine was asked to quit once')
    app.check_log()


def closes_by_its_button(desktop):
    app, path = start(desktop)
    app.wait_window()
    ends(desktop, app, path, lambda: app.press('Close', 'push button'))


def closes_by_keys(desktop):
    for key in ('ctrl+w', 'ctrl+q'):
        app, path = start(desktop)
        app.wait_window()
        app.wait_text('Family photos 2026 11')
        ends(desktop, app, path, lambda key=key: desktop.key(key))


def ends_on_signals(desktop):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        app, path = start(desktop)
        app.wait_window()
        ends(desktop, app, path, lambda number=number: app.process.send_signal(number))


def waits_for_no_engine_for_ever(desktop):
    app, path = start(desktop, SHOAL_FAKE_QUIT_MS='60000')
    app.wait_window()
    began = time.monotonic()
    desktop.key('ctrl+q')
    app.wait_windows(0)
    app.wait_end(8)
    took = time.monotonic() - began
    check(4.5 < took < 7, f'it ended after {took:.1f} s')


def comes_back_for_a_source(desktop):
    """A source that arrives while the engine stops is remembered, and opened by a fresh one."""
    app, path = start(desktop, SHOAL_FAKE_QUIT_MS='2500')
    app.wait_window()
    desktop.key('ctrl+q')
    app.wait_windows(0)
    source = desktop.dir / 'home/late.torrent'
    source.write_text('fake late 1 1000')
    desktop.run([FAKE, str(source)])
    check(app.is_running(), 'it is still stopping')
    app.wait_window_titled('Add Torrent')
    app.wait_text('^late$')
    desktop.key('Escape')
    app.wait_windows(1)
    app.wait_text('Family photos 2026 11')
    check(app.quit() == 0, 'it ends')


def is_one_process(desktop):
    app, _ = start(desktop)
    app.wait_window()
    began = time.monotonic()
    result = desktop.run([FAKE])
    check(result.returncode == 0, lambda: result.stderr.decode())
    print(f'# the second call took {time.monotonic() - began:.2f} s')
    check(len(app.all(role='frame')) == 1, 'there is one window')
    check(app.quit() == 0, 'it ends')


def says_who_holds_the_state(desktop):
    """Without a session bus only the lock of the engine tells that Shoal runs already."""
    app, _ = start(desktop, SHOAL_FAKE_PROBLEM='in-use', DBUS_SESSION_BUS_ADDRESS='unix:path=/nonexistent',
                   GTK_A11Y='none')
    check(app.wait_end(10) == 1, 'the status is 1')
    check('Shoal is already running (process 4711).' in app.log.read_text(), 'it is said on standard error')
    app.log.write_text('')


def tells_of_a_damaged_list(desktop):
    app, _ = start(desktop, SHOAL_FAKE_PROBLEM='damaged')
    app.wait_window()
    app.wait_text('was damaged. It was set aside as “/home/me/.local/state/shoal/state.db.damaged”')
    desktop.shot('notice')
    check(app.quit() == 0, 'it ends')


def remembers_its_size(desktop):
    app, path = start(desktop)
    app.wait_window()
    app.wait_text('Family photos 2026 11')
    desktop.xdotool('windowsize', '--sync', app.window_id('^Shoal$'), 700, 600)
    frame = app.find(role='frame')

    def width():
        return frame.get_component_iface().get_extents(desktop.atspi.CoordType.WINDOW).width
    wait_for(lambda: 600 < width() <= 700, 'the new size')
    size = width()
    ends(desktop, app, path, lambda: desktop.key('ctrl+q'))
    app, path = start(desktop)
    app.wait_window()
    frame = app.find(role='frame')
    wait_for(lambda: width() == size, 'the same width as before')
    app.quit()


if __name__ == '__main__':
    rig.main(closes_by_its_button, closes_by_keys, ends_on_signals, waits_for_no_engine_for_ever,
             comes_back_for_a_source, is_one_process, says_who_holds_the_state, tells_of_a_damaged_list,
             remembers_its_size)

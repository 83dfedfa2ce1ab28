#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window with the real engine where something outside is wrong: the disk, the folder, the port. The row says what
a person can do, and the torrent goes on when that was done."""
import os
import re
import shutil
import socket
import subprocess
import sys

import rig
from rig import Skip, check, wait_for
from test_real import NAME, SHOAL, add, bar, downloads, with_swarm

# Mounts are made in a namespace of the test's own.
IN_NAMESPACE = 'SHOAL_UI_IN_NAMESPACE'


def needs_mounts():
    if os.environ.get(IN_NAMESPACE) != '1':
        raise Skip('needs the right to mount, in a namespace of its own')


def mount(desktop, *options):
    needs_mounts()
    folder = downloads(desktop)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    subprocess.run(['mount', '-t', 'tmpfs', '-o', ','.join(options), 'tmpfs', folder], check=True)
    return folder


def remount(folder, option):
    subprocess.run(['mount', '-o', 'remount,' + option, folder], check=True)


def with_mount(function):
    """Whatever happens, nothing stays mounted."""
    def test(desktop):
        try:
            function(desktop)
        finally:
            subprocess.run(['umount', '-l', downloads(desktop)], capture_output=True)
    test.__name__ = function.__name__
    return test


@with_mount
@with_swarm
def waits_for_room_on_a_full_disk(desktop, swarm):
    swarm.seeder()
    folder = mount(desktop, 'size=5m')
    app = add(desktop, swarm, keeps_folder=True)
    sentence = (r'The disk is full: (\d+\.\d).MB more are needed in “' + re.escape(str(folder)) +
                r'”\. Make room, and it goes on by itself\.')
    app.wait_text(sentence, timeout=30)
    desktop.shot('trouble-full')
    text = next(t for t in app.texts() if re.search(sentence, t))
    missing = float(re.search(sentence, text)[1])
    check(6.9 <= missing <= 12.0, f'what is needed: {text}')
    check(abs(12.0 * (1 - bar(app)) - missing) < 0.2, f'that is what is missing: {bar(app)}, {text}')
    name = app.row(NAME).get_name()
    check(name.startswith(NAME + ', Waiting, ') and 'more are needed' in name, f'a screen reader is told: {name}')
    # What it has it gives.
    for session in swarm.sessions:
        session.pause()
    leecher = swarm.leecher('leech', swarm.port)
    wait_for(lambda: leecher.status().total_payload_download > 1_000_000, 'the others to get what is there', timeout=30)
    for session in swarm.sessions:
        session.resume()
    remount(folder, 'size=40m')
    wait_for(lambda: bar(app) == 1.0, 'it to go on by itself', timeout=60)
    app.wait_text(r'12\.0.MB · seeding')
    check(not app.reads('The disk is full'), 'nothing is wrong any more')
    check(app.quit() == 0, 'it ends')
    swarm.same(folder)


@with_mount
@with_swarm
def waits_for_a_disk_that_is_read_only(desktop, swarm):
    swarm.seeder()
    folder = mount(desktop, 'size=40m')
    remount(folder, 'ro')
    app = add(desktop, swarm, keeps_folder=True)
    app.wait_text(r'“' + re.escape(str(folder)) + r'” cannot be written: its disk is read-only\. '
                  r'Make the disk writable, and it goes on by itself\.', timeout=30)
    desktop.shot('trouble-read-only')
    check(list(folder.iterdir()) == [], 'nothing was written')
    remount(folder, 'rw')
    wait_for(lambda: bar(app) == 1.0, 'it to go on by itself', timeout=60)
    check(app.quit() == 0, 'it ends')
    swarm.same(folder)


@with_swarm
def waits_for_a_folder_that_may_not_be_written(desktop, swarm):
    if shutil.which('setpriv') is None:
        raise Skip('needs setpriv')
    swarm.seeder()
    folder = downloads(desktop)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    folder.chmod(0o555)
    # Root may write everywhere: that is taken away.
    words = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] if os.getuid() == 0 else []
    app = add(desktop, swarm, keeps_folder=True, words=words)
    app.wait_text(r'Shoal may not use “' + re.escape(str(folder)) + r'”\. Change its permissions, then try again\.',
                  timeout=30)
    desktop.shot('trouble-permission')
    folder.chmod(0o755)
    app.click(app.row(NAME), button=3)
    app.press('Try Again', 'menu item')
    wait_for(lambda: bar(app) == 1.0, 'it to go on', timeout=60)
    check(app.quit() == 0, 'it ends')
    swarm.same(folder)


def is_reachable(port):
    with socket.socket() as s:
        return s.connect_ex(('127.0.0.1', port)) == 0


@with_swarm
def a_new_port_counts_at_once(desktop, swarm):
    swarm.seeder()
    app = add(desktop, swarm)
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    swarm.sessions.pop().pause()
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    desktop.key('ctrl+comma')
    app.wait_windows(2)
    app.press('Network', 'page tab')
    spin = app.wait('Port', 'spin button')
    wait_for(lambda: app.is_showing(spin), 'the page')
    spin.get_value_iface().set_current_value(port)
    wait_for(lambda: is_reachable(port), 'somebody to listen on the new port')
    check(not is_reachable(swarm.port), 'nobody listens on the old one')
    leecher = swarm.leecher('leech', port)

    def gets_all():
        leecher.connect_peer(('127.0.0.1', port))
        return leecher.status().is_seeding
    wait_for(gets_all, 'another client to get it all over the new port', timeout=60, step=0.5)
    desktop.key('Escape')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')
    swarm.same(swarm.dir / 'leech')


@with_swarm
def a_busy_port_is_said(desktop, swarm):
    swarm.seeder()
    with socket.socket() as s:
        s.bind(('', swarm.port))
        s.listen()
        app = add(desktop, swarm)
        app.wait_text(rf'Port {swarm.port} busy, using \d+')
        desktop.shot('trouble-port')
        app.wait_text(r'12\.0.MB · seeding', timeout=60)
    check(app.quit() == 0, 'it ends')


def a_second_window_names_the_first(desktop):
    """Without a session bus the two cannot speak with each other: the lock on the list tells."""
    alone = {'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nonexistent', 'GTK_A11Y': 'none'}
    first = desktop.app(SHOAL, **alone)
    first.wait_windows(1)
    wait_for((desktop.dir / 'state/shoal/state.db').exists, 'the list to be opened')
    second = desktop.app(SHOAL, **alone)
    check(second.wait_end(15) == 1, 'the status is 1')
    said = second.log.read_text()
    check(f'Shoal is already running (process {first.pid}).' in said, lambda: f'it said {said}')
    first.process.terminate()
    check(first.wait_end(10) == 0, 'the first is not disturbed')
    for app in (first, second):
        app.log.write_text('')  # GTK warns that there is no bus


def a_list_that_cannot_be_opened_is_said(desktop):
    """Also to who opens a torrent meanwhile: the engine that would look into it is not there."""
    (desktop.dir / 'state/shoal/state.db').mkdir(parents=True)
    torrent = desktop.dir / 'home/some.torrent'
    torrent.write_bytes(b'd4:infod6:lengthi10e4:name4:some12:piece lengthi16384e6:pieces20:' + bytes(20) + b'ee')
    app = desktop.app(SHOAL, torrent)
    app.wait_text('Shoal Cannot Start')
    app.wait('Add Torrent', 'frame')
    app.wait('Not Added')
    check(app.find('Reading…') is None, 'nobody reads any more')
    desktop.shot('trouble-state')
    check(app.quit() == 0, 'it ends')


def in_namespace(*tests):
    """Runs them where file systems can be mounted that nobody else sees, if this machine lets us."""
    words = ['unshare', '--mount', '--propagation=private'] + ([] if os.getuid() == 0 else ['--map-root-user'])
    if IN_NAMESPACE not in os.environ and shutil.which('unshare') is not None:
        works = subprocess.run([*words, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], capture_output=True).returncode == 0
        os.environ[IN_NAMESPACE] = '1' if works else '0'
        if works:
            os.execvp(words[0], [*words, sys.executable, *sys.argv])
    rig.main(*tests)


if __name__ == '__main__':
    in_namespace(
        waits_for_room_on_a_full_disk, waits_for_a_disk_that_is_read_only, waits_for_a_folder_that_may_not_be_written,
        a_new_port_counts_at_once, a_busy_port_is_said, a_second_window_names_the_first, a_list_that_cannot_be_opened_is_said)

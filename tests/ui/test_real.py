#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window with the real engine: data from and to another client (libtorrent) over a tracker on this machine."""
import hashlib
import http.server
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

import rig
from rig import Skip, check, wait_for

SHOAL = os.environ['SHOAL']
SHOAL_CLI = os.environ['SHOAL_CLI']
NAME = 'Tom & Jerry <b>x %s'  # as far as a file may be called that
PIECE = 65536
SIZE = 12_000_000


def libtorrent():
    try:
        import libtorrent as lt
    except ImportError:
        raise Skip('needs python3-libtorrent') from None
    return lt


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Swarm:
    """A tracker, sample data, a torrent made by libtorrent, and libtorrent sessions on 127.0.0.1."""

    def __init__(self, desktop):
        self.lt = libtorrent()
        self.desktop = desktop
        self.dir = desktop.dir / 'swarm'
        shutil.rmtree(self.dir, ignore_errors=True)
        self.dir.mkdir()
        self.tracker_port = free_port()
        self.port = free_port()
        with open(self.dir / 'tracker.log', 'wb') as log:
            self.tracker = subprocess.Popen(
                [SHOAL_CLI, 'tracker', f'--port={self.tracker_port}', '--bind=127.0.0.1', '--interval=5'],
                env=desktop.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.sessions = []
        self.make_data()
        wait_for(self.tracker_listens, 'the tracker')
        desktop.settings(window_width=760, window_height=640, port=self.port)

    def tracker_listens(self):
        with socket.create_connection(('127.0.0.1', self.tracker_port), 1):
            return True

    def make_data(self):
        data = self.dir / 'data' / NAME
        (data / 'deep/er').mkdir(parents=True)
        block = hashlib.sha512(b'sample').digest()
        big = bytearray()
        while len(big) < SIZE:
            block = hashlib.sha512(block).digest()
            big += block * 64
        (data / 'big.bin').write_bytes(big[:SIZE])
        (data / 'deep/er/Grüße & <i>.txt').write_text('hello\n')
        (data / 'empty').write_bytes(b'')
        self.make_torrent(data)

    def make_torrent(self, data, name='sample', host='127.0.0.1'):
        lt = self.lt
        storage = lt.file_storage()
        lt.add_files(storage, str(data))
        creator = lt.create_torrent(storage, PIECE, lt.create_torrent.v1_only)
        creator.add_tracker(f'http://{host}:{self.tracker_port}/announce')
        lt.set_piece_hashes(creator, str(data.parent))
        self.torrent = self.dir / f'{name}.torrent'
        self.torrent.write_bytes(lt.bencode(creator.generate()))

    def open_session(self):
        lt = self.lt
        session = lt.session({
            'listen_interfaces': '127.0.0.1:0', 'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False,
            'enable_natpmp': False, 'allow_multiple_connections_per_ip': True, 'alert_mask': 0,
            'enable_outgoing_utp': False, 'enable_incoming_utp': False})
        session.set_ip_filter(lt.ip_filter())
        self.sessions.append(session)
        return session

    def take_part(self, session, torrent, folder):
        lt = self.lt
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(str(torrent))
        params.save_path = str(folder)
        # Without these two a session of libtorrent limits local peers to nothing, or to no limit at all.
        params.flags &= ~lt.torrent_flags.auto_managed
        params.flags &= ~lt.torrent_flags.paused
        return session.add_torrent(params)

    def session(self, folder):
        return self.take_part(self.open_session(), self.torrent, folder)

    def seeder(self, rate=0):
        handle = self.session(self.dir / 'data')
        if rate:
            handle.set_upload_limit(rate)
        wait_for(lambda: handle.status().is_seeding, 'the seeder to check its data')
        return handle

    def leecher(self, name, port):
        folder = self.dir / name
        folder.mkdir()
        handle = self.session(folder)
        handle.connect_peer(('127.0.0.1', port))
        return handle

    def same(self, folder):
        for path in sorted((self.dir / 'data').rglob('*')):
            if path.is_file():
                copy = folder / path.relative_to(self.dir / 'data')
                check(copy.is_file(), f'{copy} is missing')
                check(sha256(copy) == sha256(path), f'{copy} differs')

    def close(self):
        for session in self.sessions:
            session.pause()
        self.sessions.clear()
        self.tracker.send_signal(signal.SIGTERM)
        self.tracker.wait(10)


def with_swarm(function, kind=Swarm):
    def test(desktop):
        swarm = kind(desktop)
        try:
            function(desktop, swarm)
        finally:
            swarm.close()
    test.__name__ = function.__name__
    return test


def downloads(desktop):
    return pathlib.Path(desktop.env['HOME']) / 'Downloads'


def bar(app):
    return app.wait(NAME, 'progress bar').get_value_iface().get_current_value()


def add(desktop, swarm, keeps_folder=False, words=()):
    if not keeps_folder:
        shutil.rmtree(downloads(desktop), ignore_errors=True)
    app = desktop.app(*words, SHOAL, swarm.torrent).wait_window()
    app.wait_window_titled('Add Torrent')
    app.wait_text('^' + re.escape(NAME) + '$')
    app.wait_text(r'3 of 3 files, 12\.0.MB')
    desktop.shot('real-add')
    desktop.key('Return')
    app.wait_windows(1)
    app.row(NAME)
    return app


@with_swarm
def the_bar_reaches_the_end(desktop, swarm):
    swarm.seeder(rate=3_000_000)
    app = add(desktop, swarm)
    wait_for(lambda: 0.1 < bar(app) < 1.0, 'the bar to be on its way', timeout=30)
    app.wait_text(r'MB of 12\.0.MB · 1 minute left · .*/s from 1 person')
    desktop.shot('real-downloading')
    wait_for(lambda: bar(app) == 1.0, 'the bar to reach the end', timeout=60)
    app.wait_text(r'12\.0.MB · seeding')
    wait_for(lambda: app.row(NAME).get_name() == NAME + ', Seeding, complete', 'the row to say so')
    desktop.shot('real-seeding')
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))


@with_swarm
def seeds_when_the_switch_is_on(desktop, swarm):
    swarm.seeder()
    app = add(desktop, swarm)
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    swarm.sessions.pop().pause()
    app.press('Seed ' + NAME)
    app.wait_text('complete, not seeding')
    wait_for(lambda: not app.has_state(app.find('Seed ' + NAME), 'checked'), 'the switch to be off')
    leecher = swarm.leecher('leech', swarm.port)
    end = time.monotonic() + 4
    while time.monotonic() < end:
        check(leecher.status().total_payload_download == 0, 'nothing is given while the switch is off')
        time.sleep(0.2)
    app.press('Seed ' + NAME)

    def gets_all():
        leecher.connect_peer(('127.0.0.1', swarm.port))
        return leecher.status().is_seeding
    wait_for(gets_all, 'the other client to get it all', timeout=60, step=0.5)
    app.wait_text(r'given so far')
    check(app.quit() == 0, 'it ends')
    swarm.same(swarm.dir / 'leech')


@with_swarm
def goes_on_where_it_was(desktop, swarm):
    seeder = swarm.seeder(rate=1_500_000)
    app = add(desktop, swarm)
    wait_for(lambda: bar(app) > 0.2, 'a fifth of it', timeout=30)
    app.press('Pause ' + NAME)
    app.wait_text(r'· paused')
    began = time.monotonic()
    app.press('Close', 'push button')
    app.wait_windows(0)
    check(app.wait_end(8) == 0, 'it ends')
    print(f'# closed within {time.monotonic() - began:.1f} s')
    app.check_log()
    swarm.tracker.send_signal(signal.SIGSTOP)
    app = desktop.app(SHOAL).wait_window()
    app.row(NAME)
    print(f'# the list is there {time.monotonic() - app.started:.1f} s after the start, the tracker asleep')
    check(bar(app) > 0.1, lambda: f'it kept what it had: {bar(app)}')
    app.wait_text(r'· paused')
    swarm.tracker.send_signal(signal.SIGCONT)
    app.press('Resume ' + NAME)
    wait_for(lambda: bar(app) == 1.0, 'the rest', timeout=60)
    app.wait_text(r'12\.0.MB · seeding')
    fetched = seeder.status().total_payload_upload
    check(fetched < SIZE * 1.15, lambda: f'{fetched} bytes were fetched for {SIZE}')
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))


@with_swarm
def removes_and_brings_back(desktop, swarm):
    swarm.seeder()
    app = add(desktop, swarm)
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    app.click(app.row(NAME))
    desktop.key('Delete')
    app.wait_text(re.escape(f'Removed “{NAME}”'))
    wait_for(lambda: not app.has_row(NAME), 'the row to go')
    app.press(re.compile('Undo$'), 'push button')
    app.row(NAME)
    app.wait_text(r'12\.0.MB · seeding', timeout=30)
    app.click(app.row(NAME))
    desktop.key('shift+Delete')
    app.wait_text(r'what was downloaded of it, 12\.0.MB, is deleted')
    app.press(re.compile('Delete$'), 'push button')
    app.wait_windows(1)
    app.wait_text('Nothing Here Yet')
    wait_for(lambda: not (downloads(desktop) / NAME).exists(), 'the files to be deleted')
    check(app.quit() == 0, 'it ends')


@with_swarm
def deletes_only_what_is_its_own(desktop, swarm):
    """Files of the same name that nothing was written to, and those that another torrent seeds."""
    private, shared = downloads(desktop) / 'private', downloads(desktop) / 'shared'
    private.parent.mkdir(exist_ok=True)
    private.write_text('my own notes')
    shared.write_bytes(os.urandom(70_000))
    sample = swarm.dir / 'private'
    sample.write_bytes(os.urandom(70_000))
    torrents = [swarm.dir / f'{name}.torrent' for name in ('private', 'one', 'two')]
    for path, torrent, source in zip((sample, shared, shared), torrents, ('x', 'one', 'two')):
        subprocess.run([SHOAL_CLI, 'create', path, '-o', torrent, f'--source={source}', '--quiet'], env=desktop.env,
                       check=True)
    desktop.settings(start_at_once='false')
    app = desktop.app(SHOAL, torrents[0]).wait_window()
    app.wait_window_titled('Add Torrent')
    desktop.key('Return')
    app.wait_windows(1)
    app.click(app.row('private'))
    desktop.key('shift+Delete')
    app.wait_text('what was downloaded of it, 0 bytes, is deleted')
    app.press(re.compile('Delete$'), 'push button')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')
    check(private.read_text() == 'my own notes', 'the private file is still there')
    desktop.settings(start_at_once='true')
    app = desktop.app(SHOAL, *torrents[1:]).wait_window()
    app.wait_window_titled('Add 2 Torrents')
    desktop.key('Return')
    app.wait_windows(1)
    wait_for(lambda: sum('Seeding' in row.get_name() for row in app.rows()) == 2, 'both to be seeds')
    app.click(app.rows()[0])
    desktop.key('shift+Delete')
    app.wait_text('except files that “shared”, also in the list, has in the same place')
    desktop.shot('real-shared')
    app.press(re.compile('Delete$'), 'push button')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')
    app = desktop.app(SHOAL).wait_window()
    app.click(app.row('shared'))
    check(len(app.rows()) == 1, 'one torrent is left')
    check(private.read_text() == 'my own notes', 'what an earlier removal left is still there')
    check(shared.exists(), 'the other torrent still has its file')
    desktop.key('shift+Delete')
    app.wait_text('what was downloaded of it, 70.0.kB, is deleted')
    app.press(re.compile('Delete$'), 'push button')
    wait_for(lambda: not shared.exists(), 'the file to go with the last torrent')
    check(app.quit() == 0, 'it ends')


@with_swarm
def removal_lasts_when_it_is_closed(desktop, swarm):
    app = add(desktop, swarm)
    app.click(app.row(NAME))
    desktop.key('Delete')
    app.wait_text('Removed')
    check(app.quit() == 0, 'it ends')
    app = desktop.app(SHOAL).wait_window()
    app.wait_text('Nothing Here Yet')
    wait_for(lambda: not app.has_row(NAME), 'no row')
    check(app.quit() == 0, 'it ends')


@with_swarm
def adds_what_lies_on_the_web(desktop, swarm):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=swarm.dir)

        def log_message(self, *args):
            pass
    swarm.seeder()
    shutil.rmtree(downloads(desktop), ignore_errors=True)
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        app = desktop.app(SHOAL, f'http://127.0.0.1:{server.server_address[1]}/{swarm.torrent.name}').wait_window()
        app.wait_text(r'3 of 3 files, 12\.0.MB')
        server.shutdown()
    desktop.key('Return')
    app.wait_windows(1)
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))


@with_swarm
def opens_the_row_of_what_is_there(desktop, swarm):
    app = add(desktop, swarm)
    desktop.run([SHOAL, str(swarm.torrent)])
    app.wait_text('This torrent is in the list already')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')


@with_swarm
def verifies_and_mends(desktop, swarm):
    swarm.seeder()
    app = add(desktop, swarm)
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    big = downloads(desktop) / NAME / 'big.bin'
    with open(big, 'r+b') as f:
        f.seek(3 * PIECE)
        f.write(b'damage')
    app.click(app.row(NAME), button=3)
    app.press('Verify', 'menu item')
    wait_for(lambda: big.read_bytes() == (swarm.dir / 'data' / NAME / 'big.bin').read_bytes(), 'the damage to be mended',
             timeout=60)
    app.wait_text(r'12\.0.MB · seeding', timeout=30)
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))


@with_swarm
def says_what_is_wrong_with_a_torrent(desktop, swarm):
    bad = swarm.dir / 'bad.torrent'
    bad.write_bytes(swarm.torrent.read_bytes()[:-200])
    app = desktop.app(SHOAL, bad).wait_window()
    app.wait_text(r'“bad\.torrent” is not a torrent, or it is damaged')
    desktop.shot('real-bad')
    desktop.key('Escape')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')


def install_file_manager(desktop, log, is_service):
    program = f'/usr/bin/python3 {rig.HERE}/file_manager.py {log}'
    applications = desktop.dir / 'data/applications'
    service = desktop.dir / 'data/dbus-1/services/org.freedesktop.FileManager1.service'
    applications.mkdir(exist_ok=True)
    (applications / 'files.desktop').write_text(
        f'[Desktop Entry]\nType=Application\nName=Files\nExec={program} %f\nMimeType=inode/directory;\n')
    desktop.run(['update-desktop-database', str(applications)])
    desktop.run(['gio', 'mime', 'inode/directory', 'files.desktop'])
    if is_service:
        service.write_text(f'[D-BUS Service]\nName=org.freedesktop.FileManager1\nExec={program}\n')
    else:
        service.unlink(missing_ok=True)
    desktop.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path',
                 '/org/freedesktop/DBus', '--method', 'org.freedesktop.DBus.ReloadConfig'])


@with_swarm
def shows_where_it_is(desktop, swarm):
    """By the file manager that can mark it; else the folder, by whatever opens folders."""
    swarm.seeder()
    app = add(desktop, swarm)
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    log = swarm.dir / 'shown'

    def shown():
        return urllib.parse.unquote(log.read_text()).splitlines() if log.exists() else []

    def open_folder():
        app.click(app.row(NAME), button=3)
        app.press('Open Folder', 'menu item')
        app.wait_gone('Open Folder', 'menu item')
    open_folder()
    app.wait_text('There is no program that shows folders')
    install_file_manager(desktop, log, is_service=False)
    open_folder()
    wait_for(lambda: shown() == [f'folder {downloads(desktop)}'], 'the folder to be opened')
    install_file_manager(desktop, log, is_service=True)
    open_folder()
    wait_for(lambda: shown()[1:] == [f'item file://{downloads(desktop) / NAME}'], 'it to be shown in its folder')
    check(app.quit() == 0, 'it ends')


@with_swarm
def says_that_no_tracker_answers(desktop, swarm):
    swarm.tracker.kill()
    swarm.tracker.wait()
    app = add(desktop, swarm)
    app.wait_text(r'nobody found · The tracker 127\.0\.0\.1 (does not answer|cannot be reached)', timeout=30)
    desktop.shot('real-no-tracker')
    check(app.quit() == 0, 'it ends')


@with_swarm
def waits_for_a_folder_that_is_gone(desktop, swarm):
    swarm.seeder(rate=1_500_000)
    app = add(desktop, swarm)
    wait_for(lambda: bar(app) > 0.1, 'the download to begin', timeout=30)
    folder = downloads(desktop)
    folder.rename(folder.parent / 'elsewhere')
    app.wait_text('is not there any more|cannot be', timeout=30)
    desktop.shot('real-vanished')
    (folder.parent / 'elsewhere').rename(folder)
    wait_for(lambda: bar(app) == 1.0, 'it to go on by itself', timeout=60)
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))


if __name__ == '__main__':
    rig.main(the_bar_reaches_the_end, seeds_when_the_switch_is_on, goes_on_where_it_was, removes_and_brings_back,
             deletes_only_what_is_its_own, removal_lasts_when_it_is_closed, adds_what_lies_on_the_web, opens_the_row_of_what_is_there, verifies_and_mends,
             says_what_is_wrong_with_a_torrent, shows_where_it_is, says_that_no_tracker_answers, waits_for_a_folder_that_is_gone)

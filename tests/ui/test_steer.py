#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steering a real torrent from the pages of its details: what is asked for is seen on the disk, at the seeder, at the tracker."""
import http.server
import pathlib
import threading
import urllib.parse

import pages
import rig
import test_add
import test_real
from rig import check, wait_for
from test_real import NAME, SHOAL, downloads

FILE_SIZE = 6_000_000
TRACKER_ANSWER = b'd8:intervali1800e12:min intervali1e5:peers0:e'


class Course(test_real.Swarm):
    """Two long files, and a folder with two short ones."""

    def make_data(self):
        data = self.dir / 'data' / NAME
        (data / 'deep/er').mkdir(parents=True)
        block = b'\1' * 64
        for name in ('one.bin', 'two.bin'):
            content = bytearray()
            while len(content) < FILE_SIZE:
                block = test_real.hashlib.sha512(block).digest()
                content += block * 64
            (data / name).write_bytes(content[:FILE_SIZE])
        (data / 'deep/er/small.txt').write_text('hello\n')
        (data / 'deep/long.bin').write_bytes(bytes(1_000_000))
        self.make_torrent(data)


class Tracker(http.server.ThreadingHTTPServer):
    """One that knows nobody, and remembers what it was told."""

    def __init__(self):
        self.events = []
        events = self.events

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query, encoding='latin-1')
                events.append(query.get('event', [''])[0])
                self.send_response(200)
                self.send_header('Content-Length', str(len(TRACKER_ANSWER)))
                self.end_headers()
                self.wfile.write(TRACKER_ANSWER)

            def log_message(self, *args):
                pass
        super().__init__(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f'http://127.0.0.1:{self.server_address[1]}/announce'


def start(desktop, swarm, page, **settings):
    """The torrent is added, selected, and shown on that page of the details."""
    test_real.shutil.rmtree(downloads(desktop), ignore_errors=True)
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, details_page=f"'{page}'", **settings)
    app = desktop.app(SHOAL, swarm.torrent).wait_window()
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'4 of 4 files, 13\.0.MB')
    desktop.key('Return')
    app.wait_windows(1)
    app.click(app.row(NAME))
    return app


def row(app, pattern, **more):
    return pages.item(app, 'Files', pattern, **more)


def rename(desktop, app, pattern, title, name):
    app.click(row(app, pattern))
    desktop.key('F2')
    pages.wait_dialog(desktop, title)
    pages.write(desktop, app, name)
    desktop.key('Return')
    app.wait_windows(1)


def files(desktop, swarm):
    """One file plays first and is renamed meanwhile, a folder is renamed, a file is left out; a second start knows all of it."""
    swarm.seeder(rate=500_000)
    top = downloads(desktop) / NAME
    source = swarm.dir / 'data' / NAME
    app = start(desktop, swarm, 'files', start_at_once='false')
    pages.menu(app, row(app, r'^two\.bin,'), 'Play First')
    row(app, r'^two\.bin, .*plays first')
    app.click(row(app, r'^deep,'))
    desktop.key('Right')
    pages.menu(app, row(app, r'^long\.bin,'), 'Not Wanted')
    row(app, r'^long\.bin, .*not wanted')
    rename(desktop, app, r'^deep,', 'Rename Folder', 'tief')
    row(app, r'^tief,')
    app.press('Resume', 'push button', start=app.wait('Details'))
    row(app, r'^two\.bin, .* of 6\.0.MB · [1-9]', timeout=30)
    rename(desktop, app, r'^two\.bin,', 'Rename File', 'due.bin')
    wait_for(lambda: (top / 'due.bin').exists() and not (top / 'two.bin').exists(), 'the file to have its new name on the disk')
    check(test_real.bar(app) < 1.0, 'it was renamed while it was downloaded')
    desktop.shot('steer-files')
    wait_for(lambda: (top / 'due.bin').stat().st_size == FILE_SIZE and
             test_real.sha256(top / 'due.bin') == test_real.sha256(source / 'two.bin'), 'what plays first to be whole', timeout=60)
    had = (top / 'one.bin').read_bytes() if (top / 'one.bin').exists() else b''
    check(had != (source / 'one.bin').read_bytes(), 'the other file comes later')
    wait_for(lambda: test_real.bar(app) == 1.0, 'the rest', timeout=60)
    row(app, r'^one\.bin, 6\.0.MB$')
    check(app.quit() == 0, 'it ends')
    check(test_real.sha256(top / 'one.bin') == test_real.sha256(source / 'one.bin'), 'the other file is whole')
    check((top / 'tief/er/small.txt').read_text() == 'hello\n', 'what lies in the folder is in its new one')
    check(not (top / 'deep').exists(), 'the folder has its new name only')
    check(not (top / 'tief/long.bin').exists(), 'what is not wanted is not there')
    app = desktop.app(SHOAL).wait_window()
    app.click(app.row(NAME))
    row(app, r'^due\.bin, 6\.0.MB$')
    row(app, r'^tief, ')
    check(app.quit() == 0, 'it ends')


def appears(app, name):
    """What was hidden when the page was made; asked of each accessible itself."""
    return wait_for(lambda: next((a for a in app.walk() if a.get_name() == name and app.is_showing(a)), None), f'something called {name!r}')


def connections(handle):
    return {peer.ip for peer in handle.get_peer_info()}


def people_and_trackers(desktop, swarm):
    """Somebody is banned, and let in again; a tracker is added, edited, asked, and removed."""
    seeder = swarm.seeder(rate=200_000)
    port = swarm.sessions[0].listen_port()
    tracker = Tracker()
    app = start(desktop, swarm, 'people')
    person = rf'^127\.0\.0\.1:{port} '
    app.click(pages.item(app, 'People', person, timeout=30))
    before = wait_for(lambda: connections(seeder), 'the seeder to have a connection')
    desktop.key('Delete')
    app.wait_text('^Banned 127\\.0\\.0\\.1')
    wait_for(lambda: not connections(seeder) & before, 'the connection to end at the seeder')
    wait_for(lambda: not pages.has_item(app, 'People', person), 'the row to go')
    desktop.shot('steer-people')
    app.press(pages.re.compile('Undo$'), 'push button')
    app.click(pages.item(app, 'People', person, timeout=30))
    desktop.key('Delete')
    app.click(appears(app, '1 banned'))
    app.press('Let All Who Are Banned in Again', 'menu item')
    pages.item(app, 'People', person, timeout=30)
    app.wait_gone('1 banned')
    app.click(app.wait('Trackers', 'page tab'))
    app.press('Add a Tracker')
    pages.wait_dialog(desktop, 'Add a Tracker')
    desktop.type(f'http://127.0.0.1:{test_real.free_port()}/announce')
    desktop.key('Return')
    app.wait_windows(1)
    app.click(pages.item(app, 'Trackers', r'^http://127.*/announce · failed ', timeout=30))
    desktop.key('F2')
    pages.wait_dialog(desktop, 'Edit Tracker')
    pages.write(desktop, app, tracker.url)
    desktop.key('Return')
    app.wait_windows(1)
    pages.item(app, 'Trackers', f'^{tracker.url} · answered ', timeout=30)
    n = len(tracker.events)
    check(n > 0, 'the tracker was asked')
    app.press('Ask All Trackers Now')
    wait_for(lambda: len(tracker.events) > n, 'the tracker to be asked once more', timeout=30)
    desktop.shot('steer-trackers')
    app.click(pages.item(app, 'Trackers', f'^{tracker.url} '))
    desktop.key('Delete')
    wait_for(lambda: not pages.has_item(app, 'Trackers', f'^{tracker.url} '), 'the row to go')
    wait_for(lambda: 'stopped' in tracker.events, lambda: f'the tracker to be told: {tracker.events}', timeout=30)
    check(app.quit() == 0, 'it ends')
    tracker.shutdown()


def lacks(handle):
    """The pieces that the seeder's one peer has not, in order; None: it has no peer."""
    peers = handle.get_peer_info()
    return [i for i, has in enumerate(peers[0].pieces) if not has] if peers and len(peers[0].pieces) else None


def options(desktop, swarm):
    """Limit, order, encryption, label and goal, as the seeder and a leecher see them."""
    lt = swarm.lt
    seeder = swarm.seeder(rate=300_000)
    app = start(desktop, swarm, 'options')
    pages.toggle(app, 'Limit Downloading')
    number = app.wait('Highest Download Speed in kB/s', 'spin button').get_value_iface()
    number.set_current_value(200)
    pages.toggle(app, 'Download in Order')
    app.wait_text(r'· (1\d\d|2[0-2]\d)\.\d.kB/s from', timeout=30)
    first = wait_for(lambda: lacks(seeder), 'the seeder to know what is missing')
    wait_for(lambda: len(first) - len(lacks(seeder)) >= 25, 'what was asked for before to be there', timeout=60)
    first = lacks(seeder)
    wait_for(lambda: len(first) - len(lacks(seeder)) >= 15, 'some more pieces', timeout=60)
    came = set(first) - set(lacks(seeder))
    in_order = came & set(first[:len(came)])
    check(len(in_order) > len(came) * 2 // 3, lambda: f'{len(came)} pieces came, {len(in_order)} of them in order')
    seeder.set_upload_limit(3_000_000)
    pages.focus_field(app, 'Labels')
    desktop.type('linux')
    desktop.key('Return')
    app.wait(pages.re.compile('linux.*1 torrent'))
    pages.choose(desktop, app, 'Encryption', 4)
    app.press('Pause', 'push button', start=app.wait('Details'))
    wait_for(lambda: not seeder.get_peer_info(), 'the connection to end')
    app.press('Resume', 'push button', start=app.wait('Details'))
    wait_for(lambda: any(p.flags & lt.peer_info.rc4_encrypted for p in seeder.get_peer_info()), 'an encrypted connection', timeout=60)
    pages.choose(desktop, app, 'Stop Seeding', 1)
    pages.toggle(app, 'At a Ratio')
    app.wait('Ratio', 'spin button').get_value_iface().set_current_value(0.25)
    app.wait_text(r'^at a ratio of 0\.25$')
    pages.toggle(app, 'Limit Uploading')
    desktop.shot('steer-options')
    pages.toggle(app, 'Limit Downloading')
    wait_for(lambda: test_real.bar(app) == 1.0, 'the download to end', timeout=60)
    swarm.sessions.pop().pause()
    leecher = swarm.leecher('leech', swarm.port)

    def is_given():
        leecher.connect_peer(('127.0.0.1', swarm.port))
        return app.reads('complete, not seeding|goal')
    wait_for(is_given, 'the seeding to end', timeout=60, step=0.5)
    given = leecher.status().total_payload_download
    check(2_500_000 < given < 9_000_000, lambda: f'{given} bytes were given for a ratio of 0.25 of 13 MB')
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))
    app = desktop.app(SHOAL).wait_window()
    app.click(app.row(NAME))
    app.wait(pages.re.compile('linux.*1 torrent'))
    wait_for(lambda: app.has_state(app.find('Download in Order', 'check box'), 'checked'), 'the order to be remembered')
    app.wait_text(r'^at a ratio of 0\.25$')
    check(app.quit() == 0, 'it ends')


def moves(desktop, swarm):
    """To another disk, which takes its time: how far it is is said, it is ended, and done once more."""
    target = pathlib.Path('/dev/shm') / desktop.dir.name
    slow = desktop.dir / 'slow'
    if not target.parent.is_dir() or target.parent.stat().st_dev == desktop.dir.stat().st_dev:
        raise rig.Skip('needs a second file system')
    target.mkdir()
    try:
        move_slowly(desktop, swarm, target, slow)
    finally:
        test_real.shutil.rmtree(target, ignore_errors=True)


def choose_folder(desktop, app, target):
    app.press(pages.re.compile('^_?Move'), 'push button')
    app.wait_window_titled('Move to Another Folder')
    test_add.enter_path(desktop, app, target)
    app.wait_windows(1)


def move_slowly(desktop, swarm, target, slow):
    swarm.seeder()
    desktop.env.update(LD_PRELOAD=str(desktop.build / 'ui/slowed.so'), SHOAL_SLOWED=str(slow))
    try:
        app = start(desktop, swarm, 'options')
    finally:
        desktop.env.pop('LD_PRELOAD')
    app.wait_text(r'13\.0.MB · seeding', timeout=60)
    slow.write_text('')
    choose_folder(desktop, app, target)
    app.wait_text(r'Moving, .* of 13\.0.MB done')
    desktop.shot('steer-moving')
    appears(app, 'Stop Moving').get_action_iface().do_action(0)
    app.wait_text('^It was stopped, and everything is as it was before')
    app.wait_text(r'13\.0.MB · seeding', timeout=30)
    check(not [p for p in target.rglob('*') if p.is_file()], 'nothing is left at the other place')
    swarm.same(downloads(desktop))
    slow.unlink()
    choose_folder(desktop, app, target)
    wait_for(lambda: not (downloads(desktop) / NAME).exists(), 'the files to be gone from here', timeout=30)
    app.wait_text('^' + str(target))
    app.wait_text(r'13\.0.MB · seeding', timeout=30)
    check(app.quit() == 0, 'it ends')
    swarm.same(target)


def course(function):
    return test_real.with_swarm(function, Course)


if __name__ == '__main__':
    rig.main(course(files), course(people_and_trackers), course(options), course(moves))

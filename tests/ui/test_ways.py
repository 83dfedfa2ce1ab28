#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to add torrents, up to the last byte, with the real engine and a seeder: several in one dialog, folders used before,
a link in the clipboard, and what is dropped on the window, be it a torrent or not."""
import contextlib
import functools
import http.server
import re
import shutil
import threading
import types

import rig
import test_add
import test_adding
import test_clipboard
import test_real
from rig import check, wait_for
from test_real import SHOAL, downloads, sha256
from test_several import MB, Finder, Several


class Small(Several):
    sizes = dict.fromkeys(('alpha', 'beta', 'gamma', 'delta'), 2 * MB)

    def magnet(self, name):
        """Without a tracker: that of a link is not asked on this machine itself."""
        return f'magnet:?xt=urn:btih:{self.lt.torrent_info(str(self.torrents[name])).info_hash()}&dn={name}'

    def same_file(self, folder, name):
        check(sha256(folder / name) == sha256(self.dir / 'data' / name), f'{folder / name} differs')


@contextlib.contextmanager
def web(folder):
    """A server of what lies in that folder; its address."""
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{server.server_address[1]}'
        server.shutdown()


def start(desktop, swarm, *torrents, **settings):
    shutil.rmtree(downloads(desktop), ignore_errors=True)
    desktop.settings(window_width=700, window_height=700, port=swarm.port, **settings)
    app = desktop.app(SHOAL, *(swarm.torrents[name] for name in torrents)).wait_window()
    return Finder(desktop, app)


def confirm(it, name):
    """Add, in the dialog; then all of it comes."""
    it.desktop.key('Return')
    it.app.wait_windows(1)
    it.wait_state(name, 'Seeding', timeout=60)


def wait_details(it, swarm, handle):
    """Until somebody who has connected has told what the link stands for, and the dialog asks."""
    def asks():
        handle.connect_peer(('127.0.0.1', swarm.port))
        return it.app.find('Add Torrent', 'frame') is not None and it.app.reads(r'2\.0.MB')
    wait_for(asks, 'the files of the link', timeout=60, step=0.5)


def folders_of_menu(it):
    """The folders that can be chosen by one click."""
    it.app.press('Choose a Folder')
    home = str(it.desktop.dir / 'home')
    rows = wait_for(lambda: test_adding.menu_rows(it), 'the folders')
    return [row.get_name().split(', ')[0].replace(home, '~') for row in rows]


def several_in_one_dialog(desktop, swarm):
    """To a folder that was used before, and then to a new one, which is offered from then on."""
    swarm.seed()
    music, films = desktop.dir / 'home/music', desktop.dir / 'home/films'
    for folder in (music, films):
        folder.mkdir()
    it = start(desktop, swarm, 'alpha', 'beta', recent_folders=f"['{music}']")
    app = it.app
    app.wait_window_titled('Add 2 Torrents')
    check(folders_of_menu(it) == ['~/Downloads', '~/music', 'Choose Other…'], 'the folder of before is offered')
    test_adding.choose_row(it, 'music')
    app.wait_text('^' + re.escape(f'{music}') + '\n')
    desktop.run([SHOAL, str(swarm.torrents['gamma'])])
    app.wait_window_titled('Add 3 Torrents')
    app.press(test_add.ADD, 'push button', start=app.wait('Add 3 Torrents', 'frame'))
    app.wait_windows(1)
    for name in ('alpha', 'beta', 'gamma'):
        it.wait_state(name, 'Seeding', timeout=60)
        swarm.same_file(music, name)
    desktop.run([SHOAL, str(swarm.torrents['delta'])])
    app.wait_window_titled('Add Torrent')
    folders_of_menu(it)
    test_adding.choose_row(it, 'Choose Other')
    app.wait_window_titled('Choose a Folder')
    test_adding.enter_folder(it, films)
    app.wait_text('^' + re.escape(f'{films}') + '\n')
    app.press(test_add.ADD, 'push button', start=app.wait('Add Torrent', 'frame'))
    app.wait_windows(1)
    it.wait_state('delta', 'Seeding', timeout=60)
    swarm.same_file(films, 'delta')
    check(not list(downloads(desktop).rglob('*')), 'nothing came to the usual folder')
    check(app.quit() == 0, 'it ends')
    stored = (desktop.dir / 'config/glib-2.0/settings/keyfile').read_text()
    check(f"recent-folders=['{films}', '{music}'" in stored, lambda: f'the newest comes first: {stored}')


def offers_the_clipboard(desktop, swarm):
    """A link that somebody copied: nobody is asked for anything before it is taken, and then all of it comes."""
    handles = swarm.seed()
    it = start(desktop, swarm)
    app = it.app
    app.wait_text('Nothing Here Yet')
    source = desktop.app('/usr/bin/python3', rig.HERE / 'copy_source.py', swarm.magnet('gamma')).wait_window()
    desktop.xdotool('windowfocus', '--sync', app.window_id('^Shoal$'))
    app.press('More Ways to Add')
    item = app.wait('Add “gamma” From the Clipboard', 'menu item')
    check(not handles['gamma'].get_peer_info() and not app.has_row('gamma'), 'nothing is taken unasked')
    item.get_action_iface().do_action(0)
    wait_details(it, swarm, handles['gamma'])
    check(handles['gamma'].status().total_payload_upload == 0, 'nothing is fetched before Add')
    confirm(it, 'gamma')
    swarm.same_file(downloads(desktop), 'gamma')
    source.kill()
    check(app.quit() == 0, 'it ends')


def drop(it, *what):
    """The window that the one before was dragged from is not in the way any more; it had to last until all was read."""
    while it.desktop.apps[-1] is not it.app:
        it.desktop.apps.pop().kill()
    test_add.drag(it.desktop, it.app, *what)


def wait_dialog_and_confirm(it, name):
    it.app.wait_window_titled('Add Torrent')
    it.app.wait_text(r'2\.0.MB', timeout=60)
    confirm(it, name)


def takes_what_is_dropped(desktop, swarm):
    """A file, the address of one, a link in a text; and of what is none of these it is said, and all goes on."""
    handles = swarm.seed()
    it = start(desktop, swarm)
    app = it.app
    app.wait_text('Nothing Here Yet')
    test_add.move_aside(desktop, app)
    drop(it, 'files', swarm.torrents['alpha'])
    wait_dialog_and_confirm(it, 'alpha')
    with web(swarm.dir) as address:
        drop(it, 'files', f'{address}/beta.torrent')
        wait_dialog_and_confirm(it, 'beta')
        drop(it, 'text', f'{address}/gamma.torrent')
        wait_dialog_and_confirm(it, 'gamma')
    drop(it, 'text', f'I found this: {swarm.magnet("delta")} – have fun!')
    wait_details(it, swarm, handles['delta'])
    confirm(it, 'delta')
    for name in swarm.torrents:
        swarm.same_file(downloads(desktop), name)
    drop(it, 'text', 'nothing that could be fetched')
    app.wait_text('^There is no link in the text that was dropped$')
    picture = desktop.dir / 'home/picture.png'
    picture.write_bytes(b'\x89PNG\r\n\x1a\n' + bytes(500))
    for path, sentence in ((picture, '“picture.png” is not a torrent, or it is damaged'),
                           (desktop.dir / 'home', '“home” is a folder')):
        drop(it, 'files', path)
        app.wait_text('Not Added')
        app.wait_text(sentence)
        desktop.shot('ways-nonsense')
        desktop.key('Escape')
        app.wait_windows(1)
    check(picture.exists(), 'what was dropped stays where it is')
    it.wait_rows(*swarm.torrents)
    check(all(it.state(name) == 'Seeding' for name in swarm.torrents), 'all goes on')
    check(app.quit() == 0, 'it ends')


def small(function):
    return test_real.with_swarm(function, Small)


if __name__ == '__main__':
    rig.main(small(several_in_one_dialog), small(offers_the_clipboard), small(takes_what_is_dropped))

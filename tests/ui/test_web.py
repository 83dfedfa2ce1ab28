#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Torrents from web addresses, with the real engine and a server on this machine: what comes, what does not and why."""
import http.server
import re
import shutil
import threading
import urllib.parse

import rig
from rig import check, wait_for
from test_real import SHOAL, Swarm, downloads, with_swarm

HASH = '0123456789abcdef0123456789abcdef01234567'


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def give(self, status, body=b'', **headers):
        self.send_response(status)
        for key, value in {'Content-Length': str(len(body)), **headers}.items():
            self.send_header(key.replace('_', '-'), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        self.server.asked.append(path)
        name = path.rsplit('/', 1)[-1]
        if name == 'good.torrent':
            self.give(200, self.server.torrent)
        elif name == 'page.torrent':
            self.give(200, b'<!DOCTYPE html>\n<title>Log in</title>')
        elif name == 'broken.torrent':
            self.give(200, b'd3:foo')
        elif name == 'secret.torrent':
            self.give(403)
        elif name == 'moved.torrent':
            self.give(302, Location='/good.torrent')
        elif name == 'magnet':
            self.give(302, Location=f'magnet:?xt=urn:btih:{HASH}&dn=from%20the%20web')
        elif name == 'slow.torrent':
            self.slow()
        else:
            self.give(404)

    def slow(self):
        """Half of it, and no more until the test says so; a client that goes is noticed."""
        self.send_response(200)
        self.send_header('Content-Length', str(len(self.server.torrent)))
        self.end_headers()
        half = len(self.server.torrent) // 2
        self.wfile.write(self.server.torrent[:half])
        self.wfile.flush()
        self.connection.settimeout(0.05)
        while not self.server.gate.is_set():
            try:
                if self.connection.recv(1) == b'':
                    self.server.gone.set()
                    return
            except TimeoutError:
                pass
        self.connection.settimeout(10)
        self.wfile.write(self.server.torrent[half:])


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, torrent):
        super().__init__(('127.0.0.1', 0), Handler)
        self.torrent = torrent
        self.asked = []
        self.gate = threading.Event()
        self.gone = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path, user=''):
        return f'http://{user}127.0.0.1:{self.server_port}/{path}'


def type_link(desktop, app, link):
    desktop.xdotool('windowfocus', '--sync', app.window_id('^Shoal$'))
    desktop.key('ctrl+shift+o')
    app.wait_window_titled('Add Link')
    desktop.type(link)
    desktop.key('Return')


def close_dialog(desktop, app):
    desktop.key('Escape')
    app.wait_windows(1)


def from_a_web_address(desktop, swarm):
    shutil.rmtree(downloads(desktop), ignore_errors=True)
    server = Server(swarm.torrent.read_bytes())
    swarm.seeder()
    app = desktop.app(SHOAL, G_MESSAGES_DEBUG='all').wait_window()
    app.wait_text('Nothing Here Yet')
    for path, sentence in (
            ('no such.torrent'.replace(' ', '%20'), 'There is nothing at the address of “no such.torrent (127.0.0.1)”'),
            ('page.torrent', 'At the address of “page.torrent (127.0.0.1)” is a web page and no torrent'),
            ('broken.torrent', '“broken.torrent” is not a torrent, or it is damaged'),
            ('secret.torrent', 'The server does not give “secret.torrent (127.0.0.1)” to everybody')):
        type_link(desktop, app, server.url(path))
        app.wait_text(re.escape(sentence))
        close_dialog(desktop, app)
    desktop.shot('web-failed')
    type_link(desktop, app, 'http://me:hunter2@127.0.0.1:9/closed.torrent')
    app.wait_text(re.escape('“http://127.0.0.1:9/closed.torrent” cannot be reached'))
    desktop.shot('web-unreachable')
    close_dialog(desktop, app)
    check('hunter2' not in app.log.read_text(errors='replace'), 'no password is logged')
    type_link(desktop, app, server.url('moved.torrent', 'me:hunter2@'))
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'3 of 3 files, 12\.0.MB')
    check('/good.torrent' in server.asked, 'the redirect is followed')
    desktop.key('Return')
    app.wait_windows(1)
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    swarm.same(downloads(desktop))
    type_link(desktop, app, server.url('magnet'))
    app.wait_windows(1)
    app.row('from the web, Fetching Details')
    check('hunter2' not in app.log.read_text(errors='replace'), 'no password is logged')
    server.shutdown()
    check(app.quit() == 0, 'it ends')


def a_slow_one_shows_how_far_it_is(desktop, swarm):
    server = Server(swarm.torrent.read_bytes())
    app = desktop.app(SHOAL).wait_window()
    app.wait_text('Nothing Here Yet')
    type_link(desktop, app, server.url('slow.torrent'))
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'^Fetching, .* of ')
    desktop.shot('web-slow')
    close_dialog(desktop, app)
    check(server.gone.wait(10), 'Cancel lets the connection go')
    type_link(desktop, app, server.url('slow.torrent'))
    app.wait_text(r'^Fetching, .* of ')
    server.gate.set()
    app.wait_text(r'3 of 3 files, 12\.0.MB')
    close_dialog(desktop, app)
    server.shutdown()
    check(app.quit() == 0, 'it ends')


def known_ones_offer_their_trackers(desktop, swarm):
    """The same torrent again, from somebody who knows another tracker: the tracker is asked."""
    shutil.rmtree(downloads(desktop), ignore_errors=True)
    asked = Server(b'')
    torrent = swarm.lt.bdecode(swarm.torrent.read_bytes())
    torrent[b'announce'] = asked.url('announce').encode()
    other = swarm.dir / 'other.torrent'
    other.write_bytes(swarm.lt.bencode(torrent))
    app = desktop.app(SHOAL, swarm.torrent).wait_window()
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'3 of 3 files')
    desktop.key('Return')
    app.wait_windows(1)
    desktop.run([SHOAL, str(other)])
    app.wait_text('^This torrent is in the list already$')
    desktop.shot('known')
    check('/announce' not in asked.asked, 'not before somebody says so')
    app.press(re.compile('Add Its Trackers'), 'push button')
    wait_for(lambda: '/announce' in asked.asked, 'the other tracker to be asked')
    asked.shutdown()
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(with_swarm(from_a_web_address), with_swarm(a_slow_one_shows_how_far_it_is),
             with_swarm(known_ones_offer_their_trackers))

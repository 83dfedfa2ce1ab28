#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the network, changed in the preferences while something is to be downloaded with the real engine: what they
say holds at once, as the others on the network see it."""
import pathlib
import socket
import sys
import threading
import time

import pages
import rig
import test_real
from rig import check, wait_for
from test_preferences import close_preferences, open_preferences, show_page
from test_several import MB, Several, add_all, given

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode

NODE_ID = b'shoal tests its DHT.'
FORCED, WITH_RC4 = 0, 2  # of libtorrent
WATCHED_SEC = 2


class Lone(Several):
    """No tracker knows of it."""
    sizes = {'alpha': 4 * MB}

    def make_data(self):
        super().make_data()
        for path in self.torrents.values():
            torrent = self.lt.bdecode(path.read_bytes())
            del torrent[b'announce']
            path.write_bytes(self.lt.bencode(torrent))


class Node:
    """One of the DHT that knows who has what."""

    def __init__(self, peer_port):
        self.peer = socket.inet_aton('127.0.0.1') + peer_port.to_bytes(2, 'big')
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            data, address = self.socket.recvfrom(2048)
            if not data:
                return
            query = bencode.decode(data)
            if query.get(b'y') == b'q':
                self.asked.append(query[b'q'].decode())
                self.socket.sendto(bencode.encode({'t': query[b't'], 'y': 'r', 'r': self.answer(query[b'q'])}), address)

    def answer(self, method):
        result = {'id': NODE_ID}
        if method == b'get_peers':
            result.update(token='token', values=[self.peer], nodes=b'')
        elif method == b'find_node':
            result['nodes'] = b''
        return result

    def close(self):
        self.socket.sendto(b'', ('127.0.0.1', self.port))
        self.thread.join()
        self.socket.close()


def stays(condition, what):
    end = time.monotonic() + WATCHED_SEC
    while time.monotonic() < end:
        check(condition(), what)
        time.sleep(0.1)


def set_network(desktop, it, change):
    open_preferences(desktop, it.app, 640, 1100)
    show_page(it.app, 'Network')
    change()
    close_preferences(desktop, it.app)


def switch(app, name, is_on):
    """Until it has slid there: a window that closes before takes it along."""
    app.press(name, 'check box')
    wait_for(lambda: app.has_state(app.find(name, 'check box'), 'checked') == is_on, f'{name!r} to be switched')


def people_without_a_tracker(desktop, swarm):
    """Off: nobody is asked, and nobody found. On: the seeder is found, by who knows of it. Off again: silence."""
    seeder = swarm.seed()['alpha']
    node = Node(swarm.sessions[0].listen_port())
    it = add_all(desktop, swarm, dht_nodes=f"['127.0.0.1:{node.port}']")
    it.app.wait_text('off in the preferences')
    stays(lambda: not node.asked and not given(seeder), 'nobody is asked while it is off')
    set_network(desktop, it, lambda: switch(it.app, 'Without a Tracker', True))
    it.wait_state('alpha', 'Seeding', timeout=60)
    check('get_peers' in node.asked, lambda: f'the node was asked for people: {set(node.asked)}')
    check(given(seeder) >= 4 * MB, 'it came from the seeder')
    set_network(desktop, it, lambda: switch(it.app, 'Without a Tracker', False))
    n = len(node.asked)
    stays(lambda: len(node.asked) == n, lambda: f'nobody is asked any more: {node.asked[n:]}')
    check(it.app.quit() == 0, 'it ends')
    node.close()


class Large(Several):
    sizes = {'alpha': 90 * MB}


def encryption(desktop, swarm):
    """Off: who wants nothing else gives nothing. Allowed: it comes from there, encrypted."""
    seeder = swarm.seed(alpha=MB)['alpha']
    swarm.sessions[0].apply_settings({'in_enc_policy': FORCED, 'out_enc_policy': FORCED, 'allowed_enc_level': WITH_RC4})
    it = add_all(desktop, swarm, encryption="'off'")
    stays(lambda: not given(seeder), 'nothing comes without encryption')
    set_network(desktop, it, lambda: pages.choose(desktop, it.app, 'Encryption', 1))
    wait_for(lambda: given(seeder) > 0, 'it to come', timeout=60)
    check(any(peer.flags & swarm.lt.peer_info.rc4_encrypted for peer in seeder.get_peer_info()), 'it comes encrypted')
    check(it.app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(test_real.with_swarm(people_without_a_tracker, Lone), test_real.with_swarm(encryption, Large))

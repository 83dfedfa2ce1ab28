#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many libtorrent sessions with one torrent in one process, each with an address of its own. The argument is a JSON
object; "connect ADDRESS PORT" on standard input connects them all; sums go to standard output as JSON lines."""
import json
import pathlib
import select
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import libtorrent as lt
from libtorrent_node import BASE, say

PERIOD_SECONDS = 0.1


def start_member(crowd, address, folder):
    settings = {**BASE, **crowd['settings'], 'listen_interfaces': f'{address}:{crowd["port"]}',
                'outgoing_interfaces': address, 'aio_threads': 1, 'hashing_threads': 1}
    session = lt.session(settings, flags=0)
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(crowd['torrent'])
    params.save_path = folder
    params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    if crowd['is_seed']:
        params.flags |= lt.torrent_flags.seed_mode
    if crowd['up_limit']:
        params.upload_limit = crowd['up_limit']
    return session, session.add_torrent(params)


def report(members):
    rows = [handle.status() for _, handle in members]
    say('status', up=sum(row.total_payload_upload for row in rows), done=sum(row.total_done for row in rows),
        n_complete=sum(row.is_seeding for row in rows), n_connected=sum(row.num_peers > 0 for row in rows))


def main():
    crowd = json.loads(sys.argv[1])
    members = [start_member(crowd, address, folder)
               for address, folder in zip(crowd['addresses'], crowd['folders'], strict=True)]
    say('ready')
    while True:
        if select.select([0], [], [], PERIOD_SECONDS)[0]:
            words = sys.stdin.readline().split()
            if not words:
                break
            for _, handle in members:
                handle.connect_peer((words[1], int(words[2])))
        report(members)


main()

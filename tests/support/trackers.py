# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trackers: opentracker and ours, both over HTTP and UDP."""
import os
import shutil
import socket
import urllib.parse
import urllib.request

import bencode
from harness import TRACKER4, SHOAL_CLI, Failure, wait_until


class Tracker:
    def __init__(self, address, port):
        self.address, self.port = address, port

    def url(self, transport='http'):
        host = f'[{self.address}]' if ':' in self.address else self.address
        path = '' if transport == 'udp' else '/announce'
        return f'{transport}://{host}:{self.port}{path}'

    def scrape(self, info_hash):
        """Seeds and leechers that the tracker knows for this hash (hex)."""
        key = urllib.parse.quote_from_bytes(bytes.fromhex(info_hash), safe='')
        url = self.url('http').replace('/announce', f'/scrape?info_hash={key}')
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                files = bencode.decode(reply.read()).get(b'files', {})
        except OSError:
            return 0, 0
        row = files.get(bytes.fromhex(info_hash), {})
        return row.get(b'complete', 0), row.get(b'incomplete', 0)

    def wait_for_seeds(self, info_hash, count=1, seconds=30):
        wait_until(lambda: self.scrape(info_hash)[0] >= count, seconds, f'{count} seed(s) at {self.url()}')

    def wait_for_peers(self, info_hash, count=1, seconds=30):
        wait_until(lambda: sum(self.scrape(info_hash)) >= count, seconds, f'{count} peer(s) at {self.url()}')

    def wait_ready(self, process):
        def answers():
            if process.status is not None:
                raise Failure(f'the tracker ended\n{process.tail()}')
            try:
                socket.create_connection((self.address, self.port), 1).close()
                return True
            except OSError:
                return False
        wait_until(answers, 20, f'{self.url()} to answer')


def start_opentracker(test, info_hashes, address=TRACKER4, port=6901):
    """Debian's opentracker serves only the info-hashes of a list."""
    folder = test.folder(f'opentracker-{port}')
    os.chmod(test.tmp, 0o755)
    os.chmod(folder, 0o755)
    (folder / 'allow').write_text(''.join(h + '\n' for h in info_hashes))
    (folder / 'allow').chmod(0o644)
    argv = [shutil.which('opentracker') or '/usr/bin/opentracker', '-w', 'allow', '-i', address, '-p', port,
            '-P', port, '-u', 'nobody', '-d', folder]
    tracker = Tracker(address, port)
    tracker.process = test.start(argv, 'opentracker', cwd=folder)
    tracker.wait_ready(tracker.process)
    return tracker


def start_shoal_tracker(test, *torrents, address=TRACKER4, port=6902, options=()):
    argv = [SHOAL_CLI, 'tracker', '--json', f'--port={port}', f'--bind={address}', *options, *torrents]
    tracker = Tracker(address, port)
    tracker.process = test.start_json(argv, 'shoal-tracker')
    tracker.process.expect('listening')
    return tracker

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the README: the real window over the real engine, with data from and to shoal-cli on this machine.
data/screenshots has what this wrote to screenshots/readme-….png in the build folder."""
import json
import os
import pathlib
import random
import re
import socket
import subprocess

import rig
from rig import check, wait_for

SHOAL = os.environ['SHOAL']
SHOAL_CLI = os.environ['SHOAL_CLI']
MB = 1_000_000

# Name, bytes, how many share it, bytes a second that each gives, and what its row is to say.
TORRENTS = (
    ('Field recordings, Baltic coast', 612 * MB, 2, 4 * MB, r'left · [78]\.\d.MB/s from 2 people'),
    ('open-lectures-2026-05.webm', 268 * MB, 1, 2 * MB, r'left · (1\.[5-9]|2\.\d).MB/s from 1 person'),
    ('Город на старых картах', 96 * MB, 1, 6 * MB, r'paused'),
    ('City council, scanned minutes', 64 * MB, 0, 0, r'nobody else is here right now'),
    ('Family photos 2026', 48 * MB, 1, 200 * MB, r'seeding'),
    ('letter-paper.otf.tar', 3 * MB, 1, 200 * MB, r'complete, not seeding'),
)

# The first is a folder of these.
RECORDED = {'1 Before sunrise.flac': 136 * MB, '2 Harbour, fog signal.flac': 148 * MB, '3 Reeds.flac': 92 * MB,
            '4 Rain on canvas.flac': 104 * MB, '5 Cranes, far off.flac': 118 * MB, 'Notes/map.pdf': 14 * MB}


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Swarm:
    """A tracker and seeds, all shoal-cli."""

    def __init__(self, desktop):
        self.desktop = desktop
        self.folder = desktop.dir / 'swarm'
        self.folder.mkdir()
        self.processes = []
        self.port = free_port()
        self.start('tracker', '--json', f'--port={self.port}', '--bind=127.0.0.1', '--interval=5')
        self.torrents = [self.make(number, *row[:4]) for number, row in enumerate(TORRENTS)]

    def start(self, *words):
        words += ('--no-dht',) if words[0] in ('get', 'seed') else ()
        log = open(self.folder / f'{len(self.processes)}.log', 'wb')
        self.processes.append(subprocess.Popen([SHOAL_CLI, *map(str, words)], env=self.desktop.env, stdout=log, stderr=log,
                                               stdin=subprocess.DEVNULL))

    def make(self, number, name, size, n_seeds, rate):
        data = self.folder / 'data' / name
        block = random.Random(number).randbytes(MB)
        for path, n_bytes in RECORDED.items() if number == 0 else [('', size)]:
            (data / path).parent.mkdir(parents=True, exist_ok=True)
            with open(data / path, 'wb') as file:
                for _ in range(n_bytes // MB):
                    file.write(block)
        torrent = self.folder / f'{number}.torrent'
        result = self.desktop.run([SHOAL_CLI, 'create', '--quiet', '-t', f'http://127.0.0.1:{self.port}/announce',
                                   '-o', str(torrent), str(data)])
        check(result.returncode == 0, lambda: result.stderr.decode())
        for k in range(n_seeds):
            place = self.folder / f'seed-{number}-{k}'  # one of its own: two processes do not share a folder of data
            place.mkdir()
            subprocess.run(['cp', '-rl', data, place / name], check=True)
            self.start('seed', '--bind=127.0.0.1', '--port=0', f'--up={rate}', f'--state={place}/state', torrent, place)
        return torrent

    def count_announced(self):
        """How many seeds the tracker knows."""
        events = map(json.loads, (self.folder / '0.log').read_text().splitlines())
        return sum(e['event'] == 'announce' and e['announce_event'] == 'started' for e in events)

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(10)


def take(desktop, app, name, title='^Shoal$'):
    """A picture of a window alone."""
    desktop.xdotool('mousemove', 1, 1)
    path = desktop.shots / f'readme-{name}.png'
    desktop.run(['import', '-window', app.window_id(title), str(path)])
    check(path.stat().st_size > 10_000, 'the picture is there')


def shows_the_real_window(desktop):
    desktop.settings(window_width=1180, window_height=700, port=free_port(), sort="'size'")
    swarm = Swarm(desktop)
    try:
        # The first answer is to name them all.
        wait_for(lambda: swarm.count_announced() == sum(row[2] for row in TORRENTS), 'the seeds to announce', timeout=60)
        app = desktop.app(SHOAL, *swarm.torrents, ADW_DEBUG_COLOR_SCHEME='prefer-dark').wait_window()
        app.wait_window_titled('Add.*')
        app.wait_text(TORRENTS[-1][0])
        app.wait_text('^6 of 6 files')
        take(desktop, app, 'add', '^Add')
        desktop.key('Return')
        app.wait_windows(1)
        app.wait_text('complete|seeding', timeout=60)
        app.press('Seed ' + TORRENTS[5][0])
        wait_for(lambda: app.reads(r'(3[0-9]|[4-9][0-9])\.[0-9].MB of 96'), 'a third of the paused one', timeout=60)
        app.press('Pause ' + TORRENTS[2][0])
        app.wait_text(TORRENTS[2][4])
        check(app.quit() == 0, 'it ends')
        app = desktop.app(SHOAL).wait_window()  # again, so that nothing is selected
        for name, _, _, _, pattern in TORRENTS:
            app.row(name)
            app.wait_text(pattern, timeout=60)
        app.click(app.row(TORRENTS[0][0]))
        wait_for(lambda: 'are here' in app.find('Pieces', 'image').get_description(), 'the pieces')
        wait_for(lambda: re.search('MB/s now', app.find('Speed', 'image').get_description()), 'a speed')
        take(desktop, app, 'main')
        window = app.window_id('^Shoal$')
        desktop.xdotool('windowsize', window, 360, 640)
        wait_for(lambda: app.extents(app.find('Shoal', 'frame')).width <= 360, 'a narrow window')
        app.click(app.row(TORRENTS[0][0]))
        desktop.key('Return')
        app.press('Files', 'page tab')
        wait_for(lambda: app.find('Files', 'list').get_child_count() > len(RECORDED), 'its files')
        take(desktop, app, 'narrow')
        desktop.key('Escape')
        desktop.xdotool('windowsize', window, 1180, 700)
        for action, parameter in (('view', "[<'table'>]"), ('details', '[]')):
            desktop.run(['gdbus', 'call', '--session', '--dest', 'io.github.shoalapp.Shoal', '--object-path',
                         '/io/github/shoalapp/Shoal/window/1', '--method', 'org.gtk.Actions.Activate', action, parameter, '{}'])
        app.wait('Ratio', 'push button')
        wait_for(lambda: not app.find('Pieces', 'image'), 'the details to go')
        take(desktop, app, 'table')
        check(app.quit() == 0, 'it ends')
    finally:
        swarm.close()


if __name__ == '__main__':
    rig.main(shows_the_real_window)

# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other clients with many torrents that they seed and nobody wants: what each costs, and how long a restart takes."""
import os
import subprocess
import time

import bencode
import clients
import contestants
import harness
import measure

SIZE = 16384
IDLE_SECONDS = 3
LOOK_SECONDS = 0.005


class Collection:
    """Torrents of one small file each, which is there."""

    def __init__(self, folder, count, trackers):
        self.folder = folder
        folder.mkdir(parents=True)
        self.torrents = []
        data = os.urandom(SIZE)
        for number in range(count):
            name = f'seed{number:05}'
            content = number.to_bytes(8, 'big') + data[8:]
            (folder / name).write_bytes(content)
            path = folder.parent / f'{folder.name}-{name}.torrent'
            self.torrents.append(bencode.Torrent(name, content, SIZE, trackers).write(path))


class Holder:
    """fill () gives all to a client that runs; start () begins it again later; count () is how many it seeds."""
    title = None

    def __init__(self, run):
        self.run = run
        self.client = self.make_client()

    def start(self):
        self.client.start()

    def restart(self, count):
        """Seconds until it seeds so many again."""
        begun = time.monotonic()
        self.start()
        while self.count() < count:
            if time.monotonic() - begun > 60:
                raise harness.Failure(f'{count} torrents again: {self.count()}')
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - begun

    @property
    def process(self):
        return self.client.process

    def stop(self):
        """Seconds that it took."""
        begun = time.monotonic()
        self.process.stop(30)
        return time.monotonic() - begun


class Transmission(Holder):
    title = 'Transmission'

    def make_client(self):
        return contestants.QuietTransmission(self.run)

    def fill(self, collection):
        for path in collection.torrents:
            self.client.call('torrent-add', **{'filename': str(path), 'download-dir': str(collection.folder)})

    def count(self):
        rows = self.client.call('torrent-get', fields=['status'])['torrents']
        return sum(row['status'] == 6 for row in rows)


class RTorrent(Holder):
    title = 'rtorrent'

    def make_client(self):
        return clients.RTorrent(self.run)

    def fill(self, collection):
        for path in collection.torrents:
            self.client.rpc.load.start('', str(path), f'd.directory.set="{collection.folder}"')

    def count(self):
        rows = self.client.rpc.d.multicall2('', 'main', 'd.complete=', 'd.is_active=', 'd.hashing=')
        return sum(row == [1, 1, 0] for row in rows)


class LibTorrent(Holder):
    """With resume data only, which is less than what a program needs."""
    title = 'libtorrent'
    PROGRAM = '''
import pathlib, sys, time
import libtorrent as lt
sys.path.insert(0, sys.argv[1])
settings = {'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False, 'alert_mask': 0,
            'listen_interfaces': '10.77.0.2:7001', 'active_limit': -1, 'active_seeds': -1}
begun = time.monotonic()
session = lt.session(settings, flags=0)
for path in sorted(pathlib.Path(sys.argv[1]).glob('*.resume')):
    session.add_torrent(lt.read_resume_data(path.read_bytes()))
print('added', flush=True)
while not all(status.is_seeding for status in session.get_torrent_status(lambda status: True)):
    time.sleep(0.005)
print('seeding', len(session.get_torrents()), time.monotonic() - begun, flush=True)
sys.stdin.read()
'''

    def make_client(self):
        self.state = self.run.folder('libtorrent-state')
        self.process_now = None

    @property
    def process(self):
        return self.process_now

    def start(self):
        argv = ['/usr/bin/python3', '-c', self.PROGRAM, self.state]
        self.process_now = self.run.start(argv, 'libtorrent', stdin=subprocess.PIPE)
        harness.wait_until(lambda: 'seeding' in self.process.text(), 60, self.process.tail)

    def fill(self, collection):
        self.stop()
        program = ('import pathlib, sys, libtorrent as lt\n'
                   'for line in sys.stdin:\n'
                   '    params = lt.add_torrent_params()\n'
                   '    params.ti = lt.torrent_info(line.strip())\n'
                   '    params.save_path = sys.argv[1]\n'
                   '    params.have_pieces = [True]\n'
                   '    params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)\n'
                   '    name = pathlib.Path(line.strip()).stem + ".resume"\n'
                   '    (pathlib.Path(sys.argv[2]) / name).write_bytes(lt.write_resume_data_buf(params))\n')
        subprocess.run(['/usr/bin/python3', '-c', program, collection.folder, self.state], check=True, text=True,
                       input='\n'.join(map(str, collection.torrents)))
        self.start()

    def restart(self, count):
        """Without the start of Python, and what it imports."""
        self.start()
        if self.count() < count:
            raise harness.Failure(f'{count} torrents again: {self.count()}')
        return float(self.process.text().split('seeding')[-1].split()[1])

    def count(self):
        return int(self.process.text().split('seeding')[-1].split()[0])


KINDS = {kind.title: kind for kind in (Transmission, RTorrent, LibTorrent)}


def measure_client(run, title, collection):
    """Private KiB of each, seconds of a restart and of a stop, and the share of a core while idle."""
    count = len(collection.torrents)
    empty = KINDS[title](run)
    empty.start()
    time.sleep(1)
    none = empty.process.status_kib('RssAnon')
    empty.fill(collection)
    harness.wait_until(lambda: empty.count() >= count, 120, lambda: f'{count} torrents: {empty.count()}')
    time.sleep(1)
    empty.stop()
    listed = empty.restart(count)
    time.sleep(2)
    cpu, then = sum(measure.cpu_so_far(empty.process.pid)), time.monotonic()
    time.sleep(IDLE_SECONDS)
    idle = (sum(measure.cpu_so_far(empty.process.pid)) - cpu) / (time.monotonic() - then)
    private = empty.process.status_kib('RssAnon')
    return {'each': (private - none) / count, 'listed': listed, 'idle': 100 * idle, 'stop': empty.stop()}

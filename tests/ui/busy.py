# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window with thousands of torrents, some of which get data: a seeder of those, a state that has all of them, and a
look at the screen."""
import contextlib
import hashlib
import mmap
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import rig

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode

SIZE, PIECE = 256 << 20, 1 << 18
BPS = 50_000  # of each: some blocks between any two snapshots
# The bar of a row, as the screen shows it: success (complete) or accent (downloading) of libadwaita, a piece of a line.
BARS = [bytes(pixel) * 40 for blue, green, red in ((0x7e, 0xc2, 0x2e), (0xe4, 0x84, 0x35))
        for pixel in ((blue, green, red, 0), (blue, green, red, 255))]


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port), 1):
        return True
    return False


class Source:
    """A seeder of torrents, and the tracker that names it. Their data are zeros that take no room."""

    def __init__(self, desktop, cli, number):
        self.folder = desktop.dir / 'source'
        self.folder.mkdir(exist_ok=True)
        self.port, self.torrents, self.handles = free_port(), [], []
        self.url = f'http://127.0.0.1:{self.port}/announce'
        desktop.spawn([cli, 'tracker', f'--port={self.port}', '--bind=127.0.0.1', '--interval=60'], 'tracker.log')
        rig.wait_for(lambda: listens(self.port), 'the tracker')
        import libtorrent as lt
        # It stands for other machines: one thread for its files, which stay open, so that it does not take all
        # processors for a while each time it opens some.
        self.session = lt.session({
            'listen_interfaces': '127.0.0.1:0', 'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False,
            'enable_natpmp': False, 'alert_mask': 0, 'active_limit': 1000, 'active_seeds': 1000,
            'unchoke_slots_limit': 1000, 'connections_limit': 1000, 'in_enc_policy': 2, 'out_enc_policy': 2,
            'enable_outgoing_utp': False, 'enable_incoming_utp': False, 'allow_multiple_connections_per_ip': True,
            'aio_threads': 1, 'hashing_threads': 1, 'file_pool_size': number + 50})
        self.session.set_ip_filter(lt.ip_filter())
        for i in range(number):
            self.add(lt, f'Active torrent {i:03}')

    def add(self, lt, name):
        piece = hashlib.sha1(bytes(PIECE)).digest()
        info = {'name': name, 'length': SIZE, 'piece length': PIECE, 'pieces': piece * (SIZE // PIECE)}
        path = self.folder / (name + '.torrent')
        path.write_bytes(bencode.encode({'announce': self.url, 'info': info}))
        with open(self.folder / name, 'wb') as file:
            file.truncate(SIZE)
        self.torrents.append(path)
        params = lt.add_torrent_params()
        params.ti, params.save_path = lt.torrent_info(str(path)), str(self.folder)
        params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
        params.flags |= lt.torrent_flags.seed_mode
        params.upload_limit = BPS
        self.handles.append(self.session.add_torrent(params))

    def served(self):
        """How much of each went out."""
        return [handle.status().total_payload_upload for handle in self.handles]

    def close(self):
        self.session.pause()
        self.handles.clear()
        del self.session


def make_state(desktop, program, number, source=None, elsewhere=(0, None)):
    """So many torrents that are complete, and those of the source, the last few of them in another folder: how many of
    them, and where. The program is bench-state."""
    folder = desktop.dir / 'state/shoal'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    files = desktop.dir / 'files'
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    words = [str(path) for path in source.torrents] if source else []
    n, other = elsewhere
    for i in range(len(words) - n, len(words)):
        words[i] = f'{other}:{words[i]}'
    subprocess.run([program, folder / 'state.db', files, str(number), *([source.url, *words] if words else [])],
                   check=True, env=desktop.env, timeout=120)


@contextlib.contextmanager
def memory_folder():
    """In no disk: of a screen that lies in a file of a disk, the X server waits for that disk now and then."""
    with tempfile.TemporaryDirectory(prefix='shoal-memory-', dir='/dev/shm') as folder:
        yield pathlib.Path(folder)


def make_disk(place):
    """A folder in a place of its own of which stalled.c says that it lies on a disk that does not answer."""
    disk = place / 'stalled disk'
    disk.mkdir()
    return disk


def screen_options(folder):
    """For an X server that has its screen there."""
    return '-fbdir', str(folder)


class Screen:
    """What is on the screen, without asking anybody."""

    def __init__(self, folder):
        self.file = open(folder / 'Xvfb_screen0', 'rb')
        self.pixels = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)

    def has_rows(self):
        return any(self.pixels.find(bar) >= 0 for bar in BARS)

    def wait_rows(self, app):
        """Seconds from the start of the program to the first frame that has rows in it."""
        end = app.started + 60
        while not self.has_rows():
            if time.monotonic() > end or not app.is_running():
                raise rig.Failed('no row was ever drawn: ' + app.log.read_text()[-300:])
            time.sleep(0.002)
        return time.monotonic() - app.started

    def wait_none(self):
        """Until the window of the program before has gone from it."""
        rig.wait_for(lambda: not self.has_rows(), 'the screen to be empty')

    def close(self):
        self.pixels.close()
        self.file.close()

# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shoal and the other clients, brought to where the counterpart has only to connect."""
import json
import pathlib
import re
import shutil
import subprocess
import time

import bencode
import clients
import measure
import shoal
from harness import CLIENT4, OTHER4, SHOAL4, SHOAL_CLI, Failure, JsonProcess

HERE = pathlib.Path(__file__).resolve().parent

# Both for the counterpart and when libtorrent is measured: nothing that keeps one fast peer waiting.
LIBTORRENT = {
    'max_allowed_in_request_queue': 20000, 'max_out_request_queue': 500, 'send_buffer_watermark': 8 << 20,
    'send_buffer_low_watermark': 1 << 20, 'send_buffer_watermark_factor': 150, 'rate_limit_ip_overhead': False,
}
COUNTERPART = {**LIBTORRENT, 'min_reconnect_time': 1}  # tries again at once
RC4_ONLY = {'in_enc_policy': 0, 'out_enc_policy': 0, 'allowed_enc_level': 2, 'prefer_rc4': True}

ENCRYPTED = 'encrypted'  # RC4 and nothing else
MANY = 'many'            # a hundred peers, all unchoked


class Contestant:
    """leech () and seed () start it with a torrent and return once it waits for peers at (address, port); recheck ()
    returns the processor and wall seconds that it took to look through complete data. A way is one of those below."""
    title = None       # of this build
    base_title = None  # of the program
    address, port = CLIENT4, 7001
    options = {}
    ways = {}  # further options of the program: ENCRYPTED, MANY

    def __init__(self, run):
        self.run = run
        self.process = None

    def leech(self, torrent, folder, way=None):
        self.begin(torrent, folder, way)

    def seed(self, torrent, folder, way=None):
        """Checks the data first, as each of these programs does."""
        self.begin(torrent, folder, way)
        self.wait_complete(120)

    def recheck(self, torrent, folder):
        """From adding the torrent until the program says that it is a seed."""
        self.start()
        cpu, begun = sum(measure.cpu_so_far(self.process.pid)), time.monotonic()
        self.info_hash = self.client.add(torrent, folder)
        self.wait_complete(120, pause=0.05)
        return sum(measure.cpu_so_far(self.process.pid)) - cpu, time.monotonic() - begun

    def begin_magnet(self, link, folder):
        """When the link was given to it."""
        self.start()
        begun = time.monotonic()
        self.info_hash = self.client.add_magnet(link, folder)
        return begun

    def start(self, way=None):
        self.client = self.CLIENT(self.run, address=self.address, port=self.port)
        more = self.ways.get(way, ())
        if isinstance(more, dict):
            self.client.start(**{**self.options, **more})
        else:
            self.client.start(*more, **self.options)
        self.process = self.client.process

    def begin(self, torrent, folder, way):
        self.start(way)
        self.info_hash = self.client.add(torrent, folder)

    def is_complete(self):
        return self.client.is_complete(self.info_hash)

    def wait_complete(self, seconds, pause=0.02):
        deadline = time.monotonic() + seconds
        while not self.is_complete():
            if time.monotonic() > deadline or measure.has_ended(self.process):
                raise Failure(f'{self.title} did not complete in {seconds:.0f} s: {self.describe()}')
            time.sleep(pause)

    def describe(self):
        text = self.process.tail(3) if measure.has_ended(self.process) else self.client.describe(self.info_hash)
        return ' '.join(text.split())[:300]

    @classmethod
    def is_installed(cls):
        return clients.is_installed(cls.CLIENT)

    @classmethod
    def version(cls):
        done = subprocess.run([cls.CLIENT.PROGRAM, *cls.version_words], capture_output=True, text=True)
        return re.search(r'\d+(\.\d+)+', done.stdout + done.stderr)[0]


class Aria2(Contestant):
    title = base_title = 'aria2'
    CLIENT, version_words = clients.Aria2, ['--version']
    ways = {ENCRYPTED: ('--bt-require-crypto=true', '--bt-min-crypto-level=arc4')}


class QuietTransmission(clients.Transmission):
    LOG_LEVEL = '--log-error'


class Transmission(Contestant):
    title = base_title = 'Transmission'
    CLIENT, version_words = QuietTransmission, ['--version']
    options = {'cache-size-mb': 64}
    ways = {ENCRYPTED: {'encryption': 2}, MANY: {'upload-slots-per-torrent': 200}}


class QBittorrent(Contestant):
    title = base_title = 'qBittorrent'
    CLIENT, version_words = clients.QBittorrent, ['--version']
    options = {'SendBufferWatermark': 8192, 'SendBufferLowWatermark': 1024, 'SendBufferWatermarkFactor': 150,
               'RequestQueueSize': 500}
    ways = {ENCRYPTED: {'Encryption': 1},
            MANY: {'MaxUploads': 200, 'MaxUploadsPerTorrent': 200, 'MaxConnectionsPerTorrent': 200}}


class SecretRTorrent(clients.RTorrent):
    def start(self, *options, encryption=()):
        super().start(*options)
        if encryption:  # an option of its command line cannot have commas
            self.rpc.protocol.encryption.set('', *encryption)


class RTorrent(Contestant):
    title = base_title = 'rtorrent'
    CLIENT, version_words = SecretRTorrent, ['-h']
    ways = {ENCRYPTED: {'encryption': ('allow_incoming', 'require', 'require_RC4')},
            MANY: ('throttle.max_uploads.set=200', 'throttle.max_uploads.global.set=200',
                   'throttle.max_peers.seed.set=200')}


class LibTorrent(Contestant):
    title = base_title = 'libtorrent'
    CLIENT = clients.LibTorrent
    version_words = ['-c', 'import libtorrent; print(libtorrent.__version__)']
    options = LIBTORRENT
    ways = {ENCRYPTED: RC4_ONLY, MANY: {'unchoke_slots_limit': 200}}


class Shoal(Contestant):
    title = base_title = 'Shoal'
    address = SHOAL4
    program = SHOAL_CLI
    ways = {ENCRYPTED: ('--encryption=require',), MANY: ('--slots=200', '--max-peers=200')}

    def begin_shoal(self, argv, name):
        self.process = self.run.start_json([self.program, *argv[1:]], name)
        self.port = self.process.expect('listening')['tcp']

    def leech(self, torrent, folder, way=None):
        more = self.ways.get(way, ())
        self.begin_shoal(shoal.get_argv(torrent, folder, self.run.tmp / 'state', *more), 'get')

    def seed(self, torrent, folder, way=None):
        more = self.ways.get(way, ())
        self.begin_shoal(shoal.seed_argv(torrent, folder, self.run.tmp / 'state', *more), 'seed')
        self.process.expect('progress', state='seeding', seconds=120)

    def begin_magnet(self, link, folder):
        begun = time.monotonic()
        self.begin_shoal(shoal.get_argv(link, folder, self.run.tmp / 'state', '--allow-local'), 'get')
        return begun

    def recheck(self, torrent, folder):
        begun = time.monotonic()
        self.process = self.run.start([self.program, 'verify', '--json', torrent, folder], 'verify')
        while not measure.has_ended(self.process):
            time.sleep(0.005)
        seconds = time.monotonic() - begun
        usage = measure.reap(self.process, 0)
        if self.process.status != 0:
            raise Failure(self.process.tail(1))
        return usage.ru_utime + usage.ru_stime, seconds

    def is_complete(self):
        return bool(self.process.find('complete'))

    def describe(self):
        return ' '.join(self.process.tail(3).split())[:300]

    @classmethod
    def is_installed(cls):
        return shutil.which(cls.program) is not None

    @classmethod
    def version(cls):
        done = subprocess.run([cls.program, '--version'], capture_output=True, text=True)
        return re.search(r'\d+(\.\d+)+', done.stdout)[0]


def make_shoal(program, title):
    """Another build of Shoal, to be compared."""
    return type('Shoal', (Shoal,), {'program': program, 'title': title})


ALL = {cls.title.lower(): cls for cls in (Shoal, Aria2, RTorrent, LibTorrent, QBittorrent, Transmission)}
SLOW = {'transmission', 'qbittorrent'}  # take longest, and were never the best


class Counterpart:
    """The same libtorrent for everybody. It connects, so that nobody needs a tracker."""

    def __init__(self, run, torrent, folder, is_seed, **settings):
        self.client = clients.LibTorrent(run, 'counterpart', OTHER4, 7101)
        self.client.start(report_seconds=0.05, **{**COUNTERPART, **settings})
        self.client.add(torrent, folder, seed_mode=is_seed)
        self.info_hash = bencode.info_hash_of(torrent)
        self.process = self.client.process

    def connect(self, contestant):
        self.client.connect(self.info_hash, contestant.address, contestant.port)

    def look(self):
        return self.client.look(self.info_hash)

    def is_encrypted(self):
        """Its connections, of which there has to be one, are in RC4."""
        flags = self.client.get_flags(self.info_hash)
        return bool(flags) and all(peer['rc4'] for peer in flags)

    def stop(self):
        self.client.stop()


class Crowd:
    """Many of them, in one process."""

    def __init__(self, run, torrent, folders, is_seed, up_limit=0):
        addresses = [f'10.77.{1 + number // 200}.{1 + number % 200}' for number in range(len(folders))]
        crowd = {'torrent': str(torrent), 'folders': [str(folder) for folder in folders], 'addresses': addresses,
                 'port': 7201, 'is_seed': is_seed, 'up_limit': up_limit, 'settings': COUNTERPART}
        argv = [clients.LibTorrent.PROGRAM, HERE / 'crowd.py', json.dumps(crowd)]
        self.process = run.keep(JsonProcess(argv, run.log_path('crowd'), stdin=subprocess.PIPE))
        self.process.expect('ready', seconds=60)
        self.n_members = len(folders)

    def check_connected(self):
        connected = self.look()['n_connected']
        if connected < self.n_members:
            raise Failure(f'only {connected} of {self.n_members} peers were connected')

    def connect(self, contestant):
        self.process.popen.stdin.write(f'connect {contestant.address} {contestant.port}\n'.encode())
        self.process.popen.stdin.flush()

    def look(self):
        rows = self.process.find('status')
        return rows[-1] if rows else {}

    def stop(self):
        self.process.stop()

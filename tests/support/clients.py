# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other BitTorrent programs, all driven the same way.

start() runs one; add (torrent, folder) gives it a torrent whose data is, or shall be, below the folder (it checks what
is there, and seeds what is whole); is_complete (info_hash) tells whether it has all. Distribution, exchange, uTP and
encryption are off: only trackers, and peers given by connect (), lead to other peers."""
import base64
import configparser
import contextlib
import http.client
import json
import os
import pathlib
import pty
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import xmlrpc.client

import bencode
from harness import CLIENT4, Failure, JsonProcess, wait_until

SUPPORT = pathlib.Path(__file__).resolve().parent


class Client:
    PROGRAM = None   # what has to be installed
    SHOWN_AS = None  # how its peer-id and handshake name it, as Shoal prints it
    TRANSPORTS = ('http', 'udp')
    MAKES_EMPTY_FILES = True

    def __init__(self, test, name=None, address=CLIENT4, port=7001):
        self.test, self.address, self.port = test, address, port
        self.name = name or type(self).__name__.lower()
        self.folder = test.folder(self.name)
        self.process = None

    def wait_ready(self, probe, seconds=30):
        def ready():
            if self.process.status is not None:
                raise Failure(f'{self.name} ended\n{self.process.tail()}')
            with contextlib.suppress(OSError, http.client.HTTPException):
                return probe() or True
            return False
        wait_until(ready, seconds, lambda: f'{self.name} to answer\n{self.process.tail()}')

    def wait_complete(self, info_hash, seconds=60):
        wait_until(lambda: self.is_complete(info_hash), seconds,
                   lambda: f'{self.name} to have all of {info_hash}: {self.describe(info_hash)}')

    def describe(self, info_hash):
        return self.process.tail()

    def stop(self):
        self.process.stop()

    def add_magnet(self, uri, folder):
        """Gives it a link whose data shall be below the folder; returns the info-hash."""
        raise NotImplementedError


def fetch(url, data=None, headers=None):
    request = urllib.request.Request(url, data=data, headers=headers or {})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return reply.read()


class Transmission(Client):
    PROGRAM = 'transmission-daemon'
    SHOWN_AS = 'Transmission'
    MAKES_EMPTY_FILES = False  # 3.00 makes a file when its first byte comes
    LOG_LEVEL = '--log-debug'

    def start(self, **settings):
        self.rpc_port = self.port + 500
        (self.folder / 'settings.json').write_text(json.dumps({
            'bind-address-ipv4': self.address, 'peer-port': self.port, 'rpc-port': self.rpc_port,
            'rpc-bind-address': '127.0.0.1', 'rpc-authentication-required': False, 'rpc-whitelist-enabled': False,
            'dht-enabled': False, 'lpd-enabled': False, 'pex-enabled': False, 'utp-enabled': False,
            'port-forwarding-enabled': False, 'encryption': 0, 'preallocation': 1, 'cache-size-mb': 64,
            'peer-limit-global': 500, 'peer-limit-per-torrent': 200, 'upload-slots-per-torrent': 50,
            'ratio-limit-enabled': False, 'blocklist-enabled': False, **settings}))
        argv = [self.PROGRAM, '--foreground', '--config-dir', self.folder, self.LOG_LEVEL]
        self.process = self.test.start(argv, self.name, env={'TR_CURL_VERBOSE': ''})
        self.session = ''
        self.wait_ready(lambda: self.call('session-get'))
        return self

    def call(self, method, **arguments):
        body = json.dumps({'method': method, 'arguments': arguments}).encode()
        for _ in range(2):
            try:
                reply = json.loads(fetch(f'http://127.0.0.1:{self.rpc_port}/transmission/rpc', body,
                                         {'X-Transmission-Session-Id': self.session}))
                break
            except urllib.error.HTTPError as error:
                if error.code != 409:
                    raise
                self.session = error.headers['X-Transmission-Session-Id']
        if reply['result'] != 'success':
            raise Failure(f'{method}: {reply["result"]}')
        return reply['arguments']

    def add(self, torrent, folder):
        data = base64.b64encode(pathlib.Path(torrent).read_bytes()).decode()
        added = self.call('torrent-add', **{'metainfo': data, 'download-dir': str(folder), 'paused': False})
        return added['torrent-added']['hashString']

    def add_magnet(self, uri, folder):
        added = self.call('torrent-add', **{'filename': uri, 'download-dir': str(folder), 'paused': False})
        return added['torrent-added']['hashString']

    def look(self, info_hash):
        fields = ['metadataPercentComplete', 'percentDone', 'status', 'leftUntilDone', 'errorString', 'recheckProgress', 'peers',
                  'uploadedEver', 'downloadedEver', 'trackerStats']
        found = self.call('torrent-get', ids=[info_hash], fields=fields)['torrents']
        return found[0] if found else {}

    def is_complete(self, info_hash):
        row = self.look(info_hash)
        return row.get('metadataPercentComplete') == 1 and row['percentDone'] == 1 and row['leftUntilDone'] == 0 and row['status'] in (5, 6)

    def describe(self, info_hash):
        return json.dumps(self.look(info_hash))


class Aria2(Client):
    PROGRAM = 'aria2c'
    SHOWN_AS = 'aria2'
    TRANSPORTS = ('http',)  # over UDP it asks trackers only with its DHT on

    def start(self, *options):
        self.rpc_port = self.port + 500
        argv = [self.PROGRAM, '--enable-rpc', f'--rpc-listen-port={self.rpc_port}', '--no-conf',
                f'--listen-port={self.port}', '--enable-dht=false', '--enable-dht6=false',
                '--bt-enable-lpd=false', '--enable-peer-exchange=false', '--file-allocation=none',
                '--seed-ratio=0.0', '--check-integrity=true', '--allow-overwrite=true', '--bt-max-peers=200',
                '--summary-interval=0', f'--interface={self.address}', '--console-log-level=notice', f'--dir={self.folder}', *options]
        self.process = self.test.start(argv, self.name)
        self.rpc = xmlrpc.client.ServerProxy(f'http://127.0.0.1:{self.rpc_port}/rpc', allow_none=True)
        self.wait_ready(lambda: self.rpc.aria2.getVersion())
        self.gids = {}
        return self

    def add(self, torrent, folder):
        data = xmlrpc.client.Binary(pathlib.Path(torrent).read_bytes())
        gid = self.rpc.aria2.addTorrent(data, [], {'dir': str(folder)})
        info_hash = bencode.info_hash_of(torrent)
        self.gids[info_hash] = gid
        return info_hash

    def add_magnet(self, uri, folder):
        """The download of the details comes first, and names the one that follows."""
        gid = self.rpc.aria2.addUri([uri], {'dir': str(folder)})
        info_hash = bencode.info_hash_of_magnet(uri)
        self.gids[info_hash] = gid
        self.follow(info_hash)
        return info_hash

    def follow(self, info_hash):
        followed = self.rpc.aria2.tellStatus(self.gids[info_hash], ['followedBy']).get('followedBy')
        if followed:
            self.gids[info_hash] = followed[0]

    def look(self, info_hash):
        self.follow(info_hash)
        keys = ['status', 'completedLength', 'totalLength', 'seeder', 'errorMessage', 'connections',
                'verifyIntegrityPending']
        return self.rpc.aria2.tellStatus(self.gids[info_hash], keys)

    def is_complete(self, info_hash):
        row = self.look(info_hash)
        return row.get('seeder') == 'true' and row['completedLength'] == row['totalLength']

    def describe(self, info_hash):
        return json.dumps(self.look(info_hash))


class QBittorrent(Client):
    PROGRAM = 'qbittorrent-nox'
    SHOWN_AS = 'qBittorrent'

    def start(self, **settings):
        self.web_port = self.port + 500
        config = configparser.RawConfigParser()
        config.optionxform = str
        config['LegalNotice'] = {'Accepted': 'true'}
        config['BitTorrent'] = {f'Session\\{key}': value for key, value in {
            'Port': self.port, 'UseRandomPort': 'false', 'DHTEnabled': 'false', 'LSDEnabled': 'false',
            'PeXEnabled': 'false', 'Encryption': 2, 'BTProtocol': 'TCP', 'MultiConnectionsPerIp': 'true',
            'IgnoreLimitsOnLAN': 'true', 'QueueingSystemEnabled': 'false', 'InterfaceAddress': self.address,
            'DefaultSavePath': self.folder / 'downloads', 'Preallocation': 'false',
            'AnnounceToAllTrackers': 'true', 'SSRFMitigation': 'false', **settings}.items()}
        config['Preferences'] = {
            'WebUI\\LocalHostAuth': 'false', 'WebUI\\Port': self.web_port, 'WebUI\\Address': '127.0.0.1',
            'WebUI\\UseUPnP': 'false', 'WebUI\\CSRFProtection': 'false', 'WebUI\\HostHeaderValidation': 'false'}
        config['Network'] = {'PortForwardingEnabled': 'false'}
        place = self.folder / 'qBittorrent/config/qBittorrent.conf'
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(place, 'w', encoding='utf-8') as file:
            config.write(file, space_around_delimiters=False)
        argv = [self.PROGRAM, f'--profile={self.folder}', f'--webui-port={self.web_port}']
        self.process = self.test.start(argv, self.name, env={'HOME': str(self.folder)})
        self.wait_ready(lambda: self.call('app/version'))
        return self

    def call(self, path, **fields):
        url = f'http://127.0.0.1:{self.web_port}/api/v2/{path}'
        data = urllib.parse.urlencode(fields).encode() if fields else None
        return fetch(url, data, {'Referer': f'http://127.0.0.1:{self.web_port}'})

    def add(self, torrent, folder):
        boundary = 'shoal-boundary'
        parts = []
        fields = {'savepath': str(folder), 'contentLayout': 'Original', 'autoTMM': 'false', 'paused': 'false'}
        for key, value in fields.items():
            parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode())
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="torrents"; filename="t.torrent"\r\n'
                     'Content-Type: application/x-bittorrent\r\n\r\n'.encode())
        body = b''.join(parts) + pathlib.Path(torrent).read_bytes() + f'\r\n--{boundary}--\r\n'.encode()
        fetch(f'http://127.0.0.1:{self.web_port}/api/v2/torrents/add', body,
              {'Content-Type': f'multipart/form-data; boundary={boundary}'})
        info_hash = bencode.info_hash_of(torrent)
        wait_until(lambda: self.look(info_hash), 10, 'qBittorrent to list the torrent')
        return info_hash

    def add_magnet(self, uri, folder):
        self.call('torrents/add', urls=uri, savepath=str(folder), contentLayout='Original', autoTMM='false',
                  paused='false')
        info_hash = bencode.info_hash_of_magnet(uri)
        wait_until(lambda: self.look(info_hash), 10, 'qBittorrent to list the link')
        return info_hash

    def look(self, info_hash):
        # A hybrid torrent is listed under its v2 hash.
        rows = json.loads(self.call('torrents/info'))
        return next((row for row in rows if info_hash in (row['hash'], row.get('infohash_v1'))), {})

    def is_complete(self, info_hash):
        row = self.look(info_hash)
        return row.get('progress') == 1 and row['state'] in ('uploading', 'stalledUP', 'forcedUP', 'queuedUP')

    def describe(self, info_hash):
        return json.dumps(self.look(info_hash))


class UnixTransport(xmlrpc.client.Transport):
    """XML-RPC in SCGI over a Unix socket, as rtorrent speaks it."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def request(self, host, handler, request_body, verbose=False):
        headers = b'CONTENT_LENGTH\0%d\0SCGI\x001\0' % len(request_body)
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(10)
            link.connect(str(self.path))
            link.sendall(b'%d:%s,%s' % (len(headers), headers, request_body))
            data = b''
            while chunk := link.recv(65536):
                data += chunk
        parser, target = self.getparser()
        parser.feed(data.split(b'\r\n\r\n', 1)[1])
        parser.close()
        return target.close()


class RTorrent(Client):
    PROGRAM = 'rtorrent'
    SHOWN_AS = ('rTorrent', 'libTorrent')

    def start(self, *options):
        scgi = self.folder / 'scgi'
        scgi.unlink(missing_ok=True)
        session = self.folder / 'session'
        session.mkdir(exist_ok=True)
        settings = [f'network.scgi.open_local={scgi}', f'session.path.set={session}',
                    f'network.port_range.set={self.port}-{self.port}', 'network.port_random.set=no',
                    f'network.bind_address.set={self.address}', 'dht.mode.set=disable', 'protocol.pex.set=no',
                    'protocol.encryption.set=none', 'trackers.use_udp.set=yes',
                    f'directory.default.set={self.folder}', 'pieces.hash.on_completion.set=no',
                    'throttle.max_uploads.set=100', 'throttle.max_peers.normal.set=200', *options]
        argv = [self.PROGRAM, '-n']
        for setting in settings:
            argv += ['-o', setting]
        master, slave = pty.openpty()
        self.process = self.test.start(argv, self.name, stdin=slave)
        os.close(slave)
        self.test.on_end(lambda: os.close(master))
        threading.Thread(target=drain, args=(master,), daemon=True).start()
        self.rpc = xmlrpc.client.ServerProxy('http://localhost/', transport=UnixTransport(scgi))
        self.wait_ready(lambda: self.rpc.system.client_version())
        return self

    def add(self, torrent, folder):
        # The folder is given before the start: with a tree rtorrent appends the torrent's name.
        self.rpc.load.start_verbose('', str(torrent), f'd.directory.set="{folder}"')
        info_hash = bencode.info_hash_of(torrent)

        def listed():
            with contextlib.suppress(xmlrpc.client.Fault):
                return self.rpc.d.name(info_hash.upper())
            return None
        wait_until(listed, 20, lambda: f'rtorrent to list the torrent\n{self.process.tail()}')
        return info_hash

    def add_magnet(self, uri, folder):
        """Where it goes is said for all: what a link is given for itself it forgets when the details come."""
        self.rpc.directory.default.set('', str(folder))
        self.rpc.load.start_verbose('', uri)
        return bencode.info_hash_of_magnet(uri)

    def is_complete(self, info_hash):
        rpc, key = self.rpc.d, info_hash.upper()
        # A link is not listed at once, nor while its details take its place.
        with contextlib.suppress(xmlrpc.client.Fault):
            return bool(not rpc.is_meta(key) and rpc.complete(key) and rpc.is_active(key) and not rpc.hashing(key))
        return False

    def describe(self, info_hash):
        key = info_hash.upper()
        with contextlib.suppress(xmlrpc.client.Fault):
            return self.describe_listed(key)
        return 'not listed'

    def describe_listed(self, key):
        return f'{self.rpc.d.message(key)} {self.rpc.d.completed_bytes(key)} bytes, {self.rpc.d.peers_connected(key)} peers'


def drain(descriptor):
    """A terminal that nobody reads fills up."""
    with contextlib.suppress(OSError):
        while os.read(descriptor, 65536):
            pass


class LibTorrent(Client):
    """libtorrent's Python bindings in a process of their own: libtorrent_node.py."""
    PROGRAM = '/usr/bin/python3'
    SHOWN_AS = 'libtorrent'

    def start(self, prefix=(), **settings):
        argv = [self.PROGRAM, SUPPORT / 'libtorrent_node.py', json.dumps({
            'listen_interfaces': f'{self.address}:{self.port}', 'outgoing_interfaces': self.address, **settings})]
        self.process = self.test.keep(JsonProcess(
            argv, self.test.log_path(self.name), stdin=subprocess.PIPE, prefix=prefix))
        self.process.expect('ready')
        return self

    def tell(self, **command):
        self.process.popen.stdin.write(json.dumps(command).encode() + b'\n')
        self.process.popen.stdin.flush()

    def add(self, torrent, folder, **options):
        self.tell(do='add', torrent=str(torrent), folder=str(folder), **options)
        info_hash = bencode.info_hash_of(torrent)
        self.process.expect('added', info_hash=info_hash)
        return info_hash

    def add_magnet(self, uri, folder):
        self.tell(do='add', magnet=uri, folder=str(folder))
        info_hash = bencode.info_hash_of_magnet(uri)
        self.process.expect('added', info_hash=info_hash)
        return info_hash

    def connect(self, info_hash, address, port):
        self.tell(do='connect', info_hash=info_hash, address=address, port=port)

    def get_flags(self, info_hash):
        """Its connections as they are now: see do_flags() of libtorrent_node.py."""
        self.serial = getattr(self, 'serial', 0) + 1
        self.tell(do='flags', info_hash=info_hash, serial=self.serial)
        return self.process.expect('flags', serial=self.serial)['peers']

    def add_dht_node(self, address, port):
        self.tell(do='dht_node', address=address, port=port)

    def count_dht_nodes(self):
        rows = self.process.find('dht')
        return rows[-1]['nodes'] if rows else 0

    def finds_by_dht(self, info_hash):
        """Looks for peers in its DHT, anew every two seconds; whether any answer so far had one."""
        if time.monotonic() >= getattr(self, 'next_dht_look', 0):
            self.next_dht_look = time.monotonic() + 2
            self.tell(do='dht_look', info_hash=info_hash)
        return any(row['count'] > 0 for row in self.process.find('dht_peers', info_hash=info_hash))

    def look(self, info_hash):
        rows = self.process.find('status', info_hash=info_hash)
        return rows[-1] if rows else {}

    def is_complete(self, info_hash):
        return self.look(info_hash).get('is_seeding', False)

    def describe(self, info_hash):
        return json.dumps(self.look(info_hash)) + self.process.tail(5)


ALL = (Transmission, Aria2, QBittorrent, RTorrent, LibTorrent)


def is_installed(client):
    if client is LibTorrent:
        return subprocess.run([client.PROGRAM, '-c', 'import libtorrent'], capture_output=True).returncode == 0
    return shutil.which(client.PROGRAM) is not None

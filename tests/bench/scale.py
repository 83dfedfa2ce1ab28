# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The works that are about many, or about the first moment: torrents, peers that do nothing, links, a tracker."""
import http.server
import json
import os
import pathlib
import statistics
import struct
import subprocess
import threading
import time
import urllib.parse

import bencode
import contestants
import harness
import many
import measure
import shoal
import wirepeer
from measure import GIB, MIB
from work import Column, Target, Work, WrongContent

HERE = pathlib.Path(__file__).resolve().parent
KIB = 1 << 10
WITH_HTTP = 'Shoal, 10,000 with HTTP trackers'
WITH_HOSTS = 'Shoal, 10,000 with an HTTP tracker of its own each'


class Row:
    """A row of a table that is Shoal under other conditions."""

    def __init__(self, title):
        self.title = title


def read_last_json(text):
    return json.loads(text.splitlines()[-1])


class ManyTorrents(Work):
    once_if_small = True
    name, title = 'torrents', 'Many torrents that nobody uses'
    about = ('Seeds without peers and trackers, in the engine alone: `build/bench/tests/bench/bench-idle`. Each: private '
             'memory (`RssAnon`) of the process with them minus that of one with none, two seconds after the start. Idle: '
             'of one core. The row called Shoal has 10,000.')
    columns = (Column('each', 'KiB each', 2, True, words='private memory of each, KiB'),
               Column('listed', 'all listed, s', 2, True, words='all listed after'),
               Column('idle', 'idle, % of a core', 3, True, words='idle processor time, %'),
               Column('stop', 'stop, s', 2, True, words='stopped after'))
    order = 'listed'
    clients = 'Shoal',
    targets = (Target('each', 3, None, unit='KiB'), Target('listed', 0.5, None, is_strict=True, unit='s'),
               Target('idle', 0.5, None, is_strict=True, unit='%'), Target('stop', 2, None, is_strict=True, unit='s'),
               Target('each', 3, None, unit='KiB', row=WITH_HTTP),
               Target('stop', 2, None, is_strict=True, unit='s', row=WITH_HTTP),
               Target('stop', 2, None, is_strict=True, unit='s', row=WITH_HOSTS))
    KINDS = (('Shoal, 1,000', 1000, 'none'), ('Shoal', 10_000, 'none'), ('Shoal, 100,000', 100_000, 'none'),
             ('Shoal, 10,000 with UDP trackers', 10_000, 'udp'), (WITH_HTTP, 10_000, 'http'),
             (WITH_HOSTS, 10_000, 'hosts'))

    def build(self, bench):
        self.program = bench.build_program('tests/bench/bench-idle')

    def measure(self, run, count, scheme):
        argv = [self.program, str(count), scheme, '2']
        got = read_last_json(run.check_program(argv, seconds=120, env={**os.environ, 'TMPDIR': str(run.tmp)}))
        if not got['clean']:
            raise harness.Failure(f'{count} torrents did not end cleanly')
        return got

    def run(self, bench, run, contestant):
        none = self.measure(run, 0, 'none')['private']
        for title, count, scheme in self.KINDS:
            if count != 10_000 and bench.options.small:
                continue
            got = self.measure(run, count, scheme)
            bench.keep(self, contestant if title == 'Shoal' else Row(title), each=(got['private'] - none) / count,
                       listed=got['listed'], idle=100 * got['idle'], stop=got['quit'])


class TorrentsBeside(ManyTorrents):
    COUNT = 2000
    name, title = 'torrents-beside', 'Seeding torrents that nobody uses, beside other clients'
    about = ('2,000 torrents of one file of 16 KiB; a dead tracker, which rtorrent insists on, is in '
             'all. Private memory of each, as above; listed: on the state of the last run, until it says that all are '
             'seeding; from the start of the program, for Shoal and libtorrent from that of the engine in it. Shoal\'s is the '
             'engine alone, libtorrent\'s a bare session with resume data: neither has what a program has around it.')
    clients = 'Shoal', *many.KINDS
    targets = Target('each', 1), Target('listed', 1)
    order = 'each'

    def prepare(self, bench):
        self.collection = many.Collection(bench.folder / 'many', self.COUNT, [bench.dead_tracker])

    def run(self, bench, run, contestant):
        if contestant.base_title != 'Shoal':
            bench.keep(self, contestant, **many.measure_client(run, contestant.title, self.collection))
            return
        none = self.measure(run, 0, 'none')['private']
        got = self.measure(run, self.COUNT, 'dead')
        bench.keep(self, contestant, each=(got['private'] - none) / self.COUNT, listed=got['listed'], idle=100 * got['idle'],
                   stop=got['quit'])


class Beside(Work):
    """The CPU of one transfer with many idle peers connected, beside that of the same transfer alone."""
    COUNT = 1000
    once_if_small = True
    columns = (Column('ratio', '× alone', 2, True, words='CPU beside 1,000 idle peers, in that alone'),
               Column('alone', 'alone, CPU s/GiB', 2), Column('cpu', 'beside them, CPU s/GiB', 2))
    about = ('Each idle peer has an address of its own and a random half of the pieces, asks for nothing and gives nothing '
             '(`idle_crowd.py`). Shoal runs with `--max-peers=2000`. The CPU is that from the moment at which the busy peer '
             'connects to the end of the transfer; × alone: of the medians of the runs in one round.')
    targets = Target('ratio', 1.1, None),
    clients = 'Shoal',
    PAIRS = 3

    def prepare(self, bench):
        self.sample = bench.make_single(bench.choose_size(2 * GIB, GIB))

    def start(self, run, contestant, state):
        raise NotImplementedError

    def run(self, bench, run, contestant):
        costs = {0: [], self.COUNT: []}
        for number in range(1 if bench.options.small else self.PAIRS):
            for count, found in costs.items():
                bench.reserve.warm(self.sample.size)
                found.append(self.transfer(run, contestant, count, run.folder(f'to-{number}-{count}')))
        alone, beside = (statistics.median(found) for found in costs.values())
        bench.keep(self, contestant, ratio=beside / alone, alone=alone, cpu=beside)

    def transfer(self, run, contestant, count, target):
        self.start(run, contestant, target)
        crowd = Crowd(run, contestant, self.sample, count) if count else None
        counterpart = contestants.Counterpart(run, self.sample.torrent, *self.get_other_side(target))
        before = sum(measure.cpu_so_far(contestant.process.pid))
        counterpart.connect(contestant)
        self.wait(contestant, counterpart)
        cpu = sum(measure.cpu_so_far(contestant.process.pid)) - before
        if crowd:
            crowd.end()
        contestant.process.stop()
        counterpart.client.stop()
        if not self.sample.is_in(target):
            raise WrongContent('a run was thrown out, the content was not right')
        return cpu * GIB / self.sample.size


class LeechBeside(Beside):
    name, title = 'idle-leech', 'Leeching from one fast seeder beside 1,000 idle peers'

    def start(self, run, contestant, target):
        contestant.begin_shoal(shoal.get_argv(self.sample.torrent, target, target / '.state', '--max-peers=2000', '--seed'),
                               'get')

    def get_other_side(self, target):
        return self.sample.folder, True

    def wait(self, contestant, counterpart):
        contestant.wait_complete(60)


class SeedBeside(Beside):
    name, title = 'idle-seed', 'Seeding to one fast leecher beside 1,000 idle peers'

    def start(self, run, contestant, target):
        argv = shoal.seed_argv(self.sample.torrent, self.sample.folder, target / '.state', '--max-peers=2000')
        contestant.begin_shoal(argv, 'seed')
        contestant.process.expect('progress', state='seeding', seconds=60)

    def get_other_side(self, target):
        return target, False

    def wait(self, contestant, counterpart):
        harness.wait_until(lambda: counterpart.look().get('is_seeding'), 60, 'the leecher to be a seed')


class Crowd:
    def __init__(self, run, contestant, sample, count):
        n_pieces = len(bencode.decode(pathlib.Path(sample.torrent).read_bytes())[b'info'][b'pieces']) // 20
        argv = ['/usr/bin/python3', HERE / 'idle_crowd.py', contestant.address, contestant.port,
                bencode.info_hash_of(sample.torrent), n_pieces, count]
        self.count = count
        self.process = run.start(argv, 'crowd', stdin=subprocess.PIPE)
        harness.wait_until(lambda: 'ready' in self.process.text(), 30, lambda: f'the crowd\n{self.process.tail()}')

    def end(self):
        self.process.popen.stdin.close()
        self.process.wait(20)
        there = int(self.process.text().splitlines()[-1].split()[0])
        if there != self.count:
            raise harness.Failure(f'of {self.count} idle peers {there} were left')


class MagnetSeed(wirepeer.Seed):
    """Notes when the whole info dictionary, and the first whole piece, were sent."""
    OUR_ID = 3
    metadata_at = piece_at = None

    def greet(self, wire, common):
        self.info = bencode.encode(self.torrent.info)
        wire.sent = {}
        if common & wirepeer.EXTENSIONS:
            wire.send_extended(m={'ut_metadata': self.OUR_ID}, metadata_size=len(self.info), reqq=self.reqq)
        wire.send(wirepeer.HAVE_ALL) if common & wirepeer.FAST else wire.send(wirepeer.BITFIELD, self.bitfield())

    def on_message(self, wire, number, payload):
        if number != wirepeer.EXTENDED:
            return
        if payload[0] == 0:
            wire.theirs = bencode.decode(payload[1:])[b'm'].get(b'ut_metadata')
        elif payload[0] == self.OUR_ID:
            asked = bencode.decode_prefix(payload[1:])[0]
            if asked[b'msg_type'] == 0:
                self.give(wire, asked[b'piece'])

    def give(self, wire, block):
        head = bencode.encode({'msg_type': 1, 'piece': block, 'total_size': len(self.info)})
        data = self.info[block * 16 * KIB:(block + 1) * 16 * KIB]
        wire.send(wirepeer.EXTENDED, bytes([wire.theirs]) + head + data)
        wire.sent[block] = True
        if len(wire.sent) * 16 * KIB >= len(self.info):
            self.metadata_at = self.metadata_at or time.monotonic()

    def make_block(self, piece, begin, length):
        if self.piece_at is None:
            self.given = getattr(self, 'given', {})
            self.given[piece] = self.given.get(piece, 0) + length
            if self.given[piece] >= len(self.torrent.pieces[piece]):
                self.piece_at = time.monotonic()
        return super().make_block(piece, begin, length)


class OneTracker(http.server.BaseHTTPRequestHandler):
    """Names one peer to everybody."""

    def do_GET(self):
        body = bencode.encode({'interval': 1800, 'complete': 1, 'incomplete': 1, 'peers': self.server.peer})
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Magnet(Work):
    once_if_small = True
    name, title = 'magnet', 'From a link to the first piece'
    about = ('From the moment the link is given until the only peer, which the HTTP tracker of the link names, has sent the '
             'whole info dictionary (21 KB), and the first whole piece. Shoal begins with the start of the program, the '
             'others run already.')
    columns = (Column('metadata', 'info dictionary, s', 3, True, words='info dictionary after'),
               Column('piece', 'first piece, s', 3, True, words='first piece after'))
    order = 'metadata'
    targets = Target('metadata', 0.1, None, unit='s'),

    def run(self, bench, run, contestant):
        torrent = bencode.Torrent('linked.bin', os.urandom(16 * MIB), 16 * KIB)
        seed = MagnetSeed(run, torrent, harness.OTHER4)
        server = http.server.ThreadingHTTPServer((harness.TRACKER4, 0), OneTracker)
        server.peer = bytes(map(int, harness.OTHER4.split('.'))) + struct.pack('>H', seed.port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        run.addCleanup(server.shutdown)
        url = f'http://{harness.TRACKER4}:{server.server_address[1]}/announce'
        link = f'magnet:?xt=urn:btih:{torrent.info_hash.hex()}&tr={urllib.parse.quote(url, safe="")}'
        begun = contestant.begin_magnet(link, run.folder('target'))
        harness.wait_until(lambda: seed.piece_at, 20,
                           lambda: f'the first piece, the info dictionary was {"" if seed.metadata_at else "not "}sent: '
                                   f'{contestant.describe()}')
        bench.keep(self, contestant, metadata=seed.metadata_at - begun, piece=seed.piece_at - begun)


class Tracker(Work):
    once_if_small = True
    name, title = 'tracker', 'The tracker server'
    about = ('Announces over UDP, each answered with up to 50 peers, from 64 addresses, in swarms of 50 peers. Per second of '
             'the tracker\'s processor time, from `build/bench/tests/bench/bench-trackerd`. The row called Shoal has '
             '1,000,000 peers; memory is all that is resident.')
    columns = (Column('known', 'of known peers, /s', 0, True, words='announces a second on one core'),
               Column('new', 'of new peers, /s', 0, True), Column('memory', 'memory, MB', 0, True, words='memory'),
               Column('each', 'bytes a peer'))
    order = 'memory'
    clients = 'Shoal',
    targets = (Target('known', 50_000, None, at_least=True), Target('new', 50_000, None, at_least=True),
               Target('memory', 256, None, unit='MB'))
    KINDS = ('Shoal, 10,000', 10_000), ('Shoal, 100,000', 100_000), ('Shoal', 1_000_000)

    def build(self, bench):
        self.program = bench.build_program('tests/bench/bench-trackerd')

    def run(self, bench, run, contestant):
        for title, count in self.KINDS[-1:] if bench.options.small else self.KINDS:
            got = read_last_json(run.check_program([self.program, str(count), str(count // 50), '3'], seconds=120))
            bench.keep(self, contestant if title == 'Shoal' else Row(title), known=got['known'], new=got['new'],
                       memory=got['memory'] * KIB / 1e6, each=(got['memory'] - got['before']) * KIB / got['peers'])


WORKS = ManyTorrents(), TorrentsBeside(), LeechBeside(), SeedBeside(), Magnet(), Tracker()

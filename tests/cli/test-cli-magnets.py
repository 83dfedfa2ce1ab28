#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`get` of a magnet link as the contract of the command line has it: events, selection, statuses, restarts."""
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import samples
import shoal
import wirepeer
from harness import OTHER4, SHOAL4, SHOAL_CLI

FILES = (('a', 300_000), ('b', 100_000), ('c', 5), ('d', 200_001), ('e', 65536))
KIB = 1 << 10


class Teller:
    """A peer that tells the first blocks it is asked for of an info dictionary, and then nothing more."""
    OUR_ID = 3

    def __init__(self, test, torrent, n_blocks):
        self.test, self.torrent, self.n_blocks = test, torrent, n_blocks

    def wait(self, get):
        """Until they are told, and one more is asked for if there is one."""
        wire = wirepeer.Wire.connect(SHOAL4, get.expect('listening')['tcp'])
        self.test.addCleanup(wire.close)
        info = bencode.encode(self.torrent.info)
        wire.send_handshake(self.torrent.info_hash, wirepeer.make_peer_id())
        wire.read_handshake()
        wire.send_extended(m={'ut_metadata': self.OUR_ID}, metadata_size=len(info))
        theirs, n_told, is_over = None, 0, False
        while not is_over:
            _, payload = wire.receive_until(wirepeer.EXTENDED)
            if payload[0] == 0:
                theirs = bencode.decode(payload[1:])[b'm'][b'ut_metadata']
            elif payload[0] == self.OUR_ID and n_told < self.n_blocks:
                block = bencode.decode(payload[1:])[b'piece']
                head = bencode.encode({'msg_type': 1, 'piece': block, 'total_size': len(info)})
                data = info[block * 16 * KIB:(block + 1) * 16 * KIB]
                wire.send(wirepeer.EXTENDED, bytes([theirs]) + head + data)
                n_told += 1
                is_over = n_told * 16 * KIB >= len(info)
            elif payload[0] == self.OUR_ID:
                is_over = True


class MagnetsTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.source = samples.make_tree(self.tmp, name='five', files=FILES)
        self.torrent = self.tmp / 'sample.torrent'
        self.hash = shoal.create(self, self.source, self.torrent, '--piece-size=16Ki')['info_hash']
        self.link = f'magnet:?xt=urn:btih:{self.hash}'

    def seed(self, **where):
        seed = shoal.start_seed(self, self.torrent, self.source, state=self.tmp / 'state-seed', bind=OTHER4, **where)
        self.peer = f'{OTHER4}:{seed.port}'
        return seed

    def get(self, link, *options, to='to', **where):
        return shoal.start_get(self, link, self.tmp / to, *options, **where)

    def check_files(self, names, to='to'):
        found = {path.name for path in (self.tmp / to / 'five').iterdir()}
        self.assertEqual(found, set(names))
        for name in names:
            self.assertEqual(samples.sha256_of(self.tmp / to / 'five' / name), samples.sha256_of(self.source / name))

    def test_events(self):
        get = self.get(self.link + '&dn=called%20so')
        added = get.expect('added')
        self.assertEqual((added['name'], added['size'], added['files'], added['resumed_bytes']), ('called so', 0, 0, 0))
        first = get.expect('progress')
        self.assertEqual((first['state'], first['done'], first['size']), ('metadata', 0, 0))
        get.signal(15)
        self.assertEqual(get.wait(10), 143)
        self.seed()
        get = self.get(self.link, '--peer=' + self.peer)
        shoal.finish_get(self, get)
        details, = get.find('metadata')
        self.assertEqual(set(details) - {'event', 'time'}, {'info_hash', 'source', 'name', 'size', 'files', 'seconds'})
        self.assertEqual((details['name'], details['size'], details['files']), ('five', sum(s for _, s in FILES), 5))
        self.assertEqual((details['info_hash'], details['source']), (self.hash, self.link))
        order = [e['event'] + e.get('state', '') for e in get.events]
        self.assertLess(order.index('added'), order.index('progressmetadata'))
        self.assertLess(order.index('progressmetadata'), order.index('metadata'))
        self.assertNotIn('progressmetadata', order[order.index('metadata'):])
        self.assertLess(order.index('metadata'), order.index('complete'))
        self.check_files('abcde')

    def test_again(self):
        """What is known from the call before is not asked for again."""
        self.seed()
        shoal.finish_get(self, self.get(self.link, '--peer=' + self.peer, '--select=2'))
        get = self.get(self.link, '--peer=' + self.peer)
        shoal.finish_get(self, get)
        self.assertEqual(get.find('metadata'), [])
        added = get.expect('added')
        self.assertEqual((added['name'], added['files']), ('five', 5))
        self.check_files('abcde')
        get = self.get(str(self.torrent))
        shoal.finish_get(self, get)
        self.assertEqual(get.expect('added')['resumed_bytes'], sum(s for _, s in FILES))

    def test_again_when_all_is_there(self):
        self.seed()
        shoal.finish_get(self, self.get(self.link, '--peer=' + self.peer))
        for select, size in (('', sum(s for _, s in FILES)), ('--select=2', 100_000)):
            get = self.get(self.link, *select.split())
            shoal.finish_get(self, get)
            added = get.expect('added')
            self.assertEqual((added['name'], added['files'], added['resumed_bytes']), ('five', 5, size))
            self.assertEqual(get.find('metadata'), [])

    def test_events_do_not_depend_on_speed(self):
        """Of a link it is said first that it is one, however quickly its details come."""
        self.seed()
        for number in range(3):
            get = self.get(self.link + '&dn=called%2Fso', '--peer=' + self.peer, '--select=2', to=f'to{number}')
            shoal.finish_get(self, get)
            added, = get.find('added')
            self.assertEqual((added['name'], added['size'], added['files'], added['resumed_bytes']), ('called_so', 0, 0, 0))
            events = [e for e in get.events if e['event'] in ('added', 'progress', 'metadata')]
            self.assertEqual([e['event'] for e in events[:2]], ['added', 'progress'])
            self.assertEqual((events[1]['state'], events[1]['done'], events[1]['size']), ('metadata', 0, 0))
            self.assertEqual(len(get.find('metadata')), 1)
            self.check_files('b', to=f'to{number}')

    def test_selection(self):
        self.seed()
        shoal.finish_get(self, self.get(self.link + f'&x.pe={self.peer}&so=1,3', '--allow-local', to='one'))
        self.check_files('bd', to='one')
        shoal.finish_get(self, self.get(self.link + '&so=0', '--peer=' + self.peer, '--select=3,5', to='two'))
        self.check_files('ce', to='two')
        get = self.get(self.link, '--peer=' + self.peer, '--select=1,6', to='three')
        self.assertEqual(get.wait(20), 2, get.tail())
        self.assertIn('has the files 1 to 5', get.errors)
        self.assertEqual(get.events[-1]['event'], 'error')

    def test_selection_of_nothing(self):
        """A selection that makes no sense is not one of all."""
        self.seed()
        for number, so in enumerate(('9999999', 'a', '17-99')):
            get = self.get(self.link + '&so=' + so, '--peer=' + self.peer, to=f'none{number}', state=self.tmp / f'state{number}')
            self.assertEqual(get.wait(20), 2, get.tail())
            self.assertIn('selects none of the files 1 to 5', get.errors)
            self.assertEqual(get.events[-1]['event'], 'error')
            self.assertFalse(get.find('complete'))
            self.assertFalse([path for path in (self.tmp / f'none{number}').rglob('*') if path.is_file()])
            shoal.finish_get(self, self.get(self.link + '&so=' + so, '--peer=' + self.peer, '--select=2',
                                            to=f'two{number}', state=self.tmp / f'state-two{number}'))
            self.check_files('b', to=f'two{number}')

    def test_torrent_after_link(self):
        """The .torrent of a link whose details never came goes on in its place."""
        get = self.get(self.link)
        get.expect('progress', state='metadata')
        get.kill()
        self.seed()
        get = self.get(str(self.torrent), '--peer=' + self.peer)
        shoal.finish_get(self, get)
        self.check_files('abcde')

    def test_killed(self):
        """Before, while and after the details come: the same call goes on."""
        torrent = bencode.Torrent('big', bytes(8 << 20), 2 * KIB)
        n_blocks = -(-len(bencode.encode(torrent.info)) // (16 * KIB))
        self.assertGreater(n_blocks, 3)
        link = f'magnet:?xt=urn:btih:{torrent.info_hash.hex()}'
        for n_given in range(n_blocks):
            get = self.get(link)
            Teller(self, torrent, n_given).wait(get)
            self.assertFalse(get.find('metadata'))
            get.kill()
        get = self.get(link)
        Teller(self, torrent, n_blocks).wait(get)
        get.kill()  # in the moment in which they are whole
        get = self.get(link)
        if get.expect('added')['files'] == 0:
            Teller(self, torrent, n_blocks).wait(get)
            get.expect('metadata')
        get.kill()
        get = self.get(link)
        self.assertEqual(get.expect('added')['files'], 1, 'what was told is there after that')
        get.signal(15)
        self.assertEqual(get.wait(10), 143)

    def test_local_addresses(self):
        """A link is a stranger's word."""
        self.seed()
        get = self.get(self.link + f'&x.pe={self.peer}&tr=http%3A%2F%2F{OTHER4}%3A9%2Fannounce')
        harness.wait_until(lambda: get.errors.count('--allow-local allows them') == 2, 20, 'both to be told of')
        time.sleep(0.5)
        self.assertEqual(get.find('peer'), [])
        get.signal(15)
        self.assertEqual(get.wait(10), 143)

    def test_timeout(self):
        get = self.get(self.link, '--timeout=1')
        self.assertEqual(get.wait(20), 1)
        self.assertEqual(get.events[-1]['code'], 'timeout')

    def test_what_is_no_torrent(self):
        """The hash is right, and yet it cannot be fetched."""
        info = bencode.encode({'name': 'x', 'piece length': 16384, 'pieces': bytes(20), 'length': -5})
        info_hash = __import__('hashlib').sha1(info).digest()
        get = self.get(f'magnet:?xt=urn:btih:{info_hash.hex()}')
        port = get.expect('listening')['tcp']
        get.expect('progress')
        wire = wirepeer.Wire.connect(SHOAL4, port)
        self.addCleanup(wire.close)
        wire.send_handshake(info_hash, wirepeer.make_peer_id())
        wire.read_handshake()
        wire.send_extended(m={'ut_metadata': 1}, metadata_size=len(info))
        while wire.receive_until(wirepeer.EXTENDED)[1][0] != 1:
            pass
        wire.send(wirepeer.EXTENDED, b'\x01' + bencode.encode({'msg_type': 1, 'piece': 0, 'total_size': len(info)}) + info)
        self.assertEqual(get.wait(20), 3, get.tail())
        self.assertEqual(get.events[-1]['code'], 'rejected')

    def test_for_people(self):
        self.seed()
        words = [SHOAL_CLI, 'get', f'--bind={SHOAL4}', '--port=0', f'--state={self.tmp / "state"}', *shoal.QUIET,
                 f'--dir={self.tmp / "to"}', '--peer=' + self.peer, self.link]
        done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, f'{self.tmp / "to" / "five"}\n')
        self.assertRegex(done.stderr, 'five: 665.5.kB in 5 files')


if __name__ == '__main__':
    harness.main()

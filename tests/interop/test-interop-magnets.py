#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Magnet links, each of the other clients on either side: a single file and a tree, whose info dictionary has several
blocks. All the link says is the info-hash and a tracker.

The argument names the class of one client."""
import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import clients
import harness
import samples
import shoal
import trackers

PORT = 6901
PIECE = 16 << 10  # so that there are many: 45 KB of hashes


class MagnetTests:
    CLIENT = None

    def setUp(self):
        super().setUp()
        if not clients.is_installed(self.CLIENT):
            self.skipTest(f'{self.CLIENT.PROGRAM} is not installed')
        self.source = self.folder('source')
        self.single = samples.write_random(self.source / 'single.bin', 2300 * PIECE + 1, 7)
        self.tree = samples.make_tree(self.source)
        url = trackers.Tracker(harness.TRACKER4, PORT).url('http')
        self.single_torrent = self.tmp / 'single.torrent'
        self.tree_torrent = self.tmp / 'tree.torrent'
        self.links = []
        for path, torrent in ((self.single, self.single_torrent), (self.tree, self.tree_torrent)):
            made = shoal.create(self, path, torrent, '-t', url, f'--piece-size={PIECE}')
            self.links.append(f'magnet:?xt=urn:btih:{made["info_hash"]}&tr={urllib.parse.quote(url, safe="")}')
        self.hashes = [shoal.show(self, path)['info_hash_v1'] for path in (self.single_torrent, self.tree_torrent)]
        # One that names seeds to everybody: aria2 says of a link that nothing is left.
        self.tracker = trackers.start_opentracker(self, self.hashes, port=PORT)

    def check_transfer(self, folder, with_empty=True):
        samples.check_same(self, self.single, folder / self.single.name)
        samples.check_same(self, self.tree, folder / self.tree.name, with_empty)

    def test_details_from_client(self):
        client = self.CLIENT(self).start()
        for torrent in (self.single_torrent, self.tree_torrent):
            client.add(torrent, self.source)
        for info_hash in self.hashes:
            client.wait_complete(info_hash)
            self.tracker.wait_for_seeds(info_hash)
        got = self.tmp / 'got'
        get = shoal.start_get(self, self.links, got, '--allow-local')
        shoal.finish_get(self, get)
        self.check_transfer(got)
        self.assertEqual(get.find('bad_piece'), [])
        for info_hash, path, files in zip(self.hashes, (self.single, self.tree), (1, len(samples.TREE))):
            details = get.find('metadata', info_hash=info_hash)
            self.assertEqual([(d['name'], d['files']) for d in details], [(path.name, files)])
            seen = [e['client'] for e in get.find('peer', state='connected', info_hash=info_hash)]
            self.assertTrue(any((name or '').startswith(self.CLIENT.SHOWN_AS) for name in seen), seen)

    def test_details_to_client(self):
        seeds = [shoal.start_seed(self, self.single_torrent, self.single, state=self.tmp / 'state-1'),
                 shoal.start_seed(self, self.tree_torrent, self.source, state=self.tmp / 'state-2')]
        for info_hash in self.hashes:
            self.tracker.wait_for_seeds(info_hash)
        client = self.CLIENT(self).start()
        got = self.folder('got')
        for link in self.links:
            client.add_magnet(link, got)
        for info_hash in self.hashes:
            client.wait_complete(info_hash)
        client.stop()
        self.check_transfer(got, self.CLIENT.MAKES_EMPTY_FILES)
        for seed in seeds:
            shoal.stop_cleanly(self, seed)


class TransmissionTest(MagnetTests, harness.TestCase):
    CLIENT = clients.Transmission


class Aria2Test(MagnetTests, harness.TestCase):
    CLIENT = clients.Aria2


class QBittorrentTest(MagnetTests, harness.TestCase):
    CLIENT = clients.QBittorrent


class RTorrentTest(MagnetTests, harness.TestCase):
    CLIENT = clients.RTorrent


class LibTorrentTest(MagnetTests, harness.TestCase):
    CLIENT = clients.LibTorrent


if __name__ == '__main__':
    harness.main(needs=('opentracker',))

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shoal against each of the other clients, both ways, a single file and a tree, over HTTP and UDP trackers.

The argument names the class of one client."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import clients
import harness
import makers
import samples
import shoal
import trackers

OPEN_PORT, OUR_PORT = 6901, 6902


class ClientTests:
    CLIENT = None
    MAKERS = ()  # of the single file, of the tree

    def setUp(self):
        super().setUp()
        if not clients.is_installed(self.CLIENT):
            self.skipTest(f'{self.CLIENT.PROGRAM} is not installed')
        self.source = self.folder('source')
        self.single = samples.make_single(self.source)
        self.tree = samples.make_tree(self.source)

    def tree_transport(self):
        return self.CLIENT.TRANSPORTS[-1]

    def make_torrents(self, single_url, tree_url):
        """A single file and a tree with one tracker each, and both trackers running."""
        self.single_torrent, self.single_hash = makers.make(self, self.MAKERS[0], self.single, [single_url])
        self.tree_torrent, self.tree_hash = makers.make(self, self.MAKERS[1], self.tree, [tree_url])
        self.theirs = trackers.start_opentracker(self, [self.single_hash, self.tree_hash], port=OPEN_PORT)
        self.ours = trackers.start_shoal_tracker(self, port=OUR_PORT)

    def check_transfer(self, folder, with_empty=True):
        samples.check_same(self, self.single, folder / self.single.name)
        samples.check_same(self, self.tree, folder / self.tree.name, with_empty)

    def test_client_seeds_to_shoal(self):
        open_tracker = trackers.Tracker(harness.TRACKER4, OPEN_PORT)
        our_tracker = trackers.Tracker(harness.TRACKER4, OUR_PORT)
        self.make_torrents(open_tracker.url('http'), our_tracker.url(self.tree_transport()))
        client = self.CLIENT(self).start()
        for torrent in (self.single_torrent, self.tree_torrent):
            client.add(torrent, self.source)
        for info_hash in (self.single_hash, self.tree_hash):
            client.wait_complete(info_hash)
        self.theirs.wait_for_seeds(self.single_hash)
        self.ours.wait_for_seeds(self.tree_hash)
        got = self.tmp / 'got'
        get = shoal.start_get(self, [self.single_torrent, self.tree_torrent], got)
        shoal.finish_get(self, get)
        self.assertEqual(len(get.find('complete')), 2, get.tail())
        self.assertEqual(get.find('bad_piece'), [])
        self.check_transfer(got)
        for info_hash in (self.single_hash, self.tree_hash):
            seen = [e['client'] for e in get.find('peer', state='connected', info_hash=info_hash)]
            self.assertTrue(any((name or '').startswith(self.CLIENT.SHOWN_AS) for name in seen), seen)

    def test_shoal_seeds_to_client(self):
        open_tracker = trackers.Tracker(harness.TRACKER4, OPEN_PORT)
        our_tracker = trackers.Tracker(harness.TRACKER4, OUR_PORT)
        self.make_torrents(our_tracker.url('http'), open_tracker.url(self.tree_transport()))
        seeds = [shoal.start_seed(self, self.single_torrent, self.single),
                 shoal.start_seed(self, self.tree_torrent, self.source)]
        self.ours.wait_for_seeds(self.single_hash)
        self.theirs.wait_for_seeds(self.tree_hash)
        client = self.CLIENT(self).start()
        got = self.folder('got')
        for torrent in (self.single_torrent, self.tree_torrent):
            client.add(torrent, got)
        for info_hash in (self.single_hash, self.tree_hash):
            client.wait_complete(info_hash)
        client.stop()
        self.check_transfer(got, self.CLIENT.MAKES_EMPTY_FILES)
        for seed, path in zip(seeds, (self.single, self.tree)):
            stopped = shoal.stop_cleanly(self, seed)
            size = sum(p.stat().st_size for p in ([path] if path.is_file() else path.rglob('*')) if p.is_file())
            self.assertGreaterEqual(stopped['uploaded'], size)


class TransmissionTest(ClientTests, harness.TestCase):
    CLIENT = clients.Transmission
    MAKERS = (makers.with_libtorrent, makers.with_mktorrent)


class Aria2Test(ClientTests, harness.TestCase):
    CLIENT = clients.Aria2
    MAKERS = (makers.with_transmission, makers.with_mktorrent)


class QBittorrentTest(ClientTests, harness.TestCase):
    CLIENT = clients.QBittorrent
    MAKERS = (makers.with_shoal, makers.with_libtorrent_hybrid)


class RTorrentTest(ClientTests, harness.TestCase):
    CLIENT = clients.RTorrent
    MAKERS = (makers.with_transmission, makers.with_shoal)


class LibTorrentTest(ClientTests, harness.TestCase):
    CLIENT = clients.LibTorrent
    MAKERS = (makers.with_shoal, makers.with_libtorrent_pads)


if __name__ == '__main__':
    harness.main(needs=('opentracker', 'mktorrent', 'transmission-create'))

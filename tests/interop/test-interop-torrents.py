#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Torrents that other programs made, read by ours, and ours read by them: the same info-hash, the same files."""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import makers
import samples
import shoal

TRACKERS = ('http://tracker.invalid/announce', 'udp://tracker.invalid:6969/announce')

LIBTORRENT_READS = '''
import json, sys, libtorrent as lt
info = lt.torrent_info(sys.argv[1])
hashes, files = info.info_hashes(), info.files()
print(json.dumps({
    "v1": str(hashes.v1) if hashes.has_v1() else None,
    "v2": str(hashes.v2) if hashes.has_v2() else None,
    "files": [[files.file_path(i), files.file_size(i), bool(files.file_flags(i) & lt.file_storage.flag_pad_file)]
              for i in range(files.num_files())],
    "trackers": [[t.url, t.tier] for t in info.trackers()], "private": info.priv(), "pieces": info.num_pieces()}))
'''


def files_of(source):
    """Path (with the top folder) and size of each file, as a torrent of source must list them."""
    if source.is_file():
        return {(source.name, source.stat().st_size)}
    return {(str(p.relative_to(source.parent)), p.stat().st_size) for p in source.rglob('*') if p.is_file()}


class TorrentsTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        source = self.folder('source')
        self.single = samples.make_single(source, size=3 * samples.MIB + 77)
        self.tree = samples.make_tree(source)

    def libtorrent_reads(self, torrent):
        return json.loads(self.check_program(['/usr/bin/python3', '-c', LIBTORRENT_READS, torrent]))

    def check_others_agree(self, torrent, info_hash):
        shown = self.check_program(['transmission-show', torrent])
        self.assertEqual(re.search(r'Hash(?: v1)?: ([0-9a-f]{40})', shown)[1], info_hash)
        shown = self.check_program(['aria2c', '--show-files', torrent])
        self.assertEqual(re.search(r'Info Hash: ([0-9a-f]{40})', shown)[1], info_hash)

    def check_maker(self, maker, source, lists_all=True, is_hybrid=False):
        torrent, info_hash = makers.make(self, maker, source, TRACKERS)
        ours = shoal.show(self, torrent)
        theirs = self.libtorrent_reads(torrent)
        self.assertEqual(ours['info_hash_v1'], info_hash)
        self.assertEqual([ours['info_hash_v1'], ours['info_hash_v2']], [theirs['v1'], theirs['v2']])
        if not is_hybrid:  # Transmission 3.00 cannot read those
            self.check_others_agree(torrent, info_hash)
        self.assertEqual([(f['path'], f['size']) for f in ours['files'] if not f['pad']],
                         [(path, size) for path, size, pad in theirs['files'] if not pad])
        self.assertEqual([f['index'] for f in ours['files']], list(range(1, len(theirs['files']) + 1)))
        self.assertEqual([f['pad'] for f in ours['files']], [pad for _, _, pad in theirs['files']])
        # Transmission 4 makes one tier of them all, the others one of each.
        tiers = [[url, number] for number, tier in enumerate(ours['trackers']) for url in tier]
        self.assertEqual(sorted(tiers), sorted(theirs['trackers']))
        self.assertEqual(sorted(url for url, _ in tiers), sorted(TRACKERS))
        self.assertEqual((ours['piece_length'], ours['pieces']), (64 << 10, theirs['pieces']))
        listed = {(f['path'], f['size']) for f in ours['files'] if not f['pad']}
        if lists_all:
            self.assertEqual(listed, files_of(source))
        self.assertEqual(ours['size'], sum(size for _, size in listed))
        verified = json.loads(self.check_program([harness.SHOAL_CLI, 'verify', '--json', torrent, source]))
        self.assertEqual((verified['good'], verified['bad']), (ours['pieces'], []))

    def test_transmission_create(self):
        self.check_maker(makers.with_transmission, self.single)
        # It leaves empty and hidden files out.
        self.check_maker(makers.with_transmission, self.tree, lists_all=False)

    def test_mktorrent(self):
        self.check_maker(makers.with_mktorrent, self.single)
        self.check_maker(makers.with_mktorrent, self.tree)

    def test_libtorrent(self):
        self.check_maker(makers.with_libtorrent, self.single)
        self.check_maker(makers.with_libtorrent, self.tree)

    def test_libtorrent_pad_files(self):
        self.check_maker(makers.with_libtorrent_pads, self.tree)

    def test_libtorrent_hybrid(self):
        self.check_maker(makers.with_libtorrent_hybrid, self.single, is_hybrid=True)
        self.check_maker(makers.with_libtorrent_hybrid, self.tree, is_hybrid=True)

    def test_libtorrent_v2_only_is_shown_and_refused(self):
        out = self.tmp / 'v2.torrent'
        makers.with_libtorrent(self, self.tree, out, TRACKERS, 64 << 10, makers.V2_ONLY)
        ours, theirs = shoal.show(self, out), self.libtorrent_reads(out)
        self.assertEqual((ours['info_hash_v1'], ours['info_hash_v2']), (None, theirs['v2']))
        for verb in (['get', '-d', self.tmp / 'got', out], ['seed', out, self.tree]):
            done = self.run_program([harness.SHOAL_CLI, *verb])
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertRegex(done.stderr, 'v2')
        self.assertFalse((self.tmp / 'got').exists())

    def test_ours(self):
        self.check_maker(makers.with_shoal, self.single)
        self.check_maker(makers.with_shoal, self.tree)

    def test_our_options_reach_the_others(self):
        out = self.tmp / 'private.torrent'
        made = shoal.create(self, self.tree, out, '--private', '--source=TEST – ü', '--comment=a comment', '-t',
                            'http://a.invalid/announce,http://b.invalid/announce', '-t', 'udp://c.invalid:1',
                            '--web-seed=http://w.invalid/files/')
        theirs = self.libtorrent_reads(out)
        self.assertEqual((theirs['v1'], theirs['private']), (made['info_hash'], True))
        # Within a tier libtorrent shuffles.
        self.assertEqual(sorted(theirs['trackers']), [['http://a.invalid/announce', 0], ['http://b.invalid/announce', 0],
                                                      ['udp://c.invalid:1', 1]])
        self.check_others_agree(out, made['info_hash'])
        shown = self.check_program(['transmission-show', out])
        self.assertIn('Privacy: Private', shown)
        self.assertIn('a comment', shown)
        top = bencode.decode(out.read_bytes())
        self.assertEqual(top[b'info'][b'source'].decode(), 'TEST – ü')
        self.assertIn(top[b'url-list'], (b'http://w.invalid/files/', [b'http://w.invalid/files/']))
        ours = shoal.show(self, out)
        self.assertEqual((ours['private'], ours['source'], ours['comment']), (True, 'TEST – ü', 'a comment'))

    def test_same_input_same_bytes(self):
        for name in ('one', 'two'):
            shoal.create(self, self.tree, self.tmp / name, '--no-date', '-t', TRACKERS[0])
        self.assertEqual((self.tmp / 'one').read_bytes(), (self.tmp / 'two').read_bytes())


if __name__ == '__main__':
    harness.main(needs=('mktorrent', 'transmission-create', 'transmission-show', 'aria2c'))

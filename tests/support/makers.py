# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Torrents made by other programs, and by ours."""
import pathlib

import bencode
import shoal


def with_transmission(test, path, out, trackers, piece_size):
    options = [word for url in trackers for word in ('-t', url)]
    test.check_program(['transmission-create', '-s', piece_size // 1024, '-c', 'a comment – ü', *options,
                        '-o', out, path])


def with_mktorrent(test, path, out, trackers, piece_size):
    options = [word for url in trackers for word in ('-a', url)]
    test.check_program(['mktorrent', '-l', piece_size.bit_length() - 1, *options, '-o', out, path])


LIBTORRENT = '''
import sys, libtorrent as lt
out, path, folder, size, flags, *trackers = sys.argv[1:]
files = lt.file_storage()
lt.add_files(files, path)
torrent = lt.create_torrent(files, int(size), int(flags))
for tier, url in enumerate(trackers):
    torrent.add_tracker(url, tier)
lt.set_piece_hashes(torrent, folder)
open(out, "wb").write(lt.bencode(torrent.generate()))
'''
V2_ONLY, V1_ONLY, CANONICAL = 32, 64, 128


def with_libtorrent(test, path, out, trackers, piece_size, flags=V1_ONLY):
    path = pathlib.Path(path)
    test.check_program(['/usr/bin/python3', '-c', LIBTORRENT, out, path, path.parent, piece_size, flags, *trackers])


def with_libtorrent_pads(test, path, out, trackers, piece_size):
    with_libtorrent(test, path, out, trackers, piece_size, V1_ONLY | CANONICAL)


def with_libtorrent_hybrid(test, path, out, trackers, piece_size):
    with_libtorrent(test, path, out, trackers, piece_size, 0)


def with_shoal(test, path, out, trackers, piece_size):
    options = [word for url in trackers for word in ('-t', url)]
    shoal.create(test, path, out, f'--piece-size={piece_size}', *options)


def make(test, maker, path, trackers, piece_size=64 << 10, name=None):
    """A torrent of path made by one of the functions above; returns its path and info-hash."""
    name = name or f'{pathlib.Path(path).name}-{maker.__name__}'
    out = test.tmp / f'{name}.torrent'
    maker(test, path, out, list(trackers), piece_size)
    return out, bencode.info_hash_of(out)

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What libtorrent makes of a folder, and what it reads in a torrent.

make-interop.py make PATH KIND PIECE_LENGTH OUT     KIND: v1, v2, hybrid
make-interop.py show TORRENT
Both print: v1 hash or -, v2 hash or -, name, pieces, then a line "size path" for each file."""
import os
import sys

import libtorrent


def show(info):
    hashes = info.info_hashes()
    print(hashes.v1 if hashes.has_v1() else '-')
    print(hashes.v2 if hashes.has_v2() else '-')
    print(info.name())
    print(info.num_pieces())
    files = info.files()
    for i in range(files.num_files()):
        print(files.file_size(i), files.file_path(i))


def make(path, kind, piece_length, out):
    flags = {'v1': libtorrent.create_torrent.v1_only, 'v2': libtorrent.create_torrent.v2_only, 'hybrid': 0}[kind]
    files = libtorrent.file_storage()
    libtorrent.add_files(files, path)
    torrent = libtorrent.create_torrent(files, int(piece_length), flags)
    torrent.add_tracker('http://tracker.example/announce')
    libtorrent.set_piece_hashes(torrent, os.path.dirname(path))
    data = libtorrent.bencode(torrent.generate())
    with open(out, 'wb') as file:
        file.write(data)
    show(libtorrent.torrent_info(out))


def main():
    if sys.argv[1] == 'make':
        make(*sys.argv[2:])
    else:
        show(libtorrent.torrent_info(sys.argv[2]))


main()

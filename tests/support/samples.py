# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to share: made from a seed, compared by SHA-256."""
import hashlib
import os
import pathlib
import random

MIB = 1 << 20
PIECE = 64 << 10


def write_random(path, size, seed):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    source = random.Random(seed)
    with open(path, 'wb') as file:
        while size > 0:
            chunk = source.randbytes(min(size, MIB))
            file.write(chunk)
            size -= len(chunk)
    return path


def make_single(folder, name='single.bin', size=16 * MIB + 12345, seed=1):
    return write_random(pathlib.Path(folder) / name, size, seed)


# Path and size: whole pieces first, so that files end on piece borders in the order of their names, which all
# makers of torrents use; then empty files, nested folders and names outside ASCII.
TREE = (
    ('a/border one.bin', 2 * PIECE),
    ('a/border two.bin', 1 * PIECE),
    ('a/border three/deep/deeper/x.bin', 16 * PIECE),
    ('b/empty', 0),
    ('b/empty folder/also empty.txt', 0),
    ('c/completes.1', 1000),
    ('c/completes.2', PIECE - 1000),
    ('d/one byte', 1),
    ('d/Ünïcödé – 日本語 ☃.dat', 3 * MIB + 7),
    ('d/кириллица/اَلْعَرَبِيَّةُ.dat', 700_001),
    ('e/.hidden', 17),
    ("e/it's [bracketed] & #1 100%.bin", 123_457),  # no double quote: Transmission 3.00 makes that an underline
    ('z/last', 2 * MIB + 1),
)


def make_tree(folder, name='tree ñ', seed=2, files=TREE):
    top = pathlib.Path(folder) / name
    for number, (path, size) in enumerate(files):
        write_random(top / path, size, seed * 1000 + number)
    return top


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while chunk := file.read(MIB):
            digest.update(chunk)
    return digest.hexdigest()


def digests(path):
    """Relative path → SHA-256 of every file at or below path."""
    path = pathlib.Path(path)
    if path.is_file():
        return {'': sha256_of(path)}
    return {str(p.relative_to(path)): sha256_of(p) for p in sorted(path.rglob('*')) if p.is_file()}


EMPTY = hashlib.sha256().hexdigest()


def check_same(test, expected, got, with_empty=True):
    """Every file of `expected` is at `got` with the same content, and nothing else is; with_empty: empty files too, which
    not every program makes."""
    expected_digests, got_digests = digests(expected), digests(got)
    if not with_empty:
        expected_digests = {path: digest for path, digest in expected_digests.items()
                            if digest != EMPTY or path in got_digests}
    test.assertEqual(sorted(got_digests), sorted(expected_digests), f'files below {got}')
    test.assertEqual(got_digests, expected_digests, f'content below {got}')


def files_below(path):
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)

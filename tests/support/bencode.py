# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bencoding, and torrents made without any program under test."""
import hashlib
import pathlib
import re


def encode(value):
    if isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, int):
        return b'i%de' % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, (bytes, bytearray)):
        return b'%d:%s' % (len(value), bytes(value))
    if isinstance(value, (list, tuple)):
        return b'l' + b''.join(map(encode, value)) + b'e'
    pairs = sorted((k.encode() if isinstance(k, str) else k, v) for k, v in value.items())
    return b'd' + b''.join(encode(k) + encode(v) for k, v in pairs) + b'e'


def decode_prefix(data, at=0):
    """The value that begins at data[at], and where it ends. Keys and strings are bytes."""
    kind = data[at:at + 1]
    if kind == b'i':
        end = data.index(b'e', at)
        return int(data[at + 1:end]), end + 1
    if kind == b'l':
        items, at = [], at + 1
        while data[at:at + 1] != b'e':
            item, at = decode_prefix(data, at)
            items.append(item)
        return items, at + 1
    if kind == b'd':
        pairs, at = {}, at + 1
        while data[at:at + 1] != b'e':
            key, at = decode_prefix(data, at)
            pairs[key], at = decode_prefix(data, at)
        return pairs, at + 1
    colon = data.index(b':', at)
    size = int(data[at:colon])
    if len(data) < colon + 1 + size:
        raise ValueError('string beyond the end')
    return data[colon + 1:colon + 1 + size], colon + 1 + size


def decode(data):
    return decode_prefix(data)[0]


class Torrent:
    """A v1 torrent. files: list of (path parts, bytes), or bytes for a single file."""

    def __init__(self, name, content, piece_length, trackers=(), extra_info=None, extra=None):
        self.piece_length = piece_length
        self.info = {'name': name, 'piece length': piece_length, **(extra_info or {})}
        if isinstance(content, (bytes, bytearray)):
            self.data = bytes(content)
            self.info['length'] = len(content)
        else:
            self.data = b''.join(data for _, data in content)
            self.info['files'] = [{'path': list(path), 'length': len(data)} for path, data in content]
        self.pieces = [self.data[at:at + piece_length] for at in range(0, len(self.data), piece_length)]
        self.info['pieces'] = b''.join(hashlib.sha1(piece).digest() for piece in self.pieces)
        self.top = {'info': self.info, **(extra or {})}
        if trackers:
            self.top['announce'] = trackers[0]
            self.top['announce-list'] = [[url] for url in trackers]
        self.info_hash = hashlib.sha1(encode(self.info)).digest()

    def write(self, path):
        path = pathlib.Path(path)
        path.write_bytes(encode(self.top))
        return path


def info_hash_of_magnet(uri):
    return re.search('urn:btih:([0-9a-fA-F]{40})', uri)[1].lower()


def info_hash_of(path):
    """The v1 info-hash, in hex, of the info dictionary as it stands in the file."""
    data = pathlib.Path(path).read_bytes()
    assert data[:1] == b'd'
    at = 1
    while data[at:at + 1] != b'e':
        key, at = decode_prefix(data, at)
        begin = at
        _, at = decode_prefix(data, at)
        if key == b'info':
            return hashlib.sha1(data[begin:at]).hexdigest()
    raise ValueError('no info dictionary')

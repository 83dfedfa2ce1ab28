#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many peers that do nothing: they connect, say which half of the pieces they have, and stay.

idle_crowd.py ADDRESS PORT INFO_HASH PIECES COUNT. Each comes from an address of its own below 10.77/16. Says "ready" when
all have been answered; ends when its input does, and says how many were still there, and what they were told."""
import pathlib
import random
import resource
import select
import socket
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'support'))
import wirepeer

AT_ONCE = 50  # connections under way
KEEP_ALIVE_SECONDS = 60


class Peer:
    def __init__(self, number, where, info_hash, bits):
        self.link = socket.socket()
        self.link.bind((f'10.77.{16 + number // 250}.{1 + number % 250}', 0))
        self.link.settimeout(20)
        self.link.connect(where)
        self.link.sendall(wirepeer.PROTOCOL + wirepeer.FAST.to_bytes(8, 'big') + info_hash + wirepeer.make_peer_id() +
                          struct.pack('>IB', 1 + len(bits), wirepeer.BITFIELD) + bits)
        self.n_read = 0

    def read(self):
        """False: the other side has closed."""
        try:
            data = self.link.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.n_read += len(data)
        return bool(data)


def make_bits(count):
    """A random half."""
    bits = bytearray((count + 7) // 8)
    for piece in random.sample(range(count), count // 2):
        bits[piece // 8] |= 0x80 >> piece % 8
    return bytes(bits)


def main():
    address, port, info_hash, n_pieces, count = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    peers = []
    for number in range(int(count)):
        peers.append(Peer(number, (address, int(port)), bytes.fromhex(info_hash), make_bits(int(n_pieces))))
        if number >= AT_ONCE:
            peers[number - AT_ONCE].read()
    for peer in peers:
        if peer.n_read == 0:
            peer.read()
        peer.link.setblocking(False)
    print('ready', flush=True)
    said = time.monotonic()
    while not select.select([sys.stdin], [], [], 0.5)[0]:
        peers = [peer for peer in peers if peer.read()]
        if time.monotonic() - said > KEEP_ALIVE_SECONDS:
            said = time.monotonic()
            for peer in peers:
                peer.link.send(bytes(4))
    print(len(peers), sum(peer.n_read for peer in peers), flush=True)


if __name__ == '__main__':
    main()

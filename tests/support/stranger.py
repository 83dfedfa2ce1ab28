#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""stranger.py ADDRESS PORT: a node of the DHT that knows no other. Whoever announces a torrent to it is visited, as a peer
would; what was announced, and what was said to the visitor, comes out as JSON, one event a line."""
import json
import os
import pathlib
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bencode
import wirepeer
from wirepeer import EXTENDED, EXTENSIONS

PORT = 9  # BEP 5
HAS_DHT = 1  # of the reserved bits


def say(event, **fields):
    print(json.dumps({'event': event, **fields}), flush=True)


def visit(info_hash, address, port):
    """Where it listens and where its node is, as it says."""
    wire = wirepeer.Wire.connect(address, port)
    wire.send_handshake(info_hash, wirepeer.make_peer_id(), EXTENSIONS | HAS_DHT)
    wire.read_handshake()
    said = {}
    while len(said) < 2:
        number, payload = wire.receive_until(EXTENDED, PORT)
        if number == PORT:
            said['dht_port'] = struct.unpack('>H', payload)[0]
        elif payload[0] == 0:
            said['listen_port'] = bencode.decode(payload[1:])[b'p']
    wire.close()
    return said


def main():
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.bind((sys.argv[1], int(sys.argv[2])))
    own_id = os.urandom(20)
    while True:
        data, sender = link.recvfrom(65536)
        message = bencode.decode(data)
        if message.get(b'y') != b'q':
            continue
        answer = {'id': own_id}
        if message[b'q'] in (b'find_node', b'get_peers'):
            answer.update(nodes=b'', token=b'token')
        link.sendto(bencode.encode({'r': answer, 't': message[b't'], 'y': 'r'}), sender)
        if message[b'q'] == b'announce_peer':
            asked = message[b'a']
            is_implied = bool(asked.get(b'implied_port'))
            where = {'address': sender[0], 'port': asked[b'port']}
            say('announce', implied=is_implied, **where)
            if not is_implied:
                say('visit', **where, **visit(asked[b'info_hash'], **where))


main()

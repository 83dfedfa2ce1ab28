# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A peer whose every message is written here: it counts what it is asked, is as slow or as false as a test wants."""
import contextlib
import random
import socket
import struct
import threading
import time

import bencode

PROTOCOL = b'\x13BitTorrent protocol'
BLOCK = 16384
CHOKE, UNCHOKE, INTERESTED, NOT_INTERESTED, HAVE, BITFIELD, REQUEST, PIECE, CANCEL = range(9)
SUGGEST, HAVE_ALL, HAVE_NONE, REJECT, ALLOWED_FAST, EXTENDED = 13, 14, 15, 16, 17, 20
FAST, EXTENSIONS = 0x04, 0x100000  # of the reserved bytes, as one number


def make_peer_id(prefix=b'-PY0001-'):
    return prefix + random.SystemRandom().randbytes(20 - len(prefix))


class Closed(Exception):
    """The other side closed the connection, or it broke."""


class Wire:
    """One connection, blocking, with whole messages."""

    def __init__(self, link):
        self.link = link
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b''
        self.lock = threading.Lock()

    @classmethod
    def connect(cls, address, port, timeout=10, bind=None):
        family = socket.AF_INET6 if ':' in address else socket.AF_INET
        link = socket.socket(family)
        link.settimeout(timeout)
        if bind is not None:
            link.bind((bind, 0))
        link.connect((address, port))
        return cls(link)

    def read(self, size):
        while len(self.pending) < size:
            try:
                data = self.link.recv(65536)
            except (ConnectionError, OSError) as error:
                if isinstance(error, TimeoutError):
                    raise
                raise Closed(str(error)) from None
            if not data:
                raise Closed('end of stream')
            self.pending += data
        data, self.pending = self.pending[:size], self.pending[size:]
        return data

    def write(self, data):
        try:
            with self.lock:
                self.link.sendall(data)
        except (ConnectionError, OSError) as error:
            raise Closed(str(error)) from None

    def send_handshake(self, info_hash, peer_id, reserved=FAST | EXTENSIONS):
        self.write(PROTOCOL + reserved.to_bytes(8, 'big') + info_hash + peer_id)

    def read_handshake(self):
        """Reserved bits, info-hash and peer-id of the other side."""
        data = self.read(68)
        if data[:20] != PROTOCOL:
            raise Closed(f'not a handshake: {data[:20]!r}')
        return int.from_bytes(data[20:28], 'big'), data[28:48], data[48:]

    def send(self, number, payload=b''):
        self.write(struct.pack('>IB', 1 + len(payload), number) + payload)

    def send_extended(self, **fields):
        self.send(EXTENDED, b'\0' + bencode.encode({'m': {}, **fields}))

    def receive(self):
        """The next message: number and payload; keep-alives are passed over."""
        while True:
            size = int.from_bytes(self.read(4), 'big')
            if size > 0:
                data = self.read(size)
                return data[0], data[1:]

    def receive_until(self, *numbers):
        while True:
            number, payload = self.receive()
            if number in numbers:
                return number, payload

    def wait_closed(self, seconds=15):
        """Reads until the other side closes; False if it did not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.link.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                self.read(1)
            except Closed:
                return True
            except TimeoutError:
                return False
        return False

    def close(self):
        with contextlib.suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)
        self.link.close()


class Pace:
    """Bytes per second, smoothly; 0: as fast as it goes."""

    def __init__(self, rate):
        self.rate = rate
        self.next = time.monotonic()
        self.lock = threading.Lock()

    def take(self, size):
        if not self.rate:
            return
        with self.lock:
            now = time.monotonic()
            self.next = max(self.next, now - 0.05) + size / self.rate
            wait = self.next - now
        if wait > 0:
            time.sleep(wait)


class Seed:
    """Serves a torrent (bencode.Torrent) to whoever connects, or to whom connect () goes."""

    def __init__(self, test, torrent, address, port=0, rate=0, reqq=250, peer_id=None, has=None, reserved=FAST | EXTENSIONS):
        self.torrent, self.address, self.reqq, self.reserved = torrent, address, reqq, reserved
        self.peer_id = peer_id or make_peer_id()
        self.pace = Pace(rate)
        self.has = set(range(len(torrent.pieces))) if has is None else set(has)
        self.requests = []         # (piece, begin, length) in the order they came
        self.max_outstanding = 0   # requests received and not answered, the most ever, of one connection
        self.sent_bytes = 0
        self.n_connections = 0
        self.n_refused = 0         # connections that were closed before the first request
        self.is_closed = False
        self.links = []
        family = socket.AF_INET6 if ':' in address else socket.AF_INET
        self.listener = socket.create_server((address, port), family=family, backlog=16)
        self.port = self.listener.getsockname()[1]
        test.addCleanup(self.close)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.is_closed = True
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for wire in list(self.links):
            wire.close()

    def drop_links(self):
        for wire in list(self.links):
            wire.close()

    def _accept(self):
        while not self.is_closed:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(Wire(link), False), daemon=True).start()

    def connect(self, address, port, bind=None):
        """Goes to a peer by itself; returns at once."""
        def go():
            with contextlib.suppress(OSError):
                self._serve(Wire.connect(address, port, bind=bind or self.address), True)
        thread = threading.Thread(target=go, daemon=True)
        thread.start()
        return thread

    def _serve(self, wire, is_ours):
        self.links.append(wire)
        self.n_connections += 1
        before = len(self.requests)
        try:
            if is_ours:
                wire.send_handshake(self.torrent.info_hash, self.peer_id, self.reserved)
                reserved, _, _ = wire.read_handshake()
            else:
                wire.link.settimeout(20)
                reserved, _, _ = wire.read_handshake()
                wire.send_handshake(self.torrent.info_hash, self.peer_id, self.reserved)
            wire.link.settimeout(None)
            self.greet(wire, reserved & self.reserved)
            self._talk(wire)
        except (Closed, OSError, TimeoutError):
            self.n_refused += len(self.requests) == before
        finally:
            wire.close()
            self.links.remove(wire)

    def greet(self, wire, common):
        if common & EXTENSIONS:
            wire.send_extended(reqq=self.reqq, v='Scripted 1.0')
        if common & FAST and len(self.has) == len(self.torrent.pieces):
            wire.send(HAVE_ALL)
        else:
            wire.send(BITFIELD, self.bitfield())

    def bitfield(self):
        bits = bytearray((len(self.torrent.pieces) + 7) // 8)
        for piece in self.has:
            bits[piece // 8] |= 0x80 >> piece % 8
        return bytes(bits)

    def _talk(self, wire):
        queue, ready = [], threading.Condition()
        sender = threading.Thread(target=self._send_blocks, args=(wire, queue, ready), daemon=True)
        sender.start()
        try:
            while True:
                number, payload = wire.receive()
                if number == INTERESTED:
                    wire.send(UNCHOKE)
                elif number == REQUEST:
                    request = struct.unpack('>III', payload)
                    self.requests.append(request)
                    with ready:
                        queue.append(request)
                        self.max_outstanding = max(self.max_outstanding, len(queue))
                        ready.notify()
                elif number == CANCEL:
                    request = struct.unpack('>III', payload)
                    with ready:
                        # With BEP 6 a cancelled request is answered all the same.
                        if request in queue[1:]:
                            queue.remove(request)
                            wire.send(REJECT, payload)
                else:
                    self.on_message(wire, number, payload)
        finally:
            with ready:
                queue.clear()
                queue.append(None)
                ready.notify()
            sender.join(1)

    def _send_blocks(self, wire, queue, ready):
        while True:
            with ready:
                while not queue:
                    ready.wait()
                request = queue[0]
            if request is None:
                return
            piece, begin, length = request
            data = self.make_block(piece, begin, length)
            self.pace.take(length)
            if data is not None:
                with contextlib.suppress(Closed):
                    wire.send(PIECE, struct.pack('>II', piece, begin) + data)
                    self.sent_bytes += len(data)
            with ready:
                if queue and queue[0] == request:
                    queue.pop(0)

    def make_block(self, piece, begin, length):
        """What is sent; None withholds it."""
        return self.torrent.pieces[piece][begin:begin + length]

    def on_message(self, wire, number, payload):
        pass

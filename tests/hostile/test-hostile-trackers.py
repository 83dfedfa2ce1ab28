#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trackers that mean harm, or are broken: no hang, no growth, no address contacted that must not be, text made safe."""
import contextlib
import gzip
import http.server
import os
import pathlib
import socket
import struct
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import bencode
import harness
import shoal
import wirepeer

KIB, MIB = 1 << 10, 1 << 20


class Server:
    """An HTTP server whose answer to every request is a function of the handler."""

    def __init__(self, test, answer, address=harness.TRACKER4):
        self.requests = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                server.requests.append(self.path)
                with contextlib.suppress(OSError):
                    answer(self)
                self.close_connection = True

            def log_message(self, *arguments):
                pass
        self.server = http.server.ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        self.base = f'http://{address}:{self.server.server_port}'
        self.url = self.base + '/announce'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)


def give(body, status=200, **headers):
    def answer(handler):
        handler.send_response(status)
        handler.send_header('Content-Length', str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace('_', '-'), value)
        handler.end_headers()
        handler.wfile.write(body)
    return answer


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'd8:intervali1800e5:peers')
    while True:
        handler.wfile.write(b'x' * 65536)


def endless_headers(handler):
    handler.wfile.write(b'HTTP/1.1 200 OK\r\n')
    while True:
        handler.wfile.write(b'X-Y: ' + b'z' * 60000 + b'\r\n')


def dripping(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b'd')
        handler.wfile.flush()
        time.sleep(1)


def bomb(handler):
    body = gzip.compress(bytes(200 * MIB), 9)
    give(body, Content_Encoding='gzip', Content_Type='text/plain')(handler)


def compact(*peers):
    return b''.join(socket.inet_aton(address) + struct.pack('>H', port) for address, port in peers)


class TrackerTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.torrent = bencode.Torrent('data.bin', os.urandom(MIB), 64 * KIB)
        self.file = self.torrent.write(self.tmp / 'data.torrent')

    def start(self, *urls, options=()):
        """A `get` whose honest seed comes only once the trackers have had their say."""
        return shoal.start_get(self, self.file, self.tmp / 'got', *[f'--tracker={url}' for url in urls], *options)

    def finish(self, process):
        seed = wirepeer.Seed(self, self.torrent, harness.CLIENT4)
        seed.connect(harness.SHOAL4, process.expect('listening')['tcp'])
        shoal.finish_get(self, process, 30)
        self.assertEqual((self.tmp / 'got/data.bin').read_bytes(), self.torrent.data)

    def check_errors(self, answers):
        """Each is reported as an error of its tracker, and nothing else suffers."""
        servers = {name: Server(self, answer) for name, answer in answers.items()}
        process = self.start(*[server.url for server in servers.values()])
        for name, server in servers.items():
            with self.subTest(name):
                event = process.expect('tracker', url=server.url, seconds=75)
                self.assertEqual(event['status'], 'error', event)
                self.assertTrue(event['message'], event)
        peak = process.status_kib('VmHWM')
        self.finish(process)
        return peak

    def test_broken_answers(self):
        self.check_errors({
            'nothing': give(b''),
            'a page': give(b'<html>hello</html>'),
            'cut': give(b'd8:intervali1800e5:peers6:abc'),
            'a list': give(b'le'),
            'deep': give(b'd1:a' + b'l' * 100_000 + b'e' * 100_000 + b'e'),
            '404': give(b'not here', 404),
            '503': give(b'busy', 503),
            'failure reason': give(bencode.encode({'failure reason': 'go away'})),
        })

    def test_endless_answers(self):
        peak = self.check_errors({'endless': endless, 'endless headers': endless_headers, 'bomb': bomb,
                                  'redirect to itself': lambda h: give(b'', 302, Location=h.path)(h),
                                  'redirect to a file': give(b'', 302, Location='file:///etc/passwd')})
        if harness.PATIENCE == 1:
            self.assertLess(peak, 150 * 1024)

    def test_dripping_answer_does_not_hold_up_the_end(self):
        server = Server(self, dripping)
        process = self.start(server.url)
        harness.wait_until(lambda: server.requests, 10, 'the announce')
        began = time.monotonic()
        process.signal(15)
        self.assertEqual(process.wait(10), 143)
        self.assertLess(time.monotonic() - began, 5.5 * harness.PATIENCE)

    def test_odd_numbers(self):
        """Intervals that would have it ask all the time, or never, and peers that are none."""
        os.system('ip route replace local 5.6.7.0/24 dev lo')
        rows = [{'interval': 0}, {'interval': -1}, {'interval': 1 << 62}, {'interval': 1, 'min interval': 0},
                {'interval': 'soon'}, {'peers': b'12345'}, {'peers': 7}, {'peers': [{'ip': 'x' * 5000, 'port': -1}]},
                {'peers': b'\0' * 6 + b'\xff' * 6}, {'complete': -1, 'incomplete': 1 << 63}, {'peers6': b'x' * 17},
                {'peers': [{}, 1, 'x', {'ip': '1.2.3.4', 'port': 1 << 20}]}, {'tracker id': b'\0&x=' * 100}]
        bodies = [bencode.encode({'interval': 1800, 'peers': b'', **row}) for row in rows]
        bodies.append(b'd8:intervali' + b'9' * 100_000 + b'e5:peers0:e')
        # Seen from a tracker that is not local: a local one may have itself asked every second.
        servers = [Server(self, give(body), address='5.6.7.8') for body in bodies]
        process = shoal.start_get(self, self.file, self.tmp / 'got', bind=None,
                                  *[f'--tracker={server.url}' for server in servers])
        harness.wait_until(lambda: all(server.requests for server in servers), 30, 'all to be asked')
        time.sleep(3)
        # Answered once or refused once, none is asked over and over.
        self.assertLessEqual(max(len(server.requests) for server in servers), 3)
        self.finish(process)

    def test_list_of_a_million_peers(self):
        body = bencode.encode({'interval': 1800, 'peers': os.urandom(6 * 150_000)})
        server = Server(self, give(body))
        process = self.start(server.url)
        process.expect('tracker', url=server.url)
        time.sleep(1)
        if harness.PATIENCE == 1:
            self.assertLess(process.status_kib('RssAnon'), 60 * 1024)
        self.finish(process)

    def test_addresses_that_must_not_be_contacted(self):
        """A tracker at a private address may name private ones; never loopback, link-local, nor metadata services."""
        traps, hits = [], []

        def watch(listener):
            with contextlib.suppress(OSError):
                while True:
                    hits.append(listener.accept()[1])
        for address in ('127.0.0.1', '127.9.9.9', '169.254.169.254', '0.0.0.0'):
            if address.startswith('169'):
                os.system(f'ip address add {address}/32 dev lo 2>/dev/null')
            listener = socket.create_server((address, 0 if address != '0.0.0.0' else 47011))
            self.addCleanup(listener.close)
            traps.append((address, listener.getsockname()[1]))
            threading.Thread(target=watch, args=(listener,), daemon=True).start()
        seed = wirepeer.Seed(self, self.torrent, harness.CLIENT4)
        body = bencode.encode({'interval': 1800, 'peers': compact(*traps, ('224.0.0.1', 5), ('255.255.255.255', 5),
                                                                  (seed.address, seed.port))})
        server = Server(self, give(body))
        process = self.start(server.url)
        shoal.finish_get(self, process, 30)
        self.assertEqual(hits, [])

    def test_redirect_from_outside_to_local(self):
        """A tracker that looks global may not send us to a private one."""
        os.system('ip route replace local 5.6.7.0/24 dev lo')
        inner = Server(self, give(bencode.encode({'interval': 1800, 'peers': b''})))
        outer = Server(self, lambda h: give(b'', 302, Location=inner.url)(h), address='5.6.7.8')
        process = shoal.start_get(self, self.file, self.tmp / 'got', f'--tracker={outer.url}', bind=None)
        event = process.expect('tracker', url=outer.url)
        self.assertEqual(event['status'], 'error', event)
        self.assertEqual(inner.requests, [])
        process.kill()

    def test_outside_tracker_may_not_name_local_peers(self):
        os.system('ip route replace local 5.6.7.0/24 dev lo')
        inside = wirepeer.Seed(self, self.torrent, harness.CLIENT4)
        outside = wirepeer.Seed(self, self.torrent, '5.6.7.9', rate=256 * KIB)
        body = bencode.encode({'interval': 1800, 'peers': compact((inside.address, inside.port),
                                                                  (outside.address, outside.port))})
        server = Server(self, give(body), address='5.6.7.8')
        process = shoal.start_get(self, self.file, self.tmp / 'got', f'--tracker={server.url}', bind=None)
        shoal.finish_get(self, process, 30)
        self.assertEqual(inside.n_connections, 0)
        self.assertIn('--allow-local', process.errors)
        process = shoal.start_get(self, self.file, self.tmp / 'again', f'--tracker={server.url}', '--allow-local',
                                  bind=None, state=self.tmp / 'state-again')
        shoal.finish_get(self, process, 30)
        self.assertGreater(inside.n_connections, 0)

    def test_text_of_strangers_is_made_safe(self):
        evil = 'stop\x1b[2J\x1b]0;owned\x07\r\nshoal-cli: all is well \u202egnp.exe'
        server = Server(self, give(bencode.encode({'failure reason': evil})))
        argv = [word for word in shoal.get_argv(self.file, self.tmp / 'got', self.tmp / 'state', '--timeout=2',
                                                f'--tracker={server.url}') if word != '--json']
        done = self.run_program(argv)
        self.assertEqual(done.returncode, 1)
        self.assertIn('stop', done.stderr)
        for mark in ('\x1b', '\x07', '\r', '\u202e'):
            self.assertNotIn(mark, done.stderr)
        self.assertFalse(any(line.startswith('shoal-cli: all is well') for line in done.stderr.splitlines()))

    def test_own_address(self):
        """A tracker lists ourselves, often: that is found out, and not tried for ever."""
        seed = wirepeer.Seed(self, self.torrent, harness.CLIENT4, rate=256 * KIB)
        port = 40321
        body = bencode.encode({'interval': 1800, 'peers': compact((harness.SHOAL4, port), (seed.address, seed.port))})
        server = Server(self, give(body))
        process = shoal.start_get(self, self.file, self.tmp / 'got', f'--tracker={server.url}', port=port)
        shoal.finish_get(self, process, 30)
        own = [e for e in process.find('peer', state='connected') if e['address'] == f'{harness.SHOAL4}:{port}']
        self.assertLessEqual(len(own), 1)

    def test_private_key_in_the_url_is_kept(self):
        server = Server(self, give(bencode.encode({'interval': 1800, 'peers': b''})))
        process = self.start(server.base + '/announce?passkey=a%2Fb&x=1')
        harness.wait_until(lambda: server.requests, 10, 'the announce')
        query = urllib.parse.urlsplit(server.requests[0]).query
        self.assertTrue(query.startswith('passkey=a%2Fb&x=1&'), query)
        fields = urllib.parse.parse_qs(query, encoding='latin-1')
        self.assertEqual(fields['info_hash'][0].encode('latin-1'), self.torrent.info_hash)
        self.finish(process)


class UdpTest(harness.TestCase):
    def test_liars_on_udp(self):
        """Wrong transaction, wrong source, short, cut, and absurd answers; the right one counts."""
        torrent = bencode.Torrent('data.bin', os.urandom(MIB), 64 * KIB)
        file = torrent.write(self.tmp / 'data.torrent')
        seed = wirepeer.Seed(self, torrent, harness.CLIENT4)
        tracker = socket.socket(type=socket.SOCK_DGRAM)
        tracker.bind((harness.TRACKER4, 0))
        stranger = socket.socket(type=socket.SOCK_DGRAM)
        stranger.bind((harness.OTHER4, 0))
        self.addCleanup(stranger.close)
        trap = wirepeer.Seed(self, torrent, '10.77.9.9')
        announces = []

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    data, who = tracker.recvfrom(2048)
                    action, number = struct.unpack('>II', data[8:16])
                    lie = compact((trap.address, trap.port))
                    for wrong in (b'', b'\0', data[:8], struct.pack('>II', action, number ^ 1) + bytes(12) + lie,
                                  struct.pack('>II', 77, number ^ 1) + bytes(20)):
                        tracker.sendto(wrong, who)
                    if action == 0:
                        stranger.sendto(struct.pack('>IIQ', 0, number, 666), who)
                        tracker.sendto(struct.pack('>IIQ', 0, number, 4711), who)
                    elif action == 1:
                        announces.append(data)
                        stranger.sendto(struct.pack('>IIIII', 1, number, 60, 0, 1) + lie, who)
                        tracker.sendto(struct.pack('>IIIII', 1, number, 1800, 0, 1)
                                       + compact((seed.address, seed.port)) + b'\x01\x02\x03', who)
        threading.Thread(target=serve, daemon=True).start()
        self.addCleanup(tracker.close)
        url = f'udp://{harness.TRACKER4}:{tracker.getsockname()[1]}/announce?key=1'
        process = shoal.start_get(self, file, self.tmp / 'got', f'--tracker={url}')
        shoal.finish_get(self, process, 40)
        self.assertEqual(trap.n_connections, 0)
        self.assertTrue(announces and all(data[:8] == struct.pack('>Q', 4711) for data in announces))


if __name__ == '__main__':
    harness.main()

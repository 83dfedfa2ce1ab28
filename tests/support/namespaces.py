# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second network namespace at the end of a long, thin wire."""
import contextlib
import ctypes
import os
import socket
import subprocess
import threading

from harness import BUILD_ROOT, wait_until

CLONE_NEWNET = 0x40000000
WIRE = BUILD_ROOT / 'tests/support/support-wire'
NEAR4, FAR4 = '10.88.0.1', '10.88.0.2'


def run(*argv):
    subprocess.run([str(word) for word in argv], check=True, capture_output=True)


class FarEnd:
    """Another namespace, `far`, joined by support-wire.c, which stands in for netem: not every kernel has that."""

    def __init__(self, test, delay_ms=50, rate_mbit=200, extra_addresses=()):
        self.name = 'far'
        run('ip', 'netns', 'add', self.name)
        test.on_end(lambda: subprocess.run(['ip', 'netns', 'delete', self.name], capture_output=True))
        self.prefix = ('nsenter', f'--net=/run/netns/{self.name}')
        # Two round trips: as with netem's own queue it is the windows that end the growth, not losses.
        limit = int(rate_mbit * 1e6 / 8 * delay_ms * 4 / 1000)
        wire = test.start([WIRE, f'/run/netns/{self.name}', delay_ms, rate_mbit, limit], 'wire')
        wait_until(lambda: 'ready' in wire.text() or wire.status is not None, 10, 'the wire')
        for prefix, device, address in (((), 'near', NEAR4), (self.prefix, 'far', FAR4)):
            run(*prefix, 'ip', 'address', 'add', address + '/16', 'dev', device)
            run(*prefix, 'ip', 'link', 'set', device, 'mtu', 1500, 'txqueuelen', 10000, 'up')
        for address in extra_addresses:
            run(*self.prefix, 'ip', 'address', 'add', address + '/16', 'dev', 'far')
        run(*self.prefix, 'ip', 'link', 'set', 'lo', 'up')
        run(*self.prefix, 'sysctl', '-q', '-w', 'net.ipv4.tcp_congestion_control=reno')

    @contextlib.contextmanager
    def inside(self):
        """Sockets that this thread makes inside belong to the far end."""
        libc = ctypes.CDLL(None, use_errno=True)
        home = os.open('/proc/thread-self/ns/net', os.O_RDONLY | os.O_CLOEXEC)
        there = os.open(f'/run/netns/{self.name}', os.O_RDONLY | os.O_CLOEXEC)
        try:
            if libc.setns(there, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), 'setns')
            yield
        finally:
            libc.setns(home, CLONE_NEWNET)
            os.close(home)
            os.close(there)


def is_possible():
    return os.access('/dev/net/tun', os.W_OK) and WIRE.exists()


class Lan:
    """Further namespaces and this one, each at a port of one switch, where multicast goes round."""

    def __init__(self, test, names=('far',), ipv4=True, ipv6=True):
        """The end of this namespace is `near`; those of the others are called as they are."""
        self.test, self.has_names = test, False
        run('ip', 'link', 'add', 'name', 'switch', 'type', 'bridge', 'mcast_snooping', 0)
        run('ip', 'link', 'set', 'switch', 'up')
        self.add('near', 1, ipv4, ipv6, is_here=True)
        for number, name in enumerate(names, 2):
            self.add(name, number, ipv4, ipv6)

    def add(self, name, number, ipv4, ipv6, is_here=False):
        prefix = () if is_here else self.make_namespace(name)
        run('ip', 'link', 'add', 'name', name, 'type', 'veth', 'peer', 'name', 'port-' + name)
        # With its namespace it would go some time later, and the next test wants its name.
        self.test.on_end(lambda: subprocess.run(['ip', 'link', 'delete', 'port-' + name], capture_output=True))
        run('ip', 'link', 'set', 'port-' + name, 'master', 'switch', 'up')
        run('ip', 'link', 'set', 'port-' + name, 'addrgenmode', 'none')
        if not is_here:
            run('ip', 'link', 'set', name, 'netns', name)
        run(*prefix, 'ip', 'link', 'set', name, 'addrgenmode', 'eui64' if ipv6 else 'none')
        if ipv4:
            run(*prefix, 'ip', 'address', 'add', f'10.88.0.{number}/24', 'dev', name)
        if ipv6:
            run(*prefix, 'ip', '-6', 'address', 'add', f'fd88::{number}/64', 'dev', name, 'nodad')
        run(*prefix, 'ip', 'link', 'set', name, 'up')
        run(*prefix, 'ip', 'link', 'set', 'lo', 'up')

    def make_namespace(self, name):
        # Names are of the whole machine, unless their folder is one of this test's mount namespace.
        os.makedirs('/run/netns', exist_ok=True)
        if not self.has_names:
            run('mount', '-t', 'tmpfs', 'tmpfs', '/run/netns')
            self.test.on_end(lambda: subprocess.run(['umount', '-l', '/run/netns'], capture_output=True))
            self.has_names = True
        run('ip', 'netns', 'add', name)
        self.test.on_end(lambda: subprocess.run(['ip', 'netns', 'delete', name], capture_output=True))
        return self.prefix_of(name)

    @staticmethod
    def prefix_of(name):
        return ('nsenter', f'--net=/run/netns/{name}')


class Capture:
    """All that passes a device of this namespace, as (ethernet type, bytes after the ethernet header)."""

    def __init__(self, test, *devices):
        self.frames = []
        self.links = []
        for device in devices:
            link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
            link.bind((device, 0))
            self.links.append(link)
            test.addCleanup(link.close)
            threading.Thread(target=self.read, args=(link,), daemon=True).start()

    def read(self, link):
        while True:
            try:
                frame = link.recv(1 << 18)
            except OSError:
                return
            if not frame:
                return
            self.frames.append((int.from_bytes(frame[12:14], 'big'), frame[14:]))

    def packets(self, protocol):
        """(source port, destination port, payload) of what went over IPv4 or IPv6; 6: TCP, 17: UDP."""
        for kind, data in list(self.frames):
            if kind == 0x0800 and data[9] == protocol:
                body = data[(data[0] & 15) * 4:int.from_bytes(data[2:4], 'big') or None]
            elif kind == 0x86dd and data[6] == protocol:
                body = data[40:]
            else:
                continue
            head = (body[12] >> 4) * 4 if protocol == 6 else 8
            yield int.from_bytes(body[:2], 'big'), int.from_bytes(body[2:4], 'big'), body[head:]

    def has_tcp(self, text):
        return any(text in payload for _, _, payload in self.packets(6))


def has_links():
    """Whether the kernel has what Lan is made of; asked in a namespace of its own."""
    command = 'ip link add name switch type bridge && ip link add name one type veth peer name two'
    return subprocess.run(['unshare', '--net', 'sh', '-c', command], capture_output=True).returncode == 0

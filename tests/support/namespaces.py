# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second network namespace at the end of a long, thin wire."""
import contextlib
import ctypes
import os
import subprocess

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

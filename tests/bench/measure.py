# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process cost, from the kernel's accounting."""
import ctypes
import os
import pathlib
import signal
import threading
import time

MIB, GIB = 1 << 20, 1 << 30
TICK = os.sysconf('SC_CLK_TCK')
SAMPLES_PER_SECOND = 20
LIBC = ctypes.CDLL(None)


class Memory(threading.Thread):
    """Watches the memory of a process until stop (); in bytes.

    Private is what /proc/PID/status calls RssAnon. The private lines of smaps_rollup also count pages of mapped
    files that only one process maps, which is the data itself in a client that maps it, and reading them stops a
    process that has 4 GB mapped."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path = pathlib.Path(f'/proc/{pid}/status')
        self.peak = self.private = 0
        self.ended = threading.Event()
        self.start()

    def look(self):
        fields = dict(line.split(':', 1) for line in self.path.read_text().splitlines())
        if 'VmHWM' in fields:
            self.peak = max(self.peak, int(fields['VmHWM'].split()[0]) * 1024)
            self.private = max(self.private, int(fields['RssAnon'].split()[0]) * 1024)

    def run(self):
        while not self.ended.wait(1 / SAMPLES_PER_SECOND):
            try:
                self.look()
            except OSError:
                return

    def stop(self):
        self.ended.set()
        self.join()


def cpu_so_far(pid):
    """User and system seconds of all threads, those that have ended too."""
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return int(fields[11]) / TICK, int(fields[12]) / TICK


def busy_seconds():
    """Of all processors since the machine started, whoever used them."""
    user, nice, system, _, _, irq, softirq, steal = map(
        int, pathlib.Path('/proc/stat').read_text().split('\n', 1)[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICK


def has_ended(process):
    """Without taking the exit status away from reap ()."""
    if process.popen.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def reap(process, seconds):
    """Waits for the end; the resources used in the whole life. Kills what does not end in time."""
    deadline = time.monotonic() + seconds
    while not has_ended(process):
        if time.monotonic() > deadline:
            os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.01)
    _, status, usage = os.wait4(process.pid, 0)
    process.popen.returncode = os.waitstatus_to_exitcode(status)
    return usage


def wait_written(folder, seconds=30):
    """Until what earlier runs left for the disk is on it: syncfs, then until nothing much is dirty or on its way."""
    descriptor = os.open(folder, os.O_RDONLY)
    LIBC.syncfs(descriptor)
    os.close(descriptor)
    deadline = time.monotonic() + seconds
    while count_unwritten() > 8 * MIB and time.monotonic() < deadline:
        time.sleep(0.2)


def count_unwritten():
    fields = dict(line.split(':', 1) for line in pathlib.Path('/proc/meminfo').read_text().splitlines())
    return sum(int(fields[name].split()[0]) * 1024 for name in ('Dirty', 'Writeback'))

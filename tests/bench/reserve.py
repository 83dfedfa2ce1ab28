# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the memory that runs fill with the machine.

A virtual machine gives free memory back to its host two seconds after it was freed, and then pays for it at the next
touch: ten times what writing to memory costs else, in the figures of whoever touches first. It gives back only whole
blocks of 2 MiB. So the reserve fills as much memory as a run will, keeps one page of every such block, and frees the
rest: what is free around a kept page stays, and since the kernel fills broken blocks before whole ones, the next run
gets just that."""
import ctypes
import mmap
import os
import pathlib

MIB = 1 << 20
PAGE = mmap.PAGESIZE
BLOCK_PAGES = 2 * MIB // PAGE
FRAME_MASK = (1 << 55) - 1  # of an entry in /proc/PID/pagemap
KEEP_SIZE, PUNCH_HOLE = 1, 2
FOR_PROGRAMS = 512 * MIB  # what they and their sockets take beside the data

libc = ctypes.CDLL(None, use_errno=True)
libc.fallocate.argtypes = ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64


class Reserve:
    def __init__(self, folder):
        """folder: on tmpfs."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.blocks = set()  # that have a kept page
        self.n_files = 0

    def warm(self, size):
        """Before each run; size: of what it will write."""
        path = self.folder / f'{self.n_files}'
        self.n_files += 1
        fill(path, size + FOR_PROGRAMS)
        kept = self.choose(read_frames(path))
        if kept:
            punch_all_but(path, kept, (size + FOR_PROGRAMS) // PAGE)
        else:
            path.unlink()

    def choose(self, frames):
        """The first page of each block that is new. Where the kernel does not tell frames, blocks are those of the
        file, which are hardly ever in one piece, but kept from the first file only."""
        kept = []
        for number, entry in enumerate(frames):
            block = ((entry & FRAME_MASK) or number) // BLOCK_PAGES
            if block not in self.blocks:
                self.blocks.add(block)
                kept.append(number)
        return kept


def fill(path, size):
    zeros = bytes(MIB)
    with open(path, 'wb', buffering=0) as file:
        for _ in range(size // MIB):
            file.write(zeros)


def read_frames(path):
    """An entry of the kernel's page map for each page of the file."""
    with open(path, 'r+b') as file:
        view = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED | mmap.MAP_POPULATE)
    anchor = ctypes.c_char.from_buffer(view)
    with open('/proc/self/pagemap', 'rb') as pages:
        pages.seek(ctypes.addressof(anchor) // PAGE * 8)
        entries = pages.read(len(view) // PAGE * 8)
    del anchor
    view.close()
    return memoryview(entries).cast('Q')


def punch_all_but(path, kept, n_pages):
    with open(path, 'r+b') as file:
        begin = 0
        for page in [*kept, n_pages]:
            if page > begin and libc.fallocate(file.fileno(), KEEP_SIZE | PUNCH_HOLE, begin * PAGE,
                                               (page - begin) * PAGE) != 0:
                raise OSError(ctypes.get_errno(), f'{path}: {os.strerror(ctypes.get_errno())}')
            begin = page + 1

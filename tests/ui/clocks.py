# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that a test drives: that by which a program waits is ahead of the machine's by what the test says."""
import struct

NANOSECONDS = 1_000_000_000


class Clock:
    """For one program: app(…, **clock.environment())."""

    def __init__(self, desktop):
        self.desktop = desktop
        self.path = desktop.dir / 'clock'
        self.seconds = 0
        self._write()

    def _write(self):
        with open(self.path, 'r+b' if self.path.exists() else 'wb') as file:
            file.write(struct.pack('=q', self.seconds * NANOSECONDS))

    def environment(self):
        return {'LD_PRELOAD': str(self.desktop.build / 'ui/clock.so'), 'SHOAL_CLOCK': str(self.path)}

    def advance(self, app, seconds):
        """When this returns the window has done what was due in the meantime: it has answered since, and does what is
        due before it answers."""
        self.seconds += seconds
        self._write()
        app.root().get_child_count()
        app.rows()

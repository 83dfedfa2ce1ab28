#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`./run demo` without a display, small: it succeeds, says what it verified, and leaves nothing behind."""
import os
import pathlib
import re
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))

import harness
from harness import SHOAL_CLI, SOURCE_ROOT

DEMO = SOURCE_ROOT / 'tests/demo.sh'


def processes_of(folder):
    """Those whose command line names the folder."""
    found = []
    for path in pathlib.Path('/proc').glob('[0-9]*/cmdline'):
        try:
            if str(folder).encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            pass
    return found


class DemoTest(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.place = self.folder('place')
        self.environment = {**os.environ, 'TMPDIR': str(self.place)}

    def check_nothing_left(self):
        self.assertEqual(list(self.place.iterdir()), [])
        self.assertEqual(processes_of(self.place), [])
        self.assertFalse((pathlib.Path(os.environ['XDG_STATE_HOME'])).exists())

    def test_succeeds(self):
        done = self.run_program(['sh', DEMO, SHOAL_CLI, '20'], env=self.environment, seconds=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout.splitlines()[-1], r'^Verified: 20 MiB .*, \d+\.\d MiB/s\.$')
        self.check_nothing_left()

    def test_is_interrupted(self):
        """Ctrl+C in the middle, as a terminal sends it: to all of the group."""
        self.check_ends_with(signal.SIGINT, 130)

    def test_is_terminated(self):
        self.check_ends_with(signal.SIGTERM, 143)

    def check_ends_with(self, number, status):
        # A shell cannot trap what was ignored when it began, as SIGINT is in all that a script starts with "&".
        process = subprocess.Popen(['sh', DEMO, SHOAL_CLI, '100'], env=self.environment, start_new_session=True,
                                   preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in process.stdout:
            if 'fetching' in line:
                break
        os.killpg(process.pid, number)
        process.stdout.read()
        self.assertEqual(process.wait(20 * harness.PATIENCE), status)
        self.check_nothing_left()

    def test_fails_where_the_data_is_wrong(self):
        """The status is true: a download that is not what was shared fails."""
        liar = self.tmp / 'liar'
        liar.write_text(f'#!/bin/sh\ncase "$1" in\n  get) "{SHOAL_CLI}" "$@" && '
                        f'printf x >>"$(echo {self.place}/*/to/Sample/film.bin)" ;;\n  *) exec "{SHOAL_CLI}" "$@" ;;\nesac\n')
        liar.chmod(0o755)
        done = self.run_program(['sh', DEMO, liar, '5'], env=self.environment, seconds=60)
        self.assertNotEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn('Verified', done.stdout)
        self.check_nothing_left()


class RunTest(harness.TestCase):
    """What ./run says without building anything."""

    def test_usage(self):
        asked = self.run_program([SOURCE_ROOT / 'run', '-h'], cwd='/')
        self.assertEqual((asked.returncode, asked.stderr), (0, ''))
        for word in ('cli', 'demo', 'test', 'bench'):
            self.assertTrue(re.search(rf'^ +\./run {word}', asked.stdout, re.M), word)
        wrong = self.run_program([SOURCE_ROOT / 'run', 'frobnicate'], cwd='/')
        self.assertEqual((wrong.returncode, wrong.stdout, wrong.stderr), (2, '', asked.stdout))


if __name__ == '__main__':
    harness.main()

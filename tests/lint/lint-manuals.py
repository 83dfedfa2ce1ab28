#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The man pages are clean mdoc, each verb has one, and what they name exists."""
import pathlib
import re
import shutil
import subprocess
import sys


def main():
    folder = pathlib.Path(sys.argv[1]) / 'data/man'
    if shutil.which('mandoc') is None:
        print('skipped: needs mandoc')
        return 77
    pages = sorted(p.name for p in folder.glob('*.1'))
    # In their own folder, so that mandoc finds the pages that they refer to.
    result = subprocess.run(['mandoc', '-T', 'lint', *pages], cwd=folder, capture_output=True, text=True)
    faults = (result.stdout + result.stderr).splitlines()
    verbs = re.findall(r'\{ "(\w+)", shoal_cli_', (folder.parents[1] / 'src/cli/main.c').read_text())
    for name in ('shoal', 'shoal-cli', *(f'shoal-cli-{verb}' for verb in verbs)):
        if f'{name}.1' not in pages:
            faults.append(f'data/man/{name}.1 is missing')
    installed = (folder / 'meson.build').read_text()
    for page in pages:
        if page not in installed and page.removeprefix('shoal-cli-').removesuffix('.1') not in re.findall(r"'(\w+)'", installed):
            faults.append(f'data/man/{page} is not installed')
    print('\n'.join(faults))
    return 1 if faults or len(verbs) < 6 else 0


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every shell script passes shellcheck, and those for sh also a second shell's parser."""
import pathlib
import shutil
import subprocess
import sys


def is_script(path):
    if path.suffix in ('.sh', '.bash'):
        return True
    with open(path, 'rb') as file:
        first = file.readline(80)
    return first.startswith(b'#!') and (b'/sh' in first or b'bash' in first)


def scripts(root):
    skip = {'.git', '.flatpak-builder', '__pycache__'}
    for path in sorted(root.rglob('*')):
        parts = path.relative_to(root).parts
        if path.is_file() and not skip.intersection(parts) and not parts[0].startswith(('build', '_build')) and \
                path.suffix in ('', '.sh', '.bash') and is_script(path):
            yield path


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    if shutil.which('shellcheck') is None:
        print('skipped: needs shellcheck')
        return 77
    found = list(scripts(root))
    result = subprocess.run(['shellcheck', '--', *found], cwd=root, capture_output=True, text=True)
    faults = (result.stdout + result.stderr).splitlines()
    for path in found:
        if path.suffix != '.bash':
            result = subprocess.run(['sh', '-n', path], capture_output=True, text=True)
            faults += result.stderr.splitlines()
    names = {path.relative_to(root).as_posix() for path in found}
    faults += [f'{name} was not found' for name in ('run', '.ci/run', 'tests/demo.sh') if name not in names]
    print('\n'.join(faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

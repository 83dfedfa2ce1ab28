#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every C file is as clang-format 14 leaves it. Other versions lay out differently: skipped with 77."""
import pathlib
import shutil
import subprocess
import sys


def main():
    root = pathlib.Path(sys.argv[1])
    tool = shutil.which('clang-format-14') or shutil.which('clang-format')
    version = subprocess.run([tool, '--version'], capture_output=True, text=True).stdout if tool else ''
    if 'version 14.' not in version:
        print('skipped: needs clang-format 14, found ' + (version.strip() or 'none'))
        return 77
    files = sorted(str(p) for top in ('src', 'tests') for p in (root / top).rglob('*.[ch]'))
    result = subprocess.run([tool, '--dry-run', '--Werror', *files], cwd=root, capture_output=True, text=True)
    if result.returncode:
        print(result.stderr[:20000])
        print('Run: clang-format-14 -i on the files named above')
    return result.returncode


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop file and the metainfo are as other programs want them: lint-data.py DESKTOP METAINFO."""
import re
import shutil
import subprocess
import sys

# Reversed domain names have capital letters in GNOME; "developer" came with AppStream 1.0.
ALLOWED = {'cid-contains-uppercase-letter'}
ALLOWED_BEFORE_1_0 = {'unknown-tag'}


def run(*argv):
    result = subprocess.run(argv, capture_output=True, text=True)
    return result.returncode, result.stdout + result.stderr


def desktop_faults(path):
    status, output = run('desktop-file-validate', path)
    if status:
        yield output.strip()
    text = open(path, encoding='utf-8').read()
    for line in ('MimeType=application/x-bittorrent;x-scheme-handler/magnet;', 'DBusActivatable=true'):
        if line not in text.splitlines():
            yield f'{path}: lacks {line}'


def metainfo_faults(path):
    version = re.search(r'\d+', run('appstreamcli', '--version')[1])
    allowed = ALLOWED | (ALLOWED_BEFORE_1_0 if version and int(version[0]) < 1 else set())
    status, output = run('appstreamcli', 'validate', '--no-net', '--pedantic', path)
    for line in output.splitlines():
        match = re.match(r'[EWIP]: [^:]+:\S* (\S+)(.*)', line)
        if match and not (match[1] in allowed and (match[1] != 'unknown-tag' or 'developer' in match[2])):
            yield line
    if status and 'Validation was successful' not in output:
        yield output.strip()


def main():
    missing = [tool for tool in ('desktop-file-validate', 'appstreamcli') if shutil.which(tool) is None]
    if missing:
        print('skipped: needs ' + ' and '.join(missing))
        return 77
    faults = [*desktop_faults(sys.argv[1]), *metainfo_faults(sys.argv[2])]
    print('\n'.join(faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

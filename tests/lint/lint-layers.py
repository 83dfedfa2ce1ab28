#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder may include only folders of lower rank (layers.txt); outsiders use the engine's door."""
import pathlib
import re
import sys

OUTSIDERS = {'model', 'app', 'cli'}
DOOR = {'api', 'types', 'model', 'app', 'cli'}
# The value types of base: no thread, no descriptor, nothing that could be shared.
BASE_VALUES = {'shoal-base-address.h', 'shoal-base-bitset.h', 'shoal-base-bytes.h', 'shoal-base-ids.h'}


def read_ranks(path):
    return {name: rank for rank, line in enumerate(path.read_text().splitlines()) for name in line.split()}


def folder_of(path, root, ranks):
    return next((part for part in path.relative_to(root).parts if part in ranks), None)


def faults_of_line(me, line, ranks):
    match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
    if not match:
        return
    target = match[1]
    if target.startswith('../'):
        yield 'no "../" in an include'
        return
    folder = target.split('/')[0]
    header = target.rpartition('/')[2]
    if folder == target:
        if target != 'config.h':
            yield f'"{target}": name the folder too'
        return
    if folder not in ranks:
        yield f'"{target}": {folder} has no rank in layers.txt'
    elif folder != me and ranks[folder] >= ranks[me]:
        yield f'{me} may not include {folder}'
    elif me in OUTSIDERS and folder == 'base' and header not in BASE_VALUES:
        yield f'{me} may include only the value types of base, not {header}'
    elif me in OUTSIDERS and folder != 'base' and folder not in DOOR:
        yield f'{me} reaches the engine through api and types, not {folder}'


def check_tree(root, ranks):
    faults = []
    for path in sorted(root.rglob('*.[ch]')):
        me = folder_of(path, root, ranks)
        if me is None:
            faults.append(f'{path}: lies in no folder of layers.txt')
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            faults += [f'{path}:{number}: {fault}' for fault in faults_of_line(me, line, ranks)]
        expected = f'shoal-{me}-'
        plain = {f'shoal-{me}.c', f'shoal-{me}.h', 'main.c'}  # the object that the folder is named for
        if not path.name.startswith(expected) and path.name not in plain:
            faults.append(f'{path}: the name starts with {expected}')
    return faults


def self_test(ranks):
    """The lint itself must see what it is there to see."""
    planted = {('piece', '#include "torrent/x.h"'), ('net', '#include "wire/x.h"'), ('app', '#include "disk/x.h"'),
               ('app', '#include "base/shoal-base-mailbox.h"'), ('peer', '#include "../net/x.h"')}
    fine = {('torrent', '#include "peer/x.h"'), ('app', '#include "api/x.h"'), ('net', '#include <gio/gio.h>'),
            ('app', '#include "app/add/x.h"')}
    return ([p for p in planted if not list(faults_of_line(*p, ranks))] +
            [f for f in fine if list(faults_of_line(*f, ranks))])


def main():
    here = pathlib.Path(__file__).parent
    ranks = read_ranks(here / 'layers.txt')
    wrong = self_test(ranks)
    faults = check_tree(pathlib.Path(sys.argv[1]), ranks) + [f'self test: {w}' for w in wrong]
    print('\n'.join(faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

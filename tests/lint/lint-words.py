#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that may not stand in the source, and paths in prose that must exist."""
import functools
import pathlib
import re
import sys

# (pattern, where it is looked for, where it is allowed, why)
RULES = [
    (r'\bg_(idle|timeout)_add', 'src/engine/', None, 'uses the default context silently: attach a source to the engine context'),
    (r'(?<![A-Za-z0-9_])N?C?_ \(|\bgettext \(', 'src/', r'src/(app|cli)/', 'text for people is made in app and cli only'),
    (r'\b(TODO|XXX|FIXME)\b', 'src/', None, 'merged code is finished code'),
    (r'\bg(char|int|long|short)\b(?! *\.)', 'src/', None, 'use the plain C type'),
    (r'\b(GMutex|GCond|GAsyncQueue|gatomicrefcount)\b', 'src/engine/', None, 'ThreadSanitizer does not see into GLib: pthread and C11 atomics'),
    (r'\bpthread_mutex_t\b', 'src/', r'src/engine/(base/shoal-base-mailbox|disk/shoal-disk-queue)', 'locks live in the mailbox and the disk queue only'),
    (r'\bSoupSession\b|\bsoup_session_', 'src/', r'src/engine/net/shoal-net-http', 'one door to HTTP'),
    (r'\bGSocketClient\b|\bg_socket_client_', 'src/', None, 'one door to the network: shoal_net_egress_open'),
    (r'\bsystem \(|\bpopen \(|/bin/sh', 'src/', None, 'no shell is ever called'),
    (r'G_SOURCE_REMOVE *== *|return (TRUE|FALSE); */\* source', 'src/', None, 'G_SOURCE_CONTINUE or G_SOURCE_REMOVE'),
    (r'Wno-deprecated-declarations', '', r'tests/lint/', 'raise the floor or guard the call instead'),
]
CODE = {'.c', '.h', '.build', '.py'}


def word_faults(root, files):
    for path in files:
        name = path.relative_to(root).as_posix()
        if path.suffix not in CODE:
            continue
        lines = path.read_text(errors='replace').splitlines()
        for pattern, where, allowed, why in RULES:
            if not name.startswith(where) or (allowed and re.search(allowed, name)):
                continue
            for number, line in enumerate(lines, 1):
                if re.search(pattern, line):
                    yield f'{name}:{number}: {re.search(pattern, line)[0].strip()}: {why}'


def code_faults(root, name, number, line):
    """A source file `folder/shoal-x.c`, a public function, and a static one named after its file must exist."""
    sources = []
    for target in re.findall(r'`([a-z/]+/shoal-[a-z0-9-]+\.[ch])`', line):
        found = [p for p in (root / 'src/engine' / target, root / 'src' / target, root / target) if p.is_file()]
        sources += [p.read_text() for p in found]
        if not found:
            yield f'{name}:{number}: {target} does not exist'
    for symbol in re.findall(r'`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?: \(\)|\(\))?`', line):
        if symbol.startswith('shoal_') and symbol not in all_source(root):
            yield f'{name}:{number}: {symbol} does not exist'
        elif name == 'src/DESIGN.md' and sources and not any(symbol + ' (' in text for text in sources) and \
                symbol not in all_source(root):
            yield f'{name}:{number}: {symbol} is in none of the files named there'


@functools.lru_cache(maxsize=None)
def all_source(root):
    return '\n'.join(p.read_text() for p in sorted((root / 'src').rglob('*.[ch]')))


def prose_faults(root, files):
    """A path in backquotes, or the target of a relative link, in *.md must exist; so must code that is named."""
    for path in files:
        if path.suffix != '.md':
            continue
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text().splitlines(), 1):
            named = re.findall(r'`((?:src|tests|data|po|flatpak)/[A-Za-z0-9_./-]+)`', line)
            linked = [t for t in re.findall(r'\]\(([^)#]+)', line) if '://' not in t and not t.startswith('mailto:')]
            for target in named:
                if not (root / target).exists():
                    yield f'{name}:{number}: {target} does not exist'
            yield from code_faults(root, name, number, line)
            for target in linked:
                if not (path.parent / target).exists():
                    yield f'{name}:{number}: link to {target}, which does not exist'


def tracked_files(root):
    skip = {'.git', '__pycache__', '.flatpak-builder'}
    for path in sorted(root.rglob('*')):
        parts = path.relative_to(root).parts
        if path.is_file() and not skip.intersection(parts) and not parts[0].startswith(('build', '_build')):
            yield path


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    files = list(tracked_files(root))
    faults = list(word_faults(root, files)) + list(prose_faults(root, files))
    print('\n'.join(faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file with text for people is listed for translators, and no translation breaks a placeholder."""
import pathlib
import re
import shutil
import subprocess
import sys

TEXT = re.compile(r'(?<![A-Za-z0-9_])(?:N?C?_|ngettext) \(|translatable="yes"')


def listed_faults(root):
    listed = {line for line in (root / 'po/POTFILES').read_text().splitlines() if line and not line.startswith('#')}
    for name in sorted(listed):
        if not (root / name).is_file():
            yield f'po/POTFILES: {name} does not exist'
    for top in ('src/app', 'src/cli'):
        for path in sorted((root / top).rglob('*')):
            name = path.relative_to(root).as_posix()
            if path.suffix in {'.c', '.ui'} and name not in listed and TEXT.search(path.read_text()):
                yield f'po/POTFILES: {name} has text for people and is not listed'


def unquote(lines):
    return ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', '\n'.join(lines)))


def entries(path):
    """(msgid and its plural, msgstrs) of each entry that is in use."""
    for block in path.read_text(encoding='utf-8').split('\n\n'):
        fields = {}
        key = None
        for line in block.splitlines():
            match = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?) ', line)
            if match:
                key = match[1]
                fields[key] = [line[match.end():]]
            elif line.startswith('"') and key:
                fields[key].append(line)
        if 'msgid' in fields:
            texts = {k: unquote(v) for k, v in fields.items()}
            yield ([v for k, v in texts.items() if k.startswith('msgid')],
                   [v for k, v in texts.items() if k.startswith('msgstr')])


def placeholders(text):
    return sorted(re.findall(r'\{[a-z]+\}', text))


def po_faults(root):
    languages = [line for line in (root / 'po/LINGUAS').read_text().split('\n') if line and not line.startswith('#')]
    for path in sorted((root / 'po').glob('*.po')):
        if path.stem not in languages:
            yield f'po/LINGUAS lacks {path.stem}'
    for language in languages:
        path = root / 'po' / (language + '.po')
        result = subprocess.run(['msgfmt', '--check', '--output-file=/dev/null', path], capture_output=True, text=True)
        if result.returncode:
            yield result.stderr.strip()
        for ids, strings in entries(path):
            wanted = {tuple(placeholders(i)) for i in ids}
            for string in filter(None, strings):
                if ids[0] and tuple(placeholders(string)) not in wanted:
                    yield f'{path.name}: “{string}” does not have the placeholders of “{ids[-1]}”'


def main():
    if shutil.which('msgfmt') is None:
        print('skipped: needs msgfmt (gettext)')
        return 77
    root = pathlib.Path(sys.argv[1])
    faults = [*listed_faults(root), *po_faults(root)]
    print('\n'.join(faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

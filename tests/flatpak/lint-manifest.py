#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Flatpak manifest asks for no more than it should, and fits what is built:
lint-manifest.py MANIFEST MESON_OPTIONS ID DESKTOP METAINFO (the last three of the profile that is built)."""
import pathlib
import re
import sys
import xml.etree.ElementTree

# What the sandbox is opened for; anything else is a decision that also changes this list.
PERMISSIONS = {
    '--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11', '--device=dri',
    '--filesystem=xdg-download:create', '--persist=Downloads', '--persist=.local/state',
    '--unset-env=XDG_STATE_HOME',
}


class ManifestError(Exception):
    pass


def scalar(text, number):
    """A quoted string, or a plain one that no YAML reader takes for something else."""
    quoted = re.fullmatch(r"'([^']*)'", text)
    if quoted:
        return quoted[1]
    if re.fullmatch(r'(?i)true|false|yes|no|on|off|null|~|[-+.\d]*\d[\d.e]*', text):
        raise ManifestError(f'line {number}: {text} must stand in quotes')
    if not re.match(r'[\w.]|--?\w', text) or re.search(r': |:$| #|["\'{}\[\]&*!|>%@`]', text):
        raise ManifestError(f'line {number}: {text}: only plain and single-quoted strings')
    return text


def block(lines, indent):
    """Takes the lines of one mapping or list off the front of lines."""
    result = [] if lines[0][2].startswith('- ') else {}
    while lines and lines[0][1] == indent:
        number, _, text = lines.pop(0)
        if isinstance(result, list):
            if not text.startswith('- '):
                raise ManifestError(f'line {number}: a list item begins with "- "')
            if re.match(r'- [\w-]+:( |$)', text):
                lines.insert(0, (number, indent + 2, text[2:]))
                result.append(block(lines, indent + 2))
            else:
                result.append(scalar(text[2:], number))
            continue
        pair = re.fullmatch(r'([\w-]+):(?: (.+))?', text)
        if not pair or pair[1] in result:
            raise ManifestError(f'line {number}: expected a new "key: value", found {text}')
        if pair[2] is not None:
            result[pair[1]] = scalar(pair[2], number)
        elif lines and lines[0][1] > indent:
            result[pair[1]] = block(lines, lines[0][1])
        else:
            raise ManifestError(f'line {number}: {pair[1]} is empty')
    if lines and lines[0][1] > indent:
        raise ManifestError(f'line {lines[0][0]}: indented too far')
    return result


def parse(text):
    """The part of YAML that the manifest needs: this test must not need a module that Python lacks."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if '\t' in line:
            raise ManifestError(f'line {number}: YAML is indented by spaces')
        if words and not words.startswith('#'):
            lines.append((number, len(line) - len(line.lstrip()), words))
    tree = block(lines, 0) if lines else {}
    if lines:
        raise ManifestError(f'line {lines[0][0]}: belongs to nothing')
    if not isinstance(tree, dict):
        raise ManifestError('not a mapping')
    return tree


def second_opinion(text, tree):
    """Where Python has a whole YAML reader, it must see the same."""
    try:
        import yaml
    except ImportError:
        return
    if yaml.safe_load(text) != tree:
        yield 'YAML reads it differently'


def permission_faults(tree):
    asked = tree.get('finish-args', [])
    for argument in sorted(set(asked) - PERMISSIONS):
        yield f'{argument}: not among the permissions of this program'
    for argument in sorted(PERMISSIONS - set(asked)):
        yield f'{argument}: missing'


def build_faults(tree, options):
    known = set(re.findall(r"^option\('(\w+)'", options, re.MULTILINE))
    given = [option for module in tree.get('modules', []) if module.get('name') == 'shoal'
             for option in module.get('config-opts', [])]
    for option in given:
        name = re.fullmatch(r'-D(\w+)=\w+', option)
        if not name or name[1] not in known:
            yield f'{option}: meson_options.txt has no such option'
    for wanted in ('-Dprofile=default', '-Dtests=false'):
        if wanted not in given:
            yield f'{wanted}: missing'


def source_faults(tree):
    """What is not this checkout is named with what it must be."""
    for module in tree.get('modules', []):
        for source in module.get('sources', []):
            if source.get('type') != 'dir' and not re.fullmatch(r'[0-9a-f]{64}', source.get('sha256', '')):
                yield f'{module.get("name")}: a source without its SHA-256'


def id_faults(path, tree, app_id, desktop, metainfo):
    """The id is everywhere the same, but that a build of the profile "devel" has a word more."""
    stable = app_id.removesuffix('.Devel')
    entry = dict(re.findall(r'^([\w-]+)=(.*)$', desktop.read_text(encoding='utf-8'), re.MULTILINE))
    component = xml.etree.ElementTree.parse(metainfo).getroot()
    for what, found, wanted in (
            ('id', tree.get('id'), stable),
            ('name of the manifest', path.name, f'{stable}.yml'),
            ('name of the desktop file', desktop.name, f'{app_id}.desktop'),
            ('Icon of the desktop file', entry.get('Icon'), app_id),
            ('Exec of the desktop file', entry.get('Exec', '').split(' ')[0], tree.get('command')),
            ('name of the metainfo', metainfo.name, f'{app_id}.metainfo.xml'),
            ('id of the metainfo', component.findtext('id'), app_id),
            ('launchable of the metainfo', component.findtext('launchable'), f'{app_id}.desktop'),
            ('runtime', tree.get('runtime'), 'org.gnome.Platform'),
            ('sdk', tree.get('sdk'), 'org.gnome.Sdk')):
        if found != wanted:
            yield f'{what} is {found}, not {wanted}'


def main():
    manifest, options, app_id, desktop, metainfo = sys.argv[1:]
    path = pathlib.Path(manifest)
    text = path.read_text(encoding='utf-8')
    try:
        tree = parse(text)
    except ManifestError as error:
        print(f'{path}: {error}')
        return 1
    faults = [
        *second_opinion(text, tree),
        *permission_faults(tree),
        *build_faults(tree, pathlib.Path(options).read_text(encoding='utf-8')),
        *source_faults(tree),
        *id_faults(path, tree, app_id, pathlib.Path(desktop), pathlib.Path(metainfo)),
    ]
    for fault in faults:
        print(f'{path}: {fault}')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

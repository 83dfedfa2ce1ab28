#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each verb has the same options in its getopt table, its help, its man page and the completion, and the defaults that
the help and the man page tell are those of the settings."""
import pathlib
import re
import shutil
import subprocess
import sys

# The file with the verb's getopt table, and the name of its help.
VERBS = {
    'get': ('options', 'get'), 'seed': ('options', 'get'), 'create': ('create', 'create'), 'show': ('show', 'show'),
    'verify': ('verify', 'verify'), 'tracker': ('tracker', 'tracker'),
}
ROW = re.compile(r'\{ "([a-z-]+)", (no|required|optional)_argument, NULL, ([^ }]+) \}')
# What the help says of a default, what the man page says, and where the truth stands.
DEFAULTS = (
    ('get', 'port', r'\((\d+), then', r'default is (\d+)', 'port = '),
    ('get', 'max-peers', r'\((\d+)\)', r'; (\d+) by default', 'max_peers_per_torrent = '),
    ('get', 'slots', r'\((\d+)\)', r'; (\d+) by default', 'max_slots_per_torrent = '),
)


def read(root, name):
    return (root / name).read_text(encoding='utf-8')


def rows_of(text):
    """Option → (how it takes a value, its letter or '')."""
    return {m[1]: (m[2], m[3].strip("'") if m[3].startswith("'") else '') for m in ROW.finditer(text)}


def from_table(root, verb):
    rows = rows_of(read(root, f'src/cli/shoal-cli-{VERBS[verb][0]}.c'))
    common = read(root, 'src/cli/shoal-cli-words.h')
    rows.update(rows_of(re.sub(r'\\\n', '', common)))
    return rows


def help_text(root, verb):
    body = re.search(rf'{VERBS[verb][1]}_help\[\] *=(.*?);\n', read(root, 'src/cli/shoal-cli-help.c'), re.S)[1]
    return ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', body)).replace('\\n', '\n')


def form(name, value, letter):
    """One way to write an option, for comparing: "-d, --dir=" or "--seed[=]"."""
    return (f'-{letter}, ' if letter else '') + f'--{name}' + {'no': '', 'required': '=', 'optional': '[=]'}[value]


def value_of(after):
    return 'optional' if after.startswith('[=') else 'required' if after.startswith('=') else 'no'


def from_help(root, verb):
    found = {}
    for line in help_text(root, verb).splitlines():
        match = re.match(r'  (?:-([a-z]), |    )(--.*)', line)
        if not match:
            continue
        for name, after in re.findall(r'--([a-z-]+)(\[?=?)', re.split(r'  ', match[2])[0]):
            found[name] = (value_of(after), match[1] or '')
    return found


def from_manual(root, verb):
    found = {}
    for line in read(root, f'data/man/shoal-cli-{verb}.1').splitlines():
        if not line.startswith('.It Fl '):
            continue
        letter = ''
        for part in re.split(r' , (?:Fl )?', line[len('.It Fl '):]):
            part = part.removeprefix('Fl ')
            match = re.match(r'-([a-z-]+)( Ns Op = | Ns = )?', part)
            if match:
                after = (match[2] or '').replace(' Ns Op =', '[=').replace(' Ns =', '=').strip()
                found[match[1]] = (value_of(after), letter)
                letter = ''
            else:
                letter = part.split()[0]
    return found


def from_completion(root, verb, letters):
    text = read(root, 'data/completions/shoal-cli.bash')
    case = re.search(rf"\n    (?:get \| seed|{verb})\)\n\s*echo '([^']*)'", text) if verb in ('get', 'seed') else \
        re.search(rf"\n    {verb}\)\n\s*echo '([^']*)'", text)
    words = case[1].split()
    found = {}
    for word in words:
        name = word.strip('-=')
        is_both = '--' + name in words and f'--{name}=' in words
        found[name] = ('optional' if is_both else 'required' if word.endswith('=') else 'no', letters.get(name, ''))
    return found


def verb_faults(root, verb):
    table = from_table(root, verb)
    truth = {form(name, *rest) for name, rest in table.items()}
    letters = {name: letter for name, (_, letter) in table.items()}
    for where, found in (('the help', from_help(root, verb)), ('the man page', from_manual(root, verb)),
                         ('the completion', from_completion(root, verb, letters))):
        forms = {form(name, *rest) for name, rest in found.items()}
        for option in sorted(truth - forms):
            yield f'{verb}: {option} is missing in {where}'
        for option in sorted(forms - truth):
            yield f'{verb}: {option} stands in {where}, and is no option'


def default_faults(root):
    settings = read(root, 'src/engine/types/shoal-types-settings.c')
    for verb, option, in_help, in_manual, variable in DEFAULTS:
        truth = re.search(rf'{re.escape(variable)}(\w+);', settings)[1]
        after_help = help_text(root, verb).split(f'--{option}=')[1]
        after_manual = read(root, f'data/man/shoal-cli-{verb}.1').split(f'Fl -{option} Ns')[1]
        for where, text, pattern in (('the help', after_help, in_help), ('the man page', after_manual, in_manual)):
            told = re.search(pattern, text.replace('\n', ' '))
            if not told or told[1] != truth:
                yield f'{verb}: {where} tells another default of --{option} than {truth}'


def complete(root, *words):
    """What bash offers after these words; the last one is being written."""
    script = '''
source /usr/share/bash-completion/bash_completion
source "$1"
shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_LINE=${COMP_LINE// = /=}; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
compopt () { :; }
_shoal_cli
printf '%s\\n' "${COMPREPLY[@]}"
'''
    result = subprocess.run(['bash', '--norc', '-c', script, 'bash', root / 'data/completions/shoal-cli.bash', *words],
                            capture_output=True, text=True, cwd=root)
    return set(result.stdout.split()) | ({result.stderr} if result.stderr else set())


def completion_faults(root):
    if not pathlib.Path('/usr/share/bash-completion/bash_completion').exists() or not shutil.which('bash'):
        return
    for words, expected in (
            (('shoal-cli', 've'), {'verify'}), (('shoal-cli', 'g'), {'get'}),
            (('shoal-cli', 'get', '--no-t'), {'--no-trackers', '--no-tcp'}),
            (('shoal-cli', 'get', '--se'), {'--select=', '--sequential', '--seed', '--seed='}),
            (('shoal-cli', 'get', '--encryption', '=', 'p'), {'prefer'}),
            (('shoal-cli', 'create', '--version', '=', ''), {'1', '2', 'hybrid'}),
            (('shoal-cli', 'verify', '--'), {'--json', '--quiet', '--help'}),
            (('shoal-cli', 'get', '-d', 'dat'), {'data'}), (('shoal-cli', 'create', 'meson_'), {'meson_options.txt'}),
            (('shoal-cli', 'get', 'dat'), {'data'}), (('shoal-cli', 'get', 'meson_'), set())):
        found = complete(root, *words)
        if found != expected:
            yield f'completion of {" ".join(words)}: {sorted(found)} instead of {sorted(expected)}'


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    faults = [fault for verb in VERBS for fault in verb_faults(root, verb)]
    faults += [*default_faults(root), *completion_faults(root)]
    if len(from_table(root, 'get')) < 25:
        faults.append('the getopt tables were not understood')
    print('\n'.join(faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

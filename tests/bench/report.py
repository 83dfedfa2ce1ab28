# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of single runs become medians with their range, tables, and the results in README.md."""
import pathlib
import statistics

README = pathlib.Path(__file__).with_name('README.md')
BEGIN, END = '<!-- results -->\n', '<!-- end of results -->\n'

# Shoal's figure over the best of the others: column, what to reach, and whether less is better.
TARGETS = {'leech': ('cpu', 0.75), 'seed': ('cpu', 0.65), 'recheck': ('rate', 2.6)}
PRIVATE_TARGET_MB = 32

TITLES = {'leech': 'Leeching from one fast seeder', 'seed': 'Seeding to one fast leecher',
          'recheck': 'Rechecking, page cache warm'}
UNITS = {'cpu': 'CPU s/GiB', 'user': 'user', 'system': 'system', 'rate': 'MiB/s', 'peak': 'peak RSS, MB',
         'private': 'private, MB', 'others': 'cores used by others'}
DIGITS = {'cpu': 2, 'user': 2, 'system': 2, 'rate': 0, 'peak': 0, 'private': 0, 'others': 1}
COLUMNS = {'leech': ('cpu', 'user', 'system', 'rate', 'peak', 'private', 'others'),
           'seed': ('cpu', 'user', 'system', 'rate', 'peak', 'private', 'others'),
           'recheck': ('cpu', 'rate')}


def middle(values):
    return {'median': statistics.median(values), 'low': min(values), 'high': max(values), 'runs': len(values)}


def summarize(rows, floors):
    """rows: of good runs, {work, client, and a number for each column} → {work: {client: {column: middle}}}."""
    result = {}
    for work, columns in COLUMNS.items():
        clients = dict.fromkeys(row['client'] for row in rows if row['work'] == work)
        result[work] = {client: {column: middle([row[column] for row in rows
                                                 if (row['work'], row['client']) == (work, client)])
                                 for column in columns} for client in clients}
    result['floors'] = {name: middle([floor[name] for floor in floors]) for name in (floors[0] if floors else ())}
    return result


def show(value, digits, with_range=True):
    text = f'{value["median"]:.{digits}f}'
    if not with_range or value['runs'] == 1:
        return text
    return text + f' [{value["low"]:.{digits}f}–{value["high"]:.{digits}f}]'


def make_table(work, summary):
    columns = COLUMNS[work]
    floor = summary['floors'].get(work)
    heads = ['Client', *(UNITS[column] for column in columns)]
    if floor:
        heads.insert(2, '× floor')
    lines = [heads, ['---'] * len(heads)]
    for client, values in sorted(summary[work].items(), key=lambda item: item[1]['cpu']['median']):
        line = [client, *(show(values[column], DIGITS[column], column in ('cpu', 'rate')) for column in columns)]
        if floor:
            line.insert(2, f'{values["cpu"]["median"] / floor["median"]:.2f}')
        lines.append(line)
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines) + '\n'


def make_floor_table(summary):
    names = {'receive': 'loopback receive, 256 KiB reads', 'sha1_hot': 'SHA-1 (GnuTLS), the same 1 MiB again',
             'sha1_cold': 'SHA-1 (GnuTLS), from memory', 'write': '`pwrite` of 1 MiB to a new file on tmpfs',
             'leech': '**receive, hash the piece, write it: the leecher\'s floor**',
             'recheck': '**read from the page cache, hash: the recheck\'s floor**',
             'seed': '**read and send, 256 KiB a call: the seeder\'s floor**'}
    lines = ['| One thread of plain C | CPU s/GiB |', '| --- | --- |']
    lines += [f'| {names[name]} | {show(value, 2)} |' for name, value in summary['floors'].items()]
    return '\n'.join(lines) + '\n'


def judge(work, summary):
    """Shoal beside the best of the others, or None where one side is missing."""
    ours = summary[work].get('Shoal')
    others = {client: values for client, values in summary[work].items() if client != 'Shoal'}
    if not ours or not others:
        return None
    column, target = TARGETS[work]
    better = max if column == 'rate' else min
    best = better(others, key=lambda client: others[client][column]['median'])
    ratio = ours[column]['median'] / others[best][column]['median']
    reached = ratio >= target if column == 'rate' else ratio <= target
    fastest = max(values['rate']['median'] for values in others.values())
    return {'work': work, 'column': column, 'best': best, 'ratio': ratio, 'target': target, 'reached': reached,
            'wall_ratio': fastest / ours['rate']['median']}


def make_verdicts(summary):
    lines = []
    for verdict in filter(None, (judge(work, summary) for work in TARGETS)):
        sign = '≥' if verdict['column'] == 'rate' else '≤'
        what = 'rate' if verdict['column'] == 'rate' else 'CPU'
        lines.append(f'- {TITLES[verdict["work"]]}: {what} {verdict["ratio"]:.2f} × the best other '
                     f'({verdict["best"]}), to reach {sign} {verdict["target"]}: '
                     f'{"reached" if verdict["reached"] else "**not reached**"}. '
                     f'Wall time {verdict["wall_ratio"]:.2f} × the fastest other.')
    if 'Shoal' in summary['leech']:
        private = summary['leech']['Shoal']['private']['median']
        lines.append(f'- Private memory while leeching: {private:.0f} MB, to reach ≤ {PRIVATE_TARGET_MB} MB: '
                     f'{"reached" if private <= PRIVATE_TARGET_MB else "**not reached**"}.')
    return '\n'.join(lines) + '\n'


def make_text(facts, summary, notes):
    parts = ['\n'.join(f'- {name}: {value}' for name, value in facts.items()) + '\n']
    parts += [f'### {TITLES[work]}\n\n{make_table(work, summary)}' for work in TITLES if summary[work]]
    if summary['floors']:
        parts.append(f'### The floors of this machine, in the same run\n\n{make_floor_table(summary)}')
    parts.append(f'### Shoal beside the best of the others\n\n{make_verdicts(summary)}')
    if notes:
        parts.append('### Left out\n\n' + '\n'.join(f'- {note}' for note in notes) + '\n')
    return '\n'.join(parts)


def write_readme(text):
    old = README.read_text()
    before, rest = old.split(BEGIN, 1)
    README.write_text(f'{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}')

# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of single runs become medians with their range, tables, verdicts, and the results in README.md. Knows no
work: what to show, and what is to be reached, each says itself (work.py)."""
import pathlib
import statistics

README = pathlib.Path(__file__).with_name('README.md')
RESULTS = '<!-- results -->\n', '<!-- end of results -->\n'
GROWTH = '<!-- growth -->\n', '<!-- end of growth -->\n'
OURS = 'Shoal'

FLOORS = {
    'receive': 'loopback receive, 256 KiB reads', 'sha1_hot': 'SHA-1 (GnuTLS), the same 1 MiB again',
    'sha1_cold': 'SHA-1 (GnuTLS), from memory', 'write': '`pwrite` of 1 MiB to a new file on tmpfs',
    'leech': '**receive, hash the piece, write it: the leecher\'s floor**',
    'leech_disk': '**the same, to a file on the disk**',
    'leech_files': '**receive, hash the piece, make files of 16 KiB of it, a hundred in a folder: the floor of many files**',
    'encrypted': '**receive, decrypt (RC4, nettle), hash the piece, write it: with encryption**',
    'recheck': '**read from the page cache, hash: the recheck\'s floor**',
    'seed': '**read and send, 256 KiB a call: the seeder\'s floor**',
}


def middle(values):
    return {'median': statistics.median(values), 'low': min(values), 'high': max(values), 'runs': len(values)}


def summarize(works, rows, floors):
    """rows: of good runs, {work, client, and a number for each column} → {work: {client: {column: middle}}}."""
    result = {}
    for work in works:
        clients = dict.fromkeys(row['client'] for row in rows if row['work'] == work.name)
        result[work.name] = {client: {column.key: middle([row[column.key] for row in rows
                                                          if (row['work'], row['client']) == (work.name, client)])
                                      for column in work.columns} for client in clients}
    result['floors'] = {name: middle([floor[name] for floor in floors]) for name in (floors[0] if floors else ())}
    return result


def show(value, digits, has_range=True):
    text = f'{value["median"]:.{digits}f}'
    if not has_range or value['runs'] == 1:
        return text
    return text + f' [{value["low"]:.{digits}f}–{value["high"]:.{digits}f}]'


def make_table(work, summary, n_runs):
    """n_runs: of the whole bench; a client with fewer good ones has their number beside its name."""
    floor = summary['floors'].get(work.floor)
    heads = ['Client']
    for column in work.columns:
        heads.append(column.heading)
        if column.key == 'cpu' and floor:
            heads.append('× floor')
    lines = [heads, ['---'] * len(heads)]
    for client, values in sorted(summary[work.name].items(), key=lambda item: item[1][work.order]['median']):
        runs = values[work.order]['runs']
        line = [client if runs == n_runs else f'{client} ({runs} run{"s" * (runs > 1)})']
        for column in work.columns:
            line.append(show(values[column.key], column.digits, column.has_range))
            if column.key == 'cpu' and floor:
                line.append(f'{values["cpu"]["median"] / floor["median"]:.2f}')
        lines.append(line)
    return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines) + '\n'


def make_floor_table(summary):
    lines = ['| One thread of plain C | CPU s/GiB |', '| --- | --- |']
    lines += [f'| {FLOORS[name]} | {show(value, 2)} |' for name, value in summary['floors'].items()]
    return '\n'.join(lines) + '\n'


def find_reference(work, target, summary):
    """What Shoal's figure is divided by, and how that is called; None where it was not measured."""
    clients = summary[work.name]
    if target.beside is None:
        return 1, ''
    if target.beside == 'floor':
        floor = summary['floors'].get(work.floor)
        return floor and (floor['median'], 'the floor')
    others = {name: values[target.column]['median'] for name, values in clients.items() if not name.startswith(OURS)}
    if target.beside == 'best':
        name = (max if target.at_least else min)(others, key=others.get, default=None)
        return name and (others[name], f'the best other ({name})')
    return target.beside in others and (others[target.beside], target.beside)


def judge(work, target, summary):
    """Shoal beside what it is to reach, or None where there is nothing to compare with. Without a figure of ours the
    ratio is None."""
    ours = summary[work.name].get(target.row)
    reference = find_reference(work, target, summary)
    if not reference:
        return None
    ratio = ours[target.column]['median'] / reference[0] if ours else None
    return {'work': work.name, 'column': target.column, 'beside': reference[1], 'ratio': ratio,
            'limit': target.limit, 'reached': ratio is not None and is_reached(target, ratio)}


def is_reached(target, ratio):
    ahead = ratio > target.limit if target.at_least else ratio < target.limit
    return ahead or (ratio == target.limit and not target.is_strict)


def put_in_words(work, target, verdict, absent):
    """absent: titles of others that were to do this work and have no figure; the best may be one of them."""
    column = next(column for column in work.columns if column.key == target.column)
    sign = ('>' if target.is_strict else '≥') if target.at_least else '<' if target.is_strict else '≤'
    unit = f' {target.unit}' if target.unit else ''
    digits = column.digits if target.beside is None else 2
    beside = f' × {verdict["beside"]}' if verdict['beside'] else unit
    row = '' if target.row == OURS else f' ({target.row.removeprefix(OURS)[2:]})'
    figure = ', which has no figure' if verdict['ratio'] is None else f' {verdict["ratio"]:.{digits}f}{beside}'
    without = f' Without a figure of {", ".join(absent)}.' if target.beside == 'best' and absent else ''
    return (f'- {work.title}{row}: {column.words or column.heading}{figure}, '
            f'to reach {sign} {target.limit:g}{unit}: {"reached" if verdict["reached"] else "**not reached**"}.{without}')


def make_verdicts(works, summary, entrants):
    """entrants: for each work, the titles of those that were to do it."""
    lines = []
    for work in works:
        absent = [title for title in entrants[work.name] if title not in summary[work.name] and title != OURS]
        for target in work.targets:
            verdict = judge(work, target, summary) if OURS in entrants[work.name] else None
            if verdict:
                lines.append(put_in_words(work, target, verdict, absent))
            elif OURS in entrants[work.name]:
                lines.append(f'- {work.title}: {target.column} is not judged, since there is nothing to compare it with.')
    return '\n'.join(lines) + '\n'


def holds(works, summary, entrants):
    """Whether Shoal keeps the bars that the benchmark itself is to hold, in each of its runs: figures themselves, of which
    the largest counts."""
    held = [(work, target) for work in works for target in work.targets if target.is_held and OURS in entrants[work.name]]
    figures = [(summary[work.name].get(target.row), target) for work, target in held]
    return all(ours and is_reached(target, ours[target.column]['high']) for ours, target in figures)


def make_text(works, facts, summary, notes, entrants, n_runs):
    parts = ['\n'.join(f'- {name}: {value}' for name, value in facts.items()) + '\n']
    for work in works:
        if summary[work.name]:
            about = f'{work.about}\n\n' if work.about else ''
            parts.append(f'### {work.title}\n\n{about}{make_table(work, summary, n_runs)}')
    if summary['floors']:
        parts.append(f'### The floors of this machine, in the same run\n\n{make_floor_table(summary)}')
    verdicts = make_verdicts(works, summary, entrants)
    if verdicts.strip():
        parts.append(f'### What Shoal is to reach\n\n{verdicts}')
    if notes:
        parts.append('### Left out\n\n' + '\n'.join(f'- {note}' for note in notes) + '\n')
    return '\n'.join(parts)


def write_readme(text, is_growth):
    begin, end = GROWTH if is_growth else RESULTS
    old = README.read_text()
    before, rest = old.split(begin, 1)
    README.write_text(f'{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}')

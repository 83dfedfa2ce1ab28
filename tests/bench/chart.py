# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart of the project's README: CPU s/GiB of each client in each work that is drawn, as an SVG picture that brings
its own background, in the colours that the reader prefers."""
from xml.sax.saxutils import escape

WIDTH, MARGIN, GAP = 900, 20, 28
CELL = (WIDTH - 2 * MARGIN - GAP) / 2
NAME_WIDTH, VALUE_WIDTH = 92, 44
ROW, BAR, HEAD, FOOT = 19, 13, 40, 16
TOP, BOTTOM = 62, 34

STYLE = '''
    text { font: 12px system-ui, "Cantarell", "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif; fill: #1f2328; }
    .title { font-size: 17px; font-weight: 600; }
    .work { font-size: 13px; font-weight: 600; }
    .muted { fill: #59636e; }
    .ours { font-weight: 600; }
    .card { fill: #ffffff; stroke: #d1d9e0; }
    .bar { fill: #a8b1bb; }
    .ours-bar { fill: #0a69d6; }
    .range { stroke: #1f2328; stroke-opacity: 0.55; }
    .floor { stroke: #c4222e; stroke-width: 1.5; stroke-dasharray: 3 2; }
    .floor-text { fill: #c4222e; font-size: 11px; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .muted { fill: #9aa4af; }
      .card { fill: #0d1117; stroke: #3d444d; }
      .bar { fill: #59636e; }
      .ours-bar { fill: #4493f8; }
      .range { stroke: #f0f6fc; }
      .floor { stroke: #ff8a80; }
      .floor-text { fill: #ff8a80; }
    }
'''


def text(x, y, words, style='', anchor='start'):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{escape(words)}</text>'


def line(x1, y1, x2, y2, style):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def list_clients(work, summary):
    """(client, its CPU s/GiB), the least first; other builds of ours are not drawn."""
    rows = [(client, values['cpu']) for client, values in summary[work.name].items()
            if client == 'Shoal' or not client.startswith('Shoal')]
    return sorted(rows, key=lambda row: row[1]['median'])


def find_floor(work, summary):
    return summary['floors'].get(work.floor, {}).get('median')


def draw_bar(client, cpu, x, y, scale):
    """One client: name, bar, the range of its runs, figure."""
    left, width = x + NAME_WIDTH, cpu['median'] * scale
    is_ours = client == 'Shoal'
    middle = y + BAR / 2
    parts = [text(left - 8, y + BAR - 2.5, client, 'ours' if is_ours else '', 'end'),
             f'<rect x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR}" rx="2" '
             f'class="{"ours-bar" if is_ours else "bar"}"/>']
    if cpu['runs'] > 1:
        parts.append(line(left + cpu['low'] * scale, middle, left + cpu['high'] * scale, middle, 'range'))
    # At the edge, where no floor crosses it.
    parts.append(text(x + CELL, y + BAR - 2.5, f'{cpu["median"]:.2f}', 'ours' if is_ours else 'muted', 'end'))
    return parts


def draw_work(work, summary, x, y):
    rows, floor = list_clients(work, summary), find_floor(work, summary)
    scale = (CELL - NAME_WIDTH - VALUE_WIDTH) / max(cpu['high'] for _, cpu in rows)
    parts = [text(x, y + 12, work.title, 'work')]
    for number, (client, cpu) in enumerate(rows):
        parts += draw_bar(client, cpu, x, y + HEAD + number * ROW, scale)
    if floor:
        at = x + NAME_WIDTH + floor * scale
        parts.append(line(at, y + HEAD - 6, at, y + HEAD + len(rows) * ROW - ROW + BAR + 3, 'floor'))
        parts.append(text(at, y + HEAD - 9, f'floor {floor:.2f}', 'floor-text', 'middle'))
    return parts


def describe(works, summary):
    """What a reader who does not see the picture gets."""
    sentences = []
    for work in works:
        figures = [f'{client} {cpu["median"]:.2f}' for client, cpu in list_clients(work, summary)]
        floor = find_floor(work, summary)
        sentences.append(f'{work.title}: {", ".join(figures)}{f"; floor {floor:.2f}" if floor else ""}.')
    return ' '.join(sentences)


def make_chart(works, facts, summary):
    """None where nothing was measured that is drawn."""
    works = [work for work in works if work.in_chart and summary[work.name]]
    if not works:
        return None
    heights = [HEAD + FOOT + ROW * max(len(summary[work.name]) for work in works[first:first + 2])
               for first in range(0, len(works), 2)]
    height = TOP + sum(heights) + BOTTOM
    parts = [text(MARGIN, 32, 'Processor time for one GiB', 'title'),
             text(MARGIN, 50, 'Seconds, user and system, of the whole client; shorter is better. '
                              'Each group has its own scale. Floor: the bare steps in one thread of C.', 'muted')]
    y = TOP
    for number, work in enumerate(works):
        parts += draw_work(work, summary, MARGIN + number % 2 * (CELL + GAP), y + 8)
        y += heights[number // 2] if number % 2 else 0
    parts.append(text(MARGIN, height - 14, f'{facts["Date"]}. {facts["Machine"]}. Medians, and the range of '
                                           f'the runs ({facts["Runs"]}).', 'muted'))
    body = '\n  '.join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img" aria-labelledby="title desc">\n'
            f'  <title id="title">Processor time for one GiB, Shoal beside other clients</title>\n'
            f'  <desc id="desc">{escape(describe(works, summary))}</desc>\n  <style>{STYLE}  </style>\n'
            f'  <rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8" class="card"/>\n'
            f'  {body}\n</svg>\n')

# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window with many torrents, some of which get data from a seeder on this machine: how soon it shows them, how long
it does nothing else while it is scrolled, what it takes of memory and of the processor.

Under Xvfb, drawn by the processor (cairo). By hand: window.py [--torrents N] [--active N] [--renderer NAME]."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / 'support'), str(HERE.parent / 'ui')]
import busy
import harness
import measure
import rig
from work import Column, Target, Work

BUILD = pathlib.Path(os.environ.get('SHOAL_WINDOW_BUILD', ROOT / 'build/window'))
STATE_MAKER = BUILD / 'tests/bench/bench-state'
TARGETS = ('src/app/shoal', 'src/cli/shoal-cli', 'tests/bench/bench-state', 'tests/ui/libturns.so',
           'tests/ui/libframes.so', 'tests/ui/stalled.so', 'data/gschemas.compiled')
STALLED = 5                  # of the active ones lie on a disk that does not answer while it is scrolled
SCROLL_SECONDS = 5
STEP_MS = 12                 # more often than the screen is drawn: no frame goes by for want of a movement
IDLE_SECONDS = 10


def build():
    """As a distribution would build it."""
    if not (BUILD / 'build.ninja').exists():
        subprocess.run(['meson', 'setup', BUILD, ROOT, '--buildtype=release', '-Db_lto=false'], check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run(['ninja', '-C', BUILD, '--quiet', *TARGETS], check=True, stdout=sys.stderr)


def read_stolen():
    """Seconds of all processors together that the host of a virtual machine gave to others."""
    return int(pathlib.Path('/proc/stat').read_text().split()[8]) / os.sysconf('SC_CLK_TCK')


def read_numbers(path, seen):
    """The lines that a module has written since, as tuples of milliseconds."""
    lines = path.read_text().splitlines()[seen:] if path.exists() else []
    return [tuple(int(n) / 1000 for n in line.split()) for line in lines]


class Log:
    """Turns of the main loop (turns.c) and frames (frames.c), a span at a time."""

    def __init__(self, desktop):
        self.turns, self.frames = desktop.dir / 'turns', desktop.dir / 'frames'
        self.seen = [0, 0]
        self.began, self.stolen = time.monotonic(), read_stolen()
        for path in (self.turns, self.frames):
            path.unlink(missing_ok=True)

    def take(self):
        turns, frames = read_numbers(self.turns, self.seen[0]), read_numbers(self.frames, self.seen[1])
        self.seen = [self.seen[0] + len(turns), self.seen[1] + len(frames)]
        own = sorted((own for _, own, _ in turns), reverse=True) or [0.0]
        ends = [frame[0] for frame in frames]
        result = {'longest_ms': own[0], 'longest_wall_ms': max((wall for wall, _, _ in turns), default=0.0),
                  'longest_run_ms': max((ran for _, _, ran in turns), default=0.0), 'stolen': self.take_stolen()}
        for limit in (16, 25, 100):
            result[f'over_{limit}'] = sum(ms > limit for ms in own)
        result['over_25_wall'] = sum(wall > 25 for wall, _, _ in turns)
        result['frames'] = len(frames)
        # What is asked of the clock is one frame each 16.7 ms; the pauses between movements are no frames.
        gaps = [b - a for a, b in zip(ends, ends[1:]) if b - a < 200]
        result['frames_per_second'] = 1000 / statistics.mean(gaps) if gaps else 0.0
        for number, phase in enumerate(('update', 'layout', 'paint'), 1):
            times = sorted(frame[number] for frame in frames) or [0.0]
            result[phase] = {'median_ms': times[len(times) // 2], 'longest_ms': times[-1]}
        return result

    def take_stolen(self):
        """Per cent of the processors, since it was asked last."""
        began, stolen = self.began, self.stolen
        self.began, self.stolen = time.monotonic(), read_stolen()
        return 100 * (self.stolen - stolen) / ((self.began - began) * os.cpu_count())


class Window:
    """One start of the program on a state."""

    def __init__(self, desktop, options):
        self.desktop, self.log = desktop, Log(desktop)
        self.screen = busy.Screen(options.screen)
        desktop.settings(window_width=860, window_height=800, port=busy.free_port(), max_downloading=0)
        self.stall = desktop.dir / 'stall'
        self.app = desktop.app(BUILD / 'src/app/shoal', GSK_RENDERER=options.renderer, SHOAL_TURNS=str(self.log.turns),
                               SHOAL_FRAMES=str(self.log.frames), GSETTINGS_SCHEMA_DIR=str(BUILD / 'data'),
                               GIO_EXTRA_MODULES=str(BUILD / 'tests/ui'), LD_PRELOAD=str(BUILD / 'tests/ui/stalled.so'),
                               SHOAL_STALL=str(self.stall))

    def memory(self):
        """KiB: resident in all, and of that its own."""
        text = pathlib.Path(f'/proc/{self.app.pid}/status').read_text()
        fields = dict(line.split(':', 1) for line in text.splitlines())
        return {'rss': int(fields['VmRSS'].split()[0]), 'own': int(fields['RssAnon'].split()[0])}

    def idle(self):
        """Per cent of one core at rest: all threads, and the one of the window."""
        def look():
            return sum(measure.cpu_so_far(self.app.pid)), sum(measure.cpu_so_far(f'{self.app.pid}/task/{self.app.pid}'))
        before = look()
        time.sleep(IDLE_SECONDS)
        return [100 * (b - a) / IDLE_SECONDS for a, b in zip(before, look())]

    def wheel(self):
        self.desktop.xdotool('click', '--repeat', SCROLL_SECONDS * 1000 // STEP_MS, '--delay', STEP_MS, 5)

    def drag(self):
        """By the slider from the top to the bottom and back."""
        view = self.app.find('Torrents', 'list')
        x, y = self.app.place(view)
        extents = view.get_component_iface().get_extents(self.desktop.atspi.CoordType.WINDOW)
        right, top = x + extents.width // 2 - 4, y - extents.height // 2
        steps = SCROLL_SECONDS * 1000 // STEP_MS
        moves = []
        for i in range(steps + 1):
            down = 1 - abs(2 * i / steps - 1)
            moves += ['mousemove', right, top + 12 + int(down * (extents.height - 16)), 'sleep', STEP_MS / 1000]
        self.desktop.xdotool('mousemove', x, y, 'sleep', 0.1, 'mousemove', right, top + 8, 'sleep', 0.3, 'mousedown', 1,
                             *moves, 'mouseup', 1, 'mousemove', x, y)

    def keys(self):
        for key, times in (('Page_Down', 60), ('End', 1), ('Page_Up', 60), ('Home', 1)):
            self.desktop.xdotool('key', '--delay', 33, *[key] * times)
            time.sleep(0.3)

    def scroll(self):
        """While the disk does not answer that a few lie on."""
        self.stall.touch()
        self.app.click(self.app.rows()[2])
        time.sleep(1)
        result = {}
        for name in ('wheel', 'drag', 'keys'):
            self.log.take()
            getattr(self, name)()
            time.sleep(0.5)
            result[name] = self.log.take()
            time.sleep(2)
        self.stall.unlink()
        return result

    def quit(self):
        begun = time.monotonic()
        self.app.quit(60)
        self.screen.close()
        return time.monotonic() - begun


def measure_empty(desktop, options):
    busy.make_state(desktop, STATE_MAKER, 0)
    window = Window(desktop, options)
    window.app.wait_text('Nothing Here Yet')
    time.sleep(5)
    memory = window.memory()
    window.quit()
    return memory


def measure_full(desktop, options):
    source = busy.Source(desktop, BUILD / 'src/cli/shoal-cli', options.active)
    busy.make_state(desktop, STATE_MAKER, options.torrents - options.active, source, (STALLED, options.disk))
    window = Window(desktop, options)
    result = {'first_frame_s': window.screen.wait_rows(window.app)}
    rig.wait_for(lambda: all(source.served()), 'all that are to be active to get data', 60)
    time.sleep(5)
    result['start'] = window.log.take()
    result['idle'], result['idle_window'] = window.idle()
    result['memory'] = window.memory()
    result['scroll'] = window.scroll()
    result['memory_then'] = window.memory()
    result['quit_s'] = window.quit()
    source.close()
    return result


def measure_all(options):
    """All figures of one round, of the release build."""
    os.environ['G_TEST_BUILDDIR'] = str(BUILD / 'tests')
    with busy.memory_folder() as options.screen, busy.memory_folder() as place:
        options.disk = busy.make_disk(place)
        desktop = rig.Desktop(x_options=busy.screen_options(options.screen))
        try:
            empty = measure_empty(desktop, options)
            result = measure_full(desktop, options)
        finally:
            desktop.close()
    result['memory_empty'] = empty
    for key in ('rss', 'own'):
        result[f'{key}_each_kib'] = (result['memory_then'][key] - empty[key]) / options.torrents
    scrolls = result['scroll'].values()
    for key in ('longest_ms', 'longest_wall_ms', 'longest_run_ms', 'stolen'):
        result[key] = max(scroll[key] for scroll in scrolls)
    result['over_25'] = sum(scroll['over_25'] for scroll in scrolls)
    result['frames_per_second'] = min(result['scroll'][name]['frames_per_second'] for name in ('wheel', 'drag'))
    return result


class WindowWork(Work):
    name = 'window'
    title = 'The window, 10,000 torrents of which 100 get data'
    about = ('Under Xvfb, drawn by the processor with cairo. The longest turn of the main loop, drawing included, is '
             'that of 5 s with the wheel, 5 s with the slider from top to bottom and back, and 120 pages by the keyboard, while '
             'the disk does not answer on which 5 of the 100 lie; the time for which others had the processor is left out, but '
             'not "by the clock". Beside it stand the longest that the main thread itself ran in one turn, and what the host '
             'of a virtual machine took of the processors. Frames are those of the wheel and the slider, pauses of 200 ms and '
             'more between movements left out; the clock of the screen has 60. Memory is that of the whole program after all '
             'this, less that of one without torrents.')
    columns = (Column('first_frame_s', 'rows on the screen, s', 2, True),
               Column('longest_ms', 'longest turn, ms', 0, True),
               Column('longest_wall_ms', 'by the clock, ms', 0),
               Column('longest_run_ms', 'longest run, ms', 0),
               Column('stolen', 'stolen, %', 1),
               Column('over_25', 'turns over 25 ms', 0, True),
               Column('frames_per_second', 'frames/s', 0, True),
               Column('rss_each_kib', 'RSS each, KiB', 1, True),
               Column('idle', 'CPU at rest, %', 1),
               Column('idle_window', 'of that the window, %', 1))
    targets = (Target('first_frame_s', 1, None, is_strict=True, unit='s'), Target('longest_ms', 25, None, is_held=True, unit='ms'),
               Target('frames_per_second', 59.5, None, at_least=True),
               Target('rss_each_kib', 20, None, is_strict=True, unit='KiB'))
    order = 'first_frame_s'
    clients = {'Shoal'}
    once_if_small = True

    def build(self, bench):
        build()

    def run(self, bench, run, contestant):
        """In a process of its own: AT-SPI keeps to the first display that a process has asked for."""
        done = subprocess.run([sys.executable, __file__, '--json', run.tmp / 'window.json'], stdout=sys.stderr, stderr=subprocess.PIPE,
                              text=True)
        if done.returncode:
            raise harness.Failure(done.stderr.strip().splitlines()[-1])
        bench.keep(self, contestant, **json.loads((run.tmp / 'window.json').read_text()))


WORKS = (WindowWork(),)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--torrents', type=int, default=10000)
    parser.add_argument('--active', type=int, default=100)
    parser.add_argument('--renderer', default='cairo', help='of GTK: cairo, gl, ngl')
    parser.add_argument('--json', type=pathlib.Path, default='/dev/stdout', help='where the figures go (default: shown)')
    options = parser.parse_args()
    build()
    try:
        figures = measure_all(options)
    except rig.Failed as fault:
        sys.exit(str(fault))
    options.json.write_text(json.dumps(figures, indent=1) + '\n')


if __name__ == '__main__':
    main()

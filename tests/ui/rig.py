# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of our own for one test: X server, session bus, accessibility bus, window manager, and folders that
nobody else uses. The window is read and pressed through AT-SPI, the pointer and keys go through xdotool.

A test calls main (functions...): each gets a Desktop, runs against it, and is reported as a line of TAP."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import types

HERE = pathlib.Path(__file__).resolve().parent
BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={run}</listen><auth>EXTERNAL</auth>
<servicedir>{own}</servicedir><servicedir>{data}/dbus-1/services</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
'''
THOROUGH_SECONDS = 3  # after which the cache of accessibles is not believed without asking: within each wait that fails
NEEDED = ['Xvfb', 'dbus-daemon', 'openbox', 'xdotool', 'xprop', 'import', 'gdbus', 'gio']
AT_SPI_LAUNCHER = '/usr/libexec/at-spi-bus-launcher'
# What at-spi2-core calls roles from 2.50 on, as it called them before.
OLD_ROLES = {'button': 'push button'}
# Settings of the window, unless a test says otherwise: it runs on the machine's own network, which is to hear nothing of it.
QUIET = {'use_dht': 'false', 'use_lsd': 'false', 'use_port_mapping': 'false'}


class Skip(Exception):
    pass


class Failed(AssertionError):
    pass


def check(condition, what):
    if not condition:
        raise Failed(what() if callable(what) else what)


def wait_for(function, what, timeout=15.0, step=0.05):
    """The first true value of the function; errors of a window that is changing count as false. Two thirds of the
    time at least are left to the program that is to become so."""
    end = time.monotonic() + timeout
    last = None
    while time.monotonic() < end:
        start = time.monotonic()
        try:
            value = function()
            if value:
                return value
        except Skip:
            raise
        except Exception as error:  # accessibles vanish while they are walked
            last = error
        time.sleep(max(step, 2 * (time.monotonic() - start)))
    raise Failed(f'waited {timeout:g} s for: {what() if callable(what) else what}' + (f' ({last!r})' if last else ''))


def missing_parts():
    missing = [tool for tool in NEEDED if shutil.which(tool) is None]
    if not os.path.exists(AT_SPI_LAUNCHER):
        missing.append('at-spi-bus-launcher')
    try:
        import gi
        gi.require_version('Atspi', '2.0')
    except (ImportError, ValueError):
        missing.append('python3-gi with gir1.2-atspi-2.0')
    return missing


def role_of(accessible):
    """The name of its role, the same on every system."""
    name = accessible.get_role_name()
    return OLD_ROLES.get(name, name)


def again_if_it_changes(function, times=5):
    """A window may change between two looks at it."""
    for left in reversed(range(times)):
        try:
            return function()
        except (LookupError, AttributeError):
            if not left:
                raise
    return None


class Desktop:
    """One X server with all that belongs to it; at most one in a process, since AT-SPI connects once. With x_options
    the X server has further ones; {dir} is the folder of the desktop."""

    def __init__(self, size='1280x1200', x_options=()):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix='shoal-ui-'))
        self.processes = []
        self.apps = []
        self.size = size
        self.x_options = x_options
        self.build = pathlib.Path(os.environ.get('G_TEST_BUILDDIR', HERE.parents[1] / 'build' / 'tests')).resolve()
        self.shots = self.build / 'ui' / 'screenshots'
        self.shots.mkdir(parents=True, exist_ok=True)
        self._make_environment()
        self._start()

    def _make_environment(self):
        env = {k: v for k, v in os.environ.items() if k not in (
            'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'AT_SPI_BUS_ADDRESS', 'DESKTOP_SESSION',
            'XDG_CURRENT_DESKTOP', 'SESSION_MANAGER', 'GTK_THEME')}
        for name in ('home', 'run', 'config', 'data', 'cache', 'state', 'bus'):
            (self.dir / name).mkdir(mode=0o700)
        (self.dir / 'data/dbus-1/services').mkdir(parents=True)
        env.update(
            HOME=str(self.dir / 'home'), XDG_RUNTIME_DIR=str(self.dir / 'run'),
            XDG_CONFIG_HOME=str(self.dir / 'config'), XDG_DATA_HOME=str(self.dir / 'data'),
            XDG_CACHE_HOME=str(self.dir / 'cache'), XDG_STATE_HOME=str(self.dir / 'state'),
            GDK_BACKEND='x11', GSK_RENDERER='cairo', GIO_USE_VFS='local',
            GSETTINGS_BACKEND='keyfile', GSETTINGS_SCHEMA_DIR=str(self.build.parent / 'data'),
            GIO_EXTRA_MODULES=str(self.build / 'ui'),
            NO_AT_BRIDGE='0', LANG='C.UTF-8', LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals')
        self.env = env
        self.settings()

    def spawn(self, argv, log, **options):
        with open(self.dir / log, 'wb') as out:
            process = subprocess.Popen(argv, env=self.env, stdin=subprocess.DEVNULL, stdout=options.pop('stdout', out),
                                       stderr=out, **options)
        self.processes.append(process)
        return process

    def _start(self):
        read, write = os.pipe()
        self.spawn(['Xvfb', '-displayfd', str(write), '-screen', '0', self.size + 'x24', '-dpi', '96', '-noreset',
                     '-nolisten', 'tcp', *(option.format(dir=self.dir) for option in self.x_options)], 'xvfb.log', pass_fds=[write])
        os.close(write)
        self.env['DISPLAY'] = ':' + self._read_line(read, 20, 'the X server did not start')
        self.env['GUI_DIR'] = str(self.dir)
        (self.dir / 'bus/org.a11y.Bus.service').write_text(
            f'[D-BUS Service]\nName=org.a11y.Bus\nExec={AT_SPI_LAUNCHER}\n')
        (self.dir / 'bus.conf').write_text(
            BUS_CONFIG.format(run=self.dir / 'run', own=self.dir / 'bus', data=self.dir / 'data'))
        bus = self.spawn(['dbus-daemon', f'--config-file={self.dir}/bus.conf', '--nofork', '--nopidfile',
                           '--print-address=1'], 'dbus.log', stdout=subprocess.PIPE)
        self.env['DBUS_SESSION_BUS_ADDRESS'] = self._read_line(bus.stdout.fileno(), 20, 'no session bus')
        os.environ.update({k: self.env[k] for k in ('DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'HOME')})
        os.environ.pop('AT_SPI_BUS_ADDRESS', None)
        self.spawn([AT_SPI_LAUNCHER, '--launch-immediately'], 'atspi.log')
        wait_for(self.accessibility_address, 'the accessibility bus')
        self.spawn(['openbox', '--sm-disable'], 'openbox.log')
        wait_for(lambda: b'0x' in self.run(['xprop', '-root', '_NET_SUPPORTING_WM_CHECK']).stdout, 'the window manager')
        import gi
        gi.require_version('Atspi', '2.0')
        from gi.repository import Atspi
        Atspi.init()
        Atspi.set_timeout(3000, 5000)
        self.atspi = Atspi
        import tree
        self.tree = tree
        self.accessibility = tree.connect(self.accessibility_address())

    def accessibility_address(self):
        result = self.run(['gdbus', 'call', '--session', '--dest', 'org.a11y.Bus', '--object-path', '/org/a11y/bus', '--method',
                           'org.a11y.Bus.GetAddress'])
        return result.stdout.decode().split("'")[1] if result.returncode == 0 else None

    @staticmethod
    def _read_line(fd, timeout, what):
        import select
        if not select.select([fd], [], [], timeout)[0]:
            raise Failed(what)
        return os.read(fd, 4096).decode().strip()

    def settings(self, **values):
        """What the window finds in its settings when it starts; a dash in a key is written as _."""
        folder = self.dir / 'config/glib-2.0/settings'
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f'{key.replace("_", "-")}={value}' for key, value in {**QUIET, **values}.items()]
        (folder / 'keyfile').write_text('[io/github/shoalapp/Shoal]\n' + '\n'.join(lines) + '\n')

    def language(self, locale):
        """What makes a program speak a language: glibc translates nothing for the locale C, nor, from 2.39 on, C.UTF-8."""
        name, folder = locale + '.UTF-8', self.build / 'ui/locales'
        folder.mkdir(exist_ok=True)
        if not (folder / name).exists():
            with tempfile.TemporaryDirectory(dir=folder) as making:
                made = self.run(['localedef', '-i', locale, '-f', 'UTF-8', f'{making}/{name}'])
                if made.returncode != 0:
                    raise Skip('needs the package locales: ' + made.stderr.decode().strip())
                with contextlib.suppress(OSError):  # another test has made it meanwhile
                    os.rename(f'{making}/{name}', folder / name)
        return {'LOCPATH': str(folder), 'LANG': name, 'LC_ALL': name}

    def role_name(self, role):
        """Of the number that AT-SPI has for it; as role_of() says."""
        name = self.atspi.role_get_name(self.atspi.Role(role))
        return OLD_ROLES.get(name, name)

    def run(self, argv, **options):
        return subprocess.run(argv, env=self.env, capture_output=True, timeout=60, check=False, **options)

    def app(self, program, *args, **env):
        app = App(self, program, args, env)
        self.apps.append(app)
        return app

    def shot(self, name):
        path = self.shots / (name + '.png')
        self.run(['import', '-window', 'root', '-quality', '15', str(path)])  # large and fast
        return path

    def xdotool(self, *args):
        result = self.run(['xdotool', *map(str, args)])
        check(result.returncode == 0, lambda: f'xdotool {args}: {result.stderr.decode()}')
        return result.stdout.decode()

    def key(self, *keys):
        self.xdotool('key', '--clearmodifiers', '--delay', '30', *keys)

    def type(self, text):
        self.xdotool('type', '--delay', '12', text)

    def drag(self, start, end, shot=None):
        """From one place on the screen to another, as a hand does it; a picture before it lets go."""
        (x, y), (to_x, to_y) = start, end
        steps = [(x, y + (4 if to_y > y else -4) * i) for i in range(1, 6)]
        x, y = steps[-1]
        steps += [(x + (to_x - x) * i // 8, y + (to_y - y) * i // 8) for i in range(1, 9)]
        moves = [word for step in [*steps, (to_x - 1, to_y), end] for word in ('mousemove', *step, 'sleep', '0.02')]
        self.xdotool('mousemove', start[0] - 2, start[1], 'sleep', '0.05', 'mousemove', *start, 'sleep', '0.05',
                     'mousedown', 1, 'sleep', '0.06', *moves, 'sleep', '0.1')
        if shot:
            self.shot(shot)
        self.xdotool('mouseup', 1)

    def close(self):
        for app in self.apps:
            app.kill()
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


class App:
    """A program with a window on the desktop."""
    count = 0

    def __init__(self, desktop, program, args, env):
        App.count += 1
        self.desktop = desktop
        self.log = desktop.dir / f'app-{App.count}.log'
        self.env = dict(desktop.env, **env)
        with open(self.log, 'wb') as out:
            self.process = subprocess.Popen([str(program), *map(str, args)], env=self.env, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=out)
        self.started = time.monotonic()
        self.scope = None  # an accessible: nothing is looked for outside it
        self.bus_name = None
        self.thorough = self.started  # when the whole tree was asked for last
        # To give its whole tree is a long turn of the program, which is not to be among those that are measured.
        self.is_walked = not {'SHOAL_TURNS', 'SHOAL_FRAMES'}.isdisjoint(self.env)

    @property
    def pid(self):
        return self.process.pid

    def root(self):
        """The accessible of the program."""
        desktop = self.desktop.atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_process_id() == self.pid:
                return child
        return None

    def wait_window(self, timeout=20.0):
        wait_for(lambda: self.find(role='frame'), 'the window of ' + str(self.pid), timeout)
        return self

    def tree(self, start=None):
        """All accessibles at once; None: there are none, or they are to be walked through."""
        start = start or self.scope
        if self.is_walked:
            return None
        if self.bus_name is None:
            self.bus_name = self.desktop.tree.find_program(self.desktop.accessibility, self.pid)
            # The cache of GTK 3 is another one; only programs that something is dragged from are made with it.
            root = self.root() if self.bus_name is not None else None
            self.is_walked = root is not None and not root.get_toolkit_version().startswith('4')
        if self.bus_name is None or self.is_walked:
            return None
        is_thorough = time.monotonic() - self.thorough > THOROUGH_SECONDS
        found = self.desktop.tree.read(self.desktop.accessibility, self.bus_name, is_thorough,
                                       *([start.path] if start is not None else []))
        if is_thorough:
            self.thorough = time.monotonic()
        return found

    def walk(self, start=None, depth=40):
        start = start or self.scope or self.root()
        if start is None:
            return
        yield start
        if depth > 0:
            for i in range(start.get_child_count()):
                child = start.get_child_at_index(i)
                if child is not None:
                    yield from self.walk(child, depth - 1)

    def matches(self, name, role, start, showing):
        """Those that fit, as they are come upon."""
        def is_called(text):
            return name is None or (name.search(text or '') is not None if hasattr(name, 'search') else (text or '') == name)
        tree = self.tree(start)
        if tree is None and not self.is_walked:
            return
        if tree is not None:
            root = start or self.scope or self.root()
            found = (tree.get_accessible(node, root) for node in tree.walk()
                     if (role is None or self.desktop.role_name(node.role) == role) and is_called(node.name))
        else:
            found = (a for a in self.walk(start) if (role is None or role_of(a) == role) and is_called(a.get_name()))
        for a in found:
            if not showing or self.is_showing(a):
                yield a

    def all(self, name=None, role=None, start=None, showing=True):
        return again_if_it_changes(lambda: list(self.matches(name, role, start, showing)))

    def is_showing(self, accessible):
        """GTK 4.8 sets the state for windows only: what has no size is not on the screen."""
        component = accessible.get_component_iface()
        if component is None:
            return False
        extents = component.get_extents(self.desktop.atspi.CoordType.WINDOW)
        return extents.width > 0 and extents.height > 0

    def has_state(self, accessible, nick):
        return nick in [s.value_nick for s in accessible.get_state_set().get_states()]

    def find(self, name=None, role=None, start=None, showing=True):
        return again_if_it_changes(lambda: next(self.matches(name, role, start, showing), None))

    def wait(self, name=None, role=None, timeout=15.0, start=None):
        return wait_for(lambda: self.find(name, role, start), f'{role or "something"} called {name!r}', timeout)

    def wait_gone(self, name=None, role=None, timeout=15.0):
        wait_for(lambda: not self.find(name, role), f'{role or "something"} called {name!r} to go', timeout)

    def press(self, name=None, role=None, start=None):
        """The action of a control: what a screen reader would do."""
        accessible = self.wait(name, role, start=start)
        action = accessible.get_action_iface()
        check(action is not None and action.get_n_actions() > 0, f'{name!r} has no action')
        action.do_action(0)
        return accessible

    def undo(self):
        """Until the offer goes. A press takes GTK a quarter of a second, in which one that gives way to another is gone, and
        the press with it."""
        def is_gone():
            button = self.find(re.compile('Undo$'), 'push button')
            if button is not None:
                button.get_action_iface().do_action(0)
            return button is None
        self.wait(re.compile('Undo$'), 'push button')
        wait_for(lambda: again_if_it_changes(is_gone), 'the offer to undo to go', step=0.5)

    def each_text(self):
        tree = self.tree()
        if tree is not None:
            yield from tree.each_text()
        for a in self.walk() if self.is_walked else ():
            if a.get_name():
                yield a.get_name()
            text = a.get_text_iface()
            if text is not None:
                yield self.desktop.atspi.Text.get_text(text, 0, text.get_character_count())

    def texts(self):
        """Everything that can be read in the window."""
        return list(self.each_text())

    def reads(self, pattern):
        return any(re.search(pattern, t) for t in self.each_text())

    def wait_text(self, pattern, timeout=15.0):
        wait_for(lambda: self.reads(pattern), f'a text like {pattern!r}', timeout)

    def rows(self):
        """The accessibles of the realised rows of the list of torrents."""
        view = self.find('Torrents', 'list')
        return [view.get_child_at_index(i) for i in range(view.get_child_count())] if view else []

    def item(self, view, is_wanted):
        """The first realised row of the list called so whose name is wanted; None: there is none."""
        view = self.find(view, 'list')
        if view is None:
            return None
        tree = self.tree(view)
        if tree is None:
            return next((r for r in (view.get_child_at_index(i) for i in range(view.get_child_count())) if is_wanted(r.get_name() or '')),
                        None)
        found = next((n for n in tree.nodes[view.path].children if is_wanted(n.name)), None)  # KeyError: it has gone
        return view.get_child_at_index(found.index) if found is not None else None

    def row(self, name, timeout=15.0):
        return wait_for(lambda: self.item('Torrents', lambda text: text.startswith(name)), f'a row whose name begins {name!r}', timeout)

    def has_row(self, name):
        return again_if_it_changes(lambda: self.item('Torrents', lambda text: text.startswith(name))) is not None

    def window_id(self, title=None):
        """The X window, the newest if there are several. A search fails where another window goes in the middle of it."""
        def search():
            result = self.desktop.run(['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(self.pid),
                                       *(['--name', title] if title else [])])
            return result.stdout.decode().split() if result.returncode == 0 else None
        return wait_for(search, f'the X window {title!r}')[-1]

    def wait_windows(self, n):
        """Until so many windows of the program are there. X is asked: GTK 4.8 says a critical when the accessibles of
        a window are walked while it is taken down."""
        wait_for(lambda: len(self.desktop.run(['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(self.pid),
                                               '--name', '.']).stdout.split()) == n, f'{n} windows')

    def wait_window_titled(self, title):
        wait_for(lambda: self.desktop.run(['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(self.pid),
                                           '--name', f'^{title}$']).stdout, f'a window called {title!r}')

    def extents(self, accessible):
        return accessible.get_component_iface().get_extents(self.desktop.atspi.CoordType.WINDOW)

    def geometry(self, window):
        """Of an X window, by its number."""
        lines = self.desktop.xdotool('getwindowgeometry', '--shell', window).split()
        return types.SimpleNamespace(**{key.lower(): int(value) for key, value in (line.split('=') for line in lines)})

    def menu_geometry(self, menu):
        """Of the X window, which has no name, of an open menu, which becomes another size with its page."""
        def search():
            extents = self.extents(menu)
            found = map(self.geometry, self.desktop.xdotool('search', '--all', '--onlyvisible', '--pid', self.pid).split())
            return [g for g in found if (g.width, g.height) == (extents.width, extents.height)]
        return wait_for(search, 'the X window of a menu')[-1]

    def place(self, accessible, frame=None):
        """The middle of an accessible on the screen: AT-SPI leaves the shadow of a window out, X does not."""
        if frame is None:
            frame = accessible
            while role_of(frame) not in ('frame', 'dialog', 'window', 'menu'):
                frame = frame.get_parent()
        if role_of(frame) == 'menu':
            g = self.menu_geometry(frame)
        else:
            g = self.geometry(self.window_id('^' + re.escape(frame.get_name()) + '$'))
        f, e = self.extents(frame), self.extents(accessible)
        return (g.x + (g.width - f.width) // 2 + e.x - f.x + e.width // 2,
                g.y + (g.height - f.height) // 2 + e.y - f.y + e.height // 2)

    def click(self, accessible, button=1):
        x, y = self.place(accessible)
        # A hand moves there and holds the button for a moment; without that GTK loses some clicks.
        self.desktop.xdotool('mousemove', x - 3, y - 1, 'sleep', '0.05', 'mousemove', x, y, 'sleep', '0.05',
                             'mousedown', button, 'sleep', '0.06', 'mouseup', button)

    def focused(self):
        def find():
            tree = self.tree()
            if tree is None:
                return next((a for a in self.walk() if self.has_state(a, 'focused')), None)
            node = next((n for n in tree.walk() if n.has_state(int(self.desktop.atspi.StateType.FOCUSED))), None)
            return tree.get_accessible(node, self.scope or self.root()) if node is not None else None
        return again_if_it_changes(find)

    def is_running(self):
        return self.process.poll() is None

    def wait_end(self, timeout=10.0):
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f'the program did not end within {timeout:g} s') from None

    def quit(self, timeout=10.0):
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
        status = self.wait_end(timeout)
        self.check_log()
        return status

    def kill(self):
        if self.is_running():
            self.process.kill()
            self.process.wait()

    def check_log(self):
        """No warning of GLib, GTK or libadwaita, but for those that are known, each with its reason."""
        allowed = [line.split('\t')[0] for line in (HERE / 'allowed-warnings.txt').read_text().splitlines()
                   if line and not line.startswith('#')]
        text = self.log.read_text(errors='replace')
        bad = [line for line in text.splitlines()
               if re.search(r'WARNING|CRITICAL|ERROR|Sanitizer|runtime error', line) and
               not any(re.search(a, line) for a in allowed)]
        check(not bad, lambda: 'in the log: ' + '\n'.join(bad[:10]))


def main(*tests, size='1280x1200', x_options=()):
    """Runs each test on a desktop of its own process-wide X server; TAP on standard output."""
    missing = missing_parts()
    if missing:
        print('1..0 # SKIP needs ' + ', '.join(missing))
        sys.exit(0)
    print(f'1..{len(tests)}', flush=True)
    desktop = Desktop(size, x_options)
    failed = 0
    try:
        for number, test in enumerate(tests, 1):
            name = test.__name__.replace('_', ' ')
            start = time.monotonic()
            try:
                test(desktop)
                for app in desktop.apps:
                    app.check_log()
                print(f'ok {number} - {name} # {time.monotonic() - start:.1f} s', flush=True)
            except Skip as reason:
                print(f'ok {number} - {name} # SKIP {reason}', flush=True)
            except Exception:
                failed += 1
                print(f'not ok {number} - {name}', flush=True)
                report(desktop, name)
            for app in desktop.apps:
                app.kill()
            desktop.apps.clear()
            for folder in ('config', 'state'):
                shutil.rmtree(desktop.dir / folder, ignore_errors=True)
                (desktop.dir / folder).mkdir(mode=0o700)
    finally:
        desktop.close()
    sys.exit(1 if failed else 0)


def report(desktop, name):
    """What helps to understand a failure: the trace, a picture, what the window said, the log.

    Goes to standard error, which Meson's summary of failures shows; it keeps the rest to itself.
    """
    def say(text):
        print('# ' + text, file=sys.stderr, flush=True)

    for line in traceback.format_exc().splitlines():
        say(line)
    try:
        say('picture: ' + str(desktop.shot('failed-' + re.sub(r'\W+', '-', name))))
    except Exception as error:
        say(f'no picture: {error}')
    for app in desktop.apps:
        try:
            say(f'program {app.pid}, running: {app.is_running()}, texts: {sorted(t for t in set(app.texts()) if not t.startswith(("Gtk", "Adw", "Pause", "Progress", "Seed")))[:60]}')
        except Exception as error:
            say(f'no texts: {error!r}')
        for line in app.log.read_text(errors='replace').splitlines()[-30:]:
            say('  ' + line)

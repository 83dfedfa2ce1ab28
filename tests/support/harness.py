# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test that starts real programs stands on.

main() puts the test into network, mount and process namespaces of its own, so that ports never clash, nothing
leaves the machine, and no process outlives the test. Results are printed as TAP."""
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unittest

SOURCE_ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD_ROOT = pathlib.Path(os.environ.get('SHOAL_BUILD_ROOT', SOURCE_ROOT / 'build'))
SHOAL_CLI = os.environ.get('SHOAL_CLI', str(BUILD_ROOT / 'src/cli/shoal-cli'))

# Addresses that are not loopback, on the loopback device: some clients refuse 127.0.0.0/8 from a tracker, and some
# keep one peer for an address, so every program has its own. The whole of 10.77.0.0/16 is local.
TRACKER4, CLIENT4, SHOAL4, OTHER4 = (f'10.77.0.{n}' for n in range(1, 5))
TRACKER6, CLIENT6, SHOAL6 = (f'fd77::{n}' for n in range(1, 4))

# With sanitizers everything takes longer; waits end as soon as their condition holds, so only failures are slower.
PATIENCE = float(os.environ.get('SHOAL_TEST_PATIENCE', '1'))


class Failure(AssertionError):
    """A condition that did not come true; the message tells what was waited for."""


def wait_until(condition, seconds, what):
    """Polls condition() until it is true and returns its value."""
    deadline = time.monotonic() + seconds * PATIENCE
    pause = 0.005
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f'waited {seconds * PATIENCE:.0f} s in vain for {what() if callable(what) else what}')
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def parallel(*functions):
    """Runs the functions in threads; the first exception is raised when all have ended."""
    faults = []

    def guard(function):
        try:
            function()
        except BaseException as fault:  # handed to the caller below
            faults.append(fault)

    threads = [threading.Thread(target=guard, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


class Process:
    """A program with its output in a file; ended by its id."""

    def __init__(self, argv, log, env=None, cwd=None, stdin=subprocess.DEVNULL, stderr=None, prefix=()):
        self.argv = [str(word) for word in (*prefix, *argv)]
        self.log = pathlib.Path(log)
        self.log_file = open(self.log, 'ab')
        self.stderr_log = pathlib.Path(stderr) if stderr else None
        stderr_file = open(self.stderr_log, 'ab') if stderr else subprocess.STDOUT
        self.popen = subprocess.Popen(
            self.argv, stdin=stdin, stdout=self.log_file, stderr=stderr_file, cwd=cwd,
            env={**os.environ, **(env or {})}, start_new_session=True)
        self.pid = self.popen.pid
        if stderr:
            stderr_file.close()

    @property
    def status(self):
        """None while it runs; 128 + signal where one ended it."""
        code = self.popen.poll()
        return code if code is None or code >= 0 else 128 - code

    def signal(self, number):
        if self.popen.poll() is None:
            os.kill(self.pid, number)

    def wait(self, seconds=30):
        try:
            self.popen.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f'{self.argv[0]} still ran after {seconds * PATIENCE:.0f} s\n{self.tail()}') from None
        return self.status

    def stop(self, seconds=10):
        """Asks, waits, then insists."""
        self.signal(signal.SIGTERM)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self.log_file.close()

    def kill(self):
        self.signal(signal.SIGKILL)
        self.popen.wait()

    def text(self):
        return self.log.read_text(errors='replace')

    def tail(self, lines=25):
        text = self.text()
        if self.stderr_log is not None:
            text += self.stderr_log.read_text(errors='replace')
        return '\n'.join(text.splitlines()[-lines:])

    def cpu_seconds(self):
        """User and system time so far, of a process that still runs."""
        fields = pathlib.Path(f'/proc/{self.pid}/stat').read_text().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def status_kib(self, field):
        """A line like VmHWM or RssAnon of /proc/PID/status, in KiB."""
        for line in pathlib.Path(f'/proc/{self.pid}/status').read_text().splitlines():
            if line.startswith(field + ':'):
                return int(line.split()[1])
        return 0


class JsonProcess(Process):
    """A program that prints one JSON object a line; the lines read so far are in `events`."""

    def __init__(self, argv, log, **options):
        super().__init__(argv, log, stderr=str(log) + '.err', **options)
        self._read_to = 0
        self._partial = b''
        self._events = []
        self._lock = threading.Lock()

    @property
    def events(self):
        with self._lock:
            with open(self.log, 'rb') as file:
                file.seek(self._read_to)
                data = file.read()
            self._read_to += len(data)
            *lines, self._partial = (self._partial + data).split(b'\n')
            self._events += [json.loads(line) for line in lines]
            return list(self._events)

    @property
    def errors(self):
        return self.stderr_log.read_text(errors='replace')

    def find(self, event, **fields):
        return [e for e in self.events
                if e.get('event') == event and all(e.get(k) == v for k, v in fields.items())]

    def expect(self, event, seconds=20, **fields):
        """Waits for an event with these fields; the first such is returned."""
        def look():
            found = self.find(event, **fields)
            if not found and self.status is not None:
                found = self.find(event, **fields)
                if not found:
                    raise Failure(f'{self.argv[0]} ended with {self.status} without the event '
                                  f'{event} {fields}\n{self.tail()}')
            return found
        return wait_until(look, seconds, lambda: f'the event {event} {fields}\n{self.tail()}')[0]


class TestCase(unittest.TestCase):
    """A test with a folder (`self.tmp`) and processes that are ended with it. Logs are kept when it fails."""

    ON_DISK = False  # True: the folder is on the disk that TMPDIR names, not in memory
    longMessage = True

    def setUp(self):
        base = None if self.ON_DISK else memory_folder()
        self.tmp = pathlib.Path(tempfile.mkdtemp(prefix='shoal-test-', dir=base))
        self.processes = []
        self._tidy = []
        self._lock = threading.Lock()
        self._names = {}
        self.addCleanup(self._end)

    def _end(self):
        for process in reversed(self.processes):
            process.stop()
        for function in reversed(self._tidy):
            function()
        keep_logs(self)
        shutil.rmtree(self.tmp, ignore_errors=True)

    def on_end(self, function):
        """Called after all processes have ended."""
        self._tidy.append(function)

    def folder(self, name):
        path = self.tmp / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def log_path(self, name):
        with self._lock:
            number = self._names[name] = self._names.get(name, 0) + 1
        folder = self.folder('logs')
        return folder / (f'{name}.log' if number == 1 else f'{name}-{number}.log')

    def keep(self, process):
        with self._lock:
            self.processes.append(process)
        return process

    def start(self, argv, name=None, **options):
        name = name or pathlib.Path(str(argv[0])).name
        return self.keep(Process(argv, self.log_path(name), **options))

    def start_json(self, argv, name=None, **options):
        name = name or pathlib.Path(str(argv[0])).name
        return self.keep(JsonProcess(argv, self.log_path(name), **options))

    def run_program(self, argv, seconds=60, **options):
        """Runs to the end; the CompletedProcess has text output."""
        return subprocess.run([str(word) for word in argv], capture_output=True, text=True, errors='replace',
                              timeout=seconds * PATIENCE, stdin=options.pop('stdin', subprocess.DEVNULL), **options)

    def check_program(self, argv, **options):
        done = self.run_program(argv, **options)
        if done.returncode != 0:
            raise Failure(f'{argv} ended with {done.returncode}\n{done.stdout}{done.stderr}')
        return done.stdout


def memory_folder():
    """A tmpfs of this mount namespace: fast, and gone with the test."""
    path = '/run/shoal-test'
    if not os.path.ismount(path):
        os.makedirs(path, exist_ok=True)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=90%,mode=755', 'tmpfs', path], check=True)
    return path


def keep_logs(test):
    if not getattr(test, 'has_failed', False) or not (test.tmp / 'logs').is_dir():
        return
    place = BUILD_ROOT / 'tests' / 'logs' / test.id().replace('__main__.', '')
    try:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(test.tmp / 'logs', place)
        print(f'# logs kept in {place}', file=sys.stderr, flush=True)
    except OSError as error:
        print(f'# logs could not be kept: {error}', file=sys.stderr, flush=True)
    for path in sorted((test.tmp / 'logs').iterdir()):
        lines = path.read_text(errors='replace').splitlines()[-3:]
        print(f'# --- {path.name}', *[f'#   {line[:200]}' for line in lines], sep='\n', file=sys.stderr, flush=True)


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.number = 0

    def say(self, test, ok, note=''):
        self.number += 1
        name = test.id().replace('__main__.', '')
        took = time.monotonic() - self.begun
        print(f'{"ok" if ok else "not ok"} {self.number} - {name}{note}\n# took {took:.1f} s', flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.begun = time.monotonic()

    def addSuccess(self, test):
        self.say(test, True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say(test, True, f' # SKIP {reason}')

    def addSubTest(self, test, part, error):
        super().addSubTest(test, part, error)
        if error is not None and not getattr(test, 'has_failed', False):
            test.has_failed = True
            self.say(test, False)
        if error is not None:
            print(f'# in {part}', flush=True)
            self.print_error(error)

    def explain(self, test, error):
        self.say(test, False)
        self.print_error(error)

    def print_error(self, error):
        """On standard error: Meson shows that of a test that failed, and of TAP only the numbers."""
        text = ''.join(traceback.format_exception(*error))
        print('\n'.join('# ' + line for line in text.splitlines()), file=sys.stderr, flush=True)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        test.has_failed = True
        self.explain(test, error)

    def addError(self, test, error):
        super().addError(test, error)
        test.has_failed = True
        self.begun = getattr(self, 'begun', time.monotonic())
        self.explain(test, error)


def skip_all(reason):
    print(f'1..0 # SKIP {reason}', flush=True)
    sys.exit(0)


def enter_namespaces():
    """Runs this program again inside namespaces of its own."""
    if os.environ.get('SHOAL_TEST_INSIDE'):
        return
    options = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
    if os.geteuid() != 0:
        options = ['--user', '--map-root-user', *options]
    unshare = shutil.which('unshare')
    if unshare is None or subprocess.run([unshare, *options, 'true'], capture_output=True).returncode != 0:
        skip_all('namespaces cannot be made here (unshare)')
    os.environ['SHOAL_TEST_INSIDE'] = '1'
    os.execv(unshare, ['unshare', *options, sys.executable, *sys.argv])


def prepare_network():
    """Loopback with private addresses of each family; reno, since bbr paces loopback."""
    ip = shutil.which('ip', path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
    if ip is None:
        skip_all('the program ip (iproute2) is missing')
    subprocess.run([ip, 'link', 'set', 'lo', 'up'], check=True)
    subprocess.run([ip, 'address', 'add', TRACKER4 + '/32', 'dev', 'lo'], check=True)
    subprocess.run([ip, 'route', 'add', 'local', '10.77.0.0/16', 'dev', 'lo'], check=True)
    for address in (TRACKER6, CLIENT6, SHOAL6):
        subprocess.run([ip, '-6', 'address', 'add', address + '/128', 'dev', 'lo', 'nodad'], capture_output=True)
    set_sysctl('net/ipv4/tcp_congestion_control', 'reno')


def set_sysctl(name, value):
    try:
        pathlib.Path('/proc/sys', name).write_text(str(value))
    except OSError:
        pass


def set_home():
    """State and settings of every program below a folder that goes with the test."""
    home = tempfile.mkdtemp(prefix='home-', dir=memory_folder())
    os.environ.update(
        HOME=home, XDG_CONFIG_HOME=f'{home}/config', XDG_DATA_HOME=f'{home}/data', XDG_STATE_HOME=f'{home}/state',
        XDG_CACHE_HOME=f'{home}/cache', XDG_RUNTIME_DIR=f'{home}/runtime', GSETTINGS_BACKEND='memory',
        LC_ALL='C.UTF-8', TERM='xterm')
    os.mkdir(f'{home}/runtime', 0o700)
    for name in ('http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'):
        os.environ.pop(name, None)


def main(needs=()):
    """Runs the tests of the calling file. needs: programs without which all of it is skipped."""
    for program in (SHOAL_CLI, *needs):
        if shutil.which(program) is None:
            skip_all(f'{program} is not installed')
    enter_namespaces()
    prepare_network()
    set_home()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    names = [word for word in sys.argv[1:] if not word.startswith('-')]
    loader = unittest.TestLoader()
    module = sys.modules['__main__']
    suite = loader.loadTestsFromNames(names, module) if names else loader.loadTestsFromModule(module)
    print(f'TAP version 13\n1..{suite.countTestCases()}', flush=True)
    result = TapResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)

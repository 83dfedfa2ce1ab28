# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program under test, started the ways the tests need it."""
import json
import signal

from harness import SHOAL4, SHOAL_CLI

# Nothing but trackers and named peers, whatever Shoal has learned to do since.
QUIET = ('--no-dht', '--no-pex', '--no-lsd', '--no-utp', '--no-port-mapping', '--encryption=off')


def get_argv(torrents, folder, state, *options, bind=SHOAL4, port=0):
    torrents = torrents if isinstance(torrents, (list, tuple)) else [torrents]
    return [SHOAL_CLI, 'get', '--json', f'--dir={folder}', f'--state={state}', f'--port={port}',
            *([f'--bind={bind}'] if bind else []), *QUIET, *options, *torrents]


def seed_argv(torrent, path, state, *options, bind=SHOAL4, port=0):
    return [SHOAL_CLI, 'seed', '--json', f'--state={state}', f'--port={port}',
            *([f'--bind={bind}'] if bind else []), *QUIET, *options, torrent, path]


def start_get(test, torrents, folder, *options, state=None, name='get', **where):
    argv = get_argv(torrents, folder, state or test.tmp / 'state', *options, **where)
    return test.start_json(argv, name)


def start_seed(test, torrent, path, *options, state=None, name='seed', **where):
    """A seed that has checked its data and listens; `port` is where."""
    process = test.start_json(seed_argv(torrent, path, state or test.tmp / 'state-seed', *options, **where), name)
    process.port = process.expect('listening')['tcp']
    process.expect('progress', state='seeding', seconds=60)
    return process


def finish_get(test, process, seconds=60):
    """Waits for a `get` that must succeed; returns its last `complete` event."""
    status = process.wait(seconds)
    test.assertEqual(status, 0, process.tail())
    completes = process.find('complete')
    test.assertTrue(completes, process.tail())
    return completes[-1]


def stop_cleanly(test, process):
    process.signal(signal.SIGTERM)
    test.assertEqual(process.wait(10), 143, process.tail())
    return process.find('stopped')[-1]


def create(test, path, out, *options):
    """Makes a torrent; the `complete` event with info_hash and magnet."""
    text = test.check_program([SHOAL_CLI, 'create', '--json', '-o', out, *options, path])
    return [e for e in map(json.loads, text.splitlines()) if e['event'] == 'complete'][-1]


def show(test, torrent):
    return json.loads(test.check_program([SHOAL_CLI, 'show', '--json', torrent]))

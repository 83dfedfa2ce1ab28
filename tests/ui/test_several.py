#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several real torrents in one list: what filters, order, selection and queue show is what goes on, as the seeder sees it."""
import re
import time

import rig
import test_find
import test_preferences
import test_real
import test_table
from rig import check, wait_for
from test_real import PIECE, SHOAL, downloads

MB = 1_000_000
SIZES = {'alpha': 40 * MB, 'beta': 2 * MB, 'gamma': 30 * MB, 'delta': 1 * MB}
SLOW = 'alpha', 'gamma'  # these are not complete while a test lasts
SLOW_RATE = 250_000
HOSTS = {'alpha': '127.0.0.1', 'beta': 'localhost', 'gamma': 'localhost', 'delta': 'localhost'}


class Several(test_real.Swarm):
    """A torrent of one file each, on a tracker that is known by two names, and one client that has all of them."""

    sizes = SIZES

    def make_data(self):
        folder = self.dir / 'data'
        folder.mkdir()
        self.torrents = {}
        for name, size in self.sizes.items():
            block = name.encode()
            content = bytearray()
            while len(content) < size:
                block = test_real.hashlib.sha512(block).digest()
                content += block * 64
            (folder / name).write_bytes(content[:size])
            self.make_torrent(folder / name, name, HOSTS[name])
            self.torrents[name] = self.torrent

    def seed(self, **rates):
        """The client's handles by name; 0: as fast as it can."""
        session = self.open_session()
        handles = {name: self.take_part(session, torrent, self.dir / 'data') for name, torrent in self.torrents.items()}
        for name, rate in rates.items():
            handles[name].set_upload_limit(rate)
        wait_for(lambda: all(handle.status().is_seeding for handle in handles.values()), 'the seeder to check its data', timeout=60)
        return handles


class Finder(test_find.Finder):
    """As over the engine that is none."""

    def __init__(self, desktop, app):
        self.desktop, self.app = desktop, app

    def wait_filters(self, *expected):
        wait_for(lambda: set(expected) <= set(self.filter_names()), lambda: f'the filters {expected}, there are {self.filter_names()}', timeout=60)

    def wait_rows(self, *names):
        wait_for(lambda: sorted(self.names()) == sorted(names), lambda: f'the rows {names}, there are {self.names()}')

    def state(self, name):
        """The word that a row says after the name."""
        return self.app.row(name + ',').get_name().split(', ')[1]

    def wait_state(self, name, state, timeout=30.0):
        wait_for(lambda: self.state(name) == state, lambda: f'{name} to be {state}, it is {self.state(name)}', timeout)

    def select(self, *names):
        self.app.click(self.app.row(names[0] + ','))
        self.desktop.xdotool('keydown', 'ctrl')
        for name in names[1:]:
            self.app.click(self.app.row(name + ','))
        self.desktop.xdotool('keyup', 'ctrl')
        wait_for(lambda: sorted(self.selected()) == sorted(names), lambda: f'{names} to be selected, there are {self.selected()}')


class Table(test_table.Table):
    """As over the engine that is none."""

    def __init__(self, desktop, app):
        self.desktop, self.app = desktop, app


def add_all(desktop, swarm, **settings):
    test_real.shutil.rmtree(downloads(desktop), ignore_errors=True)
    desktop.settings(window_width=1180, window_height=900, show_details='false', port=swarm.port, **settings)
    app = desktop.app(SHOAL, *swarm.torrents.values()).wait_window()
    n = len(swarm.torrents)
    app.wait_window_titled(f'Add {n} Torrents' if n > 1 else 'Add Torrent')
    for size in swarm.sizes.values():
        app.wait_text(rf'^{size // MB}\.0.MB')
    desktop.key('Return')
    app.wait_windows(1)
    it = Finder(desktop, app)
    it.wait_rows(*swarm.torrents)
    return it


def given(handle):
    return handle.status().total_payload_upload


def had(handle):
    """Bytes in pieces that the one who takes from this seeder says it has."""
    return max((sum(peer.pieces) for peer in handle.get_peer_info()), default=0) * PIECE


def check_rests(handles, seconds=3.0):
    """Nobody takes anything of these any more."""
    wait_for(lambda: not any(handle.get_peer_info() for handle in handles), 'the connections to end', timeout=30)
    before = [given(handle) for handle in handles]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        check([given(handle) for handle in handles] == before, 'nothing is taken of what rests')
        time.sleep(0.2)


def gather_all_states(desktop, swarm):
    """One downloads, one seeds, one is paused, and one was changed by somebody else when it is asked for."""
    it = add_all(desktop, swarm)
    it.wait_filters('All, 4 torrents', 'Downloading, 2 torrents', 'Seeding, 2 torrents', 'Paused, 0 torrents')
    it.app.press('Pause gamma', 'push button')
    it.wait_filters('Downloading, 1 torrent', 'Paused, 1 torrent', 'Seeding, 2 torrents')
    (downloads(desktop) / 'delta').write_bytes(bytes(1000))
    (swarm.dir / 'taker').mkdir()
    taker = swarm.take_part(swarm.open_session(), swarm.torrents['delta'], swarm.dir / 'taker')
    taker.connect_peer(('127.0.0.1', swarm.port))
    it.wait_filters('All, 4 torrents', 'Downloading, 1 torrent', 'Paused, 1 torrent', 'Seeding, 1 torrent', 'Needs Attention, 1 torrent')
    it.app.wait_text('delta” was changed by another program')
    desktop.shot('several')
    return it


def filters(desktop, swarm):
    """Counts follow what happens, and what is chosen leaves the right ones: by state, by label, by tracker."""
    swarm.seed(**dict.fromkeys(SLOW, SLOW_RATE))
    it = gather_all_states(desktop, swarm)
    app = it.app
    for state, name in (('Downloading', 'alpha'), ('Seeding', 'beta'), ('Paused', 'gamma'), ('Needs Attention', 'delta')):
        it.choose(state)
        it.wait_rows(name)
    app.click(app.row('delta,'), button=3)
    app.press('Verify', 'menu item')
    it.wait_filters('Needs Attention, 0 torrents', 'Seeding, 2 torrents')
    app.wait('No Torrents Here')
    it.choose('All')
    it.wait_rows(*SIZES)
    it.choose('Tracker 127.0.0.1')
    it.wait_rows('alpha')
    it.choose('Tracker localhost')
    it.wait_rows('beta', 'gamma', 'delta')
    it.choose('Seeding')
    it.wait_rows('beta', 'delta')
    it.choose('All')
    it.select('alpha', 'delta')
    desktop.key('ctrl+l')
    app.wait('Label', 'text')
    desktop.type('mine')
    desktop.key('Return')
    app.wait_windows(1)
    it.wait_filters('Label mine, 2 torrents')
    it.choose('Label mine')
    it.wait_rows('alpha', 'delta')
    check(app.quit() == 0, 'it ends')
    it = Finder(desktop, desktop.app(SHOAL).wait_window())
    it.wait_filters('Label mine, 2 torrents', 'Tracker localhost, 3 torrents', 'Paused, 1 torrent')
    check(it.app.quit() == 0, 'it ends')


def sorted_names(table):
    return [name.split(',')[0] for name in table.names()]


def several_at_once(desktop, swarm):
    """Sorted by columns of the table; two are paused by one key, and nobody gets anything of them any more."""
    handles = swarm.seed(**dict.fromkeys(SLOW, SLOW_RATE))
    it = add_all(desktop, swarm)
    app = it.app
    it.wait_filters('Downloading, 2 torrents', 'Seeding, 2 torrents')
    it.open_view_menu('Table')
    app.press(re.compile('^Table$'))
    table = Table(desktop, app)
    table.row('alpha,')
    for column, names in (('Size', ['alpha', 'gamma', 'beta', 'delta']), ('Name', ['alpha', 'beta', 'delta', 'gamma'])):
        app.click(table.title(column))
        wait_for(lambda: sorted_names(table) == names, lambda: f'the order by {column}, it is {sorted_names(table)}')
    app.click(table.title('Name'))
    wait_for(lambda: sorted_names(table) == ['gamma', 'delta', 'beta', 'alpha'], lambda: f'the other order, it is {sorted_names(table)}')
    desktop.shot('several-table')
    both = [handles[name] for name in SLOW]
    wait_for(lambda: all(given(handle) > 0 for handle in both), 'both to come')
    app.click(table.row('gamma,'))
    desktop.xdotool('keydown', 'ctrl')
    app.click(table.row('alpha,'))
    desktop.xdotool('keyup', 'ctrl')
    desktop.key('ctrl+space')
    it.wait_filters('Downloading, 0 torrents', 'Paused, 2 torrents', 'Seeding, 2 torrents')
    check_rests(both)
    desktop.key('ctrl+space')
    it.wait_filters('Downloading, 2 torrents', 'Paused, 0 torrents')
    before = [given(handle) for handle in both]
    wait_for(lambda: all(given(handle) > b for handle, b in zip(both, before)), 'both to go on', timeout=30)
    check(app.quit() == 0, 'it ends')


class Pair(Several):
    sizes = {'alpha': 40 * MB, 'gamma': 30 * MB}


def one_after_the_other(desktop, swarm):
    """Only one may download: the second waits, until it is moved to the top, by the menu, by the keys back again, and by
    hand once more."""
    handles = swarm.seed(**dict.fromkeys(swarm.sizes, SLOW_RATE))
    it = add_all(desktop, swarm, sort="'queue'")
    app = it.app
    it.wait_filters('Downloading, 2 torrents')
    if it.names() != ['alpha', 'gamma']:  # they were read side by side, and either may have come first
        it.select('alpha')
        desktop.key('alt+Up')
        it.wait_names(lambda names: names == ['alpha', 'gamma'], 'alpha to stand first')
    test_preferences.open_preferences(desktop, app)
    test_preferences.show_page(app, 'Queue')
    app.wait('Torrents That Download at Once', 'spin button').get_value_iface().set_current_value(1)
    test_preferences.close_preferences(desktop, app)
    it.wait_state('gamma', 'Waiting')
    app.wait_text('waiting for its turn')
    desktop.shot('several-queue')
    check_rests([handles['gamma']])
    check(it.state('alpha') == 'Downloading', 'the first goes on')
    it.select('gamma')
    app.click(app.row('gamma,'), button=3)
    app.press('Queue', 'menu item')
    app.press('Move to Top')
    app.wait_gone('Move to Top')
    it.wait_state('gamma', 'Downloading')
    it.wait_state('alpha', 'Waiting')
    check_rests([handles['alpha']])
    before = given(handles['gamma'])
    wait_for(lambda: given(handles['gamma']) > before, 'the second to come')
    it.select('alpha')
    desktop.key('alt+Up')
    it.wait_state('alpha', 'Downloading')
    it.wait_state('gamma', 'Waiting')
    check_rests([handles['gamma']])
    desktop.drag(it.place('gamma,'), it.place('alpha,', -18), 'several-drag')
    it.wait_names(lambda names: names == ['gamma', 'alpha'], 'the one that was dragged to stand first')
    it.wait_state('gamma', 'Downloading')
    it.wait_state('alpha', 'Waiting')
    check_rests([handles['alpha']])
    before = given(handles['gamma'])
    wait_for(lambda: given(handles['gamma']) > before, 'the one that was dragged to come')
    check(app.quit() == 0, 'it ends')
    it = Finder(desktop, desktop.app(SHOAL).wait_window())
    it.wait_state('gamma', 'Downloading')
    check(it.state('alpha') == 'Waiting', 'the queue and its limit are remembered')
    check(it.app.quit() == 0, 'it ends')


def several(function, kind=Several):
    return test_real.with_swarm(function, kind)


if __name__ == '__main__':
    rig.main(several(filters), several(several_at_once), several(one_after_the_other, Pair))

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several real torrents that are not alike: in the order of their speed, with options set for all of them at once, and
with goals of their own that hours of seeding reach, and with turns at seeding, by a clock that the test drives; and in the
orders of the menu, by the keyboard alone."""
import re
import time

import clocks
import pages
import rig
import test_keys
import test_real
from rig import check, wait_for
from test_limits import rate, set_number
from test_preferences import close_preferences, open_preferences, show_page
from test_real import SHOAL, downloads
from test_several import MB, Finder, Several, Table, add_all, sorted_names

MINUTE = 60


class Three(Several):
    sizes = {'alpha': 60 * MB, 'beta': 60 * MB, 'gamma': 60 * MB}


def by_speed(desktop, it, handles):
    """The fastest first, and again when another one is the fastest."""
    app = it.app
    it.open_view_menu('Name')
    app.press(re.compile('^Fastest First$'))
    desktop.xdotool('mousemove', 5, 5)
    wait_for(lambda: it.names() == ['beta', 'gamma', 'alpha'], lambda: f'the fastest first, there are {it.names()}', timeout=30)
    handles['beta'].set_upload_limit(50_000)
    handles['alpha'].set_upload_limit(1_500_000)
    wait_for(lambda: it.names() == ['alpha', 'gamma', 'beta'], lambda: f'the order to follow the speeds, there are {it.names()}', timeout=30)
    desktop.shot('mixed-speed')


def show_options(it, name):
    it.select(name)
    if not it.app.find('Options', 'page tab'):
        it.desktop.key('Return')
    it.app.click(it.app.wait('Options', 'page tab'))


def options_of_all(desktop, it, handles):
    """One is limited and in order; then a limit is set for both, and what differs is said until it does not."""
    app = it.app
    handles['gamma'].set_upload_limit(600_000)
    show_options(it, 'alpha')
    pages.toggle(app, 'Download in Order')
    pages.toggle(app, 'Limit Downloading')
    set_number(app, 'Highest Download Speed in kB/s', 100)
    wait_for(lambda: rate(handles['alpha'], 1) < 300_000, 'the limit to hold', timeout=30)
    wait_for(lambda: it.names()[0] == 'gamma', 'the rows to lie by their speeds', timeout=30)
    desktop.xdotool('keydown', 'ctrl')
    app.click(app.row('gamma,'))
    desktop.xdotool('keyup', 'ctrl')
    app.wait_text('^2 Torrents Selected$')
    app.wait_text('^Differs among those that are selected$')
    desktop.shot('mixed-options')
    wait_for(lambda: rate(handles['gamma'], 1) > 300_000, 'the other one to come as before, though both are looked at', timeout=30)

    def numbers():
        """Also of the page behind, of one torrent."""
        return app.all('Highest Download Speed in kB/s', 'spin button')
    n = len(numbers())
    pages.toggle(app, 'Limit Downloading')
    wait_for(lambda: len(numbers()) > n, 'the number of both')
    numbers()[-1].get_value_iface().set_current_value(150)
    for name in ('alpha', 'gamma'):
        wait_for(lambda name=name: 0 < rate(handles[name], 2) < 300_000, f'the limit of both to hold for {name}', timeout=30)
    pages.toggle(app, 'Download in Order')
    wait_for(lambda: not app.reads('^Differs among those that are selected$'), 'nothing to differ')


def several_that_differ(desktop, swarm):
    handles = swarm.seed(alpha=100_000, beta=900_000, gamma=400_000)
    it = add_all(desktop, swarm)
    by_speed(desktop, it, handles)
    options_of_all(desktop, it, handles)
    check(it.app.quit() == 0, 'it ends')
    it = Finder(desktop, desktop.app(SHOAL).wait_window())
    show_options(it, 'alpha')
    it.app.wait_text(r'^150$')
    in_order = it.app.wait('Download in Order', 'check box')
    wait_for(lambda: it.app.has_state(in_order, 'checked'), 'what both have to be remembered')
    check(it.app.quit() == 0, 'it ends')


class Two(Several):
    sizes = {'alpha': 2 * MB, 'beta': 2 * MB}


def add_all_by(clock, desktop, swarm, **settings):
    desktop.env.update(clock.environment())
    try:
        return add_all(desktop, swarm, **settings)
    finally:
        for key in clock.environment():
            desktop.env.pop(key)


def taker_of(swarm, name, rate=0):
    """The tracker may name it whom to ask at any time."""
    folder = swarm.dir / f'taker-{name}'
    folder.mkdir()
    handle = swarm.take_part(swarm.open_session(), swarm.torrents[name], folder)
    handle.set_download_limit(rate)
    return handle


def set_own_goal(desktop, it, name, goal, number):
    """An hour of it."""
    show_options(it, name)
    pages.choose(desktop, it.app, 'Stop Seeding', 1)
    pages.toggle(it.app, goal)
    set_number(it.app, number, 1)
    it.app.wait_text(' 1 hour$')


def goals_of_time(desktop, swarm):
    """One ends after an hour, another when nobody has taken anything for an hour, and that one leaves the list then: it is
    counted from the last time."""
    clock = clocks.Clock(desktop)
    swarm.seed()
    it = add_all_by(clock, desktop, swarm)
    it.wait_filters('Seeding, 2 torrents')
    swarm.sessions.pop().pause()
    set_own_goal(desktop, it, 'alpha', 'After a Time', 'Hours of Seeding')
    set_own_goal(desktop, it, 'beta', 'When Nobody Takes Anything', 'Idle Hours')
    pages.choose(desktop, it.app, 'Then', 1)
    taker = taker_of(swarm, 'beta')

    def passes(minutes):
        """The engine hears of it from who connects."""
        clock.advance(it.app, minutes * MINUTE)
        taker.connect_peer(('127.0.0.1', swarm.port))
    passes(40)

    def takes_all():
        taker.connect_peer(('127.0.0.1', swarm.port))
        return taker.status().is_seeding
    wait_for(takes_all, 'somebody to take all of beta', timeout=60, step=0.5)
    check(it.state('alpha') == 'Seeding' and it.state('beta') == 'Seeding', 'neither has reached its goal')
    passes(25)
    it.wait_state('alpha', 'Complete')
    it.app.wait_text('complete, not seeding: its goal is reached')
    check(it.state('beta') == 'Seeding', 'somebody took of beta within the hour')
    desktop.shot('mixed-goals')
    passes(40)
    it.wait_rows('alpha')
    it.app.wait_text('^“beta” reached its goal and left the list$')
    check(it.app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))
    it = Finder(desktop, desktop.app(SHOAL).wait_window())
    it.wait_filters('All, 1 torrent', 'Complete, 1 torrent')
    check(it.names() == ['alpha'], lambda: f'who left does not come back: {it.names()}')
    check(it.app.quit() == 0, 'it ends')


def passes_while_all_take(clock, it, takers):
    """Some seconds, in which everybody gets something; or until one waits; whether none does."""
    before = {name: had_by(taker) for name, taker in takers.items()}

    def waits():
        return any(it.state(name) == 'Waiting' for name in takers)
    wait_for(lambda: waits() or all(had_by(taker) > before[name] for name, taker in takers.items()), 'all to take something', timeout=30)
    if waits():
        return False
    clock.advance(it.app, 10)
    return True


def had_by(taker):
    return taker.status().total_payload_download


def turns_at_seeding(desktop, swarm):
    """One may seed at once: when somebody takes of both for a while the second waits, until nobody takes of the first."""
    clock = clocks.Clock(desktop)
    swarm.seed()
    it = add_all_by(clock, desktop, swarm, sort="'queue'")
    it.wait_filters('Seeding, 2 torrents')
    swarm.sessions.pop().pause()
    first, second = it.names()
    open_preferences(desktop, it.app)
    show_page(it.app, 'Queue')
    set_number(it.app, 'Torrents That Seed at Once', 1)
    close_preferences(desktop, it.app)
    takers = {name: taker_of(swarm, name, 40_000) for name in swarm.torrents}
    for taker in takers.values():
        taker.connect_peer(('127.0.0.1', swarm.port))
    check(passes_while_all_take(clock, it, takers), 'nobody waits at once')
    check(it.state(first) == 'Seeding' and it.state(second) == 'Seeding', 'both give as long as nobody needs a place')
    n = 1
    while n < 6 and passes_while_all_take(clock, it, takers):
        n += 1
    it.wait_state(second, 'Waiting')
    it.app.wait_text('waiting for its turn')
    check(it.state(first) == 'Seeding', 'the first goes on')
    desktop.shot('mixed-turns')
    wait_for(lambda: not takers[second].get_peer_info(), 'nobody to take of the second')
    before = had_by(takers[first])
    wait_for(lambda: had_by(takers[first]) > before, 'the first to be taken of', timeout=30)
    takers[first].pause()
    wait_for(lambda: not takers[first].get_peer_info(), 'nobody to take of the first')
    clock.advance(it.app, 2 * MINUTE)
    it.wait_state(second, 'Seeding')
    check(it.state(first) == 'Seeding', 'the first is still there for who comes')
    before = had_by(takers[second])

    def asks():
        takers[second].connect_peer(('127.0.0.1', swarm.port))
        return had_by(takers[second]) > before
    wait_for(asks, 'the second to be taken of', timeout=30, step=0.5)
    check(it.app.quit() == 0, 'it ends')


class Unlike(Several):
    sizes = {'gamma': 4 * MB, 'alpha': 3 * MB, 'beta': 2 * MB}  # as they are added


def add_in_turn(desktop, swarm):
    """Each in a second of its own: the time at which one was added is kept in seconds."""
    first, *others = swarm.torrents.values()
    person = test_keys.Keys(desktop, swarm, first, show_details='false')
    for torrent in others:
        second = int(time.time())
        wait_for(lambda second=second: int(time.time()) > second, 'the next second')
        desktop.run([SHOAL, str(torrent)])
        person.app.wait_window_titled('Add Torrent')
        wait_for(lambda: person.app.has_state(person.app.find(re.compile('Add$'), 'push button'), 'sensitive'), 'it to be read')
        person.confirm_add()
        person.app.wait_windows(1)
    return person


def come_to_rest(swarm, it, handles):
    """One is there and given, some of another is there and given, less of the third is there: nothing changes any more."""
    it.wait_state('beta', 'Seeding')
    wait_for(lambda: part_of(it, 'alpha') > 0, 'some of alpha', timeout=30)
    handles['gamma'].set_upload_limit(500_000)
    wait_for(lambda: part_of(it, 'gamma') > part_of(it, 'alpha'), 'more of gamma', timeout=30)
    swarm.sessions.pop().pause()
    takers = {name: taker_of(swarm, name) for name in ('beta', 'gamma')}

    def take():
        for taker in takers.values():
            taker.connect_peer(('127.0.0.1', swarm.port))
        return takers['beta'].status().is_seeding and had_by(takers['gamma']) > 0
    wait_for(take, 'somebody to take of both', timeout=60, step=0.5)
    parts = [part_of(it, name) for name in swarm.sizes]
    check(1 > parts[0] > parts[1] > 0 and parts[2] == 1, lambda: f'of each is there another part: {parts}')


def part_of(it, name):
    return it.app.wait(name, 'progress bar').get_value_iface().get_current_value()


def choose_of_view(person, item):
    """From the menu of the view, which gives the focus back to its button."""
    if not person.has_focus(person.app.focused(), '^View', None):
        person.go('Tab', '^View')
    person.step('Return')
    person.go('Down', f'^{item}$')
    person.desktop.key('Return')
    person.app.wait_gone('Reverse Order')


def sorted_by_keys(desktop, swarm):
    """In the orders of the list by what the engine says, and in one of the table."""
    handles = swarm.seed(alpha=40_000, gamma=40_000)
    person = add_in_turn(desktop, swarm)
    it = Finder(desktop, person.app)
    come_to_rest(swarm, it, handles)
    for order, names in (('Largest First', ['gamma', 'alpha', 'beta']), ('Ratio', ['beta', 'gamma', 'alpha']),
                         ('Progress', ['alpha', 'gamma', 'beta']), ('Newest First', ['beta', 'alpha', 'gamma'])):
        choose_of_view(person, order)
        it.wait_names(lambda found, names=names: found == names, f'{names} by {order}')
    desktop.shot('mixed-sorted')
    choose_of_view(person, 'Table')
    table = Table(desktop, person.app)
    wait_for(lambda: sorted_names(table) == ['beta', 'alpha', 'gamma'], 'the table in the order of the list')
    choose_of_view(person, 'Largest First')
    wait_for(lambda: sorted_names(table) == ['gamma', 'alpha', 'beta'], lambda: f'the largest first, there are {sorted_names(table)}')
    check(person.app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(*(test_real.with_swarm(case, kind) for case, kind in (
        (several_that_differ, Three), (goals_of_time, Two), (turns_at_seeding, Two), (sorted_by_keys, Unlike))))

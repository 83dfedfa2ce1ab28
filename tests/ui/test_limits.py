#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits, their timetable and goals of seeding, set in the window; what they do is measured at other clients."""
import datetime
import re
import time

import pages
import rig
import test_real
from rig import check, wait_for
from test_preferences import close_preferences, open_preferences, show_page
from test_real import PIECE, SHOAL, downloads
from test_several import MB, Finder, Several, add_all, given, had

# What a limit lets through at once is a quarter of a second's; and a piece counts when it is whole.
SLACK = 4 * PIECE


class One(Several):
    sizes = {'alpha': 90 * MB}


class Two(Several):
    sizes = {'beta': 6 * MB, 'delta': 6 * MB}


def rate(handle, seconds=5.0):
    """What comes, in bytes a second."""
    before, began = had(handle), time.monotonic()
    time.sleep(seconds)  # a time that is measured, and nothing that is waited for
    return (had(handle) - before) / (time.monotonic() - began)


def check_rate(handle, limit, seconds=5.0):
    """Not more than the limit. Less may come of a machine that has other things to do, but not next to nothing."""
    came = rate(handle, seconds)
    print(f'# {came / 1000:.0f} kB/s of {limit / 1000:.0f}', flush=True)
    check(came <= 1.05 * limit + SLACK / seconds, lambda: f'{came:.0f} bytes a second came under a limit of {limit}')
    check(came >= 0.3 * limit, lambda: f'{came:.0f} bytes a second came of {limit}')


def wait_rate(app, pattern):
    """A row says the mean of some seconds."""
    app.wait_text(rf'\b{pattern}.kB/s from 1 person', timeout=30)


def set_number(app, name, value):
    app.wait(name, 'spin button').get_value_iface().set_current_value(value)


def switch_on(app, name):
    """Until it has slid there: a window that closes before takes it along."""
    app.press(name, 'check box')
    wait_for(lambda: app.has_state(app.find(name, 'check box'), 'checked'), f'{name!r} to be on')


def limits(desktop, swarm):
    """Of all torrents: the usual ones, and the alternative ones in their place, as long as they are switched on."""
    seeder = swarm.seed(alpha=3 * MB)['alpha']
    it = add_all(desktop, swarm)
    app = it.app
    wait_for(lambda: had(seeder) > 3 * MB, 'it to come fast')
    open_preferences(desktop, app)
    show_page(app, 'Speed')
    set_number(app, 'Highest Download Speed in kB/s', 600)
    set_number(app, 'Alternative Download Speed in kB/s', 200)
    switch_on(app, 'Limit Downloading')
    close_preferences(desktop, app)
    check_rate(seeder, 600_000)
    wait_rate(app, r'[56]\d\d\.\d')
    desktop.key('F10')
    app.press('Alternative Speed Limits')
    check_rate(seeder, 200_000)
    app.wait_text('alternative limits')
    wait_rate(app, r'(1\d\d|20\d)\.\d')
    desktop.shot('limits')
    desktop.key('F10')
    app.press('Alternative Speed Limits')
    wait_for(lambda: rate(seeder, 2) > 300_000, 'the usual limit to hold again', timeout=30)
    check_rate(seeder, 600_000)
    check(app.quit() == 0, 'it ends')


def slowed_at_full_speed(desktop, swarm):
    """What is under way when a limit is set is let in as slowly as all that comes later."""
    seeder = swarm.seed(alpha=8 * MB)['alpha']
    it = add_all(desktop, swarm, details_page="'options'")
    app = it.app
    it.select('alpha')
    desktop.key('Return')
    wait_for(lambda: had(seeder) > 16 * MB, 'it to come fast', timeout=30)
    pages.toggle(app, 'Limit Downloading')
    set_number(app, 'Highest Download Speed in kB/s', 100)
    wait_for(lambda: given(seeder) > 0 and rate(seeder, 1) < 300_000, 'the limit to hold')
    check_rate(seeder, 100_000, 6)
    check(app.quit() == 0, 'it ends')


def clock_that_says(hour, minute, second=0):
    """TZ for a program: by it, it is that time of the day now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    ahead = ((hour - now.hour) * 60 + minute - now.minute) * 60 + second - now.second
    west = -ahead if abs(ahead) <= 12 * 3600 else (-ahead + 86400 if ahead > 0 else -ahead - 86400)
    sign, west = ('-' if west < 0 else ''), abs(west)
    return f'TST{sign}{west // 3600:02}:{west // 60 % 60:02}:{west % 60:02}'


def timetable(desktop, swarm):
    """The alternative limits come by themselves, when the clock of the program says so, and go when the timetable ends."""
    seeder = swarm.seed(alpha=2 * MB)['alpha']
    test_real.shutil.rmtree(downloads(desktop), ignore_errors=True)
    desktop.settings(port=swarm.port, show_details='false', alternative_down='200', timetable='true',
                     timetable_from=str(22 * 60), timetable_to=str(23 * 60))
    app = desktop.app(SHOAL, swarm.torrents['alpha'], TZ=clock_that_says(21, 59, 35)).wait_window()
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'90\.0.MB')
    desktop.key('Return')
    app.wait_windows(1)
    wait_for(lambda: rate(seeder, 1) > 500_000, 'it to come fast', timeout=30)
    check(not app.reads('alternative limits'), 'it is too early for the alternative limits')
    app.wait_text('alternative limits', timeout=60)
    check_rate(seeder, 200_000)
    check(app.quit() == 0, 'it ends')
    app = desktop.app(SHOAL, TZ=clock_that_says(22, 59, 45)).wait_window()
    app.wait_text('alternative limits')
    wait_for(lambda: not app.reads('alternative limits'), 'the alternative limits to end', timeout=60)
    wait_for(lambda: rate(seeder, 1) > 500_000, 'it to come fast again', timeout=30)
    check(app.quit() == 0, 'it ends')


def goals(desktop, swarm):
    """What seeds stops at the ratio of the preferences; then another leaves the list at it, and is fetched back."""
    swarm.seed()
    it = add_all(desktop, swarm)
    app = it.app
    it.wait_filters('Seeding, 2 torrents')
    swarm.sessions.pop().pause()
    open_preferences(desktop, app)
    show_page(app, 'Queue')
    set_number(app, 'Ratio', 0.5)
    switch_on(app, 'Stop Seeding at a Ratio')
    show_page(app, 'Speed')
    set_number(app, 'Highest Upload Speed in kB/s', 500)
    switch_on(app, 'Limit Uploading')
    close_preferences(desktop, app)
    takers = swarm.open_session()

    def reaches(name, ended):
        folder = swarm.dir / f'taker-{name}'
        folder.mkdir()
        handle = swarm.take_part(takers, swarm.torrents[name], folder)

        def asks():
            handle.connect_peer(('127.0.0.1', swarm.port))
            return ended()
        wait_for(asks, f'the seeding of {name} to end', timeout=60, step=0.5)
        taken = handle.status().total_payload_download
        print(f'# {taken / MB:.1f} MB of 6 MB were given for a ratio of 0.5', flush=True)
        check(2.9 * MB <= taken <= 4.5 * MB, lambda: f'{taken} bytes were given for a ratio of 0.5 of 6 MB')
    reaches('beta', lambda: it.state('beta') == 'Complete')
    app.wait_text('complete, not seeding: its goal is reached')
    check(it.state('delta') == 'Seeding', 'the other goes on')
    desktop.shot('limits-goal')
    open_preferences(desktop, app, 640, 1100)
    show_page(app, 'Queue')
    pages.choose(desktop, app, 'Once Seeding Ends', 1)
    app.wait_text('^The torrent leaves the list; its files stay$')
    close_preferences(desktop, app)
    reaches('delta', lambda: not app.has_row('delta'))
    check(it.state('beta') == 'Complete', 'what had reached its goal before stays')
    app.wait_text('^“delta” reached its goal and left the list$')
    desktop.shot('limits-left')
    app.press(re.compile('Undo$'), 'push button')
    wait_for(lambda: app.has_row('delta') and it.state('delta') == 'Complete', 'it to be back, and not to leave again')
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))
    app = desktop.app(SHOAL).wait_window()
    app.row('beta, Complete')
    app.row('delta, Complete')
    check(app.quit() == 0, 'it ends')


def swarm_of(function, kind):
    return test_real.with_swarm(function, kind)


if __name__ == '__main__':
    rig.main(swarm_of(limits, One), swarm_of(slowed_at_full_speed, One), swarm_of(timetable, One), swarm_of(goals, Two))

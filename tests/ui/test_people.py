#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Those who are connected: said in words, sorted, added, banned; with an engine that is none, and with the real one."""
import re
import time

import pages
import rig
import test_real
from rig import check, wait_for


def row(app, pattern, **more):
    return pages.item(app, 'People', pattern, **more)


def says_who_is_there(desktop):
    it = pages.open_page(desktop, 'people', SHOAL_FAKE_ACTIVE='12')
    app = it.app
    app.wait_text('^40 people, 55 known$')
    row(app, r'^198\.51\.100\.1:6881 · Shoal 1\.0 · has everything · gives to us · waits for us · encrypted · TCP · came to us')
    row(app, r'^198\.51\.100\.2:6881 · Tom & Jerry <b>x</b> %s ')
    row(app, r'unknown program')
    row(app, r'keeps us waiting')
    app.wait_text(r'^↓ \d')
    desktop.shot('people')
    check(app.quit() == 0, 'it ends')


def sorts(desktop):
    it = pages.open_page(desktop, 'people', SHOAL_FAKE_ACTIVE='12')
    app = it.app
    row(app, r'^198\.51\.100\.1:')
    app.click(app.wait('Sort People'))
    app.press('By Address', 'menu item')
    app.wait_gone('By Address', 'menu item')

    def addresses():
        return [int(re.match(r'198\.51\.100\.(\d+):', i.get_name())[1]) for i in pages.items(app, 'People')]
    wait_for(lambda: addresses() == sorted(addresses()), 'people to be sorted by address')
    app.click(app.wait('Sort People'))
    app.press('By Program', 'menu item')
    app.wait_gone('By Program', 'menu item')
    wait_for(lambda: addresses() != sorted(addresses()), 'people to be sorted by program')
    check('unknown program' in pages.items(app, 'People')[0].get_name(), 'those whose program nobody knows come first')
    check(app.quit() == 0, 'it ends')


def adds_somebody(desktop):
    it = pages.open_page(desktop, 'people')
    app = it.app
    app.press('Add a Person')
    pages.wait_dialog(desktop, 'Add a Person')
    desktop.type('nobody')
    desktop.key('Return')
    app.wait_text('An address has a name or number, a colon, and a port')
    desktop.type(':1')
    desktop.key('Return')
    app.wait_text('^No computer called “nobody:1” can be found')
    desktop.shot('people-add')
    pages.write(desktop, app, '192.0.2.7:99999')
    desktop.key('Return')
    app.wait_text('^A port is a number from 1 to 65535$')
    pages.write(desktop, app, '192.0.2.7:51413')
    desktop.key('Return')
    app.wait_windows(1)
    it.wait_command('add-peer-192.0.2.7:51413 1')
    check(app.quit() == 0, 'it ends')


def bans_and_copies(desktop):
    it = pages.open_page(desktop, 'people', SHOAL_FAKE_ACTIVE='12')
    app = it.app
    app.click(row(app, r'^198\.51\.100\.1:'))
    desktop.key('ctrl+c')
    app.wait_text('^Address copied$')
    app.press('Add a Person')
    pages.wait_dialog(desktop, 'Add a Person')
    desktop.key('ctrl+v')
    wait_for(lambda: pages.read_field(app, 'Address and port') == '198.51.100.1:6881', 'the address to be pasted')
    desktop.key('Escape')
    app.wait_windows(1)
    app.click(row(app, r'^198\.51\.100\.1:'))
    desktop.key('Delete')
    it.wait_command('ban-198.51.100.1 1')
    app.wait_text(r'^Banned 198\.51\.100\.1$')
    wait_for(lambda: not pages.has_item(app, 'People', r'^198\.51\.100\.1:'), 'the row to go')
    app.press(re.compile('Undo$'), 'push button')
    row(app, r'^198\.51\.100\.1:')
    pages.menu(app, row(app, r'^198\.51\.100\.2:'), 'Ban')
    it.wait_command('ban-198.51.100.2 1')
    check(app.quit() == 0, 'it ends')


def tells_the_last_thing_only(desktop):
    """What was told before does not come back when it is over."""
    it = pages.open_page(desktop, 'people', SHOAL_FAKE_ACTIVE='12')
    app = it.app
    app.click(row(app, r'^198\.51\.100\.1:6881'))
    desktop.key('ctrl+c')
    app.wait_text('^Address copied$')
    desktop.key('ctrl+a', 'ctrl+c')
    app.wait_text('^Addresses copied$')
    wait_for(lambda: not app.reads('^Addresses copied$'), 'the last one to go')
    gone = time.monotonic()
    while time.monotonic() < gone + 2:
        check(not app.reads('^Address(es)? copied$'), 'none comes back')
    check(app.quit() == 0, 'it ends')


def keeps_what_can_be_undone(desktop):
    """Of what was done before something else of another kind."""
    it = pages.open_page(desktop, 'people', SHOAL_FAKE_ACTIVE='12')
    app = it.app
    app.click(row(app, r'^198\.51\.100\.1:6881'))
    desktop.key('Delete')
    app.wait_text(r'^Banned 198\.51\.100\.1$')
    app.press('Trackers', 'page tab')
    app.click(pages.item(app, 'Trackers', '^https://tracker1'))
    desktop.key('Delete')
    app.wait_text('^Tracker removed$')
    app.press(re.compile('Undo$'), 'push button')
    pages.item(app, 'Trackers', '^https://tracker1')
    wait_for(lambda: not app.reads('^Tracker removed$'), 'the last one to go')
    app.wait_text(r'^Banned 198\.51\.100\.1$')
    app.press(re.compile('Undo$'), 'push button')
    app.press('People', 'page tab')
    row(app, r'^198\.51\.100\.1:6881')
    check(app.quit() == 0, 'it ends')


def says_why_nobody_is_there(desktop):
    it = pages.open_page(desktop, 'people')
    app = it.app
    app.wait_text('^Nobody Is Connected$')
    app.wait_text('^Nobody else is here right now$')
    it.select('открытые лекции')
    app.wait_text('^(Complete, p|P)aused$')
    desktop.shot('people-nobody')
    check(app.quit() == 0, 'it ends')


def keeps_rows(desktop):
    """Rows follow what they say; nobody who stays gets another one."""
    it = pages.open_page(desktop, 'people', SHOAL_FAKE_ACTIVE='12', SHOAL_FAKE_PEERS='500')
    app = it.app
    app.click(app.wait('Sort People'))
    app.press('By Address', 'menu item')
    app.wait_gone('By Address', 'menu item')
    chosen = row(app, r'^198\.51\.100\.2:6881')
    app.click(chosen)
    wait_for(lambda: app.has_state(chosen, 'selected'), 'the row to be selected')
    before = chosen.get_name()

    def rates():
        texts = (a.get_text_iface() for a in app.walk(chosen))
        return [app.desktop.atspi.Text.get_text(t, 0, t.get_character_count()) for t in texts if t is not None]
    first = rates()
    check(any(t.startswith('↓ ') for t in first), lambda: f'his rates are shown, not {first}')
    wait_for(lambda: rates() != first, 'the rates to change')
    check(app.has_state(chosen, 'selected') and chosen.get_name() == before, 'the row is still his')
    pages.realised(app, 'People')
    check(app.quit() == 0, 'it ends')


@test_real.with_swarm
def shows_the_real_seeder(desktop, swarm):
    swarm.seeder(rate=800_000)
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, details_page="'people'")
    app = test_real.add(desktop, swarm)
    app.click(app.row(test_real.NAME))
    row(app, r'^127\.0\.0\.1:\d+ · libtorrent.* · has everything · gives to us · .*TCP · .*from the tracker', timeout=30)
    app.wait_text(r'^↓ \d')
    desktop.shot('people-real')
    check(app.quit() == 0, 'it ends')


@test_real.with_swarm
def finds_whom_one_adds(desktop, swarm):
    """Without a tracker that answers: the person says where the seeder is."""
    handle = swarm.seeder(rate=800_000)
    swarm.tracker.kill()
    swarm.tracker.wait()
    port = swarm.sessions[0].listen_port()
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, details_page="'people'")
    app = test_real.add(desktop, swarm)
    app.click(app.row(test_real.NAME))
    app.wait_text('^Nobody Is Connected$')
    app.press('Add a Person')
    pages.wait_dialog(desktop, 'Add a Person')
    desktop.type(f'127.0.0.1:{port}')
    desktop.key('Return')
    app.wait_windows(1)
    row(app, rf'^127\.0\.0\.1:{port} .*added by you', timeout=30)
    check(handle.is_valid(), 'the seeder is there')
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(says_who_is_there, sorts, adds_somebody, bans_and_copies, tells_the_last_thing_only,
             keeps_what_can_be_undone, says_why_nobody_is_there, keeps_rows, shows_the_real_seeder, finds_whom_one_adds)

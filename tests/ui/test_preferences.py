#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences take effect at once; the other windows open and say who we are."""
import os
import re

import rig
from pages import choose
from rig import check, role_of, wait_for
from test_looks import hebrew

FAKE = os.environ['SHOAL_FAKE']
# What each page offers, in the order of the keys, with words by which somebody may look for it.
PAGES = {
    'General': {
        'Folder for Downloads': 'folder', 'Start at Once': 'start', 'Seed': 'giving', 'Choose the Files': 'magnet',
        'Watch a Folder': 'watch', 'Folder to Watch': 'folder', 'Ask Before Adding': 'ASK', 'Torrent Files That Were Added': 'torrent file',
        'Rest on Metered Connections': 'phone', 'Rest While the Battery Is Saved': 'battery', 'Keep the Computer Awake': 'awake'},
    'Queue': {
        'Torrents That Download at Once': 'at once', 'Torrents That Seed at Once': 'limit', 'Stop Seeding at a Ratio': 'ratio',
        'Ratio': 'ratio', 'Stop Seeding After a Time': 'time', 'Hours of Seeding': 'hours',
        'Stop Seeding When Nobody Takes Anything': 'nobody', 'Idle Hours': 'idle', 'Once Seeding Ends': 'stays'},
    'Speed': {
        'Limit Downloading': 'limit', 'Highest Download Speed in kB/s': 'kb/s', 'Limit Uploading': 'upload',
        'Highest Upload Speed in kB/s': 'upload speed', 'Use the Alternative Limits': 'alternative',
        'Alternative Download Speed in kB/s': 'alternative', 'Alternative Upload Speed in kB/s': 'alternative',
        'Follow a Timetable': 'timetable', 'Alternative Limits From': 'from', 'Alternative Limits Until': 'until',
        'Days': 'days'},
    'Network': {
        'Port': 'port', 'Ask the Router to Let People In': 'upnp', 'Without a Tracker': 'dht', 'Through Other People': 'peer exchange',
        'On the Local Network': 'local', 'Encryption': 'encr', 'Most People at Once': 'connections',
        'Most People for One Torrent': 'connections', 'Most People Served at Once': 'slots',
        'Most People Served by One Torrent': 'upload slots'},
}


def start(desktop, width=760, **env):
    desktop.settings(window_width=width, window_height=640, use_dht='true', use_lsd='true', use_port_mapping='true')
    path = desktop.dir / 'commands'
    path.unlink(missing_ok=True)
    app = desktop.app(FAKE, SHOAL_FAKE_LOG=str(path), **env).wait_window()
    app.wait_text('Nothing Here Yet')
    return app, path


def open_preferences(desktop, app, width=0, height=0):
    """With a size, for the pictures: so high that whole pages are seen. The window behind them is not looked at."""
    desktop.key('ctrl+comma')
    app.wait_windows(2)
    frame = app.scope = wait_for(lambda: next((f for f in app.all(role='frame') if f.get_name() != 'Shoal'), None), 'the preferences')
    title = '^' + frame.get_name() + '$'
    if width:
        extents = wait_for(lambda: extents_of(desktop, frame), 'the window to have a size')
        geometry = dict(line.split('=') for line in desktop.xdotool(
            'getwindowgeometry', '--shell', app.window_id(title)).split())
        desktop.xdotool('windowsize', '--sync', app.window_id(title), width + int(geometry['WIDTH']) - extents.width,
                        height + int(geometry['HEIGHT']) - extents.height)
        desktop.xdotool('windowmove', app.window_id(title), 10, 10)
    return frame


def extents_of(desktop, accessible):
    extents = accessible.get_component_iface().get_extents(desktop.atspi.CoordType.WINDOW)
    return extents if extents.width > 0 else None


def close_preferences(desktop, app):
    app.scope = None
    desktop.key('Escape')
    app.wait_windows(1)


def show_page(app, page, title=None):
    """By its tab, which is in the header or, where that is narrow, below."""
    app.press(page, 'page tab')
    wait_for(lambda: app.is_showing(app.find(title or next(iter(PAGES[page])), 'label')), f'the page {page}')


def stored(desktop):
    path = desktop.dir / 'config/glib-2.0/settings/keyfile'
    return path.read_text() if path.exists() else ''


def n_settings(path):
    return path.read_text().splitlines().count('settings 0') if path.exists() else 0


def take_effect_at_once(desktop):
    app, path = start(desktop)
    open_preferences(desktop, app)
    app.wait('New Torrents', 'label')
    app.wait_text(re.escape(desktop.env['HOME'] + '/Downloads'))
    desktop.shot('preferences')
    check(not app.has_state(app.wait('Ask Before Adding', 'list item'), 'sensitive'), 'what depends on another row waits for that')
    app.press('Seed', 'check box')
    wait_for(lambda: 'seed=false' in stored(desktop), 'the choice to be stored')
    check(n_settings(path) == 0, 'the engine is not told what does not concern it')
    app.press('Network', 'page tab')
    port = app.wait('Port', 'spin button')
    wait_for(lambda: app.is_showing(port), 'the page')
    desktop.shot('preferences-network')
    port.get_value_iface().set_current_value(51500)
    wait_for(lambda: 'port=51500' in stored(desktop), 'the port to be stored')
    wait_for(lambda: n_settings(path) == 1, 'the engine to be told')
    app.wait_text('0 stands for any that is free')
    app.wait_text('Nobody Has Reached This Computer Yet')
    app.wait_text('forward port \\d+ to this computer in the settings of the router')
    check(not app.reads('is taken'), 'nothing is said about a port that was free')
    app.press('Speed', 'page tab')
    check(not app.has_state(app.wait('Days', 'list item'), 'sensitive'), 'days are of use with a timetable only')
    app.press('Limit Downloading', 'check box')
    wait_for(lambda: 'limit-down=true' in stored(desktop), 'the limit to be stored')
    wait_for(lambda: n_settings(path) == 2, 'the engine to be told')
    app.press('Network', 'page tab')
    wait_for(lambda: app.is_showing(port), 'the page')
    for told, (title, key) in enumerate((('Ask the Router to Let People In', 'use-port-mapping'),
                                         ('Without a Tracker', 'use-dht'), ('Through Other People', 'use-pex'), ('On the Local Network', 'use-lsd')), 3):
        app.press(title, 'check box')
        wait_for(lambda key=key: f'{key}=false' in stored(desktop), 'the switch to be stored')
        wait_for(lambda told=told: n_settings(path) == told, 'the engine to be told')
    desktop.shot('preferences-reach')
    close_preferences(desktop, app)
    check(app.quit() == 0, 'it ends')


def each_reaches_the_engine(desktop):
    told = desktop.dir / 'told'
    told.unlink(missing_ok=True)
    app, path = start(desktop, SHOAL_FAKE_SETTINGS=str(told))
    open_preferences(desktop, app, 640, 1100)

    def last(kind):
        return [line for line in told.read_text().splitlines() if line.startswith(kind + ' ')][-1]

    def wait_told(kind, text):
        wait_for(lambda: text in last(kind), f'the engine to be told {text!r}')
    wait_told('queue', 'down 5 seed 0 goals -1 0 0 0')
    wait_told('network', 'port 51413 peers 80 of 500 slots 8 of 0 encryption 1 dht 1 pex 1 lsd 1 mapping 1')
    for page, title, value, text in (
            ('Queue', 'Torrents That Download at Once', 3, 'down 3 seed 0'),
            ('Queue', 'Torrents That Seed at Once', 7, 'down 3 seed 7'),
            ('Queue', 'Stop Seeding at a Ratio', None, 'goals 2000 0 0 0'),
            ('Queue', 'Ratio', 1.5, 'goals 1500 0 0 0'),
            ('Queue', 'Stop Seeding After a Time', None, 'goals 1500 10080 0 0'),
            ('Queue', 'Hours of Seeding', 48, 'goals 1500 2880 0 0'),
            ('Queue', 'Stop Seeding When Nobody Takes Anything', None, 'goals 1500 2880 1440 0'),
            ('Queue', 'Idle Hours', 12, 'goals 1500 2880 720 0'),
            ('Speed', 'Limit Downloading', None, 'down 1000000 up 0 hold 0'),
            ('Speed', 'Highest Download Speed in kB/s', 800, 'down 800000 up 0'),
            ('Speed', 'Limit Uploading', None, 'down 800000 up 500000 hold 0'),
            ('Speed', 'Highest Upload Speed in kB/s', 20, 'down 800000 up 20000 hold 0'),
            ('Speed', 'Use the Alternative Limits', None, 'down 500000 up 100000 hold 0'),
            ('Speed', 'Alternative Download Speed in kB/s', 90, 'down 90000 up 100000 hold 0'),
            ('Speed', 'Alternative Upload Speed in kB/s', 0, 'down 90000 up 0 hold 0'),
            ('Network', 'Most People at Once', 300, 'peers 80 of 300'),
            ('Network', 'Most People for One Torrent', 60, 'peers 60 of 300'),
            ('Network', 'Most People Served at Once', 40, 'slots 8 of 40'),
            ('Network', 'Most People Served by One Torrent', 4, 'slots 4 of 40'),
            ('Network', 'Ask the Router to Let People In', None, 'encryption 1 dht 1 pex 1 lsd 1 mapping 0'),
            ('Network', 'Without a Tracker', None, 'encryption 1 dht 0 pex 1 lsd 1 mapping 0'),
            ('Network', 'Through Other People', None, 'encryption 1 dht 0 pex 0 lsd 1 mapping 0'),
            ('Network', 'On the Local Network', None, 'encryption 1 dht 0 pex 0 lsd 0 mapping 0'),
            ('Network', 'Port', 51600, 'port 51600 peers')):
        show_page(app, page)
        if value is None:
            app.press(title, 'check box')
        else:
            app.wait(title, 'spin button').get_value_iface().set_current_value(value)
        wait_told({'Queue': 'queue', 'Speed': 'down', 'Network': 'network'}[page], text)
    show_page(app, 'Queue')
    app.wait_text('^The torrent stays in the list$')
    choose(desktop, app, 'Once Seeding Ends', 1)
    wait_told('queue', 'goals 1500 2880 720 1')
    app.wait_text('^The torrent leaves the list; its files stay$')
    desktop.shot('preferences-queue')
    check(told.read_text().count('queue') == n_settings(path) + 1, 'the engine is told of each once')
    close_preferences(desktop, app)
    open_preferences(desktop, app)
    show_page(app, 'Queue')
    check(app.wait('Hours of Seeding', 'spin button').get_value_iface().get_current_value() == 48, 'it is still what was chosen')
    close_preferences(desktop, app)
    check(app.quit() == 0, 'it ends')


def search_results(app):
    """Of each row below the search its title, and on which page and in which group it is."""
    tree = app.tree()
    return [tuple(label.name for label in node.parent.children) for node in tree.walk() if ' → ' in node.name]


def search_finds_each(desktop):
    app, _ = start(desktop)
    open_preferences(desktop, app)
    desktop.key('ctrl+f')
    entry = wait_for(lambda: app.focused().get_editable_text_iface(), 'the search to have the focus')
    searches = {}
    for page, rows in PAGES.items():
        for title, words in rows.items():
            searches.setdefault(words, []).append((title, page))
    for words, wanted in searches.items():
        check(desktop.atspi.EditableText.set_text_contents(entry, words), 'words to look for')

        def are_found(wanted=wanted):
            found = search_results(app)
            return all(any(row[0] == title and row[1].startswith(page + ' → ') for row in found) for title, page in wanted)
        wait_for(are_found, f'{wanted} to be found by {words!r}')
    desktop.atspi.EditableText.set_text_contents(entry, 'nothing like it')
    wait_for(lambda: not search_results(app), 'nothing to be found')
    desktop.shot('preferences-nothing-found')
    desktop.atspi.EditableText.set_text_contents(entry, 'ratio')
    wait_for(lambda: len(search_results(app)) == 2, 'the ratio')
    desktop.shot('preferences-search')
    def is_on_a_result():
        desktop.key('Tab')
        return role_of(app.focused()) == 'list item'
    wait_for(is_on_a_result, 'Tab to lead to what was found', step=0.2)
    desktop.key('Return')
    wait_for(lambda: name_of(app.focused()) == 'Stop Seeding at a Ratio', 'the focus on what was looked for')
    desktop.shot('preferences-found')
    close_preferences(desktop, app)
    check(app.quit() == 0, 'it ends')


class Focus:
    """What gets the focus, as a screen reader hears it."""

    def __init__(self, desktop):
        self.desktop = desktop
        self.heard = None
        self.listener = desktop.atspi.EventListener.new(self.hear)
        self.listener.register('object:state-changed:focused')

    def hear(self, event):
        if event.detail1:
            self.heard = event.source

    def listen(self):
        """What got it last."""
        from gi.repository import GLib
        while GLib.MainContext.default().iteration(False):
            pass
        return self.heard

    def step(self, key):
        self.listen()
        self.heard = None
        self.desktop.key(key)
        return wait_for(self.listen, f'the focus to move by {key}', step=0.01)

    def close(self):
        self.listener.deregister('object:state-changed:focused')


def name_of(accessible):
    """A field in a spin button has no name of its own."""
    for _ in range(3):
        if accessible.get_name():
            return accessible.get_name()
        accessible = accessible.get_parent()
    return ''


def all_is_reached_by_tab(desktop):
    app, _ = start(desktop)
    open_preferences(desktop, app)
    switched_on = []
    for page, titles in (('Speed', ('Limit Downloading', 'Limit Uploading', 'Follow a Timetable')),
                         ('Queue', ('Stop Seeding at a Ratio', 'Stop Seeding After a Time', 'Stop Seeding When Nobody Takes Anything')),
                         ('General', ('Watch a Folder',))):
        show_page(app, page)
        for title in titles:
            app.press(title, 'check box')
            switched_on.append(title)
    focus = Focus(desktop)
    try:
        for page, rows in PAGES.items():
            for _ in range(80):
                reached = focus.step('Tab')
                if role_of(reached) == 'page tab' and reached.get_name() == page:
                    break
            check(reached.get_name() == page, f'Tab does not come to {page!r}')
            desktop.key('space')
            wait_for(lambda page=page: app.is_showing(app.find(next(iter(PAGES[page])), 'label')), f'the page {page}')
            names = []
            for _ in range(80):
                reached = focus.step('Tab')
                if role_of(reached) == 'page tab' and reached.get_name() == page:
                    break
                names.append(name_of(reached))
                check(names[-1] not in switched_on or app.has_state(reached, 'checked'), f'{names[-1]!r} does not say that it is on')
            missing = [title for title in rows if title not in names and title != 'Days']
            check(not missing, lambda missing=missing, names=names: f'Tab leaves out {missing} among {names}')
            twice = [title for title in rows if names.count(title) > 1 and (app.find(title, 'check box') or app.find(title, 'spin button'))]
            check(not twice, lambda twice=twice, names=names: f'Tab stops twice at {twice} among {names}')
            check(page != 'Speed' or 'Sunday' in names, 'the days are reached')
    finally:
        focus.close()
    close_preferences(desktop, app)
    check(app.quit() == 0, 'it ends')


def keeps_what_was_switched(desktop):
    """However soon the window closes after it; and it is left backwards as it was entered."""
    app, _ = start(desktop)
    open_preferences(desktop, app)
    show_page(app, 'Queue')
    focus = Focus(desktop)
    try:
        while name_of(focus.step('Tab')) != 'Stop Seeding at a Ratio':
            pass
        while name_of(focus.step('shift+Tab')) != 'Torrents That Download at Once':
            pass
        check(role_of(focus.step('shift+Tab')) != 'spin button', 'the number is left backwards')
        while name_of(focus.step('Tab')) != 'Stop Seeding at a Ratio':
            pass
        desktop.key('space', 'Escape')
    finally:
        focus.close()
    app.scope = None
    app.wait_windows(1)
    open_preferences(desktop, app)
    show_page(app, 'Queue')
    check(app.has_state(app.wait('Stop Seeding at a Ratio', 'check box'), 'checked'), 'the switch is on')
    close_preferences(desktop, app)
    check(app.quit() == 0, 'it ends')


def check_inside(desktop, app, frame, what):
    """Nothing that is read or pressed stands out of the window at its sides. The tabs are there twice, of which one is shown."""
    width = extents_of(desktop, frame).width
    for node, (x, _, w, _) in app.tree(frame).places():
        if desktop.role_name(node.role) in ('label', 'push button', 'toggle button', 'check box', 'spin button', 'combo box') and \
                node.name not in PAGES:
            check(x >= 0 and x + w <= width, f'{what}: {node.name!r} from {x} to {x + w} of {width}')


def pictures(desktop, name, width=640, height=1120, **env):
    app, _ = start(desktop, **env)
    frame = open_preferences(desktop, app, width, height)
    wait_for(lambda: extents_of(desktop, frame).width <= width, f'a window of {width} px')
    for page in PAGES:
        show_page(app, page)
        desktop.xdotool('mousemove', 1270, 1190)
        desktop.shot(f'preferences-{name}-{page.lower()}')
        check_inside(desktop, app, frame, f'{name}, {page}')
    app.kill()


def looks(desktop):
    pictures(desktop, 'light')
    pictures(desktop, 'dark', ADW_DEBUG_COLOR_SCHEME='prefer-dark')
    pictures(desktop, 'high-contrast', ADW_DEBUG_HIGH_CONTRAST='1')


def looks_narrow(desktop):
    pictures(desktop, 'narrow', width=360)


def looks_with_large_text(desktop):
    desktop.run(['xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER', 'Xft.dpi: 192\n'])
    try:
        pictures(desktop, 'large-text', width=900)
        pictures(desktop, 'large-text-narrow', width=500)
    finally:
        desktop.run(['xprop', '-root', '-remove', 'RESOURCE_MANAGER'])


def looks_from_right_to_left(desktop):
    pictures(desktop, 'right-to-left', **hebrew(desktop))


def a_folder_of_a_portal_is_called_by_its_name(desktop):
    """In a sandbox its path says nothing to anybody, and what may be done with it may end."""
    app, _ = start(desktop)
    app.quit()
    desktop.settings(download_folder="'/run/user/4711/doc/a1b2c3/Films & <more>'")
    app = desktop.app(FAKE).wait_window()
    open_preferences(desktop, app)
    app.wait_text('^Films & <more>\nShoal may not use it any more. Choose the folder again.$')
    check(not app.reads('a1b2c3'), 'the path is not shown')
    desktop.shot('preferences-portal')
    close_preferences(desktop, app)
    check(app.quit() == 0, 'it ends')


def the_first_start_asks_nothing(desktop):
    (desktop.dir / 'config/glib-2.0/settings/keyfile').unlink(missing_ok=True)
    app = desktop.app(FAKE, SHOAL_FAKE_LOG=str(desktop.dir / 'first')).wait_window()
    app.wait_text('Nothing Here Yet')
    app.wait_windows(1)
    check(not app.all(role='dialog') and not app.all(role='alert'), 'nobody is asked')
    check(not app.reads('Welcome|Accept|Do you'), 'nor told anything')
    check(not (desktop.dir / 'first').read_text(), 'and nothing is sent')
    desktop.shot('first-start')
    check(app.quit() == 0, 'it ends')


def encryption_is_chosen(desktop):
    app, path = start(desktop)
    open_preferences(desktop, app, 640, 1100)
    app.press('Network', 'page tab')
    row = app.wait('Encryption', 'combo box')
    wait_for(lambda: app.is_showing(row), 'the page')
    app.wait_text('^With those who ask for it, or who accept nothing else$')
    for told, (place, title, key, text) in enumerate((
            (3, 'Required', 'require', 'With everybody; those who cannot are left out'),
            (2, 'Preferred', 'prefer', 'With all who can; with the others without'),
            (0, 'Off', 'off', 'With nobody; those who insist on it cannot be reached')), 1):
        app.click(row)
        app.wait(title, 'label')
        wait_for(lambda: role_of(app.focused()) == 'list item', 'the choices to have the focus')
        if told == 1:
            desktop.shot('preferences-encryption-choices')
        desktop.key('Home', *['Down'] * place, 'Return')
        app.wait_text(f'^{text}$')
        wait_for(lambda title=title, text=text: row.get_description() == f'{title}, {text}', 'a screen reader to be told')
        wait_for(lambda key=key: f"encryption='{key}'" in stored(desktop), 'the choice to be stored')
        wait_for(lambda told=told: n_settings(path) == told, 'the engine to be told')
        desktop.shot(f'preferences-encryption-{key}')
    close_preferences(desktop, app)
    check(app.quit() == 0, 'it ends')


def a_taken_port_is_said(desktop):
    app, path = start(desktop, SHOAL_FAKE_BUSY_PORT='51413')
    app.wait_text('^Port 51413 busy, using 51414$')
    desktop.shot('port-taken')
    open_preferences(desktop, app)
    app.press('Network', 'page tab')
    port = app.wait('Port', 'spin button')
    wait_for(lambda: app.is_showing(port), 'the page')
    app.wait_text('It is taken, so port 51414 is used instead')
    desktop.shot('port-taken-preferences')
    for number in range(51415, 51425):  # as with a button that is held down
        port.get_value_iface().set_current_value(number)
    app.wait_text('0 stands for any that is free')
    check(n_settings(path) == 1, 'the engine is told where the steps end, not of each')
    port.get_value_iface().set_current_value(51413)
    app.wait_text('It is taken, so port 51414 is used instead')
    close_preferences(desktop, app)
    check(app.quit() == 0, 'it ends')


def a_taken_port_is_said_in_a_narrow_window(desktop):
    app, path = start(desktop, width=360, SHOAL_FAKE_BUSY_PORT='51413')
    app.wait_text('^Port 51413 busy, using 51414$')
    desktop.shot('port-taken-narrow')
    check(app.quit() == 0, 'it ends')


def about(desktop):
    app, _ = start(desktop)
    desktop.key('F10')
    app.press('About Shoal', 'menu item')
    app.wait_windows(2)
    app.wait_text('The Shoal authors')
    desktop.shot('about')
    desktop.key('Escape')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(the_first_start_asks_nothing, take_effect_at_once, each_reaches_the_engine, search_finds_each, all_is_reached_by_tab, keeps_what_was_switched,
             encryption_is_chosen, a_taken_port_is_said, a_taken_port_is_said_in_a_narrow_window, about,
             a_folder_of_a_portal_is_called_by_its_name, looks, looks_narrow, looks_with_large_text, looks_from_right_to_left)

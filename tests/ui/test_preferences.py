#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences take effect at once; the other windows open and say who we are."""
import os
import re

import rig
from rig import check, role_of, wait_for

FAKE = os.environ['SHOAL_FAKE']


def start(desktop, width=760, **env):
    desktop.settings(window_width=width, window_height=640, use_dht='true', use_lsd='true', use_port_mapping='true')
    path = desktop.dir / 'commands'
    path.unlink(missing_ok=True)
    app = desktop.app(FAKE, SHOAL_FAKE_LOG=str(path), **env).wait_window()
    app.wait_text('Nothing Here Yet')
    return app, path


def stored(desktop):
    path = desktop.dir / 'config/glib-2.0/settings/keyfile'
    return path.read_text() if path.exists() else ''


def n_settings(path):
    return path.read_text().splitlines().count('settings 0') if path.exists() else 0


def take_effect_at_once(desktop):
    app, path = start(desktop)
    desktop.key('ctrl+comma')
    app.wait('New Torrents', 'label')
    app.wait_text(re.escape(desktop.env['HOME'] + '/Downloads'))
    desktop.shot('preferences')
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
    desktop.key('Escape')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')


def encryption_is_chosen(desktop):
    app, path = start(desktop)
    desktop.key('ctrl+comma')
    app.wait_windows(2)
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
    desktop.key('Escape')
    app.wait_windows(1)
    check(app.quit() == 0, 'it ends')


def a_taken_port_is_said(desktop):
    app, path = start(desktop, SHOAL_FAKE_BUSY_PORT='51413')
    app.wait_text('^Port 51413 busy, using 51414$')
    desktop.shot('port-taken')
    desktop.key('ctrl+comma')
    app.wait_windows(2)
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
    desktop.key('Escape')
    app.wait_windows(1)
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
    rig.main(take_effect_at_once, encryption_is_chosen, a_taken_port_is_said, a_taken_port_is_said_in_a_narrow_window, about)

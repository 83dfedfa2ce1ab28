#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody copied is offered where torrents are added, and never taken unasked."""
import re
import socket

import rig
from rig import check, wait_for
from test_add import ADD, Adding, drag, move_aside

HASH = '0123456789abcdef0123456789abcdef01234567'
MAGNET = f'magnet:?xt=urn:btih:{HASH}&dn=Tom%20%26+Jerry_1'


class Copied(Adding):
    def __init__(self, desktop, text, **options):
        super().__init__(desktop, **{'SHOAL_FAKE_LINK_MS': '60000', **options})
        self.source = desktop.app('/usr/bin/python3', rig.HERE / 'copy_source.py', text).wait_window()
        desktop.xdotool('windowfocus', '--sync', self.app.window_id('^Shoal$'))

    def open_menu(self):
        self.app.press('More Ways to Add')
        self.app.wait(re.compile('Link or Web Address…$'), 'menu item')

    def end(self):
        self.source.kill()
        self.app.quit()


def is_offered_in_the_menu(desktop):
    it = Copied(desktop, MAGNET)
    it.open_menu()
    item = it.app.wait('Add “Tom & Jerry_1” From the Clipboard', 'menu item')
    desktop.shot('clipboard-menu')
    check(not it.commands(), lambda: f'nothing is taken unasked: {it.commands()}')
    item.get_action_iface().do_action(0)
    wait_for(lambda: it.commands() == ['add-link-ask 1'], 'the link to be added')
    it.open_menu()
    check(not it.app.find(re.compile('From the Clipboard'), 'menu item'), 'it is offered once')
    it.end()


def what_is_in_the_list_is_not_offered(desktop):
    it = Copied(desktop, MAGNET)
    it.call(MAGNET)
    it.app.row('Tom')
    it.open_menu()
    wait_for(lambda: not it.app.find(re.compile('From the Clipboard'), 'menu item'), 'nothing is offered')
    it.end()


def is_offered_in_the_dialog(desktop):
    it = Copied(desktop, MAGNET)
    it.call(it.torrent('film', files=3))
    it.dialog()
    it.app.wait_text('^In the Clipboard$')
    it.app.wait_text('^Tom & Jerry_1$')
    desktop.shot('clipboard-dialog')
    check(not it.commands(), 'nothing is taken unasked')
    it.press_add()
    wait_for(lambda: it.commands() == ['add 1'], 'only the file to be added')
    it.call(it.torrent('second', files=3))
    it.dialog()
    it.app.press('Add Tom & Jerry_1 from the clipboard', 'push button')
    wait_for(lambda: len(it.commands()) == 2, 'the link to be added too')
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.end()


def nothing_is_fetched_before_the_click(desktop):
    """The address is one where we listen."""
    with socket.socket() as server:
        server.bind(('127.0.0.1', 0))
        server.listen()
        server.setblocking(False)
        it = Copied(desktop, f'http://127.0.0.1:{server.getsockname()[1]}/a%20b.torrent')
        desktop.key('ctrl+shift+o')
        it.app.wait_window_titled('Add Link')
        button = it.app.wait('Add a b.torrent (127.0.0.1) from the clipboard', 'push button')
        desktop.shot('clipboard-link')
        try:
            server.accept()
            check(False, 'somebody fetched it')
        except BlockingIOError:
            pass
        it.app.click(button)
        it.dialog('Add Torrent')
        it.app.wait_text('^web$')  # what this engine finds everywhere
        it.press_add()
        it.end()


def other_text_is_not_offered(desktop):
    it = Copied(desktop, 'see https://example.org/page and mail me')
    desktop.key('ctrl+shift+o')
    it.app.wait_window_titled('Add Link')
    check(not it.app.reads('In the Clipboard'), 'nothing is offered')
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.open_menu()
    check(not it.app.find(re.compile('From the Clipboard'), 'menu item'), 'nor there')
    it.end()


def typed_links_are_added(desktop):
    it = Adding(desktop, SHOAL_FAKE_LINK_MS='60000')
    desktop.key('ctrl+shift+o')
    it.app.wait_window_titled('Add Link')
    dialog = wait_for(lambda: next((f for f in it.app.all('Add Link', 'frame')), None), 'the dialog')
    add = it.app.wait(ADD, 'push button', start=dialog)
    check(not it.app.has_state(add, 'sensitive'), 'there is nothing to add')
    desktop.type('hello')
    it.app.wait_text('^This is no link yet')
    desktop.shot('link-wrong')
    check(not it.app.has_state(add, 'sensitive'), 'nor now')
    desktop.key('ctrl+a')
    desktop.type('example.org/some/film.torrent')
    wait_for(lambda: it.app.has_state(add, 'sensitive'), 'an address without its scheme to do')
    desktop.key('Return')
    it.dialog('Add Torrent')
    it.app.wait_text('^web$')
    desktop.key('Escape')
    it.app.wait_windows(1)
    desktop.key('ctrl+shift+o')
    it.app.wait_window_titled('Add Link')
    desktop.type(HASH)
    desktop.key('Return')
    wait_for(lambda: any(line.startswith('add-link') for line in it.commands()), 'the info-hash to be given on')
    it.app.wait_text('^Not Added$')  # by this engine, which wants a name
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.app.quit()


def several_lines_and_prose_are_dropped(desktop):
    it = Adding(desktop, SHOAL_FAKE_LINK_MS='60000')
    move_aside(desktop, it.app)
    drag(desktop, it.app, 'text', f'Look: {MAGNET}, and\nmagnet:?xt=urn:btih:{HASH[::-1]}&dn=other\n')
    it.app.row('other')
    wait_for(lambda: it.commands() == ['add-link-ask 1', 'add-link-ask 2'], 'both to be added')
    it.app.quit()


def wrong_text_is_said(desktop):
    it = Adding(desktop)
    move_aside(desktop, it.app)
    drag(desktop, it.app, 'text', 'just a sentence')
    it.app.wait_text('^There is no link in the text that was dropped$')
    desktop.shot('drop-wrong')
    check(not it.any_dialog() and not it.commands(), 'nothing else happens')
    it.app.quit()


if __name__ == '__main__':
    rig.main(is_offered_in_the_menu, what_is_in_the_list_is_not_offered, is_offered_in_the_dialog,
             nothing_is_fetched_before_the_click, other_text_is_not_offered, typed_links_are_added,
             several_lines_and_prose_are_dropped, wrong_text_is_said)

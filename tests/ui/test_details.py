#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The details of what is selected, and their first page: the pieces, the speed, the facts."""
import os
import re
import sys

import pages
import rig
import test_real
import test_scroll
from rig import check, wait_for

FAKE = os.environ['SHOAL_FAKE']
SHOAL = os.environ['SHOAL']
FIRST = 'debian-12.9.0-amd64-DVD-1.iso,'
TOM = 'Tom & Jerry <b>x</b> %s'
PIECES = 4  # SHOAL_WATCH_PIECES


class Details:
    """The window with some torrents, wide enough for its details, and what it sent."""

    def __init__(self, desktop, n=12, width=1180, height=1120, settings=None, **env):
        self.path = desktop.dir / 'commands'
        self.path.unlink(missing_ok=True)
        desktop.settings(window_width=width, window_height=height, **(settings or {}))
        env = dict({'SHOAL_FAKE_ACTIVE': '0'}, **env)
        self.desktop = desktop
        self.app = desktop.app(FAKE, SHOAL_FAKE_TORRENTS=str(n), SHOAL_FAKE_LOG=str(self.path), **env).wait_window()
        wait_for(self.app.rows, 'the list')

    def commands(self):
        return self.path.read_text().splitlines() if self.path.exists() else []

    def wait_command(self, command):
        wait_for(lambda: command in self.commands(), f'the command {command!r}, there are {self.commands()}')

    def select(self, name):
        self.app.click(self.app.row(name))
        self.desktop.xdotool('mousemove', 5, 5)
        wait_for(lambda: self.app.has_state(self.app.row(name), 'selected'), f'{name!r} to be selected')


def fact(app, title, start=None):
    """What the row called so says."""
    return app.wait(title, 'list item', start=start).get_description()


def wait_fact(app, title, pattern, start=None):
    wait_for(lambda: re.search(pattern, fact(app, title, start)), f'{title!r} to say {pattern!r}')


def picture(app, name):
    return app.wait(name, 'image')


COPIED = """
import gi
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, GLib, Gtk
Gtk.init()
loop = GLib.MainLoop()


def read(clipboard, result):
    print(clipboard.read_text_finish(result) or '', end='')
    loop.quit()
Gdk.Display.get_default().get_clipboard().read_text_async(None, read)
loop.run()
"""


def copied(desktop):
    """The text in the clipboard; it is asked for anew if nobody answers."""
    return rig.subprocess.run([sys.executable, '-c', COPIED], env=desktop.env, capture_output=True, timeout=4,
                              check=False).stdout.decode()


def says_what_is_going_on(desktop):
    it = Details(desktop, SHOAL_FAKE_ACTIVE='12')
    app = it.app
    app.wait_text('^Nothing Selected$')
    it.select(FIRST)
    wait_for(lambda: re.search(r'of 701 pieces are here · 12 are on their way', picture(app, 'Pieces').get_description()),
             'the picture of the pieces to be described')
    wait_for(lambda: re.search(r'^Download 5\.\d.MB/s now', picture(app, 'Speed').get_description()),
             'the picture of the speed to be described')
    app.wait_text('^12 on the way$')
    check('more people' in app.wait(re.compile(r'^\d+ with others$'), 'label').get_description(), 'what its shades mean is said')
    app.wait_text(r'^Download 5\.\d.MB/s$')
    wait_fact(app, 'Size', r'^700\.0.MB$')
    wait_fact(app, 'People', '^40 of 55 people are connected, 3 of them have everything$')
    wait_fact(app, 'Copies', r'^3\.4 copies among the connected$')
    wait_fact(app, 'Pieces', r'^701 pieces of 976\.6.KiB$')
    wait_fact(app, 'Folder', '^/home/me/Downloads$')
    wait_fact(app, 'Completed', '^Not yet$')
    wait_fact(app, 'Added', 'November 2023')
    wait_fact(app, 'Wasted', '^Nothing$')
    desktop.shot('details-downloading')
    it.select('Family photos 2026,')
    wait_fact(app, 'Ratio', r'^2\.0\d$')
    wait_fact(app, 'Seeding Time', '^6 hours$|^5 hours$')
    wait_for(lambda: picture(app, 'Pieces').get_description() == 'All 1401 pieces are here', 'all pieces to be here')
    check(app.quit() == 0, 'quits with 0')


def says_the_same_as_the_row(desktop):
    """The numbers of one moment, in the row, in the sentence above the pieces and beside the graph."""
    it = Details(desktop, n=1, SHOAL_FAKE_ACTIVE='1')
    app = it.app
    it.select(FIRST)
    app.wait_text(r'^Download 5\.\d.MB/s$')

    def look():
        """The graph of all torrents, which nobody sees now, keeps its last rate."""
        texts = app.texts()
        return [t for t in texts if re.search(r'MB/s from 12 of 40 people', t)], [t for t in texts if re.search(r'^Download [56]\.', t)]
    seen, others = set(), []

    def compare():
        """What is the same at two looks was so in between, for the numbers grow at each change."""
        sentences, rates = now = look()
        if now == look():
            seen.update(sentences)
            if len(sentences) < 2 or len(set(sentences)) > 1 or not any(rate[len('Download '):] in sentences[0] for rate in rates):
                others.append(now)
        return len(seen) >= 6
    wait_for(compare, 'several changes', timeout=60)
    check(not others, lambda: f'row and details say the same: {others}')
    check(app.quit() == 0, 'quits with 0')


def says_the_same_in_the_title(desktop):
    """Of one torrent that is all there is, read while nothing else is, so that no moment is missed."""
    it = Details(desktop, n=1, settings={'show_details': 'false'}, SHOAL_FAKE_ACTIVE='1')
    app = it.app

    def said(accessible):
        text = accessible.get_text_iface()
        return desktop.atspi.Text.get_text(text, 0, text.get_character_count()) if text is not None else ''
    title = app.wait(re.compile('^↓ .* ↑ '), 'label')
    sentence = wait_for(lambda: next((a for a in app.walk(app.row(FIRST)) if 'MB/s from 12 of 40 people' in said(a)), None), 'the sentence of the row')
    seen, others = set(), []

    def compare():
        """The title that is the same before and after was so in between."""
        totals, words = said(title), said(sentence)
        if said(title) == totals:
            seen.add(words)
            if re.match('↓ (.*)  ↑ ', totals)[1] not in words:
                others.append((totals, words))
        return len(seen) >= 5
    wait_for(compare, 'several changes', timeout=60, step=0.01)
    check(not others, lambda: f'title and row say the same: {others}')
    check(app.quit() == 0, 'quits with 0')


def names_strangers_words_literally(desktop):
    it = Details(desktop)
    app = it.app
    it.select(TOM)
    app.wait_text('^' + re.escape(TOM) + '$')
    wait_fact(app, 'Comment', '^' + re.escape(TOM) + '$')
    wait_fact(app, 'Created By', "^a stranger's <i>tool</i>$")
    desktop.shot('details-literal')
    check(app.quit() == 0, 'quits with 0')


def copies_what_can_be_copied(desktop):
    it = Details(desktop)
    app = it.app
    it.select(TOM)
    wait_fact(app, 'Comment', '.')
    link = ('magnet:?xt=urn:btih:03' + '0' * 38 + '&dn=Tom%20%26%20Jerry%20%3Cb%3Ex%3C%2Fb%3E%20%25s'
            '&tr=https%3A%2F%2Ftracker1.example%2Fannounce%3Fkey%3Dsecret')
    for title, toast, text in (('Info-Hash', 'Info-hash copied', '03' + '0' * 38),
                               ('Folder', 'Folder copied', '/home/me/Downloads'),
                               ('Magnet Link', 'Magnet link copied', link),
                               ('Comment', 'Comment copied', TOM)):
        app.press('Copy ' + title, 'push button')
        app.wait_text('^' + toast + '$')
        wait_for(lambda text=text: copied(desktop) == text, f'{title} in the clipboard, not {copied(desktop)!r}')
    check(app.quit() == 0, 'quits with 0')


def says_why_nothing_happens(desktop):
    it = Details(desktop)
    app = it.app
    it.select('debian-12.9.0-amd64-DVD-1.iso 8,')
    app.wait_text(r'nobody found · The tracker tracker\.example does not answer')
    wait_fact(app, 'People', '^Nobody$')
    wait_fact(app, 'Copies', '^Not known: nobody is connected$')
    app.wait_text(r'^\d+ missing$')
    wait_for(lambda: picture(app, 'Speed').get_description() == 'Nothing has moved in the last 5 minutes',
             'the picture of the speed to say so')
    it.select('debian-12.9.0-amd64-DVD-1.iso 6,')
    app.wait_text(r'needs attention · “/home/me/Downloads/film\.mkv” is missing')
    desktop.shot('details-trouble')
    check(app.quit() == 0, 'quits with 0')


def watches_what_is_seen(desktop):
    it = Details(desktop, SHOAL_FAKE_LOG_ALL='1')
    app = it.app
    it.select(FIRST)
    it.wait_command(f'watch-{PIECES} 1')
    it.wait_command('inspect-torrent 1')
    it.select(TOM)
    it.wait_command('watch-0 1')
    it.wait_command(f'watch-{PIECES} 3')
    desktop.key('ctrl+a')
    it.wait_command('watch-0 3')
    watching = [c for c in it.commands() if c.startswith('watch')]
    check(watching == [f'watch-{PIECES} 1', 'watch-0 1', f'watch-{PIECES} 3', 'watch-0 3'], lambda: f'only that: {watching}')
    check(app.quit() == 0, 'quits with 0')


def stops_watching_what_is_folded_away(desktop):
    it = Details(desktop, n=5, width=360, height=900, SHOAL_FAKE_LOG_ALL='1')
    it.select(FIRST)
    check(not [c for c in it.commands() if c.startswith('watch')], 'nothing is watched while the list is shown')
    desktop.key('Return')
    it.wait_command(f'watch-{PIECES} 1')
    desktop.key('Escape')
    it.wait_command('watch-0 1')
    check(it.app.quit() == 0, 'quits with 0')


def passes_by_quickly(desktop):
    """The arrow keys go over rows without loading each torrent."""
    it = Details(desktop, n=60, SHOAL_FAKE_LOG_ALL='1')
    app = it.app
    app.click(app.rows()[0])
    wait_for(lambda: len([c for c in it.commands() if c.startswith(f'watch-{PIECES}')]) == 1, 'the first to be watched')
    desktop.xdotool('key', '--delay', '20', *['Down'] * 15)
    wait_for(lambda: len([c for c in it.commands() if c.startswith('watch-')]) >= 3, 'the last to be watched')
    watched = [c for c in it.commands() if c.startswith(f'watch-{PIECES}')]
    check(len(watched) < 10, lambda: f'few are watched on the way: {watched}')
    check(app.quit() == 0, 'quits with 0')


def says_which_pieces_lie_below_the_pointer(desktop):
    it = Details(desktop)
    app = it.app
    it.select('debian-12.9.0-amd64-DVD-1.iso 8,')
    app.wait_text(r'^\d+ missing$')
    x, y = app.place(picture(app, 'Pieces'))
    desktop.xdotool('mousemove', x - 20, y - 1, 'sleep', '0.1', 'mousemove', x, y)
    app.wait_text(r'(?s)^Pieces? \d+( to \d+)?: .*\ndebian-12\.9\.0-amd64-DVD-1\.iso 8$')
    desktop.shot('details-tooltip')
    check(app.quit() == 0, 'quits with 0')


def acts_on_one(desktop):
    it = Details(desktop)
    app = it.app
    it.select(FIRST)
    app.press('Pause', 'push button', start=app.wait('Details'))
    it.wait_command('pause 1')
    app.press('Resume', 'push button', start=app.wait('Details'))
    it.wait_command('resume 1')
    app.click(app.wait('More Actions', start=app.wait('Details')))
    app.press('Verify', 'menu item')
    it.wait_command('verify 1')
    it.select('debian-12.9.0-amd64-DVD-1.iso 6,')
    app.press('Try Again', 'push button', start=app.wait('Details'))
    it.wait_command('retry 7')
    check(app.quit() == 0, 'quits with 0')


def sums_up_many(desktop):
    it = Details(desktop)
    app = it.app
    it.select(FIRST)
    desktop.key('ctrl+a')
    app.wait_text('^12 Torrents Selected$')
    many = app.wait('Selected Torrents')
    wait_fact(app, 'Size', r'GB$', many)
    wait_fact(app, 'Remaining', r'GB$', many)
    wait_fact(app, 'Speed', '^0 bytes/s download, 0 bytes/s upload$', many)
    desktop.shot('details-many')
    app.press(re.compile('Pause$'), 'push button', start=many)
    wait_for(lambda: len([c for c in it.commands() if c.startswith('pause')]) == 11, 'those that run to be paused')
    check(app.quit() == 0, 'quits with 0')


def the_focus_follows_the_page(desktop):
    """Who came to the tabs by the keys, and then clicks on one."""
    app = pages.open_page(desktop, 'trackers').app
    app.wait_text('^2 trackers$')

    def is_on_a_tab():
        desktop.key('Tab')
        return rig.role_of(app.focused()) == 'page tab'
    wait_for(is_on_a_tab, 'Tab to lead to the pages', step=0.2)
    app.click(app.wait('People', 'page tab'))
    wait_for(lambda: app.focused().get_name() == 'People', lambda: f'the focus to go along, it is on {app.focused().get_name()!r}')
    check(app.quit() == 0, 'quits with 0')


def remembers_how_it_was_looked_at(desktop):
    it = Details(desktop)
    app = it.app
    it.select(FIRST)
    app.press('1 h', start=app.wait('Details'))
    wait_for(lambda: 'in the last 60 minutes' in picture(app, 'Speed').get_description(), 'an hour to be shown')
    it.select(TOM)
    wait_for(lambda: 'in the last 60 minutes' in picture(app, 'Speed').get_description(), 'an hour of the other')
    check(app.quit() == 0, 'quits with 0')
    text = (desktop.dir / 'config/glib-2.0/settings/keyfile').read_text()
    check("graph-minutes='60'" in text, lambda: f'it is remembered: {text}')


def draws_very_many_pieces(desktop):
    turns = test_scroll.Turns(desktop.dir / 'turns')
    turns.path.unlink(missing_ok=True)
    it = Details(desktop, SHOAL_FAKE_ACTIVE='12', SHOAL_FAKE_PIECES='100000',
                 GIO_EXTRA_MODULES=str(desktop.build / 'ui'), SHOAL_TURNS=str(turns.path))
    app = it.app
    it.select(FIRST)
    wait_for(lambda: 'of 100000 pieces are here' in picture(app, 'Pieces').get_description(), 'the pieces')
    turns.take()
    first = picture(app, 'Pieces')
    x, y = app.place(first)
    for i in range(12):
        desktop.xdotool('mousemove', x - 60 + 10 * i, y, 'sleep', '0.25')
    longest = turns.report('100,000 pieces')
    desktop.shot('details-pieces')
    check(longest <= test_scroll.MAX_TURN_MS, f'a turn of the main loop took {longest:.0f} ms')
    check(app.quit() == 0, 'quits with 0')


@test_real.with_swarm
def follows_a_real_torrent(desktop, swarm):
    swarm.seeder(rate=600_000)
    desktop.settings(window_width=1180, window_height=1120, port=swarm.port)
    app = test_real.add(desktop, swarm)
    app.click(app.row(test_real.NAME))
    wait_for(lambda: re.search(r'^\d+ of \d+ pieces are here', picture(app, 'Pieces').get_description()), 'pieces to come')
    app.wait_text(r'^Download [1-9].*.(kB|MB)/s$', timeout=30)
    desktop.shot('details-real')
    number = -(-test_real.SIZE // test_real.PIECE)
    wait_for(lambda: picture(app, 'Pieces').get_description() == f'All {number} pieces are here', 'all of them',
             timeout=60)
    expected = str(swarm.lt.torrent_info(str(swarm.torrent)).info_hash())
    app.press('Copy Info-Hash', 'push button')
    wait_for(lambda: copied(desktop) == expected, 'the info-hash')
    check(fact(app, 'Folder') == str(test_real.downloads(desktop)), 'the folder is named')
    wait_fact(app, 'Completed', r'20\d\d')
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(says_what_is_going_on, says_the_same_as_the_row, says_the_same_in_the_title, names_strangers_words_literally,
             copies_what_can_be_copied, says_why_nothing_happens, watches_what_is_seen, stops_watching_what_is_folded_away, passes_by_quickly,
             says_which_pieces_lie_below_the_pointer, acts_on_one, sums_up_many, the_focus_follows_the_page, remembers_how_it_was_looked_at,
             draws_very_many_pieces, follows_a_real_torrent)

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a torrent: chosen, in what order, renamed, opened, found; with an engine that is none, and with the real one."""
import re

import pages
import rig
import test_real
import test_scroll
from rig import check, wait_for

TOM = 'Tom & Jerry <b>x</b> %s'


def files(desktop, n=6, **env):
    it = pages.open_page(desktop, 'files', SHOAL_FAKE_FILES=str(n), **env)
    pages.item(it.app, 'Files', r'^debian')
    return it


def row(app, pattern, **more):
    return pages.item(app, 'Files', pattern, **more)


def chooses_what_is_wanted(desktop):
    it = files(desktop)
    app = it.app
    app.wait_text(r'^6 of 6 files, 700\.0.MB$')
    app.click(row(app, r'^part 0,'))
    desktop.key('Right')
    app.click(row(app, r'^file 0\.bin,'))
    desktop.key('space')
    it.wait_command('priority-0-0 1')
    row(app, r'^file 0\.bin, .*not wanted')
    app.wait_text(r'^5 of 6 files, 583\.3.MB$')
    app.press('Choose No Files')
    it.wait_command('priority-0-1-2-3-4-5 1')
    app.wait_text(r'^0 of 6 files')
    app.press('Choose All Files')
    it.wait_command('priority-2-0-1-2-3-4-5 1')
    desktop.shot('files')
    check(app.quit() == 0, 'it ends')


def sets_priorities(desktop):
    it = files(desktop)
    app = it.app
    app.click(row(app, r'^part 1,'))
    desktop.key('shift+Down')
    pages.menu(app, row(app, r'^part 1,'), 'High')
    it.wait_command('priority-3-1-2 1')
    row(app, r'^part 2, .*high priority')
    app.click(row(app, r'^part 2,'))
    desktop.key('ctrl+minus')
    it.wait_command('priority-2-2 1')
    desktop.key('ctrl+minus', 'ctrl+minus')
    it.wait_command('priority-1-2 1')
    row(app, r'^part 2, .*low priority')
    row(app, r'^debian.*different priorities')
    desktop.key('ctrl+plus')
    wait_for(lambda: it.commands().count('priority-2-2 1') == 2, 'it to be normal again')
    pages.menu(app, row(app, r'^part 2,'), 'Not Wanted')
    row(app, r'^part 2, .*not wanted')
    check(app.quit() == 0, 'it ends')


def renames(desktop):
    it = files(desktop)
    app = it.app
    app.click(row(app, r'^part 3,'))
    desktop.key('Right', 'Down', 'F2')
    pages.wait_dialog(desktop, 'Rename File')
    desktop.type('a/b')
    desktop.key('Return')
    app.wait_text('^A name has at least one character, and no slash')
    desktop.shot('files-rename')
    pages.write(desktop, app, 'new <i> name')
    desktop.key('Return')
    app.wait_windows(1)
    it.wait_command('rename-3-new <i> name 1')
    row(app, r'^new <i> name,')
    pages.menu(app, row(app, r'^debian'), re.compile('^Rename'))
    pages.wait_dialog(desktop, 'Rename Folder')
    pages.write(desktop, app, 'other')
    desktop.key('Return')
    app.wait_windows(1)
    it.wait_command(f'rename-{pages.FIRST[:-1]}-other 1')
    row(app, r'^other,')
    app.click(row(app, r'^part 2,'))
    desktop.key('F2')
    pages.wait_dialog(desktop, 'Rename Folder')
    pages.write(desktop, app, 'extras')
    desktop.key('Return')
    app.wait_windows(1)
    it.wait_command('rename-other/part 2-extras 1')
    row(app, r'^extras,')
    check(app.quit() == 0, 'it ends')


def plays_one_first(desktop):
    it = files(desktop)
    app = it.app
    app.click(row(app, r'^part 4,'))
    desktop.key('Right')
    pages.menu(app, row(app, r'^file 4\.bin,'), 'Play First')
    it.wait_command('play-first-4 1')
    row(app, r'^file 4\.bin, .*plays first')
    pages.menu(app, row(app, r'^file 4\.bin,'), 'Do Not Play First')
    it.wait_command('play-first--1 1')
    wait_for(lambda: not pages.has_item(app, 'Files', 'plays first'), 'no file to play first')
    check(app.quit() == 0, 'it ends')


def finds_files(desktop):
    it = files(desktop, n=60)
    app = it.app
    app.click(row(app, r'^part 7,'))
    desktop.key('Right')
    row(app, r'^file 37\.bin,')
    search = next(a for a in app.all('Search Files') if a.get_editable_text_iface() is not None)
    search.get_editable_text_iface().set_text_contents('FILE 5')
    wait_for(lambda: len(pages.items(app, 'Files')) == 11, 'eleven hits')
    app.wait_text(r'^debian.*/part 5$')
    app.click(row(app, r'^file 55\.bin,'))
    desktop.key('space')
    it.wait_command('priority-0-55 1')
    search.get_editable_text_iface().set_text_contents('')
    row(app, r'^part 7,')
    row(app, r'^file 37\.bin,')  # the folder is as open as before
    check(app.quit() == 0, 'it ends')


def holds_very_many(desktop):
    """100,000 files: no long turn, few rows, and what is chosen is sent at once."""
    turns = test_scroll.Turns(desktop.dir / 'turns')
    turns.path.unlink(missing_ok=True)
    it = pages.open_page(desktop, 'files', SHOAL_FAKE_FILES='100000', SHOAL_TURNS=str(turns.path))
    app = it.app
    row(app, r'^part 29,', timeout=30)
    turns.report('100,000 files are there')
    app.click(row(app, r'^part 3,'))
    desktop.key('Right')
    row(app, r'^file 3\.bin,')
    for _ in range(test_scroll.MAX_ATTEMPTS):
        turns.take()
        desktop.key('Next', 'Next', 'Next', 'End', 'Prior', 'Home')
        longest = turns.report('they are scrolled through')
        if longest < test_scroll.MAX_TURN_MS:
            break
    check(longest < test_scroll.MAX_TURN_MS, lambda: f'a turn took {longest:.1f} ms')
    print(f'# {pages.realised(app, "Files")} rows are realised', flush=True)
    app.click(row(app, r'^debian'))
    desktop.key('space')
    it.wait_command('priority-0-x100000 1')
    desktop.key('space')
    it.wait_command('priority-2-x100000 1')
    turns.report('all are left out, and wanted again')
    check(app.quit() == 0, 'it ends')


def shows_strangers_names(desktop):
    it = pages.open_page(desktop, 'files', select=TOM, SHOAL_FAKE_FILES='3')
    row(it.app, r'^Tom & Jerry <b>x<_b> %s,')
    desktop.shot('files-hostile')
    check(it.app.quit() == 0, 'it ends')


@test_real.with_swarm
def leaves_out_what_is_not_wanted(desktop, swarm):
    """With the real engine: a file that is not wanted is not there in the end."""
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, details_page="'files'")
    app = test_real.add(desktop, swarm)
    app.click(app.row(test_real.NAME))
    app.click(row(app, r'^deep, '))
    desktop.key('space')
    row(app, r'^deep, .*not wanted')
    swarm.seeder(rate=1_500_000)
    row(app, r'^big\.bin, .*of 12\.0.MB · \d+ %')
    row(app, r'^big\.bin, 12\.0.MB$', timeout=60)
    desktop.shot('files-real')
    check(app.quit() == 0, 'it ends')
    check(not (test_real.downloads(desktop) / test_real.NAME / 'deep/er/Grüße & <i>.txt').exists(), 'it was left out')
    app = desktop.app(test_real.SHOAL).wait_window()
    app.click(app.row(test_real.NAME))
    row(app, r'^deep, .*not wanted')
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    rig.main(chooses_what_is_wanted, sets_priorities, renames, plays_one_first, finds_files, holds_very_many, shows_strangers_names,
             leaves_out_what_is_not_wanted)

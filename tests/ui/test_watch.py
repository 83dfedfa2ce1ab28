#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watched folder: what is put there is added, once, and touched only afterwards; over an engine that is none, and
with the real one."""
import os
import re
import shutil
import time

import rig
from rig import check, wait_for
from test_add import Adding
from test_preferences import stored
from test_real import SHOAL, Swarm, downloads, with_swarm
from test_scroll import Turns


class Watched(Adding):
    """With a folder that is watched."""

    def __init__(self, desktop, settings=None, env=None, files=(), name='watched & more'):
        self.folder = desktop.dir / 'home' / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.put(*files)
        self.values = {'watch': 'true', 'watch_folder': f"'{self.folder}'", **(settings or {})}
        self.start(desktop, **(env or {}))

    def start(self, desktop, **env):
        super().__init__(desktop, is_empty=False, settings=self.values, **env)

    def put(self, *names, content=None):
        for name in names:
            (self.folder / f'{name}.torrent').write_text(content or f'fake {name} 1 1000000')

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def adds(self):
        return [line for line in self.commands() if line.startswith('add')]


def adds_what_is_there_and_what_comes(desktop):
    it = Watched(desktop, files=['first', 'second'])
    it.app.row('first')
    it.app.row('second')
    it.app.wait_text('^Added 2 torrents from the watched folder$')
    check(not it.any_dialog(), 'nobody is asked')
    it.put('third')
    it.app.row('third')
    it.app.wait_text('^Added “third”$')
    desktop.shot('watch')
    (it.folder / 'text.txt').write_text('fake no 1 5')
    (it.folder / 'moved').write_text('fake moved 1 5')
    (it.folder / 'moved').rename(it.folder / 'moved.TORRENT')
    it.app.row('moved')
    check(len(it.adds()) == 4 and not it.app.has_row('no'), lambda: f'four torrents and no more: {it.commands()}')
    check(it.names() == ['first.torrent', 'moved.TORRENT', 'second.torrent', 'text.txt', 'third.torrent'], 'all stay')
    it.app.quit()


def what_was_removed_does_not_come_back(desktop):
    it = Watched(desktop, files=['first'])
    it.app.row('first')
    wait_for(lambda: any('first.torrent' in path.read_text() for path in (desktop.dir / 'state').glob('shoal*/watched')),
             'it to be remembered')
    it.app.quit()
    it.start(desktop)  # this engine has no state: as if it had been removed
    it.put('second')
    it.app.row('second')
    check(not it.app.has_row('first'), 'the first does not come back')
    check(it.adds() == ['add 1'], lambda: f'{it.commands()}')
    it.app.quit()


def renames_after_the_addition(desktop):
    it = Watched(desktop, settings={'watch_after': "'rename'"}, files=['first'])
    it.app.row('first')
    wait_for(lambda: it.names() == ['first.torrent.added'], 'the file to be renamed')
    it.put('first')  # the same once more: it is in the list
    wait_for(lambda: it.names() == ['first.torrent.added', 'first.torrent.added.2'], 'that one too')
    check(it.adds() == ['add 1'], lambda: f'it is added once: {it.commands()}')
    it.app.quit()


def moves_to_the_trash(desktop):
    it = Watched(desktop, settings={'watch_after': "'trash'"}, files=['first'])
    it.app.row('first')
    wait_for(lambda: it.names() == [], 'the file to go')
    trash = desktop.dir / 'data/Trash/files/first.torrent'
    check(trash.exists(), 'it is in the trash')
    it.app.quit()


def waits_for_the_rest_of_a_file(desktop):
    it = Watched(desktop)
    path = it.folder / 'slow.torrent'
    path.write_bytes(b'')
    for part in ('fake', ' slow', ' 3', ' 10'):
        with path.open('a') as file:
            file.write(part)
        it.put('other' + part.strip())  # by it we see that the folder was looked into
        it.app.row('other' + part.strip())
    it.app.row('slow')
    check(not it.app.reads('problem'), 'nothing is wrong')
    it.app.quit()


def says_once_what_is_wrong(desktop):
    it = Watched(desktop)
    it.put('Tom & Jerry <b>', content='this is no torrent')
    it.app.wait_text('^1 problem in the watched folder$', timeout=30)
    desktop.shot('watch-problem')
    it.app.press(re.compile('Why'), 'push button')
    it.app.wait_text(re.escape('“Tom & Jerry <b>.torrent” is not a torrent, or it is damaged'))
    desktop.shot('watch-problem-why')
    desktop.key('Escape')
    it.app.wait_windows(1)
    check(it.names() == ['Tom & Jerry <b>.torrent'], 'it stays as it is')
    it.put('good')
    it.app.row('good')
    it.app.wait_text('^Added “good”$')
    check(not it.app.reads('problem'), 'it is not said again')
    it.app.quit()
    it.start(desktop)
    it.put('better')
    it.app.row('better')
    it.app.wait_text('^Added “better”$')
    check(not it.app.reads('problem'), 'nor after the next start')
    it.app.quit()


def asks_before(desktop):
    it = Watched(desktop, settings={'watch_ask': 'true', 'watch_after': "'rename'"}, files=['first', 'second', 'third'])
    it.dialog('Add 3 Torrents')
    desktop.shot('watch-ask')
    check(not it.adds(), 'nothing is added before')
    it.app.press('Leave out second')
    it.dialog('Add 2 Torrents')
    it.press_add()
    wait_for(lambda: it.names() == ['first.torrent.added', 'second.torrent', 'third.torrent.added'], 'two to be renamed')
    check(sorted(it.adds()) == ['add 1', 'add 2'], lambda: f'{it.commands()}')
    it.put('fourth')
    it.dialog('Add Torrent')
    it.app.wait_text('^fourth$')
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.put('fifth')
    it.dialog('Add Torrent')
    it.app.wait_text('^fifth$')
    desktop.key('Escape')
    it.app.wait_windows(1)
    check('fourth.torrent' in it.names() and len(it.adds()) == 2, 'who says no is asked once')
    it.app.quit()


def is_chosen_in_the_preferences(desktop):
    it = Watched(desktop, settings={'watch': 'false'}, files=['first'])
    desktop.key('ctrl+comma')
    it.app.wait_window_titled('Preferences')
    switch = it.app.wait('Watch a Folder', 'check box')
    wait_for(lambda: it.app.is_showing(switch), 'the page')
    it.app.wait_text(re.escape(str(it.folder)))
    desktop.shot('watch-preferences')
    check(not it.app.has_row('first'), 'it is not watched before')
    it.app.press('Watch a Folder', 'check box')
    wait_for(lambda: re.search('^watch=true$', stored(desktop), re.M), 'the choice to be stored')
    desktop.shot('watch-preferences-on')
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.app.row('first')
    it.app.quit()


def says_that_the_folder_is_gone(desktop):
    it = Watched(desktop)
    it.put('first')
    it.app.row('first')
    it.app.quit()
    shutil.rmtree(it.folder)
    it.start(desktop)
    it.app.wait_text('^1 problem in the watched folder$')
    it.app.press(re.compile('Why'), 'push button')
    it.app.wait_text(re.escape(f'The watched folder “{it.folder}” cannot be read'))
    it.app.quit()


def is_polled_where_nobody_tells(desktop):
    """On FUSE, where a folder from the portal lies."""
    it = Watched(desktop, name='on fuse', env={'LD_PRELOAD': str(desktop.build / 'ui/polled.so')}, files=['first'])
    it.app.row('first')
    it.app.wait_text('^Added “first”$')
    start = time.monotonic()
    it.put('second')
    it.app.row('second', timeout=20)
    print(f'# found after {time.monotonic() - start:.1f} s')
    it.put('third')
    it.app.row('third', timeout=20)
    it.app.quit()


def adds_thousands(desktop):
    """Says how long the longest turn took meanwhile."""
    turns = Turns(desktop.dir / 'turns')
    turns.path.unlink(missing_ok=True)
    shutil.rmtree(desktop.dir / 'state')
    (desktop.dir / 'state').mkdir(mode=0o700)
    n = 2000
    it = Watched(desktop, env={'GIO_EXTRA_MODULES': str(desktop.build / 'ui'), 'SHOAL_TURNS': str(turns.path)})
    it.app.wait_text('Nothing Here Yet')
    turns.take()
    it.put(*(f'crowd-{i}' for i in range(n)))
    wait_for(lambda: len(it.adds()) == n, 'all to be added', timeout=120)
    # Rows come and go in crowds: GTK 4.8 says a critical when one is read that shows nothing yet.
    wait_for(lambda: any(path.read_text().count('crowd-') == n for path in (desktop.dir / 'state').glob('shoal*/watched')),
             'all to be remembered', timeout=30)
    longest = turns.report(f'{n} files in the watched folder')
    it.app.quit()
    return longest


def other_torrent(swarm, name):
    path = swarm.dir / name
    path.write_bytes(b'x' * 1000)
    storage = swarm.lt.file_storage()
    swarm.lt.add_files(storage, str(path))
    creator = swarm.lt.create_torrent(storage, 16384, swarm.lt.create_torrent.v1_only)
    swarm.lt.set_piece_hashes(creator, str(swarm.dir))
    return swarm.lt.bencode(creator.generate())


def downloads_for_real(desktop, swarm):
    """The real engine: the torrent is in the state, and downloads, before its file is renamed."""
    shutil.rmtree(downloads(desktop), ignore_errors=True)
    folder = desktop.dir / 'home/real watched'
    folder.mkdir()
    swarm.seeder()
    marker = other_torrent(swarm, 'marker')
    desktop.settings(window_width=760, window_height=640, port=swarm.port, watch='true', watch_folder=f"'{folder}'",
                     watch_after="'rename'")
    app = desktop.app(SHOAL).wait_window()
    app.wait_text('Nothing Here Yet')
    # As a browser does it: a file of another name grows, and gets its name when it is whole.
    part = folder / 'sample.torrent.part'
    data = swarm.torrent.read_bytes()
    part.write_bytes(data[:1000])
    with part.open('ab') as file:
        file.write(data[1000:])
    part.rename(folder / 'sample.torrent')
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    swarm.same(downloads(desktop))
    wait_for(lambda: [path.name for path in folder.iterdir()] == ['sample.torrent.added'], 'the file to be renamed')
    # Cut short, and whole only later, under its own name.
    app.quit()
    shutil.rmtree(desktop.dir / 'state')
    (desktop.dir / 'state').mkdir(mode=0o700)
    app = desktop.app(SHOAL).wait_window()
    app.wait_text('Nothing Here Yet')
    path = folder / 'late.torrent'
    path.write_bytes(data[:2000])
    (folder / 'marker.torrent').write_bytes(marker)  # by it we see that the folder was looked into
    app.row('marker')
    with path.open('ab') as file:
        file.write(data[2000:])
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    check(not app.reads('problem'), 'nothing is wrong')
    check(app.quit() == 0, 'it ends')


def vanishes_and_comes_back(desktop, swarm):
    """While the program runs: it is said once, and what lies in the folder that is there then is added."""
    shutil.rmtree(downloads(desktop), ignore_errors=True)
    folder, away = desktop.dir / 'home/coming', desktop.dir / 'home/gone'
    folder.mkdir()
    swarm.seeder()
    (folder / 'one.torrent').write_bytes(other_torrent(swarm, 'one'))
    desktop.settings(window_width=760, window_height=640, port=swarm.port, watch='true', watch_folder=f"'{folder}'")
    app = desktop.app(SHOAL).wait_window()
    app.row('one')

    def leaves():
        folder.rename(away)
        app.wait_text('^1 problem in the watched folder$')
        app.press(re.compile('Why'), 'push button')
        app.wait_text(re.escape(f'The watched folder “{folder}” cannot be read'))
        desktop.key('Escape')
        app.wait_windows(1)
    leaves()
    (away / 'two.torrent').write_bytes(other_torrent(swarm, 'two'))
    away.rename(folder)
    app.row('two')
    (folder / 'sample.torrent').write_bytes(swarm.torrent.read_bytes())
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    leaves()
    shutil.rmtree(away)
    folder.mkdir()
    (folder / 'three.torrent').write_bytes(other_torrent(swarm, 'three'))
    app.row('three')
    # Another one takes its place before anybody looks.
    folder.rename(away)
    folder.mkdir()
    (folder / 'four.torrent').write_bytes(other_torrent(swarm, 'four'))
    app.row('four')
    (folder / 'five.torrent').write_bytes(other_torrent(swarm, 'five'))
    app.row('five')
    check(app.quit() == 0, 'it ends')
    swarm.same(downloads(desktop))


if __name__ == '__main__':
    os.umask(0o077)
    rig.main(adds_what_is_there_and_what_comes, what_was_removed_does_not_come_back, renames_after_the_addition,
             moves_to_the_trash, waits_for_the_rest_of_a_file, says_once_what_is_wrong, asks_before,
             is_chosen_in_the_preferences, is_polled_where_nobody_tells, says_that_the_folder_is_gone,
             with_swarm(downloads_for_real), with_swarm(vanishes_and_comes_back))

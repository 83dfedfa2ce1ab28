#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are moved or renamed where the disk does not let them, or while the torrent is removed: with the real engine,
and disks of our own. Whatever fails, the person is told, and nothing is lost."""
import os
import re
import shutil
import subprocess

import pages
import rig
import test_desk
import test_real
import test_steer
import test_trouble
from rig import check, wait_for
from test_real import NAME, downloads


class Disk:
    """A file system of its own below the folder of the desktop, gone when the test ends."""

    def __init__(self, desktop, name, *options):
        test_trouble.needs_mounts()
        self.path = desktop.dir / 'home' / name
        self.path.mkdir()
        subprocess.run(['mount', '-t', 'tmpfs', '-o', ','.join(options), 'tmpfs', self.path], check=True)

    def remount(self, option):
        test_trouble.remount(self.path, option)

    def files(self):
        return [path for path in self.path.rglob('*') if path.is_file()]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        subprocess.run(['umount', '-l', self.path], capture_output=True)
        self.path.rmdir()


def start_complete(desktop, swarm, page, **options):
    """All of it is there, and the torrent is selected."""
    swarm.seeder()
    app = test_desk.start(desktop, swarm, {'details_page': f"'{page}'"}, **options)
    app.click(app.row(NAME))
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    return app


def wait_refused(desktop, app, sentence):
    """It is told and stays to be read, however long ago it was asked for; why is said to who asks."""
    app.wait_text(f'^Not moved: “{re.escape(NAME)}”$', timeout=30)
    app.press(re.compile('Why'), 'push button')
    app.wait_text(sentence)
    desktop.key('Escape')
    app.wait_windows(1)


def stays(app, swarm, desktop):
    """What could not be moved is where it was, and given to others."""
    pages.item(app, 'Torrents', '^' + re.escape(NAME) + ', Seeding')
    app.wait_text('^' + re.escape(str(downloads(desktop))) + '$')
    swarm.same(downloads(desktop))


@test_real.with_swarm
def says_why_it_does_not_move(desktop, swarm):
    """To a disk that is read-only, and to one without room; once there is some, it moves."""
    app = start_complete(desktop, swarm, 'options')
    with Disk(desktop, 'protected', 'size=40m', 'ro') as protected, Disk(desktop, 'small', 'size=5m') as small:
        test_steer.choose_folder(desktop, app, protected.path)
        wait_refused(desktop, app, rf'“{protected.path}.*” cannot be written: its disk is read-only\. Make the disk writable, then try again\.')
        stays(app, swarm, desktop)
        test_steer.choose_folder(desktop, app, small.path)
        wait_refused(desktop, app, rf'The disk is full\. Make room in “{small.path}.*”, then try again\.')
        stays(app, swarm, desktop)
        wait_for(lambda: not small.files(), lambda: f'nothing to be left at the other place: {small.files()}')
        for session in swarm.sessions:
            session.pause()
        leecher = swarm.leecher('leech', swarm.port)
        wait_for(lambda: leecher.status().total_payload_download > 1_000_000, 'others to get it still', timeout=30)
        small.remount('size=40m')
        test_steer.choose_folder(desktop, app, small.path)
        app.wait_text('^' + re.escape(str(small.path)) + '$', timeout=30)
        wait_for(lambda: not (downloads(desktop) / NAME).exists(), 'the files to be gone from here', timeout=30)
        app.wait_text(r'12\.0.MB · seeding', timeout=30)
        check(app.quit() == 0, 'it ends')
        swarm.same(small.path)


def start_slow(desktop, swarm):
    """A program of which moves to other disks take their time while the file is there."""
    slow = desktop.dir / 'slow'
    slow.unlink(missing_ok=True)
    desktop.env.update(LD_PRELOAD=str(desktop.build / 'ui/slowed.so'), SHOAL_SLOWED=str(slow))
    try:
        app = start_complete(desktop, swarm, 'options')
    finally:
        desktop.env.pop('LD_PRELOAD')
    return app, slow


def select(app):
    app.click(app.row(NAME))
    wait_for(lambda: app.has_state(app.row(NAME), 'selected'), 'it to be selected')


@test_real.with_swarm
def is_removed_while_it_moves(desktop, swarm):
    """And brought back, and removed with its files, wherever they are."""
    app, slow = start_slow(desktop, swarm)
    with Disk(desktop, 'other', 'size=40m') as other:
        def starts_moving(target):
            slow.write_text('')
            test_steer.choose_folder(desktop, app, target)
            app.wait_text(r'Moving, .* of 12\.0.MB done')
        starts_moving(other.path)
        select(app)
        desktop.key('Delete')
        app.wait_text(re.escape(f'Removed “{NAME}”'))
        wait_for(lambda: not app.has_row(NAME), 'the row to go')
        slow.unlink()
        app.undo()
        app.row(NAME)
        pages.item(app, 'Torrents', '^' + re.escape(NAME) + ', Seeding', timeout=30)
        swarm.same(other.path)
        check(not (downloads(desktop) / NAME).exists(), 'it has moved meanwhile, and is in one place')
        starts_moving(downloads(desktop))
        select(app)
        desktop.key('shift+Delete')
        app.wait_text(r'what was downloaded of it, 12\.0.MB, is deleted')
        app.press(re.compile('Delete$'), 'push button')
        app.wait_windows(1)
        app.wait_text('Nothing Here Yet')
        slow.unlink()
        wait_for(lambda: not other.files() and not (downloads(desktop) / NAME).exists(), 'its files to be deleted', timeout=30)
        check(app.quit() == 0, 'it ends')


@test_real.with_swarm
def is_found_where_a_person_moved_it(desktop, swarm):
    """While the window was closed. Told the folder, it goes on with what is there, and nothing is fetched again."""
    app = start_complete(desktop, swarm, 'options')
    check(app.quit() == 0, 'it ends')
    for session in swarm.sessions:
        session.pause()
    other = desktop.dir / 'home/other'
    other.mkdir()
    (downloads(desktop) / NAME).rename(other / NAME)
    app = desktop.app(test_real.SHOAL).wait_window()
    app.click(app.row(NAME))
    app.wait_text(r'is missing\. Put it back, or choose the folder it is in now, then try again', timeout=60)
    desktop.shot('moving-missing')
    test_steer.choose_folder(desktop, app, other)
    app.wait_text('^' + re.escape(str(other)) + '$', timeout=30)
    app.wait_text(r'12\.0.MB · seeding', timeout=30)
    check(not (downloads(desktop) / NAME).exists(), 'nothing is made anew where it was')
    check(app.quit() == 0, 'it ends')
    swarm.same(other)


def rename(desktop, app, name):
    desktop.key('F2')
    pages.wait_dialog(desktop, 'Rename File')
    app.wait('Rename File', 'dialog')
    pages.write(desktop, app, name)
    desktop.key('Return')


@test_real.with_swarm
def says_why_it_is_not_renamed(desktop, swarm):
    """Where something else has that name, and where the folder may not be changed; the dialog waits for another try."""
    if shutil.which('setpriv') is None:
        raise rig.Skip('needs setpriv')
    # Root may write everywhere: that is taken away.
    words = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] if os.getuid() == 0 else []
    app = start_complete(desktop, swarm, 'files', words=words)
    folder = downloads(desktop) / NAME
    (folder / 'other.bin').write_text('somebody else’s')
    app.click(pages.item(app, 'Files', '^big.bin, 12.0.MB$'))
    rename(desktop, app, 'other.bin')
    app.wait_text(rf'Something else is in the way at “.*other\.bin”')
    desktop.shot('moving-renamed')
    check((folder / 'other.bin').read_text() == 'somebody else’s', 'what is in the way is left alone')
    (folder / 'other.bin').unlink()
    folder.chmod(0o555)
    desktop.key('Return')
    app.wait_text(rf'Shoal may not use “{folder}.*”\. Change its permissions, then try again\.')
    swarm.same(downloads(desktop))
    folder.chmod(0o755)
    desktop.key('Return')
    app.wait_windows(1)
    pages.item(app, 'Files', '^other.bin, 12.0.MB$')
    check((folder / 'other.bin').stat().st_size == test_real.SIZE and not (folder / 'big.bin').exists(), 'it has its new name')
    check(app.quit() == 0, 'it ends')


if __name__ == '__main__':
    test_trouble.in_namespace(says_why_it_does_not_move, is_removed_while_it_moves, is_found_where_a_person_moved_it,
                               says_why_it_is_not_renamed)

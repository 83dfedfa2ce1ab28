#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adding, over an engine that is none: every way in, one dialog, and nothing done before Add."""
import os
import re
import time

import rig
from rig import check, wait_for
from test_scroll import MAX_ATTEMPTS, MAX_TURN_MS, Turns

FAKE = os.environ['SHOAL_FAKE']
ADD = re.compile('Add$')
CANCEL = re.compile('Cancel$')


class Adding:
    def __init__(self, desktop, *args, n=0, is_empty=True, settings=None, **env):
        self.desktop = desktop
        self.path = desktop.dir / 'commands'
        self.path.unlink(missing_ok=True)
        desktop.settings(**{'window_width': 700, 'window_height': 700, **(settings or {})})
        self.app = desktop.app(FAKE, *args, SHOAL_FAKE_TORRENTS=str(n), SHOAL_FAKE_ACTIVE='0',
                               SHOAL_FAKE_LOG=str(self.path), **env).wait_window()
        if not n and not args and is_empty:
            self.app.wait_text('Nothing Here Yet')

    def torrent(self, name='film', files=1, size=1000000, content=None):
        folder = self.desktop.dir / 'home/torrents and more'
        folder.mkdir(exist_ok=True)
        path = folder / f'{name}.torrent'
        path.write_text(content if content is not None else f'fake {name} {files} {size}')
        return path

    def commands(self):
        return [line for line in self.path.read_text().splitlines() if not line.startswith('inspect')]

    def call(self, *files):
        """A second call of the program: it hands its sources to the first."""
        self.desktop.run([FAKE, *map(str, files)])

    def dialog(self, title='Add Torrent'):
        return self.app.wait(title, 'frame')

    def press_add(self):
        dialog = self.dialog_of_any_title()
        self.app.press(ADD, 'push button', start=dialog)
        self.app.wait_windows(1)

    def any_dialog(self):
        return next((f for f in self.app.all(role='frame') if (f.get_name() or '').startswith('Add ')), None)

    def dialog_of_any_title(self):
        return wait_for(self.any_dialog, 'the add dialog')


def enter_path(desktop, app, path):
    """In the chooser. The path is set and not typed: the chooser of GTK 4.18 completes what is typed fast too late and
    in the wrong place."""
    # The only pauses of these tests: the chooser does not say when it takes keys, nor when it knows the path.
    time.sleep(0.3)
    desktop.key('ctrl+l')
    entry = wait_for(lambda: (app.focused() or app.root()).get_editable_text_iface(), 'a place for the path')
    check(desktop.atspi.EditableText.set_text_contents(entry, str(path)), 'the path is taken')
    time.sleep(0.5)
    desktop.key('Return')


def adds_by_the_chooser(desktop):
    it = Adding(desktop)
    app = it.app
    path = it.torrent('film', files=3)
    desktop.shot('empty')
    app.press(re.compile('Add…$'), 'push button')
    app.wait_window_titled('Add Torrents')
    enter_path(desktop, app, path)
    app.wait_window_titled('Add Torrent')
    app.wait_text(r'^film$')
    app.wait_text(r'3 of 3 files, 3\.0.MB')
    app.wait_text(r'free, .* after this')
    check(not it.commands(), lambda: f'nothing is done before Add: {it.commands()}')
    desktop.shot('add')
    it.press_add()
    wait_for(lambda: it.commands() == ['add 1'], 'the torrent to be added')
    row = app.row('film')
    wait_for(lambda: app.has_state(row, 'selected'), 'the new row to be selected')
    app.quit()


def drag(desktop, app, *source):
    """Drags from a small window on to the middle of ours, with real motion."""
    program = desktop.app('/usr/bin/python3', rig.HERE / 'drag_source.py', *source).wait_window()
    frame = program.find(role='frame')
    x, y = program.place(program.find('drag me', 'label'), frame)
    window = dict(line.split('=') for line in desktop.xdotool(
        'getwindowgeometry', '--shell', app.window_id('^Shoal$')).split())
    to_x = int(window['X']) + int(window['WIDTH']) // 2 + 40
    to_y = int(window['Y']) + int(window['HEIGHT']) - 150
    moves = []
    for i in range(1, 6):
        moves += ['mousemove', x + 4 * i, y + 2 * i, 'sleep', '0.03']
    for i in range(1, 16):
        moves += ['mousemove', x + 20 + (to_x - x - 20) * i // 15, y + 10 + (to_y - y - 10) * i // 15, 'sleep', '0.03']
    desktop.xdotool('mousemove', x, y, 'sleep', '0.2', 'mousedown', 1, 'sleep', '0.1', *moves,
                    'mousemove', to_x + 3, to_y, 'sleep', '0.2', 'mousemove', to_x, to_y, 'sleep', '0.4')
    desktop.shot('drop')
    desktop.xdotool('mouseup', 1)


def move_aside(desktop, app):
    desktop.xdotool('windowmove', '--sync', app.window_id('^Shoal$'), 500, 100)


def adds_by_drop(desktop):
    it = Adding(desktop)
    move_aside(desktop, it.app)
    drag(desktop, it.app, 'files', it.torrent('one'), it.torrent('two with', content='fake two 1 5'))
    it.dialog('Add 2 Torrents')
    it.press_add()
    wait_for(lambda: len(it.commands()) == 2, 'both to be added')
    it.app.row('one')
    it.app.row('two')
    it.app.quit()


def adds_by_drop_from_another_toolkit(desktop):
    it = Adding(desktop)
    move_aside(desktop, it.app)
    drag(desktop, it.app, 'gtk3', it.torrent('one'), it.torrent('Grüße & %41', content='fake two 1 5'))
    it.dialog('Add 2 Torrents')
    it.press_add()
    wait_for(lambda: len(it.commands()) == 2, 'both to be added')
    it.app.row('one')
    it.app.row('two')
    it.app.quit()


def fetches_from_the_web(desktop):
    it = Adding(desktop, 'http://127.0.0.1:1/some/web.torrent?id=3')
    it.app.wait_text('^web$')
    it.call('https://127.0.0.1:1/gone.torrent')
    it.app.wait_text(re.escape('There is nothing at the address of “gone.torrent (127.0.0.1)”. Was it removed'))
    it.dialog('Add Torrent')  # the other one
    desktop.shot('add-web')
    it.press_add()
    wait_for(lambda: it.commands() == ['add 1'], 'what came to be added')
    it.app.quit()


def adds_from_the_command_line(desktop):
    first = desktop.dir / 'home/first.torrent'
    first.write_text('fake first 1 1000')
    it = Adding(desktop, first)
    it.dialog()
    it.app.wait_text('^first$')
    it.call(it.torrent('second'), it.torrent('third'))
    it.dialog('Add 3 Torrents')
    it.app.wait_text('^third$')
    desktop.shot('add-several')
    it.app.press(re.compile('^Leave out second$'))
    it.dialog('Add 2 Torrents')
    it.press_add()
    wait_for(lambda: len(it.commands()) == 2, 'two to be added')
    check(not it.app.has_row('second'), 'what was left out is not added')
    it.app.quit()


def install(desktop):
    """The desktop's own files, as `meson install` would put them, for a program in the build folder."""
    data = desktop.dir / 'data'
    (data / 'applications').mkdir(exist_ok=True)
    source = desktop.build.parent / 'data'
    name = next(source.glob('*.desktop')).name
    text = (source / name).read_text().replace('Exec=shoal', f'Exec={FAKE}')
    (data / 'applications' / name).write_text(text)
    (data / 'dbus-1/services' / name.replace('.desktop', '.service')).write_text(
        f'[D-BUS Service]\nName={name[:-8]}\nExec={FAKE} --gapplication-service\n')
    desktop.run(['update-desktop-database', str(data / 'applications')])
    desktop.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path',
                 '/org/freedesktop/DBus', '--method', 'org.freedesktop.DBus.ReloadConfig'])
    for mime in ('application/x-bittorrent', 'x-scheme-handler/magnet'):
        desktop.run(['gio', 'mime', mime, name])


def adds_by_double_click(desktop):
    it = Adding(desktop)
    install(desktop)
    result = desktop.run(['gio', 'open', str(it.torrent('clicked'))])
    check(result.returncode == 0, lambda: result.stderr.decode())
    it.dialog()
    it.app.wait_text('^clicked$')
    it.press_add()
    it.app.row('clicked')
    desktop.run(['gio', 'open', 'magnet:?xt=urn:btih:0123456789012345678901234567890123456789&dn=linked'])
    it.app.row('linked')
    wait_for(lambda: 'add-link-ask 2' in it.commands(), 'the link to be added')
    it.app.quit()


def shows_what_is_there_already(desktop):
    it = Adding(desktop, n=12)
    it.app.wait_text('Family photos 2026 11')
    path = it.torrent('known', content='fake debian-12.9.0-amd64-DVD-1.iso 1 5')
    it.call(path)
    it.app.wait_text('This torrent is in the list already')
    row = it.app.row('debian-12.9.0-amd64-DVD-1.iso,')
    wait_for(lambda: it.app.has_state(it.app.row('debian-12.9.0-amd64-DVD-1.iso,'), 'selected'), 'the row selected')
    wait_for(lambda: it.app.is_showing(row), 'the row to be scrolled to')
    wait_for(lambda: not it.any_dialog(), 'no dialog')
    it.app.quit()


def names_the_file_and_the_reason(desktop):
    it = Adding(desktop)
    it.call(it.torrent('Tom & Jerry <b>x<', content='this is no torrent'))
    it.app.wait_text(re.escape('“Tom & Jerry <b>x<.torrent” is not a torrent, or it is damaged. Get it again'))
    desktop.shot('add-failed')
    check(not it.app.all(ADD, 'push button', start=it.any_dialog()), 'there is nothing to add')
    it.app.press(re.compile('Close$'), 'push button', start=it.any_dialog())
    it.app.wait_windows(1)
    it.call(desktop.dir / 'home/missing.torrent')
    it.app.wait_text('“missing.torrent” cannot be found')
    desktop.key('Escape')
    it.app.wait_windows(1)
    it.call(desktop.dir / 'home')
    it.app.wait_text('“home” is a folder')
    check(not it.commands(), lambda: f'nothing was done: {it.commands()}')
    it.app.quit()


def chooses_files(desktop):
    it = Adding(desktop)
    app = it.app
    it.call(it.torrent('many', files=60, size=1000))
    it.dialog()
    app.wait_text('60 of 60 files, 60.0.kB')
    app.wait_text('^part 0$')
    app.click(app.find('part 0', 'check box'))
    app.wait_text('58 of 60 files')
    wait_for(lambda: app.item('Files', lambda name: name.startswith('part 0, ') and name.endswith(', not wanted')),
             'its row to say so')
    desktop.shot('add-files')
    app.press('Choose No Files', 'push button')
    app.wait_text('0 of 60 files')
    add = app.find(ADD, 'push button', start=it.any_dialog())
    wait_for(lambda: not app.has_state(add, 'sensitive'), 'Add to be greyed: there is nothing to add')
    app.press('Choose All Files', 'push button')
    app.wait_text('60 of 60 files')
    app.click(app.find('Search Files'))
    desktop.type('file 42')
    app.wait('file 42.bin', 'check box')
    wait_for(lambda: len(app.all(re.compile(r'^file \d+\.bin$'), 'check box')) == 1, 'one hit')
    app.wait_text('^many/part 12$')
    desktop.shot('add-search')
    app.click(app.find('file 42.bin', 'check box'))
    app.wait_text('59 of 60 files')
    desktop.key('Escape')
    it.app.wait_windows(1)
    check(not it.commands(), lambda: f'nothing was done: {it.commands()}')
    app.quit()


def works_from_the_keyboard(desktop):
    it = Adding(desktop)
    app = it.app
    it.call(it.torrent('keys', files=60, size=1000))
    it.dialog()
    app.wait_text('60 of 60 files')
    for _ in range(12):
        desktop.key('Tab')
        if wait_for(app.focused, 'a focus').get_role_name() == 'list item':
            break
    check(app.focused().get_role_name() == 'list item', lambda: f'Tab ends on {app.focused().get_name()!r}')
    desktop.key('Down')
    desktop.key('space')
    app.wait_text('58 of 60 files')
    desktop.key('Right')
    app.wait('file 0.bin', 'check box')
    desktop.key('Left')
    app.wait_gone('file 0.bin', 'check box')
    desktop.key('Tab')
    wait_for(lambda: app.focused().get_name() == 'Folder', 'Tab to leave the files')
    desktop.key('shift+Tab')
    wait_for(lambda: app.focused().get_name().startswith('part 0'), 'Shift+Tab to come back')
    desktop.key('Return')
    wait_for(lambda: it.commands() == ['add 1'], 'Enter to add')
    app.quit()


def enter_waits_for_what_is_read(desktop):
    """Enter is not Cancel, however early it comes."""
    gate = desktop.dir / 'gate'
    gate.unlink(missing_ok=True)
    it = Adding(desktop, SHOAL_FAKE_GATE=str(gate))
    it.call(it.torrent('late', files=3))
    it.dialog()
    it.app.wait_text('Reading')
    desktop.key('Return')
    desktop.key('shift+Tab')
    wait_for(lambda: CANCEL.search(it.app.focused().get_name()), 'Shift+Tab to lead to Cancel')
    gate.touch()
    it.app.wait_text('3 of 3 files')
    desktop.key('Return')
    wait_for(lambda: it.commands() == ['add 1'], 'Enter to add')
    it.app.quit()


def opens_at_once_with_many_files(desktop):
    turns = Turns(desktop.dir / 'turns')
    turns.path.unlink(missing_ok=True)
    it = Adding(desktop, GIO_EXTRA_MODULES=str(desktop.build / 'ui'), SHOAL_TURNS=str(turns.path))
    path = it.torrent('huge', files=100000, size=1000)
    turns.take()
    it.call(path)
    it.dialog()
    it.app.wait_text('100000 of 100000 files')
    # The fake engine reads on the main loop, which the real one does not: its turn is left out.
    own = sorted(o for _, o, _ in turns.take())
    print(f'# opening with 100,000 files: turns of {own[-4:]} ms')
    for _ in range(MAX_ATTEMPTS):
        turns.take()
        it.app.press('Choose No Files', 'push button')
        it.app.wait_text('^0 of 100000 files')
        longest = turns.report('100,000 files unchecked')
        if longest <= MAX_TURN_MS:
            break
        it.app.press('Choose All Files', 'push button')
        it.app.wait_text('^100000 of 100000 files')
    check(longest <= MAX_TURN_MS, f'a turn of {longest:.0f} ms')
    it.app.quit()


def labels_field(it):
    """Of the dialog: the details behind it have one too."""
    return it.app.wait(re.compile('^Labels'), 'text', start=it.any_dialog())


def unfold(it):
    """The options are folded away."""
    it.app.click(it.app.wait('Options', 'label', start=it.any_dialog()))
    wait_for(lambda: it.app.is_showing(it.app.wait('Start at Once', 'check box')), 'the options')
    heights = []

    def is_still():
        e = it.any_dialog().get_component_iface().get_extents(it.desktop.atspi.CoordType.WINDOW)
        last = labels_field(it).get_component_iface().get_extents(it.desktop.atspi.CoordType.WINDOW)
        heights.append((e.height, last.y))
        return len(heights) > 2 and heights[-1] == heights[-2] == heights[-3]
    wait_for(is_still, 'the options to be unfolded')


def remembers_start_at_once(desktop):
    it = Adding(desktop)
    it.call(it.torrent('paused'))
    it.dialog()
    it.app.wait_text('^paused$')
    unfold(it)
    it.app.press('Start at Once', 'check box')
    it.press_add()
    wait_for(lambda: it.commands() == ['add-paused 1'], 'the torrent to be added and not started')
    it.call(it.torrent('again'))
    it.dialog()
    it.app.wait_text('^waits for you · seeds$')
    unfold(it)
    check(not it.app.has_state(it.app.wait('Start at Once', 'check box'), 'checked'), 'the choice is remembered')
    it.app.quit()


if __name__ == '__main__':
    rig.main(adds_by_the_chooser, adds_by_drop, adds_by_drop_from_another_toolkit, fetches_from_the_web, adds_from_the_command_line,
             adds_by_double_click, shows_what_is_there_already, names_the_file_and_the_reason, chooses_files,
             works_from_the_keyboard, enter_waits_for_what_is_read, remembers_start_at_once)

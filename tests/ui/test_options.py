#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a torrent, and of several at once; with an engine that is none, and with the real one."""
import re

import pages
import rig
import test_add
import test_real
import test_steer
from rig import check, wait_for

FIRST = pages.FIRST
SECOND = 'Family photos 2026,'


def spin(app, name):
    return app.wait(name, 'spin button')


def limits(desktop):
    it = pages.open_page(desktop, 'options', SHOAL_FAKE_ACTIVE='0')
    app = it.app
    app.wait('Limit Downloading')
    pages.toggle(app, 'Limit Downloading')
    it.wait_command('limits-1000000-0 1')
    number = spin(app, 'Highest Download Speed in kB/s')
    number.get_value_iface().set_current_value(250)
    it.wait_command('limits-250000-0 1')
    pages.toggle(app, 'Limit Uploading')
    it.wait_command('limits-250000-1000000 1')
    desktop.shot('options')
    pages.toggle(app, 'Limit Downloading')
    it.wait_command('limits-0-1000000 1')
    wait_for(lambda: not app.find('Highest Download Speed in kB/s'), 'its number to go')
    spin(app, 'Highest Upload Speed in kB/s').get_value_iface().set_current_value(50)
    it.wait_command('limits-0-50000 1')
    it.select(SECOND)
    wait_for(lambda: not app.find('Highest Upload Speed in kB/s'), 'the number of the other torrent to go')
    pages.toggle(app, 'Limit Uploading')
    it.wait_command('limits-0-1000000 2')
    check(app.quit() == 0, 'it ends')


def order_and_encryption(desktop):
    it = pages.open_page(desktop, 'options')
    app = it.app
    pages.toggle(app, 'Download in Order')
    it.wait_command('in-order 1')
    pages.choose(desktop, app, 'Encryption', 4)
    it.wait_command('encryption-3 1')
    pages.choose(desktop, app, 'Encryption', 0)
    it.wait_command('encryption--1 1')
    check(app.quit() == 0, 'it ends')


def goals(desktop):
    it = pages.open_page(desktop, 'options')
    app = it.app
    app.wait_text('^never$')
    pages.choose(desktop, app, 'Stop Seeding', 1)
    it.wait_command('goals--1-0-0-0 1')
    pages.toggle(app, 'At a Ratio')
    it.wait_command('goals-2000-0-0-0 1')
    spin(app, 'Ratio').get_value_iface().set_current_value(1.5)
    it.wait_command('goals-1500-0-0-0 1')
    pages.toggle(app, 'When Nobody Takes Anything')
    it.wait_command('goals-1500-0-1440-0 1')
    app.wait_text(r'^at a ratio of 1\.50 · when nobody took anything for 24 hours$')
    desktop.shot('options-goals')
    pages.choose(desktop, app, 'Then', 1)
    it.wait_command('goals-1500-0-1440-1 1')
    check(app.quit() == 0, 'it ends')


def goals_to_the_minute(desktop):
    it = pages.open_page(desktop, 'options')
    app = it.app
    pages.choose(desktop, app, 'Stop Seeding', 1)
    pages.toggle(app, 'After a Time')
    it.wait_command('goals--1-4320-0-0 1')
    hours = spin(app, 'Hours of Seeding')

    def reads():
        return desktop.atspi.Text.get_text(hours.get_text_iface(), 0, hours.get_text_iface().get_character_count())
    check(reads() == '72', lambda: f'the hours read {reads()!r}')
    hours.get_value_iface().set_current_value(1.5)
    it.wait_command('goals--1-90-0-0 1')
    app.wait_text('^after 1 hour 30 minutes$')
    check(reads() == '1.5', lambda: f'the hours read {reads()!r}')
    desktop.shot('options-minutes')
    check(app.quit() == 0, 'it ends')


def wait_written(it, text):
    """In the field of the labels: what the filters say is no field."""
    def written():
        iface = pages.field(it.app, 'Labels').get_text_iface()
        return it.desktop.atspi.Text.get_text(iface, 0, iface.get_character_count())
    wait_for(lambda: written() == text, lambda: f'the labels to read {text!r}, they read {written()!r}')


def labels(desktop):
    it = pages.open_page(desktop, 'options')
    app = it.app
    pages.focus_field(app, 'Labels')
    desktop.type('linux, images ,')
    desktop.key('Return')
    it.wait_command('labels <linux,images> 1')
    it.select(SECOND)
    pages.focus_field(app, 'Labels')
    desktop.type('im')
    wait_written(it, 'images')
    desktop.key('Return')
    it.wait_command('labels <im> 2')
    wait_written(it, 'im')
    for key in ('Tab', 'Right', 'End'):
        accept_completion(it, key)
    check(app.quit() == 0, 'it ends')


def accept_completion(it, key):
    """Of a label that another torrent has; then the field is empty again."""
    n = it.commands().count('labels <linux> 2')
    pages.write(it.desktop, it.app, 'lin')
    wait_written(it, 'linux')
    it.desktop.key(key, 'Return')
    wait_for(lambda: it.commands().count('labels <linux> 2') == n + 1, f'what {key} has completed to be sent')
    it.desktop.key('ctrl+a', 'BackSpace', 'Return')
    wait_for(lambda: it.commands()[-1] == 'labels <> 2', 'the labels to go')


def labels_that_were_not_applied(desktop):
    it = pages.open_page(desktop, 'options')
    app = it.app
    pages.focus_field(app, 'Labels')
    desktop.type('linux')
    it.select(SECOND)
    it.wait_command('labels <linux> 1')
    wait_written(it, '')
    pages.focus_field(app, 'Labels')
    desktop.type('lin')
    wait_written(it, 'linux')
    it.select(FIRST)
    it.wait_command('labels <lin> 2')
    check(len([c for c in it.commands() if c.startswith('labels')]) == 2, lambda: f'it sent {it.commands()}')
    check(app.quit() == 0, 'it ends')


def labels_and_leaving(desktop):
    """What is typed is not lost with the page that it stands on, nor with the window."""
    it = pages.open_page(desktop, 'options')
    app = it.app
    pages.focus_field(app, 'Labels')
    desktop.type('left')
    wait_written(it, 'left')
    app.press('Overview', 'page tab')
    it.wait_command('labels <left> 1')
    app.press('Options', 'page tab')
    pages.focus_field(app, 'Labels')
    desktop.key('End')
    desktop.type(', quit')
    wait_written(it, 'left, quit')
    check(app.quit() == 0, 'it ends')
    check('labels <left,quit> 1' in it.commands(), lambda: f'it sent {it.commands()}')


def select_both(it):
    it.desktop.xdotool('keydown', 'ctrl')
    it.app.click(it.app.row(SECOND))
    it.desktop.xdotool('keyup', 'ctrl')
    it.app.wait_text('^2 Torrents Selected$')


def fast_limits(desktop):
    """A limit that is turned on throttles nothing before its number is typed."""
    it = pages.open_page(desktop, 'options', SHOAL_FAKE_ACTIVE='12')
    app = it.app
    pages.toggle(app, 'Limit Downloading')
    it.wait_command('limits-10000000-0 1')
    check(spin(app, 'Highest Download Speed in kB/s').get_value_iface().get_current_value() == 10000, 'it is what is shown')
    check(app.quit() == 0, 'it ends')


def several(desktop):
    it = pages.open_page(desktop, 'options')
    app = it.app
    pages.toggle(app, 'Download in Order')
    it.wait_command('in-order 1')
    select_both(it)
    app.wait_text('^Differs among those that are selected$')
    desktop.shot('options-several')
    pages.toggle(app, 'Limit Uploading')
    it.wait_command('limits-0-1000000 1')
    it.wait_command('limits-0-1000000 2')
    pages.toggle(app, 'Download in Order')
    it.wait_command('in-order 2')
    wait_for(lambda: not app.reads('^Differs among those that are selected$'), 'nothing to differ')
    check(app.quit() == 0, 'it ends')


def tells_once_what_was_not_moved(desktop):
    """However many they are; one that fails again is still one."""
    it = pages.open_page(desktop, 'options')
    app = it.app
    target = desktop.dir / 'home/full'
    target.mkdir(parents=True, exist_ok=True)
    test_steer.choose_folder(desktop, app, target)
    app.wait_text('^Not moved: “debian-12')
    select_both(it)
    test_steer.choose_folder(desktop, app, target)
    app.wait_text('^2 torrents could not be moved$')
    desktop.shot('options-unmoved')
    app.press(re.compile('Why'), 'push button')
    app.wait_text(r'“debian-12.*”: The disk is full\. Make room in “.*full”, then try again\.')
    app.wait_text(r'“Family photos 2026”: The disk is full\.')
    desktop.shot('options-unmoved-why')
    desktop.key('Escape')
    app.wait_windows(1)
    wait_for(lambda: not app.reads('could not be moved$'), 'what was read to go')
    check(app.quit() == 0, 'it ends')


@test_real.with_swarm
def limits_the_real_engine(desktop, swarm):
    """A limit of 100 kB/s holds a download of 12 MB up; without it, it comes to its end."""
    swarm.seeder(rate=500_000)
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, details_page="'options'")
    app = test_real.add(desktop, swarm)
    app.click(app.row(test_real.NAME))
    pages.toggle(app, 'Limit Downloading')
    spin(app, 'Highest Download Speed in kB/s').get_value_iface().set_current_value(100)
    app.wait_text(r'· 1?\d?\d\.\d.kB/s from', timeout=30)
    before = test_real.bar(app)
    check(before < 1.0, 'it is not there yet')
    pages.toggle(app, 'Limit Downloading')
    wait_for(lambda: test_real.bar(app) == 1.0, 'the download to end', timeout=60)
    check(app.quit() == 0, 'it ends')
    swarm.same(test_real.downloads(desktop))


@test_real.with_swarm
def moves_real_files(desktop, swarm):
    swarm.seeder()
    desktop.settings(window_width=1180, window_height=900, port=swarm.port, details_page="'options'")
    app = test_real.add(desktop, swarm)
    app.wait_text(r'12\.0.MB · seeding', timeout=60)
    app.click(app.row(test_real.NAME))
    target = desktop.dir / 'home/elsewhere'
    target.mkdir(exist_ok=True)
    app.press(rig.re.compile('^_?Move'))
    app.wait_window_titled('Move to Another Folder')
    test_add.enter_path(desktop, app, target)
    app.wait_windows(1)
    wait_for(lambda: (target / test_real.NAME / 'big.bin').exists(), 'the files to be moved', timeout=30)
    app.wait_text(str(target))
    app.wait_text(r'12\.0.MB · seeding', timeout=30)
    check(app.quit() == 0, 'it ends')
    swarm.same(target)


if __name__ == '__main__':
    rig.main(limits, fast_limits, order_and_encryption, goals, goals_to_the_minute, labels, labels_that_were_not_applied,
             labels_and_leaving, several, tells_once_what_was_not_moved, limits_the_real_engine, moves_real_files)

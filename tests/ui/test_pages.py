#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the pages of the details as different people see them, for a person to look at; and the way through them by keys."""
import pages
import rig
import test_looks
from rig import check, wait_for

TOM = 'Tom & Jerry <b>x</b> %s'
PAGES = ['files', 'people', 'trackers', 'options']


def pictures(desktop, look, width=1180, height=1140, **env):
    for page in PAGES:
        it = pages.open_page(desktop, page, width=width, height=height, SHOAL_FAKE_ACTIVE='12', SHOAL_FAKE_FILES='9', **env)
        app = it.app
        if width < 600:
            it.desktop.key('Return')
        wait_for(lambda: pages.items(app, page.capitalize()) if page != 'options' else app.find('Download in Order') or app.all(role='check box'),
                 f'the page of {page}')
        if page == 'files':
            app.click(pages.items(app, 'Files')[0])
            desktop.xdotool('mousemove', 5, 5)
        desktop.shot(f'pages-{look}-{page}')
        frame = app.find(role='frame').get_component_iface().get_extents(desktop.atspi.CoordType.WINDOW)
        check(frame.width <= width, f'the window is {frame.width} px wide, {page} needs that much')
        app.kill()


def light(desktop):
    pictures(desktop, 'light')


def dark(desktop):
    pictures(desktop, 'dark', ADW_DEBUG_COLOR_SCHEME='prefer-dark')


def high_contrast(desktop):
    pictures(desktop, 'high-contrast', ADW_DEBUG_HIGH_CONTRAST='1')


def narrow(desktop):
    pictures(desktop, 'narrow', width=360, height=640)


def large_text(desktop):
    desktop.run(['xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER', 'Xft.dpi: 192\n'])
    try:
        pictures(desktop, 'large-text', width=1260, height=1100)
    finally:
        desktop.run(['xprop', '-root', '-remove', 'RESOURCE_MANAGER'])


def right_to_left(desktop):
    pictures(desktop, 'right-to-left', **test_looks.hebrew(desktop))


def tab_passes_the_lists(desktop):
    """Tab enters a list once, and leaves it once."""
    for page, button in (('people', 'Add a Person'), ('trackers', 'Add a Tracker')):
        it = pages.open_page(desktop, page, SHOAL_FAKE_ACTIVE='12')
        app = it.app
        wait_for(lambda: len(pages.items(app, page.capitalize())) > 2, 'the rows')
        app.find(button).get_component_iface().grab_focus()
        wait_for(lambda: app.has_state(app.find(button), 'focused'), 'the button to have the focus')
        desktop.key('Tab')

        def in_list():
            focused = app.focused()
            return focused is not None and any(focused == i for i in pages.items(app, page.capitalize()))
        wait_for(in_list, 'the focus to be in the list')
        desktop.key('Down', 'Tab')
        wait_for(lambda: not in_list(), 'the focus to be out of the list')
        app.kill()


if __name__ == '__main__':
    rig.main(light, dark, high_contrast, narrow, large_text, right_to_left, tab_passes_the_lists)

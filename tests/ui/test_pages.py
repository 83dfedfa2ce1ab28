#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way through the pages of the details by keys."""
import pages
import rig
from rig import check, wait_for


def tab_passes_the_lists(desktop):
    """Tab enters a list once, and leaves it once."""
    for page, button in (('people', 'Add a Person'), ('trackers', 'Add a Tracker')):
        it = pages.open_page(desktop, page, SHOAL_FAKE_ACTIVE='12')
        app = it.app
        wait_for(lambda: len(pages.items(app, page.capitalize())) > 2, 'the rows')
        while app.focused().get_name() != button:
            before = app.focused()
            check(rig.role_of(before) != 'page tab', f'{button!r} is passed')
            desktop.key('Tab')
            wait_for(lambda before=before: app.focused() not in (None, before), 'the focus to move')
        desktop.key('Tab')

        def in_list():
            focused = app.focused()
            return focused is not None and any(focused == i for i in pages.items(app, page.capitalize()))
        wait_for(in_list, 'the focus to be in the list')
        desktop.key('Down', 'Tab')
        wait_for(lambda: not in_list(), 'the focus to be out of the list')
        app.kill()


if __name__ == '__main__':
    rig.main(tab_passes_the_lists)

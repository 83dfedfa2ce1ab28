#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small window to drag from: drag_source.py (files FILE… | text TEXT). It lies at the left edge of the screen."""
import sys

import gi
gi.require_version('Gdk', '4.0')
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, Gio, Gtk  # noqa: E402


def content():
    if sys.argv[1] == 'text':
        return Gdk.ContentProvider.new_for_value(sys.argv[2])
    return Gdk.ContentProvider.new_for_value(
        Gdk.FileList.new_from_list([Gio.File.new_for_path(path) for path in sys.argv[2:]]))


def activate(app):
    window = Gtk.ApplicationWindow(application=app, title='drag source', default_width=160, default_height=120)
    label = Gtk.Label(label='drag me')
    source = Gtk.DragSource()
    source.set_content(content())
    label.add_controller(source)
    window.set_child(label)
    window.present()


app = Gtk.Application(application_id='io.github.shoalapp.DragSource', flags=Gio.ApplicationFlags.NON_UNIQUE)
app.connect('activate', activate)
app.run([])

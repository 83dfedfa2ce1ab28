#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small window to drag from: drag_source.py (files FILE-OR-ADDRESS… | text TEXT | gtk3 FILE…). It lies at the left edge of the
screen. `gtk3` offers the files as many a file manager does: by another toolkit, as a list of URIs and nothing else."""
import sys

import gi

WIDTH, HEIGHT = 160, 120


def content(Gdk, Gio):
    if sys.argv[1] == 'text':
        return Gdk.ContentProvider.new_for_value(sys.argv[2])
    return Gdk.ContentProvider.new_for_value(
        Gdk.FileList.new_from_list([Gio.File.new_for_commandline_arg(word) for word in sys.argv[2:]]))


def run_gtk4():
    gi.require_version('Gdk', '4.0')
    gi.require_version('Gtk', '4.0')
    from gi.repository import Gdk, Gio, Gtk

    def activate(app):
        window = Gtk.ApplicationWindow(application=app, title='drag source', default_width=WIDTH, default_height=HEIGHT)
        label = Gtk.Label(label='drag me')
        source = Gtk.DragSource()
        source.set_content(content(Gdk, Gio))
        label.add_controller(source)
        window.set_child(label)
        window.present()

    app = Gtk.Application(application_id='io.github.shoalapp.DragSource', flags=Gio.ApplicationFlags.NON_UNIQUE)
    app.connect('activate', activate)
    app.run([])


def run_gtk3():
    gi.require_version('Gdk', '3.0')
    gi.require_version('Gtk', '3.0')
    from gi.repository import Gdk, GLib, Gtk

    window = Gtk.Window(title='drag source', default_width=WIDTH, default_height=HEIGHT)
    box = Gtk.EventBox(visible=True)
    box.add(Gtk.Label(label='drag me', visible=True))
    box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    box.drag_source_add_uri_targets()
    box.connect('drag-data-get', lambda widget, context, data, info, time: data.set_uris(
        [GLib.filename_to_uri(path) for path in sys.argv[2:]]))
    window.add(box)
    window.show_all()
    Gtk.main()


run_gtk3() if sys.argv[1] == 'gtk3' else run_gtk4()

#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small window that owns the clipboard: copy_source.py TEXT."""
import sys

import gi
gi.require_version('Gtk', '4.0')
from gi.repository import GLib, Gtk

Gtk.init()
window = Gtk.Window(title='copy source', default_width=120, default_height=60)
window.set_child(Gtk.Label(label='copied'))
window.get_clipboard().set(sys.argv[1])
window.present()
loop = GLib.MainLoop()
window.connect('close-request', lambda *_: loop.quit())
loop.run()

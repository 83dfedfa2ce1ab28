#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file manager as far as others see one: file_manager.py LOG [PATH]. Without PATH it is a service on the session
bus; what it is asked to show, or is started with, goes to LOG."""
import os
import sys


def note(text):
    with open(sys.argv[1], 'a', encoding='utf-8') as log:
        log.write(text + '\n')


def serve():
    from gi.repository import Gio, GLib
    interface = Gio.DBusNodeInfo.new_for_xml(
        '<node><interface name="org.freedesktop.FileManager1"><method name="ShowItems">'
        '<arg type="as" direction="in"/><arg type="s" direction="in"/></method></interface></node>').interfaces[0]

    def call(connection, sender, path, name, method, arguments, invocation):
        note('\n'.join(f'item {uri}' for uri in arguments.unpack()[0]))
        invocation.return_value(None)

    Gio.bus_own_name(
        Gio.BusType.SESSION, 'org.freedesktop.FileManager1', Gio.BusNameOwnerFlags.NONE,
        lambda connection, name: connection.register_object('/org/freedesktop/FileManager1', interface, call), None, None)
    GLib.timeout_add_seconds(60, sys.exit)
    GLib.MainLoop().run()


if len(sys.argv) > 2:
    note(('folder ' if os.path.isdir(sys.argv[2]) else 'file ') + sys.argv[2])
else:
    serve()

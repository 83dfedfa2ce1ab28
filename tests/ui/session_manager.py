#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a desktop's session manager that is asked to keep the machine awake: prints a line for each call."""
import gi
gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib

NODE = Gio.DBusNodeInfo.new_for_xml('''<node><interface name="org.gnome.SessionManager">
<method name="Inhibit"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="u" direction="in"/><arg type="u" direction="out"/></method>
<method name="Uninhibit"><arg type="u" direction="in"/></method>
</interface></node>''')
SUSPEND = 4


def call_cb(connection, sender, path, interface, method, parameters, invocation):
    if method == 'Inhibit':
        app, _, reason, flags = parameters.unpack()
        print(f'inhibit {app} {"suspend" if flags == SUSPEND else flags} {reason}', flush=True)
        invocation.return_value(GLib.Variant('(u)', (7,)))
    else:
        print(f'uninhibit {parameters.unpack()[0]}', flush=True)
        invocation.return_value(None)


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    bus.register_object('/org/gnome/SessionManager', NODE.interfaces[0], call_cb, None, None)
    Gio.bus_own_name_on_connection(bus, 'org.gnome.SessionManager', Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: print('ready', flush=True), None)
    GLib.MainLoop().run()


if __name__ == '__main__':
    main()

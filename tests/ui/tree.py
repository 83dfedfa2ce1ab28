# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All accessibles of a program, as they are at one moment. Its cache gives them in one call, where libatspi outside of
its own main loop asks the program anew for each name and each role."""
import collections
import struct

from gi.repository import Gio, GLib

ROOT = '/org/a11y/atspi/accessible/root'
TEXT = 'org.a11y.atspi.Text'
EDITABLE = 'org.a11y.atspi.EditableText'
COMPONENT = 'org.a11y.atspi.Component'
COORDINATES_OF_WINDOW = 1
TIMEOUT_MS = 5000


def connect(address):
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)


def call(connection, name, path, interface, method, arguments=None):
    return connection.call_sync(name, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()


def find_program(connection, pid):
    """The name on the bus of the program; None: it is not there."""
    for name, _ in call(connection, 'org.a11y.atspi.Registry', ROOT, 'org.a11y.atspi.Accessible', 'GetChildren')[0]:
        owner = call(connection, 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                     'GetConnectionUnixProcessID', GLib.Variant('(s)', (name,)))[0]
        if owner == pid:
            return name
    return None


def call_all(connection, name, paths, interface, method, arguments=None):
    """The answer of each, in their order, None where there is none. All are asked for before the first answer comes.
    The arguments are those of all, or a list."""
    answers = [None] * len(paths)
    left = len(paths)

    def answered(connection, task, i):
        nonlocal left
        left -= 1
        try:
            answers[i] = connection.call_finish(task).unpack()[0]
        except GLib.Error:  # it has gone since
            pass
    for i, path in enumerate(paths):
        connection.call(name, path, interface, method, arguments[i] if isinstance(arguments, list) else arguments, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None, answered, i)
    while left > 0:
        GLib.MainContext.default().iteration(True)
    return answers


class Reader:
    """Of the body of a message as it is on the bus (D-Bus specification, "Marshaling"): GLib's own way to values of Python
    makes an object for each part, which took most of the time of the tests."""

    def __init__(self, blob):
        self.blob = blob
        self.u32 = struct.Struct('<I' if blob[0] == ord('l') else '>I').unpack_from
        self.at = 12
        self.at += 4 + self.number()  # the fields of the header
        self.align(8)

    def align(self, to):
        self.at += -self.at % to

    def number(self):
        at = self.at + (-self.at % 4)
        self.at = at + 4
        return self.u32(self.blob, at)[0]

    def raw(self):
        """A string or a path, not decoded."""
        size = self.number()
        start = self.at
        self.at = start + size + 1
        return self.blob[start:start + size]

    def text(self):
        return self.raw().decode()

    def array(self, part):
        size = self.number()
        end = self.at + size
        found = []
        while self.at < end:
            found.append(part())
        return found


class Node:
    """An item of the cache: ((so)(so)(so)iiassusau). name and role (a number) are as AT-SPI has them."""
    interfaces_of = {}  # few, of many: by the array as it is on the bus

    def __init__(self, reader):
        self.path, _, self.parent_path = [self.read_reference(reader) for _ in range(3)]
        self.index, self.n_children = reader.number(), reader.number()
        self.interfaces = self.read_interfaces(reader)
        self.name = reader.text()
        self.role = reader.number()
        reader.raw()  # the description
        self.states = reader.array(reader.number)
        self.parent = None
        self.children = []

    @staticmethod
    def read_reference(reader):
        reader.align(8)
        reader.raw()
        return reader.text()

    @classmethod
    def read_interfaces(cls, reader):
        size = reader.number()
        block = reader.blob[reader.at:reader.at + size]
        if block in cls.interfaces_of:
            reader.at += size
        else:
            reader.at -= 4
            cls.interfaces_of[block] = reader.array(reader.text)
        return cls.interfaces_of[block]

    def has_state(self, state):
        return bool(self.states[state // 32] >> state % 32 & 1)


def get_items(connection, name):
    message = Gio.DBusMessage.new_method_call(name, '/org/a11y/atspi/cache', 'org.a11y.atspi.Cache', 'GetItems')
    reply, _ = connection.send_message_with_reply_sync(message, Gio.DBusSendMessageFlags.NONE, TIMEOUT_MS, None)
    reply.to_gerror()
    reader = Reader(reply.to_blob(Gio.DBusCapabilityFlags.NONE))
    size = reader.number()
    reader.align(8)
    end = reader.at + size
    items = []
    while reader.at < end:
        reader.align(8)
        items.append(Node(reader))
    return items


def get_doubtful(connection, name, items, is_thorough):
    """What is below those of which the cache has fewer children than they have, since nobody has asked for them, or more,
    since some are hidden. Where it has one that is hidden for one that nobody has asked for, the numbers agree:
    thoroughly, all are asked. True, too, if some have come into the cache by that."""
    counts = collections.Counter(item.parent_path for item in items)
    known = {item.path for item in items}
    asked = [item.path for item in items if item.path == ROOT or item.n_children != counts[item.path] or
             is_thorough and item.n_children > 0]
    below = {}
    has_come = False
    while asked:
        answers = call_all(connection, name, asked, 'org.a11y.atspi.Accessible', 'GetChildren')
        below.update((path, [child for _, child in answer or ()]) for path, answer in zip(asked, answers))
        asked = [child for answer in answers for _, child in answer or () if child not in known]
        known.update(asked)
        has_come = has_come or bool(asked)
    return below, has_come


def read(connection, name, is_thorough, root=ROOT):
    """The tree of the program from one accessible on; None: it has none yet, or has ended."""
    try:
        items = get_items(connection, name)
        below, has_come = get_doubtful(connection, name, items, is_thorough)
        if has_come:
            items = get_items(connection, name)
            below, _ = get_doubtful(connection, name, items, is_thorough)
    except GLib.Error as error:
        if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT):
            raise
        return None
    return Tree(connection, name, root, below, items)


class Tree:
    def __init__(self, connection, name, root, below, items):
        self.connection = connection
        self.name = name
        self.accessibles = {}  # of libatspi, by the path
        self.nodes = {item.path: item for item in items}
        self.root = self.nodes.get(root)
        for node in self.nodes.values():
            parent = self.nodes.get(node.parent_path)
            if parent is not None and parent.path not in below and node.path != ROOT:
                parent.children.append(node)
        for node in self.nodes.values():
            if node.path in below:
                node.children = [self.nodes[path] for path in below[node.path] if path in self.nodes]
            else:
                node.children.sort(key=lambda child: child.index)
            for index, child in enumerate(node.children):
                child.parent = node
                child.index = index  # what GTK says of the child of a page of a stack is the place of the page

    def get_accessible(self, node, root):
        """Of libatspi, for what can be done with it; LookupError: it is not there any more. @root: that of the tree."""
        if node is self.root:
            return root
        if node.path not in self.accessibles:
            child = self.get_accessible(node.parent, root).get_child_at_index(node.index)
            if child is not None and child.path != node.path:  # a page of a stack, which only some calls of GTK 4.8 know
                child = child.get_child_at_index(0)
            if child is None or child.path != node.path:
                raise LookupError(f'{node.name!r} has gone')
            self.accessibles[node.path] = child
        return self.accessibles[node.path]

    def walk(self):
        """Each before its children."""
        waiting = [self.root] if self.root is not None else []
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def places(self):
        """Each that has a place in its window, with x, y, width and height there."""
        nodes = [node for node in self.walk() if COMPONENT in node.interfaces]
        places = call_all(self.connection, self.name, [node.path for node in nodes], COMPONENT, 'GetExtents',
                          GLib.Variant('(u)', (COORDINATES_OF_WINDOW,)))
        return [(node, place) for node, place in zip(nodes, places) if place is not None and place[2] > 0]

    def each_text(self):
        """What can be read: names, then the contents of what has some."""
        nodes = list(self.walk())
        yield from (node.name for node in nodes if node.name)
        asked = sorted((node for node in nodes if TEXT in node.interfaces), key=lambda node: EDITABLE in node.interfaces)
        fields = [node.path for node in asked if EDITABLE in node.interfaces]
        lengths = call_all(self.connection, self.name, fields, 'org.freedesktop.DBus.Properties', 'Get',
                           GLib.Variant('(ss)', (TEXT, 'CharacterCount')))
        ends = [-1] * (len(asked) - len(fields)) + [length or 0 for length in lengths]  # a field of GTK 4.8 takes no -1
        contents = call_all(self.connection, self.name, [node.path for node in asked], TEXT, 'GetText',
                            [GLib.Variant('(ii)', (0, end)) for end in ends])
        yield from (text for text in contents if text)

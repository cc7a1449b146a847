"""A pretend tray: owns org.kde.StatusNotifierWatcher on the session bus, and writes down which signs were put there.

Usage: tray.py FILE. One line for each sign: the bus name that it is reached by.
"""

import sys

from gi.repository import Gio, GLib

NAME = "org.kde.StatusNotifierWatcher"
XML = f"""
<node><interface name="{NAME}">
  <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
  <method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
  <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
  <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
  <property name="ProtocolVersion" type="i" access="read"/>
</interface></node>"""

ITEMS = []


def call(_connection, sender, _path, _interface, method, parameters, invocation):
    """Takes a sign: by its name, or by the path of its object."""
    if method == "RegisterStatusNotifierItem":
        named = parameters.unpack()[0]
        ITEMS.append(sender if named.startswith("/") else named)
        with open(sys.argv[1], "a", encoding="utf-8") as file:
            file.write(ITEMS[-1] + "\n")
    invocation.return_value(None)


def read(_connection, _sender, _path, _interface, name):
    """A property."""
    return {
        "RegisteredStatusNotifierItems": GLib.Variant("as", ITEMS),
        "IsStatusNotifierHostRegistered": GLib.Variant("b", True),
        "ProtocolVersion": GLib.Variant("i", 0),
    }[name]


def serve(connection, _name):
    """The bus is there, the name comes next."""
    interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
    connection.register_object("/StatusNotifierWatcher", interface, call, read, None)


Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, serve, None, lambda *_: sys.exit(1))
GLib.MainLoop().run()

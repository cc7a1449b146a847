"""A file manager from which files are dragged over the app's window and dropped: the source's half of XDND, straight on libX11."""

import ctypes
import ctypes.util
from urllib.parse import quote

CLIENT_MESSAGE, SELECTION_REQUEST, SELECTION_NOTIFY, REPLACE = 33, 30, 31, 0
VERSION, TEXT = 5, 8
Event = ctypes.c_long * 24  # every X event, in whole words


class Drag:
    """Files under the pointer."""

    def __init__(self, window, paths):
        self.window, self.uris = int(window), "".join(f"file://{quote(path)}\r\n" for path in paths).encode()
        self.x = x = ctypes.CDLL(ctypes.util.find_library("X11"))
        x.XOpenDisplay.restype = x.XDefaultRootWindow.restype = x.XCreateSimpleWindow.restype = x.XInternAtom.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(x.XOpenDisplay(None))
        root = ctypes.c_ulong(x.XDefaultRootWindow(self.display))
        self.source = x.XCreateSimpleWindow(self.display, root, 0, 0, 1, 1, 0, 0, 0)
        self.list = self.atom("text/uri-list")
        x.XSetSelectionOwner(self.display, ctypes.c_ulong(self.atom("XdndSelection")), ctypes.c_ulong(self.source), ctypes.c_ulong(0))
        self.send("XdndEnter", VERSION << 24, self.list)

    def atom(self, name):
        """The number of a name."""
        return self.x.XInternAtom(self.display, name.encode(), 0)

    def send(self, name, *data):
        """A message to the window; the first word says from whom."""
        event = Event(CLIENT_MESSAGE, 0, 1, 0, self.window, self.atom(name), 32, self.source, *data)
        self.x.XSendEvent(self.display, ctypes.c_ulong(self.window), 0, ctypes.c_long(0), ctypes.byref(event))
        self.x.XFlush(self.display)
        self.answer()

    def answer(self):
        """Says which files they are to whoever asks."""
        while self.x.XPending(self.display):
            event = Event()
            self.x.XNextEvent(self.display, ctypes.byref(event))
            if event[0] & 0xFFFFFFFF != SELECTION_REQUEST:
                continue
            requestor, selection, target, place, moment = event[5:10]
            self.x.XChangeProperty(
                self.display, ctypes.c_ulong(requestor), ctypes.c_ulong(place), ctypes.c_ulong(target), TEXT, REPLACE, self.uris, len(self.uris)
            )
            reply = Event(SELECTION_NOTIFY, 0, 1, 0, requestor, selection, target, place, moment)
            self.x.XSendEvent(self.display, ctypes.c_ulong(requestor), 0, ctypes.c_long(0), ctypes.byref(reply))
            self.x.XFlush(self.display)

    def over(self, x, y):
        """The pointer is over this place of the screen."""
        self.send("XdndPosition", 0, x << 16 | y, 0, self.atom("XdndActionCopy"))

    def drop(self):
        """They are let go."""
        self.send("XdndDrop", 0, 0)

    def leave(self):
        """The pointer goes elsewhere."""
        self.send("XdndLeave", 0)

"""QR codes that stand on the screen behind the window are read from it.

Usage: tests/desktop/run.sh --script tests/desktop/screen.py [BINARY]
"""

import os
import re
import sys

from desk import PRESSABLE, Desk, sh, until
from steps import run, step
from wall import KEYS, hang

SECRETS = {"bob": f"secret={KEYS['bob']}".encode(), "network": b"S:home;P:hush"}


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.figures, self.place = Desk(binary), [], None

    def cover(self):
        """The window over the whole screen; gives where it then is."""
        width, height = (int(side) for side in os.environ["HALFMINUTE_SCREEN"].split("x"))
        self.d.resize(width, height)
        self.place = self.geometry()

    def geometry(self):
        """Place and size of the window."""
        return sh("xdotool", "getwindowgeometry", "--shell", self.d.window())[1]

    def is_back(self):
        """The window is where it was, and in front."""
        until("the window, where it was", lambda: self.geometry() == self.place)
        until("in front", lambda: sh("xdotool", "getactivewindow")[1].strip() == self.d.window())


@step("the window opens over a code")
def opens(j):
    hang(("alice", 200, 150))
    j.d.start()
    j.d.wait_for("Create a new secret", PRESSABLE)
    j.cover()


@step("the code behind the window is read, and the window is back", needs=[opens])
def one(j):
    j.d.menu("Scan the screen")
    j.d.says("1 entry: 1 new")
    j.is_back()
    j.d.press("Import 1 account")
    j.d.says("1 account imported")


@step("of several a person chooses, with the keyboard alone", needs=[one])
def several(j):
    hang(("alice", 100, 100), ("network", 500, 120), ("bob", 900, 350))
    j.d.keys("ctrl+shift+s")
    j.d.says("3 QR codes on the screen")
    j.is_back()
    assert j.d.memory_counts(SECRETS)[0]["bob"], "a look into the memory finds what is there"
    assert not any("hush" in text for text in j.d.texts()), "what a code says that is none of ours is not shown"
    j.d.tab_to("GitHub (alice)", {"check box"})
    j.d.keys("space")
    j.d.wait_for("Read 1 code", PRESSABLE)
    j.d.tab_to("Read 1 code", PRESSABLE)
    j.d.keys("space")
    j.d.says("1 entry: 1 new")
    j.d.press("Import 1 account")
    j.d.says("1 account imported")
    for name in ("GitHub (alice)", "Mail (bob)"):
        j.d.wait_for(re.compile(f"Copy code of {re.escape(name)}"))


@step("nothing of what was on the screen is left in memory or on disk", needs=[several])
def forgotten(j):
    counts, read = j.d.memory_counts(SECRETS)
    j.figures.append(f"{read >> 20} MiB of memory were read")
    assert counts == {"bob": 0, "network": 0}, counts
    _, found = sh("find", os.environ["HOME"], os.environ["TMPDIR"], "-name", "*.png", "-not", "-name", "wall.png")
    assert not found.strip(), found


@step("without a code it says what to do", needs=[several])
def none(j):
    hang()
    j.d.menu("Scan the screen")
    j.d.says("No QR code was found on the screen")
    j.is_back()
    j.d.press("Cancel")


@step("the command of the terminal reads it as well")
def command(j):
    hang(("bob", 300, 200))
    j.d.stop()
    code, said = sh(j.d.binary, "scan", "--screen", timeout=60)
    assert (code, said) == (0, "Mail (bob)\n"), said


if __name__ == "__main__":
    sys.exit(run(Journey(sys.argv[1])))

"""The scenes of codes on the screen for looks.py."""

from desk import PRESSABLE
from wall import hang

SCENES = []


def scene(function):
    """Registers a scene: a function that takes pictures."""
    SCENES.append(function)
    return function


def scan(k):
    """Looks at the screen, until there is an answer."""
    k.d.menu("Scan the screen")
    k.d.wait_for("Scan again", PRESSABLE)


@scene
def screen(k):
    """Where it is asked for, several codes, only others, and none."""
    def existing():
        k.d.press("Enroll")
        k.d.press("Add an account I already have")

    k.pictures("screen-enroll", existing)
    k.dialog("screen-menu", lambda: k.d.press("Menu"))
    hang(("alice", 300, 400), ("network", 1200, 300), ("bob", 2000, 900))
    k.dialog("screen-choice", lambda: scan(k))
    hang(("network", 1200, 300))
    k.dialog("screen-other", lambda: scan(k))
    hang()
    k.dialog("screen-none", lambda: scan(k))

"""The window at home on Wayland: it opens, takes keys, copies and clears, and is sharp at every scale.

Usage: tests/desktop/run.sh --wayland --script tests/desktop/wayland.py [BINARY]
"""

import json
import os
import re
import subprocess
import sys
import time

import desk
from desk import PRESSABLE, Desk, sh, until
from steps import run, step

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class WaylandDesk(Desk):
    """The same program on a Wayland compositor."""

    def keys(self, *keys):
        """Presses keys by their X names."""
        for press in keys:
            *held, key = press.split("+")
            around = [(f"-{letter}", name) for letter in "Mm" for name in held]
            before, after = around[: len(held)], around[len(held) :]
            sh("wtype", *(word for pair in before for word in pair), "-k", key, *(word for pair in after for word in pair))

    def write(self, text, secret=False):
        """Replaces the content of the field that has the keyboard."""
        self.keys("ctrl+a", "BackSpace")
        sh("wtype", "-d", "8", text)
        until("the typed text", lambda: (node := self.focused()) and len(node.text()) == len(text))

    def shot(self, name):
        """A picture of the whole screen; gives its path."""
        path = os.path.join(desk.SHOTS, f"{name}.png")
        sh("grim", path)
        return path

    def clipboard(self, target="text/plain;charset=utf-8", selection="clipboard"):
        """What stands on the clipboard, or None."""
        more = ["--primary"] if selection == "primary" else []
        code, text = sh("wl-paste", "--no-newline", "--type", target, *more)
        return text if code == 0 else None

    def node(self):
        """What the compositor knows of the window."""
        def walk(node):
            if node.get("app_id"):
                return node
            return next((found for child in node["nodes"] + node["floating_nodes"] if (found := walk(child))), None)

        return until("the window", lambda: walk(json.loads(sh("swaymsg", "-r", "-t", "get_tree")[1])))

    def scale(self, factor):
        """Sets the scale of the screen."""
        sh("swaymsg", "output", "HEADLESS-1", "scale", str(factor))
        time.sleep(0.5)


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.figures = WaylandDesk(binary), []


@step("the window opens as a Wayland window with its own name")
def opens(j):
    j.figures.append(f"start to a window with widgets: {j.d.start():.2f} s")
    j.d.wait_for("Create a new secret", PRESSABLE)
    node = j.d.node()
    assert node["app_id"] == "io.github.halfminute.Halfminute" and node["shell"] == "xdg_shell", node
    assert node["name"] == "Halfminute", node["name"]
    j.d.shot("wayland-first")


@step("keys go on, and an account is added", needs=[opens])
def typed(j):
    j.d.keys("ctrl+2")
    j.d.wait_for("Issuer", desk.FIELDS)
    j.d.press("Add an account I already have")
    j.d.fill("Address or key", f"otpauth://totp/GitHub:alice?secret={KEY}&issuer=GitHub", secret=True)
    j.d.press("Save")
    j.d.wait_for(re.compile("^Copy code of GitHub"))
    j.d.shot("wayland-accounts")


@step("a copied code stands on the clipboard, marked as a secret, and is cleared", needs=[typed])
def copied(j):
    j.d.menu("Settings…")
    j.d.press("General")
    j.d.press("10 s")
    j.d.press("Close")
    def code():
        return j.d.card_code("GitHub", "alice")
    j.d.press(re.compile("^Copy code of GitHub"))
    until("the code on the clipboard", lambda: j.d.clipboard() == code(), 5)
    hint = j.d.clipboard("x-kde-passwordManagerHint")
    assert hint == "secret", hint
    assert not j.d.clipboard(selection="primary"), "the selection of the middle button has it"
    until("a cleared clipboard", lambda: not j.d.clipboard(), 20)


@step("what another program has copied since is not cleared", needs=[typed])
def left_alone(j):
    j.d.press(re.compile("^Copy code of GitHub"))
    until("the code on the clipboard", j.d.clipboard, 5)
    # It stays behind to hand it out, and must not hold on to our pipes.
    with subprocess.Popen(["wl-copy", "mine"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as copied_by:
        assert copied_by.wait(10) == 0
    time.sleep(12)
    assert j.d.clipboard() == "mine", j.d.clipboard()


def sharpness(picture, enlarged=1.0):
    """How steep the edges of a picture are; of one that was made larger afterwards they are not."""
    larger = ["-filter", "triangle", "-resize", f"{float(enlarged) * 100}%", "-gravity", "center", "-crop", "1280x800+0+0"]
    command = ["convert", picture, "-colorspace", "gray", *(larger if enlarged != 1.0 else []), "-morphology", "Convolve", "Laplacian:0"]
    return float(sh(*command, "-format", "%[fx:standard_deviation]", "info:")[1])


@step("it is sharp at every scale", needs=[typed])
def scaled(j):
    usual = os.path.join(desk.SHOTS, "wayland-accounts.png")
    for factor in ("1.25", "1.5", "2", "3"):
        j.d.scale(factor)
        j.d.wait_for(re.compile("^Copy code of GitHub"))
        real, blown_up = sharpness(j.d.shot(f"wayland-scale-{factor}")), sharpness(usual, factor)
        j.figures.append(f"scale {factor}: edges {real / blown_up:.1f} times as steep as those of a picture that was made larger")
        assert real > 1.1 * blown_up, (factor, real, blown_up)
    j.d.scale("1")


@step("a phone reads the QR code from the screen", needs=[typed])
def scanned(j):
    j.d.press("Enroll")
    j.d.press("Create a new secret")
    j.d.fill("Issuer", "Example")
    j.d.fill("Account name", "bob")
    until("the address of the account", lambda: j.d.read_qr("wayland-enroll").startswith("otpauth://totp/Example:bob?"))


@step("where the desktop draws no frame, the window has one of its own", needs=[opens])
def frame(j):
    sh("swaymsg", '[app_id="io.github.halfminute.Halfminute"]', "border", "csd")

    def strip(picture, top):
        """Mean and spread of the brightness of a strip of the window, left of a title in the middle."""
        rect = j.d.node()["rect"]
        part = f"240x20+{rect['x'] + 30}+{rect['y'] + top % rect['height']}"
        said = sh("convert", picture, "-crop", part, "-colorspace", "gray", "-format", "%[fx:mean] %[fx:standard_deviation]", "info:")[1]
        return [float(word) for word in said.split()]

    def drawn():
        picture = j.d.shot("wayland-frame-of-its-own")
        (bar, spread), (ground, _) = strip(picture, 8), strip(picture, -40)
        # Without a title bar the tabs stand there, which are no even ground; and a bar is told from the window's ground.
        # Of a perfectly even strip the spread is "not a number".
        return not spread > 0.02 and abs(bar - ground) > 0.05

    until("a frame", drawn)
    sh("swaymsg", '[app_id="io.github.halfminute.Halfminute"]', "border", "normal")


@step("closing it by the compositor ends the program", needs=[opens])
def closed(j):
    sh("swaymsg", '[app_id="io.github.halfminute.Halfminute"]', "kill")
    try:
        code = j.d.process.wait(10)
    except subprocess.TimeoutExpired:
        code = None
    assert code == 0, code


if __name__ == "__main__":
    sys.exit(run(Journey(sys.argv[1])))

"""A QR code that is held before the camera is read from it; the camera is off whenever nobody looks.

The camera is a pretend one (tests/cameras/pretend.c): the program, the process that has the device and every question to the kernel are real.

Usage: tests/desktop/run.sh --script tests/desktop/camera.py [BINARY]
"""

import os
import re
import struct
import subprocess
import sys

import pyatspi
from desk import PRESSABLE, Desk, sh, until
from steps import run, step
from wall import HERE

WIDTH, HEIGHT = 640, 480
PRETEND = os.path.join(os.path.dirname(HERE), "..", "cameras", "pretend.c")


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.figures = Desk(binary), []
        self.home = os.path.join(os.environ["TMPDIR"], "cameras")
        self.frame = os.path.join(self.home, "video0", "frame")

    def connect(self):
        """A camera that sees a grey wall; programs that are started from now on see it."""
        os.makedirs(os.path.dirname(self.frame))
        for name, text in (("name", "Camera over the desk"), ("form", f"YUYV {WIDTH} {HEIGHT}")):
            with open(os.path.join(os.path.dirname(self.frame), name), "w", encoding="ascii") as file:
                file.write(text)
        self.see()
        library = os.path.join(self.home, "pretend.so")
        code, said = sh("cc", "-shared", "-fPIC", "-O1", "-o", library, PRETEND, "-ldl", timeout=60)
        assert code == 0, said
        os.environ.update(LD_PRELOAD=library, HALFMINUTE_CAMERAS=self.home)

    def see(self, code=None):
        """Holds a picture of a code before the camera, turned and smaller than it is, as a hand does; or takes it away."""
        picture = os.path.join(self.home, "picture.gray")
        command = ["convert", "-size", f"{WIDTH}x{HEIGHT}", "gradient:#808080-#505050"]
        if code:
            command += ["(", os.path.join(HERE, f"{code}.png"), "-filter", "point", "-resize", "240x240", "-bordercolor", "white"]
            command += ["-border", "12", "-background", "none", "-rotate", "8", ")", "-geometry", "+60+70", "-composite"]
        done, said = sh(*command, "-colorspace", "gray", "-depth", "8", f"gray:{picture}", timeout=60)
        assert done == 0, said
        with open(picture, "rb") as file:
            grey = file.read()
        pixels = bytearray(b"\x80" * (2 * len(grey)))
        pixels[::2] = grey
        with open(self.frame, "r+b" if os.path.exists(self.frame) else "wb") as file:
            file.write(struct.pack("<I", len(pixels)) + pixels)

    def readers(self):
        """The processes that have the camera."""
        _, said = sh("pgrep", "-P", str(self.d.process.pid), "-f", "read-camera")
        return said.split()

    def turn_on(self):
        """The camera, from Enroll."""
        self.d.press("Enroll")
        self.d.press("Add an account I already have")
        self.d.press("From the camera")
        self.d.wait_for("Picture of the camera")
        until("the camera", self.readers)

    def is_off(self):
        """No process has the device."""
        until("no process that has the camera", lambda: not self.readers())


@step("without a camera it says so")
def none(j):
    j.d.start()
    j.d.wait_for("Create a new secret", PRESSABLE)
    j.d.press("Enroll")
    j.d.press("Add an account I already have")
    j.d.press("From the camera")
    j.d.says("No camera was found")
    j.d.press("Cancel")
    j.d.stop()


@step("the picture is shown as in a mirror")
def mirror(j):
    j.connect()
    j.d.start()
    j.d.wait_for("Create a new secret", PRESSABLE)
    j.see("network")
    j.turn_on()
    j.d.says("This is not an authenticator code: it is for a Wi-Fi network")
    # The code hangs on the left before the camera, so its light ground is on the right of the dialog's picture.
    def mirrored():
        picture = j.d.shot("camera-mirror")
        place = j.d.wait_for("Picture of the camera").acc.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        width = place.width // 2
        halves = (f"{width}x{place.height}+{x}+{place.y}" for x in (place.x, place.x + width))
        left, right = (sh("convert", picture, "-crop", half, "-format", "%[fx:standard_deviation]", "info:")[1] for half in halves)
        return float(right) > 2 * float(left)

    until("the picture, mirrored", mirrored)


@step("a code of an account is read, and the camera is off", needs=[mirror])
def one(j):
    j.see("alice")
    j.d.says("1 entry: 1 new")
    j.is_off()
    j.d.shot("camera-read")
    j.d.press("Import 1 account")
    j.d.wait_for(re.compile(r"Copy code of GitHub \(alice\)"))


@step("closing the dialog turns it off", needs=[mirror])
def closing(j):
    j.see()
    j.turn_on()
    j.d.says("Hold the QR code in front of the camera")
    j.d.shot("camera-waits")
    j.d.keys("Escape")
    j.is_off()


@step("it goes off with the program, even when that is killed", needs=[mirror])
def killed(j):
    j.turn_on()
    [reader] = j.readers()
    j.d.kill()
    until("the camera's process is gone", lambda: subprocess.call(["kill", "-0", reader], stderr=subprocess.DEVNULL) != 0)


if __name__ == "__main__":
    sys.exit(run(Journey(sys.argv[1])))

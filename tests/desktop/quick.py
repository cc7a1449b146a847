"""What is outside of the window, in the real program: a second start, the quick search by keys alone, keys that are heard everywhere, the
tray (a pretend one on the private bus), closing into it and coming back, a start with the session, and the window's place.

Usage: tests/desktop/run.sh --script tests/desktop/quick.py [BINARY]
"""

import json
import os
import re
import signal
import subprocess
import sys
import time

import desk
from desk import PRESSABLE, Desk, Missing, Phone, sh, until
from steps import run, step

PALETTE = "Halfminute: quick search"
KEYS = {"GitHub:alice": "GEZDGNBVGY3TQOJQ", "GitLab:bob": "MFRGGZDFMZTWQ2LK", "Mailbox:carol": "NBSWY3DPEB3W64TM"}
TRAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tray.py")


def address(label):
    """The address of one of our accounts."""
    return f"otpauth://totp/{label}?secret={KEYS[label]}&issuer={label.split(':')[0]}"


def windows(name):
    """The windows of this name that can be seen."""
    code, found = sh("xdotool", "search", "--onlyvisible", "--name", f"^{re.escape(name)}$")
    return found.split() if code == 0 else []


def active():
    """The name of the window that has the keyboard."""
    code, name = sh("xdotool", "getactivewindow", "getwindowname")
    return name.strip() if code == 0 else ""


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.figures, self.tray = Desk(binary), [], None
        self.phones = {label: Phone(address(label)) for label in KEYS}
        self.data = os.path.join(os.environ["XDG_DATA_HOME"], "halfminute")
        self.signs = os.path.join(os.environ["TMPDIR"], "signs")
        self.d.ended = lambda: self.d.process.poll() is not None

    # The program

    def again(self, *arguments, environment=None):
        """A second start; gives its exit code, its words and the seconds that it took."""
        begun = time.monotonic()
        done = subprocess.run([self.d.binary, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
                              check=False, env=environment)
        return done.returncode, done.stderr, time.monotonic() - begun

    def begin(self, *arguments, environment=None):
        """Starts the program without waiting for a window."""
        with open(self.d.log, "ab") as log:
            self.d.process = subprocess.Popen([self.d.binary, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                              env=environment)

    def ends(self, patience=None):
        """Waits until the program has ended by itself, with nothing to complain about."""
        until("the end of the program", self.d.ended, patience)
        assert self.d.process.returncode == 0, self.d.process.returncode

    def set(self, **settings):
        """Writes settings, while the program does not run."""
        path = os.path.join(self.data, "settings.json")
        there = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                there = json.load(file)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(there | settings, file)

    # The quick search

    def palette(self):
        """Waits for it, and until it has the keyboard."""
        until("the quick search", lambda: windows(PALETTE))
        until("the quick search in front", lambda: active() == PALETTE)
        # Its first row is drawn with its first frames.
        until("a picture of it", lambda: self.grey() > 0)

    def grey(self):
        """How much its picture differs from one colour."""
        found = windows(PALETTE)
        code, said = sh("import", "-window", found[0], "-colorspace", "gray", "-format", "%[fx:standard_deviation]", "info:-") if found else (1, "")
        return float(said) if code == 0 and said else 0.0

    def no_palette(self):
        """Waits until it is gone."""
        until("no quick search", lambda: not windows(PALETTE))

    def takes(self, label, *keys):
        """Presses the keys, and waits for the code of this account on the clipboard."""
        phone = self.phones[label]
        phone.calm(6)
        empty_clipboard()
        self.d.keys(*keys)
        next_one = keys[-1] in ("shift+Return", "ctrl+n")
        until(f"the code of {label}", lambda: self.d.clipboard() == phone.code(1 if next_one else 0))
        self.no_palette()

    # The tray

    def show_tray(self):
        """Starts the pretend tray."""
        if os.path.exists(self.signs):
            os.remove(self.signs)
        self.tray = subprocess.Popen(["/usr/bin/python3", TRAY, self.signs])

    def hide_tray(self):
        """Ends it."""
        if self.tray:
            self.tray.terminate()
            self.tray.wait()
            self.tray = None

    def sign(self):
        """The bus name of our sign."""
        def there():
            if not os.path.exists(self.signs):
                return None
            with open(self.signs, encoding="utf-8") as file:
                return file.read().split()

        return until("a sign in the tray", there)[-1]

    def call(self, path, method, *arguments):
        """Asks our sign something; gives the answer."""
        code, said = sh("gdbus", "call", "--session", "--dest", self.sign(), "--object-path", path, "--method", method, *arguments)
        assert code == 0, f"{method} failed"
        return said

    def entries(self):
        """The words in the menu, each with its number."""
        layout = self.call("/MenuBar", "com.canonical.dbusmenu.GetLayout", "0", "--", "-1", "[]")
        return {words: number for number, words in re.findall(r"\((\d+), \{'label': <'([^']*)'>\}", layout)}

    def click(self, words):
        """Clicks an entry of the menu."""
        number = until(f"{words!r} in the menu", lambda: self.entries().get(words))
        self.call("/MenuBar", "com.canonical.dbusmenu.Event", number, "clicked", "<''>", "0")


def empty_clipboard():
    """Nothing that a step finds there is left over from another."""
    subprocess.run(["xclip", "-selection", "clipboard"], input=b"empty", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


@step("the window opens; a second start brings it to the front and ends")
def second(j):
    for label in KEYS:
        code, said = sh(j.d.binary, "add", "--uri", "-", text_in=address(label) + "\n")
        assert code == 0, said
    j.d.start()
    j.d.wait_for("Copy code of GitHub (alice)", PRESSABLE)
    window = j.d.window()
    sh("xdotool", "windowminimize", window)
    until("nothing in front", lambda: active() != "Halfminute")
    code, said, took = j.again()
    assert code == 0 and not said, said
    until("the window in front", lambda: active() == "Halfminute")
    assert windows("Halfminute") == [window], "there is one window"
    j.figures.append(f"a second start took {took * 1000:.0f} ms")


@step("the quick search is opened by a second start, and Enter copies and closes", needs=[second])
def quick(j):
    code, said, _ = j.again("--quick")
    assert code == 0 and not said, said
    j.palette()
    sh("xdotool", "type", "--delay", "20", "gith")
    j.takes("GitHub:alice", "Return")


@step("arrows choose, Shift+Enter copies the next code, Esc closes", needs=[quick])
def chooses(j):
    j.again("--quick")
    j.palette()
    before, begun = j.d.cpu_seconds(), time.monotonic()
    until("some time", lambda: time.monotonic() - begun > 3, 10)
    spent = (j.d.cpu_seconds() - before) / (time.monotonic() - begun)
    j.figures.append(f"open beside the window and left alone, it uses {spent * 100:.1f} % of a processor")
    sh("xdotool", "type", "--delay", "20", "git")
    j.d.shot("quick-beside")
    j.takes("GitLab:bob", "Down", "shift+Return")
    j.again("--quick")
    j.palette()
    j.d.keys("Escape")
    j.no_palette()
    assert j.d.process.poll() is None


@step("another window in front closes it", needs=[quick])
def leaves(j):
    j.again("--quick")
    j.palette()
    sh("xdotool", "windowactivate", windows("Halfminute")[0])
    j.no_palette()


@step("with the window minimised it opens alone, and the window stays where it is", needs=[quick])
def minimised(j):
    sh("xdotool", "windowminimize", j.d.window())
    until("nothing in front", lambda: active() != "Halfminute")
    j.again("--quick")
    j.palette()
    assert not windows("Halfminute"), "the window stays minimised"
    sh("xdotool", "type", "--delay", "20", "mail")
    j.takes("Mailbox:carol", "Return")
    before, begun = j.d.cpu_seconds(), time.monotonic()
    until("some time", lambda: time.monotonic() - begun > 3, 10)
    spent = (j.d.cpu_seconds() - before) / (time.monotonic() - begun)
    j.figures.append(f"minimised, the program uses {spent * 100:.1f} % of a processor")
    j.again()
    until("the window in front", lambda: active() == "Halfminute")


@step("keys are set in the settings, and heard while another window is in front", needs=[quick])
def keys(j):
    j.d.menu("Settings…")
    j.d.press("Desktop")
    j.d.press("Open with Ctrl+Alt+O")
    j.d.wait_for("Remove the keys", PRESSABLE)
    j.d.shot("settings-desktop")
    j.d.press("Close")
    sh("xdotool", "windowminimize", j.d.window())
    until("nothing in front", lambda: active() != "Halfminute")
    sh("xdotool", "key", "ctrl+alt+o")
    j.palette()
    sh("xdotool", "type", "--delay", "20", "hub")
    j.takes("GitHub:alice", "Return")
    # With a lock key on, too.
    sh("xdotool", "key", "Num_Lock")
    sh("xdotool", "key", "ctrl+alt+o")
    j.palette()
    sh("xdotool", "key", "Escape", "Num_Lock")
    j.no_palette()
    j.again()
    until("the window in front", lambda: active() == "Halfminute")


@step("without a tray that is said; with one, pinned accounts are in its menu and a click copies", needs=[second])
def tray(j):
    j.d.menu("Settings…")
    j.d.press("Desktop")
    j.d.press("Show in the tray")
    j.d.says("This desktop shows no tray")
    j.show_tray()
    until("it is said no more", lambda: not [t for t in j.d.texts() if "shows no tray" in t])
    j.d.press("Keeps it in the tray")
    j.d.press("Close")
    assert not [words for words in j.entries() if "GitHub" in words], "what is not pinned is not in it"
    j.d.press("More for GitHub (alice)")
    j.d.press("Pin")
    phone = j.phones["GitHub:alice"]
    phone.calm(6)
    empty_clipboard()
    j.click("GitHub (alice)")
    until("the code", lambda: j.d.clipboard() == phone.code())
    assert set(j.entries()) == {"GitHub (alice)", "Quick search", "Open Halfminute", "Quit"}, j.entries()
    picture = j.call("/StatusNotifierItem", "org.freedesktop.DBus.Properties.Get", "org.kde.StatusNotifierItem", "IconPixmap")
    assert "(22, 22, " in picture and "(48, 48, " in picture, picture[:80]


@step("closed, it lives on in the tray without a window and without work, and comes back", needs=[tray, keys])
def closed(j):
    sh("xdotool", "windowactivate", "--sync", j.d.window())
    j.d.keys("alt+F4")
    until("no window", lambda: not windows("Halfminute"))
    assert j.d.process.poll() is None
    before, begun = j.d.cpu_seconds(), time.monotonic()
    until("some time", lambda: time.monotonic() - begun > 3, 10)
    spent = (j.d.cpu_seconds() - before) / (time.monotonic() - begun)
    j.figures.append(f"in the tray, the program uses {spent * 100:.1f} % of a processor")
    assert spent < 0.05, f"{spent:.3f}"
    sh("xdotool", "key", "ctrl+alt+o")
    j.palette()
    assert not windows("Halfminute")
    until("what can be read of it", lambda: j.d.find("Copy code of GitLab (bob)"))
    sh("xdotool", "type", "--delay", "20", "lab")
    j.takes("GitLab:bob", "Return")
    assert j.d.process.poll() is None, "the tray is the way back"
    j.click("Quick search")
    j.palette()
    j.d.keys("Escape")
    j.no_palette()
    j.click("Open Halfminute")
    until("the window in front", lambda: active() == "Halfminute")
    j.d.wait_for("Copy code of GitHub (alice)", PRESSABLE)


@step("without the tray the window comes back by itself, and Quit quits", needs=[closed])
def back(j):
    j.d.keys("alt+F4")
    until("no window", lambda: not windows("Halfminute"))
    j.hide_tray()
    # A panel that only starts anew is waited for first.
    until("a window of ours", lambda: sh("xdotool", "search", "--name", "^Halfminute$")[0] == 0, 40)
    j.show_tray()
    j.click("Quit")
    j.ends()


@step("started with the session it begins in the tray; without one, minimised", needs=[tray])
def hidden(j):
    os.remove(j.signs)
    j.begin("--hidden")
    j.sign()
    j.click("Open Halfminute")
    until("the window in front", lambda: active() == "Halfminute")
    j.d.menu("Settings…")
    j.d.press("Desktop")
    j.d.press("Start Halfminute")
    entry = os.path.join(os.environ["XDG_CONFIG_HOME"], "autostart", "io.github.halfminute.Halfminute.desktop")
    until("the entry", lambda: os.path.exists(entry))
    with open(entry, encoding="utf-8") as file:
        assert f"Exec={os.path.realpath(j.d.binary)} --hidden\n" in file.read()
    assert os.stat(entry).st_mode & 0o777 == 0o644
    j.d.press("Not started")
    until("no entry", lambda: not os.path.exists(entry))
    j.d.press("Close")
    j.click("Quit")
    j.ends()
    j.set(tray="absent")
    j.begin("--hidden")
    until("a window of ours", lambda: sh("xdotool", "search", "--name", "^Halfminute$")[0] == 0)
    until("minimised", lambda: not windows("Halfminute"))
    j.again()
    until("the window in front", lambda: active() == "Halfminute")
    sh("xdotool", "windowactivate", "--sync", j.d.window())
    j.d.keys("alt+F4")
    j.ends()


@step("the quick search alone ends when it closes, and after a copy when the clipboard is cleared", needs=[second])
def alone(j):
    j.hide_tray()
    j.set(tray="absent", clear_clipboard=5)
    j.begin("--quick")
    j.palette()
    assert not windows("Halfminute")
    j.d.shot("quick-alone")
    j.d.keys("Escape")
    j.ends()
    j.begin("--quick")
    j.palette()
    until("what can be read of it", lambda: j.d.find("Copy code of GitLab (bob)"))
    sh("xdotool", "type", "--delay", "20", "lab")
    j.takes("GitLab:bob", "Return")
    j.ends(12)
    assert j.d.clipboard() != j.phones["GitLab:bob"].code()
    j.begin("--quick")
    j.palette()
    j.again()
    until("the window in its place", lambda: active() == "Halfminute")
    j.no_palette()


@step("keys that another program has are named", needs=[alone])
def taken(j):
    j.d.keys("alt+F4")
    j.ends()
    # openbox switches desktops with them.
    j.set(quick_keys="Super+F1")
    j.d.start()
    j.d.menu("Settings…")
    j.d.press("Desktop")
    j.d.says(r"Another program has taken Super\+F1")
    j.d.press("Remove the keys")
    j.d.press("Close")


@step("a first one that hangs is not waited for", needs=[taken])
def hangs(j):
    j.d.process.send_signal(signal.SIGSTOP)
    try:
        code, said, took = j.again("--quick")
    finally:
        j.d.process.send_signal(signal.SIGCONT)
    assert code == 4 and "runs already, but it does not answer" in said, (code, said)
    assert took < 6, f"{took:.1f} s"
    j.figures.append(f"one that hangs was given up after {took:.1f} s")
    until("that wish, late", lambda: windows(PALETTE))
    j.d.keys("Escape")
    j.no_palette()


@step("another data folder is another program", needs=[hangs])
def another(j):
    environment = os.environ | {"HALFMINUTE_DATA_DIR": os.path.join(os.environ["TMPDIR"], "another")}
    other = Desk(j.d.binary)
    other.process = subprocess.Popen([j.d.binary], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
    try:
        until("two windows", lambda: len(windows("Halfminute")) == 2)
    finally:
        other.stop()


@step("size and place come back; a damaged file costs nothing", needs=[hangs])
def place(j):
    def geometry():
        return re.findall(r"^(?:X|Y|WIDTH|HEIGHT)=(-?\d+)", sh("xdotool", "getwindowgeometry", "--shell", j.d.window())[1], re.M)

    def close():
        sh("xdotool", "windowactivate", "--sync", j.d.window())
        j.d.keys("alt+F4")
        j.ends()

    usual = geometry()
    sh("xdotool", "windowsize", "--sync", j.d.window(), "700", "560")
    sh("xdotool", "windowmove", "--sync", j.d.window(), "180", "90")
    moved = until("the window, moved", lambda: geometry() if geometry()[2:] == ["700", "560"] else None)
    close()
    path = os.path.join(j.data, "window.json")
    with open(path, encoding="utf-8") as file:
        kept = json.load(file)
    assert (kept["width"], kept["height"]) == (700, 560), kept
    for _ in range(2):
        j.d.start()
        until("the window, where it was", lambda: geometry() == moved, 10)
        close()
    with open(path, "w", encoding="utf-8") as file:
        file.write("{")
    j.d.start()
    until("the usual size", lambda: geometry()[2:] == usual[2:])
    close()
    # From a screen that is not there any more.
    with open(path, "w", encoding="utf-8") as file:
        json.dump(kept | {"corner": [5000, 3000], "width": 9000}, file)
    j.d.start()
    width, height = (int(side) for side in os.environ["HALFMINUTE_SCREEN"].split("x"))
    x, y, wide, high = (int(n) for n in until("the window", geometry))
    assert 0 <= x < width and 0 <= y < height and wide <= width and high <= height, (x, y, wide, high)
    close()


@step("without a session bus a second start is heard all the same", needs=[place])
def busless(j):
    nowhere = os.environ | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    j.begin(environment=nowhere)
    until("the window", lambda: windows("Halfminute"))
    socket = os.path.join(os.environ["XDG_RUNTIME_DIR"], "halfminute.sock")
    assert os.stat(socket).st_mode & 0o777 == 0o600
    code, said, _ = j.again("--quick", environment=nowhere)
    assert code == 0 and not said, said
    until("the quick search", lambda: windows(PALETTE))
    j.d.keys("Escape")
    j.no_palette()


if __name__ == "__main__":
    journey = Journey(sys.argv[1])
    try:
        sys.exit(run(journey))
    finally:
        journey.hide_tray()

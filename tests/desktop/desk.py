"""A person at a desk, in a program: starts the app, presses what has a name, types, looks, and uses a phone.

Widgets are found by their accessible names, as a screen reader finds them. Nothing waits for a fixed time:
whatever should happen is asked for again and again until it does, or until a deadline.
"""

import base64
import glob
import os
import re
import signal
import subprocess
import time
from urllib.parse import parse_qs, unquote, urlsplit

import pyatspi

FIELDS = {"entry", "password text", "text", "spin button"}
PRESSABLE = {
    "push button", "toggle button", "radio button", "check box", "page tab", "menu item", "menu",
    "link", "combo box", "list item", "button",
}
PATIENCE = float(os.environ.get("HALFMINUTE_PATIENCE", "15"))
SHOTS = os.environ["HALFMINUTE_SHOTS"]


class Missing(Exception):
    """Something that a person expects was not there in time."""


def sh(*command, text_in=None, timeout=20):
    """Runs a command; gives its exit code and its output."""
    done = subprocess.run(
        command, input=text_in, capture_output=True, text=True, errors="replace", timeout=timeout, check=False
    )
    return done.returncode, done.stdout


def until(what, probe, patience=None, pause=0.03):
    """Asks `probe` until it gives something true, and gives that; `what` names it if it never does."""
    patience = PATIENCE if patience is None else patience
    deadline = time.monotonic() + patience
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Missing(f"{what}: not within {patience:g} s")
        time.sleep(pause)


def matches(wanted, text):
    """`wanted` is the whole text, or a compiled pattern that is found in it."""
    return bool(wanted.search(text)) if isinstance(wanted, re.Pattern) else wanted == text


class Node:
    """One widget, as read at one moment."""

    def __init__(self, acc, depth):
        self.acc, self.depth = acc, depth
        self.role, self.name = acc.getRoleName(), acc.name or ""
        self.description = acc.description or ""

    def text(self):
        """What stands in a field; bullets for a password."""
        self.acc.clear_cache()
        return self.acc.queryText().getText(0, -1)

    def states(self):
        """Names of its states, such as "focused" and "enabled"."""
        return {pyatspi.stateToString(s) for s in self.acc.getState().getStates()}

    def __repr__(self):
        return f"{self.role} {self.name!r}"


class Desk:
    """The app and everything around it."""

    def __init__(self, binary):
        self.binary, self.process, self.runs = binary, None, 0
        self.log = os.path.join(os.environ["TMPDIR"], "halfminute.log")

    # The program

    def start(self):
        """Starts the app and waits until its window can be used; gives the seconds that took."""
        self.runs += 1
        begun = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.binary], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until("the window's widgets", lambda: len(self.tree()) > 3)
        return time.monotonic() - begun

    def kill(self):
        """SIGKILL: no time to say goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ends the app if it still runs."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def cpu_seconds(self):
        """CPU time of the app's process so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_holds(self, text):
        """How often a text (in UTF-8) or bytes stand in the program's memory, and how many bytes could be read."""
        counts, read = self.memory_counts({"": text.encode() if isinstance(text, str) else text})
        return counts[""], read

    def memory_counts(self, wanted):
        """The same for many at once, by name: the memory is read once."""
        counts, read = dict.fromkeys(wanted, 0), 0
        try:
            with open(f"/proc/{self.process.pid}/maps", encoding="ascii", errors="replace") as maps, \
                    open(f"/proc/{self.process.pid}/mem", "rb", buffering=0) as memory:
                for line in maps:
                    span, mode = line.split()[:2]
                    if not mode.startswith("rw"):
                        continue
                    start, end = (int(part, 16) for part in span.split("-"))
                    try:
                        memory.seek(start)
                        part = memory.read(end - start)
                    except (OSError, OverflowError, ValueError):
                        continue
                    read += len(part)
                    for name, form in wanted.items():
                        counts[name] += part.count(form)
        except PermissionError:
            return dict.fromkeys(wanted, 0), 0
        return counts, read

    # Looking

    def tree(self):
        """Every widget of the app, in reading order; empty while there is none."""
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                raise Missing(f"the program ended with {self.process.returncode}: {log.read()[-600:]}")
        nodes = []

        def walk(acc, depth):
            nodes.append(Node(acc, depth))
            for child in acc:
                if child is not None:
                    walk(child, depth + 1)

        try:
            for app in pyatspi.Registry.getDesktop(0):
                if app is not None and app.get_process_id() == self.process.pid:
                    app.clear_cache()
                    walk(app, 0)
        except Exception:  # pylint: disable=broad-except  (widgets vanish while they are read: GLib errors of many kinds)
            return []
        return nodes

    def find(self, name, roles=None):
        """The first widget with this name (and one of these roles), or None."""
        return next((n for n in self.tree() if matches(name, n.name) and (not roles or n.role in roles)), None)

    def wait_for(self, name, roles=None, patience=None):
        """The widget of this name, as soon as it is there."""
        try:
            return until(f"{name!r}", lambda: self.find(name, roles), patience)
        except Missing as missing:
            there = ", ".join(repr(n.name) for n in self.tree() if n.name)[:1500]
            raise Missing(f"{missing}. There is: {there}") from None

    def says(self, pattern, patience=None):
        """Waits for a text anywhere in the window; gives the widget's name."""
        return self.wait_for(re.compile(pattern, re.IGNORECASE), patience=patience).name

    def texts(self):
        """All texts of the window, in reading order."""
        return [n.name for n in self.tree() if n.name]

    # Doing

    def part(self, what, find, query, patience=None):
        """What `query` gives for the widget that `find` finds. One that vanished in between has no parts any more: it is found again.
        The library keeps for ever which parts a widget had when it was first seen, and no event tells it of others: it forgets that first."""
        def asked():
            node = find()
            if node is None:
                return None
            node.acc.clear_cache()
            try:
                return query(node.acc)
            except NotImplementedError:
                return None

        return until(what, asked, patience)

    def press(self, name, patience=None, roles=PRESSABLE):
        """Presses the button, tab or menu item of this name, once it is enabled."""
        def enabled():
            node = self.find(name, roles)
            return node if node and "enabled" in node.states() else None

        self.wait_for(name, roles, patience)
        if not self.part(f"{name!r} enabled", enabled, lambda acc: acc.queryAction(), patience).doAction(0):
            raise Missing(f"{name!r} cannot be pressed")

    def focused(self):
        """The widget that has the keyboard, or None."""
        try:
            return next((n for n in self.tree() if n.depth > 1 and "focused" in n.states()), None)
        except Exception:  # pylint: disable=broad-except
            return None

    def keys(self, *keys):
        """Presses keys by their X names: "ctrl+a", "Tab"."""
        sh("xdotool", "key", "--clearmodifiers", *keys)

    def tab_to(self, name, roles=None, most=60):
        """Goes to a widget with the Tab key alone; gives the number of presses."""
        for presses in range(most):
            now = self.focused()
            if now and matches(name, now.name) and (not roles or now.role in roles):
                return presses
            before = now.acc if now else None
            self.keys("Tab")
            try:
                until("focus", lambda b=before: (n := self.focused()) and n.acc != b, 1)
            except Missing:
                pass
        raise Missing(f"{name!r} is not reached with {most} presses of Tab")

    def write(self, text, secret=False):
        """Replaces the content of the field that has the keyboard."""
        if text.isascii():
            self.keys("ctrl+a", "BackSpace")
            sh("xdotool", "type", "--clearmodifiers", "--delay", "8", "--file", "-", text_in=text)
        else:
            # xdotool would change the keyboard's layout for each such letter, which programs see too late. No keys beside it: they
            # come another way, and may come after it.
            self.part("the field's text", self.focused, lambda acc: acc.queryEditableText()).setTextContents(text)
        wanted = None if secret else text

        def arrived():
            node = self.focused()
            try:
                there = node.text() if node else None
            except Exception:  # pylint: disable=broad-except
                return False
            return there is not None and (there == wanted if wanted is not None else len(there) == len(text))

        until("the typed text in its field", arrived)

    def go_to(self, name):
        """Goes to the field of this name as a screen reader does."""
        self.wait_for(name, FIELDS)
        self.part(f"{name!r}", lambda: self.find(name, FIELDS), lambda acc: acc.queryComponent()).grabFocus()

        def has_focus():
            node = self.focused()
            return node and node.role in FIELDS and matches(name, node.name)

        until(f"focus in {name!r}", has_focus)

    def fill(self, name, text, secret=False):
        """Goes to a field and types."""
        self.go_to(name)
        self.write(text, secret)

    def menu(self, item):
        """Opens the menu and presses an item."""
        self.press("Menu")
        self.press(item)

    # Cards

    def card_name(self, issuer, account):
        """The accessible name of an account's card."""
        return re.compile(rf"^Copy code of {re.escape(issuer)}.*{re.escape(account)}")

    def card_code(self, issuer, account):
        """The digits on a card: in its description or name, or in a text on it or right behind it. None without any."""
        nodes = self.tree()
        name = self.card_name(issuer, account)
        at = next((i for i, n in enumerate(nodes) if n.role in PRESSABLE and matches(name, n.name)), None)
        if at is None:
            return None
        candidates = [nodes[at].description, name.sub("", nodes[at].name)]
        for node in nodes[at + 1 : at + 8]:
            if node.name.startswith("Copy code of"):
                break
            candidates += [node.name, node.description]
        for text in candidates:
            found = re.search(r"(?<![\d])(\d(?:[ \u00a0\u2009\u202f]?\d){4,9})(?![\d])", text)
            if found:
                return re.sub(r"\D", "", found[1])
        return None

    # Pictures

    def shot(self, name):
        """A picture of the whole screen; gives its path."""
        path = os.path.join(SHOTS, f"{name}.png")
        sh("import", "-window", "root", path)
        return path

    def brightness(self):
        """Mean brightness of the app's window, 0 to 1."""
        code, mean = sh("import", "-window", self.window(), "-colorspace", "gray", "-format", "%[fx:mean]", "info:-")
        return float(mean) if code == 0 and mean else 0.0

    def window(self):
        """The X id of the app's window."""
        def found():
            ids = sh("xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid))[1].split()
            return ids[-1] if ids else None

        return until("the window", found)

    def resize(self, width, height):
        """Gives the window a size; gives the size it then has."""
        window = self.window()
        sh("xdotool", "windowmove", window, "0", "0")
        sh("xdotool", "windowsize", window, str(width), str(height))

        def size():
            out = sh("xdotool", "getwindowgeometry", "--shell", window)[1]
            return tuple(int(re.search(rf"{k}=(\d+)", out)[1]) for k in ("WIDTH", "HEIGHT"))

        try:
            until("the new size", lambda: size() == (width, height), 3)
        except Missing:
            pass
        return size()

    def read_qr(self, name):
        """Takes a picture until a phone could read the QR code on it; gives the address."""
        def seen():
            code, out = sh("zbarimg", "-q", "--raw", self.shot(name))
            found = [line for line in out.splitlines() if line.startswith("otpauth://")]
            return found[0] if code == 0 and found else None

        return until("a QR code that can be read", seen, pause=0.1)

    # The clipboard

    def clipboard(self, target="UTF8_STRING", selection="clipboard"):
        """What the clipboard holds, as this kind; None if nothing."""
        code, out = sh("xclip", "-selection", selection, "-o", "-t", target, timeout=5)
        return out if code == 0 else None


class Phone:
    """What a phone does with a QR code: keeps the secret and shows codes (oathtool)."""

    def __init__(self, address):
        self.address = address
        parts = urlsplit(address)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        label = unquote(parts.path.lstrip("/"))
        self.kind = parts.netloc
        self.issuer = query.get("issuer", label.split(":")[0] if ":" in label else "")
        self.account = label.split(":", 1)[-1].strip()
        self.secret = query["secret"].upper()
        self.algorithm = query.get("algorithm", "SHA1").lower()
        self.digits, self.period = query.get("digits", "6"), int(query.get("period", "30"))

    def code(self, steps=0, at=None):
        """The code of now, or of so many steps from now, or from `at`."""
        moment = int((time.time() if at is None else at) + steps * self.period)
        code, out = sh(
            "oathtool", f"--totp={self.algorithm}", "-b", "-d", self.digits, "-s", f"{self.period}s",
            "--now", f"@{moment}", "-", text_in=self.secret + "\n",
        )
        if code != 0:
            raise Missing("oathtool gives no code")
        return out.strip()

    def left(self):
        """Seconds until the next step."""
        return self.period - time.time() % self.period

    def calm(self, seconds):
        """Waits, if need be, for a step that still lasts `seconds`."""
        until("a fresh step", lambda: self.left() > seconds, self.period + 1)

    def next_step(self):
        """Waits for a step that has not begun yet."""
        now = int(time.time() // self.period)
        until("the next step", lambda: int(time.time() // self.period) > now, self.period + 1)


def spellings(secret_base32):
    """How a secret could stand in a file: raw, base32, hex, base64, in either case and without padding."""
    raw = base64.b32decode(secret_base32 + "=" * (-len(secret_base32) % 8))
    yield "raw", raw
    for name, text in [
        ("base32", base64.b32encode(raw).decode().rstrip("=")), ("hex", raw.hex()),
        ("base32 in groups", " ".join(re.findall(".{1,4}", secret_base32))),
    ]:
        yield name, text.upper().encode()
        yield name, text.lower().encode()
    # A secret inside longer data stands at one of three offsets: the inner letters are then the same.
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + raw)[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
        yield "base64", inner
        yield "base64url", inner.replace(b"+", b"-").replace(b"/", b"_")


def files_with(secret_base32, folders):
    """Every file below the folders that holds the secret in some spelling; and how many files were read."""
    found, read = [], 0
    for folder in folders:
        for path in glob.iglob(os.path.join(folder, "**"), recursive=True, include_hidden=True):
            if not os.path.isfile(path) or os.path.islink(path):
                continue
            with open(path, "rb") as file:
                content = file.read()
            read += 1
            found += [f"{path} ({how})" for how, form in spellings(secret_base32) if form in content]
    return found, read

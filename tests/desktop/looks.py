"""Pictures of every screen, in both themes and up to three sizes, for people to look at. Judges nothing.

Usage: tests/desktop/looks.sh [BINARY]; the pictures are then in target/desktop/looks/. A file named `only` in that folder
holds a regular expression: then only the scenes whose names begin with it are taken.
"""

import os
import re
import signal
import socket
import struct
import sys
import threading
import time

import desk
import looks_exchange
import looks_login
import looks_screen
from desk import Desk, Missing, sh, until

SMALL, ALL, KEY = looks_login.SMALL, looks_login.ALL, looks_login.KEY
# Issuer, account name, and what else the address says.
ACCOUNTS = [
    ("GitHub", "alice@example.org", ""), ("Mailbox", "alice", ""),
    ("Example Bank", "alice.liddell.of.the.looking.glass@a-rather-long-domain.example", ""),
    ("A very long name of an issuer that fits no card of this world", "x", ""),
    ("Städtische Bücherei", "größe", "&period=60"), ("Router", "admin", "&digits=8"),
    ("בנק לדוגמה", "דוגמה@example.org", ""), ("بنك المثال", "مثال", ""), ("例示銀行", "山田太郎", ""), ("🚀 Rocket", "🦊 fox", ""),
    ("", "only a name", ""), ("Only an issuer", "", ""),
]
SCENES = []


def scene(function):
    """Registers a scene: a function that takes pictures."""
    SCENES.append(function)
    return function


def escaped(text):
    """As it stands in an address."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


class Looks:
    """The app, and the pictures that are taken of it."""

    def __init__(self, binary):
        self.d, self.failed, self.theme, self.phone = Desk(binary), 0, None, None

    def pictures(self, name, before=lambda: None, after=lambda: None, sizes=None, menus=True):
        """Does `before`, takes a picture, does `after`: for each theme and size."""
        for theme in ("light", "dark"):
            for size in sizes or SMALL:
                try:
                    self.d.resize(*size)
                    if menus and self.theme != theme:
                        self.d.menu(f"Theme: {theme}")
                        until("the end of the menu", lambda: not self.d.find("Theme: light"), 3)
                        self.theme = theme
                    before()
                    # Hover fades away with the pointer elsewhere.
                    sh("xdotool", "mousemove", "2599", "1499")
                    self.picture(f"{name}-{self.theme or 'system'}-{size[0]}x{size[1]}")
                    after()
                except Missing as missing:
                    self.miss(f"{name} {theme} {size}", missing)
            if not menus:
                break

    def miss(self, name, why):
        """Something did not work; the other pictures are taken all the same."""
        self.failed += 1
        print(f"FAIL {name}: {str(why)[:400]}", flush=True)

    def picture(self, name):
        """The window alone, once two pictures in a row are nearly the same: animations have ended."""
        path, before = os.path.join(desk.SHOTS, f"{name}.png"), os.path.join(os.environ["TMPDIR"], "before.png")

        def still():
            sh("import", "-window", self.d.window(), before)
            sh("import", "-window", self.d.window(), path)
            command = ["compare", "-metric", "AE", "-fuzz", "3%", before, path, "null:"]
            done = desk.subprocess.run(command, capture_output=True, text=True, check=False)
            digits = done.stderr.split()[:1]
            return digits and float(digits[0]) < 2500

        try:
            until("a still picture", still, 3, pause=0.05)
        except Missing:
            pass
        print(f"picture {name}", flush=True)

    def dialog(self, name, before, sizes=None):
        """Pictures of a dialog that Esc closes."""
        self.pictures(name, before, lambda: self.d.keys("Escape"), sizes)

    # What a person does

    def card_menu(self, issuer, item=None):
        """Opens a card's menu, found by searching; presses an item of it."""
        self.d.press("Accounts")
        self.d.fill("Search", issuer)
        self.d.press(re.compile(rf"^More for {issuer}"))
        if item:
            self.d.press(item)

    def paste(self, text):
        """Adds an account that exists elsewhere, without saving it."""
        self.d.press("Enroll")
        self.d.press("Add an account I already have")
        self.d.fill("Address or key", text, secret=True)

    def add(self, issuer, account, more="", kind="totp"):
        """Saves such an account."""
        label = f"{escaped(issuer)}:{escaped(account)}" if issuer else escaped(account)
        self.paste(f"otpauth://{kind}/{label}?secret={KEY}{more}")
        self.d.press("Save")
        self.d.says(f"{re.escape(issuer or account)}.* is saved")

    def enroll(self, issuer, account):
        """Makes an account with a test user."""
        self.d.press("Enroll")
        self.d.press("Create a new secret")
        self.d.fill("Issuer", issuer)
        self.d.fill("Account name", account)

    def log_in(self, code, user="alice@example.org"):
        """Tries a login."""
        self.d.fill("User name", user)
        self.d.fill("Code", code)
        self.d.press("Log in")
        self.d.says("^(accepted|refused)")

    def top(self):
        """Scrolls to the top of a page."""
        width, height = self.d.resize(*self.size())
        sh("xdotool", "mousemove", str(width // 2), str(height // 2), "click", "--repeat", "20", "--delay", "5", "4")

    def down(self):
        """Scrolls to the bottom of a page."""
        width, height = self.size()
        sh("xdotool", "mousemove", str(width // 2), str(height // 2), "click", "--repeat", "30", "--delay", "5", "5")
        time.sleep(0.3)

    def result(self):
        """Scrolls to the verdict: in a narrow window it stands under the form."""
        self.top()
        if self.size()[0] < 700:
            width, height = self.size()
            sh("xdotool", "mousemove", str(width // 2), str(height // 2), "click", "--repeat", "7", "--delay", "5", "5")
        time.sleep(0.3)

    def size(self):
        """The window's size now."""
        out = sh("xdotool", "getwindowgeometry", "--shell", self.d.window())[1]
        return tuple(int(re.search(rf"{k}=(\d+)", out)[1]) for k in ("WIDTH", "HEIGHT"))


@scene
def empty(k):
    k.pictures("accounts-empty", lambda: k.d.press("Accounts"), sizes=ALL)
    k.pictures("enroll-empty", lambda: k.d.press("Enroll"))
    k.pictures("login-none", lambda: k.d.press("Login test"))


@scene
def existing(k):
    k.paste("")
    k.pictures("existing-empty", sizes=ALL)
    k.d.fill("Address or key", f"otpauth://totp/GitHub:alice?secret={KEY}&issuer=GitHub", secret=True)
    k.pictures("existing-address")
    k.pictures("existing-address-end", k.down)
    k.d.fill("Address or key", "otpauth://totp/GitHub:alice?secret=1nval!d", secret=True)
    k.pictures("existing-error")
    k.d.fill("Address or key", KEY, secret=True)
    k.pictures("existing-key")
    k.d.fill("Address or key", "GEZDGNBV", secret=True)
    k.pictures("existing-short")
    k.d.fill("Address or key", "", secret=True)


@scene
def enroll(k):
    k.enroll("Example Bank", "bob@example.org")
    k.pictures("enroll", sizes=ALL)
    k.pictures("enroll-end", k.down)
    k.d.press("Show secret")
    k.pictures("enroll-secret")
    k.d.press("Hide secret")
    k.d.press("Save without checking")
    k.pictures("enroll-saved", lambda: k.d.says("is saved"))
    k.enroll("Example Bank", "bob@example.org")
    k.d.fill("Code", "000000")
    k.d.press("Save")
    k.d.says("wrong code")
    k.pictures("enroll-wrong-code")
    k.pictures("enroll-large", lambda: k.d.press("QR code", roles=None), lambda: k.d.press("Back to the form"), ALL)
    k.d.press("Advanced")
    k.pictures("enroll-advanced", sizes=ALL)
    k.d.fill("Period in seconds", "0")
    k.d.fill("Own secret (base32)", "1nvalid!", secret=True)
    k.pictures("enroll-errors")
    k.pictures("enroll-errors-end", k.down)
    k.d.press("Counter (HOTP)")
    k.d.fill("Own secret (base32)", "GEZDGNBV", secret=True)
    k.pictures("enroll-hotp")
    k.d.press("Steam")
    k.pictures("enroll-steam")
    k.d.press("Accounts")


@scene
def accounts(k):
    for issuer, account, more in ACCOUNTS:
        try:
            k.add(issuer, account, more)
        except Missing as missing:
            k.miss(f"add {issuer}", missing)
    k.add("Counter", "bob", "&counter=7", kind="hotp")
    k.paste("otpauth://totp/Steam:gabe?secret=" + KEY + "&issuer=Steam&encoder=steam")
    k.d.press("Save")
    k.d.press("Accounts")
    k.card_menu("Mailbox", "Pin")
    k.d.fill("Search", "")
    k.pictures("accounts", lambda: k.d.press("Accounts"), sizes=ALL)
    k.pictures("accounts-end", k.down, k.top)
    k.pictures("accounts-menu", lambda: k.card_menu("Mailbox"), lambda: k.d.keys("Escape"))
    k.d.fill("Search", "")
    k.pictures("main-menu", lambda: k.d.press("Menu"), lambda: k.d.keys("Escape"))
    k.pictures("accounts-toast", lambda: k.d.press(re.compile("^Copy code of Mailbox")))
    k.pictures("search", lambda: k.d.fill("Search", "ali"))
    k.pictures("search-nothing", lambda: k.d.fill("Search", "qqqq"))
    k.d.fill("Search", "")

    def tab_keys():
        k.d.press("Accounts")
        k.d.keys(*["Tab"] * 8)

    k.pictures("accounts-focus", tab_keys)


@scene
def dialogs(k):
    k.add("Ledger", "dee@example.org")
    k.dialog("edit", lambda: k.card_menu("Ledger", "Edit…"), ALL)
    k.dialog("edit-advanced", lambda: (k.card_menu("Ledger", "Edit…"), k.d.press("Advanced")))
    k.dialog("qr", lambda: k.card_menu("Ledger", "Show QR…"), ALL)
    k.dialog("shortcuts", lambda: k.d.menu("Keyboard shortcuts"))
    k.dialog("about", lambda: k.d.menu("About"))

    def licences():
        k.d.menu("About")
        k.d.press("Licences of all parts…")

    k.dialog("licences", licences)
    k.dialog("trash-empty", lambda: k.d.menu("Trash"))
    k.add("Old", "one")
    k.d.press("Accounts")

    def to_trash():
        k.card_menu("Old", "Move to trash")
        k.d.says("is in the trash")

    k.pictures("toast-undo", to_trash, lambda: (k.d.press("Undo"), k.d.wait_for(re.compile("^More for Old"))))
    to_trash()
    k.dialog("trash", lambda: k.d.menu("Trash"))
    k.dialog("purge", lambda: (k.d.menu("Trash"), k.d.press(re.compile("^Delete for ever…|^Delete Old"))))


@scene
def settings(k):
    """Every page that no other scene shows; the passphrase last, and with it the locked window."""
    def page(name):
        return lambda: (k.d.menu("Settings…"), k.d.press(name))

    k.add("Locksmith", "gil")
    k.dialog("settings-general", page("General"))
    k.dialog("settings-check-up", lambda: (page("Check-up")(), k.d.says("The vault's key is there")))
    k.dialog("settings-lock-off", page("Lock"))
    page("Lock")()
    k.d.fill("Passphrase", "seven green bottles hang", secret=True)
    k.d.fill("Passphrase again", "seven green bottles hang", secret=True)
    k.d.press("Set the passphrase")
    k.d.says("locks|passphrase")
    k.d.keys("Escape")
    k.dialog("settings-lock", page("Lock"))
    k.d.keys("ctrl+l")
    k.d.wait_for("Unlock")
    k.pictures("locked", menus=False)
    k.d.fill("Passphrase", "wrong", secret=True)
    k.d.press("Unlock")
    k.d.says("The passphrase is wrong")
    k.pictures("locked-wrong", menus=False)
    k.d.fill("Passphrase", "seven green bottles hang", secret=True)
    k.d.press("Unlock")
    k.d.wait_for(re.compile("^More for Locksmith"))


@scene
def backups(k):
    """A pretend zenity answers the file dialogs."""
    folder = os.path.join(os.environ["TMPDIR"], "backups")
    tools, backup = os.path.join(folder, "bin"), os.path.join(folder, "halfminute.age")
    os.makedirs(tools, exist_ok=True)
    zenity = os.path.join(tools, "zenity")
    with open(zenity, "w", encoding="utf-8") as script:
        script.write(f'#!/bin/sh\ncase "$*" in *--directory*) echo {folder};; *) echo {backup};; esac\n')
    os.chmod(zenity, 0o700)
    k.d.stop()
    os.environ["PATH"] = f"{tools}:{os.environ['PATH']}"
    k.d.start()
    k.theme = None
    k.add("Reminder", "eve")
    k.pictures("backup-reminder", lambda: k.d.press("Accounts"), sizes=ALL)
    k.dialog("backup", lambda: k.d.menu("Back up…"))
    k.d.menu("Back up…")
    k.d.fill("Passphrase of the backup", "correct horse battery", secret=True)
    k.d.fill("Passphrase of the backup again", "correct horse battery", secret=True)
    k.d.press("Choose where…")
    k.d.says("Backed up")
    k.d.press(re.compile("^More for Reminder"))
    k.d.press("Edit…")
    k.d.fill("Note", "changed")
    k.d.press("Save")
    k.d.says("^Saved")
    k.dialog("restore-asks", lambda: k.d.menu("Restore a backup…"))
    k.d.menu("Restore a backup…")
    k.d.fill("Passphrase of the backup", "wrong", secret=True)
    k.d.press("Open")
    k.d.says("The passphrase is wrong")
    k.pictures("restore-wrong", menus=False)

    def preview():
        k.d.menu("Restore a backup…")
        k.d.fill("Passphrase of the backup", "correct horse battery", secret=True)
        k.d.press("Open")
        k.d.says("This is what happens")

    k.d.keys("Escape")
    k.dialog("restore", preview)

    def settings():
        k.d.menu("Settings…")
        k.d.press("Backups")

    k.dialog("settings-backups-off", settings)
    settings()
    k.d.press("After changes")
    k.pictures("settings-backups-new", menus=False)
    k.d.press("Choose a folder…")
    k.d.fill("Passphrase of the backup", "correct horse battery", secret=True)
    k.d.fill("Passphrase of the backup again", "correct horse battery", secret=True)
    k.d.press("Use this")
    k.d.says("kept with your accounts, in the same place")
    k.d.keys("Escape")
    k.dialog("settings-backups", settings)


# Before those that close the vault.
SCENES.extend(looks_exchange.SCENES)
SCENES.extend(looks_login.SCENES)
SCENES.extend(looks_screen.SCENES)


def keyring_pid():
    """The process that answers as the keyring on this script's own bus."""
    out = sh(
        "gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus",
        "--method", "org.freedesktop.DBus.GetConnectionUnixProcessID", "org.freedesktop.secrets",
    )[1]
    return int(re.search(r"uint32 (\d+)", out)[1])


@scene
def moving(k):
    word = "correct horse battery staple 7"

    def page(then=None):
        k.d.menu("Settings…")
        k.d.press("Vault")
        if then:
            k.d.press(then)

    def to_file():
        page("Move to an encrypted file…")
        k.d.fill("Passphrase", word, secret=True)

    def typed():
        page("Change the passphrase…")
        k.d.fill("Passphrase now", "not it", secret=True)
        k.d.fill("New passphrase", word, secret=True)
        k.d.fill("New passphrase again", word, secret=True)
        k.d.press("Change the passphrase")
        k.d.says("passphrase is wrong", 30)

    k.dialog("settings-vault", page)
    k.dialog("vault-to-file", to_file)
    to_file()
    k.d.fill("Passphrase again", word, secret=True)
    k.d.press("Move the accounts")
    k.picture("vault-moving")
    k.d.says("are in the encrypted file .* now", 60)
    k.d.keys("Escape")
    k.dialog("settings-vault-moved", page)
    k.dialog("vault-passphrase", lambda: page("Change the passphrase…"))
    k.dialog("vault-passphrase-wrong", typed)
    k.dialog("vault-to-keyring", lambda: page("Move to the keyring…"))
    k.dialog("vault-remove-old", lambda: page("Remove the old copy…"))
    k.d.stop()
    k.d.start()
    k.d.wait_for("Use the old copy…")
    k.pictures("vault-locked-old")
    k.dialog("vault-go-back", lambda: k.d.press("Use the old copy…"))
    until("the end of the dialog", lambda: not k.d.find("Cancel"), 5)
    k.d.fill("Passphrase", word, secret=True)
    k.d.press("Unlock")
    k.picture("vault-deriving")
    k.d.wait_for("Search", patience=60)
    page("Move to the keyring…")
    k.d.press("Move the accounts")
    k.d.says("are in the keyring now", 60)
    k.d.press("Remove the old copy…")
    k.d.press("Remove the old copy")
    k.d.says("was removed", 30)
    k.d.keys("Escape")


class TimeServer:
    """A time server on this computer (RFC 5905), whose clock is as far off as wanted; `None`: it is not set."""

    def __init__(self):
        self.offset = 0.0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.name = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        """Answers whoever asks."""
        while True:
            question, who = self.socket.recvfrom(100)
            leap = 3 if self.offset is None else 0
            asked = struct.unpack(">Q", question[40:48])[0]
            theirs = (asked + int((self.offset or 0) * 2**32)) % 2**64
            head = bytes([leap << 6 | 4 << 3 | 4, 2, 0, 0xEC]) + bytes(12)
            answer = head + struct.pack(">Q", theirs) + question[40:48] + struct.pack(">QQ", theirs, theirs)
            self.socket.sendto(answer, who)


@scene
def clock(k):
    """Settings, Clock: before anybody was asked, then each kind of answer; and the line in Accounts and Login test."""
    server = TimeServer()
    k.add("Clockmaker", "una")

    def page():
        k.d.menu("Settings…")
        k.d.press("Clock")

    def ask(offset, said):
        server.offset = offset
        page()
        k.d.fill("Time server", server.name)
        k.d.press("Ask the time server")
        k.d.says(said)

    k.dialog("clock", page)
    k.dialog("clock-fine", lambda: ask(3.2, "3.2 s behind"))
    k.dialog("clock-noticeable", lambda: ask(-12, "12 s ahead"))
    k.dialog("clock-unset", lambda: ask(None, "its own clock is not set"))
    k.dialog("clock-off", lambda: ask(300, "5 min behind"))
    k.pictures("clock-line", lambda: k.d.press("Accounts"))
    k.pictures("clock-login", lambda: k.d.press("Login test"))


@scene
def vault(k):
    k.d.stop()
    pid = keyring_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        k.d.start()
        # On a slow machine the wait may be over before the first look.
        if until("the keyring's silence", lambda: k.d.find("Cancel") or k.d.find("Try again")).name == "Cancel":
            k.pictures("vault-opening")
        if k.d.find("Cancel"):
            k.d.press("Cancel")
        k.d.press("Use an encrypted file…", 40)
        k.pictures("vault-file")
        for name, typed in [("short", "abc"), ("weak", "password"), ("strong", "correct horse battery staple 7")]:
            k.d.fill("Passphrase", typed, secret=True)
            k.pictures(f"vault-file-{name}")
        k.d.fill("Passphrase again", "another", secret=True)
        k.pictures("vault-file-differs")
        k.d.press("Back")
        k.pictures("vault-silent")
    finally:
        os.kill(pid, signal.SIGCONT)
    k.d.stop()
    sh("secret-tool", "clear", "service", "halfminute")
    k.d.start()
    k.d.wait_for("Start over…")
    k.pictures("vault-another")
    k.dialog("vault-start-over", lambda: k.d.press("Start over…"))


def main():
    os.makedirs(desk.SHOTS, exist_ok=True)
    try:
        with open(os.path.join(desk.SHOTS, "only"), encoding="utf-8") as file:
            wanted = re.compile(file.read().strip())
    except OSError:
        wanted = re.compile("")
    k = Looks(sys.argv[1])
    try:
        k.d.start()
        for function in SCENES:
            if wanted.match(function.__name__):
                try:
                    function(k)
                except Exception as why:  # pylint: disable=broad-except  (the other scenes are taken all the same)
                    k.miss(function.__name__, f"{type(why).__name__}: {why}")
    finally:
        k.d.stop()
    print(f"pictures: {desk.SHOTS}, {k.failed} missing")
    return 1 if k.failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The scenes of import and export for looks.py: every app's files, plain and encrypted, every way in which one is refused, and all
that is written. What the window says of a file is compared with what tests/fixtures/ expects of it."""

import base64
import collections
import glob
import hashlib
import json
import os
import re
import shutil
import struct
from urllib.parse import quote

import desk
from desk import Missing, sh, until
from drag import Drag

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FIXTURES = os.path.join(ROOT, "tests", "fixtures")
SMALL, ALL = [(420, 480), (960, 640)], [(420, 480), (960, 640), (2560, 1440)]
KEY, OTHER = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SPACE = "\u00a0"
# Whose tables are looked at in every size.
CHOSEN = ["2fas/odd.2fas", "aegis/encrypted.json", "bitwarden/canonical.json", "freeotp-plus/odd.json", "google/two-of-three.txt"]
TARGETS = ["2FAS", "Aegis", "Bitwarden", "Ente Auth", "KeePassXC CSV", "otpauth addresses"]
HEAD = re.compile(r"There are no accounts in it|[\d\u00a0]+ entr(y|ies): ")
# Why a password is asked for once more.
REASONS = re.compile("[Pp]assword is wrong|takes more than usual")
SCENES = []


def scene(function):
    """Registers a scene: a function that takes pictures."""
    SCENES.append(function)
    return function


def expected(path):
    """What a fixture is to give: entries or an error, its password, and what a wrong one gives."""
    with open(f"{path}.expected.json", encoding="utf-8") as file:
        return json.load(file)


def fixtures():
    """Every file of every app."""
    return [path[: -len(".expected.json")] for path in sorted(glob.glob(os.path.join(FIXTURES, "*", "*.expected.json")))]


def label(path):
    """app-file, as pictures are named."""
    return os.path.relpath(path, FIXTURES).replace("/", "-")


class Bench:
    """A pretend zenity answers the file dialogs with what stands in a file."""

    begun = False

    def __init__(self, k):
        self.k, self.d = k, k.d
        self.folder = os.path.join(os.environ["TMPDIR"], "exchange")
        tools, self.answer = os.path.join(self.folder, "bin"), os.path.join(self.folder, "answer")
        os.makedirs(tools, exist_ok=True)
        zenity = os.path.join(tools, "zenity")
        with open(zenity, "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\ncat {self.answer}\n")
        os.chmod(zenity, 0o700)
        if not os.environ["PATH"].startswith(tools):
            k.d.stop()
            os.environ["PATH"] = f"{tools}:{os.environ['PATH']}"
            k.d.start()
            k.theme = None
        self.said = os.path.join(desk.SHOTS, "exchange.txt")
        if not Bench.begun:
            Bench.begun = True
            open(self.said, "w", encoding="utf-8").close()

    def answers(self, path):
        """What the next file dialog gives."""
        with open(self.answer, "w", encoding="utf-8") as file:
            file.write(path)

    def choose(self, path, item="Import…"):
        """Chooses a file by the menu."""
        self.answers(path)
        self.d.menu(item)

    def file(self, name, content):
        """A file of this run."""
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return path

    def state(self, after_password=False):
        """What the import has come to: refused, listed, restore, asks; with all texts of the window. After a password the question alone
        is no end: it says why it asks again."""
        def seen():
            names = self.d.texts()
            if "Reading" in names or "Opening" in names:
                return None
            for name, state in [
                ("Choose another file…", "refused"), ("Add a file…", "listed"), ("Passphrase of the backup", "restore"),
                ("Password of the file", "asks"),
            ]:
                if name in names and not (state == "asks" and after_password and not any(map(REASONS.search, names))):
                    return state, names
            return None

        return until("the end of reading", seen, 90)

    def give(self, password, button="Open"):
        """Opens the file with a password; what comes of it. What an earlier one came to is over at once."""
        self.d.fill("Password of the file", password, secret=True)
        return self.go_on(button)

    def go_on(self, button):
        """Presses it; what comes of it."""
        before = [text for text in self.d.texts() if REASONS.search(text)]
        self.d.press(button)
        if before:
            until("the end of the old reason", lambda: not any(text in before for text in self.d.texts()) or self.d.find("Opening"), 2)
        return self.state(True)

    def note(self, name, texts):
        """Writes down what the dialog says, for a reader: each thing once."""
        texts = list(texts)
        at = next((at for at, text in enumerate(texts) if text in ("Import", "Export", "Restore a backup")), 0)
        texts = dict.fromkeys(texts[at:])
        with open(self.said, "a", encoding="utf-8") as file:
            file.write(f"== {name}\n" + "".join(f"   {text}\n" for text in texts))

    def themes(self):
        """Each theme in turn."""
        for theme in ("light", "dark"):
            if self.k.theme != theme:
                self.d.menu(f"Theme: {theme}")
                until("the end of the menu", lambda: not self.d.find("Theme: light"), 3)
                self.k.theme = theme
            yield theme

    def shot(self, name):
        """A picture with the pointer elsewhere."""
        sh("xdotool", "mousemove", "2599", "1499")
        self.k.picture(f"exchange-{name}-{self.k.theme}-{'x'.join(map(str, self.k.size()))}")

    def close(self):
        """Closes what is open."""
        self.d.keys("Escape")
        until("the end of the dialog", lambda: not self.d.find(re.compile("^(Cancel|Close)$")), 5)

    def open(self, path, what):
        """Chooses a fixture and gives the password until there is a table or a refusal; pictures on the way."""
        name, password = label(path), what.get("password")
        self.choose(path)
        state, texts = self.state()
        if state == "asks":
            self.note(f"{name}: asks", texts)
            self.shot(f"{name}-1-asks")
            if what.get("wrong"):
                state, texts = self.give("not it")
                self.note(f"{name}: wrong password", texts)
                self.shot(f"{name}-2-wrong")
            state, texts = self.give(password or "")
            if self.d.find("Open it all the same"):
                self.note(f"{name}: more work", texts)
                self.shot(f"{name}-3-work")
                state, texts = self.go_on("Open it all the same")
        if state == "listed":
            # All of it, not a frame on the way there.
            texts = until("the head of the table", lambda: any(map(HEAD.match, seen := self.d.texts())) and seen, 5)
        return state, texts


def costly(rounds):
    """A KeePass database whose key takes so many rounds of AES, up to where the key is needed."""
    value = lambda kind, name, data: struct.pack("<BI", kind, len(name)) + name + struct.pack("<I", len(data)) + data
    kind = bytes.fromhex("c9d9f39a628a4460bf740d08c18a4fea")
    derivation = b"\0\1" + value(0x42, b"$UUID", kind) + value(5, b"R", struct.pack("<Q", rounds)) + value(0x42, b"S", bytes(32)) + b"\0"
    aes = bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")
    fields = [(2, aes), (3, struct.pack("<I", 1)), (4, bytes(32)), (7, bytes(16)), (11, derivation), (0, b"")]
    head = bytes.fromhex("03d9a29a67fb4bb5") + struct.pack("<I", 4 << 16)
    head += b"".join(struct.pack("<BI", number, len(data)) + data for number, data in fields)
    return head + hashlib.sha256(head).digest() + bytes(36)


def number(many):
    """10 000 as the window writes it."""
    return f"{many:,}".replace(",", SPACE)


@scene
def exchange_formats(k):
    """Every app: plain and encrypted, question, wrong password, table, done; then taken back."""
    b = Bench(k)
    k.d.resize(960, 640)
    for theme in b.themes():
        for path in fixtures():
            what = expected(path)
            if what.get("error") or not what.get("sniff"):
                continue
            name = label(path)
            try:
                state, texts = b.open(path, what)
                if theme == "light":
                    b.note(f"{name}: {state}", texts)
                b.shot(f"{name}-4-{state}")
                entries = what["entries"] or []
                out = sum("left_out" in entry for entry in entries)
                head = f"{number(len(entries))} entr(y|ies): .*" + (f"{out} left out$" if out else "") if entries else "There are no accounts in it"
                if not any(re.match(head, text) for text in texts) or (not out and any("left out" in text for text in texts)):
                    k.miss(name, f"{head!r} is expected, and it says {texts[-30:]}")
                go = k.d.find(re.compile("^Import [0-9]+ account"))
                if state == "listed" and go and "enabled" in go.states():
                    many = int(re.search("[0-9]+", go.name)[0])
                    k.d.press(go.name)
                    done = k.d.says("accounts? imported")
                    b.note(f"{name}: done", [done])
                    b.shot(f"{name}-5-done")
                    if not done.startswith(f"{many} account"):
                        k.miss(name, f"{many} were ticked, and it says {done!r}")
                    k.d.press("Undo")
                    k.d.says("as it was before the import")
                else:
                    b.close()
            except Missing as missing:
                k.miss(f"{name} {theme}", missing)
                k.picture(f"missing-{name}-{theme}")
                k.d.keys("Escape", "Escape")


@scene
def exchange_errors(k):
    """One file for each app and each way in which it is refused, and files of no app at all."""
    b = Bench(k)
    k.d.resize(960, 640)
    chosen = collections.OrderedDict()
    for path in fixtures():
        what = expected(path)
        if what.get("error"):
            chosen.setdefault((path.split("/")[-2], str(what["error"]), bool(what.get("password"))), (path, what))
    for theme in b.themes():
        for path, what in chosen.values():
            name = label(path)
            try:
                state, texts = b.open(path, what)
                if theme == "light":
                    b.note(f"{name}: {what['error']}: {state}", texts)
                b.shot(f"{name}-error")
                if state == "listed":
                    k.miss(name, f"{what['error']} is expected, and there is a table")
                b.close()
            except Missing as missing:
                k.miss(f"{name} {theme}", missing)
                k.picture(f"missing-{name}-{theme}")
                k.d.keys("Escape", "Escape")


def address(issuer, account, more="", key=KEY, kind="totp"):
    """An otpauth address, as a line of a file."""
    return f"otpauth://{kind}/{quote(issuer)}:{quote(account)}?secret={key}{more}\n"


def mixed():
    """A list with every outcome, long names and several scripts."""
    names = [
        ("GitHub", "alice@example.org", ""), ("Mailbox", "alice", ""),
        ("Example Bank", "alice.liddell.of.the.looking.glass@a-rather-long-domain.example", ""),
        ("A very long name of an issuer that fits no card of this world", "x", ""),
        ("Städtische Bücherei", "größe", "&period=60"), ("Router", "admin", "&digits=8"),
        ("בנק לדוגמה", "דוגמה@example.org", ""), ("بنك المثال", "مثال", ""), ("例示銀行", "山田太郎", ""), ("🚀 Rocket", "🦊 fox", ""),
    ]
    lines = [address(*name) for name in names]
    lines += [address("GitHub", "alice@example.org", key=OTHER), address("Mailbox", "alice"), address("Vault", "frank", "&digits=9", OTHER)]
    return "".join(lines) + "otpauth://totp/Broken:eve?issuer=Broken\n" + address("Counter", "bob", "&counter=7", kind="hotp")


@scene
def exchange_keepass(k):
    """KeePass databases of versions 3.1 and 4: the right password, a wrong one, what needs more than a password, and what costs too much."""
    b = Bench(k)
    password = expected(os.path.join(FIXTURES, "keepass/canonical.kdbx"))["password"]

    def given(name, what):
        def open_it():
            b.choose(os.path.join(FIXTURES, "keepass", name))
            b.state()
            b.note(f"keepass {name} {what}", b.give(what)[1])

        return open_it

    for version, name in [("3", "version-3.kdbx"), ("4", "canonical.kdbx")]:
        k.dialog(f"exchange-keepass-{version}-asks", lambda name=name: (b.choose(os.path.join(FIXTURES, "keepass", name)), b.state()))
        k.dialog(f"exchange-keepass-{version}-wrong", given(name, "not it"))
        k.dialog(f"exchange-keepass-{version}-right", given(name, password), ALL)
    k.dialog("exchange-keepass-key-file", given("key-file.kdbx", password))
    # Its last block is another one.
    k.dialog("exchange-keepass-damaged", given("last-block-changed.kdbx", password))
    refused = ["costly-memory.kdbx", "costly-passes.kdbx", "twofish.kdbx", "keepass-1.kdb", "version-5.kdbx", "cut.kdbx"]
    for name in refused:
        k.dialog(f"exchange-keepass-{name}", lambda name=name: (b.choose(os.path.join(FIXTURES, "keepass", name)), b.note(name, b.state()[1])))
    large = b.file("large.kdbx", bytes.fromhex("03d9a29a67fb4bb5") + struct.pack("<I", 4 << 16) + bytes(16 << 20))
    k.dialog("exchange-keepass-large", lambda: (b.choose(large), b.note("large.kdbx", b.state()[1])))
    k.dialog("exchange-keepass-unpacks", given("bomb-xml.kdbx", password))

    def work():
        b.choose(work_for)
        b.state()
        b.note("work.kdbx", b.give("x")[1])

    work_for = b.file("work.kdbx", costly(60_000_000))
    k.dialog("exchange-keepass-work", work)


@scene
def exchange_microsoft(k):
    """Microsoft Authenticator's database: alone, with the second file beside it, and that file by itself."""
    b = Bench(k)
    for name in ("PhoneFactor", "with-log.db", "odd.db", "log-alone.db", "no-table.db", "newer.db", "cut.db"):
        path = os.path.join(FIXTURES, "microsoft", name)
        k.dialog(f"exchange-microsoft-{name}", lambda path=path: (b.choose(path), b.note(path, b.state()[1])))


@scene
def exchange_other_codes(k):
    """Pictures of QR codes that are no authenticator codes: named, never opened."""
    b = Bench(k)
    for name in ("network", "page"):
        path = os.path.join(ROOT, "tests/desktop/wall", f"{name}.png")
        k.dialog(f"exchange-picture-{name}", lambda path=path: (b.choose(path), b.note(path, b.state()[1])))
    both = "|".join(os.path.join(ROOT, "tests/desktop/wall", name) for name in ("network.png", "alice.png"))
    k.dialog("exchange-picture-both", lambda: (b.choose(both), b.note("both", b.state()[1])))


@scene
def exchange(k):
    """The table in every size, its filter and its end; one entry alone; ten thousand."""
    b = Bench(k)
    listed = b.file("accounts.txt", mixed())
    k.add("GitHub", "alice@example.org")
    k.dialog("exchange-table", lambda: (b.choose(listed), b.state()), ALL)
    k.dialog("exchange-table-filter", lambda: (b.choose(listed), k.d.fill("Filter", "bank")))
    k.dialog("exchange-table-end", lambda: (b.choose(listed), b.state(), k.down()))
    one = b.file("one.txt", address("One", "ida", "&issuer=One", OTHER))
    k.dialog("exchange-table-one", lambda: (b.choose(one), b.state()))
    key = lambda n: base64.b32encode(n.to_bytes(4, "big") + b"0123456789abcdef").decode()
    many = b.file("many.txt", "".join(address(f"Issuer{n}", "person", key=key(n)) for n in range(10_000)))
    k.dialog("exchange-table-many", lambda: (b.choose(many), b.state()))
    for name in CHOSEN:
        path = os.path.join(FIXTURES, name)

        def table(path=path):
            b.choose(path)
            if b.state()[0] == "asks":
                k.d.fill("Password of the file", expected(path)["password"], secret=True)
                k.d.press("Open")
                b.state(True)

        k.dialog(f"exchange-table-{label(path)}", table, ALL)

    def asks():
        b.choose(os.path.join(FIXTURES, "andotp/encrypted.json.aes"))
        b.state()

    k.dialog("exchange-which-app", asks, ALL)
    k.dialog("exchange-which-app-list", lambda: (asks(), k.d.press("App")))


@scene
def exchange_toast(k):
    """A message at the bottom while a dialog stands over the window, small and as tall as the window: title and buttons stay in sight."""
    b = Bench(k)
    listed, one = b.file("accounts.txt", mixed()), b.file("one.txt", address("One", "ida", "&issuer=One", OTHER))

    def said():
        """A message with its Undo, from an import."""
        b.choose(one)
        b.state()
        k.d.press("Import 1 account")
        k.d.says("account imported")

    def taken_back():
        k.d.keys("Escape")
        k.d.press("Undo")
        k.d.says("as it was before")

    for name, dialog in [
        ("export", lambda: k.d.menu("Export…")), ("settings", lambda: k.d.menu("Settings…")), ("about", lambda: k.d.menu("About")),
        ("table", lambda: (b.choose(listed), b.state())), ("shortcuts", lambda: k.d.menu("Keyboard shortcuts")),
    ]:
        before = lambda dialog=dialog: (said(), dialog(), k.d.wait_for(re.compile("^(Cancel|Close)$")))
        k.pictures(f"exchange-toast-{name}", before, taken_back)


@scene
def exchange_tooltips(k):
    """The whole of a name or an outcome that is cut off, where the pointer rests."""
    b = Bench(k)
    listed = b.file("accounts.txt", mixed())

    def rest_on(pattern):
        """The pointer on the text, and the picture taken with it there."""
        find = lambda: k.d.find(re.compile(pattern), {"label"})
        box = k.d.part(pattern, find, lambda acc: acc.queryComponent()).getExtents(0)
        sh("xdotool", "mousemove", str(box.x + 30), str(box.y + box.height // 2))
        sh("xdotool", "mousemove_relative", "1", "0")

    def shown(name, before, pattern):
        for theme in b.themes():
            before()
            sh("xdotool", "mousemove", "2599", "1499")
            many = until("the text", lambda: sum(bool(re.search(pattern, text)) for text in k.d.texts()))
            rest_on(pattern)
            # In its place, and over it.
            until("the whole text", lambda: sum(bool(re.search(pattern, text)) for text in k.d.texts()) > many)
            k.picture(f"exchange-tooltip-{name}-{theme}")
            k.d.keys("Escape")

    k.d.resize(420, 480)
    shown("title", lambda: (b.choose(listed), b.state(), k.d.fill("Filter", "looking")), r"looking\.glass")
    shown("outcome", lambda: (b.choose(listed), b.state(), k.d.fill("Filter", "vault")), "digits")
    b.choose(listed)
    b.state()
    k.d.press(re.compile("^Import [0-9]+ accounts"))
    k.d.says("accounts imported")
    shown("export", lambda: (k.d.menu("Export…"), k.d.press("Some of them"), k.d.fill("Filter", "looking")), r"looking\.glass")


@scene
def exchange_odd(k):
    """What is no app's file, several files at once, pictures, and a paste."""
    b = Bench(k)
    letter, empty = b.file("letter.txt", "dear diary"), b.file("empty.txt", "")
    k.dialog("exchange-unknown", lambda: (b.choose(letter), b.state()), ALL)
    k.dialog("exchange-unknown-list", lambda: (b.choose(letter), b.state(), k.d.press("App")))
    k.dialog("exchange-unknown-long", lambda: (b.choose(b.file("a letter with quite a long name, " * 5 + ".txt", "dear")), b.state()))

    def not_it():
        b.choose(letter)
        b.state()
        k.d.press("App")
        k.d.press("Aegis")
        k.d.says("not a file of Aegis")
        until("the end of the list", lambda: not k.d.find("Authy"), 5)

    k.dialog("exchange-not-of-it", not_it)
    k.dialog("exchange-empty", lambda: (b.choose(empty), b.state()))
    k.dialog("exchange-folder", lambda: (b.choose(b.folder), b.state()))
    k.dialog("exchange-gone", lambda: (b.choose(os.path.join(b.folder, "gone.txt")), b.state()))
    for name, fixture in [("keepass", "keepass/version-4.kdbx"), ("backup", "halfminute/plain.age"), ("openpgp", "andotp/openpgp.txt")]:
        k.dialog(f"exchange-{name}", lambda fixture=fixture: (b.choose(os.path.join(FIXTURES, fixture)), b.state()))
    blank, broken = (os.path.join(b.folder, name) for name in ("blank.png", "broken.png"))
    sh("convert", "-size", "300x200", "xc:white", blank)
    with open(blank, "rb") as file:
        b.file("broken.png", file.read()[:60])
    for name, path in [("blank", blank), ("broken", broken)]:
        k.dialog(f"exchange-picture-{name}", lambda path=path: (b.choose(path), b.state()))
    several = "|".join([b.file("first.txt", address("One", "ida")), os.path.join(FIXTURES, "aegis/encrypted.json"), letter])
    k.dialog("exchange-several", lambda: (b.choose(several), b.state()))
    k.dialog("exchange-several-refused", lambda: (b.choose(several), b.state(), k.d.press("Leave this file out"), b.state()))
    parts = os.path.join(FIXTURES, "google/one-part.txt")
    k.dialog("exchange-part", lambda: (b.choose(parts), b.state()))

    def pasted():
        desk.subprocess.run(["xclip", "-selection", "clipboard"], input=address("One", "ida").encode(), check=True, stdout=desk.subprocess.DEVNULL)
        k.d.press("Accounts")
        k.d.keys("ctrl+v")
        b.state()

    k.dialog("exchange-pasted", pasted)


def targets(k):
    """What can be exported to, as the dialog lists it."""
    k.d.menu("Export…")
    k.d.press("Export to")
    k.d.wait_for("Printable page")
    texts = k.d.texts()
    k.d.keys("Escape", "Escape")
    return texts


@scene
def exchange_out(k):
    """Every export: choices, review, saved; and read back: everything is here already."""
    b = Bench(k)
    k.d.resize(960, 640)
    b.choose(b.file("accounts.txt", mixed()))
    b.state()
    k.d.press(re.compile("^Import [0-9]+ accounts"))
    k.d.says("accounts imported")
    b.note("targets", targets(k))
    k.dialog("export", lambda: k.d.menu("Export…"), ALL)
    k.dialog("export-list", lambda: (k.d.menu("Export…"), k.d.press("Export to")))
    k.dialog("export-some", lambda: (k.d.menu("Export…"), k.d.press("Some of them")), ALL)
    k.d.resize(960, 640)

    def choices(target):
        k.d.menu("Export…")
        k.d.press("Export to")
        k.d.press(target)
        until("the end of the list", lambda: not k.d.find("Printable page"), 5)

    for theme in b.themes():
        for target in TARGETS:
            for way in ("password", "plain"):
                name = f"out-{target.replace(' ', '-').lower()}-{way}"
                try:
                    choices(target)
                    protected = k.d.find("A password")
                    if way == "password" and not protected:
                        b.close()
                        continue
                    if protected and way == "plain":
                        k.d.press("None")
                    elif protected:
                        k.d.fill("Password of the file", "correct horse battery staple", secret=True)
                        k.d.fill("Password of the file again", "correct horse battery staple", secret=True)
                    b.note(f"{name}: choices", k.d.texts())
                    b.shot(f"{name}-1-choices")
                    path = os.path.join(b.folder, f"{name}-{theme}")
                    b.answers(path)
                    k.d.press("Continue")
                    until("the file", lambda: not k.d.find("Making the file"), 60)
                    review = re.compile("^(Choose where…|Export without encryption…)$")
                    end = re.compile(f"^Exported .*{name}-{theme}\\b")
                    found = until("a review or the end", lambda: k.d.find(review) or k.d.find(end), 60)
                    # Where there is nothing to be read it is seen only until the file dialog has answered.
                    if review.search(found.name):
                        b.note(f"{name}: review", k.d.texts())
                        b.shot(f"{name}-2-review")
                        if k.d.find(review):
                            k.d.press(found.name)
                    done = k.d.wait_for(end).name
                    b.note(f"{name}: done", [done])
                    b.shot(f"{name}-3-done")
                    b.choose(path)
                    if b.state()[0] == "asks":
                        k.d.fill("Password of the file", "correct horse battery staple", secret=True)
                        k.d.press("Open")
                    texts = b.state(True)[1]
                    b.note(f"{name}: read back", texts)
                    b.shot(f"{name}-4-back")
                    b.close()
                except Exception as why:  # pylint: disable=broad-except  (the others are written all the same)
                    k.miss(f"{name} {theme}", f"{type(why).__name__}: {why}")
                    k.picture(f"missing-{name}-{theme}")
                    k.d.keys("Escape", "Escape")


@scene
def exchange_phone(k):
    """QR codes for a phone: photographed, and read back from the photographs; the printed page; the code of one account."""
    b = Bench(k)
    k.d.resize(960, 640)
    b.choose(b.file("more.txt", "".join(address(f"Phone {n}", "pia", key=OTHER) for n in range(23))))
    b.state()
    k.d.press(re.compile("^Import [0-9]+ accounts"))
    k.d.says("accounts imported")

    def choices(target):
        k.d.menu("Export…")
        k.d.press("Export to")
        k.d.press(target)
        until("the end of the list", lambda: not k.d.find("KeePassXC CSV"), 5)

    k.dialog("exchange-phone", lambda: choices("A phone, by QR codes"))
    k.dialog("exchange-phone-review", lambda: (choices("A phone, by QR codes"), k.d.press("Continue"), k.d.wait_for("Show the QR codes")), ALL)

    def codes():
        choices("A phone, by QR codes")
        k.d.press("Continue")
        k.d.press("Show the QR codes")
        k.d.says("Scan this")

    k.dialog("exchange-phone-codes", codes, ALL)
    for size in ALL:
        k.d.resize(*size)
        codes()
        photographs = []
        for turn in range(9):
            head = k.d.says("Scan this")
            sh("xdotool", "mousemove", "2599", "1499")
            k.picture(f"exchange-photo-{turn}-{size[0]}x{size[1]}")
            photographs.append(os.path.join(desk.SHOTS, f"exchange-photo-{turn}-{size[0]}x{size[1]}.png"))
            code, out = sh("zbarimg", "-q", "--raw", photographs[-1])
            if code or not out.startswith("otpauth-migration://"):
                k.miss(f"photograph {turn} {size}", f"zbar reads {out[:40]!r}")
            if "enabled" not in k.d.wait_for("Next").states():
                break
            k.d.press("Next")
            until("the next code", lambda before=head: k.d.says("Scan this") != before)
        b.close()
        b.choose("|".join(photographs))
        texts = b.state()[1]
        b.note(f"photographs {size}", texts)
        said = next(filter(HEAD.match, texts), "")
        if not re.fullmatch(r"(\d+) entries: \1 here already", said):
            k.miss(f"photographs {size}", said)
        b.close()
    k.d.resize(960, 640)
    k.dialog("exchange-page", lambda: choices("Printable page"))
    k.dialog("exchange-page-review", lambda: (choices("Printable page"), k.d.press("Continue"), k.d.says("has your codes")), ALL)
    page = os.path.join(b.folder, "page.html")
    choices("Printable page")
    b.answers(page)
    k.d.press("Continue")
    k.d.press("Save the page…")
    k.d.says("^Exported [0-9]")
    k.pictures("exchange-page-done")
    shutil.copy(page, os.path.join(desk.SHOTS, "exchange-page.html"))

    def large():
        k.card_menu("Phone 1", "Show QR…")
        k.d.press("QR code", roles=None)

    k.dialog("exchange-qr", lambda: k.card_menu("Phone 1", "Show QR…"), ALL)
    k.dialog("exchange-qr-large", large, ALL)


@scene
def exchange_drop(k):
    """Files that are dragged over the window, and dropped."""
    b = Bench(k)
    k.d.press("Accounts")
    one, letter = b.file("drop one.txt", address("Dropped", "dora")), b.file("drop letter.txt", "dear diary")
    drags = []

    def over():
        drags.append(Drag(k.d.window(), [one, letter]))
        drags[-1].over(300, 300)
        until("the hint", lambda: drags[-1].answer() or k.d.find("Drop it to import"), 5)

    def away():
        drags[-1].leave()
        until("the end of the hint", lambda: not k.d.find("Drop it to import"), 5)

    k.pictures("exchange-drop-hint", over, away, ALL)

    def dropped():
        over()
        drags[-1].drop()
        if b.state()[0] != "refused":
            raise Missing("the letter is not refused")
        k.d.press("Leave this file out")
        b.state()

    k.dialog("exchange-dropped", dropped)

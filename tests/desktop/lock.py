"""The extra lock, in the real window over a real keyring: after locking, no copy of a secret, a name, a code or the passphrase is left
in the program's memory; a signal of the desktop's screen lock locks it; the passphrase brings everything back.

Usage: tests/desktop/run.sh --script tests/desktop/lock.py [BINARY]
"""

import os
import random
import re
import sys

import desk
from desk import Desk, Missing, Phone, sh, spellings, until
from steps import Skip, run, step

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def word():
    """A text that stands nowhere else: so that a copy of it in memory is one of ours."""
    return "zq" + "".join(random.choice(LETTERS) for _ in range(12))


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.phone, self.figures = Desk(binary), None, []
        self.issuer, self.account, self.note, self.draft = word(), word(), word(), word()
        self.passphrase, self.password = " ".join(word() for _ in range(3)), word()
        self.codes = []
        # A second test user's: its login's password, and its recovery codes.
        self.user, self.user_password, self.recovery = word(), word(), []

    def wanted(self):
        """Everything of which no copy may be left, with its name."""
        texts = {
            "the issuer": self.issuer, "the account": self.account, "the note": self.note, "a draft": self.draft,
            "the passphrase": self.passphrase, "a typed password": self.password,
        }
        texts |= {"a test user": self.user, "a test user's password": self.user_password}
        found = {name: text.encode() for name, text in texts.items()}
        for at, code in enumerate(self.recovery):
            # As it is shown, and as it is compared.
            found[f"recovery code {at}"], found[f"recovery code {at} in one"] = code.encode(), code.replace("-", "").encode()
        found |= {f"the secret ({how}, {at})": form for at, (how, form) in enumerate(spellings(self.phone.secret))}
        for at, code in enumerate(self.codes):
            # Six digits alone stand in any memory by chance; with the gap in which they are shown, hardly.
            found[f"code {at}"] = f"{code[:3]} {code[3:]}".encode()
        return found

    def copies(self):
        """How many copies there are of what, and how many bytes were read."""
        counts, read = self.d.memory_counts(self.wanted())
        return {name: count for name, count in counts.items() if count}, read

    def shown_recovery(self):
        """Notes the ten recovery codes that are shown."""
        shown = [text for text in self.d.texts() if re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", text)]
        assert len(set(shown)) == 10, f"{len(shown)} recovery codes"
        self.recovery += shown

    def is_locked(self, patience=None):
        """Waits for the unlock screen, and looks for names on it."""
        self.d.says("Halfminute is locked", patience)
        until("no name in the tree", lambda: not [t for t in self.d.texts() if self.issuer in t or self.account in t])

    def unlock(self):
        """Types the passphrase, goes to the cards and waits for ours."""
        self.d.fill("Passphrase", self.passphrase, secret=True)
        self.d.press("Unlock")
        self.d.press("Accounts", 30)
        self.d.wait_for(self.d.card_name(self.issuer, self.account), desk.PRESSABLE, 30)

    def nothing_left(self, when):
        """Fails if a copy of anything is left in memory, a moment after it was locked."""
        def clean():
            counts, read = self.copies()
            if read == 0:
                raise Skip("only root may look into the memory of a program that is not dumpable")
            self.last = counts, read
            return not counts

        try:
            until("a clean memory", clean, 10, pause=0.5)
        except Missing:
            counts, read = self.last
            raise Missing(f"{when}, in {read // 2**20} MiB: {counts}") from None
        self.figures.append(f"{when}: {self.last[1] // 2**20} MiB searched for {len(self.wanted())} texts, 0 copies")


@step("an account is enrolled, its code copied, its picture shown, a login made")
def enrolled(j):
    j.d.start()
    j.d.press("Enroll")
    j.d.fill("Issuer", j.issuer)
    j.d.fill("Account name", j.account)
    j.d.fill("Password", j.password, secret=True)
    j.phone = Phone(j.d.read_qr("lock-enroll"))
    j.d.press("Save without checking")
    j.d.press("Accounts")
    j.d.wait_for(j.d.card_name(j.issuer, j.account), desk.PRESSABLE)
    j.phone.calm(8)
    j.codes.append(j.phone.code())
    j.d.press(j.d.card_name(j.issuer, j.account))
    j.d.says("copied")
    j.d.press("Login test")
    j.d.fill("User name", j.account)
    j.d.fill("Password", j.password, secret=True)
    j.d.fill("Code", j.phone.code())
    j.d.press("Log in")
    j.d.says("^accepted", 30)
    j.d.press("Accounts")
    j.d.press(re.compile(f"^More for {j.issuer}"))
    j.d.press("Edit…")
    j.d.fill("Note", j.note)
    j.d.press("Save")
    j.d.says("Saved")


@step("a test user of its own gets recovery codes, and logs in with one of them", needs=[enrolled])
def recovered(j):
    j.d.press("Login test")
    j.d.press("New test user…")
    j.d.fill("Name of the user", j.user)
    j.d.fill("Password (optional)", j.user_password, secret=True)
    j.d.press(re.compile(f"^Codes of {j.issuer}.* count$"))
    j.d.press("Save")
    j.d.wait_for(j.user, desk.PRESSABLE)
    j.d.press(j.user)
    j.d.press(f"More for {j.user}")
    j.d.press("Make recovery codes…")
    j.d.press("Make recovery codes")
    j.d.wait_for("I have written them down")
    j.shown_recovery()
    j.d.press("I have written them down")
    j.d.fill("Password", j.user_password, secret=True)
    j.d.fill("Code", j.recovery[0], secret=True)
    j.d.press("Log in")
    j.d.says("Recovery code used. 9 are left", 30)
    j.d.press("Accounts")


@step("without a passphrase Ctrl+L shows the way to one, and it is set", needs=[recovered])
def protected(j):
    j.d.keys("ctrl+l")
    j.d.says("Put a passphrase over the accounts")
    j.d.fill("Passphrase", j.passphrase, secret=True)
    j.d.fill("Passphrase again", j.passphrase, secret=True)
    j.d.shot("lock-set")
    j.d.press("Set the passphrase")
    j.d.says("The passphrase is set", 30)
    j.d.press("Close")


@step("before locking, names are in memory: the search finds what is there", needs=[protected])
def there(j):
    counts, read = j.copies()
    if read == 0:
        raise Skip("only root may look into the memory of a program that is not dumpable")
    assert {"the issuer", "the account", "the note"} <= set(counts), f"found {counts}"
    j.figures.append(f"before locking: {counts}")


@step("locked by Ctrl+L, with a draft and a search typed: no copy of anything is left in memory", needs=[protected])
def locked(j):
    j.d.press("Enroll")
    j.d.fill("Issuer", j.draft)
    j.d.read_qr("lock-draft")
    j.d.press("Accounts")
    # A password that stays in its field only until the page is left.
    j.d.press("Login test")
    j.d.fill("Password", j.user_password, secret=True)
    j.d.press("Accounts")
    j.d.fill("Search", j.issuer[:9])
    j.phone.calm(3)
    j.codes.append(j.phone.code())
    j.d.press(j.d.card_name(j.issuer, j.account))
    until("the code on the clipboard", lambda: (j.d.clipboard() or "").strip() == j.codes[-1])
    j.d.keys("ctrl+l")
    j.is_locked()
    j.d.shot("locked")
    until("a clipboard without the code", lambda: (j.d.clipboard() or "").strip() != j.codes[-1], 5)
    j.nothing_left("after Ctrl+L")


@step("a wrong passphrase is refused and leaves nothing", needs=[locked])
def wrong(j):
    j.d.fill("Passphrase", j.draft, secret=True)
    j.d.press("Unlock")
    j.d.says("The passphrase is wrong", 30)
    j.nothing_left("after a wrong passphrase")


@step("the right one brings the account back, with its code and history", needs=[locked])
def unlocked(j):
    j.unlock()
    until("the phone's code", lambda: j.d.card_code(j.issuer, j.account) == j.phone.code(), 5)
    j.d.press("Login test")
    j.d.says(j.account)


@step("locked while new recovery codes are shown and a password is typed: nothing is left", needs=[unlocked])
def with_recovery_codes(j):
    j.d.press("Login test")
    j.d.fill("User name", j.user)
    j.d.fill("Password", j.user_password, secret=True)
    j.d.press(f"More for {j.user}")
    j.d.press("Make recovery codes…")
    j.d.press("Make recovery codes")
    j.d.wait_for("I have written them down")
    j.shown_recovery()
    counts, read = j.copies()
    if read == 0:
        raise Skip("only root may look into the memory of a program that is not dumpable")
    there = [name for name in counts if name.startswith("recovery code 1") and name.endswith(tuple("0123456789"))]
    assert len(there) == 10, f"while they are shown: {counts}"
    j.d.keys("ctrl+l")
    j.is_locked()
    j.nothing_left("after Ctrl+L over recovery codes")
    j.unlock()


@step("the desktop locks its screen: locked, and nothing is left in memory", needs=[unlocked])
def by_the_screen(j):
    j.d.press("Accounts")
    j.phone.calm(5)
    j.codes.append(j.phone.code())
    until("the code on the card", lambda: j.d.card_code(j.issuer, j.account) == j.codes[-1], 5)
    signal = ["gdbus", "emit", "--session", "--object-path", "/org/gnome/ScreenSaver",
              "--signal", "org.gnome.ScreenSaver.ActiveChanged"]
    sh(*signal, "false")
    assert j.d.card_code(j.issuer, j.account), "the end of a screen lock locked it"
    assert sh(*signal, "true")[0] == 0
    j.is_locked(5)
    j.nothing_left("after the screen's lock")


@step("killed and started again it asks, and so does the terminal", needs=[unlocked])
def again(j):
    j.d.kill()
    j.d.start()
    j.is_locked()
    code, out = sh(j.d.binary, "list")
    assert (code, out) == (4, ""), f"code {code}, {out!r}"
    path = os.path.join(os.environ["TMPDIR"], "passphrase")
    with open(path, "w", encoding="utf-8") as file:
        file.write(j.passphrase + "\n")
    code, out = sh(j.d.binary, "list", "--password-file", path)
    os.remove(path)
    assert code == 0 and j.account in out, f"code {code}, {out!r}"
    j.unlock()


@step("the keyring holds one older state in the clear, and the folder none", needs=[again])
def in_the_keyring(j):
    code, out = sh("secret-tool", "search", "--all", "service", "halfminute")
    assert code == 0
    clear = re.findall(r'^secret = hm1\..*"schema":1,', out, re.MULTILINE)
    closed = re.findall(r'^secret = hm1\..*"schema":2,', out, re.MULTILINE)
    assert closed and len(clear) <= 1, f"{len(clear)} in the clear, {len(closed)} under the passphrase"
    found, read = desk.files_with(j.phone.secret, [os.environ[k] for k in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR")])
    assert not found and read >= 3, f"found in {found}, {read} files read"
    j.figures.append(f"generations in the clear: {len(clear)}, under the passphrase: {len(closed)}")


if __name__ == "__main__":
    sys.exit(run(Journey(sys.argv[1])))

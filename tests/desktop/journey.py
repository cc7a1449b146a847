"""The whole way of an account, in the real window: enroll, scan, confirm, copy, log in, be refused, crash, come back.

Each step prints `ok N name` or `FAIL N name: why`; the last line counts. A step that needs a failed one is skipped.
"""

import os
import random
import re
import subprocess
import sys
import time

import desk
from desk import FIELDS, Desk, Missing, Phone, files_with, sh, until
from steps import Skip, run, step

ISSUER, ACCOUNT, PASSWORD = "Example Bank", "alice@example.org", "correct horse 7"
# The words of the window that the journey looks for. `re.IGNORECASE` applies to all.
ACCEPTED, REFUSED = r"^accepted", r"^refused"
ALREADY_USED, TOO_OLD, WRONG_PASSWORD = r"already used", r"\b5 steps late\b.*\b2 min 30 s\b", r"wrong password"
CLEARING = 30

class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.phone, self.figures, self.used, self.copied_at = Desk(binary), None, [], None, 0.0
        self.idle_cost = 0.0

    def figure(self, text):
        """A measured figure, for the report: not judged here."""
        self.figures.append(text)

    def log_in(self, code, password=PASSWORD):
        """Types a login and presses the button."""
        self.d.press("Login test")
        self.d.fill("User name", ACCOUNT)
        self.d.fill("Password", password, secret=True)
        self.d.fill("Code", code)
        self.d.press("Log in")

    def verdict(self, sign, reason):
        """Waits for a verdict with a reason near it. The verdict is the first text with a sign: the history is below it."""
        def seen():
            texts = [t for n in self.d.tree() for t in (n.name, n.description) if t]
            at = next((i for i, t in enumerate(texts) if re.search(f"{ACCEPTED}|{REFUSED}", t, re.IGNORECASE)), None)
            return (
                at is not None and re.search(sign, texts[at], re.IGNORECASE)
                and re.search(reason, "\n".join(texts[at : at + 5]), re.IGNORECASE)
            )

        try:
            until(f"the verdict {sign} with {reason}", seen)
        except Missing as missing:
            raise Missing(f"{missing}. There is: {self.d.texts()}") from None


@step("without a display it says so, with an exit code and no panic")
def no_display(j):
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET")}
    done = desk.subprocess.run(
        [j.d.binary], env=env, stdin=desk.subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode not in (0, 101) and 0 < done.returncode < 126, f"exit code {done.returncode}"
    assert re.search("display|screen", done.stderr, re.IGNORECASE), f"stderr: {done.stderr!r}"
    assert "panicked" not in done.stderr and "src/" not in done.stderr, f"stderr: {done.stderr!r}"
    j.figure(f"no display: exit code {done.returncode}, {done.stderr.strip()!r}")


@step("the window opens and its tabs have names")
def opens(j):
    j.figure(f"start to a window with widgets: {j.d.start():.2f} s")
    for tab in ("Accounts", "Enroll", "Login test"):
        j.d.wait_for(tab, desk.PRESSABLE)
    j.d.shot("first-start")


@step("every field and button has an accessible name, on every tab", needs=[opens])
def all_named(j):
    nameless = []
    for tab in ("Accounts", "Enroll", "Login test"):
        j.d.press(tab)
        until(f"{tab} shown", lambda t=tab: (n := j.d.find(t)) and {"pressed", "checked", "selected"} & set(n.states()))
        nameless += [f"{tab}: {n.role}" for n in j.d.tree() if n.role in FIELDS | desk.PRESSABLE and not n.name.strip()]
    assert not nameless, f"without a name: {nameless}"


@step("by the keyboard alone: Ctrl+2, Tab to the fields, type an account", needs=[opens])
def typed(j):
    j.d.press("Accounts")
    j.d.wait_for("Accounts")
    j.d.keys("ctrl+2")
    j.d.wait_for("Issuer", FIELDS)
    j.d.tab_to("Issuer", FIELDS)
    j.d.write(ISSUER)
    j.d.tab_to("Account name", FIELDS)
    j.d.write(ACCOUNT)
    j.d.tab_to("Password", FIELDS)
    j.d.write(PASSWORD, secret=True)


@step("a password stands nowhere in the accessibility tree", needs=[typed])
def hidden(j):
    for node in j.d.tree():
        assert PASSWORD not in node.name + node.description, f"{node} holds the password"
        if node.role in FIELDS:
            assert PASSWORD not in node.text(), f"{node} holds the password"


@step("a phone reads the QR code from the screen, in the light theme", needs=[typed])
def light(j):
    j.d.menu("Theme: light")
    address = j.d.read_qr("enroll-light")
    j.phone = Phone(address)
    assert (j.phone.kind, j.phone.issuer, j.phone.account) == ("totp", ISSUER, ACCOUNT), \
        f"{j.phone.kind}, {j.phone.issuer}, {j.phone.account}"
    assert len(j.phone.secret) >= 32, f"a secret of {len(j.phone.secret)} letters"


@step("and in the dark theme, the same", needs=[light])
def dark(j):
    bright = j.d.brightness()
    j.d.menu("Theme: dark")
    until("a darker window", lambda: j.d.brightness() < bright - 0.1)
    assert Phone(j.d.read_qr("enroll-dark")).secret == j.phone.secret, "another secret than in the light theme"


@step("a wrong code does not confirm", needs=[light])
def wrong_code(j):
    right = {j.phone.code(n) for n in range(-12, 13)}
    wrong = next(c for c in ("000000", "111111", "222222") if c not in right)
    j.d.fill("Code", wrong)
    node = j.d.wait_for("Save", desk.PRESSABLE)
    if "enabled" in node.states():
        j.d.press("Save")
        j.d.says(r"does not match|wrong code|not the code|no code|not match|does not fit|no step")
    assert j.d.find("Code", FIELDS), "the form is gone"


@step("the phone's code confirms, and the account stands on its card", needs=[light])
def saved(j):
    j.phone.calm(6)
    j.d.fill("Code", j.phone.code())
    j.d.tab_to("Save", desk.PRESSABLE)
    j.d.keys("Return")
    j.d.says(r"saved")
    j.d.shot("saved")
    j.d.press("Accounts")
    j.d.wait_for(j.d.card_name(ISSUER, ACCOUNT), desk.PRESSABLE)


@step("the card shows the phone's code", needs=[saved])
def shown(j):
    until("the phone's code on the card", lambda: j.d.card_code(ISSUER, ACCOUNT) == j.phone.code(), 5)
    j.d.shot("accounts-dark")


@step("copy puts the code on the clipboard, with the hint for clipboard managers", needs=[shown])
def copied(j):
    j.phone.calm(8)
    j.d.press(j.d.card_name(ISSUER, ACCOUNT))
    code = j.phone.code()
    until("the code on the clipboard", lambda: (j.d.clipboard() or "").strip() == code)
    j.copied_at = time.monotonic()
    targets = (j.d.clipboard("TARGETS") or "").split()
    assert "x-kde-passwordManagerHint" in targets, f"targets: {targets}"
    hint = j.d.clipboard("x-kde-passwordManagerHint")
    assert hint == "secret", f"the hint says {hint!r}"
    assert code not in (j.d.clipboard(selection="primary") or ""), "the code is in PRIMARY"
    j.d.says(r"copied")


@step("a new step's code is on the card right after its boundary", needs=[shown])
def boundary(j):
    j.phone.calm(1.5)
    begins = (int(time.time() // j.phone.period) + 1) * j.phone.period
    wanted = j.phone.code(at=begins)
    assert j.d.card_code(ISSUER, ACCOUNT) != wanted, "the next code stands there already"
    until("the boundary", lambda: time.time() >= begins - 0.2, j.phone.period + 1)
    until("the new code", lambda: j.d.card_code(ISSUER, ACCOUNT) == wanted, 5, pause=0.002)
    j.figure(f"new code on the card after the boundary: {(time.time() - begins) * 1000:.0f} ms (reading included)")


@step("after the clearing time the code is gone from the clipboard", needs=[copied])
def cleared(j):
    digits = re.compile(r"^\s*\d{6}\s*$")
    until("a clipboard without the code", lambda: not digits.match(j.d.clipboard() or ""), CLEARING + 15, pause=0.2)
    after = time.monotonic() - j.copied_at
    j.figure(f"clipboard cleared after {after:.1f} s")
    assert after > CLEARING - 3, f"already after {after:.1f} s"


@step("idle, it costs little", needs=[saved])
def idle(j):
    begun, before = time.monotonic(), j.d.cpu_seconds()
    until("ten seconds", lambda: time.monotonic() - begun >= 10, 12, pause=0.5)
    used = j.d.cpu_seconds() - before
    j.idle_cost = used
    j.figure(f"idle with one card: {used:.2f} CPU seconds in 10 s")
    assert used < 5, f"{used:.2f} CPU seconds in 10 s: it draws without a pause"


@step("minimised, it costs next to nothing, and comes back with the code of now", needs=[idle])
def minimised(j):
    window = j.d.window()
    sh("xdotool", "windowminimize", "--sync", window)
    begun, before = time.monotonic(), j.d.cpu_seconds()
    until("ten seconds", lambda: time.monotonic() - begun >= 10, 12, pause=0.5)
    used = j.d.cpu_seconds() - before
    j.figure(f"minimised: {used:.2f} CPU seconds in 10 s")
    assert used <= j.idle_cost + 0.02, f"{used:.2f} CPU seconds minimised, {j.idle_cost:.2f} in sight"
    sh("xdotool", "windowactivate", "--sync", window)
    until("the phone's code on the card", lambda: j.d.card_code(ISSUER, ACCOUNT) == j.phone.code(), 5)


@step("an address is pasted, shown with its code, and saved", needs=[opens])
def pasted(j):
    other = Phone("otpauth://totp/Pasted:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Pasted")
    clip = subprocess.Popen(["xclip", "-selection", "clipboard", "-loops", "1"], stdin=subprocess.PIPE)
    clip.communicate(other.address.encode(), timeout=10)
    j.d.press("Enroll")
    j.d.press("Add an account I already have")
    j.d.go_to("Address or key")
    other.calm(4)
    j.d.keys("ctrl+v")
    code = other.code()
    j.d.says(f"Live code {code[:3]} {code[3:]}")
    j.d.press("Save")
    j.d.press("Accounts")
    until("the code on its card", lambda: j.d.card_code("Pasted", "bob") == other.code(), 10)
    j.d.press("Enroll")
    j.d.press("Create a new secret")


@step("user name, password and the phone's code are accepted", needs=[saved])
def accepted(j):
    j.phone.next_step()
    j.used = j.phone.code()
    j.log_in(j.used)
    j.verdict(ACCEPTED, "current|accepted")
    j.d.shot("login-accepted")


@step("the same code again is already used", needs=[accepted])
def already_used(j):
    j.log_in(j.used)
    j.verdict(REFUSED, ALREADY_USED)
    j.d.shot("login-already-used")


@step("a code of five steps ago is too old, with the right drift", needs=[saved])
def too_old(j):
    j.phone.calm(10)
    j.log_in(j.phone.code(-5))
    j.verdict(REFUSED, TOO_OLD)
    j.d.shot("login-too-old")


@step("a wrong password is named", needs=[saved])
def wrong_password(j):
    j.log_in(j.phone.code(), password="wrong " + PASSWORD)
    j.verdict(REFUSED, WRONG_PASSWORD)


@step("an unknown user is named", needs=[saved])
def unknown_user(j):
    j.d.fill("User name", "nobody")
    j.d.fill("Password", PASSWORD, secret=True)
    j.d.fill("Code", j.phone.code())
    j.d.press("Log in")
    j.verdict(REFUSED, "unknown user")


@step("after a login no copy of the password is left in the program's memory", needs=[accepted])
def forgotten(j):
    # Passwords that were typed stand in the memory of the X server's and the test's processes, not in ours.
    secret = "zq" + "".join(random.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(14))
    j.log_in(j.phone.code(), password=secret)
    j.verdict(REFUSED, WRONG_PASSWORD)
    j.d.press("Accounts")
    copies, read = j.d.memory_holds(secret)
    if read == 0:
        raise Skip("only root may look into the memory of a program that is not dumpable")
    assert copies == 0, f"{copies} copies in {read // 2**20} MiB"
    # The search itself works: a name that is on the screen is found.
    assert j.d.memory_holds(ACCOUNT)[0] > 0
    j.figure(f"memory searched for a typed password: {read // 2**20} MiB, {copies} copies")


@step("killed without warning and started again: the account is there", needs=[accepted])
def killed(j):
    j.phone.next_step()
    j.used = j.phone.code()
    j.log_in(j.used)
    j.verdict(ACCEPTED, "current|accepted")
    j.d.kill()
    j.figure(f"start with one account: {j.d.start():.2f} s")
    j.d.press("Accounts")
    j.d.wait_for(j.d.card_name(ISSUER, ACCOUNT), desk.PRESSABLE)
    until("the phone's code on the card", lambda: j.d.card_code(ISSUER, ACCOUNT) == j.phone.code(), 5)


@step("its used step is there", needs=[killed])
def still_used(j):
    j.log_in(j.used)
    j.verdict(REFUSED, ALREADY_USED)


@step("its history is there", needs=[killed])
def history(j):
    j.d.press("Login test")
    # it stands under the verdict, and only the lines that can be seen are there
    sh("xdotool", "mousemove", "640", "400", "click", "--repeat", "30", "--delay", "5", "5")
    for reason in (r"accepted", r"already used|already-used", r"steps late|too old|too-old", r"wrong.password"):
        j.d.says(reason)
    j.d.shot("login-history")


@step("the keyring holds the vault", needs=[saved])
def in_keyring(j):
    code, out = sh("secret-tool", "search", "--all", "service", "halfminute")
    assert code == 0 and len(re.findall(r"^label = .+", out, re.MULTILINE)) >= 1, f"code {code}, {len(out)} characters"
    assert ACCOUNT not in "".join(re.findall(r"^(?:label|attribute).*", out, re.MULTILINE)), "a label names the account"


@step("no file under the home folder holds the secret in raw, base32, hex or base64", needs=[saved])
def no_traces(j):
    folders = [os.environ[k] for k in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR")]
    found, read = files_with(j.phone.secret, folders)
    assert not found, f"found in {found}"
    assert read >= 3, f"only {read} files were there to look into"
    j.figure(f"files searched for the secret: {read}")


@step("its folder and files are its owner's alone", needs=[saved])
def private(j):
    open_to_others = []
    for folder, _, names in os.walk(os.environ["HOME"]):
        if "halfminute" not in folder.lower():
            continue
        for path in [folder] + [os.path.join(folder, n) for n in names]:
            if os.lstat(path).st_mode & 0o077:
                open_to_others.append(path)
    assert not open_to_others, f"open to others: {open_to_others}"


@step("closing the window ends it with code 0", needs=[saved])
def closed(j):
    j.d.keys("alt+F4")
    until("the end of the program", lambda: j.d.process.poll() is not None, 10)
    assert j.d.process.returncode == 0, f"exit code {j.d.process.returncode}"


if __name__ == "__main__":
    sys.exit(run(Journey(sys.argv[1])))

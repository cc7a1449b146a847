"""The whole way of an account, in the real window: enroll, scan, confirm, copy, log in, be refused, crash, come back.

Each step prints `ok N name` or `FAIL N name: why`; the last line counts. A step that needs a failed one is skipped.
"""

import os
import re
import sys
import time

import desk
from desk import FIELDS, Desk, Missing, Phone, files_with, sh, until

ISSUER, ACCOUNT, PASSWORD = "Example Bank", "alice@example.org", "correct horse 7"
# The words of the window that the journey looks for. `re.IGNORECASE` applies to all.
ACCEPTED, REFUSED = r"^accepted", r"^refused"
ALREADY_USED, TOO_OLD, WRONG_PASSWORD = r"already used", r"\b5 steps late\b.*\b2 min 30 s\b", r"wrong password"
CLEARING = 30

STEPS = []


def step(name, needs=()):
    """Registers a step; `needs` names the functions of the steps without which it makes no sense."""
    def register(function):
        STEPS.append((name, function, needs))
        return function

    return register


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.phone, self.figures, self.used, self.copied_at = Desk(binary), None, [], None, 0.0

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
    j.figure(f"idle with one card: {used:.2f} CPU seconds in 10 s")
    assert used < 5, f"{used:.2f} CPU seconds in 10 s: it draws without a pause"


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


def main():
    j, passed, failed, skipped = Journey(sys.argv[1]), 0, [], []
    try:
        for number, (name, function, needs) in enumerate(STEPS, 1):
            if any(n in failed or n in skipped for n in needs):
                skipped.append(function)
                print(f"skip {number} {name}", flush=True)
                continue
            begun = time.monotonic()
            try:
                function(j)
            except Exception as why:  # pylint: disable=broad-except  (whatever went wrong, the next steps still run)
                failed.append(function)
                kind = "" if isinstance(why, (Missing, AssertionError)) else f"{type(why).__name__}: "
                print(f"FAIL {number} {name}: {kind}{why}", flush=True)
                j.d.shot(f"fail-{number:02}-{function.__name__}")
            else:
                passed += 1
                print(f"ok {number} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    finally:
        j.d.stop()
    for figure in j.figures:
        print(f"figure: {figure}")
    print(f"{passed} passed, {len(failed)} failed" + (f", {len(skipped)} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The login test in the real window over a real keyring: every reason for a refusal, lock-outs that outlive the program, test users,
recovery codes, two codes in a row, counters. The codes come from oathtool, for moments of its own: nothing waits for a clock.

Usage: tests/desktop/run.sh --script tests/desktop/login.py [BINARY]
"""

import re
import sys
import time

import desk
from desk import FIELDS, Desk, Missing, Phone, sh, until
from steps import run, step

ALICE, BOB, HILDA, PASSWORD = "alice@example.org", "bob", "hilda", "correct horse 7"


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.phone, self.figures, self.last = Desk(binary), None, [], None

    def log_in(self, user, code, password=PASSWORD, secret=False):
        """Logs in, and waits until the answer is there: it is another one than before, even where it says the same."""
        self.d.press("Login test")
        self.d.fill("User name", user)
        self.d.fill("Password", password, secret=True)
        self.d.fill("Code", code, secret=secret)
        self.d.press("Log in")

        def answered():
            field, button = self.d.find("Code", FIELDS), self.d.find("Log in", desk.PRESSABLE)
            return field and button and not field.text() and "enabled" in button.states()

        until("an answer", answered)

    def verdict(self, sign, reason):
        """What stands in the window, as one text; fails if the verdict or its reason is another one."""
        def seen():
            texts = self.d.texts()
            at = next((i for i, text in enumerate(texts) if text in ("Accepted", "Refused")), None)
            self.last = texts
            return at is not None and texts[at] == sign and re.search(reason, "\n".join(texts[at : at + 6]), re.IGNORECASE)

        try:
            until(f"{sign}: {reason}", seen)
        except Missing as missing:
            raise Missing(f"{missing}. There is: {self.last}") from None

    def new_user(self, name, account, rules=None, password=PASSWORD):
        """Makes a test user for the account whose title begins so."""
        self.d.press("Login test")
        self.d.press("New test user…")
        self.d.fill("Name of the user", name)
        self.d.fill("Password (optional)", password, secret=True)
        self.d.press(re.compile(f"^Codes of {account}.* count$"))
        if rules:
            self.d.press(rules)
        self.d.press("Save")
        until("the end of the dialog", lambda: not self.d.find("Name of the user", FIELDS))
        self.d.wait_for(name, desk.PRESSABLE)

    def wrong(self):
        """A code that is right at no step that is looked at."""
        near = {self.phone.code(steps) for steps in range(-62, 63)}
        return next(code for n in range(1000) if (code := f"{n * 1009:06}") not in near)

    def two_in_a_row(self, user, first, second):
        """Asks where two codes lie, from the menu of a user."""
        self.d.fill("User name", user)
        self.d.press(f"More for {user}")
        self.d.press("Two codes in a row…")
        self.d.fill("First code", first, secret=True)
        self.d.fill("The next code", second, secret=True)
        self.d.press("Look for them")
        until("the end of the dialog", lambda: not self.d.find("First code", FIELDS))


@step("an account is enrolled; a second test user shares it, by the rules of a lab")
def enrolled(j):
    j.d.start()
    j.d.press("Enroll")
    j.d.fill("Issuer", "Example")
    j.d.fill("Account name", ALICE)
    j.d.fill("Password", PASSWORD, secret=True)
    j.phone = Phone(j.d.read_qr("login-enroll"))
    j.d.press("Save without checking")
    j.d.says("is saved")
    j.new_user(BOB, "Example", "Lab")


@step("the second user logs in, and is refused for every reason by its name", needs=[enrolled])
def reasons(j):
    j.phone.calm(10)
    code = j.phone.code()
    j.log_in(BOB, code)
    j.verdict("Accepted", "the code is the current one")
    j.log_in(BOB, code)
    j.verdict("Refused", "already used")
    wrong = j.wrong()
    for typed, said in [
        ("", "nothing was typed"), ("12", "2 characters instead of 6"), ("12345x", "character 6 does not belong"),
        (wrong, "wrong code"), ("AAAA-BBBB-CCCC-DDDD", "no recovery code of this user is this one"),
    ]:
        j.log_in(BOB, typed)
        j.verdict("Refused", said)
    for steps, said in [(-5, r"too old: the code is [56] steps late \((2 min 30 s|3 min) ago\)"), (5, "from the future: the code is [45] steps early")]:
        j.log_in(BOB, j.phone.code(steps))
        j.verdict("Refused", said)
    j.log_in(BOB, wrong, password="wrong")
    j.verdict("Refused", "wrong password")
    j.log_in("nobody", wrong)
    j.verdict("Refused", "unknown user")
    j.d.shot("login-reasons")


@step("four failures are free; the fifth locks the recommended user out, whatever is typed then", needs=[reasons])
def locked(j):
    wrong = j.wrong()
    for failures in range(1, 6):
        j.log_in(ALICE, wrong)
        j.verdict("Refused", "wrong code")
        j.d.says(f"^{failures} of 100 failures in a row, {failures} of 10 within 24 hours")
    j.log_in(ALICE, j.phone.code(1))
    j.verdict("Refused", "locked until .* too many failures in a row")
    j.d.shot("login-locked-out")


@step("killed and started again, it is locked out all the same", needs=[locked])
def still_locked(j):
    j.d.kill()
    j.d.start()
    j.log_in(ALICE, j.phone.code(1))
    j.verdict("Refused", "locked until .* too many failures in a row")


@step("its owner resets the counters: the right code is accepted", needs=[still_locked])
def reset(j):
    j.d.press("Reset counters now")
    j.d.says(f"The failures of {ALICE} are forgotten")
    j.phone.calm(8)
    j.log_in(ALICE, j.phone.code(1))
    j.verdict("Accepted", "1 step early")
    j.d.says("^0 of 100 failures in a row")


@step("a recovery code is accepted once", needs=[enrolled])
def recovery(j):
    j.d.press("Login test")
    j.d.fill("User name", ALICE)
    j.d.press(f"More for {ALICE}")
    j.d.press("Make recovery codes…")
    j.d.press("Make recovery codes")
    j.d.wait_for("I have written them down")
    codes = [text for text in j.d.texts() if re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", text)]
    assert len(set(codes)) == 10, f"{len(codes)} recovery codes"
    j.d.shot("login-recovery")
    j.d.press("I have written them down")
    j.log_in(ALICE, codes[3], secret=True)
    j.verdict("Accepted", "recovery code used. 9 are left")
    # Small letters and spaces are the same code.
    j.log_in(ALICE, codes[3].lower().replace("-", " "), secret=True)
    j.verdict("Refused", "this recovery code was used before")


@step("two codes in a row say how far ahead a phone is; its window is moved there, and back", needs=[reasons])
def resync(j):
    j.d.press("Login test")
    begun = time.time()

    def later(steps):
        return j.phone.code(steps, begun)

    j.two_in_a_row(BOB, later(7), later(9))
    j.verdict("Refused", "not two codes in a row")
    j.two_in_a_row(BOB, later(7), later(8))
    j.verdict("Accepted", r"the phone's clock is (3 min 30 s|4 min) ahead \([78] steps\)")
    j.d.press("Store this drift")
    j.d.says("steps after this clock from now on")
    j.log_in(BOB, j.phone.code())
    j.verdict("Refused", "outside of the window around the stored drift")
    j.log_in(BOB, later(9))
    j.verdict("Accepted", "within the window")
    j.d.press("Forget the stored drift")
    j.d.says("The drift is forgotten")


@step("a counter that has run three ahead is accepted, and what was skipped is used up", needs=[enrolled])
def counter(j):
    j.d.press("Enroll")
    j.d.press("Create a new secret")
    j.d.fill("Issuer", "Token")
    j.d.fill("Account name", HILDA)
    j.d.fill("Password", PASSWORD, secret=True)
    j.d.press("Advanced")
    j.d.press("Counter (HOTP)")
    token = Phone(until("a counter's address", lambda: next(iter(re.findall("^otpauth://hotp.*", j.d.read_qr("login-counter"))), None)))
    j.d.press("Save without checking")
    j.d.says(f"{HILDA}.*is saved")

    def code(at):
        return sh("oathtool", "--hotp", "-b", "-c", str(at), "-", text_in=token.secret + "\n")[1].strip()

    j.log_in(HILDA, code(3))
    j.verdict("Accepted", "3 ahead of the counter")
    j.log_in(HILDA, code(1))
    j.verdict("Refused", "already used")
    j.log_in(HILDA, code(4 + 30))
    j.verdict("Refused", "from the future: the code is 30 ahead of the counter")
    j.two_in_a_row(HILDA, code(34), code(35))
    j.verdict("Accepted", "counter was 31 ahead, and goes on from there")
    j.log_in(HILDA, code(36))
    j.verdict("Accepted", "the code is that of the counter")


if __name__ == "__main__":
    sys.exit(run(Journey(sys.argv[1])))

"""What a screen reader reads out by itself, over the real accessibility bus: a copied code, a refused login; and nothing while nothing
happens.

Usage: tests/desktop/run.sh --script tests/desktop/heard.py [BINARY]
"""

import re
import sys
import time

import pyatspi
from gi.repository import GLib

from desk import Missing, until
from looks import KEY, Looks
from steps import run, step

QUIET = 10


class Listener:
    """Hears every announcement of the program."""

    def __init__(self, binary):
        self.k, self.heard, self.figures = Looks(binary), [], []
        self.d = self.k.d
        pyatspi.Registry.registerEventListener(self.hear, "object:announcement")

    def hear(self, event):
        """One announcement: its text, and 2 if it interrupts what is being read."""
        self.heard.append((str(event.any_data), event.detail1))

    def listen(self):
        """Takes in what has arrived, and gives all of it."""
        while GLib.MainContext.default().iteration(False):
            pass
        return self.heard

    def hears(self, pattern):
        """Waits for an announcement; gives it and forgets those before."""
        wanted = re.compile(pattern)
        try:
            found = until(pattern, lambda: next((said for said in self.listen() if wanted.search(said[0])), None))
        except Missing as missing:
            raise Missing(f"{missing}. What was read out: {self.heard}") from None
        del self.heard[: self.heard.index(found) + 1]
        return found

    def quiet(self):
        """Nothing is read out for ten seconds, in which a code ends."""
        until("the end of the message", lambda: not self.d.find("Undo") and not self.d.find(re.compile("^Copied")), 15)
        until("the end of a code", lambda: time.time() % 30 > 24, 31)
        self.listen()
        self.heard.clear()
        ends = time.monotonic() + QUIET
        until("ten quiet seconds", lambda: self.listen() or time.monotonic() > ends, QUIET + 5, pause=0.1)
        assert not self.heard, f"read out while nothing happened: {self.heard}"


@step("an account is saved, and that is read out")
def saved(j):
    j.d.start()
    j.k.add("Mailbox", "alice")
    j.hears("^Mailbox .alice. is saved")


@step("a code is copied, and that is read out without the code", needs=[saved])
def copied(j):
    j.d.press("Accounts")
    j.d.press(j.d.card_name("Mailbox", "alice"))
    said, interrupts = j.hears("^Copied")
    assert interrupts != 2, "a copied code interrupts what is being read"
    digits = "".join(re.findall(r"\d", j.d.find(j.d.card_name("Mailbox", "alice")).description))
    assert len(digits) == 6 and digits not in re.sub(r"\D", "", said), f"the code is read out aloud: {said}"


@step("the code can be read digit by digit", needs=[saved])
def spelled(j):
    description = j.d.wait_for(j.d.card_name("Mailbox", "alice")).description
    assert re.fullmatch(r"\d( \d){5}", description), description


@step("the same message is read out again", needs=[copied])
def again(j):
    for _ in range(2):
        j.d.press(j.d.card_name("Mailbox", "alice"))
        j.hears("^Copied")


@step("nothing is read out while codes come and go", needs=[saved])
def idle(j):
    j.quiet()


@step("a refused login is read out at once, with its reason", needs=[saved])
def refused(j):
    j.k.enroll("Acme", "bob")
    j.d.press("Save without checking")
    j.hears("^Acme .bob. is saved")
    j.d.press("Login test")
    for _ in range(2):
        j.d.fill("User name", "bob")
        j.d.fill("Code", "12a456")
        j.d.press("Log in")
        _, interrupts = j.hears(r"^Refused\. Not a code")
        assert interrupts == 2, f"a refused login waits until others have been read: {interrupts}"


@step("nothing is read out beside a verdict that stays", needs=[refused])
def verdict_stays(j):
    j.quiet()


@step("a mistake in a form is read out", needs=[saved])
def mistake(j):
    j.k.paste(f"otpauth://totp/GitHub:alice?secret={KEY[:-1]}!")
    j.hears("The key in the address cannot be read")


if __name__ == "__main__":
    sys.exit(run(Listener(sys.argv[1])))

"""A machine without a keyring: it is said, an encrypted file is made, and the accounts come back with its passphrase.

Usage: tests/desktop/run.sh --no-keyring --script tests/desktop/without_keyring.py [BINARY]
"""

import os
import sys

import desk
from desk import Desk, Phone, files_with, until
from steps import run, step

PASSPHRASE = "seven green bottles hang"


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.phone, self.figures = Desk(binary), None, []
        self.folder = os.path.join(os.environ["XDG_DATA_HOME"], "halfminute")


@step("without a keyring it is said, and nothing is chosen")
def said(j):
    j.d.start()
    j.d.says("No keyring program answers")
    j.d.wait_for("Try again", desk.PRESSABLE)
    j.d.shot("no-keyring")
    there = [name for name in os.listdir(j.folder) if "vault" in name or "journal" in name]
    assert not there, f"made without being asked: {there}"


@step("the encrypted file is made with a passphrase typed twice", needs=[said])
def made(j):
    j.d.press("Use an encrypted file…")
    j.d.fill("Passphrase", PASSPHRASE, secret=True)
    j.d.fill("Passphrase again", PASSPHRASE, secret=True)
    j.d.shot("vault-file")
    j.d.press("Make the file")
    j.d.says("No accounts yet", 30)


@step("an account is enrolled into it", needs=[made])
def enrolled(j):
    j.d.press("Enroll")
    j.d.fill("Issuer", "Example")
    j.d.fill("Account name", "alice")
    j.phone = Phone(j.d.read_qr("file-enroll"))
    j.d.press("Save without checking")
    j.d.press("Accounts")
    until("the phone's code on the card", lambda: j.d.card_code("Example", "alice") == j.phone.code(), 10)


@step("killed and started again, it asks for the passphrase and refuses a wrong one", needs=[enrolled])
def locked(j):
    j.d.kill()
    j.d.start()
    j.d.says("The vault file is locked")
    j.d.fill("Passphrase", "not " + PASSPHRASE, secret=True)
    j.d.press("Unlock")
    j.d.says("The passphrase is wrong", 30)
    j.d.shot("vault-file-locked")


@step("the right passphrase brings the account back", needs=[locked])
def unlocked(j):
    j.d.fill("Passphrase", PASSPHRASE, secret=True)
    j.d.press("Unlock")
    until("the phone's code on the card", lambda: j.d.card_code("Example", "alice") == j.phone.code(), 30)


@step("no file holds the secret in raw, base32, hex or base64", needs=[unlocked])
def no_traces(j):
    found, read = files_with(j.phone.secret, [os.environ[k] for k in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR")])
    assert not found and read >= 3, f"found in {found}, {read} files read"


if __name__ == "__main__":
    sys.exit(run(Journey(sys.argv[1])))

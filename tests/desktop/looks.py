"""Pictures of every tab, in both themes and three sizes, for people to look at. Judges nothing.

Usage: tests/desktop/looks.sh [BINARY]; the pictures are then in target/desktop/looks/.
"""

import os
import sys

import desk
from desk import Desk, Missing, Phone, until

SIZES = [(420, 480), (960, 640), (2560, 1440)]
ACCOUNTS = [
    ("GitHub", "alice@example.org"), ("Mailbox", "alice"), ("Example Bank", "alice.liddell@a-rather-long-domain.example"),
    ("Städtische Bücherei", "größe"), ("Router", "admin"),
]


def enroll(d, issuer, account):
    """Makes an account as a person does."""
    d.press("Enroll")
    d.fill("Issuer", issuer)
    d.fill("Account name", account)
    phone = Phone(d.read_qr("work"))
    d.press("Save without checking")
    d.press("Accounts")
    d.wait_for(d.card_name(issuer, account), desk.PRESSABLE)
    return phone


def main():
    os.makedirs(desk.SHOTS, exist_ok=True)
    d = Desk(sys.argv[1])
    failed = 0

    def picture(name, then=lambda: None):
        nonlocal failed
        for theme in ("light", "dark"):
            for size in SIZES:
                try:
                    d.resize(*size)
                    d.menu(f"Theme: {theme}")
                    then()
                    until("the end of the menu", lambda: not d.find("Theme: light"), 3)
                    # Hover and the menu's shadow fade away with the pointer elsewhere.
                    desk.sh("xdotool", "mousemove", "2599", "1499")
                    picture_of_window(d, f"{name}-{theme}-{size[0]}x{size[1]}")
                except Missing as missing:
                    failed += 1
                    print(f"FAIL {name} {theme} {size}: {missing}")

    try:
        d.start()
        picture("accounts-empty", lambda: d.press("Accounts"))
        phones = []
        for issuer, account in ACCOUNTS:
            try:
                phones.append(enroll(d, issuer, account))
            except Missing as missing:
                failed += 1
                print(f"FAIL enroll {issuer}: {missing}")
        picture("accounts", lambda: d.press("Accounts"))
        d.press("Enroll")
        d.fill("Issuer", "Example Bank")
        d.fill("Account name", "bob@example.org")
        picture("enroll")
        picture("login-empty", lambda: d.press("Login test"))
        for code in (phones[0].code(), phones[0].code(), phones[0].code(-5), "000000") if phones else ():
            d.fill("User name", ACCOUNTS[0][1])
            d.fill("Code", code)
            d.press("Log in")
            d.says("^(accepted|refused)")
        picture("login")
    finally:
        d.stop()
    print(f"pictures: {desk.SHOTS}")
    return 1 if failed else 0


def picture_of_window(d, name):
    """The window alone, once two pictures in a row are nearly the same: animations have ended."""
    path, before = os.path.join(desk.SHOTS, f"{name}.png"), os.path.join(os.environ["TMPDIR"], "before.png")

    def still():
        desk.sh("import", "-window", d.window(), before)
        desk.sh("import", "-window", d.window(), path)
        done = desk.subprocess.run(
            ["compare", "-metric", "AE", "-fuzz", "3%", before, path, "null:"], capture_output=True, text=True, check=False
        )
        digits = done.stderr.split()[:1]
        return digits and float(digits[0]) < 2500

    try:
        until("a still picture", still, 5, pause=0.05)
    except Missing:
        pass
    print(f"picture {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

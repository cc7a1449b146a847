"""The three pictures of the README, from the running program.

Usage: HALFMINUTE_SHOTS=assets tests/desktop/run.sh --script tests/desktop/readme_pictures.py [BINARY]
"""

import base64
import sys
import time

import desk
from desk import Phone, sh
from looks import Looks

SIZE = (960, 640)
ACCOUNTS = [
    ("GitHub", "alice@example.org"), ("Mailbox", "alice"), ("Example Bank", "alice.liddell"), ("Library", "reader 4711"),
    ("Router", "admin"), ("Cloud", "alice@example.org"), ("Forum", "white_rabbit"),
]


def main():
    k = Looks(sys.argv[1])
    k.d.start()
    try:
        for number, (issuer, account) in enumerate(ACCOUNTS):
            # A secret of its own for each, spelt from its number.
            key = base64.b32encode(bytes((number * 37 + place * 11) % 251 for place in range(20))).decode()
            k.paste(f"otpauth://totp/{issuer.replace(' ', '%20')}:{account.replace(' ', '%20')}?secret={key}")
            k.d.press("Save")
            k.d.wait_for(k.d.card_name(issuer, account))
        time.sleep(7)  # until the message at the bottom has gone
        k.enroll("Acme", "alice@example.org")
        k.d.resize(*SIZE)
        k.d.menu("Theme: light")
        phone = Phone(k.d.read_qr("enroll"))
        sh("xdotool", "mousemove", "2599", "1499")
        k.picture("enroll")
        k.d.press("Save without checking")
        k.d.says("saved")
        k.d.press("Accounts")
        time.sleep(7)  # until the message at the bottom has gone
        phone.calm(12)
        k.picture("accounts")
        k.d.press("Login test")
        phone.next_step()
        code = phone.code()
        for tried in (phone.code(1), code, phone.code(-5)):
            k.log_in(tried)
        sh("xdotool", "mousemove", "2599", "1499")
        k.picture("login-test")
    finally:
        k.d.stop()


if __name__ == "__main__":
    assert desk.SHOTS
    main()

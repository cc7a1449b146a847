"""The scenes of the login test for looks.py: forms, every verdict and reason, diagnoses, histories, dialogs."""

import glob
import os
import re
import sqlite3
import struct
import time

from desk import Phone, sh, until

SMALL, ALL = [(420, 480), (960, 640)], [(420, 480), (960, 640), (2560, 1440)]
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SCENES = []


def scene(function):
    """Registers a scene: a function that takes pictures."""
    SCENES.append(function)
    return function


def state():
    """The file of used steps, failures and history, for what would take a person days."""
    return sqlite3.connect(glob.glob(os.path.join(os.environ["XDG_DATA_HOME"], "halfminute", "state.sqlite"))[0])


def new_user(k, name, account, rules):
    """Makes a test user without a password."""
    k.d.press("New test user…")
    k.d.fill("Name of the user", name)
    row = re.compile(f"^Codes of {account}.* count$")
    # Rows out of sight are not there yet: the list is turned page by page.
    until(f"{account} in the list", lambda: k.d.find(row) or k.d.keys("Next"))
    k.d.press(row)
    k.d.press(rules)
    k.d.press("Save")
    until("the end of the dialog", lambda: not k.d.find("Name of the user"))


@scene
def login_nobody(k):
    """An account, and no test user."""
    k.add("Lonely", "zoe")
    k.pictures("login-nobody", lambda: k.d.press("Login test"), sizes=ALL)


@scene
def login(k):
    k.enroll("GitHub", "alice@example.org")
    k.phone = phone = Phone(k.d.read_qr("work"))
    k.d.press("Save without checking")
    k.d.says("is saved")
    k.d.press("Login test")
    k.pictures("login-empty", sizes=ALL)
    phone.calm(5)
    code = phone.code()
    for name, typed in [
        ("accepted", code), ("already-used", code), ("too-old", phone.code(-5)), ("far", phone.code(-50)),
        ("future", phone.code(3)), ("wrong", "000000"), ("not-a-code", "12a"),
    ]:
        k.log_in(typed)
        k.pictures(f"login-{name}", k.result, sizes=ALL if name in ("accepted", "far") else None)
    for n in range(10):
        k.log_in(phone.code(-6 - n))
    k.log_in("000000", user="nobody.with.such.a.long.name@a-rather-long-domain.example")
    k.pictures("login-history", k.down, k.top, ALL)


@scene
def verifier(k):
    """Test users, rules, lock-out, recovery codes, two codes in a row, drift."""
    k.enroll("Example", "eve@example.org")
    phone = Phone(k.d.read_qr("verifier"))
    k.d.press("Save without checking")
    k.d.says("is saved")
    k.d.press("Login test")
    k.d.fill("User name", "eve@example.org")
    k.dialog("user-new", lambda: k.d.press("New test user…"))
    k.dialog("user-edit", lambda: k.d.press("Edit eve@example.org…"), ALL)

    def own_rules():
        k.d.press("Edit eve@example.org…")
        k.d.press("Own rules")
        k.down()

    k.dialog("user-rules", own_rules)
    k.pictures("user-more", lambda: k.d.press("More for eve@example.org"), lambda: k.d.keys("Escape"))
    k.dialog("user-remove", lambda: (k.d.press("More for eve@example.org"), k.d.press("Remove this test user…")))
    k.dialog("recovery", lambda: (k.d.press("More for eve@example.org"), k.d.press("Make recovery codes…"), k.d.press("Make recovery codes")))
    for steps in (-3, -2, -4, -3, 4):
        k.log_in(phone.code(steps), user="eve@example.org")
        k.d.says("too old|from the future|locked")
    k.log_in(phone.code(), user="eve@example.org")
    k.d.says("locked until")
    k.pictures("login-locked", k.result)
    k.dialog("resync", lambda: k.d.press("Two codes in a row…"))
    k.d.press("Two codes in a row…")
    phone.calm(8)
    k.d.fill("First code", phone.code(-9), secret=True)
    k.d.fill("The next code", phone.code(-8), secret=True)
    k.d.press("Look for them")
    k.d.says("the phone's clock is")
    k.pictures("login-resync", k.result, sizes=ALL)
    k.d.press("Store this drift")
    k.d.says("from now on")
    k.log_in(phone.code(0), user="eve@example.org")
    k.d.says("outside of the window")
    k.pictures("login-drift", k.result, sizes=ALL)
    k.pictures("login-drift-end", k.down, k.top)
    k.d.fill("Filter the history", "late")
    k.pictures("history-nothing", k.down, k.top)
    k.d.fill("Filter the history", "old")
    k.pictures("history-filter", k.down, k.top)
    k.d.fill("Filter the history", "")
    k.dialog("history-clear", lambda: k.d.press("Clear the history…"))


@scene
def users(k):
    for n in range(30):
        k.enroll("Load", f"user{n:02}@example.org")
        k.d.press("Save without checking")
        k.d.says(f"user{n:02}.*is saved")
    k.pictures("login-users", lambda: k.d.press("Login test"), sizes=ALL)
    k.pictures("login-users-list", lambda: k.d.press("Choose a test user"), lambda: k.d.keys("Escape"))


@scene
def diagnosis(k):
    k.enroll("Lab", "carol@example.org")
    k.d.press("Advanced")
    k.d.press("SHA256")
    k.d.fill("Own secret (base32)", KEY, secret=True)
    k.pictures("phone-notes", k.down)
    k.d.press("Which apps, and who says so")
    k.pictures("phone-notes-open", k.down)
    k.d.press("Which apps, and who says so")
    ignoring = Phone(f"otpauth://totp/Lab:carol?secret={KEY}")
    k.d.fill("Code", ignoring.code())
    k.d.press("Save")
    k.d.says("ignores SHA-256")
    k.pictures("enroll-diagnosis", k.down)
    k.d.press("Save without checking")
    k.d.says("is saved")
    k.d.press("Login test")
    k.log_in(ignoring.code(), user="carol@example.org")
    k.d.says("ignores SHA-256")
    k.pictures("login-diagnosis")
    k.d.press("Search further")
    k.d.says("random code", 60)
    k.pictures("login-diagnosis-wide", k.result, sizes=ALL)
    # What matches by chance is another thing each time, and now and then nothing.
    if k.d.find(re.compile("more, which may be chance")):
        k.d.press(re.compile("more, which may be chance"))
        k.pictures("login-diagnosis-chance", k.down, k.top)
    k.log_in("271828", user="carol@example.org")
    k.d.says("nothing found|random code")
    k.pictures("login-diagnosis-nothing")
    k.d.press("Accounts")
    for name, more in [("Lab", ""), ("Long", "&algorithm=SHA512&digits=8"), ("Steam", "&encoder=steam")]:
        if more:
            k.add(name, "dora", more)
        k.dialog(f"explain-{name.lower()}", lambda name=name: k.card_menu(name, "How this code is computed…"))
        k.pictures(f"explain-{name.lower()}-end", lambda name=name: (k.card_menu(name, "How this code is computed…"), k.down()), lambda: k.d.keys("Escape"))


@scene
def login_more(k):
    """What the other scenes leave out: other reasons, limits, recovery codes, counters, a state that cannot be written."""
    k.enroll("Acme", "fay")
    k.d.fill("Password", "seven green bottles", secret=True)
    phone = Phone(k.d.read_qr("more"))
    k.d.press("Save without checking")
    k.d.says("is saved")
    k.d.press("Login test")
    k.d.fill("User name", "fay")
    k.d.fill("Password", "seven green bottles", secret=True)
    k.d.fill("Code", "123456")
    k.pictures("login-filled", k.top)
    k.d.fill("Password", "eight green bottles", secret=True)
    k.log_in(phone.code(), user="fay")
    k.d.says("wrong password")
    k.pictures("login-wrong-password", k.result)
    k.log_in(phone.code(), user="nobody")
    k.pictures("login-unknown-user", k.result)
    new_user(k, "gus", "Acme", "Lab")
    phone.calm(10)
    k.log_in(phone.code(-1), user="gus")
    k.d.says("1 step late|2 steps late")
    k.pictures("login-late-accepted", k.result)
    for name, code in [("empty", ""), ("short", "123"), ("no-recovery-code", "AAAA-BBBB-CCCC-DDDD")]:
        k.log_in(code, user="gus")
        k.pictures(f"login-{name}", k.result)
    k.dialog("recovery-asks", lambda: (k.d.press("More for gus"), k.d.press("Make recovery codes…")))
    k.d.press("More for gus")
    k.d.press("Make recovery codes…")
    k.d.press("Make recovery codes")
    k.d.wait_for("I have written them down")
    codes = [text for text in k.d.texts() if re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", text)]
    k.d.press("I have written them down")
    for name in ("recovered", "recovery-used"):
        k.log_in(codes[0], user="gus")
        k.pictures(f"login-{name}", k.result)
    k.d.press("More for gus")
    k.d.press("Two codes in a row…")
    for field in ("First code", "The next code"):
        k.d.fill(field, "123456", secret=True)
    k.d.press("Look for them")
    k.d.says("not two codes in a row")
    k.pictures("login-not-in-a-row", k.result)
    # A counter: three ahead, thirty ahead.
    k.enroll("Token", "hal")
    if not k.d.find("Counter (HOTP)"):
        k.d.press("Advanced")
    k.d.press("Counter (HOTP)")
    token = Phone(k.d.read_qr("token"))
    k.d.press("Save without checking")
    k.d.says("is saved")
    k.d.press("Login test")
    for name, at in [("ahead", 3), ("far-ahead", 34)]:
        k.log_in(sh("oathtool", "--hotp", "-b", "-c", str(at), "-", text_in=token.secret + "\n")[1].strip(), user="hal")
        k.pictures(f"login-counter-{name}", k.result)
    k.dialog("resync-counter", lambda: k.d.press("Two codes in a row…"))
    # Ten a day, and a hundred in a row: the file as it is then.
    new_user(k, "ida", "Acme", "Recommended")
    k.log_in("000000", user="ida")
    k.d.stop()
    with state() as file:
        user = file.execute("SELECT user FROM recent_failures ORDER BY id DESC LIMIT 1").fetchone()[0]
        columns = "user, at, at_nanos, run, going, going_nanos"
        for _ in range(9):
            file.execute(f"INSERT INTO recent_failures ({columns}) SELECT {columns} FROM recent_failures WHERE user = ? LIMIT 1", [user])
    k.d.start()
    k.d.press("Login test")
    k.log_in("000000", user="ida")
    k.d.says("in 24 hours")
    k.pictures("login-day", k.result)
    k.d.stop()
    with state() as file:
        file.execute("UPDATE failures SET count = 100 WHERE user = ?", [user])
    k.d.start()
    k.d.press("Login test")
    k.log_in("000000", user="ida")
    k.d.says("Disabled")
    k.pictures("login-disabled", k.result)
    # Another program holds the file.
    file = state()
    file.isolation_level = None
    file.execute("BEGIN EXCLUSIVE")
    try:
        k.d.fill("Code", "000000")
        k.d.press("Log in")
        k.d.says("cannot be read or written", 40)
        k.pictures("login-no-state", k.result)
    finally:
        file.execute("ROLLBACK")
        file.close()


@scene
def login_search(k):
    """A search while it goes on, and one that a second code made certain."""
    k.add("Clock", "ivy")
    k.d.press("Login test")
    new_user(k, "ivy", "Clock", "Lab")
    slow = Phone(f"otpauth://totp/Clock:ivy?secret={KEY}")
    begun = time.time()
    k.log_in(slow.code(-9, begun), user="ivy")
    k.d.says("random code")
    k.pictures("login-slow-clock", k.result)
    k.d.fill("The next code the phone shows", slow.code(-8, begun))
    k.d.press("Make certain")
    k.d.says("Both codes match")
    k.pictures("login-certain", k.result, sizes=ALL)
    k.pictures("login-certain-end", k.down, k.top)
    k.log_in("314159", user="ivy")
    k.d.says("nothing found|random code")

    def further():
        k.log_in("314159", user="ivy")
        k.d.says("nothing found|random code")
        k.down()
        k.d.press("Search further")

    k.pictures("login-searching", further, k.top)
    for name, more, kind in [("wide", "&algorithm=SHA512", "totp"), ("hotp", "&counter=41", "hotp")]:
        k.add(name, "jon", more, kind)

        def shown(name=name):
            k.card_menu(name, "How this code is computed…")

        k.dialog(f"explain-{name}", shown)
        k.pictures(f"explain-{name}-end", lambda shown=shown: (shown(), k.down()), lambda: k.d.keys("Escape"))
    k.dialog("explain-large", shown, [(2560, 1440)])


@scene
def login_long(k):
    """Thousands of lines, long names, and names from right to left."""
    k.d.stop()
    names = ["alice", "nobody.with.such.a.long.name@a-rather-long-domain.example", "דוגמה@example.org", "مثال", "山田太郎", ""]
    reasons = [
        ("accepted", 1, 0), ("too-old", 0, -5), ("recovery-code-used", 0, None), ("wrong-recovery-code", 0, None),
        ("resynchronised", 1, -20), ("counters-reset", 0, None), ("interrupted", 0, None), ("from-the-future", 0, 60),
    ]
    begun = int(time.time()) - 12_000 * 60
    with state() as file:
        for n in range(12_000):
            reason, accepted, drift = reasons[n % len(reasons)]
            title = f"{'Acme' if n % 3 else 'A very long name of an issuer that fits no table'} ({names[n % len(names)]})"
            file.execute(
                "INSERT INTO history (at, at_nanos, user, account, accepted, reason, drift, drift_seconds) VALUES (?, 0, ?, ?, ?, ?, ?, ?)",
                [struct.pack(">Q", begun + n * 60), names[n % len(names)], title, accepted, reason, drift, drift and drift * 30],
            )
    k.d.start()
    k.d.press("Login test")
    k.pictures("history-thousands", k.down, k.top, ALL)
    k.d.fill("Filter the history", "accepted acme")
    k.pictures("history-thousands-filter", k.down, k.top)
    k.d.fill("Filter the history", "")
    k.pictures("history-users", lambda: (k.down(), k.d.press("Lines of which user")), lambda: k.d.keys("Escape"))
    k.dialog("history-clear-thousands", lambda: k.d.press("Clear the history…"))

"""Other apps' files, by the keyboard alone: chosen in the menu, opened, filtered, ticked, compared, imported, and taken back.

Usage: tests/desktop/run.sh --script tests/desktop/import_by_keys.py [BINARY]. The file dialog is the desktop's own: a pretend zenity answers.
"""

import os
import re
import sys

from desk import FIELDS, PRESSABLE, Desk, Missing, Phone, until
from steps import run, step

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEYS = {
    "alice": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "bob": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "carol": "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
    "dave": "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA", "erin": "ONSWG4TFOQQGM33SEBSXE2LOEBTG66BA", "frank": "MZZGC3TLEBUXGIDOMFWWKZBAMZXW6YTB",
    "grace": "M5ZGCY3FEBUXGIDOMFWWKZBAMZXW6YTB",
}
BOX = {"check box"}


def address(name):
    """The address of a person's account."""
    return f"otpauth://totp/Example:{name}?secret={KEYS[name]}&issuer=Example"


class Journey:
    """What the steps hand to each other."""

    def __init__(self, binary):
        self.d, self.figures = Desk(binary), []
        folder = os.path.join(os.environ["TMPDIR"], "zenity")
        os.makedirs(folder)
        self.answer, self.list = os.path.join(folder, "answer"), os.path.join(folder, "accounts.txt")
        zenity = os.path.join(folder, "zenity")
        with open(zenity, "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\ncat {self.answer}\n")
        os.chmod(zenity, 0o700)
        os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
        with open(self.list, "w", encoding="utf-8") as file:
            file.write("".join(f"{address(name)}\n" for name in KEYS))

    def go(self, name, roles=PRESSABLE):
        """Tab to it, and press it."""
        self.d.tab_to(name, roles, 80)
        self.d.keys("space")

    def choose(self, path):
        """The menu, its line, and the desktop's answer."""
        with open(self.answer, "w", encoding="utf-8") as file:
            file.write(path)
        self.go("Menu")
        self.d.wait_for("Import…", PRESSABLE)
        self.go("Import…")

    def cards(self):
        """The names on the cards."""
        found = (re.match(r"Copy code of Example \((\w+)\)", node.name) for node in self.d.tree())
        return {match[1] for match in found if match}


@step("the window opens")
def opens(j):
    j.d.start()
    j.d.wait_for("Menu", PRESSABLE)


@step("a file is chosen in the menu, and all of it is listed", needs=[opens])
def listed(j):
    j.choose(j.list)
    j.d.says("7 entries: 7 new")
    j.d.wait_for("Import 7 accounts", PRESSABLE)


@step("the filter finds one, its tick is taken away, its code is the phone's", needs=[listed])
def ticked(j):
    j.d.tab_to("Filter", FIELDS)
    j.d.write("carol")
    until("one entry alone", lambda: len([n for n in j.d.tree() if n.role in BOX]) == 1)
    phone = Phone(address("carol"))
    phone.calm(4)
    code = phone.code()
    j.d.says(f"Live code {code[:3]} {code[3:]}")
    j.go(re.compile(r"Example \(carol\)"), BOX)
    j.d.wait_for("Import 6 accounts", PRESSABLE)
    j.d.tab_to("Filter", FIELDS, 80)
    j.d.keys("ctrl+a", "BackSpace")
    j.d.wait_for(re.compile(r"Example \(grace\)"), BOX)


@step("none are ticked, then one, then all that the filter leaves", needs=[ticked])
def several(j):
    j.go("Select none")
    until("the button at rest", lambda: (n := j.d.find("Import 0 accounts")) and "enabled" not in n.states())
    j.d.tab_to("Filter", FIELDS, 80)
    j.d.write("a")
    j.go("Select all")
    # Everybody whose name or issuer has the letter.
    j.d.wait_for("Import 7 accounts", PRESSABLE)
    j.go("Select none")
    j.go(re.compile(r"Example \(alice\)"), BOX)
    j.go(re.compile(r"Example \(bob\)"), BOX)
    j.d.wait_for("Import 2 accounts", PRESSABLE)


@step("Enter on the button imports them, and Ctrl+Z takes them back", needs=[several])
def taken_back(j):
    j.d.tab_to("Import 2 accounts", PRESSABLE, 80)
    j.d.keys("Return")
    j.d.says("2 accounts imported")
    until("their cards", lambda: j.cards() == {"alice", "bob"})
    phone = Phone(address("bob"))
    until("the phone's code on a card", lambda: j.d.card_code("Example", "bob") == phone.code(), 10)
    j.d.keys("ctrl+z")
    j.d.says("as it was before the import")
    until("no card", lambda: not j.cards())


@step("the same again, taken back with the button of the message", needs=[taken_back])
def pressed(j):
    j.choose(j.list)
    j.d.tab_to("Import 7 accounts", PRESSABLE, 80)
    j.d.keys("space")
    j.d.says("7 accounts imported")
    # It is the last of all, and stays for six seconds.
    j.d.keys("shift+Tab")
    until("the keyboard on Undo", lambda: (n := j.d.focused()) and n.name == "Undo", 5)
    j.d.keys("space")
    j.d.says("as it was before the import")
    until("no card", lambda: not j.cards())


@step("an encrypted file: a wrong password, the right one, Enter, and the accounts stay", needs=[taken_back])
def encrypted(j):
    j.choose(os.path.join(ROOT, "tests/fixtures/aegis/encrypted.json"))
    j.d.wait_for("Password of the file", FIELDS)
    until("the keyboard in the field", lambda: (n := j.d.focused()) and n.name == "Password of the file")
    j.d.write("not it", secret=True)
    j.d.keys("Return")
    j.d.says("The password is wrong")
    until("an empty field with the keyboard", lambda: (n := j.d.focused()) and n.name == "Password of the file" and not n.text())
    j.d.write("größe – 密码", secret=True)
    j.d.keys("Return")
    button = j.d.wait_for(re.compile("^Import [0-9]+ accounts$"), PRESSABLE, 60).name
    many = int(re.search("[0-9]+", button)[0])
    j.d.tab_to(button, PRESSABLE, 120)
    j.d.keys("Return")
    j.d.says(f"{many} accounts imported")
    j.figures.append(f"{many} accounts of an encrypted file were imported by the keyboard alone")


@step("Esc gives an import up, and nothing comes of it", needs=[encrypted])
def given_up(j):
    j.choose(j.list)
    j.d.wait_for("Import 7 accounts", PRESSABLE)
    j.d.keys("Escape")
    until("the end of the dialog", lambda: not j.d.find("Import 7 accounts"))
    try:
        until("a card", lambda: j.cards(), 1)
    except Missing:
        return
    raise AssertionError("accounts came that were given up")


if __name__ == "__main__":
    sys.exit(run(Journey(sys.argv[1])))

"""The scenes of icons for looks.py: cards of well-known issuers, the dialog of an account, the choice, and the page of the settings."""

import os

import desk
from desk import sh

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SIZES = [(420, 480), (960, 640), (1920, 1080)]
# Those with a dark, a light, a wide and a fine icon, and some that have none.
ISSUERS = [
    "GitHub", "Google", "PayPal", "Discord", "Proton", "Apple", "Example Bank", "Dropbox", "Steam", "Hetzner", "X", "Snapchat",
    "Mastodon", "Cloudflare", "Mailbox", "1Password", "Nextcloud", "PlayStation", "Revolut", "University of Wonderland", "Epic Games",
    "Bitwarden", "IONOS", "Samsung",
]
SCENES = []


def scene(function):
    """Registers a scene: a function that takes pictures."""
    SCENES.append(function)
    return function


@scene
def icons(k):
    """All of it, with usual contrast and with high contrast."""
    path = os.path.join(os.environ["TMPDIR"], "issuers.txt")
    with open(path, "w", encoding="utf-8") as file:
        for issuer in ISSUERS:
            name = issuer.replace(" ", "%20")
            file.write(f"otpauth://totp/{name}:alice@example.org?secret={KEY}&issuer={name}\n")
    k.d.stop()
    sh(k.d.binary, "import", path, timeout=120)
    os.remove(path)
    k.d.start()
    for contrast in ("Usual contrast", "High contrast"):
        high = "-high" if contrast == "High contrast" else ""

        def page(section):
            k.d.menu("Settings…")
            k.d.press(section)

        page("General")
        k.d.press(contrast)
        k.d.keys("Escape")
        k.pictures(f"icons{high}", lambda: k.d.press("Accounts"), sizes=SIZES)
        k.dialog(f"icons-settings{high}", lambda: page("Icons"))
        k.dialog(f"icons-edit{high}", lambda: k.card_menu("GitHub", "Edit…"))

        def choose():
            k.card_menu("GitHub", "Edit…")
            k.d.press("Choose an icon…")
            k.d.wait_for("Airbnb")
            desk.time.sleep(0.5)

        k.dialog(f"icons-choose{high}", choose)
        k.d.fill("Search", "")

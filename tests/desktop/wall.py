"""What stands on the screen behind the window: a wall with QR codes on it."""

import os

from desk import sh

# What the pictures in wall/ say; network.png is WIFI:T:WPA;S:home;P:hush;;, page.png https://example.org/login
KEYS = {"alice": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "bob": "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"}
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wall")


def hang(*codes):
    """Hangs a picture behind all windows, with codes (name, left, top) on it."""
    wall = os.path.join(os.environ["TMPDIR"], "wall.png")
    command = ["convert", "-size", os.environ["HALFMINUTE_SCREEN"], "gradient:#3b6ea5-#1d2b3a"]
    for name, left, top in codes:
        command += ["(", os.path.join(HERE, f"{name}.png"), "-filter", "point", "-resize", "260x260", ")"]
        command += ["-geometry", f"+{left}+{top}", "-composite"]
    code, said = sh(*command, wall, timeout=60)
    assert code == 0, said
    # It ends with 1 where it has hung it as well.
    sh("display", "-window", "root", wall)

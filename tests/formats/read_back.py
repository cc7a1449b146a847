"""Reads files that the program wrote for other apps, with nothing of the program: Python's own libraries and `cryptography`.

Usage: read_back.py FORMAT FILE [PASSWORD]; prints a list of [issuer, name, key in hex, hash, digits, kind, period or counter].
"""

import base64
import csv
import io
import json
import sys
from urllib.parse import parse_qs, unquote, urlsplit


def b32(text):
    """Base32 without padding."""
    return base64.b32decode(text + "=" * (-len(text) % 8)).hex()


def address(text):
    """An otpauth:// address."""
    parts = urlsplit(text.strip())
    query = {name: values[-1] for name, values in parse_qs(parts.query.replace("+", "%2B")).items()}
    label = parts.path.lstrip("/")
    issuer, _, name = label.partition(":") if ":" in label else ("", "", label)
    issuer, name = unquote(issuer), unquote(name)
    steam = parts.netloc == "steam" or query.get("encoder") == "steam"
    kind = "hotp" if parts.netloc == "hotp" else "steam" if steam else "totp"
    digits = 5 if steam else int(query.get("digits", 6))
    moving = int(query["counter"]) if kind == "hotp" else int(query.get("period", 30))
    return [query.get("issuer", issuer), name, b32(query["secret"]), query.get("algorithm", "SHA1").upper(), digits, kind, moving]


def aegis(text, password):
    """docs/vault.md of Aegis."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    vault = json.loads(text)
    db = vault["db"]
    if password is not None:
        slot = next(slot for slot in vault["header"]["slots"] if slot["type"] == 1)
        key = Scrypt(salt=bytes.fromhex(slot["salt"]), length=32, n=slot["n"], r=slot["r"], p=slot["p"]).derive(password.encode())
        params = slot["key_params"]
        master = AESGCM(key).decrypt(bytes.fromhex(params["nonce"]), bytes.fromhex(slot["key"] + params["tag"]), None)
        params = vault["header"]["params"]
        sealed = base64.b64decode(db) + bytes.fromhex(params["tag"])
        db = json.loads(AESGCM(master).decrypt(bytes.fromhex(params["nonce"]), sealed, None))
    else:
        assert vault["header"] == {"slots": None, "params": None}
    for entry in db["entries"]:
        info = entry["info"]
        moving = info["counter"] if entry["type"] == "hotp" else info["period"]
        yield [entry["issuer"], entry["name"], b32(info["secret"]), info["algo"], info["digits"], entry["type"], moving]


def twofas(text, _):
    """services[] of 2FAS, schema 4."""
    for service in json.loads(text)["services"]:
        otp = service["otp"]
        kind = otp["tokenType"].lower()
        moving = otp["counter"] if kind == "hotp" else otp["period"]
        yield [otp["issuer"], otp["account"], b32(service["secret"]), otp["algorithm"], otp["digits"], kind, moving]


def bitwarden(text, _):
    """Items with a TOTP field: an address, or steam://KEY with the names of the item."""
    for item in json.loads(text)["items"]:
        totp = item["login"]["totp"]
        if totp.startswith("steam://"):
            yield [item["name"], item["login"]["username"], b32(totp[8:]), "SHA1", 5, "steam", 30]
        else:
            yield address(totp)


def keepassxc(text, _):
    """The columns Title, Username, Notes and TOTP. The first entry has a note of two lines, with a space before its formula."""
    note = ' =two, "lines"\nof a note'
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        entry = address(row["TOTP"])
        assert None not in row and [row["Title"], row["Username"], row["Notes"]] == entry[:2] + [note], row["Title"]
        note = ""
        yield entry


def lists(text, _):
    """One address a line."""
    for line in text.splitlines():
        if line:
            yield address(line)


READERS = {"aegis": aegis, "2fas": twofas, "bitwarden": bitwarden, "keepassxc-csv": keepassxc, "keepassxc": keepassxc, "otpauth": lists, "ente": lists}

if __name__ == "__main__":
    app, path, *password = sys.argv[1:]
    with open(path, encoding="utf-8", newline="") as file:
        print(json.dumps(list(READERS[app](file.read(), password[0] if password else None))))

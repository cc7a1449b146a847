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


REFERENCE = (
    "tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfggogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938"
    "iymwG4824igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv5R5DMDkD4iAF8TXU7KyoJujd"
)


def twofas_open(sealed, password):
    """Ciphertext with its tag, salt and nonce, as the app seals them."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    sealed, salt, nonce = (base64.b64decode(part, validate=True) for part in sealed.split(":"))
    assert len(salt) == 256 and len(nonce) == 12
    key = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=10_000).derive(password.encode())
    return AESGCM(key).decrypt(nonce, sealed, None).decode()


def twofas(text, password):
    """services[] of 2FAS, schema 4; with a password they are encrypted, and `reference` is what the app compares."""
    backup = json.loads(text)
    services = backup["services"]
    if password is not None:
        assert services == [] and twofas_open(backup["reference"], password) == REFERENCE
        both = [backup[name].split(":") for name in ("servicesEncrypted", "reference")]
        assert both[0][1] == both[1][1] and both[0][2] != both[1][2], "one salt, and never one nonce twice"
        services = json.loads(twofas_open(backup["servicesEncrypted"], password))
    else:
        assert "servicesEncrypted" not in backup and "reference" not in backup
    for service in services:
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

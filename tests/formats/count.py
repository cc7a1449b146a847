"""Counts the entries of other apps' files that are encrypted, packed or no text, with nothing of the program: Python's own libraries,
`cryptography`, and libsodium.

Usage: count.py, with a list of [FORMAT, FILE, PASSWORD or null] as JSON on standard input; prints a list of numbers, null where there is
nothing to be opened.
"""

import base64
import ctypes
import ctypes.util
import gzip
import hashlib
import io
import json
import re
import sqlite3
import struct
import sys
import xml.etree.ElementTree as tree
import zipfile
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2d, Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

b64 = base64.b64decode


def cbc(key, iv, sealed):
    """AES-CBC, its padding taken off."""
    opener = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    plain = opener.update(sealed) + opener.finalize()
    return plain[:-plain[-1]]


def argon2id(password, salt, passes, lanes, kib):
    """32 bytes."""
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=kib).derive(password)


def lines(text):
    """Lines with something in them."""
    return sum(1 for line in text.splitlines() if line.strip())


def twofas(content, password):
    sealed, salt, nonce = map(b64, json.loads(content)["servicesEncrypted"].split(":"))
    return len(json.loads(AESGCM(hashlib.pbkdf2_hmac("sha256", password, salt, 10000, 32)).decrypt(nonce, sealed, None)))


def aegis(content, password):
    vault = json.loads(content)
    opened = lambda key, params, sealed: AESGCM(key).decrypt(bytes.fromhex(params["nonce"]), sealed + bytes.fromhex(params["tag"]), None)
    for slot in vault["header"]["slots"]:
        try:
            key = hashlib.scrypt(password, salt=bytes.fromhex(slot["salt"]), n=slot["n"], r=slot["r"], p=slot["p"], dklen=32, maxmem=1 << 30)
            master = opened(key, slot["key_params"], bytes.fromhex(slot["key"]))
        except Exception:  # pylint: disable=broad-except  (another slot's password, or no password's slot)
            continue
        return len(json.loads(opened(master, vault["header"]["params"], b64(vault["db"])))["entries"])


def andotp(content, password):
    rounds, = struct.unpack(">I", content[:4])
    if rounds < 1 << 24:
        key = hashlib.pbkdf2_hmac("sha1", password, content[4:16], rounds, 32)
        return len(json.loads(AESGCM(key).decrypt(content[16:28], content[28:], None)))
    return len(json.loads(AESGCM(hashlib.sha256(password).digest()).decrypt(content[:12], content[12:], None)))


def zipped(content, password):
    """The one member that is a list: of addresses, or JSON."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    wanted = [info for info in archive.infolist() if info.filename.endswith((".txt", ".json"))]
    info, = wanted
    if info.compress_type != 99:
        plain = archive.read(info, password)
    else:
        name, extra = struct.unpack("<HH", content[info.header_offset + 26:info.header_offset + 30])
        start = info.header_offset + 30 + name + extra
        packed = content[start:start + info.compress_size]
        key = hashlib.pbkdf2_hmac("sha1", password, packed[:16], 1000, 66)
        assert key[64:] == packed[16:18]
        blocks = (len(packed) + 15) // 16
        stream = Cipher(algorithms.AES(key[:32]), modes.ECB()).encryptor().update(b"".join(n.to_bytes(16, "little") for n in range(1, blocks + 1)))
        plain = bytes(a ^ b for a, b in zip(packed[18:-10], stream))
        method, = struct.unpack_from("<H", info.extra, info.extra.index(b"\x01\x99") + 9)
        plain = zipfile.zlib.decompress(plain, -15) if method == 8 else plain
    return len(json.loads(plain)) if info.filename.endswith(".json") else lines(plain.decode())


def bitwarden(content, password):
    root = json.loads(content)
    salt, rounds = root["salt"].encode(), root["kdfIterations"]
    if root["kdfType"] == 0:
        key = hashlib.pbkdf2_hmac("sha256", password, salt, rounds)
    else:
        key = argon2id(password, hashlib.sha256(salt).digest(), rounds, root["kdfParallelism"], root["kdfMemory"] * 1024)
    iv, sealed, _ = map(b64, root["data"][2:].split("|"))
    return len(json.loads(cbc(HKDFExpand(SHA256(), 32, b"enc").derive(key), iv, sealed))["items"])


def ente(content, password):
    root = json.loads(content)
    how = root["kdfParams"]
    key = argon2id(password, b64(how["salt"]), how["opsLimit"], 1, how["memLimit"] >> 10)
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
    state = ctypes.create_string_buffer(sodium.crypto_secretstream_xchacha20poly1305_statebytes())
    assert sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, b64(root["encryptionNonce"]), key) == 0
    sealed = b64(root["encryptedData"])
    out = ctypes.create_string_buffer(len(sealed))
    how_long = ctypes.c_ulonglong(len(sealed))
    opened = sodium.crypto_secretstream_xchacha20poly1305_pull(state, out, None, ctypes.byref(ctypes.c_ubyte()), sealed, how_long, None, ctypes.c_ulonglong(0))
    assert opened == 0
    return lines(out.raw[:len(sealed) - 17].decode())


def freeotp(content, _):
    """Not only the keys: each token has two texts in the map, named by the same id."""
    ids = set(re.findall(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", content))
    return len(ids)


def google(content, _):
    """Entries of protocol buffers, each field 1 of the payload, a part that is there twice once; other lines are one each, and so is a
    payload that is cut."""
    count, seen = 0, set()
    for line in content.decode().splitlines():
        parts = urlsplit(line.strip())
        if parts.scheme != "otpauth-migration":
            count += bool(line.strip()) and not line.startswith("#")
            continue
        try:
            here, place, rest = 0, {}, b64(parse_qs(parts.query.replace("+", "%2B"))["data"][0])
            while rest:
                tag, rest = varint(rest)
                number, rest = varint(rest)
                if tag & 7 == 2:
                    here += tag >> 3 == 1
                    rest = rest[number:]
                else:
                    place[tag >> 3] = number
        except ValueError:
            count += 1
            continue
        # Which export, and which part of it.
        part = place.get(5), place.get(4)
        count += 0 if place.get(3, 1) > 1 and part in seen else here
        seen.add(part)
    return count


def varint(rest):
    """A number of seven bits a byte."""
    number = shift = 0
    for at, byte in enumerate(rest):
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, rest[at + 1:]
    raise ValueError("cut")


def keepass(content, password):
    """Entries that stand in groups, those without codes as well; what they were before is not counted."""
    major, = struct.unpack_from("<H", content, 10)
    fields, at, wide = {}, 12, major == 4
    while fields.get(0) is None:
        number, length = struct.unpack_from("<BI" if wide else "<BH", content, at)
        at += 5 if wide else 3
        fields[number], at = content[at:at + length], at + length
    key = hashlib.sha256(hashlib.sha256(password).digest()).digest()
    if wide:
        values, rest = {}, fields[11][2:]
        while rest[0]:
            kind, length = struct.unpack_from("<BI", rest)
            name, rest = rest[5:5 + length].decode(), rest[5 + length:]
            length, = struct.unpack_from("<I", rest)
            values[name], rest = rest[4:4 + length], rest[4 + length:]
        number = lambda name: int.from_bytes(values[name], "little")
        seed, rounds = values["S"], None
        if "M" in values:
            shape = Argon2id if values["$UUID"].hex().startswith("9e298b19") else Argon2d
            key = shape(salt=seed, length=32, iterations=number("I"), lanes=number("P"), memory_cost=number("M") >> 10).derive(key)
        else:
            rounds = number("R")
    else:
        seed, rounds = fields[5], int.from_bytes(fields[6], "little")
    if rounds is not None:
        half = lambda part: Cipher(algorithms.AES(seed), modes.CBC(part)).encryptor().update(bytes(16 * rounds))[-16:]
        key = hashlib.sha256(half(key[:16]) + half(key[16:])).digest()
    key = hashlib.sha256(fields[4] + key).digest()
    sealed, body = b"", content[at + 64:] if wide else content[at:]
    while wide and body:
        length, = struct.unpack_from("<I", body, 32)
        sealed, body = sealed + body[36:36 + length], body[36 + length:]
    sealed = sealed if wide else body
    if fields[2].hex().startswith("d6038a2b"):
        plain = Cipher(algorithms.ChaCha20(key, bytes(4) + fields[7]), None).decryptor().update(sealed)
    else:
        plain = cbc(key, fields[7], sealed)
    if not wide:
        plain, blocks = b"", plain[32:]
        while blocks:
            length, = struct.unpack_from("<I", blocks, 36)
            plain, blocks = plain + blocks[40:40 + length], blocks[40 + length:]
    plain = gzip.decompress(plain) if int.from_bytes(fields[3], "little") else plain
    while wide:
        number, length = struct.unpack_from("<BI", plain)
        plain = plain[5 + length:]
        wide = number != 0
    return sum(len(group.findall("Entry")) for group in tree.fromstring(plain).iter("Group"))


def microsoft(content, _, path):
    del content
    base = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    return base.execute("SELECT count(*) FROM accounts").fetchone()[0]


def proton(content, password):
    root = json.loads(content)
    sealed = b64(root["content"])
    key = argon2id(password, b64(root["salt"]), 2, 1, 19 * 1024)
    return len(json.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], b"proton.authenticator.export.v1"))["entries"])


def stratum(content, password):
    if content.startswith(b"AUTHENTICATORPRO"):
        key = argon2id(password, content[16:32], 3, 4, 65536)
        plain = AESGCM(key).decrypt(content[32:44], content[44:], None)
    else:
        plain = cbc(hashlib.pbkdf2_hmac("sha1", password, content[16:36], 64000, 32), content[36:52], content[52:])
    return len(json.loads(plain)["Authenticators"])


def totp_authenticator(content, password):
    plain = cbc(hashlib.sha256(password or b"TotpAuthenticator").digest(), bytes(16), b64(content))
    return len(json.loads(next(iter(json.loads(plain)))))


COUNTERS = {
    "2fas": twofas, "aegis": aegis, "andotp": andotp, "authenticator-plus": zipped, "bitwarden": bitwarden, "ente": ente, "freeotp": freeotp,
    "google": google, "keepass": keepass, "proton": proton, "raivo": zipped, "stratum": stratum, "totp-authenticator": totp_authenticator,
    "winauth": zipped,
}


def main():
    counts = []
    for kind, path, password in json.load(sys.stdin):
        with open(path, "rb") as file:
            content = file.read()
        password = None if password is None else password.encode()
        counts.append(microsoft(content, password, path) if kind == "microsoft" else COUNTERS[kind](content, password))
    print(json.dumps(counts))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Our reader of QR codes beside zbar, picture by picture of the same set, in processor time: tests/qr_reading/compare.py

Needs libzbar.so.0 (Debian: libzbar0). zbar reads QR codes alone, every line of the picture, as zbarimg does; once more with
light codes on dark allowed. The best of three counts on both sides; no side decodes a file.
"""

import collections
import ctypes
import os
import subprocess
import tempfile
import time

TIMES = 3
QRCODE, ENABLE, INVERTED, X_DENSITY, Y_DENSITY = 64, 0, 0x81, 0x100, 0x101
Y800 = int.from_bytes(b"Y800", "little")

zbar = ctypes.CDLL("libzbar.so.0")
POINTER, UNSIGNED = ctypes.c_void_p, ctypes.c_uint
for name, result, arguments in [
    ("image_scanner_create", POINTER, []),
    ("image_scanner_set_config", ctypes.c_int, [POINTER, ctypes.c_int, ctypes.c_int, ctypes.c_int]),
    ("image_create", POINTER, []),
    ("image_set_format", None, [POINTER, ctypes.c_ulong]),
    ("image_set_size", None, [POINTER, UNSIGNED, UNSIGNED]),
    ("image_set_data", None, [POINTER, POINTER, ctypes.c_ulong, POINTER]),
    ("image_destroy", None, [POINTER]),
    ("scan_image", ctypes.c_int, [POINTER, POINTER]),
    ("image_first_symbol", POINTER, [POINTER]),
    ("symbol_next", POINTER, [POINTER]),
    ("symbol_get_data", POINTER, [POINTER]),
    ("symbol_get_data_length", UNSIGNED, [POINTER]),
]:
    function = getattr(zbar, "zbar_" + name)
    function.restype, function.argtypes = result, arguments


def scanner(inverted):
    made = zbar.zbar_image_scanner_create()
    for symbol, key, value in [(0, ENABLE, 0), (QRCODE, ENABLE, 1), (0, X_DENSITY, 1), (0, Y_DENSITY, 1), (0, INVERTED, inverted)]:
        zbar.zbar_image_scanner_set_config(made, symbol, key, value)
    return made


def read(made, width, height, pixels):
    """Milliseconds, and the texts."""
    best, texts = None, set()
    for _ in range(TIMES):
        image = zbar.zbar_image_create()
        zbar.zbar_image_set_format(image, Y800)
        zbar.zbar_image_set_size(image, width, height)
        zbar.zbar_image_set_data(image, pixels, len(pixels), None)
        begun = time.thread_time()
        zbar.zbar_scan_image(made, image)
        took = (time.thread_time() - begun) * 1e3
        best = took if best is None else min(best, took)
        symbol = zbar.zbar_image_first_symbol(image)
        while symbol:
            data = ctypes.string_at(zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol))
            texts.add(data.decode("utf-8", "replace"))
            symbol = zbar.zbar_symbol_next(symbol)
        zbar.zbar_image_destroy(image)
    return best, texts


def main():
    plain, both = scanner(0), scanner(1)
    kinds = collections.OrderedDict()
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
        bench = subprocess.Popen(
            ["cargo", "bench", "--quiet", "--bench", "pictures"],
            cwd=root,
            env=dict(os.environ, HALFMINUTE_PICTURES_TO=folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in bench.stdout:
            kind, took, found, *expected = line.rstrip("\n").split("\t")
            with open(os.path.join(folder, "picture.pgm"), "rb") as file:
                _, width, height, _ = file.readline().split()
                pixels = file.read()
            row = kinds.setdefault(kind, [0, 0, 0.0, 0, 0.0, 0, 0.0])
            row[0] += len(expected)
            row[1], row[2] = row[1] + int(found), row[2] + float(took)
            for place, made in (3, plain), (5, both):
                took, texts = read(made, int(width), int(height), pixels)
                row[place], row[place + 1] = row[place] + sum(text in texts for text in expected), row[place + 1] + took
            bench.stdin.write("\n")
            bench.stdin.flush()
        if bench.wait() != 0:
            raise SystemExit("the bench failed")
    kinds["all"] = [sum(column) for column in zip(*kinds.values())]
    print(f"{'kind':24} {'codes':>5} {'ours':>15} {'zbar':>15} {'zbar, inverted':>16}  time of ours / zbar's")
    for kind, (codes, ours, our_ms, zbars, zbar_ms, inverted, inverted_ms) in kinds.items():
        cells = [f"{n:4} {ms:7.0f} ms" for n, ms in ((ours, our_ms), (zbars, zbar_ms), (inverted, inverted_ms))]
        print(f"{kind:24} {codes:5} {cells[0]:>15} {cells[1]:>15} {cells[2]:>16}  {our_ms / zbar_ms:.2f}")


main()

#!/usr/bin/env python3
"""Writes assets/licences.txt: every part that the program is made of, with its licence and the text of it.

Run it after a change of the dependencies: assets/licences.py. `cargo test --test licences` says when it is due.

A line for each part: name, version, what its authors say of the licence, and the numbers of the texts below. A part that may be used
under one of several licences is used under MIT where that is among them.
"""

import glob
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BEGINNINGS = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT")
FONTS = [
    ("Inter", "3.019", "OFL-1.1", "fonts/Inter-OFL.txt"),
    ("JetBrains Mono", "2.242", "OFL-1.1", "fonts/JetBrainsMono-OFL.txt"),
]
# Where a part comes without a text: the licence's own words.
MIT = """Copyright (c) the authors of {name}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, \
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to \
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF \
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR \
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH \
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def parts():
    """All packages that are part of the program on Linux."""
    def cargo(*words):
        return subprocess.run(["cargo", *words, "--offline", "--locked"], cwd=ROOT, capture_output=True, check=True, text=True).stdout

    target = "x86_64-unknown-linux-gnu"
    tree = cargo("tree", "--format", "{p}", "--prefix", "none", "--edges", "normal", "--target", target)
    named = {tuple(re.match(r"(\S+) v(\S+)", line).groups()) for line in tree.splitlines()}
    packages = json.loads(cargo("metadata", "--format-version", "1", "--filter-platform", target))["packages"]
    found = [package for package in packages if (package["name"], package["version"]) in named and package["name"] != "halfminute"]
    return sorted(found, key=lambda package: (package["name"].lower(), package["version"]))


def unwrapped(text):
    """Paragraphs in one line each, so that the same text in two widths is one."""
    text = text.replace("\r\n", "\n").replace("\f", "\n").strip("\ufeff \n\t")
    return "\n\n".join(re.sub(r"\s+", " ", block).strip() for block in re.split(r"\n\s*\n", text) if block.strip())


def texts(package):
    """The texts of the licence that the part is used under."""
    folder, terms = os.path.dirname(package["manifest_path"]), package["license"] or ""
    files = [path for path in glob.glob(os.path.join(folder, "*")) if os.path.basename(path).upper().startswith(BEGINNINGS)]
    files = sorted(path for path in files if os.path.isfile(path))
    choice = " OR " in terms or "/" in terms
    if choice and re.search(r"\bMIT\b", terms) and " AND " not in terms:
        mit = [path for path in files if "MIT" in os.path.basename(path).upper() or "NOTICE" in os.path.basename(path).upper()]
        files = mit or files
    found = []
    for path in files:
        with open(path, encoding="utf-8", errors="replace") as file:
            found.append(unwrapped(file.read()))
    if not found:
        if not re.search(r"\bMIT\b", terms):
            with open(os.path.join(ROOT, "LICENSE-APACHE"), encoding="utf-8") as file:
                apache = unwrapped(file.read())
            if "Apache-2.0" not in terms:
                sys.exit(f"{package['name']} {package['version']} ({terms}) comes without a text: give one here")
            return [apache]
        found = [MIT.format(name=package["name"])]
    return found


def main():
    """Writes the file."""
    numbers, order, lines = {}, [], []

    def number(text):
        if text not in numbers:
            numbers[text] = len(numbers) + 1
            order.append(text)
        return numbers[text]

    for name, version, terms, path in FONTS:
        with open(os.path.join(ROOT, "assets", path), encoding="utf-8") as file:
            lines.append(f"{name} | {version} | {terms} | {number(unwrapped(file.read()))}")
    for package in parts():
        used = " ".join(str(number(text)) for text in texts(package))
        terms = re.sub(r"\s*/\s*", " OR ", package["license"])
        lines.append(f"{package['name']} | {package['version']} | {terms} | {used}")
    with open(os.path.join(ROOT, "assets", "licences.txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        for text in order:
            file.write(f"\n== {numbers[text]}\n{text}\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes services.z, the icons of services, out of brands.txt and the unpacked package `simple-icons`.

Usage: assets/icons/make.py FOLDER, for example:
    npm pack simple-icons@16.37.0 && tar xzf simple-icons-16.37.0.tgz && assets/icons/make.py package

One line a service, its fields set apart by tabs: slug, title, colour (six hexadecimal digits), names and domains (each a list
set apart by "|"; names in lower case, letters and digits alone), and the path, drawn in a square of 24. All of it is one zlib stream.
"""

import json
import pathlib
import re
import sys
import unicodedata
import zlib

HERE = pathlib.Path(__file__).parent
# An entry with a licence of its own is as free as that; one without is the package's.
FREE = {None, "CC0-1.0"}


def key(name):
    """A name as it is compared: the same as `key` in src/formats/icons/names.rs."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return "".join(letter for letter in folded if letter.isalnum())


def services(package):
    """The lines, in the order of their slugs."""
    known = {}
    for entry in json.loads((package / "data/simple-icons.json").read_text()):
        known[entry["slug"]] = entry
    taken, lines, skipped = {}, [], []
    for line in (HERE / "brands.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        slug, domains, names = (part.strip() for part in line.split(";"))
        named = not slug.endswith("!")
        slug = slug.removesuffix("!")
        entry = known[slug]
        licence = entry.get("license", {}).get("type")
        if licence not in FREE:
            skipped.append(f"{slug}: {licence}")
            continue
        path = re.fullmatch(r'<svg [^>]*viewBox="0 0 24 24"[^>]*><title>[^<]*</title><path d="([^"]+)"/></svg>',
                            (package / f"icons/{slug}.svg").read_text().strip())[1]
        names = [name for name in names.split(",") if name.strip()] + ([entry["title"]] if named else [])
        names = sorted({key(name) for name in names})
        domains = sorted({domain.strip() for domain in domains.split(",") if domain.strip()})
        assert names or domains, slug
        for name in names + domains:
            assert name and taken.setdefault(name, slug) == slug, f"{name}: {taken[name]} and {slug}"
        lines.append("\t".join((slug, entry["title"], entry["hex"], "|".join(names), "|".join(domains), path)))
    return sorted(lines), skipped


def main():
    package = pathlib.Path(sys.argv[1])
    lines, skipped = services(package)
    text = "".join(line + "\n" for line in lines).encode()
    packed = zlib.compress(text, 9)
    (HERE / "services.z").write_bytes(packed)
    version = json.loads((package / "package.json").read_text())["version"]
    print(f"simple-icons {version}: {len(lines)} icons, {len(text)} bytes, packed {len(packed)}")
    for line in skipped:
        print("left out,", line)


main()

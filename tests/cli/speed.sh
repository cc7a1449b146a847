#!/usr/bin/env bash
# Measures the program beside the tools that it is compared with, alternating, in one run. It reports and never fails for a slow one.
#
# Usage: tests/cli/speed.sh [BINARY]     HALFMINUTE_RUNS=40 is the number of runs of each
#   halfminute code --uri -     beside    oathtool --totp -b -
#   halfminute code QUERY       beside    secret-tool lookup of the same item, in a gnome-keyring of its own
# Nothing of the person's own session is read or changed. Everything started here is ended by its process id.
set -u
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
runs=${HALFMINUTE_RUNS:-40}

if [ "${1-}" != --inside ]; then
    binary=$(realpath -- "${1:-${CARGO_TARGET_DIR:-$here/../../target}/release/halfminute}")
    if [ ! -x "$binary" ]; then
        echo "There is no program at $binary. Build it with cargo build --release" >&2
        exit 2
    fi
    for tool in oathtool secret-tool gnome-keyring-daemon dbus-run-session gdbus; do
        command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 0; }
    done
    sandbox=$(mktemp -d) || exit 2
    mkdir -m 700 "$sandbox/home" "$sandbox/run" "$sandbox/tmp"
    env -i PATH="/usr/local/bin:/usr/bin:/bin" LC_ALL=C HOME="$sandbox/home" XDG_RUNTIME_DIR="$sandbox/run" \
        TMPDIR="$sandbox/tmp" XDG_DATA_HOME="$sandbox/home/.local/share" XDG_CONFIG_HOME="$sandbox/home/.config" \
        HALFMINUTE_RUNS="$runs" dbus-run-session -- bash "$here/speed.sh" --inside "$binary" </dev/null 2> >(grep -v ^dbus-daemon >&2)
    rc=$?
    rm -rf -- "$sandbox"
    exit "$rc"
fi

binary=$2
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME"
printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets >"$TMPDIR/keyring" 2>&1 &
keyring=$!
trap 'kill "$keyring" 2>/dev/null; wait 2>/dev/null' EXIT

# The first item creates the default collection, once the keyring answers.
deadline=$((SECONDS + 20))
until printf x | timeout 5 secret-tool store --label=first made-by speed-test 2>/dev/null; do
    if [ "$SECONDS" -ge "$deadline" ]; then
        echo "No keyring has come up" >&2
        exit 3
    fi
    sleep 0.05
done

key=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
printf '%s' "$key" >"$TMPDIR/key"
printf 'otpauth://totp/Example:alice?secret=%s&issuer=Example' "$key" >"$TMPDIR/address"

# The pairs; each reads what it needs from a file. secret-tool looks up the very item that holds our accounts.
ours_uri() { "$binary" code --uri - --at 59 <"$TMPDIR/address"; }
theirs_uri() { oathtool --totp -b --now '1970-01-01 00:00:59 UTC' - <"$TMPDIR/key"; }
ours_keyring() { "$binary" code example --at 59; }
theirs_keyring() { secret-tool lookup "${attributes[@]}"; }

"$binary" add --uri - <"$TMPDIR/address" >/dev/null 2>&1 || { echo "The account cannot be saved" >&2; exit 3; }
for code in "$(ours_uri)" "$(theirs_uri)" "$(ours_keyring)"; do
    [ "$code" = 287082 ] || { echo "A code is $code instead of 287082" >&2; exit 3; }
done
# The attributes of our item, as the keyring itself tells them.
mapfile -t attributes < <(secret-tool search --all service halfminute 2>&1 |
    sed -nE 's/^attribute\.([^ ]+) = (.*)$/\1\n\2/p' | head -n "${HALFMINUTE_ATTRIBUTES:-4}")
theirs_keyring >/dev/null || { echo "secret-tool finds no item with: ${attributes[*]}" >&2; exit 3; }

# micro COMMAND: how many microseconds it takes.
micro() {
    local begun=${EPOCHREALTIME/./}
    "$1" >/dev/null 2>&1
    echo $((${EPOCHREALTIME/./} - begun))
}

median() { sort -n | awk '{ a[NR] = $1 } END { print (NR % 2) ? a[(NR + 1) / 2] : int((a[NR / 2] + a[NR / 2 + 1]) / 2) }'; }

# pair NAME: measures both in turn.
pair() {
    local i ours theirs
    : >"$TMPDIR/ours"
    : >"$TMPDIR/theirs"
    for ((i = 0; i < runs; i++)); do
        micro "ours_$1" >>"$TMPDIR/ours"
        micro "theirs_$1" >>"$TMPDIR/theirs"
    done
    ours=$(median <"$TMPDIR/ours")
    theirs=$(median <"$TMPDIR/theirs")
    awk -v a="$ours" -v b="$theirs" -v ours="$2" -v theirs="$3" -v n="$runs" \
        'BEGIN { printf "figure: %s %.1f ms, %s %.1f ms: %.2f times, medians of %d\n", ours, a / 1000, theirs, b / 1000, a / b, n }'
}

pair uri "halfminute code --uri -" "oathtool"
pair keyring "halfminute code QUERY" "secret-tool lookup"

# 10 000 accounts, from a backup; beside one item of the same size, kept by secret-tool itself.
if ! command -v age >/dev/null || ! command -v age-keygen >/dev/null; then
    echo "left out: age is not installed (10 000 accounts were not measured)"
    exit 0
fi
age-keygen -o "$TMPDIR/identity" 2>/dev/null
awk 'BEGIN {
    printf "{\"schema\":1,\"generation\":1,\"accounts\":["
    for (n = 1; n <= 9999; n++)
        printf "%s{\"id\":\"%032x\",\"issuer\":\"Example Bank\",\"name\":\"person%d@example.org\",\"secret\":\"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\",\"type\":\"totp\",\"algorithm\":\"SHA1\",\"digits\":6,\"period\":30,\"tags\":[\"work\"],\"note\":\"\",\"pinned\":false,\"created\":1700000000}", (n > 1 ? "," : ""), n, n
    print "],\"users\":[]}"
}' >"$TMPDIR/accounts.json"
age -r "$(age-keygen -y "$TMPDIR/identity")" -o "$TMPDIR/accounts.age" "$TMPDIR/accounts.json" || exit 3
"$binary" restore --identity "$TMPDIR/identity" "$TMPDIR/accounts.age" >"$TMPDIR/restored" 2>&1 || { cat "$TMPDIR/restored" >&2; exit 3; }
# secret-tool itself stores no text of this length, but reads it
/usr/bin/python3 - "$TMPDIR/accounts.json" <<'PYTHON' || { echo "left out: python3-gi is not installed (10 000 accounts were not measured)"; exit 0; }
import sys
from gi.repository import Gio, GLib

bus, path = Gio.bus_get_sync(Gio.BusType.SESSION), "/org/freedesktop/secrets"


def call(path, method, interface, arguments):
    name = "org.freedesktop.secrets"
    return bus.call_sync(name, path, f"org.freedesktop.Secret.{interface}", method, arguments, None, 0, -1, None)


session = call(path, "OpenSession", "Service", GLib.Variant("(sv)", ("plain", GLib.Variant("s", "")))).unpack()[1]
collection = call(path, "ReadAlias", "Service", GLib.Variant("(s)", ("default",))).unpack()[0]
item = "org.freedesktop.Secret.Item."
properties = {
    item + "Label": GLib.Variant("s", "large"),
    item + "Attributes": GLib.Variant("a{ss}", {"made-by": "speed-test", "large": "yes"}),
}
with open(sys.argv[1], "rb") as file:
    secret = (session, b"", file.read(), "text/plain")
call(collection, "CreateItem", "Collection", GLib.Variant("(a{sv}(oayays)b)", (properties, secret, True)))
PYTHON
ours_large() { "$binary" code person9999@example.org --at 59; }
theirs_large() { secret-tool lookup made-by speed-test large yes; }
[ "$(theirs_large | wc -c)" -ge "$(wc -c <"$TMPDIR/accounts.json")" ] || { echo "secret-tool does not read the large item" >&2; exit 3; }
[ "$(ours_large)" = 287082 ] || { echo "The code among 10 000 accounts is not 287082" >&2; exit 3; }
runs=$((runs / 4 + 1))
pair large "halfminute code QUERY among 10 000 accounts" "secret-tool lookup of one item of $(($(wc -c <"$TMPDIR/accounts.json") / 1000)) kB"

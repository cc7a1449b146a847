#!/usr/bin/env bash
# Every test there is, with one command: tests/all.sh
#
# Says little while all is well; the last line counts. The log of each stage is in target/test-logs/.
# Debian packages that the desktop journey needs are installed if that is possible without a question.
set -u
export LC_ALL=C CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
target=${CARGO_TARGET_DIR:-$PWD/target}
logs=$target/test-logs
mkdir -p "$logs" || exit 2
exec </dev/null

passed=0 failed=0 skipped=0
begun=$SECONDS

heading() { printf '\n== %s\n' "$1"; }

# stage NAME MINUTES COMMAND…: runs it, times it, keeps its log, and shows the log if it failed.
stage() {
    local name=$1 minutes=$2 log=$logs/$1.log start=$SECONDS
    shift 2
    heading "$name"
    if timeout --kill-after=30 "${minutes}m" "$@" >"$log" 2>&1; then
        echo "   done in $((SECONDS - start)) s"
        return 0
    fi
    echo "   FAILED after $((SECONDS - start)) s. Its log:"
    tail -n 400 "$log"
    return 1
}

# single NAME MINUTES COMMAND…: a stage that is one test.
single() {
    if stage "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

skip() {
    heading "$1"
    echo "   SKIPPED: $2"
    skipped=$((skipped + 1))
}

# Adds the counts of lines such as "5 passed; 0 failed; 1 ignored" or "5 passed, 0 failed, 1 skipped".
# NAME OK: a stage that failed without a failed test (it did not build, or took too long) counts as one.
count() {
    local p f s
    read -r p f s < <(sed -nE 's/^(test result: [a-zA-Z]+\. )?([0-9]+) passed[;,] ([0-9]+) failed([;,] ([0-9]+) (ignored|skipped))?.*/\2 \3 \5/p' \
        "$logs/$1.log" | awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }')
    # A test that could not be made here says so in a line of its own; it did not pass.
    local not_made
    not_made=$(grep -c '^skipped: ' "$logs/$1.log")
    if [ "$not_made" -gt 0 ]; then
        grep '^skipped: ' "$logs/$1.log" | sed 's/^/   /'
        p=$((p - not_made)) s=$((s + not_made))
    fi
    if [ "$2" = no ] && [ "$f" -eq 0 ]; then f=1; fi
    if [ "$2" = yes ] && [ "$p" -eq 0 ]; then
        echo "   FAILED: no test ran"
        f=$((f + 1))
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    echo "   $p passed, $f failed, $s skipped"
}

packages=(xvfb openbox xdotool gnome-keyring libsecret-tools dbus at-spi2-core python3-pyatspi gir1.2-atspi-2.0 zbar-tools
    oathtool imagemagick xclip mesa-vulkan-drivers libgl1-mesa-dri libxkbcommon-x11-0 libegl1 libgl1 libx11-xcb1
    libxcursor1 libxi6 libxrandr2 libglib2.0-bin age python3-pyotp python3-cryptography)
# For the journey on Wayland alone: without them the others are made all the same.
wayland=(sway grim wl-clipboard wtype)

# KeePassXC and KWallet are tested where they are installed (keepassxc, libkf5wallet-bin with libqca-qt5-2-plugins); they are not
# installed for it: they bring all of Qt, and one name that a newer system does not have any more would spoil the list above.

# missing_packages NAME…: those of them that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
    done
}

# Installs what is missing, if that needs no question.
install_packages() {
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update -q && apt-get install -q -y --no-install-recommends "$@"' sh "$@"
}

missing= no_wayland=
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    missing=$(missing_packages "${packages[@]}")
    if [ -n "$missing" ]; then
        heading packages
        echo "   installing: $missing"
        # shellcheck disable=SC2086  # a list of names
        install_packages $missing >"$logs/packages.log" 2>&1 || echo "   could not install them; see $logs/packages.log"
        missing=$(missing_packages "${packages[@]}")
    fi
    no_wayland=$(missing_packages "${wayland[@]}")
    if [ -n "$no_wayland" ]; then
        # shellcheck disable=SC2086  # a list of names
        install_packages $no_wayland >>"$logs/packages.log" 2>&1 || echo "   could not install $no_wayland; see $logs/packages.log"
        no_wayland=$(missing_packages "${wayland[@]}")
    fi
else
    for tool in Xvfb openbox xdotool gnome-keyring-daemon secret-tool dbus-run-session zbarimg oathtool import xclip; do
        command -v "$tool" >/dev/null || missing+="$tool "
    done
    for tool in sway grim wl-copy wtype; do
        command -v "$tool" >/dev/null || no_wayland+="$tool "
    done
fi

# chrony is a time server that tests/clock.rs asks. It is unpacked and not installed: installed, it would take the place of what keeps this
# computer's clock right.
chrony() {
    command -v chronyd >/dev/null || [ -x /usr/sbin/chronyd ] && return
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return
    local here=$target/chrony
    if [ ! -x "$here/usr/sbin/chronyd" ]; then
        mkdir -p "$here" && (cd "$here" && apt-get download -q chrony && dpkg-deb -x chrony_*.deb .) >"$logs/chrony.log" 2>&1 || return
    fi
    export HALFMINUTE_CHRONYD=$here/usr/sbin/chronyd
}
if [ -z "${HALFMINUTE_CHRONYD-}" ]; then chrony; fi

if ! command -v cargo >/dev/null; then
    echo "There is no cargo. Install Rust with rustup, then run this again" >&2
    echo "0 passed, 1 failed"
    exit 1
fi
for part in fmt:rustfmt clippy:clippy; do
    if ! cargo "${part%%:*}" --version >/dev/null 2>&1 && command -v rustup >/dev/null; then
        rustup component add "${part##*:}" >>"$logs/packages.log" 2>&1
    fi
done

if cargo fmt --version >/dev/null 2>&1; then
    single format 2 cargo fmt --check
else
    skip format "cargo fmt is not installed (rustup component add rustfmt)"
fi

if cargo clippy --version >/dev/null 2>&1; then
    single clippy 20 cargo clippy --locked --all-targets --quiet -- -D warnings
else
    skip clippy "cargo clippy is not installed (rustup component add clippy)"
fi

single docs 15 env RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --quiet

# Debian's Python has what was just installed.
if [ -z "${HALFMINUTE_PYTHON-}" ] && [ -x /usr/bin/python3 ]; then export HALFMINUTE_PYTHON=/usr/bin/python3; fi
if stage tests 45 cargo test --locked --no-fail-fast; then count tests yes; else count tests no; fi
grep '^figure: ' "$logs/tests.log" | sed 's/^/   /'

if cargo deny --version >/dev/null 2>&1; then
    single licences 3 cargo deny --offline check licenses bans sources
else
    skip licences "cargo deny is not installed"
fi

single release 20 cargo build --locked --release --quiet

# desktop NAME MINUTES OPTION…: a journey through the real window.
desktop() {
    local name=$1 minutes=$2
    shift 2
    if [ -n "$missing" ]; then
        skip "$name" "not installed: ${missing}(this journey through the real window was not made)"
    elif stage "$name" "$minutes" bash tests/desktop/run.sh "$@" "$target/release/halfminute"; then
        grep '^figure: ' "$logs/$name.log" | sed 's/^/   /'
        count "$name" yes
    else
        count "$name" no
    fi
}

# Reported and never judged: a busy computer is slow.
if [ -n "$missing" ]; then
    skip speed "not installed: ${missing}(nothing was measured)"
elif ! stage speed 5 bash tests/cli/speed.sh "$target/release/halfminute"; then
    failed=$((failed + 1))
elif grep -q '^figure: ' "$logs/speed.log"; then
    grep '^figure: ' "$logs/speed.log" | sed 's/^/   /'
    passed=$((passed + 1))
else
    echo "   SKIPPED: $(tail -n 1 "$logs/speed.log")"
    skipped=$((skipped + 1))
fi

desktop desktop 10
desktop lock 5 --script tests/desktop/lock.py
desktop login 5 --script tests/desktop/login.py
desktop import 5 --script tests/desktop/import_by_keys.py
desktop heard 5 --script tests/desktop/heard.py
desktop screen 5 --script tests/desktop/screen.py
desktop camera 5 --script tests/desktop/camera.py
desktop quick 10 --script tests/desktop/quick.py
if [ -n "$no_wayland" ]; then
    skip wayland "not installed: ${no_wayland}(the window on Wayland was not tried)"
else
    desktop wayland 5 --wayland --script tests/desktop/wayland.py
fi
desktop without-keyring 5 --no-keyring --script tests/desktop/without_keyring.py

summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary+=", $skipped skipped"
printf '\nAll of it took %d min %d s.\n%s\n' $(((SECONDS - begun) / 60)) $(((SECONDS - begun) % 60)) "$summary"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# Starts a private desktop (bus, keyring, screen, window manager, accessibility) and drives the program in it.
#
# Usage: tests/desktop/run.sh [--no-keyring] [--wayland] [--script FILE.py] [BINARY]
#   HALFMINUTE_SCREEN=1280x800   size of the screen
#   HALFMINUTE_SHOTS=DIR         where the pictures go (target/desktop)
#   HALFMINUTE_PATIENCE=15       seconds until something that should happen is given up
#   HALFMINUTE_VERBOSE=1         shows the logs of everything around the program if a step failed
# Nothing of the person's own session is read or changed. Everything started here is ended by its process id.
# shellcheck disable=SC2317  # functions that a trap or until_ok calls
set -u
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ "${1-}" != --inside ]; then
    script=$here/journey.py keyring=yes display=x11
    if [ "${1-}" = --no-keyring ]; then
        keyring=no
        shift
    fi
    if [ "${1-}" = --wayland ]; then
        display=wayland
        shift
    fi
    if [ "${1-}" = --script ]; then
        script=$(realpath -- "$2")
        shift 2
    fi
    binary=$(realpath -- "${1:-${CARGO_TARGET_DIR:-$root/target}/release/halfminute}")
    if [ ! -x "$binary" ]; then
        echo "There is no program at $binary. Build it with cargo build --release" >&2
        exit 2
    fi
    shots=${HALFMINUTE_SHOTS:-$root/target/desktop}
    mkdir -p "$shots" || exit 2
    sandbox=$(mktemp -d) || exit 2
    mkdir -m 700 "$sandbox/home" "$sandbox/run" "$sandbox/tmp"
    bus=()
    if [ "$keyring" = no ]; then
        # A bus that starts every program by itself but a keyring.
        mkdir "$sandbox/services"
        for service in /usr/share/dbus-1/services/*; do
            grep -q 'Name=org.freedesktop.\(secrets\|impl.portal.Secret\)' "$service" || ln -s "$service" "$sandbox/services/"
        done
        cat >"$sandbox/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=$sandbox/run</listen>
  <servicedir>$sandbox/services</servicedir>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
CONF
        bus=(--config-file="$sandbox/bus.conf")
    fi
    # A clean environment: what the person has set must not change the outcome.
    env -i PATH="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" LC_ALL=C.UTF-8 LANG=C.UTF-8 \
        HOME="$sandbox/home" XDG_RUNTIME_DIR="$sandbox/run" TMPDIR="$sandbox/tmp" \
        XDG_DATA_HOME="$sandbox/home/.local/share" XDG_CONFIG_HOME="$sandbox/home/.config" \
        XDG_CACHE_HOME="$sandbox/home/.cache" XDG_STATE_HOME="$sandbox/home/.local/state" \
        PYTHONDONTWRITEBYTECODE=1 LIBGL_ALWAYS_SOFTWARE=1 NO_AT_BRIDGE=1 \
        HALFMINUTE_SCREEN="${HALFMINUTE_SCREEN:-1280x800}" HALFMINUTE_SHOTS="$shots" \
        HALFMINUTE_PATIENCE="${HALFMINUTE_PATIENCE:-15}" HALFMINUTE_VERBOSE="${HALFMINUTE_VERBOSE-}" \
        HALFMINUTE_BINARY="$binary" HALFMINUTE_SCRIPT="$script" HALFMINUTE_KEYRING="$keyring" HALFMINUTE_DISPLAY="$display" \
        dbus-run-session "${bus[@]}" -- bash "$here/run.sh" --inside </dev/null
    rc=$?
    rm -rf -- "$sandbox"
    exit "$rc"
fi

shift
started=()

# Ends what was started here, last first, each by its own id.
finish() {
    local i
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill "${started[i]}" 2>/dev/null
    done
    wait 2>/dev/null
    [ -z "${compositor-}" ] || rm -rf -- "$compositor"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# until_ok SECONDS COMMAND…: tries it until it succeeds.
until_ok() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            echo "Gave up waiting for: $*" >&2
            return 1
        fi
        sleep 0.05
    done
}

log=$TMPDIR/log
mkdir -p "$log" "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME"

if [ "$HALFMINUTE_DISPLAY" = wayland ]; then
    # A compositor without a screen or keys of its own; it draws with the processor. It does not run as root, and who it runs as instead
    # needs a folder of its own.
    as=() compositor=$(mktemp -d /tmp/halfminute-sway.XXXXXX) || exit 3
    if [ "$(id -u)" = 0 ]; then
        as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    fi
    cat >"$compositor/config" <<CONF
output HEADLESS-1 resolution $HALFMINUTE_SCREEN
default_floating_border normal
for_window [app_id=".*"] floating enable
xwayland disable
CONF
    [ ${#as[@]} -eq 0 ] || chown -R 65534:65534 "$compositor"
    XDG_RUNTIME_DIR=$compositor WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman \
        "${as[@]}" sway -c "$compositor/config" >"$log/sway" 2>&1 &
    started+=($!)
    socket_there() { compgen -G "$compositor/wayland-?" && compgen -G "$compositor/sway-ipc.*.sock"; }
    until_ok 20 socket_there || exit 3
    WAYLAND_DISPLAY=$(compgen -G "$compositor/wayland-?" | head -n 1)
    SWAYSOCK=$(compgen -G "$compositor/sway-ipc.*.sock" | head -n 1)
    export WAYLAND_DISPLAY SWAYSOCK XDG_SESSION_TYPE=wayland
    until_ok 20 swaymsg -t get_version || exit 3
    # Without a keyboard no window has the focus: this one is there and never pressed.
    wtype -s 86400000 >"$log/keyboard" 2>&1 &
    started+=($!)
else
    # The server picks a free number itself and writes it down once it is ready.
    Xvfb -displayfd 3 -screen 0 "${HALFMINUTE_SCREEN}x24" -nolisten tcp 3>"$TMPDIR/display" >"$log/xvfb" 2>&1 &
    started+=($!)
    until_ok 20 test -s "$TMPDIR/display" || exit 3
    DISPLAY=:$(tr -d '[:space:]' <"$TMPDIR/display")
    export DISPLAY
    until_ok 20 xdotool getdisplaygeometry || exit 3

    openbox >"$log/openbox" 2>&1 &
    started+=($!)
fi

if [ "$HALFMINUTE_KEYRING" = yes ]; then
    # --foreground keeps the daemon our child. Its first item creates the default collection.
    printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets >"$log/keyring" 2>&1 &
    started+=($!)
    keyring_ready() {
        gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
            --method org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets | grep -q true
    }
    until_ok 20 keyring_ready || exit 3
    first_item() { printf x | timeout 5 secret-tool store --label=first made-by desktop-test; }
    until_ok 20 first_item || exit 3
fi

/usr/libexec/at-spi-bus-launcher --launch-immediately >"$log/at-spi" 2>&1 &
started+=($!)
enable_access() {
    gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus \
        --method org.freedesktop.DBus.Properties.Set org.a11y.Status IsEnabled '<true>'
}
until_ok 20 enable_access || exit 3

# Not exec: the trap must run.
/usr/bin/python3 "$HALFMINUTE_SCRIPT" "$HALFMINUTE_BINARY"
rc=$?
if [ "$rc" -ne 0 ] && [ -n "${HALFMINUTE_VERBOSE-}" ]; then
    tail -n 20 "$log"/* >&2
fi
exit "$rc"

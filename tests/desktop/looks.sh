#!/usr/bin/env bash
# Takes the pictures for designers: tests/desktop/looks.sh [BINARY]
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(realpath -- "$here/../..")
shots=${CARGO_TARGET_DIR:-$root/target}/desktop/looks
HALFMINUTE_SCREEN=2600x1500 HALFMINUTE_SHOTS=$shots exec bash "$here/run.sh" --script "$here/looks.py" "$@"

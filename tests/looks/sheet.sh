#!/usr/bin/env bash
# All accepted pictures on one page, target/looks/sheet.png, for people to look at:  tests/looks/sheet.sh
#   --real    the pictures of the real window that tests/desktop/looks.sh has taken, in its place
#   --readme  takes the three pictures of the README from the real window first, into assets/ (needs a release build)
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
from=tests/looks/accepted
for option in "$@"; do
    case $option in
        --real) from=$target/desktop/looks ;;
        --readme)
            HALFMINUTE_SHOTS=$PWD/assets bash tests/desktop/run.sh --script tests/desktop/readme_pictures.py
            # A palette is enough for them.
            for name in accounts enroll login-test; do
                convert "assets/$name.png" +dither -colors 256 "png8:assets/$name.png"
            done
            ;;
        *) echo "tests/looks/sheet.sh [--real] [--readme]" >&2 && exit 2 ;;
    esac
done
command -v montage >/dev/null || { echo "There is no montage. Install imagemagick" >&2 && exit 2; }
set -- "$from"/*.png
[ -e "$1" ] || { echo "There are no pictures in $from" >&2 && exit 2; }
mkdir -p "$target/looks"
montage -label '%t' "$@" -tile 3x -geometry '900x440>+6+6' -background '#888' "$target/looks/sheet.png"
echo "$# pictures: $target/looks/sheet.png"

#!/usr/bin/env bash
# Builds one of the services that headgate is measured against, from the packages of its language's registry.
#
#   peers/build.sh rust | go | node | python       into $BUILD/peers/NAME; does nothing when it is there and newer than its sources
#
# Exit code 3: it cannot be built here, and it said why.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
NAME=${1:?usage: peers/build.sh NAME}
SOURCE=bench/peers/$NAME
OUT=$ROOT/${BUILD:-build}/peers/$NAME

needs() { command -v "$1" >/dev/null || { echo "no $1 here" >&2; exit 3; }; }

build_rust() {
    needs cargo
    CARGO_TARGET_DIR=$OUT cargo build --quiet --release --locked --manifest-path "$SOURCE/Cargo.toml"
}

build_go() { # a Go of 1.21 or newer fetches the one that go.mod asks for
    needs go
    (cd "$SOURCE" && CGO_ENABLED=0 go build -trimpath -o "$OUT/peer" .)
}

build_node() { # its Kafka client compiles librdkafka for some minutes; Node's headers come with Debian's libnode-dev
    needs npm
    cp "$SOURCE"/peer.js "$SOURCE"/package*.json "$OUT"
    (cd "$OUT" && CKJS_LINKING=dynamic npm_config_nodedir=/usr npm ci --no-audit --no-fund >npm.log 2>&1) ||
        { tail -5 "$OUT/npm.log" >&2; exit 3; }
}

build_python() {
    python3 -m venv "$OUT"
    "$OUT/bin/pip" install --quiet --disable-pip-version-check --requirement "$SOURCE/requirements.txt"
}

[ -d "$SOURCE" ] || { echo "there is no peer $NAME" >&2; exit 2; }
if [ -f "$OUT/.built" ] && [ -z "$(find "$SOURCE" -newer "$OUT/.built" -type f)" ]; then exit 0; fi
mkdir -p "$OUT"
"build_$NAME" || { echo "$NAME did not build" >&2; exit 3; }
touch "$OUT/.built"

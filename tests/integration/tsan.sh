#!/usr/bin/env bash
# usage: tsan.sh HEADGATE   A binary that was built with ThreadSanitizer (`make tsan`) serves on the embedded cluster, with
# several workers, under parallel load, reloads and a stop. Any report fails but those of tests/tsan/suppressions.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
headgate=$(realpath "$1")
shift
venv=$(bash "$here/../venv.sh")
cd "$here/tsan"
HEADGATE=$headgate exec "$venv/bin/python" -m pytest -q -p no:cacheprovider --rootdir "$here" --confcutdir "$here" "$@" threads.py

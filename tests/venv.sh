#!/usr/bin/env bash
# Prints the folder of the Python environment that tests and lint use, made anew when tests/requirements.txt has changed.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/build/venv
if ! cmp -s "$root/tests/requirements.txt" "$venv/requirements.txt"; then
    echo "preparing $venv" >&2
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$root/tests/requirements.txt" >&2
    cp "$root/tests/requirements.txt" "$venv/requirements.txt"
fi
echo "$venv"

#!/usr/bin/env bash
# usage: run.sh HEADGATE [PYTEST-ARGUMENT...]   The integration tests: the real binary, a real Apache Kafka, independent readers.
# Makes build/venv when requirements.txt changed. The tests start and stop what they need themselves.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
headgate=$(realpath "$1")
shift
venv=$root/build/venv
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    echo "preparing $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
cd "$here"
HEADGATE=$headgate exec "$venv/bin/python" -m pytest -q -p no:cacheprovider "$@"

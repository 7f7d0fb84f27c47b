#!/usr/bin/env bash
# usage: run.sh HEADGATE [PYTEST-ARGUMENT...]   The integration tests: the real binary, a real Apache Kafka, independent readers.
# The tests start and stop what they need themselves.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
headgate=$(realpath "$1")
shift
venv=$(bash "$here/../venv.sh")
cd "$here"
HEADGATE=$headgate exec "$venv/bin/python" -m pytest -q -p no:cacheprovider "$@"

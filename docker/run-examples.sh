#!/usr/bin/env bash
# usage: run-examples.sh HEADGATE CONTRACTS   What `make run` does once the program is built: serve the examples on an embedded
# Kafka. Ctrl-C reaches the server, which drains and ends; serve itself prints what to try.
set -euo pipefail
exec "$1" serve --embedded --contracts "$2" --profile sidecar "${@:3}"

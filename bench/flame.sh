#!/usr/bin/env bash
# Where the time goes: a flame graph of a gateway under load; `make flame` calls it.
#
#   bench/flame.sh [batch]      events per request; 100
#   bench/flame.sh --check      only whether it can be done here
#
# Needs perf (Debian: linux-perf) and the right to use it: root, or kernel.perf_event_paranoid at most 1.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
BUILD=${BUILD:-build/flame}
BATCH=${1:-100}
SECONDS_EACH=8

command -v perf >/dev/null || { echo "flame: perf is missing (apt install linux-perf)" >&2; exit 3; }
[ "$BATCH" != --check ] || exit 0
[[ $BATCH =~ ^[1-9][0-9]*$ ]] || { echo "flame: a number of events is expected, not $BATCH" >&2; exit 2; }
# shellcheck source=tests/integration/kafka.sh
. tests/integration/kafka.sh

SERVER=
end() {
    [ -z "$SERVER" ] || kill "$SERVER" 2>/dev/null || true
    kafka_stop
}
trap end EXIT

kafka_start
port=$(kafka_free_port)
taskset -c 0 "$BUILD/headgate" serve --contracts bench/contracts --kafka "$KAFKA_BOOTSTRAP" --listen "127.0.0.1:$port" \
    --admin 127.0.0.1:0 --schemas 127.0.0.1:0 --log.level error --workers 1 --linger.rt 2ms &
SERVER=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 "$SERVER" || exit 3
    read -r -t 0.1 <> <(:) || true
done
taskset -c 1 "$BUILD/headgate-bench" --quiet --payload bench/payloads/payment.json --connections 16 --batch "$BATCH" \
    --duration "$SECONDS_EACH" --warmup 1 "http://127.0.0.1:$port/v1/events/payment" &
load=$!
perf record --quiet --freq 1999 --call-graph fp --pid "$SERVER" --output "$BUILD/perf.data" -- sleep $((SECONDS_EACH - 1))
wait "$load"
perf script --input "$BUILD/perf.data" 2>/dev/null | python3 bench/flame.py "headgate, batches of $BATCH" >"$BUILD/flame.svg"
echo "flame graph: $BUILD/flame.svg"

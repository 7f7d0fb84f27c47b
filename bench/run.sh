#!/usr/bin/env bash
# Measures headgate against its floors and a peer, in turn, in one run; `make bench` calls it.
#
#   core 0   the server under test, alone          core 1   the load and Kafka
#
# Servers are started once, warmed up, and measured one after the other in every round, so that what drifts on the machine
# drifts for all; the report compares within rounds and tells medians and spreads. About 10 minutes; BENCH_QUICK=1 takes 2.
#
#   BENCH_QUICK=1        fewer and shorter rounds
#   BENCH_PEERS=0        leave the Rust service out (building it takes minutes the first time)
#   BENCH_SAVE=NAME      keep the results as bench/results/NAME.json, and write the figures into docs/benchmarks.md
#   BENCH_SERVER_CPU=0 BENCH_LOAD_CPU=1
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
BUILD=${BUILD:-build}
OUT=$BUILD/bench
SERVER_CPU=${BENCH_SERVER_CPU:-0}
LOAD_CPU=${BENCH_LOAD_CPU:-1}
LINGER=2 # ms: what headgate gives a real-time use
PARTITIONS=6
ROUNDS=8 SECONDS_EACH=2.5 WARMUP=0.5
if [ "${BENCH_QUICK:-0}" = 1 ]; then ROUNDS=3 SECONDS_EACH=1.5 WARMUP=0.5; fi

# name, connections, events per request, events per second (0 = as fast as replies come)
SCENARIOS="
single-64 64 1 0
single-256 256 1 0
batch-100 16 100 0
paced-8000 64 1 8000
"

# shellcheck source=tests/integration/kafka.sh
. tests/integration/kafka.sh

declare -A PID PORT
RUNS=$OUT/runs.jsonl
SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/headgate-bench.XXXXXX")

end() {
    local pid
    for pid in "${PID[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait "${PID[@]}" 2>/dev/null || true
    kafka_stop
    rm -rf "$SCRATCH"
}
trap end EXIT

say() { echo "bench: $*" >&2; }

pinned() { taskset -c "$SERVER_CPU" "$@"; }
loaded() { taskset -c "$LOAD_CPU" "$@"; }

wait_port() {
    local deadline=$((SECONDS + 20))
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        [ $SECONDS -lt $deadline ] || { say "nothing listens on $1"; return 1; }
        read -r -t 0.1 <> <(:) || true
    done
}

# start NAME COMMAND...: the server's port is PORT[NAME].
start() {
    local name=$1
    shift
    taskset -c "$SERVER_CPU" "$@" >"$OUT/$name.log" 2>&1 &
    PID[$name]=$!
    wait_port "${PORT[$name]}"
}

serve() { # NAME CONTRACTS FLAGS...
    local name=$1 contracts=$2
    shift 2
    PORT[$name]=$(kafka_free_port)
    start "$name" "$BUILD/headgate" serve --contracts "$contracts" --kafka "$KAFKA_BOOTSTRAP" --listen "127.0.0.1:${PORT[$name]}" \
        --admin 127.0.0.1:0 --schemas 127.0.0.1:0 --log.level error "$@"
}

start_servers() {
    serve headgate bench/contracts --workers 1 --linger.rt "${LINGER}ms" --topics.partitions "$PARTITIONS"
    PORT[passthrough]=$(kafka_free_port)
    start passthrough "$OUT/passthrough" "${PORT[passthrough]}" "$KAFKA_BOOTSTRAP" bench.passthrough "$LINGER"
    [ "${BENCH_PEERS:-1}" = 1 ] || return 0
    PORT[rust]=$(kafka_free_port)
    start rust env ADDR="127.0.0.1:${PORT[rust]}" BROKERS="$KAFKA_BOOTSTRAP" TOPIC=bench.rust LINGER_MS="$LINGER" \
        SCHEMA=bench/peers/rust/schema.json "$BUILD/peers/rust/release/peer"
}

path_of() { if [ "$1" = rust ]; then echo /v1/events; else echo /v1/events/payment; fi; }

# measure ROUND SERVER SCENARIO CONNECTIONS BATCH RATE: one line of JSON behind the others.
measure() {
    local round=$1 server=$2 scenario=$3 connections=$4 batch=$5 rate=$6
    loaded "$BUILD/headgate-bench" --quiet --payload bench/payloads/payment.json --pid "${PID[$server]}" --duration "$SECONDS_EACH" \
        --warmup "$WARMUP" --connections "$connections" --batch "$batch" --rate "$rate" --json - \
        "http://127.0.0.1:${PORT[$server]}$(path_of "$server")" >"$SCRATCH/run.json" ||
        { say "$server failed in $scenario:"; cat "$SCRATCH/run.json" >&2; return 1; }
    jq -c --arg kind run --arg subject "$server" --arg scenario "$scenario" --argjson round "$round" \
        '{kind: $kind, subject: $subject, scenario: $scenario, round: $round} + .' "$SCRATCH/run.json" >>"$RUNS"
}

# librdkafka alone writes what headgate wrote.
measure_producer() {
    pinned "$OUT/floor_producer" "$KAFKA_BOOTSTRAP" payments.payment.fraud.v1 bench.producer "$LINGER" 100 1600 "$SECONDS_EACH" |
        jq -c --argjson round "$1" '{kind: "producer", round: $round} + .' >>"$RUNS"
}

measure_http() {
    PORT[http]=$(kafka_free_port)
    start http "$OUT/floor_http" "${PORT[http]}"
    measure 1 http single-64 64 1 0
    measure 1 http single-256 256 1 0
    kill "${PID[http]}"
    unset 'PID[http]'
}

rounds() {
    local round server scenario connections batch rate servers=(passthrough headgate)
    [ "${BENCH_PEERS:-1}" != 1 ] || servers+=(rust)
    for ((round = 1; round <= ROUNDS; round++)); do
        while read -r scenario connections batch rate; do
            [ -n "$scenario" ] || continue
            say "round $round of $ROUNDS: $scenario"
            for server in "${servers[@]}"; do measure "$round" "$server" "$scenario" "$connections" "$batch" "$rate"; done
            [ "$scenario" != batch-100 ] || measure_producer "$round"
        done <<<"$SCENARIOS"
        measure_enforce "$round"
        servers=("${servers[@]:1}" "${servers[0]}") # who goes first changes
    done
}

# What a sidecar holds when nobody has sent anything, and after a little work.
measure_memory() {
    "$BUILD/headgate" keys new "$SCRATCH/keys" >/dev/null
    serve sidecar contracts/examples --profile sidecar --keys "$SCRATCH/keys"
    read -r -t 3 <> <(:) || true
    awk '/^(VmRSS|RssAnon|RssFile|Threads)/ { gsub(":", "", $1); print $1, $2 }' "/proc/${PID[sidecar]}/status" |
        jq -Rsc '{kind: "memory"} + (split("\n") | map(select(. != "") | split(" ") | {(.[0]): (.[1] | tonumber)}) | add)' >>"$RUNS"
    kill "${PID[sidecar]}"
    unset 'PID[sidecar]'
}

measure_enforce() {
    pinned "$OUT/micro_enforce" --json | jq -c --argjson round "$1" '{kind: "enforce", round: $round} + .' >>"$RUNS"
}

# CPU time that the hypervisor gave to others, in ticks.
stolen() { awk '/^cpu / { print $9 }' /proc/stat; }

facts() {
    jq -nc --arg kind facts --arg date "$(date -u +%Y-%m-%dT%H:%MZ)" --arg commit "$(git rev-parse --short HEAD 2>/dev/null || true)" \
        --arg cpu "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" --arg cores "$(nproc)" --arg kernel "$(uname -r)" \
        --arg memory "$(awk '/MemTotal/ { print int($2 / 1048576 + 0.5) }' /proc/meminfo)" --arg compiler "$(${CC:-gcc} --version | head -1)" \
        --arg versions "$("$BUILD/headgate" --version | paste -sd ';' | sed 's/;/; /g')" --argjson rounds "$ROUNDS" \
        --argjson seconds "$SECONDS_EACH" --argjson linger "$LINGER" --argjson stolen "$1" --arg load "$2" \
        '$ARGS.named' >>"$RUNS"
}

build_peer() {
    [ "${BENCH_PEERS:-1}" = 1 ] || return 0
    command -v cargo >/dev/null || { say "no cargo: the Rust service is left out"; BENCH_PEERS=0; return 0; }
    CARGO_TARGET_DIR=$BUILD/peers/rust cargo build --quiet --release --locked --manifest-path bench/peers/rust/Cargo.toml ||
        { say "the Rust service did not build and is left out"; BENCH_PEERS=0; }
}

main() {
    local before busy
    mkdir -p "$OUT"
    : >"$RUNS"
    build_peer
    busy=$(cut -d' ' -f1 /proc/loadavg)
    before=$(stolen)
    kafka_start
    taskset -acp "$LOAD_CPU" "$KAFKA_PID" >/dev/null
    for topic in bench.passthrough bench.rust bench.producer; do kafka_topic_make "$topic" "$PARTITIONS"; done
    measure_memory
    start_servers
    rounds
    measure_http
    facts "$(($(stolen) - before))" "$busy"
    python3 bench/report.py "$RUNS" "$OUT" ${BENCH_SAVE:+"bench/results/$BENCH_SAVE.json" docs/benchmarks.md}
}

main "$@"

#!/usr/bin/env bash
# usage: room.sh [BUILD]   The Kafka room (gateway/kafka) against a real broker: audit, making of topics, a frozen broker.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
build=${1:-build}
source "$here/../kafka.sh"
trap kafka_stop EXIT
make -s -C "$root" BUILD="$build" "$build/tests/integration/kafka/room"
room=$root/$build/tests/integration/kafka/room

expect() {
    kafka_topic_config "$1" | grep -qx "$2" || { echo "$1: expected $2" >&2; exit 1; }
}

kafka_start
hour="retention.ms=3600000 segment.ms=360000"
kafka_topic_make fits 1 $hour
kafka_topic_make compacted-and-deleted 1 $hour cleanup.policy=compact,delete
kafka_topic_make for-ever 1 retention.ms=-1 segment.ms=360000
kafka_topic_make too-long 1 retention.ms=7200000 segment.ms=360000
kafka_topic_make long-segments 1 retention.ms=3600000
kafka_topic_make compacted 1 $hour cleanup.policy=compact
kafka_topic_make small 1 $hour max.message.bytes=5000
"$room" require "$KAFKA_BOOTSTRAP"

# mode create makes what is missing, with what the contract asks for, and leaves the rest alone
"$room" create "$KAFKA_BOOTSTRAP"
expect absent retention.ms=3600000
expect absent segment.ms=360000
expect absent cleanup.policy=delete
expect for-ever retention.ms=-1
[ "$(kcat -b "$KAFKA_BOOTSTRAP" -L -t absent | grep -c 'partition [0-9]')" -eq 4 ] || { echo "absent: expected 4 partitions" >&2; exit 1; }

kafka_topic_set for-ever retention.ms=3600000
"$room" mended "$KAFKA_BOOTSTRAP"

"$room" freeze "$KAFKA_BOOTSTRAP" "$KAFKA_PID"
# one record per number, in order: nothing lost, nothing twice
kcat -b "$KAFKA_BOOTSTRAP" -C -t fits -p 0 -e -q | cmp - <(seq 0 1999) || { echo "fits: records lost, doubled or out of order" >&2; exit 1; }

"$room" reappear "$KAFKA_BOOTSTRAP"

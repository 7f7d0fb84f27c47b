#!/usr/bin/env bash
# usage: run.sh SECONDS FUZZER...   Two fuzzers at a time, each on a copy of its seeds (tests/fuzz/seeds.sh names them).
# A crash, leak, time-out or out-of-memory fails it and shows the input's place.
set -u
seconds=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
declare -A pid_of
passed=0 failed=0

launch() {
    local name work words=()
    name=$(basename "$1")
    work=build/fuzz/work/$name
    rm -rf "$work" && mkdir -p "$work/corpus"
    bash "$here/seeds.sh" "$name" "$work/corpus" "$work/dictionary"
    [ -s "$work/dictionary" ] && words=("-dict=$work/dictionary")
    "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
        ${words[@]+"${words[@]}"} -artifact_prefix="$work/" "$work/corpus" >"$work/log" 2>&1 &
    pid_of[$name]=$!
}

reap() {
    local name=$1 work=build/fuzz/work/$1
    if wait "${pid_of[$name]}"; then
        passed=$((passed + 1))
        printf '%-16s ok, %s executions\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")"
    else
        failed=$((failed + 1))
        tail -40 "$work/log"
        printf '%-16s FAILED, see %s\n' "$name" "$work"
    fi
}

names=()
for fuzzer in "$@"; do
    launch "$fuzzer"
    names+=("$(basename "$fuzzer")")
    if [ ${#names[@]} -eq 2 ]; then
        reap "${names[0]}" && names=("${names[1]}")
    fi
done
for name in ${names[@]+"${names[@]}"}; do reap "$name"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

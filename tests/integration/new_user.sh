#!/usr/bin/env bash
# usage: new_user.sh [COMMIT]   What README promises to somebody who clones this repository: `make run` builds and serves, its
# printed lines work as they stand, Ctrl-C ends it. Builds from nothing and takes the default ports, so it is not part of
# `make test`.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
clone=$(mktemp -d "${TMPDIR:-/tmp}/headgate-clone.XXXXXX")
passed=0 failed=0 run=

finish() {
    [ -z "$run" ] || kill -KILL -- "-$run" 2>/dev/null
    rm -rf "$clone"
}
trap finish EXIT

expect() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1)) && echo "ok      $what"
    else
        failed=$((failed + 1)) && echo "FAILED  $what"
    fi
}

# Until the banner's last line, or the end of make.
served() {
    local deadline=$((SECONDS + 900))
    until grep -q '^Ctrl-C stops it' "$clone.out"; do
        kill -0 "$run" 2>/dev/null && [ $SECONDS -lt $deadline ] || { tail -20 "$clone.out" && return 1; }
        read -r -t 0.2 <> <(:) || true
    done
}
printed() { sed -n "s|^  \($1 .*\)|\1|p" "$clone.out"; }
accepted() { (cd "$clone" && bash -c "$(printed curl)") 2>/dev/null | grep -qF '{"accepted":1,"dropped_fields":1}'; }
shown() { (cd "$clone" && bash -c "timeout 20 $(printed build/headgate) --count 1") | grep -q '"total_cents": 4250'; }
ended() { # make itself ends with 130; the server says how it went
    kill -INT -- "-$run"
    wait "$run"
    grep -q '"event":"stopped","code":0' "$clone.out" && ! curl -s -o "$clone/none" http://127.0.0.1:8081/healthz
}

git clone -q "$root" "$clone" && git -C "$clone" checkout -q "${1:-HEAD}" || exit 1
set -m
make -C "$clone" run >"$clone.out" 2>&1 &
run=$!
expect 'make run builds and serves' served
expect 'the printed curl line is accepted' accepted
expect 'the printed tail line shows what the use got' shown
expect 'Ctrl-C ends it' ended
rm -f "$clone.out"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

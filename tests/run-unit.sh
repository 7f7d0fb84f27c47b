#!/usr/bin/env bash
# Runs cmocka programs one after another; shows a failing one whole, a passing one in a line. Ends with the sum.
set -u
passed=0 failed=0 red=()
for program in "$@"; do
    output=$("$program" 2>&1)
    code=$?
    ok=$(grep -cE '^\[       OK \]' <<<"$output")
    bad=$(grep -cE '^\[  FAILED  \] [A-Za-z_]' <<<"$output")
    if [ "$code" -ne 0 ]; then
        [ "$bad" -gt 0 ] || bad=1
        printf '%s\n' "$output"
        red+=("$program")
    fi
    passed=$((passed + ok)) failed=$((failed + bad))
    printf '%-60s %s\n' "${program#*/tests/}" "$([ "$code" -eq 0 ] && echo "ok ($ok)" || echo FAILED)"
done
for program in ${red[@]+"${red[@]}"}; do echo "failed: $program"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

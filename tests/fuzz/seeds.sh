#!/usr/bin/env bash
# usage: seeds.sh FUZZER FOLDER   Copies the seed inputs of a fuzzer into FOLDER: the test corpora, no second copy is kept.
set -u
tests=$(cd "$(dirname "$0")/.." && pwd)
take() { # take GLOB...: numbered, so that equal names do not collide
    local n=0 file
    for file in "$@"; do
        [ -f "$file" ] || continue
        n=$((n + 1))
        cp "$file" "$folder/$n-$(basename "$file")"
    done
}
folder=$2
case $1 in
    fuzz_json | fuzz_enforce) take "$tests"/corpus/json/* "$tests"/corpus/events/* ;;
    fuzz_contract) find "$tests/corpus/contracts" "$tests/../contracts/examples" -name '*.yaml' -exec cp -n {} "$folder" \; ;;
    fuzz_http) take "$tests"/corpus/http/* ;;
    fuzz_text) take "$tests"/corpus/formats/* ;;
    fuzz_pattern) # one file a pattern, its JSON quotes removed
        cut -f1 "$tests/corpus/patterns.tsv" | uniq | sed 's/^"//; s/"$//; s/\\\\/\\/g' | split -a 3 -l 1 - "$folder/pattern-" ;;
    fuzz_config) take "$tests"/corpus/config/* ;;
    fuzz_content) printf 'headgate' | gzip >"$folder/gzip" ;;
esac
exit 0

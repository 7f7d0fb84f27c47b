#!/usr/bin/env bash
# usage: seeds.sh FUZZER FOLDER DICTIONARY   Copies the seed inputs of a fuzzer into FOLDER: the test corpora, no second copy is
# kept. Writes the words that pay off inside an input into DICTIONARY, from the tables that the program itself reads by; the file
# stays away where bytes serve as well.
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
join_files() { # join_files FILE...: with a line of %%%% between them
    local file first=1
    for file in "$@"; do
        [ -n "$first" ] || printf '%%%%%%%%\n'
        first=
        cat "$file"
    done
}
words_of() { # words_of FILE...: the constant words of C sources
    grep -hoE '"[A-Za-z_][A-Za-z0-9_.-]+"' "$@" | sort -u
}
folder=$2
dictionary=$3
contracts=$tests/../contracts
case $1 in
    fuzz_contract | fuzz_diff)
        words_of "$contracts"/{odcs_elements,odcs,handling_parse,resolve_sla,intent,schema_text}.c "$contracts"/data/*.c >"$dictionary"
        printf '"%s"\n' '\x0a%%%%\x0a' '\x0a====\x0a' '\x0a  - ' ': {' '}' '[]' '&a ' '*a' "''" 'P30D' '2026-10-01T00:00:00Z' >>"$dictionary" ;;
    fuzz_handling)
        words_of "$contracts/handling_parse.c" >"$dictionary"
        printf '"%s"\n' '(' ')' '=' ', ' "'" "''" '\x0a' '::ffff:' '1e-37' >>"$dictionary" ;;
    fuzz_head)
        sed -n 's/^    X([A-Z_]*, \("[a-z-]*"\)).*/\1/p' "$tests/../gateway/http/field.h" >"$dictionary"
        printf '"%s"\n' 'close' 'keep-alive' 'chunked' '100-continue' 'HTTP/1.0' 'HTTP/1.1' 'http://' '\x0d\x0a' '\x09' >>"$dictionary" ;;
    fuzz_reply)
        printf '"%s"\n' 'HTTP/1.1 200 OK' 'HTTP/1.0 204 ' 'HTTP/1.1 100 ' '304' 'Connection' 'close' 'keep-alive' 'Content-Length' 'Transfer-Encoding' \
            'chunked' '\x0d\x0a' '\x0d\x0a\x0d\x0a' '0\x0d\x0a\x0d\x0a' '\x09' >"$dictionary" ;;
    fuzz_pattern)
        printf '"%s"\n' '\\d' '\\D' '\\w' '\\W' '\\s' '\\S' '\\b' '\\B' '\\u0041' '\\x41' '\\cA' '[^' '(?:' '(?=' '(?!' '(?<=' \
            '{2,3}' '{0,}' '{1000}' '*?' '+?' '??' '|' '\\1' '\\p{L}' '[a-z]' '^' '$' '\xc3\xa9' '\xf0\x9f\x98\x80' >"$dictionary" ;;
esac
case $1 in
    fuzz_json | fuzz_json_portable) take "$tests"/corpus/json/* "$tests"/corpus/events/*/*.json ;;
    fuzz_contract) # a model, a line of %%%%, a use (tests/fuzz/fuzz_contract.c)
        for use in "$tests"/corpus/contracts/*/use.odcs.yaml "$tests"/../contracts/examples/*/*.use.odcs.yaml; do
            for model in "$(dirname "$use")"/*model.odcs.yaml; do
                [ -f "$model" ] || continue
                { cat "$model" && printf '%%%%%%%%\n' && cat "$use"; } >"$folder/$(basename "$(dirname "$use")")-$(basename "$use")"
            done
        done ;;
    fuzz_diff) # the files of two folders (tests/fuzz/fuzz_diff.c)
        for pair in "$tests"/corpus/diff/*/; do
            { join_files "$pair"old/*.yaml && printf '====\n' && join_files "$pair"new/*.yaml; } >"$folder/$(basename "$pair")"
        done ;;
    fuzz_handling) # every transformLogic of the contracts, each with texts of all kinds
        grep -rhoP "transformLogic: *\K.*" "$tests"/corpus/contracts "$tests"/../contracts/examples |
            sed "s/[]},]*\$//; s/^[\"']\(.*\)[\"']\$/\1/; s/''/'/g" | sort -u | split -a 3 -l 1 - "$folder/call-"
        for file in "$folder"/call-*; do
            printf '%s\n' ada.lovelace@mail.example 192.0.2.17 2001:db8::7 2026-11-22T09:15:30.25Z 2024-02-29 -1234.565 'naïve 日本' >>"$file"
        done ;;
    fuzz_http | fuzz_head) # what the client of every transcript sends, in one of 32 manners (tests/fuzz/fuzz_http.c)
        awk -v folder="$folder" '
            /^=== / { close(file); n++; file = folder "/case-" n; printf "\\%03o", n % 32 > file; next }
            /^C: / { print substr($0, 4) "\\r\\n" > file } /^C:$/ { print "\\r\\n" > file }
            /^C\+ / { print substr($0, 4) > file }' "$tests"/transcripts/*.txt
        for file in "$folder"/case-*; do
            printf '%b' "$(tr -d '\n' <"$file" | sed 's/^\\\([0-7]\{3\}\)/\\0\1/')" >"$file.bytes" 2>/dev/null && mv "$file.bytes" "$file"
        done ;;
    fuzz_reply) # two bytes for the cuts, then replies of every framing, each with one behind it (tests/fuzz/fuzz_reply.c)
        next='HTTP/1.1 429 \r\nContent-Length: 1\r\n\r\nx'
        printf '\012\001HTTP/1.1 202 Accepted\r\nDate: Mon, 23 Nov 2026 01:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}'"$next" >"$folder/length"
        printf '\050\003HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n0\r\nC: d\r\n\r\n'"$next" >"$folder/chunks"
        printf '\024\040HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: x, keep-alive\r\n\r\n'"$next" >"$folder/none"
        printf '\001\007HTTP/1.0 304 \r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nHTTP/1.0 200 OK\r\n\r\nabc' >"$folder/end" ;;
    fuzz_text) # one file a row
        grep -hv '^#' "$tests"/corpus/formats/*.tsv | cut -f2 | split -a 4 -l 1 - "$folder/row-" ;;
    fuzz_pattern) # one file a pattern, its JSON quotes removed
        cut -f1 "$tests/corpus/patterns.tsv" | uniq | sed 's/^"//; s/"$//; s/\\\\/\\/g' | split -a 3 -l 1 - "$folder/pattern-" ;;
    fuzz_schema_compat) # reader and writer of a pair, a line each
        grep -v '^#' "$tests/corpus/schema_compat.tsv" | awk -F'\t' -v folder="$folder" '{ file = folder "/pair-" NR
            print $2 "\n" $3 > file; close(file) }' ;;
    fuzz_avro_json)
        printf '%s\n\002a' '{"type":"record","name":"r","fields":[{"name":"a","type":["null","string"]}]}' >"$folder/record"
        printf '%s\n\004\002\004' '{"type":"array","items":{"type":"long","logicalType":"timestamp-millis"}}' >"$folder/array" ;;
    fuzz_enforce) # the model's number, then an event: the corpus and those of the decision tables (tests/fuzz/fuzz_enforce.c)
        for file in "$tests"/corpus/events/rules/*.json; do
            { printf '\006' && cat "$file"; } >"$folder/$(basename "$file")"
        done
        cat "$tests"/decisions/*.txt | awk -v folder="$folder" '
            BEGIN { model["payment.authorized"] = 1; model["shipment.scanned"] = 2; model["rules"] = 3; model["treated"] = 4; model["maps"] = 5 }
            /^== / { open = 0 } /^->/ { if (open) close(file); open = 0 }
            open { printf "%s", $0 > file }
            /^event / && ($2 in model) { n++; open = 1; file = folder "/event-" n; printf "%c", 4 + model[$2] > file }' ;;
    fuzz_ciphertext) # a whole one under another key, as bytes and as text, and its parts alone (tests/fuzz/fuzz_ciphertext.c)
        printf '\001\005fixed%-8s%-12s%-48s' salt nonce sealed >"$folder/bytes"
        base64 -w0 <"$folder/bytes" | tr '+/' '-_' | tr -d '=' >"$folder/text"
        printf '\001\005fixed' >"$folder/head" ;;
    fuzz_observe) # events of the decision tables, and JSON of all sorts
        cat "$tests"/decisions/*.txt | grep '^ *{' | split -a 4 -l 3 - "$folder/events-"
        take "$tests"/corpus/json/* ;;
    fuzz_approvals) take "$tests"/corpus/approvals/* ;;
    fuzz_config) take "$tests"/corpus/config/* ;;
    fuzz_content) # encoding, limit and pieces, then the body (tests/fuzz/fuzz_content.c)
        { printf '\001\020\002' && seq 500 | gzip; } >"$folder/gzip"
        { printf '\000\020\002' && seq 500 | zstd -q; } >"$folder/zstd"
        { printf '\002\020\002' && seq 500 | gzip | tail -c +11 | head -c -8; } >"$folder/deflate" ;;
esac
exit 0

#!/usr/bin/env bash
# House rules that a machine can check. Every rule is a function that prints what is wrong; silence is fine.
set -u
cd "$(dirname "$0")/.." || exit 2
sources() { git ls-files 'codecs/*.[ch]' 'contracts/*.[ch]' 'gateway/*.[ch]' 'bench/*.[ch]' 'tests/*.[ch]'; }

# Dependencies point one way: codecs <- contracts <- gateway <- bench, tests.
include_direction() {
    git grep -nE '#include "(contracts|gateway|bench|tests)/' -- 'codecs/*.[ch]'
    git grep -nE '#include "(gateway|bench|tests)/' -- 'contracts/*.[ch]'
    git grep -nE '#include "(bench|tests)/' -- 'gateway/*.[ch]'
    git grep -nE '#include <(event2|librdkafka|pthread|sys/socket)' -- 'codecs/*.[ch]' 'contracts/*.[ch]'
    git grep -nE '#include <llhttp' -- 'codecs/*.[ch]' 'contracts/*.[ch]' 'gateway/*.[ch]' 'bench/*.[ch]' # it is what tests compare with
}

# Inside gateway/ lower layers never include upper ones:
#   base (files in gateway/ that the table names) < http, kafka < ingest < admin < worker, loader, banner, server < commands, main
layer_of() {
    case $1 in
        gateway/http/* | gateway/kafka/*) echo 2 ;;
        gateway/ingest/*) echo 3 ;;
        gateway/admin/*) echo 4 ;;
        gateway/worker.* | gateway/loader.* | gateway/banner.* | gateway/server.*) echo 5 ;;
        gateway/commands/command.h) echo 1 ;;
        gateway/commands/* | gateway/main.c) echo 6 ;;
        gateway/*) echo 1 ;;
        *) echo 0 ;;
    esac
}
gateway_layers() {
    local file included from to
    while IFS=: read -r file included; do
        from=$(layer_of "$file") to=$(layer_of "$included")
        [ "$to" -le "$from" ] || echo "$file: includes $included, which is a layer above it"
        case $file:$included in
            gateway/http/*:gateway/kafka/* | gateway/kafka/*:gateway/http/*) echo "$file: http and kafka know nothing of each other" ;;
        esac
    done < <(git grep -E '^#include "gateway/' -- 'gateway/*.[ch]' | sed -E 's/^([^:]+):#include "([^"]+)".*/\1:\2/')
}

file_length() {
    local file lines
    sources | while read -r file; do
        lines=$(wc -l <"$file")
        [ "$lines" -le 600 ] || echo "$file: $lines lines; 600 at the most"
    done
}

unfinished() { git grep -nE '\b(TODO|FIXME|HACK)\b' -- '*.c' '*.h' '*.py' '*.sh' Makefile | grep -v '^tests/lint.sh:'; }

format() { sources | xargs clang-format --dry-run --Werror 2>&1 | grep -E 'error:' | head -40; }

static_analysis() {
    mkdir -p build/cppcheck
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -j 2 \
        --cppcheck-build-dir=build/cppcheck --suppress=missingIncludeSystem --suppress=shiftTooManyBitsSigned --suppress=normalCheckLevelMaxBranches \
        -I. -D_GNU_SOURCE '-DHEADGATE_VERSION="0"' codecs contracts gateway 2>&1
}

shell_scripts() { git ls-files '*.sh' .ci/run | xargs shellcheck --severity=warning 2>&1; }

yaml_files() { git ls-files 'docker/*.yaml' 'docker/*.yml' 'contracts/examples/*.yaml' | xargs -r yamllint -d '{extends: relaxed, rules: {line-length: disable}}' 2>&1; }

# No engine is needed to judge a Dockerfile and a compose file.
container_files() {
    local venv
    venv=$(bash tests/venv.sh) || return
    "$venv/bin/hadolint" --ignore DL3008 docker/Dockerfile 2>&1
    "$venv/bin/check-jsonschema" --builtin-schema vendor.compose-spec docker/compose.yaml 2>&1 | grep -v '^ok'
}

# What the image copies is all that its build needs.
image_sources() {
    local folder
    folder=$(mktemp -d)
    sed -nE 's/^COPY ([a-zA-Z]+) .*/\1/p' docker/Dockerfile | xargs -I{} cp -r {} "$folder"
    { make -n -C "$folder" install-program >/dev/null; } 2>&1
    rm -rf "$folder"
}

# What a build of our own binary can check: the shipped contracts load without an error.
examples() { [ ! -x build/headgate ] || build/headgate check contracts/examples >build/lint-examples.log 2>&1 || cat build/lint-examples.log; }

passed=0 failed=0
for rule in include_direction gateway_layers file_length unfinished format static_analysis shell_scripts yaml_files container_files image_sources examples; do
    found=$("$rule")
    if [ -z "$found" ]; then
        passed=$((passed + 1))
        printf '%-20s ok\n' "$rule"
    else
        failed=$((failed + 1))
        printf '%-20s FAILED\n%s\n' "$rule" "$found"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

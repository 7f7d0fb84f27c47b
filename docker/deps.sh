#!/usr/bin/env bash
# Installs the Debian packages that are missing, and says which. The one list of what headgate needs.
#   deps.sh build     what `make` needs          deps.sh run       what a built binary needs
#   deps.sh test      build + what tests need    deps.sh bench     build + what benchmarks need
#   deps.sh peers     the languages of the services that headgate is measured against
#   deps.sh --list WHAT   prints the list and installs nothing
set -euo pipefail

# For tests alone, no program has any of it. Newer distributions ship libllhttp-dev; Debian 12 has llhttp's C sources in node-llhttp (no Node runtime comes along).
llhttp() { if apt-cache show libllhttp-dev >/dev/null 2>&1; then echo libllhttp-dev; else echo node-llhttp; fi; }

packages() {
    local build="gcc make pkg-config libc6-dev libevent-dev librdkafka-dev libavro-dev libjansson-dev libzstd-dev zlib1g-dev
        libyaml-dev libpcre2-dev libssl-dev libcurl4-openssl-dev libmimalloc-dev"
    local run="libevent-core-2.1-7 libevent-pthreads-2.1-7 librdkafka1 libavro23 libjansson4 libzstd1 zlib1g libyaml-0-2
        libpcre2-8-0 libssl3 libcurl4 libmimalloc2.0"
    local test="g++ clang clang-format clang-tidy libclang-rt-14-dev llvm cppcheck shellcheck yamllint libcmocka-dev git curl jq zstd kcat
        python3 python3-venv python3-pip default-jdk-headless maven procps"
    case $1 in
        build) echo "$build" ;;
        run) echo "$run" ;;
        test) echo "$build $test" && llhttp ;;
        bench) echo "$build g++ libsimdjson-dev default-jre-headless maven kcat jq cargo rustc python3 python3-yaml procps" ;;
        peers) echo "cargo rustc golang-go nodejs npm libnode-dev librdkafka-dev g++ make python3-venv" ;;
        *) echo "deps.sh: no list named $1" >&2 && return 2 ;;
    esac
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# A tool that is there already, from wherever, is not installed a second time.
provided() {
    case $1 in
        python3-venv) python3 -c 'import venv, ensurepip' 2>/dev/null ;;
        python3-pip) python3 -m pip --version >/dev/null 2>&1 ;;
        default-jre-headless) command -v java >/dev/null ;;
        default-jdk-headless) command -v javac >/dev/null ;;
        maven) command -v mvn >/dev/null ;;
        python3-yaml) python3 -c 'import yaml' 2>/dev/null ;;
        golang-go) command -v go >/dev/null ;;
        nodejs) command -v node >/dev/null ;;
        libnode-dev) [ -f /usr/include/node/node.h ] ;;
        cargo | rustc | npm | python3 | git | curl) command -v "$1" >/dev/null ;;
        *) return 1 ;;
    esac
}

if [ "${1:-}" = --list ]; then
    packages "$2" | xargs -n1
    exit
fi
if ! command -v apt-get >/dev/null; then
    echo "deps.sh: this is not a Debian family system; install by hand:" && packages "${1:-build}"
    exit 1
fi
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
wanted=$(packages "${1:-build}")
# Before the first update apt knows no packages, so which llhttp package there is can be judged only after it.
missing=()
for package in $wanted; do installed "$package" || provided "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0
echo "installing with apt-get: ${missing[*]}"
"${sudo[@]}" apt-get update -qq
missing=()
for package in $(packages "${1:-build}"); do installed "$package" || provided "$package" || missing+=("$package"); done
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "installed: ${missing[*]}"

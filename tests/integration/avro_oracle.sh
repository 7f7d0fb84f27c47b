#!/usr/bin/env bash
# Judges every pair of tests/corpus/schema_compat.tsv with Apache Avro's own SchemaCompatibility (Maven Central, cached in
# build/avro) and compares with the verdicts in the file.
#   avro_oracle.sh            fails when a verdict differs
#   avro_oracle.sh --write    writes the verdicts into the file
# Needs java 17 or later and maven (Debian: default-jdk-headless maven).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

table=tests/corpus/schema_compat.tsv
libs=${AVRO_LIBS:-$PWD/build/avro/libs}

# The jars come in one step: a folder that is there is complete.
if [ ! -f "$libs/.complete" ]; then
    mkdir -p "$libs"
    echo "avro_oracle: fetching Apache Avro from Maven Central, once" >&2
    mvn -q -B -f tests/integration/avro_oracle/pom.xml dependency:copy-dependencies "-DoutputDirectory=$libs" \
        -DincludeScope=runtime >"$libs/../mvn.log" 2>&1 || { echo "avro_oracle: maven failed, see $libs/../mvn.log" >&2; exit 1; }
    touch "$libs/.complete"
fi

judged=$(mktemp)
trap 'rm -f "$judged"' EXIT
java -XX:TieredStopAtLevel=1 -cp "$libs/*" tests/integration/avro_oracle/CompatOracle.java <"$table" >"$judged" 2> >(grep -v '^SLF4J' >&2)
if [ "${1:-}" = --write ]; then
    cp "$judged" "$table"
    exit
fi
diff -u "$table" "$judged" || { echo "avro_oracle: verdicts differ from Apache Avro's" >&2; exit 1; }
echo "avro_oracle: $(grep -vc -e '^#' -e '^$' "$table") pairs, all judged alike"

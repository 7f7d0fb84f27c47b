# shellcheck shell=bash
# kafka.sh - one node of Apache Kafka for a test; source it.
#
#   kafka_start              assembles it once (Maven Central, cached in build/kafka), formats and starts one KRaft node on free
#                            loopback ports with a scratch log folder, waits until it answers; sets KAFKA_BOOTSTRAP
#   kafka_stop               ends it and removes its folder; safe to call twice: trap kafka_stop EXIT
#   kafka_freeze, kafka_thaw stop and resume the process: a broker that neither answers nor hangs up
#   kafka_topic_config TOPIC its settings, one name=value a line, defaults included
#   kafka_topic_make TOPIC PARTITIONS [NAME=VALUE...]
#   kafka_topic_set TOPIC NAME=VALUE...       a list as value goes in brackets: cleanup.policy=[compact,delete]
#   kafka_topic_list
#
# Needs java 17, maven and kcat (Debian: default-jre-headless maven kcat). KAFKA_SETTINGS may hold more lines for the broker.
KAFKA_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
KAFKA_LIBS=${KAFKA_LIBS:-$KAFKA_ROOT/build/kafka/libs}
KAFKA_PID=
KAFKA_DIR=
KAFKA_BOOTSTRAP=

kafka_fail() {
    echo "kafka: $*" >&2
    return 1
}

# The jars come in one step: a folder that is there is complete.
kafka_assemble() {
    [ -f "$KAFKA_LIBS/.complete" ] && return 0
    command -v mvn >/dev/null || kafka_fail "maven is missing (apt install maven)" || return 1
    command -v java >/dev/null || kafka_fail "java is missing (apt install default-jre-headless)" || return 1
    mkdir -p "$KAFKA_LIBS"
    echo "kafka: fetching Apache Kafka from Maven Central, once" >&2
    mvn -q -B -f "$KAFKA_ROOT/tests/integration/kafka/pom.xml" dependency:copy-dependencies \
        "-DoutputDirectory=$KAFKA_LIBS" -DincludeScope=runtime >"$KAFKA_LIBS/../mvn.log" 2>&1 ||
        kafka_fail "maven failed, see $KAFKA_LIBS/../mvn.log" || return 1
    touch "$KAFKA_LIBS/.complete"
}

# A port below the ephemeral range that nobody answers on.
kafka_free_port() {
    local port
    while :; do
        port=$((10240 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# The heap and the collector keep a test's broker small and quick to start.
kafka_java() {
    java -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$KAFKA_LIBS/*" "$@" 2> >(grep -v '^SLF4J' >&2)
}

kafka_settings() {
    local port=$1 controller=$2
    cat <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$KAFKA_DIR/log
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
num.partitions=3
${KAFKA_SETTINGS:-}
END
}

kafka_answers() {
    kcat -b "$KAFKA_BOOTSTRAP" -L -m 2 >/dev/null 2>&1
}

kafka_wait() {
    local deadline=$((SECONDS + 60))
    until kafka_answers; do
        kill -0 "$KAFKA_PID" 2>/dev/null || kafka_fail "the broker ended: $(tail -3 "$KAFKA_DIR/broker.log")" || return 1
        [ $SECONDS -lt $deadline ] || kafka_fail "no answer in 60 s, see $KAFKA_DIR/broker.log" || return 1
        read -r -t 0.1 <> <(:) || true
    done
}

kafka_start() {
    local port controller
    kafka_assemble || return 1
    command -v kcat >/dev/null || kafka_fail "kcat is missing (apt install kcat)" || return 1
    KAFKA_DIR=$(mktemp -d "${TMPDIR:-/tmp}/headgate-kafka.XXXXXX")
    port=$(kafka_free_port)
    controller=$(kafka_free_port)
    kafka_settings "$port" "$controller" >"$KAFKA_DIR/server.properties"
    KAFKA_BOOTSTRAP=127.0.0.1:$port
    kafka_java kafka.tools.StorageTool format -t "$(kafka_java kafka.tools.StorageTool random-uuid 2>/dev/null)" \
        -c "$KAFKA_DIR/server.properties" >"$KAFKA_DIR/format.log" 2>&1 ||
        kafka_fail "format failed: $(tail -3 "$KAFKA_DIR/format.log")" || return 1
    java -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$KAFKA_LIBS/*" kafka.Kafka "$KAFKA_DIR/server.properties" \
        >"$KAFKA_DIR/broker.log" 2>&1 &
    KAFKA_PID=$!
    kafka_wait || { kafka_stop; return 1; }
    export KAFKA_BOOTSTRAP
}

kafka_stop() {
    [ -n "$KAFKA_PID" ] || return 0
    kill -CONT "$KAFKA_PID" 2>/dev/null
    kill -KILL "$KAFKA_PID" 2>/dev/null
    wait "$KAFKA_PID" 2>/dev/null || true # its end by our signal is no failure of the caller's, who may run under set -e
    KAFKA_PID=
    rm -rf "$KAFKA_DIR"
}

kafka_freeze() { kill -STOP "$KAFKA_PID"; }
kafka_thaw() { kill -CONT "$KAFKA_PID"; }

kafka_topic_config() {
    kafka_java kafka.admin.ConfigCommand --bootstrap-server "$KAFKA_BOOTSTRAP" --entity-type topics --entity-name "$1" --all \
        --describe 2>/dev/null | sed -n 's/^  \([^=]*=[^ ]*\) .*/\1/p'
}

kafka_topic_make() {
    local topic=$1 partitions=$2 setting
    local settings=() said
    shift 2
    for setting in "$@"; do settings+=(--config "$setting"); done
    said=$(kafka_java org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BOOTSTRAP" --create --topic "$topic" \
        --partitions "$partitions" --replication-factor 1 ${settings[@]+"${settings[@]}"}) || kafka_fail "$said"
}

kafka_topic_set() {
    local topic=$1 all
    shift
    all=$(IFS=,; echo "$*")
    kafka_java kafka.admin.ConfigCommand --bootstrap-server "$KAFKA_BOOTSTRAP" --entity-type topics --entity-name "$topic" --alter \
        --add-config "$all" >/dev/null
}

kafka_topic_list() {
    kafka_java org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BOOTSTRAP" --list 2>/dev/null
}

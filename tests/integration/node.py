"""One node of Apache Kafka for the whole run, started by kafka.sh, and an independent client that reads from it."""
import os
import signal
import subprocess
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from gateway import wait_for

SCRIPT = Path(__file__).with_name("kafka.sh")
# The shell that started the broker waits for our pipe to close, so the broker ends even when we are killed.
KEEPER = f"""
source {SCRIPT}
trap kafka_stop EXIT
kafka_start || exit 1
echo "$KAFKA_BOOTSTRAP $KAFKA_PID"
read -r _
"""

QUIET = {"log_level": 2, "log.connection.close": False}  # a broker that is frozen or gone is what some tests are about
LOST_SIGHT = (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT, KafkaError.NOT_LEADER_FOR_PARTITION)


class Record:
    """What a consumer sees of one record."""

    def __init__(self, message):
        self.topic, self.partition, self.offset = message.topic(), message.partition(), message.offset()
        self.key, self.value, self.timestamp = message.key(), message.value(), message.timestamp()[1]
        self.header_list = [(name, (value or b"").decode()) for name, value in message.headers() or []]
        self.headers = dict(self.header_list)

    @property
    def id(self):
        return self.headers["ce_id"]


class Client:
    """Reads and describes topics of any bootstrap address."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.admin = AdminClient({"bootstrap.servers": bootstrap, **QUIET})
        self.consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "headgate-tests", "enable.auto.commit": False,
                                  "auto.offset.reset": "error", "fetch.wait.max.ms": 20, "enable.partition.eof": False,
                                  "isolation.level": "read_committed", **QUIET})

    def close(self):
        self.consumer.close()

    def partitions(self, topic):
        metadata = self.consumer.list_topics(topic, timeout=15).topics[topic]
        assert metadata.error is None, f"{topic}: {metadata.error}"
        return sorted(metadata.partitions)

    def read(self, topic):
        """All records that are in the topic now, in the order of partitions and offsets."""
        ends = {}
        for partition in self.partitions(topic):
            low, high = wait_for(lambda: self._ends(topic, partition), f"the ends of {topic}[{partition}]")
            if high > low:
                ends[partition] = (low, high)
        records = self._read_to(topic, ends) if ends else []
        return sorted(records, key=lambda record: (record.partition, record.offset))

    def _ends(self, topic, partition):
        """The first and the next offset; None while a topic that was just made has no leader."""
        try:
            return self.consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=15)
        except KafkaException as error:
            assert error.args[0].code() in LOST_SIGHT, error
            return None

    def _read_to(self, topic, ends):
        self.consumer.assign([TopicPartition(topic, partition, low) for partition, (low, _) in ends.items()])
        missing, records = dict(ends), []
        while missing:
            message = self.consumer.poll(15)
            assert message is not None, f"{topic}: no record for 15 s, still to come {missing}"
            if message.error():
                assert message.error().code() in LOST_SIGHT, message.error()
                continue
            records.append(Record(message))
            if message.offset() + 1 >= ends[message.partition()][1]:
                missing.pop(message.partition(), None)
        self.consumer.unassign()
        return records

    def at(self, topic, partition, offset):
        """The record at one place."""
        self.consumer.assign([TopicPartition(topic, partition, offset)])
        message = self.consumer.poll(15)
        self.consumer.unassign()
        assert message is not None and not message.error(), f"{topic}[{partition}]@{offset}: {message and message.error()}"
        assert message.offset() == offset
        return Record(message)

    def topics(self):
        return set(self.admin.list_topics(timeout=15).topics)

    def settings(self, topic):
        resource = ConfigResource(ResourceType.TOPIC, topic)
        return {name: entry.value for name, entry in self.admin.describe_configs([resource])[resource].result(15).items()}

    def make_topic(self, topic, partitions=1, **settings):
        config = {name.replace("_", "."): str(value) for name, value in settings.items()}
        self.admin.create_topics([NewTopic(topic, partitions, 1, config=config)])[topic].result(15)

    def change_topic(self, topic, **settings):
        resource = ConfigResource(ResourceType.TOPIC, topic,
                                  set_config={name.replace("_", "."): str(value) for name, value in settings.items()})
        self.admin.alter_configs([resource])[resource].result(15)


class Node(Client):
    """The broker itself: it can be frozen, which is how a network fault looks from outside."""

    def __init__(self):
        self.keeper = subprocess.Popen(["bash", "-c", KEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.keeper.stdout.readline().split()
        assert len(line) == 2, "Kafka did not start; what kafka.sh says stands above"
        self.pid = int(line[1])
        super().__init__(line[0])
        self._warm_up()

    def _warm_up(self):
        """The first idempotent producer waits a second for the broker's coordinator: that is nobody's test."""
        self.make_topic("warm-up")
        producer = Producer({"bootstrap.servers": self.bootstrap, "enable.idempotence": True, **QUIET})
        producer.produce("warm-up", b"")
        assert producer.flush(20) == 0, "the broker takes no record"

    def freeze(self):
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)
        wait_for(self._answers, "the broker answers again", 30)

    def _answers(self):
        try:
            return self.consumer.list_topics("warm-up", timeout=2)
        except KafkaException:
            return None

    def stop(self):
        os.kill(self.pid, signal.SIGCONT)
        self.close()
        self.keeper.stdin.close()
        self.keeper.wait(30)

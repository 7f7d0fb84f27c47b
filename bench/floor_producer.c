/* floor_producer.c - librdkafka alone: the records that headgate wrote, written again, and nothing else done.
 *
 * Reads the first records of each of a topic's partitions (key, value, headers) and writes them over and over to another of as
 * many partitions, so many at a time, with so many unacknowledged at most; prints the CPU time that a record took, as JSON. Their
 * keys spread them over the partitions as they were spread: a producer whose records all go to one partition sends a sixth of the
 * requests.
 *
 * usage: floor_producer BOOTSTRAP FROM_TOPIC TO_TOPIC LINGER_MS BATCH WINDOW SECONDS */
#include "bench/floor_kafka.h"
#include "bench/load_process.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { RECORDS = 1000, PARTITIONS_MOST = 64, READ_PATIENCE_MS = 10000 };

/* The first of each partition, then the second of each, and so on. */
static struct floor_record records[RECORDS];
static size_t record_count;
static unsigned long outstanding;

/* What is read. */
struct source {
    rd_kafka_t *rk;
    const char *topic;
    int partitions;
    size_t share; /* of each partition */
    size_t found[PARTITIONS_MOST];
};

static struct span copy(const void *bytes, size_t size)
{
    char *to = malloc(size + 1);
    if (to == NULL) abort();
    if (size > 0) memcpy(to, bytes, size);
    to[size] = '\0';
    return (struct span){to, size};
}

static void keep(struct floor_record *record, const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t size;
    record->key = copy(message->key, message->key_len);
    record->value = copy(message->payload, message->len);
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    while (record->header_count < FLOOR_HEADERS_MAX &&
           rd_kafka_header_get_all(headers, record->header_count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR)
        record->headers[record->header_count++] = (struct floor_header){copy(name, strlen(name)), copy(value, size)};
}

static void subscribe(struct source *source)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(source->rk, source->topic, NULL);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    if (rd_kafka_metadata(source->rk, 0, rkt, &metadata, READ_PATIENCE_MS) != RD_KAFKA_RESP_ERR_NO_ERROR) exit(3);
    source->partitions = metadata->topics[0].partition_cnt;
    for (int i = 0; i < source->partitions; i++)
        rd_kafka_topic_partition_list_add(list, source->topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(source->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(rkt);
}

/* A partition that gave its share is not asked any more, or it would keep the others from being asked. */
static void pause_partition(const struct source *source, int partition)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, source->topic, partition);
    rd_kafka_pause_partitions(source->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
}

static void take(struct source *source, const rd_kafka_message_t *message)
{
    size_t *found = &source->found[message->partition];
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || *found == source->share) return;
    keep(&records[*found * (size_t)source->partitions + (size_t)message->partition], message);
    record_count++;
    if (++*found == source->share) pause_partition(source, message->partition);
}

static bool read_records(const char *bootstrap, const char *topic)
{
    char problem[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, problem, sizeof problem);
    rd_kafka_conf_set(conf, "group.id", "headgate-bench", problem, sizeof problem);
    struct source source = {.rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem, sizeof problem), .topic = topic};
    if (source.rk == NULL) exit(3);
    rd_kafka_poll_set_consumer(source.rk);
    subscribe(&source);
    if (source.partitions < 1 || source.partitions > PARTITIONS_MOST) return false;
    source.share = RECORDS / (size_t)source.partitions;
    size_t wanted = source.share * (size_t)source.partitions;
    rd_kafka_message_t *message;
    while (record_count < wanted && (message = rd_kafka_consumer_poll(source.rk, READ_PATIENCE_MS)) != NULL) {
        take(&source, message);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(source.rk);
    rd_kafka_destroy(source.rk);
    return record_count == wanted;
}

static void on_delivered(void *opaque)
{
    (void)opaque;
    outstanding--;
}

static double clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Keeps the window full until the time is up; returns how many were acknowledged. */
static unsigned long write_records(struct floor_kafka *kafka, int wake, unsigned long batch, unsigned long window, double until)
{
    unsigned long sent = 0;
    while (clock_s() < until) {
        while (outstanding + batch <= window)
            for (unsigned long i = 0; i < batch; i++, outstanding++, sent++)
                floor_kafka_send(kafka, &records[sent % record_count], NULL);
        struct pollfd waits = {.fd = wake, .events = POLLIN};
        uint64_t count;
        if (poll(&waits, 1, 1000) > 0 && read(wake, &count, sizeof count) > 0) floor_kafka_poll(kafka, on_delivered);
    }
    return sent - outstanding;
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        fputs("usage: floor_producer BOOTSTRAP FROM_TOPIC TO_TOPIC LINGER_MS BATCH WINDOW SECONDS\n", stderr);
        return 2;
    }
    struct floor_kafka kafka;
    int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    unsigned long batch = strtoul(argv[5], NULL, 10), window = strtoul(argv[6], NULL, 10);
    double seconds = strtod(argv[7], NULL);
    if (wake < 0 || batch == 0 || window < batch) return 3;
    if (!read_records(argv[1], argv[2])) {
        fprintf(stderr, "%s: too few records in one of its partitions\n", argv[2]);
        return 3;
    }
    floor_kafka_open(&kafka, argv[1], argv[3], argv[4], wake);
    (void)write_records(&kafka, wake, batch, window, clock_s() + 1); /* warm-up */
    unsigned long before_count = outstanding;
    uint64_t before = load_process_own();
    double began = clock_s();
    unsigned long written = write_records(&kafka, wake, batch, window, began + seconds) + before_count;
    double used = (double)(load_process_own() - before), passed = clock_s() - began;
    printf("{\"records\": %lu, \"seconds\": %.3f, \"records_per_s\": %.0f, \"cpu_us_per_record\": %.3f, \"busy\": %.3f}\n",
           written, passed, (double)written / passed, used / (double)written, used / passed / 1e6);
    return 0;
}

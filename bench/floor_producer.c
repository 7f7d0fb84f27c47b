/* floor_producer.c - librdkafka alone: the records that headgate wrote, written again, and nothing else done.
 *
 * Reads the first records of a topic (key, value, headers) and writes them over and over to another, so many at a time, with so
 * many unacknowledged at most; prints the CPU time that a record took, as JSON.
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

enum { RECORDS = 1000, READ_PATIENCE_MS = 10000 };

static struct floor_record records[RECORDS];
static size_t record_count;
static unsigned long outstanding;

static struct span copy(const void *bytes, size_t size)
{
    char *to = malloc(size + 1);
    if (to == NULL) abort();
    if (size > 0) memcpy(to, bytes, size);
    to[size] = '\0';
    return (struct span){to, size};
}

static void keep(const rd_kafka_message_t *message)
{
    struct floor_record *record = &records[record_count++];
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

static void subscribe(rd_kafka_t *rk, const char *topic)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, topic, NULL);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    if (rd_kafka_metadata(rk, 0, rkt, &metadata, READ_PATIENCE_MS) != RD_KAFKA_RESP_ERR_NO_ERROR) exit(3);
    for (int i = 0; i < metadata->topics[0].partition_cnt; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(rkt);
}

static void read_records(const char *bootstrap, const char *topic)
{
    char problem[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, problem, sizeof problem);
    rd_kafka_conf_set(conf, "group.id", "headgate-bench", problem, sizeof problem);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem, sizeof problem);
    if (rk == NULL) exit(3);
    rd_kafka_poll_set_consumer(rk);
    subscribe(rk, topic);
    rd_kafka_message_t *message;
    while (record_count < RECORDS && (message = rd_kafka_consumer_poll(rk, READ_PATIENCE_MS)) != NULL) {
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) keep(message);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
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
    read_records(argv[1], argv[2]);
    if (wake < 0 || record_count == 0 || batch == 0 || window < batch) return 3;
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

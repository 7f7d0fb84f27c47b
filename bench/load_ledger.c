#include "bench/load_ledger.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 10000, NUMBER_DIGITS = 8 };

struct entry {
    uint8_t state;    /* enum entry_state */
    uint8_t arrivals; /* at most 255 */
};
enum entry_state { ENTRY_NEVER, ENTRY_SENT, ENTRY_ACKNOWLEDGED };

struct load_ledger {
    rd_kafka_t *rk;
    uint32_t run;
    rd_kafka_topic_partition_list_t *from; /* where each partition ended before the run */
    struct entry *entries;
    size_t count, capacity;
    bool no_memory;
};

/* ---------------------------------------------------------------- ids */
static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool load_ledger_number(uint32_t run, const char *id, size_t size, uint64_t *number)
{
    char mark[16];
    int mark_size = snprintf(mark, sizeof mark, "%08x", run);
    *number = 0;
    if (size < (size_t)mark_size + NUMBER_DIGITS) return false;
    if (memmem(id, size - NUMBER_DIGITS, mark, (size_t)mark_size) == NULL) return false;
    for (size_t i = size - NUMBER_DIGITS; i < size; i++) {
        int value = hex_value(id[i]);
        if (value < 0) return false;
        *number = *number << 4 | (uint64_t)value;
    }
    return true;
}

/* ---------------------------------------------------------------- entries */
static bool make_room(struct load_ledger *ledger, uint64_t count)
{
    if (count <= ledger->capacity) return true;
    size_t capacity = ledger->capacity * 2 > count ? ledger->capacity * 2 : (size_t)count + 65536;
    struct entry *grown = realloc(ledger->entries, capacity * sizeof *grown);
    if (grown == NULL) {
        ledger->no_memory = true;
        return false;
    }
    memset(grown + ledger->capacity, 0, (capacity - ledger->capacity) * sizeof *grown);
    ledger->entries = grown;
    ledger->capacity = capacity;
    return true;
}

static void note(struct load_ledger *ledger, uint64_t first, uint64_t count, enum entry_state state)
{
    if (!make_room(ledger, first + count)) return;
    if (first + count > ledger->count) ledger->count = first + count;
    for (uint64_t i = first; i < first + count; i++) ledger->entries[i].state = (uint8_t)state;
}

void load_ledger_sent(struct load_ledger *ledger, uint64_t first, uint64_t count)
{
    note(ledger, first, count, ENTRY_SENT);
}

void load_ledger_acknowledged(struct load_ledger *ledger, uint64_t first, uint64_t count)
{
    note(ledger, first, count, ENTRY_ACKNOWLEDGED);
}

/* ---------------------------------------------------------------- reading */
static bool failed(char *problem, size_t problem_size, const char *what, rd_kafka_resp_err_t code)
{
    snprintf(problem, problem_size, "%s: %s", what, rd_kafka_err2str(code));
    return false;
}

/* Sets each partition's offset to its present end. */
static bool find_ends(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, char *problem, size_t problem_size)
{
    for (int i = 0; i < list->cnt; i++) {
        rd_kafka_topic_partition_t *partition = &list->elems[i];
        int64_t low, high;
        rd_kafka_resp_err_t code =
            rd_kafka_query_watermark_offsets(rk, partition->topic, partition->partition, &low, &high, PATIENCE_MS);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(problem, problem_size, partition->topic, code);
        partition->offset = high;
    }
    return true;
}

static bool list_partitions(struct load_ledger *ledger, const char *topic, char *problem, size_t problem_size)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(ledger->rk, topic, NULL);
    rd_kafka_resp_err_t code = rd_kafka_metadata(ledger->rk, 0, rkt, &metadata, PATIENCE_MS);
    rd_kafka_topic_destroy(rkt);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(problem, problem_size, topic, code);
    code = metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    ledger->from = rd_kafka_topic_partition_list_new(1);
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < metadata->topics[0].partition_cnt; i++)
        rd_kafka_topic_partition_list_add(ledger->from, topic, i);
    rd_kafka_metadata_destroy(metadata);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || failed(problem, problem_size, topic, code);
}

struct load_ledger *load_ledger_create(const char *bootstrap, const char *topic, uint32_t run, char *problem, size_t problem_size)
{
    struct load_ledger *ledger = calloc(1, sizeof *ledger);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    snprintf(problem, problem_size, "out of memory");
    if (ledger == NULL) goto fail;
    ledger->run = run;
    if (rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, problem, problem_size) != RD_KAFKA_CONF_OK ||
        rd_kafka_conf_set(conf, "group.id", "headgate-bench", problem, problem_size) != RD_KAFKA_CONF_OK)
        goto fail;
    ledger->rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem, problem_size);
    if (ledger->rk == NULL) goto fail;
    conf = NULL;
    rd_kafka_poll_set_consumer(ledger->rk);
    if (list_partitions(ledger, topic, problem, problem_size) && find_ends(ledger->rk, ledger->from, problem, problem_size))
        return ledger;

fail:
    if (conf != NULL) rd_kafka_conf_destroy(conf);
    load_ledger_destroy(ledger);
    return NULL;
}

void load_ledger_destroy(struct load_ledger *ledger)
{
    if (ledger == NULL) return;
    if (ledger->from != NULL) rd_kafka_topic_partition_list_destroy(ledger->from);
    if (ledger->rk != NULL) rd_kafka_destroy(ledger->rk);
    free(ledger->entries);
    free(ledger);
}

static void take_message(struct load_ledger *ledger, const rd_kafka_message_t *message, struct load_ledger_balance *balance)
{
    rd_kafka_headers_t *headers;
    const void *id = message->key;
    size_t size = message->key_len;
    uint64_t number;
    if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        (void)rd_kafka_header_get_last(headers, "ce_id", &id, &size);
    if (id == NULL || !load_ledger_number(ledger->run, id, size, &number) || number >= ledger->count) {
        balance->foreign++;
    } else if (ledger->entries[number].arrivals < UINT8_MAX) {
        ledger->entries[number].arrivals++;
    }
}

/* Whether every partition was read to its end. */
static bool all_read(const rd_kafka_topic_partition_list_t *next, const rd_kafka_topic_partition_list_t *ends)
{
    for (int i = 0; i < ends->cnt; i++)
        if (next->elems[i].offset < ends->elems[i].offset) return false;
    return true;
}

static bool read_all(struct load_ledger *ledger, const rd_kafka_topic_partition_list_t *ends, struct load_ledger_balance *balance,
                     char *problem, size_t problem_size)
{
    rd_kafka_topic_partition_list_t *next = ledger->from;
    rd_kafka_resp_err_t code = rd_kafka_assign(ledger->rk, next);
    while (code == RD_KAFKA_RESP_ERR_NO_ERROR && !all_read(next, ends)) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(ledger->rk, PATIENCE_MS);
        if (message == NULL) return failed(problem, problem_size, "reading the topic", RD_KAFKA_RESP_ERR__TIMED_OUT);
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && message->offset < ends->elems[message->partition].offset) {
            take_message(ledger, message, balance);
            next->elems[message->partition].offset = message->offset + 1;
        }
        rd_kafka_message_destroy(message);
    }
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || failed(problem, problem_size, "reading the topic", code);
}

static void add_up(const struct load_ledger *ledger, struct load_ledger_balance *balance)
{
    for (size_t i = 0; i < ledger->count; i++) {
        const struct entry *entry = &ledger->entries[i];
        bool acknowledged = entry->state == ENTRY_ACKNOWLEDGED;
        balance->sent += entry->state != ENTRY_NEVER;
        balance->acknowledged += acknowledged;
        balance->missing += acknowledged && entry->arrivals == 0;
        balance->repeated += entry->arrivals > 1;
        balance->unacknowledged += !acknowledged && entry->arrivals > 0;
    }
}

bool load_ledger_balance(struct load_ledger *ledger, struct load_ledger_balance *balance, char *problem, size_t problem_size)
{
    memset(balance, 0, sizeof *balance);
    if (ledger->no_memory) {
        snprintf(problem, problem_size, "out of memory");
        return false;
    }
    rd_kafka_topic_partition_list_t *ends = rd_kafka_topic_partition_list_copy(ledger->from);
    bool fine = find_ends(ledger->rk, ends, problem, problem_size) && read_all(ledger, ends, balance, problem, problem_size);
    rd_kafka_topic_partition_list_destroy(ends);
    if (fine) add_up(ledger, balance);
    return fine;
}

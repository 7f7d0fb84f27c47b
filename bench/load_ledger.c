#include "bench/load_ledger.h"

#include "bench/load_process.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_MS = 10000, LOOK_MS = 50, NUMBER_DIGITS = 8 };

struct entry {
    uint64_t due_us;
    uint8_t state;    /* enum entry_state */
    uint8_t arrivals; /* on the topic that is looked at; at most 255 */
    bool somewhere;   /* on any of the topics looked at so far */
};
enum entry_state { ENTRY_NEVER, ENTRY_SENT, ENTRY_ACKNOWLEDGED };

/* A record as the reader saw it. */
struct arrival {
    uint64_t number;
    uint64_t at_us;
};

/* A topic, and the thread that reads it along. The others look at what it found once it has ended. */
struct reader {
    const char *topic;
    uint32_t run;
    rd_kafka_t *rk;
    pthread_t thread;
    bool running;
    atomic_bool ending; /* `ends` are known: read up to there */
    rd_kafka_topic_partition_list_t *next, *ends;
    bool has_ends; /* false with `ending`: stop as it is */
    struct arrival *arrivals;
    size_t count, capacity;
    uint64_t foreign;
    rd_kafka_resp_err_t code;
    bool no_memory;
};

struct load_ledger {
    char *names; /* of the topics, each with a NUL behind it */
    struct reader readers[LOAD_LEDGER_TOPICS_MAX];
    size_t reader_count;
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

bool load_ledger_find(uint32_t run, struct span id, struct span key, uint64_t *number)
{
    return (id.data != NULL && load_ledger_number(run, id.data, id.size, number)) ||
           (key.data != NULL && load_ledger_number(run, key.data, key.size, number));
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

void load_ledger_sent(struct load_ledger *ledger, uint64_t first, uint64_t count, uint64_t due_us)
{
    if (!make_room(ledger, first + count)) return;
    if (first + count > ledger->count) ledger->count = first + count;
    for (uint64_t i = first; i < first + count; i++) ledger->entries[i] = (struct entry){due_us, ENTRY_SENT, 0, false};
}

void load_ledger_acknowledged(struct load_ledger *ledger, uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count && i < ledger->count; i++) ledger->entries[i].state = ENTRY_ACKNOWLEDGED;
}

/* ---------------------------------------------------------------- reading */
static bool failed(char *problem, size_t problem_size, const char *what, rd_kafka_resp_err_t code)
{
    snprintf(problem, problem_size, "%s: %s", what, rd_kafka_err2str(code));
    return false;
}

/* A topic that was just made has no leader for a moment. */
static bool passing(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

/* Asks once; the first error that a partition has. Not by rd_kafka_query_watermark_offsets(), which has no patience of ours: it
 * waits for a broker that has gone as long as that takes. */
static rd_kafka_resp_err_t ask_ends(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++) list->elems[i].offset = RD_KAFKA_OFFSET_END; /* a time, as this call takes it */
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(rk, list, PATIENCE_MS);
    for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        code = list->elems[i].err;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR && list->elems[i].offset < 0) code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    }
    return code;
}

/* Sets each partition's offset to its present end. */
static bool find_ends(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, char *problem, size_t problem_size)
{
    static const struct timespec pause = {0, LOOK_MS * 1000000L};
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (int waited = 0; waited < PATIENCE_MS && list->cnt > 0; waited += LOOK_MS) {
        code = ask_ends(rk, list);
        if (!passing(code)) break;
        nanosleep(&pause, NULL);
    }
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || failed(problem, problem_size, list->elems[0].topic, code);
}

static bool list_partitions(struct reader *reader, char *problem, size_t problem_size)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(reader->rk, reader->topic, NULL);
    rd_kafka_resp_err_t code = rd_kafka_metadata(reader->rk, 0, rkt, &metadata, PATIENCE_MS);
    rd_kafka_topic_destroy(rkt);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(problem, problem_size, reader->topic, code);
    code = metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    reader->next = rd_kafka_topic_partition_list_new(1);
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < metadata->topics[0].partition_cnt; i++)
        rd_kafka_topic_partition_list_add(reader->next, reader->topic, i);
    rd_kafka_metadata_destroy(metadata);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || failed(problem, problem_size, reader->topic, code);
}

/* ---------------------------------------------------------------- reading along */
static void keep_arrival(struct reader *reader, uint64_t number)
{
    if (reader->count == reader->capacity) {
        size_t capacity = reader->capacity == 0 ? 65536 : 2 * reader->capacity;
        struct arrival *grown = realloc(reader->arrivals, capacity * sizeof *grown);
        if (grown == NULL) {
            reader->no_memory = true;
            return;
        }
        reader->arrivals = grown;
        reader->capacity = capacity;
    }
    reader->arrivals[reader->count++] = (struct arrival){number, load_clock()};
}

static void take_message(struct reader *reader, const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers;
    const void *id = NULL;
    size_t size = 0;
    uint64_t number;
    if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        (void)rd_kafka_header_get_last(headers, "ce_id", &id, &size);
    if (load_ledger_find(reader->run, (struct span){id, size}, (struct span){message->key, message->key_len}, &number))
        keep_arrival(reader, number);
    else
        reader->foreign++;
}

/* Whether every partition was read to its end. */
static bool all_read(const struct reader *reader)
{
    for (int i = 0; i < reader->ends->cnt; i++)
        if (reader->next->elems[i].offset < reader->ends->elems[i].offset) return false;
    return true;
}

/* Until `ending` is set and all is read. While the run goes on nothing may come for as long as it likes. */
static void *read_along(void *context)
{
    struct reader *reader = context;
    unsigned waited_ms = 0;
    for (;;) {
        bool ending = atomic_load(&reader->ending);
        if (ending && (!reader->has_ends || all_read(reader))) return NULL;
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader->rk, LOOK_MS);
        if (message == NULL) {
            waited_ms += ending ? LOOK_MS : 0;
            reader->code = waited_ms >= PATIENCE_MS ? RD_KAFKA_RESP_ERR__TIMED_OUT : RD_KAFKA_RESP_ERR_NO_ERROR;
            if (reader->code != RD_KAFKA_RESP_ERR_NO_ERROR) return NULL;
            continue;
        }
        waited_ms = 0;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            take_message(reader, message);
            reader->next->elems[message->partition].offset = message->offset + 1;
        }
        rd_kafka_message_destroy(message);
    }
}

static bool start_reader(struct reader *reader, char *problem, size_t problem_size)
{
    rd_kafka_resp_err_t code = rd_kafka_assign(reader->rk, reader->next);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(problem, problem_size, reader->topic, code);
    reader->ends = rd_kafka_topic_partition_list_copy(reader->next);
    reader->running = pthread_create(&reader->thread, NULL, read_along, reader) == 0;
    if (!reader->running) snprintf(problem, problem_size, "no thread to read the topic");
    return reader->running;
}

/* Without the ends it ends at once. */
static void end_reader(struct reader *reader)
{
    if (!reader->running) return;
    atomic_store(&reader->ending, true);
    pthread_join(reader->thread, NULL);
    reader->running = false;
}

static bool make_consumer(struct reader *reader, const char *bootstrap, char *problem, size_t problem_size)
{
    const char *const settings[][2] = {
        {"bootstrap.servers", bootstrap}, {"group.id", "headgate-bench"}, {"fetch.wait.max.ms", "10"}};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    bool fine = true;
    for (size_t i = 0; fine && i < COUNT_OF(settings); i++)
        fine = rd_kafka_conf_set(conf, settings[i][0], settings[i][1], problem, problem_size) == RD_KAFKA_CONF_OK;
    if (fine) reader->rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem, problem_size);
    if (reader->rk == NULL) {
        rd_kafka_conf_destroy(conf);
        return false;
    }
    rd_kafka_poll_set_consumer(reader->rk);
    return true;
}

/* Adds a reader for each of the topics, which have commas between. */
static bool add_readers(struct load_ledger *ledger, const char *bootstrap, uint32_t run, char *problem, size_t problem_size)
{
    char *state;
    for (char *name = strtok_r(ledger->names, ",", &state); name != NULL; name = strtok_r(NULL, ",", &state)) {
        if (ledger->reader_count == LOAD_LEDGER_TOPICS_MAX) {
            snprintf(problem, problem_size, "--ledger: at most %d topics", LOAD_LEDGER_TOPICS_MAX);
            return false;
        }
        struct reader *reader = &ledger->readers[ledger->reader_count++];
        reader->topic = name;
        reader->run = run;
        if (!make_consumer(reader, bootstrap, problem, problem_size) || !list_partitions(reader, problem, problem_size) ||
            !find_ends(reader->rk, reader->next, problem, problem_size) || !start_reader(reader, problem, problem_size))
            return false;
    }
    if (ledger->reader_count == 0) snprintf(problem, problem_size, "--ledger: a topic is expected");
    return ledger->reader_count > 0;
}

struct load_ledger *load_ledger_create(const char *bootstrap, const char *topics, uint32_t run, char *problem,
                                       size_t problem_size)
{
    struct load_ledger *ledger = calloc(1, sizeof *ledger);
    snprintf(problem, problem_size, "out of memory");
    if (ledger == NULL) return NULL;
    ledger->names = strdup(topics);
    if (ledger->names != NULL && add_readers(ledger, bootstrap, run, problem, problem_size)) return ledger;
    load_ledger_destroy(ledger);
    return NULL;
}

void load_ledger_destroy(struct load_ledger *ledger)
{
    if (ledger == NULL) return;
    for (size_t i = 0; i < ledger->reader_count; i++) {
        struct reader *reader = &ledger->readers[i];
        end_reader(reader);
        if (reader->next != NULL) rd_kafka_topic_partition_list_destroy(reader->next);
        if (reader->ends != NULL) rd_kafka_topic_partition_list_destroy(reader->ends);
        if (reader->rk != NULL) rd_kafka_destroy(reader->rk);
        free(reader->arrivals);
    }
    free(ledger->names);
    free(ledger->entries);
    free(ledger);
}

size_t load_ledger_topics(const struct load_ledger *ledger)
{
    return ledger->reader_count;
}

/* ---------------------------------------------------------------- the result */
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

static void count_arrivals(struct load_ledger *ledger, const struct reader *reader, struct load_ledger_balance *balance)
{
    balance->foreign = reader->foreign;
    for (size_t i = 0; i < ledger->count; i++) ledger->entries[i].arrivals = 0;
    for (size_t i = 0; i < reader->count; i++) {
        const struct arrival *arrival = &reader->arrivals[i];
        if (arrival->number >= ledger->count) {
            balance->foreign++;
            continue;
        }
        struct entry *entry = &ledger->entries[arrival->number];
        if (entry->arrivals < UINT8_MAX) entry->arrivals++;
        entry->somewhere = true;
        histogram_record(&balance->age, arrival->at_us > entry->due_us ? arrival->at_us - entry->due_us : 0);
    }
}

bool load_ledger_balance(struct load_ledger *ledger, size_t topic, struct load_ledger_balance *balance, char *problem,
                         size_t problem_size)
{
    struct reader *reader = &ledger->readers[topic];
    memset(balance, 0, sizeof *balance);
    balance->topic = reader->topic;
    reader->has_ends = find_ends(reader->rk, reader->ends, problem, problem_size); /* looked at once `ending` is set */
    end_reader(reader);
    if (!reader->has_ends) return false;
    if (reader->code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(problem, problem_size, reader->topic, reader->code);
    if (ledger->no_memory || reader->no_memory) {
        snprintf(problem, problem_size, "out of memory");
        return false;
    }
    count_arrivals(ledger, reader, balance);
    add_up(ledger, balance);
    return true;
}

uint64_t load_ledger_nowhere(const struct load_ledger *ledger)
{
    uint64_t count = 0;
    for (size_t i = 0; i < ledger->count; i++)
        count += ledger->entries[i].state == ENTRY_ACKNOWLEDGED && !ledger->entries[i].somewhere;
    return count;
}

/* micro_stages.c - what each stage of an event's way costs, alone: CPU time per event, medians of rounds in turn.
 *
 *     head      a request's head: lines judged, parsed
 *     json      the event's text walked by its grammar, nothing kept
 *     judge     the walk with all of the model's rules (a catalogue without uses)
 *     avro      what one use adds that stands in the shadow: its rules, its projection written as Avro and thrown away
 *     record    what one live use adds: the same by the shorter way of live uses, identity, record key, headers' values
 *     headers   a record's headers as librdkafka takes them, from the pool and back into it
 *     hmac, mask, truncate_ip    one field's handling
 *     reserve   room in a lane, taken and given back, for a request of one record
 *
 * usage: micro_stages [--json]      in the root of the sources */
#include "bench/micro_desk.h"
#include "codecs/buffer.h"
#include "contracts/handling.h"
#include "gateway/http/head.h"
#include "gateway/kafka/header_pool.h"
#include "gateway/kafka/lane_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 101, PASSES = 2000, HEADERS = 16 };

static const char head_text[] = "POST /v1/events/payment HTTP/1.1\r\n"
                                "Host: gate.example:8080\r\n"
                                "User-Agent: shop-sdk/2.4\r\n"
                                "Accept: application/json\r\n"
                                "Content-Type: application/json\r\n"
                                "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n"
                                "Content-Length: 574\r\n\r\n"
                                "{ a body follows }";

static char padded[MICRO_EVENT_SIZE + JSON_PADDING];
static struct desk alone, shadow, whole, kept;
static const struct record *record; /* of `kept` */
static struct header_pool pool;
static struct handling_program hmac;
static volatile size_t sink; /* what stages find is used, so that no compiler leaves them out */

/* ---------------------------------------------------------------- stages */
static void stage_head(void)
{
    static const struct http_limits limits = {.head = 16384, .request_line = 8192, .header_lines = 100};
    struct http_header headers[HEADERS];
    struct head_scan scan = {0, 0};
    struct head head;
    char bytes[sizeof head_text];
    enum http_fault fault;
    size_t size;
    struct span in = {head_text, sizeof head_text - HEAD_PADDING};
    if (head_scan(&scan, in, &limits, &size, &fault) != HEAD_WHOLE) micro_die("the head is refused");
    memcpy(bytes, head_text, size);
    if (head_parse(bytes, size, headers, HEADERS, &head) != HTTP_FAULT_NONE) micro_die("the head is refused");
    sink += head.request.header_count;
}

static void stage_json(void)
{
    struct json_cursor cursor;
    json_begin(&cursor, (struct span){padded, MICRO_EVENT_SIZE}, 32, 100000);
    if (!json_skip(&cursor)) micro_die("the event is no JSON");
}

static void judge(struct desk *desk)
{
    struct judgement judgement;
    desk_judge(desk, padded, &judgement);
    sink += judgement.outcome_count;
}

static void stage_judge(void)
{
    judge(&alone);
}
static void stage_shadow(void)
{
    judge(&shadow);
}
static void stage_whole(void)
{
    judge(&whole);
}

static void stage_headers(void)
{
    struct header_list *list = header_pool_get(&pool, record);
    if (list == NULL) micro_die("no headers");
    header_pool_put(&pool, list);
}

static void stage_hmac(void)
{
    char room[HMAC_TEXT];
    sink += handling_hmac(&hmac.key, SPAN("9007199254"), room).size;
}

static void stage_mask(void)
{
    static const struct handling handling = {.kind = HANDLE_MASK, .keep_last = 4};
    char room[64];
    sink += handling_mask(&handling, SPAN("4242424242424242"), room).size;
}

static void stage_truncate_ip(void)
{
    static const struct handling handling = {.kind = HANDLE_TRUNCATE_IP, .v4 = 24, .v6 = 48};
    char room[64];
    sink += handling_truncate_ip(&handling, SPAN("203.0.113.42"), room).size;
}

static void stage_reserve(void)
{
    static struct lane lane = {.bound = 1 << 30};
    struct lane_claims claims = {.count = 0};
    lane_claim(&claims, &lane, 512);
    if (lane_reserve(&claims) != LANE_ROOM) micro_die("no room");
    lane_release(&claims);
}

/* A row is what `run` takes, less what row `less` takes. */
static struct stage {
    const char *name, *text;
    void (*run)(void);
    int less; /* index, -1 = nothing */
    double ns[ROUNDS], median;
} stages[] = {
    {.name = "head_ns", .text = "HTTP head, 6 fields", .run = stage_head, .less = -1},
    {.name = "json_ns", .text = "JSON walked", .run = stage_json, .less = -1},
    {.name = "judge_ns", .text = "judged by its model, JSON included", .run = stage_judge, .less = -1},
    {.name = "avro_ns", .text = "  one use in the shadow: rules, Avro", .run = stage_shadow, .less = 2},
    {.name = "record_ns", .text = "  one live use: rules, Avro, id, key, headers", .run = stage_whole, .less = 2},
    {.name = "headers_ns", .text = "a record's headers for librdkafka", .run = stage_headers, .less = -1},
    {.name = "hmac_ns", .text = "handling: hmac_sha256 of 10 bytes", .run = stage_hmac, .less = -1},
    {.name = "mask_ns", .text = "handling: mask of 16 bytes", .run = stage_mask, .less = -1},
    {.name = "truncate_ip_ns", .text = "handling: truncate_ip", .run = stage_truncate_ip, .less = -1},
    {.name = "reserve_ns", .text = "room in a lane, taken and given back", .run = stage_reserve, .less = -1},
};
enum { STAGES = sizeof stages / sizeof *stages };

/* ---------------------------------------------------------------- contracts */
static struct span read_file(const char *name)
{
    static struct buffer texts[4];
    static unsigned used;
    struct buffer *text = &texts[used++];
    FILE *file = fopen(name, "re");
    if (file == NULL) micro_die("contracts are missing (run in the root of the sources)");
    char *to = buffer_reserve(text, 1 << 16);
    buffer_commit(text, fread(to, 1, 1 << 16, file));
    fclose(file);
    return buffer_span(text);
}

static void keep_record(const struct catalogue_text *texts)
{
    struct judgement judgement;
    desk_open_texts(&kept, texts, 2);
    desk_judge(&kept, padded, &judgement);
    record = judgement.outcome_count == 1 ? judgement.outcomes[0].record : NULL;
    if (record == NULL) micro_die("the use got no record");
}

static void open_all(void)
{
    const uint8_t key[32] = {1};
    struct catalogue_text texts[2] = {{SPAN("model.yaml"), read_file("bench/contracts/payment.model.odcs.yaml")},
                                      {SPAN("use.yaml"), read_file("bench/contracts/fraud.use.odcs.yaml")}};
    memcpy(padded, MICRO_EVENT, MICRO_EVENT_SIZE);
    hmac_key_init(&hmac.key, key, sizeof key);
    desk_open_texts(&alone, texts, 1);
    desk_open_texts(&whole, texts, 2);
    keep_record(texts);
    char *status = strstr((char *)(uintptr_t)texts[1].text.data, "status: active");
    if (status == NULL) micro_die("the use is not active");
    memcpy(status, "status: draft ", 14);
    desk_open_texts(&shadow, texts, 2);
}

/* ---------------------------------------------------------------- measuring */
static void measure(void)
{
    for (int round = -1; round < ROUNDS; round++) { /* the first is a warm-up */
        for (int i = 0; i < STAGES; i++) {
            double start = micro_cpu_ns();
            for (int pass = 0; pass < PASSES; pass++) stages[i].run();
            if (round >= 0) stages[i].ns[round] = (micro_cpu_ns() - start) / PASSES;
        }
    }
    for (int i = 0; i < STAGES; i++) {
        micro_sort(stages[i].ns, ROUNDS);
        stages[i].median = stages[i].ns[ROUNDS / 2];
    }
}

static double cost(int i)
{
    return stages[i].median - (stages[i].less >= 0 ? stages[stages[i].less].median : 0);
}

static void print_json(void)
{
    for (int i = 0; i < STAGES; i++)
        printf("%s\"%s\": %.1f%s", i == 0 ? "{" : "", stages[i].name, cost(i), i + 1 < STAGES ? ", " : "}\n");
}

int main(int argc, char **argv)
{
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 1 && !as_json) micro_die("usage: micro_stages [--json]");
    open_all();
    measure();
    if (as_json)
        print_json();
    else
        for (int i = 0; i < STAGES; i++) printf("%-46s %7.1f ns\n", stages[i].text, cost(i));
    header_pool_deinit(&pool);
    desk_close(&kept);
    desk_close(&alone);
    desk_close(&shadow);
    desk_close(&whole);
    return 0;
}

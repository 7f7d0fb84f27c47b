#include "contracts/record_headers.h"

#include "codecs/uuid.h"
#include "contracts/headers.h"

enum { VARYING_MAX = 8 };

struct span record_id(struct arrival *arrival, const struct use_program *program)
{
    if (program->use->passes_id) return arrival->id;
    uint8_t digest[SHA256_SIZE];
    struct span parts[] = {HMAC_WORD_ID, arrival->model->model->id, arrival->id};
    char *text = arena_bytes(arrival->arena, UUID_TEXT);
    if (text == NULL) return (struct span){NULL, 0};
    hmac_sha256(&program->id_key, parts, COUNT_OF(parts), digest);
    uuid_v8(digest, text);
    return (struct span){text, UUID_TEXT};
}

struct writer {
    struct arrival *arrival;
    const struct use *use;
    struct header *headers;
    uint16_t count;
    bool no_memory;
};

static void add(struct writer *writer, enum header_id id, struct span value)
{
    writer->no_memory |= value.data == NULL;
    writer->headers[writer->count++] = (struct header){header_row(id)->name, value};
}

/* A use that treats gets no exact time: a stamp to the millisecond is a key to join on. */
static void add_time(struct writer *writer, enum header_id id, int64_t us)
{
    if (writer->use->treats) us = timestamp_floor(us, writer->use->stamp_unit);
    add(writer, id, arrival_stamp(writer->arrival, us));
}

/* The deadline is coarse like the rest, but a day at most: a deadline floored to its year would lie in the past. */
static void add_expiry(struct writer *writer)
{
    const struct arrival *arrival = writer->arrival;
    int64_t us = timing_expiry(&arrival->timing, arrival->context->received, writer->use->retention);
    enum time_unit unit = writer->use->stamp_unit < UNIT_DAY ? writer->use->stamp_unit : UNIT_DAY;
    if (writer->use->treats) us = timestamp_floor(us, unit);
    add(writer, HEADER_EXPIRYTIME, arrival_stamp(writer->arrival, us));
}

static void add_skew(struct writer *writer)
{
    int64_t ms = timing_ms(writer->arrival->timing.skew);
    if (ms == 0 || writer->use->treats) return;
    add(writer, HEADER_CLOCKSKEWMS, arena_printf(writer->arrival->arena, "%lld", (long long)ms));
}

static void add_full(struct writer *writer, bool late)
{
    add(writer, HEADER_FRESHNESS, late ? SPAN("late") : SPAN("on_time"));
    add_skew(writer);
}

bool record_headers(struct arrival *arrival, const struct use_program *program, struct span id, bool late, struct record *record)
{
    const struct use *use = program->use;
    const struct event_context *context = arrival->context;
    struct header *headers = arena_alloc(arrival->arena, VARYING_MAX * sizeof *headers);
    struct writer writer = {arrival, use, headers, 0, false};
    if (headers == NULL) return false;
    bool full = use->tagging == TAGGING_FULL;
    add(&writer, HEADER_ID, id);
    if (context->source.data != NULL) add(&writer, HEADER_SOURCE, context->source);
    add_time(&writer, HEADER_TIME, arrival->timing.event_time);
    if (full) add_time(&writer, HEADER_RECORDEDTIME, context->received);
    add_expiry(&writer);
    if (full) add_full(&writer, late);
    if (use->trace && !use->treats && context->traceparent.data != NULL) add(&writer, HEADER_TRACEPARENT, context->traceparent);
    record->varying = headers;
    record->varying_count = writer.count;
    return !writer.no_memory;
}

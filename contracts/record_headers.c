#include "contracts/record_headers.h"

#include "codecs/uuid.h"
#include "contracts/headers.h"

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

static uint8_t prepare(struct varying_headers *varying, enum header_id id)
{
    varying->headers[varying->count] = (struct header){.name = header_row(id)->name};
    return (uint8_t)varying->count++;
}

void record_headers_prepare(struct varying_headers *varying, const struct use *use)
{
    bool full = use->tagging == TAGGING_FULL;
    *varying = (struct varying_headers){0};
    varying->id = prepare(varying, HEADER_ID);
    varying->source = prepare(varying, HEADER_SOURCE);
    varying->time = prepare(varying, HEADER_TIME);
    if (full) varying->recorded = prepare(varying, HEADER_RECORDEDTIME);
    varying->expiry = prepare(varying, HEADER_EXPIRYTIME);
    if (full) varying->freshness = prepare(varying, HEADER_FRESHNESS);
}

/* A use that treats gets no exact time: a stamp to the millisecond is a key to join on. */
static struct span stamp(struct arrival *arrival, const struct use *use, int64_t us)
{
    return arrival_stamp(arrival, use->treats ? timestamp_floor(us, use->stamp_unit) : us);
}

/* The deadline is coarse like the rest, but a day at most: a deadline floored to its year would lie in the past. */
static struct span expiry(struct arrival *arrival, const struct use *use)
{
    int64_t us = timing_expiry(&arrival->timing, arrival->context->received, use->retention);
    if (use->treats) us = timestamp_floor(us, use->stamp_unit < UNIT_DAY ? use->stamp_unit : UNIT_DAY);
    return arrival_stamp(arrival, us);
}

static bool fill_full(struct arrival *arrival, const struct use_program *program, bool late, struct header *headers)
{
    const struct varying_headers *varying = &program->varying;
    headers[varying->recorded].value = stamp(arrival, program->use, arrival->context->received);
    headers[varying->freshness].value = late ? SPAN("late") : SPAN("on_time");
    return headers[varying->recorded].value.data != NULL;
}

/* What only some records have: skew under full tagging, the trace where the use says so. Both would tell uses that treat too
 * much. */
static bool add_others(struct arrival *arrival, const struct use *use, struct record *record, struct header *headers)
{
    int64_t skew = use->tagging == TAGGING_FULL ? timing_ms(arrival->timing.skew) : 0;
    struct span trace = use->trace ? arrival->context->traceparent : (struct span){NULL, 0};
    if (skew != 0) {
        struct span text = arena_printf(arrival->arena, "%lld", (long long)skew);
        if (text.data == NULL) return false;
        headers[record->varying_count++] = (struct header){header_row(HEADER_CLOCKSKEWMS)->name, text};
    }
    if (trace.data != NULL) headers[record->varying_count++] = (struct header){header_row(HEADER_TRACEPARENT)->name, trace};
    return true;
}

bool record_headers(struct arrival *arrival, const struct use_program *program, struct span id, bool late, struct header *headers,
                    struct record *record)
{
    const struct use *use = program->use;
    const struct varying_headers *varying = &program->varying;
    for (unsigned i = 0; i < varying->count; i++) headers[i].name = varying->headers[i].name;
    headers[varying->id].value = id;
    headers[varying->source].value = arrival->context->source;
    headers[varying->time].value = stamp(arrival, use, arrival->timing.event_time);
    headers[varying->expiry].value = expiry(arrival, use);
    record->varying = headers;
    if (headers[varying->time].value.data == NULL || headers[varying->expiry].value.data == NULL) return false;
    if (use->tagging == TAGGING_FULL && !fill_full(arrival, program, late, headers)) return false;
    return use->treats || add_others(arrival, use, record, headers);
}

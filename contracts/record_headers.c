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

/* The headers of a plain program: compact tagging, no trace. */
enum { PLAIN_ID, PLAIN_SOURCE, PLAIN_TIME, PLAIN_EXPIRY, PLAIN_COUNT };

static uint8_t prepare(struct varying_headers *varying, enum header_id id)
{
    struct span name = header_row(id)->name;
    varying->names[varying->count] = varying->names_no_skew[varying->count] = name;
    varying->cost += (uint32_t)name.size + HEADER_COST;
    return varying->count++;
}

void record_headers_prepare(struct use_program *program)
{
    struct varying_headers *varying = &program->varying;
    const struct use *use = program->use;
    bool full = use->tagging == TAGGING_FULL;
    *varying = (struct varying_headers){0};
    varying->id = prepare(varying, HEADER_ID);
    varying->source = prepare(varying, HEADER_SOURCE);
    varying->time = prepare(varying, HEADER_TIME);
    if (full) varying->recorded = prepare(varying, HEADER_RECORDEDTIME);
    varying->expiry = prepare(varying, HEADER_EXPIRYTIME);
    if (full) varying->freshness = prepare(varying, HEADER_FRESHNESS);
    varying->names[varying->count] = header_row(HEADER_CLOCKSKEWMS)->name;
    varying->names[varying->count + 1] = varying->names_no_skew[varying->count] = header_row(HEADER_TRACEPARENT)->name;
    varying->most = (uint8_t)(varying->count + (use->treats ? 0 : full + use->trace));
    program->whole_days = !use->treats && use->retention > 0 && use->retention % US_PER_DAY == 0;
    program->plain = !use->treats && use->passes_id && varying->most == PLAIN_COUNT;
}

/* A use that treats gets no exact time: a stamp to the millisecond is a key to join on. */
static struct span stamp(struct arrival *arrival, const struct use *use, int64_t us)
{
    return arrival_stamp(arrival, use->treats ? timestamp_floor(us, use->stamp_unit) : us);
}

/* The deadline is coarse like the rest, but a day at most: a deadline floored to its year would lie in the past. */
static struct span expiry_any(struct arrival *arrival, const struct use *use, int64_t us)
{
    if (use->treats) us = timestamp_floor(us, use->stamp_unit < UNIT_DAY ? use->stamp_unit : UNIT_DAY);
    return arrival_stamp(arrival, us);
}

/* The deadline of most events has their own time of day, which `time` tells. */
static struct span expiry(struct arrival *arrival, const struct use_program *program, struct span time)
{
    const struct timing *timing = &arrival->timing;
    int64_t us = timing_expiry(timing, arrival->context->received, program->use->retention);
    bool like = program->whole_days && timing->corrected == timing->event_time;
    if (UNLIKELY(!like || timing->event_time < TIMESTAMP_MIN || us > TIMESTAMP_MAX || time.data == NULL))
        return expiry_any(arrival, program->use, us);
    const struct span *kept = arrival_kept(arrival, us);
    return kept != NULL ? *kept : arrival_render_day(arrival, us, time.data);
}

static bool fill_full(struct arrival *arrival, const struct use_program *program, bool late, struct span *values)
{
    const struct varying_headers *varying = &program->varying;
    values[varying->recorded] = stamp(arrival, program->use, arrival->context->received);
    values[varying->freshness] = late ? SPAN("late") : SPAN("on_time");
    return values[varying->recorded].data != NULL;
}

/* What only some records have: skew under full tagging, the trace where the use says so. Both would tell uses that treat too
 * much. */
static bool add_others(struct arrival *arrival, const struct use_program *program, struct record *record, struct span *values)
{
    const struct use *use = program->use;
    int64_t skew = use->tagging == TAGGING_FULL ? timing_ms(arrival->timing.skew) : 0;
    struct span trace = use->trace ? arrival->context->traceparent : (struct span){NULL, 0};
    if (skew != 0) {
        values[record->varying_count] = arena_printf(arrival->arena, "%lld", (long long)skew);
        if (values[record->varying_count++].data == NULL) return false;
        record->names = program->varying.names;
    }
    if (trace.data != NULL) values[record->varying_count++] = trace;
    return true;
}

static bool fill_any(struct arrival *arrival, const struct use_program *program, struct span id, bool late, struct span *values,
                     struct record *record)
{
    const struct use *use = program->use;
    const struct varying_headers *varying = &program->varying;
    values[varying->id] = id;
    values[varying->source] = arrival->context->source;
    values[varying->time] = stamp(arrival, use, arrival->timing.event_time);
    values[varying->expiry] = expiry(arrival, program, values[varying->time]);
    if (values[varying->time].data == NULL || values[varying->expiry].data == NULL) return false;
    if (use->tagging == TAGGING_FULL && !fill_full(arrival, program, late, values)) return false;
    if (varying->most != varying->count && !add_others(arrival, program, record, values)) return false;
    record->cost = record_cost(record);
    return true;
}

/* What fill_any() does for a plain program. */
static bool fill_plain(struct arrival *arrival, const struct use_program *program, struct span id, struct span *values,
                       struct record *record)
{
    struct span source = arrival->context->source;
    struct span time = arrival_stamp(arrival, arrival->timing.event_time);
    struct span until = expiry(arrival, program, time);
    values[PLAIN_ID] = id;
    values[PLAIN_SOURCE] = source;
    values[PLAIN_TIME] = time;
    values[PLAIN_EXPIRY] = until;
    size_t sizes = id.size + source.size + time.size + until.size + record->key.size + record->value.size;
    size_t cost = sizes + program->fixed.cost + program->varying.cost + RECORD_COST;
    record->cost = LIKELY(cost < UINT32_MAX) ? (uint32_t)cost : UINT32_MAX;
    return time.data != NULL && until.data != NULL;
}

bool record_headers(struct arrival *arrival, const struct use_program *program, struct span id, bool late, struct record *record)
{
    struct span *values = (struct span *)(record + 1);
    record->fixed = &program->fixed;
    record->names = program->varying.names_no_skew;
    record->values = values;
    record->varying_count = program->varying.count;
    if (LIKELY(program->plain)) return fill_plain(arrival, program, id, values, record);
    return fill_any(arrival, program, id, late, values, record);
}

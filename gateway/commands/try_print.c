#include "gateway/commands/try_print.h"

#include "contracts/avro_json.h"
#include "gateway/ingest/quality_json.h"
#include "gateway/terminal.h"

/* ---------------------------------------------------------------- records */

static void print_value(struct json_writer *json, const struct record *record)
{
    struct buffer text = BUFFER_EMPTY;
    const char *error = NULL;
    uint32_t id;
    uint64_t fingerprint;
    struct span datum;
    struct avro_json *schema = avro_json_create(record->use->schema, &error);
    avro_frame_open(record->value, &id, &fingerprint, &datum);
    json_name(json, "value");
    if (schema != NULL && avro_json_write(schema, datum, 0, &text, &error))
        json_raw(json, buffer_span(&text));
    else
        json_write_null(json);
    json_member_int(json, "bytes", (int64_t)record->value.size);
    buffer_deinit(&text);
    avro_json_destroy(schema);
}

static void print_headers(struct json_writer *json, const struct record *record, bool all)
{
    json_name(json, "headers");
    json_object_begin(json);
    for (unsigned i = 0; all && i < record->fixed->count; i++) {
        json_name_span(json, record->fixed->items[i].name);
        json_text(json, record->fixed->items[i].value);
    }
    for (unsigned i = 0; i < record->varying_count; i++) {
        json_name_span(json, record->names[i]);
        json_text(json, record->values[i]);
    }
    json_object_end(json);
}

static void print_record(struct json_writer *json, const struct record *record, bool all)
{
    char stamp[TIMESTAMP_TEXT_MAX];
    size_t size = timestamp_format(record->timestamp_ms * US_PER_MS, 3, true, stamp);
    json_member_text(json, "topic", record->diverted ? record->use->late_topic : record->use->topic);
    json_member_text(json, "key", record->key);
    json_member_text(json, "timestamp", (struct span){stamp, size});
    print_value(json, record);
    print_headers(json, record, all);
}

static void print_shadow(struct json_writer *json, const struct outcome *outcome)
{
    json_member_text(json, "would", span_of(outcome_word(outcome->would)));
    if (outcome->size > 0) json_member_int(json, "bytes", (int64_t)outcome->size);
}

static void print_outcome(struct json_writer *json, const struct outcome *outcome, bool all)
{
    struct buffer contract = BUFFER_EMPTY;
    buffer_printf(&contract, "%.*s@%.*s", SPAN_ARGS(outcome->use->id), SPAN_ARGS(outcome->use->version));
    json_object_begin(json);
    json_member_text(json, "use", outcome->use->name);
    json_member_text(json, "contract", buffer_span(&contract));
    json_member_text(json, "outcome", span_of(outcome_word(outcome->kind)));
    if (outcome->kind == OUTCOME_SHADOW) print_shadow(json, outcome);
    if (outcome->reason != REASON_NONE) json_member_text(json, "reason", span_of(outcome_reason_word(outcome->reason)));
    if (outcome->record != NULL) json_member_text(json, "freshness", outcome->late ? SPAN("late") : SPAN("on_time"));
    if (outcome->record != NULL) print_record(json, outcome->record, all);
    json_object_end(json);
    buffer_deinit(&contract);
}

/* ---------------------------------------------------------------- judgements */

static void print_violations(struct json_writer *json, const struct judgement *judgement)
{
    json_name(json, "violations");
    json_array_begin(json);
    for (unsigned i = 0; i < judgement->violation_count; i++) {
        const struct violation *violation = &judgement->violations[i];
        json_object_begin(json);
        json_member_text(json, "pointer", violation->pointer);
        json_member_text(json, "rule", span_of(violation->rule->name));
        json_member_text(json, "message", span_of(violation->rule->title));
        json_member_text(json, "remedy", span_of(violation->rule->remedy));
        json_object_end(json);
    }
    json_array_end(json);
    if (judgement->more_violations) json_member_bool(json, "more_violations", true);
}

static void print_undeclared(struct json_writer *json, const struct judgement *judgement)
{
    json_name(json, "undeclared");
    json_array_begin(json);
    for (unsigned i = 0; i < judgement->undeclared_name_count; i++) json_text(json, judgement->undeclared_names[i]);
    json_array_end(json);
    if (judgement->undeclared > judgement->undeclared_name_count)
        json_member_int(json, "undeclared_count", judgement->undeclared);
}

void try_print(struct json_writer *json, const struct model *model, enum stage stage, const struct judgement *judgement, bool all)
{
    bool refused = judgement->verdict == VERDICT_REFUSED;
    json_object_begin(json);
    json_member_text(json, "event", model->event);
    if (stage != STAGE_LIVE) json_member_text(json, "stage", span_of(stage_word(stage)));
    json_member_text(json, "verdict", refused ? SPAN("refused") : SPAN("accepted"));
    json_member_text(json, "id", judgement->event_id);
    if (judgement->generated) json_member_bool(json, "generated", true);
    if (judgement->discarded) json_member_bool(json, "discarded", true);
    if (judgement->undeclared > 0) print_undeclared(json, judgement);
    if (judgement->warnings > 0) json_member_int(json, "warnings", judgement->warnings);
    quality_json(json, judgement);
    if (judgement->skew != 0) json_member_int(json, "skew_ms", judgement->skew / US_PER_MS);
    if (!refused) json_member_int(json, "age_ms", judgement->age / US_PER_MS);
    if (refused) print_violations(json, judgement);
    if (!refused) {
        json_name(json, "uses");
        json_array_begin(json);
        for (unsigned i = 0; i < judgement->outcome_count; i++) print_outcome(json, &judgement->outcomes[i], all);
        json_array_end(json);
    }
    json_object_end(json);
}

/* ---------------------------------------------------------------- colour */

/* The size of the string at its opening quote, both quotes included. */
static size_t string_size(struct span text)
{
    size_t size = 1;
    while (size < text.size && text.data[size] != '"') size += text.data[size] == '\\' ? 2 : 1;
    return size < text.size ? size + 1 : text.size;
}

static struct span word_at(struct span text)
{
    size_t size = 1;
    while (size < text.size && strchr(",:{}[] \n\"", text.data[size]) == NULL) size++;
    return (struct span){text.data, size};
}

void try_colour(struct span json, struct buffer *out)
{
    struct buffer shown = BUFFER_EMPTY;
    while (json.size > 0) {
        struct span part = {json.data, 1};
        enum terminal_style style = STYLE_PLAIN;
        if (*json.data == '"') {
            part.size = string_size(json);
            style = part.size < json.size && json.data[part.size] == ':' ? STYLE_CYAN : STYLE_GREEN;
        } else if (strchr(",:{}[] \n", *json.data) == NULL) {
            part = word_at(json);
            style = STYLE_YELLOW;
        }
        buffer_clear(&shown);
        terminal_json(&shown, part);
        if (style == STYLE_PLAIN)
            buffer_append_span(out, part);
        else
            terminal_style(out, true, style, buffer_span(&shown));
        json.data += part.size;
        json.size -= part.size;
    }
    out->failed = out->failed || !buffer_ok(&shown);
    buffer_deinit(&shown);
}

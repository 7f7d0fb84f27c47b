/* lint.c - what the uses of one model do together. Warnings: each needs a person's judgement.
 *
 *  (a) fields that no active use takes should not be collected;
 *  (b) what is unique and raw in two uses joins their topics: a unique field, the primary key, all parts of a primary key;
 *  (c) two uses that hash or encrypt the subject can likely be joined again by a fine time and a value of many values, raw in
 * both. A time is fine below the minute: a timestamp that passes, or ce_time, which every record has.
 *
 * Only uses that route count (active, deprecated). What the gateway itself needs counts as taken. */
#include "contracts/resolve.h"

struct linting {
    struct diagnostics *diagnostics;
    const struct model *model;
    bool *claimed;                 /* by field index */
    const struct use **raw;        /* the first use that takes the field raw */
    const struct use **again;      /* the second */
    const struct use **hashed_raw; /* the same, of uses that hash or encrypt the subject and have a fine time */
    const struct use **hashed_again;
};

static bool is_leaf(const struct field *field)
{
    return type_is_scalar(field->type);
}

/* An instant below the minute, raw or cut to seconds. */
static bool has_fine_time(const struct field *field)
{
    bool cut = field->handling.kind == HANDLE_GENERALISE;
    bool shown = field->handling.kind == HANDLE_PASS || (cut && field->handling.unit < UNIT_MINUTE);
    if (field->type == TYPE_TIMESTAMP && shown) return true;
    for (size_t i = 0; i < field->child_count; i++) {
        if (has_fine_time(field->children[i])) return true;
    }
    return field->items != NULL && has_fine_time(field->items);
}

static bool hashes(const struct field *field, const struct field *source)
{
    if (field->source == source && handling_is_keyed(&field->handling)) return true;
    for (size_t i = 0; i < field->child_count; i++) {
        if (hashes(field->children[i], source)) return true;
    }
    return field->items != NULL && hashes(field->items, source);
}

static void note_raw(const struct use **first, const struct use **second, uint32_t index, const struct use *use)
{
    if (first[index] == NULL)
        first[index] = use;
    else if (second[index] == NULL && first[index] != use)
        second[index] = use;
}

static void gather(struct linting *linting, const struct use *use, const struct field *field, bool joins)
{
    if (is_leaf(field)) {
        uint32_t index = field->source->index;
        linting->claimed[index] = true;
        if (field->handling.kind == HANDLE_PASS) {
            note_raw(linting->raw, linting->again, index, use);
            if (joins) note_raw(linting->hashed_raw, linting->hashed_again, index, use);
        }
    }
    for (size_t i = 0; i < field->child_count; i++) gather(linting, use, field->children[i], joins);
    if (field->items != NULL) gather(linting, use, field->items, joins);
}

static void claim(struct linting *linting, const struct field *field)
{
    if (field == NULL) return;
    linting->claimed[field->index] = true;
    for (size_t i = 0; i < field->child_count; i++) claim(linting, field->children[i]);
    if (field->items != NULL) claim(linting, field->items);
}

/* What the gateway itself needs of every event. */
static void claim_own(struct linting *linting)
{
    const struct model *model = linting->model;
    for (size_t i = 0; i < model->primary_key_count; i++) claim(linting, model->primary_key[i]);
    claim(linting, model->subject);
    claim(linting, model->event_time);
    claim(linting, model->residency);
    claim(linting, model->consent);
}

/* A value of which there are so many that it nearly names the event. The event time does not count: it is the other half. */
static bool has_many_values(const struct linting *linting, const struct field *field)
{
    if (field == linting->model->event_time || field->rules.enumeration_count > 0) return false;
    switch (field->type) {
    case TYPE_STRING: return field->rules.max_length == NO_LIMIT || field->rules.max_length > 8;
    case TYPE_DECIMAL: return field->precision > 5;
    case TYPE_BYTES:
    case TYPE_DOUBLE:
    case TYPE_FLOAT:
    case TYPE_TIMESTAMP:
    case TYPE_TIME: return true;
    case TYPE_INT:
    case TYPE_LONG: {
        struct number bound = number_of_int(100000);
        return !field->rules.has_maximum || number_compare(&field->rules.maximum, &bound) > 0;
    }
    case TYPE_BOOLEAN:
    case TYPE_DATE:
    case TYPE_OBJECT:
    case TYPE_ARRAY:
    case TYPE_MAP: break;
    }
    return false;
}

static void report(struct linting *linting, const char *rule, const struct field *field, const char *what,
                   const struct use *first, const struct use *second)
{
    if (first == NULL)
        diagnostics_add(linting->diagnostics, rule, field->place, field->path, "%s", what);
    else
        diagnostics_add(linting->diagnostics, rule, field->place, field->path, "%s: %.*s, %.*s", what, SPAN_ARGS(first->name),
                        SPAN_ARGS(second->name));
}

static void judge(struct linting *linting, const struct field *field, bool identity)
{
    uint32_t index = field->index;
    if (is_leaf(field)) {
        if (!linting->claimed[index]) report(linting, "field-unclaimed", field, "no active use takes this field", NULL, NULL);
        if ((field->unique || identity) && linting->again[index] != NULL)
            report(linting, "join-key", field, "two uses take this unique field raw", linting->raw[index], linting->again[index]);
        else if (linting->hashed_again[index] != NULL && has_many_values(linting, field))
            report(linting, "join-likely", field,
                   "two uses hash or encrypt the subject, and have this field raw beside a time finer than a minute",
                   linting->hashed_raw[index], linting->hashed_again[index]);
    }
    bool only_key = linting->model->primary_key_count == 1;
    for (size_t i = 0; i < field->child_count; i++)
        judge(linting, field->children[i], only_key && linting->model->primary_key[0] == field->children[i]);
    if (field->items != NULL) judge(linting, field->items, false);
}

/* Each part may mean little: together they name the event. */
static void judge_key(struct linting *linting)
{
    const struct model *model = linting->model;
    const struct use *first = NULL, *second = NULL;
    if (model->primary_key_count < 2) return; /* one field is judged where it stands */
    for (size_t i = 0; i < model->use_count; i++) {
        const struct use *use = model->uses[i];
        if (!status_is_live(use->status) || !use->passes_id) continue;
        if (first == NULL)
            first = use;
        else if (second == NULL)
            second = use;
    }
    if (second != NULL)
        report(linting, "join-key", model->primary_key[0], "two uses take all parts of the primary key raw", first, second);
}

/* A use without any bound cannot be told; the limit of events bounds it. */
static void judge_size(struct diagnostics *diagnostics, const struct use *use, int64_t limit)
{
    if (limit == 0) limit = RECORD_LIMIT;
    if (use->largest_record == INT64_MAX || use->largest_record <= limit) return;
    diagnostics_add(diagnostics, "record-size", use->place, SPAN("schema"),
                    "a record can have %lld bytes; %lld are taken (message.max.bytes of the clusters)",
                    (long long)use->largest_record, (long long)limit);
}

void lint_model(struct diagnostics *diagnostics, struct arena *arena, const struct model *model, int64_t record_limit)
{
    size_t count = model->field_count;
    struct linting linting = {.diagnostics = diagnostics, .model = model};
    linting.claimed = arena_calloc(arena, count, sizeof *linting.claimed);
    linting.raw = arena_calloc(arena, count * 4, sizeof(struct use *));
    if (linting.claimed == NULL || linting.raw == NULL) {
        diagnostics->failed = true;
        return;
    }
    linting.again = linting.raw + count;
    linting.hashed_raw = linting.again + count;
    linting.hashed_again = linting.hashed_raw + count;
    bool used = false;
    for (size_t i = 0; i < model->use_count; i++) {
        const struct use *use = model->uses[i];
        if (!status_is_live(use->status)) continue;
        used = true;
        judge_size(diagnostics, use, record_limit);
        bool fine = use->stamp_unit < UNIT_MINUTE || has_fine_time(use->root);
        bool joins = model->subject != NULL && hashes(use->root, model->subject) && fine;
        gather(&linting, use, use->root, joins);
    }
    if (!status_is_live(model->status)) return;
    if (!used) {
        report(&linting, "field-unclaimed", model->root, "no active use takes any field of this event", NULL, NULL);
        return;
    }
    claim_own(&linting);
    judge(&linting, model->root, false);
    judge_key(&linting);
}

/* diff_text.c - values of contracts as people read them. */
#include "codecs/timestamp.h"
#include "contracts/diff_parts.h"
#include "contracts/intent.h"

/* Out of memory is told once, at the end; until then there is something to print. */
static struct span printed(struct diffing *diffing, struct span text)
{
    if (text.data != NULL) return text;
    diffing->diff->failed = true;
    return SPAN("");
}

struct span diff_limit(struct diffing *diffing, int64_t limit)
{
    return limit == NO_LIMIT ? SPAN("none") : printed(diffing, arena_printf(diffing->diff->arena, "%lld", (long long)limit));
}

struct span diff_duration(struct diffing *diffing, int64_t us)
{
    return us == NO_LIMIT ? SPAN("none") : printed(diffing, duration_text(diffing->diff->arena, us));
}

struct span diff_instant(struct diffing *diffing, int64_t us)
{
    char text[64];
    if (us == NO_TIME) return SPAN("none");
    size_t size = timestamp_format(us, 0, true, text);
    return printed(diffing, arena_copy(diffing->diff->arena, (struct span){text, size}));
}

struct span diff_list(struct diffing *diffing, const struct span *items, size_t count, const char *when_empty)
{
    struct span text = count > 0 ? items[0] : span_of(when_empty);
    for (size_t i = 1; i < count; i++)
        text = printed(diffing, arena_printf(diffing->diff->arena, "%.*s, %.*s", SPAN_ARGS(text), SPAN_ARGS(items[i])));
    return text;
}

/* ---------------------------------------------------------------- handling: as transformLogic spells it */

static struct span step_text(struct diffing *diffing, const struct number *step)
{
    char text[NUMBER_TEXT_MAX];
    size_t size = number_format(step, text);
    return printed(diffing, arena_printf(diffing->diff->arena, "round(step=%.*s)", (int)size, text));
}

struct span diff_handling(struct diffing *diffing, const struct handling *handling)
{
    static const char *const units[] = {[UNIT_SECOND] = "second", [UNIT_MINUTE] = "minute", [UNIT_HOUR] = "hour",
                                        [UNIT_DAY] = "day",       [UNIT_MONTH] = "month",   [UNIT_YEAR] = "year"};
    struct arena *arena = diffing->diff->arena;
    switch (handling->kind) {
    case HANDLE_PASS: return SPAN("raw");
    case HANDLE_HMAC: return handling->scope == SCOPE_USE ? SPAN("hmac_sha256(scope=use)") : SPAN("hmac_sha256(scope=domain)");
    case HANDLE_ENCRYPT: return SPAN("encrypt(key=use)");
    case HANDLE_MASK:
        return printed(diffing, arena_printf(arena, "mask(keep_first=%u, keep_last=%u%s)", handling->keep_first,
                                             handling->keep_last, handling->keep_domain ? ", keep_domain=true" : ""));
    case HANDLE_TRUNCATE: return printed(diffing, arena_printf(arena, "truncate(len=%u)", handling->length));
    case HANDLE_TRUNCATE_IP:
        return printed(diffing, arena_printf(arena, "truncate_ip(v4=%u, v6=%u)", handling->v4, handling->v6));
    case HANDLE_GENERALISE: return printed(diffing, arena_printf(arena, "generalise(unit=%s)", units[handling->unit]));
    case HANDLE_ROUND: return step_text(diffing, &handling->step);
    case HANDLE_REDACT: return SPAN("redact");
    }
    return SPAN("");
}

/* ---------------------------------------------------------------- types: what readers decode */

static struct span time_type(struct diffing *diffing, const struct field *field)
{
    const char *precision = field->fraction_digits == 3 ? "millis" : "micros";
    return printed(diffing,
                   arena_printf(diffing->diff->arena, "%s%s-%s", field->zone ? "" : "local ", type_word(field->type), precision));
}

struct span diff_type(struct diffing *diffing, const struct field *field)
{
    static const char *const words[] = {[TYPE_BYTES] = "bytes", [TYPE_INT] = "int",       [TYPE_LONG] = "long",
                                        [TYPE_FLOAT] = "float", [TYPE_DOUBLE] = "double", [TYPE_MAP] = NULL};
    if (field->type == TYPE_DECIMAL)
        return printed(diffing, arena_printf(diffing->diff->arena, "decimal(%d, %d)", field->precision, field->scale));
    if (field->type == TYPE_TIMESTAMP || field->type == TYPE_TIME) return time_type(diffing, field);
    if (field->type == TYPE_STRING) return field->avro_enum ? SPAN("enum") : field->uuid ? SPAN("uuid string") : SPAN("string");
    return span_of(words[field->type] != NULL ? words[field->type] : type_word(field->type));
}

/* ---------------------------------------------------------------- sets */

bool diff_includes(const struct span *list, size_t count, struct span item)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(list[i], item)) return true;
    return false;
}

bool diff_contains(const struct span *outer, size_t outer_count, const struct span *inner, size_t inner_count)
{
    for (size_t i = 0; i < inner_count; i++)
        if (!diff_includes(outer, outer_count, inner[i])) return false;
    return true;
}

static bool has_value(const struct constant *list, size_t count, struct span text)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(list[i].text, text)) return true;
    return false;
}

struct span diff_beyond(struct diffing *diffing, const struct constant *list, size_t count, const struct constant *other,
                        size_t other_count)
{
    struct arena *arena = diffing->diff->arena;
    struct span text = {NULL, 0};
    for (size_t i = 0; i < count; i++) {
        struct span value = list[i].text;
        if (has_value(other, other_count, value)) continue;
        text = printed(diffing, text.data == NULL ? arena_copy(arena, value)
                                                  : arena_printf(arena, "%.*s, %.*s", SPAN_ARGS(text), SPAN_ARGS(value)));
    }
    return text;
}

bool diff_constants_within(const struct constant *inner, size_t inner_count, const struct constant *outer, size_t outer_count)
{
    for (size_t i = 0; i < inner_count; i++)
        if (!has_value(outer, outer_count, inner[i].text)) return false;
    return true;
}

const struct field *diff_child(const struct field *field, struct span name)
{
    for (size_t i = 0; i < field->child_count; i++)
        if (span_equal(field->children[i]->name, name)) return field->children[i];
    return NULL;
}

#include "contracts/seen.h"

enum {
    WORD_COUNT_MIN = 5,   /* each word of a list of values was seen so often, */
    WORD_RATIO_MIN = 10,  /* and there were so many events for each */
    SCALE_MAX = 6,        /* digits behind the point beyond which a number is a measurement, not an amount */
    PRECISION_MARGIN = 3, /* digits more before the point than were seen */
    WHOLE_MAX = 18
};

uint64_t seen_values(const struct seen *seen)
{
    uint64_t sum = 0;
    for (int kind = 0; kind < SEEN_KINDS; kind++) sum += seen->counts[kind];
    return sum;
}

void seen_add(struct seen *all, const struct seen *part)
{
    for (int kind = 0; kind < SEEN_KINDS; kind++) all->counts[kind] += part->counts[kind];
    all->nulls += part->nulls;
    if (part->counts[SEEN_STRING] > 0) all->shapes &= part->shapes;
    if (part->min_length < all->min_length) all->min_length = part->min_length;
    if (part->max_length > all->max_length) all->max_length = part->max_length;
    if (part->whole_digits > all->whole_digits) all->whole_digits = part->whole_digits;
    if (part->fraction_digits > all->fraction_digits) all->fraction_digits = part->fraction_digits;
    all->negative = all->negative || part->negative;
    all->large = all->large || part->large;
    all->micros = all->micros || part->micros;
}

/* The kind seen most often; an integer beside fractions is a number. */
static enum seen_kind main_kind(const struct seen *seen)
{
    enum seen_kind best = SEEN_STRING;
    for (int kind = 1; kind < SEEN_KINDS; kind++)
        if (seen->counts[kind] > seen->counts[best]) best = (enum seen_kind)kind;
    return best == SEEN_INTEGER && seen->counts[SEEN_FRACTION] > 0 ? SEEN_FRACTION : best;
}

static bool is_mixed(const struct seen *seen, enum seen_kind kind)
{
    uint64_t own = seen->counts[kind] + (kind == SEEN_FRACTION ? seen->counts[SEEN_INTEGER] : 0);
    return own < seen_values(seen);
}

/* Room for texts half as long again, in a step that tells nothing of the longest one. */
static int64_t length_limit(int64_t longest)
{
    int64_t limit = 16;
    while (limit < longest + longest / 2) limit *= 2;
    return limit;
}

static bool take_words(const struct seen *seen, struct draft_field *field, struct arena *arena)
{
    uint64_t count = seen->counts[SEEN_STRING];
    if (seen->many_words || seen->word_count < 2 || count < (uint64_t)seen->word_count * WORD_RATIO_MIN) return true;
    for (unsigned i = 0; i < seen->word_count; i++)
        if (seen->words[i].count < WORD_COUNT_MIN) return true;
    struct span *values = arena_calloc(arena, seen->word_count, sizeof *values);
    if (values == NULL) return false;
    for (unsigned i = 0; i < seen->word_count; i++) {
        values[i] = arena_printf(arena, "\"%.*s\"", SPAN_ARGS(seen->words[i].text));
        if (values[i].data == NULL) return false;
    }
    field->values = values;
    field->value_count = seen->word_count;
    field->guess = SPAN("the list of values: few, each seen often");
    return true;
}

static bool draft_string(const struct seen *seen, struct draft_field *field, struct arena *arena)
{
    static const struct {
        unsigned shape;
        const char *format; /* NULL: a kind of its own */
        enum draft_kind kind;
        enum draft_zone zone;
    } rows[] = {
        {SHAPE_INSTANT, NULL, DRAFT_TIMESTAMP, ZONE_OFFSET}, {SHAPE_LOCAL, NULL, DRAFT_TIMESTAMP, ZONE_LOCAL},
        {SHAPE_DATE, NULL, DRAFT_DATE, ZONE_UNSTATED},       {SHAPE_TIME, NULL, DRAFT_TIME, ZONE_UNSTATED},
        {SHAPE_UUID, "uuid", DRAFT_STRING, ZONE_UNSTATED},   {SHAPE_IPV4, "ipv4", DRAFT_STRING, ZONE_UNSTATED},
        {SHAPE_IPV6, "ipv6", DRAFT_STRING, ZONE_UNSTATED},   {SHAPE_EMAIL, "email", DRAFT_STRING, ZONE_UNSTATED},
        {SHAPE_URI, "uri", DRAFT_STRING, ZONE_UNSTATED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if ((seen->shapes & rows[i].shape) == 0) continue;
        field->kind = rows[i].kind;
        field->zone = rows[i].zone;
        field->micros = seen->micros && field->kind == DRAFT_TIMESTAMP;
        if (rows[i].format != NULL) field->format = span_of(rows[i].format);
        if (field->kind == DRAFT_STRING && rows[i].shape == SHAPE_URI) field->max_length = length_limit(seen->max_length);
        return true;
    }
    bool host = (seen->shapes & SHAPE_HOSTNAME) != 0 && memmem(field->name.data, field->name.size, "host", 4) != NULL;
    if (host) field->format = SPAN("hostname");
    bool fixed = seen->min_length == seen->max_length && seen->max_length > 0 && seen->counts[SEEN_STRING] >= WORD_RATIO_MIN;
    bool code = fixed && (seen->shapes & SHAPE_CAPITALS) != 0 && seen->max_length <= 8;
    if (code) field->pattern = arena_printf(arena, "^[A-Z]{%d}$", (int)seen->max_length);
    if (!code && (seen->shapes & SHAPE_DIGITS) != 0) field->pattern = SPAN("^[0-9]+$");
    if (!code && seen->min_length > 0) field->min_length = 1;
    field->max_length = code ? NO_LIMIT : length_limit(seen->max_length);
    return (!code || field->pattern.data != NULL) && take_words(seen, field, arena);
}

static void draft_number(const struct seen *seen, struct draft_field *field, bool whole)
{
    field->kind = whole && !seen->large ? DRAFT_INTEGER : DRAFT_NUMBER;
    if (!seen->negative) field->minimum = SPAN("0");
    if (field->kind == DRAFT_INTEGER) return;
    bool decimal = !seen->large && seen->fraction_digits <= SCALE_MAX && seen->whole_digits <= WHOLE_MAX;
    if (!decimal) {
        field->format = SPAN("f64");
        return;
    }
    field->scale = seen->fraction_digits;
    field->precision = (seen->whole_digits > 0 ? seen->whole_digits : 1) + PRECISION_MARGIN + field->scale;
}

static struct draft_field *draft_of(const struct seen *seen, uint64_t parents, struct arena *arena);

static struct draft_field *left_out(struct span name, const char *why, struct arena *arena)
{
    struct draft_field *field = draft_field_create(arena, name, DRAFT_NOTHING);
    if (field != NULL) field->guess = arena_printf(arena, "%.*s: %s", SPAN_ARGS(name), why);
    return field;
}

bool seen_draft_object(const struct seen *seen, struct draft_field *field, struct arena *arena)
{
    struct draft_field **tail = &field->children;
    for (const struct seen *child = seen->children; child != NULL; child = child->next) {
        *tail = draft_of(child, seen->counts[SEEN_OBJECT], arena);
        if (*tail == NULL) return false;
        tail = &(*tail)->next;
    }
    if (seen->odd_names == 0 && seen->rare == 0) return true;
    *tail = draft_field_create(arena, SPAN(""), DRAFT_NOTHING);
    struct span why = seen->rare > 0
                          ? SPAN("members whose names were seen too seldom to be told, or are not letters, digits and _")
                          : SPAN("members whose names are not letters, digits and _");
    if (*tail != NULL) (*tail)->guess = why;
    return *tail != NULL;
}

static bool draft_array(const struct seen *seen, struct draft_field *field, struct arena *arena)
{
    field->items = draft_of(seen->items, seen_values(seen->items) + seen->items->nulls, arena);
    int64_t limit = 10;
    while (limit < 2 * seen->max_items) limit *= 10;
    field->max_items = limit;
    return field->items != NULL;
}

/* Whether anything that can be declared is inside. */
static const char *why_not(const struct seen *seen, enum seen_kind kind)
{
    if (seen_values(seen) == 0) return "only null was seen";
    if (kind == SEEN_OBJECT && seen->map) return "its names look like values, so it is a map, and nobody looked what of";
    if (kind == SEEN_OBJECT && seen->children == NULL && seen->rare > 0) return "no name in it was seen often enough to be told";
    if (kind == SEEN_OBJECT && seen->children == NULL) return "an object without members to declare";
    if (kind == SEEN_ARRAY && seen_values(seen->items) == 0)
        return seen->items->rare > 0 ? "its items were seen too seldom to be told" : "only empty arrays were seen";
    return NULL;
}

/* Whether the members of an object are entries of a map: their names look like values, or are none that a field can have. */
static bool is_map(const struct seen *seen, enum seen_kind kind)
{
    return kind == SEEN_OBJECT && seen->others != NULL && (seen->map || seen->children == NULL);
}

/* A map where all values are of one plain kind, else a note. */
static struct draft_field *draft_map(const struct seen *seen, bool required, struct arena *arena)
{
    struct seen values = *seen->others;
    for (const struct seen *child = seen->children; child != NULL; child = child->next) seen_add(&values, child);
    enum seen_kind kind = main_kind(&values);
    values.many_words = true; /* as many words as there are keys say nothing of a list */
    if (seen_values(&values) == 0 || kind == SEEN_OBJECT || kind == SEEN_ARRAY || is_mixed(&values, kind))
        return left_out(seen->name, "its names look like values, so it is a map, and its values are not of one plain type",
                        arena);
    struct draft_field *field = draft_field_create(arena, seen->name, DRAFT_MAP);
    if (field == NULL) return NULL;
    field->required = required;
    field->guess = SPAN("its names look like values");
    values.name = SPAN("value");
    field->items = draft_of(&values, seen_values(&values) + values.nulls, arena);
    return field->items != NULL ? field : NULL;
}

static struct draft_field *draft_of(const struct seen *seen, uint64_t parents, struct arena *arena)
{
    enum seen_kind kind = main_kind(seen);
    if (is_map(seen, kind) && !is_mixed(seen, kind)) return draft_map(seen, seen_values(seen) == parents, arena);
    const char *why = why_not(seen, kind);
    if (why == NULL && kind == SEEN_ARRAY) why = why_not(seen->items, main_kind(seen->items));
    if (why != NULL) return left_out(seen->name, why, arena);
    struct draft_field *field = draft_field_create(arena, seen->name, DRAFT_BOOLEAN);
    bool fine = field != NULL;
    if (!fine) return NULL;
    field->required = seen_values(seen) == parents;
    if (kind == SEEN_STRING) {
        field->kind = DRAFT_STRING;
        fine = draft_string(seen, field, arena);
    } else if (kind == SEEN_INTEGER || kind == SEEN_FRACTION) {
        draft_number(seen, field, kind == SEEN_INTEGER);
    } else if (kind == SEEN_OBJECT) {
        field->kind = DRAFT_OBJECT;
        fine = seen_draft_object(seen, field, arena);
    } else if (kind == SEEN_ARRAY) {
        field->kind = DRAFT_ARRAY;
        fine = draft_array(seen, field, arena);
    }
    if (is_mixed(seen, kind)) field->guess = SPAN("other types were seen too, less often: such events would be refused");
    return fine ? field : NULL;
}

#include "contracts/schema_compat.h"

/* Two passes. fits() only answers yes or no, which is what choosing a branch of a union needs; report() walks the same way and
 * says where and why not.
 *
 * Recursive types: a pair of records under judgement counts as fitting (nothing contradicts it yet). What was concluded from
 * that while it was open is forgotten again when the pair turns out not to fit; that it does not fit is final. */

struct pair {
    const struct schema_node *reader, *writer;
    bool fits;
};

struct pairs {
    struct pair *items;
    size_t count, capacity;
};

struct judge {
    struct arena *arena;
    struct pairs judged;   /* by fits() */
    struct pairs reported; /* by report() */
    struct schema_compat *result;
    bool failed; /* the arena is exhausted */
};

struct spot {
    struct span place, path;
};

static const struct {
    const char *word, *text;
} kinds[] = {
    [INCOMPATIBLE_TYPE] = {"type", "no promotion leads from the writer's type to the reader's"},
    [INCOMPATIBLE_NAME] = {"name", "named types match by their unqualified name or an alias of the reader"},
    [INCOMPATIBLE_SIZE] = {"size", "a fixed can only be read with its own size"},
    [INCOMPATIBLE_SYMBOLS] = {"symbols", "the reader's enum lacks symbols of the writer's and has no default symbol"},
    [INCOMPATIBLE_FIELD] = {"field", "the reader's field is not written and has no default"},
    [INCOMPATIBLE_BRANCH] = {"branch", "no branch of the reader's union takes what the writer may write"},
    [INCOMPATIBLE_AMBIGUOUS] = {"ambiguous", "name and aliases of the reader's field fit several fields of the writer"},
    [INCOMPATIBLE_LOGICAL] = {"logical", "the same bytes would be read as another value"},
};

const char *incompatibility_word(enum incompatibility_kind kind)
{
    return kinds[kind].word;
}

const char *incompatibility_text(enum incompatibility_kind kind)
{
    return kinds[kind].text;
}

/* `items` with room for one more: the same, or a larger copy. NULL when the arena is exhausted. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return items;
    size_t room = *capacity == 0 ? 16 : *capacity * 2;
    void *copy = arena_calloc(arena, room, size);
    if (copy == NULL) return NULL;
    if (count > 0) memcpy(copy, items, count * size);
    *capacity = room;
    return copy;
}

static struct pair *find_pair(const struct pairs *pairs, const struct schema_node *reader, const struct schema_node *writer)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (pairs->items[i].reader == reader && pairs->items[i].writer == writer) return &pairs->items[i];
    return NULL;
}

static bool add_pair(struct judge *judge, struct pairs *pairs, struct pair pair)
{
    struct pair *items = grown(judge->arena, pairs->items, pairs->count, &pairs->capacity, sizeof pair);
    if (items == NULL) {
        judge->failed = true;
        return false;
    }
    pairs->items = items;
    items[pairs->count++] = pair;
    return true;
}

/* ---------------------------------------------------------------- one level */

static bool promotes(enum schema_kind reader, enum schema_kind writer)
{
    static const unsigned from[SCHEMA_UNION + 1] = {
        [SCHEMA_LONG] = 1U << SCHEMA_INT,
        [SCHEMA_FLOAT] = 1U << SCHEMA_INT | 1U << SCHEMA_LONG,
        [SCHEMA_DOUBLE] = 1U << SCHEMA_INT | 1U << SCHEMA_LONG | 1U << SCHEMA_FLOAT,
        [SCHEMA_STRING] = 1U << SCHEMA_BYTES,
        [SCHEMA_BYTES] = 1U << SCHEMA_STRING,
    };
    return reader == writer || (from[reader] >> writer & 1U) != 0;
}

static bool is_named(const struct schema_node *node)
{
    return node->kind == SCHEMA_RECORD || node->kind == SCHEMA_ENUM || node->kind == SCHEMA_FIXED;
}

static bool names_match(const struct schema_node *reader, const struct schema_node *writer)
{
    if (span_equal(schema_unqualified(reader->name), schema_unqualified(writer->name))) return true;
    for (size_t i = 0; i < reader->alias_count; i++)
        if (span_equal(reader->aliases[i], writer->name)) return true;
    return false;
}

static bool has_symbol(const struct schema_node *node, struct span symbol)
{
    for (size_t i = 0; i < node->symbol_count; i++)
        if (span_equal(node->symbols[i], symbol)) return true;
    return false;
}

/* The first symbol of the writer's that the reader cannot take; NULL data when it takes all. */
static struct span lacking_symbol(const struct schema_node *reader, const struct schema_node *writer)
{
    for (size_t i = 0; i < writer->symbol_count && reader->default_symbol.data == NULL; i++)
        if (!has_symbol(reader, writer->symbols[i])) return writer->symbols[i];
    return (struct span){NULL, 0};
}

static const struct schema_field *field_named(const struct schema_node *record, struct span name)
{
    for (size_t i = 0; i < record->field_count; i++)
        if (span_equal(record->fields[i].name, name)) return &record->fields[i];
    return NULL;
}

/* The writer's field of the reader's, by name or alias; *fitting says how many there are. */
static const struct schema_field *written_field(const struct schema_node *writer, const struct schema_field *field,
                                                size_t *fitting)
{
    const struct schema_field *found = field_named(writer, field->name);
    *fitting = found != NULL ? 1 : 0;
    for (size_t i = 0; i < field->alias_count; i++) {
        const struct schema_field *aliased = field_named(writer, field->aliases[i]);
        *fitting += aliased != NULL ? 1 : 0;
        if (found == NULL) found = aliased;
    }
    return found;
}

/* What keeps two types that are no unions from fitting, looking no deeper than themselves; -1: nothing. */
static int shallow(const struct schema_node *reader, const struct schema_node *writer)
{
    if (!promotes(reader->kind, writer->kind)) return INCOMPATIBLE_TYPE;
    if (is_named(reader) && !names_match(reader, writer)) return INCOMPATIBLE_NAME;
    if (reader->kind == SCHEMA_FIXED && reader->size != writer->size) return INCOMPATIBLE_SIZE;
    if (reader->kind == SCHEMA_ENUM && lacking_symbol(reader, writer).data != NULL) return INCOMPATIBLE_SYMBOLS;
    return -1;
}

/* ---------------------------------------------------------------- yes or no */

static bool fits(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer);

static bool fields_fit(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer)
{
    for (size_t i = 0; i < reader->field_count; i++) {
        const struct schema_field *field = &reader->fields[i];
        size_t fitting;
        const struct schema_field *written = written_field(writer, field, &fitting);
        if (fitting > 1 || (fitting == 0 && !field->has_default)) return false;
        if (written != NULL && !fits(judge, field->type, written->type)) return false;
    }
    return true;
}

static void forget_after(struct pairs *pairs, size_t kept)
{
    size_t count = kept;
    for (size_t i = kept; i < pairs->count; i++)
        if (!pairs->items[i].fits) pairs->items[count++] = pairs->items[i];
    pairs->count = count;
}

static bool records_fit(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer)
{
    const struct pair *known = find_pair(&judge->judged, reader, writer);
    size_t index = judge->judged.count;
    if (known != NULL) return known->fits;
    if (!add_pair(judge, &judge->judged, (struct pair){reader, writer, true})) return true;
    if (fields_fit(judge, reader, writer)) return true;
    judge->judged.items[index].fits = false;
    forget_after(&judge->judged, index + 1);
    return false;
}

static bool fits(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer)
{
    if (writer->kind == SCHEMA_UNION) {
        for (size_t i = 0; i < writer->branch_count; i++)
            if (!fits(judge, reader, writer->branches[i])) return false;
        return true;
    }
    if (reader->kind == SCHEMA_UNION) {
        for (size_t i = 0; i < reader->branch_count; i++)
            if (fits(judge, reader->branches[i], writer)) return true;
        return false;
    }
    if (shallow(reader, writer) >= 0) return false;
    if (reader->kind == SCHEMA_RECORD) return records_fit(judge, reader, writer);
    if (reader->kind == SCHEMA_ARRAY || reader->kind == SCHEMA_MAP) return fits(judge, reader->branches[0], writer->branches[0]);
    return true;
}

/* ---------------------------------------------------------------- words */

static struct span printed(struct judge *judge, struct span text)
{
    if (text.data == NULL) judge->failed = true;
    return text;
}

static struct span describe(struct judge *judge, const struct schema_node *node)
{
    const char *word = schema_kind_word(node->kind);
    if (node->logical == LOGICAL_DECIMAL)
        return printed(judge, arena_printf(judge->arena, "%s decimal(%lld, %lld)", word, (long long)node->precision,
                                           (long long)node->scale));
    if (node->kind == SCHEMA_FIXED)
        return printed(judge,
                       arena_printf(judge->arena, "fixed %.*s of %lld bytes", SPAN_ARGS(node->name), (long long)node->size));
    if (is_named(node)) return printed(judge, arena_printf(judge->arena, "%s %.*s", word, SPAN_ARGS(node->name)));
    if (node->logical != LOGICAL_NONE)
        return printed(judge, arena_printf(judge->arena, "%s %s", word, schema_logical_word(node->logical)));
    return span_of(word);
}

static void add(struct judge *judge, enum incompatibility_kind kind, struct spot spot, struct span reader, struct span writer)
{
    struct schema_compat *result = judge->result;
    struct incompatibility *items =
        grown(judge->arena, result->items, result->count, &result->capacity, sizeof(struct incompatibility));
    if (items == NULL) {
        judge->failed = true;
        return;
    }
    result->items = items;
    items[result->count++] = (struct incompatibility){kind, COMPAT_BACKWARD, 0, spot.place, spot.path, reader, writer};
}

/* ---------------------------------------------------------------- where and why */

static void report(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer, struct spot spot);

static struct spot step(struct judge *judge, struct spot spot, const char *member)
{
    spot.place = printed(judge, arena_printf(judge->arena, "%.*s/%s", SPAN_ARGS(spot.place), member));
    return spot;
}

static struct spot step_branch(struct judge *judge, struct spot spot, size_t index)
{
    spot.place = printed(judge, arena_printf(judge->arena, "%.*s/%zu", SPAN_ARGS(spot.place), index));
    return spot;
}

static struct spot step_field(struct judge *judge, struct spot spot, size_t index, struct span name)
{
    spot.place = printed(judge, arena_printf(judge->arena, "%.*s/fields/%zu", SPAN_ARGS(spot.place), index));
    spot.path = printed(
        judge, arena_printf(judge->arena, "%.*s%s%.*s", SPAN_ARGS(spot.path), spot.path.size > 0 ? "." : "", SPAN_ARGS(name)));
    return spot;
}

static void report_fields(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer,
                          struct spot spot)
{
    for (size_t i = 0; i < reader->field_count && !judge->failed; i++) {
        const struct schema_field *field = &reader->fields[i];
        struct spot here = step_field(judge, spot, i, field->name);
        size_t fitting;
        const struct schema_field *written = written_field(writer, field, &fitting);
        if (fitting > 1) {
            add(judge, INCOMPATIBLE_AMBIGUOUS, here, describe(judge, field->type), describe(judge, written->type));
        } else if (written != NULL) {
            report(judge, field->type, written->type, step(judge, here, "type"));
        } else if (!field->has_default) {
            add(judge, INCOMPATIBLE_FIELD, here, describe(judge, field->type), SPAN(""));
        }
    }
}

static void report_record(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer,
                          struct spot spot)
{
    if (find_pair(&judge->reported, reader, writer) != NULL) return;
    if (!add_pair(judge, &judge->reported, (struct pair){reader, writer, false})) return;
    report_fields(judge, reader, writer, spot);
}

static bool logicals_equal(const struct schema_node *reader, const struct schema_node *writer)
{
    if (reader->logical != writer->logical) return false;
    return reader->logical != LOGICAL_DECIMAL || (reader->precision == writer->precision && reader->scale == writer->scale);
}

static void report_plain(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer,
                         struct spot spot)
{
    int problem = shallow(reader, writer);
    struct span lacking = problem == INCOMPATIBLE_SYMBOLS ? lacking_symbol(reader, writer) : (struct span){NULL, 0};
    if (lacking.data != NULL) {
        struct span detail = printed(judge, arena_printf(judge->arena, "symbol %.*s", SPAN_ARGS(lacking)));
        add(judge, INCOMPATIBLE_SYMBOLS, step(judge, spot, "symbols"), describe(judge, reader), detail);
    } else if (problem >= 0) {
        add(judge, (enum incompatibility_kind)problem, spot, describe(judge, reader), describe(judge, writer));
        return;
    }
    if (!logicals_equal(reader, writer)) add(judge, INCOMPATIBLE_LOGICAL, spot, describe(judge, reader), describe(judge, writer));
    if (reader->kind == SCHEMA_RECORD) report_record(judge, reader, writer, spot);
    if (reader->kind == SCHEMA_ARRAY) report(judge, reader->branches[0], writer->branches[0], step(judge, spot, "items"));
    if (reader->kind == SCHEMA_MAP) report(judge, reader->branches[0], writer->branches[0], step(judge, spot, "values"));
}

/* How well a branch suits a writer's type that is no union. Readers take the branch of the very type before one that it can be
 * promoted to; where none fits, one that is at least of that type tells people more than "no branch". */
static int suitability(struct judge *judge, const struct schema_node *branch, const struct schema_node *writer)
{
    bool same = branch->kind == writer->kind;
    bool alike = same && (!is_named(branch) || names_match(branch, writer));
    if (fits(judge, branch, writer)) return same && span_equal(branch->name, writer->name) ? 4 : same ? 3 : 2;
    return alike ? 1 : 0;
}

static void report_branch(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer,
                          struct spot spot)
{
    int best = 0;
    size_t chosen = 0;
    for (size_t i = 0; i < reader->branch_count; i++) {
        int suits = suitability(judge, reader->branches[i], writer);
        if (suits <= best) continue;
        best = suits;
        chosen = i;
    }
    if (best > 0)
        report(judge, reader->branches[chosen], writer, step_branch(judge, spot, chosen));
    else
        add(judge, INCOMPATIBLE_BRANCH, spot, SPAN("union"), describe(judge, writer));
}

static void report(struct judge *judge, const struct schema_node *reader, const struct schema_node *writer, struct spot spot)
{
    if (judge->failed) return;
    if (writer->kind == SCHEMA_UNION) {
        for (size_t i = 0; i < writer->branch_count; i++) report(judge, reader, writer->branches[i], spot);
    } else if (reader->kind == SCHEMA_UNION) {
        report_branch(judge, reader, writer, spot);
    } else {
        report_plain(judge, reader, writer, spot);
    }
}

/* ---------------------------------------------------------------- pairs and lists of schemas */

bool schema_compat_resolve(const struct schema_node *reader, const struct schema_node *writer, struct arena *arena,
                           struct schema_compat *result)
{
    struct judge judge = {.arena = arena, .result = result};
    report(&judge, reader, writer, (struct spot){SPAN(""), SPAN("")});
    return !judge.failed;
}

static bool resolve_as(const struct schema_node *reader, const struct schema_node *writer, enum compat_direction direction,
                       size_t older, struct arena *arena, struct schema_compat *result)
{
    size_t before = result->count;
    bool fine = schema_compat_resolve(reader, writer, arena, result);
    for (size_t i = before; i < result->count; i++) {
        result->items[i].direction = direction;
        result->items[i].older = older;
    }
    return fine;
}

bool schema_compat_judge(struct span newer, const struct span *older, size_t count, enum compat_direction direction,
                         struct arena *arena, struct schema_compat *result, const char **error)
{
    const struct schema_node *new_tree = schema_tree_parse(newer, arena, error);
    bool fine = new_tree != NULL;
    for (size_t i = 0; fine && i < count; i++) {
        const struct schema_node *old_tree = schema_tree_parse(older[i], arena, error);
        if (old_tree == NULL) return false;
        if (direction & COMPAT_BACKWARD) fine = resolve_as(new_tree, old_tree, COMPAT_BACKWARD, i, arena, result);
        if (fine && direction & COMPAT_FORWARD) fine = resolve_as(old_tree, new_tree, COMPAT_FORWARD, i, arena, result);
        if (!fine) *error = "the comparison needs more memory than there is room for";
    }
    return fine;
}

#include "contracts/limit.h"

#include "contracts/category.h"
#include "contracts/duration.h"
#include "contracts/fideslang.h"
#include "contracts/intent.h"
#include "contracts/plain.h"

/* ---------------------------------------------------------------- kinds: does it bind, does it hold, in words */

static struct span join(const struct span *items, size_t count, const char *none, struct arena *arena)
{
    return plain_list(items, count, ", ", none, arena);
}

static bool binds_data_use(const struct limit *limit)
{
    return limit->data_use_count > 0;
}

static bool holds_data_use(const struct limit *limit, const struct use *use)
{
    for (size_t i = 0; i < limit->data_use_count; i++) {
        if (fideslang_is_descendant(use->data_use, limit->data_uses[i])) return true;
    }
    return use->data_use.data == NULL;
}

static bool within_data_uses(const struct limit *limit, const struct limit *other)
{
    for (size_t i = 0; i < limit->data_use_count; i++) {
        struct use use = {.data_use = limit->data_uses[i]};
        if (!holds_data_use(other, &use)) return false;
    }
    return true;
}

static struct span data_uses_text(const struct limit *limit, struct arena *arena)
{
    return join(limit->data_uses, limit->data_use_count, "none", arena);
}

static struct span data_use_text(const struct use *use, struct arena *arena)
{
    return join(&use->data_use, 1, "", arena);
}

static bool binds_legal_basis(const struct limit *limit)
{
    return limit->legal_bases != 0;
}

static bool holds_legal_basis(const struct limit *limit, const struct use *use)
{
    return use->legal_basis == BASIS_NONE || (limit->legal_bases & (1U << use->legal_basis)) != 0;
}

static bool within_legal_bases(const struct limit *limit, const struct limit *other)
{
    return (limit->legal_bases & ~other->legal_bases) == 0;
}

static struct span legal_bases_text(const struct limit *limit, struct arena *arena)
{
    struct span words[BASIS_LEGITIMATE_INTEREST];
    size_t count = 0;
    for (int basis = BASIS_CONSENT; basis <= BASIS_LEGITIMATE_INTEREST; basis++) {
        if ((limit->legal_bases & (1U << basis)) != 0) words[count++] = span_of(legal_basis_word((enum legal_basis)basis));
    }
    return join(words, count, "none", arena);
}

static struct span legal_basis_text(const struct use *use, struct arena *arena)
{
    return arena_copy(arena, span_of(legal_basis_word(use->legal_basis)));
}

static bool binds_residency(const struct limit *limit)
{
    return limit->residency_count > 0;
}

static bool permits_region(const struct limit *limit, struct span region)
{
    for (size_t i = 0; i < limit->residency_count; i++) {
        if (span_equal(limit->residency[i], region)) return true;
    }
    return false;
}

/* A use without regions may be stored anywhere: wider than any list. */
static bool holds_residency(const struct limit *limit, const struct use *use)
{
    for (size_t i = 0; i < use->residency_count; i++) {
        if (!permits_region(limit, use->residency[i])) return false;
    }
    return use->residency_count > 0;
}

static bool within_regions(const struct limit *limit, const struct limit *other)
{
    for (size_t i = 0; i < limit->residency_count; i++) {
        if (!permits_region(other, limit->residency[i])) return false;
    }
    return true;
}

static struct span regions_text(const struct limit *limit, struct arena *arena)
{
    return join(limit->residency, limit->residency_count, "none", arena);
}

static struct span residency_text(const struct use *use, struct arena *arena)
{
    return join(use->residency, use->residency_count, "anywhere", arena);
}

static bool binds_retention(const struct limit *limit)
{
    return limit->retention != NO_LIMIT;
}

static bool holds_retention(const struct limit *limit, const struct use *use)
{
    return use->retention == NO_LIMIT || use->retention <= limit->retention;
}

static bool within_retention(const struct limit *limit, const struct limit *other)
{
    return limit->retention <= other->retention;
}

static struct span ceiling_text(const struct limit *limit, struct arena *arena)
{
    struct span longest = duration_text(arena, limit->retention);
    return longest.data != NULL ? arena_printf(arena, "up to %.*s", SPAN_ARGS(longest)) : longest;
}

static struct span retention_text(const struct use *use, struct arena *arena)
{
    if (use->retention == NO_LIMIT) return SPAN("not stated");
    return use->retention >= DURATION_MAX ? SPAN("unlimited") : duration_text(arena, use->retention);
}

static const struct {
    const char *word;
    const char *rule;
    bool (*binds)(const struct limit *);
    bool (*holds)(const struct limit *, const struct use *);
    bool (*within)(const struct limit *, const struct limit *); /* both bind */
    struct span (*bound)(const struct limit *, struct arena *);
    struct span (*stated)(const struct use *, struct arena *);
} kinds[LIMIT_KINDS] = {
    [LIMIT_DATA_USE] = {"data use", "data-use-forbidden", binds_data_use, holds_data_use, within_data_uses, data_uses_text,
                        data_use_text},
    [LIMIT_LEGAL_BASIS] = {"legal basis", "legal-basis-forbidden", binds_legal_basis, holds_legal_basis, within_legal_bases,
                           legal_bases_text, legal_basis_text},
    [LIMIT_RESIDENCY] = {"residency", "residency-forbidden", binds_residency, holds_residency, within_regions, regions_text,
                         residency_text},
    [LIMIT_RETENTION] = {"retention", "retention-ceiling", binds_retention, holds_retention, within_retention, ceiling_text,
                         retention_text},
};

const char *limit_word(enum limit_kind kind)
{
    return kinds[kind].word;
}

const char *limit_rule(enum limit_kind kind)
{
    return kinds[kind].rule;
}

void limit_init(struct limit *limit)
{
    *limit = (struct limit){.retention = NO_LIMIT};
}

bool limit_binds(const struct limit *limit, enum limit_kind kind)
{
    return kinds[kind].binds(limit);
}

bool limit_holds(const struct limit *limit, enum limit_kind kind, const struct use *use)
{
    return !kinds[kind].binds(limit) || kinds[kind].holds(limit, use);
}

bool limit_within(const struct limit *limit, const struct limit *other, enum limit_kind kind)
{
    if (!kinds[kind].binds(other)) return true;
    return kinds[kind].binds(limit) && kinds[kind].within(limit, other);
}

struct span limit_bound(const struct limit *limit, enum limit_kind kind, struct arena *arena)
{
    return kinds[kind].bound(limit, arena);
}

struct span limit_stated(const struct use *use, enum limit_kind kind, struct arena *arena)
{
    return kinds[kind].stated(use, arena);
}

/* ---------------------------------------------------------------- who says so */

struct span limit_source_text(const struct limit_source *source, struct arena *arena)
{
    static const char *const words[] = {[LIMIT_OF_MODEL] = "the model",
                                        [LIMIT_OF_FIELD] = "the model's field",
                                        [LIMIT_OF_CLASS] = "the house for class",
                                        [LIMIT_OF_CATEGORY] = "the house for category"};
    return arena_printf(arena, "%s %.*s", words[source->scope], SPAN_ARGS(source->name));
}

static bool lies_in(const struct field *field, struct span category)
{
    size_t count;
    const struct span *categories = category_list(field, &count);
    for (size_t i = 0; i < count; i++) {
        if (fideslang_is_descendant(categories[i], category)) return true;
    }
    return false;
}

/* The class's limit holds for what is above it too: more protection never permits more. */
static bool concerns(const struct house_limit *house, const struct field *field)
{
    if (house->scope == LIMIT_OF_CLASS) return field->classification >= house->class;
    return lies_in(field, house->name);
}

void limit_each(const struct catalogue *catalogue, const struct use *use, const struct field *field, limit_visit *visit,
                void *context)
{
    struct limit_source source = {LIMIT_OF_MODEL, use->model->id, &use->model->limit};
    visit(context, &source);
    bool reads = field->handling.kind != HANDLE_REDACT;
    for (const struct field *at = field->source; at != NULL && reads; at = at->parent) {
        if (at->limit == NULL) continue;
        source = (struct limit_source){LIMIT_OF_FIELD, at->path, at->limit};
        visit(context, &source);
    }
    for (size_t i = 0; i < catalogue->house_limit_count; i++) {
        const struct house_limit *house = &catalogue->house_limits[i];
        if (!concerns(house, field)) continue;
        source = (struct limit_source){house->scope, house->name, &house->limit};
        visit(context, &source);
    }
}

/* ---------------------------------------------------------------- the house's own */

static const struct span *copy_list(struct arena *arena, const struct span *from, size_t count)
{
    struct span *copy = arena_calloc(arena, count + 1, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < count; i++) {
        copy[i] = arena_copy(arena, from[i]);
        if (copy[i].data == NULL) return NULL;
    }
    return copy;
}

bool limit_copy_house(const struct catalogue_options *options, struct catalogue *catalogue)
{
    struct arena *arena = catalogue->arena;
    struct house_limit *copies = arena_calloc(arena, options->house_limit_count + 1, sizeof *copies);
    for (size_t i = 0; copies != NULL && i < options->house_limit_count; i++) {
        const struct house_limit *from = &options->house_limits[i];
        copies[i] = *from;
        copies[i].name = arena_copy(arena, from->name);
        copies[i].limit.residency = copy_list(arena, from->limit.residency, from->limit.residency_count);
        copies[i].limit.data_uses = copy_list(arena, from->limit.data_uses, from->limit.data_use_count);
        if (copies[i].name.data == NULL || copies[i].limit.residency == NULL || copies[i].limit.data_uses == NULL) return false;
    }
    catalogue->house_limits = copies;
    catalogue->house_limit_count = options->house_limit_count;
    return copies != NULL;
}

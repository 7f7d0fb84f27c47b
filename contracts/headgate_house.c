#include "contracts/headgate_house.h"

#include "contracts/fideslang.h"

/* ---------------------------------------------------------------- classes */

static enum headgate_status read_classes(const struct headgate_options *from, struct arena *arena, struct catalogue_options *to)
{
    struct span *names = arena_calloc(arena, 2 * from->class_count + 1, sizeof *names);
    if (names == NULL) return HEADGATE_NO_MEMORY;
    for (size_t i = 0; i < from->class_count; i++) {
        enum classification class;
        if (from->classes[i].name == NULL || from->classes[i].label == NULL) return HEADGATE_BAD_ARGUMENT;
        names[2 * i] = span_of(from->classes[i].name);
        names[2 * i + 1] = span_of(from->classes[i].label);
        if (classification_find(names[2 * i], &class) || !classification_find(names[2 * i + 1], &class))
            return HEADGATE_BAD_ARGUMENT;
    }
    to->class_names = names;
    to->class_name_count = 2 * from->class_count;
    return HEADGATE_OK;
}

/* ---------------------------------------------------------------- limits */

static bool is_key(enum fideslang_kind kind, struct span text)
{
    const struct fideslang_key *key = fideslang_find(kind, text);
    return key != NULL && key->replaced_by == NULL;
}

static enum headgate_status read_texts(const struct headgate_texts *from, struct arena *arena, const struct span **out)
{
    struct span *texts = arena_calloc(arena, from->count + 1, sizeof *texts);
    if (texts == NULL) return HEADGATE_NO_MEMORY;
    if (from->count > 0 && from->items == NULL) return HEADGATE_BAD_ARGUMENT;
    for (size_t i = 0; i < from->count; i++) {
        if (from->items[i] == NULL || from->items[i][0] == '\0') return HEADGATE_BAD_ARGUMENT;
        texts[i] = span_of(from->items[i]);
    }
    *out = texts;
    return HEADGATE_OK;
}

static bool read_legal_bases(const struct headgate_texts *from, unsigned *out)
{
    if (from->count > 0 && from->items == NULL) return false;
    for (size_t i = 0; i < from->count; i++) {
        enum legal_basis basis;
        if (from->items[i] == NULL || !legal_basis_find(span_of(from->items[i]), &basis)) return false;
        *out |= 1U << basis;
    }
    return true;
}

/* Of a class or of a category, never of both or none. */
static bool read_scope(const struct headgate_limit *from, const struct catalogue_options *options, struct house_limit *to)
{
    if ((from->classification == NULL) == (from->category == NULL)) return false;
    to->scope = from->category != NULL ? LIMIT_OF_CATEGORY : LIMIT_OF_CLASS;
    to->name = span_of(from->category != NULL ? from->category : from->classification);
    if (to->scope == LIMIT_OF_CATEGORY) return is_key(FIDESLANG_DATA_CATEGORY, to->name);
    return class_find(options->class_names, options->class_name_count, to->name, &to->class);
}

static enum headgate_status read_limit(const struct headgate_limit *from, const struct catalogue_options *options,
                                       struct arena *arena, struct house_limit *to)
{
    struct limit *limit = &to->limit;
    if (!read_scope(from, options, to) || from->retention < 0 || !read_legal_bases(&from->legal_bases, &limit->legal_bases))
        return HEADGATE_BAD_ARGUMENT;
    limit->retention = from->retention > 0 ? from->retention : NO_LIMIT;
    limit->residency_count = from->residency.count;
    limit->data_use_count = from->data_uses.count;
    enum headgate_status status = read_texts(&from->residency, arena, &limit->residency);
    if (status == HEADGATE_OK) status = read_texts(&from->data_uses, arena, &limit->data_uses);
    for (size_t i = 0; status == HEADGATE_OK && i < limit->data_use_count; i++)
        if (!is_key(FIDESLANG_DATA_USE, limit->data_uses[i])) status = HEADGATE_BAD_ARGUMENT;
    return status;
}

enum headgate_status headgate_house_read(const struct headgate_options *from, struct arena *arena, struct catalogue_options *to)
{
    if ((from->class_count > 0 && from->classes == NULL) || (from->limit_count > 0 && from->limits == NULL))
        return HEADGATE_BAD_ARGUMENT;
    enum headgate_status status = read_classes(from, arena, to);
    struct house_limit *limits = arena_calloc(arena, from->limit_count + 1, sizeof *limits);
    if (limits == NULL) return HEADGATE_NO_MEMORY;
    for (size_t i = 0; status == HEADGATE_OK && i < from->limit_count; i++)
        status = read_limit(&from->limits[i], to, arena, &limits[i]);
    to->house_limits = limits;
    to->house_limit_count = from->limit_count;
    return status;
}

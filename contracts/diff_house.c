/* diff_house.c - the limits that the house sets for all uses, by class and by data category.
 *
 * What counts is what a limit comes to, not where it stands: a class's limit binds the classes above it, a category's what lies
 * in it. So a limit that is gone, and that another one still keeps, was not loosened. */
#include "contracts/diff_parts.h"
#include "contracts/fideslang.h"

struct house {
    const struct house_limit *limits;
    size_t count;
};

/* Whether what `limit` says binds everything that `of` speaks of. */
static bool binds(const struct house_limit *limit, const struct house_limit *of)
{
    if (limit->scope != of->scope) return false;
    if (of->scope == LIMIT_OF_CLASS) return limit->class <= of->class;
    return fideslang_is_descendant(of->name, limit->name);
}

static bool speaks_of_the_same(const struct house_limit *a, const struct house_limit *b)
{
    return binds(a, b) && binds(b, a);
}

/* Whether the house, taken together, permits no more than the limit does of what it speaks of. */
static bool keeps(const struct house *house, const struct house_limit *limit, enum limit_kind kind)
{
    for (size_t i = 0; i < house->count; i++)
        if (binds(&house->limits[i], limit) && limit_within(&house->limits[i].limit, &limit->limit, kind)) return true;
    return !limit_binds(&limit->limit, kind);
}

/* What the house says of it in the first place: of just that, else of what it lies in. NULL where it says nothing. */
static const struct limit *ruling(const struct house *house, const struct house_limit *of, enum limit_kind kind)
{
    const struct house_limit *found = NULL;
    for (size_t i = 0; i < house->count; i++) {
        const struct house_limit *limit = &house->limits[i];
        if (!binds(limit, of) || !limit_binds(&limit->limit, kind)) continue;
        if (found == NULL || speaks_of_the_same(limit, of)) found = limit;
    }
    return found != NULL ? &found->limit : NULL;
}

static void tell(struct diffing *diffing, enum diff_kind change, const struct house_limit *of, enum limit_kind kind,
                 const struct limit *old, const struct limit *new)
{
    const char *list = of->scope == LIMIT_OF_CLASS ? "classes" : "categories";
    struct span path = arena_printf(diffing->diff->arena, "%s.%.*s", list, SPAN_ARGS(of->name));
    struct span was = diff_bound(diffing, old, kind), is = diff_bound(diffing, new, kind);
    if (path.data == NULL) diffing->diff->failed = true;
    diff_add(diffing, change, path, "%s: %.*s -> %.*s", limit_word(kind), SPAN_ARGS(was), SPAN_ARGS(is));
}

static void told_looser(struct diffing *diffing, const struct house *new, const struct house_limit *was)
{
    for (int i = 0; i < LIMIT_KINDS; i++) {
        enum limit_kind kind = (enum limit_kind)i;
        if (!keeps(new, was, kind)) tell(diffing, DIFF_HOUSE_LIMIT_LOOSENED, was, kind, &was->limit, ruling(new, was, kind));
    }
}

/* Of a limit that permits something else now, told_looser() has said both sides. */
static bool was_told(const struct house *old, const struct house *new, const struct house_limit *is, enum limit_kind kind)
{
    for (size_t i = 0; i < old->count; i++)
        if (speaks_of_the_same(&old->limits[i], is) && !keeps(new, &old->limits[i], kind)) return true;
    return false;
}

static void told_tighter(struct diffing *diffing, const struct house *old, const struct house *new, const struct house_limit *is)
{
    for (int i = 0; i < LIMIT_KINDS; i++) {
        enum limit_kind kind = (enum limit_kind)i;
        if (!keeps(old, is, kind) && !was_told(old, new, is, kind))
            tell(diffing, DIFF_HOUSE_LIMIT_TIGHTENED, is, kind, ruling(old, is, kind), &is->limit);
    }
}

void diff_house(struct diff *diff, const struct catalogue *old, const struct catalogue *new)
{
    struct diffing diffing = {.diff = diff, .contract = HOUSE, .name = HOUSE, .cap = DIFF_SENDERS};
    struct house was = {old->house_limits, old->house_limit_count}, is = {new->house_limits, new->house_limit_count};
    for (size_t i = 0; i < was.count; i++) told_looser(&diffing, &is, &was.limits[i]);
    for (size_t i = 0; i < is.count; i++) told_tighter(&diffing, &was, &is, &is.limits[i]);
}

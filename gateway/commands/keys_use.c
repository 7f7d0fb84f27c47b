#include "gateway/commands/keys_use.h"

#include "contracts/near.h"

/* How many ids are named, and from how many edits on none is. */
enum { NAMED_MAX = 3, TOO_FAR = 5 };

struct candidate {
    const struct use *use;
    unsigned distance;
};

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Edits between two names. Long ones are compared from where they part. */
static unsigned distance_of(struct span wanted, struct span name)
{
    unsigned limit = least(TOO_FAR, (unsigned)least((unsigned)wanted.size, NEAR_NAME_MAX) / 3 + 1);
    while ((wanted.size > NEAR_NAME_MAX || name.size > NEAR_NAME_MAX) && wanted.size > 1 && name.size > 1 &&
           *wanted.data == *name.data) {
        wanted = (struct span){wanted.data + 1, wanted.size - 1};
        name = (struct span){name.data + 1, name.size - 1};
    }
    unsigned distance = near_distance(wanted, name, limit);
    return distance < limit ? distance : TOO_FAR;
}

/* What stands behind the last colon: the use's own name, where ids are made so. */
static struct span last_part(struct span id)
{
    size_t begin = id.size;
    while (begin > 0 && id.data[begin - 1] != ':') begin--;
    return (struct span){id.data + begin, id.size - begin};
}

/* Keeps the nearest, the nearest first; of a contract on several models one. */
static void consider(struct candidate *nearest, size_t *count, const struct use *use, unsigned distance)
{
    if (distance >= TOO_FAR) return;
    for (size_t i = 0; i < *count; i++)
        if (span_equal(nearest[i].use->id, use->id)) return;
    size_t at = *count < NAMED_MAX ? (*count)++ : NAMED_MAX;
    for (; at > 0 && nearest[at - 1].distance > distance; at--)
        if (at < NAMED_MAX) nearest[at] = nearest[at - 1];
    if (at < NAMED_MAX) nearest[at] = (struct candidate){use, distance};
}

static struct span name_nearest(const struct catalogue *catalogue, struct span wanted, struct arena *arena)
{
    struct candidate nearest[NAMED_MAX];
    size_t count = 0;
    for (size_t i = 0; i < catalogue->use_count; i++) {
        const struct use *use = catalogue->uses[i];
        unsigned by_name = distance_of(last_part(wanted), use->name);
        consider(nearest, &count, use, least(distance_of(wanted, use->id), by_name));
    }
    struct span text = arena_printf(arena, "the contracts know no use '%.*s'%s", SPAN_ARGS(wanted),
                                    count > 0 ? "; did you mean " : ": `headgate approve --list` shows all");
    for (size_t i = 0; i < count && text.data != NULL; i++)
        text = arena_printf(arena, "%.*s%s%.*s", SPAN_ARGS(text), i > 0 ? ", " : "", SPAN_ARGS(nearest[i].use->id));
    return count > 0 && text.data != NULL ? arena_printf(arena, "%.*s?", SPAN_ARGS(text)) : text;
}

struct span keys_use_find(const struct catalogue *catalogue, struct span wanted, struct arena *arena, struct span *error)
{
    const struct model *model;
    const struct use *use;
    catalogue_find(catalogue, wanted, &model, &use);
    if (use != NULL) return use->id;
    *error = model != NULL ? arena_printf(arena, "'%.*s' is an event model: keys are of uses", SPAN_ARGS(wanted))
                           : name_nearest(catalogue, wanted, arena);
    return (struct span){NULL, 0};
}

/* violations.h - what an event breaks, gathered while it is read: a bounded list of rules with RFC 6901 pointers.
 *
 * Pointers hold declared names, array indexes, and `*` for the key of a map; an undeclared name only where the sender asked for
 * such names. Never values. */
#ifndef HEADGATE_CONTRACTS_VIOLATIONS_H
#define HEADGATE_CONTRACTS_VIOLATIONS_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"
#include "contracts/enforce.h"
#include "contracts/event_rule.h"

/* A place in the event, as a chain on the walk's own stack. The root has no `up`; an item of an array has no name (NULL data),
 * its number is the current `index` of its `up`. */
struct path {
    const struct path *up;
    struct span name;
    uint32_t index;
};

struct violations {
    struct arena *arena;
    const struct rule *const *rules; /* by enum event_rule */
    uint32_t limit;                  /* of both lists */
    bool list_undeclared;
    bool no_memory; /* the arena's limit: the lists are not complete */
    struct violation *items;
    uint32_t count;
    uint32_t total; /* listed or not */
    struct span *names;
    uint32_t name_count;
    uint32_t undeclared; /* members, listed or not */
};

/* Adds each rule of the set `broken`. */
void violations_add(struct violations *violations, uint32_t broken, const struct path *path) COLD;

/* The same for a field that is known by its declaration; `indexes` has one for each array or map it lies in, the outermost
 * first, and is NULL where it lies in none. */
void violations_add_field(struct violations *violations, uint32_t broken, const struct field *field,
                          const uint32_t *indexes) COLD;

/* Counts an undeclared member `name` of the object at `path`, and lists it where that was asked. */
void violations_undeclared(struct violations *violations, const struct path *path, struct span name);

#endif

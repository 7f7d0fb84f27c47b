/* diff_parts.h - the parts of a comparison; only diff*.c and approval*.c read this. */
#ifndef HEADGATE_CONTRACTS_DIFF_PARTS_H
#define HEADGATE_CONTRACTS_DIFF_PARTS_H

#include "contracts/diff.h"
#include "contracts/limit.h"

/* A comparison of two versions of one contract. */
struct diffing {
    struct diff *diff;
    struct span contract, name;
    struct place place;
    enum diff_grade cap; /* no change of it is graded higher */
    struct span event;   /* of the use's model where the contract takes several; else NULL data */
};

/* Adds a change; the text is formatted. */
void diff_add(struct diffing *diffing, enum diff_kind kind, struct span path, const char *format, ...) PRINTF_LIKE(4, 5);

/* ---- diff_text.c: values for people, in the diff's arena; never NULL data, so that they can be printed */
struct span diff_limit(struct diffing *diffing, int64_t limit); /* a number; "none" for NO_LIMIT */
struct span diff_duration(struct diffing *diffing, int64_t us); /* 36 h, 30 d; "none" for NO_LIMIT */
struct span diff_instant(struct diffing *diffing, int64_t us);  /* RFC 3339; "none" for NO_TIME */
struct span diff_list(struct diffing *diffing, const struct span *items, size_t count, const char *when_empty);
struct span diff_handling(struct diffing *diffing, const struct handling *handling);
struct span diff_type(struct diffing *diffing, const struct field *field);

/* ---- lists as sets */
bool diff_includes(const struct span *list, size_t count, struct span item);
/* Whether every item of `inner` is in `outer`. */
bool diff_contains(const struct span *outer, size_t outer_count, const struct span *inner, size_t inner_count);

/* The values of a list that the other one lacks, in words; NULL data when there are none. */
struct span diff_beyond(struct diffing *diffing, const struct constant *list, size_t count, const struct constant *other,
                        size_t other_count);
/* Whether every value of `inner` is in `outer`. */
bool diff_constants_within(const struct constant *inner, size_t inner_count, const struct constant *outer, size_t outer_count);

/* A child by name; NULL. */
const struct field *diff_child(const struct field *field, struct span name);

/* ---- diff_rules.c: told once per rule that differs. Of some rules nobody can tell which accepts more: two patterns, say. */
enum rule_change { RULE_WIDER, RULE_NARROWER, RULE_OTHER };
typedef void diff_rule_told(void *context, enum rule_change change, struct span text);
void diff_rules(struct diffing *diffing, const struct field *old, const struct field *new, diff_rule_told *told, void *context);

/* Whether a use states rules of its own on a field: others than its model's, on values that pass. */
bool diff_states_rules(struct diffing *diffing, const struct field *field);

/* ---- diff_bounds.c: what a limit permits of a kind, in words; and what a model, or a field of it, permits; NULL = nothing is
 * said */
struct span diff_bound(struct diffing *diffing, const struct limit *limit, enum limit_kind kind); /* NULL limit: "anything" */
void diff_bounds(struct diffing *diffing, struct span path, const struct limit *old, const struct limit *new);

/* ---- diff_house.c: what the house permits; all of it is one "contract", HOUSE */
#define HOUSE SPAN("governance")
void diff_house(struct diff *diff, const struct catalogue *old, const struct catalogue *new);

/* ---- diff_quality.c: what is counted of a field that both versions have, and of a sender's refused events */
void diff_quality(struct diffing *diffing, const struct model *old, const struct field *old_field, const struct model *new,
                  const struct field *new_field);
void diff_error_rate(struct diffing *diffing, const struct model *old, const struct model *new);

/* ---- diff_class.c: class and categories of a field, of model and use alike */
void diff_class(struct diffing *diffing, const struct field *old, const struct field *new);

/* ---- diff_common.c: what models and uses have alike */
struct common {
    struct span owner;
    const struct span *subjects;
    size_t subject_count;
    const struct span *regulations;
    size_t regulation_count;
};
void diff_common(struct diffing *diffing, const struct common *old, const struct common *new);

struct life {
    enum status status;
    int64_t general_availability, end_of_support, end_of_life;
};
/* `earlier` is the kind of a life that was cut at either end. Whether the contract is in service is not looked at. */
void diff_life(struct diffing *diffing, const struct life *old, const struct life *new, enum diff_kind earlier);

/* ---- diff_model.c, diff_use.c, diff_projection.c, diff_schema.c */
void diff_model(struct diffing *diffing, const struct model *old, const struct model *new);
/* Which fields of the model say whose data it is, from where, and by whose consent. */
void diff_governing(struct diffing *diffing, const struct model *old, const struct model *new);
void diff_use(struct diffing *diffing, const struct use *old, const struct use *new);
void diff_projection(struct diffing *diffing, const struct use *old, const struct use *new);

/* The new schema against the old one and all locked ones of the same topic. */
void diff_schema(struct diffing *diffing, const struct catalogue *old_catalogue, const struct use *old,
                 const struct catalogue *new_catalogue, const struct use *new);

#endif

/* sample_part.h - what the files behind sample.h share.
 *
 * Each kind of value is made in the same way: propose a value that should break `rule` and nothing else, judge it by the field's
 * rules, and propose again until the judge agrees. EVENT_RULES in place of a rule means a value that breaks nothing. */
#ifndef HEADGATE_CONTRACTS_SAMPLE_PART_H
#define HEADGATE_CONTRACTS_SAMPLE_PART_H

#include "contracts/dice.h"
#include "contracts/pattern.h"
#include "contracts/pattern_tree.h"
#include "contracts/sample.h"

enum {
    SAMPLE_TRIES = 300,
    SAMPLE_TEXT_LONG = 1 << 16, /* code points, and ... */
    SAMPLE_ITEMS_MANY = 1 << 12 /* ... items beyond which nothing is made: such an event would pass no gateway */
};

/* Of a field with a pattern. */
struct sample_pattern {
    struct pattern_branch *tree;
    struct pattern *pattern;
};

struct sampler {
    const struct model *model;
    struct sample_options options;
    struct arena *kept;              /* of the sampler */
    struct arena *arena;             /* of one event */
    struct sample_pattern *patterns; /* by field->index */
    bool *on_path;                   /* by field->index: holds the target's field, or is it */
    struct pattern_scratch *scratch;
    struct sample_target *targets;
    size_t target_count;

    struct dice dice;
    struct buffer text, spare; /* the value at hand: text without quotes, or a number */
    struct sample_target target;
    bool hit;            /* the target is broken: the rest is valid */
    unsigned plain;      /* inside arrays of unique items: one spelling per value */
    bool small;          /* nothing that may be left out */
    struct span pointer; /* of the broken place */
    const struct field *stuck;
};

/* Each leaves the value in sampler->text; false when none was found. */
bool sample_text(struct sampler *sampler, const struct field *field, enum event_rule rule) MUST_CHECK;
bool sample_number(struct sampler *sampler, const struct field *field, enum event_rule rule) MUST_CHECK;
bool sample_time(struct sampler *sampler, const struct field *field, enum event_rule rule) MUST_CHECK;

/* Each appends the value as JSON; false when none was found (sampler->stuck says where), with `out` as far as it came. */
bool sample_value(struct sampler *sampler, const struct field *field, struct buffer *out) MUST_CHECK;
bool sample_object(struct sampler *sampler, const struct field *field, struct buffer *out) MUST_CHECK;
bool sample_array(struct sampler *sampler, const struct field *field, struct buffer *out) MUST_CHECK;
bool sample_map(struct sampler *sampler, const struct field *field, struct buffer *out) MUST_CHECK;

/* The text as a JSON string, and white space where it may stand. */
void sample_quote(struct sampler *sampler, struct span text, struct buffer *out);
void sample_gap(struct sampler *sampler, struct buffer *out);

/* Fills kept targets; false when memory is out. */
bool sample_list_targets(struct sampler *sampler) MUST_CHECK;

/* Beside the rules in a set of broken ones: a list of values that only counts does not have the value. */
#define BROKEN_SOFTLY (UINT32_C(1) << 31)

/* A map's entry stands nowhere in the text; its key is a member's name, its value what follows it. */
static inline bool sample_is_entry(const struct field *field)
{
    return field->parent != NULL && field->parent->type == TYPE_MAP;
}

static inline bool sample_is_in_entry(const struct field *field)
{
    return field->parent != NULL && sample_is_entry(field->parent);
}

static inline bool sample_is_key(const struct field *field)
{
    return sample_is_in_entry(field) && field->parent->children[0] == field;
}

/* Whether what a value breaks is what it should. A rule that only counts is kept too while there is hope. */
static inline bool sample_agrees(uint32_t broken, enum event_rule rule, unsigned tries)
{
    uint32_t wanted = rule == EVENT_RULES ? 0 : BROKEN(rule);
    return broken == wanted || ((broken & ~BROKEN_SOFTLY) == wanted && tries > SAMPLE_TRIES / 2);
}

/* What a value beside the enumeration breaks. */
static inline uint32_t sample_beside(const struct rules *rules)
{
    return rules->enumeration_severity == SEVERITY_ERROR ? BROKEN(EVENT_ENUMERATION) : BROKEN_SOFTLY;
}

static inline bool sample_is_varied(const struct sampler *sampler)
{
    return sampler->options.varied && sampler->plain == 0;
}

/* Whether the rule is to be broken at this field now. */
static inline bool sample_breaks(const struct sampler *sampler, const struct field *field, enum event_rule rule)
{
    return !sampler->hit && sampler->target.field == field && sampler->target.rule == rule;
}

/* Whether the field holds the target, or is it, and the target is still to come. */
static inline bool sample_leads(const struct sampler *sampler, const struct field *field)
{
    return !sampler->hit && sampler->target.field != NULL && sampler->on_path[field->index];
}

#endif

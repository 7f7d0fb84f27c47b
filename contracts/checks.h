/* checks.h - the rules on one value, compiled: bounds in the value's own unit, patterns prepared, enumerations hashed.
 *
 * Every check answers with the set of rules that the value breaks (event_rule.h), 0 = none. All rules are looked at; nothing is
 * skipped because an earlier one failed. */
#ifndef HEADGATE_CONTRACTS_CHECKS_H
#define HEADGATE_CONTRACTS_CHECKS_H

#include "codecs/json.h"
#include "contracts/catalogue.h"
#include "contracts/event_rule.h"
#include "contracts/lookup.h"
#include "contracts/pattern.h"

enum checks_part {
    CHECKS_LENGTH = 1,
    CHECKS_PATTERN = 2,
    CHECKS_FORMAT = 4,
    CHECKS_VALUES = 8,
    CHECKS_RANGE = 16,
    CHECKS_STEP = 32,
    CHECKS_ITEMS = 64,
    CHECKS_UNIQUE = 128,
    CHECKS_PROPERTIES = 256,
};

/* What alone shows that a text breaks no rule at all, for most of them; when it does not show it, all rules are looked at. */
enum checks_proof {
    PROOF_NONE,
    PROOF_LENGTH, /* so few bytes that neither bound can be passed */
    PROOF_FORMAT, /* the same, and the format */
    PROOF_SHAPE,  /* a text of this shape has the length, and the format or pattern */
    PROOF_VALUES, /* every allowed value keeps the other rules */
};

/* Allowed values in the form that the type is compared in, sorted where not hashed. */
struct allowed_values {
    uint32_t broken; /* what another value breaks: BROKEN(EVENT_ENUMERATION), or nothing where only the symbols are wanted */
    struct lookup texts;
    const int64_t *integers;
    const int128 *decimals;
    const struct number *numbers;
    uint32_t count;
    bool booleans[2];
};

/* Which members hold is told by `parts`. */
struct checks {
    uint32_t parts;
    bool exclusive_minimum, exclusive_maximum; /* float and double */
    int64_t min_length, max_length;            /* code points; 0 and INT64_MAX where open */
    const struct pattern *pattern;
    enum checks_proof proof;
    const struct pattern_shape *shape; /* of the pattern, or of the format; NULL = none */
    bool (*format)(struct span text);
    int64_t low, high;                      /* int, long, date, timestamp, time: inclusive; decimal: what of it fits */
    int128 decimal_low, decimal_high;       /* decimal: inclusive, in units of the scale; the precision is in here */
    const struct number *minimum, *maximum; /* float and double; NULL = open */
    double near_minimum, near_maximum;      /* the nearest doubles */
    int64_t integer_step;                   /* 0: only `step` says it */
    int128 decimal_step;                    /* 0: the same */
    const struct number *step;
    int scale;                    /* decimal */
    int64_t min_items, max_items; /* 0 and INT64_MAX where open */
    int64_t min_properties, max_properties;
    struct allowed_values values;
};

/* Patterns live on the heap; their owner frees them. */
struct pattern_list {
    struct pattern **items;
    size_t count;
    size_t capacity;
};

/* Compiles the rules of a field. With `base` (the model's field) only those which differ from its rules: the stricter ones of a
 * use. *out is NULL when there are none. False after it added a diagnostic, or when memory is out (diagnostics->failed). */
bool checks_compile(const struct field *field, const struct field *base, struct arena *arena, struct pattern_list *patterns,
                    struct diagnostics *diagnostics, const struct checks **out) MUST_CHECK;

/* string, bytes (as base64). `text` is well-formed UTF-8. */
uint32_t checks_string_any(const struct checks *checks, struct pattern_scratch *scratch, const struct json_string *text);

/* int, long, date (days), timestamp and time (us). */
uint32_t checks_integer_any(const struct checks *checks, int64_t value);

/* decimal, in units of 10^-scale. */
uint32_t checks_decimal(const struct checks *checks, int128 unscaled);

/* float and double, exactly; `nearest` is number_to_double(value). */
uint32_t checks_number(const struct checks *checks, const struct number *value, double nearest);

/* boolean: only a list of values can speak against it. */
uint32_t checks_boolean(const struct checks *checks, bool value);

/* The number of an array's items, and of an object's declared members that are present. */
uint32_t checks_items(const struct checks *checks, int64_t count);
uint32_t checks_properties(const struct checks *checks, int64_t count);

/* The position in the enumeration of what Avro calls an enum; -1 when it is not there. */
int32_t checks_symbol(const struct checks *checks, struct span text);

static inline uint32_t checks_string(const struct checks *checks, struct pattern_scratch *scratch, const struct json_string *text)
{
    int64_t size = (int64_t)text->text.size;
    bool fine = false;
    switch (checks->proof) {
    case PROOF_NONE:
    case PROOF_FORMAT: break;
    case PROOF_LENGTH: fine = size <= checks->max_length && (size + 3) / 4 >= checks->min_length; break;
    case PROOF_SHAPE: fine = size == checks->shape->size && shape_match(checks->shape, text->text.data); break;
    case PROOF_VALUES: fine = lookup_find(&checks->values.texts, text->text) >= 0; break;
    }
    return LIKELY(fine) ? 0 : checks_string_any(checks, scratch, text);
}

/* Most integers have a range and nothing else. */
static inline uint32_t checks_integer(const struct checks *checks, int64_t value)
{
    if (checks == NULL || (checks->parts == CHECKS_RANGE && value >= checks->low && value <= checks->high)) return 0;
    return checks_integer_any(checks, value);
}

#endif

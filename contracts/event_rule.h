/* event_rule.h - the rules that an event can break, as bits.
 *
 * A check answers with the set of all rules that a value breaks; 0 means that it is fine. Their texts are in rule.c's table,
 * under the names of event_rule_name(). */
#ifndef HEADGATE_CONTRACTS_EVENT_RULE_H
#define HEADGATE_CONTRACTS_EVENT_RULE_H

#include <stdint.h>

enum event_rule {
    EVENT_TYPE,             /* another JSON type than the contract's */
    EVENT_INTEGER,          /* a fraction where an integer is due */
    EVENT_REQUIRED,         /* absent or null */
    EVENT_NULL,             /* a null item of an array that allows none */
    EVENT_REQUIRED_KEY,     /* logicalTypeOptions.required: the key does not exist */
    EVENT_DUPLICATE_MEMBER, /* a declared member twice in one object */
    EVENT_UNDECLARED_FIELD, /* undeclaredFields: reject */
    EVENT_MIN_LENGTH,       /* code points */
    EVENT_MAX_LENGTH,
    EVENT_PATTERN,
    EVENT_PATTERN_LIMIT, /* matching was given up */
    EVENT_FORMAT,
    EVENT_DATE_FORMAT, /* not the spelling of a date or time, or no such day */
    EVENT_TIMEZONE,    /* an offset missing, or not allowed */
    EVENT_ENUMERATION,
    EVENT_MINIMUM, /* the minimum of a format or of a precision included */
    EVENT_MAXIMUM,
    EVENT_MULTIPLE_OF,
    EVENT_SCALE,       /* more fraction digits than the decimal has */
    EVENT_NUMBER_SIZE, /* more than 38 digits, an exponent beyond +-400, or beyond the range of a float */
    EVENT_MIN_ITEMS,
    EVENT_MAX_ITEMS,
    EVENT_UNIQUE_ITEMS,
    EVENT_MIN_PROPERTIES,
    EVENT_MAX_PROPERTIES,
    EVENT_TIME_FUTURE,
    EVENT_RULES
};

#define BROKEN(rule) (UINT32_C(1) << (rule))

_Static_assert(EVENT_RULES < 31, "a set of rules fits 31 bits");

/* The rule's name in rule.c's table. */
const char *event_rule_name(enum event_rule rule);

#endif

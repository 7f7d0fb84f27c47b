#include "contracts/event_rule.h"

const char *event_rule_name(enum event_rule rule)
{
    static const char *const names[EVENT_RULES] = {
        [EVENT_TYPE] = "type",
        [EVENT_INTEGER] = "integer",
        [EVENT_REQUIRED] = "required",
        [EVENT_NULL] = "null",
        [EVENT_REQUIRED_KEY] = "required-key",
        [EVENT_DUPLICATE_MEMBER] = "duplicate-member",
        [EVENT_UNDECLARED_FIELD] = "undeclared-field",
        [EVENT_MIN_LENGTH] = "min-length",
        [EVENT_MAX_LENGTH] = "max-length",
        [EVENT_PATTERN] = "pattern",
        [EVENT_PATTERN_LIMIT] = "pattern-limit",
        [EVENT_FORMAT] = "format",
        [EVENT_DATE_FORMAT] = "date-format",
        [EVENT_TIMEZONE] = "timezone",
        [EVENT_ENUMERATION] = "enumeration",
        [EVENT_MINIMUM] = "minimum",
        [EVENT_MAXIMUM] = "maximum",
        [EVENT_MULTIPLE_OF] = "multiple-of",
        [EVENT_SCALE] = "scale",
        [EVENT_NUMBER_SIZE] = "number-size",
        [EVENT_MIN_ITEMS] = "min-items",
        [EVENT_MAX_ITEMS] = "max-items",
        [EVENT_UNIQUE_ITEMS] = "unique-items",
        [EVENT_MIN_PROPERTIES] = "min-properties",
        [EVENT_MAX_PROPERTIES] = "max-properties",
        [EVENT_TIME_FUTURE] = "event-time-future",
    };
    return names[rule];
}

/* rule_event.c - what an event can break. The title is the message that a sender reads; it never holds a value. */
#include "contracts/rule_tables.h"

#define EVENT(name, title, why, remedy, example)                      \
    {                                                                 \
        name, RULE_EVENT, SEVERITY_ERROR, title, why, remedy, example \
    }

static const struct rule rows[] = {
    EVENT("type", "the value has another JSON type than its field declares",
          "A field's logicalType fixes its JSON type: numbers are never sent as strings, or the other way round.",
          "Send the type that the model declares; `headgate show MODEL` prints it.", "{\"total_cents\": \"1299\"}"),
    EVENT("required", "a required field is missing or null", "The model says required: true. Absent and null mean the same.",
          "Send the field, with a value.", "{\"order_id\": null}"),
    EVENT("null", "an item of this array is null", "The array's items are declared required, so each item has a value.",
          "Leave out items that have no value.", "[\"a\", null]"),
    EVENT("min-length", "the text is shorter than its field allows", "minLength counts Unicode code points.",
          "Send a longer text, or leave the field out when it is optional.", "minLength: 3, \"ab\""),
    EVENT("max-length", "the text is longer than its field allows", "maxLength counts Unicode code points.",
          "Send a shorter text; nothing is cut silently.", "maxLength: 3, \"abcd\""),
    EVENT("pattern", "the text does not match its field's pattern", "The field declares an ECMA-262 regular expression.",
          "Send text of the declared shape.", "pattern: '^[A-Z]{3}$', \"eur\""),
    EVENT("pattern-limit", "the text is too costly to match with its field's pattern",
          "Matching stopped at a fixed number of steps, so that one value cannot hold up the gateway.",
          "Send ordinary text; ask the model's owner for a simpler pattern.", "pattern: '(a|aa)+$' and a long text of a"),
    EVENT("format", "the text is not of its field's format",
          "The field declares a format: uuid, ipv4, ipv6, hostname, uri, email or base64.", "Send text of that format.",
          "format: uuid, \"42\""),
    EVENT("enumeration", "the value is none of those its field allows", "The field lists its allowed values.",
          "Send one of the values that the model lists.", "validValues: [EUR, GBP], \"YEN\""),
    EVENT("minimum", "the value is below its field's minimum", "The field declares a minimum or exclusiveMinimum.",
          "Send a value within the declared range.", "minimum: 0, -1"),
    EVENT("maximum", "the value is above its field's maximum",
          "The field declares a maximum or exclusiveMaximum; an integer format such as i32 declares one too.",
          "Send a value within the declared range.", "format: u8, 256"),
    EVENT("multiple-of", "the number is not a multiple of its field's step",
          "The field declares multipleOf; it is judged exactly, in decimals.", "Round to the declared step before sending.",
          "multipleOf: 0.01, 1.005"),
    EVENT("number-size", "the number has more digits than can be kept exactly",
          "A number is a sign, at most 38 digits and an exponent within +-400.", "Send fewer digits.", "1e999"),
    EVENT("scale", "the number has more fraction digits than its field keeps", "Decimals are never rounded on the way in.",
          "Send at most as many fraction digits as the field's scale.", "scale: 2, 1.234"),
    EVENT("integer", "the number has a fraction, its field takes whole numbers", "1.0 and 1e2 count as whole.",
          "Send a whole number.", "1.5"),
    EVENT("date-format", "the date or time is not in its field's format",
          "Dates and times are RFC 3339 unless the field declares a format; a leap second (:60) is refused.",
          "Send it in the declared format.", "\"22.11.2026\""),
    EVENT("timezone", "an offset is missing where it must stand, or stands where it must not",
          "timezone: true needs Z or an offset; timezone: false is a local time.", "Add or drop the offset.",
          "\"2026-11-22T13:44:13\""),
    EVENT("min-items", "the array has fewer items than its field allows", "The field declares minItems.", "Send more items.",
          "minItems: 1, []"),
    EVENT("max-items", "the array has more items than its field allows",
          "The field declares maxItems; without one an array ends at 1,000.",
          "Send fewer items, or ask the model's owner for a larger maxItems.", "maxItems: 2, [1, 2, 3]"),
    EVENT("unique-items", "the array holds an item twice", "The field declares uniqueItems.", "Send each item once.",
          "[\"a\", \"a\"]"),
    EVENT("min-properties", "the object has fewer declared members, or the map fewer entries, than its field allows",
          "The field declares minProperties; only declared members count.", "Send more of the declared members.",
          "minProperties: 1, {}"),
    EVENT("max-properties", "the object has more declared members, or the map more entries, than its field allows",
          "The field declares maxProperties; only declared members count.", "Send fewer members.",
          "maxProperties: 1, {\"a\": 1, \"b\": 2}"),
    EVENT("required-key", "a member that must exist is missing",
          "The object's logicalTypeOptions.required lists members that must exist; null is allowed.",
          "Send the member, as null if need be.", "required: [note], {\"id\": 1}"),
    EVENT("duplicate-member", "a declared member, or a key of a map, stands twice in one object",
          "Two readers would take different ones of the two.", "Send each member once.", "{\"id\": 1, \"id\": 2}"),
    EVENT("undeclared-field", "the event holds a field that its model does not declare",
          "The model says undeclaredFields: reject.", "Leave the field out, or have it declared.",
          "{\"order_id\": \"1\", \"colour\": \"red\"} where only order_id is declared"),
    EVENT("event-time-future", "the event's time lies in the future",
          "After correction by the sent time the event's time may lie at most the tolerance (5 minutes) ahead of the gateway's "
          "clock.",
          "Correct the device's clock, or send Headgate-Sent so that its error can be measured.",
          "\"2031-01-01T00:00:00Z\" today"),
    EVENT("country", "the field that says where the person is holds no country code", "residencyField takes ISO 3166-1 alpha-2.",
          "Send two capital letters.", "\"Norway\""),
};

const struct rule *rule_event_rows(size_t *count)
{
    *count = COUNT_OF(rows);
    return rows;
}

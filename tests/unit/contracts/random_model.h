/* random_model.h - the text of an event model with any types and options, for property tests: all that the loader takes, so
 * combined that values exist. */
#ifndef HEADGATE_TESTS_RANDOM_MODEL_H
#define HEADGATE_TESTS_RANDOM_MODEL_H

#include "codecs/buffer.h"
#include "contracts/dice.h"

struct random_model {
    struct dice dice;
    struct buffer *out;
    unsigned fields;
};

static inline const char *random_word(struct random_model *model, const char *const *words, size_t count)
{
    return words[dice_roll(&model->dice, count)];
}

#define RANDOM_WORD(model, ...) \
    random_word((model), (const char *const[]){__VA_ARGS__}, COUNT_OF(((const char *const[]){__VA_ARGS__})))

static inline int random_int(struct random_model *model, int low, int high)
{
    return (int)dice_between(&model->dice, low, high);
}

static inline void random_values(struct random_model *model, const char *values)
{
    static const char *const severities[] = {"", ", severity: error", ", severity: warning"};
    buffer_printf(model->out, ", quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [%s]}%s}]", values,
                  severities[dice_roll(&model->dice, 3)]);
}

static inline void random_string(struct random_model *model)
{
    struct buffer *out = model->out;
    buffer_append_text(out, "logicalType: string");
    int low = random_int(model, 0, 12), high = low + random_int(model, 0, 20);
    switch (random_int(model, 0, 7)) {
    case 0: break;
    case 1: buffer_printf(out, ", logicalTypeOptions: {minLength: %d, maxLength: %d}", low, high); break;
    case 2: buffer_printf(out, ", logicalTypeOptions: {maxLength: %d}", high); break;
    case 3:
        buffer_printf(out, ", logicalTypeOptions: {pattern: '%s'%s}",
                      RANDOM_WORD(model, "^[A-Z]{2}[0-9]{9}$", "^[a-z_]+$", "[0-9]", "^(foo|bar|ba+z)(-[0-9]{1,3})?$",
                                  "^\\d{3}-\\d{4}$", "^(?:[A-F0-9]{2}:){5}[A-F0-9]{2}$", "^(?=.*[0-9])[a-z0-9]{6,12}$",
                                  "^\\S+@\\S+$", "^.{2,5}$", "^[^ ]*$", "\\bword\\b", "^(a|bc)*d?$", "^[\\u00e0-\\u00ff]+$",
                                  "^$|^x{3,}$", "^\\W{4}", "é$"),
                      RANDOM_WORD(model, "", "", ", maxLength: 40", ", minLength: 0"));
        break;
    case 4:
        buffer_printf(out, ", logicalTypeOptions: {format: %s%s}",
                      RANDOM_WORD(model, "uuid", "ipv4", "ipv6", "hostname", "uri", "email", "byte", "binary"),
                      RANDOM_WORD(model, "", "", ", maxLength: 60", ", minLength: 4"));
        break;
    case 5:
        buffer_printf(out,
                      ", logicalTypeOptions: {format: byte, maxLength: %d}, customProperties: [{property: avroType, value: "
                      "bytes}]",
                      4 * random_int(model, 1, 12));
        break;
    case 6: random_values(model, "small, medium, 'x y', 'é', ''"); break;
    default:
        buffer_append_text(out, ", logicalTypeOptions: {pattern: '^[A-Z]{3}$', minLength: 3, maxLength: 3}");
        random_values(model, "EUR, GBP, USD");
    }
}

static inline void random_integer(struct random_model *model)
{
    struct buffer *out = model->out;
    int low = random_int(model, 0, 60), high = low + random_int(model, 10, 60);
    buffer_append_text(out, "logicalType: integer");
    switch (random_int(model, 0, 4)) {
    case 0: break;
    case 1:
        buffer_printf(out, ", logicalTypeOptions: {format: %s}",
                      RANDOM_WORD(model, "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128"));
        break;
    case 2:
        buffer_printf(out, ", logicalTypeOptions: {%s: %d, %s: %d, multipleOf: %s}",
                      RANDOM_WORD(model, "minimum", "exclusiveMinimum"), low, RANDOM_WORD(model, "maximum", "exclusiveMaximum"),
                      high, RANDOM_WORD(model, "1", "2", "3", "0.5", "2.5"));
        break;
    case 3:
        buffer_printf(out, ", logicalTypeOptions: {%s: %s, format: %s}", RANDOM_WORD(model, "minimum", "exclusiveMinimum"),
                      RANDOM_WORD(model, "0", "-1", "1.5", "-0.5", "100"), RANDOM_WORD(model, "i8", "u64", "i128", "i32"));
        break;
    default: random_values(model, "1, 2, 5, 10");
    }
}

static inline void random_number(struct random_model *model)
{
    struct buffer *out = model->out;
    int scale = random_int(model, 0, 6), digits = scale + random_int(model, 2, 30);
    buffer_append_text(out, "logicalType: number");
    switch (random_int(model, 0, 6)) {
    case 0: break;
    case 1: buffer_printf(out, ", physicalType: 'decimal(%d,%d)'", digits, scale); break;
    case 2:
        buffer_printf(out, ", physicalType: 'decimal(%d,2)', logicalTypeOptions: {%s: %s, %s: %s, multipleOf: %s}",
                      random_int(model, 6, 20), RANDOM_WORD(model, "minimum", "exclusiveMinimum"),
                      RANDOM_WORD(model, "0", "-12.5", "0.005", "1"), RANDOM_WORD(model, "maximum", "exclusiveMaximum"),
                      RANDOM_WORD(model, "9999", "500.5", "77.777"), RANDOM_WORD(model, "0.01", "0.05", "0.5", "3", "0.005"));
        break;
    case 3: buffer_printf(out, ", logicalTypeOptions: {format: %s}", RANDOM_WORD(model, "f32", "f64")); break;
    case 4:
        buffer_printf(out, ", logicalTypeOptions: {format: %s, %s: %s, %s: %s}", RANDOM_WORD(model, "f32", "f64"),
                      RANDOM_WORD(model, "minimum", "exclusiveMinimum"), RANDOM_WORD(model, "-90", "0", "-0.1", "0.001"),
                      RANDOM_WORD(model, "maximum", "exclusiveMaximum"), RANDOM_WORD(model, "90", "1.0e+20", "0.1", "3.4e+38"));
        break;
    case 5:
        buffer_printf(out, ", logicalTypeOptions: {minimum: 0, maximum: 99.99, multipleOf: %s}",
                      RANDOM_WORD(model, "0.01", "0.1", "0.25", "7"));
        break;
    default: random_values(model, "0.5, 1, 2.75");
    }
}

static inline void random_time(struct random_model *model)
{
    struct buffer *out = model->out;
    switch (random_int(model, 0, 9)) {
    case 0: buffer_append_text(out, "logicalType: date"); break;
    case 1:
        buffer_printf(out, "logicalType: date, logicalTypeOptions: {%s: '2020-02-28', %s: '2020-03-05'}",
                      RANDOM_WORD(model, "minimum", "exclusiveMinimum"), RANDOM_WORD(model, "maximum", "exclusiveMaximum"));
        break;
    case 2:
        buffer_printf(out, "logicalType: date, logicalTypeOptions: {format: %s}",
                      RANDOM_WORD(model, "dd.MM.yyyy", "yyyyMMdd", "yyyy-MM-dd", "M/d/yyyy", "'d''x''M''o''''clock ''yyyy'"));
        break;
    case 3: buffer_printf(out, "logicalType: timestamp"); break;
    case 4:
        buffer_printf(out, "logicalType: timestamp, logicalTypeOptions: {timezone: %s}", RANDOM_WORD(model, "true", "false"));
        break;
    case 5:
        buffer_printf(out,
                      "logicalType: timestamp, logicalTypeOptions: {%s: '2025-12-31T23:59:59.5Z', "
                      "%s: '2026-01-01T02:00:00+02:00'}",
                      RANDOM_WORD(model, "minimum", "exclusiveMinimum"), RANDOM_WORD(model, "maximum", "exclusiveMaximum"));
        break;
    case 6:
        buffer_printf(out, "logicalType: timestamp, logicalTypeOptions: {defaultTimezone: '+05:30', format: \"%s\"}",
                      RANDOM_WORD(model, "yyyy-MM-dd HH:mm:ss", "dd/MM/yyyy'T'H:m:s.SSS", "yyyyMMddHHmmssSSSSSS",
                                  "yyyy-MM-dd HH:mmXXX", "yyyy-MM-dd'T'HH:mm:ssZ"));
        break;
    case 7: buffer_append_text(out, "logicalType: time"); break;
    case 8:
        buffer_printf(out, "logicalType: time, logicalTypeOptions: {timezone: %s}", RANDOM_WORD(model, "true", "false"));
        break;
    default:
        buffer_printf(out, "logicalType: time, logicalTypeOptions: {%s: '08:00:00', %s: '18:30:00.000001'%s}",
                      RANDOM_WORD(model, "minimum", "exclusiveMinimum"), RANDOM_WORD(model, "maximum", "exclusiveMaximum"),
                      RANDOM_WORD(model, "", ", format: 'HH:mm'", ", format: 'HH:mm:ss.SSSSSS'"));
    }
}

static inline void random_type(struct random_model *model, unsigned depth);

/* {name: f7, required: true, ...}; whether it is required is returned. */
static inline bool random_property(struct random_model *model, unsigned depth)
{
    unsigned name = model->fields++;
    bool required = dice_percent(&model->dice, 50);
    buffer_printf(model->out, "{name: f%u, required: %s, ", name, required ? "true" : "false");
    if (dice_percent(&model->dice, 20)) buffer_printf(model->out, "physicalName: wire_%u, ", name);
    random_type(model, depth);
    buffer_append_char(model->out, '}');
    return required;
}

/* Returns how many of them are required. */
static inline unsigned random_properties(struct random_model *model, unsigned depth, unsigned count)
{
    unsigned required = 0;
    buffer_append_text(model->out, "properties: [");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0) buffer_append_text(model->out, ",\n        ");
        required += random_property(model, depth + 1);
    }
    buffer_append_char(model->out, ']');
    return required;
}

/* Limits are such that all members, or none but the required ones, can be there. */
static inline void random_object(struct random_model *model, unsigned depth)
{
    unsigned count = (unsigned)random_int(model, 1, 5), first = model->fields;
    buffer_append_text(model->out, "logicalType: object, ");
    unsigned required = random_properties(model, depth, count);
    if (dice_percent(&model->dice, 40))
        buffer_printf(model->out, ", logicalTypeOptions: {minProperties: %d}", random_int(model, 0, (int)count));
    else if (dice_percent(&model->dice, 30))
        buffer_printf(model->out, ", logicalTypeOptions: {maxProperties: %d}", random_int(model, (int)required, (int)count));
    else if (dice_percent(&model->dice, 40))
        buffer_printf(model->out, ", logicalTypeOptions: {required: [f%u]}", first);
}

static inline void random_array(struct random_model *model, unsigned depth)
{
    int low = random_int(model, 0, 2);
    bool unique = dice_percent(&model->dice, 40);
    buffer_printf(model->out, "logicalType: array, logicalTypeOptions: {minItems: %d, maxItems: %d, uniqueItems: %s}, ",
                  unique ? low / 2 : low, low + random_int(model, 1, 30), unique ? "true" : "false");
    buffer_printf(model->out, "items: {name: item_%u, required: %s, ", model->fields++,
                  RANDOM_WORD(model, "true", "true", "false"));
    random_type(model, depth + 1);
    buffer_append_char(model->out, '}');
}

/* Keys are such that as many exist as the limits ask for. */
static inline void random_map(struct random_model *model, unsigned depth)
{
    int low = random_int(model, 0, 2);
    buffer_append_text(model->out, "logicalType: map");
    if (dice_percent(&model->dice, 60))
        buffer_printf(model->out, ", logicalTypeOptions: {minProperties: %d, maxProperties: %d}", low,
                      low + random_int(model, 1, 30));
    buffer_printf(model->out, ", map: {key: {logicalType: string%s}, value: {required: %s, ",
                  RANDOM_WORD(model, "", ", logicalTypeOptions: {minLength: 1, maxLength: 8}",
                              ", logicalTypeOptions: {pattern: '^[a-z]{2}(-[A-Z]{2})?$'}", ", logicalTypeOptions: {format: uuid}",
                              ", enum: [{value: a}, {value: b}, {value: c}]"),
                  RANDOM_WORD(model, "true", "true", "false"));
    random_type(model, depth + 1);
    buffer_append_text(model->out, "}}");
}

static inline void random_type(struct random_model *model, unsigned depth)
{
    switch (random_int(model, 0, depth < 3 ? 14 : 9)) {
    case 0:
    case 1:
    case 2: random_string(model); break;
    case 3:
    case 4: random_integer(model); break;
    case 5:
    case 6: random_number(model); break;
    case 7:
    case 8: random_time(model); break;
    case 9:
        buffer_append_text(model->out, "logicalType: boolean");
        if (dice_percent(&model->dice, 20)) random_values(model, "true");
        break;
    case 10: random_array(model, depth); break;
    case 13:
    case 14: random_map(model, depth); break;
    default: random_object(model, depth); break;
    }
}

/* One contract; the event is random.<seed>. */
static inline void random_model_write(uint64_t seed, struct buffer *out)
{
    struct random_model model = {{seed}, out, 0};
    buffer_printf(out,
                  "apiVersion: v3.2.0\nkind: DataContract\nid: urn:test:model:random_%llu\nversion: 1.0.0\nstatus: active\n"
                  "domain: test\nteam: {name: t, members: [{username: t, role: owner}]}\n"
                  "schema:\n  - name: random_%llu\n    physicalName: random.%llu\n    ",
                  (unsigned long long)seed, (unsigned long long)seed, (unsigned long long)seed);
    (void)random_properties(&model, 0, (unsigned)random_int(&model, 1, 8));
    buffer_truncate(out, out->size - 1);
    buffer_printf(out,
                  ",\n        {name: at, logicalType: timestamp, required: %s}]\n"
                  "    customProperties: [{property: eventTimeField, value: at}, {property: undeclaredFields, value: %s}]\n"
                  "customProperties: [{property: headgateRole, value: eventModel}, {property: dataSubjects, value: []}]\n",
                  RANDOM_WORD(&model, "true", "false"), RANDOM_WORD(&model, "strip", "reject"));
}

#endif

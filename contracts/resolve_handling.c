/* resolve_handling.c - what a use does to one field: is the function applicable, what comes out, and how low may its class be. */
#include "contracts/constant.h"
#include "contracts/handling_parse.h"
#include "contracts/resolve.h"

enum {
    NUMBERS = 1U << TYPE_INT | 1U << TYPE_LONG | 1U << TYPE_DECIMAL | 1U << TYPE_FLOAT | 1U << TYPE_DOUBLE,
    TEXT = 1U << TYPE_STRING,
    TIMES = 1U << TYPE_DATE | 1U << TYPE_TIMESTAMP,
    SCALARS = NUMBERS | TEXT | TIMES | 1U << TYPE_TIME | 1U << TYPE_BOOLEAN | 1U << TYPE_BYTES
};

struct kind_row {
    unsigned types; /* it can be applied to */
    bool text;      /* the result is a string */
    const char *wanted;
};

static const struct kind_row kinds[] = {
    [HANDLE_PASS] = {0, false, ""},
    [HANDLE_HMAC] = {SCALARS, true, "a single value"},
    [HANDLE_ENCRYPT] = {SCALARS, true, "a single value"},
    [HANDLE_MASK] = {TEXT, true, "a string"},
    [HANDLE_TRUNCATE] = {TEXT, true, "a string"},
    [HANDLE_TRUNCATE_IP] = {TEXT, true, "a string of format ipv4 or ipv6"},
    [HANDLE_GENERALISE] = {TIMES, false, "a timestamp or a date"},
    [HANDLE_ROUND] = {NUMBERS, false, "a number"},
    [HANDLE_REDACT] = {SCALARS, false, "a single value"},
};

struct attempt {
    struct resolver *resolver;
    const struct contract_property *property;
    const struct field *source;
    struct field *field;
};

static bool complain(const struct attempt *attempt, const char *rule, const char *text)
{
    odcs_report(&attempt->resolver->odcs, rule, &attempt->property->part, "transformLogic", attempt->property->logic, "%s", text);
    return false;
}

static bool is_ip(const struct field *source)
{
    return source->rules.format == FORMAT_IPV4 || source->rules.format == FORMAT_IPV6;
}

static bool is_applicable(const struct attempt *attempt)
{
    const struct handling *handling = &attempt->field->handling;
    const struct field *source = attempt->source;
    const struct kind_row *row = &kinds[handling->kind];
    int128 unscaled;
    int64_t whole;
    if ((row->types & (1U << source->type)) == 0 || (handling->kind == HANDLE_TRUNCATE_IP && !is_ip(source))) {
        odcs_report(&attempt->resolver->odcs, "handling-type", &attempt->property->part, "transformLogic",
                    attempt->property->logic, "%s takes %s; the model's field is of type %s", handling_word(handling->kind),
                    row->wanted, type_word(source->type));
        return false;
    }
    if (handling->kind == HANDLE_GENERALISE && source->type == TYPE_DATE && handling->unit < UNIT_MONTH)
        return complain(attempt, "handling-type", "a date is a whole day already: generalise it to month or year");
    if (handling->kind != HANDLE_ROUND) return true;
    bool integer = source->type == TYPE_INT || source->type == TYPE_LONG;
    if (integer && !number_to_int64(&handling->step, &whole))
        return complain(attempt, "handling-type", "a whole number is rounded to a whole step");
    if (source->type == TYPE_DECIMAL && !number_unscaled(&handling->step, source->scale, &unscaled))
        return complain(attempt, "handling-type", "the step has more fraction digits than the field's scale");
    return true;
}

/* The type of the result: a string, or the source's with nothing of its rules. */
static bool set_result(const struct attempt *attempt)
{
    const struct kind_row *row = &kinds[attempt->field->handling.kind];
    const struct field *source = attempt->source;
    struct field *field = attempt->field;
    const struct yaml_node *stated = attempt->property->logical_type;
    const struct yaml_node *avro_type = attempt->property->avro_type;
    const char *result = row->text ? "string" : type_word(source->type);
    bool changes = strcmp(result, type_word(source->type)) != 0;
    resolve_open_rules(field);
    field->type = row->text ? TYPE_STRING : source->type;
    if (field->handling.kind == HANDLE_ENCRYPT && avro_type != NULL && span_is(avro_type->text, "bytes"))
        field->type = TYPE_BYTES;
    if (avro_type != NULL && !span_is(avro_type->text, field->type == TYPE_BYTES ? "bytes" : "string"))
        odcs_report(&attempt->resolver->odcs, "avro-hint", &attempt->property->part, "avroType", avro_type,
                    "the Avro type follows from %s; only what is encrypted can be bytes instead of a string",
                    handling_word(field->handling.kind));
    if (!row->text) {
        field->precision = source->precision;
        field->scale = source->scale;
        field->fraction_digits = source->fraction_digits;
        field->zone = source->zone;
    }
    if ((stated == NULL && !changes) || (stated != NULL && span_is(stated->text, result))) return true;
    odcs_report(&attempt->resolver->odcs, "handling-result", &attempt->property->part, "logicalType", stated,
                "%s makes a %s of this field; state logicalType: %s", handling_word(field->handling.kind), result, result);
    return false;
}

/* What a use states of a treated field says what its readers get; the function decides it, so a promise of more is refused. */
static bool judge_options(const struct attempt *attempt)
{
    const struct contract_options *options = attempt->property->options;
    if (options == NULL && attempt->property->quality_count == 0 && attempt->property->enumeration == NULL &&
        attempt->property->custom_enum == NULL)
        return true;
    odcs_report(&attempt->resolver->odcs, "handling-result", &attempt->property->part,
                options != NULL ? "logicalTypeOptions" : "quality", options != NULL ? options->part.node : NULL,
                "a treated field has no rules of its own: what comes out follows from %s",
                handling_word(attempt->field->handling.kind));
    return false;
}

static bool read_constant(const struct attempt *attempt, struct span text)
{
    const char *error = constant_read(attempt->field, text, attempt->resolver->arena, &attempt->field->handling.constant);
    if (error == NULL) return true;
    odcs_report(&attempt->resolver->odcs, "handling-type", &attempt->property->part, "transformLogic", attempt->property->logic,
                "the constant does not fit a %s: %s", type_word(attempt->field->type), error);
    return false;
}

bool resolve_handling(struct resolver *resolver, const struct contract_property *property, const struct field *source,
                      struct field *field)
{
    struct attempt attempt = {resolver, property, source, field};
    struct handling_error error;
    struct span constant = {NULL, 0};
    bool quoted = false;
    if (!handling_parse(property->logic->text, resolver->arena, &field->handling, &constant, &quoted, &error)) {
        if (error.fault == HANDLING_MEMORY) odcs_exhausted(&resolver->odcs);
        odcs_report(&resolver->odcs, error.fault == HANDLING_NOT_SERVED ? "not-served" : "handling-syntax", &property->part,
                    "transformLogic", property->logic, "%s (character %zu)", error.message, error.offset + 1);
        return false;
    }
    if (!is_applicable(&attempt) || !set_result(&attempt) || !judge_options(&attempt)) return false;
    return field->handling.kind != HANDLE_REDACT || read_constant(&attempt, constant);
}

/* ---------------------------------------------------------------- class after handling */

static bool keeps_at_most_half(int64_t kept, const struct field *source)
{
    return source->rules.min_length != NO_LIMIT && 2 * kept <= source->rules.min_length;
}

/* Whether the handling is strong enough for one step down. */
static bool lowers_one_step(const struct handling *handling, const struct field *source)
{
    switch (handling->kind) {
    case HANDLE_HMAC:
    case HANDLE_ENCRYPT: return true;
    case HANDLE_TRUNCATE_IP: return handling->v4 <= 24 && handling->v6 <= 48;
    case HANDLE_MASK:
        return !handling->keep_domain && keeps_at_most_half((int64_t)handling->keep_first + handling->keep_last, source);
    case HANDLE_TRUNCATE: return keeps_at_most_half(handling->length, source);
    case HANDLE_GENERALISE: return handling->unit >= UNIT_HOUR;
    case HANDLE_PASS:
    case HANDLE_ROUND:
    case HANDLE_REDACT: break;
    }
    return false;
}

enum classification handling_lowest_class(const struct handling *handling, const struct field *source)
{
    enum classification class = source->classification;
    if (handling->kind == HANDLE_REDACT) return CLASS_PUBLIC;
    /* Only redact reaches public from above internal: one step from confidential ends at internal. */
    return class > CLASS_PUBLIC && lowers_one_step(handling, source) ? (enum classification)(class - 1) : class;
}

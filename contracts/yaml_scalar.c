/* yaml_scalar.c - plain scalars: the core schema of YAML 1.2 beside the types of YAML 1.1.
 *
 * Where the two differ the file is refused rather than read: PyYAML, SnakeYAML and Go's yaml.v2 read 1.1, so a country `NO` would
 * be a country here and `false` in the tool beside us. Single letters y and n are let through: 1.1 names them booleans, but its
 * readers never did so, and `unit: y` is common. */
#include "contracts/yaml_scalar.h"

#include "codecs/attributes.h"

struct word {
    const char *text;
    enum yaml_type type;
};

static const struct word core_words[] = {
    {"", YAML_NULL},         {"~", YAML_NULL},       {"null", YAML_NULL},    {"Null", YAML_NULL},     {"NULL", YAML_NULL},
    {"true", YAML_BOOLEAN},  {"True", YAML_BOOLEAN}, {"TRUE", YAML_BOOLEAN}, {"false", YAML_BOOLEAN}, {"False", YAML_BOOLEAN},
    {"FALSE", YAML_BOOLEAN}, {".inf", YAML_FLOAT},   {".Inf", YAML_FLOAT},   {".INF", YAML_FLOAT},    {"+.inf", YAML_FLOAT},
    {"+.Inf", YAML_FLOAT},   {"+.INF", YAML_FLOAT},  {"-.inf", YAML_FLOAT},  {"-.Inf", YAML_FLOAT},   {"-.INF", YAML_FLOAT},
    {".nan", YAML_FLOAT},    {".NaN", YAML_FLOAT},   {".NAN", YAML_FLOAT},
};

static const char *const old_booleans[] = {"yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_hex(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static bool is_octal(char byte)
{
    return byte >= '0' && byte <= '7';
}

static struct span skip(struct span text, size_t count)
{
    return (struct span){text.data + count, text.size - count};
}

static struct span unsigned_part(struct span text)
{
    bool sign = text.size > 0 && (text.data[0] == '-' || text.data[0] == '+');
    return sign ? skip(text, 1) : text;
}

static size_t run(struct span text, bool (*member)(char))
{
    size_t length = 0;
    while (length < text.size && member(text.data[length])) length++;
    return length;
}

static bool all(struct span text, bool (*member)(char))
{
    return text.size > 0 && run(text, member) == text.size;
}

static bool is_prefixed(struct span text, const char *prefix, bool (*member)(char))
{
    return span_starts_with(text, span_of(prefix)) && all(skip(text, 2), member);
}

/* digits [. digits] [e [sign] digits], with at least one digit before the exponent. */
static bool is_float(struct span text)
{
    text = unsigned_part(text);
    size_t whole = run(text, is_digit);
    size_t fraction = 0;
    text = skip(text, whole);
    if (text.size > 0 && text.data[0] == '.') {
        fraction = run(skip(text, 1), is_digit);
        text = skip(text, fraction + 1);
    }
    if (whole + fraction == 0) return false;
    if (text.size > 0 && (text.data[0] == 'e' || text.data[0] == 'E')) return all(unsigned_part(skip(text, 1)), is_digit);
    return text.size == 0;
}

/* Most scalars are names and texts: their first byte tells that no word or number of a schema begins so. */
static bool begins_like_a_word(struct span text)
{
    return text.size == 0 || strchr("~nNtTfFyYoO<=.+-0123456789", text.data[0]) != NULL;
}

enum yaml_type yaml_scalar_type(struct span text)
{
    if (!begins_like_a_word(text)) return YAML_STRING;
    for (size_t i = 0; i < COUNT_OF(core_words); i++) {
        if (span_is(text, core_words[i].text)) return core_words[i].type;
    }
    if (all(unsigned_part(text), is_digit) || is_prefixed(text, "0x", is_hex) || is_prefixed(text, "0o", is_octal))
        return YAML_INTEGER;
    return is_float(text) ? YAML_FLOAT : YAML_STRING;
}

static bool has(struct span text, char byte)
{
    return text.size > 0 && memchr(text.data, byte, text.size) != NULL;
}

static bool is_digit_or_underscore(char byte)
{
    return is_digit(byte) || byte == '_' || byte == '.';
}

/* digits (: one or two digits)+ [. digits]: base 60 in YAML 1.1. */
static bool is_sexagesimal(struct span text)
{
    size_t length = run(text, is_digit);
    if (length == 0 || length == text.size || text.data[length] != ':') return false;
    text = skip(text, length);
    while (text.size > 0 && text.data[0] == ':') {
        length = run(skip(text, 1), is_digit);
        if (length == 0 || length > 2) return false;
        text = skip(text, length + 1);
    }
    return text.size == 0 || (text.data[0] == '.' && (text.size == 1 || all(skip(text, 1), is_digit)));
}

/* 1.1 wants a point before and a sign behind the e of a float; without them it reads text. */
static bool is_new_exponent(struct span text)
{
    if (!is_float(text)) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != 'e' && text.data[i] != 'E') continue;
        return !has((struct span){text.data, i}, '.') || is_digit(text.data[i + 1]);
    }
    return false;
}

static const char *number_ambiguity(struct span text)
{
    struct span digits = unsigned_part(text);
    if (digits.size == 0 || !is_digit(digits.data[0])) return NULL;
    if (digits.size > 1 && digits.data[0] == '0' && all(digits, is_digit))
        return "a number with a leading zero is octal in YAML 1.1 and decimal in 1.2; quote it or drop the zero";
    if (is_prefixed(digits, "0o", is_octal)) return "0o is octal in YAML 1.2 and text in 1.1; write the decimal number";
    if (span_starts_with(digits, SPAN("0b")) && all(skip(digits, 2), is_octal))
        return "0b is binary in YAML 1.1 and text in 1.2; quote it or write the decimal number";
    if (digits.size < text.size && is_prefixed(digits, "0x", is_hex))
        return "hexadecimal with a sign is a number in YAML 1.1 and text in 1.2; write the decimal number";
    if (has(digits, '_') && all(digits, is_digit_or_underscore))
        return "digits with underscores are a number in YAML 1.1 and text in 1.2; quote it or drop the underscores";
    if (is_sexagesimal(digits)) return "digits with colons are a base-60 number in YAML 1.1 and text in 1.2; quote it";
    if (is_new_exponent(text)) return "this exponent is a number in YAML 1.2 and text in 1.1; write it out or as 1.0e+3";
    return NULL;
}

const char *yaml_scalar_ambiguity(struct span text)
{
    if (!begins_like_a_word(text)) return NULL;
    for (size_t i = 0; i < COUNT_OF(old_booleans); i++) {
        if (span_is(text, old_booleans[i]))
            return "this is a boolean in YAML 1.1 and text in 1.2; quote it, or write true or false";
    }
    if (span_is(text, "<<") || span_is(text, "="))
        return "this has a meaning of its own in YAML 1.1 and is text in 1.2; quote it";
    return number_ambiguity(text);
}

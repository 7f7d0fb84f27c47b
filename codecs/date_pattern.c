#include "codecs/date_pattern.h"

#include <stdlib.h>

enum field { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FRACTION, ZONE, LITERAL, FIELDS = LITERAL };

#define BIT(field) (1U << (field))

/* One step of reading. `width`: of a number its letters (1 = one or two digits); of a zone 1 to 3 as X, Z_WIDTH for Z. */
enum { Z_WIDTH = 4 };

struct item {
    uint8_t field;
    uint8_t width;
    uint8_t start, size; /* of a literal, in `literals` */
};

struct date_pattern {
    unsigned fields; /* BIT() of those read */
    size_t count;
    size_t literals_size;
    struct item items[DATE_PATTERN_MAX];
    char literals[DATE_PATTERN_MAX];
};

/* ---------------------------------------------------------------- known spellings */

static const char *const rfc3339_dates[] = {"yyyy-MM-dd", "YYYY-MM-DD", NULL};
static const char *const rfc3339_times[] = {"HH:mm:ssXXX",   "HH:mm:ss.SSSXXX", "HH:mm:ss.SSSSSSXXX", "HH:mm:ssZ",
                                            "HH:mm:ss.SSSZ", "HH:mm:ss'Z'",     "HH:mm:ss.SSS'Z'",    NULL};
static const char *const rfc3339_timestamps[] = {"yyyy-MM-dd'T'HH:mm:ssXXX",
                                                 "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                                                 "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
                                                 "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX",
                                                 "yyyy-MM-dd'T'HH:mm:ss'Z'",
                                                 "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
                                                 "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'",
                                                 "yyyy-MM-dd'T'HH:mm:ssZ",
                                                 "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
                                                 "yyyy-MM-ddTHH:mm:ssXXX",
                                                 "yyyy-MM-ddTHH:mm:ssZ",
                                                 "yyyy-MM-ddTHH:mm:ss.SSSZ",
                                                 "YYYY-MM-DDTHH:mm:ssZ",
                                                 "YYYY-MM-DDTHH:mm:ss.SSSZ",
                                                 "YYYY-MM-DD'T'HH:mm:ss.SSSZ",
                                                 NULL};
static const char *const *const rfc3339[] = {
    [PATTERN_DATE] = rfc3339_dates, [PATTERN_TIME] = rfc3339_times, [PATTERN_TIMESTAMP] = rfc3339_timestamps};

bool date_pattern_is_rfc3339(struct span text, enum date_pattern_kind kind)
{
    if (text.data == NULL) return true;
    for (const char *const *spelling = rfc3339[kind]; *spelling != NULL; spelling++)
        if (span_is(text, *spelling)) return true;
    return false;
}

/* ---------------------------------------------------------------- compiling */

/* Letters that are read; `widths` has a bit per count of letters. */
static const struct letter {
    char letter;
    uint8_t field;
    uint16_t widths;
    const char *error;
} letters[] = {
    {'y', YEAR, BIT(4), "a year is written yyyy: fewer letters lose the century"},
    {'M', MONTH, BIT(1) | BIT(2), "months are read as digits only: write MM"},
    {'d', DAY, BIT(1) | BIT(2), "a day of the month is written dd"},
    {'H', HOUR, BIT(1) | BIT(2), "an hour is written HH"},
    {'m', MINUTE, BIT(1) | BIT(2), "a minute is written mm"},
    {'s', SECOND, BIT(1) | BIT(2), "a second is written ss"},
    {'S', FRACTION, 0x3FE, "a fraction has at most nine digits"},
    {'X', ZONE, BIT(1) | BIT(2) | BIT(3), "an offset is written XXX (+01:00), XX (+0100) or X (+01)"},
    {'Z', ZONE, BIT(1) | BIT(2) | BIT(3), "an offset is written XXX (+01:00), XX (+0100) or X (+01)"},
};

static const struct {
    char letter;
    const char *error;
} refused_letters[] = {
    {'Y', "Y is the year of the week: write yyyy"},
    {'u', "u counts years before year 1: write yyyy"},
    {'D', "D is the day of the year: write dd"},
    {'h', "h needs am or pm, which has no letter here: write HH"},
    {'T', "letters that stand for themselves are quoted: write 'T'"},
};

static const struct {
    unsigned needed, allowed;
    const char *lacking, *surplus;
} kinds[] = {
    [PATTERN_DATE] = {BIT(YEAR) | BIT(MONTH) | BIT(DAY), BIT(YEAR) | BIT(MONTH) | BIT(DAY), "a date needs yyyy, MM and dd",
                      "a date has no time of day and no offset"},
    [PATTERN_TIME] = {BIT(HOUR) | BIT(MINUTE), BIT(HOUR) | BIT(MINUTE) | BIT(SECOND) | BIT(FRACTION) | BIT(ZONE),
                      "a time needs HH and mm", "a time has no year, month or day"},
    [PATTERN_TIMESTAMP] = {BIT(YEAR) | BIT(MONTH) | BIT(DAY) | BIT(HOUR) | BIT(MINUTE), BIT(FIELDS) - 1,
                           "a timestamp needs yyyy, MM, dd, HH and mm", ""},
};

/* The source while it is read. `error` is NULL as long as all is well; `at` is then where reading stands, else where it broke. */
struct source {
    struct span text;
    size_t at;
    const char *error;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool ends_in_varying_width(const struct date_pattern *pattern)
{
    if (pattern->count == 0) return false;
    const struct item *last = &pattern->items[pattern->count - 1];
    return last->width == 1 && last->field != FRACTION && last->field != LITERAL;
}

/* Appends to the literal that ends the pattern so far, or begins one. */
static void add_literal(struct date_pattern *pattern, struct source *source, char byte)
{
    if (is_digit(byte) && ends_in_varying_width(pattern)) {
        source->error = "where a field ends is open with a digit right behind it";
        return;
    }
    struct item *last = pattern->count > 0 ? &pattern->items[pattern->count - 1] : NULL;
    if (last == NULL || last->field != LITERAL) {
        last = &pattern->items[pattern->count++];
        *last = (struct item){.field = LITERAL, .start = (uint8_t)pattern->literals_size};
    }
    pattern->literals[pattern->literals_size++] = byte;
    last->size++;
}

/* 'text' with '' for a quote, also outside: JDK's rules. */
static void add_quoted(struct date_pattern *pattern, struct source *source)
{
    size_t opening = source->at++;
    if (source->at < source->text.size && source->text.data[source->at] == '\'') {
        add_literal(pattern, source, '\'');
        source->at++;
        return;
    }
    for (; source->at < source->text.size; source->at++) {
        char byte = source->text.data[source->at];
        if (byte == '\'') {
            source->at++;
            if (source->at == source->text.size || source->text.data[source->at] != '\'') return;
        }
        add_literal(pattern, source, byte);
        if (source->error != NULL) return;
    }
    source->at = opening;
    source->error = "a quote is not closed";
}

static const struct letter *letter_find(char byte)
{
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        if (letters[i].letter == byte) return &letters[i];
    return NULL;
}

static const char *refusal(char byte)
{
    for (size_t i = 0; i < COUNT_OF(refused_letters); i++)
        if (refused_letters[i].letter == byte) return refused_letters[i].error;
    return "only the letters y M d H m s S X Z are read; other text is quoted";
}

static void add_field(struct date_pattern *pattern, struct source *source, enum date_pattern_kind kind)
{
    char byte = source->text.data[source->at];
    size_t width = 1;
    while (source->at + width < source->text.size && source->text.data[source->at + width] == byte) width++;
    const struct letter *letter = letter_find(byte);
    if (letter == NULL) {
        source->error = refusal(byte);
    } else if (width > 9 || (letter->widths & BIT(width)) == 0) {
        source->error = letter->error;
    } else if ((kinds[kind].allowed & BIT(letter->field)) == 0) {
        source->error = kinds[kind].surplus;
    } else if ((pattern->fields & BIT(letter->field)) != 0) {
        source->error = "a field is given twice";
    } else if (letter->field != ZONE && ends_in_varying_width(pattern)) {
        source->error = "where a field ends is open with a digit right behind it";
    } else {
        pattern->fields |= BIT(letter->field);
        pattern->items[pattern->count++] = (struct item){.field = letter->field, .width = byte == 'Z' ? Z_WIDTH : (uint8_t)width};
        source->at += width;
    }
}

static void compile(struct date_pattern *pattern, struct source *source, enum date_pattern_kind kind)
{
    while (source->error == NULL && source->at < source->text.size) {
        char byte = source->text.data[source->at];
        if (byte == '\'') {
            add_quoted(pattern, source);
        } else if (is_letter(byte)) {
            add_field(pattern, source, kind);
        } else if (byte == '\0' || strchr("[]{}#", byte) != NULL) {
            source->error = "[ ] { } # have a meaning that is not read here; text is quoted";
        } else {
            add_literal(pattern, source, byte);
            source->at += source->error == NULL;
        }
    }
    if (source->error != NULL) return;
    if ((pattern->fields & kinds[kind].needed) != kinds[kind].needed)
        source->error = kinds[kind].lacking;
    else if ((pattern->fields & (BIT(FRACTION) | BIT(SECOND))) == BIT(FRACTION))
        source->error = "a fraction needs ss";
}

struct date_pattern *date_pattern_compile(struct span text, enum date_pattern_kind kind, const char **error, size_t *offset)
{
    struct source source = {.text = text};
    struct date_pattern *pattern = NULL;
    if (text.size > DATE_PATTERN_MAX) {
        source.error = "a format is longer than 128 bytes";
    } else if ((pattern = calloc(1, sizeof *pattern)) == NULL) {
        source.error = "out of memory";
    } else {
        compile(pattern, &source, kind);
    }
    if (source.error == NULL) return pattern;
    *error = source.error;
    *offset = source.at;
    free(pattern);
    return NULL;
}

void date_pattern_destroy(struct date_pattern *pattern)
{
    free(pattern);
}

bool date_pattern_has_zone(const struct date_pattern *pattern)
{
    return (pattern->fields & BIT(ZONE)) != 0;
}

/* ---------------------------------------------------------------- reading */

/* `most` digits, or at least one where `varying`. Readers return the place behind what they read, NULL where it is not there. */
static const char *read_digits(const char *at, const char *end, size_t most, bool varying, int *value)
{
    size_t count = 0;
    *value = 0;
    while (count < most && at + count < end && is_digit(at[count])) *value = *value * 10 + (at[count++] - '0');
    return count == most || (varying && count > 0) ? at + count : NULL;
}

static const char *read_number(const char *at, const char *end, const struct item *item, int *value)
{
    if (item->field == FRACTION || item->width == 4) return read_digits(at, end, item->width, false, value);
    return read_digits(at, end, 2, item->width == 1, value);
}

/* Seconds east of UTC; INT32_MAX beyond 23:59, for the caller to refuse. */
static const char *read_zone(const char *at, const char *end, const struct item *item, int *seconds)
{
    *seconds = 0;
    if (at < end && *at == 'Z') return at + 1;
    if (at == end || (*at != '+' && *at != '-')) return NULL;
    int sign = *at == '-' ? -1 : 1, hours, minutes = 0;
    at = read_digits(at + 1, end, 2, false, &hours);
    if (at == NULL) return NULL;
    bool has_minutes = item->width != 1 || (at < end && is_digit(*at));
    if (item->width == 3 && (at == end || *at++ != ':')) return NULL;
    if (has_minutes && (at = read_digits(at, end, 2, false, &minutes)) == NULL) return NULL;
    *seconds = sign * (hours * 3600 + minutes * 60);
    if (hours > 23 || minutes > 59) *seconds = INT32_MAX;
    return at;
}

static const char *read_item(const struct date_pattern *pattern, const struct item *item, const char *at, const char *end,
                             int values[FIELDS])
{
    if (item->field == ZONE) return read_zone(at, end, item, &values[ZONE]);
    if (item->field != LITERAL) {
        at = read_number(at, end, item, &values[item->field]);
        if (at == NULL || item->field != FRACTION) return at;
        for (int digits = item->width; digits < 6; digits++) values[FRACTION] *= 10;
        for (int digits = item->width; digits > 6; digits--) values[FRACTION] /= 10;
        return at;
    }
    if (end - at < item->size || memcmp(at, pattern->literals + item->start, item->size) != 0) return NULL;
    return at + item->size;
}

enum timestamp_status date_pattern_parse(const struct date_pattern *pattern, struct span text, int64_t default_offset_us,
                                         int64_t *us)
{
    int values[FIELDS] = {[YEAR] = 1970, [MONTH] = 1, [DAY] = 1};
    if (text.size == 0) return TIMESTAMP_SYNTAX;
    const char *at = text.data, *end = text.data + text.size;
    for (size_t i = 0; i < pattern->count; i++)
        if ((at = read_item(pattern, &pattern->items[i], at, end, values)) == NULL) return TIMESTAMP_SYNTAX;
    if (at != end) return TIMESTAMP_SYNTAX;
    if (!date_is_civil(values[YEAR], values[MONTH], values[DAY]) || values[ZONE] == INT32_MAX) return TIMESTAMP_RANGE;
    if (values[HOUR] > 23 || values[MINUTE] > 59 || values[SECOND] > 59) return TIMESTAMP_RANGE;
    int64_t seconds = values[HOUR] * 3600 + values[MINUTE] * 60 + values[SECOND];
    int64_t instant = date_from_civil(values[YEAR], values[MONTH], values[DAY]) * US_PER_DAY + seconds * US_PER_SECOND;
    bool has_clock = (pattern->fields & BIT(HOUR)) != 0, has_date = (pattern->fields & BIT(YEAR)) != 0;
    if (has_clock)
        instant += values[FRACTION] - (date_pattern_has_zone(pattern) ? values[ZONE] * US_PER_SECOND : default_offset_us);
    if (!has_date) instant -= timestamp_floor(instant, UNIT_DAY);
    if (instant < TIMESTAMP_MIN || instant > TIMESTAMP_MAX) return TIMESTAMP_RANGE;
    *us = instant;
    return TIMESTAMP_OK;
}

#include "contracts/duration.h"

#include "codecs/number.h"
#include "codecs/timestamp.h"

#include <ctype.h>

struct unit {
    const char *names; /* separated by spaces */
    int64_t us;
};

static const struct unit units[] = {
    {"ms millisecond milliseconds", US_PER_MS},
    {"s sec secs second seconds", US_PER_SECOND},
    {"min mins minute minutes", US_PER_MINUTE},
    {"h hr hrs hour hours", US_PER_HOUR},
    {"d day days", US_PER_DAY},
    {"w week weeks", 7 * US_PER_DAY},
    {"mo month months", 30 * US_PER_DAY},
    {"y yr yrs year years", 365 * US_PER_DAY},
};

static bool is_name(const char *names, struct span text)
{
    while (*names != '\0') {
        size_t length = strcspn(names, " ");
        bool same = length == text.size;
        for (size_t i = 0; same && i < length; i++) same = tolower((unsigned char)text.data[i]) == names[i];
        if (same) return true;
        names += length + (names[length] == ' ');
    }
    return false;
}

static int64_t unit_us(struct span text)
{
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (is_name(units[i].names, text)) return units[i].us;
    }
    return 0;
}

/* count * us, where the count may have a fraction. */
static const char *multiply(struct span count, int64_t us, int64_t *out)
{
    struct number number;
    int128 millionths;
    if (number_parse(count, &number) != NUMBER_OK) return "the value is not a plain number";
    if (!number_unscaled(&number, 6, &millionths)) return "the value has too many digits";
    if (millionths <= 0) return "a duration must be above 0";
    if (millionths > (int128)DURATION_MAX) return "a duration may be 1,000 years at most";
    int128 product = millionths * us / 1000000;
    if (product > DURATION_MAX) return "a duration may be 1,000 years at most";
    if (product < 1) return "a duration must be at least a microsecond";
    *out = (int64_t)product;
    return NULL;
}

static size_t digits(struct span text)
{
    size_t length = 0;
    while (length < text.size && ((text.data[length] >= '0' && text.data[length] <= '9') || text.data[length] == '.')) length++;
    return length;
}

static int64_t iso_unit(char letter, bool time)
{
    switch (letter) {
    case 'Y': return time ? 0 : 365 * US_PER_DAY;
    case 'M': return time ? US_PER_MINUTE : 30 * US_PER_DAY;
    case 'W': return time ? 0 : 7 * US_PER_DAY;
    case 'D': return time ? 0 : US_PER_DAY;
    case 'H': return time ? US_PER_HOUR : 0;
    case 'S': return time ? US_PER_SECOND : 0;
    default: return 0;
    }
}

/* PnYnMnWnDTnHnMnS, each part at most once and in this order. */
static const char *parse_iso(struct span text, int64_t *us)
{
    static const char fault[] = "this is not an ISO 8601 duration such as P30D or PT5M";
    bool time = false;
    int64_t sum = 0;
    int64_t last = INT64_MAX;
    size_t at = 1;
    while (at < text.size) {
        if (text.data[at] == 'T' && !time && at + 1 < text.size) {
            time = true;
            at++;
        }
        size_t length = digits((struct span){text.data + at, text.size - at});
        int64_t unit = at + length < text.size ? iso_unit(text.data[at + length], time) : 0;
        int64_t part;
        if (length == 0 || unit == 0 || unit >= last) return fault;
        const char *error =
            text.data[at] == '0' && length == 1 ? NULL : multiply((struct span){text.data + at, length}, unit, &part);
        if (error != NULL) return error;
        if (!(text.data[at] == '0' && length == 1)) sum += part;
        if (sum > DURATION_MAX) return "a duration may be 1,000 years at most";
        last = unit;
        at += length + 1;
    }
    *us = sum;
    return sum > 0 ? NULL : fault;
}

static struct span trim(struct span text)
{
    while (text.size > 0 && text.data[0] == ' ') text = (struct span){text.data + 1, text.size - 1};
    while (text.size > 0 && text.data[text.size - 1] == ' ') text.size--;
    return text;
}

const char *duration_parse(struct span value, struct span unit, int64_t *us)
{
    value = trim(value);
    if (unit.data == NULL) {
        if (value.size > 1 && value.data[0] == 'P') return parse_iso(value, us);
        size_t length = digits(value);
        unit = trim((struct span){value.data + length, value.size - length});
        value.size = length;
        if (unit.size == 0) return "a unit is missing: ms, s, min, h, d, w, mo or y";
    }
    unit = trim(unit);
    if (unit.size == 1 && (unit.data[0] == 'm' || unit.data[0] == 'M'))
        return "m is minutes to some tools and months to others; write min or mo";
    int64_t size = unit_us(unit);
    if (size == 0) return "this unit is not known: use ms, s, min, h, d, w, mo or y";
    return multiply(value, size, us);
}

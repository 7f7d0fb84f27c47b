/* config_unit.c - durations and sizes: numbers with the units that contracts use. */
#include "gateway/config_read.h"

#include <ctype.h>

struct unit {
    const char *names; /* separated by spaces; the first is how it is printed */
    int64_t size;
};

/* A bare m is minutes to some tools and months to others, so it is nothing here. */
static const struct unit durations[] = {
    {"ms millisecond milliseconds", US_PER_MS},
    {"s sec secs second seconds", US_PER_SECOND},
    {"min minute minutes", US_PER_MINUTE},
    {"h hr hour hours", US_PER_HOUR},
    {"d day days", US_PER_DAY},
    {"w week weeks", 7 * US_PER_DAY},
    {"mo month months", 30 * US_PER_DAY},
    {"y yr year years", 365 * US_PER_DAY},
};

static const struct unit sizes[] = {
    {"B", 1}, {"KB", 1000}, {"MB", 1000000}, {"GB", 1000000000}, {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024 * 1024 * 1024},
};

static bool has_name(const char *names, struct span name)
{
    while (*names != '\0') {
        size_t size = strcspn(names, " ");
        if (span_equal((struct span){names, size}, name)) return true;
        names += size + (names[size] == ' ');
    }
    return false;
}

static const struct unit *find_unit(const struct unit *units, size_t count, struct span name)
{
    for (size_t i = 0; i < count; i++)
        if (has_name(units[i].names, name)) return &units[i];
    return NULL;
}

/* Leading digits into *value; what follows, less spaces between, stays in *text. */
static bool take_digits(struct span *text, int64_t *value)
{
    size_t used = 0;
    *value = 0;
    while (used < text->size && isdigit((unsigned char)text->data[used])) {
        if (__builtin_mul_overflow(*value, 10, value)) return false;
        if (__builtin_add_overflow(*value, text->data[used] - '0', value)) return false;
        used++;
    }
    text->data += used;
    text->size -= used;
    return used > 0;
}

static void skip_spaces(struct span *text)
{
    while (text->size > 0 && *text->data == ' ') {
        text->data++;
        text->size--;
    }
}

/* ISO 8601: P, then days and weeks, T, then hours, minutes and seconds, each at most once and in this order. */
static bool iso_duration(struct span text, int64_t *us)
{
    static const struct {
        char letter;
        bool time;
        int64_t size;
    } parts[] = {
        {'Y', false, 365 * US_PER_DAY}, {'M', false, 30 * US_PER_DAY}, {'W', false, 7 * US_PER_DAY}, {'D', false, US_PER_DAY},
        {'H', true, US_PER_HOUR},       {'M', true, US_PER_MINUTE},    {'S', true, US_PER_SECOND},
    };
    size_t next = 0;
    bool time = false, any = false;
    *us = 0;
    while (text.size > 0) {
        if (!time && *text.data == 'T') {
            time = true;
            text.data++;
            text.size--;
        }
        int64_t value, product;
        if (!take_digits(&text, &value) || text.size == 0) return false;
        while (next < COUNT_OF(parts) && (parts[next].letter != *text.data || parts[next].time != time)) next++;
        if (next == COUNT_OF(parts) || __builtin_mul_overflow(value, parts[next].size, &product)) return false;
        if (__builtin_add_overflow(*us, product, us)) return false;
        next++;
        any = true;
        text.data++;
        text.size--;
    }
    return any;
}

bool config_duration(struct span text, int64_t *us, const char **error)
{
    *error = "a duration is a number with a unit: 250ms, 10s, 5min, 1h, 30d";
    if (text.size > 1 && text.data[0] == 'P') return iso_duration((struct span){text.data + 1, text.size - 1}, us);
    int64_t value;
    if (!take_digits(&text, &value)) return false;
    skip_spaces(&text);
    if (text.size == 0 && value != 0) *error = "a duration needs a unit: ms, s, min, h or d";
    if (span_is(text, "m")) *error = "m could be minutes or months; write min or mo";
    if (text.size == 0 && value == 0) {
        *us = 0;
        return true;
    }
    const struct unit *unit = find_unit(durations, COUNT_OF(durations), text);
    if (unit == NULL) return false;
    *error = "this duration is out of range";
    return !__builtin_mul_overflow(value, unit->size, us);
}

bool config_bytes(struct span text, uint64_t *bytes, const char **error)
{
    *error = "a size is a whole number with a unit: 512B, 256KiB, 4MiB, 1GiB";
    int64_t value, product;
    if (!take_digits(&text, &value)) return false;
    skip_spaces(&text);
    const struct unit *unit = find_unit(sizes, COUNT_OF(sizes), text.size > 0 ? text : SPAN("B"));
    if (unit == NULL) return false;
    *error = "this size is out of range";
    if (__builtin_mul_overflow(value, unit->size, &product)) return false;
    *bytes = (uint64_t)product;
    return true;
}

void config_duration_print(int64_t us, struct buffer *out)
{
    static const struct {
        const char *name;
        int64_t size;
    } units[] = {{"d", US_PER_DAY}, {"h", US_PER_HOUR}, {"min", US_PER_MINUTE}, {"s", US_PER_SECOND}, {"ms", US_PER_MS}};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (us % units[i].size != 0 || us == 0) continue;
        buffer_printf(out, "%lld%s", (long long)(us / units[i].size), units[i].name);
        return;
    }
    buffer_append_text(out, "0s");
}

void config_bytes_print(uint64_t bytes, struct buffer *out)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    size_t unit = 0;
    while (bytes > 0 && bytes % 1024 == 0 && unit + 1 < COUNT_OF(units)) {
        bytes /= 1024;
        unit++;
    }
    buffer_printf(out, "%llu%s", (unsigned long long)bytes, units[unit]);
}

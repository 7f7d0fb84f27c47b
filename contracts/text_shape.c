#include "contracts/text_shape.h"

#include "codecs/format.h"
#include "codecs/timestamp.h"

static bool is_uri(struct span text)
{
    return format_uri(text) && (memmem(text.data, text.size, "://", 3) != NULL || span_starts_with(text, SPAN("urn:")));
}

static bool is_all(struct span text, char first, char last)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < first || text.data[i] > last) return false;
    return text.size > 0;
}

static bool is_date(struct span text)
{
    int32_t days;
    return date_parse(text, &days) == TIMESTAMP_OK;
}

static bool is_instant(struct span text)
{
    int64_t us;
    return timestamp_parse(text, ZONE_REQUIRED, &us) == TIMESTAMP_OK;
}

static bool is_local(struct span text)
{
    int64_t us;
    return timestamp_parse(text, ZONE_FORBIDDEN, &us) == TIMESTAMP_OK;
}

static bool is_time(struct span text)
{
    int64_t us;
    return time_parse(text, ZONE_FORBIDDEN, &us) == TIMESTAMP_OK;
}

static bool is_capitals(struct span text)
{
    return is_all(text, 'A', 'Z');
}

static bool is_digits(struct span text)
{
    return is_all(text, '0', '9');
}

static const struct {
    unsigned shape;
    const char *word;
    bool (*fits)(struct span text);
} rows[] = {
    {SHAPE_UUID, "uuid", format_uuid},
    {SHAPE_IPV4, "ipv4", format_ipv4},
    {SHAPE_IPV6, "ipv6", format_ipv6},
    {SHAPE_EMAIL, "email", format_email},
    {SHAPE_HOSTNAME, "hostname", format_hostname},
    {SHAPE_URI, "uri", is_uri},
    {SHAPE_DATE, "date", is_date},
    {SHAPE_INSTANT, "date-time", is_instant},
    {SHAPE_LOCAL, "local-date-time", is_local},
    {SHAPE_TIME, "time", is_time},
    {SHAPE_CAPITALS, "capitals", is_capitals},
    {SHAPE_DIGITS, "digits", is_digits},
};

unsigned text_shapes(struct span text, unsigned candidates)
{
    unsigned kept = candidates;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if ((candidates & rows[i].shape) != 0 && !rows[i].fits(text)) kept &= ~rows[i].shape;
    return kept;
}

const char *text_shape_word(unsigned shape)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].shape == shape) return rows[i].word;
    return NULL;
}

unsigned text_shape_find(struct span word)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (span_is(word, rows[i].word)) return rows[i].shape;
    return 0;
}

bool text_is_fine_time(struct span text)
{
    const char *dot = memchr(text.data, '.', text.size);
    size_t digits = 0;
    if (dot == NULL) return false;
    while (dot + 1 + digits < text.data + text.size && dot[1 + digits] >= '0' && dot[1 + digits] <= '9') digits++;
    return digits > 3;
}

/* Any bytes as a timestamp, a date format with a value, an address, a name, base 64, a JSON string. What is read is written and
 * read again as the same. */
#include "codecs/base64.h"
#include "codecs/date_pattern.h"
#include "codecs/format.h"
#include "codecs/ip.h"
#include "codecs/json_writer.h"
#include "codecs/timestamp_scan.h"
#include "codecs/utf8.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) abort();
}

static void check_timestamps(struct span text)
{
    char out[TIMESTAMP_TEXT_MAX];
    int64_t us, again;
    int32_t days, days_again;
    if (timestamp_parse(text, ZONE_REQUIRED, &us) == TIMESTAMP_OK) {
        require(us >= TIMESTAMP_MIN && us <= TIMESTAMP_MAX);
        struct span written = {out, timestamp_format(us, 6, true, out)};
        require(timestamp_parse(written, ZONE_REQUIRED, &again) == TIMESTAMP_OK && again == us);
        for (int unit = UNIT_SECOND; unit <= UNIT_YEAR; unit++) require(timestamp_floor(us, (enum time_unit)unit) <= us);
        require(timestamp_parse(text, ZONE_FORBIDDEN, &us) == TIMESTAMP_ZONE);
    }
    if (date_parse(text, &days) == TIMESTAMP_OK) {
        require(span_equal((struct span){out, date_format(days, out)}, text));
        require(date_parse(text, &days_again) == TIMESTAMP_OK && days_again == days);
    }
    if (time_parse(text, ZONE_REQUIRED, &us) == TIMESTAMP_OK) require(us >= 0 && us < US_PER_DAY);
    if (time_parse(text, ZONE_FORBIDDEN, &us) == TIMESTAMP_OK) require(us >= 0 && us < US_PER_DAY);
}

/* The short ways, which read behind the text: what stands there must not matter to those that know where it ends. */
static void check_short_ways(struct span text)
{
    char padded[64 + 32];
    struct timestamp_recent recent = {0};
    int64_t scanned, again, parsed;
    size_t kept = text.size < 64 ? text.size : 64;
    for (size_t i = 0; i < sizeof padded; i++) padded[i] = kept > 0 ? text.data[i * 7 % kept] : '0';
    if (kept > 0) memcpy(padded, text.data, kept);
    require(format_ipv4_padded((struct span){padded, kept}) == format_ipv4((struct span){padded, kept}));
    require(timestamp_scan_recent(padded, &recent, &again) == 0);
    size_t size = timestamp_scan(padded, &recent, &scanned);
    size_t found = timestamp_scan_recent(padded, &recent, &again);
    require(found == 0 || (found == size && again == scanned));
    if (size == 0) return;
    require(timestamp_parse((struct span){padded, size}, ZONE_REQUIRED, &parsed) == TIMESTAMP_OK && parsed == scanned);
}

/* The format in the first line, the value behind it. */
static void check_pattern(struct span text, enum date_pattern_kind kind)
{
    const char *line_end = text.size > 0 ? memchr(text.data, '\n', text.size) : NULL;
    size_t length = line_end != NULL ? (size_t)(line_end - text.data) : text.size, used = length + (line_end != NULL);
    const char *error = NULL;
    size_t offset = SIZE_MAX;
    int64_t us = 0;
    struct date_pattern *pattern = date_pattern_compile((struct span){text.data, length}, kind, &error, &offset);
    if (pattern == NULL) {
        require(error != NULL && offset <= length);
        return;
    }
    if (date_pattern_parse(pattern, (struct span){text.data + used, text.size - used}, US_PER_HOUR, &us) == TIMESTAMP_OK)
        require(us >= TIMESTAMP_MIN && us <= TIMESTAMP_MAX && (kind != PATTERN_TIME || (us >= 0 && us < US_PER_DAY)));
    date_pattern_destroy(pattern);
}

static void check_addresses(struct span text)
{
    uint8_t address[IPV6_SIZE], again[IPV6_SIZE];
    char out[IP_TEXT_MAX];
    size_t size = ip_parse(text, address);
    require((size == IPV4_SIZE) == format_ipv4(text) && (size == IPV6_SIZE) == format_ipv6(text));
    if (size == 0) return;
    struct span written = {out, ip_format(address, size, out)};
    require(written.size <= text.size + IP_TEXT_MAX && written.size <= IP_TEXT_MAX);
    require(ip_parse(written, again) == size && memcmp(address, again, size) == 0);
}

static void check_names(struct span text)
{
    bool hostname = format_hostname(text), email = format_email(text), uri = format_uri(text), uuid = format_uuid(text);
    require(hostname + uri < 2 && hostname + email < 2); /* a URI has a colon, a mailbox an at sign */
    require(!uuid || hostname);
    if (hostname || email || uri || uuid)
        for (size_t i = 0; i < text.size; i++) require(text.data[i] >= ' ' && text.data[i] <= '~');
}

/* A decoder's output, encoded again, is the text itself: one spelling for each value. */
static void check_encodings(struct span text)
{
    char *bytes = malloc(text.size + 1), *written = malloc(text.size * 2 + 5);
    if (bytes == NULL || written == NULL) abort();
    size_t size;
    if (base64_decode(text, bytes, &size)) require(span_equal((struct span){written, base64_encode(bytes, size, written)}, text));
    if (base64url_decode(text, bytes, &size))
        require(span_equal((struct span){written, base64url_encode(bytes, size, written)}, text));
    if (hex_decode(text, (uint8_t *)bytes)) require(hex_encode(bytes, text.size / 2, written) == text.size);
    free(bytes);
    free(written);
}

static void check_writer(struct span text)
{
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 0);
    json_text(&writer, text);
    require(buffer_ok(&out) && utf8_valid(buffer_span(&out)));
    if (utf8_valid(text))
        require(memmem(out.data, out.size, "\xEF\xBF\xBD", 3) == NULL || memmem(text.data, text.size, "\xEF\xBF\xBD", 3) != NULL);
    buffer_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {(const char *)data, size};
    check_timestamps(text);
    check_short_ways(text);
    check_pattern(text, PATTERN_DATE);
    check_pattern(text, PATTERN_TIME);
    check_pattern(text, PATTERN_TIMESTAMP);
    check_addresses(text);
    check_names(text);
    check_encodings(text);
    check_writer(text);
    return 0;
}

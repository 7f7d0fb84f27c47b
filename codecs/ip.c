#include "codecs/ip.h"

enum { GROUPS = 8 };

/* ---------------------------------------------------------------- reading */

/* Four octets at `at`; the place behind them, NULL when malformed. */
static const char *read_quad(const char *at, const char *end, uint8_t out[IPV4_SIZE])
{
    for (int i = 0; i < IPV4_SIZE; i++) {
        if (i > 0 && (at == end || *at++ != '.')) return NULL;
        const char *first = at;
        unsigned octet = 0;
        while (at < end && at - first < 4 && *at >= '0' && *at <= '9') octet = octet * 10 + (unsigned)(*at++ - '0');
        if (at == first || octet > 255 || (*first == '0' && at - first > 1)) return NULL;
        out[i] = (uint8_t)octet;
    }
    return at;
}

static inline int hex_value(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    char lower = (char)(byte | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The bytes of IPv6 as they are read; `gap` is where "::" stood, -1 while it did not. */
struct groups {
    uint8_t bytes[IPV6_SIZE];
    int count;
    int gap;
};

/* One group of one to four hex digits, or the embedded quad that ends the text; the place behind it, NULL when malformed. */
static const char *read_group(const char *at, const char *end, struct groups *groups)
{
    const char *first = at;
    unsigned value = 0;
    for (int digit; at < end && at - first < 4 && (digit = hex_value(*at)) >= 0; at++) value = value << 4 | (unsigned)digit;
    if (at == first || groups->count > IPV6_SIZE - 2) return NULL;
    if (at < end && *at == '.') {
        if (groups->count > IPV6_SIZE - IPV4_SIZE) return NULL;
        at = read_quad(first, end, groups->bytes + groups->count);
        groups->count += IPV4_SIZE;
        return at == end ? at : NULL;
    }
    groups->bytes[groups->count++] = (uint8_t)(value >> 8);
    groups->bytes[groups->count++] = (uint8_t)value;
    return at;
}

static bool read_groups(const char *at, const char *end, struct groups *groups)
{
    if (end - at >= 2 && at[0] == ':' && at[1] == ':') {
        groups->gap = 0;
        at += 2;
    }
    while (at < end) {
        at = read_group(at, end, groups);
        if (at == NULL) return false;
        if (at == end) return true;
        if (*at++ != ':' || at == end) return false;
        if (*at != ':') continue;
        if (groups->gap >= 0) return false;
        groups->gap = groups->count;
        at++;
    }
    return groups->gap >= 0;
}

static bool parse_v6(struct span text, uint8_t out[IPV6_SIZE])
{
    struct groups groups = {.gap = -1};
    if (text.size == 0 || !read_groups(text.data, text.data + text.size, &groups)) return false;
    if (groups.gap < 0) {
        if (groups.count != IPV6_SIZE) return false;
        memcpy(out, groups.bytes, IPV6_SIZE);
        return true;
    }
    if (groups.count > IPV6_SIZE - 2) return false; /* "::" stands for one group at least */
    int behind = groups.count - groups.gap;
    memset(out, 0, IPV6_SIZE);
    memcpy(out, groups.bytes, (size_t)groups.gap);
    memcpy(out + IPV6_SIZE - behind, groups.bytes + groups.gap, (size_t)behind);
    return true;
}

static bool parse_v4(struct span text, uint8_t out[IPV4_SIZE])
{
    return text.size > 0 && read_quad(text.data, text.data + text.size, out) == text.data + text.size;
}

size_t ip_parse(struct span text, uint8_t out[IPV6_SIZE])
{
    if (parse_v4(text, out)) return IPV4_SIZE;
    return parse_v6(text, out) ? IPV6_SIZE : 0;
}

/* ---------------------------------------------------------------- writing */

static char *put_decimal(char *out, unsigned value)
{
    if (value >= 100) *out++ = (char)('0' + value / 100);
    if (value >= 10) *out++ = (char)('0' + value / 10 % 10);
    *out++ = (char)('0' + value % 10);
    return out;
}

static char *put_quad(char *out, const uint8_t address[IPV4_SIZE])
{
    for (int i = 0; i < IPV4_SIZE; i++) {
        if (i > 0) *out++ = '.';
        out = put_decimal(out, address[i]);
    }
    return out;
}

static char *put_group(char *out, unsigned value)
{
    static const char hex[] = "0123456789abcdef";
    int shift = 12;
    while (shift > 0 && value >> shift == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) *out++ = hex[value >> shift & 15];
    return out;
}

/* The first longest run of zero groups, from *first on; its length, 0 when none has two. */
static int longest_run(const unsigned groups[GROUPS], int *first)
{
    int best = 1;
    for (int i = 0; i < GROUPS; i++) {
        int length = 0;
        while (i + length < GROUPS && groups[i + length] == 0) length++;
        if (length > best) {
            best = length;
            *first = i;
        }
    }
    return best > 1 ? best : 0;
}

static char *put_v6(char *out, const uint8_t address[IPV6_SIZE])
{
    static const uint8_t mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (memcmp(address, mapped, sizeof mapped) == 0) {
        memcpy(out, "::ffff:", 7);
        return put_quad(out + 7, address + sizeof mapped);
    }
    unsigned groups[GROUPS];
    for (int i = 0; i < GROUPS; i++) groups[i] = (unsigned)address[2 * i] << 8 | address[2 * i + 1];
    int first = 0, run = longest_run(groups, &first);
    for (int i = 0; i < GROUPS; i++) {
        if (run > 0 && i == first) {
            *out++ = ':';
            *out++ = ':';
            i += run - 1;
            continue;
        }
        if (i > 0 && (run == 0 || i != first + run)) *out++ = ':';
        out = put_group(out, groups[i]);
    }
    return out;
}

size_t ip_format(const uint8_t *address, size_t size, char *out)
{
    char *end = size == IPV4_SIZE ? put_quad(out, address) : put_v6(out, address);
    return (size_t)(end - out);
}

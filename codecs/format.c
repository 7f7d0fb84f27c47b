#include "codecs/format.h"

#include <stdint.h>
#include <strings.h>

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)
#include <emmintrin.h>
#endif

enum { IPV4_TEXT_MAX = 15, LABEL_MAX = 63, HOSTNAME_MAX = 253, LOCAL_MAX = 64, EMAIL_MAX = 254 };

/* ---------------------------------------------------------------- sets of ASCII characters, a bit each */

struct set {
    uint64_t low, high; /* below and from 64 on */
};

#define LOW(c)   (UINT64_C(1) << (c))
#define HIGH(c)  (UINT64_C(1) << ((c)-64))

#define DIGITS   UINT64_C(0x03FF000000000000)
#define LETTERS  UINT64_C(0x07FFFFFE07FFFFFE)
#define HEX_HIGH UINT64_C(0x0000007E0000007E)
#define SUBDELIMS \
    (LOW('!') | LOW('$') | LOW('&') | LOW('\'') | LOW('(') | LOW(')') | LOW('*') | LOW('+') | LOW(',') | LOW(';') | LOW('='))

static const struct set letters = {0, LETTERS};
static const struct set digits = {DIGITS, 0};
static const struct set hex_digits = {DIGITS, HEX_HIGH};
static const struct set label = {DIGITS | LOW('-'), LETTERS};
/* RFC 3986: scheme, reg-name, userinfo, pchar and query, the last four without their escapes */
static const struct set scheme = {DIGITS | LOW('+') | LOW('-') | LOW('.'), LETTERS};
static const struct set reg_name = {DIGITS | SUBDELIMS | LOW('-') | LOW('.'), LETTERS | HIGH('_') | HIGH('~')};
static const struct set userinfo = {DIGITS | SUBDELIMS | LOW('-') | LOW('.') | LOW(':'), LETTERS | HIGH('_') | HIGH('~')};
static const struct set path = {DIGITS | SUBDELIMS | LOW('-') | LOW('.') | LOW(':') | LOW('/'),
                                LETTERS | HIGH('_') | HIGH('~') | HIGH('@')};
static const struct set query = {DIGITS | SUBDELIMS | LOW('-') | LOW('.') | LOW(':') | LOW('/') | LOW('?'),
                                 LETTERS | HIGH('_') | HIGH('~') | HIGH('@')};
/* RFC 5322 section 3.2.3 */
static const struct set atext = {DIGITS | LOW('!') | LOW('#') | LOW('$') | LOW('%') | LOW('&') | LOW('\'') | LOW('*') | LOW('+') |
                                     LOW('-') | LOW('/') | LOW('=') | LOW('?'),
                                 LETTERS | HIGH('^') | HIGH('_') | HIGH('`') | HIGH('{') | HIGH('|') | HIGH('}') | HIGH('~')};

static inline bool in(struct set set, char character)
{
    unsigned char byte = (unsigned char)character;
    return byte < 128 && ((byte < 64 ? set.low : set.high) >> (byte & 63) & 1) != 0;
}

static bool all_in(struct set set, struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!in(set, text.data[i])) return false;
    return true;
}

/* The part before `at`, and the part behind it. */
static inline struct span before(struct span text, size_t at)
{
    return (struct span){text.data, at};
}

static inline struct span behind(struct span text, size_t at)
{
    return (struct span){text.data + at + 1, text.size - at - 1};
}

/* Where the byte is first; text.size when it is nowhere. */
static inline size_t find(struct span text, char byte)
{
    const char *at = text.size > 0 ? memchr(text.data, byte, text.size) : NULL;
    return at != NULL ? (size_t)(at - text.data) : text.size;
}

/* ---------------------------------------------------------------- UUID, addresses, base 64 */

/* The top bit of each byte that is no hex digit, for eight characters at once. Sums stay within their byte: 0x7F + 0x50 < 256. */
static inline uint64_t not_hex(uint64_t word)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t low = word & (each * 0x7F), lower = low | (each * 0x20);
    uint64_t digit = (low + each * (0x80 - '0')) & ~(low + each * (0x7F - '9'));
    uint64_t letter = (lower + each * (0x80 - 'a')) & ~(lower + each * (0x7F - 'f'));
    return (word | ~(digit | letter)) & (each * 0x80);
}

bool format_uuid(struct span text)
{
    if (text.size != UUID_TEXT) return false;
    const char *at = text.data;
    uint64_t words[4];
    memcpy(&words[0], at, 8);
    memcpy(&words[1], at + 9, 4);
    memcpy((char *)&words[1] + 4, at + 14, 4);
    memcpy(&words[2], at + 19, 4);
    memcpy((char *)&words[2] + 4, at + 24, 4);
    memcpy(&words[3], at + 28, 8);
    if ((not_hex(words[0]) | not_hex(words[1]) | not_hex(words[2]) | not_hex(words[3])) != 0) return false;
    return at[8] == '-' && at[13] == '-' && at[18] == '-' && at[23] == '-';
}

/* The next octet's digits: up to 255, without a 0 before others. Their number, 0 when it is none. */
static inline size_t octet_size(const char *at, size_t left)
{
    unsigned first = left > 0 ? (unsigned)(unsigned char)at[0] - '0' : 10,
             second = left > 1 ? (unsigned)(unsigned char)at[1] - '0' : 10;
    if (first > 9) return 0;
    if (second > 9) return 1;
    unsigned third = left > 2 ? (unsigned)(unsigned char)at[2] - '0' : 10;
    if (first == 0) return 0;
    if (third > 9) return 2;
    return first * 100 + second * 10 + third <= 255 ? 3 : 0;
}

/* What ip_parse() takes as four octets, without keeping them. */
bool format_ipv4(struct span text)
{
    size_t at = 0;
    for (unsigned octet = 0; octet < 4; octet++) {
        if (octet > 0 && (at == text.size || text.data[at++] != '.')) return false;
        size_t size = octet_size(text.data + at, text.size - at);
        if (size == 0) return false;
        at += size;
    }
    return at == text.size;
}

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)

static ALWAYS_INLINE unsigned equal(__m128i bytes, int value)
{
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)value)));
}

static ALWAYS_INLINE unsigned above(__m128i bytes, int value)
{
    return (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)value)));
}

/* All octets at once: a bit for each place of the text, and of an octet's second and third digit shifted to its begin. No branch
 * depends on where the dots are, which no processor can foresee. */
bool format_ipv4_padded(struct span text)
{
    if (text.size < 7 || text.size > IPV4_TEXT_MAX) return false;
    const unsigned all = (1U << text.size) - 1;
    __m128i values = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(const void *)text.data), _mm_set1_epi8('0'));
    unsigned numerals = equal(_mm_subs_epu8(values, _mm_set1_epi8(9)), 0) & all, dots = equal(values, '.' - '0') & all;
    unsigned begins = dots << 1 | 1, two = begins & numerals >> 1, three = two & numerals >> 2;
    unsigned above_55 = above(values, 5) >> 1 | (equal(values, 5) >> 1 & above(values, 5) >> 2);
    unsigned above_255 = above(values, 2) | (equal(values, 2) & above_55);
    unsigned wrong = (begins & ~numerals) | (two & equal(values, 0)) | (three & (numerals >> 3 | above_255));
    unsigned behind_first = dots & (dots - 1), last = behind_first & (behind_first - 1);
    return (numerals | dots) == all && wrong == 0 && last != 0 && (last & (last - 1)) == 0;
}

#else

bool format_ipv4_padded(struct span text)
{
    return format_ipv4(text);
}

#endif

bool format_ipv6(struct span text)
{
    uint8_t address[IPV6_SIZE];
    return ip_parse(text, address) == IPV6_SIZE;
}

bool format_base64(struct span text)
{
    size_t size;
    return base64_decode(text, NULL, &size);
}

/* ---------------------------------------------------------------- host name */

static bool is_label(struct span text)
{
    return text.size >= 1 && text.size <= LABEL_MAX && text.data[0] != '-' && text.data[text.size - 1] != '-' &&
           all_in(label, text);
}

bool format_hostname(struct span text)
{
    if (text.size > HOSTNAME_MAX) return false;
    for (;;) {
        size_t dot = find(text, '.');
        if (!is_label(before(text, dot))) return false;
        if (dot == text.size) return !all_in(digits, text);
        text = behind(text, dot);
    }
}

/* ---------------------------------------------------------------- e-mail */

static bool is_dot_string(struct span text)
{
    for (;;) {
        size_t dot = find(text, '.');
        if (dot == 0 || !all_in(atext, before(text, dot))) return false;
        if (dot == text.size) return true;
        text = behind(text, dot);
    }
}

/* DQUOTE *(printable, '"' and '\' only behind a '\') DQUOTE */
static bool is_quoted(struct span text)
{
    if (text.size < 2 || text.data[0] != '"') return false;
    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i] == '"') return i == text.size - 1;
        if (text.data[i] == '\\' && ++i == text.size) return false;
        if (text.data[i] < ' ' || text.data[i] > '~') return false;
    }
    return false;
}

static bool is_literal(struct span text)
{
    static const struct span tag = {"IPv6:", 5};
    if (text.size < 2 || text.data[0] != '[' || text.data[text.size - 1] != ']') return false;
    struct span address = {text.data + 1, text.size - 2};
    if (address.size < tag.size || strncasecmp(address.data, tag.data, tag.size) != 0) return format_ipv4(address);
    return format_ipv6((struct span){address.data + tag.size, address.size - tag.size});
}

bool format_email(struct span text)
{
    if (text.size > EMAIL_MAX) return false;
    size_t at = text.size;
    while (at > 0 && text.data[at - 1] != '@') at--;
    if (at == 0) return false;
    struct span local = before(text, at - 1), domain = behind(text, at - 1);
    if (local.size == 0 || local.size > LOCAL_MAX) return false;
    return (is_dot_string(local) || is_quoted(local)) && (format_hostname(domain) || is_literal(domain));
}

/* ---------------------------------------------------------------- URI */

/* All in the set, or an escape of "%" and two hex digits. */
static bool all_escaped_in(struct set set, struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (in(set, text.data[i])) continue;
        if (text.data[i] != '%' || text.size - i < 3) return false;
        if (!in(hex_digits, text.data[i + 1]) || !in(hex_digits, text.data[i + 2])) return false;
        i += 2;
    }
    return true;
}

/* What stands between the brackets: IPv6address, or IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) */
static bool is_ip_literal(struct span text)
{
    if (text.size == 0 || (text.data[0] | 0x20) != 'v') return format_ipv6(text);
    size_t dot = find(text, '.');
    if (dot < 2 || dot + 1 >= text.size) return false;
    return all_in(hex_digits, (struct span){text.data + 1, dot - 1}) && all_in(userinfo, behind(text, dot));
}

/* [ userinfo "@" ] host [ ":" port ] */
static bool is_authority(struct span text)
{
    size_t at = find(text, '@');
    if (at < text.size) {
        if (!all_escaped_in(userinfo, before(text, at))) return false;
        text = behind(text, at);
    }
    size_t host = 0;
    if (text.size > 0 && text.data[0] == '[') {
        size_t closing = find(text, ']');
        if (closing == text.size || !is_ip_literal((struct span){text.data + 1, closing - 1})) return false;
        host = closing + 1;
    } else {
        host = find(text, ':');
        if (!all_escaped_in(reg_name, before(text, host))) return false;
    }
    return host == text.size || (text.data[host] == ':' && all_in(digits, behind(text, host)));
}

/* scheme ":" [ "//" authority ] path [ "?" query ] [ "#" fragment ]. Where an authority is, the path is empty or begins with
 * "/", because "/" is what ends an authority. */
bool format_uri(struct span text)
{
    size_t colon = find(text, ':');
    if (colon == 0 || colon == text.size) return false;
    if (!in(letters, text.data[0]) || !all_in(scheme, before(text, colon))) return false;
    struct span rest = behind(text, colon);
    size_t hash = find(rest, '#');
    if (hash < rest.size && !all_escaped_in(query, behind(rest, hash))) return false;
    rest.size = hash;
    size_t mark = find(rest, '?');
    if (mark < rest.size && !all_escaped_in(query, behind(rest, mark))) return false;
    rest.size = mark;
    if (rest.size >= 2 && rest.data[0] == '/' && rest.data[1] == '/') {
        struct span authority = {rest.data + 2, rest.size - 2};
        size_t slash = find(authority, '/');
        if (!is_authority(before(authority, slash))) return false;
        rest = (struct span){authority.data + slash, authority.size - slash};
    }
    return all_escaped_in(path, rest);
}

#include "gateway/http/field.h"

#include "codecs/attributes.h"

enum { NAME_MAX_SIZE = 17 };

static const struct {
    uint8_t size;
    char text[NAME_MAX_SIZE + 1];
} names[HTTP_FIELD_COUNT] = {
#define HTTP_FIELD_NAME(name, text) [HTTP_FIELD_##name] = {sizeof text - 1, text},
    HTTP_FIELDS(HTTP_FIELD_NAME)
#undef HTTP_FIELD_NAME
};

_Static_assert(HTTP_FIELD_COUNT <= 32, "a set of fields is 32 bits");

/* Where the names of each length begin, and at the end where they would go on. */
static const uint8_t begin_of[] = {
    [4] = HTTP_FIELD_HOST,
    [5] = HTTP_FIELD_CE_ID,
    [6] = HTTP_FIELD_ACCEPT,
    [7] = HTTP_FIELD_CE_TIME,
    [8] = HTTP_FIELD_CE_SOURCE, /* none */
    [9] = HTTP_FIELD_CE_SOURCE,
    [10] = HTTP_FIELD_CONNECTION,
    [11] = HTTP_FIELD_CE_SENTTIME,
    [12] = HTTP_FIELD_CONTENT_TYPE,
    [13] = HTTP_FIELD_AUTHORIZATION,
    [14] = HTTP_FIELD_CE_SPECVERSION,
    [15] = HTTP_FIELD_IDEMPOTENCY_KEY,
    [16] = HTTP_FIELD_CONTENT_ENCODING,
    [17] = HTTP_FIELD_TRANSFER_ENCODING,
    [18] = HTTP_FIELD_COUNT,
};

enum http_field http_field_find(struct span name)
{
    if (name.size > NAME_MAX_SIZE) return HTTP_FIELD_OTHER;
    for (size_t i = begin_of[name.size]; i < begin_of[name.size + 1]; i++)
        if (memcmp(names[i].text, name.data, name.size) == 0) return (enum http_field)i;
    return HTTP_FIELD_OTHER;
}

struct span http_field_name(enum http_field field)
{
    return (struct span){names[field].text, names[field].size};
}

#ifdef __SSE2__
#include <emmintrin.h>

static __m128i look(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* The names are letters and '-'. With bit 5 set only those, in either case, look so, and CR like '-': but head_scan() lets a CR
 * stand at a line's end alone. */
enum http_field http_field_peek(const char *at, struct span *name)
{
    __m128i bytes = look(at);
    unsigned colons = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(':')));
    if (colons == 0) return HTTP_FIELD_OTHER;
    unsigned size = (unsigned)__builtin_ctz(colons);
    unsigned wanted = (1U << size) - 1;
    __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    for (size_t i = begin_of[size]; i < begin_of[size + 1]; i++) {
        unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(lower, look(names[i].text)));
        if ((same & wanted) != wanted) continue;
        *name = (struct span){names[i].text, size};
        return (enum http_field)i;
    }
    return HTTP_FIELD_OTHER;
}
#else
enum http_field http_field_peek(const char *at, struct span *name)
{
    (void)at;
    (void)name;
    return HTTP_FIELD_OTHER;
}
#endif

/* span.h - a view of bytes that somebody else owns.
 *
 * A span is never freed and never NUL-terminated by contract. `data` may be NULL only when `size` is 0; a span with
 * NULL data means "absent", one with non-NULL data and size 0 means "empty". */
#ifndef HEADGATE_CODECS_SPAN_H
#define HEADGATE_CODECS_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const char *data;
    size_t size;
};

/* A span over a string literal. */
#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

/* printf("%.*s", SPAN_ARGS(s)) */
#define SPAN_ARGS(s)  (int)(s).size, (s).data

static inline struct span span_of(const char *text)
{
    return (struct span){text, text != NULL ? strlen(text) : 0};
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool span_is(struct span s, const char *text)
{
    return span_equal(s, span_of(text));
}

static inline bool span_starts_with(struct span s, struct span prefix)
{
    return s.size >= prefix.size && span_equal((struct span){s.data, prefix.size}, prefix);
}

/* Byte order, shorter first on a tie: for qsort and bsearch over spans. */
static inline int span_compare(struct span a, struct span b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

#endif

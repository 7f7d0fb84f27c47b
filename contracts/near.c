#include "contracts/near.h"

#include <ctype.h>

/* Letters of a name in lower case without `_` and `-`; the length, 0 when it does not fit. */
static size_t fold(struct span name, char *out)
{
    size_t size = 0;
    if (name.size > NEAR_NAME_MAX) return 0;
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] != '_' && name.data[i] != '-') out[size++] = (char)tolower((unsigned char)name.data[i]);
    }
    return size;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment; three rows are enough. */
static unsigned distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    unsigned rows[3][NEAR_NAME_MAX + 1];
    for (unsigned j = 0; j <= b_size; j++) rows[0][j] = j;
    for (unsigned i = 1; i <= a_size; i++) {
        unsigned *now = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *second = rows[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= b_size; j++) {
            now[j] = least(least(above[j] + 1, now[j - 1] + 1), above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = least(now[j], second[j - 2] + 1);
        }
    }
    return rows[a_size % 3][b_size];
}

unsigned near_distance(struct span a, struct span b, unsigned limit)
{
    char left[NEAR_NAME_MAX];
    char right[NEAR_NAME_MAX];
    size_t a_size = fold(a, left);
    size_t b_size = fold(b, right);
    if (a_size == 0 || b_size == 0) return limit;
    size_t gap = a_size > b_size ? a_size - b_size : b_size - a_size;
    return gap >= limit ? limit : least(distance(left, a_size, right, b_size), limit);
}

bool near_misspelt(struct span written, struct span name)
{
    if (span_equal(written, name)) return false;
    unsigned limit = name.size >= 9 ? 3 : name.size >= 6 ? 2 : 1;
    return near_distance(written, name, limit) < limit;
}

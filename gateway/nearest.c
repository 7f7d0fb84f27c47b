#include "gateway/nearest.h"

#include <ctype.h>
#include <stdint.h>

enum { LONGEST = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(struct span a, size_t i, struct span b, size_t j)
{
    return tolower((unsigned char)a.data[i]) == tolower((unsigned char)b.data[j]);
}

size_t name_distance(struct span a, struct span b)
{
    if (a.size > LONGEST || b.size > LONGEST) return SIZE_MAX;
    size_t rows[3][LONGEST + 1]; /* two above, above, this */
    size_t *above2 = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.size; j++) above[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            row[j] = least(above[j - 1] + !same(a, i - 1, b, j - 1), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1)) row[j] = least(row[j], above2[j - 2] + 1);
        }
        size_t *oldest = above2;
        above2 = above;
        above = row;
        row = oldest;
    }
    return above[b.size];
}

void nearest_consider(struct span wanted, const char *candidate, const char **best, size_t *distance)
{
    size_t allowed = least(wanted.size / 3 > 0 ? wanted.size / 3 : 1, 3);
    size_t found = name_distance(wanted, span_of(candidate));
    if (found > allowed || found >= *distance) return;
    *best = candidate;
    *distance = found;
}

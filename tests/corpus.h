/* corpus.h - tables of examples: a verdict, a text and a reason to a line, between tabs.
 *
 *     accept<TAB>user@example.org<TAB>the plain case
 *     reject<TAB>\{a*65}@example.org<TAB>local part of 65 octets
 *
 * In the text \xHH is a byte, \\ a backslash and \{a*65} a character repeated. Lines that begin with # and empty ones are
 * skipped. Paths are relative to the root of the sources, where the tests run. */
#ifndef HEADGATE_TESTS_CORPUS_H
#define HEADGATE_TESTS_CORPUS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codecs/span.h"

struct corpus_row {
    bool accept;
    struct span text;
    const char *reason;
    unsigned line;
};

enum { CORPUS_LINE_MAX = 4096, CORPUS_TEXT_MAX = 16384 };

static inline size_t corpus_unescape(const char *from, char *to)
{
    size_t size = 0;
    while (*from != '\0') {
        unsigned value = 0, count = 1;
        char repeated;
        int length = 0;
        if (*from != '\\') {
            to[size++] = *from++;
        } else if (from[1] == '\\') {
            to[size++] = '\\';
            from += 2;
        } else if (sscanf(from, "\\x%2x%n", &value, &length) == 1 && length == 4) {
            to[size++] = (char)value;
            from += length;
        } else if (sscanf(from, "\\{%c*%u}%n", &repeated, &count, &length) == 2 && length > 0 && size + count < CORPUS_TEXT_MAX) {
            memset(to + size, repeated, count);
            size += count;
            from += length;
        } else {
            fprintf(stderr, "unknown escape: %s\n", from);
            abort();
        }
    }
    return size;
}

/* Calls `check` for every row; returns how many there were. A missing or malformed file aborts: a test must not pass without
 * its examples. The text is a heap block of its exact size, so that a read beyond it is seen. */
static inline size_t corpus_each(const char *path, void (*check)(const struct corpus_row *row, void *context), void *context)
{
    static char line[CORPUS_LINE_MAX], text[CORPUS_TEXT_MAX];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "no corpus %s (tests run in the root of the sources)\n", path);
        abort();
    }
    size_t rows = 0;
    for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') continue;
        char *first = strchr(line, '\t'), *second = first != NULL ? strchr(first + 1, '\t') : NULL;
        if (second == NULL) {
            fprintf(stderr, "%s:%u: not three columns\n", path, number);
            abort();
        }
        *first = *second = '\0';
        size_t size = corpus_unescape(first + 1, text);
        char *exact = malloc(size > 0 ? size : 1);
        if (exact == NULL) abort();
        memcpy(exact, text, size);
        struct corpus_row row = {strcmp(line, "accept") == 0, {exact, size}, second + 1, number};
        if (!row.accept && strcmp(line, "reject") != 0) {
            fprintf(stderr, "%s:%u: neither accept nor reject\n", path, number);
            abort();
        }
        check(&row, context);
        free(exact);
        rows++;
    }
    fclose(file);
    return rows;
}

#endif

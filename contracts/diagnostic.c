#include "contracts/diagnostic.h"

#include "contracts/rule.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

void diagnostics_init(struct diagnostics *diagnostics, struct arena *arena)
{
    *diagnostics = (struct diagnostics){.arena = arena};
}

void diagnostics_deinit(struct diagnostics *diagnostics)
{
    free(diagnostics->items);
    *diagnostics = (struct diagnostics){0};
}

static struct span format_text(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = size < 0 ? NULL : arena_bytes(arena, (size_t)size + 1);
    if (text == NULL) return (struct span){NULL, 0};
    vsnprintf(text, (size_t)size + 1, format, arguments);
    return (struct span){text, (size_t)size};
}

static bool grow(struct diagnostics *diagnostics)
{
    if (diagnostics->count < diagnostics->capacity) return true;
    size_t capacity = diagnostics->capacity == 0 ? FIRST_CAPACITY : diagnostics->capacity * 2;
    struct diagnostic *items = realloc(diagnostics->items, capacity * sizeof *items);
    if (items == NULL) return false;
    diagnostics->items = items;
    diagnostics->capacity = capacity;
    return true;
}

/* Texts are copied: files and paths of a catalogue that fails to load die with it, its diagnostics do not. */
static bool copy_texts(struct diagnostics *diagnostics, struct diagnostic *item)
{
    if (item->place.file.data != NULL) item->place.file = arena_copy(diagnostics->arena, item->place.file);
    if (item->path.data != NULL) item->path = arena_copy(diagnostics->arena, item->path);
    return item->detail.data != NULL;
}

void diagnostics_add(struct diagnostics *diagnostics, const char *rule, struct place place, struct span path, const char *format,
                     ...)
{
    struct diagnostic item = {.rule = rule_find(span_of(rule)), .place = place, .path = path};
    assert(item.rule != NULL);
    item.severity = item.rule->severity;
    if (item.severity == SEVERITY_ERROR) diagnostics->errors++;
    va_list arguments;
    va_start(arguments, format);
    item.detail = format_text(diagnostics->arena, format, arguments);
    va_end(arguments);
    if (!copy_texts(diagnostics, &item) || !grow(diagnostics)) {
        diagnostics->failed = true;
        return;
    }
    diagnostics->items[diagnostics->count++] = item;
}

void diagnostics_grade(struct diagnostics *diagnostics, enum severity severity)
{
    if (diagnostics->failed || diagnostics->count == 0) return;
    struct diagnostic *item = &diagnostics->items[diagnostics->count - 1];
    if (item->severity == SEVERITY_ERROR) diagnostics->errors--;
    if (severity == SEVERITY_ERROR) diagnostics->errors++;
    item->severity = severity;
}

void diagnostics_advise(struct diagnostics *diagnostics, const char *format, ...)
{
    if (diagnostics->failed || diagnostics->count == 0) return;
    va_list arguments;
    va_start(arguments, format);
    diagnostics->items[diagnostics->count - 1].remedy = format_text(diagnostics->arena, format, arguments);
    va_end(arguments);
}

static int compare(const void *left, const void *right)
{
    const struct diagnostic *a = left;
    const struct diagnostic *b = right;
    int order = span_compare(a->place.file, b->place.file);
    if (order != 0) return order;
    if (a->place.line != b->place.line) return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column) return a->place.column < b->place.column ? -1 : 1;
    order = strcmp(a->rule->name, b->rule->name);
    if (order == 0) order = span_compare(a->detail, b->detail);
    return order != 0 ? order : span_compare(a->path, b->path);
}

/* A contract that takes several models is judged once for each, and is wrong only once. */
static void drop_repeated(struct diagnostics *diagnostics)
{
    size_t kept = 1;
    for (size_t i = 1; i < diagnostics->count; i++) {
        struct diagnostic *item = &diagnostics->items[i], *before = &diagnostics->items[kept - 1];
        bool repeated = compare(before, item) == 0 && before->severity == item->severity;
        if (repeated && item->severity == SEVERITY_ERROR) diagnostics->errors--;
        if (!repeated) diagnostics->items[kept++] = *item;
    }
    diagnostics->count = kept;
}

void diagnostics_sort(struct diagnostics *diagnostics)
{
    if (diagnostics->count < 2) return;
    qsort(diagnostics->items, diagnostics->count, sizeof *diagnostics->items, compare);
    drop_repeated(diagnostics);
}

/* Two Avro schemas, one a line: they are compared both ways, and each with itself. A schema without aliases reads its own
 * records; places are JSON pointers; nothing may crash, whatever is nested in what. */
#include "contracts/schema_compat.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct schema_node *reader, const struct schema_node *writer, struct arena *arena, bool same)
{
    struct schema_compat found = {NULL, 0, 0};
    if (!schema_compat_resolve(reader, writer, arena, &found)) return;
    if (same && found.count > 0) abort();
    for (size_t i = 0; i < found.count; i++)
        if (found.items[i].place.size > 0 && found.items[i].place.data[0] != '/') abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *error, *line = size > 0 ? memchr(data, '\n', size) : NULL;
    struct arena *arena = arena_create((size_t)16 << 20);
    if (line == NULL || arena == NULL || size > 4096) {
        arena_destroy(arena);
        return 0;
    }
    struct span first = {(const char *)data, (size_t)(line - (const char *)data)};
    struct span second = {line + 1, size - first.size - 1};
    const struct schema_node *reader = schema_tree_parse(first, arena, &error);
    if (reader == NULL && error == NULL) abort();
    const struct schema_node *writer = schema_tree_parse(second, arena, &error);
    if (writer == NULL && error == NULL) abort();
    bool aliases = memmem(data, size, "aliases", 7) != NULL || memchr(data, '\\', size) != NULL;
    if (reader != NULL) compare(reader, reader, arena, !aliases);
    if (reader != NULL && writer != NULL) {
        compare(reader, writer, arena, false);
        compare(writer, reader, arena, false);
    }
    arena_destroy(arena);
    return 0;
}

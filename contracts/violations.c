#include "contracts/violations.h"

#include "codecs/digits.h"

/* RFC 6901 section 3: ~ is ~0 and / is ~1. With `out` NULL only counts. */
static size_t write_name(struct span name, char *out)
{
    size_t size = 0;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        bool escaped = byte == '~' || byte == '/';
        if (out != NULL) out[size] = escaped ? '~' : byte;
        if (out != NULL && escaped) out[size + 1] = byte == '~' ? '0' : '1';
        size += escaped ? 2 : 1;
    }
    return size;
}

static size_t token_size(const struct path *path)
{
    char index[DIGITS_MAX];
    if (path->name.data != NULL) return 1 + write_name(path->name, NULL);
    return 1 + (size_t)(digits_write(index, path->up->index) - index);
}

/* The chain leads from the leaf to the root, so the text is filled from its end. */
static struct span pointer_of(struct violations *violations, const struct path *path)
{
    size_t size = 0;
    for (const struct path *at = path; at->up != NULL; at = at->up) size += token_size(at);
    char *text = arena_bytes(violations->arena, size + 1);
    if (text == NULL) {
        violations->no_memory = true;
        return (struct span){NULL, 0};
    }
    text[size] = '\0';
    char *end = text + size;
    for (const struct path *at = path; at->up != NULL; at = at->up) {
        end -= token_size(at);
        *end = '/';
        if (at->name.data != NULL)
            write_name(at->name, end + 1);
        else
            digits_write(end + 1, at->up->index);
    }
    return (struct span){text, size};
}

/* Room for one more of a list that never grows beyond the limit; false when it is full or memory is out. */
static bool has_room(struct violations *violations, void **list, uint32_t count, size_t size)
{
    if (violations->no_memory || count >= violations->limit) return false;
    if (*list == NULL) *list = arena_calloc(violations->arena, violations->limit, size);
    violations->no_memory = *list == NULL;
    return *list != NULL;
}

static void add_one(struct violations *violations, enum event_rule rule, const struct path *path)
{
    void *list = violations->items;
    violations->total++;
    if (!has_room(violations, &list, violations->count, sizeof *violations->items)) return;
    violations->items = list;
    struct span pointer = pointer_of(violations, path);
    if (pointer.data != NULL) violations->items[violations->count++] = (struct violation){violations->rules[rule], pointer, NULL};
}

void violations_add(struct violations *violations, uint32_t broken, const struct path *path)
{
    for (; broken != 0; broken &= broken - 1) add_one(violations, (enum event_rule)__builtin_ctz(broken), path);
}

void violations_add_field(struct violations *violations, uint32_t broken, const struct field *field, const uint32_t *indexes)
{
    enum { DEPTH_MAX = 64 };
    struct path chain[DEPTH_MAX];
    const struct field *fields[DEPTH_MAX];
    unsigned depth = 0, array = 0, last = 0;
    for (; field->parent != NULL && depth < DEPTH_MAX - 1; field = field->parent) fields[depth++] = field;
    chain[0] = (struct path){0};
    for (unsigned i = 1; i <= depth; i++) {
        const struct field *at = fields[depth - i], *up = at->parent;
        bool item = up->items == at, in_entry = up->parent != NULL && up->parent->type == TYPE_MAP;
        if (item) chain[last].index = indexes[array++];
        if (up->type == TYPE_MAP) continue; /* the entry: its key or value is told as `*` */
        chain[last + 1] = (struct path){&chain[last], item ? (struct span){NULL, 0} : in_entry ? SPAN("*") : at->wire_name, 0};
        last++;
    }
    violations_add(violations, broken, &chain[last]);
}

void violations_undeclared(struct violations *violations, const struct path *path, struct span name)
{
    void *list = violations->names;
    violations->undeclared++;
    if (!violations->list_undeclared) return;
    if (!has_room(violations, &list, violations->name_count, sizeof *violations->names)) return;
    violations->names = list;
    struct span pointer = pointer_of(violations, &(struct path){path, name, 0});
    if (pointer.data != NULL) violations->names[violations->name_count++] = pointer;
}

#include "contracts/infer_tree.h"

#include <stdlib.h>

struct span infer_text(const json_t *node, struct arena *arena)
{
    if (!json_is_string(node)) return (struct span){NULL, 0};
    return arena_copy(arena, (struct span){json_string_value(node), json_string_length(node)});
}

struct span infer_number(const json_t *node, struct arena *arena)
{
    if (json_is_integer(node)) return arena_printf(arena, "%lld", (long long)json_integer_value(node));
    if (!json_is_real(node)) return (struct span){NULL, 0};
    /* The shortest text that reads back as the same double: 0.01 stays 0.01. */
    for (int digits = 1; digits < 17; digits++) {
        struct span text = arena_printf(arena, "%.*g", digits, json_real_value(node));
        if (text.data == NULL || strtod(text.data, NULL) == json_real_value(node)) return text;
    }
    return arena_printf(arena, "%.17g", json_real_value(node));
}

int64_t infer_limit(const json_t *node)
{
    return json_is_integer(node) && json_integer_value(node) >= 0 ? json_integer_value(node) : NO_LIMIT;
}

struct draft_field *infer_left_out(struct span name, const char *why, struct arena *arena)
{
    struct draft_field *field = draft_field_create(arena, name, DRAFT_NOTHING);
    if (field != NULL) field->guess = arena_printf(arena, "%.*s: %s", SPAN_ARGS(name), why);
    return field;
}

json_t *infer_load(struct span text, struct infer_fault *fault)
{
    json_error_t error;
    json_t *root = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (root == NULL) *fault = (struct infer_fault){"it is not JSON", error.line > 0 ? (size_t)error.line : 0};
    return root;
}

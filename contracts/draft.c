#include "contracts/draft.h"

struct draft_field *draft_field_create(struct arena *arena, struct span name, enum draft_kind kind)
{
    struct draft_field *field = arena_calloc(arena, 1, sizeof *field);
    if (field == NULL) return NULL;
    field->name = name;
    field->kind = kind;
    field->min_length = field->max_length = NO_LIMIT;
    field->min_items = field->max_items = NO_LIMIT;
    field->min_properties = field->max_properties = NO_LIMIT;
    return field;
}

static bool is_letter(char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool draft_is_name(struct span name)
{
    enum { NAME_MAX_SIZE = 64 };
    if (name.size == 0 || name.size > NAME_MAX_SIZE || is_digit(name.data[0])) return false;
    for (size_t i = 0; i < name.size; i++)
        if (!is_letter(name.data[i]) && !is_digit(name.data[i]) && name.data[i] != '_') return false;
    return true;
}

/* A capital begins a word where a small letter stands before it, or behind it: orderID, HTTPRequest. */
static bool begins_word(struct span text, size_t at)
{
    if (at == 0 || text.data[at] < 'A' || text.data[at] > 'Z') return false;
    char before = text.data[at - 1], behind = at + 1 < text.size ? text.data[at + 1] : 'A';
    return (before >= 'a' && before <= 'z') || is_digit(before) || (is_letter(before) && behind >= 'a' && behind <= 'z');
}

struct span draft_slug(struct span text, struct arena *arena)
{
    char *out = arena_bytes(arena, 2 * text.size + 2);
    size_t size = 0;
    if (out == NULL) return (struct span){NULL, 0};
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        bool word = is_letter(byte) || is_digit(byte);
        if ((!word || begins_word(text, i)) && size > 0 && out[size - 1] != '_') out[size++] = '_';
        if (word && (size > 0 || is_letter(byte))) out[size++] = (char)(is_letter(byte) ? byte | 0x20 : byte);
    }
    while (size > 0 && out[size - 1] == '_') size--;
    out[size] = '\0';
    return size > 0 ? (struct span){out, size} : (struct span){NULL, 0};
}

static bool is_empty(const struct draft_field *field)
{
    if (field->kind == DRAFT_ARRAY || field->kind == DRAFT_MAP)
        return field->items == NULL || field->items->kind == DRAFT_NOTHING;
    if (field->kind != DRAFT_OBJECT) return false;
    for (const struct draft_field *child = field->children; child != NULL; child = child->next)
        if (child->kind != DRAFT_NOTHING) return false;
    return true;
}

void draft_prune(struct draft_field *field, struct arena *arena)
{
    for (struct draft_field *child = field->children; child != NULL; child = child->next) draft_prune(child, arena);
    if (field->items != NULL) draft_prune(field->items, arena);
    if (!is_empty(field)) return;
    field->kind = DRAFT_NOTHING;
    field->guess = arena_printf(arena, "%.*s: nothing in it can be declared", SPAN_ARGS(field->name));
}

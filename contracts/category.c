#include "contracts/category.h"

static const struct field *stating(const struct field *field)
{
    while (field != NULL && field->category_count == 0) field = field->parent;
    return field;
}

const struct span *category_list(const struct field *field, size_t *count)
{
    const struct field *from = field;
    if (field->category_count == 0 && field->handling.kind != HANDLE_REDACT)
        from = stating(field->source != NULL ? field->source : field);
    *count = from != NULL ? from->category_count : 0;
    return from != NULL ? from->categories : NULL;
}

struct span category_match(const struct field *field, bool (*matches)(struct span category))
{
    size_t count;
    const struct span *categories = category_list(field, &count);
    for (size_t i = 0; i < count; i++) {
        if (matches(categories[i])) return categories[i];
    }
    return (struct span){NULL, 0};
}

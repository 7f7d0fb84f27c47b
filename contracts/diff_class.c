/* diff_class.c - how a field is classified: in a model for all uses, in a use for its readers. */
#include "contracts/diff_parts.h"

static void categories(struct diffing *diffing, const struct field *old, const struct field *new)
{
    bool kept = diff_contains(new->categories, new->category_count, old->categories, old->category_count);
    bool same = kept && diff_contains(old->categories, old->category_count, new->categories, new->category_count);
    if (same) return;
    struct span was = diff_list(diffing, old->categories, old->category_count, "none");
    struct span is = diff_list(diffing, new->categories, new->category_count, "none");
    diff_add(diffing, kept ? DIFF_CATEGORIES_ADDED : DIFF_CATEGORIES_REMOVED, new->path, "data categories: %.*s -> %.*s",
             SPAN_ARGS(was), SPAN_ARGS(is));
}

void diff_class(struct diffing *diffing, const struct field *old, const struct field *new)
{
    if (old->classification != new->classification)
        diff_add(diffing, new->classification < old->classification ? DIFF_CLASS_LOWERED : DIFF_CLASS_RAISED, new->path,
                 "classification: %s -> %s", classification_word(old->classification), classification_word(new->classification));
    categories(diffing, old, new);
}

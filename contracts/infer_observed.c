/* infer_observed.c - from the page of an observed event type (docs/protocol.md, `GET /observed/{type}`) to the fields of a draft.
 *
 *     page: flat paths with counts -> struct seen, a tree as of events -> struct draft_field
 *
 * A page tells classes where events tell lengths, so limits have more room; lists of values it does not tell at all. */
#include "contracts/infer_tree.h"
#include "contracts/seen.h"

static const struct infer_fault not_a_page = {"it is not the page of an observed event type", 0};

static uint64_t count_of(const json_t *object, const char *name)
{
    int64_t count = infer_limit(json_object_get(object, name));
    return count == NO_LIMIT ? 0 : (uint64_t)count;
}

static int class_of(const json_t *object, const char *name)
{
    uint64_t count = count_of(object, name);
    return count < 1000 ? (int)count : 1000;
}

static struct seen *create(struct arena *arena, struct span name)
{
    struct seen *seen = arena_calloc(arena, 1, sizeof *seen);
    if (seen != NULL) seen->name = name;
    return seen;
}

/* ---------------------------------------------------------------- facts */

static void read_types(const json_t *types, struct seen *seen)
{
    static const char *const words[SEEN_KINDS] = {
        [SEEN_STRING] = "string",   [SEEN_INTEGER] = "integer", [SEEN_FRACTION] = "number",
        [SEEN_BOOLEAN] = "boolean", [SEEN_OBJECT] = "object",   [SEEN_ARRAY] = "array"};
    for (int kind = 0; kind < SEEN_KINDS; kind++) seen->counts[kind] = count_of(types, words[kind]);
    seen->nulls = count_of(types, "null");
}

static unsigned read_formats(const json_t *formats)
{
    unsigned shapes = 0;
    for (size_t i = 0; i < json_array_size(formats); i++) {
        const json_t *word = json_array_get(formats, i);
        if (json_is_string(word)) shapes |= text_shape_find((struct span){json_string_value(word), json_string_length(word)});
    }
    return shapes;
}

static bool read_facts(const json_t *page, struct seen *seen, struct arena *arena)
{
    read_types(json_object_get(page, "types"), seen);
    seen->shapes = read_formats(json_object_get(page, "formats"));
    seen->micros = json_is_true(json_object_get(page, "micros"));
    seen->min_length = json_is_false(json_object_get(page, "may_be_empty")) ? 1 : 0;
    seen->max_length = (int64_t)(count_of(page, "max_length") & INT32_MAX);
    seen->max_items = (int64_t)(count_of(page, "max_items") & INT32_MAX);
    seen->many_words = true;
    seen->whole_digits = class_of(page, "digits");
    seen->fraction_digits = class_of(page, "scale");
    seen->negative = json_is_true(json_object_get(page, "negative"));
    seen->large = json_is_true(json_object_get(page, "large"));
    seen->map = json_is_true(json_object_get(page, "map"));
    seen->rare = count_of(page, "members_not_shown");
    if (seen->counts[SEEN_ARRAY] == 0 || seen->items != NULL) return true;
    seen->items = create(arena, (struct span){NULL, 0});
    if (seen->items != NULL) seen->items->rare = seen->max_items > 0;
    return seen->items != NULL;
}

/* ---------------------------------------------------------------- paths */

static struct seen *child_named(struct seen *parent, struct span name, struct arena *arena)
{
    struct seen **at = &parent->children;
    for (; *at != NULL; at = &(*at)->next)
        if (span_equal((*at)->name, name)) return *at;
    *at = create(arena, name);
    return *at;
}

/* Takes the first step off a path: a name, or `[]` (then the name is empty). False when it is no path. */
static bool take_step(struct span *path, struct span *name)
{
    size_t size = 0;
    if (span_starts_with(*path, SPAN("[]"))) {
        *name = (struct span){path->data, 0};
        *path = (struct span){path->data + 2, path->size - 2};
    } else {
        while (size < path->size && path->data[size] != '.' && path->data[size] != '[') size++;
        *name = (struct span){path->data, size};
        *path = (struct span){path->data + size, path->size - size};
        if (!draft_is_name(*name)) return false;
    }
    if (path->size == 0 || path->data[0] == '[') return true;
    if (path->data[0] != '.' || path->size == 1) return false;
    *path = (struct span){path->data + 1, path->size - 1};
    return true;
}

/* The place of a path, made with all above it; NULL with *fault. */
static struct seen *find(struct seen *root, struct span path, struct arena *arena, struct infer_fault *fault)
{
    struct seen *at = root;
    for (unsigned depth = 0; path.size > 0 && at != NULL; depth++) {
        struct span name;
        if (depth == INFER_DEPTH_MAX || !take_step(&path, &name)) {
            *fault = not_a_page;
            return NULL;
        }
        if (name.size > 0) {
            at = child_named(at, name, arena);
        } else {
            if (at->items == NULL) at->items = create(arena, (struct span){NULL, 0});
            at = at->items;
        }
    }
    return at;
}

static bool read_fields(const json_t *fields, struct seen *root, struct arena *arena, struct infer_fault *fault)
{
    if (!json_is_array(fields) || json_array_size(fields) > INFER_FIELDS_MAX) {
        *fault = not_a_page;
        return false;
    }
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);
        struct span path = infer_text(json_object_get(field, "path"), arena);
        if (path.size == 0) {
            *fault = not_a_page;
            return false;
        }
        struct seen *seen = find(root, path, arena, fault);
        if (seen == NULL || !read_facts(field, seen, arena)) return false;
    }
    return true;
}

/* ---------------------------------------------------------------- the whole */

static bool read_page(const json_t *page, struct seen *root, struct draft_model *model, struct arena *arena,
                      struct infer_fault *fault)
{
    struct span type = infer_text(json_object_get(page, "type"), arena);
    const json_t *events = json_object_get(page, "root");
    if (type.size == 0 || !json_is_object(events)) {
        *fault = not_a_page;
        return false;
    }
    if (!read_facts(events, root, arena) || !read_fields(json_object_get(page, "fields"), root, arena, fault)) return false;
    model->event = type;
    model->source = arena_printf(arena, "%llu observed events", (unsigned long long)count_of(events, "events"));
    return model->source.data != NULL;
}

static bool draft_root(const struct seen *root, struct draft_model *model, struct arena *arena, struct infer_fault *fault)
{
    bool objects = 2 * root->counts[SEEN_OBJECT] > seen_values(root) + root->nulls;
    if (!objects || root->map || root->children == NULL) {
        *fault = (struct infer_fault){root->map ? "most names in these events came too seldom to be told, as if they were values"
                                                : "an event is a JSON object with members to declare",
                                      0};
        return false;
    }
    model->root = draft_field_create(arena, SPAN(""), DRAFT_OBJECT);
    if (model->root == NULL || !seen_draft_object(root, model->root, arena)) return false;
    draft_prune(model->root, arena);
    *fault = (struct infer_fault){"nothing in it can be declared", 0};
    return model->root->kind != DRAFT_NOTHING;
}

bool infer_observed(struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault)
{
    struct seen *root = create(arena, (struct span){NULL, 0});
    json_t *page = infer_load(text, fault);
    bool fine = false;
    if (page != NULL) *fault = (struct infer_fault){"out of memory", 0};
    if (page != NULL && root != NULL) fine = read_page(page, root, model, arena, fault) && draft_root(root, model, arena, fault);
    json_decref(page);
    return fine;
}

#include "contracts/infer.h"
#include "contracts/infer_tree.h"

static bool ends_in(struct span text, struct span end)
{
    return text.size >= end.size && memcmp(text.data + text.size - end.size, end.data, end.size) == 0;
}

/* A JSON object that speaks of events instead of being one. */
static bool is_schema(struct span text)
{
    static const char *const keywords[] = {"$schema", "properties", "$defs", "definitions", "allOf", "$ref"};
    struct infer_fault fault;
    json_t *root = infer_load(text, &fault);
    bool found = false;
    for (size_t i = 0; i < COUNT_OF(keywords); i++) found = found || json_object_get(root, keywords[i]) != NULL;
    json_decref(root);
    return found;
}

bool infer_file(struct span path, struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault)
{
    bool fine;
    if (ends_in(path, SPAN(".avsc")))
        fine = infer_avro(text, model, arena, fault);
    else if (ends_in(path, SPAN(".json")) && is_schema(text))
        fine = infer_json_schema(text, model, arena, fault);
    else
        fine = infer_events(text, model, arena, fault);
    if (!fine) return false;
    *fault = (struct infer_fault){"nothing in it can be declared", 0};
    draft_prune(model->root, arena);
    if (model->root->kind == DRAFT_NOTHING) return false;
    const char *slash = memrchr(path.data, '/', path.size);
    struct span file = slash == NULL ? path : (struct span){slash + 1, path.size - (size_t)(slash + 1 - path.data)};
    model->source = arena_printf(arena, "%.*s (%.*s)", SPAN_ARGS(file), SPAN_ARGS(model->source));
    return model->source.data != NULL;
}

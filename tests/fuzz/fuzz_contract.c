/* Two contracts with a line `%%%%` between them: YAML, ODCS, resolution, lint. Nothing may crash, a refusal says why, and what
 * loads can be shown and loads again. */
#include "contracts/catalogue.h"
#include "contracts/odcs_writer.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct attempt {
    struct arena *arena;
    struct diagnostics diagnostics;
    struct catalogue *catalogue;
};

static void load(struct attempt *attempt, struct span model, struct span use)
{
    struct catalogue_options options;
    struct catalogue_text texts[] = {{SPAN("model.yaml"), model}, {SPAN("use.yaml"), use}};
    catalogue_options_init(&options);
    options.now = INT64_C(1795305600000000);
    attempt->arena = arena_create((size_t)64 << 20);
    if (attempt->arena == NULL) abort();
    diagnostics_init(&attempt->diagnostics, attempt->arena);
    attempt->catalogue = catalogue_load_texts(texts, 2, &options, &attempt->diagnostics);
    if (attempt->catalogue == NULL && attempt->diagnostics.errors == 0 && !attempt->diagnostics.failed) abort();
}

static void unload(struct attempt *attempt)
{
    catalogue_destroy(attempt->catalogue);
    diagnostics_deinit(&attempt->diagnostics);
    arena_destroy(attempt->arena);
}

static void show(const struct catalogue *catalogue)
{
    struct attempt again;
    struct buffer model = BUFFER_EMPTY, use = BUFFER_EMPTY;
    struct arena *arena = arena_create((size_t)64 << 20);
    if (arena == NULL || catalogue->use_count != 1) {
        arena_destroy(arena);
        return;
    }
    if (!odcs_write_model(catalogue->uses[0]->model, arena, &model) ||
        !odcs_write_use(catalogue, catalogue->uses[0], arena, &use))
        abort();
    load(&again, buffer_span(&model), buffer_span(&use));
    if (again.catalogue == NULL && !again.diagnostics.failed) abort();
    unload(&again);
    buffer_deinit(&model);
    buffer_deinit(&use);
    arena_destroy(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char line[] = "\n%%%%\n";
    struct attempt attempt;
    struct span all = {(const char *)data, size};
    const char *between = size > 0 ? memmem(data, size, line, sizeof line - 1) : NULL;
    struct span model = all, use = {(const char *)data, 0};
    if (between != NULL) {
        model.size = (size_t)(between - all.data) + 1;
        use = (struct span){between + sizeof line - 1, all.size - model.size - (sizeof line - 2)};
    }
    load(&attempt, model, use);
    if (attempt.catalogue != NULL) show(attempt.catalogue);
    unload(&attempt);
    return 0;
}

/* approvals.yaml: as it is read, and past the digests. Nothing may crash, a refusal says why, and a surface that can be read is
 * written so that it reads as it was. */
#include "contracts/approval_surface.h"
#include "contracts/approvals.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MEMORY ((size_t)256 << 20)

/* The use that everything is compared with. */
static const struct catalogue *loaded(void)
{
    static const struct catalogue *catalogue;
    struct catalogue_options options;
    struct diagnostics diagnostics;
    if (catalogue != NULL) return catalogue;
    struct arena *arena = arena_create(MEMORY);
    if (arena == NULL) abort();
    catalogue_options_init(&options);
    diagnostics_init(&diagnostics, arena);
    catalogue = catalogue_load("tests/corpus/diff/nothing/old", &options, &diagnostics);
    if (catalogue == NULL) abort();
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return catalogue;
}

static struct span written(const struct use *surface, struct arena *arena)
{
    struct buffer out = BUFFER_EMPTY;
    struct yaml_writer yaml = {&out, 0, false};
    if (!approval_surface_write(surface, arena, &yaml)) abort();
    struct span text = arena_copy(arena, buffer_span(&out));
    buffer_deinit(&out);
    return text;
}

/* Written and read once it may have lost what says nothing (an empty list); from then on it stays. */
static void go_round(const struct use *surface, struct arena *arena)
{
    struct yaml_error error;
    struct surface_error surface_error;
    struct span text = written(surface, arena);
    const struct yaml_node *map = yaml_parse(text, arena, &error);
    if (map == NULL) abort();
    const struct use *again = approval_surface_read(map, arena, &surface_error);
    if (again == NULL || !span_equal(written(again, arena), text)) abort();
}

static void compare(const struct use *surface, struct arena *arena)
{
    struct diff diff;
    const struct use *current = loaded()->uses[0], *approved = approval_surface_complete(surface, current, arena);
    if (approved == NULL || !diff_uses(approved, current, arena, &diff)) abort();
}

static void read_surfaces(struct span text, struct arena *arena)
{
    struct yaml_error error;
    const struct yaml_node *list = yaml_get(yaml_parse(text, arena, &error), "approvals");
    for (size_t i = 0; list != NULL && list->kind == YAML_SEQUENCE && i < list->count; i++) {
        struct surface_error surface_error = {NULL, NULL};
        const struct yaml_node *map = yaml_get(list->items[i], "approved");
        const struct use *surface = map != NULL ? approval_surface_read(map, arena, &surface_error) : NULL;
        if (map != NULL && surface == NULL && surface_error.message == NULL) abort();
        if (surface == NULL) continue;
        compare(surface, arena);
        go_round(surface, arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct approvals approvals;
    struct diagnostics diagnostics;
    struct span text = {(const char *)data, size};
    struct arena *arena = arena_create(MEMORY);
    if (arena == NULL) abort();
    diagnostics_init(&diagnostics, arena);
    if (approvals_parse(text, SPAN("approvals.yaml"), arena, &diagnostics, &approvals))
        approvals_check(&approvals, loaded(), arena, &diagnostics);
    else if (diagnostics.errors == 0)
        abort();
    read_surfaces(text, arena);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return 0;
}

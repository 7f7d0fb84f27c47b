/* Two folders of contracts, the old and the new: files parted by lines `%%%%`, the folders by a line `====`. Whatever loads can
 * be compared: a folder equals itself, a difference seen one way is seen the other way, and each change says what it is about. */
#include "contracts/diff.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES_MAX = 4 };

struct side {
    struct arena *arena;
    struct diagnostics diagnostics;
    struct catalogue *catalogue;
};

static void require(bool holds)
{
    if (!holds) abort();
}

/* What stands before the line `mark` (with its line breaks), or all; *rest is what follows. */
static struct span take_part(struct span *rest, struct span mark)
{
    const char *end = rest->size > 0 ? memmem(rest->data, rest->size, mark.data, mark.size) : NULL;
    struct span part = {rest->data, end != NULL ? (size_t)(end - rest->data) + 1 : rest->size};
    size_t used = end != NULL ? part.size + mark.size - 1 : part.size;
    *rest = (struct span){rest->data + used, rest->size - used};
    return part;
}

static void load(struct side *side, struct span text)
{
    static const struct span names[FILES_MAX] = {SPAN("a.yaml"), SPAN("b.yaml"), SPAN("c.yaml"), SPAN("d.yaml")};
    struct catalogue_text texts[FILES_MAX];
    struct catalogue_options options;
    size_t count = 0;
    while (text.size > 0 && count < FILES_MAX) {
        texts[count] = (struct catalogue_text){names[count], take_part(&text, SPAN("\n%%%%\n"))};
        count++;
    }
    catalogue_options_init(&options);
    options.now = INT64_C(1795305600000000);
    side->arena = arena_create((size_t)64 << 20);
    require(side->arena != NULL);
    diagnostics_init(&side->diagnostics, side->arena);
    side->catalogue = catalogue_load_texts(texts, count, &options, &side->diagnostics);
}

static void unload(struct side *side)
{
    catalogue_destroy(side->catalogue);
    diagnostics_deinit(&side->diagnostics);
    arena_destroy(side->arena);
}

/* How many changes there are, remarks about the version alone not counted: they know a direction. */
static size_t compare(const struct side *old, const struct side *new, struct arena *arena)
{
    struct diff diff;
    size_t count = 0;
    require(diff_catalogues(old->catalogue, new->catalogue, arena, &diff) && !diff.failed);
    for (size_t i = 0; i < diff.count; i++) {
        const struct change *change = &diff.items[i];
        require(change->text.size > 0 && change->contract.size > 0 && change->place.file.size > 0);
        require(change->grade <= diff_kind_row(change->kind)->grade);
        require(i == 0 || change->grade <= diff.items[i - 1].grade || diff.items[i - 1].warning || change->warning);
        count += change->warning ? 0 : 1;
    }
    require(old != new || diff.count == 0);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct side old, new;
    struct span rest = {(const char *)data, size}, first = take_part(&rest, SPAN("\n====\n"));
    struct arena *arena = arena_create((size_t)64 << 20);
    require(arena != NULL);
    load(&old, first);
    load(&new, rest);
    if (old.catalogue != NULL) require(compare(&old, &old, arena) == 0);
    if (new.catalogue != NULL) require(compare(&new, &new, arena) == 0);
    if (old.catalogue != NULL && new.catalogue != NULL)
        require((compare(&old, &new, arena) == 0) == (compare(&new, &old, arena) == 0));
    unload(&old);
    unload(&new);
    arena_destroy(arena);
    return 0;
}

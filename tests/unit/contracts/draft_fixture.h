/* draft_fixture.h - what tests of drafts share: room, the text that is drafted, and loading it. */
#ifndef HEADGATE_TESTS_DRAFT_FIXTURE_H
#define HEADGATE_TESTS_DRAFT_FIXTURE_H

#include "codecs/buffer.h"
#include "contracts/catalogue.h"

static struct arena *arena;
static struct diagnostics diagnostics;
static struct buffer text;

static inline int open_draft(void)
{
    arena = arena_create(256 << 20);
    diagnostics_init(&diagnostics, arena);
    text = BUFFER_EMPTY;
    return arena == NULL;
}

static inline int close_draft(void **state)
{
    (void)state;
    buffer_deinit(&text);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return 0;
}

/* NULL when it does not load; `use` may have NULL data. */
static inline struct catalogue *load(struct span model, struct span use)
{
    const struct catalogue_text texts[] = {{SPAN("model.yaml"), model}, {SPAN("use.yaml"), use}};
    struct catalogue_options options;
    catalogue_options_init(&options);
    return catalogue_load_texts(texts, use.data != NULL ? 2 : 1, &options, &diagnostics);
}

static inline void assert_says(const char *part)
{
    if (strstr(text.data, part) == NULL) fail_msg("the draft does not say \"%s\":\n%s", part, text.data);
}

static inline void assert_silent(const char *part)
{
    if (strstr(text.data, part) != NULL) fail_msg("the draft says \"%s\":\n%s", part, text.data);
}

#endif

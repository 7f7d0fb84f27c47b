/* corpus_contracts.h - loading the cases of tests/corpus/contracts; their table is read by tests/corpus_folders.h. */
#ifndef HEADGATE_TESTS_CORPUS_CONTRACTS_H
#define HEADGATE_TESTS_CORPUS_CONTRACTS_H

#include "contracts/catalogue.h"
#include "tests/corpus_folders.h"

#define CORPUS "tests/corpus/contracts"

struct loaded {
    struct arena *arena;
    struct diagnostics diagnostics;
    struct catalogue *catalogue;
};

/* All is ready but the catalogue; the options are the defaults, on the day of the corpus. */
static inline void loaded_begin(struct loaded *loaded, struct catalogue_options *options)
{
    catalogue_options_init(options);
    options->now = INT64_C(1795305600) * US_PER_SECOND; /* 2026-11-22 */
    loaded->arena = arena_create(64 << 20);
    assert_non_null(loaded->arena);
    diagnostics_init(&loaded->diagnostics, loaded->arena);
}

static inline void unload(struct loaded *loaded)
{
    catalogue_destroy(loaded->catalogue);
    diagnostics_deinit(&loaded->diagnostics);
    arena_destroy(loaded->arena);
}

static inline FILE *open_expected(void)
{
    FILE *stream = fopen(CORPUS "/expected.tsv", "r");
    assert_non_null(stream);
    return stream;
}

#endif

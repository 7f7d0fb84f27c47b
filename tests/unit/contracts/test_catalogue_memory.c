// link: -Wl,--wrap=malloc,--wrap=realloc,--wrap=calloc
/* The contracts of the corpus (tests/corpus/contracts, test_catalogue_corpus.c), cut short, and loaded while memory runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "codecs/buffer.h"
#include "contracts/program.h"
#include "contracts/rule.h"
#include "tests/out_of_memory.h"
#include "tests/unit/contracts/corpus_contracts.h"

/* libyaml calls these through its table of symbols, so ours stand in for its own. */
void *yaml_malloc(size_t size);
void *yaml_realloc(void *old, size_t size);
void *yaml_strdup(const char *text);

__attribute__((visibility("default"))) void *yaml_malloc(size_t size)
{
    return __wrap_malloc(size > 0 ? size : 1);
}

__attribute__((visibility("default"))) void *yaml_realloc(void *old, size_t size)
{
    return __wrap_realloc(old, size > 0 ? size : 1);
}

__attribute__((visibility("default"))) void *yaml_strdup(const char *text)
{
    return text != NULL && !memory_is_out() ? strdup(text) : NULL;
}

#ifdef HEADGATE_SANITIZED
enum { CUT_STRIDE = 499, ALLOCATION_STRIDE = 499 };
#else
enum { CUT_STRIDE = 61, ALLOCATION_STRIDE = 53 };
#endif

/* HEADGATE_CORPUS_STRIDE=1 cuts at every byte and fails every allocation. */
static size_t stride_of(size_t standard)
{
    const char *text = getenv("HEADGATE_CORPUS_STRIDE");
    return text != NULL && atoi(text) > 0 ? (size_t)atoi(text) : standard;
}

/* The two files of a case. */
struct pair {
    struct buffer model, use;
};

static void read_file(const char *folder, const char *name, struct buffer *out)
{
    char path[200];
    snprintf(path, sizeof path, CORPUS "/%s/%s.odcs.yaml", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return; /* one case has no model */
    char *room = buffer_reserve(out, 65536);
    assert_non_null(room);
    buffer_commit(out, fread(room, 1, 65536, file));
    fclose(file);
}

static void load_pair(struct loaded *loaded, struct span model, struct span use, long allocations)
{
    struct catalogue_options options;
    struct catalogue_text texts[] = {{SPAN("model.odcs.yaml"), model}, {SPAN("use.odcs.yaml"), use}};
    loaded_begin(loaded, &options);
    memory_ends_after(allocations);
    loaded->catalogue = catalogue_load_texts(texts, COUNT_OF(texts), &options, &loaded->diagnostics);
}

/* Calls `check` with each case and its number; how many failed. */
static unsigned each_pair(bool (*check)(const char *folder, const struct pair *pair, size_t number))
{
    FILE *stream = open_expected();
    struct expected_row row;
    char last[sizeof row.folder] = "";
    unsigned wrong = 0;
    for (size_t number = 0; expected_next(stream, &row);) {
        struct pair pair = {BUFFER_EMPTY, BUFFER_EMPTY};
        if (strcmp(last, row.folder) == 0) continue; /* a case of several lines */
        strcpy(last, row.folder);
        read_file(row.folder, "model", &pair.model);
        read_file(row.folder, "use", &pair.use);
        wrong += check(row.folder, &pair, number++) ? 0 : 1;
        buffer_deinit(&pair.model);
        buffer_deinit(&pair.use);
    }
    fclose(stream);
    return wrong;
}

static bool ends_in_words(const char *folder, const char *victim, struct span model, struct span use)
{
    struct loaded loaded;
    load_pair(&loaded, model, use, MEMORY_NEVER_ENDS);
    bool fine = !loaded.diagnostics.failed && (loaded.catalogue != NULL || loaded.diagnostics.errors > 0);
    if (!fine) print_error("%s: the %s cut at %zu/%zu bytes is refused without a word\n", folder, victim, model.size, use.size);
    unload(&loaded);
    return fine;
}

/* Cases begin at another byte each, so that over the corpus what they share is cut everywhere. */
static bool cut(const char *folder, const struct pair *pair, size_t number)
{
    size_t stride = stride_of(CUT_STRIDE);
    struct span model = buffer_span(&pair->model), use = buffer_span(&pair->use);
    bool fine = true;
    for (size_t size = number % stride; size < model.size && fine; size += stride)
        fine = ends_in_words(folder, "model", (struct span){model.data, size}, use);
    for (size_t size = number % stride; size < use.size && fine; size += stride)
        fine = ends_in_words(folder, "use", model, (struct span){use.data, size});
    return fine;
}

/* A cut contract may load by accident, but never crashes, and says why when it does not. */
static void survives_truncation(void **state)
{
    (void)state;
    assert_int_equal(each_pair(cut), 0);
}

/* With one allocation and all later ones failing: no catalogue, and memory is what is said to be missing, not a fault of the
 * contract. */
static bool starve(const char *folder, const struct pair *pair, size_t number)
{
    size_t stride = stride_of(ALLOCATION_STRIDE);
    bool fine = true, done = false;
    struct loaded loaded;
    load_pair(&loaded, buffer_span(&pair->model), buffer_span(&pair->use), MEMORY_NEVER_ENDS);
    bool loads = loaded.catalogue != NULL; /* without the further files that some cases have */
    unload(&loaded);
    for (long n = (long)(number % stride); !done && fine; n += (long)stride) {
        load_pair(&loaded, buffer_span(&pair->model), buffer_span(&pair->use), n);
        done = memory_returns();
        fine = done ? (loaded.catalogue != NULL) == loads : loaded.catalogue == NULL && loaded.diagnostics.failed;
        if (!fine) print_error("%s: wrong after %ld allocations\n", folder, n);
        unload(&loaded);
        assert_true(n < 100000);
    }
    return fine;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    json_set_alloc_funcs(__wrap_malloc, free);
    assert_int_equal(each_pair(starve), 0);
    json_set_alloc_funcs(malloc, free);
}

static bool compiles_or_says_why(const char *folder, const struct pair *pair, size_t number)
{
    const uint8_t root[32] = {1};
    struct keyring *keyring = keyring_create_fixed(root);
    struct loaded loaded;
    bool fine = true, done = false;
    load_pair(&loaded, buffer_span(&pair->model), buffer_span(&pair->use), MEMORY_NEVER_ENDS);
    for (long n = 0; loaded.catalogue != NULL && !done && fine; n++) {
        memory_ends_after(n);
        struct program *program = program_compile(loaded.catalogue, keyring, NULL, &loaded.diagnostics);
        done = memory_returns();
        fine = done ? program != NULL : program == NULL && loaded.diagnostics.failed;
        if (!fine) print_error("%s: wrong after %ld allocations of the program\n", folder, n);
        loaded.diagnostics.failed = false;
        program_destroy(program);
    }
    unload(&loaded);
    keyring_destroy(keyring);
    return fine && number < 1000;
}

static void survives_failing_allocations_of_the_program(void **state)
{
    (void)state;
    assert_int_equal(each_pair(compiles_or_says_why), 0);
}

/* A folder of files: reading them takes memory of its own. */
static void survives_failing_allocations_of_a_folder(void **state)
{
    (void)state;
    bool done = false;
    for (long n = 0; !done; n++) {
        struct loaded loaded = {0};
        struct catalogue_options options;
        catalogue_options_init(&options);
        loaded.arena = arena_create(64 << 20);
        diagnostics_init(&loaded.diagnostics, loaded.arena);
        memory_ends_after(n);
        loaded.catalogue = catalogue_load("contracts/examples/logistics", &options, &loaded.diagnostics);
        done = memory_returns();
        assert_int_equal(loaded.catalogue != NULL, done);
        assert_int_equal(loaded.diagnostics.failed, !done);
        unload(&loaded);
        assert_true(n < 100000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_truncation),
        cmocka_unit_test(survives_every_failing_allocation),
        cmocka_unit_test(survives_failing_allocations_of_the_program),
        cmocka_unit_test(survives_failing_allocations_of_a_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* headgate.c - the public library's loading half: contracts and keys in, a catalogue or its problems out. */
#include "contracts/headgate_catalogue.h"
#include "contracts/headgate_house.h"

#include "contracts/rule.h"
#include "contracts/secret_file.h"

#include <stdlib.h>
#include <time.h>

enum { EVENT_LIMIT = 256 * 1024, RESULT_MEMORY = 16 * 1024 * 1024, PROBLEMS_MEMORY = 64 * 1024 * 1024 };

_Static_assert((int)HEADGATE_NOTE == (int)SEVERITY_INFO && (int)HEADGATE_WARNING == (int)SEVERITY_WARNING &&
                   (int)HEADGATE_ERROR == (int)SEVERITY_ERROR,
               "severities are handed out as they are");

struct headgate_problems {
    struct arena *arena; /* of all texts, and of this struct */
    struct headgate_problem *items;
    size_t count;
};

/* What one headgate_load() holds on its way. */
struct loading {
    const struct headgate_options *options;
    struct arena *arena; /* of the problems */
    struct diagnostics diagnostics;
    struct keyring *keyring;
    const char *key_error; /* of the key file; NULL = fine */
    unsigned key_line;
    struct headgate_catalogue *made;
};

const char *headgate_version(void)
{
    return HEADGATE_VERSION;
}

const char *headgate_status_text(enum headgate_status status)
{
    static const char *const texts[] = {
        [HEADGATE_OK] = "fine",
        [HEADGATE_BAD_ARGUMENT] = "an argument is missing or not taken",
        [HEADGATE_BAD_CONTRACTS] = "the contracts or the key file cannot be used",
        [HEADGATE_UNKNOWN_EVENT] = "no contract declares this event type",
        [HEADGATE_BAD_JSON] = "the event is not JSON, or nested too deeply",
        [HEADGATE_TOO_LARGE] = "the event is too large",
        [HEADGATE_NO_MEMORY] = "out of memory",
    };
    return (size_t)status < COUNT_OF(texts) ? texts[status] : "no such status";
}

int64_t headgate_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

/* ---------------------------------------------------------------- loading */

/* False only when memory or randomness is out; a file that cannot be used sets key_error. */
static bool load_keys(struct loading *loading)
{
    struct buffer text = BUFFER_EMPTY;
    if (loading->options->keys == NULL) {
        if (loading->options->passing_keys) loading->keyring = keyring_create_passing();
        return loading->keyring != NULL || !loading->options->passing_keys;
    }
    loading->key_error = secret_file_read(loading->options->keys, SECRET_PRIVATE, &text);
    if (loading->key_error == NULL) loading->keyring = keyring_parse(buffer_span(&text), &loading->key_error, &loading->key_line);
    secret_wipe(&text);
    buffer_deinit(&text);
    return true;
}

static bool list_uses(struct headgate_catalogue *made)
{
    const struct catalogue *catalogue = made->catalogue;
    made->uses = calloc(catalogue->use_count + 1, sizeof *made->uses);
    if (made->uses == NULL) return false;
    for (size_t i = 0; i < catalogue->use_count; i++) {
        const struct use *use = catalogue->uses[i];
        made->uses[i] = (struct headgate_use){
            .id = headgate_bytes_of(use->id),
            .name = headgate_bytes_of(use->name),
            .version = headgate_bytes_of(use->version),
            .event = headgate_bytes_of(use->model->event),
            .topic = headgate_bytes_of(use->topic),
            .late_topic = headgate_bytes_of(use->late_topic),
            .schema = headgate_bytes_of(use->schema),
            .schema_id = use->schema_id,
        };
    }
    return true;
}

static enum headgate_status compile(struct loading *loading, const char *dir)
{
    struct headgate_catalogue *made = loading->made;
    struct catalogue_options options;
    catalogue_options_init(&options);
    enum headgate_status status = headgate_house_read(loading->options, loading->arena, &options);
    if (status != HEADGATE_OK) return status;
    options.strict = loading->options->strict;
    options.now = loading->options->now != 0 ? loading->options->now : headgate_clock();
    made->event_limit = loading->options->event_limit != 0 ? loading->options->event_limit : EVENT_LIMIT;
    made->memory = loading->options->memory != 0 ? loading->options->memory : RESULT_MEMORY;
    if (!load_keys(loading)) return HEADGATE_NO_MEMORY;
    made->catalogue = catalogue_load(dir, &options, &loading->diagnostics);
    if (made->catalogue != NULL && loading->key_error == NULL)
        made->program = program_compile(made->catalogue, loading->keyring, NULL, &loading->diagnostics);
    if (loading->diagnostics.failed) return HEADGATE_NO_MEMORY;
    if (made->program == NULL)
        return loading->key_error != NULL || loading->diagnostics.errors > 0 ? HEADGATE_BAD_CONTRACTS : HEADGATE_NO_MEMORY;
    return list_uses(made) ? HEADGATE_OK : HEADGATE_NO_MEMORY;
}

/* ---------------------------------------------------------------- problems */

static struct headgate_problem problem_of(const struct diagnostic *item)
{
    struct span remedy = item->remedy.data != NULL ? item->remedy : span_of(item->rule->remedy);
    return (struct headgate_problem){
        .severity = (enum headgate_severity)item->severity,
        .file = headgate_bytes_of(item->place.file),
        .line = item->place.line,
        .column = item->place.column,
        .rule = item->rule->name,
        .path = headgate_bytes_of(item->path),
        .detail = headgate_bytes_of(item->detail),
        .remedy = headgate_bytes_of(remedy),
    };
}

/* Tells of the key file what diagnostics tell of a contract. */
static bool add_key_problem(struct loading *loading)
{
    struct place place = {span_of(loading->options->keys), loading->key_line, 0};
    if (loading->key_error == NULL) return true;
    diagnostics_add(&loading->diagnostics, "file", place, SPAN(""), "%s", loading->key_error);
    diagnostics_advise(&loading->diagnostics, "Mend the key file, or have `headgate keys new` make one.");
    return !loading->diagnostics.failed;
}

/* Takes the arena over; NULL when memory is out. */
static struct headgate_problems *take_problems(struct loading *loading)
{
    struct diagnostics *diagnostics = &loading->diagnostics;
    if (!add_key_problem(loading)) return NULL;
    diagnostics_sort(diagnostics);
    struct headgate_problems *problems = arena_alloc(loading->arena, sizeof *problems);
    if (problems == NULL) return NULL;
    problems->items = arena_calloc(loading->arena, diagnostics->count + 1, sizeof *problems->items);
    if (problems->items == NULL) return NULL;
    problems->count = diagnostics->count;
    for (size_t i = 0; i < problems->count; i++) problems->items[i] = problem_of(&diagnostics->items[i]);
    problems->arena = loading->arena;
    loading->arena = NULL;
    return problems;
}

size_t headgate_problem_count(const struct headgate_problems *problems)
{
    return problems != NULL ? problems->count : 0;
}

const struct headgate_problem *headgate_problem_at(const struct headgate_problems *problems, size_t index)
{
    return index < headgate_problem_count(problems) ? &problems->items[index] : NULL;
}

void headgate_problems_destroy(struct headgate_problems *problems)
{
    if (problems != NULL) arena_destroy(problems->arena);
}

/* ---------------------------------------------------------------- the catalogue */

enum headgate_status headgate_load(const char *dir, const struct headgate_options *options, struct headgate_catalogue **catalogue,
                                   struct headgate_problems **problems)
{
    static const struct headgate_options defaults;
    if (catalogue != NULL) *catalogue = NULL;
    if (problems != NULL) *problems = NULL;
    if (dir == NULL || catalogue == NULL) return HEADGATE_BAD_ARGUMENT;
    struct loading loading = {.options = options != NULL ? options : &defaults, .arena = arena_create(PROBLEMS_MEMORY)};
    loading.made = calloc(1, sizeof *loading.made);
    diagnostics_init(&loading.diagnostics, loading.arena);
    enum headgate_status status = loading.arena != NULL && loading.made != NULL ? compile(&loading, dir) : HEADGATE_NO_MEMORY;
    if (problems != NULL && (status == HEADGATE_OK || status == HEADGATE_BAD_CONTRACTS)) {
        *problems = take_problems(&loading);
        if (*problems == NULL) status = HEADGATE_NO_MEMORY;
    }
    if (status == HEADGATE_OK)
        *catalogue = loading.made;
    else
        headgate_catalogue_destroy(loading.made);
    keyring_destroy(loading.keyring);
    diagnostics_deinit(&loading.diagnostics);
    if (loading.arena != NULL) arena_destroy(loading.arena);
    return status;
}

void headgate_catalogue_destroy(struct headgate_catalogue *catalogue)
{
    if (catalogue == NULL) return;
    program_destroy(catalogue->program);
    catalogue_destroy(catalogue->catalogue);
    free(catalogue->uses);
    free(catalogue);
}

size_t headgate_use_count(const struct headgate_catalogue *catalogue)
{
    return catalogue != NULL ? catalogue->catalogue->use_count : 0;
}

const struct headgate_use *headgate_use_at(const struct headgate_catalogue *catalogue, size_t index)
{
    return index < headgate_use_count(catalogue) ? &catalogue->uses[index] : NULL;
}

#include "gateway/loader.h"

#include "contracts/approvals.h"
#include "contracts/secret_file.h"
#include "gateway/clock.h"
#include "gateway/log.h"

#include <stdlib.h>
#include <unistd.h>

enum { DIAGNOSTICS_MEMORY = 64 * 1024 * 1024 };

/* One line of the log's kind: place, rule, what is wrong; what to do. */
static void print_diagnostic(const struct diagnostic *diagnostic, struct buffer *out)
{
    const struct place *place = &diagnostic->place;
    buffer_append_span(out, place->file);
    if (place->line > 0) buffer_printf(out, ":%u:%u", place->line, place->column);
    buffer_printf(out, ": %s: %.*s", diagnostic->rule->name, SPAN_ARGS(diagnostic->detail));
    if (diagnostic->path.size > 0) buffer_printf(out, " [%.*s]", SPAN_ARGS(diagnostic->path));
    struct span remedy = diagnostic->remedy.data != NULL ? diagnostic->remedy : span_of(diagnostic->rule->remedy);
    buffer_printf(out, ". %.*s\n", SPAN_ARGS(remedy));
}

static void tell(const struct config *config, struct diagnostics *diagnostics, struct buffer *problems)
{
    int64_t warnings = 0;
    diagnostics_sort(diagnostics);
    for (size_t i = 0; i < diagnostics->count; i++) {
        warnings += diagnostics->items[i].severity == SEVERITY_WARNING;
        if (diagnostics->items[i].severity == SEVERITY_ERROR) print_diagnostic(&diagnostics->items[i], problems);
    }
    if (warnings > 0)
        log_line(LOG_WARNING, "contract_warnings", log_int("count", warnings), log_text("see", "headgate check"),
                 log_text("contracts", config->contracts));
    if (diagnostics->failed) buffer_append_text(problems, "out of memory while the contracts were loaded\n");
}

/* ---------------------------------------------------------------- parts */

/* The keys; false with a line in `problems`. Without a file there is no keyring, but under --embedded a passing one. */
static bool load_keys(const struct config *config, struct keyring **keyring, struct buffer *problems)
{
    const char *error = NULL;
    unsigned line = 0;
    struct buffer text = BUFFER_EMPTY;
    *keyring = NULL;
    if (config->keys == NULL) {
        if (config->embedded) *keyring = keyring_create_passing();
        return true;
    }
    error = secret_file_read(config->keys, SECRET_PRIVATE, &text);
    if (error == NULL) *keyring = keyring_parse(buffer_span(&text), &error, &line);
    secret_wipe(&text);
    buffer_deinit(&text);
    if (*keyring != NULL) return true;
    buffer_append_text(problems, config->keys);
    if (line > 0) buffer_printf(problems, ":%u", line);
    bool there = access(config->keys, F_OK) == 0;
    buffer_printf(problems, ": %s%s\n", error, there ? "" : "; `headgate keys new FILE` makes a key file");
    return false;
}

static void tell_config(struct config_errors *errors, struct buffer *problems)
{
    for (size_t i = 0; i < errors->count; i++) {
        config_error_print(&errors->items[i], problems);
        buffer_append_char(problems, '\n');
    }
    config_errors_deinit(errors);
}

static struct senders *load_senders(const struct config *config, struct buffer *problems)
{
    struct config_errors errors = {0};
    struct senders *senders =
        config->senders == NULL ? senders_anonymous(config->embedded) : senders_load(config->senders, &errors);
    tell_config(&errors, problems);
    if (senders != NULL) senders_settle(senders, config->undeclared_events);
    if (senders == NULL && config->senders != NULL && access(config->senders, F_OK) != 0)
        buffer_printf(problems, "`headgate senders new NAME --senders %s` makes the senders file\n", config->senders);
    return senders;
}

/* Whoever reads the log must know that events are answered as taken that go nowhere. */
static void tell_observed(const struct senders *senders)
{
    int64_t count = 0;
    for (size_t i = 0; i < senders->count; i++) count += senders->items[i].undeclared == UNDECLARED_OBSERVE;
    if (count > 0)
        log_line(LOG_INFO, "observing", log_int("senders", count),
                 log_text("meaning", "their undeclared events are answered 202 and not stored; see /observed"));
}

/* The first use that cannot be served without keys; NULL where there is none. */
static const struct use *needs_keys(const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->use_count; i++)
        if (catalogue->uses[i]->needs_key) return catalogue->uses[i];
    return NULL;
}

static void note_keys(struct edition *edition, const struct config *config, const struct keyring *keyring)
{
    edition->keys_passing = keyring != NULL && config->keys == NULL;
    struct span fingerprint = keyring == NULL ? (struct span){NULL, 0} : keyring_fingerprint(keyring);
    if (edition->keys_passing) fingerprint = SPAN("passing");
    if (fingerprint.size >= sizeof edition->key_fingerprint) fingerprint.size = sizeof edition->key_fingerprint - 1;
    if (fingerprint.size > 0) memcpy(edition->key_fingerprint, fingerprint.data, fingerprint.size);
}

/* A promise that nobody watches is told where it is made. */
static void tell_unwatched(const struct config *config, const struct catalogue *catalogue)
{
    if (config->dedupe_window > 0) return;
    for (size_t i = 0; i < catalogue->model_count; i++) {
        const struct model *model = catalogue->models[i];
        if (model->primary_key_count != 1 || !model->primary_key[0]->unique) continue;
        log_line(LOG_WARNING, "unique_unwatched", log_span("model", model->name),
                 log_text("meaning", "its primary key is declared unique, and dedupe.window is off"));
    }
}

static struct catalogue *load_catalogue(const struct config *config, const struct keyring *keyring,
                                        struct diagnostics *diagnostics, struct buffer *problems)
{
    struct catalogue_options options;
    config_catalogue_options(config, clock_wall(), &options);
    struct catalogue *catalogue = catalogue_load(config->contracts, &options, diagnostics);
    if (catalogue != NULL && config->approvals == APPROVALS_REQUIRED) {
        approvals_require(config->contracts, catalogue, diagnostics);
        if (diagnostics->errors > 0 || diagnostics->failed) {
            catalogue_destroy(catalogue);
            return NULL;
        }
    }
    bool told = config->keys != NULL; /* a key file that cannot be used has its own line */
    const struct use *keyed = catalogue != NULL && keyring == NULL && !told ? needs_keys(catalogue) : NULL;
    if (keyed == NULL) return catalogue;
    buffer_printf(problems,
                  "keys: the use %.*s hashes or encrypts a field, or hides the event's id, and no key file is configured: "
                  "`headgate keys new FILE` makes one, `keys: FILE` or --keys names it\n",
                  SPAN_ARGS(keyed->name));
    catalogue_destroy(catalogue);
    return NULL;
}

struct edition *loader_load(const struct config *config, struct topics *topics, struct buffer *problems)
{
    struct edition *edition = NULL;
    struct keyring *keyring = NULL;
    struct diagnostics diagnostics;
    struct arena *arena = arena_create(DIAGNOSTICS_MEMORY);
    if (arena == NULL) return NULL;
    diagnostics_init(&diagnostics, arena);
    bool keys = load_keys(config, &keyring, problems);
    struct senders *senders = load_senders(config, problems);
    struct catalogue *catalogue = load_catalogue(config, keyring, &diagnostics, problems);
    if (keys && senders != NULL && catalogue != NULL) {
        edition = edition_create(catalogue, keyring, senders, config, &diagnostics);
    } else {
        senders_destroy(senders);
        catalogue_destroy(catalogue);
    }
    tell(config, &diagnostics, problems);
    if (edition != NULL) {
        tell_unwatched(config, edition->catalogue);
        edition->loaded = clock_wall();
        note_keys(edition, config, keyring);
        tell_observed(edition->senders);
        if (!topics_bind(topics, edition->catalogue, edition->catalogue->arena, &edition->topics)) {
            buffer_append_text(problems, "out of memory while the topics were derived\n");
            edition_unref(edition);
            edition = NULL;
        }
    }
    keyring_destroy(keyring);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return edition;
}

/* ---------------------------------------------------------------- while it runs */

static bool may_take(const struct config *running, const struct config *fresh, struct buffer *problems)
{
    const char *fixed = config_unreloadable(running, fresh);
    if (fixed != NULL)
        buffer_printf(problems, "%s has another value than this process was started with: put it back, or restart\n", fixed);
    else if (fresh->senders == NULL && !listen_is_loopback(&fresh->ingest))
        buffer_append_text(problems, "senders: without a senders file only loopback is served\n");
    else
        return true;
    return false;
}

struct edition *loader_reload(const struct config *running, const struct config_input *input, struct topics *topics,
                              struct buffer *problems)
{
    struct config_errors errors = {0};
    struct config *fresh = config_load(input, &errors);
    tell_config(&errors, problems);
    if (fresh == NULL) return NULL;
    struct edition *edition = may_take(running, fresh, problems) ? loader_load(fresh, topics, problems) : NULL;
    if (edition == NULL) {
        config_destroy(fresh);
        return NULL;
    }
    edition->config = fresh;
    log_set_level((enum log_level)fresh->log_level);
    return edition;
}

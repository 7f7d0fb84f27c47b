#include "gateway/banner.h"

#include "gateway/log.h"
#include "gateway/terminal.h"

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

enum { SAMPLE_MAX = 4096, WALK_FDS = 8 };

/* ---------------------------------------------------------------- the sample event */

/* nftw() passes no argument: the search is process-wide for its moment, on the main thread before anything serves. One walk for
 * all models: a folder of thousands would be walked thousands of times. */
static struct {
    const struct catalogue *catalogue;
    const struct model *model; /* the first of the catalogue that has a sample */
    char text[SAMPLE_MAX];     /* its sample */
} search;

static bool read_sample(const char *path, char text[SAMPLE_MAX])
{
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    size_t size = fread(text, 1, SAMPLE_MAX - 1, file);
    fclose(file);
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == ' ')) size--;
    text[size] = '\0';
    return size > 0 && memchr(text, '\'', size) == NULL; /* it will stand between single quotes */
}

/* EVENT.event.json */
static int match_file(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    static const char ending[] = ".event.json";
    char text[SAMPLE_MAX];
    struct span event = span_of(path + walk->base);
    (void)status;
    if (type != FTW_F || event.size < sizeof ending || strcmp(event.data + event.size - (sizeof ending - 1), ending) != 0)
        return 0;
    event.size -= sizeof ending - 1;
    const struct model *model = catalogue_model(search.catalogue, event);
    bool earlier = model != NULL && (search.model == NULL || model->index < search.model->index);
    if (!earlier || !read_sample(path, text)) return 0;
    search.model = model;
    strcpy(search.text, text);
    return 0;
}

/* The sample as a shell word; its @now@ is left to date(1). */
static void append_sample(struct buffer *out, const char *text)
{
    static const char mark[] = "@now@";
    const char *at;
    while ((at = strstr(text, mark)) != NULL) {
        buffer_append(out, text, (size_t)(at - text));
        buffer_append_text(out, "'\"$(date -u +%FT%TZ)\"'");
        text = at + sizeof mark - 1;
    }
    buffer_append_text(out, text);
}

/* ---------------------------------------------------------------- what to try */

/* A style takes no line break: the text of a contract could hold one. */
static void print_line(struct buffer *out, bool colour, enum terminal_style style, const char *line)
{
    terminal_style(out, colour, style, span_of(line));
    buffer_append_char(out, '\n');
}

/* The first model that has a sample, or else the first; NULL where there is none. */
static const struct model *model_to_try(const struct catalogue *catalogue, const char *dir)
{
    search.catalogue = catalogue;
    search.model = NULL;
    search.text[0] = '\0';
    (void)nftw(dir, match_file, WALK_FDS, FTW_PHYS);
    if (search.model != NULL) return search.model;
    return catalogue->model_count > 0 ? catalogue->models[0] : NULL;
}

static bool encrypts(const struct field *field)
{
    if (field->handling.kind == HANDLE_ENCRYPT) return true;
    if (field->items != NULL && encrypts(field->items)) return true;
    for (size_t i = 0; i < field->child_count; i++)
        if (encrypts(field->children[i])) return true;
    return false;
}

/* Whether a shell takes it as one word as it stands. */
static bool is_word(struct span text)
{
    static const char safe[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_./:@%+-";
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\0' || strchr(safe, text.data[i]) == NULL) return false;
    return text.size > 0 && text.data[0] != '-';
}

/* How somebody reads the encrypted fields of the model's first use that has any; with passing keys nobody could. */
static void print_reading(struct buffer *out, bool colour, const struct config *config, const struct model *model,
                          const char *bootstrap, const struct bound_listeners *bound)
{
    const struct use *use = NULL;
    for (size_t i = 0; i < model->use_count && use == NULL; i++)
        if (model->uses[i]->topic.data != NULL && encrypts(model->uses[i]->root)) use = model->uses[i];
    if (use == NULL || config->keys == NULL || !is_word(span_of(config->keys)) || !is_word(span_of(config->contracts)) ||
        !is_word(use->id))
        return;
    print_line(out, colour, STYLE_PLAIN, "");
    print_line(out, colour, STYLE_BOLD, "Read what a use encrypts, with the key of that use alone:");
    buffer_printf(out, "  build/headgate keys export %s --use %.*s --contracts %s --out reader.keys\n", config->keys,
                  SPAN_ARGS(use->id), config->contracts);
    buffer_printf(out, "  build/headgate tail --kafka %s --registry http://%s --keys reader.keys %.*s\n", bootstrap,
                  bound->schemas, SPAN_ARGS(use->topic));
}

static void print_try(struct buffer *out, bool colour, const struct config *config, const struct edition *edition,
                      const char *bootstrap, const struct bound_listeners *bound)
{
    const struct model *model = model_to_try(edition->catalogue, config->contracts);
    if (model == NULL) return;
    print_line(out, colour, STYLE_PLAIN, "");
    print_line(out, colour, STYLE_BOLD, "Send an event (in another terminal):");
    buffer_printf(out, "  curl -i http://%s/v1/events/%.*s -H 'Content-Type: application/json' -d '", bound->ingest,
                  SPAN_ARGS(model->event));
    append_sample(out, search.text[0] != '\0' ? search.text : "{}");
    buffer_append_text(out, "'\n");
    print_line(out, colour, STYLE_PLAIN, "");
    print_line(out, colour, STYLE_BOLD, "See what each use got:");
    buffer_printf(out, "  build/headgate tail --kafka %s --registry http://%s", bootstrap, bound->schemas);
    for (size_t i = 0; i < model->use_count; i++)
        if (model->uses[i]->topic.data != NULL) buffer_printf(out, " %.*s", SPAN_ARGS(model->uses[i]->topic));
    buffer_append_text(out, "\n");
    print_reading(out, colour, config, model, bootstrap, bound);
}

static void print_embedded(const struct config *config, const struct edition *edition, const char *bootstrap,
                           const struct bound_listeners *bound)
{
    static const char *const notice[] = {
        "",
        "The embedded Kafka is for trying: it lives in this process and in memory, keeps at most 5 MiB a partition and",
        "forgets all at the end. It proves nothing about durability, duplicates or retention, and Java clients and the",
        "Admin API cannot talk to it. For anything real: --kafka BOOTSTRAP.",
    };
    struct buffer out = BUFFER_EMPTY;
    bool colour = terminal_has_colour(stdout);
    terminal_style(&out, colour, STYLE_BOLD, SPAN("headgate " HEADGATE_VERSION));
    size_t models = edition->catalogue->model_count, uses = edition->catalogue->use_count;
    buffer_printf(&out, " serves %zu model%s and %zu use%s of %s\n", models, models == 1 ? "" : "s", uses, uses == 1 ? "" : "s",
                  config->contracts);
    buffer_printf(&out, "  events   http://%s/v1/events/{event}\n  admin    http://%s/readyz  /metrics  /catalogue\n",
                  bound->ingest, bound->admin);
    buffer_printf(&out, "  schemas  http://%s/subjects\n  kafka    %s (embedded)\n", bound->schemas, bootstrap);
    for (size_t i = 0; i < COUNT_OF(notice); i++) print_line(&out, colour, STYLE_YELLOW, notice[i]);
    if (config->keys == NULL) print_line(&out, colour, STYLE_YELLOW, "Keys are made up for this run.");
    print_try(&out, colour, config, edition, bootstrap, bound);
    buffer_append_text(&out, "\nCtrl-C stops it.\n");
    if (!terminal_flush(stdout, &out)) log_plain(LOG_WARNING, "banner_not_written");
    buffer_deinit(&out);
}

void banner_print(const struct config *config, const struct edition *edition, const char *embedded_bootstrap,
                  const struct bound_listeners *bound)
{
    log_line(LOG_INFO, "serving", log_text("ingest", bound->ingest), log_text("admin", bound->admin),
             log_text("schemas", bound->schemas), log_int("workers", config->workers),
             log_span("catalogue", edition->catalogue->version), log_int("models", (int64_t)edition->catalogue->model_count),
             log_int("uses", (int64_t)edition->catalogue->use_count), log_text("keys", edition->key_fingerprint));
    if (embedded_bootstrap != NULL) print_embedded(config, edition, embedded_bootstrap, bound);
}

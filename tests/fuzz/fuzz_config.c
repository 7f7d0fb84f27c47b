/* fuzz_config.c - the texts that operators write: configuration and senders files.
 *
 * Properties: no input crashes; what is refused says why; what is taken prints as a text that is taken again and prints the
 * same; an edit of a senders file that succeeds leaves one that can be read. */
#include "gateway/config_print.h"
#include "gateway/config_sources.h"
#include "gateway/senders_edit.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth) abort();
}

/* A text as the whole configuration: through the environment's YAML values it would need a file per run. */
static struct config *load(struct span text, struct config_errors *errors)
{
    static const char *const none[] = {NULL};
    struct config_input input = {NULL, none, none};
    struct config *config = config_load(&input, errors);
    require(config != NULL);
    struct config_reader reader = {.config = config, .arena = config->arena, .errors = errors, .environment = none};
    if (config_read_text(&reader, "fuzz.yaml", text)) return config;
    config_destroy(config);
    return NULL;
}

/* Masked secrets cannot come back, references in values were resolved, and YAML folds what JSON writes raw above ASCII. */
static bool is_plain(struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((text.data[i] < ' ' && text.data[i] != '\n') || text.data[i] > '~') return false;
    return memmem(text.data, text.size, "********", 8) == NULL && memmem(text.data, text.size, "${", 2) == NULL;
}

static void fuzz_config(struct span text)
{
    struct config_errors errors, again_errors = {NULL, NULL, 0, 0};
    struct config *config = load(text, &errors);
    require((config == NULL) == (errors.count > 0));
    if (config != NULL) {
        struct buffer shown = BUFFER_EMPTY, json = BUFFER_EMPTY;
        config_show(config, &shown);
        config_show_json(config, &json);
        if (is_plain(buffer_span(&shown))) {
            struct config *again = load(buffer_span(&shown), &again_errors);
            require(again != NULL && config_unreloadable(config, again) == NULL);
            config_destroy(again);
        }
        buffer_deinit(&shown);
        buffer_deinit(&json);
    }
    config_destroy(config);
    config_errors_deinit(&errors);
    config_errors_deinit(&again_errors);
}

static void require_readable(const struct buffer *text)
{
    struct config_errors errors;
    struct senders *senders = senders_parse(buffer_span(text), "fuzz.yaml", &errors);
    require(senders != NULL);
    senders_destroy(senders);
    config_errors_deinit(&errors);
}

static void fuzz_edits(struct span text, const struct senders *senders)
{
    static const struct sender_secret secret = {"", "0000000000aa",
                                                "cd372fb85148700fa88095e3492d3f9f5beb43e555e5ff26d95f5a6adc36f8e6"};
    const struct sender sender = {.name = SPAN("urn:acme:app:new"), .all_events = true, .undeclared = UNDECLARED_OBSERVE};
    struct buffer out = BUFFER_EMPTY;
    if (senders_edit_add(text, &sender, &secret, SPAN("2026-11-22T13:44:13Z"), &out) == NULL) require_readable(&out);
    buffer_clear(&out);
    if (senders->count > 0 && senders_edit_revoke(text, senders->items[0].name, &out) == NULL) require_readable(&out);
    buffer_clear(&out);
    if (senders->entry_count > 0 && senders_edit_revoke(text, senders->entries[0].key->prefix, &out) == NULL)
        require_readable(&out);
    buffer_deinit(&out);
}

static void fuzz_senders(struct span text)
{
    struct config_errors errors;
    struct senders *senders = senders_parse(text, "fuzz.yaml", &errors);
    require((senders == NULL) == (errors.count > 0));
    if (senders != NULL) fuzz_edits(text, senders);
    senders_destroy(senders);
    config_errors_deinit(&errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 65536) return 0;
    struct span text = {size > 0 ? (const char *)data : "", size};
    fuzz_config(text);
    fuzz_senders(text);
    return 0;
}

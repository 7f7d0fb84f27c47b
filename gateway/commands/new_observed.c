/* new_observed.c - `headgate new model --from-observed TYPE`: the page of an observed type, from a gateway or a file. */
#include "contracts/event_name.h"
#include "contracts/secret_file.h"
#include "gateway/commands/fetch.h"
#include "gateway/commands/new_part.h"

/* Where the gateway's operators are answered: --admin, else what the configuration says; a listener on all addresses is asked on
 * this machine. False with *code. */
static bool choose_address(const struct new_observed *source, struct buffer *url, int *code)
{
    struct config_errors errors;
    if (source->admin != NULL) {
        buffer_printf(url, "http://%s", source->admin);
        return true;
    }
    struct config *config = command_config(source->config, &errors);
    if (config == NULL) {
        *code = command_config_errors(&errors);
    } else {
        const char *host = config->admin.host;
        if (strcmp(host, "0.0.0.0") == 0) host = "127.0.0.1";
        if (strcmp(host, "::") == 0) host = "::1";
        buffer_printf(url, strchr(host, ':') != NULL ? "http://[%s]:%u" : "http://%s:%u", host, config->admin.port);
    }
    bool fine = config != NULL;
    config_destroy(config);
    config_errors_deinit(&errors);
    return fine;
}

static bool ask(const struct command *command, const struct new_observed *source, struct buffer *page, int *code)
{
    char problem[FETCH_PROBLEM];
    struct buffer url = BUFFER_EMPTY;
    struct fetcher *fetcher = fetcher_create();
    long status = 0;
    bool known = choose_address(source, &url, code);
    buffer_printf(&url, "/observed/%s", source->type);
    buffer_append_char(&url, '\0');
    if (known && fetcher != NULL && buffer_ok(&url)) {
        status = fetch(fetcher, url.data, page, problem);
        if (status == 404)
            *code =
                command_could_not(command, "%s: fewer than 100 events of this type were observed, or it is declared", url.data);
        else if (status == 0)
            *code = command_could_not(command, "%s: %s", url.data, problem);
        else if (status != 200)
            *code = command_could_not(command, "%s answered %ld", url.data, status);
    } else if (known) {
        *code = command_could_not(command, "out of memory");
    }
    fetcher_destroy(fetcher);
    buffer_deinit(&url);
    return status == 200;
}

static bool read_file(const struct command *command, const char *file, struct buffer *page, int *code)
{
    const char *error = secret_file_read(file, SECRET_ANY, page);
    if (error != NULL) *code = command_could_not(command, "%s: %s", file, error);
    return error == NULL;
}

bool new_observed(const struct command *command, const struct new_observed *source, struct draft_model *model,
                  struct arena *arena, int *code)
{
    struct buffer page = BUFFER_EMPTY;
    struct infer_fault fault;
    if (!event_name_fits(span_of(source->type))) {
        *code = command_usage_error(command, "--from-observed: '%s' is no event type", source->type);
        return false;
    }
    bool read = source->file != NULL ? read_file(command, source->file, &page, code) : ask(command, source, &page, code);
    bool fine = read && infer_observed(buffer_span(&page), model, arena, &fault);
    const char *what = source->file != NULL ? source->file : source->type;
    if (read && !fine) *code = command_usage_error(command, "%s: %s", what, fault.message);
    if (fine && !span_is(model->event, source->type)) {
        *code = command_usage_error(command, "%s is the page of '%.*s'", what, SPAN_ARGS(model->event));
        fine = false;
    }
    buffer_deinit(&page);
    return fine;
}

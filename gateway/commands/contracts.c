#include "gateway/commands/contracts.h"

#include "contracts/rule.h"
#include "gateway/clock.h"
#include "gateway/nearest.h"
#include "gateway/terminal.h"

#include <stdlib.h>

#define ARENA_MAX ((size_t)1 << 30)

static const char *const severity_words[] = {"note", "warning", "error"};
static const enum terminal_style severity_styles[] = {STYLE_DIM, STYLE_YELLOW, STYLE_RED};

bool contracts_open(struct contracts *contracts, const struct command *command, const char *file, const char *dir, bool strict,
                    int *code)
{
    struct config_errors errors = {0};
    *contracts = (struct contracts){0};
    contracts->arena = arena_create(ARENA_MAX);
    errors.arena = contracts->arena;
    *code = EXIT_COULD_NOT;
    if (contracts->arena == NULL) {
        *code = command_could_not(command, "out of memory");
        return false;
    }
    contracts->config = command_config(file, &errors);
    if (contracts->config == NULL) {
        *code = command_config_errors(&errors);
        free(errors.items);
        return false;
    }
    free(errors.items);
    struct catalogue_options options;
    config_catalogue_options(contracts->config, clock_wall(), &options);
    options.strict = strict;
    contracts->dir = dir != NULL ? dir : contracts->config->contracts;
    diagnostics_init(&contracts->diagnostics, contracts->arena);
    contracts->catalogue = catalogue_load(contracts->dir, &options, &contracts->diagnostics);
    if (!contracts->diagnostics.failed) return true;
    *code = command_could_not(command, "out of memory while reading %s", contracts->dir);
    return false;
}

void contracts_close(struct contracts *contracts)
{
    catalogue_destroy(contracts->catalogue);
    diagnostics_deinit(&contracts->diagnostics);
    config_destroy(contracts->config);
    arena_destroy(contracts->arena);
    *contracts = (struct contracts){0};
}

size_t contracts_count(const struct contracts *contracts, enum severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < contracts->diagnostics.count; i++)
        count += contracts->diagnostics.items[i].severity == severity ? 1 : 0;
    return count;
}

static struct span remedy_of(const struct diagnostic *item)
{
    return item->remedy.data != NULL ? item->remedy : span_of(item->rule->remedy);
}

static void report_plain(const struct diagnostic *item, struct buffer *out)
{
    terminal_text(out, item->place.file);
    if (item->place.line > 0) buffer_printf(out, ":%u:%u", item->place.line, item->place.column);
    buffer_printf(out, ": %s: %s: ", severity_words[item->severity], item->rule->name);
    terminal_text(out, item->detail);
    if (item->path.size > 0) {
        buffer_append_text(out, " [");
        terminal_text(out, item->path);
        buffer_append_char(out, ']');
    }
    if (item->severity > SEVERITY_INFO) {
        buffer_append_text(out, "\n    ");
        terminal_text(out, remedy_of(item));
    }
    buffer_append_char(out, '\n');
}

static void report_coloured(const struct diagnostic *item, bool new_file, struct buffer *out)
{
    char place[32];
    int size = snprintf(place, sizeof place, "%u:%u", item->place.line, item->place.column);
    if (new_file) {
        if (out->size > 0) buffer_append_char(out, '\n');
        terminal_style(out, true, STYLE_BOLD, item->place.file);
        buffer_append_char(out, '\n');
    }
    buffer_append_text(out, "  ");
    terminal_style(out, true, STYLE_DIM, (struct span){place, (size_t)size});
    buffer_printf(out, "%*s  ", size < 8 ? 8 - size : 0, "");
    terminal_style(out, true, severity_styles[item->severity], span_of(severity_words[item->severity]));
    buffer_printf(out, "%*s  ", (int)(7 - strlen(severity_words[item->severity])), "");
    terminal_style(out, true, STYLE_CYAN, span_of(item->rule->name));
    buffer_append_text(out, "  ");
    terminal_text(out, item->detail);
    if (item->path.size > 0) {
        buffer_append_text(out, "  ");
        terminal_style(out, true, STYLE_DIM, item->path);
    }
    buffer_append_char(out, '\n');
    if (item->severity == SEVERITY_INFO) return;
    buffer_printf(out, "%21s", "");
    terminal_text(out, remedy_of(item));
    buffer_append_char(out, '\n');
}

void contracts_report(const struct contracts *contracts, bool colour, struct buffer *out)
{
    struct span file = {NULL, 0};
    for (size_t i = 0; i < contracts->diagnostics.count; i++) {
        const struct diagnostic *item = &contracts->diagnostics.items[i];
        if (colour)
            report_coloured(item, file.data == NULL || !span_equal(file, item->place.file), out);
        else
            report_plain(item, out);
        file = item->place.file;
    }
}

int contracts_refuse(const struct contracts *contracts)
{
    struct buffer out = BUFFER_EMPTY;
    contracts_report(contracts, terminal_has_colour(stderr), &out);
    bool written = terminal_flush(stderr, &out);
    buffer_deinit(&out);
    return written ? EXIT_FOUND : EXIT_COULD_NOT;
}

/* ---------------------------------------------------------------- did you mean */

static struct span nearest_contract(const struct contracts *contracts, enum contracts_kind kind, struct span wanted)
{
    const struct catalogue *catalogue = contracts->catalogue;
    struct nearest best = NEAREST_NONE;
    for (size_t i = 0; (kind & CONTRACTS_MODEL) != 0 && i < catalogue->model_count; i++) {
        const struct model *model = catalogue->models[i];
        nearest_consider(&best, wanted, model->event);
        nearest_consider(&best, wanted, model->name);
        nearest_consider(&best, wanted, model->id);
    }
    for (size_t i = 0; (kind & CONTRACTS_USE) != 0 && i < catalogue->use_count; i++) {
        nearest_consider(&best, wanted, catalogue->uses[i]->name);
        nearest_consider(&best, wanted, catalogue->uses[i]->id);
    }
    return best.name;
}

void contracts_unknown(const struct contracts *contracts, const struct command *command, enum contracts_kind kind,
                       const char *name)
{
    static const struct {
        const char *word, *named_by;
    } kinds[] = {
        [CONTRACTS_MODEL] = {"event model", "name its event, its name or its id"},
        [CONTRACTS_USE] = {"use", "name its id or its name"},
        [CONTRACTS_ANY] = {"contract", "name its id, its name or its event"},
    };
    struct span nearest = nearest_contract(contracts, kind, span_of(name));
    if (nearest.data != NULL)
        command_complain(command, "there is no %s '%s' in %s; did you mean '%.*s'?", kinds[kind].word, name, contracts->dir,
                         SPAN_ARGS(nearest));
    else
        command_complain(command, "there is no %s '%s' in %s: %s", kinds[kind].word, name, contracts->dir, kinds[kind].named_by);
}

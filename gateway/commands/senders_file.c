/* senders_file.c - `headgate senders`: who may send. A key is shown once, when it is made; the file holds its hash. */
#include "codecs/format.h"
#include "codecs/json_writer.h"
#include "codecs/timestamp.h"
#include "contracts/secret_file.h"
#include "contracts/whole_file.h"
#include "gateway/clock.h"
#include "gateway/commands/commands.h"
#include "gateway/senders_edit.h"
#include "gateway/terminal.h"

#include <unistd.h>

struct options {
    const char *config, *senders, *events, *kind, *origins, *undeclared;
    bool receipts, json;
};

/* The file: --senders, else what the configuration says, else ./senders.yaml. NULL with *code. */
static const char *choose_file(const struct options *options, struct arena *arena, int *code)
{
    if (options->senders != NULL) return options->senders;
    struct config_errors errors;
    struct config *config = command_config(options->config, &errors);
    const char *file = NULL;
    if (config == NULL)
        *code = command_config_errors(&errors);
    else
        file = arena_copy(arena, span_of(config->senders != NULL ? config->senders : "./senders.yaml")).data;
    config_destroy(config);
    config_errors_deinit(&errors);
    return file;
}

/* a,b,c into spans. */
static const struct span *split(struct arena *arena, const char *text, size_t *count)
{
    struct span rest = span_of(text);
    struct span *items = arena_calloc(arena, rest.size + 1, sizeof *items);
    *count = 0;
    while (items != NULL && rest.size > 0) {
        const char *comma = memchr(rest.data, ',', rest.size);
        size_t size = comma != NULL ? (size_t)(comma - rest.data) : rest.size;
        if (size > 0) items[(*count)++] = (struct span){rest.data, size};
        rest = (struct span){rest.data + size + (comma != NULL), rest.size - size - (comma != NULL)};
    }
    return items;
}

static bool read_undeclared(const char *word, struct sender *sender)
{
    sender->undeclared = UNDECLARED_UNSTATED;
    if (word == NULL) return true;
    for (int i = 0; i < UNDECLARED_UNSTATED && sender->undeclared == UNDECLARED_UNSTATED; i++)
        if (strcmp(word, undeclared_events_word((enum undeclared_events)i)) == 0) sender->undeclared = (enum undeclared_events)i;
    return sender->undeclared != UNDECLARED_UNSTATED;
}

static bool describe(const struct options *options, const char *name, struct arena *arena, struct sender *sender)
{
    *sender = (struct sender){.name = span_of(name), .receipts = options->receipts};
    sender->all_events = options->events == NULL || strcmp(options->events, "all") == 0;
    if (!sender->all_events) sender->events = split(arena, options->events, &sender->event_count);
    if (options->origins != NULL) sender->origins = split(arena, options->origins, &sender->origin_count);
    if (options->kind == NULL) return true;
    for (int i = 0; i < SENDER_KINDS; i++) {
        if (strcmp(options->kind, sender_kind_word((enum sender_kind)i)) != 0) continue;
        sender->kind = (enum sender_kind)i;
        return true;
    }
    return false;
}

static int print_key(const struct options *options, const char *file, const char *name, const struct sender_secret *secret)
{
    struct buffer out = BUFFER_EMPTY;
    if (options->json) {
        struct json_writer writer;
        json_writer_init(&writer, &out, 2);
        json_object_begin(&writer);
        json_member_text(&writer, "name", span_of(name));
        json_member_text(&writer, "prefix", span_of(secret->prefix));
        json_member_text(&writer, "key", span_of(secret->key));
        json_member_text(&writer, "file", span_of(file));
        json_object_end(&writer);
    } else {
        fprintf(stderr, "%s may send with this key, which is shown only now (header: Authorization: Bearer KEY):\n", name);
        buffer_append_text(&out, secret->key);
    }
    buffer_append_char(&out, '\n');
    return command_print(&out, EXIT_FINE);
}

static int add(const struct options *options, const char *file, const char *name, struct arena *arena)
{
    struct sender sender;
    struct sender_secret secret;
    char created[TIMESTAMP_TEXT_MAX];
    if (!format_uri(span_of(name)))
        return command_usage_error(&command_senders, "'%s' is not a URI; a sender is named like urn:acme:app:checkout", name);
    if (!describe(options, name, arena, &sender))
        return command_usage_error(&command_senders, "--kind is server, app or browser");
    if (!read_undeclared(options->undeclared, &sender))
        return command_usage_error(&command_senders, "--undeclared-events is refuse or observe");
    if (!sender_secret_new(&secret)) return command_could_not(&command_senders, "the system has no random numbers");
    size_t size = timestamp_format(clock_wall(), 0, true, created);
    struct buffer text = BUFFER_EMPTY, edited = BUFFER_EMPTY;
    const char *error = access(file, F_OK) == 0 ? secret_file_read(file, SECRET_READABLE, &text) : NULL;
    if (error == NULL) error = senders_edit_add(buffer_span(&text), &sender, &secret, (struct span){created, size}, &edited);
    if (error == NULL) error = whole_file_write(file, buffer_span(&edited), WHOLE_SECRET);
    buffer_deinit(&text);
    buffer_deinit(&edited);
    int code =
        error == NULL ? print_key(options, file, name, &secret) : command_could_not(&command_senders, "%s: %s", file, error);
    explicit_bzero(&secret, sizeof secret);
    return code;
}

static int drop(const char *file, const char *what)
{
    struct buffer text = BUFFER_EMPTY, edited = BUFFER_EMPTY;
    const char *error = secret_file_read(file, SECRET_READABLE, &text);
    if (error == NULL) error = senders_edit_revoke(buffer_span(&text), span_of(what), &edited);
    if (error == NULL) error = whole_file_write(file, buffer_span(&edited), WHOLE_SECRET);
    buffer_deinit(&text);
    buffer_deinit(&edited);
    if (error != NULL) return command_could_not(&command_senders, "%s: %s", file, error);
    printf("%s is revoked; running gateways take it with their next reload.\n", what);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- ls */

static void json_list(struct json_writer *writer, const char *name, const struct span *items, size_t count)
{
    json_name(writer, name);
    json_array_begin(writer);
    for (size_t i = 0; i < count; i++) json_text(writer, items[i]);
    json_array_end(writer);
}

static void sender_json(struct json_writer *writer, const struct sender *sender)
{
    json_object_begin(writer);
    json_member_text(writer, "name", sender->name);
    json_member_text(writer, "kind", span_of(sender_kind_word(sender->kind)));
    if (sender->all_events)
        json_member_text(writer, "events", SPAN("all"));
    else
        json_list(writer, "events", sender->events, sender->event_count);
    json_member_bool(writer, "receipts", sender->receipts);
    json_member_text(writer, "undeclared_events", span_of(undeclared_events_word(sender->undeclared)));
    json_list(writer, "origins", sender->origins, sender->origin_count);
    json_name(writer, "keys");
    json_array_begin(writer);
    for (size_t i = 0; i < sender->key_count; i++) {
        json_object_begin(writer);
        json_member_text(writer, "prefix", sender->keys[i].prefix);
        json_member_text(writer, "created", sender->keys[i].created);
        json_object_end(writer);
    }
    json_array_end(writer);
    json_object_end(writer);
}

static void cell_list(struct table *table, struct arena *arena, const struct span *items, size_t count)
{
    struct span text = SPAN("");
    for (size_t i = 0; i < count && text.data != NULL; i++)
        text = arena_printf(arena, "%.*s%s%.*s", SPAN_ARGS(text), i > 0 ? " " : "", SPAN_ARGS(items[i]));
    table_cell(table, text);
}

static void sender_row(struct table *table, struct arena *arena, const struct sender *sender)
{
    struct span keys[16];
    size_t count = 0;
    for (; count < sender->key_count && count < COUNT_OF(keys); count++) keys[count] = sender->keys[count].prefix;
    table_row(table);
    table_cell(table, sender->name);
    table_cell(table, span_of(sender_kind_word(sender->kind)));
    if (sender->all_events)
        table_cell(table, SPAN("all"));
    else
        cell_list(table, arena, sender->events, sender->event_count);
    table_cell(table, sender->receipts ? SPAN("yes") : SPAN("no"));
    const char *undeclared = undeclared_events_word(sender->undeclared);
    table_cell(table, undeclared != NULL ? span_of(undeclared) : SPAN("-"));
    cell_list(table, arena, keys, count);
}

static int print_senders(const struct senders *senders, bool json, struct arena *arena)
{
    static const char *const names[] = {"NAME", "KIND", "EVENTS", "RECEIPTS", "UNDECLARED", "KEYS"};
    struct buffer out = BUFFER_EMPTY;
    bool fine = true;
    if (json) {
        struct json_writer writer;
        json_writer_init(&writer, &out, 2);
        json_array_begin(&writer);
        for (size_t i = 0; i < senders->count; i++) sender_json(&writer, &senders->items[i]);
        json_array_end(&writer);
        buffer_append_char(&out, '\n');
    } else {
        struct table *table = table_create(arena, names, COUNT_OF(names));
        for (size_t i = 0; table != NULL && i < senders->count; i++) sender_row(table, arena, &senders->items[i]);
        fine = table != NULL && table_print(table, terminal_has_colour(stdout), &out);
    }
    return command_print(&out, fine ? EXIT_FINE : EXIT_COULD_NOT);
}

static int list(const char *file, bool json, struct arena *arena)
{
    struct config_errors errors;
    struct senders *senders = senders_load(file, &errors);
    int code;
    if (senders != NULL)
        code = print_senders(senders, json, arena);
    else
        code = command_config_errors(&errors) == EXIT_USAGE ? EXIT_FOUND : EXIT_COULD_NOT;
    senders_destroy(senders);
    config_errors_deinit(&errors);
    return code;
}

static int act(const struct options *options, int count, char **argv, struct arena *arena)
{
    struct span action = span_of(count > 0 ? argv[1] : "");
    bool is_list = span_is(action, "ls"), is_new = span_is(action, "new"), is_revoke = span_is(action, "revoke");
    if (!is_list && !is_new && !is_revoke) return command_usage_error(&command_senders, "new, ls or revoke is expected");
    if (count != (is_list ? 1 : 2))
        return command_usage_error(&command_senders, is_list ? "ls takes no name" : "a name is expected");
    int code = EXIT_COULD_NOT;
    const char *file = choose_file(options, arena, &code);
    if (file == NULL) return code;
    if (is_new) return add(options, file, argv[2], arena);
    return is_revoke ? drop(file, argv[2]) : list(file, options->json, arena);
}

static int run(int argc, char **argv)
{
    struct options options = {0};
    const struct flag flags[] = {
        {"senders", FLAG_TEXT, "FILE", "the senders file (HEADGATE_SENDERS, ./senders.yaml)", NULL, &options.senders},
        {"config", FLAG_TEXT, "FILE", "the configuration that names it", NULL, &options.config},
        {"events", FLAG_TEXT, "LIST", "with new: event types it may send, a,b (all)", NULL, &options.events},
        {"kind", FLAG_TEXT, "KIND", "with new: server, app or browser (server)", NULL, &options.kind},
        {"origins", FLAG_TEXT, "LIST", "with new: origins of a browser's pages, for CORS", NULL, &options.origins},
        {"receipts", FLAG_SWITCH, NULL, "with new: replies may carry receipts", &options.receipts, NULL},
        {"undeclared-events", FLAG_TEXT, "WORD", "with new: refuse, or observe: take none of them, count their shape", NULL,
         &options.undeclared},
        {"json", FLAG_SWITCH, NULL, "as JSON", &options.json, NULL},
    };
    int positionals, code;
    if (!command_flags(&command_senders, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    struct arena *arena = arena_create(16 * 1024 * 1024);
    if (arena == NULL) return command_could_not(&command_senders, "out of memory");
    code = act(&options, positionals, argv, arena);
    arena_destroy(arena);
    return code;
}

const struct command command_senders = {
    .name = "senders",
    .summary = "Make, list and revoke senders and their keys",
    .usage = "senders new NAME | ls | revoke NAME|PREFIX [--senders FILE] [--events LIST] [--kind KIND] [--origins LIST] "
             "[--receipts] [--undeclared-events observe] [--json]",
    .details = "new     adds a sender (a URI: it becomes ce_source), or one more key to a sender that is there, and prints the\n"
               "        key once; the file holds only its hash\n"
               "ls      lists the senders and the prefixes of their keys\n"
               "revoke  drops a sender by its name, or one key by its prefix",
    .run = run,
};

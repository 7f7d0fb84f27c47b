/* keys.c - `headgate keys`: the file behind keyed handling and ce_id. The secrets themselves are never printed. */
#include "codecs/json_writer.h"
#include "codecs/timestamp.h"
#include "contracts/keyring.h"
#include "contracts/secret_file.h"
#include "gateway/clock.h"
#include "gateway/commands/commands.h"
#include "gateway/terminal.h"

static int new_file(const char *path)
{
    struct buffer text = BUFFER_EMPTY;
    const char *error = keyring_new_text(clock_wall(), &text) ? secret_file_write(path, buffer_span(&text), false)
                                                              : "the system has no random numbers";
    secret_wipe(&text);
    buffer_deinit(&text);
    if (error != NULL) return command_could_not(&command_keys, "%s: %s", path, error);
    struct buffer out = BUFFER_EMPTY;
    buffer_printf(&out,
                  "%s: a new key file, mode 0600.\n"
                  "Keep a copy where the contracts are not: who has it can compute every pseudonym, and without it none can be\n"
                  "computed again. Serve it with --keys %s.\n",
                  path, path);
    return command_print(&out, EXIT_FINE);
}

/* The keyring of a file; NULL when it said what is wrong, with *code. */
static struct keyring *open_file(const char *path, int *code)
{
    struct buffer text = BUFFER_EMPTY;
    struct keyring *keyring = NULL;
    const char *error = secret_file_read(path, SECRET_PRIVATE, &text);
    if (error != NULL) {
        *code = command_could_not(&command_keys, "%s: %s", path, error);
    } else {
        unsigned line = 0;
        keyring = keyring_parse(buffer_span(&text), &error, &line);
        if (keyring == NULL) {
            fprintf(stderr, "%s:%u: %s\n", path, line, error);
            *code = EXIT_FOUND;
        }
    }
    secret_wipe(&text);
    buffer_deinit(&text);
    return keyring;
}

static int rotate_file(const char *path, bool new_pseudonyms)
{
    int code = EXIT_FINE;
    struct keyring *keyring = open_file(path, &code);
    if (keyring == NULL) return code;
    struct buffer text = BUFFER_EMPTY;
    const char *error = keyring_rotate_text(keyring, clock_wall(), new_pseudonyms, &text)
                            ? secret_file_write(path, buffer_span(&text), true)
                            : "the system has no random numbers";
    secret_wipe(&text);
    buffer_deinit(&text);
    keyring_destroy(keyring);
    if (error != NULL) return command_could_not(&command_keys, "%s: %s", path, error);
    struct buffer out = BUFFER_EMPTY;
    buffer_printf(&out, "%s: %s. Running gateways take it with their next reload.\n", path,
                  new_pseudonyms ? "new encryption keys and new pseudonyms: records are partitioned anew, joins with older "
                                   "records and recognition of resends end"
                                 : "new encryption keys; pseudonyms stay");
    return command_print(&out, EXIT_FINE);
}

static void row_time(const struct key_row *row, char *text, size_t *size)
{
    *size = timestamp_format(row->created, 0, true, text);
}

static void rows_json(const struct keyring *keyring, struct buffer *out)
{
    const struct key_row *rows;
    size_t count = keyring_rows(keyring, &rows), size;
    char time[TIMESTAMP_TEXT_MAX];
    struct json_writer writer;
    json_writer_init(&writer, out, 2);
    json_object_begin(&writer);
    json_member_text(&writer, "fingerprint", keyring_fingerprint(keyring));
    json_name(&writer, "keys");
    json_array_begin(&writer);
    for (size_t i = 0; i < count; i++) {
        row_time(&rows[i], time, &size);
        json_object_begin(&writer);
        json_member_text(&writer, "id", rows[i].id);
        json_member_text(&writer, "purpose", span_of(rows[i].purpose));
        json_member_text(&writer, "created", (struct span){time, size});
        json_object_end(&writer);
    }
    json_array_end(&writer);
    json_object_end(&writer);
    buffer_append_char(out, '\n');
}

static bool rows_table(const struct keyring *keyring, struct buffer *out)
{
    static const char *const names[] = {"ID", "PURPOSE", "CREATED"};
    const struct key_row *rows;
    size_t count = keyring_rows(keyring, &rows), size;
    char time[TIMESTAMP_TEXT_MAX];
    struct arena *arena = arena_create(1024 * 1024);
    struct table *table = arena != NULL ? table_create(arena, names, COUNT_OF(names)) : NULL;
    for (size_t i = 0; table != NULL && i < count; i++) {
        row_time(&rows[i], time, &size);
        table_row(table);
        table_cell(table, rows[i].id);
        table_cell(table, span_of(rows[i].purpose));
        table_cell(table, (struct span){time, size});
    }
    bool fine = table != NULL && table_print(table, terminal_has_colour(stdout), out);
    buffer_printf(out, "fingerprint %.*s\n", SPAN_ARGS(keyring_fingerprint(keyring)));
    arena_destroy(arena);
    return fine;
}

static int list_file(const char *path, bool json)
{
    int code = EXIT_FINE;
    struct keyring *keyring = open_file(path, &code);
    if (keyring == NULL) return code;
    struct buffer out = BUFFER_EMPTY;
    bool fine = true;
    if (json)
        rows_json(keyring, &out);
    else
        fine = rows_table(keyring, &out);
    keyring_destroy(keyring);
    return command_print(&out, fine ? EXIT_FINE : EXIT_COULD_NOT);
}

static int run(int argc, char **argv)
{
    bool json = false, new_pseudonyms = false;
    const struct flag flags[] = {
        {"json", FLAG_SWITCH, NULL, "as JSON (ls)", &json, NULL},
        {"new-pseudonyms", FLAG_SWITCH, NULL, "with rotate: renew the pseudonyms' root too", &new_pseudonyms, NULL},
    };
    int positionals, code;
    if (!command_flags(&command_keys, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals != 2) return command_usage_error(&command_keys, "what to do and a file are expected");
    struct span action = span_of(argv[1]);
    if (new_pseudonyms && !span_is(action, "rotate"))
        return command_usage_error(&command_keys, "--new-pseudonyms belongs to rotate");
    if (span_is(action, "new")) return new_file(argv[2]);
    if (span_is(action, "rotate")) return rotate_file(argv[2], new_pseudonyms);
    if (span_is(action, "ls")) return list_file(argv[2], json);
    return command_usage_error(&command_keys, "'%s' is none of new, rotate and ls", argv[1]);
}

const struct command command_keys = {
    .name = "keys",
    .summary = "Make, renew and list the key file for keyed handling",
    .usage = "keys new|rotate|ls FILE [--json] [--new-pseudonyms]",
    .details =
        "new     writes a fresh key file with mode 0600; an existing file is left alone\n"
        "rotate  puts fresh encryption keys in front of the old ones. With --new-pseudonyms the root of hashes and of ce_id\n"
        "        is renewed too: that partitions records anew, breaks joins and the recognition of resends\n"
        "ls      lists the keys without their secrets",
    .run = run,
};

/* keys.c - `headgate keys`: the file behind keyed handling and ce_id, and a reader's part of it. Secrets are never printed. */
#include "codecs/json_writer.h"
#include "codecs/timestamp.h"
#include "contracts/keyring.h"
#include "contracts/secret_file.h"
#include "contracts/whole_file.h"
#include "gateway/clock.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/commands/keys_use.h"
#include "gateway/terminal.h"

static int new_file(const char *path)
{
    struct buffer text = BUFFER_EMPTY;
    const char *error = keyring_new_text(clock_wall(), &text) ? whole_file_write(path, buffer_span(&text), WHOLE_NEW_SECRET)
                                                              : "the system has no random numbers";
    secret_wipe(&text);
    buffer_deinit(&text);
    if (error != NULL) return command_could_not(&command_keys, "%s: %s", path, error);
    struct buffer out = BUFFER_EMPTY;
    buffer_printf(&out,
                  "%s: a new key file, mode 0600.\n"
                  "Keep a copy where the contracts are not: who has it can compute every pseudonym and read every encrypted\n"
                  "field, and without it nobody can. Serve it with --keys %s.\n",
                  path, path);
    return command_print(&out, EXIT_FINE);
}

/* The keyring of a file, of a reader's too where `any`; NULL when it said what is wrong, with *code. */
static struct keyring *open_file(const char *path, bool any, int *code)
{
    struct buffer text = BUFFER_EMPTY;
    struct keyring *keyring = NULL;
    const char *unreadable = secret_file_read(path, SECRET_PRIVATE, &text);
    if (unreadable != NULL) {
        *code = command_could_not(&command_keys, "%s: %s", path, unreadable);
    } else {
        const char *error = NULL;
        unsigned line = 0;
        struct span bytes = buffer_span(&text);
        keyring = any ? keyring_parse_any(bytes, &error, &line) : keyring_parse(bytes, &error, &line);
        if (keyring == NULL) {
            fprintf(stderr, "%s:%u: %s\n", path, line, error);
            *code = EXIT_FOUND;
        }
    }
    secret_wipe(&text);
    buffer_deinit(&text);
    return keyring;
}

/* The key that a rotation leaves out, since the list is full. */
static void tell_dropped(const struct keyring *keyring, struct buffer *out)
{
    const struct key_row *rows;
    size_t count = keyring_rows(keyring, &rows);
    if (count > KEYRING_ENCRYPTION_MAX)
        buffer_printf(out,
                      "The oldest key, %.*s, was left out: what it encrypted can only be read with a copy of the old file.\n",
                      SPAN_ARGS(rows[count - 1].id));
}

static int rotate_file(const char *path, bool new_pseudonyms)
{
    int code = EXIT_FINE;
    struct keyring *keyring = open_file(path, false, &code);
    if (keyring == NULL) return code;
    struct buffer text = BUFFER_EMPTY, dropped = BUFFER_EMPTY;
    tell_dropped(keyring, &dropped);
    const char *error = keyring_rotate_text(keyring, clock_wall(), new_pseudonyms, &text)
                            ? whole_file_write(path, buffer_span(&text), WHOLE_SECRET)
                            : "the system has no random numbers";
    secret_wipe(&text);
    buffer_deinit(&text);
    keyring_destroy(keyring);
    if (error != NULL) {
        buffer_deinit(&dropped);
        return command_could_not(&command_keys, "%s: %s", path, error);
    }
    struct buffer out = BUFFER_EMPTY;
    buffer_printf(&out, "%s: %s. Running gateways take it with their next reload; readers need a new `keys export`.\n", path,
                  new_pseudonyms ? "a new encryption key and new pseudonyms: records are partitioned anew, joins with older "
                                   "records and recognition of resends end"
                                 : "a new encryption key; pseudonyms stay");
    buffer_append_span(&out, buffer_span(&dropped));
    buffer_deinit(&dropped);
    return command_print(&out, EXIT_FINE);
}

struct export_options {
    bool unchecked;
    const char *use, *reader, *contracts, *config;
};

static int export_file(const char *path, struct span use, const char *reader)
{
    int code = EXIT_FINE;
    struct keyring *keyring = open_file(path, false, &code);
    if (keyring == NULL) return code;
    struct buffer text = BUFFER_EMPTY;
    const struct key_row *rows;
    bool encrypts = keyring_rows(keyring, &rows) > 1;
    const char *error = !encrypts ? "the key file has no encryption key: rotate makes one"
                        : !keyring_reader_text(keyring, use, &text)
                            ? "out of memory"
                            : whole_file_write(reader, buffer_span(&text), WHOLE_NEW_SECRET);
    secret_wipe(&text);
    buffer_deinit(&text);
    keyring_destroy(keyring);
    if (error != NULL) return command_could_not(&command_keys, "%s: %s", encrypts ? reader : path, error);
    struct buffer out = BUFFER_EMPTY;
    buffer_printf(&out,
                  "%s: the encryption keys of %.*s alone, mode 0600.\n"
                  "Whoever has it can read that use's encrypted fields (`headgate tail --keys`), make no pseudonym, and read no\n"
                  "other use. It does not know keys made later: export anew after `keys rotate`.\n",
                  reader, SPAN_ARGS(use));
    return command_print(&out, EXIT_FINE);
}

/* An id that no contract has makes keys that open nothing: better told now than by the reader. */
static int export_known(const char *path, const struct contracts *contracts, const struct export_options *options)
{
    if (contracts->catalogue == NULL) {
        int code = contracts_refuse(contracts);
        fprintf(stderr, "Where the contracts are not at hand, --unchecked takes the id as it is written.\n");
        return code;
    }
    struct span error = {NULL, 0};
    struct span use = keys_use_find(contracts->catalogue, span_of(options->use), contracts->arena, &error);
    if (use.data != NULL) return export_file(path, use, options->reader);
    if (error.data == NULL) error = SPAN("out of memory");
    return command_usage_error(&command_keys, "%.*s", SPAN_ARGS(error));
}

static int export_checked(const char *path, const struct export_options *options)
{
    struct contracts contracts;
    int code;
    if (options->unchecked) return export_file(path, span_of(options->use), options->reader);
    if (contracts_open(&contracts, &command_keys, options->config, options->contracts, false, &code))
        code = export_known(path, &contracts, options);
    contracts_close(&contracts);
    return code;
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
    if (keyring_reader_of(keyring).data != NULL) json_member_text(&writer, "use", keyring_reader_of(keyring));
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
    if (keyring_reader_of(keyring).data != NULL)
        buffer_printf(out, "a reader's file for %.*s\n", SPAN_ARGS(keyring_reader_of(keyring)));
    arena_destroy(arena);
    return fine;
}

static int list_file(const char *path, bool json)
{
    int code = EXIT_FINE;
    struct keyring *keyring = open_file(path, true, &code);
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

/* Whether the flags of an export are there when it is one, and only then. */
static bool fits_export(const struct export_options *options, bool export, int *code)
{
    bool more = options->contracts != NULL || options->config != NULL || options->unchecked;
    bool any = options->use != NULL || options->reader != NULL || more;
    *code = EXIT_FINE;
    if (!export && any)
        *code = command_usage_error(&command_keys, "--use, --out, --contracts, --config and --unchecked belong to export");
    else if (export && (options->use == NULL || options->reader == NULL))
        *code = command_usage_error(&command_keys, "export takes --use CONTRACT_ID and --out READER_FILE");
    else if (export && *options->use == '\0')
        *code = command_usage_error(&command_keys, "--use is the id of a use's contract");
    return *code == EXIT_FINE;
}

static int run(int argc, char **argv)
{
    bool json = false, new_pseudonyms = false;
    struct export_options options = {0};
    const struct flag flags[] = {
        {"json", FLAG_SWITCH, NULL, "as JSON (ls)", &json, NULL},
        {"new-pseudonyms", FLAG_SWITCH, NULL, "with rotate: renew the pseudonyms' root too", &new_pseudonyms, NULL},
        {"use", FLAG_TEXT, "CONTRACT_ID", "with export: the use that may be read", NULL, &options.use},
        {"out", FLAG_TEXT, "READER_FILE", "with export: the file to write", NULL, &options.reader},
        {"contracts", FLAG_TEXT, "DIR", "with export: folder with the contracts, which must know the use", NULL,
         &options.contracts},
        {"config", FLAG_TEXT, "FILE", "with export: configuration, which names that folder", NULL, &options.config},
        {"unchecked", FLAG_SWITCH, NULL, "with export: take the id as it is written, whatever the contracts say",
         &options.unchecked, NULL},
    };
    int positionals, code;
    if (!command_flags(&command_keys, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals != 2) return command_usage_error(&command_keys, "what to do and a file are expected");
    struct span action = span_of(argv[1]);
    bool export = span_is(action, "export");
    if (new_pseudonyms && !span_is(action, "rotate"))
        return command_usage_error(&command_keys, "--new-pseudonyms belongs to rotate");
    if (!fits_export(&options, export, &code)) return code;
    if (export) return export_checked(argv[2], &options);
    if (span_is(action, "new")) return new_file(argv[2]);
    if (span_is(action, "rotate")) return rotate_file(argv[2], new_pseudonyms);
    if (span_is(action, "ls")) return list_file(argv[2], json);
    return command_usage_error(&command_keys, "'%s' is none of new, rotate, export and ls", argv[1]);
}

const struct command command_keys = {
    .name = "keys",
    .summary = "Make, renew, share and list the key file for keyed handling",
    .usage = "keys new|rotate|ls FILE [--json] [--new-pseudonyms]\n"
             "       headgate keys export FILE --use CONTRACT_ID --out READER_FILE [--contracts DIR | --unchecked]",
    .details =
        "new     writes a fresh key file with mode 0600; an existing file is left alone\n"
        "rotate  puts a fresh encryption key in front of the old ones: it encrypts, the old ones still decrypt. With\n"
        "        --new-pseudonyms the root of hashes and of ce_id is renewed too: that partitions records anew, breaks joins\n"
        "        and the recognition of resends\n"
        "export  writes a reader's file: the encryption keys of one use and nothing else, for `headgate tail --keys`.\n"
        "        The contracts must know the use; --unchecked is for a place that has none\n"
        "ls      lists the keys without their secrets",
    .run = run,
};

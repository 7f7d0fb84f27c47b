/* lock.c - `headgate lock`: pins the ids and texts of all schemas in schemas.lock, beside the contracts. */
#include "contracts/lock.h"
#include "contracts/whole_file.h"

#include "codecs/json_writer.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"

#include <stdio.h>
#include <stdlib.h>

enum { MEMORY = 256 << 20, PATH_TEXT = 4096 };

static const char *change_word(enum lock_change_kind kind)
{
    static const char *const words[] = {
        [LOCK_NEW_SUBJECT] = "new", [LOCK_NEW_VERSION] = "new version", [LOCK_NEW_TEXT] = "new wording"};
    return words[kind];
}

static void list_changes(const struct lock_change *changes, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%-11s  %.*s version %u, id %u, of %.*s@%.*s\n", change_word(changes[i].kind),
                      SPAN_ARGS(changes[i].subject), changes[i].version, changes[i].id, SPAN_ARGS(changes[i].use->id),
                      SPAN_ARGS(changes[i].use->version));
}

static void write_json(const char *path, const struct lock_change *changes, size_t count, bool written, struct buffer *out)
{
    struct json_writer json;
    json_writer_init(&json, out, 2);
    json_object_begin(&json);
    json_member_text(&json, "file", span_of(path));
    json_member_bool(&json, "up_to_date", count == 0 || written);
    json_member_bool(&json, "written", written);
    json_name(&json, "changes");
    json_array_begin(&json);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&json);
        json_member_text(&json, "change", span_of(change_word(changes[i].kind)));
        json_member_text(&json, "subject", changes[i].subject);
        json_member_int(&json, "version", changes[i].version);
        json_member_int(&json, "id", changes[i].id);
        json_member_text(&json, "contract", changes[i].use->id);
        json_member_text(&json, "contract_version", changes[i].use->version);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    buffer_append_char(out, '\n');
}

/* ---------------------------------------------------------------- the command */

struct lock_options {
    bool check, json;
};

static void report(const char *path, const struct lock_change *changes, size_t count, const struct lock_options *options,
                   struct buffer *out)
{
    const char *state = count == 0 ? "is up to date" : options->check ? "is not up to date: run `headgate lock`" : "written";
    if (options->json) {
        write_json(path, changes, count, !options->check && count > 0, out);
        return;
    }
    list_changes(changes, count, out);
    buffer_printf(out, "%s %s\n", path, state);
}

static int finish(const char *path, struct span text, const struct lock_change *changes, size_t count,
                  const struct lock_options *options)
{
    struct buffer out = BUFFER_EMPTY;
    const char *reason = options->check ? NULL : whole_file_write(path, text, WHOLE_SHARED);
    if (reason != NULL) return command_could_not(&command_lock, "%s: %s", path, reason);
    report(path, changes, count, options, &out);
    return command_print(&out, options->check && count > 0 ? EXIT_FOUND : EXIT_FINE);
}

static int lock(const struct catalogue *catalogue, const char *dir, const struct lock_options *options)
{
    char path[PATH_TEXT];
    struct lock_change *changes;
    size_t count;
    struct buffer text = BUFFER_EMPTY;
    struct arena *arena = arena_create(MEMORY);
    int code;
    if (snprintf(path, sizeof path, "%s/" LOCK_FILE, dir) >= (int)sizeof path) {
        code = command_usage_error(&command_lock, "the name of the folder is too long");
    } else if (arena == NULL || !lock_text(catalogue, arena, &text, &changes, &count)) {
        code = command_could_not(&command_lock, "out of memory");
    } else {
        code = finish(path, buffer_span(&text), changes, count, options);
    }
    buffer_deinit(&text);
    arena_destroy(arena);
    return code;
}

static int run(int argc, char **argv)
{
    struct lock_options options = {0};
    const char *file = NULL, *contracts = NULL;
    const struct flag flags[] = {
        {"check", FLAG_SWITCH, NULL, "write nothing; exit 1 when the file is not up to date", &options.check, NULL},
        {"json", FLAG_SWITCH, NULL, "as JSON", &options.json, NULL},
        {"config", FLAG_TEXT, "FILE", "configuration (HEADGATE_CONFIG): its defaults count for the schemas", NULL, &file},
        {"contracts", FLAG_TEXT, "DIR", "the same as DIR (HEADGATE_CONTRACTS)", NULL, &contracts},
    };
    int positionals, code;
    if (!command_flags(&command_lock, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals > 1) return command_usage_error(&command_lock, "one folder at the most is expected");
    struct contracts loaded;
    if (contracts_open(&loaded, &command_lock, file, positionals == 1 ? argv[1] : contracts, false, &code))
        code = loaded.catalogue != NULL ? lock(loaded.catalogue, loaded.dir, &options) : contracts_refuse(&loaded);
    contracts_close(&loaded);
    return code;
}

const struct command command_lock = {
    .name = "lock",
    .summary = "Pin the ids and texts of all schemas in schemas.lock",
    .usage = "lock [DIR] [--check] [--json]",
    .details =
        "Writes schemas.lock beside the contracts: the id, version and text of every schema whose records may still live. The\n"
        "gateway's registry serves them all, also those of fields that are gone. Keep the file in version control; nothing is\n"
        "ever removed from it by this command.",
    .run = run,
};

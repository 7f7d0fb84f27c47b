/* lock.c - `headgate lock`: pins the ids and texts of all schemas in schemas.lock, beside the contracts. */
#include "contracts/lock.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/replace_file.h"

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

/* ---------------------------------------------------------------- the command */

static int finish(const char *path, struct span text, const struct lock_change *changes, size_t count, bool check)
{
    struct buffer out = BUFFER_EMPTY;
    list_changes(changes, count, &out);
    if (check) {
        buffer_printf(&out, "%s %s\n", path, count == 0 ? "is up to date" : "is not up to date: run `headgate lock`");
        return command_print(&out, count == 0 ? EXIT_FINE : EXIT_FOUND);
    }
    const char *reason = replace_file(path, text);
    if (reason != NULL) {
        buffer_deinit(&out);
        return command_could_not(&command_lock, "%s: %s", path, reason);
    }
    buffer_printf(&out, count == 0 ? "%s is up to date\n" : "%s written\n", path);
    return command_print(&out, EXIT_FINE);
}

static int lock(const struct catalogue *catalogue, const char *dir, bool check)
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
        code = finish(path, buffer_span(&text), changes, count, check);
    }
    buffer_deinit(&text);
    arena_destroy(arena);
    return code;
}

static int run(int argc, char **argv)
{
    bool check = false;
    const char *file = NULL, *contracts = NULL;
    const struct flag flags[] = {
        {"check", FLAG_SWITCH, NULL, "write nothing; exit 1 when the file is not up to date", &check, NULL},
        {"config", FLAG_TEXT, "FILE", "configuration (HEADGATE_CONFIG): its defaults count for the schemas", NULL, &file},
        {"contracts", FLAG_TEXT, "DIR", "the same as DIR (HEADGATE_CONTRACTS)", NULL, &contracts},
    };
    int positionals, code;
    if (!command_flags(&command_lock, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals > 1) return command_usage_error(&command_lock, "one folder at the most is expected");
    struct contracts loaded;
    if (contracts_open(&loaded, &command_lock, file, positionals == 1 ? argv[1] : contracts, false, &code))
        code = loaded.catalogue != NULL ? lock(loaded.catalogue, loaded.dir, check) : contracts_refuse(&loaded);
    contracts_close(&loaded);
    return code;
}

const struct command command_lock = {
    .name = "lock",
    .summary = "Pin the ids and texts of all schemas in schemas.lock",
    .usage = "lock [DIR] [--check]",
    .details =
        "Writes schemas.lock beside the contracts: the id, version and text of every schema whose records may still live. The\n"
        "gateway's registry serves them all, also those of fields that are gone. Keep the file in version control; nothing is\n"
        "ever removed from it by this command.",
    .run = run,
};

/* lock.h - schemas.lock: the ids and texts of schemas whose records may still live.
 *
 * A JSON file beside the contracts, written by `headgate lock`, never by `serve`:
 *     {"schemas": [{"subject", "version", "id", "contract", "schema"}, ...]}
 * A subject's versions count from 1 and are never removed or renumbered. A use whose schema has the normal form of a locked one
 * keeps that id and version; only its text (docs) is refreshed. */
#ifndef HEADGATE_CONTRACTS_LOCK_H
#define HEADGATE_CONTRACTS_LOCK_H

#include "codecs/buffer.h"
#include "contracts/catalogue.h"
#include "contracts/diagnostic.h"

#define LOCK_FILE "schemas.lock"

/* Reads DIR/schemas.lock into catalogue->locked, locked_count and has_lock; texts live in the catalogue's arena. No such file
 * is fine (has_lock false). False with diagnostics (rule `lock`) when it cannot be read or is malformed. */
bool lock_read(const char *dir, struct catalogue *catalogue, struct diagnostics *diagnostics) MUST_CHECK;

/* The same from the file's text; `path` is for diagnostics. */
bool lock_parse(struct span text, struct span path, struct catalogue *catalogue, struct diagnostics *diagnostics) MUST_CHECK;

/* What the lock should hold now. */
enum lock_change_kind { LOCK_NEW_SUBJECT, LOCK_NEW_VERSION, LOCK_NEW_TEXT };

struct lock_change {
    enum lock_change_kind kind;
    const struct use *use;
    struct span subject;
    uint32_t version;
    uint32_t id;
};

/* Appends the new file's text to `out` (the locked schemas and those of active and deprecated uses, sorted by subject and
 * version) and lists, in `arena`, what is new in it. False when out of memory. */
bool lock_text(const struct catalogue *catalogue, struct arena *arena, struct buffer *out, struct lock_change **changes,
               size_t *change_count) MUST_CHECK;

#endif

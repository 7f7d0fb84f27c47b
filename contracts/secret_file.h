/* secret_file.h - files that hold secrets, read with care. whole_file.h writes them.
 *
 * Regular files of at most 1 MiB. A file with secrets must be closed to group and others (mode 0600 or 0400). */
#ifndef HEADGATE_CONTRACTS_SECRET_FILE_H
#define HEADGATE_CONTRACTS_SECRET_FILE_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"

enum secret_access {
    SECRET_PRIVATE,  /* nobody else may read it: keys */
    SECRET_READABLE, /* others may read it, none may write: hashes of keys */
    SECRET_ANY,      /* as it is: mounted by an orchestrator, or no secret */
};

/* Reads the whole file into `out`. NULL when fine, else a constant sentence. buffer_deinit() is the caller's; wipe secrets
 * with secret_wipe() first. */
const char *secret_file_read(const char *path, enum secret_access access, struct buffer *out) MUST_CHECK;

/* Overwrites with zeros in a way that the compiler keeps, then forgets. */
void secret_wipe(struct buffer *buffer);

#endif

/* whole_file.h - files that are written whole: keys, senders, schemas.lock, approvals.
 *
 * The text goes to a temporary file beside it, is synced, and takes its name at once: a reader sees the old text or the new one,
 * after a crash too. */
#ifndef HEADGATE_CONTRACTS_WHOLE_FILE_H
#define HEADGATE_CONTRACTS_WHOLE_FILE_H

#include "codecs/attributes.h"
#include "codecs/span.h"

enum whole_file {
    WHOLE_NEW_SECRET, /* mode 0600; a file that is there is left alone, and is an error */
    WHOLE_SECRET,     /* mode 0600 */
    WHOLE_SHARED      /* mode 0644: it lies in a repository */
};

/* NULL when fine, else a constant sentence; then the file is as it was. */
const char *whole_file_write(const char *path, struct span text, enum whole_file kind) MUST_CHECK;

/* What errno says of a file, a constant sentence; `otherwise` where it says nothing that helps. */
const char *whole_file_reason(const char *otherwise);

#endif

/* diff_source.h - where a version of the contracts comes from: a folder as it lies, or one of a git revision.
 *
 * git:REV:DIR is exported (git archive, tar) from the repository around the working directory into a folder under TMPDIR that
 * diff_source_close() removes. No shell is involved. */
#ifndef HEADGATE_GATEWAY_COMMANDS_DIFF_SOURCE_H
#define HEADGATE_GATEWAY_COMMANDS_DIFF_SOURCE_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <limits.h>
#include <stdbool.h>

struct diff_source {
    const char *name;       /* as the user wrote it */
    char dir[PATH_MAX];     /* what to load */
    char scratch[PATH_MAX]; /* the exported tree, to be removed; empty for a plain folder */
};

/* False with *error, a sentence, when the revision cannot be exported; then there is nothing to close. */
bool diff_source_open(struct diff_source *source, const char *name, const char **error) MUST_CHECK;
void diff_source_close(struct diff_source *source);

/* A file's path as people know it: inside a revision without the scratch folder in front. */
struct span diff_source_path(const struct diff_source *source, struct span path);

#endif

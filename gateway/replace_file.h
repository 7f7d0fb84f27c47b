/* replace_file.h - a file that lies in a repository gets new content. */
#ifndef HEADGATE_GATEWAY_REPLACE_FILE_H
#define HEADGATE_GATEWAY_REPLACE_FILE_H

#include "codecs/attributes.h"
#include "codecs/span.h"

/* Writes `text` to `path`, readable for all (0644), synced: a reader finds the old file or the new one, never a part. NULL when
 * fine, else the reason. */
const char *replace_file(const char *path, struct span text) MUST_CHECK;

#endif

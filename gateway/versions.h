/* versions.h - what runs: our version, the libraries' as loaded, and the allocator that malloc() really is. */
#ifndef HEADGATE_GATEWAY_VERSIONS_H
#define HEADGATE_GATEWAY_VERSIONS_H

#include "codecs/buffer.h"

/* One line per part. */
void versions_print(struct buffer *out);

/* mimalloc's version number where malloc() is mimalloc, 0 where it is another allocator. */
int versions_mimalloc(void);

#endif

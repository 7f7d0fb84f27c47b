#include "gateway/ingest/tally.h"

#include "codecs/digits.h"

enum { TEXT_MAX = 256 }; /* six names of up to 18 bytes, six numbers */

static inline char *put(char *to, struct span before, uint64_t count)
{
    memcpy(to, before.data, before.size);
    return digits_write(to + before.size, count);
}

/* The body of nearly every reply, so it is written in one go and not by json_writer, which would write the same bytes. */
void tally_write(const struct tally *tally, struct buffer *out)
{
    char *begin = buffer_reserve(out, TEXT_MAX);
    if (begin == NULL) return;
    char *to = put(begin, SPAN("{\"accepted\":"), tally->accepted);
    to = put(to, SPAN(",\"dropped_fields\":"), tally->undeclared);
    if (tally->discarded > 0) to = put(to, SPAN(",\"discarded\":"), tally->discarded);
    if (tally->generated > 0) to = put(to, SPAN(",\"generated\":"), tally->generated);
    if (tally->observed > 0) to = put(to, SPAN(",\"observed\":"), tally->observed);
    if (tally->duplicates > 0) to = put(to, SPAN(",\"duplicates\":"), tally->duplicates);
    *to++ = '}';
    buffer_commit(out, (size_t)(to - begin));
}

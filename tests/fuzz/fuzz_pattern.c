/* A pattern in the first line, texts in the others: our own matcher and PCRE2 must agree, and nothing may crash. */
#include "codecs/utf8.h"
#include "contracts/pattern.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span take_line(struct span *rest)
{
    const char *end = rest->size > 0 ? memchr(rest->data, '\n', rest->size) : NULL;
    struct span line = {rest->data, end != NULL ? (size_t)(end - rest->data) : rest->size};
    size_t used = line.size + (end != NULL);
    *rest = (struct span){rest->data + used, rest->size - used};
    return line;
}

static void compare(const struct pattern *served, const struct pattern *twin, struct pattern_scratch *scratch, struct span text)
{
    if (!utf8_valid(text)) return;
    enum pattern_verdict verdict = pattern_match(served, scratch, text), other = pattern_match(twin, scratch, text);
    if (verdict != other && verdict != PATTERN_LIMIT && other != PATTERN_LIMIT) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pattern_scratch *scratch;
    if (scratch == NULL) scratch = pattern_scratch_create();
    const char *error = NULL;
    size_t offset = 0;
    struct span rest = {(const char *)data, size}, text = take_line(&rest);
    if (text.size > 256 || size > 1024) return 0;
    struct pattern *served = pattern_compile(text, &error, &offset);
    if (served == NULL) {
        if (error == NULL || offset > text.size) abort();
        return 0;
    }
    struct pattern *twin = pattern_compile_pcre2(text, &error, &offset);
    for (unsigned i = 0; twin != NULL && (i == 0 || rest.size > 0) && i < 16; i++)
        compare(served, twin, scratch, take_line(&rest));
    pattern_destroy(served);
    pattern_destroy(twin);
    return 0;
}

#include "gateway/columns.h"

#include <stdbool.h>

/* The code point that the text begins with, cut off its front; 0 for a byte that begins none. */
static uint32_t next_code_point(struct span *text)
{
    static const unsigned char payload[] = {0x7F, 0x1F, 0x0F, 0x07}; /* bits of the first byte, by what follows it */
    const unsigned char *bytes = (const unsigned char *)text->data;
    size_t more = bytes[0] >= 0xF0 ? 3 : bytes[0] >= 0xE0 ? 2 : bytes[0] >= 0xC0 ? 1 : 0;
    uint32_t code_point = bytes[0] & payload[more];
    bool whole = bytes[0] < 0xF8 && (bytes[0] < 0x80 || more > 0) && more < text->size;
    for (size_t i = 1; whole && i <= more; i++) {
        whole = (bytes[i] & 0xC0) == 0x80;
        code_point = code_point << 6 | (bytes[i] & 0x3FU);
    }
    size_t size = whole ? more + 1 : 1;
    *text = (struct span){text->data + size, text->size - size};
    return whole ? code_point : 0;
}

static bool is_among(uint32_t code_point, unsigned columns)
{
    size_t begin = 0, end;
    const struct columns_range *ranges = columns_ranges(columns, &end);
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (code_point > ranges[middle].last)
            begin = middle + 1;
        else
            end = middle;
        if (code_point >= ranges[middle].first && code_point <= ranges[middle].last) return true;
    }
    return false;
}

size_t columns_of(struct span text)
{
    size_t columns = 0;
    while (text.size > 0) {
        uint32_t code_point = next_code_point(&text);
        if (code_point >= 0x80 && is_among(code_point, 0)) continue;
        columns += code_point >= 0x80 && is_among(code_point, 2) ? 2 : 1;
    }
    return columns;
}

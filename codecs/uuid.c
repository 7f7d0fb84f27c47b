#include "codecs/uuid.h"

#include <string.h>

void uuid_format(const uint8_t uuid[16], char out[UUID_TEXT])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        *out++ = hex[uuid[i] >> 4];
        *out++ = hex[uuid[i] & 15];
    }
}

/* Version in the high half of octet 6, variant 10 in the top bits of octet 8 (sections 4.1 and 4.2). */
static void format_marked(uint8_t uuid[16], unsigned version, char out[UUID_TEXT])
{
    uuid[6] = (uint8_t)((uuid[6] & 0x0F) | version << 4);
    uuid[8] = (uint8_t)((uuid[8] & 0x3F) | 0x80);
    uuid_format(uuid, out);
}

void uuid_v8(const uint8_t digest[16], char out[UUID_TEXT])
{
    uint8_t uuid[16];
    memcpy(uuid, digest, sizeof uuid);
    format_marked(uuid, 8, out);
}

void uuid_v7(uint64_t unix_ms, const uint8_t random[10], char out[UUID_TEXT])
{
    uint8_t uuid[16];
    for (int i = 0; i < 6; i++) uuid[i] = (uint8_t)(unix_ms >> (40 - 8 * i));
    memcpy(uuid + 6, random, 10);
    format_marked(uuid, 7, out);
}

/* A schema in the first line, a datum behind it: neither may crash, hang or leave part of a value behind. */
#include "contracts/avro_json.h"
#include "contracts/schema.h"

#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is written for a whole datum is JSON. */
static void check_output(const struct buffer *out)
{
    json_t *value = json_loadb(out->data, out->size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    json_error_t error;
    if (value == NULL) {
        value = json_loadb(out->data, out->size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
        /* jansson has no numbers of any size; that is its limit, not a fault of the text */
        if (value == NULL && json_error_code(&error) != json_error_numeric_overflow) abort();
    }
    json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *error = NULL, *end = size > 0 ? memchr(data, '\n', size) : NULL;
    struct span schema = {(const char *)data, end != NULL ? (size_t)(end - (const char *)data) : size};
    struct span bytes = {schema.data + schema.size, size - schema.size};
    if (end != NULL) bytes = (struct span){end + 1, bytes.size - 1};
    if (schema.size > 4096) return 0;
    struct arena *arena = arena_create(8 << 20);
    if (arena == NULL) return 0;
    struct span normal = schema_normal(schema, arena);
    if (normal.data != NULL && schema_canonical(schema, arena).data == NULL) abort();
    struct avro_json *parsed = avro_json_create(schema, &error);
    if (parsed == NULL && error == NULL) abort();
    struct buffer out = BUFFER_EMPTY;
    if (parsed != NULL && avro_json_write(parsed, bytes, size & 2, &out, &error)) {
        check_output(&out);
    } else if (out.size != 0) {
        abort();
    }
    buffer_deinit(&out);
    avro_json_destroy(parsed);
    arena_destroy(arena);
    return 0;
}

/* avro_json.h - Avro bytes as JSON text that people can read.
 *
 * Logical types are shown as what they mean: decimals as exact numbers, timestamps as RFC 3339, dates, times, uuids; bytes
 * without logical type as base64; enums by symbol; a union as its branch's plain value (not Avro's own JSON encoding). For eyes
 * and tests: nobody reads it back. Safe on any bytes: input, depth and output are bounded. */
#ifndef HEADGATE_CONTRACTS_AVRO_JSON_H
#define HEADGATE_CONTRACTS_AVRO_JSON_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/json_writer.h"
#include "codecs/span.h"

#include <stdint.h>

struct avro_json; /* a parsed schema; read-only once made */

/* On the heap; avro_json_destroy() frees. NULL with *error a constant sentence when the text is no Avro schema. */
struct avro_json *avro_json_create(struct span schema, const char **error) MUST_CHECK;
void avro_json_destroy(struct avro_json *schema);

/* Appends the JSON of the datum in `bytes` (unframed, all of them) to `out`, `indent` spaces per level, 0 = compact. False with
 * *error a constant sentence when the bytes are not of this schema, bytes are left over, or a bound is passed; what was appended
 * is then taken back. */
bool avro_json_write(const struct avro_json *schema, struct span bytes, unsigned indent, struct buffer *out,
                     const char **error) MUST_CHECK;

/* Shows encrypted values, which the schema marks (`encrypted` on a record's field, for all that the field holds). */
struct avro_json_opener {
    /* Writes one JSON value in place of `value`, a text or bytes. `path`: the names from the record's own down to the field's,
     * joined by dots. */
    void (*open)(void *context, struct span path, struct span value, bool text, struct json_writer *json);
    void *context;
};

/* The same with encrypted values opened; without an opener (NULL) they are shown as they are. */
bool avro_json_write_open(const struct avro_json *schema, struct span bytes, unsigned indent,
                          const struct avro_json_opener *opener, struct buffer *out, const char **error) MUST_CHECK;

enum avro_frame { AVRO_FRAME_NONE, AVRO_FRAME_CONFLUENT, AVRO_FRAME_SINGLE_OBJECT };

/* Looks at the first bytes of a record's value: which frame, the schema's id or fingerprint, and the bare datum. */
enum avro_frame avro_frame_open(struct span value, uint32_t *schema_id, uint64_t *fingerprint, struct span *datum);

#endif

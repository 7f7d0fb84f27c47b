/* yaml_writer.h - YAML in block style: maps, lists and scalars, quoted wherever two readers could differ. */
#ifndef HEADGATE_CONTRACTS_YAML_WRITER_H
#define HEADGATE_CONTRACTS_YAML_WRITER_H

#include "codecs/buffer.h"
#include "codecs/number.h"
#include "codecs/span.h"

#include <stdint.h>

struct yaml_writer {
    struct buffer *out;
    unsigned indent; /* spaces */
    bool dash;       /* the next key begins an item of a list */
};

/* key: value. The text form omits the key when value.data is NULL. */
void yaml_write_text(struct yaml_writer *writer, const char *key, struct span value);
void yaml_write_int(struct yaml_writer *writer, const char *key, int64_t value);
void yaml_write_bool(struct yaml_writer *writer, const char *key, bool value);
void yaml_write_real(struct yaml_writer *writer, const char *key, double value);
void yaml_write_number(struct yaml_writer *writer, const char *key, const struct number *value);

/* key: [a, b]; omitted when there are none and `empty` is false. */
void yaml_write_texts(struct yaml_writer *writer, const char *key, const struct span *values, size_t count, bool empty);

/* key: and what follows one level deeper, until yaml_write_end(). */
void yaml_write_map(struct yaml_writer *writer, const char *key);
void yaml_write_list(struct yaml_writer *writer, const char *key);
void yaml_write_end(struct yaml_writer *writer);

/* Begins and ends an item, itself a map, of the open list. */
void yaml_write_item(struct yaml_writer *writer);
void yaml_write_item_end(struct yaml_writer *writer);

/* A scalar as such: plain where it means the same to every reader, else in double quotes. */
void yaml_write_scalar(struct buffer *out, struct span value);

#endif

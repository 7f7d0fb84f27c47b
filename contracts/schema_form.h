/* schema_form.h - the forms of a schema that is a tree already: what schema.h offers for texts. */
#ifndef HEADGATE_CONTRACTS_SCHEMA_FORM_H
#define HEADGATE_CONTRACTS_SCHEMA_FORM_H

#include "codecs/buffer.h"

#include <jansson.h>

enum schema_form { SCHEMA_CANONICAL, SCHEMA_NORMAL };

/* Appends the form. False when the tree has not a schema's shape, is nested too deep, or memory is out; *out holds a part then.
 */
bool schema_form_write(const json_t *schema, enum schema_form form, struct buffer *out) MUST_CHECK;

/* Appends the schema as compact JSON, members in their order: as jansson writes it, but without its checks for trees that run in
 * circles. The names of members are plain ASCII. False when memory is out. */
bool schema_text_write(json_t *schema, struct buffer *out) MUST_CHECK;

#endif

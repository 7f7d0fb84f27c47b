/* tail_print.h - a consumed record as text: for people, or one JSON object a line. */
#ifndef HEADGATE_GATEWAY_COMMANDS_TAIL_PRINT_H
#define HEADGATE_GATEWAY_COMMANDS_TAIL_PRINT_H

#include "codecs/buffer.h"
#include "contracts/keyring.h"
#include "gateway/commands/tail_schemas.h"

#include <librdkafka/rdkafka.h>

struct tail_format {
    bool json;
    bool colour;
    const struct keyring *keyring; /* opens encrypted fields; NULL: they are shown as they are */
};

/* Appends the record. A field that the keyring cannot open is shown with its key's id and the reason; a value that cannot be
 * decoded is shown with the reason, never left out. */
void tail_print(const rd_kafka_message_t *message, const struct tail_format *format, struct tail_schemas *schemas, int64_t now_ms,
                struct buffer *out);

#endif

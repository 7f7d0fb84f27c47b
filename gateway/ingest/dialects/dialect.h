/* dialect.h - how events lie in a body: one entry per dialect, found by route and media type.
 *
 * walk() judges every event of the body in order (request_judge, request_refuse). False: request->failure says why the body
 * as a whole is refused; nothing of it will be handed over. */
#ifndef HEADGATE_GATEWAY_INGEST_DIALECTS_DIALECT_H
#define HEADGATE_GATEWAY_INGEST_DIALECTS_DIALECT_H

#include "gateway/ingest/media.h"
#include "gateway/ingest/request.h"

struct dialect {
    const char *name;
    bool (*walk)(struct request *request, struct span body);
};

/* Events of the model that the route names, without envelope: an object or an array of them; one a line. */
extern const struct dialect dialect_native, dialect_native_lines;

/* CloudEvents 1.0 (JSON event format): one envelope or an array of them; a batch; attributes in ce-* headers. */
extern const struct dialect dialect_cloudevents, dialect_cloudevents_batch, dialect_cloudevents_binary;

/* The dialect of a request; NULL: this media type is not taken on this route by this kind of sender. */
const struct dialect *dialect_find(bool named, enum media media, bool binary, enum sender_kind kind);

#endif

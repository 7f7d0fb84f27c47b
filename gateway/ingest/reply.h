/* reply.h - from judged items and their reports to statuses and bodies, as docs/protocol.md has them. */
#ifndef HEADGATE_GATEWAY_INGEST_REPLY_H
#define HEADGATE_GATEWAY_INGEST_REPLY_H

#include "gateway/ingest/request.h"

/* Settles every item (what is still open is retry and uncertain), counts, answers unless the connection is gone, and gives the
 * reply's reference back: the request may be gone afterwards. `age` is request_age() now, or as the last report has it. */
void reply_send(struct request *request, int64_t age);

/* A problem as the whole reply, for what goes wrong before there is a request. */
void reply_problem(struct ingest *ingest, struct http_exchange *exchange, enum problem problem, const struct http_header *headers,
                   size_t header_count);

/* A fault of the HTTP layer as a problem; `reply` points into the ingest's scratch until the next call. `exchange` is the
 * request's, if there is one. */
void reply_fault(struct ingest *ingest, struct http_exchange *exchange, const struct http_fault_info *fault,
                 struct http_reply *reply);

#endif

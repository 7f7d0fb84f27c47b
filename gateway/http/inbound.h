/* inbound.h - what a connection does with the bytes that arrive; for the files of this folder. */
#ifndef HEADGATE_GATEWAY_HTTP_INBOUND_H
#define HEADGATE_GATEWAY_HTTP_INBOUND_H

#include "gateway/http/connection.h"

/* Reads once and takes all of it that may be taken now. */
void inbound_read(struct http_connection *connection);

/* Takes what was kept back while the queue or the output was full. */
void inbound_resume(struct http_connection *connection);

/* Whether a further byte would be taken: not while the queue of requests or the owed output is full. */
bool inbound_open(const struct http_connection *connection);

/* Whether the rest of the current request's body may be skipped so that the connection can be kept. */
bool inbound_skippable(const struct http_connection *connection);

/* Answers the request being read (or the one that never became one) with a fault. */
void inbound_fault(struct http_connection *connection, enum http_fault fault);

#endif

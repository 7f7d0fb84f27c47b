/* admission.h - what is decided from a request's head alone, before a body byte is read: route, identity, event, type. */
#ifndef HEADGATE_GATEWAY_INGEST_ADMISSION_H
#define HEADGATE_GATEWAY_INGEST_ADMISSION_H

#include "gateway/ingest/ingest.h"

/* The request to be judged, attached to the exchange; NULL: it has been answered. */
struct request *admission_decide(struct ingest *ingest, struct http_exchange *exchange);

#endif

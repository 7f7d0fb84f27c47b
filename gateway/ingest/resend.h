/* resend.h - between deliveries and the deduplication window: which records of an event were delivered lately, or are under way.
 *
 *     plan      resend_claim()     new: produce it | durable: a duplicate | under way: wait for the other one
 *     report    resend_settle()    what became of a record that was new
 *     failure   resend_release()   nothing was handed over after all
 *     other's   resend_wake()      the one that was under way has ended
 *
 * Of these none is called where ingest->dedupe is NULL. */
#ifndef HEADGATE_GATEWAY_INGEST_RESEND_H
#define HEADGATE_GATEWAY_INGEST_RESEND_H

#include "gateway/ingest/request.h"

/* Whether the delivery's record is to be produced. Otherwise its state is DELIVERY_DUPLICATE, or it waits and the request lives
 * until it is told. An event whose id we made is always new. */
bool resend_claim(struct request *request, const struct item *item, struct delivery *delivery) MUST_CHECK;

/* Whether the record of the item for this use was delivered lately: claims nothing. False without a window too. */
bool resend_is_known(const struct request *request, const struct item *item, const struct use *use) MUST_CHECK;

/* The record of a delivery has its final state. */
void resend_settle(struct request *request, struct delivery *delivery);

/* Gives back what the request has claimed and not produced. */
void resend_release(struct request *request);

/* Tells the deliveries of this worker whose other one has ended. */
void resend_wake(struct ingest *ingest);

#endif

/* settle.h - from reports to final items: what each event's verdict is now that the reply leaves, and the counting of it. */
#ifndef HEADGATE_GATEWAY_INGEST_SETTLE_H
#define HEADGATE_GATEWAY_INGEST_SETTLE_H

#include "gateway/ingest/request.h"
#include "gateway/ingest/tally.h"

/* Whether a failure of the request only means "not now": its accepted items become retry, the refused stay refused. */
bool settle_is_transient(enum problem failure);

/* Whether the event was delivered before: nothing of it was written now. */
bool settle_is_duplicate(const struct item *item);

/* Makes every item final: what is still open is retry and uncertain. The tally is written anew. */
void settle_items(struct request *request, struct tally *tally);

/* Counts verdicts, outcomes, violations, ages; once per request. `age` is the request's, in us. */
void settle_count(const struct request *request, int64_t age);

/* How the outcome stands now that its delivery is known: kind and reason, and the delivery where there is one. */
struct settled {
    enum outcome_kind kind;
    enum outcome_reason reason;
    const struct delivery *delivery; /* NULL: nothing was to be written */
};
struct settled settle_outcome(const struct item *item, const struct outcome *outcome);

#endif

#include "gateway/ingest/resend.h"

#include "gateway/clock.h"
#include "gateway/ingest/ingest.h"

/* The id names the event within its model. One that comes from Idempotency-Key or an envelope is the sender's own: two senders
 * may use the same. */
static struct dedupe_key key_of(const struct request *request, const struct item *item, const struct use *use)
{
    struct span parts[4] = {use->id, item->model->id, item->id};
    size_t count = 3;
    if (item->model->primary_key_count == 0) parts[count++] = request->sender->name;
    return dedupe_key_of(request->ingest->dedupe, parts, count);
}

bool resend_claim(struct request *request, const struct item *item, struct delivery *delivery)
{
    const struct use *use = delivery->outcome->use;
    struct ingest *ingest = request->ingest;
    if (item->judgement.generated) return true;
    struct dedupe_key key = key_of(request, item, use);
    bool waits = use->delivery != DELIVERY_MEMORY; /* queued is all that such a use promises */
    delivery->waiter.port = ingest->port;
    switch (dedupe_claim(ingest->dedupe, &key, clock_monotonic(), &delivery->ticket, waits ? &delivery->waiter : NULL)) {
    case DEDUPE_NEW:
    case DEDUPE_UNTRACKED: return true;
    case DEDUPE_DUPLICATE: delivery->state = DELIVERY_DUPLICATE; break;
    case DEDUPE_PENDING:
        delivery->follows = waits;
        if (!waits) delivery->state = DELIVERY_DUPLICATE;
        request->references += waits;
        break;
    }
    return false;
}

bool resend_is_known(const struct request *request, const struct item *item, const struct use *use)
{
    if (request->ingest->dedupe == NULL || item->judgement.generated) return false;
    struct dedupe_key key = key_of(request, item, use);
    return dedupe_is_durable(request->ingest->dedupe, &key, clock_monotonic());
}

void resend_settle(struct request *request, struct delivery *delivery)
{
    if (delivery->ticket == DEDUPE_NO_TICKET) return;
    dedupe_settle(request->ingest->dedupe, delivery->ticket, delivery->state == DELIVERY_STORED, clock_monotonic());
    delivery->ticket = DEDUPE_NO_TICKET;
}

void resend_release(struct request *request)
{
    for (uint32_t i = 0; i < request->count; i++)
        for (uint32_t k = 0; k < request->items[i].delivery_count; k++) resend_settle(request, &request->items[i].deliveries[k]);
}

void resend_wake(struct ingest *ingest)
{
    struct dedupe_waiter *waiter = dedupe_port_take(ingest->port);
    while (waiter != NULL) {
        struct delivery *delivery = (struct delivery *)((char *)waiter - offsetof(struct delivery, waiter));
        waiter = waiter->next; /* it lies in the request, which may be gone */
        request_tell(delivery, delivery->waiter.durable);
    }
}

/* watch.h - when a cluster is looked at again: what the auditor's thread (topics.c) decides by. Pure; the caller locks.
 *
 *     answers, nothing wrong   TOPICS_AUDIT_MS after the last look
 *     answers, a use blocked   TOPICS_RECHECK_MS
 *     answers, but a lane lost a broker since   WATCH_DOUBT_MS, so that many lanes' complaints are one look
 *     silent                   WATCH_RETRY_MS after the first look without answer, doubling to WATCH_RETRY_MAX_MS */
#ifndef HEADGATE_GATEWAY_KAFKA_WATCH_H
#define HEADGATE_GATEWAY_KAFKA_WATCH_H

#include "codecs/span.h"

#include <librdkafka/rdkafka.h>

enum { WATCH_DOUBT_MS = 3000, WATCH_RETRY_MS = 1000, WATCH_RETRY_MAX_MS = 5000 };

struct watch {
    int64_t looked_us; /* when the last look ended (monotonic) */
    uint32_t silences; /* looks in a row that nobody answered */
    bool looked;       /* there was one */
    bool answered;     /* the last look reached a broker */
    bool doubted;      /* a lane lost a broker since the last look began */
};

/* What a look changes for those who read the log. */
enum watch_change { WATCH_SAME, WATCH_LOST, WATCH_BACK };

/* A look ended. The first one that is answered changes nothing: nobody was told otherwise. */
enum watch_change watch_note(struct watch *watch, bool answered, int64_t now_us);

/* A lane lost a broker. True when the auditor should wake up for it: it does not know yet. */
bool watch_doubt(struct watch *watch);

/* When the next look is due (monotonic). `well`: no use that writes to the cluster is blocked. */
int64_t watch_due_us(const struct watch *watch, bool well);

/* Whether an error that librdkafka reports means that a connection to a broker was lost or could not be made. */
bool watch_is_loss(rd_kafka_resp_err_t code);

#endif

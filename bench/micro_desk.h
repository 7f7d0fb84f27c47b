/* micro_desk.h - what the micro-benchmarks share: the event, a desk that judges it, a clock of this thread.
 *
 * Whatever fails ends the program: there is nothing to measure then. */
#ifndef HEADGATE_BENCH_MICRO_DESK_H
#define HEADGATE_BENCH_MICRO_DESK_H

#include "codecs/attributes.h"
#include "contracts/enforce.h"

/* bench/payloads/payment.json, filled in. */
#define MICRO_EVENT                                                                                                           \
    "{\"$schema\":\"/payment/1.0.0\",\"meta\":{\"stream\":\"bench\",\"id\":\"0f8fad5b-d9cb-469f-a165-70867728950e\",\"dt\":"  \
    "\"2026-11-22T13:45:12.512Z\"},\"payment_id\":\"pay_7Hq2Zk9XcVb4Nm1L\",\"merchant_id\":\"mrc_00481516\",\"customer_id\":" \
    "9007199254,\"order_no\":\"ORD-2026-0048151\",\"amount\":1499.95,\"fee\":44.99,\"currency\":\"EUR\",\"method\":\"card\"," \
    "\"status\":\"authorized\",\"attempt\":1,\"risk_score\":0.137,\"is_recurring\":false,\"country\":\"DE\",\"ip\":"          \
    "\"203.0.113.77\",\"occurred_at\":\"2026-11-22T13:45:12.345Z\",\"card\":{\"brand\":\"visa\",\"last4\":\"4242\","          \
    "\"exp_month\":11,\"exp_year\":2029},\"tags\":[\"mobile\",\"checkout-v2\",\"eu-west\"]}"
enum { MICRO_EVENT_SIZE = sizeof MICRO_EVENT - 1 };

/* A catalogue of `payment` events, compiled. */
struct desk {
    struct catalogue *catalogue;
    struct program *program;
    struct enforcer *enforcer;
    const struct model_program *model;
    struct arena *arena;
};

/* Of the contracts in a folder, or of texts. `keyring` may be NULL where nothing is keyed. */
void desk_open(struct desk *desk, const char *folder, const struct keyring *keyring);
void desk_open_texts(struct desk *desk, const struct catalogue_text *texts, size_t count);
void desk_close(struct desk *desk);

/* Judges an event of MICRO_EVENT_SIZE bytes, with JSON_PADDING readable ones behind; the result lives until the next call. */
void desk_judge(struct desk *desk, const char *event, struct judgement *judgement);

/* CPU time of this thread. */
double micro_cpu_ns(void);

/* Sorts what rounds took: the least first, the median in the middle. */
void micro_sort(double *ns, size_t count);

_Noreturn void micro_die(const char *what);

#endif

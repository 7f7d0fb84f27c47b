/* load_client.h - the connections of a run: they send requests when they are due and time the replies.
 *
 *     connecting --> free --a request is due--> under way (up to --depth of them)
 *         ^            ^------------reply----------+
 *         +---- broken: what was under way is lost, and connected anew
 *
 * A request's time runs from when it was due: in a closed loop that is when its connection became free, in an open loop its
 * place in the schedule, however late a connection became free for it (no coordinated omission). */
#ifndef HEADGATE_BENCH_LOAD_CLIENT_H
#define HEADGATE_BENCH_LOAD_CLIENT_H

#include "bench/load_body.h"
#include "bench/load_counts.h"
#include "bench/load_ledger.h"
#include "bench/load_options.h"

#include <event2/event.h>

struct load_client;

/* Finds the address and makes the connections' records; connects nothing yet. `ledger` is told what was sent and
 * acknowledged; NULL = nobody is. */
struct load_client *load_client_create(struct event_base *base, const struct load_options *options, struct load_body *body,
                                       struct load_ledger *ledger, char *problem, size_t problem_size) MUST_CHECK;
void load_client_destroy(struct load_client *client);

/* Connects and sends, as long as the loop turns. */
void load_client_start(struct load_client *client);

/* Forgets what was counted: the warm-up is over. */
void load_client_reset(struct load_client *client);

/* Sends nothing more; replies still count. */
void load_client_stop(struct load_client *client);

/* How many requests are under way. */
uint64_t load_client_under_way(const struct load_client *client);

/* Open loop: requests that were due by now and for which no connection was free. */
uint64_t load_client_overdue(const struct load_client *client);

/* How many events were answered with 200 or 202 since the start, also in the warm-up and after the end: so many must be in Kafka.
 */
uint64_t load_client_acknowledged(const struct load_client *client);

/* Begins counts->recent anew. */
void load_client_forget_recent(struct load_client *client);

const struct load_counts *load_client_counts(const struct load_client *client);

#endif

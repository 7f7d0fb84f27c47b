/* stage_watch.h - tells the log when the dates of contracts take effect: a use goes live or ends, a support ends.
 *
 * The dates themselves need nobody: each event asks for the stage. Main thread. */
#ifndef HEADGATE_GATEWAY_STAGE_WATCH_H
#define HEADGATE_GATEWAY_STAGE_WATCH_H

#include "codecs/attributes.h"
#include "contracts/catalogue.h"

struct stage_watch;

/* NULL when out of memory. */
struct stage_watch *stage_watch_create(void) MUST_CHECK;
void stage_watch_destroy(struct stage_watch *watch);

/* Watches this catalogue, which lives until the next call has returned, or the watch is destroyed; `now` in us since the epoch.
 * Says at once which contracts are out of support, or live by their status but ended by their dates. When memory is out nothing
 * is watched. */
void stage_watch_take(struct stage_watch *watch, const struct catalogue *catalogue, int64_t now);

/* Says what has changed since the last look; how much that is. */
size_t stage_watch_look(struct stage_watch *watch, int64_t now);

#endif

/* alarms.h - what contracts promise of many events together, watched over a window.
 *
 *     sums of alarm_counts ---every second---> slices of the window ---> measure against threshold ---> raised, or not
 *
 * The window slides in ALARM_SLICES steps over `alarms.window`. A share (percent) is judged once the window holds
 * `alarms.values`, a number of rows from the first one on; what cannot be judged raises no alarm. A reload begins all windows
 * anew; an alarm that was raised stays so until its new window can be judged, or has passed once. Main thread. */
#ifndef HEADGATE_GATEWAY_ALARMS_H
#define HEADGATE_GATEWAY_ALARMS_H

#include "contracts/quality.h"
#include "gateway/alarm_counts.h"
#include "gateway/senders.h"

enum { ALARM_SLICES = 15 };

/* How one alarm stands, as of the last look. */
struct alarm_state {
    uint64_t rows;  /* in the window */
    double measure; /* rows, or percent */
    bool raised;
};

struct alarms;

/* `window` in us, `least` = values that a share needs. NULL when out of memory. */
struct alarms *alarms_create(int64_t window, uint64_t least) MUST_CHECK;
void alarms_destroy(struct alarms *alarms);

/* Watches these counts from now on; NULL counts: there is nothing to watch. All three live until the next call has returned, or
 * the alarms are destroyed. False when out of memory: then nothing is watched. */
bool alarms_take(struct alarms *alarms, struct alarm_counts *counts, const struct catalogue *catalogue,
                 const struct senders *senders, int64_t now) MUST_CHECK;

/* A look at the counts; `now` is monotonic, in us. Alarms that flip are logged. */
void alarms_look(struct alarms *alarms, int64_t now);

/* Of a quality rule with a window, by quality->index; of a sender's errors of a model with an errorRate. */
struct alarm_state alarms_quality(const struct alarms *alarms, size_t index);
struct alarm_state alarms_sender(const struct alarms *alarms, const struct model *model, size_t sender);

/* Sets the gauges of these alarms; `sender_label` as the configuration has it. */
void alarms_publish(const struct alarms *alarms, struct metrics *metrics, bool sender_label);

#endif

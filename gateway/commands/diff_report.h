/* diff_report.h - the forms in which `headgate diff` shows what changed. All append to `out` and are pure. */
#ifndef HEADGATE_GATEWAY_COMMANDS_DIFF_REPORT_H
#define HEADGATE_GATEWAY_COMMANDS_DIFF_REPORT_H

#include "codecs/buffer.h"
#include "contracts/diff.h"
#include "gateway/commands/approve_report.h"
#include "gateway/commands/diff_events.h"
#include "gateway/commands/diff_source.h"

struct diff_report {
    const struct diff_source *old, *new;
    const struct diff *diff;
    const struct approve_row *waiting; /* uses of the new side that wait for approval; NULL: approvals are not kept */
    size_t waiting_count;
    const struct diff_events *events; /* NULL: no events were replayed */
    enum diff_grade fail_on;
    struct arena *arena;
};

/* Whether a change reaches the grade that fails. */
bool diff_report_fails(const struct diff_report *report);

/* The contract's short name, and which event of several is meant; NULL data when out of memory. */
struct span diff_report_name(const struct diff_report *report, const struct change *change);

/* "2 breaking for senders, 3 free, 1 warning", or "nothing changed"; NULL data when out of memory. */
struct span diff_report_summary(const struct diff_report *report);

/* The change's file, without a scratch folder in front. */
struct span diff_report_file(const struct diff_report *report, const struct change *change);

/* For a terminal: a table per grade. False when out of memory. */
bool diff_report_text(const struct diff_report *report, bool colour, struct buffer *out) MUST_CHECK;
void diff_report_json(const struct diff_report *report, struct buffer *out);

/* For a comment on a review. It begins with a mark by which the next run can find it and write it anew. */
void diff_report_markdown(const struct diff_report *report, struct buffer *out);

#endif

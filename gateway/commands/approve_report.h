/* approve_report.h - what `headgate approve` shows: what is to be approved, who approved what, and the same as JSON. */
#ifndef HEADGATE_GATEWAY_COMMANDS_APPROVE_REPORT_H
#define HEADGATE_GATEWAY_COMMANDS_APPROVE_REPORT_H

#include "codecs/buffer.h"
#include "codecs/json_writer.h"
#include "contracts/approvals.h"

/* A use and what was found of it. */
struct approve_row {
    const struct use *use;
    struct approval_verdict before; /* whatever is approved now */
    struct approval_verdict after;  /* the same as before where nothing is */
};

/* Whether somebody still has to approve it. */
bool approve_waits(const struct approval_verdict *verdict);

/* What lacks: the kinds of change that need approval, or the other level's approver; empty for nothing, NULL data when out of
 * memory. */
struct span approve_waits_for(const struct approval_verdict *verdict, struct arena *arena);

/* What somebody is about to approve: all of it where nobody approved it yet, else what changed since. False when out of memory.
 */
bool approve_preview(const struct approve_row *row, struct arena *arena, bool colour, struct buffer *out) MUST_CHECK;

/* A table of all uses: state, by whom and when, what waits. False when out of memory. */
bool approve_list(const struct approve_row *rows, size_t count, struct arena *arena, bool colour, struct buffer *out) MUST_CHECK;

/* An array of the rows. */
void approve_json(const struct approve_row *rows, size_t count, struct json_writer *json);

#endif

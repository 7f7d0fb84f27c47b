/* diff_kind.h - the kinds of change that `headgate diff` tells apart, each with its grade: one table. */
#ifndef HEADGATE_CONTRACTS_DIFF_KIND_H
#define HEADGATE_CONTRACTS_DIFF_KIND_H

#include "codecs/span.h"

/* In rising order. */
enum diff_grade {
    DIFF_FREE,      /* tell the consumers */
    DIFF_APPROVAL,  /* somebody has to answer for it */
    DIFF_CONSUMERS, /* breaking for consumers */
    DIFF_SENDERS    /* breaking for senders */
};
enum { DIFF_GRADES = DIFF_SENDERS + 1 };

enum diff_kind {
    /* free */
    DIFF_VERSION_KEPT,
    DIFF_VERSION_MAJOR,
    DIFF_VERSION_BACK,
    DIFF_MODEL_ADDED,
    DIFF_MODEL_ACTIVATED,
    DIFF_MODEL_WITHDRAWN,
    DIFF_MODEL_FIELD_ADDED,
    DIFF_MODEL_FIELD_REMOVED,
    DIFF_MODEL_FIELD_OPTIONAL,
    DIFF_MODEL_WIDENED,
    DIFF_UNDECLARED_STRIPPED,
    DIFF_THROUGHPUT_RAISED,
    DIFF_USE_ADDED,
    DIFF_USE_WITHDRAWN,
    DIFF_USE_RULES_NARROWED,
    DIFF_DATA_USE_NARROWED,
    DIFF_RETENTION_SHORTER,
    DIFF_RESIDENCY_NARROWED,
    DIFF_RECIPIENTS_NARROWED,
    DIFF_SUBJECTS_NARROWED,
    DIFF_HANDLING_STRONGER,
    DIFF_CLASS_RAISED,
    DIFF_CATEGORIES_ADDED,
    DIFF_REGULATIONS_ADDED,
    DIFF_ERASURE_STRENGTHENED,
    DIFF_TRACE_OFF,
    DIFF_LATENCY_TIGHTENED,
    DIFF_TOPIC_RETENTION_LONGER,
    DIFF_DELIVERY_STRONGER,
    DIFF_ORDERING_ADDED,
    DIFF_TAGGING_FULL,
    DIFF_SERVER_ADDED,
    DIFF_DEPRECATED,
    DIFF_LIFECYCLE,
    DIFF_OWNER_CHANGED,
    DIFF_WAIVER_REMOVED,
    DIFF_RETAIN_CHANGED,
    DIFF_BOUND_TIGHTENED,
    DIFF_QUALITY_TIGHTENED,
    DIFF_QUALITY_RENAMED,
    DIFF_ERROR_RATE_TIGHTENED,
    DIFF_HOUSE_LIMIT_TIGHTENED,
    /* approval */
    DIFF_USE_ACTIVATED,
    DIFF_USE_FIELD_ADDED,
    DIFF_USE_FIELD_SOURCE,
    DIFF_USE_RULES_WIDENED,
    DIFF_HANDLING_WEAKER,
    DIFF_DATA_USE_WIDENED,
    DIFF_LEGAL_BASIS_CHANGED,
    DIFF_CONSENT_DROPPED,
    DIFF_RETENTION_LONGER,
    DIFF_RESIDENCY_WIDENED,
    DIFF_RECIPIENTS_WIDENED,
    DIFF_SUBJECTS_WIDENED,
    DIFF_CLASS_LOWERED,
    DIFF_CATEGORIES_REMOVED,
    DIFF_REGULATIONS_REMOVED,
    DIFF_PURPOSE_CHANGED,
    DIFF_ERASURE_WEAKENED,
    DIFF_TRACE_ON,
    DIFF_GOVERNING_FIELD,
    DIFF_WAIVER_ADDED,
    DIFF_BOUND_LOOSENED,
    DIFF_QUALITY_LOOSENED,
    DIFF_ERROR_RATE_LOOSENED,
    DIFF_HOUSE_LIMIT_LOOSENED,
    /* breaking for consumers */
    DIFF_USE_REMOVED,
    DIFF_USE_STOPPED,
    DIFF_USE_END_EARLIER,
    DIFF_USE_FIELD_REMOVED,
    DIFF_USE_FIELD_RENAMED,
    DIFF_USE_FIELD_RETYPED,
    DIFF_USE_FIELD_REQUIRED,
    DIFF_USE_FIELD_OPTIONAL,
    DIFF_HANDLING_RETYPES,
    DIFF_PSEUDONYMS_CHANGED,
    DIFF_LATENCY_LOOSENED,
    DIFF_TOPIC_CHANGED,
    DIFF_NAMESPACE_CHANGED,
    DIFF_SCHEMA_INCOMPATIBLE,
    DIFF_SCHEMA_LOGICAL,
    DIFF_RECORD_KEY_CHANGED,
    DIFF_IDENTITY_CHANGED,
    DIFF_EVENT_TIME_CHANGED,
    DIFF_ON_LATE_CHANGED,
    DIFF_TOPIC_RETENTION_SHORTER,
    DIFF_DELIVERY_WEAKER,
    DIFF_ORDERING_DROPPED,
    DIFF_TAGGING_COMPACT,
    DIFF_SERVER_REMOVED,
    /* breaking for senders */
    DIFF_MODEL_REMOVED,
    DIFF_MODEL_STOPPED,
    DIFF_MODEL_END_EARLIER,
    DIFF_EVENT_RENAMED,
    DIFF_MODEL_FIELD_DEMANDED,
    DIFF_MODEL_FIELD_REQUIRED,
    DIFF_MODEL_FIELD_RENAMED,
    DIFF_MODEL_FIELD_REFUSED,
    DIFF_MODEL_NARROWED,
    DIFF_MODEL_RETYPED,
    DIFF_UNDECLARED_REFUSED,
    DIFF_THROUGHPUT_LOWERED,
    DIFF_KINDS
};

struct diff_kind_row {
    const char *name;
    enum diff_grade grade;
    const char *title;  /* what has changed, in one line */
    const char *why;    /* why it has this grade */
    const char *remedy; /* what to do */
};

/* Never NULL for a kind below DIFF_KINDS. */
const struct diff_kind_row *diff_kind_row(enum diff_kind kind);

/* DIFF_KINDS when there is none of that name. */
enum diff_kind diff_kind_find(struct span name);

/* Whether a use that changes so goes beyond what was approved: the grade `approval`, and another type, which breaks consumers
 * first but may also tell more than the approved one did (a date that becomes an instant). */
bool diff_needs_approval(enum diff_kind kind);

/* free, approval, consumers, senders: as --fail-on takes it. */
const char *diff_grade_word(enum diff_grade grade);

/* The same for people: "breaking for consumers". */
const char *diff_grade_text(enum diff_grade grade);

/* False when there is no grade of that word. */
bool diff_grade_find(struct span word, enum diff_grade *out);

#endif

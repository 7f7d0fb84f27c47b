/* enforce.h - run a program on one event.
 *
 *     cursor at the event's first byte
 *        |  one pass: parse, check types and rules, fill the slot table        (violations: refused, the walk goes on)
 *        v
 *     cursor behind its last byte
 *        |  per use: lifecycle, consent, residency, retention, freshness, the use's own needs -> outcome
 *        v
 *     records: key, value (framed Avro), headers                               (in the arena)
 *
 * Sends nothing, counts nothing. Values never appear in violations. */
#ifndef HEADGATE_CONTRACTS_ENFORCE_H
#define HEADGATE_CONTRACTS_ENFORCE_H

#include "codecs/arena.h"
#include "codecs/json.h"
#include "contracts/program.h"
#include "contracts/record.h"
#include "contracts/rule.h"

enum verdict { VERDICT_ACCEPTED, VERDICT_REFUSED }; /* retry is the gateway's: it depends on Kafka */

enum outcome_kind {
    OUTCOME_DELIVERED,
    OUTCOME_DIVERTED,
    OUTCOME_WITHHELD,
    OUTCOME_EXPIRED,
    OUTCOME_SHADOW,
    OUTCOME_DUPLICATE,
    OUTCOME_FAILED,
    OUTCOME_KINDS
};

enum outcome_reason {
    REASON_NONE,
    REASON_CONSENT,
    REASON_OBJECTION,
    REASON_GPC,
    REASON_RESIDENCY,
    REASON_UNFIT, /* the use requires what the model leaves optional, or its own rule is stricter */
    REASON_LATE,  /* onLate: drop */
    REASON_STOPPED,
    REASON_ENDED,   /* after endOfLife */
    REASON_BLOCKED, /* onBlocked: withhold; set by the gateway */
    REASON_SIZE,    /* failed: the broker would never take it; set by the gateway */
    OUTCOME_REASONS
};

struct violation {
    const struct rule *rule;
    struct span pointer;           /* RFC 6901: wire names, array indexes, `*` for the key of a map */
    const struct quality *quality; /* of a warning: the rule that the value does not keep; else NULL */
};

/* The values of an event that do not keep a quality rule of severity warning or info, in the order of the model's rules. */
struct warnings {
    const struct violation *items;
    uint32_t count;
    bool more; /* than the limit of violations, which is theirs too */
};

/* What one event adds to a quality rule: how many values the rule looked at, and how many of them do not keep it. */
struct quality_tally {
    const struct quality *quality;
    uint32_t rows, broken;
};

/* One per event and use, and as many are alive as requests are under way: kept small. */
struct outcome {
    const struct use *use;
    const struct record *record; /* delivered and diverted; NULL otherwise */
    uint32_t size;               /* shadow: bytes of the value that would have been written */
    enum outcome_kind kind : 8;
    enum outcome_reason reason : 8;
    enum outcome_kind would : 8; /* shadow: what would have become of it */
    bool late;                   /* delivered or diverted with ce_freshness late */
};

/* What is known about an event from outside its own bytes. All spans outlive the request. Times in us, NO_TIME = not given. */
struct event_context {
    int64_t received;
    int64_t sent;
    int64_t envelope_time;       /* CloudEvents time: the event time where the model declares none */
    struct span source;          /* the sender's URI: ce_source */
    struct span envelope_id;     /* CloudEvents source U+001F id, or a dialect's id; NULL data = none */
    struct span idempotency_key; /* with `index` the id of last resort; NULL data = none */
    uint32_t index;              /* item in the request */
    struct span traceparent;     /* NULL data = none */
    int64_t future_tolerance;    /* us: 5 min where not configured */
    uint32_t violation_limit;    /* at most this many are listed (32) */
    bool list_undeclared;        /* collect the names of undeclared members, for a receipt */
    struct warnings *warnings;   /* list them here, in the arena; NULL = they are only counted */
};

/* Numerous like outcomes. What an accepted event has comes first; the counts, for all of which limits are far below 2^32,
 * together. */
struct judgement {
    struct span event_id;           /* for the reply to the sender; canonical, may be NULL data when refused */
    const struct outcome *outcomes; /* one per use of the model except retired ones, in the model's order */
    uint32_t outcome_count;
    enum verdict verdict : 8;
    bool generated; /* the id was made by us */
    bool discarded; /* accepted, and no active or shadow use */
    bool more_violations;
    int64_t age;         /* us: received - corrected event time */
    int64_t skew;        /* us; 0 where none */
    uint32_t undeclared; /* undeclared members dropped; a skipped subtree counts once */
    uint32_t violation_count;
    uint32_t undeclared_name_count;
    uint32_t tally_count;
    uint32_t warnings; /* values that do not keep a quality rule of severity warning or info */
    const struct violation *violations;
    const struct span *undeclared_names; /* pointers (RFC 6901), only when asked */
    const struct quality_tally *tallies; /* one per quality rule of the model that counts; NULL = the model has none */
};

enum enforce_status {
    ENFORCE_JUDGED,        /* *out is filled; the cursor stands behind the event */
    ENFORCE_SYNTAX,        /* not JSON: cursor->error says what and where */
    ENFORCE_NO_MEMORY,     /* the arena's limit */
    ENFORCE_NO_RANDOMNESS, /* for a made-up id or an encrypted field: the system's fault, so the event may come again */
};

/* A worker's scratch for one program: slot table, pattern match data. Not shared between threads. */
struct enforcer;
struct enforcer *enforcer_create(const struct program *program) MUST_CHECK;
/* The same, but equal values are encrypted to equal bytes: to compare two runs, never for records that somebody keeps. */
struct enforcer *enforcer_create_repeatable(const struct program *program) MUST_CHECK;
void enforcer_destroy(struct enforcer *enforcer);

/* Judges the value at the cursor as an event of `model`. A value that is no object is refused (rule `type`). Input bytes need
 * not outlive the call; everything in *out lives in the arena, the program or the context. */
enum enforce_status enforce_event(struct enforcer *enforcer, const struct model_program *model, struct json_cursor *cursor,
                                  const struct event_context *context, struct arena *arena, struct judgement *out) MUST_CHECK;

/* The words of receipts and metrics; constant. */
const char *outcome_word(enum outcome_kind kind);
const char *outcome_reason_word(enum outcome_reason reason);

#endif

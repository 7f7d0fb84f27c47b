/* headgate.h - libheadgate: judge events by contracts, and make the records that each use is to get. No server, no Kafka.
 *
 *     headgate_load()             a folder of contracts and a key file -> a catalogue, or what is wrong with them
 *     headgate_enforcer_create()  a thread's scratch for that catalogue
 *     headgate_enforce()          one event -> a result: verdict, violations, and per use an outcome with its record
 *
 * Ownership: what a call gives out belongs to the caller until the matching headgate_..._destroy(), which takes NULL too. All
 * that a struct here points to belongs to the thing it was asked from and dies with it. Enforcers and results must be gone
 * before their catalogue; a result may outlive its enforcer. What callers pass in is copied where it is needed longer.
 * Threads: a catalogue is only read, by any number of threads. An enforcer belongs to one thread at a time, a result too.
 * Nothing here starts a thread, installs a handler, logs, or changes the process's locale.
 * Units: times are microseconds since 1970-01-01T00:00:00Z, durations microseconds, sizes bytes, unless a name says otherwise.
 * Errors: a headgate_status. No text that comes out of here quotes a value of an event.
 * Versions: semantic. While the major number is 0, a minor version may change the layout of structs; the library's file name
 * then changes too. Zero every struct before you fill it: 0 and NULL mean "not given", also of members that come later. */
#ifndef HEADGATE_H
#define HEADGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEADGATE_VERSION_MAJOR 0
#define HEADGATE_VERSION_MINOR 1
#define HEADGATE_VERSION_PATCH 0

#define HEADGATE_API           __attribute__((visibility("default")))

enum headgate_status {
    HEADGATE_OK,
    HEADGATE_BAD_ARGUMENT,  /* a NULL or a value that the call does not take: the caller's mistake */
    HEADGATE_BAD_CONTRACTS, /* contracts or key file cannot be used; the problems say why */
    HEADGATE_UNKNOWN_EVENT, /* no contract declares this event type */
    HEADGATE_BAD_JSON,      /* the text is no JSON, or nested too deeply; headgate_enforcer_error() says what and where */
    HEADGATE_TOO_LARGE,     /* the event is larger than the catalogue's options allow */
    HEADGATE_NO_MEMORY      /* of the process, or beyond the options' limit, or no randomness; the next call may do */
};

/* A constant sentence. */
HEADGATE_API const char *headgate_status_text(enum headgate_status status);

/* The version of the library that runs, "0.1.0". */
HEADGATE_API const char *headgate_version(void);

/* Bytes that somebody else owns; no NUL need stand behind them. NULL data: absent. */
struct headgate_bytes {
    const char *data;
    size_t size;
};

/* ---------------------------------------------------------------- contracts */

struct headgate_catalogue;
struct headgate_problems;

/* A list of texts, each ended by a NUL. */
struct headgate_texts {
    const char *const *items;
    size_t count;
};

/* What the house calls a class in its contracts, and what it is: public, internal, confidential or restricted. The gateway's
 * `classes`. */
struct headgate_class {
    const char *name, *label;
};

/* What the house permits at most where a use has data of a class or of those above it, or of a data category or what lies in it.
 * The gateway's `governance`. An empty list or 0 says nothing. */
struct headgate_limit {
    const char *classification; /* a label or a name of `classes`; or NULL, and */
    const char *category;       /* a data category of fideslang */
    int64_t retention;
    struct headgate_texts residency;   /* regions */
    struct headgate_texts data_uses;   /* keys of fideslang: each permits what lies in it too */
    struct headgate_texts legal_bases; /* consent, contract, legal_obligation, ... */
};

struct headgate_options {
    const char *keys;   /* key file (`headgate keys new FILE`), mode 0600; for uses that hash, encrypt or hide the event's id */
    bool passing_keys;  /* without `keys`: random keys that nobody keeps. For trials and tests; pseudonyms differ by load */
    bool strict;        /* judge files without a headgate role by the same rules */
    int64_t now;        /* the clock that lifecycles and waivers are judged by; 0 = the system's */
    size_t event_limit; /* largest event; 0 = 256 KiB */
    size_t memory;      /* most that one result may hold, its copy of the event included; 0 = 16 MiB */
    const struct headgate_class *classes;
    size_t class_count;
    const struct headgate_limit *limits; /* a use that does not stay within them is a problem, as for `headgate check` */
    size_t limit_count;
};

enum headgate_severity { HEADGATE_NOTE, HEADGATE_WARNING, HEADGATE_ERROR };

struct headgate_problem {
    enum headgate_severity severity;
    struct headgate_bytes file;
    uint32_t line, column;        /* from 1, column in bytes; 0 = the file as a whole */
    const char *rule;             /* what `headgate explain RULE` explains */
    struct headgate_bytes path;   /* schema[0].properties[2].logicalType; empty for the file as a whole */
    struct headgate_bytes detail; /* one sentence */
    struct headgate_bytes remedy; /* what to do */
};

/* What an app or a pipeline needs to know of one use of one event model. */
struct headgate_use {
    struct headgate_bytes id, name, version;
    struct headgate_bytes event;      /* event type */
    struct headgate_bytes topic;      /* where its records go */
    struct headgate_bytes late_topic; /* where late ones go; NULL data: there is none */
    struct headgate_bytes schema;     /* Avro schema, JSON */
    uint32_t schema_id;               /* as in the records' frame: 0, id (4 bytes, big endian), Avro */
};

/* Reads all contracts in `dir`, recursively, as the gateway does with its default configuration; `options` may be NULL.
 * HEADGATE_BAD_ARGUMENT also for a class, a limit's key or a legal basis that there is not.
 * HEADGATE_OK: *catalogue is made. Otherwise *catalogue is NULL. `problems` may be NULL; else *problems is made in either case
 * but HEADGATE_BAD_ARGUMENT and HEADGATE_NO_MEMORY (then NULL), and holds warnings and notes as well as errors. Memory that ends
 * while a pattern or the key file is read is a problem with that pattern or file. */
HEADGATE_API enum headgate_status headgate_load(const char *dir, const struct headgate_options *options,
                                                struct headgate_catalogue **catalogue, struct headgate_problems **problems);
HEADGATE_API void headgate_catalogue_destroy(struct headgate_catalogue *catalogue);

/* By file, line and column. NULL beyond the last. */
HEADGATE_API size_t headgate_problem_count(const struct headgate_problems *problems);
HEADGATE_API const struct headgate_problem *headgate_problem_at(const struct headgate_problems *problems, size_t index);
HEADGATE_API void headgate_problems_destroy(struct headgate_problems *problems);

/* By id, then event type. NULL beyond the last. */
HEADGATE_API size_t headgate_use_count(const struct headgate_catalogue *catalogue);
HEADGATE_API const struct headgate_use *headgate_use_at(const struct headgate_catalogue *catalogue, size_t index);

/* ---------------------------------------------------------------- events */

struct headgate_enforcer;

/* Texts end with a NUL. */
struct headgate_event {
    const char *type; /* declared by a model */
    const char *json; /* UTF-8, an object; any memory, read during the call only */
    size_t json_size;
    const char *source;                              /* the sender's URI: ce_source */
    int64_t received;                                /* 0 = the system's clock */
    int64_t sent;                                    /* by the sender's clock: corrects its skew */
    int64_t time;                                    /* when it happened, for a model without eventTimeField */
    const char *cloudevents_source, *cloudevents_id; /* both or none: the id, for a model without primary key */
    const char *idempotency_key;                     /* with `index` the id of last resort; else one is made */
    uint32_t index;                                  /* of the event in what was sent under that key */
    const char *traceparent;                         /* W3C Trace Context, not checked; for uses that ask for it */
};

enum headgate_verdict { HEADGATE_ACCEPTED, HEADGATE_REFUSED };

struct headgate_violation {
    struct headgate_bytes pointer; /* RFC 6901; `*` stands for any key of a map */
    const char *rule;              /* what `headgate explain RULE` explains */
    const char *message;           /* one sentence for the sender */
};

/* A value that does not keep a quality rule of severity warning or info. The event is taken all the same, unless it breaks
 * something else. */
struct headgate_warning {
    enum headgate_severity severity; /* HEADGATE_WARNING, or HEADGATE_NOTE for info */
    struct headgate_bytes quality;   /* the rule of the model: its id, or PATH:METRIC */
    struct headgate_bytes pointer;   /* as of a violation */
    const char *rule;                /* what the value would break were the severity error */
    const char *message;
};

enum headgate_outcome_kind {
    HEADGATE_DELIVERED,
    HEADGATE_DIVERTED, /* to the use's late topic */
    HEADGATE_WITHHELD,
    HEADGATE_EXPIRED,
    HEADGATE_SHADOW /* a draft: judged, no record */
};

enum headgate_reason {
    HEADGATE_NO_REASON,
    HEADGATE_CONSENT,
    HEADGATE_OBJECTION,
    HEADGATE_GPC, /* Global Privacy Control */
    HEADGATE_RESIDENCY,
    HEADGATE_UNFIT, /* the use requires what the model leaves optional, or its own rule is stricter */
    HEADGATE_LATE,
    HEADGATE_STOPPED,
    HEADGATE_ENDED
};

struct headgate_header {
    struct headgate_bytes name, value;
};

struct headgate_record {
    struct headgate_bytes topic;
    struct headgate_bytes key; /* where the use declares none: its ce_id */
    struct headgate_bytes value;
    const struct headgate_header *headers; /* CloudEvents, binary mode */
    size_t header_count;
    int64_t timestamp_ms; /* of the Kafka record, milliseconds since 1970 */
};

struct headgate_outcome {
    const struct headgate_use *use; /* of the catalogue */
    enum headgate_outcome_kind kind;
    enum headgate_reason reason;
    bool late;
    const struct headgate_record *record; /* delivered and diverted; else NULL */
};

struct headgate_result {
    enum headgate_verdict verdict;
    bool generated_id;              /* the event brought no id */
    bool discarded;                 /* accepted, and no use takes it */
    bool more_violations;           /* than the 32 that are listed */
    bool more_warnings;             /* the same */
    struct headgate_bytes event_id; /* NULL data: none was found in a refused event */
    uint32_t undeclared;            /* members that no model declares, dropped */
    int64_t age, skew;              /* microseconds */
    const struct headgate_violation *violations;
    size_t violation_count;
    const struct headgate_warning *warnings; /* in the order of the model's quality rules; of a refused event too */
    size_t warning_count;
    const struct headgate_outcome *outcomes; /* of every use of the model that is not retired; none when refused */
    size_t outcome_count;
};

/* HEADGATE_BAD_ARGUMENT or HEADGATE_NO_MEMORY: *enforcer is NULL. */
HEADGATE_API enum headgate_status headgate_enforcer_create(const struct headgate_catalogue *catalogue,
                                                           struct headgate_enforcer **enforcer);
HEADGATE_API void headgate_enforcer_destroy(struct headgate_enforcer *enforcer);

/* Judges one event. HEADGATE_OK: *result is made, also of a refused event; otherwise *result is NULL. */
HEADGATE_API enum headgate_status headgate_enforce(struct headgate_enforcer *enforcer, const struct headgate_event *event,
                                                   struct headgate_result **result);
HEADGATE_API void headgate_result_destroy(struct headgate_result *result);

/* After HEADGATE_BAD_JSON: a constant sentence, and the byte of the event where it went wrong (`offset` may be NULL). NULL after
 * any other status. */
HEADGATE_API const char *headgate_enforcer_error(const struct headgate_enforcer *enforcer, size_t *offset);

/* "delivered", "consent", ... as the gateway's receipts spell them; "" for what is none. */
HEADGATE_API const char *headgate_outcome_word(enum headgate_outcome_kind kind);
HEADGATE_API const char *headgate_reason_word(enum headgate_reason reason);

#ifdef __cplusplus
}
#endif

#endif

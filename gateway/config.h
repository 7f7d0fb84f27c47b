/* config.h - what the operator decided: one immutable object per load.
 *
 *     flag  >  environment  >  file  >  default            config_table.c holds every option once
 *
 * Invariant: a struct config that config_load() returned is complete and within the ranges of the table; nothing writes to it
 * afterwards, so threads read it without locks. A reload makes a fresh object and swaps one pointer.
 * Units: times in microseconds, sizes in bytes. Texts are NUL-terminated and live in the config's arena; an absent one is NULL.
 * Paths of the file are relative to the file's folder, those of flags and environment to the working folder. */
#ifndef HEADGATE_GATEWAY_CONFIG_H
#define HEADGATE_GATEWAY_CONFIG_H

#include "codecs/arena.h"
#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"
#include "contracts/catalogue.h"

#include <stdint.h>

enum { TIER_COUNT = 3, LANE_COUNT_MAX = 3, CONFIG_WORKERS_MAX = 256 };

enum config_profile { PROFILE_SERVER, PROFILE_SIDECAR };
enum approval_mode { APPROVALS_OFF, APPROVALS_REQUIRED };
enum topic_mode { TOPICS_REQUIRE, TOPICS_CREATE };

/* What becomes of an event that nobody declared: refused, or answered as taken with only its shape counted. Of a sender it may be
 * unstated. */
enum undeclared_events { UNDECLARED_REFUSE, UNDECLARED_OBSERVE, UNDECLARED_UNSTATED };
enum config_log_level { CONFIG_LOG_ERROR, CONFIG_LOG_WARNING, CONFIG_LOG_INFO, CONFIG_LOG_DEBUG };
enum config_log_format { CONFIG_LOG_AUTO, CONFIG_LOG_JSON, CONFIG_LOG_TEXT };

/* Where to listen. Port 0 lets the system pick. IPv6 hosts stand here without brackets. */
struct listen_address {
    const char *host;
    uint16_t port;
};

/* One librdkafka setting of a cluster, from the allowed ones (cluster_property.h). */
struct cluster_property {
    const char *name;
    const char *value;
    bool secret; /* never shown */
};

struct cluster {
    const char *name;      /* = servers[].server of the contracts */
    const char *region;    /* NULL: of --kafka and --embedded, which stand in each use's first allowed region */
    const char *bootstrap; /* NULL: the in-process cluster of --embedded */
    const struct cluster_property *properties;
    size_t property_count;
};

/* A producer of each worker; tiers map to lanes. */
struct config_lane {
    const char *name;
    int64_t linger; /* the least of its tiers' */
};

struct config_limits {
    uint64_t memory;            /* all reservations of all lanes together */
    uint64_t event;             /* one event's bytes */
    uint64_t request;           /* a body, inflated */
    uint64_t request_projected; /* a request's arena and projections; 4 x request unless stated */
    uint64_t head;              /* request line and headers */
    uint32_t events;            /* in one request */
    uint32_t depth;             /* nesting of JSON */
    uint32_t tokens;            /* JSON values in one body */
    uint32_t violations;        /* reported per event */
    uint32_t connections;       /* open at once, all workers */
    uint32_t pipeline;          /* requests in flight on a connection */
};

struct config_timeouts {
    int64_t reply;  /* from a request's end to its reply */
    int64_t drain;  /* from the stop signal to the end */
    int64_t idle;   /* keep-alive without a request */
    int64_t header; /* from a request's first byte to the end of its head */
    int64_t body;   /* from the end of the head to the end of the body */
};

struct config {
    struct arena *arena;
    const char *file; /* the file that was read, NULL when none */

    const char *contracts;
    const char *keys;
    const char *senders;
    enum undeclared_events undeclared_events; /* of senders that do not say it */
    struct listen_address ingest, admin, schemas;
    uint32_t workers; /* never 0 */
    enum config_profile profile;
    bool embedded;
    const char *kafka; /* bootstrap servers of --kafka; clusters[] already says so */

    struct cluster *clusters; /* in the order of the file */
    size_t cluster_count;
    struct config_lane lanes[LANE_COUNT_MAX];
    uint32_t lane_count;
    uint32_t lane_of_tier[TIER_COUNT]; /* index into lanes, by enum tier */
    int64_t linger[TIER_COUNT];

    enum topic_mode topic_mode;
    struct span topic_template; /* NULL data: the built-in one */
    uint32_t partitions;
    uint32_t replication; /* 0: as many as there are brokers, three at most */

    struct span *default_residency;
    size_t default_residency_count;
    struct span *default_regulations;
    size_t default_regulation_count;
    const char *default_class;                  /* a label or a house class name, as stated; */
    enum classification default_classification; /* ... what it means */
    enum tagging default_tagging;
    enum approval_mode approvals;
    struct span *class_names;                           /* pairs: house name, label */
    size_t class_name_count;                            /* spans, twice the pairs */
    struct house_limit *class_limits, *category_limits; /* as stated; */
    size_t class_limit_count, category_limit_count;
    const struct house_limit *house_limits; /* ... and as one list */
    size_t house_limit_count;
    enum framing framing;

    struct config_limits limits;
    struct config_timeouts timeouts;
    int64_t clock_tolerance; /* how far in the future an event's time may lie */
    int64_t dedupe_window;   /* 0: off */
    uint32_t dedupe_entries; /* events by use, all workers together */
    int64_t alarm_window;    /* that alarms look back */
    uint32_t alarm_values;   /* that a share needs to be judged */
    bool sender_label;       /* metrics carry the sender */
    enum config_log_level log_level;
    enum config_log_format log_format;

    const char *lane_names[TIER_COUNT]; /* as stated; lanes[] is what follows from them */
    const uint8_t *origins;             /* per option of the table: enum config_origin */
};

/* Where a value came from, by rising precedence. */
enum config_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_FLAG };

/* One thing that is wrong. `file` is the path of the YAML file, the variable's name or the flag; line and column count from 1
 * and are 0 outside files. */
struct config_error {
    const char *file;
    uint32_t line, column;
    const char *key;     /* dotted option name, NULL when none is meant */
    const char *message; /* one sentence; never quotes a secret */
};

struct config_errors {
    struct arena *arena;
    struct config_error *items;
    size_t count;
    size_t capacity;
};

/* Where to read from. Everything may be NULL. */
struct config_input {
    const char *file;             /* --config wins over it, and HEADGATE_CONFIG too */
    const char *const *arguments; /* NULL-terminated: flags alone, without the command's name; positional arguments are errors */
    const char *const *environment; /* NULL-terminated NAME=value list: environ */
};

/* Reads all sources, checks everything. NULL with at least one error when anything is wrong; the caller destroys what it
 * gets, and calls config_errors_deinit() in either case. */
struct config *config_load(const struct config_input *input, struct config_errors *errors) MUST_CHECK;
void config_destroy(struct config *config);
void config_errors_deinit(struct config_errors *errors);

/* One error as people read it: file:line:column: key: message. */
void config_error_print(const struct config_error *error, struct buffer *out);

/* What the contracts need to know; the config must outlive `options`. */
void config_catalogue_options(const struct config *config, int64_t now, struct catalogue_options *options);

/* The largest record that we hand to librdkafka for this cluster: its property message.max.bytes, or RECORD_LIMIT. */
uint32_t config_record_max(const struct cluster *cluster);

/* The first option (dotted name) whose value differs and that a running server cannot take over; NULL when a reload from `old`
 * to `fresh` is possible. */
const char *config_unreloadable(const struct config *old, const struct config *fresh);

/* Whether only this machine can reach the address. */
bool listen_is_loopback(const struct listen_address *address) MUST_CHECK;

#endif

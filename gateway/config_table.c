#include "gateway/config_table.h"

#include "contracts/near.h"
#include "gateway/nearest.h"

#include <ctype.h>

#define KIB                INT64_C(1024)
#define MIB                (1024 * KIB)
#define GIB                (1024 * MIB)
#define AT(field)          offsetof(struct config, field), 0
#define LIST(items, count) offsetof(struct config, items), offsetof(struct config, count)

static const char *const profiles[] = {"server", "sidecar", NULL};
static const char *const approval_modes[] = {"off", "required", NULL};
static const char *const topic_modes[] = {"require", "create", NULL};
static const char *const taggings[] = {"compact", "full", NULL};
static const char *const framings[] = {"confluent", "single_object", NULL};
static const char *const undeclared_events[] = {"refuse", "observe", NULL};
static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const log_formats[] = {"auto", "json", "text", NULL};

/* name, flag, type, place, default, least, most, auto, words, reloadable, secret, help */
/* clang-format off */
static const struct option options[] = {
    {"contracts", NULL, OPTION_PATH, AT(contracts), "./contracts", 0, 0, false, NULL, true, false,
     "Folder with the contracts, read recursively"},
    {"keys", NULL, OPTION_PATH, AT(keys), NULL, 0, 0, false, NULL, true, false,
     "Key file for keyed handling and ce_id; made by `headgate keys new`"},
    {"senders", NULL, OPTION_PATH, AT(senders), NULL, 0, 0, false, NULL, true, false,
     "File of the senders; made by `headgate senders new`. Without it only this machine may send"},
    {"undeclared_events", NULL, OPTION_ENUM, AT(undeclared_events), "refuse", 0, 0, false, undeclared_events, true, false,
     "Events that nobody declared: refuse; or observe: answered 202, nothing stored, names and types counted. A sender may say otherwise"},
    {"ingest.listen", "listen", OPTION_LISTEN, AT(ingest), "127.0.0.1:8080", 0, 0, false, NULL, false, false,
     "Address for senders; port 0 picks one"},
    {"admin.listen", "admin", OPTION_LISTEN, AT(admin), "127.0.0.1:8081", 0, 0, false, NULL, false, false,
     "Address for operators: health, metrics, catalogue"},
    {"schemas.listen", "schemas", OPTION_LISTEN, AT(schemas), "127.0.0.1:8082", 0, 0, false, NULL, false, false,
     "Address of the schema registry's read API, for consumers"},
    {"workers", NULL, OPTION_COUNT, AT(workers), "auto", 1, CONFIG_WORKERS_MAX, true, NULL, false, false,
     "Worker threads; auto = one per processor (one in profile sidecar)"},
    {"profile", NULL, OPTION_ENUM, AT(profile), "server", 0, 0, false, profiles, false, false,
     "sidecar: one worker and one lane, for a gateway beside one application"},
    {"embedded", NULL, OPTION_BOOL, AT(embedded), "false", 0, 0, false, NULL, false, false,
     "Bring an in-process Kafka for trying things; nothing outlives the process"},
    {"kafka", NULL, OPTION_TEXT, AT(kafka), NULL, 0, 0, false, NULL, false, false,
     "Bootstrap servers of one cluster in place of all configured ones; topics are created"},
    {"clusters", NULL, OPTION_CLUSTERS, LIST(clusters, cluster_count), NULL, 0, 0, false, NULL, false, true,
     "Kafka clusters by name: {region, bootstrap, properties}"},
    {"topics.mode", NULL, OPTION_ENUM, AT(topic_mode), "require", 0, 0, false, topic_modes, false, false,
     "require: topics must be there and are audited; create: missing ones are made (default with --embedded and --kafka)"},
    {"topics.template", NULL, OPTION_TEMPLATE, AT(topic_template), "{domain}.{event}.{use}.v{major}", 0, 0, false, NULL, false, false,
     "Names of derived topics; {tier} and {region} are available too"},
    {"topics.partitions", NULL, OPTION_COUNT, AT(partitions), "6", 1, 10000, false, NULL, false, false,
     "Partitions of topics that are made"},
    {"topics.replication", NULL, OPTION_COUNT, AT(replication), "auto", 1, 100, true, NULL, false, false,
     "Replicas of topics that are made; auto = as many as there are brokers, three at most"},
    {"defaults.residency", NULL, OPTION_NAMES, LIST(default_residency, default_residency_count), "[]", 0, 0, false, NULL, true, false,
     "Regions where records may be stored if the contracts say nothing; empty = anywhere"},
    {"defaults.classification", NULL, OPTION_LABEL, AT(default_class), "confidential", 0, 0, false, NULL, true, false,
     "Class of fields without one: public, internal, confidential, restricted or a name of `classes`"},
    {"defaults.tagging", NULL, OPTION_ENUM, AT(default_tagging), "compact", 0, 0, false, taggings, true, false,
     "Which compliance headers records carry"},
    {"defaults.regulations", NULL, OPTION_NAMES, LIST(default_regulations, default_regulation_count), "[]", 0, 0, false, NULL, true, false,
     "Regulations that apply if the contracts say nothing"},
    {"approvals", NULL, OPTION_ENUM, AT(approvals), "off", 0, 0, false, approval_modes, true, false,
     "required: a use in service is served only as `headgate approve` recorded it in approvals.yaml"},
    {"classes", NULL, OPTION_CLASSES, LIST(class_names, class_name_count), "{}", 0, 0, false, NULL, true, false,
     "The house's own class names, each with its label: {secret: restricted}"},
    {"governance.classes", NULL, OPTION_CLASS_LIMITS, LIST(class_limits, class_limit_count), "{}", 0, 0, false, NULL, true, false,
     "What uses of a class, and of those above it, are permitted at most: {restricted: {retention: 90d, residency: [EU], data_uses: [essential], legal_bases: [contract]}}"},
    {"governance.categories", NULL, OPTION_CATEGORY_LIMITS, LIST(category_limits, category_limit_count), "{}", 0, 0, false, NULL, true, false,
     "The same by data category, with what lies in it: {user.location.precise: {retention: 30d}}"},
    {"framing", NULL, OPTION_ENUM, AT(framing), "confluent", 0, 0, false, framings, false, false,
     "How a record's value names its schema"},
    {"lanes.rt", NULL, OPTION_LABEL, AT(lane_names[TIER_RT]), "fast", 0, 0, false, NULL, false, false,
     "Lane (a producer of each worker) of uses with a latency under 60 s"},
    {"lanes.nrt", NULL, OPTION_LABEL, AT(lane_names[TIER_NRT]), "bulk", 0, 0, false, NULL, false, false,
     "Lane of uses with a latency under 60 min"},
    {"lanes.batch", NULL, OPTION_LABEL, AT(lane_names[TIER_BATCH]), "bulk", 0, 0, false, NULL, false, false,
     "Lane of all other uses"},
    {"linger.rt", NULL, OPTION_DURATION, AT(linger[TIER_RT]), "2ms", 0, 100 * US_PER_MS, false, NULL, false, false,
     "How long a record may wait for others of its batch; a lane takes the least of its tiers"},
    {"linger.nrt", NULL, OPTION_DURATION, AT(linger[TIER_NRT]), "10ms", 0, 100 * US_PER_MS, false, NULL, false, false,
     "The same for near-real-time uses"},
    {"linger.batch", NULL, OPTION_DURATION, AT(linger[TIER_BATCH]), "25ms", 0, 100 * US_PER_MS, false, NULL, false, false,
     "The same for batch uses"},
    {"limits.memory", NULL, OPTION_BYTES, AT(limits.memory), "512MiB", 8 * MIB, 1024 * GIB, false, NULL, false, false,
     "Room for records that Kafka has not acknowledged yet, over all workers and lanes"},
    {"limits.event", NULL, OPTION_BYTES, AT(limits.event), "256KiB", 64, 64 * MIB, false, NULL, false, false,
     "Largest event"},
    {"limits.request", NULL, OPTION_BYTES, AT(limits.request), "4MiB", 64, 256 * MIB, false, NULL, false, false,
     "Largest body, after decompression"},
    {"limits.request_projected", NULL, OPTION_BYTES, AT(limits.request_projected), "auto", 64 * KIB, 4 * GIB, true, NULL, false, false,
     "Most memory that one request may fill while it is judged; auto = 4 times limits.request"},
    {"limits.head", NULL, OPTION_BYTES, AT(limits.head), "16KiB", KIB, MIB, false, NULL, false, false,
     "Largest request line with its headers"},
    {"limits.events", NULL, OPTION_COUNT, AT(limits.events), "2500", 1, 1000000, false, NULL, false, false,
     "Most events in one request"},
    {"limits.depth", NULL, OPTION_COUNT, AT(limits.depth), "32", 1, 512, false, NULL, false, false,
     "Deepest nesting of JSON"},
    {"limits.tokens", NULL, OPTION_COUNT, AT(limits.tokens), "1000000", 100, 100000000, false, NULL, false, false,
     "Most JSON values in one body"},
    {"limits.violations", NULL, OPTION_COUNT, AT(limits.violations), "32", 1, 1000, false, NULL, false, false,
     "Most violations reported of one event"},
    {"limits.connections", NULL, OPTION_COUNT, AT(limits.connections), "10000", 1, 1000000, false, NULL, false, false,
     "Most connections of senders open at once"},
    {"limits.pipeline", NULL, OPTION_COUNT, AT(limits.pipeline), "16", 1, 1024, false, NULL, false, false,
     "Most requests in flight on one connection"},
    {"reply_timeout", NULL, OPTION_DURATION, AT(timeouts.reply), "10s", 100 * US_PER_MS, US_PER_HOUR, false, NULL, false, false,
     "Longest wait for Kafka before open events are answered retry"},
    {"drain_timeout", NULL, OPTION_DURATION, AT(timeouts.drain), "8s", 0, US_PER_HOUR, false, NULL, false, false,
     "Longest time from the stop signal to the end"},
    {"timeouts.idle", NULL, OPTION_DURATION, AT(timeouts.idle), "75s", 100 * US_PER_MS, US_PER_DAY, false, NULL, false, false,
     "How long a connection may rest between requests"},
    {"timeouts.header", NULL, OPTION_DURATION, AT(timeouts.header), "10s", 100 * US_PER_MS, US_PER_HOUR, false, NULL, false, false,
     "Longest time from a request's first byte to the end of its headers"},
    {"timeouts.body", NULL, OPTION_DURATION, AT(timeouts.body), "30s", 100 * US_PER_MS, US_PER_HOUR, false, NULL, false, false,
     "Longest time for a request's body"},
    {"clock.tolerance", NULL, OPTION_DURATION, AT(clock_tolerance), "5min", 0, US_PER_DAY, false, NULL, false, false,
     "How far in the future an event's time may lie"},
    {"dedupe.window", NULL, OPTION_DURATION, AT(dedupe_window), "0s", 0, US_PER_DAY, false, NULL, false, false,
     "How long the deduplication window remembers an event; 0s = off"},
    {"dedupe.entries", NULL, OPTION_COUNT, AT(dedupe_entries), "100000", 1000, 100000000, false, NULL, false, false,
     "Most events that it remembers, one for each use they went to; 56 bytes each"},
    {"alarms.window", NULL, OPTION_DURATION, AT(alarm_window), "15min", 15 * US_PER_SECOND, 7 * US_PER_DAY, false, NULL, false, false,
     "How far back the alarms of quality rules and errorRate look"},
    {"alarms.values", NULL, OPTION_COUNT, AT(alarm_values), "100", 1, 1000000000, false, NULL, false, false,
     "Fewest values in that window before a percentage is judged"},
    {"metrics.sender", NULL, OPTION_BOOL, AT(sender_label), "false", 0, 0, false, NULL, false, false,
     "Count by sender too; more series"},
    {"log.level", NULL, OPTION_ENUM, AT(log_level), "info", 0, 0, false, log_levels, true, false,
     "Least severity of log lines"},
    {"log.format", NULL, OPTION_ENUM, AT(log_format), "auto", 0, 0, false, log_formats, false, false,
     "auto: text on a terminal, JSON lines elsewhere"},
};

static const struct later_option later_options[] = {
    {"spool", "the spool on local disk"},
    {"ingest.tls", "TLS on listeners"},
    {"admin.tls", "TLS on listeners"},
    {"schemas.tls", "TLS on listeners"},
    {"storage_rules", "storage rules by country"},
    {"principals", "access rules for roles"},
    {"quarantine", "the quarantine of refused events"},
    {"registry", "an external schema registry"},
    {"consent", "consent and the suppression list"},
};
/* clang-format on */

const struct option *option_table(size_t *count)
{
    *count = COUNT_OF(options);
    return options;
}

const struct later_option *later_option_table(size_t *count)
{
    *count = COUNT_OF(later_options);
    return later_options;
}

size_t option_index(const struct option *option)
{
    return (size_t)(option - options);
}

void *option_field(const struct option *option, struct config *config)
{
    return (char *)config + option->offset;
}

const void *option_value(const struct option *option, const struct config *config)
{
    return (const char *)config + option->offset;
}

const struct option *option_by_name(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (span_is(name, options[i].name)) return &options[i];
    return NULL;
}

const struct option *option_by_flag(struct span flag)
{
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (span_is(flag, options[i].name) || (options[i].alias != NULL && span_is(flag, options[i].alias))) return &options[i];
    return NULL;
}

void option_variable(const struct option *option, struct buffer *out)
{
    buffer_append_text(out, "HEADGATE_");
    for (const char *at = option->name; *at != '\0'; at++)
        buffer_append_char(out, *at == '.' ? '_' : (char)toupper((unsigned char)*at));
}

static bool variable_matches(const char *name, struct span variable)
{
    if (strlen(name) != variable.size) return false;
    for (size_t i = 0; i < variable.size; i++)
        if (variable.data[i] != (name[i] == '.' ? '_' : (char)toupper((unsigned char)name[i]))) return false;
    return true;
}

const struct option *option_by_variable(struct span variable)
{
    struct span prefix = SPAN("HEADGATE_");
    if (!span_starts_with(variable, prefix)) return NULL;
    struct span rest = {variable.data + prefix.size, variable.size - prefix.size};
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (variable_matches(options[i].name, rest)) return &options[i];
    return NULL;
}

const struct later_option *later_option_by_name(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(later_options); i++)
        if (span_is(name, later_options[i].name)) return &later_options[i];
    return NULL;
}

bool option_is_group(struct span group)
{
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (span_starts_with(span_of(options[i].name), group) && options[i].name[group.size] == '.') return true;
    return false;
}

/* A nested key is compared as a whole and, where that fails, by its last part: `limits.connection` and `time_out.idle`. */
const char *option_nearest(struct span name)
{
    struct nearest best = NEAREST_NONE;
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const char *known = options[i].name;
        nearest_consider(&best, name, span_of(known));
        const char *dot = strchr(known, '.');
        if (dot == NULL || memchr(name.data, '.', name.size) != NULL) continue;
        struct span group = {known, (size_t)(dot - known)};
        size_t found = near_distance(name, group, 3);
        if (found < 3 && found < best.distance && name.size > 3) best = (struct nearest){span_of(known), found};
    }
    return best.name.data;
}

const char *option_nearest_flag(struct span flag)
{
    struct nearest best = NEAREST_NONE;
    nearest_consider(&best, flag, SPAN("config"));
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        nearest_consider(&best, flag, span_of(options[i].name));
        if (options[i].alias != NULL) nearest_consider(&best, flag, span_of(options[i].alias));
    }
    return best.name.data;
}

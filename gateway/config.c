#include "gateway/config.h"

#include "gateway/config_sources.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONFIG_ARENA = 16 * 1024 * 1024, ERRORS_ARENA = 1024 * 1024, ERRORS_MAX = 100 };

/* ---------------------------------------------------------------- errors */

static const char *copy_text(struct arena *arena, const char *text)
{
    return text != NULL ? arena_copy(arena, span_of(text)).data : NULL;
}

static struct config_error *next_error(struct config_errors *errors)
{
    if (errors->arena == NULL) errors->arena = arena_create(ERRORS_ARENA);
    if (errors->arena == NULL || errors->count == ERRORS_MAX) return NULL;
    if (errors->items == NULL) errors->items = arena_calloc(errors->arena, ERRORS_MAX, sizeof *errors->items);
    if (errors->items == NULL) return NULL;
    errors->capacity = ERRORS_MAX;
    return &errors->items[errors->count];
}

static void add_error(struct config_errors *errors, const char *file, uint32_t line, uint32_t column, const char *key,
                      const char *format, va_list arguments)
{
    struct config_error *error = next_error(errors);
    if (error == NULL) return;
    char text[1024];
    int size = vsnprintf(text, sizeof text, format, arguments);
    const char *message = size >= 0 ? copy_text(errors->arena, text) : NULL;
    *error = (struct config_error){copy_text(errors->arena, file), line, column, copy_text(errors->arena, key),
                                   message != NULL ? message : "out of memory"};
    errors->count++;
}

bool config_errors_add(struct config_errors *errors, const char *file, uint32_t line, uint32_t column, const char *key,
                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_error(errors, file, line, column, key, format, arguments);
    va_end(arguments);
    return false;
}

bool config_fail(struct config_reader *reader, const struct yaml_node *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_error(reader->errors, reader->source, node != NULL ? node->line : 0, node != NULL ? node->column : 0, reader->key, format,
              arguments);
    va_end(arguments);
    return false;
}

void config_errors_deinit(struct config_errors *errors)
{
    arena_destroy(errors->arena);
    *errors = (struct config_errors){NULL, NULL, 0, 0};
}

void config_error_print(const struct config_error *error, struct buffer *out)
{
    if (error->file != NULL) buffer_append_text(out, error->file);
    if (error->line > 0) buffer_printf(out, ":%u:%u", (unsigned)error->line, (unsigned)error->column);
    if (error->key != NULL) buffer_printf(out, ": %s", error->key);
    buffer_printf(out, ": %s", error->message);
}

/* ---------------------------------------------------------------- what follows from the options together */

static bool stated(const struct config *config, const char *name)
{
    return config->origins[option_index(option_by_name(span_of(name)))] != ORIGIN_DEFAULT;
}

/* An error about several options at once is told where the first of them was stated. */
static bool conflict(struct config_reader *reader, const char *key, const char *message)
{
    reader->key = key;
    reader->source = reader->config->file != NULL ? reader->config->file : "configuration";
    return config_fail(reader, NULL, "%s", message);
}

static bool finish_clusters(struct config_reader *reader)
{
    struct config *config = reader->config;
    if (config->embedded && config->kafka != NULL) return conflict(reader, "embedded", "either --embedded or --kafka, not both");
    if (!config->embedded && config->kafka == NULL) return true;
    struct cluster *cluster = arena_calloc(config->arena, 1, sizeof *cluster);
    if (cluster == NULL) return config_fail(reader, NULL, "out of memory");
    *cluster = (struct cluster){config->embedded ? "embedded" : "kafka", NULL, config->kafka, NULL, 0};
    config->clusters = cluster;
    config->cluster_count = 1;
    /* The in-process cluster starts empty, so nothing but making topics makes sense there. */
    if (config->embedded || !stated(config, "topics.mode")) config->topic_mode = TOPICS_CREATE;
    return true;
}

static uint32_t lane_by_name(struct config *config, const char *name)
{
    for (uint32_t i = 0; i < config->lane_count; i++)
        if (strcmp(config->lanes[i].name, name) == 0) return i;
    config->lanes[config->lane_count] = (struct config_lane){name, INT64_MAX};
    return config->lane_count++;
}

static void finish_lanes(struct config *config)
{
    for (unsigned tier = 0; tier < TIER_COUNT; tier++) {
        const char *name = config->profile == PROFILE_SIDECAR ? "sidecar" : config->lane_names[tier];
        uint32_t lane = lane_by_name(config, name);
        config->lane_of_tier[tier] = lane;
        if (config->linger[tier] < config->lanes[lane].linger) config->lanes[lane].linger = config->linger[tier];
    }
}

static void finish_workers(struct config *config)
{
    if (config->workers > 0) return;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    config->workers = processors < 1 ? 1 : processors > CONFIG_WORKERS_MAX ? CONFIG_WORKERS_MAX : (uint32_t)processors;
    if (config->profile == PROFILE_SIDECAR) config->workers = 1;
}

static bool finish_class(struct config_reader *reader)
{
    struct config *config = reader->config;
    if (class_find(config->class_names, config->class_name_count, span_of(config->default_class),
                   &config->default_classification))
        return true;
    return conflict(reader, "defaults.classification",
                    "this class is not known: public, internal, confidential, restricted, or a name of `classes`");
}

static bool finish_limits(struct config_reader *reader)
{
    struct config_limits *limits = &reader->config->limits;
    if (limits->request_projected == 0) limits->request_projected = 4 * limits->request;
    if (limits->event > limits->request)
        return conflict(reader, "limits.event", "an event cannot be larger than limits.request, its body");
    if (limits->request_projected < limits->request)
        return conflict(reader, "limits.request_projected", "this must be at least limits.request");
    return true;
}

static bool same_address(const struct listen_address *a, const struct listen_address *b)
{
    return a->port != 0 && a->port == b->port && strcmp(a->host, b->host) == 0;
}

static bool finish_listeners(struct config_reader *reader)
{
    const struct config *config = reader->config;
    if (same_address(&config->ingest, &config->admin))
        return conflict(reader, "admin.listen", "senders and operators need different addresses");
    if (same_address(&config->ingest, &config->schemas) || same_address(&config->admin, &config->schemas))
        return conflict(reader, "schemas.listen", "this address is taken by another listener");
    return true;
}

static bool finish(struct config_reader *reader)
{
    finish_lanes(reader->config);
    finish_workers(reader->config);
    bool fine = finish_clusters(reader);
    fine = finish_class(reader) && fine;
    fine = config_limits_finish(reader) && fine;
    fine = finish_limits(reader) && fine;
    return finish_listeners(reader) && fine;
}

/* ---------------------------------------------------------------- load */

static struct config *create(struct config_errors *errors)
{
    size_t count;
    (void)option_table(&count);
    struct config *config = calloc(1, sizeof *config);
    struct arena *arena = arena_create(CONFIG_ARENA);
    const uint8_t *origins = arena != NULL ? arena_calloc(arena, count, 1) : NULL;
    if (config == NULL || origins == NULL) {
        arena_destroy(arena);
        free(config);
        (void)config_errors_add(errors, "configuration", 0, 0, NULL, "out of memory");
        return NULL;
    }
    config->arena = arena;
    config->origins = origins;
    return config;
}

static const char *choose_file(const struct config_input *input)
{
    const char *file = config_flag_file(input->arguments);
    if (file == NULL) file = input->file;
    if (file == NULL) file = config_variable(input->environment, SPAN("HEADGATE_CONFIG"));
    return file;
}

static bool read_sources(struct config_reader *reader, const struct config_input *input)
{
    struct config *config = reader->config;
    if (!config_read_defaults(reader)) return false;
    const char *file = choose_file(input);
    bool fine = true;
    if (file != NULL) {
        config->file = arena_copy(config->arena, span_of(file)).data;
        fine = config->file != NULL && config_read_file(reader, config->file);
    }
    fine = config_read_environment(reader, input->environment) && fine;
    return config_read_flags(reader, input->arguments) && fine;
}

struct config *config_load(const struct config_input *input, struct config_errors *errors)
{
    *errors = (struct config_errors){NULL, NULL, 0, 0};
    struct config *config = create(errors);
    if (config == NULL) return NULL;
    struct config_reader reader = {.config = config, .arena = config->arena, .errors = errors, .environment = input->environment};
    if (read_sources(&reader, input) && finish(&reader)) return config;
    config_destroy(config);
    return NULL;
}

/* Secrets of properties lie in the arena; its blocks are freed without wiping, since librdkafka holds copies anyway. */
void config_destroy(struct config *config)
{
    if (config == NULL) return;
    arena_destroy(config->arena);
    free(config);
}

uint32_t config_record_max(const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->property_count; i++) {
        if (strcmp(cluster->properties[i].name, "message.max.bytes") != 0) continue;
        unsigned long stated = strtoul(cluster->properties[i].value, NULL, 10);
        if (stated > 0 && stated <= INT32_MAX) return (uint32_t)stated;
    }
    return RECORD_LIMIT;
}

/* What every cluster takes: a use may go to any of them. */
static int64_t record_limit(const struct config *config)
{
    int64_t least = 0;
    for (size_t i = 0; i < config->cluster_count; i++) {
        int64_t most = config_record_max(&config->clusters[i]);
        if (least == 0 || most < least) least = most;
    }
    return least;
}

void config_catalogue_options(const struct config *config, int64_t now, struct catalogue_options *options)
{
    *options = (struct catalogue_options){
        .default_classification = config->default_classification,
        .default_tagging = config->default_tagging,
        .default_residency = config->default_residency,
        .default_residency_count = config->default_residency_count,
        .default_regulations = config->default_regulations,
        .default_regulation_count = config->default_regulation_count,
        .class_names = config->class_names,
        .class_name_count = config->class_name_count,
        .topic_template = config->topic_template,
        .framing = config->framing,
        .record_limit = record_limit(config),
        .house_limits = config->house_limits,
        .house_limit_count = config->house_limit_count,
        .now = now,
    };
}

bool listen_is_loopback(const struct listen_address *address)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (strcmp(address->host, "localhost") == 0) return true;
    if (inet_pton(AF_INET, address->host, &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
    return inet_pton(AF_INET6, address->host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

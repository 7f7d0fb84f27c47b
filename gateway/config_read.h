/* config_read.h - between the sources and the table: what readers of values share. Internal to config_*.c and senders.c. */
#ifndef HEADGATE_GATEWAY_CONFIG_READ_H
#define HEADGATE_GATEWAY_CONFIG_READ_H

#include "contracts/yaml.h"
#include "gateway/config.h"
#include "gateway/config_table.h"

struct config_reader {
    struct config *config;
    struct arena *arena; /* the config's */
    struct config_errors *errors;
    const char *source;             /* file, variable or flag that is being read */
    const char *folder;             /* paths are relative to it; NULL = the working folder */
    const char *const *environment; /* for ${env:NAME}; may be NULL */
    const char *key;                /* option that is being read */
};

/* Adds an error at the node (NULL: without a position) of reader->key. Always false, so `return config_fail(...)`. */
bool config_fail(struct config_reader *reader, const struct yaml_node *node, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same, where only the place is known; `file` and `key` are copied, `key` may be NULL. */
bool config_errors_add(struct config_errors *errors, const char *file, uint32_t line, uint32_t column, const char *key,
                       const char *format, ...) PRINTF_LIKE(6, 7);

/* Reads the node as the option's type into the config; false with an error. */
bool config_value_read(struct config_reader *reader, const struct option *option, const struct yaml_node *node) MUST_CHECK;

/* A key of a map, and how its value is read into what the map describes. */
struct config_member {
    const char *name;
    bool (*read)(struct config_reader *reader, const struct yaml_node *node, void *target);
};

/* Reads all pairs of the node, which is a map; false with an error for each that is wrong, and for keys that are no member. */
bool config_members_read(struct config_reader *reader, const struct config_member *members, size_t count,
                         const struct yaml_node *map, void *target) MUST_CHECK;

/* `clusters`: config_cluster.c. */
bool config_clusters_read(struct config_reader *reader, const struct option *option, const struct yaml_node *node) MUST_CHECK;

/* `governance`: config_limits.c. Once all sources are read, both of its lists become one. */
bool config_limits_read(struct config_reader *reader, const struct option *option, const struct yaml_node *node) MUST_CHECK;
bool config_limits_finish(struct config_reader *reader) MUST_CHECK;

/* The path, made relative to the reader's folder where it is not absolute; NULL when out of memory. */
const char *config_path(const struct config_reader *reader, struct span path) MUST_CHECK;

/* A text node's value as a NUL-terminated copy in the reader's arena; NULL with an error when it is no text or out of memory. */
const char *config_text(struct config_reader *reader, const struct yaml_node *node) MUST_CHECK;

/* Name and shape of lists. */
bool config_is_slug(struct span text) MUST_CHECK;

/* A variable's value in a NAME=value list; NULL when it is not set. */
const char *config_variable(const char *const *environment, struct span name);

/* How long and how much, as contracts and configuration write them. False when malformed, with *error a constant sentence. */
bool config_duration(struct span text, int64_t *us, const char **error) MUST_CHECK;
bool config_bytes(struct span text, uint64_t *bytes, const char **error) MUST_CHECK;

/* Their shortest exact writing. */
void config_duration_print(int64_t us, struct buffer *out);
void config_bytes_print(uint64_t bytes, struct buffer *out);

#endif

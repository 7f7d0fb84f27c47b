/* config_table.h - every option once. The table drives the file, the environment, the flags, `--help`, the sample file, the
 * manual and the print-out of what is in force; a unit test fails where one of them lacks an option. */
#ifndef HEADGATE_GATEWAY_CONFIG_TABLE_H
#define HEADGATE_GATEWAY_CONFIG_TABLE_H

#include "gateway/config.h"

enum option_type {
    OPTION_TEXT,            /* const char * */
    OPTION_PATH,            /* const char *, relative to the file's folder */
    OPTION_BOOL,            /* bool */
    OPTION_COUNT,           /* uint32_t; 0 is written `auto` where the table says so */
    OPTION_BYTES,           /* uint64_t; 0 is written `auto` */
    OPTION_DURATION,        /* int64_t, microseconds */
    OPTION_LISTEN,          /* struct listen_address */
    OPTION_ENUM,            /* int: index into words */
    OPTION_LABEL,           /* const char *: a slug */
    OPTION_TEMPLATE,        /* struct span: names of topics */
    OPTION_NAMES,           /* struct span * and size_t: a list */
    OPTION_CLASSES,         /* the same, pairs of a map */
    OPTION_CLUSTERS,        /* struct cluster * and size_t */
    OPTION_CLASS_LIMITS,    /* struct house_limit * and size_t: a map by class */
    OPTION_CATEGORY_LIMITS, /* the same by data category */
    OPTION_TYPES
};

struct option {
    const char *name;  /* dotted: its place in the file */
    const char *alias; /* a shorter flag, NULL = none */
    enum option_type type;
    size_t offset;            /* in struct config */
    size_t count_offset;      /* of the count, for lists */
    const char *fallback;     /* default as it would be written; NULL = unset */
    int64_t minimum, maximum; /* counts; bytes; durations in us */
    bool automatic;           /* `auto` is a value: 0 */
    const char *const *words; /* NULL-terminated, for enums */
    bool reloadable;          /* a running server takes a change over */
    bool secret;              /* may be given by HEADGATE_..._FILE; never printed whole */
    const char *help;         /* one sentence, no full stop */
};

/* A key that a later version serves: stating it is an error that names the feature. */
struct later_option {
    const char *name;
    const char *feature;
};

/* The tables; constant. */
const struct option *option_table(size_t *count);
const struct later_option *later_option_table(size_t *count);

/* By dotted name, by flag (name or alias, without dashes), by environment variable; NULL when there is none. */
const struct option *option_by_name(struct span name);
const struct option *option_by_flag(struct span flag);
const struct option *option_by_variable(struct span variable);
const struct later_option *later_option_by_name(struct span name);

/* Whether any option lies below `group`: `limits` for limits.events. */
bool option_is_group(struct span group) MUST_CHECK;

/* HEADGATE_INGEST_LISTEN of ingest.listen, appended. */
void option_variable(const struct option *option, struct buffer *out);

/* The known name nearest to one that is not: dotted names, flags or variables. NULL when none is near. */
const char *option_nearest(struct span name);
const char *option_nearest_flag(struct span flag);

/* Its row: where config->origins says where the value came from. */
size_t option_index(const struct option *option);

/* The option's place in `config`. */
void *option_field(const struct option *option, struct config *config);
const void *option_value(const struct option *option, const struct config *config);

#endif

/* log.h - structured lines on standard error.
 *
 *     log_line(LOG_WARNING, "broker_down", log_text("broker", name), log_int("retries", n));
 *
 *     2026-11-22T13:44:13.250Z warning broker_down broker=b1.example:9092 retries=3                (a terminal)
 *     {"time":"...","level":"warning","event":"broker_down","broker":"b1.example:9092","retries":3}   (anything else)
 *
 * Process-wide: there is one standard error. Thread-safe; a line leaves in one write. Each event name passes at most
 * LOG_BURST lines per LOG_WINDOW; what was held back is told as suppressed=n on the next line that passes, and counted.
 * Never give it a value of an event, a key or a token: names, counts and places only. */
#ifndef HEADGATE_GATEWAY_LOG_H
#define HEADGATE_GATEWAY_LOG_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"

#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_AUTO, LOG_JSON, LOG_TEXT };
enum { LOG_BURST = 10, LOG_WINDOW_SECONDS = 10 };

enum log_field_kind { LOG_FIELD_TEXT, LOG_FIELD_INT, LOG_FIELD_BOOL };

struct log_field {
    const char *name;
    enum log_field_kind kind;
    struct span text;
    int64_t number;
};

static inline struct log_field log_span(const char *name, struct span value)
{
    return (struct log_field){name, LOG_FIELD_TEXT, value, 0};
}

static inline struct log_field log_text(const char *name, const char *value)
{
    return log_span(name, span_of(value));
}

static inline struct log_field log_int(const char *name, int64_t value)
{
    return (struct log_field){name, LOG_FIELD_INT, {NULL, 0}, value};
}

static inline struct log_field log_bool(const char *name, bool value)
{
    return (struct log_field){name, LOG_FIELD_BOOL, {NULL, 0}, value};
}

/* Before any thread starts. LOG_AUTO: text on a terminal, JSON lines elsewhere; colour only on a terminal and without
 * NO_COLOR. Until it is called: LOG_INFO, LOG_AUTO. */
void log_init(enum log_level level, enum log_format format);

/* At run time (a reload). */
void log_set_level(enum log_level level);

/* Whether a line of this level would be written: for fields that cost something to make. */
bool log_enabled(enum log_level level);

/* Lines held back since the start, by rate. */
uint64_t log_suppressed_count(void);

/* One line; `event` is a constant name in snake_case that says what happened and is the key of the rate limit. */
#define log_line(level, event, ...)                                      \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__}, \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

/* The same without fields. */
#define log_plain(level, event) log_write((level), (event), NULL, 0)

/* What the macros above stand for. */
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);

/* The line's text with its newline, without writing it: what log_write() does, for tests. `now` in microseconds since the
 * epoch; `suppressed` above 0 is told. */
void log_format_line(enum log_format format, bool colour, int64_t now, enum log_level level, const char *event,
                     const struct log_field *fields, size_t count, uint64_t suppressed, struct buffer *out);

/* The rate limit itself: true when a line of `event` may pass at `now` (us, monotonic), with *suppressed what was held back
 * since the last one that passed. */
struct log_limiter;
struct log_limiter *log_limiter_create(void) MUST_CHECK;
void log_limiter_destroy(struct log_limiter *limiter);
bool log_limiter_pass(struct log_limiter *limiter, const char *event, int64_t now, uint64_t *suppressed) MUST_CHECK;

#endif

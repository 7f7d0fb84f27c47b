#include "gateway/log.h"

#include "gateway/clock.h"
#include "gateway/terminal.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

/* The one piece of process-wide state besides main's: there is one standard error, and the deepest code may have to say
 * something. Everything but the level is set before threads start. */
static struct {
    _Atomic int level;
    enum log_format format;
    bool colour;
    bool ready;
    struct log_limiter *limiter;
    _Atomic uint64_t suppressed;
} sink = {.level = LOG_INFO};

void log_init(enum log_level level, enum log_format format)
{
    atomic_store(&sink.level, (int)level);
    sink.format = format != LOG_AUTO ? format : isatty(STDERR_FILENO) ? LOG_TEXT : LOG_JSON;
    sink.colour = terminal_has_colour(stderr);
    if (sink.limiter == NULL) sink.limiter = log_limiter_create();
    sink.ready = true;
}

void log_set_level(enum log_level level)
{
    atomic_store(&sink.level, (int)level);
}

bool log_enabled(enum log_level level)
{
    return (int)level <= atomic_load_explicit(&sink.level, memory_order_relaxed);
}

uint64_t log_suppressed_count(void)
{
    return atomic_load(&sink.suppressed);
}

/* One write, so lines of several threads never mix; a pipe that is full or gone must not stop the gateway. */
static void write_line(struct span line)
{
    ssize_t written;
    do {
        written = write(STDERR_FILENO, line.data, line.size);
    } while (written < 0 && errno == EINTR);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    if (!log_enabled(level)) return;
    if (!sink.ready) log_init((enum log_level)atomic_load(&sink.level), LOG_AUTO);
    uint64_t suppressed = 0;
    if (sink.limiter != NULL && !log_limiter_pass(sink.limiter, event, clock_monotonic(), &suppressed)) {
        atomic_fetch_add_explicit(&sink.suppressed, 1, memory_order_relaxed);
        return;
    }
    struct buffer line = BUFFER_EMPTY;
    log_format_line(sink.format, sink.colour, clock_wall(), level, event, fields, count, suppressed, &line);
    if (buffer_ok(&line)) write_line(buffer_span(&line));
    buffer_deinit(&line);
}

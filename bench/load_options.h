/* load_options.h - what the load generator is told on its command line. */
#ifndef HEADGATE_BENCH_LOAD_OPTIONS_H
#define HEADGATE_BENCH_LOAD_OPTIONS_H

#include "bench/load_schedule.h"
#include "codecs/attributes.h"
#include "codecs/span.h"

/* Seconds: intervals below are all noise. */
#define LOAD_INTERVAL_MIN 0.05

enum { LOAD_HEADERS_MAX = 16, LOAD_DEPTH_MAX = 16, LOAD_BATCH_MAX = 10000, LOAD_CONNECTIONS_MAX = 20000 };

/* How events become a body. */
enum load_shape {
    LOAD_OBJECT,      /* the event as it is; a JSON array where --batch is above 1 */
    LOAD_ARRAY,       /* a JSON array also of one */
    LOAD_NDJSON,      /* one event a line */
    LOAD_CLOUDEVENTS, /* structured CloudEvents; batched where --batch is above 1 */
    LOAD_BINARY,      /* CloudEvents in ce- headers */
};

enum load_encoding { LOAD_IDENTITY, LOAD_GZIP, LOAD_ZSTD };

struct load_options {
    const char *url;     /* http://host[:port]/path */
    char authority[264]; /* host and port as they stand there: what Host says */
    char host[256];
    char port[8];
    const char *path;
    const char *payload;   /* file of the events' templates; or: */
    const char *contracts; /* folder, whose samples of `event` are sent */
    const char *event;
    const char *bad; /* file of the invalid events' templates; NULL = none, or samples */
    double bad_percent, late_percent, duplicate_percent, undeclared_percent; /* of the events */
    double late_by;                                                          /* seconds */
    int shape, encoding;                                                     /* enum load_shape, enum load_encoding */
    const char *type;                                                        /* of CloudEvents */
    long batch;                                                              /* events per request */
    long connections, depth;
    struct load_steps rate;  /* events per second, kept up whatever the replies; none = as fast as the replies come */
    int arrivals;            /* enum load_arrivals */
    double interval;         /* seconds: of the series; 0 = fitting the duration */
    double duration, warmup; /* seconds */
    long pid;                /* of the server; 0 = not watched */
    const char *json;        /* file of the report, "-" = standard output, NULL = none; so are: */
    const char *csv;         /* of the series */
    const char *html;        /* of the page */
    const char *headers[LOAD_HEADERS_MAX];
    long header_count;
    const char *ledger; /* topics that are read back, with commas between; NULL = none */
    const char *kafka;  /* bootstrap servers to read them from */
    bool quiet;
};

/* Reads the command line. True to go on; false when it is over with *code: help was printed (0), or the use was wrong and
 * that was said on standard error (2). */
bool load_options_read(int argc, char **argv, struct load_options *options, int *code) MUST_CHECK;

/* The names that --shape, --encoding and --arrivals take. */
const char *load_shape_name(int shape);
const char *load_encoding_name(int encoding);
const char *load_arrivals_name(int arrivals);

#endif

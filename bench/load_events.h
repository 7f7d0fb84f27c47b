/* load_events.h - the events of a run: where their texts come from, and how many of them are not as they should be.
 *
 *     --payload FILE        templates, one (FILE.json) or one a line (FILE.ndjson), taken in turn
 *     --contracts DIR       the catalogue's samples of --event, taken in turn
 *
 * Kinds other than GOOD are spread evenly over the run: for 5 percent, every 20th event. */
#ifndef HEADGATE_BENCH_LOAD_EVENTS_H
#define HEADGATE_BENCH_LOAD_EVENTS_H

#include "bench/load_options.h"
#include "bench/load_template.h"
#include "codecs/buffer.h"

enum load_kind {
    LOAD_GOOD,
    LOAD_BAD,        /* breaks the contract: --bad FILE, or a sample that breaks one rule */
    LOAD_LATE,       /* happened --late-by seconds ago */
    LOAD_DUPLICATE,  /* has the id of an event before it */
    LOAD_UNDECLARED, /* has a member that no contract knows */
    LOAD_KINDS,
};

/* What stands around an event in a body: templates, with the type in place of %s. */
struct load_wrapping {
    const char *open, *close;
};

struct load_events;

/* NULL and a message in `problem` when files or contracts cannot be used. `now_ms` since 1970: samples happen then. */
struct load_events *load_events_create(const struct load_options *options, const struct load_wrapping *wrapping, int64_t now_ms,
                                       char *problem, size_t problem_size) MUST_CHECK;
void load_events_destroy(struct load_events *events);

/* Appends the next event; source->sequence is its number, source->now_ms its time. */
void load_events_next(struct load_events *events, struct load_source *source, struct buffer *to);

/* How many events were made, in all and of a kind. */
uint64_t load_events_count(const struct load_events *events);
uint64_t load_events_kind_count(const struct load_events *events, enum load_kind kind);

/* The word for a kind, as in "3 late". */
const char *load_events_kind_name(enum load_kind kind);

/* Appends text as a template that writes just it: dollar signs doubled. */
void load_events_quote(struct span text, struct buffer *to);

#endif

/* load_template.h - an event's text with places that change from event to event.
 *
 *     ${now}        the time of writing, 2026-11-22T13:44:13.250Z
 *     ${uuid}       an id that no other event of the run has: 4f1c9a02-0000-4000-8000-00000000002a, the first and last
 *                   group naming run and event
 *     ${ref}        the same shorter: 4f1c9a020000002a
 *     ${seq}        the event's number, ten digits
 *     ${int:10:900} a random whole number between two bounds
 *     ${pick:a|b|c} one of these
 *     $$            a dollar sign */
#ifndef HEADGATE_BENCH_LOAD_TEMPLATE_H
#define HEADGATE_BENCH_LOAD_TEMPLATE_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"

#include <stdint.h>

struct load_template;

/* What varies: the same clock and counter serve all templates of a run. */
struct load_source {
    uint32_t run;      /* told in every uuid, so that two runs never share one */
    uint64_t sequence; /* of the event that is written: the caller counts */
    uint64_t random;   /* state, not 0 */
    char now[32];      /* as written */
    size_t now_size;
    int64_t now_ms;
};

void load_source_init(struct load_source *source, uint32_t run);

/* Sets ${now}. Milliseconds since 1970. */
void load_source_clock(struct load_source *source, int64_t now_ms);

/* Parses a template; the text is copied. NULL and a message in `problem` where it is wrong. */
struct load_template *load_template_create(struct span text, char *problem, size_t problem_size) MUST_CHECK;
void load_template_destroy(struct load_template *template);

/* The most bytes that an event of it takes. */
size_t load_template_bound(const struct load_template *template);

/* Writes an event to `to`, which has room for the bound; returns its end. */
char *load_template_write(const struct load_template *template, struct load_source *source, char *to);

/* The same, behind what the buffer holds. */
void load_template_append(const struct load_template *template, struct load_source *source, struct buffer *to);

/* Appends a template's text with `type` in place of its %s, where it has one. */
void load_template_type(const char *text, const char *type, struct buffer *to);

#endif

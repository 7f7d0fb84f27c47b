/* load_check.h - whether what a command line says goes together. What does not is said on standard error. */
#ifndef HEADGATE_BENCH_LOAD_CHECK_H
#define HEADGATE_BENCH_LOAD_CHECK_H

#include "bench/load_options.h"
#include "codecs/attributes.h"

/* Says what is wrong, and where help is; false always. */
bool load_wrong(const char *format, ...) PRINTF_LIKE(1, 2);

/* Whether a line of a head, "Name: value", is of that name. */
bool load_check_names(const char *line, const char *name) MUST_CHECK;

/* Whether a line can stand in a request's head, and says nothing that the generator itself has to say. */
bool load_check_header(const char *line) MUST_CHECK;

/* Judges the whole, splits the URL, and sets the interval where none was given. */
bool load_check(struct load_options *options) MUST_CHECK;

#endif

/* load_check.h - whether what a command line says goes together. What does not is said on standard error. */
#ifndef HEADGATE_BENCH_LOAD_CHECK_H
#define HEADGATE_BENCH_LOAD_CHECK_H

#include "bench/load_options.h"

/* Says what is wrong, as "headgate-bench: WHATDETAIL", and where help is; false always. With NULLs only the latter. */
bool load_wrong(const char *what, const char *detail);

/* Whether a line can stand in a request's head, and says nothing that the generator itself has to say. */
bool load_check_header(const char *line) MUST_CHECK;

/* Judges the whole, splits the URL, and sets the interval where none was given. */
bool load_check(struct load_options *options) MUST_CHECK;

#endif

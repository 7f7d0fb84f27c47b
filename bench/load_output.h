/* load_output.h - where a run's results go: files, standard output. What cannot be written is said on standard error. */
#ifndef HEADGATE_BENCH_LOAD_OUTPUT_H
#define HEADGATE_BENCH_LOAD_OUTPUT_H

#include "bench/load_report.h"

/* Before the run, whose results must not be lost for a misspelt folder: whether every file that is asked for can be written. */
bool load_output_possible(const struct load_options *options) MUST_CHECK;

/* Writes the report to all of them; the text for people too, where nothing else goes to standard output. */
bool load_output_write(const struct load_report *report) MUST_CHECK;

#endif

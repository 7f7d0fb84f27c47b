/* load_process.h - what a process has used so far: CPU time and memory, from /proc. */
#ifndef HEADGATE_BENCH_LOAD_PROCESS_H
#define HEADGATE_BENCH_LOAD_PROCESS_H

#include "codecs/attributes.h"

#include <stdbool.h>
#include <stdint.h>

enum { LOAD_THREADS_MAX = 64 };

struct load_thread {
    int tid;
    char name[16];
    uint64_t cpu_ns;
};

struct load_process {
    uint64_t user_us, system_us; /* as the kernel splits them, to a tick */
    uint64_t cpu_ns;             /* of all threads that live, to the nanosecond; 0 where the kernel does not tell */
    uint64_t resident_bytes, peak_bytes;
    struct load_thread threads[LOAD_THREADS_MAX];
    int thread_count;
};

/* False when there is no such process, or it has ended; *process is undefined then. */
bool load_process_read(long pid, struct load_process *process) MUST_CHECK;

/* CPU time between two samples, microseconds: from the threads where none has ended in between, else from the ticks. */
double load_process_used(const struct load_process *before, const struct load_process *after);

/* CPU time of a thread since `before`, microseconds. */
double load_process_thread_used(const struct load_process *before, const struct load_thread *thread);

/* Starts the peak of the resident memory anew; needs to be the process's owner. */
void load_process_reset_peak(long pid);

/* Microseconds of a clock that never jumps. */
uint64_t load_clock(void);

/* CPU time of this process so far, microseconds. */
uint64_t load_process_own(void);

#endif

#include "bench/load_process.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Reads a small file whole, with a NUL behind it. */
static bool read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) return false;
    size_t got = fread(text, 1, size - 1, file);
    fclose(file);
    text[got] = '\0';
    return got > 0;
}

/* Fields 3, 14 and 15 of /proc/PID/stat; the name in front may hold spaces and brackets, so counting begins behind the last ')'.
 */
static bool read_stat(long pid, struct load_process *process)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    if (!read_file(path, text, sizeof text)) return false;
    const char *at = strrchr(text, ')');
    unsigned long user, system;
    char state;
    if (at == NULL || sscanf(at + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &state, &user, &system) != 3)
        return false;
    if (state == 'Z' || state == 'X') return false; /* ended, and nobody has asked how */
    double tick_us = 1e6 / (double)sysconf(_SC_CLK_TCK);
    process->user_us = (uint64_t)((double)user * tick_us);
    process->system_us = (uint64_t)((double)system * tick_us);
    return true;
}

static uint64_t status_bytes(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at != NULL ? strtoull(at + strlen(name), NULL, 10) * 1024 : 0;
}

static void read_memory(long pid, struct load_process *process)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    if (!read_file(path, text, sizeof text)) return;
    process->resident_bytes = status_bytes(text, "VmRSS:");
    process->peak_bytes = status_bytes(text, "VmHWM:");
}

static void read_thread(long pid, int tid, struct load_process *process)
{
    char path[96], text[128];
    struct load_thread *thread = &process->threads[process->thread_count];
    snprintf(path, sizeof path, "/proc/%ld/task/%d/schedstat", pid, tid);
    if (!read_file(path, text, sizeof text)) return;
    thread->tid = tid;
    thread->cpu_ns = strtoull(text, NULL, 10);
    process->cpu_ns += thread->cpu_ns;
    snprintf(path, sizeof path, "/proc/%ld/task/%d/comm", pid, tid);
    if (!read_file(path, text, sizeof text)) text[0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    snprintf(thread->name, sizeof thread->name, "%.15s", text);
    process->thread_count++;
}

bool load_process_read(long pid, struct load_process *process)
{
    memset(process, 0, sizeof *process);
    if (!read_stat(pid, process)) return false;
    read_memory(pid, process);
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/task", pid);
    DIR *folder = opendir(path);
    if (folder == NULL) return false;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL && process->thread_count < LOAD_THREADS_MAX)
        if (entry->d_name[0] != '.') read_thread(pid, atoi(entry->d_name), process);
    closedir(folder);
    return true;
}

static const struct load_thread *find_thread(const struct load_process *process, int tid)
{
    for (int i = 0; i < process->thread_count; i++)
        if (process->threads[i].tid == tid) return &process->threads[i];
    return NULL;
}

/* Whether the threads' own times add up to all that was used: none has ended in between, none is beyond the table. */
static bool threads_tell_all(const struct load_process *before, const struct load_process *after)
{
    if (after->cpu_ns == 0 || after->thread_count == LOAD_THREADS_MAX) return false;
    for (int i = 0; i < before->thread_count; i++)
        if (find_thread(after, before->threads[i].tid) == NULL) return false;
    return true;
}

double load_process_used(const struct load_process *before, const struct load_process *after)
{
    if (threads_tell_all(before, after)) return (double)(after->cpu_ns - before->cpu_ns) / 1000.0;
    return (double)(after->user_us + after->system_us) - (double)(before->user_us + before->system_us);
}

double load_process_thread_used(const struct load_process *before, const struct load_thread *thread)
{
    const struct load_thread *then = find_thread(before, thread->tid);
    return (double)(thread->cpu_ns - (then != NULL ? then->cpu_ns : 0)) / 1000.0;
}

void load_process_reset_peak(long pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/clear_refs", pid);
    FILE *file = fopen(path, "we");
    if (file == NULL) return;
    fputs("5", file);
    fclose(file);
}

uint64_t load_process_own(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

uint64_t load_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

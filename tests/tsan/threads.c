/* threads.c - C11 threads on top of pthreads, for builds with ThreadSanitizer.
 *
 * librdkafka starts its threads with thrd_create(), of which ThreadSanitizer knows nothing: a thread that it did not see
 * begin crashes the program. These definitions take the C library's place. Run with
 * TSAN_OPTIONS=suppressions=tests/tsan/suppressions: librdkafka itself is not instrumented. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

/* The build hides its symbols; librdkafka has to find these. */
#pragma GCC visibility push(default)

struct start {
    thrd_start_t run;
    void *arg;
};

static void *begin(void *arg)
{
    struct start start = *(struct start *)arg;
    free(arg);
    return (void *)(intptr_t)start.run(start.arg);
}

static int status(int error)
{
    if (error == 0) return thrd_success;
    return error == ETIMEDOUT ? thrd_timedout : error == EBUSY ? thrd_busy : thrd_error;
}

int thrd_create(thrd_t *thread, thrd_start_t run, void *arg)
{
    struct start *start = malloc(sizeof *start);
    if (start == NULL) return thrd_nomem;
    *start = (struct start){run, arg};
    int error = pthread_create(thread, NULL, begin, start);
    if (error != 0) free(start);
    return status(error);
}

int thrd_join(thrd_t thread, int *result)
{
    void *value = NULL;
    int error = pthread_join(thread, &value);
    if (error == 0 && result != NULL) *result = (int)(intptr_t)value;
    return status(error);
}

/* In the GNU C library the types are pthread's own under another name. */
int mtx_lock(mtx_t *mutex)
{
    return status(pthread_mutex_lock((pthread_mutex_t *)mutex));
}

int mtx_trylock(mtx_t *mutex)
{
    return status(pthread_mutex_trylock((pthread_mutex_t *)mutex));
}

int mtx_unlock(mtx_t *mutex)
{
    return status(pthread_mutex_unlock((pthread_mutex_t *)mutex));
}

int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
    return status(pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex));
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until)
{
    return status(pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, until));
}

int cnd_signal(cnd_t *condition)
{
    return status(pthread_cond_signal((pthread_cond_t *)condition));
}

int cnd_broadcast(cnd_t *condition)
{
    return status(pthread_cond_broadcast((pthread_cond_t *)condition));
}

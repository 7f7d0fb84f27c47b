#include "gateway/log.h"

#include <pthread.h>
#include <stdlib.h>

/* Event names are constants of the source, so a table somewhat larger than their number never fills in practice; where it
 * would, the rest shares the last slot: held back together, rather than unbounded. */
enum { SLOTS = 512, NAME_MAX_SIZE = 64 };

struct slot {
    char name[NAME_MAX_SIZE];
    int64_t window; /* start, us */
    unsigned passed;
    uint64_t held_back;
};

struct log_limiter {
    pthread_mutex_t lock;
    struct slot slots[SLOTS];
};

struct log_limiter *log_limiter_create(void)
{
    struct log_limiter *limiter = calloc(1, sizeof *limiter);
    if (limiter == NULL) return NULL;
    if (pthread_mutex_init(&limiter->lock, NULL) != 0) {
        free(limiter);
        return NULL;
    }
    return limiter;
}

void log_limiter_destroy(struct log_limiter *limiter)
{
    if (limiter == NULL) return;
    pthread_mutex_destroy(&limiter->lock);
    free(limiter);
}

static uint32_t hash_name(const char *name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *name != '\0'; name++) hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}

static struct slot *find_slot(struct log_limiter *limiter, const char *event, int64_t now)
{
    uint32_t start = hash_name(event);
    for (uint32_t i = 0; i < SLOTS - 1; i++) {
        struct slot *slot = &limiter->slots[(start + i) % (SLOTS - 1)];
        if (slot->name[0] == '\0') {
            strncpy(slot->name, event, NAME_MAX_SIZE - 1);
            slot->window = now;
            return slot;
        }
        if (strncmp(slot->name, event, NAME_MAX_SIZE - 1) == 0) return slot;
    }
    return &limiter->slots[SLOTS - 1];
}

bool log_limiter_pass(struct log_limiter *limiter, const char *event, int64_t now, uint64_t *suppressed)
{
    *suppressed = 0;
    pthread_mutex_lock(&limiter->lock);
    struct slot *slot = find_slot(limiter, event, now);
    if (now - slot->window >= LOG_WINDOW_SECONDS * INT64_C(1000000)) {
        slot->window = now;
        slot->passed = 0;
    }
    bool pass = slot->passed < LOG_BURST;
    if (pass) {
        slot->passed++;
        *suppressed = slot->held_back;
        slot->held_back = 0;
    } else {
        slot->held_back++;
    }
    pthread_mutex_unlock(&limiter->lock);
    return pass;
}

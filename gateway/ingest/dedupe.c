#include "gateway/ingest/dedupe.h"

#include "codecs/digest.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { SHARDS = 64, SECRET_SIZE = 32, STALE_PER_CLAIM = 4 };

#define NONE UINT32_MAX

enum entry_state { ENTRY_FREE, ENTRY_PENDING, ENTRY_DURABLE };

struct entry {
    struct dedupe_key key;
    int64_t time; /* durable: since when */
    struct dedupe_waiter *waiters;
    uint32_t next;         /* in its bucket, or in the free list */
    uint32_t older, newer; /* durable: by time */
    uint32_t state;
};

struct shard {
    pthread_mutex_t lock;
    struct entry *entries;
    uint32_t *buckets; /* a power of two of them */
    uint32_t mask;
    uint32_t free;
    uint32_t oldest, newest; /* of the durable ones */
    struct dedupe_stats stats;
};

struct dedupe_port {
    struct dedupe_port *next;
    pthread_mutex_t lock;
    struct dedupe_waiter *first, **end;
    int fd;
};

struct dedupe {
    struct hmac_key secret;
    int64_t window;
    uint32_t per_shard;
    pthread_mutex_t lock; /* of the list of ports */
    struct dedupe_port *ports;
    size_t locked; /* shards whose lock was made */
    struct shard shards[SHARDS];
};

_Static_assert(sizeof(struct entry) + 2 * sizeof(uint32_t) <= DEDUPE_ENTRY_BYTES, "what the manual says of memory");

/* ---------------------------------------------------------------- life */

static bool make_shard(struct shard *shard, uint32_t count)
{
    uint32_t buckets = 1;
    while (buckets < count) buckets *= 2;
    shard->entries = calloc(count, sizeof *shard->entries);
    shard->buckets = malloc(buckets * sizeof *shard->buckets);
    if (shard->entries == NULL || shard->buckets == NULL) return false;
    memset(shard->buckets, 0xFF, buckets * sizeof *shard->buckets);
    shard->mask = buckets - 1;
    shard->oldest = shard->newest = NONE;
    shard->free = 0;
    for (uint32_t i = 0; i < count; i++) shard->entries[i].next = i + 1 < count ? i + 1 : NONE;
    return true;
}

struct dedupe *dedupe_create(int64_t window, uint32_t entries)
{
    uint8_t secret[SECRET_SIZE];
    struct dedupe *dedupe = calloc(1, sizeof *dedupe);
    if (dedupe == NULL) return NULL;
    dedupe->window = window;
    dedupe->per_shard = entries / SHARDS + (entries % SHARDS != 0 ? 1 : 0);
    bool fine = random_bytes(secret, sizeof secret) && pthread_mutex_init(&dedupe->lock, NULL) == 0;
    hmac_key_init(&dedupe->secret, secret, sizeof secret);
    explicit_bzero(secret, sizeof secret);
    for (size_t i = 0; fine && i < SHARDS; i++) {
        fine = pthread_mutex_init(&dedupe->shards[i].lock, NULL) == 0;
        dedupe->locked += fine;
        fine = fine && make_shard(&dedupe->shards[i], dedupe->per_shard);
    }
    if (fine) return dedupe;
    dedupe_destroy(dedupe);
    return NULL;
}

void dedupe_destroy(struct dedupe *dedupe)
{
    if (dedupe == NULL) return;
    while (dedupe->ports != NULL) {
        struct dedupe_port *port = dedupe->ports;
        dedupe->ports = port->next;
        close(port->fd);
        pthread_mutex_destroy(&port->lock);
        free(port);
    }
    for (size_t i = 0; i < SHARDS; i++) {
        if (i < dedupe->locked) pthread_mutex_destroy(&dedupe->shards[i].lock);
        free(dedupe->shards[i].entries);
        free(dedupe->shards[i].buckets);
    }
    pthread_mutex_destroy(&dedupe->lock);
    explicit_bzero(&dedupe->secret, sizeof dedupe->secret);
    free(dedupe);
}

/* ---------------------------------------------------------------- ports */

struct dedupe_port *dedupe_port_create(struct dedupe *dedupe)
{
    struct dedupe_port *port = calloc(1, sizeof *port);
    if (port == NULL) return NULL;
    port->end = &port->first;
    port->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (port->fd < 0 || pthread_mutex_init(&port->lock, NULL) != 0) {
        if (port->fd >= 0) close(port->fd);
        free(port);
        return NULL;
    }
    pthread_mutex_lock(&dedupe->lock);
    port->next = dedupe->ports;
    dedupe->ports = port;
    pthread_mutex_unlock(&dedupe->lock);
    return port;
}

int dedupe_port_fd(const struct dedupe_port *port)
{
    return port->fd;
}

/* The eventfd is written when the list was empty: one wake-up, however many are due. It can only be full when nobody reads. */
static void post(struct dedupe_waiter *waiter, bool durable)
{
    uint64_t one = 1;
    struct dedupe_port *port = waiter->port;
    waiter->durable = durable;
    waiter->next = NULL;
    pthread_mutex_lock(&port->lock);
    bool first = port->first == NULL;
    *port->end = waiter;
    port->end = &waiter->next;
    if (first && write(port->fd, &one, sizeof one) < 0) abort();
    pthread_mutex_unlock(&port->lock);
}

struct dedupe_waiter *dedupe_port_take(struct dedupe_port *port)
{
    uint64_t count;
    pthread_mutex_lock(&port->lock);
    struct dedupe_waiter *waiters = port->first;
    port->first = NULL;
    port->end = &port->first;
    ssize_t read_bytes = read(port->fd, &count, sizeof count); /* nothing to read: somebody took them before */
    pthread_mutex_unlock(&port->lock);
    (void)read_bytes;
    return waiters;
}

/* ---------------------------------------------------------------- one shard, its lock held */

static uint32_t *bucket_of(struct shard *shard, const struct dedupe_key *key)
{
    return &shard->buckets[(uint32_t)key->low & shard->mask];
}

static uint32_t find(struct shard *shard, const struct dedupe_key *key)
{
    uint32_t at = *bucket_of(shard, key);
    while (at != NONE && (shard->entries[at].key.high != key->high || shard->entries[at].key.low != key->low))
        at = shard->entries[at].next;
    return at;
}

static void link_newest(struct shard *shard, uint32_t at)
{
    struct entry *entry = &shard->entries[at];
    entry->older = shard->newest;
    entry->newer = NONE;
    if (shard->newest != NONE)
        shard->entries[shard->newest].newer = at;
    else
        shard->oldest = at;
    shard->newest = at;
}

static void unlink_durable(struct shard *shard, const struct entry *entry)
{
    if (entry->older != NONE)
        shard->entries[entry->older].newer = entry->newer;
    else
        shard->oldest = entry->newer;
    if (entry->newer != NONE)
        shard->entries[entry->newer].older = entry->older;
    else
        shard->newest = entry->older;
}

static void forget(struct shard *shard, uint32_t at)
{
    struct entry *entry = &shard->entries[at];
    uint32_t *link = bucket_of(shard, &entry->key);
    while (*link != at) link = &shard->entries[*link].next;
    *link = entry->next;
    if (entry->state == ENTRY_DURABLE) unlink_durable(shard, entry);
    *entry = (struct entry){.state = ENTRY_FREE, .next = shard->free};
    shard->free = at;
    shard->stats.entries--;
}

static bool is_stale(const struct dedupe *dedupe, const struct shard *shard, uint32_t at, int64_t now)
{
    return now - shard->entries[at].time > dedupe->window;
}

/* Room for one more; NONE when all of the shard is pending. */
static uint32_t make_room(const struct dedupe *dedupe, struct shard *shard, int64_t now)
{
    for (int i = 0; i < STALE_PER_CLAIM && shard->oldest != NONE && is_stale(dedupe, shard, shard->oldest, now); i++)
        forget(shard, shard->oldest);
    if (shard->free == NONE && shard->oldest != NONE) {
        shard->stats.evicted++;
        forget(shard, shard->oldest);
    }
    return shard->free;
}

static bool add(const struct dedupe *dedupe, struct shard *shard, const struct dedupe_key *key, int64_t now, uint32_t *at)
{
    *at = make_room(dedupe, shard, now);
    if (*at == NONE) {
        shard->stats.untracked++;
        return false;
    }
    struct entry *entry = &shard->entries[*at];
    uint32_t *bucket = bucket_of(shard, key);
    shard->free = entry->next;
    *entry = (struct entry){.key = *key, .state = ENTRY_PENDING, .next = *bucket};
    *bucket = *at;
    shard->stats.entries++;
    return true;
}

static void enlist(struct shard *shard, struct entry *entry, struct dedupe_waiter *waiter)
{
    shard->stats.waits++;
    if (waiter == NULL) return;
    waiter->next = entry->waiters;
    entry->waiters = waiter;
}

/* ---------------------------------------------------------------- claims */

struct dedupe_key dedupe_key_of(const struct dedupe *dedupe, const struct span *parts, size_t count)
{
    uint8_t digest[SHA256_SIZE];
    struct dedupe_key key;
    hmac_sha256(&dedupe->secret, parts, count, digest);
    memcpy(&key.high, digest, sizeof key.high);
    memcpy(&key.low, digest + sizeof key.high, sizeof key.low);
    return key;
}

enum dedupe_verdict dedupe_claim(struct dedupe *dedupe, const struct dedupe_key *key, int64_t now, uint32_t *ticket,
                                 struct dedupe_waiter *waiter)
{
    uint32_t index = (uint32_t)(key->high % SHARDS);
    struct shard *shard = &dedupe->shards[index];
    enum dedupe_verdict verdict;
    *ticket = DEDUPE_NO_TICKET;
    pthread_mutex_lock(&shard->lock);
    uint32_t at = find(shard, key);
    if (at != NONE && shard->entries[at].state == ENTRY_DURABLE && is_stale(dedupe, shard, at, now)) {
        forget(shard, at);
        at = NONE;
    }
    if (at == NONE) {
        verdict = add(dedupe, shard, key, now, &at) ? DEDUPE_NEW : DEDUPE_UNTRACKED;
    } else if (shard->entries[at].state == ENTRY_PENDING) {
        enlist(shard, &shard->entries[at], waiter);
        verdict = DEDUPE_PENDING;
    } else {
        shard->stats.hits++;
        verdict = DEDUPE_DUPLICATE;
    }
    pthread_mutex_unlock(&shard->lock);
    if (verdict == DEDUPE_NEW) *ticket = index * dedupe->per_shard + at + 1;
    return verdict;
}

bool dedupe_is_durable(struct dedupe *dedupe, const struct dedupe_key *key, int64_t now)
{
    struct shard *shard = &dedupe->shards[key->high % SHARDS];
    pthread_mutex_lock(&shard->lock);
    uint32_t at = find(shard, key);
    bool durable = at != NONE && shard->entries[at].state == ENTRY_DURABLE && !is_stale(dedupe, shard, at, now);
    pthread_mutex_unlock(&shard->lock);
    return durable;
}

void dedupe_settle(struct dedupe *dedupe, uint32_t ticket, bool durable, int64_t now)
{
    struct shard *shard = &dedupe->shards[(ticket - 1) / dedupe->per_shard];
    uint32_t at = (ticket - 1) % dedupe->per_shard;
    struct entry *entry = &shard->entries[at];
    pthread_mutex_lock(&shard->lock);
    struct dedupe_waiter *waiters = entry->waiters;
    entry->waiters = NULL;
    if (durable) {
        entry->state = ENTRY_DURABLE;
        entry->time = now;
        link_newest(shard, at);
    } else {
        forget(shard, at);
    }
    pthread_mutex_unlock(&shard->lock);
    while (waiters != NULL) {
        struct dedupe_waiter *next = waiters->next; /* it may be gone once it is posted */
        post(waiters, durable);
        waiters = next;
    }
}

void dedupe_stats(struct dedupe *dedupe, struct dedupe_stats *out)
{
    *out = (struct dedupe_stats){0};
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &dedupe->shards[i];
        pthread_mutex_lock(&shard->lock);
        out->entries += shard->stats.entries;
        out->hits += shard->stats.hits;
        out->waits += shard->stats.waits;
        out->evicted += shard->stats.evicted;
        out->untracked += shard->stats.untracked;
        pthread_mutex_unlock(&shard->lock);
    }
}

#include "gateway/senders.h"

#include "codecs/digest.h"

#include <stdlib.h>
#include <strings.h>

const char *sender_kind_word(enum sender_kind kind)
{
    static const char *const words[] = {"server", "app", "browser"};
    return words[kind];
}

const char *undeclared_events_word(enum undeclared_events undeclared)
{
    static const char *const words[] = {"refuse", "observe", NULL};
    return words[undeclared];
}

struct senders *senders_anonymous(bool receipts)
{
    struct senders *senders = calloc(1, sizeof *senders);
    struct arena *arena = arena_create(4096);
    struct sender *item = arena != NULL ? arena_calloc(arena, 1, sizeof *item) : NULL;
    if (senders == NULL || item == NULL) {
        arena_destroy(arena);
        free(senders);
        return NULL;
    }
    item->name = SPAN(SENDER_ANONYMOUS);
    item->all_events = true;
    item->receipts = receipts;
    item->undeclared = UNDECLARED_UNSTATED;
    *senders = (struct senders){.arena = arena, .items = item, .count = 1, .anonymous = true};
    return senders;
}

void senders_settle(struct senders *senders, enum undeclared_events undeclared)
{
    for (size_t i = 0; i < senders->count; i++)
        if (senders->items[i].undeclared == UNDECLARED_UNSTATED) senders->items[i].undeclared = undeclared;
}

void senders_destroy(struct senders *senders)
{
    if (senders == NULL) return;
    arena_destroy(senders->arena);
    free(senders);
}

/* `Bearer hg_<prefix>_<secret>` taken apart; the scheme in any case, one or more spaces (RFC 9110, section 11.4). */
static bool split_authorization(struct span value, struct span *prefix, struct span *secret)
{
    struct span scheme = SPAN("Bearer ");
    if (value.size < scheme.size || strncasecmp(value.data, scheme.data, scheme.size) != 0) return false;
    struct span key = {value.data + scheme.size, value.size - scheme.size};
    while (key.size > 0 && *key.data == ' ') key = (struct span){key.data + 1, key.size - 1};
    if (key.size != SENDER_KEY || memcmp(key.data, "hg_", 3) != 0 || key.data[3 + SENDER_PREFIX] != '_') return false;
    *prefix = (struct span){key.data + 3, SENDER_PREFIX};
    *secret = (struct span){key.data + 3 + SENDER_PREFIX + 1, SENDER_SECRET};
    return true;
}

static int compare_prefix(const void *key, const void *entry)
{
    return span_compare(*(const struct span *)key, ((const struct sender_entry *)entry)->key->prefix);
}

const struct sender *senders_find(const struct senders *senders, struct span authorization)
{
    /* What an unknown prefix is compared with, so that it takes as long as a known one with a wrong secret. */
    static const uint8_t nobody[SHA256_SIZE] = {0};
    if (authorization.data == NULL) return senders->anonymous ? &senders->items[0] : NULL;
    struct span prefix, secret;
    if (!split_authorization(authorization, &prefix, &secret)) return NULL;
    const struct sender_entry *entry = NULL;
    if (senders->entry_count > 0) entry = bsearch(&prefix, senders->entries, senders->entry_count, sizeof *entry, compare_prefix);
    uint8_t hash[SHA256_SIZE];
    sha256(secret, hash);
    bool same = secret_equal(hash, entry != NULL ? entry->key->hash : nobody, SHA256_SIZE);
    return same && entry != NULL ? entry->sender : NULL;
}

const struct sender *senders_by_name(const struct senders *senders, struct span name)
{
    for (size_t i = 0; i < senders->count; i++)
        if (span_equal(senders->items[i].name, name)) return &senders->items[i];
    return NULL;
}

static int compare_span(const void *key, const void *item)
{
    return span_compare(*(const struct span *)key, *(const struct span *)item);
}

bool sender_may_send(const struct sender *sender, struct span event)
{
    if (sender->all_events) return true;
    if (sender->event_count == 0) return false;
    return bsearch(&event, sender->events, sender->event_count, sizeof event, compare_span) != NULL;
}

bool sender_has_origin(const struct sender *sender, struct span origin)
{
    for (size_t i = 0; i < sender->origin_count; i++)
        if (span_equal(sender->origins[i], origin)) return true;
    return false;
}

#include "gateway/observe/ranking.h"

void ranking_init(struct ranking *ranking, struct ranking_slot *slots, uint16_t *buckets, uint16_t capacity)
{
    *ranking = (struct ranking){.slots = slots, .buckets = buckets, .capacity = capacity};
    for (uint16_t i = 0; i < capacity; i++) buckets[i] = RANKING_NONE;
}

static uint16_t *bucket_of(const struct ranking *ranking, uint64_t id)
{
    return &ranking->buckets[id & (uint64_t)(ranking->capacity - 1)];
}

uint16_t ranking_find(const struct ranking *ranking, uint64_t id)
{
    uint16_t slot = *bucket_of(ranking, id);
    while (slot != RANKING_NONE && ranking->slots[slot].id != id) slot = ranking->slots[slot].next;
    return slot;
}

static void unlist(struct ranking *ranking, uint16_t slot)
{
    struct ranking_slot *gone = &ranking->slots[slot];
    if (!gone->listed) return;
    uint16_t *at = bucket_of(ranking, gone->id);
    while (*at != slot) at = &ranking->slots[*at].next;
    *at = gone->next;
    gone->listed = false;
}

/* The lightest slot that can be taken. The least weight only rises, so the hand goes on where it stood: a round of the table
 * finds every slot of that weight before it has to look for the next one. */
static uint16_t lightest(struct ranking *ranking)
{
    for (int round = 0; round < 2; round++) {
        uint64_t least = UINT64_MAX;
        for (uint16_t i = 0; i < ranking->count; i++) {
            uint16_t slot = ranking->hand;
            const struct ranking_slot *seen = &ranking->slots[slot];
            ranking->hand = slot + 1 < ranking->count ? (uint16_t)(slot + 1) : 0;
            if (seen->kept > 0) continue;
            if (seen->weight <= ranking->floor) return slot;
            if (seen->weight < least) least = seen->weight;
        }
        if (least == UINT64_MAX) return RANKING_NONE;
        ranking->floor = least;
    }
    return RANKING_NONE;
}

/* One in `faces`, by SplitMix64 (Steele, Lea and Flood, 2014). */
static bool is_lucky(struct ranking *ranking, uint64_t faces)
{
    uint64_t mixed = ranking->dice += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (mixed ^ mixed >> 31) % faces == 0;
}

uint16_t ranking_admit(struct ranking *ranking, uint64_t id)
{
    uint64_t weight = 1;
    uint16_t slot = ranking->count;
    if (slot < ranking->capacity) {
        ranking->count++;
    } else {
        slot = is_lucky(ranking, ranking->floor + 1) ? lightest(ranking) : RANKING_NONE;
        if (slot == RANKING_NONE) return slot;
        weight += ranking->slots[slot].weight;
        unlist(ranking, slot);
    }
    uint16_t *bucket = bucket_of(ranking, id);
    ranking->slots[slot] = (struct ranking_slot){.id = id, .weight = weight, .next = *bucket, .listed = true};
    *bucket = slot;
    return slot;
}

void ranking_raise(struct ranking *ranking, uint16_t slot)
{
    ranking->slots[slot].weight++;
}

void ranking_keep(struct ranking *ranking, uint16_t slot)
{
    ranking->slots[slot].kept++;
}

void ranking_release(struct ranking *ranking, uint16_t slot)
{
    ranking->slots[slot].kept--;
}

void ranking_drop(struct ranking *ranking, uint16_t slot)
{
    unlist(ranking, slot);
    ranking->slots[slot].weight = 0;
    ranking->slots[slot].kept = 0;
    ranking->floor = 0;
}

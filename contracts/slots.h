/* slots.h - where the values of one event lie between reading and writing.
 *
 *     root frame   slot 0 = the event itself; every member outside arrays has a slot, nested objects included
 *     item frame   slot 0 = the item itself; one instance per item, linked in order
 *
 * An object's slot holds nothing but presence, an array's slot the list of its item frames. Beside the slots each frame has
 * three bits per slot; only they are cleared, so a slot may be read only where its `present` bit is set.
 *     seen      the member occurred, also as null
 *     present   it has a value of its type
 *     bad       it had a value that broke a rule; the event is refused, so nobody reads the slot */
#ifndef HEADGATE_CONTRACTS_SLOTS_H
#define HEADGATE_CONTRACTS_SLOTS_H

#include "codecs/json.h"
#include "codecs/number.h"

#include <stdint.h>

struct frame;

/* By the field's type. */
struct slot {
    union {
        struct json_string string; /* string, bytes (as base64) */
        int64_t integer;           /* int, long; date in days; timestamp and time in us */
        int128 decimal;            /* decimal, in units of 10^-scale of the model's field */
        struct number number;      /* float, double: as sent */
        bool boolean;
        struct {
            struct frame *first;
            uint32_t count;
        } items; /* array */
    };
};

struct frame_layout {
    uint32_t slot_count;
    uint32_t words; /* of each set of bits */
    size_t size;    /* bytes of one instance */
};

struct frame {
    struct frame *next; /* the next item of the array */
    struct slot *slots;
    uint64_t *present;
    uint64_t *bad;
    uint64_t seen[];
};

enum { SLOT_COUNT_MAX = UINT16_MAX };

/* The layout for `slot_count` slots (at most SLOT_COUNT_MAX). */
static inline struct frame_layout frame_layout_of(uint32_t slot_count)
{
    uint32_t words = (slot_count + 63) / 64;
    size_t bits = sizeof(struct frame) + 3 * (size_t)words * sizeof(uint64_t);
    size_t head = (bits + _Alignof(struct slot) - 1) / _Alignof(struct slot) * _Alignof(struct slot);
    return (struct frame_layout){slot_count, words, head + slot_count * sizeof(struct slot)};
}

static inline void frame_clear(struct frame *frame, const struct frame_layout *layout)
{
    for (uint32_t i = 0; i < 3 * layout->words; i++) frame->seen[i] = 0;
}

/* Makes a frame of memory with layout->size bytes, aligned as for malloc(). */
static inline struct frame *frame_init(void *memory, const struct frame_layout *layout)
{
    struct frame *frame = memory;
    frame->next = NULL;
    frame->present = frame->seen + layout->words;
    frame->bad = frame->present + layout->words;
    frame->slots = (struct slot *)(void *)((char *)memory + (layout->size - layout->slot_count * sizeof(struct slot)));
    frame_clear(frame, layout);
    return frame;
}

static inline void slot_mark(uint64_t *bits, uint32_t slot)
{
    bits[slot / 64] |= UINT64_C(1) << (slot % 64);
}

static inline bool slot_marked(const uint64_t *bits, uint32_t slot)
{
    return (bits[slot / 64] >> (slot % 64) & 1) != 0;
}

#endif

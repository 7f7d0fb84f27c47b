/* slots.h - where the values of one event lie between reading and writing.
 *
 *     root frame   slot 0 = the event itself; every member outside arrays has a slot, nested objects included
 *     item frame   slot 0 = the item itself; one instance per item, linked in order
 *
 * An object's slot holds nothing but presence, an array's slot the list of its item frames. Beside the slots each frame has one
 * byte of state per slot; only they are cleared, so a slot may be read only where its state is SLOT_PRESENT. */
#ifndef HEADGATE_CONTRACTS_SLOTS_H
#define HEADGATE_CONTRACTS_SLOTS_H

#include "codecs/json.h"
#include "codecs/number.h"

#include <stdint.h>

struct frame;

/* A number exactly, and what most ask for. */
struct slot_real {
    uint64_t low, high; /* of the coefficient */
    int32_t exponent;
    bool negative;
    double nearest;
};

/* By the field's type. */
struct slot {
    union {
        struct json_string string; /* string, bytes (as base64) */
        int64_t integer;           /* int, long; date in days; timestamp and time in us */
        int128 decimal;            /* decimal, in units of 10^-scale of the model's field */
        struct slot_real real;     /* float, double: as sent */
        struct number number;      /* of a struct value, never of a slot: float, double */
        bool boolean;
        struct {
            struct frame *first;
            uint32_t count;
        } items; /* array */
    };
};

/* SLOT_VALUE is the bit that the last two share. */
enum slot_state {
    SLOT_ABSENT = 0,
    SLOT_NULL = 1,    /* the member occurred, as null or with its value yet to be read */
    SLOT_BAD = 2,     /* it had a value that broke a rule; the event is refused, so nobody reads the slot */
    SLOT_PRESENT = 3, /* it has a value of its type */
    SLOT_VALUE = 2,
};

/* States are looked at eight at a time, so that many bytes behind the last may be read; they are never set. */
enum { SLOT_COUNT_MAX = UINT16_MAX, STATE_PADDING = 8 };

static inline struct slot_real slot_real_of(const struct number *number)
{
    return (struct slot_real){(uint64_t)number->coefficient, (uint64_t)(number->coefficient >> 64), number->exponent,
                              number->negative, number_to_double(number)};
}

static inline struct number slot_number(const struct slot *slot)
{
    uint128 coefficient = (uint128)slot->real.high << 64 | slot->real.low;
    return (struct number){coefficient, slot->real.exponent, slot->real.negative};
}

struct frame_layout {
    uint32_t slot_count;
    uint32_t slots; /* where they begin */
    size_t size;    /* bytes of one instance */
};

struct frame {
    struct frame *next; /* the next item of the array */
    struct slot *slots;
    uint8_t states[];
};

/* The layout for `slot_count` slots (at most SLOT_COUNT_MAX). */
static inline struct frame_layout frame_layout_of(uint32_t slot_count)
{
    size_t head = sizeof(struct frame) + slot_count + STATE_PADDING, alignment = _Alignof(struct slot);
    size_t slots = (head + alignment - 1) / alignment * alignment;
    return (struct frame_layout){slot_count, (uint32_t)slots, slots + slot_count * sizeof(struct slot)};
}

/* The states and their padding are whole words: most frames have two to six. */
static inline void frame_clear(struct frame *frame, const struct frame_layout *layout)
{
    const uint64_t absent = SLOT_ABSENT;
    for (size_t at = 0; at < layout->slots - sizeof *frame; at += sizeof absent)
        memcpy(frame->states + at, &absent, sizeof absent);
}

/* Makes a frame of memory with layout->size bytes, aligned as for malloc(). */
static inline struct frame *frame_init(void *memory, const struct frame_layout *layout)
{
    struct frame *frame = memory;
    frame->next = NULL;
    frame->slots = (struct slot *)(void *)((char *)memory + layout->slots);
    frame_clear(frame, layout);
    return frame;
}

/* The slot that lies `place` bytes behind the frame's begin: layout->slots and those before it. */
static inline struct slot *slot_at(struct frame *frame, uint32_t place)
{
    return (struct slot *)(void *)((char *)frame + place);
}

static inline bool slot_present(const struct frame *frame, uint32_t slot)
{
    return frame->states[slot] == SLOT_PRESENT;
}

#endif

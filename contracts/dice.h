/* dice.h - numbers that look random and are the same for the same seed: samples must be repeatable, never secret.
 *
 * SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
#ifndef HEADGATE_CONTRACTS_DICE_H
#define HEADGATE_CONTRACTS_DICE_H

#include "codecs/attributes.h"

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t dice_next(struct dice *dice)
{
    uint64_t mixed = dice->state += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

/* 0 .. sides - 1; 0 for no sides. The bias of the remainder does not matter to samples. */
static inline uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
    return sides > 0 ? dice_next(dice) % sides : 0;
}

/* low .. high, both inside. */
static inline int64_t dice_between(struct dice *dice, int64_t low, int64_t high)
{
    uint64_t sides = (uint64_t)high - (uint64_t)low + 1;
    return (int64_t)((uint64_t)low + (sides == 0 ? dice_next(dice) : dice_roll(dice, sides)));
}

static inline bool dice_percent(struct dice *dice, unsigned percent)
{
    return dice_roll(dice, 100) < percent;
}

static inline uint128 dice_next_wide(struct dice *dice)
{
    uint128 high = dice_next(dice);
    return high << 64 | dice_next(dice);
}

#endif

#include "contracts/sample_pattern.h"

#include "codecs/utf8.h"

static const struct sample_lengths none = {1, 0};

static uint64_t short_of(uint64_t length)
{
    return length < SAMPLE_PATTERN_LONG ? length : SAMPLE_PATTERN_LONG;
}

static bool is_none(struct sample_lengths lengths)
{
    return lengths.least > lengths.most;
}

static struct sample_lengths lengths_of_one(const struct pattern_node *node)
{
    if (node->kind == NODE_SET) return node->set.count > 0 ? (struct sample_lengths){1, 1} : none;
    if (node->kind == NODE_GROUP) return sample_pattern_lengths(node->branches);
    return (struct sample_lengths){0, 0};
}

static struct sample_lengths lengths_of_node(const struct pattern_node *node)
{
    struct sample_lengths one = lengths_of_one(node);
    if (is_none(one)) return node->min == 0 ? (struct sample_lengths){0, 0} : none;
    return (struct sample_lengths){short_of(one.least * node->min), short_of(one.most * node->max)};
}

static struct sample_lengths lengths_of_sequence(const struct pattern_node *node)
{
    struct sample_lengths sum = {0, 0};
    for (; node != NULL; node = node->next) {
        struct sample_lengths next = lengths_of_node(node);
        if (is_none(next)) return none;
        sum.least = short_of(sum.least + next.least);
        sum.most = short_of(sum.most + next.most);
    }
    return sum;
}

struct sample_lengths sample_pattern_lengths(const struct pattern_branch *branches)
{
    struct sample_lengths all = none;
    for (; branches != NULL; branches = branches->next) {
        struct sample_lengths one = lengths_of_sequence(branches->first);
        if (is_none(one)) continue;
        if (is_none(all)) all = one;
        if (one.least < all.least) all.least = one.least;
        if (one.most > all.most) all.most = one.most;
    }
    return all;
}

/* ---------------------------------------------------------------- one character */

static bool holds(const struct code_set *set, uint32_t code)
{
    for (size_t i = 0; i < set->count; i++)
        if (code >= set->ranges[i].first && code <= set->ranges[i].last) return true;
    return false;
}

/* Mostly what a person would type; any member of the set now and then, but no surrogate, and no control character if there is
 * anything else. */
static uint32_t pick(const struct code_set *set, struct dice *dice)
{
    static const char usual[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890123456789";
    for (int tries = dice_percent(dice, 85) ? 12 : 0; tries > 0; tries--) {
        uint32_t code = (unsigned char)usual[dice_roll(dice, sizeof usual - 1)];
        if (holds(set, code)) return code;
    }
    uint32_t code = 0;
    for (int tries = 0; tries < 8; tries++) {
        const struct code_range *range = &set->ranges[dice_roll(dice, set->count)];
        uint64_t width = (uint64_t)range->last - range->first + 1;
        code = range->first + (uint32_t)dice_roll(dice, dice_percent(dice, 70) && width > 96 ? 96 : width);
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (!surrogate && code >= ' ' && code != 0x7F) return code;
        if (surrogate) code = range->first < 0xD800 ? range->first : range->last > 0xDFFF ? 0xE000 : '?';
    }
    return code;
}

/* ---------------------------------------------------------------- sequences */

static void write_branches(const struct pattern_branch *branches, uint64_t length, struct dice *dice, struct buffer *out);

static uint64_t least_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* A share of `wanted` for what comes next, so that what remains can still be had from the rest. */
static uint64_t share(uint64_t wanted, struct sample_lengths next, struct sample_lengths rest, struct dice *dice)
{
    uint64_t low = wanted > rest.most ? wanted - rest.most : 0, high = wanted > rest.least ? wanted - rest.least : 0;
    if (low < next.least) low = next.least;
    if (high > next.most) high = next.most;
    return low >= high ? least_of(low, next.most) : low + dice_roll(dice, high - low + 1);
}

static void write_group(const struct pattern_node *node, uint64_t wanted, struct dice *dice, struct buffer *out)
{
    struct sample_lengths one = sample_pattern_lengths(node->branches);
    if (is_none(one)) return;
    uint64_t low = node->min, high = node->max == PATTERN_UNLIMITED ? low + wanted + 2 : node->max;
    if (one.most > 0 && low < (wanted + one.most - 1) / one.most) low = (wanted + one.most - 1) / one.most;
    if (one.least > 0 && high > wanted / one.least) high = wanted / one.least;
    if (high < node->min) high = node->min;
    if (low > high) low = high;
    if (one.least == 0 && high > low + 3) high = low + 3;
    for (uint64_t left = low + dice_roll(dice, high - low + 1); left > 0; left--) {
        struct sample_lengths rest = {short_of(one.least * (left - 1)), short_of(one.most * (left - 1))};
        uint64_t part = share(wanted, one, rest, dice);
        write_branches(node->branches, part, dice, out);
        wanted -= least_of(part, wanted);
    }
}

static void write_node(const struct pattern_node *node, uint64_t wanted, struct dice *dice, struct buffer *out)
{
    if (node->kind == NODE_GROUP) write_group(node, wanted, dice, out);
    if (node->kind != NODE_SET || node->set.count == 0) return;
    for (; wanted > 0; wanted--) {
        char text[4];
        buffer_append(out, text, utf8_encode(pick(&node->set, dice), text));
    }
}

static void write_branches(const struct pattern_branch *branches, uint64_t length, struct dice *dice, struct buffer *out)
{
    const struct pattern_branch *chosen = NULL;
    uint64_t fitting = 0, nearest = UINT64_MAX;
    for (const struct pattern_branch *branch = branches; branch != NULL; branch = branch->next) {
        struct sample_lengths lengths = lengths_of_sequence(branch->first);
        if (is_none(lengths)) continue;
        uint64_t away = length < lengths.least ? lengths.least - length : length > lengths.most ? length - lengths.most : 0;
        if (away > nearest) continue;
        fitting = away < nearest ? 1 : fitting + 1;
        nearest = away;
        if (dice_roll(dice, fitting) == 0) chosen = branch;
    }
    for (const struct pattern_node *node = chosen != NULL ? chosen->first : NULL; node != NULL; node = node->next) {
        uint64_t part = share(length, lengths_of_node(node), lengths_of_sequence(node->next), dice);
        write_node(node, part, dice, out);
        length -= least_of(part, length);
    }
}

void sample_pattern_write(const struct pattern_branch *branches, uint64_t length, struct dice *dice, struct buffer *out)
{
    write_branches(branches, length, dice, out);
}

#include "contracts/projection_share.h"

/* Plain copies of what the model has: no handling, no rules of its own, no part of a key. */
static bool is_plain(const struct step *step)
{
    bool copied = step->op != STEP_VALUE && step->op != STEP_KEY_TEXT && step->op != STEP_GROUPING;
    return copied && step->checks == NULL && step->handling == NULL && step->key_part == 0;
}

static bool same_steps(const struct step *a, const struct step *b, uint32_t count);

static bool same_step(const struct step *a, const struct step *b)
{
    if (!is_plain(a) || !is_plain(b) || a->op != b->op || a->slot != b->slot || a->nullable != b->nullable) return false;
    if (a->op != STEP_ARRAY) return true;
    return a->items->count == b->items->count && same_steps(a->items->items, b->items->items, a->items->count);
}

static bool same_steps(const struct step *a, const struct step *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (a[i].end != b[i].end || !same_step(&a[i], &b[i])) return false;
    return true;
}

static bool remember(struct share_list *list, struct step *step)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        struct step **steps = arena_calloc(list->arena, capacity, sizeof(struct step *));
        if (steps == NULL) return false;
        if (list->count > 0) memcpy(steps, list->steps, list->count * sizeof(struct step *));
        list->steps = steps;
        list->capacity = capacity;
    }
    list->steps[list->count++] = step;
    return true;
}

static bool join(struct share_list *list, struct step *step)
{
    for (uint32_t i = 0; i < list->count; i++) {
        struct step *other = list->steps[i];
        if (other->end != step->end || !same_steps(other, step, step->end)) continue;
        if (other->share == 0) other->share = ++list->shares;
        step->share = other->share;
        return true;
    }
    return false;
}

/* An object that nobody has as a whole may still have members that others have. */
bool projection_share(struct share_list *list, struct steps *steps)
{
    for (uint32_t i = 0; i < steps->count;) {
        struct step *step = &steps->items[i];
        bool whole = step->op == STEP_OBJECT || step->op == STEP_GROUPING;
        if (join(list, step)) {
            i += step->end;
            continue;
        }
        if (is_plain(step) && !remember(list, step)) return false;
        i += whole ? 1 : step->end;
    }
    return true;
}

/* ---------------------------------------------------------------- runs */

enum { RUN_LEAST = 3 }; /* fragments; fewer are found as quickly one by one */

/* The number of shared steps in a row that stand at both places, and how many steps they are. */
static uint32_t common_run(const struct steps *a, uint32_t at_a, uint32_t end_a, const struct steps *b, uint32_t at_b,
                           uint32_t *steps, uint32_t *last)
{
    uint32_t count = 0, first = at_a;
    while (at_a < end_a && at_b < b->count && a->items[at_a].share != 0 && a->items[at_a].share == b->items[at_b].share) {
        *last = a->items[at_a].share;
        at_a += a->items[at_a].end;
        at_b += b->items[at_b].end;
        count++;
    }
    *steps = at_a - first;
    return count;
}

/* A use may take a field twice; only the first of them is written, so its place says nothing about the other's. */
static bool is_taken_once(const struct steps *steps, uint32_t share)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < steps->count; i++) count += steps->items[i].share == share;
    return count == 1;
}

static void find_run(const struct steps *steps, uint32_t at, uint32_t end, const struct projection *earlier)
{
    struct step *step = &steps->items[at];
    for (uint32_t i = 0; i < earlier->steps.count; i++) {
        uint32_t count_steps, last = 0;
        if (earlier->steps.items[i].share != step->share) continue;
        if (common_run(steps, at, end, &earlier->steps, i, &count_steps, &last) < RUN_LEAST) continue;
        if (count_steps <= step->run_steps) continue;
        if (!is_taken_once(&earlier->steps, step->share) || !is_taken_once(&earlier->steps, last)) continue;
        step->run_last = last;
        step->run_steps = count_steps;
        step->run_writer = earlier->number;
    }
}

/* A container that is shared as a whole is written by itself: no run leads out of it. */
static uint32_t run_end(const struct steps *steps, uint32_t at)
{
    uint32_t end = steps->count;
    for (uint32_t i = 0; i < at; i++) {
        const struct step *step = &steps->items[i];
        if (step->share != 0 && i + step->end > at && i + step->end < end) end = i + step->end;
    }
    return end;
}

void projection_share_runs(struct projection *projection, const struct projection *earlier)
{
    const struct steps *steps = &projection->steps;
    for (uint32_t i = 0; i < steps->count; i++)
        if (steps->items[i].share != 0) find_run(steps, i, run_end(steps, i), earlier);
}

/* ---------------------------------------------------------------- what is no other use's */

static bool is_lone_text(const struct step *step)
{
    return step->share == 0 && !step->nullable && step->op == STEP_TEXT;
}

/* Marks the string with the number of strings that stand in a row, itself included, none of them behind `end`. Whoever comes into
 * the middle of a run, because what stands before it is absent, finds the rest of it. */
static void mark_texts(struct step *step, const struct step *end)
{
    uint32_t count = 0;
    while (step + count < end && is_lone_text(&step[count])) count++;
    if (count < 2) return;
    step->op = STEP_TEXTS;
    step->run_steps = count;
}

/* The members of one object: no run leads out of it, since it may be absent, or another use's too. */
static void merge_members(struct steps *steps, struct step *step, const struct step *end)
{
    for (; step < end; step += step->end) {
        steps->shared |= step->share != 0;
        if (step->op == STEP_ARRAY) merge_members(step->items, step->items->items, step->items->items + step->items->count);
        if (is_lone_text(step)) mark_texts(step, end);
        merge_members(steps, step + 1, step + step->end);
    }
}

void projection_merge(struct projection *projection)
{
    struct steps *steps = &projection->steps;
    merge_members(steps, steps->items, steps->items + steps->count);
}

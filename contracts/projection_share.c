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

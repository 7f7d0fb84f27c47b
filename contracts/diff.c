/* diff.c - pairs the contracts of two catalogues and gathers what changed.
 *
 *     models by id   --diff_model-->                                     \
 *     uses by id     --diff_use, diff_projection, diff_schema-->          > list, highest grade first
 *     ids            --versions: was the change announced by a number?--> /
 *
 * A contract that is in service for nobody (draft, proposed, retired) breaks nothing: its changes are graded free, and taking it
 * into service is a change of its own. */
#include "contracts/diff.h"

#include "contracts/diff_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct catalogues {
    const struct catalogue *old, *new;
    struct diff *diff;
};

/* ---------------------------------------------------------------- the list */

static struct change *new_change(struct diff *diff)
{
    if (diff->count == diff->capacity) {
        size_t capacity = diff->capacity == 0 ? 64 : diff->capacity * 2;
        struct change *items = arena_calloc(diff->arena, capacity, sizeof *items);
        if (items == NULL) {
            diff->failed = true;
            return NULL;
        }
        if (diff->count > 0) memcpy(items, diff->items, diff->count * sizeof *items);
        diff->items = items;
        diff->capacity = capacity;
    }
    return &diff->items[diff->count++];
}

static struct span vformat(struct arena *arena, const char *format, va_list values)
{
    va_list again;
    va_copy(again, values);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = size >= 0 ? arena_bytes(arena, (size_t)size + 1) : NULL;
    if (text == NULL) return (struct span){NULL, 0};
    vsnprintf(text, (size_t)size + 1, format, values);
    return (struct span){text, (size_t)size};
}

void diff_add(struct diffing *diffing, enum diff_kind kind, struct span path, const char *format, ...)
{
    struct change *change = new_change(diffing->diff);
    va_list values;
    if (change == NULL) return;
    enum diff_grade grade = diff_kind_row(kind)->grade;
    va_start(values, format);
    struct span text = vformat(diffing->diff->arena, format, values);
    va_end(values);
    if (text.data == NULL) diffing->diff->failed = true;
    *change = (struct change){.kind = kind,
                              .grade = grade < diffing->cap ? grade : diffing->cap,
                              .warning = kind <= DIFF_VERSION_BACK,
                              .contract = diffing->contract,
                              .name = diffing->name,
                              .event = diffing->event,
                              .path = path,
                              .place = diffing->place,
                              .text = text};
}

static int by_grade(const void *a, const void *b)
{
    const struct change *left = a, *right = b;
    if (left->grade != right->grade) return left->grade > right->grade ? -1 : 1;
    if (left->warning != right->warning) return left->warning ? -1 : 1;
    int order = span_compare(left->contract, right->contract);
    if (order == 0) order = span_compare(left->path, right->path);
    if (order == 0) order = (left->kind > right->kind) - (left->kind < right->kind);
    if (order == 0) order = span_compare(left->text, right->text);
    return order != 0 ? order : span_compare(left->event, right->event);
}

/* What a contract says of itself it says once, however many models it takes: one change, at its first place. */
static void unite(struct diff *diff)
{
    size_t kept = 0;
    for (size_t i = 0; i < diff->count; i++) {
        struct change change = diff->items[i], *before = kept > 0 ? &diff->items[kept - 1] : NULL;
        bool again = before != NULL && change.path.size == 0 && before->path.size == 0 && change.kind == before->kind &&
                     span_equal(change.contract, before->contract) && span_equal(change.text, before->text);
        if (again)
            before->event = (struct span){NULL, 0};
        else
            diff->items[kept++] = change;
    }
    diff->count = kept;
}

/* ---------------------------------------------------------------- places */

static const struct field *field_at(const struct field *field, struct span path)
{
    if (span_equal(field->path, path)) return field;
    for (size_t i = 0; i < field->child_count; i++) {
        const struct field *found = field_at(field->children[i], path);
        if (found != NULL) return found;
    }
    return field->items != NULL ? field_at(field->items, path) : NULL;
}

/* Changes from number `from` on are told where their field stands: in the new file, or in the old one when it is gone. */
static void locate(struct diff *diff, size_t from, const struct field *old, const struct field *new)
{
    for (size_t i = from; i < diff->count; i++) {
        struct change *change = &diff->items[i];
        if (change->path.size == 0) continue;
        const struct field *field = field_at(new, change->path);
        if (field == NULL) field = field_at(old, change->path);
        if (field != NULL && field->place.line > 0) change->place = field->place;
    }
}

/* ---------------------------------------------------------------- service */

static bool is_in_service(enum status status)
{
    return status == STATUS_ACTIVE || status == STATUS_DEPRECATED;
}

/* What the two versions have to fear: nothing, while the old one was in service for nobody. */
static enum diff_grade cap_of(enum status old)
{
    return is_in_service(old) ? DIFF_SENDERS : DIFF_FREE;
}

static void told_service(struct diffing *diffing, enum status old, enum status new, enum diff_kind started,
                         enum diff_kind stopped)
{
    if (is_in_service(old) == is_in_service(new)) return;
    diffing->cap = DIFF_SENDERS;
    diff_add(diffing, is_in_service(new) ? started : stopped, SPAN(""), "status: %s -> %s", status_word(old), status_word(new));
    diffing->cap = cap_of(old);
}

/* ---------------------------------------------------------------- models */

static const struct model *find_model(const struct catalogue *catalogue, struct span id)
{
    for (size_t i = 0; i < catalogue->model_count; i++)
        if (span_equal(catalogue->models[i]->id, id)) return catalogue->models[i];
    return NULL;
}

static struct diffing of_model(struct diff *diff, const struct model *model, enum diff_grade cap)
{
    return (struct diffing){diff, model->id, model->name, model->place, cap, {NULL, 0}};
}

static void compare_models(const struct catalogues *at)
{
    for (size_t i = 0; i < at->new->model_count; i++) {
        const struct model *new = at->new->models[i], *old = find_model(at->old, new->id);
        struct diffing diffing = of_model(at->diff, new, old != NULL ? cap_of(old->status) : DIFF_SENDERS);
        if (old == NULL) {
            diff_add(&diffing, DIFF_MODEL_ADDED, SPAN(""), "%.*s, %s", SPAN_ARGS(new->event), status_word(new->status));
            continue;
        }
        size_t from = at->diff->count;
        told_service(&diffing, old->status, new->status, DIFF_MODEL_ACTIVATED, DIFF_MODEL_STOPPED);
        diff_model(&diffing, old, new);
        locate(at->diff, from, old->root, new->root);
    }
    for (size_t i = 0; i < at->old->model_count; i++) {
        const struct model *old = at->old->models[i];
        struct diffing diffing = of_model(at->diff, old, DIFF_SENDERS);
        if (find_model(at->new, old->id) == NULL)
            diff_add(&diffing, is_in_service(old->status) ? DIFF_MODEL_REMOVED : DIFF_MODEL_WITHDRAWN, SPAN(""), "%.*s",
                     SPAN_ARGS(old->event));
    }
}

/* ---------------------------------------------------------------- uses */

static const struct use *find_use(const struct catalogue *catalogue, struct span id, struct span model_id)
{
    for (size_t i = 0; i < catalogue->use_count; i++)
        if (span_equal(catalogue->uses[i]->id, id) && span_equal(catalogue->uses[i]->model->id, model_id))
            return catalogue->uses[i];
    return NULL;
}

/* The same contract on the same model; else the contract's only use, when it has moved to another model. */
static const struct use *counterpart(const struct catalogue *in, const struct catalogue *from, const struct use *use)
{
    const struct use *found = find_use(in, use->id, use->model->id);
    for (size_t i = 0; i < in->use_count && found == NULL; i++) {
        const struct use *candidate = in->uses[i];
        if (!span_equal(candidate->id, use->id)) continue;
        if (find_use(from, candidate->id, candidate->model->id) == NULL) found = candidate;
    }
    return found;
}

static struct diffing of_use(struct diff *diff, const struct use *use, enum diff_grade cap)
{
    return (struct diffing){diff, use->id, use->name, use->place, cap, {NULL, 0}};
}

/* One of the uses in a catalogue, which may be of a contract that takes several models: they stand side by side. */
static struct diffing of_one(struct diff *diff, const struct catalogue *in, const struct use *use, enum diff_grade cap)
{
    struct diffing diffing = of_use(diff, use, cap);
    bool before = use->index > 0 && span_equal(in->uses[use->index - 1]->id, use->id);
    bool after = use->index + 1 < in->use_count && span_equal(in->uses[use->index + 1]->id, use->id);
    if (before || after) diffing.event = use->model->event;
    return diffing;
}

static void told_new_use(const struct catalogues *at, const struct use *new)
{
    struct diffing diffing = of_one(at->diff, at->new, new, DIFF_SENDERS);
    diff_add(&diffing, is_in_service(new->status) ? DIFF_USE_ACTIVATED : DIFF_USE_ADDED, SPAN(""), "%.*s: %.*s",
             SPAN_ARGS(new->data_use), SPAN_ARGS(new->purpose));
    if (is_in_service(new->status)) diff_schema(&diffing, at->old, NULL, at->new, new);
}

static void compare_pair(const struct catalogues *at, const struct use *old, const struct use *new)
{
    struct diffing diffing = of_one(at->diff, at->new, new, cap_of(old->status));
    size_t from = at->diff->count;
    told_service(&diffing, old->status, new->status, DIFF_USE_ACTIVATED, DIFF_USE_STOPPED);
    diff_use(&diffing, old, new);
    diffing.cap = DIFF_SENDERS; /* locked schemas have records, whatever the contract's status was */
    if (is_in_service(new->status)) diff_schema(&diffing, at->old, is_in_service(old->status) ? old : NULL, at->new, new);
    locate(at->diff, from, old->root, new->root);
}

static void compare_uses(const struct catalogues *at)
{
    for (size_t i = 0; i < at->new->use_count; i++) {
        const struct use *new = at->new->uses[i], *old = counterpart(at->old, at->new, new);
        if (old == NULL)
            told_new_use(at, new);
        else
            compare_pair(at, old, new);
    }
    for (size_t i = 0; i < at->old->use_count; i++) {
        const struct use *old = at->old->uses[i];
        struct diffing diffing = of_one(at->diff, at->old, old, DIFF_SENDERS);
        if (counterpart(at->new, at->old, old) == NULL)
            diff_add(&diffing, is_in_service(old->status) ? DIFF_USE_REMOVED : DIFF_USE_WITHDRAWN, SPAN(""), "%.*s",
                     SPAN_ARGS(old->topic));
    }
}

/* ---------------------------------------------------------------- versions */

/* The next number of a MAJOR.MINOR.PATCH, cut off the front. */
static unsigned long next_number(struct span *version)
{
    unsigned long number = 0;
    while (version->size > 0 && *version->data >= '0' && *version->data <= '9') {
        number = number * 10 + (unsigned long)(*version->data - '0');
        *version = (struct span){version->data + 1, version->size - 1};
    }
    if (version->size > 0) *version = (struct span){version->data + 1, version->size - 1};
    return number;
}

static int version_order(struct span a, struct span b)
{
    for (int part = 0; part < 3; part++) {
        unsigned long left = next_number(&a), right = next_number(&b);
        if (left != right) return left < right ? -1 : 1;
    }
    return 0;
}

struct announced {
    struct span version;
    uint32_t major;
};

static void told_major(struct diffing *diffing, struct announced old, struct announced new)
{
    unsigned long due = (unsigned long)old.major + 1;
    if (span_equal(old.version, new.version))
        diff_add(diffing, DIFF_VERSION_MAJOR, SPAN(""), "version: still %.*s; raise it to %lu.0.0, since the change is breaking",
                 SPAN_ARGS(new.version), due);
    else
        diff_add(diffing, DIFF_VERSION_MAJOR, SPAN(""),
                 "version: %.*s -> %.*s; raise it to %lu.0.0, since the change is breaking", SPAN_ARGS(old.version),
                 SPAN_ARGS(new.version), due);
}

static void compare_versions(struct diffing *diffing, struct announced old, struct announced new)
{
    size_t changes = 0;
    enum diff_grade highest = DIFF_FREE;
    for (size_t i = 0; i < diffing->diff->count; i++) {
        const struct change *change = &diffing->diff->items[i];
        if (!span_equal(change->contract, diffing->contract) || change->warning) continue;
        changes++;
        if (change->grade > highest) highest = change->grade;
    }
    if (version_order(new.version, old.version) < 0)
        diff_add(diffing, DIFF_VERSION_BACK, SPAN(""), "version: %.*s -> %.*s", SPAN_ARGS(old.version), SPAN_ARGS(new.version));
    else if (highest >= DIFF_CONSUMERS && new.major == old.major)
        told_major(diffing, old, new);
    else if (changes > 0 && span_equal(old.version, new.version))
        diff_add(diffing, DIFF_VERSION_KEPT, SPAN(""), "version: still %.*s", SPAN_ARGS(new.version));
}

static void compare_all_versions(const struct catalogues *at)
{
    for (size_t i = 0; i < at->new->model_count; i++) {
        const struct model *new = at->new->models[i], *old = find_model(at->old, new->id);
        struct diffing diffing = of_model(at->diff, new, DIFF_SENDERS);
        if (old != NULL)
            compare_versions(&diffing, (struct announced){old->version, old->major},
                             (struct announced){new->version, new->major});
    }
    for (size_t i = 0; i < at->new->use_count; i++) {
        const struct use *new = at->new->uses[i], *old = counterpart(at->old, at->new, new);
        struct diffing diffing = of_use(at->diff, new, DIFF_SENDERS);
        bool told = i > 0 && span_equal(at->new->uses[i - 1]->id, new->id); /* one version for all uses of a file */
        if (old != NULL && !told)
            compare_versions(&diffing, (struct announced){old->version, old->major},
                             (struct announced){new->version, new->major});
    }
}

/* ---------------------------------------------------------------- the whole */

bool diff_catalogues(const struct catalogue *old, const struct catalogue *new, struct arena *arena, struct diff *diff)
{
    struct catalogues at = {old, new, diff};
    *diff = (struct diff){.arena = arena};
    compare_models(&at);
    compare_uses(&at);
    compare_all_versions(&at);
    diff_house(diff, old, new);
    if (diff->count > 1) qsort(diff->items, diff->count, sizeof *diff->items, by_grade);
    unite(diff);
    return !diff->failed;
}

bool diff_uses(const struct use *old, const struct use *new, struct arena *arena, struct diff *diff)
{
    *diff = (struct diff){.arena = arena};
    struct diffing diffing = of_use(diff, new, DIFF_SENDERS);
    diff_governing(&diffing, old->model, new->model);
    diff_use(&diffing, old, new);
    locate(diff, 0, old->root, new->root);
    if (diff->count > 1) qsort(diff->items, diff->count, sizeof *diff->items, by_grade);
    return !diff->failed;
}

enum diff_grade diff_highest(const struct diff *diff)
{
    enum diff_grade highest = DIFF_FREE;
    for (size_t i = 0; i < diff->count; i++)
        if (diff->items[i].grade > highest) highest = diff->items[i].grade;
    return highest;
}

size_t diff_count(const struct diff *diff, enum diff_grade grade)
{
    size_t count = 0;
    for (size_t i = 0; i < diff->count; i++) count += diff->items[i].grade == grade && !diff->items[i].warning ? 1 : 0;
    return count;
}

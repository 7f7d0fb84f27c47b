/* diff_common.c - what models and uses have alike: whose data, which law, who answers, how long it is served. */
#include "contracts/diff_parts.h"

static void told_lists(struct diffing *diffing, enum diff_kind kind, const char *name, struct span was, struct span is)
{
    diff_add(diffing, kind, SPAN(""), "%s: %.*s -> %.*s", name, SPAN_ARGS(was), SPAN_ARGS(is));
}

static void compare_subjects(struct diffing *diffing, const struct common *old, const struct common *new)
{
    bool wider = !diff_contains(old->subjects, old->subject_count, new->subjects, new->subject_count);
    bool narrower = !diff_contains(new->subjects, new->subject_count, old->subjects, old->subject_count);
    if (wider || narrower)
        told_lists(diffing, wider ? DIFF_SUBJECTS_WIDENED : DIFF_SUBJECTS_NARROWED, "data subjects",
                   diff_list(diffing, old->subjects, old->subject_count, "none"),
                   diff_list(diffing, new->subjects, new->subject_count, "none"));
}

static void compare_regulations(struct diffing *diffing, const struct common *old, const struct common *new)
{
    bool fewer = !diff_contains(new->regulations, new->regulation_count, old->regulations, old->regulation_count);
    bool more = !diff_contains(old->regulations, old->regulation_count, new->regulations, new->regulation_count);
    if (fewer || more)
        told_lists(diffing, fewer ? DIFF_REGULATIONS_REMOVED : DIFF_REGULATIONS_ADDED, "regulations",
                   diff_list(diffing, old->regulations, old->regulation_count, "none"),
                   diff_list(diffing, new->regulations, new->regulation_count, "none"));
}

void diff_common(struct diffing *diffing, const struct common *old, const struct common *new)
{
    compare_subjects(diffing, old, new);
    compare_regulations(diffing, old, new);
    if (!span_equal(old->owner, new->owner))
        told_lists(diffing, DIFF_OWNER_CHANGED, "owner", old->owner.data != NULL ? old->owner : SPAN("none"),
                   new->owner.data != NULL ? new->owner : SPAN("none"));
}

/* No date is the earliest beginning, and the latest end. */
static void compare_date(struct diffing *diffing, const char *name, int64_t old, int64_t new, bool cut, enum diff_kind earlier)
{
    if (old != new)
        told_lists(diffing, cut ? earlier : DIFF_LIFECYCLE, name, diff_instant(diffing, old), diff_instant(diffing, new));
}

static bool ends_earlier(int64_t old, int64_t new)
{
    return new != NO_TIME && (old == NO_TIME || new < old);
}

void diff_life(struct diffing *diffing, const struct life *old, const struct life *new, enum diff_kind earlier)
{
    if (old->status == STATUS_ACTIVE && new->status == STATUS_DEPRECATED)
        diff_add(diffing, DIFF_DEPRECATED, SPAN(""), "status: active -> deprecated");
    if (old->status == STATUS_DEPRECATED && new->status == STATUS_ACTIVE)
        diff_add(diffing, DIFF_LIFECYCLE, SPAN(""), "status: deprecated -> active");
    bool later = new->general_availability > old->general_availability; /* NO_TIME is the least there is */
    compare_date(diffing, "general availability", old->general_availability, new->general_availability, later, earlier);
    compare_date(diffing, "end of support", old->end_of_support, new->end_of_support, false, earlier);
    compare_date(diffing, "end of life", old->end_of_life, new->end_of_life, ends_earlier(old->end_of_life, new->end_of_life),
                 earlier);
}

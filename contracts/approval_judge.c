/* approval_judge.c - every use against what was approved of it.
 *
 *     in service? --no--> not needed
 *     an entry?   --no--> missing
 *     its surface, completed with the current use --diff_uses--> a change that needs approval? --yes--> exceeded
 *     approved on every level that the contract names? --no--> level
 *     given */
#include "contracts/approval_surface.h"
#include "contracts/approvals.h"

enum { MEMORY = 256 << 20, LEVELS = 2 };

/* ---------------------------------------------------------------- approvers */

static struct span trimmed(struct span text)
{
    while (text.size > 0 && text.data[0] == ' ') text = (struct span){text.data + 1, text.size - 1};
    while (text.size > 0 && text.data[text.size - 1] == ' ') text.size--;
    return text;
}

/* The next of the names between commas, cut off the front; empty behind the last. */
static struct span next_name(struct span *names)
{
    struct span name = {NULL, 0};
    while (names->size > 0 && name.size == 0) {
        const char *comma = memchr(names->data, ',', names->size);
        size_t size = comma != NULL ? (size_t)(comma - names->data) : names->size, used = comma != NULL ? size + 1 : size;
        name = trimmed((struct span){names->data, size});
        *names = (struct span){names->data + used, names->size - used};
    }
    return name;
}

static struct span names_of(const struct recipient *recipient, int level)
{
    return level == 1 ? recipient->first_approvers : recipient->second_approvers;
}

/* Whether a level names anybody, and this person (NULL: any) among them. */
static bool is_named(const struct use *use, int level, const struct span *person)
{
    for (size_t i = 0; i < use->recipient_count; i++) {
        struct span names = names_of(&use->recipients[i], level);
        for (struct span name = next_name(&names); name.size > 0; name = next_name(&names))
            if (person == NULL || span_equal(name, *person)) return true;
    }
    return false;
}

bool approval_may_approve(const struct use *use, struct span name)
{
    bool anybody = true;
    for (int level = 1; level <= LEVELS; level++) {
        if (is_named(use, level, &name)) return true;
        if (is_named(use, level, NULL)) anybody = false;
    }
    return anybody;
}

/* As the contract named them when it was approved: who leaves a company has still approved. 0 when none lacks. */
static int lacking_level(const struct approval *approval)
{
    for (int level = 1; level <= LEVELS; level++) {
        bool found = !is_named(approval->surface, level, NULL);
        for (size_t i = 0; i < approval->approver_count && !found; i++)
            found = is_named(approval->surface, level, &approval->approvers[i].name);
        if (!found) return level;
    }
    return 0;
}

/* ---------------------------------------------------------------- one use */

static bool goes_beyond(const struct diff *diff)
{
    for (size_t i = 0; i < diff->count; i++)
        if (diff_needs_approval(diff->items[i].kind)) return true;
    return false;
}

bool approval_judge(const struct approvals *approvals, const struct use *use, struct arena *arena,
                    struct approval_verdict *verdict)
{
    *verdict = (struct approval_verdict){.approval = approvals_find(approvals, use)};
    bool serves = use->status == STATUS_ACTIVE || use->status == STATUS_DEPRECATED;
    verdict->state = serves ? APPROVAL_MISSING : APPROVAL_NOT_NEEDED;
    if (!serves || verdict->approval == NULL) return true;
    const struct use *approved = approval_surface_complete(verdict->approval->surface, use, arena);
    if (approved == NULL || !diff_uses(approved, use, arena, &verdict->diff)) return false;
    verdict->level = lacking_level(verdict->approval);
    verdict->state = goes_beyond(&verdict->diff) ? APPROVAL_EXCEEDED : verdict->level > 0 ? APPROVAL_LEVEL : APPROVAL_GIVEN;
    return true;
}

const char *approval_state_word(enum approval_state state)
{
    static const char *const words[] = {[APPROVAL_NOT_NEEDED] = "not needed",
                                        [APPROVAL_GIVEN] = "approved",
                                        [APPROVAL_LEVEL] = "half approved",
                                        [APPROVAL_EXCEEDED] = "exceeded",
                                        [APPROVAL_MISSING] = "missing"};
    return words[state];
}

/* ---------------------------------------------------------------- all uses, as diagnostics */

static void advise(struct diagnostics *diagnostics, const struct use *use)
{
    diagnostics_advise(diagnostics, "Have it reviewed: `headgate approve %.*s --by NAME`, then commit " APPROVALS_FILE ".",
                       SPAN_ARGS(use->id));
}

static void tell_changes(const struct approval_verdict *verdict, const struct use *use, struct diagnostics *diagnostics)
{
    const struct approver *last = &verdict->approval->approvers[verdict->approval->approver_count - 1];
    for (size_t i = 0; i < verdict->diff.count; i++) {
        const struct change *change = &verdict->diff.items[i];
        if (!diff_needs_approval(change->kind)) continue;
        diagnostics_add(diagnostics, "approval-exceeded", change->place, (struct span){NULL, 0},
                        "%.*s%s%.*s: %s (%.*s), since %.*s approved on %.*s", SPAN_ARGS(use->name),
                        change->path.size > 0 ? "." : "", SPAN_ARGS(change->path), diff_kind_row(change->kind)->title,
                        SPAN_ARGS(change->text), SPAN_ARGS(last->name), SPAN_ARGS(last->date));
        advise(diagnostics, use);
    }
}

static void tell(const struct approval_verdict *verdict, const struct use *use, struct diagnostics *diagnostics)
{
    struct span nowhere = {NULL, 0};
    if (verdict->state == APPROVAL_EXCEEDED) tell_changes(verdict, use, diagnostics);
    if (verdict->state == APPROVAL_MISSING)
        diagnostics_add(diagnostics, "approval-missing", use->place, nowhere, "'%.*s' on %.*s is %s and nobody has approved it",
                        SPAN_ARGS(use->name), SPAN_ARGS(use->model->name), status_word(use->status));
    if (verdict->state == APPROVAL_LEVEL)
        diagnostics_add(diagnostics, "approval-level", use->place, nowhere, "'%.*s' waits for its %s-level approver",
                        SPAN_ARGS(use->name), verdict->level == 1 ? "first" : "second");
    if (verdict->state == APPROVAL_MISSING || verdict->state == APPROVAL_LEVEL) advise(diagnostics, use);
}

static bool is_there(const struct catalogue *catalogue, const struct approval *approval)
{
    for (size_t i = 0; i < catalogue->use_count; i++)
        if (span_equal(catalogue->uses[i]->id, approval->contract) && span_equal(catalogue->uses[i]->model->id, approval->model))
            return true;
    return false;
}

void approvals_check(const struct approvals *approvals, const struct catalogue *catalogue, struct arena *arena,
                     struct diagnostics *diagnostics)
{
    for (size_t i = 0; i < catalogue->use_count && !diagnostics->failed; i++) {
        struct approval_verdict verdict;
        if (approval_judge(approvals, catalogue->uses[i], arena, &verdict))
            tell(&verdict, catalogue->uses[i], diagnostics);
        else
            diagnostics->failed = true;
    }
    for (size_t i = 0; i < approvals->count; i++)
        if (!is_there(catalogue, &approvals->items[i]))
            diagnostics_add(diagnostics, "approval-unknown", approvals->items[i].place, (struct span){NULL, 0},
                            "no use here has the id %.*s and the model %.*s", SPAN_ARGS(approvals->items[i].contract),
                            SPAN_ARGS(approvals->items[i].model));
}

void approvals_require(const char *dir, const struct catalogue *catalogue, struct diagnostics *diagnostics)
{
    struct approvals approvals;
    struct arena *arena = arena_create(MEMORY);
    if (arena == NULL)
        diagnostics->failed = true;
    else if (approvals_read(dir, arena, diagnostics, &approvals))
        approvals_check(&approvals, catalogue, arena, diagnostics);
    diagnostics_sort(diagnostics);
    arena_destroy(arena);
}

/* approvals_write.c - a new approval, and the file's text. */
#include "contracts/approval_surface.h"
#include "contracts/approvals.h"

#include <stdlib.h>

static const char head[] =
    "# Which uses were approved, as what, by whom and when. `headgate approve` writes this file; keep it beside the contracts "
    "and\n"
    "# review it like them. A change by hand breaks an entry's digest; to withdraw an approval, delete its entry.\n";

/* ---------------------------------------------------------------- one approval */

/* The surface as it will stand in the file, read back: what is compared later is what was written. */
static bool render(const struct use *use, const struct approval *approval, struct arena *arena, struct buffer *out,
                   const struct yaml_node **map, struct span *digest)
{
    char sum[SURFACE_DIGEST_SIZE];
    struct yaml_error error;
    struct yaml_writer writer = {out, 0, false};
    if (!approval_surface_write(use, arena, &writer)) return false;
    *map = yaml_parse(buffer_span(out), arena, &error);
    if (*map == NULL || !approval_surface_digest(approval->contract, approval->model, *map, sum)) return false;
    *digest = arena_copy(arena, (struct span){sum, sizeof sum});
    return digest->data != NULL;
}

static bool set_surface(struct approval *approval, const struct use *use, struct arena *arena)
{
    struct surface_error error = {NULL, NULL};
    const struct yaml_node *map;
    struct buffer text = BUFFER_EMPTY;
    bool fine = render(use, approval, arena, &text, &map, &approval->digest);
    approval->surface = fine ? approval_surface_read(map, arena, &error) : NULL;
    buffer_deinit(&text);
    return approval->surface != NULL;
}

static bool widens_purpose(const struct approval_verdict *verdict)
{
    if (verdict->approval == NULL) return true;
    for (size_t i = 0; i < verdict->diff.count; i++) {
        enum diff_kind kind = verdict->diff.items[i].kind;
        if (kind == DIFF_DATA_USE_WIDENED || kind == DIFF_PURPOSE_CHANGED) return true;
    }
    return false;
}

/* The names that stay, and this one with its date behind them. */
static bool set_approvers(struct approval *approval, bool keep, struct span name, struct span date, struct arena *arena)
{
    size_t count = 0;
    struct approver *approvers = arena_calloc(arena, approval->approver_count + 1, sizeof *approvers);
    if (approvers == NULL) return false;
    for (size_t i = 0; keep && i < approval->approver_count; i++)
        if (!span_equal(approval->approvers[i].name, name)) approvers[count++] = approval->approvers[i];
    approvers[count++] = (struct approver){arena_copy(arena, name), arena_copy(arena, date)};
    approval->approvers = approvers;
    approval->approver_count = count;
    return approvers[count - 1].name.data != NULL && approvers[count - 1].date.data != NULL;
}

static bool has_approved(const struct approval *approval, struct span name)
{
    for (size_t i = 0; i < approval->approver_count; i++)
        if (span_equal(approval->approvers[i].name, name)) return true;
    return false;
}

static bool append(struct approvals *approvals, const struct approval *approval, struct arena *arena)
{
    struct approval *items = arena_calloc(arena, approvals->count + 1, sizeof *items);
    if (items == NULL) return false;
    if (approvals->count > 0) memcpy(items, approvals->items, approvals->count * sizeof *items);
    items[approvals->count++] = *approval;
    approvals->items = items;
    return true;
}

/* What is within the approved surface was approved by those who approved that: they stay, and the new surface is the limit. */
bool approvals_add(struct approvals *approvals, const struct use *use, const struct approval_verdict *verdict, struct span name,
                   struct span date, struct arena *arena, bool *changed)
{
    const struct approval *old = verdict->approval;
    bool within = verdict->state == APPROVAL_GIVEN || verdict->state == APPROVAL_LEVEL;
    struct approval approval = {.contract = use->id, .model = use->model->id};
    if (old != NULL) approval = *old;
    *changed = false;
    if (!set_surface(&approval, use, arena)) return false;
    if (within && has_approved(old, name) && span_equal(old->digest, approval.digest)) return true;
    *changed = true;
    if (!set_approvers(&approval, within, name, date, arena)) return false;
    if (widens_purpose(verdict)) approval.purpose_since = approval.approvers[approval.approver_count - 1].date;
    if (old == NULL) return append(approvals, &approval, arena);
    approvals->items[approvals_find(approvals, use) - approvals->items] = approval;
    return true;
}

size_t approvals_prune(struct approvals *approvals, const struct catalogue *catalogue)
{
    size_t kept = 0, count = approvals->count;
    for (size_t i = 0; i < count; i++) {
        bool there = false;
        for (size_t use = 0; use < catalogue->use_count && !there; use++)
            there = span_equal(catalogue->uses[use]->id, approvals->items[i].contract) &&
                    span_equal(catalogue->uses[use]->model->id, approvals->items[i].model);
        if (there) approvals->items[kept++] = approvals->items[i];
    }
    approvals->count = kept;
    return count - kept;
}

/* ---------------------------------------------------------------- the file */

static int by_contract(const void *a, const void *b)
{
    const struct approval *left = a, *right = b;
    int order = span_compare(left->contract, right->contract);
    return order != 0 ? order : span_compare(left->model, right->model);
}

static void write_approvers(const struct approval *approval, struct yaml_writer *yaml)
{
    yaml_write_list(yaml, "approvedBy");
    for (size_t i = 0; i < approval->approver_count; i++) {
        yaml_write_item(yaml);
        yaml_write_text(yaml, "name", approval->approvers[i].name);
        yaml_write_text(yaml, "date", approval->approvers[i].date);
        yaml_write_item_end(yaml);
    }
    yaml_write_end(yaml);
}

/* The digest is made anew: another version may write what it read with more words. */
static bool write_entry(const struct approval *approval, struct arena *arena, struct yaml_writer *yaml)
{
    struct buffer text = BUFFER_EMPTY;
    const struct yaml_node *map;
    struct span digest;
    bool fine = render(approval->surface, approval, arena, &text, &map, &digest);
    buffer_deinit(&text);
    if (!fine) return false;
    yaml_write_item(yaml);
    yaml_write_text(yaml, "contract", approval->contract);
    yaml_write_text(yaml, "model", approval->model);
    yaml_write_text(yaml, "purposeSince", approval->purpose_since);
    write_approvers(approval, yaml);
    yaml_write_text(yaml, "digest", digest);
    yaml_write_map(yaml, "approved");
    fine = approval_surface_write(approval->surface, arena, yaml);
    yaml_write_end(yaml);
    yaml_write_item_end(yaml);
    return fine;
}

bool approvals_text(const struct approvals *approvals, struct arena *arena, struct buffer *out)
{
    struct yaml_writer yaml = {out, 0, false};
    bool fine = true;
    if (approvals->count > 1) qsort(approvals->items, approvals->count, sizeof *approvals->items, by_contract);
    buffer_append_text(out, head);
    if (approvals->count == 0) {
        buffer_append_text(out, "approvals: []\n");
        return buffer_ok(out);
    }
    yaml_write_list(&yaml, "approvals");
    for (size_t i = 0; fine && i < approvals->count; i++) fine = write_entry(&approvals->items[i], arena, &yaml);
    yaml_write_end(&yaml);
    return fine && buffer_ok(out);
}

#include "gateway/commands/approve_report.h"

#include "contracts/approval_surface.h"
#include "gateway/terminal.h"

static const enum terminal_style state_styles[] = {[APPROVAL_NOT_NEEDED] = STYLE_DIM,
                                                   [APPROVAL_GIVEN] = STYLE_GREEN,
                                                   [APPROVAL_LEVEL] = STYLE_YELLOW,
                                                   [APPROVAL_EXCEEDED] = STYLE_RED,
                                                   [APPROVAL_MISSING] = STYLE_RED};

bool approve_waits(const struct approval_verdict *verdict)
{
    return verdict->state == APPROVAL_LEVEL || verdict->state == APPROVAL_EXCEEDED || verdict->state == APPROVAL_MISSING;
}

/* name (date), name (date); NULL data when out of memory. */
static struct span approvers_text(const struct approval *approval, struct arena *arena)
{
    struct span text = SPAN("");
    for (size_t i = 0; approval != NULL && i < approval->approver_count && text.data != NULL; i++)
        text = arena_printf(arena, "%.*s%s%.*s (%.*s)", SPAN_ARGS(text), i > 0 ? ", " : "",
                            SPAN_ARGS(approval->approvers[i].name), SPAN_ARGS(approval->approvers[i].date));
    return text;
}

/* ---------------------------------------------------------------- before somebody approves */

static bool write_changes(const struct diff *diff, struct arena *arena, bool colour, struct buffer *out)
{
    static const char *const names[] = {"APPROVAL", "CHANGE", "FIELD", "FROM -> TO"};
    struct table *table = table_create(arena, names, COUNT_OF(names));
    if (table == NULL) return false;
    for (size_t i = 0; i < diff->count; i++) {
        const struct change *change = &diff->items[i];
        bool needs = diff_needs_approval(change->kind);
        table_row(table);
        table_cell_styled(table, needs ? SPAN("needed") : SPAN("free"), needs ? STYLE_YELLOW : STYLE_GREEN);
        table_cell_styled(table, span_of(diff_kind_row(change->kind)->name), STYLE_CYAN);
        table_cell(table, change->path);
        table_cell(table, change->text);
    }
    return table_print(table, colour, out);
}

bool approve_preview(const struct approve_row *row, struct arena *arena, bool colour, struct buffer *out)
{
    const struct approval_verdict *verdict = &row->before;
    struct span title = arena_printf(arena, "%.*s on %.*s", SPAN_ARGS(row->use->name), SPAN_ARGS(row->use->model->name));
    struct span names = approvers_text(verdict->approval, arena);
    if (title.data == NULL || names.data == NULL) return false;
    terminal_style(out, colour, STYLE_BOLD, title);
    if (verdict->approval == NULL) {
        buffer_append_text(out, ": not approved by anybody yet\n");
    } else {
        buffer_append_text(out, ": approved by ");
        terminal_text(out, names);
        buffer_append_text(out, verdict->diff.count > 0 ? "; since then:\n" : "; nothing changed since\n");
    }
    if (verdict->approval != NULL && verdict->diff.count > 0) return write_changes(&verdict->diff, arena, colour, out);
    struct yaml_writer yaml = {out, 2, false};
    return verdict->state == APPROVAL_GIVEN || approval_surface_write(row->use, arena, &yaml);
}

/* ---------------------------------------------------------------- who approved what */

struct span approve_waits_for(const struct approval_verdict *verdict, struct arena *arena)
{
    struct span text = SPAN("");
    if (verdict->state == APPROVAL_LEVEL)
        return verdict->level == 1 ? SPAN("first-level approver") : SPAN("second-level approver");
    if (verdict->state == APPROVAL_MISSING) return SPAN("use-activated");
    for (unsigned kind = 0; kind < DIFF_KINDS && text.data != NULL; kind++) {
        size_t count = 0;
        for (size_t i = 0; i < verdict->diff.count; i++) count += verdict->diff.items[i].kind == kind ? 1 : 0;
        if (count == 0 || !diff_needs_approval((enum diff_kind)kind)) continue;
        text = arena_printf(arena, "%.*s%s%s", SPAN_ARGS(text), text.size > 0 ? ", " : "",
                            diff_kind_row((enum diff_kind)kind)->name);
    }
    return text;
}

bool approve_list(const struct approve_row *rows, size_t count, struct arena *arena, bool colour, struct buffer *out)
{
    static const char *const names[] = {"USE", "MODEL", "STATUS", "APPROVAL", "BY", "WAITS FOR"};
    struct table *table = table_create(arena, names, COUNT_OF(names));
    if (table == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const struct approval_verdict *verdict = &rows[i].after;
        struct span by = approvers_text(verdict->approval, arena), what = approve_waits_for(verdict, arena);
        if (by.data == NULL || what.data == NULL) return false;
        table_row(table);
        table_cell(table, rows[i].use->name);
        table_cell(table, rows[i].use->model->name);
        table_cell(table, span_of(status_word(rows[i].use->status)));
        table_cell_styled(table, span_of(approval_state_word(verdict->state)), state_styles[verdict->state]);
        table_cell(table, by);
        table_cell_styled(table, what, STYLE_CYAN);
    }
    return table_print(table, colour, out);
}

/* ---------------------------------------------------------------- JSON */

static void write_approvers(const struct approval *approval, struct json_writer *json)
{
    if (approval == NULL) return;
    json_member_text(json, "purpose_since", approval->purpose_since);
    json_name(json, "approved_by");
    json_array_begin(json);
    for (size_t i = 0; i < approval->approver_count; i++) {
        json_object_begin(json);
        json_member_text(json, "name", approval->approvers[i].name);
        json_member_text(json, "date", approval->approvers[i].date);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_changes_json(const struct diff *diff, struct json_writer *json)
{
    json_name(json, "changes");
    json_array_begin(json);
    for (size_t i = 0; i < diff->count; i++) {
        const struct change *change = &diff->items[i];
        json_object_begin(json);
        json_member_text(json, "grade", span_of(diff_grade_word(change->grade)));
        json_member_bool(json, "needs_approval", diff_needs_approval(change->kind));
        json_member_text(json, "kind", span_of(diff_kind_row(change->kind)->name));
        if (change->path.size > 0) json_member_text(json, "field", change->path);
        json_member_text(json, "detail", change->text);
        json_object_end(json);
    }
    json_array_end(json);
}

void approve_json(const struct approve_row *rows, size_t count, struct json_writer *json)
{
    json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        const struct use *use = rows[i].use;
        json_object_begin(json);
        json_member_text(json, "contract", use->id);
        json_member_text(json, "model", use->model->id);
        json_member_text(json, "use", use->name);
        json_member_text(json, "status", span_of(status_word(use->status)));
        if (rows[i].before.state != rows[i].after.state)
            json_member_text(json, "was", span_of(approval_state_word(rows[i].before.state)));
        json_member_text(json, "approval", span_of(approval_state_word(rows[i].after.state)));
        if (rows[i].after.state == APPROVAL_LEVEL) json_member_int(json, "missing_level", rows[i].after.level);
        write_approvers(rows[i].after.approval, json);
        write_changes_json(&rows[i].before.diff, json);
        json_object_end(json);
    }
    json_array_end(json);
}

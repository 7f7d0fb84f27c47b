#include "gateway/commands/diff_report.h"

#include "codecs/json_writer.h"
#include "gateway/terminal.h"

static const enum terminal_style grade_styles[DIFF_GRADES] = {
    [DIFF_FREE] = STYLE_GREEN, [DIFF_APPROVAL] = STYLE_YELLOW, [DIFF_CONSUMERS] = STYLE_RED, [DIFF_SENDERS] = STYLE_RED};

bool diff_report_fails(const struct diff_report *report)
{
    for (size_t i = 0; i < report->diff->count; i++)
        if (!report->diff->items[i].warning && report->diff->items[i].grade >= report->fail_on) return true;
    return false;
}

struct span diff_report_file(const struct diff_report *report, const struct change *change)
{
    struct span path = diff_source_path(report->new, change->place.file);
    return diff_source_path(report->old, path);
}

struct span diff_report_name(const struct diff_report *report, const struct change *change)
{
    if (change->event.data == NULL) return change->name;
    return arena_printf(report->arena, "%.*s (%.*s)", SPAN_ARGS(change->name), SPAN_ARGS(change->event));
}

struct span diff_report_summary(const struct diff_report *report)
{
    struct span text = SPAN("");
    size_t counted = 0;
    for (unsigned grade = DIFF_GRADES; grade-- > 0;) {
        size_t count = diff_count(report->diff, (enum diff_grade)grade);
        counted += count;
        if (count > 0 && text.data != NULL)
            text = arena_printf(report->arena, "%.*s%s%zu %s", SPAN_ARGS(text), text.size > 0 ? ", " : "", count,
                                diff_grade_text((enum diff_grade)grade));
    }
    size_t warnings = report->diff->count - counted;
    if (warnings > 0 && text.data != NULL)
        text = arena_printf(report->arena, "%.*s%s%zu warning%s", SPAN_ARGS(text), text.size > 0 ? ", " : "", warnings,
                            warnings == 1 ? "" : "s");
    return text.data != NULL && text.size == 0 ? SPAN("nothing changed") : text;
}

/* ---------------------------------------------------------------- terminal */

static bool write_table(const struct diff_report *report, bool colour, struct buffer *out)
{
    static const char *const names[] = {"GRADE", "CONTRACT", "CHANGE", "FIELD", "FROM -> TO"};
    struct table *table = table_create(report->arena, names, COUNT_OF(names));
    if (table == NULL) return false;
    for (size_t i = 0; i < report->diff->count; i++) {
        const struct change *change = &report->diff->items[i];
        table_row(table);
        if (change->warning)
            table_cell_styled(table, SPAN("warning"), STYLE_YELLOW);
        else
            table_cell_styled(table, span_of(diff_grade_text(change->grade)), grade_styles[change->grade]);
        table_cell(table, diff_report_name(report, change));
        table_cell_styled(table, span_of(diff_kind_row(change->kind)->name), STYLE_CYAN);
        table_cell(table, change->path);
        table_cell(table, change->text);
    }
    return table_print(table, colour, out);
}

static void table_number(struct table *table, struct arena *arena, size_t number)
{
    struct span text = arena_printf(arena, "%zu", number);
    table_cell(table, text.data != NULL ? text : SPAN("?"));
}

static bool write_events(const struct diff_report *report, bool colour, struct buffer *out)
{
    static const char *const names[] = {"EVENT", "USE", "WAS", "IS", "EVENTS", "FIRST"};
    const struct diff_events *events = report->events;
    buffer_printf(out, "\n%zu of %zu event%s would fare differently\n", events->changed, events->events,
                  events->events == 1 ? "" : "s");
    struct table *table = events->count > 0 ? table_create(report->arena, names, COUNT_OF(names)) : NULL;
    if (table == NULL) return events->count == 0;
    for (size_t i = 0; i < events->count; i++) {
        const struct diff_events_row *row = &events->rows[i];
        table_row(table);
        table_cell(table, row->event);
        table_cell(table, row->use.size > 0 ? row->use : SPAN("(the event)"));
        table_cell(table, row->was);
        table_cell(table, row->is);
        table_number(table, report->arena, row->count);
        table_number(table, report->arena, row->first);
    }
    return table_print(table, colour, out);
}

static bool write_waiting(const struct diff_report *report, bool colour, struct buffer *out)
{
    if (report->waiting_count == 0) return true;
    buffer_append_text(out, "\nwaiting for `headgate approve`:\n");
    return approve_list(report->waiting, report->waiting_count, report->arena, colour, out);
}

bool diff_report_text(const struct diff_report *report, bool colour, struct buffer *out)
{
    struct span summary = diff_report_summary(report);
    bool fine = summary.data != NULL && (report->diff->count == 0 || write_table(report, colour, out));
    if (fine && report->events != NULL) fine = write_events(report, colour, out);
    fine = fine && write_waiting(report, colour, out);
    if (out->size > 0) buffer_append_char(out, '\n');
    terminal_style(out, colour, diff_report_fails(report) ? STYLE_RED : STYLE_GREEN, summary);
    buffer_append_char(out, '\n');
    return fine;
}

/* ---------------------------------------------------------------- JSON */

static void write_change(const struct diff_report *report, const struct change *change, struct json_writer *json)
{
    const struct diff_kind_row *row = diff_kind_row(change->kind);
    json_object_begin(json);
    json_member_text(json, "grade", span_of(diff_grade_word(change->grade)));
    if (change->warning) json_member_bool(json, "warning", true);
    json_member_bool(json, "needs_approval", change->grade > DIFF_FREE && diff_needs_approval(change->kind));
    json_member_text(json, "kind", span_of(row->name));
    json_member_text(json, "contract", change->contract);
    json_member_text(json, "name", change->name);
    json_member_text(json, "event", change->event);
    if (change->path.size > 0) json_member_text(json, "field", change->path);
    json_member_text(json, "file", diff_report_file(report, change));
    if (change->place.line > 0) json_member_int(json, "line", change->place.line);
    json_member_text(json, "title", span_of(row->title));
    json_member_text(json, "detail", change->text);
    json_member_text(json, "why", span_of(row->why));
    json_member_text(json, "remedy", span_of(row->remedy));
    json_object_end(json);
}

static void write_replay(const struct diff_events *events, struct json_writer *json)
{
    json_name(json, "events");
    json_object_begin(json);
    json_member_int(json, "judged", (int64_t)events->events);
    json_member_int(json, "changed", (int64_t)events->changed);
    json_name(json, "outcomes");
    json_array_begin(json);
    for (size_t i = 0; i < events->count; i++) {
        const struct diff_events_row *row = &events->rows[i];
        json_object_begin(json);
        json_member_text(json, "event", row->event);
        if (row->use.size > 0) json_member_text(json, "use", row->use);
        json_member_text(json, "was", row->was);
        json_member_text(json, "is", row->is);
        json_member_int(json, "count", (int64_t)row->count);
        json_member_int(json, "first", (int64_t)row->first);
        json_object_end(json);
    }
    json_array_end(json);
    json_object_end(json);
}

void diff_report_json(const struct diff_report *report, struct buffer *out)
{
    struct json_writer json;
    json_writer_init(&json, out, 2);
    json_object_begin(&json);
    json_member_text(&json, "old", span_of(report->old->name));
    json_member_text(&json, "new", span_of(report->new->name));
    json_member_text(&json, "highest", span_of(diff_grade_word(diff_highest(report->diff))));
    json_member_bool(&json, "fails", diff_report_fails(report));
    json_name(&json, "changes");
    json_array_begin(&json);
    for (size_t i = 0; i < report->diff->count; i++) write_change(report, &report->diff->items[i], &json);
    json_array_end(&json);
    if (report->events != NULL) write_replay(report->events, &json);
    if (report->waiting != NULL) {
        json_name(&json, "waiting_for_approval");
        approve_json(report->waiting, report->waiting_count, &json);
    }
    json_object_end(&json);
    buffer_append_char(out, '\n');
}

/* diff_markdown.c - the changes as a comment on a review (GitHub flavoured Markdown). */
#include "codecs/utf8.h"
#include "gateway/commands/diff_report.h"

#include <stdio.h>

/* A cell of a table: no text of a contract may end it, open HTML, become a mention, a link or an image, or be shown otherwise
 * than it is written. */
static void cell(struct buffer *out, struct span text)
{
    buffer_append_text(out, " ");
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        size_t control = utf8_control((struct span){text.data + i, text.size - i});
        if (byte == '<')
            buffer_append_text(out, "&lt;");
        else if (byte == '&')
            buffer_append_text(out, "&amp;");
        else if (byte == '@')
            buffer_append_text(out, "&#64;");
        else if (byte == '\n' || byte == '\r' || byte == '\t')
            buffer_append_char(out, ' ');
        else if (control > 0) {
            buffer_append_text(out, "\xEF\xBF\xBD");
            i += control - 1;
        } else {
            if (memchr("\\`*_[]|!~#", byte, 10) != NULL) buffer_append_char(out, '\\');
            buffer_append_char(out, byte);
        }
    }
    buffer_append_text(out, " |");
}

static void row_of(const struct diff_report *report, const struct change *change, struct buffer *out)
{
    char line[32] = "";
    if (change->place.line > 0) snprintf(line, sizeof line, ":%u", change->place.line);
    buffer_append_char(out, '|');
    cell(out, diff_report_name(report, change));
    cell(out, change->path);
    cell(out, span_of(diff_kind_row(change->kind)->title));
    cell(out, change->text);
    struct span place = arena_printf(report->arena, "%.*s%s", SPAN_ARGS(diff_report_file(report, change)), line);
    cell(out, place);
    buffer_append_char(out, '\n');
}

static void section(const struct diff_report *report, const char *heading, bool warnings, enum diff_grade grade,
                    struct buffer *out)
{
    bool begun = false;
    for (size_t i = 0; i < report->diff->count; i++) {
        const struct change *change = &report->diff->items[i];
        if (change->warning != warnings || (!warnings && change->grade != grade)) continue;
        if (!begun)
            buffer_printf(out, "\n#### %s\n\n| contract | field | what changed | from -> to | file |\n|---|---|---|---|---|\n",
                          heading);
        begun = true;
        row_of(report, change, out);
    }
}

static void waiting_section(const struct diff_report *report, struct buffer *out)
{
    if (report->waiting_count == 0) return;
    buffer_append_text(out,
                       "\n#### Waiting for `headgate approve`\n\n| use | model | approval | waits for |\n|---|---|---|---|\n");
    for (size_t i = 0; i < report->waiting_count; i++) {
        const struct approve_row *row = &report->waiting[i];
        buffer_append_char(out, '|');
        cell(out, row->use->name);
        cell(out, row->use->model->name);
        cell(out, span_of(approval_state_word(row->after.state)));
        cell(out, approve_waits_for(&row->after, report->arena));
        buffer_append_char(out, '\n');
    }
}

static void events_section(const struct diff_events *events, struct buffer *out)
{
    buffer_printf(out, "\n#### Events\n\n%zu of %zu would fare differently.\n", events->changed, events->events);
    if (events->count > 0) buffer_append_text(out, "\n| event | use | was | is | events |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < events->count; i++) {
        const struct diff_events_row *row = &events->rows[i];
        buffer_append_char(out, '|');
        cell(out, row->event);
        cell(out, row->use.size > 0 ? row->use : SPAN("(the event)"));
        cell(out, row->was);
        cell(out, row->is);
        buffer_printf(out, " %zu |\n", row->count);
    }
}

void diff_report_markdown(const struct diff_report *report, struct buffer *out)
{
    static const char *const headings[DIFF_GRADES] = {[DIFF_FREE] = "Free: tell the consumers",
                                                      [DIFF_APPROVAL] = "Needs approval",
                                                      [DIFF_CONSUMERS] = "Breaking for consumers",
                                                      [DIFF_SENDERS] = "Breaking for senders"};
    struct span summary = diff_report_summary(report);
    buffer_printf(out, "<!-- headgate diff -->\n### Contracts: %.*s\n", SPAN_ARGS(summary));
    section(report, "Warnings", true, DIFF_FREE, out);
    for (unsigned grade = DIFF_GRADES; grade-- > 0;) section(report, headings[grade], false, (enum diff_grade)grade, out);
    waiting_section(report, out);
    if (report->events != NULL) events_section(report->events, out);
}

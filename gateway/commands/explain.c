/* explain.c - `headgate explain RULE`: what a rule or a change is for, and what to do about it. */
#include "codecs/json_writer.h"
#include "contracts/diff_kind.h"
#include "contracts/rule.h"
#include "gateway/commands/commands.h"
#include "gateway/terminal.h"

/* A rule, or a kind of change that `headgate diff` names: both are explained alike. */
struct entry {
    const char *name, *concerns, *title, *why, *remedy;
    const char *example;  /* of a rule; NULL */
    const char *grade;    /* of a change; NULL */
    const char *severity; /* of a contract's rule; NULL */
};

static struct entry entry_of_rule(const struct rule *rule)
{
    static const char *const areas[] = {"contract", "event", "request"};
    static const char *const severities[] = {"note", "warning", "error"};
    return (struct entry){
        rule->name,   areas[rule->area], rule->title, rule->why,
        rule->remedy, rule->example,     NULL,        rule->area == RULE_CONTRACT ? severities[rule->severity] : NULL};
}

static struct entry entry_of_change(enum diff_kind kind)
{
    const struct diff_kind_row *row = diff_kind_row(kind);
    return (struct entry){row->name, "change", row->title, row->why, row->remedy, NULL, diff_grade_text(row->grade), NULL};
}

static size_t entry_count(void)
{
    return rule_count() + DIFF_KINDS;
}

static struct entry entry_at(size_t index)
{
    return index < rule_count() ? entry_of_rule(rule_at(index)) : entry_of_change((enum diff_kind)(index - rule_count()));
}

static void json_member(struct json_writer *writer, const char *name, const char *text)
{
    if (text != NULL) json_member_text(writer, name, span_of(text));
}

static void entry_json(const struct entry *entry, struct json_writer *writer)
{
    json_object_begin(writer);
    json_member(writer, "rule", entry->name);
    json_member(writer, "concerns", entry->concerns);
    json_member(writer, "title", entry->title);
    json_member(writer, "grade", entry->grade);
    json_member(writer, "severity", entry->severity);
    json_member(writer, "why", entry->why);
    json_member(writer, "remedy", entry->remedy);
    json_member(writer, "example", entry->example);
    json_object_end(writer);
}

static void paragraph(const char *heading, const char *text, bool colour, struct buffer *out)
{
    if (text == NULL) return;
    buffer_append_char(out, '\n');
    terminal_style(out, colour, STYLE_CYAN, span_of(heading));
    buffer_printf(out, "\n%s\n", text);
}

static int explain(struct entry entry, bool json)
{
    struct buffer out = BUFFER_EMPTY;
    if (json) {
        struct json_writer writer;
        json_writer_init(&writer, &out, 2);
        entry_json(&entry, &writer);
        buffer_append_char(&out, '\n');
        return command_print(&out, EXIT_FINE);
    }
    bool colour = terminal_has_colour(stdout);
    terminal_style(&out, colour, STYLE_BOLD, span_of(entry.name));
    bool graded = entry.severity != NULL;
    buffer_printf(&out, " (%s%s%s): %s\n", entry.concerns, graded ? ", " : "", graded ? entry.severity : "", entry.title);
    paragraph("grade", entry.grade, colour, &out);
    paragraph("why", entry.why, colour, &out);
    paragraph("what to do", entry.remedy, colour, &out);
    paragraph("example", entry.example, colour, &out);
    return command_print(&out, EXIT_FINE);
}

static int list_json(void)
{
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 2);
    json_array_begin(&writer);
    for (size_t i = 0; i < entry_count(); i++) {
        struct entry entry = entry_at(i);
        entry_json(&entry, &writer);
    }
    json_array_end(&writer);
    buffer_append_char(&out, '\n');
    return command_print(&out, EXIT_FINE);
}

static int list(bool json)
{
    static const char *const names[] = {"RULE", "CONCERNS", "TITLE"};
    if (json) return list_json();
    struct arena *arena = arena_create(8 * 1024 * 1024);
    struct table *table = arena != NULL ? table_create(arena, names, COUNT_OF(names)) : NULL;
    for (size_t i = 0; table != NULL && i < entry_count(); i++) {
        struct entry entry = entry_at(i);
        table_row(table);
        table_cell(table, span_of(entry.name));
        table_cell(table, span_of(entry.concerns));
        table_cell(table, span_of(entry.title));
    }
    struct buffer out = BUFFER_EMPTY;
    bool fine = table != NULL && table_print(table, terminal_has_colour(stdout), &out);
    int code = command_print(&out, fine ? EXIT_FINE : EXIT_COULD_NOT);
    arena_destroy(arena);
    return code;
}

static int run(int argc, char **argv)
{
    bool json = false;
    const struct flag flags[] = {{"json", FLAG_SWITCH, NULL, "as JSON", &json, NULL}};
    int positionals, code;
    if (!command_flags(&command_explain, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals > 1) return command_usage_error(&command_explain, "one rule at a time");
    if (positionals == 0) return list(json);
    /* A problem's whole type works too: it is what a sender has at hand. */
    struct span name = span_of(argv[1]), prefix = SPAN("urn:headgate:rule:");
    if (span_starts_with(name, prefix)) name = (struct span){name.data + prefix.size, name.size - prefix.size};
    const struct rule *rule = rule_find(name);
    if (rule != NULL) return explain(entry_of_rule(rule), json);
    enum diff_kind change = diff_kind_find(name);
    if (change != DIFF_KINDS) return explain(entry_of_change(change), json);
    const struct rule *nearest = rule_nearest(name);
    if (nearest != NULL)
        return command_usage_error(&command_explain, "there is no rule '%s'; did you mean '%s'?", argv[1], nearest->name);
    return command_usage_error(&command_explain, "there is no rule '%s'; `headgate explain` lists them", argv[1]);
}

const struct command command_explain = {
    .name = "explain",
    .summary = "Explain a rule: what it means, why it is there, what to do",
    .usage = "explain [RULE] [--json]",
    .details = "RULE is a name as `check`, problems, violations and `diff` give it; without one, all are listed.",
    .run = run,
};

/* explain.c - `headgate explain RULE`: what a rule is for, and what to do about it. */
#include "codecs/json_writer.h"
#include "contracts/rule.h"
#include "gateway/commands/commands.h"
#include "gateway/terminal.h"

static const char *area_word(enum rule_area area)
{
    static const char *const words[] = {"contract", "event", "request"};
    return words[area];
}

static void json_member(struct json_writer *writer, const char *name, const char *text)
{
    if (text != NULL) json_member_text(writer, name, span_of(text));
}

static void rule_json(const struct rule *rule, struct json_writer *writer)
{
    json_object_begin(writer);
    json_member(writer, "rule", rule->name);
    json_member(writer, "concerns", area_word(rule->area));
    json_member(writer, "title", rule->title);
    json_member(writer, "why", rule->why);
    json_member(writer, "remedy", rule->remedy);
    json_member(writer, "example", rule->example);
    json_object_end(writer);
}

static void paragraph(const char *heading, const char *text, bool colour, struct buffer *out)
{
    if (text == NULL) return;
    buffer_append_char(out, '\n');
    terminal_style(out, colour, STYLE_CYAN, span_of(heading));
    buffer_printf(out, "\n%s\n", text);
}

static int explain(const struct rule *rule, bool json)
{
    struct buffer out = BUFFER_EMPTY;
    if (json) {
        struct json_writer writer;
        json_writer_init(&writer, &out, 2);
        rule_json(rule, &writer);
        buffer_append_char(&out, '\n');
        return command_print(&out, EXIT_FINE);
    }
    bool colour = terminal_has_colour(stdout);
    terminal_style(&out, colour, STYLE_BOLD, span_of(rule->name));
    buffer_printf(&out, " (%s): %s\n", area_word(rule->area), rule->title);
    paragraph("why", rule->why, colour, &out);
    paragraph("what to do", rule->remedy, colour, &out);
    paragraph("example", rule->example, colour, &out);
    return command_print(&out, EXIT_FINE);
}

static int list_json(void)
{
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 2);
    json_array_begin(&writer);
    for (size_t i = 0; i < rule_count(); i++) rule_json(rule_at(i), &writer);
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
    for (size_t i = 0; table != NULL && i < rule_count(); i++) {
        const struct rule *rule = rule_at(i);
        table_row(table);
        table_cell(table, span_of(rule->name));
        table_cell(table, span_of(area_word(rule->area)));
        table_cell(table, span_of(rule->title));
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
    if (rule != NULL) return explain(rule, json);
    const struct rule *nearest = rule_nearest(name);
    if (nearest != NULL)
        return command_usage_error(&command_explain, "there is no rule '%s'; did you mean '%s'?", argv[1], nearest->name);
    return command_usage_error(&command_explain, "there is no rule '%s'; `headgate explain` lists them", argv[1]);
}

const struct command command_explain = {
    .name = "explain",
    .summary = "Explain a rule: what it means, why it is there, what to do",
    .usage = "explain [RULE] [--json]",
    .details = "RULE is a name as `check`, problems and violations give it; without one, all are listed.",
    .run = run,
};

/* draft_write.c - the text of a draft: block style, one property after the other, so that differences read well. */
#include "codecs/utf8.h"
#include "contracts/draft.h"

#include <strings.h>

enum { STEP = 2 };

static void indent(struct buffer *out, unsigned depth)
{
    buffer_printf(out, "%*s", (int)depth, "");
}

/* ---------------------------------------------------------------- scalars */

/* Words that YAML 1.1 or 1.2 takes for something else. */
static bool is_reserved(struct span text)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (text.size == strlen(words[i]) && strncasecmp(text.data, words[i], text.size) == 0) return true;
    return false;
}

static bool is_plain(struct span text)
{
    bool letter = text.size > 0 && (text.data[0] | 0x20) >= 'a' && (text.data[0] | 0x20) <= 'z';
    for (size_t i = 0; i < text.size && letter; i++) {
        char byte = text.data[i];
        bool word = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        letter = word || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.' || byte == '@';
        if (byte == ':') letter = i + 1 < text.size && text.data[i + 1] != ' ';
    }
    return letter && !is_reserved(text);
}

/* What YAML takes for a line break or refuses to read as it stands, and what makes a line read otherwise than it is written. */
static bool must_escape(uint32_t code)
{
    bool steers = (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    bool special = code == '"' || code == '\\' || code == 0xFEFF || steers;
    return special || code < ' ' || (code >= 0x7F && code < 0xA0) || (code >= 0xFFFE && code <= 0xFFFF);
}

/* The code point of well-formed UTF-8 at `at`, and its bytes. */
static uint32_t code_point(struct span text, size_t at, size_t *size)
{
    const unsigned char *bytes = (const unsigned char *)text.data + at;
    *size = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    uint32_t code = *size == 1 ? bytes[0] : bytes[0] & (0x7FU >> *size);
    for (size_t i = 1; i < *size; i++) code = code << 6 | (bytes[i] & 0x3F);
    return code;
}

/* YAML 1.2 section 5.7: escapes of a double-quoted scalar. */
static void write_quoted(struct buffer *out, struct span text)
{
    buffer_append_char(out, '"');
    for (size_t at = 0, size; at < text.size; at += size) {
        uint32_t code = code_point(text, at, &size);
        if (!must_escape(code))
            buffer_append(out, text.data + at, size);
        else if (code == '\n')
            buffer_append_text(out, "\\n");
        else if (code == '"' || code == '\\')
            buffer_printf(out, "\\%c", (char)code);
        else
            buffer_printf(out, "\\u%04x", code);
    }
    buffer_append_char(out, '"');
}

void draft_write_text(struct buffer *out, struct span text)
{
    if (is_plain(text))
        buffer_append_span(out, text);
    else if (utf8_valid(text))
        write_quoted(out, text);
    else
        buffer_append_text(out, "\"" DRAFT_QUESTION "this text was not UTF-8\"");
}

/* The answer, or the question that is left. */
static void write_answer(struct buffer *out, struct span answer, const char *question)
{
    if (answer.data != NULL)
        draft_write_text(out, answer);
    else
        buffer_printf(out, "\"" DRAFT_QUESTION "%s\"", question);
}

static void write_texts(struct buffer *out, const struct span *texts, size_t count)
{
    buffer_append_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_append_text(out, ", ");
        draft_write_text(out, texts[i]);
    }
    buffer_append_char(out, ']');
}

/* A comment ends with its line, whatever the text holds: there are line breaks beyond ASCII too. */
static void write_comment(struct buffer *out, const char *lead, struct span text)
{
    buffer_append_text(out, lead);
    for (size_t i = 0; i < text.size; i++)
        buffer_append_char(out, text.data[i] >= ' ' && text.data[i] <= '~' ? text.data[i] : '?');
    buffer_append_char(out, '\n');
}

/* ---------------------------------------------------------------- options */

struct options {
    struct buffer *out;
    bool any;
};

static void begin_option(struct options *options, const char *name)
{
    buffer_printf(options->out, "%s%s: ", options->any ? ", " : "logicalTypeOptions: {", name);
    options->any = true;
}

static void write_limit(struct options *options, const char *name, int64_t limit)
{
    if (limit == NO_LIMIT) return;
    begin_option(options, name);
    buffer_printf(options->out, "%lld", (long long)limit);
}

static void write_option(struct options *options, const char *name, struct span text)
{
    if (text.data == NULL) return;
    begin_option(options, name);
    draft_write_text(options->out, text);
}

static bool is_time(enum draft_kind kind)
{
    return kind == DRAFT_DATE || kind == DRAFT_TIMESTAMP || kind == DRAFT_TIME;
}

/* A number plainly: an exponent is a number to one YAML and text to another. */
static void write_bound(struct options *options, const struct draft_field *field, const char *name, struct span text)
{
    struct number number;
    char plain[NUMBER_TEXT_MAX];
    if (text.data == NULL) return;
    if (is_time(field->kind)) {
        write_option(options, name, text);
    } else if (number_parse(text, &number) == NUMBER_OK) {
        begin_option(options, name);
        buffer_append(options->out, plain, number_format(&number, plain));
    }
}

static void write_options(struct buffer *out, const struct draft_field *field, unsigned depth)
{
    struct options options = {out, false};
    size_t before = out->size;
    indent(out, depth);
    write_option(&options, "format", field->format);
    write_limit(&options, "minLength", field->min_length);
    write_limit(&options, "maxLength", field->max_length);
    write_option(&options, "pattern", field->pattern);
    write_bound(&options, field, "minimum", field->minimum);
    write_bound(&options, field, "exclusiveMinimum", field->exclusive_minimum);
    write_bound(&options, field, "maximum", field->maximum);
    write_bound(&options, field, "exclusiveMaximum", field->exclusive_maximum);
    write_bound(&options, field, "multipleOf", field->multiple_of);
    write_limit(&options, "minItems", field->min_items);
    write_limit(&options, "maxItems", field->max_items);
    if (field->unique_items) {
        begin_option(&options, "uniqueItems");
        buffer_append_text(out, "true");
    }
    write_limit(&options, "minProperties", field->min_properties);
    write_limit(&options, "maxProperties", field->max_properties);
    if (field->zone != ZONE_UNSTATED) {
        begin_option(&options, "timezone");
        buffer_append_text(out, field->zone == ZONE_OFFSET ? "true" : "false");
    }
    if (options.any)
        buffer_append_text(out, "}\n");
    else
        buffer_truncate(out, before);
}

/* ---------------------------------------------------------------- properties */

static const char *kind_word(enum draft_kind kind)
{
    static const char *const words[] = {"string",    "integer", "number", "boolean", "date",
                                        "timestamp", "time",    "object", "array",   "map"};
    return words[kind];
}

static void write_values(struct buffer *out, const struct draft_field *field, unsigned depth)
{
    if (field->value_count == 0) return;
    indent(out, depth);
    buffer_append_text(out, "quality:\n");
    indent(out, depth);
    buffer_append_text(out, "  - {type: library, metric: invalidValues, arguments: {validValues: [");
    for (size_t i = 0; i < field->value_count; i++) {
        if (i > 0) buffer_append_text(out, ", ");
        buffer_append_span(out, field->values[i]);
    }
    buffer_append_text(out, "]}, mustBe: 0}\n");
}

static void write_customs(struct buffer *out, const struct draft_field *field, unsigned depth)
{
    bool decimal = field->kind == DRAFT_NUMBER && field->precision > 0;
    if (field->category.data == NULL && !decimal && !field->bytes && !field->micros) return;
    indent(out, depth);
    buffer_append_text(out, "customProperties:\n");
    if (decimal) {
        indent(out, depth);
        buffer_printf(out, "  - {property: precision, value: %d}\n", field->precision);
        indent(out, depth);
        buffer_printf(out, "  - {property: scale, value: %d}\n", field->scale);
    }
    if (field->bytes) {
        indent(out, depth);
        buffer_append_text(out, "  - {property: avroType, value: bytes}\n");
    }
    if (field->micros) {
        indent(out, depth);
        buffer_printf(out, "  - {property: avroLogicalType, value: %stimestamp-micros}\n",
                      field->zone == ZONE_LOCAL ? "local-" : "");
    }
    if (field->category.data == NULL) return;
    indent(out, depth);
    buffer_printf(out, "  - {property: dataCategories, value: [%.*s]}", SPAN_ARGS(field->category));
    write_comment(out, " # guessed: ", field->guess);
}

static void write_properties(struct buffer *out, const struct draft_field *field, unsigned depth);

/* What stands below `- name:`, or below `items:`. */
static void write_body(struct buffer *out, const struct draft_field *field, unsigned depth)
{
    indent(out, depth);
    buffer_printf(out, "logicalType: %s", kind_word(field->kind));
    if (field->guess.data != NULL && field->category.data == NULL)
        write_comment(out, " # guessed: ", field->guess);
    else
        buffer_append_char(out, '\n');
    if (field->kind == DRAFT_NUMBER && field->precision > 0) {
        indent(out, depth);
        buffer_append_text(out, "physicalType: decimal\n");
    }
    indent(out, depth);
    buffer_printf(out, "required: %s\n", field->required ? "true" : "false");
    if (field->primary_key) {
        indent(out, depth);
        buffer_append_text(out, "primaryKey: true # guessed: the name; resends are known by it\n");
    }
    if (field->doc.size > 0) {
        indent(out, depth);
        buffer_append_text(out, "description: ");
        draft_write_text(out, field->doc);
        buffer_append_char(out, '\n');
    }
    if (field->category.data != NULL) {
        indent(out, depth);
        buffer_printf(out, "classification: %s\n", field->identifying ? "restricted" : "confidential");
    }
    write_options(out, field, depth);
    write_values(out, field, depth);
    write_customs(out, field, depth);
    if (field->kind == DRAFT_OBJECT) write_properties(out, field, depth);
    if (field->kind == DRAFT_MAP) {
        indent(out, depth);
        buffer_append_text(out, "map:\n");
        indent(out, depth + STEP);
        buffer_append_text(out, "key: {logicalType: string} # keys are values: say what they are, and their class\n");
    }
    if (field->items == NULL) return;
    indent(out, field->kind == DRAFT_MAP ? depth + STEP : depth);
    buffer_append_text(out, field->kind == DRAFT_MAP ? "value:\n" : "items:\n");
    write_body(out, field->items, field->kind == DRAFT_MAP ? depth + 2 * STEP : depth + STEP);
}

static void write_properties(struct buffer *out, const struct draft_field *field, unsigned depth)
{
    indent(out, depth);
    buffer_append_text(out, "properties:\n");
    for (const struct draft_field *child = field->children; child != NULL; child = child->next) {
        indent(out, depth + STEP);
        if (child->kind == DRAFT_NOTHING) {
            write_comment(out, "# left out: ", child->guess);
            continue;
        }
        buffer_append_text(out, "- name: ");
        draft_write_text(out, child->name);
        buffer_append_char(out, '\n');
        write_body(out, child, depth + 2 * STEP);
    }
}

/* ---------------------------------------------------------------- the document */

static bool holds_map(const struct draft_field *field)
{
    bool found = field->kind == DRAFT_MAP || (field->items != NULL && holds_map(field->items));
    for (const struct draft_field *child = field->children; child != NULL && !found; child = child->next)
        found = holds_map(child);
    return found;
}

static void write_head(struct buffer *out, const struct draft_model *model)
{
    if (model->source.data != NULL) write_comment(out, "# Drafted from ", model->source);
    buffer_append_text(out, "# `# guessed:` marks what nobody stated: read it, correct it, remove the mark.\n"
                            "apiVersion: ");
    buffer_append_text(out, holds_map(model->root) ? "v3.2.0 # the first that knows maps\n" : "v3.1.0\n");
    buffer_append_text(out, "kind: DataContract\nid: ");
    write_answer(out, model->id, "the contract's id, such as urn:acme:shop:model:order_placed");
    buffer_printf(out, "\nname: %.*s\nversion: 1.0.0\nstatus: %s\ndomain: ", SPAN_ARGS(model->name),
                  model->active ? "active" : "draft # evaluated and counted, nothing is produced; active routes");
    write_answer(out, model->domain, "the business domain that the event belongs to, such as shop");
    buffer_append_text(out, "\nteam:\n  members:\n    - {username: ");
    write_answer(out, model->owner, "who answers for this event, such as checkout@acme.example");
    buffer_append_text(out, ", role: owner}\n");
}

static void write_object(struct buffer *out, const struct draft_model *model)
{
    bool people = !model->subjects_known || model->subject_count > 0;
    buffer_printf(out, "schema:\n  - name: %.*s\n    physicalName: ", SPAN_ARGS(model->name));
    draft_write_text(out, model->event);
    buffer_append_text(out, "\n    logicalType: object\n");
    if (model->doc.size > 0) {
        buffer_append_text(out, "    description: ");
        draft_write_text(out, model->doc);
        buffer_append_char(out, '\n');
    }
    write_properties(out, model->root, 2 * STEP);
    buffer_append_text(out, "    customProperties:\n");
    if (model->event_time.data != NULL)
        buffer_printf(out, "      - {property: eventTimeField, value: %.*s}%s\n", SPAN_ARGS(model->event_time),
                      model->time_guessed ? " # guessed: when the event happened" : "");
    if (people) {
        buffer_append_text(out, "      - {property: subjectField, value: ");
        write_answer(out, model->subject_field, "the field that says whose data this is, such as customer_id");
        buffer_printf(out, "}%s\n", model->subject_guessed ? " # guessed: whose data this is" : "");
    }
    buffer_printf(out, "      - {property: undeclaredFields, value: %s}\n", model->reject_undeclared ? "reject" : "strip");
}

void draft_write_model(const struct draft_model *model, struct buffer *out)
{
    write_head(out, model);
    write_object(out, model);
    buffer_append_text(out, "customProperties:\n"
                            "  - {property: headgateRole, value: eventModel}\n"
                            "  - {property: dataSubjects, value: ");
    if (model->subjects_known)
        write_texts(out, model->subjects, model->subject_count);
    else
        buffer_append_text(out, "[\"" DRAFT_QUESTION "whose data this is, such as customer; [] when it is nobody's\"]");
    buffer_append_text(out, "}\n");
}

/* matrix_record.c - the record of processing activities, Art. 30(1) GDPR: one row per use, in the letters' order.
 *
 * A column is a line of the table below. One without a function holds what no contract says: it stays empty for a person, rather
 * than be guessed. */
#include "codecs/utf8.h"
#include "contracts/plain.h"
#include "gateway/commands/matrix_output.h"

/* One use-case contract: its uses of the several models stand side by side in the catalogue. */
struct activity {
    const struct matrix_report *report;
    const struct use *const *uses;
    size_t count;
};

struct column {
    const char *name;
    const char *heading;
    struct span (*value)(const struct activity *activity); /* NULL data: out of memory */
};

static struct span text_or_empty(struct span text)
{
    return text.data != NULL ? text : SPAN("");
}

static const struct matrix_model *model_of(const struct activity *activity, size_t i)
{
    return &activity->report->matrix->models[activity->uses[i]->model->index];
}

static size_t position_of(const struct use *use)
{
    size_t position = 0;
    while (use->model->uses[position] != use) position++;
    return position;
}

static struct span kept(const struct activity *activity, struct buffer *text)
{
    struct span copy = {NULL, 0};
    if (buffer_ok(text)) copy = arena_copy(activity->report->arena, text->size > 0 ? buffer_span(text) : SPAN(""));
    buffer_deinit(text);
    return copy;
}

/* ---------------------------------------------------------------- values */

static struct span activity_name(const struct activity *activity)
{
    return activity->uses[0]->name;
}

static struct span activity_contract(const struct activity *activity)
{
    const struct use *use = activity->uses[0];
    return arena_printf(activity->report->arena, "%.*s@%.*s", SPAN_ARGS(use->id), SPAN_ARGS(use->version));
}

static struct span activity_status(const struct activity *activity)
{
    return span_of(status_word(activity->uses[0]->status));
}

static struct span activity_owner(const struct activity *activity)
{
    return text_or_empty(activity->uses[0]->owner);
}

static struct span activity_contact(const struct activity *activity)
{
    return text_or_empty(activity->uses[0]->contact);
}

static struct span activity_purpose(const struct activity *activity)
{
    return text_or_empty(activity->uses[0]->purpose);
}

static struct span activity_limitations(const struct activity *activity)
{
    return text_or_empty(activity->uses[0]->limitations);
}

static struct span activity_data_use(const struct activity *activity)
{
    return activity->uses[0]->data_use;
}

static struct span activity_basis(const struct activity *activity)
{
    struct buffer text = BUFFER_EMPTY;
    const struct use *use = activity->uses[0];
    buffer_append_text(&text, plain_legal_basis(use->legal_basis));
    if (use->special_category_basis.size > 0)
        buffer_printf(&text, "; special categories, Art. 9: %.*s", SPAN_ARGS(use->special_category_basis));
    if (use->criminal_data_basis.size > 0)
        buffer_printf(&text, "; criminal data, Art. 10: %.*s", SPAN_ARGS(use->criminal_data_basis));
    return kept(activity, &text);
}

static struct span activity_documents(const struct activity *activity)
{
    struct buffer text = BUFFER_EMPTY;
    const struct use *use = activity->uses[0];
    for (size_t i = 0; i < use->document_count; i++)
        buffer_printf(&text, "%s%.*s: %.*s", i > 0 ? "; " : "", SPAN_ARGS(use->documents[i].type),
                      SPAN_ARGS(use->documents[i].url));
    return kept(activity, &text);
}

/* Whether one of the items before the i-th is the same. */
static bool is_known(const struct span *items, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (span_equal(items[j], items[i])) return true;
    return false;
}

/* Joins what several uses have, each item once. */
static struct span joined(const struct activity *activity, const struct span_list *lists, const char *none)
{
    struct arena *arena = activity->report->arena;
    size_t count = 0, kept_count = 0;
    for (size_t i = 0; i < activity->count; i++) count += lists[i].count;
    struct span *items = arena_calloc(arena, count + 1, sizeof *items);
    if (items == NULL) return (struct span){NULL, 0};
    for (size_t i = 0; i < activity->count; i++) {
        for (size_t j = 0; j < lists[i].count; j++) {
            items[kept_count] = lists[i].items[j];
            if (!is_known(items, kept_count)) kept_count++;
        }
    }
    return plain_list(items, kept_count, ", ", none, arena);
}

static struct span activity_subjects(const struct activity *activity)
{
    struct span_list *lists = arena_calloc(activity->report->arena, activity->count, sizeof *lists);
    if (lists == NULL) return (struct span){NULL, 0};
    for (size_t i = 0; i < activity->count; i++)
        lists[i] = (struct span_list){activity->uses[i]->subjects, activity->uses[i]->subject_count};
    return joined(activity, lists, "none, by declaration");
}

static struct span activity_categories(const struct activity *activity)
{
    struct span_list *lists = arena_calloc(activity->report->arena, activity->count, sizeof *lists);
    if (lists == NULL) return (struct span){NULL, 0};
    for (size_t i = 0; i < activity->count; i++)
        if (!matrix_use_categories(model_of(activity, i), position_of(activity->uses[i]), activity->report->arena, &lists[i]))
            return (struct span){NULL, 0};
    return joined(activity, lists, "none declared");
}

static struct span activity_class(const struct activity *activity)
{
    enum classification highest = CLASS_PUBLIC;
    for (size_t i = 0; i < activity->count; i++)
        if (activity->uses[i]->highest_class > highest) highest = activity->uses[i]->highest_class;
    return span_of(classification_word(highest));
}

static struct span activity_recipients(const struct activity *activity)
{
    struct buffer text = BUFFER_EMPTY;
    const struct use *use = activity->uses[0];
    for (size_t i = 0; i < use->recipient_count; i++) {
        const struct recipient *recipient = &use->recipients[i];
        buffer_printf(&text, "%s%.*s", i > 0 ? "; " : "", SPAN_ARGS(recipient->role));
        if (recipient->access.size > 0) buffer_printf(&text, " (%.*s)", SPAN_ARGS(recipient->access));
    }
    if (use->recipient_count == 0) buffer_append_text(&text, "none declared");
    return kept(activity, &text);
}

static struct span activity_approvers(const struct activity *activity)
{
    struct buffer text = BUFFER_EMPTY;
    const struct use *use = activity->uses[0];
    for (size_t i = 0; i < use->recipient_count; i++) {
        const struct span approvers[] = {use->recipients[i].first_approvers, use->recipients[i].second_approvers};
        for (size_t j = 0; j < COUNT_OF(approvers); j++) {
            if (approvers[j].size == 0) continue;
            buffer_printf(&text, "%s%.*s", text.size > 0 ? ", " : "", SPAN_ARGS(approvers[j]));
        }
    }
    return kept(activity, &text);
}

static struct span activity_regions(const struct activity *activity)
{
    const struct use *use = activity->uses[0];
    return plain_list(use->residency, use->residency_count, ", ", "not limited by the contract", activity->report->arena);
}

static struct span activity_retention(const struct activity *activity)
{
    return plain_retention(activity->uses[0], activity->report->arena);
}

static struct span activity_kafka(const struct activity *activity)
{
    const struct use *longest = activity->uses[0];
    for (size_t i = 1; i < activity->count; i++)
        if (activity->uses[i]->topic_retention > longest->topic_retention) longest = activity->uses[i];
    return plain_kafka_retention(longest, activity->report->arena);
}

/* One event with personal data is enough for the duty to erase. */
static struct span activity_erasure(const struct activity *activity)
{
    const struct use *with = activity->uses[0];
    for (size_t i = 1; i < activity->count && with->subject_count == 0; i++) with = activity->uses[i];
    return plain_erasure(with, activity->report->arena);
}

/* "keyed hash: a, b; ": the fields of one kind of handling. */
static void list_kind(const struct activity *activity, enum handling_kind kind, const char *word, struct buffer *text)
{
    bool any = false;
    for (size_t i = 0; i < activity->count; i++) {
        const struct matrix_model *model = model_of(activity, i);
        size_t position = position_of(activity->uses[i]);
        for (size_t j = 0; j < model->row_count; j++) {
            for (const struct matrix_given *given = model->rows[j].cells[position]; given != NULL; given = given->next) {
                if (given->field->handling.kind != kind) continue;
                buffer_printf(text, "%s%s %.*s", any ? "," : "; ", any ? "" : word, SPAN_ARGS(given->field->path));
                any = true;
            }
        }
    }
}

static struct span activity_measures(const struct activity *activity)
{
    static const char *const words[] = {
        [HANDLE_HMAC] = "pseudonyms by keyed hash:",
        [HANDLE_ENCRYPT] = "encrypted, readable with the use's key:",
        [HANDLE_MASK] = "masked:",
        [HANDLE_TRUNCATE] = "cut short:",
        [HANDLE_TRUNCATE_IP] = "network part of the address only:",
        [HANDLE_GENERALISE] = "time made coarser:",
        [HANDLE_ROUND] = "rounded:",
        [HANDLE_REDACT] = "replaced by a constant:",
    };
    struct buffer text = BUFFER_EMPTY;
    buffer_append_text(&text, "only the declared fields are passed on, all others are removed at the gateway");
    for (size_t kind = HANDLE_HMAC; kind < COUNT_OF(words); kind++)
        list_kind(activity, (enum handling_kind)kind, words[kind], &text);
    return kept(activity, &text);
}

static struct span activity_waivers(const struct activity *activity)
{
    struct buffer text = BUFFER_EMPTY;
    const struct use *use = activity->uses[0];
    for (size_t i = 0; i < use->waiver_count; i++) {
        const struct waiver *waiver = &use->waivers[i];
        buffer_printf(&text, "%s%.*s: %.*s (%.*s; approved by %.*s until %.*s)", i > 0 ? "; " : "", SPAN_ARGS(waiver->field),
                      SPAN_ARGS(waiver->rule), SPAN_ARGS(waiver->reason), SPAN_ARGS(waiver->approved_by),
                      SPAN_ARGS(waiver->until));
    }
    return kept(activity, &text);
}

static struct span activity_events(const struct activity *activity)
{
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < activity->count; i++)
        buffer_printf(&text, "%s%.*s", i > 0 ? ", " : "", SPAN_ARGS(activity->uses[i]->model->event));
    return kept(activity, &text);
}

static struct span activity_topics(const struct activity *activity)
{
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < activity->count; i++) {
        const struct use *use = activity->uses[i];
        buffer_printf(&text, "%s%.*s", i > 0 ? ", " : "", SPAN_ARGS(use->topic));
        if (use->late_topic.size > 0) buffer_printf(&text, ", %.*s", SPAN_ARGS(use->late_topic));
    }
    return kept(activity, &text);
}

/* ---------------------------------------------------------------- the table */

static const struct column columns[] = {
    {"activity", "Processing activity", activity_name},
    {"contract", "Contract", activity_contract},
    {"status", "Status", activity_status},
    {"controller", "(a) Controller", NULL},
    {"controller_contact", "(a) Controller's contact details", NULL},
    {"joint_controller", "(a) Joint controller", NULL},
    {"representative", "(a) Representative", NULL},
    {"data_protection_officer", "(a) Data protection officer", NULL},
    {"owner", "(a) Responsible team", activity_owner},
    {"owner_contact", "(a) Contact of the team", activity_contact},
    {"purpose", "(b) Purpose", activity_purpose},
    {"limitations", "(b) Limits of the purpose", activity_limitations},
    {"data_use", "(b) Data use (fideslang)", activity_data_use},
    {"legal_basis", "Legal basis", activity_basis},
    {"documents", "Documents", activity_documents},
    {"data_subjects", "(c) Categories of data subjects", activity_subjects},
    {"data_categories", "(c) Categories of personal data", activity_categories},
    {"highest_class", "Highest classification", activity_class},
    {"recipients", "(d) Recipients inside the organisation", activity_recipients},
    {"recipients_approved_by", "(d) Access is approved by", activity_approvers},
    {"other_recipients", "(d) Other categories of recipients", NULL},
    {"regions", "(e) Regions of storage", activity_regions},
    {"third_country_transfers", "(e) Transfers to third countries or international organisations", NULL},
    {"transfer_safeguards", "(e) Suitable safeguards of transfers", NULL},
    {"time_limit", "(f) Time limit for erasure", activity_retention},
    {"kafka_retention", "(f) Kept in Kafka", activity_kafka},
    {"erasure", "(f) Way of erasure", activity_erasure},
    {"handling", "(g) Security measures: handling of the data", activity_measures},
    {"other_measures", "(g) Other technical and organisational measures", NULL},
    {"exceptions", "Exceptions in force", activity_waivers},
    {"events", "Source: events", activity_events},
    {"topics", "Kafka topics", activity_topics},
};

/* The next contract's uses behind *at that are not retired; false at the end. */
static bool next_activity(const struct matrix_report *report, size_t *at, struct activity *out)
{
    const struct catalogue *catalogue = report->matrix->catalogue;
    while (*at < catalogue->use_count) {
        size_t first = *at;
        while (*at < catalogue->use_count && span_equal(catalogue->uses[*at]->id, catalogue->uses[first]->id)) (*at)++;
        if (catalogue->uses[first]->status == STATUS_RETIRED) continue;
        *out = (struct activity){report, (const struct use *const *)&catalogue->uses[first], *at - first};
        return true;
    }
    return false;
}

/* ---------------------------------------------------------------- CSV */

/* Whether a spreadsheet would take a cell that begins at `at` for a formula. Where the decimal sign is a comma, cells end at ';'
 * and whatever stands in quotes does not hold that up: a text may hold the beginning of another cell. */
static bool begins_formula(struct span text, size_t at)
{
    bool begins = at == 0 || text.data[at - 1] == ';';
    return begins && memchr("=+-@\t\r", text.data[at], 6) != NULL;
}

/* Control characters become U+FFFD, tabs a space; lines stay lines. */
static void csv_cell(struct span text, struct buffer *out)
{
    buffer_append_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        size_t control = utf8_control((struct span){text.data + i, text.size - i});
        if (begins_formula(text, i)) buffer_append_char(out, '\'');
        if (byte == '"') buffer_append_char(out, '"');
        if (byte == '\t')
            buffer_append_char(out, ' ');
        else if (control > 0 && byte != '\n')
            buffer_append_text(out, "\xEF\xBF\xBD");
        else
            buffer_append_char(out, byte);
        i += control > 0 ? control - 1 : 0;
    }
    buffer_append_char(out, '"');
}

bool matrix_record_csv(const struct matrix_report *report, struct buffer *out)
{
    struct activity activity;
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        if (i > 0) buffer_append_char(out, ',');
        csv_cell(span_of(columns[i].heading), out);
    }
    buffer_append_text(out, "\r\n");
    for (size_t at = 0; next_activity(report, &at, &activity);) {
        for (size_t i = 0; i < COUNT_OF(columns); i++) {
            struct span value = columns[i].value != NULL ? columns[i].value(&activity) : SPAN("");
            if (value.data == NULL) return false;
            if (i > 0) buffer_append_char(out, ',');
            csv_cell(value, out);
        }
        buffer_append_text(out, "\r\n");
    }
    return buffer_ok(out);
}

/* ---------------------------------------------------------------- JSON */

static bool json_activity(const struct activity *activity, struct json_writer *json)
{
    json_object_begin(json);
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        json_name(json, columns[i].name);
        if (columns[i].value == NULL) {
            json_write_null(json);
            continue;
        }
        struct span value = columns[i].value(activity);
        if (value.data == NULL) return false;
        json_text(json, value);
    }
    json_object_end(json);
    return true;
}

bool matrix_record_json(const struct matrix_report *report, struct buffer *out)
{
    struct json_writer json;
    struct activity activity;
    json_writer_init(&json, out, 2);
    json_object_begin(&json);
    matrix_json_head(report, &json);
    json_name(&json, "to_be_filled_in");
    json_array_begin(&json);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        if (columns[i].value == NULL) json_text(&json, span_of(columns[i].name));
    json_array_end(&json);
    json_name(&json, "activities");
    json_array_begin(&json);
    for (size_t at = 0; next_activity(report, &at, &activity);)
        if (!json_activity(&activity, &json)) return false;
    json_array_end(&json);
    json_object_end(&json);
    buffer_append_char(out, '\n');
    return buffer_ok(out);
}

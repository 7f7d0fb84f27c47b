/* matrix_html.c - the matrix as one page to be read, filed and printed: no scripts, nothing fetched, every text escaped. */
#include "codecs/html.h"
#include "contracts/plain.h"
#include "gateway/commands/matrix_output.h"
#include "gateway/commands/matrix_style.h"

enum { USES_PER_TABLE = 4 }; /* what an A4 page in landscape takes */

struct writing {
    const struct matrix_report *report;
    struct buffer *out;
    bool failed;
};

/* ---------------------------------------------------------------- text */

static void put(struct writing *writing, const char *html)
{
    buffer_append_text(writing->out, html);
}

/* NULL data is what memory was short for. */
static void put_text(struct writing *writing, struct span text)
{
    if (text.data == NULL) writing->failed = true;
    html_append_text(writing->out, text);
}

/* <TAG>text</TAG> */
static void put_element(struct writing *writing, const char *tag, struct span text)
{
    buffer_printf(writing->out, "<%s>", tag);
    put_text(writing, text);
    buffer_printf(writing->out, "</%s>", tag);
}

static struct span or_words(struct span text, struct span otherwise)
{
    return text.size > 0 ? text : otherwise;
}

static void put_class(struct writing *writing, enum classification class)
{
    const char *word = classification_word(class);
    buffer_printf(writing->out, "<span class=\"class %s\">%s</span>", word, word);
}

/* The anchor of a use or of an event: numbers, since names of two contracts may be alike. */
static void put_use_link(struct writing *writing, const struct use *use)
{
    buffer_printf(writing->out, "<a href=\"#use-%u\">", use->index);
    put_text(writing, use->name);
    put(writing, "</a>");
}

/* ---------------------------------------------------------------- fields by uses */

static void put_codes(struct writing *writing, const char *class, const struct span *items, size_t count)
{
    if (count == 0) return;
    buffer_printf(writing->out, "<div class=\"%s\">", class);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) put(writing, ", ");
        put_text(writing, items[i]);
    }
    put(writing, "</div>");
}

static void put_given(struct writing *writing, const struct matrix_row *row, const struct field *given)
{
    put(writing, "<div class=\"given\">");
    put_text(writing, plain_handling(&given->handling, writing->report->arena));
    if (!span_equal(given->path, row->field->path)) {
        put(writing, "<div class=\"note\">as <code>");
        put_text(writing, given->path);
        put(writing, "</code></div>");
    }
    put(writing, "<div>");
    if (given->classification == row->field->classification) {
        put(writing, "<small>stays</small> ");
    } else {
        put_class(writing, row->field->classification);
        put(writing, "<span class=\"arrow\"> &rarr; </span>");
    }
    put_class(writing, given->classification);
    put(writing, "</div>");
    if (given->handling_doc.size > 0) {
        put(writing, "<div class=\"note\">");
        put_text(writing, given->handling_doc);
        put(writing, "</div>");
    }
    put(writing, "</div>");
}

static void put_cell(struct writing *writing, const struct matrix_row *row, size_t use)
{
    if (row->cells[use] == NULL) {
        put(writing, "<td class=\"no\">not given</td>");
        return;
    }
    put(writing, row->cells[use]->field->handling.kind == HANDLE_PASS ? "<td class=\"raw\">" : "<td class=\"treated\">");
    for (const struct matrix_given *given = row->cells[use]; given != NULL; given = given->next)
        put_given(writing, row, given->field);
    put(writing, "</td>");
}

static void put_row(struct writing *writing, const struct matrix_row *row, size_t from, size_t to)
{
    put(writing, "<tr><th scope=\"row\"><code>");
    put_text(writing, row->field->path);
    put(writing, "</code>");
    if (row->field->doc.size > 0) put_element(writing, "small", row->field->doc);
    put_codes(writing, "categories", row->categories, row->category_count);
    if (!row->claimed)
        put(writing, row->of_gateway ? "<div class=\"note\">used by the gateway itself only</div>"
                                     : "<div class=\"alarm\">claimed by no active use</div>");
    put(writing, "</th><td>");
    put_class(writing, row->field->classification);
    put(writing, "</td>");
    for (size_t use = from; use < to; use++) put_cell(writing, row, use);
    put(writing, "</tr>\n");
}

static void put_table(struct writing *writing, const struct matrix_model *model, size_t from, size_t to)
{
    const struct model *declared = model->model;
    put(writing, "<div class=\"wide\"><table>\n<caption>Fields of <code>");
    put_text(writing, declared->event);
    put(writing, "</code> and what each use gets");
    if (declared->use_count > to - from)
        buffer_printf(writing->out, " (uses %zu to %zu of %zu)", from + 1, to, declared->use_count);
    put(writing, "</caption>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Class in the event</th>");
    for (size_t use = from; use < to; use++) {
        put(writing, "<th scope=\"col\">");
        put_use_link(writing, declared->uses[use]);
        if (declared->uses[use]->status != STATUS_ACTIVE)
            put_element(writing, "small", span_of(status_word(declared->uses[use]->status)));
        put(writing, "</th>");
    }
    put(writing, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < model->row_count; i++) put_row(writing, &model->rows[i], from, to);
    put(writing, "</tbody></table></div>\n");
}

/* ---------------------------------------------------------------- a card per use */

static void put_fact(struct writing *writing, const char *label, struct span value)
{
    buffer_printf(writing->out, "<div><dt>%s</dt><dd>", label);
    put_text(writing, value);
    put(writing, "</dd></div>\n");
}

static void put_list_fact(struct writing *writing, const char *label, const struct span *items, size_t count, const char *none)
{
    put_fact(writing, label, plain_list(items, count, ", ", none, writing->report->arena));
}

static void put_owner(struct writing *writing, struct span owner, struct span contact)
{
    put_text(writing, or_words(owner, SPAN("nobody")));
    if (contact.size == 0 || span_equal(owner, contact)) return;
    put(writing, ", ");
    put_text(writing, contact);
}

static void put_basis(struct writing *writing, const struct use *use)
{
    put_fact(writing, "Legal basis", span_of(plain_legal_basis(use->legal_basis)));
    if (use->special_category_basis.size > 0)
        put_fact(writing, "Basis for special categories (Art. 9)", use->special_category_basis);
    if (use->criminal_data_basis.size > 0) put_fact(writing, "Basis for criminal data (Art. 10)", use->criminal_data_basis);
}

static void put_recipients(struct writing *writing, const struct use *use)
{
    put(writing, "<div><dt>Recipients</dt><dd>");
    if (use->recipient_count == 0) put(writing, "none declared");
    for (size_t i = 0; i < use->recipient_count; i++) {
        const struct recipient *recipient = &use->recipients[i];
        if (i > 0) put(writing, "<br>");
        put_text(writing, recipient->role);
        if (recipient->first_approvers.size + recipient->second_approvers.size == 0) continue;
        put(writing, " <small>access approved by ");
        put_text(writing, or_words(recipient->first_approvers, SPAN("")));
        if (recipient->first_approvers.size > 0 && recipient->second_approvers.size > 0) put(writing, ", ");
        put_text(writing, or_words(recipient->second_approvers, SPAN("")));
        put(writing, "</small>");
    }
    put(writing, "</dd></div>\n");
}

/* Addresses are shown, never linked: a page on file should lead nowhere. */
static void put_documents(struct writing *writing, const struct use *use)
{
    for (size_t i = 0; i < use->document_count; i++) {
        put(writing, i == 0 ? "<div><dt>Documents</dt><dd>" : "<br>");
        put_text(writing, or_words(use->documents[i].type, SPAN("document")));
        put(writing, ": <span class=\"address\">");
        put_text(writing, or_words(use->documents[i].url, SPAN("")));
        put(writing, "</span>");
    }
    if (use->document_count > 0) put(writing, "</dd></div>\n");
}

static void put_waivers(struct writing *writing, const struct use *use)
{
    for (size_t i = 0; i < use->waiver_count; i++) {
        const struct waiver *waiver = &use->waivers[i];
        put_fact(writing, "Exception",
                 arena_printf(writing->report->arena, "%.*s (%.*s): %.*s. Approved by %.*s until %.*s", SPAN_ARGS(waiver->field),
                              SPAN_ARGS(waiver->rule), SPAN_ARGS(waiver->reason), SPAN_ARGS(waiver->approved_by),
                              SPAN_ARGS(waiver->until)));
    }
}

static void put_times(struct writing *writing, const struct use *use)
{
    struct arena *arena = writing->report->arena;
    put_fact(writing, "Retention", plain_retention(use, arena));
    put_fact(writing, "Kept in Kafka for", plain_kafka_retention(use, arena));
    put_fact(writing, "Erasure", plain_erasure(use, arena));
    put_fact(writing, "Delivery", plain_freshness(use, arena));
}

static void put_card(struct writing *writing, const struct matrix_model *model, size_t position)
{
    struct arena *arena = writing->report->arena;
    const struct use *use = model->model->uses[position];
    struct span_list categories = {NULL, 0};
    if (!matrix_use_categories(model, position, arena, &categories)) writing->failed = true;
    buffer_printf(writing->out, "<article id=\"use-%u\">\n<h3>", use->index);
    put_text(writing, use->name);
    put(writing, " <small>");
    put_text(writing, use->version);
    put(writing, "</small></h3>\n<p class=\"purpose\">");
    put_text(writing, or_words(use->purpose, SPAN("No purpose stated.")));
    put(writing, "</p>\n<dl>\n");
    if (use->limitations.size > 0) put_fact(writing, "Limits", use->limitations);
    put_fact(writing, "Data use", plain_key(use->data_use, arena));
    put_basis(writing, use);
    put_list_fact(writing, "Data subjects", use->subjects, use->subject_count, "none, by declaration");
    put_list_fact(writing, "Data categories", categories.items, categories.count, "none declared");
    put_list_fact(writing, "Regulations", use->regulations, use->regulation_count, "none declared");
    put_recipients(writing, use);
    put_list_fact(writing, "Regions", use->residency, use->residency_count, "not limited");
    put_times(writing, use);
    put_waivers(writing, use);
    put_documents(writing, use);
    put(writing, "<div><dt>Owner</dt><dd>");
    put_owner(writing, use->owner, use->contact);
    put(writing, "</dd></div>\n");
    put_fact(writing, "Status", span_of(plain_status(use->status)));
    put_fact(writing, "Contract", use->id);
    put_fact(writing, "Topic", use->topic);
    put(writing, "</dl>\n</article>\n");
}

/* ---------------------------------------------------------------- the page */

static void put_model(struct writing *writing, const struct matrix_model *entry)
{
    const struct model *model = entry->model;
    buffer_printf(writing->out, "<section id=\"event-%u\">\n<h2>", model->index);
    put_text(writing, model->event);
    put(writing, "</h2>\n");
    if (model->purpose.size > 0) put_element(writing, "p", model->purpose);
    put(writing, "<p class=\"meta\">Contract ");
    put_text(writing, model->id);
    put(writing, " ");
    put_text(writing, model->version);
    buffer_printf(writing->out, ", %s. Owner: ", status_word(model->status));
    put_owner(writing, model->owner, model->contact);
    put(writing, ". Data subjects: ");
    put_text(writing, plain_list(model->subjects, model->subject_count, ", ", "none, by declaration", writing->report->arena));
    put(writing, ".</p>\n");
    size_t from = 0;
    do {
        size_t left = model->use_count - from, to = from + (left > USES_PER_TABLE ? USES_PER_TABLE : left);
        put_table(writing, entry, from, to);
        from = to;
    } while (from < model->use_count);
    if (model->use_count > 0) put(writing, "<div class=\"cards\">\n");
    for (size_t i = 0; i < model->use_count; i++) put_card(writing, entry, i);
    put(writing, model->use_count > 0 ? "</div>\n</section>\n" : "<p>No use is declared.</p>\n</section>\n");
}

static void put_head(struct writing *writing)
{
    const struct matrix *matrix = writing->report->matrix;
    char made[TIMESTAMP_TEXT_MAX];
    size_t size = date_format(timestamp_day(writing->report->made), made);
    put(writing,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Who gets what</title>\n<style>\n");
    matrix_style_write(writing->out);
    put(writing,
        "</style>\n</head>\n<body>\n<header>\n<h1>Who gets what</h1>\n<p>For each kind of event that is collected: its fields, "
        "the declared uses, and in which form each use gets each field. What is not given here leaves the gateway for "
        "nobody.</p>\n<dl class=\"facts\">\n");
    put_fact(writing, "Made on", (struct span){made, size});
    put_fact(writing, "Version of the contracts", matrix->catalogue->version);
    buffer_printf(writing->out, "<div><dt>Events</dt><dd>%zu</dd></div>\n<div><dt>Uses</dt><dd>%zu</dd></div>\n</dl>\n",
                  matrix->catalogue->model_count, matrix->catalogue->use_count);
    put(writing, "</header>\n<nav aria-label=\"Events\"><ul>\n");
    for (size_t i = 0; i < matrix->model_count; i++) {
        const struct model *model = matrix->models[i].model;
        buffer_printf(writing->out, "<li><a href=\"#event-%u\">", model->index);
        put_text(writing, model->event);
        buffer_printf(writing->out, "</a> <small>%zu use%s</small></li>\n", model->use_count, model->use_count == 1 ? "" : "s");
    }
    put(writing, "</ul></nav>\n<main>\n");
}

bool matrix_html_write(const struct matrix_report *report, struct buffer *out)
{
    struct writing writing = {report, out, false};
    put_head(&writing);
    for (size_t i = 0; i < report->matrix->model_count; i++) put_model(&writing, &report->matrix->models[i]);
    put(&writing, "</main>\n<footer>\n<p>Classes, from low to high: ");
    for (int class = CLASS_PUBLIC; class <= CLASS_RESTRICTED; class ++) {
        put_class(&writing, (enum classification) class);
        put(&writing, class < CLASS_RESTRICTED ? ", " : ".");
    }
    put(&writing, " Pseudonyms remain personal data. Data categories are those of the fideslang taxonomy. Made by ");
    put_text(&writing, span_of(report->maker));
    put(&writing, " from the contracts, which prevail.</p>\n</footer>\n</body>\n</html>\n");
    return !writing.failed && buffer_ok(out);
}

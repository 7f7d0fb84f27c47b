#include "gateway/commands/check_proof.h"

#include "contracts/category.h"
#include "contracts/handling_parse.h"
#include "contracts/limit.h"
#include "contracts/plain.h"
#include "contracts/proof.h"
#include "gateway/terminal.h"

static bool is_meant(const struct check_proof *wanted, const struct use *use)
{
    if (wanted->use == NULL) return use->status != STATUS_RETIRED;
    return span_is(use->name, wanted->use) || span_is(use->id, wanted->use);
}

bool check_proof_finds(const struct check_proof *proof)
{
    if (proof->use == NULL) return true;
    for (size_t i = 0; i < proof->catalogue->use_count; i++)
        if (is_meant(proof, proof->catalogue->uses[i])) return true;
    return false;
}

static struct span handling_of(const struct field *field, struct arena *arena)
{
    return field->handling.kind == HANDLE_PASS ? SPAN("pass") : handling_text(&field->handling, arena);
}

/* ---------------------------------------------------------------- text */

struct writing {
    const struct check_proof *wanted;
    struct table *table;
    struct buffer *out;
    bool colour;
    unsigned width;
    bool failed;
};

static struct span kept(struct writing *writing, struct span text)
{
    if (text.data == NULL) writing->failed = true;
    return text.data != NULL ? text : SPAN("");
}

static void fact(struct writing *writing, const char *label, struct span value)
{
    enum { INDENT = 15 };
    buffer_append_text(writing->out, "    ");
    terminal_style(writing->out, writing->colour, STYLE_DIM, span_of(label));
    buffer_printf(writing->out, "%*s", (int)(INDENT - 4 - strlen(label)), "");
    terminal_wrap(writing->out, value, INDENT, writing->width);
}

static struct span verdict_text(struct writing *writing, const struct proof_check *check)
{
    struct arena *arena = writing->wanted->arena;
    const struct waiver *waiver = check->waiver;
    if (waiver == NULL) return span_of(proof_verdict_word(check->verdict));
    return kept(writing,
                arena_printf(arena, "waived until %.*s by %.*s", SPAN_ARGS(waiver->until), SPAN_ARGS(waiver->approved_by)));
}

/* What is the same as in the row above stays empty: a field's checks read as a block. */
static void check_row(struct writing *writing, const struct proof_field *of, const struct proof_check *check, bool first)
{
    static const enum terminal_style styles[] = {
        [PROOF_HOLDS] = STYLE_GREEN, [PROOF_WAIVED] = STYLE_YELLOW, [PROOF_WARNED] = STYLE_YELLOW};
    struct arena *arena = writing->wanted->arena;
    struct span name = SPAN(""), handling = SPAN(""), class = SPAN("");
    if (of == NULL && first) name = SPAN("(the use)");
    if (of != NULL && first) {
        const struct field *field = of->field;
        name = field->path;
        handling = kept(writing, handling_of(field, arena));
        class = kept(writing, arena_printf(arena, "%s -> %s", classification_word(field->source->classification),
                                           classification_word(field->classification)));
    }
    table_row(writing->table);
    table_cell_styled(writing->table, name, STYLE_BOLD);
    table_cell(writing->table, handling);
    table_cell(writing->table, class);
    table_cell_styled(writing->table, span_of(check->rule), STYLE_CYAN);
    table_cell(writing->table, check->asked_by);
    table_cell(writing->table, check->permits);
    table_cell(writing->table, check->states);
    table_cell_styled(writing->table, verdict_text(writing, check), styles[check->verdict]);
}

static void checks_text(struct writing *writing, const struct proof *proof)
{
    static const char *const names[] = {"FIELD", "HANDLING", "CLASS", "RULE", "ASKED BY", "PERMITTED", "STATED", "VERDICT"};
    writing->table = table_create(writing->wanted->arena, names, COUNT_OF(names));
    if (writing->table == NULL) {
        writing->failed = true;
        return;
    }
    for (const struct proof_check *check = proof->checks; check != NULL; check = check->next)
        check_row(writing, NULL, check, check == proof->checks);
    for (size_t i = 0; i < proof->field_count; i++) {
        const struct proof_field *of = &proof->fields[i];
        for (const struct proof_check *check = of->checks; check != NULL; check = check->next)
            check_row(writing, of, check, check == of->checks);
    }
    if (!table_print(writing->table, writing->colour, writing->out)) writing->failed = true;
    buffer_append_char(writing->out, '\n');
}

static void use_text(struct writing *writing, const struct use *use)
{
    struct arena *arena = writing->wanted->arena;
    const struct proof *proof = proof_create(writing->wanted->catalogue, use, arena);
    if (proof == NULL) {
        writing->failed = true;
        return;
    }
    terminal_style(writing->out, writing->colour, STYLE_BOLD, use->name);
    buffer_printf(writing->out, " %.*s, %s, of ", SPAN_ARGS(use->version), status_word(use->status));
    terminal_text(writing->out, use->model->id);
    buffer_printf(writing->out, " %.*s\n", SPAN_ARGS(use->model->version));
    fact(writing, "contract", use->id);
    fact(writing, "purpose", use->purpose);
    fact(writing, "data use", use->data_use);
    fact(writing, "basis", span_of(plain_legal_basis(use->legal_basis)));
    if (use->special_category_basis.data != NULL) fact(writing, "Art. 9(2)", use->special_category_basis);
    if (use->criminal_data_basis.data != NULL) fact(writing, "Art. 10", use->criminal_data_basis);
    fact(writing, "subjects", kept(writing, plain_list(use->subjects, use->subject_count, ", ", "nobody's data", arena)));
    fact(writing, "residency", kept(writing, limit_stated(use, LIMIT_RESIDENCY, arena)));
    fact(writing, "retention", kept(writing, limit_stated(use, LIMIT_RETENTION, arena)));
    fact(writing, "owner", use->owner.data != NULL ? use->owner : SPAN("nobody yet"));
    for (size_t i = 0; i < use->waiver_count; i++) {
        const struct waiver *waiver = &use->waivers[i];
        fact(writing, "waiver",
             kept(writing, arena_printf(arena, "%.*s, %.*s, until %.*s, approved by %.*s: %.*s", SPAN_ARGS(waiver->field),
                                        SPAN_ARGS(waiver->rule), SPAN_ARGS(waiver->until), SPAN_ARGS(waiver->approved_by),
                                        SPAN_ARGS(waiver->reason))));
    }
    buffer_append_char(writing->out, '\n');
    checks_text(writing, proof);
}

bool check_proof_text(const struct check_proof *wanted, bool colour, unsigned width, struct buffer *out)
{
    struct writing writing = {.wanted = wanted, .out = out, .colour = colour, .width = width};
    char made[TIMESTAMP_TEXT_MAX];
    size_t size = timestamp_format(wanted->made, 0, true, made);
    buffer_printf(out, "Proof of purpose for the contracts of version %.*s, made %.*s by %.*s\n\n",
                  SPAN_ARGS(wanted->catalogue->version), (int)size, made, SPAN_ARGS(wanted->maker));
    for (size_t i = 0; i < wanted->catalogue->use_count; i++)
        if (is_meant(wanted, wanted->catalogue->uses[i])) use_text(&writing, wanted->catalogue->uses[i]);
    return !writing.failed && buffer_ok(out);
}

/* ---------------------------------------------------------------- JSON */

static void check_json(struct json_writer *writer, const struct proof_check *check)
{
    json_object_begin(writer);
    json_member_text(writer, "rule", span_of(check->rule));
    json_member_text(writer, "asked_by", check->asked_by);
    json_member_text(writer, "permitted", check->permits);
    json_member_text(writer, "stated", check->states);
    json_member_text(writer, "verdict", span_of(proof_verdict_word(check->verdict)));
    if (check->waiver != NULL) {
        json_name(writer, "waiver");
        json_object_begin(writer);
        json_member_text(writer, "until", check->waiver->until);
        json_member_text(writer, "approved_by", check->waiver->approved_by);
        json_member_text(writer, "reason", check->waiver->reason);
        json_object_end(writer);
    }
    json_object_end(writer);
}

static void checks_json(struct json_writer *writer, const struct proof_check *checks)
{
    json_name(writer, "checks");
    json_array_begin(writer);
    for (const struct proof_check *check = checks; check != NULL; check = check->next) check_json(writer, check);
    json_array_end(writer);
}

static bool field_json(struct json_writer *writer, const struct proof_field *of, struct arena *arena)
{
    const struct field *field = of->field;
    struct span handling = handling_of(field, arena);
    size_t count;
    const struct span *categories = category_list(field, &count);
    json_object_begin(writer);
    json_member_text(writer, "field", field->path);
    json_member_text(writer, "from", field->source->path);
    json_member_text(writer, "handling", handling);
    json_member_text(writer, "class_before", span_of(classification_word(field->source->classification)));
    json_member_text(writer, "class_after", span_of(classification_word(field->classification)));
    json_member_texts(writer, "categories", categories, count);
    checks_json(writer, of->checks);
    json_object_end(writer);
    return handling.data != NULL;
}

static bool use_json(const struct check_proof *wanted, const struct use *use, struct json_writer *writer)
{
    const struct proof *proof = proof_create(wanted->catalogue, use, wanted->arena);
    if (proof == NULL) return false;
    bool fine = true;
    json_object_begin(writer);
    json_member_text(writer, "use", use->name);
    json_member_text(writer, "id", use->id);
    json_member_text(writer, "version", use->version);
    json_member_text(writer, "status", span_of(status_word(use->status)));
    json_member_text(writer, "model", use->model->id);
    json_member_text(writer, "model_version", use->model->version);
    json_member_text(writer, "purpose", use->purpose);
    json_member_text(writer, "data_use", use->data_use);
    json_member_text(writer, "legal_basis", span_of(legal_basis_word(use->legal_basis)));
    json_member_text(writer, "special_category_basis", use->special_category_basis);
    json_member_text(writer, "criminal_data_basis", use->criminal_data_basis);
    json_member_texts(writer, "subjects", use->subjects, use->subject_count);
    json_member_texts(writer, "residency", use->residency, use->residency_count);
    json_member_int(writer, "retention_s", use->retention / US_PER_SECOND);
    json_member_text(writer, "owner", use->owner);
    checks_json(writer, proof->checks);
    json_name(writer, "fields");
    json_array_begin(writer);
    for (size_t i = 0; i < proof->field_count; i++) fine = field_json(writer, &proof->fields[i], wanted->arena) && fine;
    json_array_end(writer);
    json_object_end(writer);
    return fine;
}

bool check_proof_json(const struct check_proof *wanted, struct json_writer *writer)
{
    char made[TIMESTAMP_TEXT_MAX];
    size_t size = timestamp_format(wanted->made, 0, true, made);
    bool fine = true;
    json_member_text(writer, "made", (struct span){made, size});
    json_member_text(writer, "by", wanted->maker);
    json_name(writer, "proof");
    json_array_begin(writer);
    for (size_t i = 0; i < wanted->catalogue->use_count; i++) {
        const struct use *use = wanted->catalogue->uses[i];
        if (is_meant(wanted, use)) fine = use_json(wanted, use, writer) && fine;
    }
    json_array_end(writer);
    return fine;
}

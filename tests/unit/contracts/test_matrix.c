#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/matrix.h"
#include "contracts/plain.h"
#include "contracts/rule.h"

#include <stdlib.h>

static struct arena *arena;
static struct catalogue *examples, *clinic;
static struct matrix *shown;

static struct catalogue *load(const char *dir)
{
    struct catalogue_options options;
    struct diagnostics diagnostics;
    catalogue_options_init(&options);
    diagnostics_init(&diagnostics, arena);
    struct catalogue *catalogue = catalogue_load(dir, &options, &diagnostics);
    diagnostics_deinit(&diagnostics);
    if (catalogue == NULL) abort();
    return catalogue;
}

static int set_up_all(void **state)
{
    (void)state;
    arena = arena_create(64 << 20);
    examples = load("contracts/examples");
    clinic = load("tests/corpus/matrix/contracts");
    return 0;
}

static int tear_down_all(void **state)
{
    (void)state;
    catalogue_destroy(examples);
    catalogue_destroy(clinic);
    arena_destroy(arena);
    return 0;
}

static void assert_text(struct span text, const char *expected)
{
    if (!span_is(text, expected)) fail_msg("\"%.*s\" is not \"%s\"", SPAN_ARGS(text), expected);
}

static const struct matrix_model *model_of(const struct catalogue *catalogue, const char *event)
{
    shown = matrix_create(catalogue, arena);
    assert_non_null(shown);
    for (size_t i = 0; i < shown->model_count; i++)
        if (span_is(shown->models[i].model->event, event)) return &shown->models[i];
    fail_msg("no event %s", event);
    return NULL;
}

static const struct matrix_row *row_of(const struct matrix_model *model, const char *path)
{
    for (size_t i = 0; i < model->row_count; i++)
        if (span_is(model->rows[i].field->path, path)) return &model->rows[i];
    fail_msg("no field %s", path);
    return NULL;
}

static size_t use_of(const struct matrix_model *model, const char *name)
{
    for (size_t i = 0; i < model->model->use_count; i++)
        if (span_is(model->model->uses[i]->name, name)) return i;
    fail_msg("no use %s", name);
    return 0;
}

static const struct field *given(const struct matrix_model *model, const char *path, const char *use)
{
    const struct matrix_given *cell = row_of(model, path)->cells[use_of(model, use)];
    return cell != NULL ? cell->field : NULL;
}

/* ---------------------------------------------------------------- rows and cells */

static void shows_the_worked_example(void **state)
{
    (void)state;
    const struct matrix_model *model = model_of(examples, "payment.authorized");
    const struct field *customer = given(model, "customer.customer_id", "fraud_detection");
    assert_text(customer->path, "customer_ref");
    assert_int_equal(customer->handling.kind, HANDLE_HMAC);
    assert_int_equal(row_of(model, "customer.customer_id")->field->classification, CLASS_RESTRICTED);
    assert_int_equal(customer->classification, CLASS_CONFIDENTIAL);
    assert_int_equal(given(model, "customer.email", "customer_support")->handling.kind, HANDLE_MASK);
    assert_int_equal(given(model, "risk_flags", "fraud_detection")->handling.kind, HANDLE_PASS);
    assert_null(given(model, "customer.email", "fraud_detection"));
    assert_null(given(model, "card.last4", "finance_reporting"));
}

static void rows_are_values_in_declared_order(void **state)
{
    (void)state;
    static const char *const paths[] = {"visit_id",      "seen_at",      "patient.patient_id",
                                        "patient.email", "patient.town", "findings.code",
                                        "findings.cost", "rooms",        "wifi"};
    const struct matrix_model *model = model_of(clinic, "visit");
    assert_int_equal(model->row_count, sizeof paths / sizeof *paths);
    for (size_t i = 0; i < model->row_count; i++) assert_text(model->rows[i].field->path, paths[i]);
}

static void a_field_is_given_twice(void **state)
{
    (void)state;
    const struct matrix_model *model = model_of(clinic, "visit");
    const struct matrix_given *cell = row_of(model, "seen_at")->cells[use_of(model, "care")];
    assert_text(cell->field->path, "seen_hour");
    assert_text(cell->next->field->path, "seen_month");
    assert_null(cell->next->next);
}

static void only_live_uses_claim(void **state)
{
    (void)state;
    const struct matrix_model *model = model_of(clinic, "visit");
    assert_non_null(given(model, "wifi", "study"));
    assert_false(row_of(model, "wifi")->claimed);
    assert_true(row_of(model, "rooms")->claimed); /* by a deprecated use */
    assert_true(row_of(model, "visit_id")->of_gateway);
    assert_true(row_of(model, "seen_at")->of_gateway);
    assert_true(row_of(model, "patient.patient_id")->of_gateway);
    assert_false(row_of(model, "patient.email")->of_gateway);
}

/* The warning and the matrix are two ways to the same fact. */
static void claims_agree_with_the_warnings(void **state)
{
    (void)state;
    struct catalogue_options options;
    struct diagnostics diagnostics;
    size_t warned = 0, shown_unclaimed = 0;
    catalogue_options_init(&options);
    diagnostics_init(&diagnostics, arena);
    struct catalogue *catalogue = catalogue_load("contracts/examples", &options, &diagnostics);
    for (size_t i = 0; i < diagnostics.count; i++)
        warned += strcmp(diagnostics.items[i].rule->name, "field-unclaimed") == 0 ? 1 : 0;
    struct matrix *matrix = matrix_create(catalogue, arena);
    for (size_t i = 0; i < matrix->model_count; i++)
        for (size_t j = 0; j < matrix->models[i].row_count; j++)
            shown_unclaimed += !matrix->models[i].rows[j].claimed && !matrix->models[i].rows[j].of_gateway ? 1 : 0;
    assert_true(warned > 0);
    assert_int_equal(shown_unclaimed, warned);
    diagnostics_deinit(&diagnostics);
    catalogue_destroy(catalogue);
}

/* ---------------------------------------------------------------- categories */

static void categories_come_from_the_nearest_object(void **state)
{
    (void)state;
    const struct matrix_model *model = model_of(clinic, "visit");
    const struct matrix_row *town = row_of(model, "patient.town"), *email = row_of(model, "patient.email");
    assert_int_equal(town->category_count, 1);
    assert_text(town->categories[0], "user.contact");
    assert_text(email->categories[0], "user.contact.email");
    assert_int_equal(row_of(model, "rooms")->category_count, 0);
    assert_int_equal(matrix_given_categories(town, given(model, "patient.town", "care")).count, 0); /* a constant */
    assert_int_equal(matrix_given_categories(town, given(model, "patient.town", "study")).count, 1);
}

static void sums_up_what_a_use_gets(void **state)
{
    (void)state;
    static const char *const expected[] = {"user.contact.email", "user.health_and_medical", "user.unique_id"};
    const struct matrix_model *model = model_of(clinic, "visit");
    struct span_list list;
    assert_true(matrix_use_categories(model, use_of(model, "care"), arena, &list));
    assert_int_equal(list.count, 3);
    for (size_t i = 0; i < list.count; i++) assert_text(list.items[i], expected[i]);
    assert_true(matrix_use_categories(model, use_of(model, "planning"), arena, &list));
    assert_int_equal(list.count, 0);
}

/* ---------------------------------------------------------------- find */

static void assert_found(const char *query, const char *const *paths, size_t count)
{
    struct matrix_match *matches;
    size_t found;
    (void)model_of(clinic, "visit");
    assert_true(matrix_find(shown, span_of(query), arena, &matches, &found));
    assert_int_equal(found, count);
    for (size_t i = 0; i < count; i++) assert_text(matches[i].row->field->path, paths[i]);
}

static void finds_categories_and_what_lies_in_them(void **state)
{
    (void)state;
    static const char *const contact[] = {"patient.email", "patient.town"};
    static const char *const email[] = {"patient.email"};
    assert_found("user.contact", contact, 2);
    assert_found("user.contact.email", email, 1);
    assert_found("user.biometric", NULL, 0);
}

static void finds_fields_names_and_texts(void **state)
{
    (void)state;
    static const char *const email[] = {"patient.email"};
    static const char *const seen[] = {"seen_at"};
    static const char *const door[] = {"door_id", "opened_at"};
    assert_found("patient.email", email, 1);
    assert_found("MAIL_HINT", email, 1);   /* a name in a use, in any case */
    assert_found("patient came", seen, 1); /* a description */
    assert_found("door", door, 2);         /* an event */
    assert_found("no such thing", NULL, 0);
}

/* ---------------------------------------------------------------- words */

static void assert_handling(const char *path, const char *use, const char *words, const char *brief)
{
    const struct matrix_model *model = model_of(clinic, "visit");
    const struct handling *handling = &given(model, path, use)->handling;
    assert_text(plain_handling(handling, arena), words);
    assert_text(plain_handling_short(handling, arena), brief);
}

static void says_handling_in_words(void **state)
{
    (void)state;
    assert_handling("patient.email", "care", "As it is", "as is");
    assert_handling("visit_id", "care", "Pseudonym: a keyed code of this use alone; not readable without the key", "hash");
    assert_handling("patient.patient_id", "care",
                    "Pseudonym: a keyed code that is the same for all uses of the domain; not readable without the key",
                    "domain hash");
    assert_handling("patient.email", "study",
                    "Masked; readable: the first character, the last 2 characters, the domain after the @", "mask 1*2@");
    assert_handling("findings.code", "care", "Cut to the first character", "first 1");
    assert_handling("findings.cost", "care", "Rounded to multiples of 0.5", "by 0.5");
    assert_handling("seen_at", "planning", "Cut to the day", "to day");
    assert_handling("patient.town", "care", "Replaced by the constant \"it's <hidden>\"", "constant");
    struct handling hidden = {.kind = HANDLE_MASK}, network = {.kind = HANDLE_TRUNCATE_IP, .v4 = 24, .v6 = 48};
    assert_text(plain_handling(&hidden, arena), "Masked completely");
    assert_text(plain_handling_short(&hidden, arena), "mask *");
    assert_text(plain_handling(&network, arena), "Network part of the address only: 24 of 32 bits (IPv4), 48 of 128 bits (IPv6)");
}

static void says_law_in_words(void **state)
{
    (void)state;
    const struct matrix_model *model = model_of(clinic, "visit");
    const struct use *care = model->model->uses[use_of(model, "care")];
    const struct use *planning = model->model->uses[use_of(model, "planning")];
    assert_text(plain_retention(care, arena),
                "At least 1 year (365 days) and at most 2 years (730 days) after the event, then to be deleted");
    assert_text(plain_retention(planning, arena), "At most 1 day 12 hours after the event, then to be deleted");
    assert_text(plain_kafka_retention(planning, arena),
                "18 hours, and up to 1 hour 48 minutes more until the broker deletes them");
    assert_text(plain_erasure(care, arena),
                "By expiry: everything is deleted when its retention ends; reason: follow-ups take two years");
    assert_text(plain_freshness(planning, arena), "Within 1 second of the event; later ones go to a topic of their own");
    assert_string_equal(plain_legal_basis(BASIS_LEGITIMATE_INTEREST), "Legitimate interests, Art. 6(1)(f) GDPR");
    assert_text(plain_key(SPAN("essential.fraud_detection"), arena), "Essential > fraud detection");
    model = model_of(examples, "payment.authorized");
    assert_text(plain_erasure(model->model->uses[use_of(model, "finance_reporting")], arena),
                "None on request; exemption of Art. 17(3) GDPR: Legal obligation");
    model = model_of(clinic, "door");
    assert_text(plain_erasure(model->model->uses[0], arena), "Not needed: no personal data, by declaration");
}

/* ---------------------------------------------------------------- what the loader keeps for it */

static void keeps_what_people_ask(void **state)
{
    (void)state;
    const struct matrix_model *model = model_of(clinic, "visit");
    const struct use *care = model->model->uses[use_of(model, "care")];
    assert_text(model->model->contact, "records@clinic.example"); /* the owner, not the first member */
    assert_text(care->limitations, "=HYPERLINK(\"http://evil.example\",\"not for adverts\")");
    assert_text(care->special_category_basis, "health_care");
    assert_int_equal(care->document_count, 2);
    assert_text(care->documents[0].type, "purpose");
    assert_int_equal(care->waiver_count, 1);
    assert_text(care->waivers[0].approved_by, "dpo@clinic.example");
    assert_text(care->recipients[0].second_approvers, "dpo@clinic.example");
    assert_null(care->recipients[1].first_approvers.data);
    assert_text(given(model, "patient.patient_id", "care")->handling_doc, "Joins care's own tables.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_worked_example),
        cmocka_unit_test(rows_are_values_in_declared_order),
        cmocka_unit_test(a_field_is_given_twice),
        cmocka_unit_test(only_live_uses_claim),
        cmocka_unit_test(claims_agree_with_the_warnings),
        cmocka_unit_test(categories_come_from_the_nearest_object),
        cmocka_unit_test(sums_up_what_a_use_gets),
        cmocka_unit_test(finds_categories_and_what_lies_in_them),
        cmocka_unit_test(finds_fields_names_and_texts),
        cmocka_unit_test(says_handling_in_words),
        cmocka_unit_test(says_law_in_words),
        cmocka_unit_test(keeps_what_people_ask),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}

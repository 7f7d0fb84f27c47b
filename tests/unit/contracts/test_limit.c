/* Limits that the house sets by class and by data category; those of models and fields stand in tests/corpus/contracts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/limit.h"
#include "contracts/rule.h"

static struct arena *arena;
static struct diagnostics diagnostics;

static int begin(void **state)
{
    (void)state;
    arena = arena_create(16 << 20);
    diagnostics_init(&diagnostics, arena);
    return arena != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return 0;
}

static const struct limit nothing = {.retention = NO_LIMIT};

static struct house_limit of_class(enum classification class, struct limit limit)
{
    return (struct house_limit){LIMIT_OF_CLASS, class, span_of(classification_word(class)), limit};
}

static struct house_limit of_category(const char *category, struct limit limit)
{
    return (struct house_limit){LIMIT_OF_CATEGORY, CLASS_PUBLIC, span_of(category), limit};
}

static struct limit ceiling(int64_t days)
{
    struct limit limit = nothing;
    limit.retention = days * US_PER_DAY;
    return limit;
}

static struct catalogue *load(const char *dir, const struct house_limit *limits, size_t count)
{
    struct catalogue_options options;
    diagnostics_deinit(&diagnostics);
    diagnostics_init(&diagnostics, arena);
    catalogue_options_init(&options);
    options.house_limits = limits;
    options.house_limit_count = count;
    return catalogue_load(dir, &options, &diagnostics);
}

#define BASE "tests/corpus/contracts/valid_base"

static void loads(struct house_limit limit)
{
    struct catalogue *catalogue = load(BASE, &limit, 1);
    assert_non_null(catalogue);
    catalogue_destroy(catalogue);
}

/* Refused by one complaint, of this rule, at this field. */
static void refused(const char *dir, struct house_limit limit, const char *rule, const char *field, const char *part)
{
    assert_null(load(dir, &limit, 1));
    assert_int_equal(diagnostics.errors, 1);
    for (size_t i = 0; i < diagnostics.count; i++) {
        const struct diagnostic *item = &diagnostics.items[i];
        if (strcmp(item->rule->name, rule) == 0 && span_is(item->path, field) &&
            memmem(item->detail.data, item->detail.size, part, strlen(part)) != NULL)
            return;
    }
    fail_msg("no %s at %s with '%s'", rule, field, part);
}

/* The use keeps 30 days; its highest class is confidential. */
static void a_class_bounds_itself_and_those_above(void **state)
{
    (void)state;
    loads(of_class(CLASS_CONFIDENTIAL, ceiling(30)));
    loads(of_class(CLASS_RESTRICTED, ceiling(1)));
    refused(BASE, of_class(CLASS_CONFIDENTIAL, ceiling(29)), "retention-ceiling", "event_id",
            "the house for class confidential permits as retention: up to 29 d; the use states: 30 d (and 3 more fields)");
    refused(BASE, of_class(CLASS_INTERNAL, ceiling(7)), "retention-ceiling", "event_id", "class internal");
    refused(BASE, of_class(CLASS_PUBLIC, ceiling(7)), "retention-ceiling", "event_id", "class public");
}

/* valid_class_lowered hashes the restricted id down to confidential: the limit of restricted data no longer binds it. */
static void the_class_after_handling_counts(void **state)
{
    (void)state;
    struct house_limit restricted = of_class(CLASS_RESTRICTED, ceiling(1));
    struct catalogue *catalogue = load("tests/corpus/contracts/valid_class_lowered", &restricted, 1);
    assert_non_null(catalogue);
    catalogue_destroy(catalogue);
    refused("tests/corpus/contracts/valid_waived", restricted, "retention-ceiling", "person.person_id", "class restricted");
}

static void every_kind_of_limit_binds(void **state)
{
    (void)state;
    const struct span eu[] = {SPAN("EU")};
    const struct span uses[] = {SPAN("essential"), SPAN("functional")}, others[] = {SPAN("essential")};
    struct limit limit = nothing;
    limit.residency = eu;
    limit.residency_count = 1;
    refused(BASE, of_class(CLASS_PUBLIC, limit), "residency-forbidden", "event_id", "EU; the use states: anywhere");
    limit = nothing;
    limit.data_uses = uses;
    limit.data_use_count = 2;
    loads(of_class(CLASS_PUBLIC, limit));
    limit.data_uses = others;
    limit.data_use_count = 1;
    refused(BASE, of_class(CLASS_PUBLIC, limit), "data-use-forbidden", "event_id", "functional.service.improve");
    limit = nothing;
    limit.legal_bases = 1U << BASIS_CONSENT | 1U << BASIS_LEGITIMATE_INTEREST;
    loads(of_class(CLASS_PUBLIC, limit));
    limit.legal_bases = 1U << BASIS_CONSENT | 1U << BASIS_CONTRACT;
    refused(BASE, of_class(CLASS_PUBLIC, limit), "legal-basis-forbidden", "event_id",
            "consent, contract; the use states: legitimate_interest");
}

/* A category binds what lies in it, whatever a use makes of it; a constant holds nothing of it. */
static void a_category_bounds_what_lies_in_it(void **state)
{
    (void)state;
    loads(of_category("user.health_and_medical", ceiling(7)));
    refused("tests/corpus/contracts/valid_special_category", of_category("user.health_and_medical", ceiling(7)),
            "retention-ceiling", "person.nickname", "category user.health_and_medical");
    refused("tests/corpus/contracts/valid_special_category", of_category("user", ceiling(7)), "retention-ceiling",
            "person.nickname", "category user permits");
    struct house_limit health = of_category("user.health_and_medical", ceiling(7));
    struct catalogue *catalogue = load("tests/corpus/contracts/valid_special_category_redacted", &health, 1);
    assert_non_null(catalogue);
    catalogue_destroy(catalogue);
}

static void count_visit(void *context, const struct limit_source *source)
{
    unsigned *seen = context;
    seen[source->scope]++;
}

static void all_that_bind_a_field_are_visited(void **state)
{
    (void)state;
    unsigned seen[LIMIT_OF_CATEGORY + 1] = {0};
    const struct house_limit limits[] = {of_class(CLASS_PUBLIC, ceiling(90)), of_class(CLASS_CONFIDENTIAL, ceiling(90)),
                                         of_class(CLASS_RESTRICTED, ceiling(90)), of_category("user", ceiling(90))};
    struct catalogue *catalogue = load("tests/corpus/contracts/valid_limit_field_waived", limits, COUNT_OF(limits));
    assert_non_null(catalogue);
    const struct field *person = NULL, *root = catalogue->uses[0]->root;
    for (size_t i = 0; i < root->child_count; i++)
        if (span_is(root->children[i]->name, "person")) person = root->children[i];
    assert_non_null(person);
    limit_each(catalogue, catalogue->uses[0], person->children[0], count_visit, seen);
    assert_int_equal(seen[LIMIT_OF_MODEL], 1);
    assert_int_equal(seen[LIMIT_OF_FIELD], 1);
    assert_int_equal(seen[LIMIT_OF_CLASS], 2);
    assert_int_equal(seen[LIMIT_OF_CATEGORY], 0);
    catalogue_destroy(catalogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_class_bounds_itself_and_those_above, begin, end),
        cmocka_unit_test_setup_teardown(the_class_after_handling_counts, begin, end),
        cmocka_unit_test_setup_teardown(every_kind_of_limit_binds, begin, end),
        cmocka_unit_test_setup_teardown(a_category_bounds_what_lies_in_it, begin, end),
        cmocka_unit_test_setup_teardown(all_that_bind_a_field_are_visited, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

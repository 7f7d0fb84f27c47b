#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/attributes.h"
#include "contracts/fideslang.h"

/* The counts of fideslang 3.1.4. */
static void holds_the_taxonomy(void **state)
{
    (void)state;
    assert_string_equal(fideslang_version(), "3.1.4");
    assert_int_equal(fideslang_list(FIDESLANG_DATA_USE).count, 56);
    assert_int_equal(fideslang_list(FIDESLANG_DATA_CATEGORY).count, 85);
    assert_int_equal(fideslang_list(FIDESLANG_DATA_SUBJECT).count, 15);
}

static void lists_are_sorted_and_whole(void **state)
{
    (void)state;
    for (int kind = FIDESLANG_DATA_USE; kind <= FIDESLANG_DATA_SUBJECT; kind++) {
        struct fideslang_list list = fideslang_list((enum fideslang_kind)kind);
        for (size_t i = 0; i < list.count; i++) {
            struct span key = span_of(list.keys[i].key);
            if (i > 0) assert_true(span_compare(span_of(list.keys[i - 1].key), key) < 0);
            assert_ptr_equal(fideslang_find((enum fideslang_kind)kind, key), &list.keys[i]);
            const char *dot = strrchr(list.keys[i].key, '.');
            if (dot == NULL) continue;
            struct span parent = {key.data, (size_t)(dot - key.data)};
            assert_non_null(fideslang_find((enum fideslang_kind)kind, parent));
        }
    }
}

static void knows_what_is_deprecated(void **state)
{
    (void)state;
    const struct fideslang_key *old = fideslang_find(FIDESLANG_DATA_USE, SPAN("personalize.profiling"));
    assert_non_null(old);
    assert_string_equal(old->replaced_by, "personalize.content.profiling");
    assert_null(fideslang_find(FIDESLANG_DATA_USE, SPAN("essential.fraud_detection"))->replaced_by);
    assert_null(fideslang_find(FIDESLANG_DATA_USE, SPAN("essential.fraud")));
    assert_null(fideslang_find(FIDESLANG_DATA_USE, (struct span){NULL, 0}));
}

static void suggests_the_nearest(void **state)
{
    (void)state;
    static const struct {
        enum fideslang_kind kind;
        const char *written, *nearest;
    } rows[] = {
        {FIDESLANG_DATA_USE, "essential.fraud_detecton", "essential.fraud_detection"},
        {FIDESLANG_DATA_USE, "fraud_detection", "essential.fraud_detection"},
        {FIDESLANG_DATA_USE, "improve", "essential.service.operations.improve"},
        {FIDESLANG_DATA_USE, "finances", "finance"},
        {FIDESLANG_DATA_USE, "xyz", NULL},
        {FIDESLANG_DATA_CATEGORY, "user.contact.mail", "user.contact.email"},
        {FIDESLANG_DATA_CATEGORY, "email", "user.contact.email"},
        {FIDESLANG_DATA_SUBJECT, "customers", "customer"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct fideslang_key *nearest = fideslang_nearest(rows[i].kind, span_of(rows[i].written));
        if (rows[i].nearest == NULL) {
            assert_null(nearest);
        } else {
            assert_non_null(nearest);
            assert_string_equal(nearest->key, rows[i].nearest);
        }
    }
}

static void descends_by_dots(void **state)
{
    (void)state;
    assert_true(fideslang_is_descendant(SPAN("marketing.advertising"), SPAN("marketing")));
    assert_true(fideslang_is_descendant(SPAN("marketing"), SPAN("marketing")));
    assert_false(fideslang_is_descendant(SPAN("marketing"), SPAN("marketing.advertising")));
    assert_false(fideslang_is_descendant(SPAN("user.device.cookie_id"), SPAN("user.device.cookie")));
}

static void grades_categories(void **state)
{
    (void)state;
    static const struct {
        const char *category;
        enum category_level level;
        bool identifying, special, criminal;
    } rows[] = {
        {"system.operations", LEVEL_NON_SENSITIVE, false, false, false},
        {"user", LEVEL_STANDARD, false, false, false},
        {"user.behavior.purchase_history", LEVEL_STANDARD, false, false, false},
        {"user.contact.email", LEVEL_STANDARD, true, false, false},
        {"user.contact.address", LEVEL_STANDARD, true, false, false},
        {"user.contact.address.street", LEVEL_STANDARD, true, false, false},
        {"user.contact.address.country", LEVEL_STANDARD, false, false, false},
        {"user.contact.address.state", LEVEL_STANDARD, false, false, false},
        {"user.unique_id.pseudonymous", LEVEL_STANDARD, true, false, false},
        {"user.device", LEVEL_STANDARD, false, false, false},
        {"user.device.ip_address", LEVEL_STANDARD, true, false, false},
        {"user.device.cookie_id", LEVEL_STANDARD, true, false, false},
        {"user.financial", LEVEL_SENSITIVE, false, false, false},
        {"user.financial.credit_card", LEVEL_SENSITIVE, false, false, false},
        {"user.government_id.passport_number", LEVEL_SENSITIVE, true, false, false},
        {"user.location.precise", LEVEL_SENSITIVE, false, false, false},
        {"user.location.imprecise", LEVEL_STANDARD, false, false, false},
        {"user.childrens", LEVEL_SENSITIVE, false, false, false},
        {"user.authorization.password", LEVEL_SENSITIVE, false, false, false},
        {"user.authorization.biometric", LEVEL_SPECIAL, true, true, false},
        {"user.biometric.voice", LEVEL_SPECIAL, true, true, false},
        {"user.health_and_medical.genetic", LEVEL_SPECIAL, false, true, false},
        {"user.demographic.religious_belief", LEVEL_SPECIAL, false, true, false},
        {"user.demographic.gender", LEVEL_STANDARD, false, false, false},
        {"user.criminal_history", LEVEL_SPECIAL, false, false, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span category = span_of(rows[i].category);
        assert_non_null(fideslang_find(FIDESLANG_DATA_CATEGORY, category));
        assert_int_equal(fideslang_level(category), rows[i].level);
        assert_int_equal(fideslang_is_identifying(category), rows[i].identifying);
        assert_int_equal(fideslang_is_special(category), rows[i].special);
        assert_int_equal(fideslang_is_criminal(category), rows[i].criminal);
    }
    assert_string_equal(category_level_word(LEVEL_SPECIAL), "special-category");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_the_taxonomy),       cmocka_unit_test(lists_are_sorted_and_whole),
        cmocka_unit_test(knows_what_is_deprecated), cmocka_unit_test(suggests_the_nearest),
        cmocka_unit_test(descends_by_dots),         cmocka_unit_test(grades_categories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

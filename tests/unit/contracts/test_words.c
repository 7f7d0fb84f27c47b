#include "contracts/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void finds_the_class_of_each_label(void **state)
{
    (void)state;
    static const char *const labels[] = {"public", "internal", "confidential", "restricted"};
    for (int class = CLASS_PUBLIC; class <= CLASS_RESTRICTED; class ++) {
        enum classification found = class == CLASS_PUBLIC ? CLASS_RESTRICTED : CLASS_PUBLIC;
        assert_string_equal(classification_word((enum classification) class), labels[class]);
        assert_true(classification_find(span_of(labels[class]), &found));
        assert_int_equal(found, class);
    }
}

static void leaves_the_class_of_other_words(void **state)
{
    (void)state;
    static const char *const others[] = {"", "Public", "publi", "publics", "public ", "secret", "none"};
    enum classification found = CLASS_INTERNAL;
    for (size_t i = 0; i < COUNT_OF(others); i++) assert_false(classification_find(span_of(others[i]), &found));
    assert_int_equal(found, CLASS_INTERNAL);
}

static void finds_names_of_the_house_beside_the_labels(void **state)
{
    (void)state;
    static const struct span names[] = {{"3", 1}, {"restricted", 10}, {"open", 4}, {"public", 6}, {"broken", 6}, {"open", 4}};
    enum classification found = CLASS_INTERNAL;
    assert_true(class_find(names, COUNT_OF(names), SPAN("open"), &found));
    assert_int_equal(found, CLASS_PUBLIC);
    assert_true(class_find(names, COUNT_OF(names), SPAN("3"), &found));
    assert_int_equal(found, CLASS_RESTRICTED);
    assert_true(class_find(names, COUNT_OF(names), SPAN("confidential"), &found));
    assert_int_equal(found, CLASS_CONFIDENTIAL);
    assert_true(class_find(NULL, 0, SPAN("internal"), &found));
    assert_int_equal(found, CLASS_INTERNAL);
    assert_false(class_find(names, COUNT_OF(names), SPAN("broken"), &found)); /* names stand for labels, not for names */
    assert_false(class_find(names, COUNT_OF(names), SPAN("4"), &found));
    assert_false(class_find(names, 2, SPAN("open"), &found));
    assert_int_equal(found, CLASS_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_class_of_each_label),
        cmocka_unit_test(leaves_the_class_of_other_words),
        cmocka_unit_test(finds_names_of_the_house_beside_the_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

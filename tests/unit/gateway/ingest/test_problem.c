#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/rule.h"
#include "gateway/http/fault.h"
#include "gateway/ingest/problem.h"

static void every_problem_s_rule_can_be_explained(void **state)
{
    (void)state;
    for (int i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++) {
        const char *name = problem_rule((enum problem)i);
        if (rule_find(span_of(name)) == NULL) fail_msg("no rule is named %s", name);
    }
    for (int i = 0; i < HTTP_FAULT_COUNT; i++) {
        const char *name = http_fault_info((enum http_fault)i)->rule;
        if (rule_find(span_of(name)) == NULL) fail_msg("no rule is named %s", name);
    }
}

static void writes_what_rfc_9457_asks_for(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct json_writer json;
    json_writer_init(&json, &out, 0);
    problem_open(&json, PROBLEM_EMPTY);
    json_object_end(&json);
    assert_non_null(strstr(out.data, "{\"type\":\"urn:headgate:rule:empty\",\"title\":\""));
    assert_non_null(strstr(out.data, "\"status\":400,\"detail\":\"the body holds no event\"}"));
    buffer_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_problem_s_rule_can_be_explained),
        cmocka_unit_test(writes_what_rfc_9457_asks_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

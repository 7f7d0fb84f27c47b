#include "gateway/ingest/problem.h"

#include "contracts/rule.h"

struct problem_line {
    int status;
    const char *rule;
    const char *detail;
};

static const struct problem_line lines[PROBLEM_COUNT] = {
#define PROBLEM_LINE(name, status, rule, detail) [PROBLEM_##name] = {status, rule, detail},
    PROBLEMS(PROBLEM_LINE)
#undef PROBLEM_LINE
};

int problem_status(enum problem problem)
{
    return lines[problem].status;
}

const char *problem_rule(enum problem problem)
{
    return lines[problem].rule;
}

const char *problem_detail(enum problem problem)
{
    return lines[problem].detail;
}

void problem_begin(struct json_writer *json, int status, const char *rule, const char *detail)
{
    char type[96] = "urn:headgate:rule:";
    size_t prefix = strlen(type);
    size_t size = strnlen(rule, sizeof type - prefix);
    memcpy(type + prefix, rule, size);
    const struct rule *known = rule_find(span_of(rule));
    json_object_begin(json);
    json_member_text(json, "type", (struct span){type, prefix + size});
    json_member_text(json, "title", span_of(known != NULL ? known->title : rule));
    json_member_int(json, "status", status);
    json_member_text(json, "detail", span_of(detail));
}

void problem_open(struct json_writer *json, enum problem problem)
{
    problem_begin(json, lines[problem].status, lines[problem].rule, lines[problem].detail);
}

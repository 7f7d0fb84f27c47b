/* enforce.c - one event judged with libheadgate: what each use would get.
 *
 *     cc enforce.c $(pkg-config --cflags --libs headgate) -o enforce
 *     ./enforce CONTRACTS EVENT-TYPE <event.json
 *
 * Ends with 0 when the event was accepted, 1 when it was refused, 2 when nothing could be judged. */
#include <headgate.h>

#include <stdio.h>

static void print(struct headgate_bytes text)
{
    fwrite(text.data, 1, text.size, stdout);
}

static void print_problems(const struct headgate_problems *problems)
{
    for (size_t i = 0; i < headgate_problem_count(problems); i++) {
        const struct headgate_problem *problem = headgate_problem_at(problems, i);
        if (problem->severity != HEADGATE_ERROR) continue;
        print(problem->file);
        printf(":%u:%u: %s: ", problem->line, problem->column, problem->rule);
        print(problem->detail);
        printf("\n    ");
        print(problem->remedy);
        printf("\n");
    }
}

static void print_outcome(const struct headgate_outcome *outcome)
{
    print(outcome->use->id);
    printf(": %s %s", headgate_outcome_word(outcome->kind), headgate_reason_word(outcome->reason));
    if (outcome->record != NULL) {
        printf("to ");
        print(outcome->record->topic);
        printf(", %zu bytes, %zu headers", outcome->record->value.size, outcome->record->header_count);
    }
    printf("\n");
}

/* They do not stop an event: somebody should know of them all the same. */
static void print_warnings(const struct headgate_result *result)
{
    for (size_t i = 0; i < result->warning_count; i++) {
        printf("%s: ", result->warnings[i].severity == HEADGATE_WARNING ? "warning" : "note");
        print(result->warnings[i].pointer);
        printf(": %s: %s\n", result->warnings[i].rule, result->warnings[i].message);
    }
}

static int judge(struct headgate_enforcer *enforcer, const char *type, const char *json, size_t size)
{
    struct headgate_event event = {0};
    struct headgate_result *result = NULL;
    event.type = type;
    event.json = json;
    event.json_size = size;
    event.source = "urn:example:enforce";
    enum headgate_status status = headgate_enforce(enforcer, &event, &result);
    if (status != HEADGATE_OK) {
        const char *error = headgate_enforcer_error(enforcer, NULL);
        printf("%s\n", error != NULL ? error : headgate_status_text(status));
        return 2;
    }
    for (size_t i = 0; i < result->violation_count; i++) {
        print(result->violations[i].pointer);
        printf(": %s: %s\n", result->violations[i].rule, result->violations[i].message);
    }
    print_warnings(result);
    for (size_t i = 0; i < result->outcome_count; i++) print_outcome(&result->outcomes[i]);
    int code = result->verdict == HEADGATE_ACCEPTED ? 0 : 1;
    headgate_result_destroy(result);
    return code;
}

int main(int count, char **arguments)
{
    static char json[256 * 1024];
    struct headgate_options options = {0};
    struct headgate_catalogue *catalogue = NULL;
    struct headgate_problems *problems = NULL;
    struct headgate_enforcer *enforcer = NULL;
    int code = 2;
    if (count != 3) {
        fprintf(stderr, "usage: enforce CONTRACTS EVENT-TYPE <event.json\n");
        return 2;
    }
    options.passing_keys = true; /* a trial: its pseudonyms are worth nothing tomorrow */
    enum headgate_status status = headgate_load(arguments[1], &options, &catalogue, &problems);
    print_problems(problems);
    if (status == HEADGATE_OK) status = headgate_enforcer_create(catalogue, &enforcer);
    if (status == HEADGATE_OK)
        code = judge(enforcer, arguments[2], json, fread(json, 1, sizeof json, stdin));
    else
        fprintf(stderr, "%s\n", headgate_status_text(status));
    headgate_enforcer_destroy(enforcer);
    headgate_problems_destroy(problems);
    headgate_catalogue_destroy(catalogue);
    return code;
}

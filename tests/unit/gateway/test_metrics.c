#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "codecs/timestamp.h"
#include "contracts/enforce.h"
#include "gateway/metrics_manual.h"
#include "gateway/metrics_table.h"
#include "gateway/topic_block.h"

static const struct span events[] = {{"order.placed", 12}, {"we\"ird\\\nname", 12}};
static const struct span uses[] = {{"fraud", 5}, {"support", 7}, {"volume", 6}};
static const struct span lanes[] = {{"fast", 4}, {"bulk", 4}};
static const struct metrics_labels labels = {
    .events = events, .event_count = 2, .uses = uses, .use_count = 3, .lanes = lanes, .lane_count = 2};

/* ---------------------------------------------------------------- a reader of the format, strict as promtool's */

struct family {
    char name[128];
    char type[16];
};

static bool name_byte(char byte, bool first)
{
    return byte == '_' || byte == ':' || isalpha((unsigned char)byte) || (!first && isdigit((unsigned char)byte));
}

static const char *skip_name(const char *at)
{
    if (!name_byte(*at, true)) fail_msg("no name at '%.20s'", at);
    while (name_byte(*at, false)) at++;
    return at;
}

/* name="value",... with the three escapes; a raw line break cannot be there, lines were split at it. */
static const char *skip_labels(const char *at)
{
    while (*at != '}') {
        at = skip_name(at);
        if (at[0] != '=' || at[1] != '"') fail_msg("no value at '%.20s'", at);
        for (at += 2; *at != '"'; at++) {
            assert_true(*at != '\0');
            if (*at != '\\') continue;
            at++;
            assert_true(*at == '\\' || *at == '"' || *at == 'n');
        }
        at++;
        if (*at == ',') at++;
    }
    return at + 1;
}

/* A sample belongs to the family above it: same name, or a histogram's three. */
static void check_sample(const struct family *family, const char *line)
{
    const char *end = skip_name(line);
    size_t size = (size_t)(end - line), base = strlen(family->name);
    assert_true(size >= base && strncmp(line, family->name, base) == 0);
    char suffix[16] = "";
    snprintf(suffix, sizeof suffix, "%.*s", (int)(size - base), line + base);
    if (strcmp(family->type, "histogram") == 0)
        assert_true(strcmp(suffix, "_bucket") == 0 || strcmp(suffix, "_sum") == 0 || strcmp(suffix, "_count") == 0);
    else
        assert_string_equal(suffix, "");
    if (strcmp(family->type, "counter") == 0) assert_string_equal(family->name + base - 6, "_total");
    if (*end == '{') end = skip_labels(end + 1);
    assert_true(*end == ' ');
    char *rest;
    (void)strtod(end + 1, &rest);
    assert_true(rest > end + 1 && *rest == '\0');
}

static void check_page(const char *page)
{
    char *copy = strdup(page);
    struct family family = {"", ""};
    size_t size = strlen(copy);
    assert_true(size > 0 && copy[size - 1] == '\n');
    char previous[4096] = "";
    for (char *save = NULL, *line = strtok_r(copy, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        assert_string_not_equal(line, previous);
        snprintf(previous, sizeof previous, "%s", line);
        if (strncmp(line, "# HELP ", 7) == 0) {
            const char *end = skip_name(line + 7);
            /* One family, one block. */
            char heading[160];
            snprintf(heading, sizeof heading, "# HELP %.*s ", (int)(end - line - 7), line + 7);
            assert_null(strstr(strstr(page, heading) + 1, heading));
            snprintf(family.name, sizeof family.name, "%.*s", (int)(end - line - 7), line + 7);
            continue;
        }
        if (strncmp(line, "# TYPE ", 7) == 0) {
            assert_int_equal(strncmp(line + 7, family.name, strlen(family.name)), 0);
            snprintf(family.type, sizeof family.type, "%s", line + 7 + strlen(family.name) + 1);
            assert_true(strcmp(family.type, "counter") == 0 || strcmp(family.type, "gauge") == 0 ||
                        strcmp(family.type, "histogram") == 0);
            continue;
        }
        if (line[0] != '#') check_sample(&family, line);
    }
    free(copy);
}

static struct buffer page_of(struct metrics_registry *registry)
{
    struct buffer page = BUFFER_EMPTY;
    metrics_page(registry, &page);
    assert_true(buffer_ok(&page));
    check_page(page.data);
    return page;
}

static void assert_line(struct metrics_registry *registry, const char *line)
{
    struct buffer page = page_of(registry), wanted = BUFFER_EMPTY;
    buffer_printf(&wanted, "\n%s\n", line);
    if (strstr(page.data, wanted.data) == NULL) fail_msg("the page lacks '%s':\n%s", line, page.data);
    buffer_deinit(&page);
    buffer_deinit(&wanted);
}

static void assert_no_line(struct metrics_registry *registry, const char *part)
{
    struct buffer page = page_of(registry);
    if (strstr(page.data, part) != NULL) fail_msg("the page has '%s'", part);
    buffer_deinit(&page);
}

/* ---------------------------------------------------------------- tests */

static void sums_what_workers_count(void **state)
{
    (void)state;
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *one = metrics_create(registry, &labels), *two = metrics_create(registry, &labels);
    metrics_add2(one, METRIC_EVENTS, 0, METRIC_ACCEPTED, 3);
    metrics_add2(two, METRIC_EVENTS, 0, METRIC_ACCEPTED, 4);
    metrics_add2(two, METRIC_EVENTS, 0, METRIC_RETRY, 1);
    metrics_add3(one, METRIC_OUTCOMES, 2, OUTCOME_WITHHELD, REASON_CONSENT, 5);
    metrics_add3(two, METRIC_OUTCOMES, 2, OUTCOME_DELIVERED, REASON_NONE, 6);
    metrics_add1(one, METRIC_REQUESTS, metric_status(202), 8);
    metrics_add1(one, METRIC_REQUESTS, metric_status(418), 9);
    metrics_add(two, METRIC_BYTES_IN, 1000);
    assert_line(registry, "headgate_events_total{event=\"order.placed\",verdict=\"accepted\"} 7");
    assert_line(registry, "headgate_events_total{event=\"order.placed\",verdict=\"retry\"} 1");
    assert_line(registry, "headgate_outcomes_total{use=\"volume\",outcome=\"withheld\",reason=\"consent\"} 5");
    assert_line(registry, "headgate_outcomes_total{use=\"volume\",outcome=\"delivered\",reason=\"none\"} 6");
    assert_line(registry, "headgate_requests_total{status=\"202\"} 8");
    assert_line(registry, "headgate_requests_total{status=\"other\"} 9");
    assert_line(registry, "headgate_received_bytes_total 1000");
    /* Cells that say nothing are left out, plain ones are not. */
    assert_no_line(registry, "verdict=\"refused\"");
    assert_line(registry, "headgate_replied_bytes_total 0");
    metrics_registry_destroy(registry);
}

static void every_cell_has_its_own_place(void **state)
{
    (void)state;
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *metrics = metrics_create(registry, &labels);
    int64_t amount = 1;
    for (size_t use = 0; use < 3; use++)
        for (size_t kind = 0; kind < OUTCOME_KINDS; kind++)
            for (size_t reason = 0; reason < OUTCOME_REASONS; reason++)
                metrics_add3(metrics, METRIC_OUTCOMES, use, kind, reason, amount++);
    char line[256];
    amount = 1;
    struct buffer page = page_of(registry);
    for (size_t use = 0; use < 3; use++)
        for (size_t kind = 0; kind < OUTCOME_KINDS; kind++)
            for (size_t reason = 0; reason < OUTCOME_REASONS; reason++) {
                snprintf(line, sizeof line, "\nheadgate_outcomes_total{use=\"%s\",outcome=\"%s\",reason=\"%s\"} %d\n",
                         uses[use].data, outcome_word((enum outcome_kind)kind),
                         reason == 0 ? "none" : outcome_reason_word((enum outcome_reason)reason), (int)amount++);
                assert_non_null(strstr(page.data, line));
            }
    buffer_deinit(&page);
    metrics_registry_destroy(registry);
}

static void escapes_label_values(void **state)
{
    (void)state;
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *metrics = metrics_create(registry, &labels);
    metrics_add1(metrics, METRIC_UNDECLARED, 1, 2);
    assert_line(registry, "headgate_undeclared_fields_total{event=\"we\\\"ird\\\\\\nname\"} 2");
    metrics_registry_destroy(registry);
}

static void gauges_go_down_and_levels_take_the_highest(void **state)
{
    (void)state;
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *one = metrics_create(registry, &labels), *two = metrics_create(registry, &labels);
    metrics_add(one, METRIC_CONNECTIONS, 3);
    metrics_add(two, METRIC_CONNECTIONS, 4);
    metrics_add(one, METRIC_CONNECTIONS, -2);
    metrics_add1(one, METRIC_RESERVED, 0, 500);
    metrics_set(one, METRIC_BLOCKED, 1, TOPIC_UNAUTHORIZED, 1);
    metrics_set(two, METRIC_BLOCKED, 1, TOPIC_UNAUTHORIZED, 1);
    assert_line(registry, "headgate_connections 5");
    assert_line(registry, "headgate_reserved_bytes{lane=\"fast\"} 500");
    assert_line(registry, "headgate_reserved_bytes{lane=\"bulk\"} 0");
    assert_line(registry, "headgate_use_blocked{use=\"support\",reason=\"unauthorized\"} 1");
    metrics_registry_destroy(registry);
}

/* Cumulative buckets, sum in seconds (Prometheus exposition format, histograms). */
static void histograms_are_cumulative(void **state)
{
    (void)state;
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *one = metrics_create(registry, NULL), *two = metrics_create(registry, &labels);
    metrics_observe(one, METRIC_DELIVERY_TIME, TIER_RT, 1000);
    metrics_observe(one, METRIC_DELIVERY_TIME, TIER_RT, 1001);
    metrics_observe(two, METRIC_DELIVERY_TIME, TIER_RT, 3600 * US_PER_SECOND);
    metrics_observe(two, METRIC_DELIVERY_TIME, TIER_BATCH, -5);
    assert_line(registry, "headgate_delivery_seconds_bucket{tier=\"rt\",le=\"0.001\"} 1");
    assert_line(registry, "headgate_delivery_seconds_bucket{tier=\"rt\",le=\"0.0025\"} 2");
    assert_line(registry, "headgate_delivery_seconds_bucket{tier=\"rt\",le=\"30\"} 2");
    assert_line(registry, "headgate_delivery_seconds_bucket{tier=\"rt\",le=\"+Inf\"} 3");
    assert_line(registry, "headgate_delivery_seconds_sum{tier=\"rt\"} 3600.002001");
    assert_line(registry, "headgate_delivery_seconds_count{tier=\"rt\"} 3");
    assert_line(registry, "headgate_delivery_seconds_bucket{tier=\"batch\",le=\"0.001\"} 1");
    assert_line(registry, "headgate_event_age_seconds_bucket{tier=\"nrt\",le=\"604800\"} 0");
    metrics_registry_destroy(registry);
}

/* A reload numbers events and uses anew; their counts go on under their names, and gauges do not outlive their writer. */
static void counts_go_on_by_name_over_a_reload(void **state)
{
    (void)state;
    static const struct span other_uses[] = {{"audit", 5}, {"fraud", 5}};
    static const struct metrics_labels fresh = {
        .events = events, .event_count = 1, .uses = other_uses, .use_count = 2, .lanes = lanes, .lane_count = 2};
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *old = metrics_create(registry, &labels);
    metrics_add1(old, METRIC_RECORDS, 0, 10);
    metrics_add1(old, METRIC_RECORDS, 1, 20);
    metrics_add1(old, METRIC_QUEUED, 0, 7);
    metrics_observe(old, METRIC_REPLY_TIME, TIER_RT, 1000);
    struct metrics *next = metrics_create(registry, &fresh);
    metrics_add1(next, METRIC_RECORDS, 1, 1);
    metrics_retire(registry, old);
    assert_line(registry, "headgate_produced_records_total{use=\"fraud\"} 11");
    assert_line(registry, "headgate_produced_records_total{use=\"support\"} 20");
    assert_line(registry, "headgate_produced_records_total{use=\"audit\"} 0");
    assert_line(registry, "headgate_queued_records{lane=\"fast\"} 0");
    assert_line(registry, "headgate_reply_seconds_count{tier=\"rt\"} 1");
    for (int i = 0; i < 50; i++) {
        struct metrics *again = metrics_create(registry, &labels);
        metrics_add1(again, METRIC_RECORDS, 0, 1);
        metrics_retire(registry, again);
    }
    assert_line(registry, "headgate_produced_records_total{use=\"fraud\"} 61");
    metrics_registry_destroy(registry);
}

/* A quality rule is three labels; those with a window come first. */
static void quality_rules_have_three_labels(void **state)
{
    (void)state;
    static const struct span names[] = {{"order.placed", 12}, {"few_nulls", 9}, {"error", 5},
                                        {"order.placed", 12}, {"a\"b", 3},      {"info", 4}};
    static const struct metrics_labels both = {.qualities = names, .quality_count = 2, .window_count = 1};
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *metrics = metrics_create(registry, &both);
    metrics_add1(metrics, METRIC_QUALITY_BROKEN, 1, 3);
    assert_line(registry, "headgate_quality_broken_total{event=\"order.placed\",rule=\"few_nulls\",severity=\"error\"} 0");
    assert_line(registry, "headgate_quality_broken_total{event=\"order.placed\",rule=\"a\\\"b\",severity=\"info\"} 3");
    metrics_retire(registry, metrics);
    metrics_registry_destroy(registry);
}

/* docs/examples/prometheus-alarms.yaml asks only for what there is. */
static void the_example_alarms_name_metrics(void **state)
{
    (void)state;
    char text[16384];
    FILE *file = fopen("docs/examples/prometheus-alarms.yaml", "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file), named = 0;
    fclose(file);
    text[size] = '\0';
    for (const char *at = strstr(text, "headgate_"); at != NULL; at = strstr(at + 1, "headgate_")) {
        struct span name = {at, strspn(at, "abcdefghijklmnopqrstuvwxyz_")};
        int i = 0;
        while (i < METRIC_COUNT && !span_is(name, metric_row((enum metric)i)->name)) i++;
        if (i == METRIC_COUNT) fail_msg("there is no metric %.*s", SPAN_ARGS(name));
        named++;
    }
    assert_in_range(named, 8, 100);
}

static void labels_are_only_the_allowed_ones(void **state)
{
    (void)state;
    static const char *const allowed[] = {"event", "use",    "verdict", "outcome", "reason",  "tier",
                                          "lane",  "status", "rule",    "sender",  "severity"};
    for (int i = 0; i < METRIC_COUNT; i++) {
        const struct metric_row *row = metric_row((enum metric)i);
        for (size_t j = 0; j < METRIC_LABELS && row->labels[j] != METRIC_DOMAIN_NONE; j++) {
            for (size_t part = 0; metric_domain_label(row->labels[j], part) != NULL; part++) {
                bool found = false;
                for (size_t k = 0; k < COUNT_OF(allowed); k++)
                    found = found || strcmp(allowed[k], metric_domain_label(row->labels[j], part)) == 0;
                if (!found) fail_msg("%s has label %s", row->name, metric_domain_label(row->labels[j], part));
            }
        }
        for (int k = 0; k < i; k++) assert_string_not_equal(metric_row((enum metric)k)->name, row->name);
    }
}

static void without_senders_their_metrics_have_no_cells(void **state)
{
    (void)state;
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *metrics = metrics_create(registry, &labels);
    assert_null(metrics->cells[METRIC_SENDER_EVENTS]);
    assert_no_line(registry, "headgate_sender_");
    metrics_registry_destroy(registry);
}

static void the_manual_is_the_page_in_docs(void **state)
{
    (void)state;
    struct buffer manual = BUFFER_EMPTY, page = BUFFER_EMPTY;
    metrics_manual(&manual);
    FILE *file = fopen("docs/metrics.md", "r");
    assert_non_null(file);
    for (int byte; (byte = fgetc(file)) != EOF;) buffer_append_char(&page, (char)byte);
    fclose(file);
    if (!span_equal(buffer_span(&manual), buffer_span(&page)))
        fail_msg("docs/metrics.md is not what the list says: headgate config --metrics > docs/metrics.md");
    buffer_deinit(&manual);
    buffer_deinit(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_what_workers_count),
        cmocka_unit_test(every_cell_has_its_own_place),
        cmocka_unit_test(escapes_label_values),
        cmocka_unit_test(gauges_go_down_and_levels_take_the_highest),
        cmocka_unit_test(histograms_are_cumulative),
        cmocka_unit_test(counts_go_on_by_name_over_a_reload),
        cmocka_unit_test(the_example_alarms_name_metrics),
        cmocka_unit_test(quality_rules_have_three_labels),
        cmocka_unit_test(labels_are_only_the_allowed_ones),
        cmocka_unit_test(without_senders_their_metrics_have_no_cells),
        cmocka_unit_test(the_manual_is_the_page_in_docs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

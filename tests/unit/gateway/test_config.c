#include "unit/gateway/config_fixture.h"

static void has_the_built_in_values(void **state)
{
    (void)state;
    struct config *config = load_fine(NULL, NULL, NULL);
    assert_string_equal(config->contracts, "./contracts");
    assert_null(config->keys);
    assert_string_equal(config->ingest.host, "127.0.0.1");
    assert_int_equal(config->ingest.port, 8080);
    assert_int_equal(config->admin.port, 8081);
    assert_int_equal(config->schemas.port, 8082);
    assert_int_equal(config->limits.event, 256 * 1024);
    assert_int_equal(config->limits.request, 4 * 1024 * 1024);
    assert_int_equal(config->limits.request_projected, 16 * 1024 * 1024);
    assert_int_equal(config->limits.events, 2500);
    assert_int_equal(config->limits.depth, 32);
    assert_int_equal(config->limits.violations, 32);
    assert_int_equal(config->limits.pipeline, 16);
    assert_int_equal(config->timeouts.reply, 10 * US_PER_SECOND);
    assert_int_equal(config->timeouts.drain, 8 * US_PER_SECOND);
    assert_int_equal(config->clock_tolerance, 5 * US_PER_MINUTE);
    assert_int_equal(config->topic_mode, TOPICS_REQUIRE);
    assert_int_equal(config->default_classification, CLASS_CONFIDENTIAL);
    assert_true(config->workers > 0);
    assert_int_equal(config->cluster_count, 0);
    config_destroy(config);
}

static void maps_tiers_to_lanes_with_the_least_linger(void **state)
{
    (void)state;
    struct config *config = load_fine(NULL, NULL, NULL);
    assert_int_equal(config->lane_count, 2);
    assert_string_equal(config->lanes[config->lane_of_tier[TIER_RT]].name, "fast");
    assert_int_equal(config->lanes[config->lane_of_tier[TIER_RT]].linger, 2 * US_PER_MS);
    assert_int_equal(config->lane_of_tier[TIER_NRT], config->lane_of_tier[TIER_BATCH]);
    assert_int_equal(config->lanes[config->lane_of_tier[TIER_BATCH]].linger, 10 * US_PER_MS);
    config_destroy(config);
    config = load_fine("profile: sidecar\n", NULL, NULL);
    assert_int_equal(config->lane_count, 1);
    assert_int_equal(config->lanes[0].linger, 2 * US_PER_MS);
    assert_int_equal(config->workers, 1);
    config_destroy(config);
}

static void reads_what_the_house_permits(void **state)
{
    (void)state;
    struct config *config = load_fine("classes: {c4: restricted}\n"
                                      "governance:\n"
                                      "  classes: {c4: {retention: 90d, residency: [EU], legal_bases: [contract, consent]}}\n"
                                      "  categories: {user.location.precise: {retention: 30d, data_uses: [essential.service]}}\n",
                                      NULL, NULL);
    struct catalogue_options options;
    config_catalogue_options(config, 0, &options);
    assert_int_equal(options.house_limit_count, 2);
    const struct house_limit *class = &options.house_limits[0], *category = &options.house_limits[1];
    assert_int_equal(class->scope, LIMIT_OF_CLASS);
    assert_int_equal(class->class, CLASS_RESTRICTED);
    assert_true(span_is(class->name, "c4"));
    assert_int_equal(class->limit.retention, 90 * US_PER_DAY);
    assert_true(span_is(class->limit.residency[0], "EU"));
    assert_int_equal(class->limit.legal_bases, 1U << BASIS_CONTRACT | 1U << BASIS_CONSENT);
    assert_int_equal(class->limit.data_use_count, 0);
    assert_int_equal(category->scope, LIMIT_OF_CATEGORY);
    assert_true(span_is(category->name, "user.location.precise"));
    assert_true(span_is(category->limit.data_uses[0], "essential.service"));
    struct buffer text = BUFFER_EMPTY;
    config_show(config, &text);
    assert_true(buffer_ok(&text));
    buffer_append_char(&text, '\0');
    assert_non_null(
        strstr(text.data, "\"c4\":{\"retention\":\"90d\",\"residency\":[\"EU\"],\"legal_bases\":[\"consent\",\"contract\"]}"));
    buffer_deinit(&text);
    config_destroy(config);
}

static void takes_flag_before_environment_before_file(void **state)
{
    (void)state;
    const char *text = "limits: {events: 10, depth: 11, violations: 12}\n";
    const char *environment[] = {"PATH=/bin", "HEADGATE_LIMITS_EVENTS=20", "HEADGATE_LIMITS_DEPTH=21", NULL};
    const char *arguments[] = {"--limits.events", "30", NULL};
    struct config *config = load_fine(text, environment, arguments);
    assert_int_equal(config->limits.events, 30);
    assert_int_equal(config->limits.depth, 21);
    assert_int_equal(config->limits.violations, 12);
    assert_int_equal(config->limits.pipeline, 16);
    assert_int_equal(config->origins[option_index(option_by_name(SPAN("limits.events")))], ORIGIN_FLAG);
    assert_int_equal(config->origins[option_index(option_by_name(SPAN("limits.depth")))], ORIGIN_ENVIRONMENT);
    assert_int_equal(config->origins[option_index(option_by_name(SPAN("limits.violations")))], ORIGIN_FILE);
    assert_int_equal(config->origins[option_index(option_by_name(SPAN("limits.pipeline")))], ORIGIN_DEFAULT);
    config_destroy(config);
}

static void takes_the_short_flags_of_serve(void **state)
{
    (void)state;
    const char *arguments[] = {
        "--contracts", "a", "--listen=0.0.0.0:0", "--admin", "[::1]:9",   "--schemas", "localhost:7", "--kafka", "b1:1,b2:2",
        "--keys",      "k", "--senders",          "s",       "--workers", "3",         NULL};
    struct config *config = load_fine(NULL, NULL, arguments);
    assert_string_equal(config->contracts, "a");
    assert_string_equal(config->ingest.host, "0.0.0.0");
    assert_int_equal(config->ingest.port, 0);
    assert_string_equal(config->admin.host, "::1");
    assert_int_equal(config->admin.port, 9);
    assert_string_equal(config->schemas.host, "localhost");
    assert_string_equal(config->keys, "k");
    assert_string_equal(config->senders, "s");
    assert_int_equal(config->workers, 3);
    assert_int_equal(config->cluster_count, 1);
    assert_string_equal(config->clusters[0].bootstrap, "b1:1,b2:2");
    assert_null(config->clusters[0].region);
    assert_int_equal(config->topic_mode, TOPICS_CREATE);
    assert_false(listen_is_loopback(&config->ingest));
    assert_true(listen_is_loopback(&config->admin));
    assert_true(listen_is_loopback(&config->schemas));
    config_destroy(config);
}

static void embedded_replaces_all_clusters(void **state)
{
    (void)state;
    const char *arguments[] = {"--embedded", NULL};
    struct config *config =
        load_fine("clusters: {eu: {region: EU, bootstrap: 'b:1'}}\ntopics: {mode: require}\n", NULL, arguments);
    assert_true(config->embedded);
    assert_int_equal(config->cluster_count, 1);
    assert_null(config->clusters[0].bootstrap);
    assert_int_equal(config->topic_mode, TOPICS_CREATE);
    config_destroy(config);
    const char *both[] = {"--embedded", "--kafka", "b:1", NULL};
    assert_outside_error(NULL, both, "configuration", "not both");
}

static void reads_the_configuration_file_from_the_flag(void **state)
{
    (void)state;
    const char *arguments[] = {"--config", file_with("contracts: ./c\nkeys: /k\nsenders: s.yaml\n"), NULL};
    struct config_input input = {NULL, arguments, NULL};
    struct config_errors errors;
    struct config *config = config_load(&input, &errors);
    assert_non_null(config);
    /* Paths of the file start at its folder. */
    assert_string_equal(config->contracts, scratch("c"));
    assert_string_equal(config->keys, "/k");
    assert_string_equal(config->senders, scratch("s.yaml"));
    config_destroy(config);
    config_errors_deinit(&errors);
    const char *missing[] = {"--config", "/nowhere/headgate.yaml", NULL};
    assert_outside_error(NULL, missing, "/nowhere/headgate.yaml", "no such file");
}

static void reads_clusters_in_their_order(void **state)
{
    (void)state;
    struct config *config =
        load_fine("clusters:\n"
                  "  kafka-us: {region: US, bootstrap: 'u:1'}\n"
                  "  kafka-eu: {region: EU, bootstrap: 'e:1', properties: {client.id: x, compression.level: 3}}\n"
                  "defaults: {residency: [EU, US], regulations: [GDPR], tagging: full}\n",
                  NULL, NULL);
    assert_int_equal(config->cluster_count, 2);
    assert_string_equal(config->clusters[0].name, "kafka-us");
    assert_string_equal(config->clusters[1].region, "EU");
    assert_int_equal(config->clusters[1].property_count, 2);
    assert_string_equal(config->clusters[1].properties[1].name, "compression.level");
    assert_string_equal(config->clusters[1].properties[1].value, "3");
    assert_int_equal(config->default_residency_count, 2);
    assert_true(span_is(config->default_residency[1], "US"));
    assert_int_equal(config->default_tagging, TAGGING_FULL);
    config_destroy(config);
}

static void resolves_references_in_properties(void **state)
{
    (void)state;
    FILE *secret = fopen(scratch("kafka"), "w");
    fputs("p4ss\n", secret);
    fclose(secret);
    const char *environment[] = {"KAFKA_USER=me", NULL};
    struct config *config =
        load_fine("clusters: {eu: {region: EU, bootstrap: 'b:1', properties: {sasl.password: '${file:./kafka}',\n"
                  "  sasl.username: 'u-${env:KAFKA_USER}'}}}\n",
                  environment, NULL);
    assert_string_equal(config->clusters[0].properties[0].value, "p4ss");
    assert_true(config->clusters[0].properties[0].secret);
    assert_string_equal(config->clusters[0].properties[1].value, "u-me");
    struct buffer text = BUFFER_EMPTY;
    config_show(config, &text);
    config_show_json(config, &text);
    assert_null(strstr(text.data, "p4ss"));
    assert_non_null(strstr(text.data, "********"));
    assert_non_null(strstr(text.data, "u-me"));
    buffer_deinit(&text);
    config_destroy(config);
    assert_error("clusters: {eu: {region: EU, bootstrap: 'b:1', properties: {sasl.password: '${env:NOT_SET}'}}}\n", 1, 75,
                 "clusters", "NOT_SET is not set");
    assert_error("clusters: {eu: {region: EU, bootstrap: 'b:1', properties: {sasl.password: '${vault:x}'}}}\n", 1, 75, "clusters",
                 "file:PATH");
}

static void reads_secrets_from_files_that_variables_name(void **state)
{
    (void)state;
    char variable[160];
    FILE *file = fopen(scratch("clusters"), "w");
    fputs("{eu: {region: EU, bootstrap: 'b:1'}}\n", file);
    fclose(file);
    snprintf(variable, sizeof variable, "HEADGATE_CLUSTERS_FILE=%s", scratch("clusters"));
    const char *environment[] = {variable, NULL};
    struct config *config = load_fine(NULL, environment, NULL);
    assert_int_equal(config->cluster_count, 1);
    assert_string_equal(config->clusters[0].name, "eu");
    config_destroy(config);
    const char *no_secret[] = {"HEADGATE_WORKERS_FILE=/x", NULL};
    assert_outside_error(no_secret, NULL, "HEADGATE_WORKERS_FILE", "no secret");
}

static void reads_lists_and_maps_from_single_texts(void **state)
{
    (void)state;
    const char *environment[] = {"HEADGATE_DEFAULTS_RESIDENCY=EU,UK", "HEADGATE_CLASSES={secret: restricted, c1: public}",
                                 "HEADGATE_DEFAULTS_CLASSIFICATION=secret", NULL};
    const char *arguments[] = {"--clusters", "{eu: {region: EU, bootstrap: 'b:1'}}", "--metrics.sender", NULL};
    struct config *config = load_fine(NULL, environment, arguments);
    assert_int_equal(config->default_residency_count, 2);
    assert_true(span_is(config->default_residency[1], "UK"));
    assert_int_equal(config->class_name_count, 4);
    assert_int_equal(config->default_classification, CLASS_RESTRICTED);
    assert_string_equal(config->clusters[0].region, "EU");
    assert_true(config->sender_label);
    config_destroy(config);
}

static void says_what_a_reload_cannot_take_over(void **state)
{
    (void)state;
    const char *base = "clusters: {eu: {region: EU, bootstrap: 'b:1', properties: {sasl.password: a}}}\n";
    struct config *old = load_fine(base, NULL, NULL);
    struct config *same = load_fine("clusters: {eu: {region: EU, bootstrap: 'b:1', properties: {sasl.password: a}}}\n"
                                    "contracts: elsewhere\nlog: {level: debug}\ndefaults: {residency: [EU]}\n",
                                    NULL, NULL);
    struct config *secret =
        load_fine("clusters: {eu: {region: EU, bootstrap: 'b:1', properties: {sasl.password: b}}}\n", NULL, NULL);
    struct config *address =
        load_fine("ingest: {listen: '127.0.0.1:1'}\nclusters: {eu: {region: EU, bootstrap: 'b:1', properties: "
                  "{sasl.password: a}}}\n",
                  NULL, NULL);
    assert_null(config_unreloadable(old, same));
    assert_string_equal(config_unreloadable(old, secret), "clusters");
    assert_string_equal(config_unreloadable(old, address), "ingest.listen");
    config_destroy(old);
    config_destroy(same);
    config_destroy(secret);
    config_destroy(address);
}

static void shows_a_file_that_loads_again(void **state)
{
    (void)state;
    struct config *config =
        load_fine("topics: {partitions: 12}\nclusters: {eu: {region: EU, bootstrap: 'b:1'}}\nworkers: 2\n", NULL, NULL);
    struct buffer first = BUFFER_EMPTY, second = BUFFER_EMPTY;
    config_show(config, &first);
    config_destroy(config);
    config = load_fine(first.data, NULL, NULL);
    assert_int_equal(config->partitions, 12);
    assert_int_equal(config->cluster_count, 1);
    config_show_json(config, &second);
    assert_non_null(strstr(second.data, "\"origin\": \"file\""));
    config_destroy(config);
    buffer_deinit(&first);
    buffer_deinit(&second);
}

static void reads_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } fine[] = {{"250ms", 250000},
                {"10s", 10 * US_PER_SECOND},
                {"10 sec", 10 * US_PER_SECOND},
                {"5min", 5 * US_PER_MINUTE},
                {"2hr", 2 * US_PER_HOUR},
                {"30d", 30 * US_PER_DAY},
                {"2 weeks", 14 * US_PER_DAY},
                {"1mo", 30 * US_PER_DAY},
                {"1y", 365 * US_PER_DAY},
                {"0", 0},
                {"PT10S", 10 * US_PER_SECOND},
                {"P1DT2H3M", US_PER_DAY + 2 * US_PER_HOUR + 3 * US_PER_MINUTE},
                {"P2M", 60 * US_PER_DAY}};
    static const char *const wrong[] = {"",
                                        "s",
                                        "10",
                                        "10m",
                                        "-1s",
                                        "1.5s",
                                        "10 s s",
                                        "P",
                                        "PT",
                                        "P1H",
                                        "PT1D",
                                        "PT1S1M",
                                        "P1",
                                        "99999999999999999999s",
                                        "9223372036854775807d",
                                        "10S"};
    const char *error;
    int64_t us;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        assert_true(config_duration(span_of(fine[i].text), &us, &error));
        assert_int_equal(us, fine[i].us);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (config_duration(span_of(wrong[i]), &us, &error)) fail_msg("'%s' was taken", wrong[i]);
    uint64_t bytes;
    assert_true(config_bytes(SPAN("256KiB"), &bytes, &error));
    assert_int_equal(bytes, 262144);
    assert_true(config_bytes(SPAN("1 GB"), &bytes, &error));
    assert_int_equal(bytes, 1000000000);
    assert_true(config_bytes(SPAN("512"), &bytes, &error));
    assert_false(config_bytes(SPAN("1.5MiB"), &bytes, &error));
    assert_false(config_bytes(SPAN("9999999999GiB"), &bytes, &error));
}

/* ---------------------------------------------------------------- the table and its readers */

static void every_option_is_in_help_sample_manual_and_environment(void **state)
{
    (void)state;
    struct buffer help = BUFFER_EMPTY, sample = BUFFER_EMPTY, manual = BUFFER_EMPTY;
    config_help(100, &help);
    config_sample(&sample);
    config_manual(&manual);
    size_t count;
    const struct option *options = option_table(&count);
    for (size_t i = 0; i < count; i++) {
        struct buffer text = BUFFER_EMPTY, variable = BUFFER_EMPTY;
        buffer_printf(&text, "--%s", options[i].name);
        if (strstr(help.data, text.data) == NULL) fail_msg("help lacks %s", options[i].name);
        buffer_clear(&text);
        const char *dot = strchr(options[i].name, '.');
        buffer_printf(&text, dot != NULL ? "#  %s:" : "#%s:", dot != NULL ? dot + 1 : options[i].name);
        if (strstr(sample.data, text.data) == NULL) fail_msg("sample lacks %s", options[i].name);
        buffer_clear(&text);
        buffer_printf(&text, "| `%s` |", options[i].name);
        if (strstr(manual.data, text.data) == NULL) fail_msg("manual lacks %s", options[i].name);
        option_variable(&options[i], &variable);
        assert_ptr_equal(option_by_variable(buffer_span(&variable)), &options[i]);
        assert_ptr_equal(option_by_name(span_of(options[i].name)), &options[i]);
        assert_ptr_equal(option_by_flag(span_of(options[i].name)), &options[i]);
        if (options[i].alias != NULL) assert_ptr_equal(option_by_flag(span_of(options[i].alias)), &options[i]);
        buffer_deinit(&text);
        buffer_deinit(&variable);
    }
    buffer_deinit(&help);
    buffer_deinit(&sample);
    buffer_deinit(&manual);
}

/* The sample with its comment signs taken away means the same as no file at all. */
static void the_sample_states_the_defaults(void **state)
{
    (void)state;
    struct buffer sample = BUFFER_EMPTY, text = BUFFER_EMPTY;
    config_sample(&sample);
    for (char *line = strtok(sample.data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (line[0] != '#' || (line[1] == ' ' && line[2] != ' ')) continue;
        size_t size = strlen(line);
        if (line[size - 1] == ':' && (strstr(line, "keys:") || strstr(line, "senders:") || strstr(line, "kafka:"))) continue;
        buffer_printf(&text, "%s\n", line + 1);
    }
    struct config *plain = load_fine(NULL, NULL, NULL);
    struct config *stated = load_fine(text.data, NULL, NULL);
    assert_null(config_unreloadable(plain, stated));
    config_destroy(plain);
    config_destroy(stated);
    buffer_deinit(&sample);
    buffer_deinit(&text);
}

static void the_manual_is_the_page_in_docs(void **state)
{
    (void)state;
    struct buffer manual = BUFFER_EMPTY, page = BUFFER_EMPTY;
    config_manual(&manual);
    FILE *file = fopen("docs/configuration.md", "r");
    assert_non_null(file);
    for (int byte; (byte = fgetc(file)) != EOF;) buffer_append_char(&page, (char)byte);
    fclose(file);
    if (!span_equal(buffer_span(&manual), buffer_span(&page)))
        fail_msg("docs/configuration.md is not what the table says: headgate config --markdown > docs/configuration.md");
    buffer_deinit(&manual);
    buffer_deinit(&page);
}

/* What stands beside reject_x.yaml in reject_x.expected. */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_built_in_values),
        cmocka_unit_test(maps_tiers_to_lanes_with_the_least_linger),
        cmocka_unit_test(reads_what_the_house_permits),
        cmocka_unit_test(takes_flag_before_environment_before_file),
        cmocka_unit_test(takes_the_short_flags_of_serve),
        cmocka_unit_test(embedded_replaces_all_clusters),
        cmocka_unit_test(reads_the_configuration_file_from_the_flag),
        cmocka_unit_test(reads_clusters_in_their_order),
        cmocka_unit_test(resolves_references_in_properties),
        cmocka_unit_test(reads_secrets_from_files_that_variables_name),
        cmocka_unit_test(reads_lists_and_maps_from_single_texts),
        cmocka_unit_test(says_what_a_reload_cannot_take_over),
        cmocka_unit_test(shows_a_file_that_loads_again),
        cmocka_unit_test(reads_units),
        cmocka_unit_test(every_option_is_in_help_sample_manual_and_environment),
        cmocka_unit_test(the_sample_states_the_defaults),
        cmocka_unit_test(the_manual_is_the_page_in_docs),
    };
    return cmocka_run_group_tests(tests, scratch_begin, scratch_end);
}

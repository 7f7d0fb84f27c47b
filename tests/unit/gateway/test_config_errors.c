#include "unit/gateway/config_fixture.h"

static void names_unknown_keys_with_the_nearest(void **state)
{
    (void)state;
    assert_error("contracts: c\ncontrats: d\n", 2, 1, "contrats", "did you mean contracts?");
    assert_error("limits:\n  events: 3\n  conections: 4\n", 3, 3, "limits.conections", "did you mean limits.connections?");
    assert_error("limits: {zzzzzz: 1}\n", 1, 10, "limits.zzzzzz", "no such option in limits");
    assert_error("zzzzzz: 1\n", 1, 1, "zzzzzz", "no such option");
    assert_error("clusters: {eu: {region: EU, bootstap: 'b:1'}}\n", 1, 29, "clusters", "did you mean bootstrap?");
    const char *flag[] = {"--listne", "a:1", NULL};
    assert_outside_error(NULL, flag, "--listne", "did you mean --listen?");
    const char *variable[] = {"HEADGATE_INGEST_LISTN=a:1", NULL};
    assert_outside_error(variable, NULL, "HEADGATE_INGEST_LISTN", "did you mean HEADGATE_INGEST_LISTEN?");
    /* What an orchestrator sets for a service called headgate is not ours to judge. */
    const char *foreign[] = {"HEADGATE_SERVICE_HOST=10.0.0.1", "HEADGATE_PORT=tcp://10.0.0.1:80", NULL};
    config_destroy(load_fine(NULL, foreign, NULL));
}

static void says_which_feature_a_later_key_belongs_to(void **state)
{
    (void)state;
    assert_error("spool: {dir: ./spool}\n", 1, 1, "spool", "this version does not serve the spool on local disk");
    assert_error("ingest: {listen: 'a:1', tls: {cert: c}}\n", 1, 25, "ingest.tls", "TLS");
    assert_error("storage_rules: {CN: [CN]}\n", 1, 1, "storage_rules", "storage rules");
    assert_error("principals: {a: 'User:a'}\n", 1, 1, "principals", "access rules");
    assert_error("contracts: kafka:headgate-catalogue\n", 1, 12, "contracts", "Kafka topic");
    config_destroy(load_fine("approvals: required\n", NULL, NULL));
    config_destroy(load_fine("approvals: off\nundeclared_events: refuse\n", NULL, NULL));
}

static void refuses_values_out_of_shape_or_range(void **state)
{
    (void)state;
    assert_error("ingest: {listen: '8080'}\n", 1, 18, "ingest.listen", "HOST:PORT");
    assert_error("ingest: {listen: '::1:8080'}\n", 1, 18, "ingest.listen", "[::1]:8080");
    assert_error("ingest: {listen: 'a:70000'}\n", 1, 18, "ingest.listen", "HOST:PORT");
    assert_error("workers: 0\n", 1, 10, "workers", "from 1 to 256, or auto");
    assert_error("workers: many\n", 1, 10, "workers", "whole number");
    assert_error("limits: {events: auto}\n", 1, 18, "limits.events", "whole number");
    assert_error("limits: {event: 1TiB}\n", 1, 17, "limits.event", "a size is");
    assert_error("limits: {event: 1GiB}\n", 1, 17, "limits.event", "64B to 64MiB");
    assert_error("drain_timeout: 8\n", 1, 16, "drain_timeout", "needs a unit");
    assert_error("drain_timeout: 8m\n", 1, 16, "drain_timeout", "min or mo");
    assert_error("linger: {rt: 1s}\n", 1, 14, "linger.rt", "0s to 100ms");
    assert_error("embedded: 1\n", 1, 11, "embedded", "true or false");
    assert_error("approvals: 'on'\n", 1, 12, "approvals", "off or required");
    assert_error("framing: bare\n", 1, 10, "framing", "confluent or single_object");
    assert_error("defaults: {residency: EU}\n", 1, 23, "defaults.residency", "a list is expected");
    assert_error("defaults: {residency: [EU, EU]}\n", 1, 28, "defaults.residency", "twice");
    assert_error("defaults: {classification: hush}\n", 0, 0, "defaults.classification", "not known");
    assert_error("classes: {public: internal}\n", 1, 11, "classes", "keep their meaning");
    assert_error("classes: {c4: secret}\n", 1, 15, "classes", "restricted is expected");
    assert_error("governance: {classes: [restricted]}\n", 1, 23, "governance.classes", "a map of classes");
    assert_error("governance: {classes: {secret: {retention: 1d}}}\n", 0, 0, "governance.classes", "secret is no class");
    assert_error("governance: {classes: {public: {}}}\n", 1, 32, "governance.classes", "a map is expected");
    assert_error("governance: {classes: {public: {colour: 1d}}}\n", 1, 33, "governance.classes",
                 "there is no key colour here, but retention, residency, data_uses and legal_bases");
    assert_error("clusters: {eu: {region: EU, acks: 1}}\n", 1, 29, "clusters",
                 "there is no key acks here, but region, bootstrap and properties");
    assert_error("governance: {classes: {public: {retentoin: 1d}}}\n", 1, 33, "governance.classes", "did you mean retention?");
    assert_error("governance: {classes: {public: {retention: 8}}}\n", 1, 44, "governance.classes", "needs a unit");
    assert_error("governance: {classes: {public: {residency: []}}}\n", 1, 44, "governance.classes", "at least one");
    assert_error("governance: {classes: {public: {data_uses: [personalize.profiling]}}}\n", 1, 45, "governance.classes",
                 "did you mean personalize.content.profiling?");
    assert_error("governance: {classes: {public: {legal_bases: [interest]}}}\n", 1, 47, "governance.classes", "consent contract");
    assert_error("governance: {categories: {user.email: {retention: 1d}}}\n", 1, 27, "governance.categories", "fideslang 3.1.4");
    assert_error("governance: {class: {}}\n", 1, 14, "governance.class", "did you mean governance.classes?");
    assert_error("topics: {template: '{domain}.{event}.v{major}'}\n", 1, 20, "topics.template", "must be in it");
    assert_error("topics: {template: '{event}.{use}.{major}.{colour}'}\n", 1, 20, "topics.template", "a topic name holds");
    assert_error("limits: 4\n", 1, 9, "limits", "a map is expected");
    assert_error("- a\n", 1, 1, NULL, "a map of options");
    assert_error("keys: [a]\n", 1, 7, "keys", "a text is expected here, not a list");
    assert_error("limits: {event: 8MiB}\n", 0, 0, "limits.event", "cannot be larger than limits.request");
    assert_error("admin: {listen: '127.0.0.1:8080'}\n", 0, 0, "admin.listen", "different addresses");
    assert_error("clusters: {eu: {bootstrap: 'b:1'}}\n", 1, 12, "clusters", "lacks its region");
}

static void refuses_yaml_that_means_two_things(void **state)
{
    (void)state;
    assert_error("workers: 2\nworkers: 3\n", 2, 1, NULL, "twice");
    assert_error("defaults: {residency: [NO]}\n", 1, 24, NULL, "");
    assert_error("a: b: c\n", 1, 5, NULL, "");
}

static void lets_only_harmless_properties_through(void **state)
{
    (void)state;
    const char *start = "clusters: {eu: {region: EU, bootstrap: 'b:1', properties: {";
    static const struct {
        const char *property;
        const char *part;
    } cases[] = {
        {"acks: 1", "acks cannot be set: idempotence"},
        {"message.timeout.ms: 5", "retried until it is acknowledged"},
        {"queue.buffering.max.messages: 5", "limits.memory"},
        {"linger.ms: 5", "set linger.rt"},
        {"bootstrap.servers: x", "set the cluster's bootstrap"},
        {"plugin.library.paths: /x.so", "load code"},
        {"sasl.kerberos.kinit.cmd: rm", "run commands"},
        {"sasl.pasword: x", "did you mean sasl.password?"},
        {"group.id: x", "not among the properties"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s%s}}}\n", start, cases[i].property);
        assert_error(text, 1, (unsigned)strlen(start) + 1, "clusters", cases[i].part);
    }
}

static void tells_all_errors_at_once(void **state)
{
    (void)state;
    struct config_errors errors;
    const char *environment[] = {"HEADGATE_WORKERS=x", NULL};
    const char *arguments[] = {"stray", "--limits.depth", NULL};
    assert_null(load("spool: {}\nlimits: {event: 1, depth: x}\n", environment, arguments, &errors));
    assert_int_equal(errors.count, 6);
    struct buffer text = BUFFER_EMPTY;
    config_error_print(&errors.items[0], &text);
    char expected[256];
    snprintf(expected, sizeof expected, "%s:1:1: spool: this version does not serve the spool on local disk",
             scratch("headgate.yaml"));
    assert_string_equal(text.data, expected);
    buffer_deinit(&text);
    config_errors_deinit(&errors);
}

static void read_expected(const char *path, struct buffer *out)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s.expected", (int)(strlen(path) - strlen(".yaml")), path);
    FILE *file = fopen(name, "r");
    if (file == NULL) fail_msg("%s is missing", name);
    for (int byte; (byte = fgetc(file)) != EOF;) buffer_append_char(out, (char)byte);
    fclose(file);
}

/* tests/corpus/config: accept_* loads; reject_* gives the errors in the file of the same name that ends in .expected. */
static void judges_the_corpus(void **state)
{
    (void)state;
    glob_t files;
    assert_int_equal(glob("tests/corpus/config/*t_*.yaml", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *path = files.gl_pathv[i];
        struct config_input input = {path, NULL, NULL};
        struct config_errors errors;
        struct config *config = config_load(&input, &errors);
        struct buffer got = BUFFER_EMPTY, expected = BUFFER_EMPTY;
        for (size_t j = 0; j < errors.count; j++) {
            struct buffer line = BUFFER_EMPTY;
            config_error_print(&errors.items[j], &line);
            assert_int_equal(strncmp(line.data, path, strlen(path)), 0);
            buffer_printf(&got, "%s\n", line.data + strlen(path) + 1);
            buffer_deinit(&line);
        }
        bool reject = strstr(path, "/reject_") != NULL;
        if (reject) read_expected(path, &expected);
        if ((config == NULL) != reject || !span_equal(buffer_span(&got), buffer_span(&expected)))
            fail_msg("%s:\n%s", path, got.size > 0 ? got.data : "(no errors)");
        buffer_deinit(&got);
        buffer_deinit(&expected);
        config_destroy(config);
        config_errors_deinit(&errors);
    }
    globfree(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_unknown_keys_with_the_nearest),
        cmocka_unit_test(says_which_feature_a_later_key_belongs_to),
        cmocka_unit_test(refuses_values_out_of_shape_or_range),
        cmocka_unit_test(refuses_yaml_that_means_two_things),
        cmocka_unit_test(lets_only_harmless_properties_through),
        cmocka_unit_test(tells_all_errors_at_once),
        cmocka_unit_test(judges_the_corpus),
    };
    return cmocka_run_group_tests(tests, scratch_begin, scratch_end);
}

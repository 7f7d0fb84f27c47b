/* config_cluster.c - `clusters`: where Kafka is, where it stands, and how to reach it. */
#include "contracts/secret_file.h"
#include "gateway/cluster_property.h"
#include "gateway/config_read.h"

#include <ctype.h>

/* A reference `${file:PATH}` or `${env:NAME}`, taken apart. */
struct reference {
    bool file;
    struct span name;
    size_t size; /* of the whole reference */
};

static bool parse_reference(struct span text, struct reference *reference)
{
    bool file = span_starts_with(text, SPAN("${file:"));
    if (!file && !span_starts_with(text, SPAN("${env:"))) return false;
    const char *end = memchr(text.data, '}', text.size);
    if (end == NULL) return false;
    size_t skip = file ? 7 : 6;
    *reference = (struct reference){file, {text.data + skip, (size_t)(end - text.data) - skip}, (size_t)(end - text.data) + 1};
    return reference->name.size > 0;
}

static bool append_file(struct config_reader *reader, const struct yaml_node *node, struct span name, struct buffer *out)
{
    const char *path = config_path(reader, name);
    if (path == NULL) return config_fail(reader, node, "out of memory");
    struct buffer content = BUFFER_EMPTY;
    const char *error = secret_file_read(path, SECRET_ANY, &content);
    size_t size = content.size;
    while (error == NULL && size > 0 && (content.data[size - 1] == '\n' || content.data[size - 1] == '\r')) size--;
    if (error == NULL && size == 0) error = "it is empty";
    if (error == NULL && memchr(content.data, '\0', size) != NULL) error = "it holds a NUL byte";
    if (error == NULL) buffer_append(out, content.data, size);
    secret_wipe(&content);
    buffer_deinit(&content);
    return error == NULL || config_fail(reader, node, "%s: %s", path, error);
}

static bool append_variable(struct config_reader *reader, const struct yaml_node *node, struct span name, struct buffer *out)
{
    const char *value = config_variable(reader->environment, name);
    if (value == NULL) return config_fail(reader, node, "the environment variable %.*s is not set", SPAN_ARGS(name));
    buffer_append_text(out, value);
    return true;
}

static bool append_reference(struct config_reader *reader, const struct yaml_node *node, struct span text, struct buffer *out,
                             size_t *used)
{
    struct reference reference;
    if (!parse_reference(text, &reference)) return config_fail(reader, node, "after ${ stands file:PATH} or env:NAME}");
    *used = reference.size;
    return reference.file ? append_file(reader, node, reference.name, out) : append_variable(reader, node, reference.name, out);
}

/* The value with its references resolved; NULL with an error. */
static const char *expand(struct config_reader *reader, const struct yaml_node *node, struct span text)
{
    struct buffer out = BUFFER_EMPTY;
    bool fine = true;
    for (size_t at = 0, used; at < text.size && fine; at += used) {
        used = 1;
        struct span rest = {text.data + at, text.size - at};
        if (span_starts_with(rest, SPAN("${")))
            fine = append_reference(reader, node, rest, &out, &used);
        else
            buffer_append_char(&out, *rest.data);
    }
    struct span copy = {NULL, 0};
    if (fine) copy = arena_copy(reader->arena, buffer_ok(&out) && out.data != NULL ? buffer_span(&out) : SPAN(""));
    if (fine && copy.data == NULL) (void)config_fail(reader, node, "out of memory");
    secret_wipe(&out);
    buffer_deinit(&out);
    return copy.data;
}

static bool refuse_property(struct config_reader *reader, const struct yaml_node *key, const struct property_rule *rule)
{
    if (rule != NULL) return config_fail(reader, key, "%.*s cannot be set: %s", SPAN_ARGS(key->text), rule->refusal);
    const char *nearest = cluster_property_nearest(key->text);
    if (nearest != NULL)
        return config_fail(reader, key, "there is no property %.*s; did you mean %s?", SPAN_ARGS(key->text), nearest);
    return config_fail(reader, key,
                       "%.*s is not among the properties that can be set: security, sasl, ssl, client, socket and "
                       "compression settings",
                       SPAN_ARGS(key->text));
}

static bool read_property(struct config_reader *reader, const struct yaml_pair *pair, struct cluster_property *out)
{
    const struct property_rule *rule = cluster_property_rule(pair->key->text);
    if (rule == NULL || rule->refusal != NULL) return refuse_property(reader, pair->key, rule);
    if (pair->value->kind != YAML_SCALAR || pair->value->type == YAML_NULL)
        return config_fail(reader, pair->value, "a text is expected here, not %s", yaml_kind_word(pair->value));
    *out = (struct cluster_property){arena_copy(reader->arena, pair->key->text).data,
                                     expand(reader, pair->value, pair->value->text), rule->secret};
    return out->name != NULL && out->value != NULL;
}

static bool read_properties(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct cluster *cluster = target;
    if (node->kind != YAML_MAP) return config_fail(reader, node, "a map of librdkafka settings is expected here");
    struct cluster_property *properties = arena_calloc(reader->arena, node->count + 1, sizeof *properties);
    if (properties == NULL) return config_fail(reader, node, "out of memory");
    bool fine = true;
    for (size_t i = 0; i < node->count; i++) fine = read_property(reader, &node->pairs[i], &properties[i]) && fine;
    cluster->properties = properties;
    cluster->property_count = node->count;
    return fine;
}

static bool read_region(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct cluster *cluster = target;
    cluster->region = config_text(reader, node);
    if (cluster->region == NULL) return false;
    return config_is_slug(span_of(cluster->region)) || config_fail(reader, node, "a region is a short name, like EU");
}

static bool read_bootstrap(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct cluster *cluster = target;
    cluster->bootstrap = config_text(reader, node);
    return cluster->bootstrap != NULL;
}

static bool read_cluster(struct config_reader *reader, const struct yaml_pair *pair, struct cluster *cluster)
{
    static const struct config_member members[] = {
        {"region", read_region}, {"bootstrap", read_bootstrap}, {"properties", read_properties}};
    cluster->name = config_text(reader, pair->key);
    if (cluster->name == NULL) return false;
    if (!config_is_slug(span_of(cluster->name)))
        return config_fail(reader, pair->key, "a name of letters, digits, '_', '-' and '.' is expected here");
    if (pair->value->kind != YAML_MAP)
        return config_fail(reader, pair->value, "a map is expected here: {region: EU, bootstrap: 'host:9092'}");
    if (!config_members_read(reader, members, COUNT_OF(members), pair->value, cluster)) return false;
    if (cluster->region == NULL) return config_fail(reader, pair->key, "the cluster lacks its region: where does it stand?");
    return cluster->bootstrap != NULL || config_fail(reader, pair->key, "the cluster lacks its bootstrap servers");
}

bool config_clusters_read(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    (void)option;
    if (node->kind != YAML_MAP) return config_fail(reader, node, "a map of clusters by name is expected here");
    struct cluster *clusters = arena_calloc(reader->arena, node->count + 1, sizeof *clusters);
    if (clusters == NULL) return config_fail(reader, node, "out of memory");
    bool fine = true;
    for (size_t i = 0; i < node->count; i++) fine = read_cluster(reader, &node->pairs[i], &clusters[i]) && fine;
    reader->config->clusters = clusters;
    reader->config->cluster_count = node->count;
    return fine;
}

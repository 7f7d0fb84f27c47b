#include "gateway/config_print.h"

#include "gateway/config_read.h"

static const char *origin_word(enum config_origin origin)
{
    static const char *const words[] = {"default", "file", "environment", "flag"};
    return words[origin];
}

/* ---------------------------------------------------------------- values as JSON */

static void print_text(const struct option *option, const void *value, struct json_writer *writer)
{
    (void)option;
    const char *text = *(const char *const *)value;
    if (text != NULL)
        json_text(writer, span_of(text));
    else
        json_write_null(writer);
}

static void print_bool(const struct option *option, const void *value, struct json_writer *writer)
{
    (void)option;
    json_bool(writer, *(const bool *)value);
}

static void print_count(const struct option *option, const void *value, struct json_writer *writer)
{
    uint32_t count = *(const uint32_t *)value;
    if (option->automatic && count == 0)
        json_text(writer, SPAN("auto"));
    else
        json_int(writer, count);
}

static void print_buffer(struct buffer *text, struct json_writer *writer)
{
    if (buffer_ok(text))
        json_text(writer, buffer_span(text));
    else
        json_write_null(writer);
    buffer_deinit(text);
}

static void print_bytes(const struct option *option, const void *value, struct json_writer *writer)
{
    uint64_t bytes = *(const uint64_t *)value;
    struct buffer text = BUFFER_EMPTY;
    if (option->automatic && bytes == 0)
        buffer_append_text(&text, "auto");
    else
        config_bytes_print(bytes, &text);
    print_buffer(&text, writer);
}

static void print_duration(const struct option *option, const void *value, struct json_writer *writer)
{
    (void)option;
    struct buffer text = BUFFER_EMPTY;
    config_duration_print(*(const int64_t *)value, &text);
    print_buffer(&text, writer);
}

static void print_listen(const struct option *option, const void *value, struct json_writer *writer)
{
    (void)option;
    const struct listen_address *address = value;
    bool v6 = strchr(address->host, ':') != NULL;
    struct buffer text = BUFFER_EMPTY;
    buffer_printf(&text, v6 ? "[%s]:%u" : "%s:%u", address->host, (unsigned)address->port);
    print_buffer(&text, writer);
}

static void print_enum(const struct option *option, const void *value, struct json_writer *writer)
{
    int index;
    memcpy(&index, value, sizeof index);
    json_text(writer, span_of(option->words[index]));
}

static void print_template(const struct option *option, const void *value, struct json_writer *writer)
{
    (void)option;
    json_text(writer, *(const struct span *)value);
}

static size_t list_count(const struct option *option, const void *value)
{
    size_t count;
    memcpy(&count, (const char *)value - option->offset + option->count_offset, sizeof count);
    return count;
}

static void print_names(const struct option *option, const void *value, struct json_writer *writer)
{
    const struct span *items = *(struct span *const *)value;
    json_array_begin(writer);
    for (size_t i = 0; i < list_count(option, value); i++) json_text(writer, items[i]);
    json_array_end(writer);
}

static void print_classes(const struct option *option, const void *value, struct json_writer *writer)
{
    const struct span *pairs = *(struct span *const *)value;
    json_object_begin(writer);
    for (size_t i = 0; i < list_count(option, value); i += 2) {
        json_name_span(writer, pairs[i]);
        json_text(writer, pairs[i + 1]);
    }
    json_object_end(writer);
}

static void print_cluster(const struct cluster *cluster, struct json_writer *writer)
{
    json_object_begin(writer);
    if (cluster->region != NULL) json_member_text(writer, "region", span_of(cluster->region));
    if (cluster->bootstrap != NULL) json_member_text(writer, "bootstrap", span_of(cluster->bootstrap));
    if (cluster->property_count > 0) {
        json_name(writer, "properties");
        json_object_begin(writer);
        for (size_t i = 0; i < cluster->property_count; i++) {
            const struct cluster_property *property = &cluster->properties[i];
            json_member_text(writer, property->name, property->secret ? SPAN("********") : span_of(property->value));
        }
        json_object_end(writer);
    }
    json_object_end(writer);
}

static void print_clusters(const struct option *option, const void *value, struct json_writer *writer)
{
    const struct cluster *clusters = *(struct cluster *const *)value;
    json_object_begin(writer);
    for (size_t i = 0; i < list_count(option, value); i++) {
        json_name(writer, clusters[i].name);
        print_cluster(&clusters[i], writer);
    }
    json_object_end(writer);
}

static void print_texts(const char *name, const struct span *items, size_t count, struct json_writer *writer)
{
    if (count > 0) json_member_texts(writer, name, items, count);
}

static void print_limit(const struct limit *limit, struct json_writer *writer)
{
    struct span bases[BASIS_LEGITIMATE_INTEREST];
    size_t count = 0;
    for (int basis = BASIS_CONSENT; basis <= BASIS_LEGITIMATE_INTEREST; basis++)
        if ((limit->legal_bases & (1U << basis)) != 0) bases[count++] = span_of(legal_basis_word((enum legal_basis)basis));
    json_object_begin(writer);
    if (limit->retention != NO_LIMIT) {
        struct buffer text = BUFFER_EMPTY;
        config_duration_print(limit->retention, &text);
        json_name(writer, "retention");
        print_buffer(&text, writer);
    }
    print_texts("residency", limit->residency, limit->residency_count, writer);
    print_texts("data_uses", limit->data_uses, limit->data_use_count, writer);
    print_texts("legal_bases", bases, count, writer);
    json_object_end(writer);
}

static void print_limits(const struct option *option, const void *value, struct json_writer *writer)
{
    const struct house_limit *limits = *(struct house_limit *const *)value;
    json_object_begin(writer);
    for (size_t i = 0; i < list_count(option, value); i++) {
        json_name_span(writer, limits[i].name);
        print_limit(&limits[i].limit, writer);
    }
    json_object_end(writer);
}

static const struct {
    const char *word; /* what help calls a value */
    void (*print)(const struct option *option, const void *value, struct json_writer *writer);
} types[OPTION_TYPES] = {
    [OPTION_TEXT] = {"TEXT", print_text},
    [OPTION_PATH] = {"PATH", print_text},
    [OPTION_BOOL] = {"true or false", print_bool},
    [OPTION_COUNT] = {"NUMBER", print_count},
    [OPTION_BYTES] = {"SIZE", print_bytes},
    [OPTION_DURATION] = {"DURATION", print_duration},
    [OPTION_LISTEN] = {"HOST:PORT", print_listen},
    [OPTION_ENUM] = {"WORD", print_enum},
    [OPTION_LABEL] = {"NAME", print_text},
    [OPTION_TEMPLATE] = {"TEMPLATE", print_template},
    [OPTION_NAMES] = {"LIST", print_names},
    [OPTION_CLASSES] = {"MAP", print_classes},
    [OPTION_CLUSTERS] = {"MAP", print_clusters},
    [OPTION_CLASS_LIMITS] = {"MAP", print_limits},
    [OPTION_CATEGORY_LIMITS] = {"MAP", print_limits},
};

const char *option_type_word(const struct option *option)
{
    return types[option->type].word;
}

void config_value_print(const struct option *option, const struct config *config, struct json_writer *writer)
{
    types[option->type].print(option, option_value(option, config), writer);
}

/* ---------------------------------------------------------------- what is in force */

/* JSON is YAML. The quotes of our own words go; a person's text keeps them: `no` and `null` would turn into something else. */
static struct span unquoted(const struct option *option, struct span json)
{
    bool word = option->type == OPTION_ENUM || option->type == OPTION_COUNT || option->type == OPTION_BYTES ||
                option->type == OPTION_DURATION;
    return word && json.data[0] == '"' ? (struct span){json.data + 1, json.size - 2} : json;
}

static void show_value(const struct option *option, const struct config *config, struct buffer *out)
{
    struct buffer value = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &value, 0);
    config_value_print(option, config, &writer);
    if (buffer_ok(&value)) buffer_append_span(out, unquoted(option, buffer_span(&value)));
    buffer_deinit(&value);
}

/* The group of the option where it differs from the one before: `limits:` above limits.memory. Returns the name within it. */
static const char *open_group(const struct option *option, const struct option *before, const char *lead, struct buffer *out)
{
    const char *dot = strchr(option->name, '.');
    if (dot == NULL) return option->name;
    size_t size = (size_t)(dot - option->name) + 1;
    if (before == NULL || strncmp(before->name, option->name, size) != 0)
        buffer_printf(out, "%s%.*s:\n", lead, (int)size - 1, option->name);
    return dot + 1;
}

static bool is_unset(const struct option *option, const struct config *config)
{
    /* The one cluster of --kafka and --embedded follows from that option; stating it again would lack its region. */
    if (option->type == OPTION_CLUSTERS) return config->cluster_count > 0 && config->clusters[0].region == NULL;
    bool text = option->type == OPTION_TEXT || option->type == OPTION_PATH;
    return text && *(const char *const *)option_value(option, config) == NULL;
}

void config_show(const struct config *config, struct buffer *out)
{
    size_t count;
    const struct option *options = option_table(&count), *before = NULL;
    for (size_t i = 0; i < count; i++) {
        if (is_unset(&options[i], config)) continue;
        const char *name = open_group(&options[i], before, "", out);
        size_t start = out->size;
        buffer_printf(out, "%s%s: ", name == options[i].name ? "" : "  ", name);
        show_value(&options[i], config, out);
        int pad = out->size - start < 48 ? (int)(48 - (out->size - start)) : 1;
        buffer_printf(out, "%*s# %s\n", pad, "", origin_word((enum config_origin)config->origins[i]));
        before = &options[i];
    }
}

void config_show_json(const struct config *config, struct buffer *out)
{
    size_t count;
    const struct option *options = option_table(&count);
    struct json_writer writer;
    json_writer_init(&writer, out, 2);
    json_object_begin(&writer);
    for (size_t i = 0; i < count; i++) {
        json_name(&writer, options[i].name);
        json_object_begin(&writer);
        json_name(&writer, "value");
        config_value_print(&options[i], config, &writer);
        json_member_text(&writer, "origin", span_of(origin_word((enum config_origin)config->origins[i])));
        json_object_end(&writer);
    }
    json_object_end(&writer);
    buffer_append_char(out, '\n');
}

/* config_value.c - one reader per type of option. */
#include "gateway/config_read.h"

#include <ctype.h>

bool config_is_slug(struct span text)
{
    if (text.size == 0 || text.size > 64 || !isalpha((unsigned char)text.data[0])) return false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (!isalnum(byte) && byte != '_' && byte != '-' && byte != '.') return false;
    }
    return true;
}

static bool is_text(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && node->type != YAML_NULL && node->text.size > 0;
}

const char *config_text(struct config_reader *reader, const struct yaml_node *node)
{
    if (!is_text(node) || memchr(node->text.data, '\0', node->text.size) != NULL) {
        (void)config_fail(reader, node, "a text is expected here, not %s", yaml_kind_word(node));
        return NULL;
    }
    struct span copy = arena_copy(reader->arena, node->text);
    if (copy.data == NULL) (void)config_fail(reader, node, "out of memory");
    return copy.data;
}

const char *config_path(const struct config_reader *reader, struct span path)
{
    if (path.data[0] == '/' || reader->folder == NULL) return arena_copy(reader->arena, path).data;
    if (span_starts_with(path, SPAN("./"))) path = (struct span){path.data + 2, path.size - 2};
    return arena_printf(reader->arena, "%s/%.*s", reader->folder, SPAN_ARGS(path)).data;
}

static bool read_text(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    const char *text = config_text(reader, node);
    if (text == NULL) return false;
    *(const char **)option_field(option, reader->config) = text;
    return true;
}

static bool read_path(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    const char *text = config_text(reader, node);
    if (text == NULL) return false;
    if (strncmp(text, "kafka:", 6) == 0)
        return config_fail(reader, node, "contracts from a Kafka topic are not served by this version; name a folder");
    const char *path = config_path(reader, span_of(text));
    if (path == NULL) return config_fail(reader, node, "out of memory");
    *(const char **)option_field(option, reader->config) = path;
    return true;
}

static bool read_bool(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    bool yes = span_is(node->text, "true");
    if (node->kind != YAML_SCALAR || (!yes && !span_is(node->text, "false")))
        return config_fail(reader, node, "true or false is expected here");
    *(bool *)option_field(option, reader->config) = yes;
    return true;
}

static bool is_auto(const struct option *option, const struct yaml_node *node)
{
    return option->automatic && node->kind == YAML_SCALAR && span_is(node->text, "auto");
}

static bool read_count(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    int64_t value = 0;
    if (!is_auto(option, node)) {
        struct yaml_node number = *node;
        number.type = YAML_INTEGER;
        bool digits = node->kind == YAML_SCALAR && node->text.size > 0 && isdigit((unsigned char)node->text.data[0]);
        if (!digits || !yaml_integer(&number, &value) || value < option->minimum || value > option->maximum)
            return config_fail(reader, node, "a whole number from %lld to %lld%s is expected here", (long long)option->minimum,
                               (long long)option->maximum, option->automatic ? ", or auto," : "");
    }
    *(uint32_t *)option_field(option, reader->config) = (uint32_t)value;
    return true;
}

static bool read_bytes(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    uint64_t value = 0;
    if (!is_auto(option, node)) {
        const char *error;
        struct span text = node->kind == YAML_SCALAR ? node->text : SPAN("");
        if (!config_bytes(text, &value, &error)) return config_fail(reader, node, "%s", error);
        if (value < (uint64_t)option->minimum || value > (uint64_t)option->maximum) {
            struct buffer range = BUFFER_EMPTY;
            config_bytes_print((uint64_t)option->minimum, &range);
            buffer_append_text(&range, " to ");
            config_bytes_print((uint64_t)option->maximum, &range);
            (void)config_fail(reader, node, "this must lie within %s", buffer_ok(&range) ? range.data : "the range");
            buffer_deinit(&range);
            return false;
        }
    }
    *(uint64_t *)option_field(option, reader->config) = value;
    return true;
}

static bool read_duration(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    int64_t value;
    const char *error;
    struct span text = node->kind == YAML_SCALAR ? node->text : SPAN("");
    if (!config_duration(text, &value, &error)) return config_fail(reader, node, "%s", error);
    if (value < option->minimum || value > option->maximum) {
        struct buffer range = BUFFER_EMPTY;
        config_duration_print(option->minimum, &range);
        buffer_append_text(&range, " to ");
        config_duration_print(option->maximum, &range);
        (void)config_fail(reader, node, "this must lie within %s", buffer_ok(&range) ? range.data : "the range");
        buffer_deinit(&range);
        return false;
    }
    *(int64_t *)option_field(option, reader->config) = value;
    return true;
}

static bool parse_port(struct span text, uint16_t *port)
{
    unsigned value = 0;
    if (text.size == 0 || text.size > 5) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!isdigit((unsigned char)text.data[i])) return false;
        value = value * 10 + (unsigned)(text.data[i] - '0');
    }
    *port = (uint16_t)value;
    return value <= 65535;
}

/* The last colon parts host and port; an IPv6 host wears brackets. */
static bool split_address(struct span text, struct span *host, struct span *port)
{
    const char *colon = memrchr(text.data, ':', text.size);
    if (colon == NULL) return false;
    *host = (struct span){text.data, (size_t)(colon - text.data)};
    *port = (struct span){colon + 1, text.size - host->size - 1};
    if (host->size > 2 && host->data[0] == '[' && host->data[host->size - 1] == ']') {
        *host = (struct span){host->data + 1, host->size - 2};
        return true;
    }
    return host->size > 0 && memchr(host->data, ':', host->size) == NULL;
}

static bool read_listen(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    const char *text = config_text(reader, node);
    if (text == NULL) return false;
    struct span host, port;
    struct listen_address *address = option_field(option, reader->config);
    if (!split_address(span_of(text), &host, &port) || !parse_port(port, &address->port))
        return config_fail(reader, node, "an address is HOST:PORT, like 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080");
    address->host = arena_copy(reader->arena, host).data;
    return address->host != NULL || config_fail(reader, node, "out of memory");
}

static void words_text(const char *const *words, struct buffer *out)
{
    for (size_t i = 0; words[i] != NULL; i++)
        buffer_printf(out, "%s%s", i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ", words[i]);
}

static bool read_enum(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    for (int i = 0; node->kind == YAML_SCALAR && option->words[i] != NULL; i++) {
        if (!span_is(node->text, option->words[i])) continue;
        memcpy(option_field(option, reader->config), &i, sizeof i);
        return true;
    }
    struct buffer words = BUFFER_EMPTY;
    words_text(option->words, &words);
    (void)config_fail(reader, node, "%s is expected here", buffer_ok(&words) ? words.data : "another word");
    buffer_deinit(&words);
    return false;
}

static bool read_label(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    const char *text = config_text(reader, node);
    if (text == NULL) return false;
    if (!config_is_slug(span_of(text)))
        return config_fail(reader, node, "a name of letters, digits, '_', '-' and '.' is expected here");
    *(const char **)option_field(option, reader->config) = text;
    return true;
}

static bool has_part(struct span text, const char *part)
{
    return memmem(text.data, text.size, part, strlen(part)) != NULL;
}

static bool read_template(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    static const char *const known[] = {"{domain}", "{event}", "{use}", "{major}", "{tier}", "{region}"};
    const char *text = config_text(reader, node);
    if (text == NULL) return false;
    for (const char *at = text; *at != '\0'; at++) {
        if (isalnum((unsigned char)*at) || *at == '.' || *at == '-' || *at == '_') continue;
        size_t size = 0;
        for (size_t i = 0; i < COUNT_OF(known) && size == 0; i++)
            if (strncmp(at, known[i], strlen(known[i])) == 0) size = strlen(known[i]);
        if (size == 0)
            return config_fail(
                reader, node,
                "a topic name holds letters, digits, '.', '-', '_' and {domain} {event} {use} {major} {tier} {region}");
        at += size - 1;
    }
    struct span span = span_of(text);
    if (!has_part(span, "{event}") || !has_part(span, "{use}") || !has_part(span, "{major}"))
        return config_fail(reader, node, "{event}, {use} and {major} must be in it, else two uses would share a topic");
    *(struct span *)option_field(option, reader->config) = span;
    return true;
}

static bool store_list(struct config_reader *reader, const struct option *option, struct span *items, size_t count)
{
    *(struct span **)option_field(option, reader->config) = items;
    memcpy((char *)reader->config + option->count_offset, &count, sizeof count);
    return true;
}

static bool read_names(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    if (node->kind != YAML_SEQUENCE) return config_fail(reader, node, "a list is expected here: [A, B]");
    struct span *items = arena_calloc(reader->arena, node->count + 1, sizeof *items);
    if (items == NULL) return config_fail(reader, node, "out of memory");
    for (size_t i = 0; i < node->count; i++) {
        const char *text = config_text(reader, node->items[i]);
        if (text == NULL) return false;
        items[i] = span_of(text);
        if (!config_is_slug(items[i]))
            return config_fail(reader, node->items[i], "a name of letters, digits, '_', '-' and '.' is expected here");
        for (size_t j = 0; j < i; j++)
            if (span_equal(items[i], items[j])) return config_fail(reader, node->items[i], "this stands twice in the list");
    }
    return store_list(reader, option, items, node->count);
}

static bool read_classes(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    if (node->kind != YAML_MAP)
        return config_fail(reader, node, "a map of your class names to labels is expected here: {secret: restricted}");
    struct span *pairs = arena_calloc(reader->arena, 2 * node->count + 1, sizeof *pairs);
    if (pairs == NULL) return config_fail(reader, node, "out of memory");
    for (size_t i = 0; i < node->count; i++) {
        const char *name = config_text(reader, node->pairs[i].key);
        const char *label = name != NULL ? config_text(reader, node->pairs[i].value) : NULL;
        if (label == NULL) return false;
        enum classification class;
        if (classification_find(span_of(name), &class))
            return config_fail(reader, node->pairs[i].key, "the four labels keep their meaning; only other names can be mapped");
        if (!classification_find(span_of(label), &class))
            return config_fail(reader, node->pairs[i].value, "public, internal, confidential or restricted is expected here");
        pairs[2 * i] = span_of(name);
        pairs[2 * i + 1] = span_of(label);
    }
    return store_list(reader, option, pairs, 2 * node->count);
}

bool config_value_read(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    static bool (*const readers[OPTION_TYPES])(struct config_reader *, const struct option *, const struct yaml_node *) = {
        [OPTION_TEXT] = read_text,
        [OPTION_PATH] = read_path,
        [OPTION_BOOL] = read_bool,
        [OPTION_COUNT] = read_count,
        [OPTION_BYTES] = read_bytes,
        [OPTION_DURATION] = read_duration,
        [OPTION_LISTEN] = read_listen,
        [OPTION_ENUM] = read_enum,
        [OPTION_LABEL] = read_label,
        [OPTION_NAMES] = read_names,
        [OPTION_CLASSES] = read_classes,
        [OPTION_CLUSTERS] = config_clusters_read,
        [OPTION_TEMPLATE] = read_template,
        [OPTION_CLASS_LIMITS] = config_limits_read,
        [OPTION_CATEGORY_LIMITS] = config_limits_read,
    };
    reader->key = option->name;
    return readers[option->type](reader, option, node);
}

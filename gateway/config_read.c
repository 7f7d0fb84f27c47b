/* config_read.c - the sources, each in its turn:
 *
 *     defaults of the table  ->  file (YAML)  ->  environment  ->  flags          what is read later wins
 *
 * All of them end in config_value_read(). All errors are gathered, so a file is mended in one go. */
#include "gateway/config_sources.h"

#include "contracts/near.h"
#include "contracts/secret_file.h"

#include <stdlib.h>

static void mark(struct config_reader *reader, const struct option *option, enum config_origin origin)
{
    ((uint8_t *)reader->config->origins)[option_index(option)] = (uint8_t)origin;
}

/* ---------------------------------------------------------------- single texts: defaults, variables, flags */

static bool is_structured(const struct option *option)
{
    return option->type == OPTION_NAMES || option->type == OPTION_CLASSES || option->type == OPTION_CLUSTERS ||
           option->type == OPTION_CLASS_LIMITS || option->type == OPTION_CATEGORY_LIMITS;
}

/* EU,US for [EU, US]. */
static const struct yaml_node *split_names(struct config_reader *reader, struct span text)
{
    struct yaml_node *list = arena_calloc(reader->arena, 1, sizeof *list);
    struct yaml_node *nodes = arena_calloc(reader->arena, text.size + 1, sizeof *nodes);
    const struct yaml_node **items = arena_calloc(reader->arena, text.size + 1, sizeof(struct yaml_node *));
    if (list == NULL || nodes == NULL || items == NULL) return NULL;
    size_t count = 0;
    while (text.size > 0) {
        const char *comma = memchr(text.data, ',', text.size);
        size_t size = comma != NULL ? (size_t)(comma - text.data) : text.size;
        nodes[count].kind = YAML_SCALAR;
        nodes[count].type = YAML_STRING;
        nodes[count].text = (struct span){text.data, size};
        items[count] = &nodes[count];
        count++;
        text.data += size + (comma != NULL);
        text.size -= size + (comma != NULL);
    }
    list->kind = YAML_SEQUENCE;
    list->items = items;
    list->count = count;
    return list;
}

static bool read_single(struct config_reader *reader, const struct option *option, struct span text)
{
    struct yaml_node scalar = {.kind = YAML_SCALAR, .type = YAML_STRING, .text = text};
    reader->key = option->name;
    if (!is_structured(option)) return config_value_read(reader, option, &scalar);
    const struct yaml_node *node;
    if (option->type == OPTION_NAMES && (text.size == 0 || text.data[0] != '[')) {
        node = split_names(reader, text);
        return node != NULL ? config_value_read(reader, option, node) : config_fail(reader, NULL, "out of memory");
    }
    struct yaml_error error;
    node = yaml_parse(text, reader->arena, &error);
    if (node == NULL) return config_fail(reader, NULL, "%s", error.message);
    return config_value_read(reader, option, node);
}

bool config_read_defaults(struct config_reader *reader)
{
    size_t count;
    const struct option *options = option_table(&count);
    bool fine = true;
    reader->source = "default";
    for (size_t i = 0; i < count; i++)
        if (options[i].fallback != NULL) fine = read_single(reader, &options[i], span_of(options[i].fallback)) && fine;
    return fine;
}

/* ---------------------------------------------------------------- file */

static bool unknown_key(struct config_reader *reader, const struct yaml_node *key, struct span name)
{
    const char *nearest = option_nearest(name);
    const char *dot = memrchr(name.data, '.', name.size);
    struct span group = {name.data, dot != NULL ? (size_t)(dot - name.data) : 0};
    reader->key = arena_copy(reader->arena, name).data;
    if (nearest != NULL) return config_fail(reader, key, "there is no such option; did you mean %s?", nearest);
    if (group.size > 0) return config_fail(reader, key, "there is no such option in %.*s", SPAN_ARGS(group));
    return config_fail(reader, key, "there is no such option");
}

static bool read_group(struct config_reader *reader, const struct yaml_node *map, struct span prefix);

static bool read_pair(struct config_reader *reader, const struct yaml_pair *pair, struct span prefix)
{
    struct span name =
        arena_printf(reader->arena, "%.*s%s%.*s", SPAN_ARGS(prefix), prefix.size > 0 ? "." : "", SPAN_ARGS(pair->key->text));
    if (name.data == NULL) return config_fail(reader, pair->key, "out of memory");
    const struct later_option *later = later_option_by_name(name);
    if (later != NULL) {
        reader->key = later->name;
        return config_fail(reader, pair->key, "this version does not serve %s", later->feature);
    }
    const struct option *option = option_by_name(name);
    if (option != NULL) {
        mark(reader, option, ORIGIN_FILE);
        return config_value_read(reader, option, pair->value);
    }
    if (prefix.size > 0 || !option_is_group(name)) return unknown_key(reader, pair->key, name);
    reader->key = name.data;
    if (pair->value->kind == YAML_MAP) return read_group(reader, pair->value, name);
    return config_fail(reader, pair->value, "a map is expected here, not %s", yaml_kind_word(pair->value));
}

static bool read_group(struct config_reader *reader, const struct yaml_node *map, struct span prefix)
{
    bool fine = true;
    for (size_t i = 0; i < map->count; i++) fine = read_pair(reader, &map->pairs[i], prefix) && fine;
    return fine;
}

/* `approvals: off` can mean nothing else: a word that YAML 1.1 would read as a boolean is fine where the option is words. */
static bool is_word_at(const struct yaml_node *root, const struct yaml_error *error)
{
    for (size_t i = 0; root->kind == YAML_MAP && i < root->count; i++) {
        const struct yaml_node *value = root->pairs[i].value;
        if (value->line != error->line || value->column != error->column) continue;
        const struct option *option = option_by_name(root->pairs[i].key->text);
        if (option != NULL) return option->type == OPTION_ENUM;
    }
    return false;
}

static bool report_findings(struct config_reader *reader, const struct yaml_tree *tree)
{
    bool fine = true;
    for (const struct yaml_finding *finding = tree->findings; finding != NULL; finding = finding->next) {
        const struct yaml_error *error = &finding->error;
        if (error->fault == YAML_FAULT_AMBIGUOUS && is_word_at(tree->root, error)) continue;
        fine = config_errors_add(reader->errors, reader->source, error->line, error->column, NULL, "%s", error->message);
    }
    return fine;
}

static bool read_tree(struct config_reader *reader, const struct yaml_tree *tree)
{
    bool fine = report_findings(reader, tree);
    reader->key = NULL;
    if (yaml_is(tree->root, YAML_NULL)) return fine;
    if (tree->root->kind != YAML_MAP) return config_fail(reader, tree->root, "a map of options is expected here");
    return read_group(reader, tree->root, SPAN("")) && fine;
}

static const char *folder_of(struct arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    if (slash == NULL) return NULL;
    return arena_copy(arena, (struct span){file, slash == file ? 1 : (size_t)(slash - file)}).data;
}

bool config_read_text(struct config_reader *reader, const char *file, struct span text)
{
    struct yaml_tree tree;
    struct yaml_error error;
    reader->source = file;
    reader->folder = folder_of(reader->arena, file);
    bool fine = yaml_read(text, reader->arena, &tree, &error);
    if (fine)
        fine = read_tree(reader, &tree);
    else if (error.fault == YAML_FAULT_DOCUMENTS && tree.root == NULL)
        fine = true; /* nothing but comments, as the sample is before anybody changed it: all defaults */
    else
        fine = config_errors_add(reader->errors, file, error.line, error.column, NULL, "%s", error.message);
    reader->folder = NULL;
    return fine;
}

bool config_read_file(struct config_reader *reader, const char *file)
{
    struct buffer text = BUFFER_EMPTY;
    const char *error = secret_file_read(file, SECRET_ANY, &text);
    bool fine = error == NULL ? config_read_text(reader, file, buffer_span(&text))
                              : config_errors_add(reader->errors, file, 0, 0, NULL, "%s", error);
    secret_wipe(&text);
    buffer_deinit(&text);
    return fine;
}

/* ---------------------------------------------------------------- environment */

static bool variable_from_file(struct config_reader *reader, const struct option *option, const char *path)
{
    struct buffer text = BUFFER_EMPTY;
    const char *error = secret_file_read(path, SECRET_ANY, &text);
    while (error == NULL && text.size > 0 && (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == '\r')) text.size--;
    reader->key = option->name;
    bool fine =
        error == NULL ? read_single(reader, option, buffer_span(&text)) : config_fail(reader, NULL, "%s: %s", path, error);
    secret_wipe(&text);
    buffer_deinit(&text);
    return fine;
}

/* Others may own variables that begin like ours (an orchestrator's HEADGATE_SERVICE_HOST), so only what is nearly one of ours
 * is refused: a misspelt setting must not pass silently. */
static bool unknown_variable(struct config_reader *reader, struct span name)
{
    size_t count;
    const struct option *options = option_table(&count);
    const char *nearest = NULL;
    for (size_t i = 0; i < count && nearest == NULL; i++) {
        struct buffer known = BUFFER_EMPTY;
        option_variable(&options[i], &known);
        if (buffer_ok(&known) && near_distance(name, buffer_span(&known), 3) < 3)
            nearest = arena_copy(reader->arena, buffer_span(&known)).data;
        buffer_deinit(&known);
    }
    reader->key = NULL;
    return nearest == NULL || config_fail(reader, NULL, "there is no such variable; did you mean %s?", nearest);
}

static bool read_variable(struct config_reader *reader, struct span name, const char *value)
{
    struct span suffix = SPAN("_FILE");
    if (!span_starts_with(name, SPAN("HEADGATE_")) || span_is(name, "HEADGATE_CONFIG")) return true;
    reader->source = arena_copy(reader->arena, name).data;
    if (reader->source == NULL) return config_fail(reader, NULL, "out of memory");
    const struct option *option = option_by_variable(name);
    if (option != NULL) {
        mark(reader, option, ORIGIN_ENVIRONMENT);
        return read_single(reader, option, span_of(value));
    }
    if (name.size > suffix.size && span_is((struct span){name.data + name.size - suffix.size, suffix.size}, "_FILE"))
        option = option_by_variable((struct span){name.data, name.size - suffix.size});
    if (option == NULL) return unknown_variable(reader, name);
    reader->key = option->name;
    if (!option->secret) return config_fail(reader, NULL, "this option is no secret; set the variable without _FILE");
    mark(reader, option, ORIGIN_ENVIRONMENT);
    return variable_from_file(reader, option, value);
}

bool config_read_environment(struct config_reader *reader, const char *const *environment)
{
    bool fine = true;
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
        const char *equals = strchr(environment[i], '=');
        if (equals == NULL) continue;
        struct span name = {environment[i], (size_t)(equals - environment[i])};
        fine = read_variable(reader, name, equals + 1) && fine;
    }
    return fine;
}

const char *config_variable(const char *const *environment, struct span name)
{
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
        struct span entry = span_of(environment[i]);
        if (entry.size > name.size && span_starts_with(entry, name) && entry.data[name.size] == '=')
            return entry.data + name.size + 1;
    }
    return NULL;
}

/* ---------------------------------------------------------------- flags */

/* One flag taken apart: `--name=value`, `--name value`, `--switch`. */
struct argument {
    struct span name;
    const char *value; /* NULL = none */
    size_t used;       /* arguments taken */
};

static struct argument take_argument(const char *const *arguments)
{
    const char *text = arguments[0] + 2;
    const char *equals = strchr(text, '=');
    if (equals != NULL) return (struct argument){{text, (size_t)(equals - text)}, equals + 1, 1};
    const struct option *option = option_by_flag(span_of(text));
    bool wants_value = option == NULL || option->type != OPTION_BOOL;
    if (wants_value && arguments[1] != NULL) return (struct argument){span_of(text), arguments[1], 2};
    return (struct argument){span_of(text), NULL, 1};
}

static bool read_argument(struct config_reader *reader, const struct argument *argument)
{
    if (span_is(argument->name, "config")) return argument->value != NULL || config_fail(reader, NULL, "the flag needs a value");
    const struct option *option = option_by_flag(argument->name);
    if (option == NULL) {
        const char *nearest = option_nearest_flag(argument->name);
        return nearest != NULL ? config_fail(reader, NULL, "there is no such flag; did you mean --%s?", nearest)
                               : config_fail(reader, NULL, "there is no such flag");
    }
    reader->key = option->name;
    mark(reader, option, ORIGIN_FLAG);
    if (argument->value == NULL && option->type != OPTION_BOOL) return config_fail(reader, NULL, "the flag needs a value");
    return read_single(reader, option, span_of(argument->value != NULL ? argument->value : "true"));
}

bool config_read_flags(struct config_reader *reader, const char *const *arguments)
{
    bool fine = true;
    for (size_t i = 0; arguments != NULL && arguments[i] != NULL;) {
        reader->key = NULL;
        reader->source = arguments[i];
        if (strncmp(arguments[i], "--", 2) != 0 || arguments[i][2] == '\0') {
            fine = config_fail(reader, NULL, "flags begin with two dashes; nothing else is expected here");
            i++;
            continue;
        }
        struct argument argument = take_argument(arguments + i);
        struct span source = arena_printf(reader->arena, "--%.*s", SPAN_ARGS(argument.name));
        reader->source = source.data != NULL ? source.data : "flags";
        fine = read_argument(reader, &argument) && fine;
        i += argument.used;
    }
    return fine;
}

const char *config_flag_file(const char *const *arguments)
{
    const char *file = NULL;
    for (size_t i = 0; arguments != NULL && arguments[i] != NULL;) {
        if (strncmp(arguments[i], "--", 2) != 0) {
            i++;
            continue;
        }
        struct argument argument = take_argument(arguments + i);
        if (span_is(argument.name, "config")) file = argument.value;
        i += argument.used;
    }
    return file;
}

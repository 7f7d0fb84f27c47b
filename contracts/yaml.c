/* yaml.c - libyaml's events into a tree.
 *
 * The tree is built by recursion over events, at most YAML_DEPTH_MAX deep. A collection's children lie on a stack until its end,
 * when their number is known and they move into an array. An anchor is entered in the table only when its node is complete, so an
 * alias inside its own anchor is unknown rather than endless. */
#include "contracts/yaml.h"

#include "contracts/yaml_scalar.h"

#include <errno.h>
#include <stdlib.h>
#include <yaml.h>

struct anchor {
    struct span name;
    const struct yaml_node *node;
    const struct anchor *next;
};

/* Children of the collections that are open, those of the innermost last. */
struct stack {
    struct yaml_pair *pairs; /* in a sequence without keys */
    size_t count;
    size_t capacity;
};

struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    struct arena *texts;
    struct yaml_error *error;
    const struct anchor *anchors;
    struct yaml_finding **last_finding;
    struct stack stack;
    uint32_t nodes;
    unsigned depth;
};

static bool read_node(struct reader *reader, yaml_event_t *event, const struct yaml_node **out);

static struct yaml_error error_at(enum yaml_fault fault, yaml_mark_t mark, const char *message)
{
    return (struct yaml_error){fault, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1, message};
}

static bool fail(struct reader *reader, enum yaml_fault fault, yaml_mark_t mark, const char *message)
{
    *reader->error = error_at(fault, mark, message);
    return false;
}

static bool out_of_memory(struct reader *reader)
{
    return fail(reader, YAML_FAULT_MEMORY, (yaml_mark_t){0}, "out of memory");
}

/* libyaml's problems are constant sentences; its reader's have an offset instead of a mark. */
static bool parser_failed(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR) return out_of_memory(reader);
    yaml_mark_t mark = parser->error == YAML_READER_ERROR ? parser->mark : parser->problem_mark;
    return fail(reader, YAML_FAULT_SYNTAX, mark, parser->problem != NULL ? parser->problem : "this is not YAML");
}

static bool next_event(struct reader *reader, yaml_event_t *event)
{
    return yaml_parser_parse(&reader->parser, event) != 0 || parser_failed(reader);
}

static bool note(struct reader *reader, enum yaml_fault fault, const struct yaml_node *node, const char *message)
{
    struct yaml_finding *finding = arena_calloc(reader->arena, 1, sizeof *finding);
    if (finding == NULL) return out_of_memory(reader);
    finding->error = (struct yaml_error){fault, node->line, node->column, message};
    *reader->last_finding = finding;
    reader->last_finding = (struct yaml_finding **)&finding->next;
    return true;
}

static struct yaml_node *new_node(struct reader *reader, enum yaml_kind kind, yaml_mark_t mark)
{
    struct yaml_node *node = arena_calloc(reader->arena, 1, sizeof *node);
    if (node == NULL) {
        (void)out_of_memory(reader);
        return NULL;
    }
    node->kind = kind;
    node->line = (uint32_t)mark.line + 1;
    node->column = (uint32_t)mark.column + 1;
    node->weight = 1;
    if (++reader->nodes > YAML_NODES_MAX) {
        (void)fail(reader, YAML_FAULT_LIMIT, mark, "the file holds too many values");
        return NULL;
    }
    return node;
}

static bool keep_anchor(struct reader *reader, const yaml_char_t *name, const struct yaml_node *node)
{
    if (name == NULL) return true;
    struct anchor *anchor = arena_alloc(reader->arena, sizeof *anchor);
    if (anchor == NULL) return out_of_memory(reader);
    anchor->name = arena_copy(reader->arena, span_of((const char *)name));
    anchor->node = node;
    anchor->next = reader->anchors;
    reader->anchors = anchor;
    return anchor->name.data != NULL || out_of_memory(reader);
}

static bool read_alias(struct reader *reader, const yaml_event_t *event, const struct yaml_node **out)
{
    struct span name = span_of((const char *)event->data.alias.anchor);
    const struct anchor *anchor = reader->anchors;
    while (anchor != NULL && !span_equal(anchor->name, name)) anchor = anchor->next;
    if (anchor == NULL)
        return fail(reader, YAML_FAULT_LIMIT, event->start_mark, "there is no complete anchor of this name above");
    if (anchor->node->weight > YAML_NODES_MAX - reader->nodes)
        return fail(reader, YAML_FAULT_LIMIT, event->start_mark, "aliases stand for too many values");
    if (anchor->node->height + reader->depth > YAML_DEPTH_MAX)
        return fail(reader, YAML_FAULT_LIMIT, event->start_mark, "the file is nested too deep");
    reader->nodes += anchor->node->weight;
    *out = anchor->node;
    return true;
}

static bool tag_is_read(const yaml_char_t *tag)
{
    return tag == NULL || strcmp((const char *)tag, "!") == 0 || strcmp((const char *)tag, YAML_STR_TAG) == 0;
}

static bool read_scalar(struct reader *reader, const yaml_event_t *event, const struct yaml_node **out)
{
    struct yaml_node *node = new_node(reader, YAML_SCALAR, event->start_mark);
    if (node == NULL) return false;
    if (!tag_is_read(event->data.scalar.tag)) return fail(reader, YAML_FAULT_SYNTAX, event->start_mark, "tags are not read here");
    node->text = arena_copy(reader->texts, (struct span){(const char *)event->data.scalar.value, event->data.scalar.length});
    if (node->text.data == NULL) return out_of_memory(reader);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && event->data.scalar.tag == NULL;
    if (node->plain) node->type = yaml_scalar_type(node->text);
    const char *ambiguity = node->plain ? yaml_scalar_ambiguity(node->text) : NULL;
    if (ambiguity != NULL && !note(reader, YAML_FAULT_AMBIGUOUS, node, ambiguity)) return false;
    *out = node;
    return keep_anchor(reader, event->data.scalar.anchor, node);
}

/* Compares keys, equal ones in the order of the text. */
static int compare_pairs(const void *a, const void *b)
{
    const struct yaml_pair *left = *(const struct yaml_pair *const *)a;
    const struct yaml_pair *right = *(const struct yaml_pair *const *)b;
    int order = span_compare(left->key->text, right->key->text);
    return order != 0 ? order : (left > right) - (left < right);
}

/* Most maps are so small that looking at every pair costs less than an order. */
enum { FEW_PAIRS = 24 };

static bool find_duplicates_of_few(struct reader *reader, const struct yaml_node *map)
{
    for (size_t i = 1; i < map->count; i++) {
        size_t j = 0;
        while (j < i && !span_equal(map->pairs[j].key->text, map->pairs[i].key->text)) j++;
        if (j < i && !note(reader, YAML_FAULT_DUPLICATE, map->pairs[i].key, "this key stands twice in one map")) return false;
    }
    return true;
}

static bool find_duplicates(struct reader *reader, const struct yaml_node *map)
{
    if (map->count <= FEW_PAIRS) return find_duplicates_of_few(reader, map);
    const struct yaml_pair **sorted = malloc(map->count * sizeof(struct yaml_pair *));
    if (sorted == NULL) return out_of_memory(reader);
    for (size_t i = 0; i < map->count; i++) sorted[i] = &map->pairs[i];
    qsort(sorted, map->count, sizeof *sorted, compare_pairs);
    bool ok = true;
    for (size_t i = 1; i < map->count && ok; i++) {
        if (span_equal(sorted[i - 1]->key->text, sorted[i]->key->text))
            ok = note(reader, YAML_FAULT_DUPLICATE, sorted[i]->key, "this key stands twice in one map");
    }
    free(sorted);
    return ok;
}

static bool fill_map(struct reader *reader, struct yaml_node *node, const struct yaml_pair *children)
{
    struct yaml_pair *pairs = arena_alloc(reader->arena, (node->count + 1) * sizeof *pairs);
    if (pairs == NULL) return out_of_memory(reader);
    if (node->count > 0) memcpy(pairs, children, node->count * sizeof *pairs);
    node->pairs = pairs;
    return find_duplicates(reader, node);
}

static bool fill_sequence(struct reader *reader, struct yaml_node *node, const struct yaml_pair *children)
{
    const struct yaml_node **items = arena_alloc(reader->arena, (node->count + 1) * sizeof(struct yaml_node *));
    if (items == NULL) return out_of_memory(reader);
    for (size_t i = 0; i < node->count; i++) items[i] = children[i].value;
    node->items = items;
    return true;
}

static bool push(struct reader *reader, const struct yaml_pair *child)
{
    struct stack *stack = &reader->stack;
    if (stack->count == stack->capacity) {
        size_t capacity = stack->capacity == 0 ? 256 : stack->capacity * 2;
        struct yaml_pair *pairs = realloc(stack->pairs, capacity * sizeof *pairs);
        if (pairs == NULL) return out_of_memory(reader);
        stack->pairs = pairs;
        stack->capacity = capacity;
    }
    stack->pairs[stack->count++] = *child;
    return true;
}

/* One child: a value, or a key and its value. *done at the collection's end. */
static bool read_child(struct reader *reader, bool map, struct yaml_pair *child, bool *done)
{
    yaml_event_t event;
    if (!next_event(reader, &event)) return false;
    *done = event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
    bool ok = *done || read_node(reader, &event, map ? &child->key : &child->value);
    yaml_mark_t mark = event.start_mark;
    yaml_event_delete(&event);
    if (!ok || *done || !map) return ok;
    if (child->key->kind != YAML_SCALAR) return fail(reader, YAML_FAULT_SYNTAX, mark, "a key must be a plain or quoted text");
    if (!next_event(reader, &event)) return false;
    ok = read_node(reader, &event, &child->value);
    yaml_event_delete(&event);
    return ok;
}

static bool read_children(struct reader *reader, struct yaml_node *node)
{
    for (;;) {
        struct yaml_pair child = {0};
        bool done;
        if (!read_child(reader, node->kind == YAML_MAP, &child, &done)) return false;
        if (done) return true;
        if (!push(reader, &child)) return false;
        node->count++;
        node->weight += child.value->weight;
        if (child.value->height >= node->height) node->height = (uint8_t)(child.value->height + 1);
    }
}

static bool read_collection(struct reader *reader, const yaml_event_t *event, const struct yaml_node **out)
{
    bool map = event->type == YAML_MAPPING_START_EVENT;
    const yaml_char_t *tag = map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
    const yaml_char_t *anchor = map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    if (tag != NULL) return fail(reader, YAML_FAULT_SYNTAX, event->start_mark, "tags are not read here");
    if (++reader->depth > YAML_DEPTH_MAX) return fail(reader, YAML_FAULT_LIMIT, event->start_mark, "the file is nested too deep");
    struct yaml_node *node = new_node(reader, map ? YAML_MAP : YAML_SEQUENCE, event->start_mark);
    size_t below = reader->stack.count;
    if (node == NULL || !read_children(reader, node)) return false;
    const struct yaml_pair *children = reader->stack.pairs != NULL ? reader->stack.pairs + below : NULL;
    if (!(map ? fill_map(reader, node, children) : fill_sequence(reader, node, children))) return false;
    reader->stack.count = below;
    reader->depth--;
    *out = node;
    return keep_anchor(reader, anchor, node);
}

static bool read_node(struct reader *reader, yaml_event_t *event, const struct yaml_node **out)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT: return read_alias(reader, event, out);
    case YAML_SCALAR_EVENT: return read_scalar(reader, event, out);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: return read_collection(reader, event, out);
    default: return fail(reader, YAML_FAULT_SYNTAX, event->start_mark, "a value is missing here");
    }
}

/* Takes events until one of `wanted` or of the stream's end; leaves it in *event. */
static bool skip_to(struct reader *reader, yaml_event_type_t wanted, yaml_event_t *event)
{
    while (next_event(reader, event)) {
        if (event->type == wanted || event->type == YAML_STREAM_END_EVENT) return true;
        yaml_event_delete(event);
    }
    return false;
}

static bool read_stream(struct reader *reader, struct yaml_tree *tree)
{
    yaml_event_t event;
    if (!skip_to(reader, YAML_DOCUMENT_START_EVENT, &event)) return false;
    bool none = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    if (none) return fail(reader, YAML_FAULT_DOCUMENTS, (yaml_mark_t){0}, "the file is empty");
    if (!next_event(reader, &event)) return false;
    bool ok = read_node(reader, &event, &tree->root);
    yaml_event_delete(&event);
    if (!ok || !skip_to(reader, YAML_DOCUMENT_START_EVENT, &event)) return false;
    bool more = event.type == YAML_DOCUMENT_START_EVENT;
    yaml_mark_t mark = event.start_mark;
    yaml_event_delete(&event);
    return !more || fail(reader, YAML_FAULT_DOCUMENTS, mark, "a second document begins here; a file holds one");
}

bool yaml_read_apart(struct span text, struct arena *arena, struct arena *texts, struct yaml_tree *tree, struct yaml_error *error)
{
    struct reader reader = {.arena = arena, .texts = texts, .error = error};
    *tree = (struct yaml_tree){0};
    reader.last_finding = (struct yaml_finding **)&tree->findings;
    if (text.size > YAML_SIZE_MAX) return fail(&reader, YAML_FAULT_LIMIT, (yaml_mark_t){0}, "the file is larger than 4 MiB");
    if (yaml_parser_initialize(&reader.parser) == 0) return out_of_memory(&reader);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)(text.data != NULL ? text.data : ""), text.size);
    bool ok = read_stream(&reader, tree);
    yaml_parser_delete(&reader.parser);
    free(reader.stack.pairs);
    return ok;
}

bool yaml_read(struct span text, struct arena *arena, struct yaml_tree *tree, struct yaml_error *error)
{
    return yaml_read_apart(text, arena, arena, tree, error);
}

const struct yaml_node *yaml_parse(struct span text, struct arena *arena, struct yaml_error *error)
{
    struct yaml_tree tree;
    if (!yaml_read(text, arena, &tree, error)) return NULL;
    if (tree.findings == NULL) return tree.root;
    *error = tree.findings->error;
    return NULL;
}

const struct yaml_pair *yaml_pair(const struct yaml_node *map, struct span key)
{
    if (map == NULL || map->kind != YAML_MAP) return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (span_equal(map->pairs[i].key->text, key)) return &map->pairs[i];
    }
    return NULL;
}

const struct yaml_node *yaml_get_span(const struct yaml_node *map, struct span key)
{
    const struct yaml_pair *pair = yaml_pair(map, key);
    return pair != NULL ? pair->value : NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    return yaml_get_span(map, span_of(key));
}

bool yaml_is(const struct yaml_node *node, enum yaml_type type)
{
    return node != NULL && node->kind == YAML_SCALAR && node->type == type;
}

bool yaml_boolean(const struct yaml_node *node, bool *out)
{
    if (!yaml_is(node, YAML_BOOLEAN)) return false;
    *out = node->text.data[0] == 't' || node->text.data[0] == 'T';
    return true;
}

void yaml_boolean_into(const struct yaml_node *node, bool *out)
{
    if (!yaml_boolean(node, out)) return;
}

bool yaml_integer(const struct yaml_node *node, int64_t *out)
{
    if (!yaml_is(node, YAML_INTEGER)) return false;
    const char *text = node->text.data;
    int base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'o')) {
        base = text[1] == 'x' ? 16 : 8;
        text += 2;
    }
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, base);
    if (errno != 0 || *end != '\0') return false;
    *out = value;
    return true;
}

const char *yaml_kind_word(const struct yaml_node *node)
{
    static const char *const scalars[] = {
        [YAML_STRING] = "text",      [YAML_NULL] = "null",      [YAML_BOOLEAN] = "true or false",
        [YAML_INTEGER] = "a number", [YAML_FLOAT] = "a number",
    };
    if (node == NULL) return "nothing";
    if (node->kind == YAML_MAP) return "a map";
    return node->kind == YAML_SEQUENCE ? "a list" : scalars[node->type];
}

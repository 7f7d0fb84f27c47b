/* config_limits.c - `governance`: what the house permits uses at most, by class and by data category. One row per kind of limit.
 */
#include "contracts/fideslang.h"
#include "gateway/config_read.h"

static bool is_list(struct config_reader *reader, const struct yaml_node *node)
{
    if (node->kind == YAML_SEQUENCE && node->count > 0) return true;
    return config_fail(reader, node, "a list with at least one entry is expected here: [A, B]");
}

static bool read_retention(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct limit *limit = target;
    const char *error;
    struct span text = node->kind == YAML_SCALAR ? node->text : SPAN("");
    if (!config_duration(text, &limit->retention, &error)) return config_fail(reader, node, "%s", error);
    return limit->retention > 0 || config_fail(reader, node, "a retention is longer than nothing");
}

static bool read_texts(struct config_reader *reader, const struct yaml_node *node, const struct span **out, size_t *count)
{
    if (!is_list(reader, node)) return false;
    struct span *items = arena_calloc(reader->arena, node->count + 1, sizeof *items);
    if (items == NULL) return config_fail(reader, node, "out of memory");
    for (size_t i = 0; i < node->count; i++) {
        const char *text = config_text(reader, node->items[i]);
        if (text == NULL) return false;
        items[i] = span_of(text);
    }
    *out = items;
    *count = node->count;
    return true;
}

static bool read_residency(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct limit *limit = target;
    if (!read_texts(reader, node, &limit->residency, &limit->residency_count)) return false;
    for (size_t i = 0; i < limit->residency_count; i++)
        if (!config_is_slug(limit->residency[i])) return config_fail(reader, node->items[i], "a region is a short name, like EU");
    return true;
}

/* A key of the taxonomy that is in force. */
static bool is_key(struct config_reader *reader, const struct yaml_node *node, enum fideslang_kind kind, struct span text)
{
    const struct fideslang_key *key = fideslang_find(kind, text);
    if (key != NULL && key->replaced_by == NULL) return true;
    const char *nearest = key != NULL ? key->replaced_by : NULL;
    if (key == NULL && (key = fideslang_nearest(kind, text)) != NULL) nearest = key->key;
    bool near = nearest != NULL && *nearest != '\0';
    return config_fail(reader, node, "this is no key in force of fideslang %s%s%s%s", fideslang_version(),
                       near ? "; did you mean " : "", near ? nearest : "", near ? "?" : "");
}

static bool read_data_uses(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct limit *limit = target;
    if (!read_texts(reader, node, &limit->data_uses, &limit->data_use_count)) return false;
    bool fine = true;
    for (size_t i = 0; i < limit->data_use_count; i++)
        fine = is_key(reader, node->items[i], FIDESLANG_DATA_USE, limit->data_uses[i]) && fine;
    return fine;
}

static bool read_legal_bases(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct limit *limit = target;
    if (!is_list(reader, node)) return false;
    for (size_t i = 0; i < node->count; i++) {
        enum legal_basis basis;
        const struct yaml_node *item = node->items[i];
        if (item->kind != YAML_SCALAR || !legal_basis_find(item->text, &basis))
            return config_fail(reader, item, "one of " LEGAL_BASIS_WORDS " is expected here");
        limit->legal_bases |= 1U << basis;
    }
    return true;
}

static bool read_limit(struct config_reader *reader, const struct yaml_pair *pair, struct house_limit *house)
{
    static const struct config_member members[] = {{"retention", read_retention},
                                                   {"residency", read_residency},
                                                   {"data_uses", read_data_uses},
                                                   {"legal_bases", read_legal_bases}};
    const char *name = config_text(reader, pair->key);
    if (name == NULL) return false;
    house->name = span_of(name);
    house->limit.retention = NO_LIMIT;
    if (house->scope == LIMIT_OF_CATEGORY && !is_key(reader, pair->key, FIDESLANG_DATA_CATEGORY, house->name)) return false;
    if (pair->value->kind != YAML_MAP || pair->value->count == 0)
        return config_fail(reader, pair->value, "a map is expected here: {retention: 90d, residency: [EU]}");
    return config_members_read(reader, members, COUNT_OF(members), pair->value, &house->limit);
}

bool config_limits_read(struct config_reader *reader, const struct option *option, const struct yaml_node *node)
{
    bool classes = option->type == OPTION_CLASS_LIMITS;
    if (node->kind != YAML_MAP)
        return config_fail(reader, node, "a map of %s to limits is expected here", classes ? "classes" : "data categories");
    struct house_limit *limits = arena_calloc(reader->arena, node->count + 1, sizeof *limits);
    if (limits == NULL) return config_fail(reader, node, "out of memory");
    bool fine = true;
    for (size_t i = 0; i < node->count; i++) {
        limits[i].scope = classes ? LIMIT_OF_CLASS : LIMIT_OF_CATEGORY;
        fine = read_limit(reader, &node->pairs[i], &limits[i]) && fine;
    }
    *(struct house_limit **)option_field(option, reader->config) = limits;
    memcpy((char *)reader->config + option->count_offset, &node->count, sizeof node->count);
    return fine;
}

/* ---------------------------------------------------------------- both lists as one */

bool config_limits_finish(struct config_reader *reader)
{
    struct config *config = reader->config;
    size_t classes = config->class_limit_count, categories = config->category_limit_count;
    struct house_limit *all = arena_calloc(reader->arena, classes + categories + 1, sizeof *all);
    if (all == NULL) return config_fail(reader, NULL, "out of memory");
    for (size_t i = 0; i < classes; i++) {
        all[i] = config->class_limits[i];
        if (class_find(config->class_names, config->class_name_count, all[i].name, &all[i].class)) continue;
        reader->key = "governance.classes";
        reader->source = config->file != NULL ? config->file : "configuration";
        return config_fail(reader, NULL, "%.*s is no class: public, internal, confidential, restricted, or a name of `classes`",
                           SPAN_ARGS(all[i].name));
    }
    for (size_t i = 0; i < categories; i++) all[classes + i] = config->category_limits[i];
    config->house_limits = all;
    config->house_limit_count = classes + categories;
    return true;
}

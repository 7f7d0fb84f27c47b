/* resolve_identity.c - what models and uses have alike: id, name, version, status, purpose, owner; lists; classes; annotations.
 */
#include "contracts/fideslang.h"
#include "contracts/resolve.h"

#include <ctype.h>

void resolve_begin(struct resolver *resolver, const struct contract *contract)
{
    resolver->contract = contract;
    resolver->odcs.file = contract->file;
    resolver->odcs.role = contract->role;
    resolver->odcs.version = contract->odcs;
    resolver->odcs.lenient = false;
}

const struct model_entry *resolve_find_model(const struct resolver *resolver, struct span id)
{
    size_t low = 0;
    size_t high = resolver->entry_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = span_compare(resolver->entries[middle].id, id);
        if (order == 0) return &resolver->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void *resolve_room(struct resolver *resolver, size_t count, size_t size)
{
    void *room = arena_calloc(resolver->arena, count + (count == 0), size);
    if (room == NULL) odcs_exhausted(&resolver->odcs);
    return room;
}

bool status_is_live(enum status status)
{
    return status == STATUS_ACTIVE || status == STATUS_DEPRECATED;
}

/* The text behind the last of : / # */
static struct span last_part(struct span id)
{
    size_t begin = id.size;
    while (begin > 0 && id.data[begin - 1] != ':' && id.data[begin - 1] != '/' && id.data[begin - 1] != '#') begin--;
    return (struct span){id.data + begin, id.size - begin};
}

static bool is_slug(struct span text)
{
    if (text.size == 0 || text.size > 100 || text.data[0] < 'a' || text.data[0] > 'z') return false;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && byte != '_') return false;
    }
    return true;
}

static void read_name(struct resolver *resolver, struct identity *out)
{
    const struct contract *contract = resolver->contract;
    out->name = contract->name != NULL ? contract->name->text : last_part(out->id);
    if (is_slug(out->name)) return;
    odcs_report(&resolver->odcs, "contract-name", &contract->part, "name", contract->name != NULL ? contract->name : contract->id,
                "'%.*s' is no name of a-z, 0-9 and _", SPAN_ARGS(out->name));
    if (contract->name == NULL)
        diagnostics_advise(resolver->odcs.diagnostics, "The last part of the id is no slug, so state `name`.");
}

/* One number of a version: digits without a leading zero. */
static bool take_number(struct span text, size_t *at, uint32_t *out)
{
    size_t begin = *at;
    uint64_t value = 0;
    while (*at < text.size && isdigit((unsigned char)text.data[*at]) && *at - begin < 9)
        value = value * 10 + (uint64_t)(text.data[(*at)++] - '0');
    *out = (uint32_t)value;
    return *at > begin && (text.data[begin] != '0' || *at == begin + 1);
}

/* Semantic Versioning 2.0.0: MAJOR.MINOR.PATCH, then -pre and +build of dotted words. */
static bool is_semver(struct span text, uint32_t *major)
{
    size_t at = 0;
    uint32_t rest;
    if (!take_number(text, &at, major)) return false;
    for (int i = 0; i < 2; i++) {
        if (at >= text.size || text.data[at++] != '.' || !take_number(text, &at, &rest)) return false;
    }
    if (at == text.size) return true;
    if (text.data[at] != '-' && text.data[at] != '+') return false;
    for (at++; at < text.size; at++) {
        if (!isalnum((unsigned char)text.data[at]) && strchr(".-+", text.data[at]) == NULL) return false;
    }
    return text.data[at - 1] != '-' && text.data[at - 1] != '.' && text.data[at - 1] != '+';
}

static bool read_status(struct resolver *resolver, struct identity *out)
{
    const struct yaml_node *node = resolver->contract->status;
    unsigned position;
    if (node == NULL) return false;
    bool known = word_find("proposed draft active deprecated retired", node->text, &position);
    if (known)
        out->status = (enum status)position;
    else
        odcs_report(&resolver->odcs, "contract-status", &resolver->contract->part, "status", node,
                    "'%.*s' is none of proposed, draft, active, deprecated, retired", SPAN_ARGS(node->text));
    if (known && out->status == STATUS_DEPRECATED)
        odcs_report(&resolver->odcs, "status-deprecated", &resolver->contract->part, "status", node,
                    "the contract is deprecated");
    return known;
}

/* Whom to write to: who is marked as owner, else the first who is named. */
static void read_contact(const struct contract_member *member, struct identity *out, bool *marked)
{
    bool owner = member->role != NULL && span_is(member->role->text, "owner");
    if (out->contact.data != NULL && (*marked || !owner)) return;
    out->contact = member->username->text;
    *marked = owner;
}

static void read_owner(struct resolver *resolver, struct identity *out)
{
    const struct contract_team *team = resolver->contract->team;
    if (team != NULL && team->name != NULL) out->owner = team->name->text;
    bool member = false, marked = false;
    for (size_t i = 0; team != NULL && i < team->member_count; i++) {
        const struct yaml_node *username = team->members[i].username;
        if (username == NULL || username->text.size == 0) continue;
        member = true;
        read_contact(&team->members[i], out, &marked);
        if (out->owner.data == NULL) out->owner = username->text;
    }
    if (status_is_live(out->status) && (!member || out->owner.size == 0))
        odcs_report(&resolver->odcs, "owner", &resolver->contract->part, "team", team != NULL ? team->part.node : NULL,
                    "nobody is named who answers for this contract");
}

bool resolve_identity(struct resolver *resolver, struct identity *out)
{
    const struct contract *contract = resolver->contract;
    *out = (struct identity){0};
    bool status = read_status(resolver, out);
    if (contract->id == NULL || contract->version == NULL || !status) return false; /* odcs.c has complained */
    out->id = contract->id->text;
    out->version = contract->version->text;
    if (out->id.size == 0) odcs_report(&resolver->odcs, "element-value", &contract->part, "id", contract->id, "the id is empty");
    if (!is_semver(out->version, &out->major))
        odcs_report(&resolver->odcs, "contract-version", &contract->part, "version", contract->version,
                    "'%.*s' is not MAJOR.MINOR.PATCH", SPAN_ARGS(out->version));
    read_name(resolver, out);
    read_owner(resolver, out);
    if (contract->description != NULL && contract->description->purpose != NULL)
        out->purpose = contract->description->purpose->text;
    if (contract->description != NULL && contract->description->limitations != NULL)
        out->limitations = contract->description->limitations->text;
    return true;
}

bool resolve_is_written(const struct contract *contract, const char *name)
{
    for (size_t i = 0; i < contract->custom_count; i++) {
        const struct yaml_node *property = contract->customs[i].property;
        if (property != NULL && span_is(property->text, name)) return true;
    }
    return false;
}

bool resolve_texts(struct resolver *resolver, const struct yaml_node *list, const struct span **out, size_t *count)
{
    *count = list != NULL ? list->count : 0;
    struct span *texts = resolve_room(resolver, *count + 1, sizeof *texts);
    if (texts == NULL) return false;
    for (size_t i = 0; i < *count; i++) texts[i] = list->items[i]->text;
    *out = texts;
    return true;
}

void resolve_check_key(struct resolver *resolver, int kind, const char *rule, const struct part *part, const char *key,
                       const struct yaml_node *node)
{
    const struct fideslang_key *found = fideslang_find((enum fideslang_kind)kind, node->text);
    if (found != NULL && found->replaced_by == NULL) return;
    odcs_report(&resolver->odcs, rule, part, key, node, "'%.*s' is %s", SPAN_ARGS(node->text),
                found == NULL ? "no key of the taxonomy" : "a deprecated key of the taxonomy");
    const struct fideslang_key *near = found == NULL ? fideslang_nearest((enum fideslang_kind)kind, node->text) : NULL;
    if (near != NULL) diagnostics_advise(resolver->odcs.diagnostics, "Did you mean '%s'?", near->key);
    if (found != NULL && found->replaced_by[0] != '\0')
        diagnostics_advise(resolver->odcs.diagnostics, "Write '%s'.", found->replaced_by);
}

/* ---------------------------------------------------------------- properties */

bool resolve_class(struct resolver *resolver, const struct contract_property *property, enum classification *out)
{
    const struct yaml_node *node = property->classification;
    const struct catalogue_options *options = resolver->options;
    if (class_find(options->class_names, options->class_name_count, node->text, out)) return true;
    odcs_report(&resolver->odcs, "class-unknown", &property->part, "classification", node, "'%.*s' is no class",
                SPAN_ARGS(node->text));
    return false;
}

static bool read_categories(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    const struct yaml_node *list = property->data_categories;
    for (size_t i = 0; i < list->count; i++)
        resolve_check_key(resolver, FIDESLANG_DATA_CATEGORY, "data-category", &property->part, "dataCategories", list->items[i]);
    return resolve_texts(resolver, list, &field->categories, &field->category_count);
}

/* avroDefault as JSON text: schema.c judges it against the type. */
static bool read_default(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    const struct yaml_node *node = property->avro_default;
    if (node->kind != YAML_SCALAR) {
        odcs_report(&resolver->odcs, "avro-default", &property->part, "avroDefault", node, "avroDefault is a single value");
        return true;
    }
    if (node->type == YAML_NULL) {
        field->avro_default = SPAN("null");
        return true;
    }
    bool text = node->type == YAML_STRING;
    for (size_t i = 0; text && i < node->text.size; i++) {
        unsigned char byte = (unsigned char)node->text.data[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        odcs_report(&resolver->odcs, "avro-default", &property->part, "avroDefault", node,
                    "quotes, backslashes and control characters are not taken in a default");
        return true;
    }
    field->avro_default = arena_printf(resolver->arena, text ? "\"%.*s\"" : "%.*s", SPAN_ARGS(node->text));
    return field->avro_default.data != NULL;
}

bool resolve_annotations(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    bool ok = true;
    if (property->description != NULL) field->doc = property->description->text;
    if (property->logic_description != NULL) field->handling_doc = property->logic_description->text;
    if (property->tags != NULL) ok = resolve_texts(resolver, property->tags, &field->tags, &field->tag_count);
    if (ok && property->data_categories != NULL) ok = read_categories(resolver, property, field);
    if (ok && property->avro_aliases != NULL)
        ok = resolve_texts(resolver, property->avro_aliases, &field->avro_aliases, &field->avro_alias_count);
    if (ok && property->avro_default != NULL) ok = read_default(resolver, property, field);
    yaml_boolean_into(property->critical, &field->critical);
    if (!ok) odcs_exhausted(&resolver->odcs);
    return ok;
}

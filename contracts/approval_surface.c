#include "contracts/approval_surface.h"

#include "contracts/approval_parts.h"
#include "contracts/duration.h"

#include <stddef.h>
#include <stdlib.h>

/* ---------------------------------------------------------------- shared */

bool surface_fail(struct surface_reading *reading, const struct yaml_node *node, const char *message)
{
    *reading->error = (struct surface_error){node, message};
    return false;
}

void *surface_room(struct surface_reading *reading, size_t count, size_t size)
{
    void *room = arena_calloc(reading->arena, count + 1, size);
    if (room == NULL) surface_fail(reading, NULL, "out of memory");
    return room;
}

bool surface_text(struct surface_reading *reading, const struct yaml_node *node, struct span *out)
{
    if (node->kind != YAML_SCALAR || node->type == YAML_NULL) return surface_fail(reading, node, "a text is expected here");
    *out = node->text;
    return true;
}

bool surface_texts(struct surface_reading *reading, const struct yaml_node *node, const struct span **out, size_t *count)
{
    if (node->kind != YAML_SEQUENCE) return surface_fail(reading, node, "a list of texts is expected here");
    struct span *texts = surface_room(reading, node->count, sizeof *texts);
    if (texts == NULL) return false;
    for (size_t i = 0; i < node->count; i++)
        if (!surface_text(reading, node->items[i], &texts[i])) return false;
    *out = texts;
    *count = node->count;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

void surface_write_texts(struct surface_writing *writing, const char *key, const struct span *values, size_t count)
{
    struct span *sorted = arena_calloc(writing->arena, count + 1, sizeof *sorted);
    if (sorted == NULL) {
        writing->failed = true;
        return;
    }
    if (count > 0) memcpy(sorted, values, count * sizeof *sorted);
    if (count > 1) qsort(sorted, count, sizeof *sorted, by_text);
    yaml_write_texts(writing->yaml, key, sorted, count, false);
}

/* ---------------------------------------------------------------- texts and lists */

/* One facet of a surface: how it is called, where it stands in struct use (governing fields: in struct model), how it is written
 * and read. */
struct facet {
    const char *key;
    size_t offset, count_offset;
    void (*write)(struct surface_writing *writing, const struct facet *facet, const struct use *use);
    bool (*read)(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node, struct use *use);
};

static struct span text_of(const struct facet *facet, const struct use *use)
{
    return *(const struct span *)(const void *)((const char *)use + facet->offset);
}

static void *place_of(size_t offset, void *base)
{
    return (char *)base + offset;
}

static void write_text(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    yaml_write_text(writing->yaml, facet->key, text_of(facet, use));
}

static bool read_text(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node, struct use *use)
{
    return surface_text(reading, node, place_of(facet->offset, use));
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

/* Runs of blanks as one: a paragraph that is wrapped anew reads as it did. */
static void write_prose(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    struct span text = text_of(facet, use);
    char *room = arena_bytes(writing->arena, text.size + 1);
    size_t size = 0;
    if (room == NULL) writing->failed = true;
    if (text.data == NULL || room == NULL) return;
    for (size_t i = 0; i < text.size; i++) {
        bool blank = is_blank(text.data[i]);
        if (blank && (size == 0 || room[size - 1] == ' ')) continue;
        room[size++] = blank ? ' ' : text.data[i];
    }
    if (size > 0 && room[size - 1] == ' ') size--;
    yaml_write_text(writing->yaml, facet->key, (struct span){room, size});
}

static void write_list(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    const struct span *values = *(const struct span *const *)(const void *)((const char *)use + facet->offset);
    size_t count = *(const size_t *)(const void *)((const char *)use + facet->count_offset);
    surface_write_texts(writing, facet->key, values, count);
}

static bool read_list(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node, struct use *use)
{
    return surface_texts(reading, node, place_of(facet->offset, use), place_of(facet->count_offset, use));
}

/* The purpose as a vocabulary defines it. */
static void write_definition(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    for (size_t i = 0; i < use->document_count; i++) {
        if (!span_is(use->documents[i].type, "purpose")) continue;
        yaml_write_text(writing->yaml, facet->key, use->documents[i].url);
        return;
    }
}

static bool read_definition(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node,
                            struct use *use)
{
    (void)facet;
    struct document *document = surface_room(reading, 1, sizeof *document);
    if (document == NULL || !surface_text(reading, node, &document->url)) return false;
    document->type = SPAN("purpose");
    use->documents = document;
    use->document_count = 1;
    return true;
}

/* ---------------------------------------------------------------- words, times */

static void write_basis(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    if (use->legal_basis != BASIS_NONE) yaml_write_text(writing->yaml, facet->key, span_of(legal_basis_word(use->legal_basis)));
}

static bool read_basis(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node, struct use *use)
{
    (void)facet;
    struct span text;
    if (!surface_text(reading, node, &text)) return false;
    for (unsigned basis = BASIS_NONE + 1; basis <= BASIS_LEGITIMATE_INTEREST; basis++) {
        if (!span_is(text, legal_basis_word((enum legal_basis)basis))) continue;
        use->legal_basis = (enum legal_basis)basis;
        return true;
    }
    return surface_fail(reading, node, "this is no legal basis");
}

/* Nothing stated is expiry. */
static void write_erasure(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    yaml_write_text(writing->yaml, facet->key, use->erasure_method.data != NULL ? use->erasure_method : SPAN("expiry"));
}

static const struct {
    int64_t us;
    const char *unit;
} units[] = {{US_PER_DAY, "d"}, {US_PER_HOUR, "h"}, {US_PER_MINUTE, "min"}, {US_PER_SECOND, "s"}, {US_PER_MS, "ms"}};

static void write_retention(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    size_t unit = 0;
    if (use->retention == NO_LIMIT) {
        yaml_write_text(writing->yaml, facet->key, SPAN("unlimited"));
        return;
    }
    while (unit < COUNT_OF(units) - 1 && use->retention % units[unit].us != 0) unit++;
    struct span text = arena_printf(writing->arena, "%lld %s", (long long)(use->retention / units[unit].us), units[unit].unit);
    if (text.data == NULL) writing->failed = true;
    yaml_write_text(writing->yaml, facet->key, text);
}

static bool read_retention(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node,
                           struct use *use)
{
    (void)facet;
    struct span text;
    if (!surface_text(reading, node, &text)) return false;
    if (span_is(text, "unlimited")) {
        use->retention = NO_LIMIT;
        return true;
    }
    const char *error = duration_parse(text, (struct span){NULL, 0}, &use->retention);
    return error == NULL || surface_fail(reading, node, error);
}

static void write_trace(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    yaml_write_bool(writing->yaml, facet->key, use->trace);
}

static bool read_trace(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node, struct use *use)
{
    (void)facet;
    return yaml_boolean(node, &use->trace) || surface_fail(reading, node, "true or false is expected here");
}

/* ---------------------------------------------------------------- what governs: fields of the model */

static void write_governing(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    const struct field *field = *(const struct field *const *)(const void *)((const char *)use->model + facet->offset);
    if (field != NULL) yaml_write_text(writing->yaml, facet->key, field->path);
}

static bool read_governing(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node,
                           struct use *use)
{
    struct field *field = surface_room(reading, 1, sizeof *field);
    if (field == NULL || !surface_text(reading, node, &field->path)) return false;
    *(const struct field **)place_of(facet->offset, use->model) = field;
    return true;
}

/* ---------------------------------------------------------------- what has a file of its own */

static void write_recipients(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    (void)facet;
    surface_write_recipients(writing, use);
}

static bool read_recipients(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node,
                            struct use *use)
{
    (void)facet;
    return surface_read_recipients(reading, node, use);
}

static void write_waivers(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    (void)facet;
    surface_write_waivers(writing, use);
}

static bool read_waivers(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node,
                         struct use *use)
{
    (void)facet;
    return surface_read_waivers(reading, node, use);
}

static void write_fields(struct surface_writing *writing, const struct facet *facet, const struct use *use)
{
    (void)facet;
    surface_write_fields(writing, use);
}

static bool read_fields(struct surface_reading *reading, const struct facet *facet, const struct yaml_node *node, struct use *use)
{
    (void)facet;
    return surface_read_fields(reading, node, use);
}

/* ---------------------------------------------------------------- the whole */

#define IN_USE(member)   offsetof(struct use, member), 0
#define LISTED(items, n) offsetof(struct use, items), offsetof(struct use, n)
#define IN_MODEL(member) offsetof(struct model, member), 0

/* In the order in which people ask: what for, on what ground, whose, where, how long, who, what. */
static const struct facet facets[] = {
    {"purpose", IN_USE(purpose), write_prose, read_text},
    {"limitations", IN_USE(limitations), write_prose, read_text},
    {"purposeDefinition", 0, 0, write_definition, read_definition},
    {"dataUse", IN_USE(data_use), write_text, read_text},
    {"legalBasis", 0, 0, write_basis, read_basis},
    {"specialCategoryBasis", IN_USE(special_category_basis), write_text, read_text},
    {"criminalDataBasis", IN_USE(criminal_data_basis), write_text, read_text},
    {"dataSubjects", LISTED(subjects, subject_count), write_list, read_list},
    {"regulations", LISTED(regulations, regulation_count), write_list, read_list},
    {"residency", LISTED(residency, residency_count), write_list, read_list},
    {"retention", 0, 0, write_retention, read_retention},
    {"erasure", IN_USE(erasure_method), write_erasure, read_text},
    {"erasureExemption", IN_USE(erasure_exemption), write_text, read_text},
    {"trace", 0, 0, write_trace, read_trace},
    {"subjectField", IN_MODEL(subject), write_governing, read_governing},
    {"residencyField", IN_MODEL(residency), write_governing, read_governing},
    {"consentField", IN_MODEL(consent), write_governing, read_governing},
    {"roles", 0, 0, write_recipients, read_recipients},
    {"waivers", 0, 0, write_waivers, read_waivers},
    {"fields", 0, 0, write_fields, read_fields},
};

/* Without these there is nothing to compare with. */
static const char *const needed[] = {"purpose", "dataUse", "retention", "erasure", "trace", "fields"};

bool approval_surface_write(const struct use *use, struct arena *arena, struct yaml_writer *out)
{
    struct surface_writing writing = {arena, out, false};
    for (size_t i = 0; i < COUNT_OF(facets); i++) facets[i].write(&writing, &facets[i], use);
    return !writing.failed && buffer_ok(out->out);
}

static bool read_facets(struct surface_reading *reading, const struct yaml_node *map, struct use *use)
{
    if (map->kind != YAML_MAP) return surface_fail(reading, map, "a map of what was approved is expected here");
    for (size_t i = 0; i < map->count; i++) {
        size_t at = 0;
        while (at < COUNT_OF(facets) && !span_is(map->pairs[i].key->text, facets[at].key)) at++;
        if (at == COUNT_OF(facets)) return surface_fail(reading, map->pairs[i].key, "this version knows nothing of that name");
        if (!facets[at].read(reading, &facets[at], map->pairs[i].value, use)) return false;
    }
    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (yaml_get(map, needed[i]) == NULL)
            return surface_fail(reading, map, "one of purpose, dataUse, retention, erasure, trace, fields is missing");
    return true;
}

const struct use *approval_surface_read(const struct yaml_node *map, struct arena *arena, struct surface_error *error)
{
    struct surface_reading reading = {arena, error};
    struct use *use = surface_room(&reading, 1, sizeof *use);
    if (use == NULL) return NULL;
    use->model = surface_room(&reading, 1, sizeof *use->model);
    return use->model != NULL && read_facets(&reading, map, use) ? use : NULL;
}

static struct model *complete_model(const struct model *surface, const struct model *current, struct arena *arena)
{
    struct model *model = arena_calloc(arena, 1, sizeof *model);
    if (model == NULL) return NULL;
    *model = *current;
    model->subject = surface->subject;
    model->residency = surface->residency;
    model->consent = surface->consent;
    return model;
}

const struct use *approval_surface_complete(const struct use *surface, const struct use *current, struct arena *arena)
{
    struct use *use = arena_calloc(arena, 1, sizeof *use);
    struct model *model = complete_model(surface->model, current->model, arena);
    struct field *root = surface_complete_fields(surface->root, current->root, arena);
    if (use == NULL || model == NULL || root == NULL) return NULL;
    *use = *current;
    use->model = model;
    use->root = root;
    use->purpose = surface->purpose;
    use->limitations = surface->limitations;
    use->documents = surface->documents;
    use->document_count = surface->document_count;
    use->data_use = surface->data_use;
    use->legal_basis = surface->legal_basis;
    use->special_category_basis = surface->special_category_basis;
    use->criminal_data_basis = surface->criminal_data_basis;
    use->subjects = surface->subjects;
    use->subject_count = surface->subject_count;
    use->regulations = surface->regulations;
    use->regulation_count = surface->regulation_count;
    use->residency = surface->residency;
    use->residency_count = surface->residency_count;
    use->retention = surface->retention;
    use->erasure_method = surface->erasure_method;
    use->erasure_exemption = surface->erasure_exemption;
    use->trace = surface->trace;
    use->recipients = surface->recipients;
    use->recipient_count = surface->recipient_count;
    use->waivers = surface->waivers;
    use->waiver_count = surface->waiver_count;
    return use;
}

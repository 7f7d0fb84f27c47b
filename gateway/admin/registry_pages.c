#include "codecs/json.h"
#include "contracts/schema.h"
#include "gateway/admin/page.h"
#include "gateway/admin/registry.h"

/* The Schema Registry's API, its reading half, with its media type and error codes. */
static const struct span registry_type = {"application/vnd.schemaregistry.v1+json", 38};

enum registry_error {
    UNKNOWN_SUBJECT = 40401,
    UNKNOWN_VERSION = 40402,
    UNKNOWN_SCHEMA = 40403,
    READ_ONLY = 42205,
    INVALID_SCHEMA = 42201,
    INVALID_VERSION = 42202
};

enum { LOOKUP_MEMORY = 4 * 1024 * 1024, LOOKUP_DEPTH = 8, LOOKUP_TOKENS = 1000 };

static void fail(struct page *page, enum registry_error code, const char *message)
{
    page->status = (int)code / 100;
    json_object_begin(&page->json);
    json_member_int(&page->json, "error_code", code);
    json_member_text(&page->json, "message", span_of(message));
    json_object_end(&page->json);
}

static bool parse_number(struct span text, uint32_t *number)
{
    uint64_t value = 0;
    if (text.size == 0 || text.size > 10) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    *number = (uint32_t)value;
    return value <= UINT32_MAX;
}

static const struct registry_row *row_by_id(struct page *page)
{
    uint32_t id;
    page->type = registry_type;
    bool number = parse_number(page->match->parameters[0], &id);
    const struct registry_row *row = number ? registry_by_id(page->admin->registry, id) : NULL;
    if (row == NULL) fail(page, UNKNOWN_SCHEMA, "Schema not found");
    return row;
}

void page_schema_by_id(struct page *page)
{
    const struct registry_row *row = row_by_id(page);
    if (row == NULL) return;
    json_object_begin(&page->json);
    json_member_text(&page->json, "schema", row->text);
    json_object_end(&page->json);
}

void page_schema_text_by_id(struct page *page)
{
    const struct registry_row *row = row_by_id(page);
    if (row != NULL) json_raw(&page->json, row->text);
}

static void each_row_of_id(struct page *page, void (*write)(struct json_writer *, const struct registry_row *))
{
    const struct registry_row *wanted = row_by_id(page);
    if (wanted == NULL) return;
    json_array_begin(&page->json);
    for (size_t i = 0; i < page->admin->registry->count; i++)
        if (page->admin->registry->rows[i].id == wanted->id) write(&page->json, &page->admin->registry->rows[i]);
    json_array_end(&page->json);
}

static void write_subject(struct json_writer *json, const struct registry_row *row)
{
    json_text(json, row->subject);
}

static void write_subject_version(struct json_writer *json, const struct registry_row *row)
{
    json_object_begin(json);
    json_member_text(json, "subject", row->subject);
    json_member_int(json, "version", row->version);
    json_object_end(json);
}

void page_schema_subjects(struct page *page)
{
    each_row_of_id(page, write_subject);
}

void page_schema_versions(struct page *page)
{
    each_row_of_id(page, write_subject_version);
}

void page_schema_types(struct page *page)
{
    page->type = registry_type;
    json_raw(&page->json, SPAN("[\"AVRO\"]"));
}

void page_subjects(struct page *page)
{
    const struct registry *registry = page->admin->registry;
    page->type = registry_type;
    json_array_begin(&page->json);
    for (size_t i = 0; i < registry->count; i++)
        if (i == 0 || !span_equal(registry->rows[i].subject, registry->rows[i - 1].subject))
            json_text(&page->json, registry->rows[i].subject);
    json_array_end(&page->json);
}

static const struct registry_row *rows_of_subject(struct page *page, size_t *count)
{
    page->type = registry_type;
    const struct registry_row *rows = registry_subject(page->admin->registry, page->match->parameters[0], count);
    if (rows == NULL) fail(page, UNKNOWN_SUBJECT, "Subject not found.");
    return rows;
}

void page_subject_versions(struct page *page)
{
    size_t count;
    const struct registry_row *rows = rows_of_subject(page, &count);
    if (rows == NULL) return;
    json_array_begin(&page->json);
    for (size_t i = 0; i < count; i++) json_int(&page->json, rows[i].version);
    json_array_end(&page->json);
}

/* {version} is a number, "latest" or -1. */
static const struct registry_row *row_of_version(struct page *page)
{
    size_t count;
    uint32_t version = 0;
    const struct registry_row *rows = rows_of_subject(page, &count);
    if (rows == NULL) return NULL;
    struct span text = page->match->parameters[1];
    if (span_is(text, "latest") || span_is(text, "-1")) return &rows[count - 1];
    if (!parse_number(text, &version) || version == 0) {
        fail(page, INVALID_VERSION, "The version is a number from 1, or latest.");
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (rows[i].version == version) return &rows[i];
    fail(page, UNKNOWN_VERSION, "Version not found.");
    return NULL;
}

static void write_row(struct json_writer *json, const struct registry_row *row)
{
    json_object_begin(json);
    json_member_text(json, "subject", row->subject);
    json_member_int(json, "version", row->version);
    json_member_int(json, "id", row->id);
    json_member_text(json, "schema", row->text);
    json_object_end(json);
}

void page_subject_version(struct page *page)
{
    const struct registry_row *row = row_of_version(page);
    if (row != NULL) write_row(&page->json, row);
}

void page_subject_schema(struct page *page)
{
    const struct registry_row *row = row_of_version(page);
    if (row != NULL) json_raw(&page->json, row->text);
}

/* The text in {"schema": "..."}; other members are passed over. */
static bool read_schema(struct span body, struct arena *arena, struct span *schema)
{
    struct json_cursor cursor;
    bool first = true;
    json_begin(&cursor, body, LOOKUP_DEPTH, LOOKUP_TOKENS);
    json_space(&cursor);
    if (!json_open(&cursor, '{')) return false;
    while (json_next(&cursor, '}', &first)) {
        struct json_string name, value;
        if (!json_string(&cursor, arena, &name) || !json_colon(&cursor)) return false;
        bool wanted = span_is(name.text, "schema") && json_peek(&cursor) == JSON_STRING;
        if (!(wanted ? json_string(&cursor, arena, &value) : json_skip(&cursor))) return false;
        if (wanted) *schema = value.text;
    }
    return json_finish(&cursor) && schema->data != NULL;
}

/* The row of the subject whose schema has the same normal form as the one asked for. */
static const struct registry_row *look_up(struct page *page, struct arena *arena, const struct registry_row *rows, size_t count,
                                          struct span text)
{
    struct span wanted = schema_normal(text, arena);
    if (wanted.data == NULL) {
        fail(page, INVALID_SCHEMA, "Invalid schema");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        struct span normal = schema_normal(rows[i].text, arena);
        if (normal.data != NULL && span_equal(normal, wanted)) return &rows[i];
    }
    fail(page, UNKNOWN_SCHEMA, "Schema not found");
    return NULL;
}

void page_subject_lookup(struct page *page)
{
    size_t count;
    const struct registry_row *rows = rows_of_subject(page, &count);
    if (rows == NULL) return;
    struct arena *arena = arena_create(LOOKUP_MEMORY);
    struct span schema = {NULL, 0};
    if (arena == NULL || !read_schema(page->input, arena, &schema)) {
        fail(page, INVALID_SCHEMA, "Send {\"schema\": \"...\"}");
    } else {
        const struct registry_row *row = look_up(page, arena, rows, count, schema);
        if (row != NULL) write_row(&page->json, row);
    }
    arena_destroy(arena);
}

void page_config(struct page *page)
{
    page->type = registry_type;
    json_raw(&page->json, SPAN("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}"));
}

void page_mode(struct page *page)
{
    page->type = registry_type;
    json_raw(&page->json, SPAN("{\"mode\":\"READONLY\"}"));
}

void page_read_only(struct page *page)
{
    page->type = registry_type;
    fail(page, READ_ONLY, "This registry is read-only: schemas follow from contracts.");
}

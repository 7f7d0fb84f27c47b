#include "contracts/lock.h"

#include "codecs/json_writer.h"
#include "contracts/schema.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOCK_SIZE_MAX = 64 << 20 };

/* ---------------------------------------------------------------- reading */

struct reader {
    struct catalogue *catalogue;
    struct diagnostics *diagnostics;
    struct place place;
    struct locked_schema *rows;
    size_t count;
};

static bool fault(struct reader *reader, size_t index, const char *what)
{
    diagnostics_add(reader->diagnostics, "lock", reader->place, (struct span){NULL, 0}, "schemas[%zu]: %s", index, what);
    return false;
}

static struct span copy_member(struct arena *arena, const json_t *object, const char *name)
{
    const json_t *member = json_object_get(object, name);
    if (!json_is_string(member)) return (struct span){NULL, 0};
    return arena_copy(arena, (struct span){json_string_value(member), json_string_length(member)});
}

static bool read_number(const json_t *object, const char *name, uint32_t *out)
{
    const json_t *member = json_object_get(object, name);
    json_int_t value = json_integer_value(member);
    if (!json_is_integer(member) || value < 1 || value > INT32_MAX) return false;
    *out = (uint32_t)value;
    return true;
}

/* One id never stands for two schemas, nor a subject's version for two. */
static const char *conflict(const struct reader *reader, const struct locked_schema *row, struct span normal)
{
    struct arena *arena = reader->catalogue->arena;
    for (size_t i = 0; i < reader->count; i++) {
        const struct locked_schema *other = &reader->rows[i];
        if (other->version == row->version && span_equal(other->subject, row->subject))
            return "the subject has this version twice";
        if (other->id == row->id && !span_equal(schema_normal(other->text, arena), normal))
            return "the id stands for another schema too";
    }
    return NULL;
}

static bool read_row(struct reader *reader, size_t index, const json_t *object)
{
    struct arena *arena = reader->catalogue->arena;
    struct locked_schema row = {.subject = copy_member(arena, object, "subject"),
                                .contract = copy_member(arena, object, "contract"),
                                .text = copy_member(arena, object, "schema")};
    if (row.subject.size == 0) return fault(reader, index, "the subject is missing");
    if (!read_number(object, "version", &row.version)) return fault(reader, index, "the version is a number from 1");
    if (!read_number(object, "id", &row.id)) return fault(reader, index, "the id is a number from 1");
    if (row.contract.data == NULL) return fault(reader, index, "the contract is missing");
    struct span normal = row.text.data != NULL ? schema_normal(row.text, arena) : row.text;
    if (normal.data == NULL) return fault(reader, index, "the schema is no Avro schema");
    const char *clash = conflict(reader, &row, normal);
    if (clash != NULL) return fault(reader, index, clash);
    reader->rows[reader->count++] = row;
    return true;
}

bool lock_parse(struct span text, struct span path, struct catalogue *catalogue, struct diagnostics *diagnostics)
{
    struct reader reader = {.catalogue = catalogue, .diagnostics = diagnostics, .place = {.file = path}};
    json_error_t error;
    json_t *root = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &error);
    const json_t *list = json_object_get(root, "schemas");
    bool fine = json_is_array(list);
    if (!fine) {
        if (root == NULL) reader.place.line = error.line > 0 ? (uint32_t)error.line : 0;
        diagnostics_add(diagnostics, "lock", reader.place, (struct span){NULL, 0}, "%s",
                        root == NULL ? "this is not JSON" : "there is no list of schemas");
    }
    size_t count = json_array_size(list);
    if (fine) reader.rows = arena_calloc(catalogue->arena, count + 1, sizeof *reader.rows);
    if (fine && reader.rows == NULL) diagnostics->failed = true;
    fine = fine && reader.rows != NULL;
    for (size_t i = 0; i < count && fine; i++) fine = read_row(&reader, i, json_array_get(list, i));
    json_decref(root);
    if (!fine) return false;
    catalogue->locked = reader.rows;
    catalogue->locked_count = reader.count;
    catalogue->has_lock = true;
    return true;
}

/* The whole file; NULL data when it cannot be read. */
static bool read_file(const char *path, struct buffer *text)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    size_t got = 1;
    while (got > 0 && text->size <= LOCK_SIZE_MAX) {
        char *room = buffer_reserve(text, 65536);
        got = room != NULL ? fread(room, 1, 65536, file) : 0;
        buffer_commit(text, got);
    }
    bool fine = ferror(file) == 0 && buffer_ok(text) && text->size <= LOCK_SIZE_MAX;
    fclose(file);
    return fine;
}

bool lock_read(const char *dir, struct catalogue *catalogue, struct diagnostics *diagnostics)
{
    struct buffer text = BUFFER_EMPTY;
    struct span path = arena_printf(catalogue->arena, "%s/" LOCK_FILE, dir);
    catalogue->has_lock = false;
    if (path.data == NULL) {
        diagnostics->failed = true;
        return false;
    }
    errno = 0;
    bool fine = read_file(path.data, &text);
    bool absent = !fine && (errno == ENOENT || errno == ENOTDIR);
    if (fine) {
        fine = lock_parse(buffer_span(&text), path, catalogue, diagnostics);
    } else if (!absent) {
        diagnostics_add(diagnostics, "lock", (struct place){.file = path}, (struct span){NULL, 0}, "the file cannot be read: %s",
                        strerror(errno));
    }
    buffer_deinit(&text);
    return fine || absent;
}

/* ---------------------------------------------------------------- the new text */

struct writer {
    struct arena *arena;
    struct locked_schema *rows;
    size_t count;
    struct lock_change *changes;
    size_t change_count;
};

static uint32_t next_version(const struct writer *writer, struct span subject)
{
    uint32_t version = 0;
    for (size_t i = 0; i < writer->count; i++)
        if (span_equal(writer->rows[i].subject, subject) && writer->rows[i].version > version) version = writer->rows[i].version;
    return version + 1;
}

static void note(struct writer *writer, enum lock_change_kind kind, const struct use *use, const struct locked_schema *row)
{
    writer->changes[writer->change_count++] = (struct lock_change){kind, use, row->subject, row->version, row->id};
}

/* The newest locked row of the subject that has this normal form. */
static struct locked_schema *find_row(const struct writer *writer, struct span subject, struct span normal)
{
    struct locked_schema *found = NULL;
    for (size_t i = 0; i < writer->count; i++) {
        struct locked_schema *row = &writer->rows[i];
        if (!span_equal(row->subject, subject) || (found != NULL && row->version < found->version)) continue;
        if (span_equal(schema_normal(row->text, writer->arena), normal)) found = row;
    }
    return found;
}

static bool add_use(struct writer *writer, const struct use *use)
{
    struct span subject = schema_subject(use, writer->arena), normal = schema_normal(use->schema, writer->arena);
    struct span contract = arena_printf(writer->arena, "%.*s@%.*s", SPAN_ARGS(use->id), SPAN_ARGS(use->version));
    if (subject.data == NULL || normal.data == NULL || contract.data == NULL) return false;
    struct locked_schema *row = find_row(writer, subject, normal);
    if (row != NULL) {
        if (span_equal(row->text, use->schema)) return true;
        row->text = use->schema;
        row->contract = contract;
        note(writer, LOCK_NEW_TEXT, use, row);
        return true;
    }
    uint32_t version = next_version(writer, subject);
    row = &writer->rows[writer->count++];
    *row = (struct locked_schema){subject, version, use->schema_id, use->schema, contract};
    note(writer, version == 1 ? LOCK_NEW_SUBJECT : LOCK_NEW_VERSION, use, row);
    return true;
}

static int by_subject(const void *left, const void *right)
{
    const struct locked_schema *a = left, *b = right;
    int order = span_compare(a->subject, b->subject);
    return order != 0 ? order : (a->version > b->version) - (a->version < b->version);
}

static void write_rows(const struct writer *writer, struct buffer *out)
{
    struct json_writer json;
    json_writer_init(&json, out, 2);
    json_object_begin(&json);
    json_name(&json, "schemas");
    json_array_begin(&json);
    for (size_t i = 0; i < writer->count; i++) {
        const struct locked_schema *row = &writer->rows[i];
        json_object_begin(&json);
        json_member_text(&json, "subject", row->subject);
        json_member_int(&json, "version", row->version);
        json_member_int(&json, "id", row->id);
        json_member_text(&json, "contract", row->contract);
        json_member_text(&json, "schema", row->text);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    buffer_append_char(out, '\n');
}

bool lock_text(const struct catalogue *catalogue, struct arena *arena, struct buffer *out, struct lock_change **changes,
               size_t *change_count)
{
    struct writer writer = {.arena = arena, .count = catalogue->locked_count};
    size_t room = catalogue->locked_count + catalogue->use_count + 1;
    writer.rows = arena_calloc(arena, room, sizeof *writer.rows);
    writer.changes = arena_calloc(arena, room, sizeof *writer.changes);
    if (writer.rows == NULL || writer.changes == NULL) return false;
    for (size_t i = 0; i < writer.count; i++) writer.rows[i] = catalogue->locked[i];
    for (size_t i = 0; i < catalogue->use_count; i++) {
        const struct use *use = catalogue->uses[i];
        bool routes = use->status == STATUS_ACTIVE || use->status == STATUS_DEPRECATED;
        if (routes && !add_use(&writer, use)) return false;
    }
    qsort(writer.rows, writer.count, sizeof *writer.rows, by_subject);
    write_rows(&writer, out);
    *changes = writer.changes;
    *change_count = writer.change_count;
    return buffer_ok(out);
}

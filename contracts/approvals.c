#include "contracts/approvals.h"

#include "contracts/approval_surface.h"
#include "contracts/catalogue_files.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

struct reader {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct approvals *out;
};

static bool fault(struct reader *reader, const char *rule, const struct yaml_node *node, const char *what)
{
    struct place place = {reader->out->file, node != NULL ? node->line : 0, node != NULL ? node->column : 0};
    diagnostics_add(reader->diagnostics, rule, place, (struct span){NULL, 0}, "%s", what);
    return false;
}

static bool exhausted(struct reader *reader)
{
    reader->diagnostics->failed = true;
    return false;
}

/* ---------------------------------------------------------------- one entry */

static bool read_text(struct reader *reader, const struct yaml_node *node, struct span *out)
{
    if (!yaml_is(node, YAML_STRING) || node->text.size == 0)
        return fault(reader, "approval-file", node, "a text is expected here");
    *out = node->text;
    return true;
}

static bool read_date(struct reader *reader, const struct yaml_node *node, struct span *out)
{
    int32_t days;
    if (!read_text(reader, node, out)) return false;
    return date_parse(*out, &days) == TIMESTAMP_OK ||
           fault(reader, "approval-file", node, "a date such as \"2026-11-22\" is expected here");
}

static bool read_approver(struct reader *reader, const struct yaml_node *node, struct approver *out)
{
    const struct yaml_node *name = yaml_get(node, "name"), *date = yaml_get(node, "date");
    if (node->kind != YAML_MAP || node->count != 2 || name == NULL || date == NULL)
        return fault(reader, "approval-file", node, "name and date are expected here, and nothing else");
    return read_text(reader, name, &out->name) && read_date(reader, date, &out->date);
}

static bool read_approvers(struct reader *reader, const struct yaml_node *list, struct approval *approval)
{
    if (list->kind != YAML_SEQUENCE || list->count == 0)
        return fault(reader, "approval-file", list, "a list of who approved is expected here");
    struct approver *approvers = arena_calloc(reader->arena, list->count, sizeof *approvers);
    if (approvers == NULL) return exhausted(reader);
    for (size_t i = 0; i < list->count; i++)
        if (!read_approver(reader, list->items[i], &approvers[i])) return false;
    approval->approvers = approvers;
    approval->approver_count = list->count;
    return true;
}

/* The surface is read only once its digest says that it is what somebody approved. */
static bool read_surface(struct reader *reader, const struct yaml_node *map, const struct yaml_node *digest,
                         struct approval *approval)
{
    char sum[SURFACE_DIGEST_SIZE];
    struct surface_error error = {NULL, NULL};
    if (!read_text(reader, digest, &approval->digest)) return false;
    if (!approval_surface_digest(approval->contract, approval->model, map, sum)) return exhausted(reader);
    if (!span_equal(approval->digest, (struct span){sum, sizeof sum}))
        return fault(reader, "approval-edited", digest, "what stands below is not what has this digest");
    approval->surface = approval_surface_read(map, reader->arena, &error);
    if (approval->surface != NULL) return true;
    return error.node == NULL ? exhausted(reader) : fault(reader, "approval-file", error.node, error.message);
}

static const char *const entry_keys[] = {"contract", "model", "purposeSince", "approvedBy", "digest", "approved"};

/* Every key of an entry is there, and no other. */
static bool check_keys(struct reader *reader, const struct yaml_node *map)
{
    if (map->kind != YAML_MAP) return fault(reader, "approval-file", map, "a map is expected here");
    for (size_t i = 0; i < map->count; i++) {
        size_t at = 0;
        while (at < COUNT_OF(entry_keys) && !span_is(map->pairs[i].key->text, entry_keys[at])) at++;
        if (at == COUNT_OF(entry_keys))
            return fault(reader, "approval-file", map->pairs[i].key, "an approval has nothing of that name");
    }
    return map->count == COUNT_OF(entry_keys) ||
           fault(reader, "approval-file", map, "contract, model, purposeSince, approvedBy, digest and approved are all needed");
}

static bool same_entry(const struct approval *approval, struct span contract, struct span model)
{
    return span_equal(approval->contract, contract) && span_equal(approval->model, model);
}

static bool read_entry(struct reader *reader, const struct yaml_node *map)
{
    struct approval approval = {.place = {reader->out->file, map->line, map->column}};
    if (!check_keys(reader, map)) return false;
    bool fine = read_text(reader, yaml_get(map, "contract"), &approval.contract) &&
                read_text(reader, yaml_get(map, "model"), &approval.model) &&
                read_date(reader, yaml_get(map, "purposeSince"), &approval.purpose_since) &&
                read_approvers(reader, yaml_get(map, "approvedBy"), &approval) &&
                read_surface(reader, yaml_get(map, "approved"), yaml_get(map, "digest"), &approval);
    for (size_t i = 0; fine && i < reader->out->count; i++)
        if (same_entry(&reader->out->items[i], approval.contract, approval.model))
            fine = fault(reader, "approval-duplicate", map, "contract and model were approved further up already");
    if (fine) reader->out->items[reader->out->count++] = approval;
    return fine;
}

/* ---------------------------------------------------------------- the file */

/* All entries are read: each one's fault is told. */
static bool read_root(struct reader *reader, const struct yaml_node *root)
{
    const struct yaml_node *list = yaml_get(root, "approvals");
    bool fine = true;
    if (root->kind != YAML_MAP || root->count != 1 || list == NULL)
        return fault(reader, "approval-file", root, "a map with `approvals` alone is expected here");
    if (yaml_is(list, YAML_NULL)) return true;
    if (list->kind != YAML_SEQUENCE) return fault(reader, "approval-file", list, "a list of approvals is expected here");
    reader->out->items = arena_calloc(reader->arena, list->count + 1, sizeof *reader->out->items);
    if (reader->out->items == NULL) return exhausted(reader);
    for (size_t i = 0; i < list->count; i++) fine = read_entry(reader, list->items[i]) && fine;
    return fine;
}

bool approvals_parse(struct span text, struct span path, struct arena *arena, struct diagnostics *diagnostics,
                     struct approvals *out)
{
    struct reader reader = {arena, diagnostics, out};
    struct yaml_error error;
    *out = (struct approvals){.file = path, .there = true};
    const struct yaml_node *root = yaml_parse(text, arena, &error);
    if (root != NULL) return read_root(&reader, root);
    if (error.fault == YAML_FAULT_MEMORY) return exhausted(&reader);
    diagnostics_add(diagnostics, "approval-file", (struct place){path, error.line, error.column}, (struct span){NULL, 0}, "%s",
                    error.message);
    return false;
}

bool approvals_read(const char *dir, struct arena *arena, struct diagnostics *diagnostics, struct approvals *out)
{
    size_t size;
    struct span path = arena_printf(arena, "%s/" APPROVALS_FILE, dir);
    *out = (struct approvals){.file = path};
    if (path.data == NULL) {
        diagnostics->failed = true;
        return false;
    }
    if (access(path.data, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) return true;
    char *text = catalogue_file_read(&(struct catalogue_file){path, path}, &size, diagnostics);
    bool fine = text != NULL && approvals_parse((struct span){text, size}, path, arena, diagnostics, out);
    free(text);
    return fine;
}

const struct approval *approvals_find(const struct approvals *approvals, const struct use *use)
{
    for (size_t i = 0; i < approvals->count; i++)
        if (same_entry(&approvals->items[i], use->id, use->model->id)) return &approvals->items[i];
    return NULL;
}

/* catalogue.c - a folder of contracts becomes one catalogue, or a list of what is wrong with it.
 *
 *     files --yaml, odcs--> documents --resolve_model--> models --resolve_use--> uses --intent, schema, lock--> derived --lint
 *
 * YAML trees and documents live in a scratch arena that dies here; what they say (texts, names) lives in the catalogue's. */
#include "contracts/catalogue.h"

#include "codecs/buffer.h"
#include "codecs/date_pattern.h"
#include "codecs/digest.h"
#include "codecs/format.h"
#include "contracts/catalogue_files.h"
#include "contracts/catalogue_twins.h"
#include "contracts/draft.h"
#include "contracts/intent.h"
#include "contracts/limit.h"
#include "contracts/lock.h"
#include "contracts/quality.h"
#include "contracts/resolve.h"
#include "contracts/schema.h"

#include <stdlib.h>

#define ARENA_MAX ((size_t)2 << 30)

struct loading {
    struct catalogue *catalogue;
    struct arena *scratch;
    const struct catalogue_options *options;
    struct diagnostics *diagnostics;
    struct contract **contracts; /* on the heap; those with a role first get their turn by kind */
    size_t contract_count;
    size_t object_count;
    size_t dropped; /* contracts with a role that came to nothing */
};

void catalogue_options_init(struct catalogue_options *options)
{
    *options = (struct catalogue_options){.default_classification = CLASS_CONFIDENTIAL, .now = NO_TIME};
}

/* ---------------------------------------------------------------- reading */

static const char *fault_rule(enum yaml_fault fault)
{
    static const char *const rules[] = {
        [YAML_FAULT_SYNTAX] = "yaml-syntax",       [YAML_FAULT_DUPLICATE] = "yaml-duplicate-key",
        [YAML_FAULT_AMBIGUOUS] = "yaml-ambiguous", [YAML_FAULT_DOCUMENTS] = "yaml-documents",
        [YAML_FAULT_LIMIT] = "yaml-limit",         [YAML_FAULT_MEMORY] = "yaml-limit",
    };
    return rules[fault];
}

static void report_yaml(struct loading *loading, struct span file, const struct yaml_error *error, bool lenient)
{
    if (error->fault == YAML_FAULT_MEMORY) {
        loading->diagnostics->failed = true;
        return;
    }
    diagnostics_add(loading->diagnostics, fault_rule(error->fault), (struct place){file, error->line, error->column}, SPAN(""),
                    "%s", error->message);
    if (lenient) diagnostics_grade(loading->diagnostics, SEVERITY_WARNING);
}

static void note(struct loading *loading, const char *rule, struct span file, const char *text)
{
    diagnostics_add(loading->diagnostics, rule, (struct place){file, 0, 0}, SPAN(""), "%s", text);
}

/* A file that is no YAML may be anything; one that says what a contract says is a broken contract. */
static bool looks_like_a_contract(struct span text)
{
    return memmem(text.data, text.size, "DataContract", 12) != NULL || memmem(text.data, text.size, "headgateRole", 12) != NULL;
}

static bool states_role(const struct yaml_node *root)
{
    const struct yaml_node *list = yaml_get(root, "customProperties");
    for (size_t i = 0; list != NULL && list->kind == YAML_SEQUENCE && i < list->count; i++) {
        const struct yaml_node *property = yaml_get(list->items[i], "property");
        if (yaml_is(property, YAML_STRING) && span_is(property->text, "headgateRole")) return true;
    }
    return false;
}

/* Questions that `headgate new` left for a person. A file with any is not judged further: what else is wrong follows from them.
 */
static bool report_unanswered(struct loading *loading, struct span file, const struct yaml_node *node)
{
    bool found = false;
    for (size_t i = 0; i < node->count && node->kind == YAML_SEQUENCE; i++)
        found = report_unanswered(loading, file, node->items[i]) || found;
    for (size_t i = 0; i < node->count && node->kind == YAML_MAP; i++)
        found = report_unanswered(loading, file, node->pairs[i].value) || found;
    if (node->kind != YAML_SCALAR || !span_starts_with(node->text, SPAN(DRAFT_QUESTION))) return found;
    size_t skip = sizeof DRAFT_QUESTION - 1;
    diagnostics_add(loading->diagnostics, "unanswered", (struct place){file, node->line, node->column}, SPAN(""), "%.*s",
                    (int)(node->text.size - skip), node->text.data + skip);
    return true;
}

static void read_document(struct loading *loading, struct span file, const struct yaml_tree *tree)
{
    struct odcs odcs = {
        .arena = loading->scratch, .diagnostics = loading->diagnostics, .file = file, .role = odcs_role(tree->root)};
    odcs.lenient = !states_role(tree->root) && !loading->options->strict;
    for (const struct yaml_finding *finding = tree->findings; finding != NULL; finding = finding->next)
        report_yaml(loading, file, &finding->error, odcs.lenient);
    if (odcs.role != CONTRACT_OTHER && report_unanswered(loading, file, tree->root)) return;
    struct contract *contract = odcs_read(&odcs, tree->root);
    if (contract == NULL) return;
    if (odcs.role == CONTRACT_OTHER) note(loading, "file-ignored", file, "it has no headgateRole");
    loading->contracts[loading->contract_count++] = contract;
    loading->object_count += contract->object_count;
}

static void read_text(struct loading *loading, const struct catalogue_text *from, uint8_t *digest)
{
    struct yaml_tree tree;
    struct yaml_error error;
    sha256(from->text, digest);
    struct span file = arena_copy(loading->catalogue->arena, from->path);
    bool read = file.data != NULL && yaml_read_apart(from->text, loading->scratch, loading->catalogue->arena, &tree, &error);
    if (file.data == NULL)
        loading->diagnostics->failed = true;
    else if (!read && (looks_like_a_contract(from->text) || error.fault == YAML_FAULT_MEMORY))
        report_yaml(loading, file, &error, false);
    else if (!read || !odcs_is_contract(tree.root))
        note(loading, "file-skipped", file, read ? "it is no DataContract" : "it is no YAML that is read here");
    else
        read_document(loading, file, &tree);
}

static void read_file(struct loading *loading, const struct catalogue_file *from, uint8_t *digest)
{
    size_t size;
    char *bytes = catalogue_file_read(from, &size, loading->diagnostics);
    struct catalogue_text text = {from->path, {bytes, bytes != NULL ? size : 0}};
    if (bytes != NULL) read_text(loading, &text, digest);
    free(bytes);
}

/* First 12 hex digits of SHA-256 over names and contents: the same folder has the same version wherever it lies. */
static bool set_version(struct loading *loading, struct buffer *sum)
{
    uint8_t digest[SHA256_SIZE];
    char text[2 * SHA256_SIZE];
    bool ok = buffer_ok(sum);
    sha256(buffer_span(sum), digest);
    buffer_deinit(sum);
    hex_encode(digest, sizeof digest, text);
    if (ok) loading->catalogue->version = arena_copy(loading->catalogue->arena, (struct span){text, 12});
    return ok && loading->catalogue->version.data != NULL;
}

static void add_to_sum(struct buffer *sum, struct span name, const uint8_t *digest)
{
    buffer_append_span(sum, name);
    buffer_append_char(sum, '\0');
    buffer_append(sum, digest, SHA256_SIZE);
}

static bool expect_files(struct loading *loading, size_t count)
{
    loading->contracts = calloc(count + 1, sizeof(struct contract *));
    loading->catalogue->file_count = count;
    if (loading->contracts == NULL) loading->diagnostics->failed = true;
    return loading->contracts != NULL;
}

static bool read_files(struct loading *loading, const char *dir)
{
    struct catalogue_files files;
    struct buffer sum = BUFFER_EMPTY;
    catalogue_files_init(&files, loading->scratch);
    bool ok = catalogue_files_list(&files, dir, loading->diagnostics);
    ok = expect_files(loading, files.count) && ok;
    for (size_t i = 0; i < files.count && !loading->diagnostics->failed; i++) {
        uint8_t digest[SHA256_SIZE] = {0};
        read_file(loading, &files.items[i], digest);
        add_to_sum(&sum, files.items[i].relative, digest);
    }
    if (!set_version(loading, &sum)) loading->diagnostics->failed = true;
    catalogue_files_deinit(&files);
    return ok && !loading->diagnostics->failed;
}

static bool read_texts(struct loading *loading, const struct catalogue_text *texts, size_t count)
{
    struct buffer sum = BUFFER_EMPTY;
    if (!expect_files(loading, count)) return false;
    for (size_t i = 0; i < count && !loading->diagnostics->failed; i++) {
        uint8_t digest[SHA256_SIZE];
        read_text(loading, &texts[i], digest);
        add_to_sum(&sum, texts[i].path, digest);
    }
    if (!set_version(loading, &sum)) loading->diagnostics->failed = true;
    return !loading->diagnostics->failed;
}

/* ---------------------------------------------------------------- resolution */

static struct twins twins_of(const struct loading *loading)
{
    return (struct twins){loading->catalogue, loading->contracts, loading->contract_count, loading->diagnostics};
}

static bool resolve_models(struct loading *loading, struct resolver *resolver)
{
    struct catalogue *catalogue = loading->catalogue;
    struct model_entry *entries = arena_calloc(loading->scratch, loading->contract_count + 1, sizeof *entries);
    catalogue->models = arena_calloc(catalogue->arena, loading->contract_count + 1, sizeof(struct model *));
    if (entries == NULL || catalogue->models == NULL) return false;
    for (size_t i = 0; i < loading->contract_count && !loading->diagnostics->failed; i++) {
        const struct contract *contract = loading->contracts[i];
        if (contract->role != CONTRACT_MODEL || contract->id == NULL) continue;
        struct model *model = resolve_model(resolver, contract);
        entries[resolver->entry_count++] = (struct model_entry){contract->id->text, model};
        if (model != NULL) catalogue->models[catalogue->model_count++] = model;
        loading->dropped += model == NULL ? 1 : 0;
    }
    resolver->entries = entries; /* contracts are sorted by id */
    struct twins twins = twins_of(loading);
    twins_models(&twins);
    for (size_t i = 0; i < catalogue->model_count; i++) catalogue->models[i]->index = (uint32_t)i;
    quality_number(catalogue);
    return true;
}

static bool resolve_uses(struct loading *loading, struct resolver *resolver)
{
    struct catalogue *catalogue = loading->catalogue;
    catalogue->uses = arena_calloc(catalogue->arena, loading->object_count + 1, sizeof(struct use *));
    if (catalogue->uses == NULL) return false;
    for (size_t i = 0; i < loading->contract_count && !loading->diagnostics->failed; i++) {
        size_t count = 0;
        const struct contract *contract = loading->contracts[i];
        if (contract->role != CONTRACT_USE) continue;
        if (resolve_use(resolver, contract, catalogue->uses + catalogue->use_count, &count))
            catalogue->use_count += count;
        else
            loading->dropped++;
    }
    return true;
}

static void derive(struct loading *loading)
{
    struct catalogue *catalogue = loading->catalogue;
    size_t kept = 0;
    for (size_t i = 0; i < catalogue->use_count && !loading->diagnostics->failed; i++) {
        struct use *use = catalogue->uses[i];
        if (intent_derive(use, loading->options, catalogue->arena, loading->diagnostics) &&
            schema_derive(use, catalogue->arena, loading->diagnostics))
            catalogue->uses[kept++] = use;
    }
    catalogue->use_count = kept;
    struct twins twins = twins_of(loading);
    twins_topics(&twins);
    for (size_t i = 0; i < catalogue->use_count; i++) catalogue->uses[i]->index = (uint32_t)i;
}

/* model->uses, in the order of the catalogue's. */
static bool attach_uses(struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->use_count; i++) catalogue->uses[i]->model->use_count++;
    for (size_t i = 0; i < catalogue->model_count; i++) {
        struct model *model = catalogue->models[i];
        model->uses = arena_calloc(catalogue->arena, model->use_count + 1, sizeof(struct use *));
        if (model->uses == NULL) return false;
        model->use_count = 0;
    }
    for (size_t i = 0; i < catalogue->use_count; i++) {
        struct model *model = catalogue->uses[i]->model;
        model->uses[model->use_count++] = catalogue->uses[i];
    }
    return true;
}

static bool finish(struct loading *loading, const char *dir)
{
    struct catalogue *catalogue = loading->catalogue;
    if (!attach_uses(catalogue)) return false;
    if (dir != NULL && !lock_read(dir, catalogue, loading->diagnostics)) return !loading->diagnostics->failed;
    if (loading->diagnostics->errors == 0 && !schema_assign(catalogue)) return false;
    /* What uses do together is judged when all of them are there: one that is broken would look like one that is missing. */
    if (loading->diagnostics->errors > 0) return true;
    for (size_t i = 0; i < catalogue->model_count && !loading->diagnostics->failed; i++)
        lint_model(loading->diagnostics, loading->scratch, catalogue->models[i]);
    if (catalogue->model_count == 0)
        note(loading, "catalogue-empty", span_of(dir != NULL ? dir : ""), "no event model lies here");
    return true;
}

/* What follows the reading; `dir` is where schemas.lock lies, NULL for nowhere. */
static bool build(struct loading *loading, const char *dir)
{
    struct resolver resolver = {
        .arena = loading->catalogue->arena,
        .options = loading->options,
        .catalogue = loading->catalogue,
        .odcs = {.arena = loading->scratch, .diagnostics = loading->diagnostics},
    };
    struct twins twins = twins_of(loading);
    twins_contracts(&twins);
    if (!resolve_models(loading, &resolver) || !resolve_uses(loading, &resolver)) return false;
    derive(loading);
    /* A contract never vanishes without a word: whoever drops one has complained. */
    if (loading->dropped > 0 && loading->diagnostics->errors == 0) return false;
    return finish(loading, dir);
}

static struct catalogue *create_catalogue(const struct catalogue_options *options)
{
    struct arena *arena = arena_create(ARENA_MAX);
    struct catalogue *catalogue = arena != NULL ? arena_calloc(arena, 1, sizeof *catalogue) : NULL;
    if (catalogue == NULL) {
        arena_destroy(arena);
        return NULL;
    }
    catalogue->arena = arena;
    catalogue->framing = options->framing;
    return catalogue;
}

static bool begin(struct loading *loading, const struct catalogue_options *options, struct diagnostics *diagnostics)
{
    *loading = (struct loading){.options = options, .diagnostics = diagnostics};
    loading->catalogue = create_catalogue(options);
    loading->scratch = arena_create(ARENA_MAX);
    return loading->catalogue != NULL && loading->scratch != NULL && limit_copy_house(options, loading->catalogue);
}

static struct catalogue *end(struct loading *loading, bool built)
{
    struct diagnostics *diagnostics = loading->diagnostics;
    if (!built) diagnostics->failed = true;
    free(loading->contracts);
    arena_destroy(loading->scratch);
    diagnostics_sort(diagnostics);
    if (built && !diagnostics->failed && diagnostics->errors == 0) return loading->catalogue;
    catalogue_destroy(loading->catalogue);
    return NULL;
}

struct catalogue *catalogue_load(const char *dir, const struct catalogue_options *options, struct diagnostics *diagnostics)
{
    struct loading loading;
    bool ready = begin(&loading, options, diagnostics);
    if (ready && !read_files(&loading, dir)) ready = !diagnostics->failed; /* what can be read is judged all the same */
    return end(&loading, ready && build(&loading, dir));
}

struct catalogue *catalogue_load_texts(const struct catalogue_text *texts, size_t count, const struct catalogue_options *options,
                                       struct diagnostics *diagnostics)
{
    struct loading loading;
    bool ready = begin(&loading, options, diagnostics) && read_texts(&loading, texts, count);
    return end(&loading, ready && build(&loading, NULL));
}

void catalogue_destroy(struct catalogue *catalogue)
{
    if (catalogue == NULL) return;
    for (struct owned_pattern *owned = catalogue->patterns; owned != NULL; owned = owned->next)
        date_pattern_destroy(owned->pattern);
    arena_destroy(catalogue->arena);
}

/* ---------------------------------------------------------------- look-up */

const struct model *catalogue_model(const struct catalogue *catalogue, struct span event)
{
    size_t low = 0;
    size_t high = catalogue->model_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = span_compare(catalogue->models[middle]->event, event);
        if (order == 0) return catalogue->models[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void catalogue_find(const struct catalogue *catalogue, struct span contract, const struct model **model, const struct use **use)
{
    *model = NULL;
    *use = NULL;
    for (size_t i = 0; i < catalogue->use_count && *use == NULL; i++) {
        if (span_equal(catalogue->uses[i]->id, contract) || span_equal(catalogue->uses[i]->name, contract))
            *use = catalogue->uses[i];
    }
    for (size_t i = 0; i < catalogue->model_count && *model == NULL; i++) {
        const struct model *candidate = catalogue->models[i];
        if (span_equal(candidate->id, contract) || span_equal(candidate->name, contract) ||
            span_equal(candidate->event, contract))
            *model = candidate;
    }
}

/* catalogue.c - a folder of contracts becomes one catalogue, or a list of what is wrong with it.
 *
 *     file --yaml, odcs--> document --resolve_model--> model
 *                                   \\-resolve_use----> use      (as soon as its models are known; else it waits for the last
 * file) models, uses --intent, schema, lock--> derived --lint--> catalogue
 *
 * A document is many times as large as its file, and is needed until it is resolved: it lives on the page, an arena that the next
 * file uses again. What a document says (texts, names) lives in the catalogue's arena. Files that are named after a model are
 * read first, so that few uses wait; nothing else depends on the order. */
#include "contracts/catalogue.h"

#include "codecs/buffer.h"
#include "codecs/date_pattern.h"
#include "codecs/digest.h"
#include "codecs/format.h"
#include "contracts/catalogue_files.h"
#include "contracts/catalogue_twins.h"
#include "contracts/draft.h"
#include "contracts/foreign.h"
#include "contracts/intent.h"
#include "contracts/limit.h"
#include "contracts/lock.h"
#include "contracts/quality.h"
#include "contracts/resolve.h"
#include "contracts/schema.h"

#include <stdlib.h>

#define ARENA_MAX ((size_t)2 << 30)

/* A document whose models may lie in files that are yet to be read. */
struct waiting {
    struct arena *page;
    const struct contract *contract;
};

struct loading {
    struct catalogue *catalogue;
    struct arena *scratch; /* for the whole loading */
    struct arena *page;    /* for the document at hand */
    const struct catalogue_options *options;
    struct diagnostics *diagnostics;
    struct resolver resolver;
    /* on the heap, with room for one of each file */
    struct twin *twins;
    struct model_entry *entries;
    struct waiting *waiting;
    size_t twin_count;
    size_t waiting_count;
    bool sorted; /* the entries, by id */
    /* on the heap, growing: a file may hold many */
    struct use **uses;
    size_t use_count;
    size_t use_capacity;
    size_t dropped; /* contracts with a role that came to nothing */
};

void catalogue_options_init(struct catalogue_options *options)
{
    *options = (struct catalogue_options){.default_classification = CLASS_CONFIDENTIAL, .now = NO_TIME};
}

/* ---------------------------------------------------------------- resolution */

static int entries_by_id(const void *a, const void *b)
{
    return span_compare(((const struct model_entry *)a)->id, ((const struct model_entry *)b)->id);
}

static void sort_entries(struct loading *loading)
{
    if (!loading->sorted && loading->resolver.entry_count > 1)
        qsort(loading->entries, loading->resolver.entry_count, sizeof *loading->entries, entries_by_id);
    loading->sorted = true;
}

static void take_model(struct loading *loading, const struct contract *contract)
{
    struct catalogue *catalogue = loading->catalogue;
    struct model *model = resolve_model(&loading->resolver, contract);
    loading->entries[loading->resolver.entry_count++] = (struct model_entry){contract->id->text, model};
    loading->sorted = false;
    if (model != NULL) catalogue->models[catalogue->model_count++] = model;
    loading->dropped += model == NULL ? 1 : 0;
}

static bool knows_inputs(struct loading *loading, const struct contract *contract)
{
    sort_entries(loading);
    for (size_t i = 0; i < contract->input_count; i++) {
        const struct yaml_node *id = contract->inputs[i].id;
        if (id != NULL && resolve_find_model(&loading->resolver, id->text) == NULL) return false;
    }
    return true;
}

static bool have_room(struct loading *loading, size_t more)
{
    if (loading->uses != NULL && loading->use_capacity - loading->use_count >= more) return true;
    size_t capacity = 2 * loading->use_capacity + more + 64;
    struct use **uses = realloc(loading->uses, capacity * sizeof *uses);
    if (uses == NULL) {
        loading->diagnostics->failed = true;
        return false;
    }
    loading->uses = uses;
    loading->use_capacity = capacity;
    return true;
}

static void take_use(struct loading *loading, const struct contract *contract)
{
    size_t count = 0;
    if (!have_room(loading, contract->object_count)) return;
    if (resolve_use(&loading->resolver, contract, loading->uses + loading->use_count, &count))
        loading->use_count += count;
    else
        loading->dropped++;
}

/* The document keeps its page. */
static void put_aside(struct loading *loading, const struct contract *contract)
{
    struct arena *page = arena_create(ARENA_MAX);
    if (page == NULL) {
        loading->diagnostics->failed = true;
        return;
    }
    loading->waiting[loading->waiting_count++] = (struct waiting){loading->page, contract};
    loading->page = page;
}

static void take_document(struct loading *loading, const struct contract *contract)
{
    loading->twins[loading->twin_count++] = (struct twin){
        .id = contract->id != NULL ? contract->id->text : (struct span){NULL, 0},
        .place = contract_place(contract->file, contract->id),
        .role = contract->role,
    };
    if (contract->role == CONTRACT_MODEL && contract->id != NULL)
        take_model(loading, contract);
    else if (contract->role == CONTRACT_USE && knows_inputs(loading, contract))
        take_use(loading, contract);
    else if (contract->role == CONTRACT_USE)
        put_aside(loading, contract);
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
    struct odcs odcs = {.arena = loading->page, .diagnostics = loading->diagnostics, .file = file, .role = odcs_role(tree->root)};
    odcs.lenient = !states_role(tree->root) && !loading->options->strict;
    for (const struct yaml_finding *finding = tree->findings; finding != NULL; finding = finding->next)
        report_yaml(loading, file, &finding->error, odcs.lenient);
    if (odcs.role != CONTRACT_OTHER && report_unanswered(loading, file, tree->root)) return;
    struct contract *contract = odcs_read(&odcs, tree->root);
    if (contract == NULL) return;
    if (odcs.role == CONTRACT_OTHER) foreign_judge(&odcs, contract);
    if (odcs.role == CONTRACT_OTHER) note(loading, "file-ignored", file, "it has no headgateRole");
    take_document(loading, contract);
}

static void read_text(struct loading *loading, const struct catalogue_text *from, uint8_t *digest)
{
    struct yaml_tree tree;
    struct yaml_error error;
    sha256(from->text, digest);
    struct span file = arena_copy(loading->catalogue->arena, from->path);
    bool read = file.data != NULL && yaml_read_apart(from->text, loading->page, loading->catalogue->arena, &tree, &error);
    if (file.data == NULL)
        loading->diagnostics->failed = true;
    else if (!read && (looks_like_a_contract(from->text) || error.fault == YAML_FAULT_MEMORY))
        report_yaml(loading, file, &error, false);
    else if (!read || !odcs_is_contract(tree.root))
        note(loading, "file-skipped", file, read ? "it is no DataContract" : "it is no YAML that is read here");
    else
        read_document(loading, file, &tree);
    arena_reset(loading->page);
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
    loading->twins = calloc(count + 1, sizeof *loading->twins);
    loading->entries = calloc(count + 1, sizeof *loading->entries);
    loading->waiting = calloc(count + 1, sizeof *loading->waiting);
    loading->catalogue->models = arena_calloc(loading->catalogue->arena, count + 1, sizeof(struct model *));
    loading->catalogue->file_count = count;
    loading->resolver.entries = loading->entries;
    if (loading->twins != NULL && loading->entries != NULL && loading->waiting != NULL && loading->catalogue->models != NULL)
        return true;
    loading->diagnostics->failed = true;
    return false;
}

static bool is_named_after_a_model(struct span name)
{
    return memmem(name.data, name.size, "model", 5) != NULL;
}

/* Those named after a model, or all others. */
static void read_files_of(struct loading *loading, const struct catalogue_files *files, bool models,
                          uint8_t (*digests)[SHA256_SIZE])
{
    for (size_t i = 0; i < files->count && !loading->diagnostics->failed; i++)
        if (is_named_after_a_model(files->items[i].relative) == models) read_file(loading, &files->items[i], digests[i]);
}

static bool read_files(struct loading *loading, const char *dir)
{
    struct catalogue_files files;
    struct buffer sum = BUFFER_EMPTY;
    catalogue_files_init(&files, loading->scratch);
    bool ok = catalogue_files_list(&files, dir, loading->diagnostics);
    uint8_t(*digests)[SHA256_SIZE] = arena_calloc(loading->scratch, files.count + 1, sizeof *digests);
    ok = expect_files(loading, files.count) && ok;
    if (digests != NULL && loading->waiting != NULL) {
        read_files_of(loading, &files, true, digests);
        read_files_of(loading, &files, false, digests);
        for (size_t i = 0; i < files.count; i++) add_to_sum(&sum, files.items[i].relative, digests[i]);
    }
    if (digests == NULL || !set_version(loading, &sum)) loading->diagnostics->failed = true;
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

/* ---------------------------------------------------------------- all of them */

/* The uses whose models were not there, or came later: all files are read. */
static void take_waiting(struct loading *loading)
{
    sort_entries(loading);
    for (size_t i = 0; i < loading->waiting_count && !loading->diagnostics->failed; i++) {
        take_use(loading, loading->waiting[i].contract);
        arena_destroy(loading->waiting[i].page);
        loading->waiting[i].page = NULL;
    }
}

static struct twins twins_of(const struct loading *loading)
{
    return (struct twins){loading->catalogue, loading->twins, loading->twin_count, loading->diagnostics};
}

static bool gather(struct loading *loading)
{
    struct catalogue *catalogue = loading->catalogue;
    struct twins twins = twins_of(loading);
    twins_contracts(&twins);
    twins_models(&twins);
    for (size_t i = 0; i < catalogue->model_count; i++) catalogue->models[i]->index = (uint32_t)i;
    quality_number(catalogue);
    catalogue->uses = arena_calloc(catalogue->arena, loading->use_count + 1, sizeof(struct use *));
    if (catalogue->uses == NULL) return false;
    for (size_t i = 0; i < loading->use_count; i++) catalogue->uses[i] = loading->uses[i];
    catalogue->use_count = loading->use_count;
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
        lint_model(loading->diagnostics, loading->scratch, catalogue->models[i], loading->options->record_limit);
    if (catalogue->model_count == 0)
        note(loading, "catalogue-empty", span_of(dir != NULL ? dir : ""), "no event model lies here");
    return true;
}

/* What follows the reading; `dir` is where schemas.lock lies, NULL for nowhere. */
static bool build(struct loading *loading, const char *dir)
{
    take_waiting(loading);
    if (!gather(loading)) return false;
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
    loading->page = arena_create(ARENA_MAX);
    if (loading->catalogue == NULL || loading->scratch == NULL || loading->page == NULL) return false;
    if (!limit_copy_house(options, loading->catalogue)) return false;
    loading->resolver.arena = loading->catalogue->arena;
    loading->resolver.options = options;
    loading->resolver.catalogue = loading->catalogue;
    loading->resolver.odcs = (struct odcs){.arena = loading->scratch, .diagnostics = diagnostics};
    return true;
}

static struct catalogue *end(struct loading *loading, bool built)
{
    struct diagnostics *diagnostics = loading->diagnostics;
    if (!built) diagnostics->failed = true;
    for (size_t i = 0; i < loading->waiting_count; i++) arena_destroy(loading->waiting[i].page);
    free(loading->waiting);
    free(loading->entries);
    free(loading->twins);
    free(loading->uses);
    arena_destroy(loading->page);
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

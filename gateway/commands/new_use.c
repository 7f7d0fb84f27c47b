/* new_use.c - `headgate new use`: drafts a use of a model from a pattern. */
#include "contracts/near.h"
#include "contracts/use_draft.h"
#include "gateway/commands/contracts.h"
#include "gateway/commands/new_part.h"

static const struct command command_new_use = {
    .name = "new use",
    .summary = "Draft a use of a model: a pattern fills times, delivery and handling",
    .usage = "new use EVENT --fields a,b.c --pattern PATTERN [--out FILE] [FLAG...]",
    .details = "operational-lookup   within 5 minutes, kept 7 days; identifiers hashed, in order per person\n"
               "realtime-automation  within 5 seconds, kept 1 day; what is late is dropped; identifiers hashed\n"
               "analytics            within 1 hour, kept 30 days; identifiers hashed, times by the hour\n"
               "statutory            within 24 hours, kept 10 years, for a legal obligation; identifiers hashed\n"
               "ml-features          within 15 minutes, kept 30 days; identifiers hashed, times by the hour\n"
               "\n"
               "A field is a path such as customer.city; an object or array stands for all that lies in it. A field under its\n"
               "encryptedName is given encrypted. What is not named is not given.",
};

struct request {
    const char *fields, *pattern, *name, *id, *owner, *purpose, *data_use, *legal_basis, *reader, *out, *dir, *config;
    bool active;
};

/* ---------------------------------------------------------------- fields */

static const struct field *child_named(const struct field *field, struct span name, bool *encrypted)
{
    for (size_t i = 0; i < field->child_count; i++)
        if (span_equal(field->children[i]->name, name)) return field->children[i];
    for (size_t i = 0; i < field->child_count; i++) {
        *encrypted = field->children[i]->encrypted_name.data != NULL && span_equal(field->children[i]->encrypted_name, name);
        if (*encrypted) return field->children[i];
    }
    return NULL;
}

/* By a dotted path; arrays add nothing to it. *encrypted: it ends in the field's encryptedName. */
static const struct field *find_field(const struct field *root, struct span path, bool *encrypted)
{
    const struct field *at = root;
    while (path.size > 0 && at != NULL) {
        const char *dot = memchr(path.data, '.', path.size);
        struct span name = {path.data, dot != NULL ? (size_t)(dot - path.data) : path.size};
        while (at->items != NULL) at = at->items;
        at = child_named(at, name, encrypted);
        size_t used = dot != NULL ? name.size + 1 : name.size;
        path = (struct span){path.data + used, path.size - used};
    }
    return at == root ? NULL : at;
}

static void consider(const struct field *field, struct span wanted, struct span *nearest, unsigned *distance)
{
    enum { FAR = 4 };
    unsigned away = (unsigned)near_distance(wanted, field->path, FAR);
    if (field->path.size > 0 && away < FAR && away < *distance) {
        *distance = away;
        *nearest = field->path;
    }
    for (size_t i = 0; i < field->child_count; i++) consider(field->children[i], wanted, nearest, distance);
    if (field->items != NULL) consider(field->items, wanted, nearest, distance);
}

static bool take_field(const struct model *model, struct span path, bool *taken, bool *taken_encrypted)
{
    bool encrypted = false;
    const struct field *field = find_field(model->root, path, &encrypted);
    struct span nearest = {NULL, 0};
    unsigned distance = 100;
    if (field != NULL && field != model->consent) {
        (encrypted ? taken_encrypted : taken)[field->index] = true;
        return true;
    }
    if (field != NULL) {
        command_usage_error(&command_new_use, "--fields: '%.*s' is proof of consent, which no use receives", SPAN_ARGS(path));
        return false;
    }
    consider(model->root, path, &nearest, &distance);
    if (nearest.data != NULL)
        command_usage_error(&command_new_use, "--fields: the model has no field '%.*s'; did you mean '%.*s'?", SPAN_ARGS(path),
                            SPAN_ARGS(nearest));
    else
        command_usage_error(&command_new_use, "--fields: the model has no field '%.*s'", SPAN_ARGS(path));
    return false;
}

static bool take_fields(const struct request *request, const struct model *model, struct arena *arena, struct use_draft *draft)
{
    struct span text = span_of(request->fields);
    size_t count = 0;
    new_ask(arena, "Which fields does the use need? Paths, with commas.", &text);
    const struct span *paths = text.data != NULL ? new_list(arena, text, &count) : NULL;
    bool *taken = arena_calloc(arena, model->field_count, sizeof *taken);
    bool *encrypted = arena_calloc(arena, model->field_count, sizeof *encrypted);
    if (taken == NULL || encrypted == NULL || count == 0) {
        command_usage_error(&command_new_use, "--fields names what the use needs: nothing else is given to it");
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!take_field(model, paths[i], taken, encrypted)) return false;
    draft->taken = taken;
    draft->encrypted = encrypted;
    return true;
}

/* ---------------------------------------------------------------- answers */

static const struct use_pattern *choose_pattern(const struct request *request, struct arena *arena)
{
    struct span name = span_of(request->pattern);
    new_ask(arena, "Which pattern: operational-lookup, realtime-automation, analytics, statutory or ml-features?", &name);
    const struct use_pattern *pattern = name.data != NULL ? use_pattern_find(name) : NULL;
    if (pattern == NULL)
        command_usage_error(&command_new_use, "--pattern is one of operational-lookup, realtime-automation, analytics, statutory "
                                              "and ml-features");
    return pattern;
}

static bool read_answers(const struct request *request, struct use_draft *draft, struct arena *arena)
{
    struct span pattern = draft_slug(span_of(draft->pattern->name), arena);
    struct span name = request->name != NULL ? draft_slug(span_of(request->name), arena) : pattern;
    bool people = draft->model->subject_count > 0;
    draft->name = name;
    draft->id = span_of(request->id);
    if (draft->id.data == NULL && name.data != NULL)
        draft->id = arena_printf(arena, "urn:%.*s:use:%.*s:%.*s", SPAN_ARGS(draft->model->domain), SPAN_ARGS(draft->model->name),
                                 SPAN_ARGS(name));
    draft->purpose = span_of(request->purpose);
    draft->owner = span_of(request->owner);
    draft->data_use = span_of(request->data_use);
    draft->legal_basis = span_of(request->legal_basis);
    draft->reader = span_of(request->reader);
    new_ask(arena, "What is it for, in a sentence that the person concerned would understand?", &draft->purpose);
    new_ask(arena, "Who answers for it, such as sales@acme.example?", &draft->owner);
    new_ask(arena, "Which fideslang data use is that, such as functional.service.improve?", &draft->data_use);
    if (people && draft->pattern->legal_basis == NULL)
        new_ask(arena,
                "On which legal basis: contract, legal_obligation, vital_interest, public_task, legitimate_interest, consent?",
                &draft->legal_basis);
    if (draft->data_use.data != NULL && !new_check_key(&command_new_use, "data-use", FIDESLANG_DATA_USE, draft->data_use))
        return false;
    if (draft->id.data == NULL) command_usage_error(&command_new_use, "--name is a word such as order_volume");
    return draft->id.data != NULL;
}

/* ---------------------------------------------------------------- the whole */

static int draft(const struct contracts *contracts, const struct request *request, const char *event)
{
    const struct model *model;
    const struct use *use;
    struct use_draft draft = {.active = request->active};
    catalogue_find(contracts->catalogue, span_of(event), &model, &use);
    if (model == NULL) {
        contracts_unknown(contracts, &command_new_use, CONTRACTS_MODEL, event);
        return EXIT_USAGE;
    }
    draft.model = model;
    draft.pattern = choose_pattern(request, contracts->arena);
    if (draft.pattern == NULL) return EXIT_USAGE;
    if (!take_fields(request, model, contracts->arena, &draft) || !read_answers(request, &draft, contracts->arena))
        return EXIT_USAGE;
    struct buffer text = BUFFER_EMPTY;
    use_draft_write(&draft, &text);
    return new_give(&command_new_use, request->out, &text);
}

int new_use(int argc, char **argv)
{
    struct request request = {0};
    const struct flag flags[] = {
        {"fields", FLAG_TEXT, "PATHS", "what the use needs: a,b.c", NULL, &request.fields},
        {"pattern", FLAG_TEXT, "PATTERN", "see above", NULL, &request.pattern},
        {"name", FLAG_TEXT, "NAME", "the use's name, part of its topic (the pattern's)", NULL, &request.name},
        {"purpose", FLAG_TEXT, "TEXT", "what it is for", NULL, &request.purpose},
        {"owner", FLAG_TEXT, "USER", "who answers for it", NULL, &request.owner},
        {"data-use", FLAG_TEXT, "KEY", "fideslang data use", NULL, &request.data_use},
        {"legal-basis", FLAG_TEXT, "BASIS", "Art. 6 GDPR: contract, legitimate_interest, ...", NULL, &request.legal_basis},
        {"reader", FLAG_TEXT, "ROLE", "who may read it", NULL, &request.reader},
        {"id", FLAG_TEXT, "ID", "the contract's id (urn:DOMAIN:use:MODEL:NAME)", NULL, &request.id},
        {"active", FLAG_SWITCH, NULL, "status active instead of draft", &request.active, NULL},
        {"out", FLAG_TEXT, "FILE", "write there; a file that exists stays as it is", NULL, &request.out},
        {"contracts", FLAG_TEXT, "DIR", "folder with the model", NULL, &request.dir},
        {"config", FLAG_TEXT, "FILE", "configuration", NULL, &request.config},
    };
    int positionals, code;
    if (!command_flags(&command_new_use, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals < 1 || positionals > 2)
        return command_usage_error(&command_new_use, "an event and at most a folder are expected");
    struct contracts contracts;
    if (contracts_open(&contracts, &command_new_use, request.config, positionals == 2 ? argv[2] : request.dir, false, &code))
        code = contracts.catalogue != NULL ? draft(&contracts, &request, argv[1]) : contracts_refuse(&contracts);
    contracts_close(&contracts);
    return code;
}

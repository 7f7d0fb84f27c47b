/* new_model.c - `headgate new model`: drafts an event model. */
#include "codecs/json.h"
#include "contracts/infer.h"
#include "contracts/secret_file.h"
#include "gateway/commands/new_part.h"

static const struct command command_new_model = {
    .name = "new model",
    .summary = "Draft an event model, empty or from what there is",
    .usage = "new model [EVENT] [--from events.ndjson|schema.json|schema.avsc] [--out FILE] [FLAG...]\n"
             "       headgate new model --from-observed TYPE [--admin ADDRESS:PORT | --config FILE | PAGE.json] [--out FILE] "
             "[FLAG...]",
    .details =
        "Types, formats, lengths, digits, lists of few values and probable personal data are guessed, and marked as guesses.\n"
        "No value of an event gets into the file but words of such a list (2 to 12 words, each seen 5 times or more, in fields\n"
        "that do not look personal).\n"
        "--from-observed asks a running gateway what undeclared events of a sender with `undeclared_events: observe` look like:\n"
        "names and shapes that came 100 times or more, and no values. PAGE.json is a saved answer of its /observed/TYPE.",
};

struct request {
    const char *from, *id, *domain, *owner, *subjects, *subject_field, *event_time, *out;
    bool active;
    struct span event;
    struct new_observed observed; /* type NULL: not from there */
};

/* The least that an event is: an identity and a time, and whose data it is. */
static bool draft_skeleton(const struct request *request, struct draft_model *model, struct arena *arena)
{
    struct draft_field *root = draft_field_create(arena, SPAN(""), DRAFT_OBJECT);
    struct draft_field *id = draft_field_create(arena, SPAN("event_id"), DRAFT_STRING);
    struct draft_field *time = draft_field_create(arena, SPAN("occurred_at"), DRAFT_TIMESTAMP);
    if (root == NULL || id == NULL || time == NULL) return false;
    id->required = time->required = true;
    id->format = SPAN("uuid");
    time->zone = ZONE_OFFSET;
    root->children = id;
    id->next = time;
    model->root = root;
    struct span subject = span_of(request->subject_field);
    if (subject.data == NULL || !draft_is_name(subject)) return true;
    time->next = draft_field_create(arena, subject, DRAFT_STRING);
    if (time->next == NULL) return false;
    time->next->required = true;
    time->next->min_length = 1;
    time->next->max_length = 64;
    return true;
}

static bool infer(const struct request *request, struct draft_model *model, struct arena *arena, int *code)
{
    struct buffer text = BUFFER_EMPTY;
    struct infer_fault fault = {"out of memory", 0};
    const char *error = secret_file_read(request->from, SECRET_ANY, &text);
    bool read = error == NULL, fine = false;
    if (read && buffer_reserve(&text, JSON_PADDING) != NULL)
        fine = infer_file(span_of(request->from), buffer_span(&text), model, arena, &fault);
    buffer_deinit(&text);
    if (fine) return true;
    if (!read)
        *code = command_could_not(&command_new_model, "%s: %s", request->from, error);
    else if (fault.line > 0)
        *code = command_usage_error(&command_new_model, "%s:%zu: %s", request->from, fault.line, fault.message);
    else
        *code = command_usage_error(&command_new_model, "%s: %s", request->from, fault.message);
    return false;
}

/* ---------------------------------------------------------------- answers */

static bool read_subjects(const struct request *request, struct draft_model *model, struct arena *arena)
{
    struct span text = span_of(request->subjects);
    new_ask(arena, "Whose data is it? Keys such as customer, with commas; none when it is nobody's.", &text);
    if (text.data == NULL) return true;
    model->subjects_known = true;
    if (span_is(text, "none")) return true;
    model->subjects = new_list(arena, text, &model->subject_count);
    if (model->subjects == NULL) return false;
    for (size_t i = 0; i < model->subject_count; i++)
        if (!new_check_key(&command_new_model, "subjects", FIDESLANG_DATA_SUBJECT, model->subjects[i])) return false;
    return true;
}

static void read_answers(const struct request *request, struct draft_model *model, struct arena *arena)
{
    model->id = span_of(request->id);
    model->domain = span_of(request->domain);
    model->owner = span_of(request->owner);
    model->event_time = span_of(request->event_time);
    model->subject_field = span_of(request->subject_field);
    new_ask(arena, "Which business domain does the event belong to, such as shop?", &model->domain);
    new_ask(arena, "Who answers for it, such as checkout@acme.example?", &model->owner);
    if (model->id.data == NULL && model->domain.data != NULL)
        model->id = arena_printf(arena, "urn:%.*s:model:%.*s", SPAN_ARGS(model->domain), SPAN_ARGS(model->name));
}

/* The field named by a flag must be there; a mistake shows here and not only in check. */
static const struct draft_field *find_field(const struct draft_field *field, struct span path)
{
    const char *dot = memchr(path.data, '.', path.size);
    struct span name = {path.data, dot != NULL ? (size_t)(dot - path.data) : path.size};
    for (const struct draft_field *child = field->children; child != NULL; child = child->next) {
        if (child->kind == DRAFT_NOTHING || !span_equal(child->name, name)) continue;
        return dot == NULL ? child : find_field(child, (struct span){dot + 1, path.size - name.size - 1});
    }
    return NULL;
}

static bool check_paths(const struct request *request, const struct draft_model *model, int *code)
{
    const struct {
        const char *flag, *path;
    } rows[] = {{"subject-field", request->subject_field}, {"event-time", request->event_time}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].path == NULL || find_field(model->root, span_of(rows[i].path)) != NULL) continue;
        *code = command_usage_error(&command_new_model, "--%s: there is no field '%s'", rows[i].flag, rows[i].path);
        return false;
    }
    return true;
}

/* ---------------------------------------------------------------- the whole */

static bool name_event(const struct request *request, struct draft_model *model, struct arena *arena, int *code)
{
    if (model->event.data == NULL) new_ask(arena, "What is the event called, such as order.placed?", &model->event);
    if (model->event.data != NULL) model->name = draft_slug(model->event, arena);
    if (model->name.data != NULL) return true;
    *code = command_usage_error(&command_new_model, "name the event, such as order.placed%s",
                                request->from != NULL ? ": the file does not" : "");
    return false;
}

static int draft(const struct request *request, struct arena *arena)
{
    int code = EXIT_USAGE;
    struct draft_model model = {.event = request->event, .active = request->active};
    bool observed = request->observed.type != NULL;
    if (observed && !new_observed(&command_new_model, &request->observed, &model, arena, &code)) return code;
    if (request->from != NULL && !infer(request, &model, arena, &code)) return code;
    if (request->from == NULL && !observed && !draft_skeleton(request, &model, arena))
        return command_could_not(&command_new_model, "out of memory");
    if (!name_event(request, &model, arena, &code)) return code;
    read_answers(request, &model, arena);
    if (!read_subjects(request, &model, arena) || !check_paths(request, &model, &code)) return code;
    if (!draft_guess(&model, arena)) return command_could_not(&command_new_model, "out of memory");
    bool people = !model.subjects_known || model.subject_count > 0;
    if (people) new_ask(arena, "Which field says whose data it is, such as customer_id?", &model.subject_field);
    struct buffer text = BUFFER_EMPTY;
    draft_write_model(&model, &text);
    return new_give(&command_new_model, request->out, &text);
}

int new_model(int argc, char **argv)
{
    enum { MEMORY = 1 << 30 };
    struct request request = {0};
    const struct flag flags[] = {
        {"from", FLAG_TEXT, "FILE", "events (.ndjson, .json), a JSON Schema (.json), an Avro schema (.avsc)", NULL,
         &request.from},
        {"from-observed", FLAG_TEXT, "TYPE", "an undeclared event type that a gateway observes", NULL, &request.observed.type},
        {"admin", FLAG_TEXT, "ADDRESS:PORT", "that gateway's admin listener (admin.listen)", NULL, &request.observed.admin},
        {"config", FLAG_TEXT, "FILE", "the configuration that says where it is", NULL, &request.observed.config},
        {"domain", FLAG_TEXT, "NAME", "the business domain", NULL, &request.domain},
        {"owner", FLAG_TEXT, "USER", "who answers for the event", NULL, &request.owner},
        {"subjects", FLAG_TEXT, "KEYS", "whose data it is: customer,... ; none", NULL, &request.subjects},
        {"subject-field", FLAG_TEXT, "PATH", "the field that says whose data it is", NULL, &request.subject_field},
        {"event-time", FLAG_TEXT, "PATH", "the field that says when it happened", NULL, &request.event_time},
        {"id", FLAG_TEXT, "ID", "the contract's id (urn:DOMAIN:model:NAME)", NULL, &request.id},
        {"active", FLAG_SWITCH, NULL, "status active instead of draft", &request.active, NULL},
        {"out", FLAG_TEXT, "FILE", "write there; a file that exists stays as it is", NULL, &request.out},
    };
    int positionals, code;
    if (!command_flags(&command_new_model, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals > 1) return command_usage_error(&command_new_model, "one event at a time");
    if (request.from != NULL && request.observed.type != NULL)
        return command_usage_error(&command_new_model, "--from or --from-observed, not both");
    if (request.observed.type == NULL && request.observed.admin != NULL)
        return command_usage_error(&command_new_model, "--admin goes with --from-observed");
    if (positionals == 1 && request.observed.type != NULL)
        request.observed.file = argv[1];
    else if (positionals == 1)
        request.event = span_of(argv[1]);
    struct arena *arena = arena_create(MEMORY);
    if (arena == NULL) return command_could_not(&command_new_model, "out of memory");
    code = draft(&request, arena);
    arena_destroy(arena);
    return code;
}

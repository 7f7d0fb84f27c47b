/* resolve_use.c - a use-case contract: bound to its models, inherited, defaulted. One `struct use` per schema object. */
#include "contracts/fideslang.h"
#include "contracts/resolve.h"

#include <stdio.h>

struct use_reading {
    struct resolver *resolver;
    const struct contract *contract;
    struct identity identity;
    struct sla sla;
    struct use base; /* what all uses of the file have alike */
};

static void report(const struct use_reading *reading, const char *rule, const char *key, const struct yaml_node *node,
                   const char *text)
{
    odcs_report(&reading->resolver->odcs, rule, &reading->contract->part, key, node, "%s", text);
}

/* The position of a stated word, whose set odcs.c has checked; `otherwise` when it is not stated. */
static unsigned word_of(const char *words, const struct yaml_node *node, unsigned otherwise)
{
    unsigned position;
    return node != NULL && word_find(words, node->text, &position) ? position : otherwise;
}

static struct span text_of(const struct yaml_node *node)
{
    return node != NULL ? node->text : (struct span){NULL, 0};
}

static bool word_is(const struct yaml_node *node, const char *word)
{
    return node != NULL && span_is(node->text, word);
}

/* ---------------------------------------------------------------- what is stated at the root */

static void read_law(struct use_reading *reading)
{
    const struct contract *contract = reading->contract;
    struct use *base = &reading->base;
    if (reading->identity.purpose.size == 0) report(reading, "purpose", "description", NULL, "description.purpose is missing");
    if (!resolve_is_written(contract, "dataUse"))
        report(reading, "data-use", "customProperties", NULL, "dataUse is missing");
    else if (contract->data_use != NULL)
        resolve_check_key(reading->resolver, FIDESLANG_DATA_USE, "data-use", &contract->part, "dataUse", contract->data_use);
    if (contract->data_use != NULL) base->data_use = contract->data_use->text;
    static const char bases[] = "none consent contract legal_obligation vital_interest public_task legitimate_interest";
    base->legal_basis = (enum legal_basis)word_of(bases, contract->legal_basis, BASIS_NONE);
    base->special_category_basis = text_of(contract->special_category_basis);
    base->criminal_data_basis = text_of(contract->criminal_data_basis);
    bool consent = base->legal_basis == BASIS_CONSENT;
    if (consent && contract->consent == NULL)
        report(reading, "consent", "legalBasis", contract->legal_basis,
               "legalBasis is consent, and the customProperty consent is missing");
    if (!consent && contract->consent != NULL)
        report(reading, "consent", "consent", contract->consent->part.node, "consent is stated, and legalBasis is another");
    if (consent)
        report(reading, "consent-withheld", "legalBasis", contract->legal_basis,
               "every event is withheld until consent is served");
}

/* What would look like a control and is none in this version. */
static void refuse_unserved(const struct use_reading *reading)
{
    const struct contract *contract = reading->contract;
    if (word_is(contract->delivery, "spool"))
        report(reading, "not-served", "delivery", contract->delivery,
               "delivery: spool needs the spool, which this version does not serve");
    if (word_is(contract->on_blocked, "park"))
        report(reading, "not-served", "onBlocked", contract->on_blocked,
               "onBlocked: park needs the spool, which this version does not serve");
    const struct yaml_node *method = contract->erasure != NULL ? contract->erasure->method : NULL;
    if (word_is(method, "crypto_shred") || word_is(method, "tombstone"))
        odcs_report(&reading->resolver->odcs, "not-served", &contract->erasure->part, "method", method,
                    "erasure by %.*s is not served by this version", SPAN_ARGS(method->text));
}

static void read_choices(struct use_reading *reading)
{
    const struct contract *contract = reading->contract;
    struct use *base = &reading->base;
    base->on_late = (enum on_late)word_of("deliver divert drop", contract->on_late, ON_LATE_DELIVER);
    base->delivery = (enum durability)word_of("kafka spool memory", contract->delivery, DELIVERY_KAFKA);
    base->on_blocked = (enum on_blocked)word_of("park retry withhold", contract->on_blocked, ON_BLOCKED_RETRY);
    base->tagging = (enum tagging)word_of("compact full", contract->tagging, reading->resolver->options->default_tagging);
    bool rt = reading->sla.latency != NO_LIMIT && reading->sla.latency < US_PER_MINUTE;
    yaml_boolean_into(contract->trace, &base->trace);
    base->ordered = word_of("key none", contract->ordering, rt ? 1 : 0) == 0;
    if (rt && !resolve_is_written(contract, "onLate"))
        report(reading, "on-late", "customProperties", NULL, "latency is under 60 s, and onLate is missing");
    if (contract->erasure != NULL) {
        base->erasure_method = text_of(contract->erasure->method);
        base->erasure_exemption = text_of(contract->erasure->exemption);
        base->erasure_reason = text_of(contract->erasure->reason);
    }
    refuse_unserved(reading);
}

static void read_times(struct use_reading *reading)
{
    const struct contract *contract = reading->contract;
    struct use *base = &reading->base;
    const struct sla *sla = &reading->sla;
    base->latency_stated = sla->latency != NO_LIMIT;
    base->latency = base->latency_stated ? sla->latency : 24 * US_PER_HOUR;
    base->retention = sla->retention;
    base->frequency = sla->frequency;
    base->general_availability = sla->general_availability;
    base->end_of_support = sla->end_of_support;
    base->end_of_life = sla->end_of_life;
    if (sla->throughput_at != NULL)
        odcs_report(&reading->resolver->odcs, "not-enforced", &sla->throughput_at->part, "property", sla->throughput_at->property,
                    "throughput is what one sender may send: only a model's counts");
    if (sla->retention_at == NULL)
        report(reading, "retention-missing", "slaProperties", NULL, "the SLA property retention is missing");
    if (!resolve_duration(reading->resolver, "topicRetention", contract->topic_retention, &base->stated_topic_retention)) return;
    if (!resolve_duration(reading->resolver, "retainAtLeast", contract->retain_at_least, &base->retain_at_least)) return;
    if (base->retain_at_least != NO_LIMIT && base->retain_at_least > base->retention && base->retention != NO_LIMIT)
        report(reading, "retain-at-least", "retainAtLeast", contract->retain_at_least, "it is longer than the retention");
}

/* ---------------------------------------------------------------- regions, servers, readers */

static bool read_default_residency(struct use_reading *reading)
{
    const struct catalogue_options *options = reading->resolver->options;
    struct use *base = &reading->base;
    struct span *copy = resolve_room(reading->resolver, options->default_residency_count, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < options->default_residency_count; i++)
        copy[i] = arena_copy(reading->resolver->arena, options->default_residency[i]);
    base->residency = copy;
    base->residency_count = options->default_residency_count;
    return copy != NULL;
}

static bool read_residency(struct use_reading *reading)
{
    struct use *base = &reading->base;
    if (reading->contract->residency == NULL) return read_default_residency(reading);
    return resolve_residency(reading->resolver, &base->residency, &base->residency_count);
}

/* A use that states no regions has its model's, where that has any: nearer than what the configuration says for all. */
static void inherit_residency(const struct use_reading *reading, struct use *use)
{
    const struct limit *limit = &use->model->limit;
    if (reading->contract->residency != NULL || limit->residency_count == 0) return;
    use->residency = limit->residency;
    use->residency_count = limit->residency_count;
}

static bool is_allowed(const struct use *use, struct span region)
{
    for (size_t i = 0; i < use->residency_count; i++) {
        if (span_equal(use->residency[i], region)) return true;
    }
    return use->residency_count == 0;
}

static bool read_servers(struct use_reading *reading)
{
    const struct contract *contract = reading->contract;
    struct use *base = &reading->base;
    struct server *servers = resolve_room(reading->resolver, contract->server_count, sizeof *servers);
    if (servers == NULL) return false;
    for (size_t i = 0; i < contract->server_count; i++) {
        const struct contract_server *server = &contract->servers[i];
        if (!word_is(server->type, "kafka") || server->server == NULL) continue;
        struct span region = server->region != NULL ? server->region->text : (struct span){NULL, 0};
        servers[base->server_count++] = (struct server){server->server->text, region};
    }
    base->servers = servers;
    return true;
}

static void check_servers(const struct use_reading *reading, const struct use *use)
{
    const struct contract *contract = reading->contract;
    for (size_t i = 0; i < contract->server_count; i++) {
        const struct contract_server *server = &contract->servers[i];
        if (!word_is(server->type, "kafka") || server->region == NULL || is_allowed(use, server->region->text)) continue;
        odcs_report(&reading->resolver->odcs, "server-region", &server->part, "customProperties", server->region,
                    "%.*s is none of the use's regions", SPAN_ARGS(server->region->text));
    }
}

static bool read_recipients(struct use_reading *reading)
{
    const struct contract *contract = reading->contract;
    struct use *base = &reading->base;
    struct recipient *recipients = resolve_room(reading->resolver, contract->recipient_count, sizeof *recipients);
    if (recipients == NULL) return false;
    for (size_t i = 0; i < contract->recipient_count; i++) {
        const struct contract_recipient *from = &contract->recipients[i];
        if (from->role == NULL) continue;
        recipients[base->recipient_count++] = (struct recipient){from->role->text, text_of(from->access),
                                                                 text_of(from->first_approvers), text_of(from->second_approvers)};
    }
    base->recipients = recipients;
    if (base->recipient_count == 0 && status_is_live(base->status))
        report(reading, "no-reader", "roles", NULL, "there are no roles: nobody may read this");
    return true;
}

/* ---------------------------------------------------------------- what people want to know */

static bool read_documents(struct use_reading *reading)
{
    const struct contract_description *description = reading->contract->description;
    size_t count = description != NULL ? description->link_count : 0;
    struct document *documents = resolve_room(reading->resolver, count, sizeof *documents);
    for (size_t i = 0; documents != NULL && i < count; i++)
        documents[i] = (struct document){text_of(description->links[i].type), text_of(description->links[i].url)};
    reading->base.documents = documents;
    reading->base.document_count = count;
    return documents != NULL;
}

/* Whether they hold is judged apart: resolve_waivers_begin(). */
static bool read_waivers(struct use_reading *reading)
{
    const struct contract *contract = reading->contract;
    struct waiver *waivers = resolve_room(reading->resolver, contract->waiver_count, sizeof *waivers);
    for (size_t i = 0; waivers != NULL && i < contract->waiver_count; i++) {
        const struct contract_waiver *from = &contract->waivers[i];
        waivers[i] = (struct waiver){text_of(from->field), text_of(from->rule), text_of(from->reason), text_of(from->approved_by),
                                     text_of(from->until)};
    }
    reading->base.waivers = waivers;
    reading->base.waiver_count = contract->waiver_count;
    return waivers != NULL;
}

/* ---------------------------------------------------------------- binding */

/* The model of an input contract; NULL after a complaint, or when its own file is broken (*broken: it has complained already). */
static struct model *input_model(const struct use_reading *reading, const struct contract_input *input, bool *broken)
{
    struct odcs *odcs = &reading->resolver->odcs;
    if (input->id == NULL || input->version == NULL) return NULL;
    const struct model_entry *entry = resolve_find_model(reading->resolver, input->id->text);
    if (entry == NULL) {
        odcs_report(odcs, "input-contract", &input->part, "id", input->id, "there is no event model '%.*s'",
                    SPAN_ARGS(input->id->text));
        return NULL;
    }
    *broken = *broken || entry->model == NULL;
    if (entry->model == NULL) return NULL;
    char major[16];
    struct span text = {major, (size_t)snprintf(major, sizeof major, "%u", entry->model->major)};
    if (span_equal(input->version->text, text)) return entry->model;
    odcs_report(odcs, "input-contract", &input->part, "version", input->version, "the model is at version %.*s",
                SPAN_ARGS(entry->model->version));
    diagnostics_advise(odcs->diagnostics, "Write its major: version: '%u'.", entry->model->major);
    return NULL;
}

/* The input model whose object has the name of the use's. */
static struct model *bind(const struct use_reading *reading, const struct contract_property *object, struct model *const *inputs,
                          size_t count)
{
    bool whole = count > 0; /* else the missing input has been complained of */
    for (size_t i = 0; i < count; i++) {
        if (inputs[i] != NULL && span_equal(inputs[i]->root->name, object->name->text)) return inputs[i];
        whole = whole && inputs[i] != NULL;
    }
    if (!whole) return NULL;
    odcs_report(&reading->resolver->odcs, "object-unbound", &object->part, "name", object->name,
                "no input contract has the object '%.*s'", SPAN_ARGS(object->name->text));
    return NULL;
}

static struct model **read_inputs(const struct use_reading *reading, bool *broken)
{
    const struct contract *contract = reading->contract;
    struct model **inputs = resolve_room(reading->resolver, contract->input_count, sizeof(struct model *));
    if (inputs == NULL) return NULL;
    if (!resolve_is_written(contract, "inputContracts"))
        report(reading, "input-contract", "customProperties", NULL, "inputContracts names no model");
    for (size_t i = 0; i < contract->input_count; i++) inputs[i] = input_model(reading, &contract->inputs[i], broken);
    return inputs;
}

/* ---------------------------------------------------------------- one object */

static bool is_among(struct span text, const struct span *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (span_equal(list[i], text)) return true;
    }
    return false;
}

static bool read_subjects(const struct use_reading *reading, struct use *use)
{
    const struct yaml_node *list = reading->contract->data_subjects;
    const struct model *model = use->model;
    use->subjects = model->subjects;
    use->subject_count = model->subject_count;
    if (list == NULL) return true;
    for (size_t i = 0; i < list->count; i++) {
        if (!is_among(list->items[i]->text, model->subjects, model->subject_count))
            report(reading, "wider", "dataSubjects", list->items[i], "this subject is none of the model's");
    }
    return resolve_texts(reading->resolver, list, &use->subjects, &use->subject_count);
}

static bool read_regulations(const struct use_reading *reading, struct use *use)
{
    const struct yaml_node *list = reading->contract->regulations;
    const struct model *model = use->model;
    use->regulations = model->regulations;
    use->regulation_count = model->regulation_count;
    if (list == NULL) return true;
    for (size_t i = 0; i < list->count; i++) {
        if (!is_among(list->items[i]->text, model->regulations, model->regulation_count))
            report(reading, "wider", "regulations", list->items[i], "this regulation is none of the model's");
    }
    return resolve_texts(reading->resolver, list, &use->regulations, &use->regulation_count);
}

/* <domain>.<use>.v<major>, characters that no namespace can have as _. */
static struct span preset_namespace(struct resolver *resolver, const struct use *use)
{
    struct span text = arena_printf(resolver->arena, "%.*s.%.*s.v%u", SPAN_ARGS(use->domain), SPAN_ARGS(use->name), use->major);
    if (text.data == NULL) {
        odcs_exhausted(&resolver->odcs);
        return text;
    }
    char *bytes = (char *)text.data;
    for (size_t i = 0; i < text.size; i++) {
        bool letter =
            (bytes[i] >= 'a' && bytes[i] <= 'z') || (bytes[i] >= 'A' && bytes[i] <= 'Z') || (bytes[i] >= '0' && bytes[i] <= '9');
        if (!letter && bytes[i] != '.') bytes[i] = '_';
    }
    return text;
}

static bool is_namespace(struct span text)
{
    bool begin = true;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
        if (byte == '.' ? begin : !letter && (begin || byte < '0' || byte > '9')) return false;
        begin = byte == '.';
    }
    return !begin;
}

static void read_object(const struct use_reading *reading, const struct contract_property *object, struct use *use)
{
    struct resolver *resolver = reading->resolver;
    if (object->physical_name != NULL) use->stated_topic = object->physical_name->text;
    use->namespace_text = object->namespace_text != NULL ? object->namespace_text->text : preset_namespace(resolver, use);
    if (object->namespace_text != NULL && !is_namespace(use->namespace_text))
        odcs_report(&resolver->odcs, "custom-property-value", &object->part, "namespace", object->namespace_text,
                    "a namespace is names joined by dots");
    if (word_is(object->topic_kind, "state"))
        odcs_report(&resolver->odcs, "not-served", &object->part, "topicKind", object->topic_kind,
                    "topicKind: state is not served by this version");
    if (object->logical_type != NULL && !word_is(object->logical_type, "object"))
        odcs_report(&resolver->odcs, "logical-type", &object->part, "logicalType", object->logical_type,
                    "a schema object is an object");
}

/* latency and retention count from the event time, whatever name the use has given it. */
static void check_element(const struct use_reading *reading, const struct use *use, const struct contract_sla *entry)
{
    if (entry == NULL || entry->element_path == NULL) return;
    struct span rest = entry->element_path->text;
    bool found = false;
    while (rest.size > 0 && !found) {
        const char *comma = memchr(rest.data, ',', rest.size);
        struct span path = {rest.data, comma != NULL ? (size_t)(comma - rest.data) : rest.size};
        rest = comma != NULL ? (struct span){comma + 1, rest.size - path.size - 1} : (struct span){rest.data + rest.size, 0};
        while (path.size > 0 && path.data[0] == ' ') path = (struct span){path.data + 1, path.size - 1};
        struct span object = use->root->name;
        if (path.size > object.size && span_starts_with(path, object) && path.data[object.size] == '.')
            path = (struct span){path.data + object.size + 1, path.size - object.size - 1};
        const struct field *field = resolve_path(use->root, path);
        const struct field *source = field != NULL ? field->source : resolve_path(use->model->root, path);
        found = source != NULL && source == use->model->event_time;
    }
    if (!found)
        odcs_report(&reading->resolver->odcs, "sla-element", &entry->part, "element", entry->element_path,
                    "'%.*s' is not the event time", SPAN_ARGS(entry->element_path->text));
}

static bool read_use(struct use_reading *reading, const struct contract_property *object, struct model *model, struct use *use)
{
    struct resolver *resolver = reading->resolver;
    const struct contract *contract = reading->contract;
    *use = reading->base;
    use->model = model;
    use->domain = model->domain;
    use->place = contract_place(contract->file, object->part.node);
    if (contract->domain != NULL && !span_equal(contract->domain->text, model->domain))
        odcs_report(&resolver->odcs, "element-value", &contract->part, "domain", contract->domain,
                    "a use's domain is its model's: %.*s", SPAN_ARGS(model->domain));
    read_object(reading, object, use);
    inherit_residency(reading, use);
    check_servers(reading, use);
    if (!read_subjects(reading, use) || !read_regulations(reading, use)) return false;
    if (!resolve_projection(resolver, object, use)) return false;
    check_element(reading, use, reading->sla.latency_at);
    check_element(reading, use, reading->sla.retention_at);
    govern_use(resolver, use, &reading->sla);
    return true;
}

/* ---------------------------------------------------------------- the whole */

static void fill_base(struct use_reading *reading)
{
    struct use *base = &reading->base;
    const struct identity *identity = &reading->identity;
    base->id = identity->id;
    base->name = identity->name;
    base->version = identity->version;
    base->major = identity->major;
    base->status = identity->status;
    base->purpose = identity->purpose;
    base->limitations = identity->limitations;
    base->owner = identity->owner;
    base->contact = identity->contact;
    read_law(reading);
    read_times(reading);
    read_choices(reading);
}

bool resolve_use(struct resolver *resolver, const struct contract *contract, struct use **uses, size_t *count)
{
    resolve_begin(resolver, contract);
    struct use_reading reading = {.resolver = resolver, .contract = contract};
    size_t errors = resolver->odcs.diagnostics->errors;
    bool broken = false;
    bool known = resolve_identity(resolver, &reading.identity);
    bool served = resolve_sla(resolver, &reading.sla);
    if (!known || !served) return false;
    fill_base(&reading);
    if (!read_residency(&reading) || !read_servers(&reading) || !read_recipients(&reading)) return false;
    if (!read_documents(&reading) || !read_waivers(&reading)) return false;
    struct model **inputs = read_inputs(&reading, &broken);
    if (inputs == NULL || broken) return false;
    if (contract->object_count == 0) report(&reading, "element-missing", "schema", NULL, "a use has a schema object per model");
    resolve_waivers_begin(resolver);
    bool whole = contract->object_count > 0;
    for (size_t i = 0; i < contract->object_count; i++) {
        const struct contract_property *object = &contract->objects[i];
        struct model *model = object->name != NULL ? bind(&reading, object, inputs, contract->input_count) : NULL;
        struct use *use = model != NULL ? resolve_room(resolver, 1, sizeof *use) : NULL;
        if (use != NULL && read_use(&reading, object, model, use))
            uses[(*count)++] = use;
        else
            whole = false;
    }
    resolve_waivers_end(resolver);
    return whole && resolver->odcs.diagnostics->errors == errors;
}

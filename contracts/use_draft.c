#include "contracts/use_draft.h"

#include "contracts/fideslang.h"

/* The common kinds of use, by what they are for and how soon they must know. */
static const struct use_pattern patterns[] = {
    {.name = "operational-lookup",
     .summary = "a team looks up what happened to one order, parcel or person; pseudonyms are stable within the use",
     .latency = "5 min",
     .retention = "7 d",
     .driver = "operational",
     .on_late = "deliver",
     .delivery = "kafka",
     .ordering = "key",
     .keyed = true},
    {.name = "realtime-automation",
     .summary = "a machine acts within seconds; what comes too late to act on is not given",
     .latency = "5 s",
     .retention = "1 d",
     .driver = "operational",
     .on_late = "drop",
     .delivery = "kafka",
     .ordering = "none",
     .keyed = true},
    {.name = "analytics",
     .summary = "people count and compare; no record leads to a person, and times are too coarse to join by",
     .latency = "1 h",
     .retention = "30 d",
     .driver = "analytics",
     .on_late = "deliver",
     .delivery = "kafka",
     .ordering = "none",
     .coarse_time = "generalise(unit=hour)",
     .hides_id = true},
    {.name = "statutory",
     .summary = "a law asks for the record; put the law's own period in place of ten years",
     .latency = "24 h",
     .retention = "10 y",
     .driver = "regulatory",
     .on_late = "deliver",
     .delivery = "kafka",
     .ordering = "key",
     .erasure = "{method: none, exemption: legal_obligation}",
     .retain_at_least = "10 y",
     .legal_basis = "legal_obligation"},
    {.name = "ml-features",
     .summary = "a model learns from many events; pseudonyms group them, times are coarse",
     .latency = "15 min",
     .retention = "30 d",
     .driver = "analytics",
     .on_late = "deliver",
     .delivery = "kafka",
     .ordering = "key",
     .coarse_time = "generalise(unit=hour)",
     .keyed = true,
     .hides_id = true},
};

const struct use_pattern *use_patterns(size_t *count)
{
    *count = COUNT_OF(patterns);
    return patterns;
}

const struct use_pattern *use_pattern_find(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(patterns); i++)
        if (span_is(name, patterns[i].name)) return &patterns[i];
    return NULL;
}

/* ---------------------------------------------------------------- handling */

struct treatment {
    const char *logic; /* NULL: passes */
    bool text;         /* the result is a string */
    bool lowers;       /* the class by one step */
    const char *why;
};

static bool is_identifier(const struct use_draft *draft, const struct field *field)
{
    bool found = field == draft->model->subject || field->classification == CLASS_RESTRICTED;
    for (size_t i = 0; i < field->category_count && !found; i++) found = fideslang_is_identifying(field->categories[i]);
    for (size_t i = 0; i < draft->model->primary_key_count && draft->pattern->hides_id && !found; i++)
        found = draft->model->primary_key[i] == field;
    return found;
}

/* A step of a hundred units: a place within a kilometre or two, an amount to the nearest hundred. */
static const char *round_logic(const struct field *field)
{
    if (field->type == TYPE_INT || field->type == TYPE_LONG) return "round(step=100)";
    if (field->type == TYPE_DECIMAL && field->scale < 2) return "round(step=10)";
    return "round(step=0.01)";
}

static struct treatment treat_identifier(const struct field *field)
{
    switch (field->type) {
    case TYPE_DECIMAL:
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return (struct treatment){round_logic(field), false, false, "it never passes exactly"};
    case TYPE_DATE: return (struct treatment){"generalise(unit=month)", false, true, "it never passes exactly"};
    case TYPE_TIMESTAMP: return (struct treatment){"generalise(unit=day)", false, true, "it never passes exactly"};
    default: break;
    }
    if (field->rules.format == FORMAT_IPV4 || field->rules.format == FORMAT_IPV6)
        return (struct treatment){"truncate_ip(v4=24, v6=48)", true, true, "the network is enough"};
    return (struct treatment){"hmac_sha256(scope=use)", true, true, "a pseudonym that no other use shares"};
}

static struct treatment treatment_of(const struct use_draft *draft, const struct field *field)
{
    if (is_identifier(draft, field)) return treat_identifier(field);
    const char *coarse = draft->pattern->coarse_time;
    if (coarse != NULL && field->type == TYPE_TIMESTAMP) return (struct treatment){coarse, false, true, "exact times join"};
    if (coarse != NULL && field->type == TYPE_DATE && field->classification >= CLASS_CONFIDENTIAL)
        return (struct treatment){"generalise(unit=month)", false, true, "exact dates join"};
    return (struct treatment){NULL, false, false, NULL};
}

/* ---------------------------------------------------------------- properties */

static bool takes_encrypted(const struct use_draft *draft, const struct field *field)
{
    return draft->encrypted != NULL && draft->encrypted[field->index];
}

static bool takes_below(const struct use_draft *draft, const struct field *field)
{
    if (draft->taken[field->index] || takes_encrypted(draft, field)) return true;
    for (size_t i = 0; i < field->child_count; i++)
        if (takes_below(draft, field->children[i])) return true;
    return field->items != NULL && takes_below(draft, field->items);
}

static void line(struct buffer *out, unsigned depth, const char *text)
{
    buffer_printf(out, "%*s%s\n", (int)depth, "", text);
}

static bool is_key(const struct use_draft *draft, const struct field *field)
{
    return draft->pattern->keyed && field == draft->model->subject;
}

static void write_logic(const struct field *field, struct treatment treatment, unsigned depth, struct buffer *out)
{
    bool lowers = treatment.lowers && field->classification >= CLASS_CONFIDENTIAL;
    if (treatment.text) line(out, depth, "logicalType: string");
    if (lowers)
        buffer_printf(out, "%*sclassification: %s\n", (int)depth, "",
                      classification_word((enum classification)(field->classification - 1)));
    buffer_printf(out, "%*stransformLogic: %s # %s\n", (int)depth, "", treatment.logic, treatment.why);
}

static void write_treatment(const struct use_draft *draft, const struct field *field, unsigned depth, struct buffer *out)
{
    struct treatment treatment = treatment_of(draft, field);
    if (treatment.logic != NULL) write_logic(field, treatment, depth, out);
}

static void write_encrypted(const struct field *field, unsigned depth, struct buffer *out)
{
    buffer_printf(out, "%*s- name: %.*s\n", (int)depth, "", SPAN_ARGS(field->encrypted_name));
    write_logic(field, (struct treatment){"encrypt(key=use)", true, true, "readable for those who are given the use's key"},
                depth + 2, out);
}

static void write_properties(const struct use_draft *draft, const struct field *field, bool whole, unsigned depth,
                             struct buffer *out);

static void write_inside(const struct use_draft *draft, const struct field *field, bool whole, unsigned depth,
                         struct buffer *out);

/* Maps of plain values are taken as they are, by their name, where no type has to be stated; no function is served on keys. */
static bool states_map(const struct use_draft *draft, const struct field *map)
{
    if (draft->typed) return true;
    const struct field *value = map->items->children[1];
    return !type_is_scalar(value->type) || treatment_of(draft, value).logic != NULL;
}

static void write_map(const struct use_draft *draft, const struct field *map, bool whole, unsigned depth, struct buffer *out)
{
    const struct field *key = map->items->children[0], *value = map->items->children[1];
    if (is_identifier(draft, key))
        line(out, depth, "# its keys are restricted: a waiver of restricted-raw has to say why they pass");
    if (!states_map(draft, map)) return;
    line(out, depth, "map:");
    line(out, depth + 2, "key: {logicalType: string}");
    line(out, depth + 2, "value:");
    write_inside(draft, value, whole || draft->taken[value->index], depth + 4, out);
}

static void write_inside(const struct use_draft *draft, const struct field *field, bool whole, unsigned depth, struct buffer *out)
{
    bool retyped = type_is_scalar(field->type) && treatment_of(draft, field).text; /* told with the treatment */
    if (draft->typed && !retyped) buffer_printf(out, "%*slogicalType: %s\n", (int)depth, "", field_type_word(field));
    if (field->type == TYPE_OBJECT) {
        write_properties(draft, field, whole, depth, out);
    } else if (field->type == TYPE_MAP) {
        write_map(draft, field, whole, depth, out);
    } else if (field->type == TYPE_ARRAY) {
        line(out, depth, "items:");
        buffer_printf(out, "%*sname: %.*s\n", (int)depth + 2, "", SPAN_ARGS(field->items->name));
        write_inside(draft, field->items, whole || draft->taken[field->items->index], depth + 2, out);
    } else {
        write_treatment(draft, field, depth, out);
    }
}

static void write_properties(const struct use_draft *draft, const struct field *field, bool whole, unsigned depth,
                             struct buffer *out)
{
    line(out, depth, "properties:");
    for (size_t i = 0; i < field->child_count; i++) {
        const struct field *child = field->children[i];
        bool taken = type_is_scalar(child->type) ? draft->taken[child->index] : takes_below(draft, child);
        if (child == draft->model->consent) continue;
        if (takes_encrypted(draft, child)) write_encrypted(child, depth + 2, out);
        if (!whole && !taken) continue;
        buffer_printf(out, "%*s- name: %.*s\n", (int)depth + 2, "", SPAN_ARGS(child->name));
        if (is_key(draft, child)) line(out, depth + 4, "partitioned: true # one person's events stay in order");
        if (is_key(draft, child)) line(out, depth + 4, "partitionKeyPosition: 1");
        write_inside(draft, child, whole || draft->taken[child->index], depth + 4, out);
    }
}

/* ---------------------------------------------------------------- the document */

static void write_answer(struct buffer *out, struct span answer, const char *question)
{
    if (answer.data != NULL)
        draft_write_text(out, answer);
    else
        buffer_printf(out, "\"" DRAFT_QUESTION "%s\"", question);
}

/* `map` came with v3.2.0. */
static bool states_maps(const struct use_draft *draft, const struct field *field, bool whole)
{
    whole = whole || draft->taken[field->index];
    if (!whole && !takes_below(draft, field)) return false;
    if (field->type == TYPE_MAP) return states_map(draft, field);
    bool found = field->items != NULL && states_maps(draft, field->items, whole);
    for (size_t i = 0; i < field->child_count && !found; i++) found = states_maps(draft, field->children[i], whole);
    return found;
}

static void write_head(const struct use_draft *draft, struct buffer *out)
{
    const struct use_pattern *pattern = draft->pattern;
    buffer_printf(out, "# Pattern %s: %s.\n", pattern->name, pattern->summary);
    buffer_printf(out,
                  "# Only the fields named here are given. Shorten what is longer than the purpose needs.\n"
                  "apiVersion: %s\nkind: DataContract\nid: ",
                  draft->typed ? "v3.2.0" : "v3.1.0");
    draft_write_text(out, draft->id);
    buffer_append_text(out, "\nname: ");
    draft_write_text(out, draft->name);
    buffer_printf(out, "\nversion: 1.0.0\nstatus: %s\ndescription:\n  purpose: ",
                  draft->active ? "active" : "draft # evaluated and counted, nothing is produced; active routes");
    write_answer(out, draft->purpose, "what this use is for, in a sentence that the person concerned would understand");
    buffer_append_text(out, "\nteam:\n  members:\n    - {username: ");
    write_answer(out, draft->owner, "who answers for this use, such as sales@acme.example");
    buffer_append_text(out, ", role: owner}\n");
    if (draft->reader.data == NULL) return;
    buffer_append_text(out, "roles:\n  - {role: ");
    draft_write_text(out, draft->reader);
    buffer_append_text(out, ", access: read}\n");
}

/* "5 min" as value and unit. */
static void write_sla(struct buffer *out, const char *property, const char *duration, const char *driver)
{
    int value = (int)(strchr(duration, ' ') - duration);
    buffer_printf(out, "  - {property: %s, value: %.*s, unit: %s, driver: %s}\n", property, value, duration, duration + value + 1,
                  driver);
}

static void write_customs(const struct use_draft *draft, struct buffer *out)
{
    const struct use_pattern *pattern = draft->pattern;
    struct span basis =
        draft->legal_basis.data == NULL && pattern->legal_basis != NULL ? span_of(pattern->legal_basis) : draft->legal_basis;
    buffer_append_text(out, "customProperties:\n  - {property: headgateRole, value: useCase}\n"
                            "  - {property: inputContracts, value: [{id: ");
    draft_write_text(out, draft->model->id);
    buffer_printf(out, ", version: '%u'}]}\n  - {property: dataUse, value: ", draft->model->major);
    write_answer(out, draft->data_use, "a fideslang data use, such as functional.service.improve");
    buffer_append_text(out, "}\n");
    if (draft->model->subject_count > 0 || basis.data != NULL) {
        buffer_append_text(out, "  - {property: legalBasis, value: ");
        write_answer(out, basis, "contract, legal_obligation, vital_interest, public_task, legitimate_interest or consent");
        buffer_append_text(out, "}\n");
    }
    buffer_printf(out,
                  "  - {property: onLate, value: %s}\n  - {property: delivery, value: %s}\n  - {property: ordering, value: %s}\n",
                  pattern->on_late, pattern->delivery, pattern->ordering);
    if (pattern->erasure != NULL) buffer_printf(out, "  - {property: erasure, value: %s}\n", pattern->erasure);
    if (pattern->retain_at_least != NULL)
        buffer_printf(out, "  - {property: retainAtLeast, value: %s}\n", pattern->retain_at_least);
}

void use_draft_write(const struct use_draft *wanted, struct buffer *out)
{
    struct use_draft typed = *wanted;
    const struct use_draft *draft = &typed;
    typed.typed = false;
    typed.typed = states_maps(draft, wanted->model->root, false);
    write_head(draft, out);
    buffer_printf(out, "schema:\n  - name: %.*s\n", SPAN_ARGS(draft->model->root->name));
    write_properties(draft, draft->model->root, draft->taken[0], 4, out);
    buffer_append_text(out, "slaProperties:\n");
    write_sla(out, "latency", draft->pattern->latency, draft->pattern->driver);
    write_sla(out, "retention", draft->pattern->retention, draft->pattern->driver);
    write_customs(draft, out);
}

/* odcs_custom.c - customProperties: which are ours, which are nearly ours, which are somebody else's. */
#include "contracts/near.h"
#include "contracts/odcs.h"

static bool is_place(enum element_place place)
{
    return place >= PLACE_CUSTOM_ROOT && place <= PLACE_CUSTOM_SERVER;
}

/* One of ours by its exact name, wherever it belongs. */
static const struct element_row *find_anywhere(struct span name)
{
    for (int place = PLACE_CUSTOM_ROOT; place <= PLACE_CUSTOM_SERVER; place++) {
        const struct element_row *row = element_find((enum element_place)place, name);
        if (row != NULL) return row;
    }
    return NULL;
}

static const struct element_row *find_misspelt(struct span name)
{
    size_t count;
    const struct element_row *rows = element_rows(&count);
    for (size_t i = 0; i < count; i++) {
        if (is_place(rows[i].place) && near_misspelt(name, span_of(rows[i].name))) return &rows[i];
    }
    return NULL;
}

static void report_misspelt(struct odcs *odcs, const struct contract_custom *custom, const struct element_row *row)
{
    struct span name = custom->property->text;
    odcs_report(odcs, "custom-property-misspelt", &custom->part, "property", custom->property, "'%.*s' is nearly '%s'",
                SPAN_ARGS(name), row->name);
    /* Without its role the whole file would be set aside: never silently. */
    if (span_is(SPAN("headgateRole"), row->name)) diagnostics_grade(odcs->diagnostics, SEVERITY_ERROR);
    diagnostics_advise(odcs->diagnostics, "Write '%s', or choose a name that is not so close to it.", row->name);
}

static const char *home_of(enum element_place place)
{
    static const char *const homes[] = {
        [PLACE_CUSTOM_ROOT] = "the root",
        [PLACE_CUSTOM_OBJECT] = "a schema object",
        [PLACE_CUSTOM_PROPERTY] = "a property",
        [PLACE_CUSTOM_SERVER] = "a server",
    };
    return homes[place];
}

/* A name that is not of this place. */
static void judge_foreign(struct odcs *odcs, enum element_place place, const struct contract_custom *custom)
{
    struct span name = custom->property->text;
    const struct element_row *row = find_anywhere(name);
    if (row != NULL && place != PLACE_CUSTOM_OTHER) {
        odcs_report(odcs, "custom-property-place", &custom->part, "property", custom->property, "'%.*s' belongs to %s",
                    SPAN_ARGS(name), home_of(row->place));
        return;
    }
    row = row == NULL ? find_misspelt(name) : NULL;
    if (row != NULL) {
        report_misspelt(odcs, custom, row);
        return;
    }
    if (!odcs->lenient)
        odcs_report(odcs, "custom-property-unknown", &custom->part, "property", custom->property,
                    "'%.*s' is carried without effect", SPAN_ARGS(name));
}

static bool has_role(const struct odcs *odcs, const struct element_row *row)
{
    return odcs->role == CONTRACT_OTHER || (row->roles & (1U << odcs->role)) != 0;
}

static void judge(struct odcs *odcs, enum element_place place, const struct contract_custom *custom, void *target)
{
    const struct element_row *row = is_place(place) ? element_find(place, custom->property->text) : NULL;
    if (row == NULL) {
        judge_foreign(odcs, place, custom);
        return;
    }
    if (!has_role(odcs, row)) {
        odcs_report(odcs, "custom-property-place", &custom->part, "property", custom->property, "'%s' has a meaning only in %s",
                    row->name, odcs->role == CONTRACT_MODEL ? "a use" : "an event model");
        return;
    }
    if (custom->value != NULL) odcs_element(odcs, row, &custom->part, custom->value, target);
}

static bool is_named(const struct contract_custom *custom)
{
    return yaml_is(custom->property, YAML_STRING);
}

static bool is_repeated(const struct contract_custom *customs, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (is_named(&customs[i]) && span_equal(customs[i].property->text, customs[index].property->text)) return true;
    }
    return false;
}

void odcs_customs(struct odcs *odcs, enum element_place place, const struct contract_custom *customs, size_t count, void *target)
{
    for (size_t i = 0; i < count && !odcs->diagnostics->failed; i++) {
        if (!is_named(&customs[i])) continue;
        if (i < 200 && is_repeated(customs, i))
            odcs_report(odcs, "custom-property-duplicate", &customs[i].part, "property", customs[i].property,
                        "'%.*s' stands twice", SPAN_ARGS(customs[i].property->text));
        else
            judge(odcs, place, &customs[i], target);
    }
}

enum contract_role odcs_role(const struct yaml_node *root)
{
    const struct yaml_node *list = yaml_get(root, "customProperties");
    for (size_t i = 0; list != NULL && list->kind == YAML_SEQUENCE && i < list->count; i++) {
        const struct yaml_node *property = yaml_get(list->items[i], "property");
        const struct yaml_node *value = yaml_get(list->items[i], "value");
        if (!yaml_is(property, YAML_STRING) || !span_is(property->text, "headgateRole") || !yaml_is(value, YAML_STRING)) continue;
        if (span_is(value->text, "eventModel")) return CONTRACT_MODEL;
        if (span_is(value->text, "useCase")) return CONTRACT_USE;
    }
    return CONTRACT_OTHER;
}

/* resolve.h - from documents as written to models and uses in which everything is stated.
 *
 *     struct contract --resolve_model--> struct model   (types, rules, classes)
 *     struct contract --resolve_use----> struct use     (bound to its model, narrowed, handled, inherited)
 *
 * Complaints go through odcs_report(), so they carry file, line, column and element path. Nothing here stops at the first
 * complaint: what can still be judged is judged. A function that returns NULL or false has complained, or the arena is exhausted
 * (diagnostics->failed). */
#ifndef HEADGATE_CONTRACTS_RESOLVE_H
#define HEADGATE_CONTRACTS_RESOLVE_H

#include "contracts/catalogue.h"
#include "contracts/contract.h"
#include "contracts/limit.h"
#include "contracts/odcs.h"

/* Date patterns live on the heap; the catalogue frees them. */
struct owned_pattern {
    struct date_pattern *pattern;
    struct owned_pattern *next;
};

/* A model by its contract's id. */
struct model_entry {
    struct span id;
    struct model *model; /* NULL: its file is broken, and has complained */
};

struct resolver {
    struct arena *arena;
    const struct catalogue_options *options;
    struct catalogue *catalogue;
    const struct model_entry *entries; /* sorted by id, when uses are resolved */
    size_t entry_count;
    struct odcs odcs; /* of the contract at hand: where complaints go */
    const struct contract *contract;
    struct span subject_path;   /* of the model at hand */
    struct quality **qualities; /* of the model at hand: where its rules that count go; NULL: a use, which has none */
    size_t quality_count;
    uint64_t waivers_valid; /* of the use at hand: a bit per waiver */
    uint64_t waivers_used;
};

/* Makes `contract` the one at hand. */
void resolve_begin(struct resolver *resolver, const struct contract *contract);

/* NULL when no file declares a model of this id. */
const struct model_entry *resolve_find_model(const struct resolver *resolver, struct span id);

/* Zeroed room in the catalogue's arena; NULL with diagnostics->failed set. */
void *resolve_room(struct resolver *resolver, size_t count, size_t size) MUST_CHECK;

/* ---- resolve_identity.c: what models and uses have alike */

struct identity {
    struct span id, name, version, purpose, limitations, owner, contact;
    uint32_t major;
    enum status status;
};
/* False after diagnostics. */
bool resolve_identity(struct resolver *resolver, struct identity *out) MUST_CHECK;

/* Whether the root has a customProperty of this name, well-shaped or not: what is there but wrong is not missing too. */
bool resolve_is_written(const struct contract *contract, const char *name);

/* A list of texts as spans; *out has one span of room more than *count. NULL element = none. */
bool resolve_texts(struct resolver *resolver, const struct yaml_node *list, const struct span **out, size_t *count) MUST_CHECK;

/* Keys of the taxonomy. `kind` is an enum fideslang_kind; complaints by `rule`. */
void resolve_check_key(struct resolver *resolver, int kind, const char *rule, const struct part *part, const char *key,
                       const struct yaml_node *node);

/* Whether the contract routes, or soon will: what retired contracts lack hurts nobody. */
bool status_is_live(enum status status);

/* ---- resolve_sla.c */

struct sla {
    int64_t latency, retention, frequency;                                /* us; NO_LIMIT */
    int64_t general_availability, end_of_support, end_of_life;            /* NO_TIME */
    int64_t throughput;                                                   /* NO_LIMIT */
    double error_rate;                                                    /* percent; negative = none */
    const struct contract_sla *retention_at, *latency_at, *throughput_at; /* where stated; NULL */
};
/* What slaProperties promise; false after diagnostics. */
bool resolve_sla(struct resolver *resolver, struct sla *out) MUST_CHECK;

/* A duration in a customProperty; NO_LIMIT when `node` is NULL. */
bool resolve_duration(struct resolver *resolver, const char *key, const struct yaml_node *node, int64_t *us) MUST_CHECK;

/* date or date-time. */
bool resolve_instant(struct span text, int64_t *us) MUST_CHECK;

/* ---- resolve_type.c, resolve_rules.c, resolve_quality.c: one property */

/* Type, format, physicalType and Avro hints into the field; then its rules. False when the field has no type. */
bool resolve_type(struct resolver *resolver, const struct contract_property *property, struct field *field) MUST_CHECK;
void resolve_rules(struct resolver *resolver, const struct contract_property *property, struct field *field);

/* Complains of options that the property's logicalType has not. */
void resolve_stray_options(struct odcs *odcs, const struct contract_property *property);

/* The same of what stands in a use: only what is stated, without the range of an integer format. */
void resolve_stated_rules(struct resolver *resolver, const struct contract_property *property, struct field *field);

/* Complains at the property's options when no value lies within the field's bounds. */
void resolve_check_bounds(struct resolver *resolver, const struct contract_property *property, const struct field *field);
void resolve_quality(struct resolver *resolver, const struct contract_property *property, struct field *field);

/* Rules of a field of which nothing is stated: no limits, but those that its type has. */
void resolve_open_rules(struct field *field);

/* Narrows an open field's bounds to those of an integer format (i8 .. u128). */
void resolve_integer_range(struct field *field, struct span format);

/* The logicalType by name; false when there is none. */
bool resolve_logical_type(struct span word, enum type *type) MUST_CHECK;

/* Names, description, tags, categories and the like, of models and uses. */
bool resolve_annotations(struct resolver *resolver, const struct contract_property *property, struct field *field) MUST_CHECK;

/* A class by the house's or our own name. False after a complaint. */
bool resolve_class(struct resolver *resolver, const struct contract_property *property, enum classification *out) MUST_CHECK;

/* ---- resolve_model.c, of use to projections too */

/* name and wire_name, legal in Avro; false without a name. */
bool resolve_names(struct resolver *resolver, const struct contract_property *property, struct field *field) MUST_CHECK;

/* Whether Avro takes it as a name. */
bool resolve_is_name(struct span name);

/* The path of a child of `parent` (NULL or the root: the name alone). */
struct span resolve_field_path(struct resolver *resolver, const struct field *parent, struct span name);

/* ---- resolve_map.c */

/* logicalType map where the contract's apiVersion does not have it yet. */
void resolve_map_version(struct resolver *resolver, const struct contract_property *property);

/* The entry of a map as if it had been written as an object with the properties `key` and `value`. A use (`in_use`) may leave
 * them out. NULL after a complaint. */
const struct contract_property *resolve_map_entry(struct resolver *resolver, const struct contract_property *map,
                                                  bool in_use) MUST_CHECK;

/* The Avro name of a map's values. */
struct span resolve_map_value_name(struct resolver *resolver, const struct contract_property *map, const struct field *field);

/* Complains of siblings with one name; false when out of memory. */
bool resolve_unique_names(struct resolver *resolver, const struct contract_property *object,
                          const struct field *field) MUST_CHECK;

/* ---- resolve_key.c */

enum key_kind { KEY_PRIMARY, KEY_PARTITION };

/* The fields below `root` that the object's properties mark as key, in the order of their positions; arrays hold none. False when
 * the arena is exhausted. */
bool resolve_key(struct resolver *resolver, const struct contract_property *object, struct field *root, enum key_kind kind,
                 const struct field ***out, size_t *count) MUST_CHECK;

/* ---- resolve_example.c */
void resolve_examples(struct resolver *resolver, const struct contract_property *property, const struct field *field);

/* ---- resolve_model.c, resolve_use.c, resolve_projection.c */

/* A model of a contract whose role is model, in the catalogue's arena; NULL after diagnostics. */
struct model *resolve_model(struct resolver *resolver, const struct contract *contract) MUST_CHECK;

/* The field at a dotted path of names below `root`; NULL. Array items add nothing to a path. */
struct field *resolve_path(struct field *root, struct span path);

/* One use per schema object, appended to uses[*count], which has room for them; false after complaints. */
bool resolve_use(struct resolver *resolver, const struct contract *contract, struct use **uses, size_t *count) MUST_CHECK;

/* The projection: use->root and use->key. */
bool resolve_projection(struct resolver *resolver, const struct contract_property *object, struct use *use) MUST_CHECK;

/* Numbers the fields of a tree from 0, parents first; how many there are. */
uint32_t resolve_number_fields(struct field *root);

/* ---- resolve_handling.c: transformLogic of one field, and the class it may have */
bool resolve_handling(struct resolver *resolver, const struct contract_property *property, const struct field *source,
                      struct field *field) MUST_CHECK;

/* The lowest class that a field of `class` may have after this handling. */
enum classification handling_lowest_class(const struct handling *handling, const struct field *source);

/* ---- resolve_twin.c: encryptedName */

/* Of a model's property, into the field; and of all properties of an object, that none has another's name. */
void resolve_twin_declared(struct resolver *resolver, const struct contract_property *property, struct field *field);
void resolve_twins_declared(struct resolver *resolver, const struct contract_property *object);

/* The model's field whose encryptedName this is, among the anchor's children; NULL. */
struct field *resolve_twin_source(const struct field *anchor, struct span name);

/* Complains of a use's field that is encrypted and called otherwise, or called so and not encrypted, or not of this source. The
 * anchor is the model's object that the field's own object stands for. */
void resolve_twin_judge(struct resolver *resolver, const struct contract_property *property, const struct field *anchor,
                        const struct field *field);

/* ---- resolve_narrow.c: what a use states of a field that passes; `field` comes as the source's copy */
bool resolve_narrow(struct resolver *resolver, const struct contract_property *property, const struct field *source,
                    struct field *field) MUST_CHECK;

/* ---- resolve_waiver.c */

/* Whether a valid waiver of the contract at hand excuses this; marks it as used. `field` is the dotted path of the use's names.
 */
bool resolve_is_waived(struct resolver *resolver, struct span field, const char *rule);

/* Checks the waivers of the contract at hand, before it is resolved; and complains of unused ones, after. */
void resolve_waivers_begin(struct resolver *resolver);
void resolve_waivers_end(struct resolver *resolver);

/* ---- resolve_limit.c: what a model and its fields permit at most. False when the arena is exhausted */

/* The root's regions, of a model or a use; none when they are not stated. */
bool resolve_residency(struct resolver *resolver, const struct span **out, size_t *count) MUST_CHECK;

/* permittedDataUses, permittedLegalBases and, of a model, retention. */
bool resolve_field_limit(struct resolver *resolver, const struct contract_property *property, struct field *field) MUST_CHECK;
bool resolve_model_limit(struct resolver *resolver, const struct sla *sla, struct limit *out) MUST_CHECK;

/* ---- govern.c: what is asked of a use, with govern_law.c (facts of law) and govern_limits.c (upper bounds); lint.c: what uses
 * do together */
void govern_use(struct resolver *resolver, const struct use *use, const struct sla *sla);
void govern_law(struct resolver *resolver, const struct use *use);
void govern_limits(struct resolver *resolver, const struct use *use, const struct sla *sla);
void lint_model(struct diagnostics *diagnostics, struct arena *arena, const struct model *model, int64_t record_limit);

#endif

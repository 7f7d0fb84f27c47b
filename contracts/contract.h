/* contract.h - one ODCS document as it was written: every element that stands in the file, with its place, nothing inherited.
 *
 * Elements are kept as YAML nodes: NULL = not stated; else the node has the shape that the table of elements (odcs_elements.c)
 * asks for, so readers need not check it again. What the elements mean together is resolve.c's business (catalogue.h).
 * Ownership: everything lives in the arena that the document was read into. */
#ifndef HEADGATE_CONTRACTS_CONTRACT_H
#define HEADGATE_CONTRACTS_CONTRACT_H

#include "codecs/arena.h"
#include "contracts/diagnostic.h"
#include "contracts/yaml.h"

enum contract_role { CONTRACT_OTHER, CONTRACT_MODEL, CONTRACT_USE };

enum odcs_version { ODCS_3_0, ODCS_3_1, ODCS_3_2 };

#define NO_INDEX UINT32_MAX

/* What every part of a document begins with: where it stands. The element path is rendered from it only when somebody asks. */
struct part {
    const struct part *parent;
    const struct yaml_node *node;
    const char *key; /* of the parent; NULL at the root */
    uint32_t index;  /* in a list; NO_INDEX */
};

typedef const struct yaml_node *element;

struct contract_custom {
    struct part part;
    element property, value, id, description, vendor;
};

struct contract_link {
    struct part part;
    element id, type, url, description;
};

struct contract_description {
    struct part part;
    element purpose, usage, limitations;
    struct contract_link *links;
    size_t link_count;
};

/* logicalTypeOptions */
struct contract_options {
    struct part part;
    element min_length, max_length, pattern, format;
    element minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
    element timezone, default_timezone;
    element min_items, max_items, unique_items;
    element min_properties, max_properties, required;
};

enum quality_operator {
    MUST_BE,
    MUST_NOT_BE,
    MUST_BE_GREATER,
    MUST_BE_GREATER_OR_EQUAL,
    MUST_BE_LESS,
    MUST_BE_LESS_OR_EQUAL,
    MUST_BE_BETWEEN,
    MUST_NOT_BE_BETWEEN,
    QUALITY_OPERATORS
};

struct contract_quality {
    struct part part;
    element id, type, metric, rule, arguments, unit, severity;
    element operators[QUALITY_OPERATORS];
    element query, engine, implementation;
};

/* The keys and values of a property of logicalType map. */
struct contract_map {
    struct part part;
    struct contract_property *key, *value;
};

/* A schema object, a property, the items of an array, or the key or value of a map. */
struct contract_property {
    struct part part;
    element id, name, physical_name, physical_type, logical_type, description, tags, business_name;
    element required, primary_key, primary_key_position, unique, partitioned, partition_position;
    element classification, encrypted_name, critical, examples, enumeration, semantic_type;
    element sources, logic, logic_description; /* transformSourceObjects, transformLogic, transformDescription */
    struct contract_options *options;
    struct contract_quality *qualities;
    size_t quality_count;
    struct contract_property *properties;
    size_t property_count;
    struct contract_property *items;
    struct contract_map *map;
    struct contract_custom *customs;
    size_t custom_count;
    /* customProperties of an object */
    element topic_kind, namespace_text, event_time_field, subject_field, residency_field, consent_field, undeclared_fields;
    /* customProperties of a property */
    element data_categories, precision, scale, avro_type, avro_logical_type, avro_default, avro_aliases, custom_enum, source;
    element permitted_data_uses, permitted_legal_bases;
};

struct contract_sla {
    struct part part;
    element property, value, unit, element_path, value_ext, driver;
};

struct contract_server {
    struct part part;
    element server, type, host, format, location;
    struct contract_custom *customs;
    size_t custom_count;
    element region;
};

struct contract_recipient {
    struct part part;
    element role, access, first_approvers, second_approvers;
};

struct contract_member {
    struct part part;
    element username, name, role;
};

struct contract_team {
    struct part part;
    element name;
    struct contract_member *members;
    size_t member_count;
};

struct contract_input {
    struct part part;
    element id, version;
};

struct contract_waiver {
    struct part part;
    element field, rule, reason, approved_by, until;
};

struct contract_erasure {
    struct part part;
    element method, scope, exemption, reason;
};

struct contract_consent {
    struct part part;
    element max_age;
};

struct contract {
    struct part part;
    struct span file;
    enum contract_role role;
    enum odcs_version odcs;
    element api_version, kind, id, name, version, status, domain, tenant, tags;
    struct contract_description *description;
    struct contract_property *objects;
    size_t object_count;
    struct contract_server *servers;
    size_t server_count;
    struct contract_recipient *recipients;
    size_t recipient_count;
    struct contract_sla *slas;
    size_t sla_count;
    struct contract_team *team;
    struct contract_custom *customs;
    size_t custom_count;
    /* customProperties of the root */
    element headgate_role, data_subjects, regulations, data_use, legal_basis, special_category_basis, criminal_data_basis;
    element permitted_data_uses, permitted_legal_bases; /* of a model */
    element residency, on_late, delivery, on_blocked, ordering, tagging, topic_retention, retain_at_least, trace;
    struct contract_input *inputs;
    size_t input_count;
    struct contract_consent *consent;
    struct contract_erasure *erasure;
    struct contract_waiver *waivers;
    size_t waiver_count;
};

/* What a reading of one document needs, and how strictly it judges. */
struct odcs {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct span file;
    enum contract_role role;
    enum odcs_version version;
    bool lenient; /* a file without a role: what would be an error is a warning */
};

/* The place of a node in this file; of the whole file when it is NULL. */
struct place contract_place(struct span file, const struct yaml_node *node);

/* schema[0].properties[2].logicalType: the path of a part, and of an element in it (`key` may be NULL). Empty when the arena is
 * exhausted. */
struct span contract_path(struct arena *arena, const struct part *part, const char *key);

#endif

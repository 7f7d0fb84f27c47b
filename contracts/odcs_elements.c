/* odcs_elements.c - the one table of elements: what an ODCS document may hold, since when, in what shape, and what becomes of it.
 *
 * Columns: place, name, since, verdict, shape, place of its parts, where it is stored, where its count is, must, roles, words. */
#include "contracts/odcs.h"

#include "codecs/attributes.h"
#include "contracts/near.h"

#include <stddef.h>

enum { IN_MODEL = 1 << CONTRACT_MODEL, IN_USE = 1 << CONTRACT_USE, IN_BOTH = IN_MODEL | IN_USE };

#define AT(type, member) offsetof(struct type, member)

/* Grouped by place, in the order of enum element_place: element_find() relies on it. */
/* clang-format off */
static const struct element_row rows[] = {
    /* ROOT */
    {PLACE_ROOT, "apiVersion", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract, api_version), NOT_STORED, true, 0, NULL},
    {PLACE_ROOT, "kind", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract, kind), NOT_STORED, true, 0, NULL},
    {PLACE_ROOT, "id", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract, id), NOT_STORED, true, 0, NULL},
    {PLACE_ROOT, "name", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract, name), NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "version", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract, version), NOT_STORED, true, 0, NULL},
    {PLACE_ROOT, "status", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract, status), NOT_STORED, true, 0, NULL},
    {PLACE_ROOT, "domain", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract, domain), NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "tenant", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract, tenant), NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "dataProduct", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "tags", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXTS, 0, AT(contract, tags), NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "description", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PART, PLACE_DESCRIPTION, AT(contract, description), NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "servers", ODCS_3_0, ELEMENT_TAGS, SHAPE_PARTS, PLACE_SERVER, AT(contract, servers), AT(contract, server_count), false, 0, NULL},
    {PLACE_ROOT, "schema", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PARTS, PLACE_OBJECT, AT(contract, objects), AT(contract, object_count), false, 0, NULL},
    {PLACE_ROOT, "support", ODCS_3_0, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_SUPPORT, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "price", ODCS_3_0, ELEMENT_CARRIED, SHAPE_PART, PLACE_PRICE, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "team", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEAM, PLACE_TEAM, AT(contract, team), NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "roles", ODCS_3_0, ELEMENT_TAGS, SHAPE_PARTS, PLACE_RECIPIENT, AT(contract, recipients), AT(contract, recipient_count), false, 0, NULL},
    {PLACE_ROOT, "slaDefaultElement", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "slaProperties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PARTS, PLACE_SLA, AT(contract, slas), AT(contract, sla_count), false, 0, NULL},
    {PLACE_ROOT, "authoritativeDefinitions", ODCS_3_0, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "customProperties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_CUSTOMS, PLACE_CUSTOM, AT(contract, customs), AT(contract, custom_count), false, 0, NULL},
    {PLACE_ROOT, "contractCreatedTs", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_ROOT, "context", ODCS_3_2, ELEMENT_CARRIED, SHAPE_CONTEXT, PLACE_CONTEXT, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* DESCRIPTION */
    {PLACE_DESCRIPTION, "purpose", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_description, purpose), NOT_STORED, false, 0, NULL},
    {PLACE_DESCRIPTION, "usage", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_description, usage), NOT_STORED, false, 0, NULL},
    {PLACE_DESCRIPTION, "limitations", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_description, limitations), NOT_STORED, false, 0, NULL},
    {PLACE_DESCRIPTION, "authoritativeDefinitions", ODCS_3_0, ELEMENT_TAGS, SHAPE_PARTS, PLACE_LINK, AT(contract_description, links), AT(contract_description, link_count), false, 0, NULL},
    {PLACE_DESCRIPTION, "customProperties", ODCS_3_0, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* OBJECT */
    {PLACE_OBJECT, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_property, id), NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "name", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, name), NOT_STORED, true, 0, NULL},
    {PLACE_OBJECT, "physicalName", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, physical_name), NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "physicalType", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_property, physical_type), NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "logicalType", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, logical_type), NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "description", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_property, description), NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "businessName", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_property, business_name), NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "dataGranularityDescription", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "tags", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXTS, 0, AT(contract_property, tags), NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "authoritativeDefinitions", ODCS_3_0, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "customProperties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_CUSTOMS, PLACE_CUSTOM, AT(contract_property, customs), AT(contract_property, custom_count), false, 0, NULL},
    {PLACE_OBJECT, "quality", ODCS_3_0, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_QUALITY, AT(contract_property, qualities), AT(contract_property, quality_count), false, 0, NULL},
    {PLACE_OBJECT, "relationships", ODCS_3_1, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_RELATIONSHIP, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "properties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PARTS, PLACE_PROPERTY, AT(contract_property, properties), AT(contract_property, property_count), false, 0, NULL},
    {PLACE_OBJECT, "deprecated", ODCS_3_2, ELEMENT_CARRIED, SHAPE_BOOLEAN, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "synonyms", ODCS_3_2, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_SYNONYM, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OBJECT, "context", ODCS_3_2, ELEMENT_CARRIED, SHAPE_CONTEXT, PLACE_CONTEXT, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* PROPERTY */
    {PLACE_PROPERTY, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_property, id), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "name", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, name), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "physicalName", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, physical_name), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "physicalType", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, physical_type), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "logicalType", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, logical_type), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "logicalTypeOptions", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PART, PLACE_OPTIONS, AT(contract_property, options), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "required", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOOLEAN, 0, AT(contract_property, required), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "primaryKey", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOOLEAN, 0, AT(contract_property, primary_key), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "primaryKeyPosition", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_property, primary_key_position), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "unique", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOOLEAN, 0, AT(contract_property, unique), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "partitioned", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOOLEAN, 0, AT(contract_property, partitioned), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "partitionKeyPosition", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_property, partition_position), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "classification", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_SCALAR, 0, AT(contract_property, classification), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "encryptedName", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, encrypted_name), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "transformSourceObjects", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract_property, sources), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "transformLogic", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, logic), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "transformDescription", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_property, logic_description), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "examples", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_LIST, 0, AT(contract_property, examples), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "criticalDataElement", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOOLEAN, 0, AT(contract_property, critical), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "description", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_property, description), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "businessName", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_property, business_name), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "authoritativeDefinitions", ODCS_3_0, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "tags", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXTS, 0, AT(contract_property, tags), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "customProperties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_CUSTOMS, PLACE_CUSTOM, AT(contract_property, customs), AT(contract_property, custom_count), false, 0, NULL},
    {PLACE_PROPERTY, "quality", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PARTS, PLACE_QUALITY, AT(contract_property, qualities), AT(contract_property, quality_count), false, 0, NULL},
    {PLACE_PROPERTY, "relationships", ODCS_3_1, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_RELATIONSHIP, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "properties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PARTS, PLACE_PROPERTY, AT(contract_property, properties), AT(contract_property, property_count), false, 0, NULL},
    {PLACE_PROPERTY, "items", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PART, PLACE_PROPERTY, AT(contract_property, items), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "map", ODCS_3_2, ELEMENT_ENFORCED, SHAPE_PART, PLACE_MAP, AT(contract_property, map), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "enum", ODCS_3_2, ELEMENT_ENFORCED, SHAPE_VALUES, PLACE_VALUE, AT(contract_property, enumeration), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "semanticType", ODCS_3_2, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, semantic_type), NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "deprecated", ODCS_3_2, ELEMENT_CARRIED, SHAPE_BOOLEAN, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_PROPERTY, "synonyms", ODCS_3_2, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_SYNONYM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* MAP */
    {PLACE_MAP, "key", ODCS_3_2, ELEMENT_ENFORCED, SHAPE_PART, PLACE_PROPERTY, AT(contract_map, key), NOT_STORED, true, 0, NULL},
    {PLACE_MAP, "value", ODCS_3_2, ELEMENT_ENFORCED, SHAPE_PART, PLACE_PROPERTY, AT(contract_map, value), NOT_STORED, true, 0, NULL},
    /* OPTIONS */
    {PLACE_OPTIONS, "minLength", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_options, min_length), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "maxLength", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_options, max_length), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "pattern", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_options, pattern), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "format", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_options, format), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "minimum", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_options, minimum), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "maximum", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_options, maximum), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "exclusiveMinimum", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_options, exclusive_minimum), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "exclusiveMaximum", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_options, exclusive_maximum), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "multipleOf", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_options, multiple_of), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "timezone", ODCS_3_1, ELEMENT_ENFORCED, SHAPE_BOOLEAN, 0, AT(contract_options, timezone), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "defaultTimezone", ODCS_3_1, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_options, default_timezone), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "minItems", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_options, min_items), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "maxItems", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_options, max_items), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "uniqueItems", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOOLEAN, 0, AT(contract_options, unique_items), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "minProperties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_options, min_properties), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "maxProperties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_options, max_properties), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "required", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract_options, required), NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "dimensions", ODCS_3_2, ELEMENT_NOT_SERVED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "elementType", ODCS_3_2, ELEMENT_NOT_SERVED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "distanceMetric", ODCS_3_2, ELEMENT_NOT_SERVED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "embeddingModel", ODCS_3_2, ELEMENT_NOT_SERVED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "embeddingModelVersion", ODCS_3_2, ELEMENT_NOT_SERVED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_OPTIONS, "normalized", ODCS_3_2, ELEMENT_NOT_SERVED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* QUALITY */
    {PLACE_QUALITY, "id", ODCS_3_1, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_quality, id), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "type", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract_quality, type), NOT_STORED, false, 0, "text library sql custom"},
    {PLACE_QUALITY, "metric", ODCS_3_1, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract_quality, metric), NOT_STORED, false, 0, "nullValues missingValues invalidValues duplicateValues rowCount"},
    {PLACE_QUALITY, "rule", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_quality, rule), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "arguments", ODCS_3_1, ELEMENT_ENFORCED, SHAPE_MAP, 0, AT(contract_quality, arguments), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "unit", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_quality, unit), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "severity", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_quality, severity), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "mustBe", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_ANY, 0, AT(contract_quality, operators[MUST_BE]), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "mustNotBe", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_ANY, 0, AT(contract_quality, operators[MUST_NOT_BE]), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "mustBeGreaterThan", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_quality, operators[MUST_BE_GREATER]), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "mustBeGreaterOrEqualTo", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_quality, operators[MUST_BE_GREATER_OR_EQUAL]), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "mustBeLessThan", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_quality, operators[MUST_BE_LESS]), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "mustBeLessOrEqualTo", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOUND, 0, AT(contract_quality, operators[MUST_BE_LESS_OR_EQUAL]), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "mustBeBetween", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_LIST, 0, AT(contract_quality, operators[MUST_BE_BETWEEN]), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "mustNotBeBetween", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_LIST, 0, AT(contract_quality, operators[MUST_NOT_BE_BETWEEN]), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "query", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_quality, query), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "engine", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_quality, engine), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "implementation", ODCS_3_0, ELEMENT_CARRIED, SHAPE_ANY, 0, AT(contract_quality, implementation), NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "dimension", ODCS_3_0, ELEMENT_CARRIED, SHAPE_WORD, 0, NOT_STORED, NOT_STORED, false, 0, "accuracy completeness conformity consistency coverage timeliness uniqueness"},
    {PLACE_QUALITY, "businessImpact", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "description", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "method", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "name", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "schedule", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "scheduler", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "tags", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXTS, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "authoritativeDefinitions", ODCS_3_0, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_QUALITY, "customProperties", ODCS_3_0, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* SLA */
    {PLACE_SLA, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "property", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_sla, property), NOT_STORED, true, 0, NULL},
    {PLACE_SLA, "value", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_SCALAR, 0, AT(contract_sla, value), NOT_STORED, true, 0, NULL},
    {PLACE_SLA, "valueExt", ODCS_3_0, ELEMENT_CARRIED, SHAPE_SCALAR, 0, AT(contract_sla, value_ext), NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "unit", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_sla, unit), NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "element", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_sla, element_path), NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "driver", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_sla, driver), NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "description", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "scheduler", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "schedule", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "customProperties", ODCS_3_2, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SLA, "authoritativeDefinitions", ODCS_3_2, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* SERVER */
    {PLACE_SERVER, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SERVER, "server", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_server, server), NOT_STORED, true, 0, NULL},
    {PLACE_SERVER, "type", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_server, type), NOT_STORED, true, 0, NULL},
    {PLACE_SERVER, "description", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SERVER, "environment", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SERVER, "host", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_server, host), NOT_STORED, false, 0, NULL},
    {PLACE_SERVER, "format", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_server, format), NOT_STORED, false, 0, NULL},
    {PLACE_SERVER, "location", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_server, location), NOT_STORED, false, 0, NULL},
    {PLACE_SERVER, "roles", ODCS_3_0, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_RECIPIENT, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SERVER, "customProperties", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_CUSTOMS, PLACE_CUSTOM, AT(contract_server, customs), AT(contract_server, custom_count), false, 0, NULL},
    /* RECIPIENT */
    {PLACE_RECIPIENT, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_RECIPIENT, "role", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_recipient, role), NOT_STORED, true, 0, NULL},
    {PLACE_RECIPIENT, "description", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_RECIPIENT, "access", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_recipient, access), NOT_STORED, false, 0, NULL},
    {PLACE_RECIPIENT, "firstLevelApprovers", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_recipient, first_approvers), NOT_STORED, false, 0, NULL},
    {PLACE_RECIPIENT, "secondLevelApprovers", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_recipient, second_approvers), NOT_STORED, false, 0, NULL},
    {PLACE_RECIPIENT, "customProperties", ODCS_3_0, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* TEAM */
    {PLACE_TEAM, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_TEAM, "name", ODCS_3_1, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_team, name), NOT_STORED, false, 0, NULL},
    {PLACE_TEAM, "description", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_TEAM, "members", ODCS_3_1, ELEMENT_TAGS, SHAPE_PARTS, PLACE_MEMBER, AT(contract_team, members), AT(contract_team, member_count), false, 0, NULL},
    {PLACE_TEAM, "tags", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXTS, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_TEAM, "customProperties", ODCS_3_1, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_TEAM, "authoritativeDefinitions", ODCS_3_1, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* MEMBER */
    {PLACE_MEMBER, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "username", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_member, username), NOT_STORED, true, 0, NULL},
    {PLACE_MEMBER, "name", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_member, name), NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "description", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "role", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_member, role), NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "dateIn", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "dateOut", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "replacedByUsername", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "tags", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXTS, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "customProperties", ODCS_3_1, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_MEMBER, "authoritativeDefinitions", ODCS_3_1, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* SUPPORT */
    {PLACE_SUPPORT, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SUPPORT, "channel", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, true, 0, NULL},
    {PLACE_SUPPORT, "url", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SUPPORT, "description", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SUPPORT, "tool", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SUPPORT, "scope", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SUPPORT, "invitationUrl", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SUPPORT, "customProperties", ODCS_3_1, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* PRICE */
    {PLACE_PRICE, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_PRICE, "priceAmount", ODCS_3_0, ELEMENT_CARRIED, SHAPE_BOUND, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_PRICE, "priceCurrency", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_PRICE, "priceUnit", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* LINK */
    {PLACE_LINK, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_link, id), NOT_STORED, false, 0, NULL},
    {PLACE_LINK, "type", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_link, type), NOT_STORED, true, 0, NULL},
    {PLACE_LINK, "url", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_link, url), NOT_STORED, true, 0, NULL},
    {PLACE_LINK, "description", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_link, description), NOT_STORED, false, 0, NULL},
    /* RELATIONSHIP */
    {PLACE_RELATIONSHIP, "id", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_RELATIONSHIP, "type", ODCS_3_1, ELEMENT_CARRIED, SHAPE_WORD, 0, NOT_STORED, NOT_STORED, false, 0, "foreignKey"},
    {PLACE_RELATIONSHIP, "from", ODCS_3_1, ELEMENT_CARRIED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_RELATIONSHIP, "to", ODCS_3_1, ELEMENT_CARRIED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, true, 0, NULL},
    {PLACE_RELATIONSHIP, "customProperties", ODCS_3_1, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* VALUE */
    {PLACE_VALUE, "id", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_VALUE, "value", ODCS_3_2, ELEMENT_ENFORCED, SHAPE_ANY, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_VALUE, "label", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_VALUE, "description", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_VALUE, "tags", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXTS, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_VALUE, "authoritativeDefinitions", ODCS_3_2, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_VALUE, "customProperties", ODCS_3_2, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* SYNONYM */
    {PLACE_SYNONYM, "id", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SYNONYM, "synonym", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, true, 0, NULL},
    {PLACE_SYNONYM, "description", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SYNONYM, "locale", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SYNONYM, "source", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SYNONYM, "status", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_SYNONYM, "customProperties", ODCS_3_2, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* CONTEXT */
    {PLACE_CONTEXT, "instructions", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_CONTEXT, "verifiedStatements", ODCS_3_2, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_STATEMENT, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_CONTEXT, "constraints", ODCS_3_2, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_CONSTRAINT, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* STATEMENT */
    {PLACE_STATEMENT, "id", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_STATEMENT, "question", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, true, 0, NULL},
    {PLACE_STATEMENT, "answer", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_STATEMENT, "tags", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXTS, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_STATEMENT, "authoritativeDefinitions", ODCS_3_2, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_STATEMENT, "customProperties", ODCS_3_2, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* CONSTRAINT */
    {PLACE_CONSTRAINT, "id", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_CONSTRAINT, "constraint", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, NOT_STORED, NOT_STORED, true, 0, NULL},
    {PLACE_CONSTRAINT, "tags", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXTS, 0, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_CONSTRAINT, "authoritativeDefinitions", ODCS_3_2, ELEMENT_CARRIED, SHAPE_PARTS, PLACE_LINK, NOT_STORED, NOT_STORED, false, 0, NULL},
    {PLACE_CONSTRAINT, "customProperties", ODCS_3_2, ELEMENT_CARRIED, SHAPE_CUSTOMS, PLACE_CUSTOM, NOT_STORED, NOT_STORED, false, 0, NULL},
    /* CUSTOM */
    {PLACE_CUSTOM, "id", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_custom, id), NOT_STORED, false, 0, NULL},
    {PLACE_CUSTOM, "property", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_custom, property), NOT_STORED, true, 0, NULL},
    {PLACE_CUSTOM, "value", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_ANY, 0, AT(contract_custom, value), NOT_STORED, true, 0, NULL},
    {PLACE_CUSTOM, "description", ODCS_3_1, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_custom, description), NOT_STORED, false, 0, NULL},
    {PLACE_CUSTOM, "vendor", ODCS_3_2, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_custom, vendor), NOT_STORED, false, 0, NULL},
    /* CUSTOM_ROOT */
    {PLACE_CUSTOM_ROOT, "headgateRole", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, headgate_role), NOT_STORED, false, IN_BOTH, "eventModel useCase"},
    {PLACE_CUSTOM_ROOT, "dataSubjects", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract, data_subjects), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_ROOT, "regulations", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXTS, 0, AT(contract, regulations), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_ROOT, "inputContracts", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PARTS, PLACE_INPUT, AT(contract, inputs), AT(contract, input_count), false, IN_USE, NULL},
    {PLACE_CUSTOM_ROOT, "dataUse", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract, data_use), NOT_STORED, false, IN_USE, NULL},
    {PLACE_CUSTOM_ROOT, "legalBasis", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, legal_basis), NOT_STORED, false, IN_USE, "consent contract legal_obligation vital_interest public_task legitimate_interest"},
    {PLACE_CUSTOM_ROOT, "specialCategoryBasis", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, special_category_basis), NOT_STORED, false, IN_USE, "explicit_consent employment_social_security vital_interest not_for_profit made_public legal_claims substantial_public_interest health_care public_health archiving_research_statistics"},
    {PLACE_CUSTOM_ROOT, "criminalDataBasis", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, criminal_data_basis), NOT_STORED, false, IN_USE, "official_authority authorised_by_law"},
    {PLACE_CUSTOM_ROOT, "residency", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract, residency), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_ROOT, "permittedDataUses", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract, permitted_data_uses), NOT_STORED, false, IN_MODEL, NULL},
    {PLACE_CUSTOM_ROOT, "permittedLegalBases", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract, permitted_legal_bases), NOT_STORED, false, IN_MODEL, NULL},
    {PLACE_CUSTOM_ROOT, "onLate", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, on_late), NOT_STORED, false, IN_USE, "deliver divert drop"},
    {PLACE_CUSTOM_ROOT, "delivery", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, delivery), NOT_STORED, false, IN_USE, "kafka spool memory"},
    {PLACE_CUSTOM_ROOT, "onBlocked", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, on_blocked), NOT_STORED, false, IN_USE, "park retry withhold"},
    {PLACE_CUSTOM_ROOT, "ordering", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, ordering), NOT_STORED, false, IN_USE, "key none"},
    {PLACE_CUSTOM_ROOT, "tagging", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract, tagging), NOT_STORED, false, IN_USE, "compact full"},
    {PLACE_CUSTOM_ROOT, "topicRetention", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract, topic_retention), NOT_STORED, false, IN_USE, NULL},
    {PLACE_CUSTOM_ROOT, "retainAtLeast", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract, retain_at_least), NOT_STORED, false, IN_USE, NULL},
    {PLACE_CUSTOM_ROOT, "trace", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_BOOLEAN, 0, AT(contract, trace), NOT_STORED, false, IN_USE, NULL},
    {PLACE_CUSTOM_ROOT, "consent", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PART, PLACE_CONSENT, AT(contract, consent), NOT_STORED, false, IN_USE, NULL},
    {PLACE_CUSTOM_ROOT, "erasure", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PART, PLACE_ERASURE, AT(contract, erasure), NOT_STORED, false, IN_USE, NULL},
    {PLACE_CUSTOM_ROOT, "waivers", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_PARTS, PLACE_WAIVER, AT(contract, waivers), AT(contract, waiver_count), false, IN_USE, NULL},
    /* CUSTOM_OBJECT */
    {PLACE_CUSTOM_OBJECT, "topicKind", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract_property, topic_kind), NOT_STORED, false, IN_USE, "log state"},
    {PLACE_CUSTOM_OBJECT, "namespace", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, namespace_text), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_OBJECT, "eventTimeField", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, event_time_field), NOT_STORED, false, IN_MODEL, NULL},
    {PLACE_CUSTOM_OBJECT, "subjectField", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, subject_field), NOT_STORED, false, IN_MODEL, NULL},
    {PLACE_CUSTOM_OBJECT, "residencyField", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, residency_field), NOT_STORED, false, IN_MODEL, NULL},
    {PLACE_CUSTOM_OBJECT, "consentField", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, consent_field), NOT_STORED, false, IN_MODEL, NULL},
    {PLACE_CUSTOM_OBJECT, "undeclaredFields", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract_property, undeclared_fields), NOT_STORED, false, IN_MODEL, "strip reject"},
    /* CUSTOM_PROPERTY */
    {PLACE_CUSTOM_PROPERTY, "dataCategories", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract_property, data_categories), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_PROPERTY, "precision", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_property, precision), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_PROPERTY, "scale", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_INTEGER, 0, AT(contract_property, scale), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_PROPERTY, "avroType", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, avro_type), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_PROPERTY, "avroLogicalType", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_property, avro_logical_type), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_PROPERTY, "avroDefault", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_ANY, 0, AT(contract_property, avro_default), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_PROPERTY, "avroAliases", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract_property, avro_aliases), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_PROPERTY, "enum", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_ANY, 0, AT(contract_property, custom_enum), NOT_STORED, false, IN_BOTH, NULL},
    {PLACE_CUSTOM_PROPERTY, "source", ODCS_3_0, ELEMENT_NOT_SERVED, SHAPE_MAP, 0, AT(contract_property, source), NOT_STORED, false, IN_MODEL, NULL},
    {PLACE_CUSTOM_PROPERTY, "permittedDataUses", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract_property, permitted_data_uses), NOT_STORED, false, IN_MODEL, NULL},
    {PLACE_CUSTOM_PROPERTY, "permittedLegalBases", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXTS, 0, AT(contract_property, permitted_legal_bases), NOT_STORED, false, IN_MODEL, NULL},
    /* CUSTOM_SERVER */
    {PLACE_CUSTOM_SERVER, "region", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_server, region), NOT_STORED, false, IN_BOTH, NULL},
    /* INPUT */
    {PLACE_INPUT, "id", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_input, id), NOT_STORED, true, 0, NULL},
    {PLACE_INPUT, "version", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_input, version), NOT_STORED, true, 0, NULL},
    /* WAIVER */
    {PLACE_WAIVER, "field", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_waiver, field), NOT_STORED, true, 0, NULL},
    {PLACE_WAIVER, "rule", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_waiver, rule), NOT_STORED, true, 0, NULL},
    {PLACE_WAIVER, "reason", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_waiver, reason), NOT_STORED, true, 0, NULL},
    {PLACE_WAIVER, "approvedBy", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_waiver, approved_by), NOT_STORED, true, 0, NULL},
    {PLACE_WAIVER, "until", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_TEXT, 0, AT(contract_waiver, until), NOT_STORED, true, 0, NULL},
    /* ERASURE */
    {PLACE_ERASURE, "method", ODCS_3_0, ELEMENT_ENFORCED, SHAPE_WORD, 0, AT(contract_erasure, method), NOT_STORED, true, 0, "expiry crypto_shred tombstone none"},
    {PLACE_ERASURE, "scope", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_erasure, scope), NOT_STORED, false, 0, NULL},
    {PLACE_ERASURE, "exemption", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_erasure, exemption), NOT_STORED, false, 0, NULL},
    {PLACE_ERASURE, "reason", ODCS_3_0, ELEMENT_TAGS, SHAPE_TEXT, 0, AT(contract_erasure, reason), NOT_STORED, false, 0, NULL},
    /* CONSENT */
    {PLACE_CONSENT, "maxConsentAge", ODCS_3_0, ELEMENT_CARRIED, SHAPE_TEXT, 0, AT(contract_consent, max_age), NOT_STORED, false, 0, NULL},
};
/* clang-format on */

static const struct element_place_info places[PLACES] = {
    [PLACE_ROOT] = {"", sizeof(struct contract), true, PLACE_CUSTOM_ROOT},
    [PLACE_DESCRIPTION] = {"description.", sizeof(struct contract_description), false, PLACE_CUSTOM_OTHER},
    [PLACE_OBJECT] = {"schema[].", sizeof(struct contract_property), true, PLACE_CUSTOM_OBJECT},
    [PLACE_PROPERTY] = {"properties[].", sizeof(struct contract_property), true, PLACE_CUSTOM_PROPERTY},
    [PLACE_MAP] = {"properties[].map.", sizeof(struct contract_map), true, PLACE_CUSTOM_OTHER},
    [PLACE_OPTIONS] = {"logicalTypeOptions.", sizeof(struct contract_options), true, PLACE_CUSTOM_OTHER},
    [PLACE_QUALITY] = {"quality[].", sizeof(struct contract_quality), true, PLACE_CUSTOM_OTHER},
    [PLACE_SLA] = {"slaProperties[].", sizeof(struct contract_sla), true, PLACE_CUSTOM_OTHER},
    [PLACE_SERVER] = {"servers[].", sizeof(struct contract_server), true, PLACE_CUSTOM_SERVER},
    [PLACE_RECIPIENT] = {"roles[].", sizeof(struct contract_recipient), true, PLACE_CUSTOM_OTHER},
    [PLACE_TEAM] = {"team.", sizeof(struct contract_team), true, PLACE_CUSTOM_OTHER},
    [PLACE_MEMBER] = {"team.members[].", sizeof(struct contract_member), true, PLACE_CUSTOM_OTHER},
    [PLACE_SUPPORT] = {"support[].", sizeof(struct part), true, PLACE_CUSTOM_OTHER},
    [PLACE_PRICE] = {"price.", sizeof(struct part), true, PLACE_CUSTOM_OTHER},
    [PLACE_LINK] = {"authoritativeDefinitions[].", sizeof(struct contract_link), true, PLACE_CUSTOM_OTHER},
    [PLACE_RELATIONSHIP] = {"relationships[].", sizeof(struct part), true, PLACE_CUSTOM_OTHER},
    [PLACE_VALUE] = {"enum[].", sizeof(struct part), true, PLACE_CUSTOM_OTHER},
    [PLACE_SYNONYM] = {"synonyms[].", sizeof(struct part), true, PLACE_CUSTOM_OTHER},
    [PLACE_CONTEXT] = {"context.", sizeof(struct part), true, PLACE_CUSTOM_OTHER},
    [PLACE_STATEMENT] = {"context.verifiedStatements[].", sizeof(struct part), true, PLACE_CUSTOM_OTHER},
    [PLACE_CONSTRAINT] = {"context.constraints[].", sizeof(struct part), true, PLACE_CUSTOM_OTHER},
    [PLACE_CUSTOM] = {"customProperties[].", sizeof(struct contract_custom), true, PLACE_CUSTOM_OTHER},
    [PLACE_CUSTOM_ROOT] = {"customProperties: ", 0, false, PLACE_CUSTOM_OTHER},
    [PLACE_CUSTOM_OBJECT] = {"schema[].customProperties: ", 0, false, PLACE_CUSTOM_OTHER},
    [PLACE_CUSTOM_PROPERTY] = {"properties[].customProperties: ", 0, false, PLACE_CUSTOM_OTHER},
    [PLACE_CUSTOM_SERVER] = {"servers[].customProperties: ", 0, false, PLACE_CUSTOM_OTHER},
    [PLACE_CUSTOM_OTHER] = {"customProperties: ", 0, false, PLACE_CUSTOM_OTHER},
    [PLACE_INPUT] = {"inputContracts[].", sizeof(struct contract_input), true, PLACE_CUSTOM_OTHER},
    [PLACE_WAIVER] = {"waivers[].", sizeof(struct contract_waiver), true, PLACE_CUSTOM_OTHER},
    [PLACE_ERASURE] = {"erasure.", sizeof(struct contract_erasure), true, PLACE_CUSTOM_OTHER},
    [PLACE_CONSENT] = {"consent.", sizeof(struct contract_consent), true, PLACE_CUSTOM_OTHER},
};

const struct element_row *element_rows(size_t *count)
{
    *count = COUNT_OF(rows);
    return rows;
}

const struct element_place_info *element_place(enum element_place place)
{
    return &places[place];
}

/* The place's first row. */
static const struct element_row *first_row(enum element_place place)
{
    size_t low = 0;
    size_t high = COUNT_OF(rows);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rows[middle].place < place)
            low = middle + 1;
        else
            high = middle;
    }
    return &rows[low];
}

static const struct element_row *const rows_end = rows + COUNT_OF(rows);

const struct element_row *element_rows_of(enum element_place place, size_t *count)
{
    const struct element_row *first = first_row(place);
    *count = 0;
    while (first + *count < rows_end && first[*count].place == place) ++*count;
    return first;
}

const struct element_row *element_find(enum element_place place, struct span name)
{
    if (name.size == 0) return NULL;
    for (const struct element_row *row = first_row(place); row < rows_end && row->place == place; row++) {
        if (row->name[0] == name.data[0] && span_is(name, row->name)) return row;
    }
    return NULL;
}

const struct element_row *element_nearest(enum element_place place, struct span name)
{
    const struct element_row *best = NULL;
    unsigned best_distance = 3;
    for (const struct element_row *row = first_row(place); row < rows_end && row->place == place; row++) {
        unsigned distance = near_distance(name, span_of(row->name), best_distance);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = row;
    }
    return best;
}

bool word_find(const char *words, struct span text, unsigned *position)
{
    *position = 0;
    for (const char *at = words; *at != '\0'; (*position)++) {
        size_t length = strcspn(at, " ");
        if (span_equal(text, (struct span){at, length})) return true;
        at += length + (at[length] == ' ');
    }
    return false;
}

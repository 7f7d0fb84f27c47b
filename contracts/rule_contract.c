/* rule_contract.c - what can be wrong with one contract as a document: YAML, ODCS, types, quality, SLA, handling. */
#include "contracts/rule_tables.h"

#define ERROR(name, title, why, remedy, example)                         \
    {                                                                    \
        name, RULE_CONTRACT, SEVERITY_ERROR, title, why, remedy, example \
    }
#define WARNING(name, title, why, remedy, example)                         \
    {                                                                      \
        name, RULE_CONTRACT, SEVERITY_WARNING, title, why, remedy, example \
    }
#define NOTE(name, title, why, remedy, example)                         \
    {                                                                   \
        name, RULE_CONTRACT, SEVERITY_INFO, title, why, remedy, example \
    }

static const struct rule rows[] = {
    /* files and YAML */
    ERROR("file", "a file or folder cannot be read", "A contract that cannot be read is a control that is missing.",
          "Mend its name, mode or size.", NULL),
    NOTE("file-skipped", "a file of another kind was skipped", "Only documents of kind DataContract are contracts.",
         "Nothing, if it is no contract; else give it kind: DataContract.", NULL),
    NOTE("file-ignored", "a contract without a headgate role was read and set aside",
         "Only eventModel and useCase files take part.",
         "Nothing, if it is meant for other tools; else add the customProperty headgateRole.", NULL),
    ERROR("yaml-syntax", "this is not YAML, or YAML of a kind that is not read here",
          "Tags and keys that are not text are refused.", "Correct the line.", "a: [1, 2"),
    ERROR("yaml-duplicate-key", "a key stands twice in one map", "Two readers would take different ones of the two.", "Keep one.",
          "{name: a, name: b}"),
    ERROR("yaml-ambiguous", "a plain value that YAML 1.1 and 1.2 read differently",
          "The same file must mean the same to every tool that reads it.", "Quote it, or write it unmistakably.", "country: NO"),
    ERROR("yaml-documents", "the file holds no document, or more than one", "A file is one contract.", "Split it into files.",
          "---"),
    ERROR("yaml-limit", "the file is too large, too deep, or its aliases cannot be followed",
          "A hostile file must not exhaust the gateway.", "Write it plainly.", NULL),
    ERROR(
        "unanswered", "the file still asks what only a person can say",
        "Whose data an event is, who answers for it and what a use is for cannot be derived: a guess would look like a decision.",
        "Put the answer in place of the text that begins with ANSWER:.", "domain: 'ANSWER: the business domain'"),
    /* ODCS documents */
    ERROR("api-version", "this version of the standard is not read",
          "v3.0.x, v3.1.0 and v3.2.0 are. v2 has other keys (uuid, datasetName).",
          "Move the file to apiVersion: v3.1.0; `datacontract` of the standard's own tools converts v2.", "apiVersion: 3.1.0"),
    ERROR("element-missing", "an element that must stand here is missing",
          "Each answer has to be given by a person or inherited; this one is neither.", "Add it.", NULL),
    ERROR("element-unknown", "there is no such element here",
          "A misspelt control is a missing control, so unknown keys are refused where the standard closes them.",
          "Correct the name, or move what is yours into customProperties.", "requierd: true"),
    ERROR("element-type", "the element has the wrong shape", "The standard fixes what is text, a number, a list or a map.",
          "Write it in the shape that is named.", "tags: pii"),
    ERROR("element-value", "the element has a value that is not allowed", "The set of values is closed.",
          "Choose one of the values that are named.", NULL),
    ERROR("element-version", "the element is newer than the file's apiVersion",
          "Other tools that read the file by its apiVersion would refuse it.", "Raise apiVersion, or leave the element out.",
          NULL),
    ERROR("id-syntax", "an element's id may hold letters, digits, _ and - only",
          "The standard says so for every id but the contract's own.", "Rename it.", "id: 'a b'"),
    ERROR("id-duplicate", "an id stands twice in one list", "References by id would be ambiguous.", "Rename one.", NULL),
    ERROR("contract-version", "the version is not MAJOR.MINOR.PATCH",
          "The major names topic and namespace, so it has to be readable.", "Write semantic versions, such as 1.0.0.",
          "version: v1"),
    ERROR("contract-status", "this status has no meaning for a role file", "Status decides whether events are routed.",
          "Use proposed, draft, active, deprecated or retired.", "status: live"),
    ERROR("contract-name", "the contract's name is no slug", "It becomes part of topic names.",
          "Use a-z, 0-9 and _, beginning with a letter.", "name: Fraud Detection"),
    WARNING("not-enforced", "the element is carried, not enforced",
            "It reads like a rule for events, but it needs state or a look at many events.",
            "Keep it for other tools, and do not rely on the gateway for it.", "unique: true"),
    ERROR("not-served", "this version does not serve what the contract asks for",
          "A declared control that is not served must never pass silently.",
          "Choose what is served, or wait for a version that serves it.", "delivery: spool"),
    /* customProperties */
    ERROR("custom-property-misspelt", "a customProperty is nearly, but not quite, one of ours",
          "A misspelt control is a missing control.", "Write the name that is suggested.", "legalBassis"),
    WARNING("custom-property-unknown", "a customProperty that is not ours is carried", "It has no effect here.",
            "Nothing, if another tool uses it.", NULL),
    ERROR("custom-property-duplicate", "a customProperty stands twice in one list", "Which one counts would be a guess.",
          "Keep one.", NULL),
    ERROR("custom-property-place", "a customProperty stands where it has no effect",
          "Each has one place and one role; elsewhere it would be a control that nobody reads.", "Move it.",
          "dataUse in a model"),
    ERROR("custom-property-value", "a customProperty has a value that is not allowed",
          "Its values are a closed set or a fixed shape.", "Write one of what is named.", "onLate: maybe"),
    /* schema */
    ERROR("one-object", "an event model has exactly one schema object", "One file declares one event.", "Split the file.", NULL),
    ERROR("name-illegal", "the name cannot be carried into Avro",
          "Names are never mangled: A-Z, a-z, 0-9 and _, not beginning with a digit.",
          "Rename it; put a wire name of another spelling into the producer.", "name: order-id"),
    ERROR("event-name", "the event's name cannot stand in a URL and in topic names",
          "It is the CloudEvents type and {event} in POST /v1/events/{event}.",
          "Use letters, digits, '.', '_' and '-', at most 100 of them.", "physicalName: 'a/b'"),
    ERROR("name-duplicate", "a name stands twice among siblings", "Names are the identity across model and uses.", "Rename one.",
          NULL),
    ERROR("logical-type", "the logicalType is missing or not one of the standard's",
          "A model states the type of every property; a use inherits it.",
          "Use string, date, timestamp, time, number, integer, boolean, object or array.", "logicalType: text"),
    ERROR("required-missing", "a model says of every property whether it is required",
          "Tools disagree on what an absent `required` means.", "Add required: true or required: false.", NULL),
    ERROR("items-missing", "an array must say what its items are", "Without items there is no Avro type.",
          "Add items with a logicalType.", NULL),
    ERROR("type-option", "the option does not belong to this logicalType", "The standard closes the set of options per type.",
          "Remove it, or correct the type.", "boolean with maxLength"),
    ERROR("option-value", "an option has a value that cannot be applied", "It would reject everything, or nothing.",
          "Correct it.", "minLength: -1"),
    ERROR("bounds", "the bounds leave no value", "Every event would be refused.", "Correct one of the two.",
          "minimum: 5, maximum: 3"),
    ERROR("pattern-invalid", "the pattern is not an ECMA-262 regular expression that can be served",
          "Look-behind and back-references are refused: matching must end in a known time.", "Simplify it.", "pattern: '(a)\\1'"),
    WARNING("format-unknown", "this format is not enforced",
            "Enforced are uuid, ipv4, ipv6, hostname, uri, email, byte and binary.", "Add a pattern, or use an enforced format.",
            "format: phone"),
    ERROR("format-date", "this date format is not read",
          "A closed set of letters is understood, so that two readers never differ.",
          "Leave the format out for RFC 3339, or use yyyy MM dd HH mm ss S X and quoted text.", "format: YYYY"),
    ERROR("decimal", "a decimal needs precision and scale", "Without them there is no Avro type.",
          "Add customProperties precision and scale, write physicalType: decimal(p,s), or use format f64.", NULL),
    WARNING("number-double", "a number without format or decimals is kept as a double",
            "Money and counts lose exactness in doubles.",
            "Add physicalType: decimal with precision and scale, or format: f64 to say that a double is meant.", NULL),
    ERROR("avro-hint", "an Avro hint does not fit the field",
          "The hint would make a schema that says something else than the contract.", "Correct or remove it.", NULL),
    ERROR("primary-key", "the primary key cannot be used",
          "It names the event: its fields are scalars of the top level's objects, required, with different positions.",
          "Correct the key.", NULL),
    WARNING("example-invalid", "an example does not fit its own property",
            "Examples are free conformance data; a wrong one misleads senders.", "Correct the example.", NULL),
    /* quality and SLA */
    ERROR("quality", "the quality rule is not of the standard's shape",
          "A rule that cannot be read is a control that is missing.", "Use one metric, one operator, and arguments.",
          "mustBe and mustBeLessThan together"),
    WARNING("quality-metric", "the quality rule is not judged per event",
            "It needs many events, a query or a reader; the gateway carries it.",
            "For a per-event rule use nullValues, missingValues or invalidValues with mustBe: 0.", "metric: rowCount"),
    WARNING("quality-critical", "a rule on a critical data element rejects, whatever its severity",
            "criticalDataElement says that the data cannot do without the value.",
            "State severity: error, or take criticalDataElement away.", "criticalDataElement: true, severity: warning"),
    WARNING("quality-between", "mustBeBetween is read with both ends included",
            "The standard draws it closed and explains it open.", "Write two rules if an end is meant to be open.", NULL),
    ERROR("duration", "this is not a duration",
          "A number with a unit of ms, s, min, h, d, w, mo or y, or an ISO 8601 duration. Bare m is minutes to some tools and "
          "months to others.",
          "Write min or mo.", "unit: m"),
    WARNING("sla-unknown", "this SLA property has no meaning here", "It is carried.", "Nothing, if it is meant for people.",
            "property: timeOfAvailability"),
    ERROR("sla-duplicate", "an SLA property stands twice", "Which one counts would be a guess.", "Keep one.", NULL),
    ERROR("sla-value", "the SLA value cannot be read", "Each property has its own kind of value.", "Write what is named.",
          "generalAvailability: soon"),
    ERROR("sla-element", "the element of the SLA is not the event time",
          "Latency and retention count from the event time; another clock would promise something else.",
          "Name the event time's property, or leave element out.", NULL),
    /* handling */
    ERROR("handling-syntax", "the transformLogic is none of the closed functions", "What cannot be read is never passed raw.",
          "Use hmac_sha256(scope=use), encrypt(key=use), mask(keep_last=4), truncate(len=8), truncate_ip(v4=24, v6=48), "
          "generalise(unit=hour), "
          "round(step=10) or redact(value='x').",
          "transformLogic: sha1(x)"),
    ERROR("encrypted-name", "an encrypted field has another name than its model gives it",
          "encryptedName in the model is what the field is called wherever it is encrypted, so that its readers know what it is.",
          "List the field in the use under its encryptedName, with transformLogic: encrypt(key=use).",
          "{name: email, transformLogic: encrypt(key=use)} while the model says encryptedName: email_encrypted"),
    ERROR("handling-place", "handling belongs in a use",
          "A model declares what is sent; what is done to a field is each use's own.", "Move it into the use.", NULL),
    ERROR("handling-type", "the function cannot be applied to this type",
          "Objects and arrays cannot be hashed; only times can be generalised.", "Choose another function.", "round on a string"),
    ERROR("handling-result", "the function changes the type, so the use has to state it",
          "Readers must see in the contract what they get.", "State the logicalType that is named.",
          "hmac_sha256 on an integer without logicalType: string"),
};

const struct rule *rule_contract_rows(size_t *count)
{
    *count = COUNT_OF(rows);
    return rows;
}

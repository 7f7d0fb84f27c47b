/* rule_governance.c - what can be wrong between contracts, and with what they promise: binding, width, classes, law, topics. */
#include "contracts/rule_tables.h"

#define ERROR(name, title, why, remedy, example)                         \
    {                                                                    \
        name, RULE_CONTRACT, SEVERITY_ERROR, title, why, remedy, example \
    }
#define WARNING(name, title, why, remedy, example)                         \
    {                                                                      \
        name, RULE_CONTRACT, SEVERITY_WARNING, title, why, remedy, example \
    }

static const struct rule rows[] = {
    /* binding */
    ERROR("contract-duplicate", "two files declare the same contract", "An id names one contract of the catalogue.",
          "Rename or remove one.", NULL),
    ERROR("event-duplicate", "two models declare the same event", "A type belongs to exactly one model.",
          "Give a new major a new type and name.", NULL),
    ERROR("input-contract", "the input contract cannot be found", "A use binds to a model by id and major.",
          "Name the id and major of a model in this catalogue.", "version: '2' while the model is 1.2.0"),
    ERROR("object-unbound", "the schema object is that of no input contract",
          "A use's object has the name of the model's object.", "Use the model's name.", NULL),
    ERROR("field-source", "the field has no source in the model", "A use can only take what the model declares.",
          "Use the model's name, or name the source in transformSourceObjects as object.path.", NULL),
    ERROR("field-path", "the path leads to no field of a fitting kind",
          "eventTimeField, subjectField, residencyField and consentField are dotted paths of names.",
          "Write the path from the root, such as customer.customer_id.", NULL),
    ERROR("consent-projected", "the consent field is for the gateway alone", "Proof of consent is no use's data.",
          "Take it out of the use.", NULL),
    ERROR("wider", "the use states something wider than its model allows", "A use narrows: what the model refuses cannot come.",
          "State it as narrow as the model, or leave it out.", "maxLength above the model's"),
    WARNING("unfit", "the use requires what the model leaves optional", "Events without the field are withheld from this use.",
            "Leave required out, if such events are welcome.", NULL),
    /* classes */
    ERROR("class-unknown", "this classification is not known",
          "Classes are ordered: public, internal, confidential, restricted; a house's own names map onto them.",
          "Use one of the known names.", "classification: secret"),
    ERROR("class-floor", "the class is below that of the object around it", "A parent's class is the floor of its children.",
          "Raise it, or lower the parent's.", NULL),
    ERROR("class-lowered", "the class is lower than this handling allows",
          "Only strong handling lowers a class, by one step; redact lowers to any.",
          "State a higher class, or handle the field more strongly.", "restricted, hmac_sha256 -> internal"),
    WARNING("class-identifying", "a field that identifies a person is not restricted",
            "subjectField and identifying data categories are restricted where nothing is stated.",
            "Leave the classification out, or state restricted.", NULL),
    ERROR("restricted-raw", "a restricted field passes raw",
          "What is restricted reaches a use only handled, or by a waiver that somebody signed.",
          "Handle the field, or add a waiver with rule: restricted-raw.", NULL),
    ERROR("waiver", "the waiver does not hold",
          "A waiver names a field, a rule that can be waived, a reason, who approved it and until when.", "Complete it.", NULL),
    ERROR("waiver-expired", "the waiver has expired", "An exception ends when it says so.",
          "Renew it with its approver, or mend what it excused.", NULL),
    WARNING("waiver-unused", "the waiver excuses nothing", "An exception that is not needed hides the next mistake.",
            "Remove it.", NULL),
    /* people, law */
    ERROR("owner", "an active contract needs an owner", "Somebody answers for it.", "Add team with a name and a member.", NULL),
    ERROR("purpose", "a use must state its purpose", "Purpose limitation begins with a purpose (Art. 5(1)(b) GDPR).",
          "Add description.purpose.", NULL),
    ERROR("data-use", "the data use is not a fideslang key in force", "One key of the taxonomy lets uses be compared.",
          "Use the key that is suggested.", "dataUse: fraud"),
    ERROR("data-category", "the data category is not a fideslang key in force",
          "Categories decide what is identifying or sensitive.", "Use the key that is suggested.", NULL),
    ERROR("data-subject", "the data subject is not a fideslang key in force", "Subjects decide which law applies.",
          "Use the key that is suggested.", NULL),
    ERROR("subjects-missing", "the model does not say whose data it is",
          "Silence must not mean: nobody's. An empty list says it aloud.", "Add dataSubjects, [] for none.", NULL),
    ERROR("subject-field", "personal data without the field that says whose", "Erasure and objection need it.",
          "Add subjectField, or dataSubjects: [].", NULL),
    ERROR("subjects-personal", "a model without subjects declares personal data categories",
          "user.* categories are data of somebody.", "Name the subjects, or correct the categories.", NULL),
    WARNING("consent-withheld", "this use's events are always withheld",
            "Consent is declared and not yet served by this version.", "Nothing; no event of it is delivered.", NULL),
    ERROR("consent", "consent and legal basis do not fit", "`consent` stands exactly where legalBasis is consent.",
          "Remove one or add the other.", NULL),
    ERROR("retention-missing", "a use must state its retention", "Storage limitation needs a number (Art. 5(1)(e) GDPR).",
          "Add the SLA property retention.", NULL),
    ERROR("retention-unlimited", "personal data may not be kept without end", "Storage limitation, Art. 5(1)(e) GDPR.",
          "State a retention.", NULL),
    ERROR("retention-limit", "the retention is too short to be kept",
          "Kafka deletes by segments: what arrives late could not be deleted in time.",
          "Lengthen the retention, shorten topicRetention, or allow less latency.", NULL),
    ERROR("retain-at-least", "retainAtLeast is longer than the retention", "A legal minimum cannot pass the purpose's maximum.",
          "Correct one of the two.", NULL),
    ERROR("erasure", "how the data is erased is not settled",
          "Up to 30 days expiry erases; longer must be stated with a reason or an exemption.", "State erasure.", NULL),
    ERROR("residency", "the residency names no region", "Regions are short names in capital letters, or nothing can be compared.",
          "Name at least one region, such as EU.", "residency: [europe]"),
    ERROR("server-region", "the server stands outside the use's residency", "Its records may not be stored there.",
          "Remove the server, or correct the region.", NULL),
    /* limits: of a model, a field, a class, a category */
    ERROR("data-use-forbidden", "the use reads what is not permitted for its data use",
          "Data that was collected for one purpose is not processed for another that is incompatible with it "
          "(Art. 5(1)(b) GDPR). permittedDataUses of a model or a field, or the house's `governance`, name what is permitted.",
          "Take the field out, choose a permitted data use, or have somebody sign a waiver with rule: data-use-forbidden.",
          "permittedDataUses: [essential] on a field that a use for marketing reads"),
    ERROR("legal-basis-forbidden", "the use reads what is not permitted on its legal basis",
          "A basis holds for the processing it was found for (Art. 6(1) GDPR). permittedLegalBases of a model or a field, or the "
          "house's `governance`, name what is permitted.",
          "Take the field out, rest the use on a permitted basis, or have somebody sign a waiver with rule: "
          "legal-basis-forbidden.",
          "permittedLegalBases: [consent] on a field that a use on legitimate_interest reads"),
    ERROR("residency-forbidden", "the use's records may be stored where its data may not",
          "A use may narrow where records are stored, never widen it; without regions it may be stored anywhere.",
          "State regions that are permitted, or have somebody sign a waiver with rule: residency-forbidden.",
          "residency: [EU] in the model, residency: [EU, US] in the use"),
    ERROR("retention-ceiling", "the use keeps data longer than is permitted",
          "The retention of a model, or of the house for a class or a category, is a ceiling (Art. 5(1)(e) GDPR): the strictest "
          "of what a record holds counts for all of it.",
          "Shorten the retention, take the field out or handle it so that its class is lower, or have somebody sign a waiver "
          "with rule: retention-ceiling.",
          "retention 30 d in the model, 90 d in the use"),
    WARNING("no-reader", "nobody may read this", "A use without roles has no recipients.", "Add roles, or retire the use.", NULL),
    WARNING("status-deprecated", "the contract is deprecated and still routes", "Its readers should move.",
            "Plan its end of support.", NULL),
    WARNING("lifecycle", "the contract's dates have passed or contradict each other",
            "Events are routed between general availability and end of life.", "Correct the dates or the status.", NULL),
    ERROR("on-late", "a real-time use must say what happens to late events",
          "Deliver, divert and drop differ in what its readers see.", "Add onLate.", NULL),
    /* topics, schemas */
    ERROR("topic-name", "the topic's name is not the derived one, or cannot be a topic",
          "A topic is readable as an intent; two uses never share one.", "Remove physicalName, or write the derived name.", NULL),
    ERROR("topic-duplicate", "two uses lead to one topic", "Two purposes never share a topic.", "Rename one of the uses.", NULL),
    ERROR("topic-template", "the topic template is not usable", "It must hold {event}, {use} and {major}.",
          "Correct topics.template.", NULL),
    ERROR("record-key", "the record key cannot be used", "Key fields are scalars with different positions, taken after handling.",
          "Correct partitioned and partitionKeyPosition.", NULL),
    WARNING("record-size", "records of this use may pass the broker's limit", "What the broker never takes ends as failed.",
            "Bound lengths and items, or raise max.message.bytes.", NULL),
    ERROR("avro-name", "two Avro types would have one name, or a name is illegal", "Readers resolve types by name.",
          "Rename one, or name the items.", NULL),
    ERROR("avro-enum", "the values cannot be Avro symbols", "Symbols are names, and an enum needs a default symbol.",
          "Drop physicalType: enum.", NULL),
    ERROR("avro-default", "the default does not fit its type", "Avro readers would refuse the schema.", "Correct avroDefault.",
          NULL),
    ERROR("lock", "schemas.lock cannot be used", "It keeps the ids of schemas whose records may still live.",
          "Restore it from the repository, or run `headgate lock`.", NULL),
    ERROR("keys-missing", "the use needs keys and there are none", "Keyed handling and ce_id need a key file.",
          "Make one with `headgate keys new FILE` and pass --keys.", NULL),
    /* across uses */
    WARNING("field-unclaimed", "no active use takes this field", "What nobody uses should not be collected (data minimisation).",
            "Remove it from the model, or declare a use for it.", NULL),
    WARNING("join-key", "a unique field reaches two uses raw", "It joins the topics of two purposes.", "Hash it in one of them.",
            NULL),
    WARNING("join-likely", "two uses that both hash the subject can likely be joined",
            "A fine timestamp and a value of many values name the same event in both.",
            "Generalise the time or the value in one of them.", NULL),
    WARNING("catalogue-empty", "no event model was found", "Nothing can be taken.", "Point at a folder with contracts.", NULL),
};

const struct rule *rule_governance_rows(size_t *count)
{
    *count = COUNT_OF(rows);
    return rows;
}

#include "contracts/diff_kind.h"

#include "codecs/attributes.h"

/* The grades are those of the table "Changing a contract" in docs/contracts.md; what it does not name is graded by who has to
 * act: nobody, a person who answers for it, every consumer, every sender. */
static const struct diff_kind_row rows[DIFF_KINDS] = {
    [DIFF_VERSION_KEPT] = {"version-kept", DIFF_FREE, "the contract changed and its version did not",
                           "Records and receipts name a contract by its version: two meanings would share one.",
                           "Raise the patch, the minor, or for breaking changes the major version."},
    [DIFF_VERSION_MAJOR] = {"version-major", DIFF_FREE, "a breaking change came without a new major version",
                            "The major is in the topic's name: readers of the old shape keep their topic only under a new major.",
                            "Raise the major version and serve both until the old one's endOfSupport."},
    [DIFF_VERSION_BACK] = {"version-back", DIFF_FREE, "the version went backwards", "Versions order contracts in time.",
                           "Choose a version above the old one."},
    [DIFF_MODEL_ADDED] = {"model-added", DIFF_FREE, "a new event model", "Nobody sends or reads it yet.", "Nothing."},
    [DIFF_MODEL_ACTIVATED] = {"model-activated", DIFF_FREE, "the model is taken into service",
                              "Its events were answered and not kept until now.", "Tell its senders."},
    [DIFF_MODEL_WITHDRAWN] = {"model-withdrawn", DIFF_FREE, "a model that was not in service is gone", "Nobody relied on it.",
                              "Nothing."},
    [DIFF_MODEL_FIELD_ADDED] = {"model-field-added", DIFF_FREE, "an optional field was added to the model",
                                "Senders may leave it out; no use receives it before it says so.", "Tell the senders."},
    [DIFF_MODEL_FIELD_REMOVED] = {"model-field-removed", DIFF_FREE, "a field was removed from the model",
                                  "Senders may go on sending it: it is stripped like any undeclared field.",
                                  "Ask the senders to stop collecting it."},
    [DIFF_MODEL_FIELD_OPTIONAL] = {"model-field-optional", DIFF_FREE, "a field of the model need no longer be sent",
                                   "What senders send today stays valid.", "See what it does to the uses that require it."},
    [DIFF_MODEL_WIDENED] = {"model-widened", DIFF_FREE, "the model accepts more than before",
                            "What senders send today stays valid.", "Tell consumers of values that they have not seen."},
    [DIFF_UNDECLARED_STRIPPED] = {"undeclared-stripped", DIFF_FREE, "undeclared fields are stripped, no longer refused",
                                  "What senders send today stays valid.", "Nothing."},
    [DIFF_THROUGHPUT_RAISED] = {"throughput-raised", DIFF_FREE, "senders may send more events a second",
                                "Nobody has to change anything.", "See that the consumers keep up."},
    [DIFF_USE_ADDED] = {"use-added", DIFF_FREE, "a new use that is not active", "It is counted in the shadow, nothing is stored.",
                        "Nothing; activating it needs approval."},
    [DIFF_USE_WITHDRAWN] = {"use-withdrawn", DIFF_FREE, "a use that was not active is gone", "Nobody read it.", "Nothing."},
    [DIFF_USE_RULES_NARROWED] = {"use-rules-narrowed", DIFF_FREE, "the use takes fewer values than before",
                                 "Events outside its rules are withheld from it; less data is kept.", "Tell its consumers."},
    [DIFF_DATA_USE_NARROWED] = {"data-use-narrowed", DIFF_FREE, "the data use is more specific",
                                "It lies within what was allowed.", "Tell the consumers."},
    [DIFF_RETENTION_SHORTER] = {"retention-shorter", DIFF_FREE, "records are kept for a shorter time",
                                "Less is stored; nobody is promised a minimum by retention.", "Tell the consumers."},
    [DIFF_RESIDENCY_NARROWED] = {"residency-narrowed", DIFF_FREE, "records may be stored in fewer regions",
                                 "It lies within what was allowed.", "Tell the consumers."},
    [DIFF_RECIPIENTS_NARROWED] = {"recipients-narrowed", DIFF_FREE, "fewer roles may read the records",
                                  "It lies within what was allowed.", "Tell the roles that lose access."},
    [DIFF_SUBJECTS_NARROWED] = {"subjects-narrowed", DIFF_FREE, "fewer kinds of people are concerned",
                                "It lies within what was allowed.", "Tell the consumers."},
    [DIFF_HANDLING_STRONGER] = {"handling-stronger", DIFF_FREE, "a field is handled more strongly, its type is the same",
                                "Readers decode it as before and learn less.", "Tell the consumers that values change."},
    [DIFF_CLASS_RAISED] = {"classification-raised", DIFF_FREE, "a field's classification was raised",
                           "It is guarded more strictly.", "Tell the consumers."},
    [DIFF_CATEGORIES_ADDED] = {"categories-added", DIFF_FREE, "a field names more data categories",
                               "What was true before is said more fully.", "Tell the consumers."},
    [DIFF_REGULATIONS_ADDED] = {"regulations-added", DIFF_FREE, "more regulations apply", "Nothing is permitted that was not.",
                                "Tell the consumers."},
    [DIFF_ERASURE_STRENGTHENED] = {"erasure-strengthened", DIFF_FREE, "erasure reaches further than before",
                                   "People's rights are served better.", "Tell the consumers."},
    [DIFF_TRACE_OFF] = {"trace-off", DIFF_FREE, "records no longer carry the trace context", "Records can be joined less easily.",
                        "Tell the consumers."},
    [DIFF_LATENCY_TIGHTENED] = {"latency-tightened", DIFF_FREE, "records are promised sooner",
                                "A late event is told from an earlier moment on.", "See that senders deliver in time."},
    [DIFF_TOPIC_RETENTION_LONGER] = {"topic-retention-longer", DIFF_FREE, "the topic keeps its records longer",
                                     "It stays within the purpose's retention.", "Nothing."},
    [DIFF_DELIVERY_STRONGER] = {"delivery-stronger", DIFF_FREE, "records are kept more safely before they are acknowledged",
                                "Consumers lose nothing by it.", "Nothing."},
    [DIFF_ORDERING_ADDED] = {"ordering-added", DIFF_FREE, "records of one key are now kept in order",
                             "Consumers lose nothing by it.", "Tell the consumers."},
    [DIFF_TAGGING_FULL] = {"tagging-full", DIFF_FREE, "records carry the full set of headers", "Headers are only added.",
                           "Tell the consumers."},
    [DIFF_SERVER_ADDED] = {"server-added", DIFF_FREE, "one more cluster is named for the records",
                           "Those named before are still there.", "Tell the consumers which one is used."},
    [DIFF_DEPRECATED] = {"deprecated", DIFF_FREE, "the contract is now deprecated", "It still routes.",
                         "Tell its senders or readers where to move, and until when."},
    [DIFF_LIFECYCLE] = {"lifecycle-changed", DIFF_FREE, "dates of its life changed", "Nothing ends earlier than was announced.",
                        "Tell its senders or readers."},
    [DIFF_OWNER_CHANGED] = {"owner-changed", DIFF_FREE, "another team answers for the contract", "The data flows as before.",
                            "See that both teams know."},

    [DIFF_WAIVER_REMOVED] = {"waiver-removed", DIFF_FREE, "an exception to a rule has ended", "The rule holds again.",
                             "Nothing."},
    [DIFF_RETAIN_CHANGED] = {"retain-changed", DIFF_FREE, "the shortest time that records must be kept changed",
                             "Kafka is transport: it concerns the archives of the consumers.", "Tell the consumers."},

    [DIFF_USE_ACTIVATED] = {"use-activated", DIFF_APPROVAL, "a new active use", "Data is used for one more purpose.",
                            "Have it approved."},
    [DIFF_USE_FIELD_ADDED] = {"use-field-added", DIFF_APPROVAL, "a field was added to the use",
                              "The purpose receives more data than was approved.", "Have it approved."},
    [DIFF_USE_FIELD_SOURCE] = {"use-field-source", DIFF_APPROVAL, "a field of the use is filled from another field of the model",
                               "Under the old name the purpose receives other data than was approved.", "Have it approved."},
    [DIFF_USE_RULES_WIDENED] = {"use-rules-widened", DIFF_APPROVAL, "the use takes values that it left out before",
                                "The purpose receives more data than was approved.", "Have it approved."},
    [DIFF_HANDLING_WEAKER] = {"handling-weaker", DIFF_APPROVAL, "a field is handled less strongly, or not comparably",
                              "The use learns more of a person, or something else than was approved.", "Have it approved."},
    [DIFF_DATA_USE_WIDENED] = {"data-use-widened", DIFF_APPROVAL, "the data use is another, or a wider one",
                               "Purpose limitation, Art. 5(1)(b) GDPR.", "Have it approved; data collected before may be bound."},
    [DIFF_LEGAL_BASIS_CHANGED] = {"legal-basis-changed", DIFF_APPROVAL, "the legal basis changed",
                                  "A basis is settled before processing begins (Art. 6, 9, 10 GDPR).", "Have it approved."},
    [DIFF_CONSENT_DROPPED] = {"consent-dropped", DIFF_APPROVAL, "consent is no longer asked for",
                              "Who refused would be processed on another basis.", "Have it approved."},
    [DIFF_RETENTION_LONGER] = {"retention-longer", DIFF_APPROVAL, "records are kept longer",
                               "Storage limitation, Art. 5(1)(e) GDPR.", "Have it approved."},
    [DIFF_RESIDENCY_WIDENED] = {"residency-widened", DIFF_APPROVAL, "records may be stored in more regions",
                                "Transfers need a ground (Art. 44 GDPR).", "Have it approved."},
    [DIFF_RECIPIENTS_WIDENED] = {"recipients-widened", DIFF_APPROVAL, "more roles may read the records",
                                 "Recipients are part of the record of processing (Art. 30 GDPR).", "Have it approved."},
    [DIFF_SUBJECTS_WIDENED] = {"subjects-widened", DIFF_APPROVAL, "more kinds of people are concerned",
                               "They were not part of what was approved.", "Have it approved."},
    [DIFF_CLASS_LOWERED] = {"classification-lowered", DIFF_APPROVAL, "a field's classification was lowered",
                            "It is guarded less strictly.", "Have it approved."},
    [DIFF_CATEGORIES_REMOVED] = {"categories-removed", DIFF_APPROVAL, "a field names fewer or other data categories",
                                 "Categories decide what is identifying or sensitive.", "Have it approved."},
    [DIFF_REGULATIONS_REMOVED] = {"regulations-removed", DIFF_APPROVAL, "fewer regulations apply",
                                  "Somebody has to know that a duty ended.", "Have it approved."},
    [DIFF_PURPOSE_CHANGED] = {"purpose-changed", DIFF_APPROVAL, "the purpose reads differently",
                              "A text can mean another purpose, and no program can tell.", "Have it approved."},
    [DIFF_ERASURE_WEAKENED] = {"erasure-weakened", DIFF_APPROVAL, "erasure reaches less far than before",
                               "Right to erasure, Art. 17 GDPR.", "Have it approved."},
    [DIFF_TRACE_ON] = {"trace-on", DIFF_APPROVAL, "records carry the trace context",
                       "It joins the records of all purposes that carry it.", "Have it approved."},
    [DIFF_GOVERNING_FIELD] = {"governing-field", DIFF_APPROVAL,
                              "another field says whose data it is, from where, or by whose consent",
                              "Erasure, residency and consent are decided by it.", "Have it approved."},

    [DIFF_BOUND_TIGHTENED] = {"bound-tightened", DIFF_FREE, "the model permits its uses less than before",
                              "A use that goes beyond it no longer loads; what loads is permitted.",
                              "Tell the owners of its uses."},
    [DIFF_QUALITY_TIGHTENED] = {"quality-tightened", DIFF_FREE, "a quality rule that counts asks for more than before",
                                "It refuses nothing: what breaks it is counted, or raises an alarm.",
                                "See in the metrics whether it is kept today."},
    [DIFF_QUALITY_RENAMED] = {"quality-renamed", DIFF_FREE, "a quality rule has another name",
                              "Metrics, logs and receipts show it under its name.", "Mend the dashboards that name it."},
    [DIFF_ERROR_RATE_TIGHTENED] = {"error-rate-tightened", DIFF_FREE, "senders may have fewer of their events refused",
                                   "It is an alarm: nothing more is refused.", "Tell the senders."},
    [DIFF_BOUND_LOOSENED] = {"bound-loosened", DIFF_APPROVAL, "the model permits its uses more than before, or something else",
                             "Data uses, legal bases, regions and retention that a model permits are what people were told.",
                             "Have it approved."},
    [DIFF_QUALITY_LOOSENED] = {"quality-loosened", DIFF_APPROVAL,
                               "a quality rule that counts asks for less than before, or for something else",
                               "What readers were told to count on may fail, and nobody is warned of it.",
                               "Have it approved by the model's owner, and tell the consumers."},
    [DIFF_ERROR_RATE_LOOSENED] = {"error-rate-loosened", DIFF_APPROVAL, "senders may have more of their events refused",
                                  "Events are lost to all uses for longer before anybody is warned.",
                                  "Have it approved by the model's owner."},
    [DIFF_WAIVER_ADDED] = {"waiver-added", DIFF_APPROVAL, "an exception to a rule", "Somebody has to answer for it.",
                           "Have it approved."},

    [DIFF_USE_REMOVED] = {"use-removed", DIFF_CONSUMERS, "an active use is gone", "Its topic gets no more records.",
                          "Deprecate it first, with an endOfLife that its consumers know."},
    [DIFF_USE_STOPPED] = {"use-stopped", DIFF_CONSUMERS, "an active use no longer routes", "Its topic gets no more records.",
                          "Deprecate it first, with an endOfLife that its consumers know."},
    [DIFF_USE_END_EARLIER] = {"use-end-earlier", DIFF_CONSUMERS, "the use begins later or ends earlier than announced",
                              "Consumers planned with the date.", "Agree on the date with them."},
    [DIFF_USE_FIELD_REMOVED] = {"use-field-removed", DIFF_CONSUMERS, "a field was removed from the use",
                                "Its readers rely on it.", "Serve a new major beside the old one."},
    [DIFF_USE_FIELD_RENAMED] = {"use-field-renamed", DIFF_CONSUMERS, "a field of the use has another name",
                                "Its readers know it by the old one.", "Serve a new major beside the old one."},
    [DIFF_USE_FIELD_RETYPED] = {"use-field-retyped", DIFF_CONSUMERS, "a field of the use has another type",
                                "Its readers decode the old one.", "Serve a new major beside the old one."},
    [DIFF_USE_FIELD_REQUIRED] = {"use-field-required", DIFF_CONSUMERS, "a field of the use must now be there",
                                 "Events without it are withheld, and old records may lack it.",
                                 "Leave it optional, or serve a new major beside the old one."},
    [DIFF_USE_FIELD_OPTIONAL] = {"use-field-optional", DIFF_CONSUMERS, "a field of the use may now be null",
                                 "Its readers count on a value.", "Serve a new major beside the old one."},
    [DIFF_HANDLING_RETYPES] = {"handling-retypes", DIFF_CONSUMERS, "handling changes the type of a field",
                               "Its readers decode the old one.", "Serve a new major beside the old one."},
    [DIFF_PSEUDONYMS_CHANGED] = {"pseudonyms-changed", DIFF_CONSUMERS, "pseudonyms are made with another key",
                                 "Those of yesterday and of tomorrow no longer match.", "Serve a new major beside the old one."},
    [DIFF_LATENCY_LOOSENED] = {"latency-loosened", DIFF_CONSUMERS, "records are promised later",
                               "Consumers planned with the bound.", "Agree on it with them."},
    [DIFF_TOPIC_CHANGED] = {"topic-changed", DIFF_CONSUMERS, "the topic has another name", "Consumers read the old one.",
                            "Serve both until the old one's endOfSupport."},
    [DIFF_NAMESPACE_CHANGED] = {"namespace-changed", DIFF_CONSUMERS, "the Avro namespace has another name",
                                "Generated classes and readers that match by full name no longer find the type.",
                                "Keep it within a major."},
    [DIFF_SCHEMA_INCOMPATIBLE] = {"schema-incompatible", DIFF_CONSUMERS,
                                  "Avro schemas of one topic can no longer read each other's records",
                                  "Within a major every schema reads the records of every other.",
                                  "Serve a new major beside the old one."},
    [DIFF_SCHEMA_LOGICAL] = {"schema-logical", DIFF_CONSUMERS, "a logical type changed under the same Avro type",
                             "The same bytes are read as another value, and no reader notices.",
                             "Serve a new major beside the old one."},
    [DIFF_RECORD_KEY_CHANGED] = {"record-key-changed", DIFF_CONSUMERS, "records have another key",
                                 "Partitions, order and joins rest on it.", "Serve a new major beside the old one."},
    [DIFF_IDENTITY_CHANGED] = {"identity-changed", DIFF_CONSUMERS, "events are identified by other fields",
                               "ce_id changes: resends around the change are not recognised.", "Agree on it with the consumers."},
    [DIFF_EVENT_TIME_CHANGED] = {"event-time-changed", DIFF_CONSUMERS, "another field is the event's time",
                                 "ce_time, age and expiry are counted from it.", "Agree on it with the consumers."},
    [DIFF_ON_LATE_CHANGED] = {"on-late-changed", DIFF_CONSUMERS, "late events go elsewhere",
                              "Consumers find more or fewer records.", "Agree on it with them."},
    [DIFF_TOPIC_RETENTION_SHORTER] = {"topic-retention-shorter", DIFF_CONSUMERS, "the topic keeps its records for a shorter time",
                                      "A consumer that stands still loses records earlier.", "Agree on it with the consumers."},
    [DIFF_DELIVERY_WEAKER] = {"delivery-weaker", DIFF_CONSUMERS, "records are kept less safely before they are acknowledged",
                              "Consumers may miss records.", "Agree on it with them."},
    [DIFF_ORDERING_DROPPED] = {"ordering-dropped", DIFF_CONSUMERS, "records of one key may change order",
                               "Consumers may rely on it.", "Agree on it with them."},
    [DIFF_TAGGING_COMPACT] = {"tagging-compact", DIFF_CONSUMERS, "records carry fewer headers", "Consumers may read them.",
                              "Agree on it with them."},
    [DIFF_SERVER_REMOVED] = {"server-removed", DIFF_CONSUMERS, "a cluster no longer holds the records",
                             "Consumers may be connected to it.", "Agree on it with them."},

    [DIFF_MODEL_REMOVED] = {"model-removed", DIFF_SENDERS, "an event model is gone", "Its events are answered 404.",
                            "Deprecate it first, with an endOfLife that its senders know."},
    [DIFF_MODEL_STOPPED] = {"model-stopped", DIFF_SENDERS, "an event model no longer takes events", "What is sent is not kept.",
                            "Deprecate it first, with an endOfLife that its senders know."},
    [DIFF_MODEL_END_EARLIER] = {"model-end-earlier", DIFF_SENDERS, "the model begins later or ends earlier than announced",
                                "Senders planned with the date.", "Agree on the date with them."},
    [DIFF_EVENT_RENAMED] = {"event-renamed", DIFF_SENDERS, "the event has another type", "Senders name the old one.",
                            "Declare a new model beside the old one."},
    [DIFF_MODEL_FIELD_DEMANDED] = {"model-field-demanded", DIFF_SENDERS, "a required field was added to the model",
                                   "Events of senders that do not know it are refused.", "Add it as optional."},
    [DIFF_MODEL_FIELD_REQUIRED] = {"model-field-required", DIFF_SENDERS, "a field of the model must now be sent",
                                   "Events without it are refused.", "Declare a new model beside the old one."},
    [DIFF_MODEL_FIELD_RENAMED] = {"model-field-renamed", DIFF_SENDERS, "a field of the model has another name in events",
                                  "Senders write the old one.", "Declare a new model beside the old one."},
    [DIFF_MODEL_FIELD_REFUSED] = {"model-field-refused", DIFF_SENDERS, "a field was removed and undeclared fields are refused",
                                  "Events that still hold it are refused.", "Let undeclared fields be stripped."},
    [DIFF_MODEL_NARROWED] = {"model-narrowed", DIFF_SENDERS, "the model accepts less than before",
                             "Events that were fine are refused.", "Declare a new model beside the old one."},
    [DIFF_MODEL_RETYPED] = {"model-retyped", DIFF_SENDERS, "a field of the model has another type",
                            "Events that were fine are refused, or mean something else.",
                            "Declare a new model beside the old one."},
    [DIFF_UNDECLARED_REFUSED] = {"undeclared-refused", DIFF_SENDERS, "undeclared fields are refused, no longer stripped",
                                 "Events that were fine are refused.", "See first, in the counters, who sends them."},
    [DIFF_THROUGHPUT_LOWERED] = {"throughput-lowered", DIFF_SENDERS, "senders may send fewer events a second",
                                 "Senders above the limit are slowed down.", "Agree on it with them."},
};

static const struct {
    const char *word, *text;
} grades[DIFF_GRADES] = {
    [DIFF_FREE] = {"free", "free"},
    [DIFF_APPROVAL] = {"approval", "needs approval"},
    [DIFF_CONSUMERS] = {"consumers", "breaking for consumers"},
    [DIFF_SENDERS] = {"senders", "breaking for senders"},
};

const struct diff_kind_row *diff_kind_row(enum diff_kind kind)
{
    return &rows[kind];
}

enum diff_kind diff_kind_find(struct span name)
{
    unsigned kind = 0;
    while (kind < DIFF_KINDS && !span_is(name, rows[kind].name)) kind++;
    return (enum diff_kind)kind;
}

bool diff_needs_approval(enum diff_kind kind)
{
    return rows[kind].grade == DIFF_APPROVAL || kind == DIFF_USE_FIELD_RETYPED;
}

const char *diff_grade_word(enum diff_grade grade)
{
    return grades[grade].word;
}

const char *diff_grade_text(enum diff_grade grade)
{
    return grades[grade].text;
}

bool diff_grade_find(struct span word, enum diff_grade *out)
{
    for (unsigned i = 0; i < DIFF_GRADES; i++) {
        if (!span_is(word, grades[i].word)) continue;
        *out = (enum diff_grade)i;
        return true;
    }
    return false;
}

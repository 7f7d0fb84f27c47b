/* catalogue.h - all models and uses, resolved and checked together; immutable once built.
 *
 * Three structs on purpose: `struct contract` (contract.h) is one file as written, `struct catalogue` is what all files mean
 * together (everything inherited and derived is stated here), `struct program` (program.h) is what runs.
 *
 * Ownership: everything hangs off the catalogue's arena and dies with it; spans point into it. After catalogue_load() nothing
 * is written any more, so threads read it without locks.
 * Units: times in microseconds, sizes in bytes, lengths of strings in code points. Absent optional texts have NULL data. */
#ifndef HEADGATE_CONTRACTS_CATALOGUE_H
#define HEADGATE_CONTRACTS_CATALOGUE_H

#include "codecs/arena.h"
#include "codecs/digest.h"
#include "codecs/number.h"
#include "codecs/span.h"
#include "codecs/timestamp.h"
#include "contracts/diagnostic.h"

#include <stdint.h>

#define NO_LIMIT INT64_C(-1) /* of a length or count: not declared */
#define NO_TIME  INT64_MIN   /* of an instant: not declared */

enum status { STATUS_PROPOSED, STATUS_DRAFT, STATUS_ACTIVE, STATUS_DEPRECATED, STATUS_RETIRED };
enum classification { CLASS_PUBLIC, CLASS_INTERNAL, CLASS_CONFIDENTIAL, CLASS_RESTRICTED };
enum tier { TIER_RT, TIER_NRT, TIER_BATCH };
enum on_late { ON_LATE_DELIVER, ON_LATE_DIVERT, ON_LATE_DROP };
enum durability { DELIVERY_KAFKA, DELIVERY_SPOOL, DELIVERY_MEMORY };
enum on_blocked { ON_BLOCKED_PARK, ON_BLOCKED_RETRY, ON_BLOCKED_WITHHOLD };
enum tagging { TAGGING_COMPACT, TAGGING_FULL };
enum framing { FRAMING_CONFLUENT, FRAMING_SINGLE_OBJECT };
enum legal_basis {
    BASIS_NONE,
    BASIS_CONSENT,
    BASIS_CONTRACT,
    BASIS_LEGAL_OBLIGATION,
    BASIS_VITAL_INTEREST,
    BASIS_PUBLIC_TASK,
    BASIS_LEGITIMATE_INTEREST
};

/* What a field holds after the ODCS logicalType, its format and physicalType were read together. The Avro type follows from
 * it alone. Scalars stand before TYPE_OBJECT; what has items, from TYPE_ARRAY on. */
enum type {
    TYPE_STRING,
    TYPE_BYTES,   /* string, format byte/binary, avroType bytes: base64 in JSON, bytes in Avro */
    TYPE_INT,     /* i8 i16 i32 u8 u16: Avro int */
    TYPE_LONG,    /* no format, i64, u32: Avro long */
    TYPE_DECIMAL, /* number with precision and scale; u64, i128, u128 with scale 0: Avro bytes decimal */
    TYPE_FLOAT,   /* number f32 */
    TYPE_DOUBLE,  /* number f64 or nothing */
    TYPE_BOOLEAN,
    TYPE_DATE,
    TYPE_TIMESTAMP,
    TYPE_TIME,
    TYPE_OBJECT,
    TYPE_ARRAY,
    TYPE_MAP, /* an array of entries: objects with two children, `key` (a string) and `value`; both required but for the value */
};

static inline bool type_is_scalar(enum type type)
{
    return type < TYPE_OBJECT;
}

static inline bool type_has_items(enum type type)
{
    return type >= TYPE_ARRAY;
}

enum string_format {
    FORMAT_NONE,
    FORMAT_UUID,
    FORMAT_IPV4,
    FORMAT_IPV6,
    FORMAT_HOSTNAME,
    FORMAT_URI,
    FORMAT_EMAIL,
    FORMAT_BASE64
};

/* Handling of a field by a use; pass copies. */
enum handling_kind {
    HANDLE_PASS,
    HANDLE_HMAC,
    HANDLE_ENCRYPT,
    HANDLE_MASK,
    HANDLE_TRUNCATE,
    HANDLE_TRUNCATE_IP,
    HANDLE_GENERALISE,
    HANDLE_ROUND,
    HANDLE_REDACT
};
enum hmac_scope { SCOPE_USE, SCOPE_DOMAIN };

/* A constant in a field's own form: an allowed value, a redaction. */
struct constant {
    struct span text;     /* canonical text */
    struct number number; /* integers and numbers */
    int64_t time;         /* date (days), timestamp and time (us) */
    bool boolean;
};

struct handling {
    enum handling_kind kind;
    enum hmac_scope scope;          /* hmac */
    uint32_t keep_first, keep_last; /* mask: code points */
    bool keep_domain;               /* mask: what follows the last '@', with it, stays */
    uint32_t length;                /* truncate: code points */
    uint8_t v4, v6;                 /* truncate_ip: prefix lengths */
    enum time_unit unit;            /* generalise */
    struct number step;             /* round */
    struct constant constant;       /* redact, of the use field's type */
};

/* Done with a key: what comes out tells nothing to whoever lacks it. */
static inline bool handling_is_keyed(const struct handling *handling)
{
    return handling->kind == HANDLE_HMAC || handling->kind == HANDLE_ENCRYPT;
}

/* Rules on a value. logicalTypeOptions are always errors; a quality rule of severity warning or info only counts. */
struct rules {
    int64_t min_length, max_length; /* string, code points; NO_LIMIT */
    struct span pattern;            /* ECMA-262, unanchored; NULL data = none */
    enum string_format format;
    bool has_minimum, has_maximum; /* numbers and times */
    bool exclusive_minimum, exclusive_maximum;
    struct number minimum,
        maximum; /* integer and number; the range of an integer format is already in here (i128, u128: 38 digits) */
    int64_t minimum_time, maximum_time; /* date (days), timestamp and time (us) */
    bool has_multiple_of;
    struct number multiple_of;
    const struct constant *enumeration; /* validValues with mustBe 0 */
    size_t enumeration_count;
    enum severity enumeration_severity;
    int64_t min_items, max_items; /* array; max_items is never NO_LIMIT (1000 when not declared) */
    bool unique_items;
    int64_t min_properties, max_properties; /* object: declared keys that are present; map: entries, as max_items */
    const struct span *required_keys;       /* object: logicalTypeOptions.required: wire names that must exist, null allowed */
    size_t required_key_count;
};

/* What somebody permits at most; an empty list, no bit, NO_LIMIT: says nothing of it. See limit.h. */
struct limit {
    const struct span *data_uses; /* fideslang keys: each permits what lies in it too */
    size_t data_use_count;
    unsigned legal_bases; /* bits 1 << enum legal_basis */
    const struct span *residency;
    size_t residency_count;
    int64_t retention; /* us */
};

enum limit_scope { LIMIT_OF_MODEL, LIMIT_OF_FIELD, LIMIT_OF_CLASS, LIMIT_OF_CATEGORY };

/* A limit that the house sets for all uses: for a class and those above it, or for a data category and what lies in it. */
struct house_limit {
    enum limit_scope scope;    /* LIMIT_OF_CLASS, LIMIT_OF_CATEGORY */
    enum classification class; /* of LIMIT_OF_CLASS */
    struct span name;          /* of the class, as the house calls it; the category */
    struct limit limit;
};

/* One property, of a model or of a use's projection. In a use `source` is the model's field and `handling` what is done to
 * it; in a model they are NULL and pass. Lists are never NULL-terminated; their counts stand beside them. */
struct field {
    struct span name;      /* identity across model and uses */
    struct span wire_name; /* physicalName or name: the JSON member, the Avro field */
    struct span path;      /* dotted path of names from the root: customer.customer_id; array items add nothing */
    struct place place;
    struct field *parent; /* the object or array it lies in; NULL for the root object */
    uint32_t index;       /* dense within its model or projection, parents before children; the root is 0 */
    enum type type;
    bool required; /* present and not null; of items: not null */
    bool critical; /* criticalDataElement */
    bool unique;
    enum classification classification;
    struct rules rules;
    struct field **children; /* object: in declared order */
    size_t child_count;
    struct field *items; /* array; map: its entry */

    struct span doc;            /* description */
    struct span item_name;      /* of array items: items.name, or <property>_item; of a map's entry: its value's name */
    struct span encrypted_name; /* model: the name of the field that holds it encrypted, in a use; NULL data */
    const struct span *categories;
    size_t category_count;
    const struct span *tags;
    size_t tag_count;

    int precision, scale;                    /* decimal */
    int fraction_digits;                     /* timestamp: 3 (millis) or 6 (micros) in Avro; time: 6 */
    bool zone;                               /* timestamp and time: an offset is required, else it is refused */
    int64_t default_offset;                  /* us: for a date pattern without zone */
    const struct date_pattern *date_pattern; /* NULL = RFC 3339 */
    struct span format_text;                 /* the format as declared; NULL data = none */
    bool uuid;                               /* string with Avro logicalType uuid */
    bool avro_enum;                          /* physicalType enum; the symbols are the enumeration */
    struct span avro_default;                /* JSON text; NULL data = none (a nullable field has default null anyway) */
    const struct span *avro_aliases;
    size_t avro_alias_count;

    const struct limit *limit; /* model: what it permits of this field; NULL = nothing is said */

    const struct field *source; /* use: the model's field */
    struct handling handling;   /* use */
    struct span handling_doc;   /* use: transformDescription; NULL data */
};

struct server {
    struct span name;   /* servers[].server = a cluster's name */
    struct span region; /* NULL data: from the configuration */
};

struct recipient {
    struct span role;
    struct span access;
    struct span first_approvers, second_approvers; /* who grants the role; NULL data */
};

/* What a use points people to: an ontology's term for its purpose, a balancing test, a privacy notice. Never fetched. */
struct document {
    struct span type;
    struct span url;
};

/* An exception that somebody signed; it has been checked. */
struct waiver {
    struct span field; /* dotted path of the use's names */
    struct span rule;
    struct span reason;
    struct span approved_by;
    struct span until; /* a date or an instant, as written */
};

struct use;
struct quality;
struct owned_pattern;

struct model {
    struct span id, name, version;
    struct place place;
    uint32_t index; /* 0 .. catalogue.model_count - 1 */
    uint32_t major;
    enum status status;
    struct span domain;
    struct span event; /* physicalName of the object: CloudEvents type, {event} in URLs, part of topic names */
    struct span purpose;
    struct span owner;
    struct span contact; /* of the owner: a member's username; NULL data */
    struct field *root;
    uint32_t field_count;             /* of the whole tree, root included */
    const struct field *event_time;   /* NULL: CloudEvents time, else received time */
    const struct field *subject;      /* NULL only when there are no data subjects */
    const struct field *residency;    /* residencyField; may be NULL */
    const struct field *consent;      /* consentField, an object; may be NULL */
    const struct field **primary_key; /* in primaryKeyPosition order; may be empty */
    size_t primary_key_count;
    bool reject_undeclared;      /* undeclaredFields: reject */
    const struct span *subjects; /* empty = no personal data, said aloud */
    size_t subject_count;
    const struct span *regulations;
    size_t regulation_count;
    int64_t general_availability, end_of_support, end_of_life; /* us since the epoch, or NO_TIME */
    int64_t throughput;                                        /* events per second and sender; NO_LIMIT */
    struct limit limit;                                        /* what it permits all of its uses */
    double error_rate;         /* percent of refused events that a sender may have; negative = none stated */
    struct quality *qualities; /* quality.h: rules that count; a list in declared order */
    size_t quality_count;
    struct use **uses; /* of this model, in the order of their ids */
    size_t use_count;
};

/* A use of one model. A use-case file that names several models (several majors, say) becomes one `struct use` per schema
 * object; they share id and version. */
struct use {
    struct span id, name, version;
    struct place place;
    uint32_t index; /* 0 .. catalogue.use_count - 1: dense, for tables beside the catalogue */
    uint32_t major;
    enum status status;
    struct model *model;
    struct span domain; /* the model's */
    struct span purpose;
    struct span limitations; /* NULL data = none stated, as of the texts below */
    struct span owner;
    struct span contact;  /* of the owner: a member's username */
    struct span data_use; /* fideslang key */
    enum legal_basis legal_basis;
    struct span special_category_basis, criminal_data_basis; /* Art. 9 and 10 GDPR */
    const struct document *documents;
    size_t document_count;
    const struct waiver *waivers;
    size_t waiver_count;
    struct field *root;       /* the projection */
    uint32_t field_count;     /* of the whole tree, root included */
    const struct field **key; /* record key fields in partitionKeyPosition order; may be empty */
    size_t key_count;
    const struct span *subjects;
    size_t subject_count;
    const struct span *regulations;
    size_t regulation_count;
    const struct span *residency; /* allowed regions; empty = unlimited */
    size_t residency_count;
    const struct server *servers;
    size_t server_count;
    const struct recipient *recipients;
    size_t recipient_count;
    int64_t latency;                /* us */
    bool latency_stated;            /* false: the default was taken */
    int64_t retention;              /* R, us */
    int64_t stated_topic_retention; /* us; NO_LIMIT = derive */
    int64_t retain_at_least;        /* us; NO_LIMIT */
    int64_t frequency;              /* us; NO_LIMIT */
    int64_t general_availability, end_of_support, end_of_life;
    enum tier tier;
    enum on_late on_late;
    enum durability delivery;
    enum on_blocked on_blocked;
    bool ordered; /* ordering: key */
    enum tagging tagging;
    bool trace;
    struct span erasure_method, erasure_exemption, erasure_reason; /* as stated; NULL data */
    bool state_topic;                                              /* topicKind: state */
    struct span stated_topic;                                      /* physicalName of the schema object; NULL data = none */
    struct span namespace_text;                                    /* customProperty namespace or <domain>.<use>.v<major> */

    /* Derived: intent.c */
    struct span topic;
    struct span late_topic;  /* only under onLate divert; NULL data otherwise */
    int64_t topic_retention; /* us: Kafka's retention.ms */
    int64_t segment_time;    /* us: Kafka's segment.ms */
    int64_t oldest_age;      /* us: an event older than this on arrival is expired */
    enum classification highest_class;
    struct span category_level; /* ce_datacategory */
    bool passes_id;             /* the event's id reaches the use raw: ce_id is the id itself */
    bool treats;                /* hashes, encrypts or generalises anything: exact stamps are floored */
    bool needs_key;             /* keyed handling, or ce_id by HMAC */
    enum time_unit stamp_unit;  /* what ce_time, ce_recordedtime, ce_expirytime are floored to when `treats` */
    int64_t largest_record;     /* bytes, upper bound of value + key + headers; INT64_MAX = unbounded */

    /* Derived: schema.c */
    struct span schema;                 /* Avro schema text */
    uint8_t schema_digest[SHA256_SIZE]; /* of the schema's normal form */
    uint32_t schema_id;
    uint64_t schema_fingerprint; /* CRC-64-AVRO of the parsing canonical form */
};

/* What the configuration adds to contracts. Spans outlive the catalogue_load() call. */
struct catalogue_options {
    enum classification default_classification; /* CLASS_CONFIDENTIAL */
    enum tagging default_tagging;
    const struct span *default_residency;
    size_t default_residency_count;
    const struct span *default_regulations;
    size_t default_regulation_count;
    const struct span *class_names; /* house class names: name, label, name, label ... */
    size_t class_name_count;        /* spans, twice the pairs */
    struct span topic_template;     /* NULL data: {domain}.{event}.{use}.v{major} */
    enum framing framing;
    const struct house_limit *house_limits;
    size_t house_limit_count;
    int64_t record_limit; /* bytes: the largest record that every cluster takes; 0 = RECORD_LIMIT */
    bool strict;          /* check --strict: files without a role are judged by the same rules */
    int64_t now;          /* us: for expiries and lifecycle in lint; NO_TIME = do not judge */
};

/* A schema of schemas.lock: text whose records may still live. */
struct locked_schema {
    struct span subject;
    uint32_t version;
    uint32_t id;
    struct span text;
    struct span contract; /* id@version */
};

struct catalogue {
    struct arena *arena;
    struct model **models; /* by event type, sorted; models[i]->index == i */
    size_t model_count;
    struct use **uses; /* by id, then event; uses[i]->index == i */
    size_t use_count;
    size_t quality_count; /* rules that count, of all models: quality->index is below it */
    size_t window_count;  /* of these, those that are judged over a window: the first ones */
    size_t file_count;    /* files read, with and without a role */
    struct span version;  /* short digest over everything that was read, shown as the catalogue's version */
    const struct locked_schema *locked;
    size_t locked_count;
    bool has_lock; /* schemas.lock was there */
    const struct house_limit *house_limits;
    size_t house_limit_count;
    struct owned_pattern *patterns; /* date patterns on the heap, freed with it */
    enum framing framing;           /* of all records: the options' */
};

/* The largest record that a producer hands over unless its cluster is told otherwise: librdkafka's message.max.bytes. */
enum { RECORD_LIMIT = 1000000 };

/* The defaults, all of which a caller may then change. */
void catalogue_options_init(struct catalogue_options *options);

/* Reads DIR recursively (*.yaml, *.yml; file symlinks followed; or one file), resolves and lints everything. Problems go to
 * `diagnostics`; NULL when there was an error among them. The caller destroys it. */
struct catalogue *catalogue_load(const char *dir, const struct catalogue_options *options,
                                 struct diagnostics *diagnostics) MUST_CHECK;
void catalogue_destroy(struct catalogue *catalogue);

/* A contract that is no file: its name in diagnostics, and its text. */
struct catalogue_text {
    struct span path;
    struct span text;
};

/* The same from texts in memory; without schemas.lock. */
struct catalogue *catalogue_load_texts(const struct catalogue_text *texts, size_t count, const struct catalogue_options *options,
                                       struct diagnostics *diagnostics) MUST_CHECK;

/* By event type (model.event); NULL when undeclared. */
const struct model *catalogue_model(const struct catalogue *catalogue, struct span event);

/* By contract id, name or event, of either kind; what is not found is set to NULL. */
void catalogue_find(const struct catalogue *catalogue, struct span contract, const struct model **model, const struct use **use);

/* Words of the enums, as contracts and replies spell them. */
const char *status_word(enum status status);
const char *classification_word(enum classification classification);
const char *tier_word(enum tier tier);
const char *on_late_word(enum on_late on_late);
const char *durability_word(enum durability durability);
const char *legal_basis_word(enum legal_basis basis);
const char *type_word(enum type type);

/* The logicalType that was declared: u64, i128 and u128 are integers that are kept as decimals. */
const char *field_type_word(const struct field *field);

/* The class of a word, which is one of the four labels; *out stays when it is none. */
bool classification_find(struct span word, enum classification *out) MUST_CHECK;

/* The same where the house has names of its own: `names` and `count` as class_names in catalogue_options. */
bool class_find(const struct span *names, size_t count, struct span name, enum classification *out) MUST_CHECK;

/* The legal basis of a word, all of them in one text for messages; `none` is no basis. */
#define LEGAL_BASIS_WORDS "consent contract legal_obligation vital_interest public_task legitimate_interest"
bool legal_basis_find(struct span word, enum legal_basis *out) MUST_CHECK;

#endif

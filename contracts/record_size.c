#include "contracts/record_size.h"

#include "codecs/avro.h"
#include "contracts/ciphertext.h"
#include "contracts/headers.h"

/* Bounds: texts in bytes as the formats allow them (a UUID, the longest IPv6 text, RFC 1035 names, RFC 5321 mailboxes); canonical
 * texts of the other types; a sender's URI as senders files allow it; a header's two lengths as Kafka writes them. */
enum {
    BYTES_PER_CODE_POINT = 4,
    UUID_BOUND = 36,
    IP_BOUND = 45,
    HOSTNAME_BOUND = 253,
    EMAIL_BOUND = 254,
    HMAC_BOUND = 43,
    MASK_HIDDEN = 8,
    SENDER_BOUND = 256,
    STAMP_BOUND = 24,
    FRESHNESS_BOUND = 7,
    SKEW_BOUND = 20,
    TRACEPARENT_BOUND = 55,
    HEADER_LENGTHS = 10
};

/* Saturating: INT64_MAX is "no bound" and stays it. */
static int64_t sum(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t product(int64_t a, int64_t b)
{
    return a != 0 && b > INT64_MAX / a ? INT64_MAX : a * b;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---------------------------------------------------------------- texts */

static int64_t format_bound(enum string_format format)
{
    switch (format) {
    case FORMAT_UUID: return UUID_BOUND;
    case FORMAT_IPV4:
    case FORMAT_IPV6: return IP_BOUND;
    case FORMAT_HOSTNAME: return HOSTNAME_BOUND;
    case FORMAT_EMAIL: return EMAIL_BOUND;
    case FORMAT_NONE:
    case FORMAT_URI:
    case FORMAT_BASE64: break;
    }
    return INT64_MAX;
}

static int64_t enumeration_bound(const struct rules *rules)
{
    if (rules->enumeration_count == 0 || rules->enumeration_severity != SEVERITY_ERROR) return INT64_MAX;
    int64_t longest = 0;
    for (size_t i = 0; i < rules->enumeration_count; i++)
        if ((int64_t)rules->enumeration[i].text.size > longest) longest = (int64_t)rules->enumeration[i].text.size;
    return longest;
}

static int64_t raw_text_bound(const struct rules *rules)
{
    int64_t by_length = rules->max_length == NO_LIMIT ? INT64_MAX : product(rules->max_length, BYTES_PER_CODE_POINT);
    return lesser(by_length, lesser(format_bound(rules->format), enumeration_bound(rules)));
}

static int64_t code_points(uint64_t count)
{
    return product((int64_t)count, BYTES_PER_CODE_POINT);
}

static int64_t canonical_bound(const struct field *field);

/* Base64url of the ciphertext, or its bytes. */
static int64_t encrypted_bound(const struct field *field)
{
    int64_t text = field->source != NULL ? canonical_bound(field->source) : INT64_MAX;
    if (text > INT32_MAX) return INT64_MAX;
    int64_t bytes = (int64_t)ciphertext_size((size_t)text);
    return field->type == TYPE_BYTES ? bytes : (bytes * 4 + 2) / 3;
}

/* Of a string as the use writes it. A function's result is never longer than its own rule says, nor, where it only takes
 * away, than what it was made from. */
static int64_t text_bound(const struct field *field)
{
    const struct handling *handling = &field->handling;
    int64_t source = field->source != NULL ? raw_text_bound(&field->source->rules) : INT64_MAX;
    switch (handling->kind) {
    case HANDLE_HMAC: return HMAC_BOUND;
    case HANDLE_ENCRYPT: return encrypted_bound(field);
    case HANDLE_TRUNCATE_IP: return IP_BOUND;
    case HANDLE_REDACT: return (int64_t)handling->constant.text.size;
    case HANDLE_TRUNCATE: return lesser(source, code_points(handling->length));
    case HANDLE_MASK: {
        uint64_t kept = (uint64_t)handling->keep_first + handling->keep_last + MASK_HIDDEN;
        return handling->keep_domain ? source : lesser(source, code_points(kept));
    }
    case HANDLE_PASS:
    case HANDLE_GENERALISE:
    case HANDLE_ROUND: break;
    }
    return lesser(source, raw_text_bound(&field->rules));
}

/* Canonical text: keys and ids. */
static int64_t canonical_bound(const struct field *field)
{
    static const int64_t bounds[] = {[TYPE_INT] = 11,
                                     [TYPE_LONG] = 20,
                                     [TYPE_DECIMAL] = 41,
                                     [TYPE_FLOAT] = NUMBER_TEXT_MAX,
                                     [TYPE_DOUBLE] = NUMBER_TEXT_MAX,
                                     [TYPE_BOOLEAN] = 5,
                                     [TYPE_DATE] = 10,
                                     [TYPE_TIMESTAMP] = 27,
                                     [TYPE_TIME] = 16};
    bool is_text = field->type == TYPE_STRING || field->type == TYPE_BYTES;
    if (is_text || !type_is_scalar(field->type)) return text_bound(field);
    return bounds[field->type];
}

static int64_t joined_bound(const struct field *const *fields, size_t count)
{
    int64_t total = count > 0 ? (int64_t)count - 1 : 0;
    for (size_t i = 0; i < count; i++) total = sum(total, canonical_bound(fields[i]));
    return total;
}

/* ---------------------------------------------------------------- Avro */

static int64_t value_bound(const struct field *field);

static int64_t children_bound(const struct field *field)
{
    int64_t total = 0;
    for (size_t i = 0; i < field->child_count; i++) total = sum(total, value_bound(field->children[i]));
    return total;
}

static int64_t bare_bound(const struct field *field)
{
    switch (field->type) {
    case TYPE_STRING: return field->avro_enum ? 5 : sum(AVRO_LONG_MAX, text_bound(field));
    case TYPE_BYTES: return sum(AVRO_LONG_MAX, text_bound(field));
    case TYPE_INT:
    case TYPE_DATE: return 5;
    case TYPE_LONG:
    case TYPE_TIMESTAMP:
    case TYPE_TIME: return AVRO_LONG_MAX;
    case TYPE_DECIMAL: return AVRO_DECIMAL_MAX + 1;
    case TYPE_FLOAT: return 4;
    case TYPE_DOUBLE: return 8;
    case TYPE_BOOLEAN: return 1;
    case TYPE_OBJECT: return children_bound(field);
    case TYPE_ARRAY: return sum(AVRO_LONG_MAX + 1, product(field->rules.max_items, value_bound(field->items)));
    case TYPE_MAP: return sum(AVRO_LONG_MAX + 1, product(field->rules.max_properties, value_bound(field->items)));
    }
    return INT64_MAX;
}

/* A nullable value is a union: the branch costs a byte. */
static int64_t value_bound(const struct field *field)
{
    return sum(bare_bound(field), field->required ? 0 : 1);
}

/* ---------------------------------------------------------------- records */

int64_t record_size_header(size_t name, size_t value)
{
    return (int64_t)(name + value) + HEADER_LENGTHS;
}

static int64_t id_bound(const struct use *use)
{
    if (!use->passes_id) return UUID_BOUND;
    return joined_bound(use->model->primary_key, use->model->primary_key_count);
}

static int64_t varying_bound(const struct use *use)
{
    static const struct {
        enum header_id id;
        int64_t value;
    } bounds[] = {{HEADER_SOURCE, SENDER_BOUND},       {HEADER_TIME, STAMP_BOUND},
                  {HEADER_RECORDEDTIME, STAMP_BOUND},  {HEADER_EXPIRYTIME, STAMP_BOUND},
                  {HEADER_FRESHNESS, FRESHNESS_BOUND}, {HEADER_CLOCKSKEWMS, SKEW_BOUND},
                  {HEADER_CONSENTREF, HMAC_BOUND},     {HEADER_TRACEPARENT, TRACEPARENT_BOUND}};
    int64_t total = sum(id_bound(use), record_size_header(header_row(HEADER_ID)->name.size, 0));
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        const struct header_row *row = header_row(bounds[i].id);
        if (!row->compact && use->tagging == TAGGING_COMPACT) continue;
        total = sum(total, record_size_header(row->name.size, (size_t)bounds[i].value));
    }
    return total;
}

int64_t record_size_bound(const struct use *use, int64_t fixed_headers)
{
    int64_t key = use->key_count > 0 ? joined_bound(use->key, use->key_count) : id_bound(use);
    int64_t value = sum(SINGLE_OBJECT_FRAME, children_bound(use->root));
    return sum(sum(value, key), sum(fixed_headers, varying_bound(use)));
}

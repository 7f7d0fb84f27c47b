/* words.c - the enums of catalogue.h as contracts and replies spell them. */
#include "contracts/catalogue.h"

const char *status_word(enum status status)
{
    static const char *const words[] = {[STATUS_PROPOSED] = "proposed",
                                        [STATUS_DRAFT] = "draft",
                                        [STATUS_ACTIVE] = "active",
                                        [STATUS_DEPRECATED] = "deprecated",
                                        [STATUS_RETIRED] = "retired"};
    return words[status];
}

const char *classification_word(enum classification classification)
{
    static const char *const words[] = {[CLASS_PUBLIC] = "public",
                                        [CLASS_INTERNAL] = "internal",
                                        [CLASS_CONFIDENTIAL] = "confidential",
                                        [CLASS_RESTRICTED] = "restricted"};
    return words[classification];
}

bool classification_find(struct span word, enum classification *out)
{
    for (int class = CLASS_PUBLIC; class <= CLASS_RESTRICTED; class ++) {
        if (!span_is(word, classification_word((enum classification) class))) continue;
        *out = (enum classification) class;
        return true;
    }
    return false;
}

bool class_find(const struct span *names, size_t count, struct span name, enum classification *out)
{
    for (size_t i = 0; i + 1 < count; i += 2)
        if (span_equal(names[i], name)) return classification_find(names[i + 1], out);
    return classification_find(name, out);
}

const char *tier_word(enum tier tier)
{
    static const char *const words[] = {[TIER_RT] = "rt", [TIER_NRT] = "nrt", [TIER_BATCH] = "batch"};
    return words[tier];
}

const char *on_late_word(enum on_late on_late)
{
    static const char *const words[] = {[ON_LATE_DELIVER] = "deliver", [ON_LATE_DIVERT] = "divert", [ON_LATE_DROP] = "drop"};
    return words[on_late];
}

const char *durability_word(enum durability durability)
{
    static const char *const words[] = {[DELIVERY_KAFKA] = "kafka", [DELIVERY_SPOOL] = "spool", [DELIVERY_MEMORY] = "memory"};
    return words[durability];
}

const char *legal_basis_word(enum legal_basis basis)
{
    static const char *const words[] = {[BASIS_NONE] = "none",
                                        [BASIS_CONSENT] = "consent",
                                        [BASIS_CONTRACT] = "contract",
                                        [BASIS_LEGAL_OBLIGATION] = "legal_obligation",
                                        [BASIS_VITAL_INTEREST] = "vital_interest",
                                        [BASIS_PUBLIC_TASK] = "public_task",
                                        [BASIS_LEGITIMATE_INTEREST] = "legitimate_interest"};
    return words[basis];
}

bool legal_basis_find(struct span word, enum legal_basis *out)
{
    for (int basis = BASIS_CONSENT; basis <= BASIS_LEGITIMATE_INTEREST; basis++) {
        if (!span_is(word, legal_basis_word((enum legal_basis)basis))) continue;
        *out = (enum legal_basis)basis;
        return true;
    }
    return false;
}

/* The logicalType: what Avro makes of it is not the senders' concern. */
const char *type_word(enum type type)
{
    static const char *const words[] = {[TYPE_STRING] = "string",       [TYPE_BYTES] = "string",    [TYPE_INT] = "integer",
                                        [TYPE_LONG] = "integer",        [TYPE_DECIMAL] = "number",  [TYPE_FLOAT] = "number",
                                        [TYPE_DOUBLE] = "number",       [TYPE_BOOLEAN] = "boolean", [TYPE_DATE] = "date",
                                        [TYPE_TIMESTAMP] = "timestamp", [TYPE_TIME] = "time",       [TYPE_OBJECT] = "object",
                                        [TYPE_ARRAY] = "array",         [TYPE_MAP] = "map"};
    return words[type];
}

const char *field_type_word(const struct field *field)
{
    bool integer = field->type == TYPE_DECIMAL && field->scale == 0 && field->format_text.data != NULL;
    return integer ? "integer" : type_word(field->type);
}

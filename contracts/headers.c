#include "contracts/headers.h"

/* A span as a constant initialiser; the literal's NUL is behind it. */
#define TEXT(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }
#define COMPACT true
#define FULL    false
#define FIXED   true
#define VARYING false

/* Names and meanings: CloudEvents 1.0.2 and its Kafka binding 3.2.3 (binary mode); the official extensions recordedtime,
 * expirytime and data classification; our own. */
static const struct header_row rows[HEADER_COUNT] = {
    [HEADER_CONTENT_TYPE] = {TEXT("content-type"), COMPACT, FIXED, "application/avro", "the value is Avro, framed"},
    [HEADER_SPECVERSION] = {TEXT("ce_specversion"), COMPACT, FIXED, "1.0", "CloudEvents"},
    [HEADER_ID] = {TEXT("ce_id"), COMPACT, VARYING, "0190f3c2-7f4e-7c11-9a53-0b1d5f0c9a11",
                   "the event's id where the use passes it raw; else UUIDv8 of HMAC(use key, model id, event id)"},
    [HEADER_SOURCE] = {TEXT("ce_source"), COMPACT, VARYING, "urn:acme:app:checkout",
                       "URI of the authenticated sender: an application, never a device or person"},
    [HEADER_TYPE] = {TEXT("ce_type"), COMPACT, FIXED, "payment.authorized", "the model's event"},
    [HEADER_TIME] = {TEXT("ce_time"), COMPACT, VARYING, "2026-11-22T13:44:13.250Z", "event time as sent, never corrected"},
    [HEADER_RECORDEDTIME] = {TEXT("ce_recordedtime"), FULL, VARYING, "2026-11-22T13:44:14.001Z", "received time"},
    [HEADER_EXPIRYTIME] = {TEXT("ce_expirytime"), COMPACT, VARYING, "2026-12-22T13:44:13.250Z",
                           "deletion deadline: the lesser of corrected and received time, and the retention"},
    [HEADER_DATASCHEMA] = {TEXT("ce_dataschema"), FULL, FIXED, "urn:acme:risk:use:fraud_detection:1.0.0:payment_authorized",
                           "the use's contract id, version and schema object, URI-safe"},
    [HEADER_DATACLASSIFICATION] = {TEXT("ce_dataclassification"), COMPACT, FIXED, "confidential",
                                   "the highest class in the projection: public, internal, confidential or restricted"},
    [HEADER_DATAREGULATION] = {TEXT("ce_dataregulation"), FULL, FIXED, "GDPR,PCI-DSS",
                               "regulations; left out when there are none"},
    [HEADER_DATACATEGORY] =
        {TEXT("ce_datacategory"), FULL, FIXED, "sensitive",
         "the highest data category in the projection: non-sensitive, standard, sensitive or special-category"},
    [HEADER_USECASE] = {TEXT("ce_usecase"), COMPACT, FIXED, "fraud_detection", "the use's name"},
    [HEADER_DATAUSE] = {TEXT("ce_datause"), FULL, FIXED, "essential.fraud_detection", "dataUse"},
    [HEADER_LEGALBASIS] = {TEXT("ce_legalbasis"), FULL, FIXED, "legitimate_interest",
                           "legalBasis; left out where there is no personal data"},
    [HEADER_DATASUBJECTS] = {TEXT("ce_datasubjects"), FULL, FIXED, "customer", "dataSubjects; left out when there are none"},
    [HEADER_CONTRACTID] = {TEXT("ce_contractid"), COMPACT, FIXED, "urn:acme:risk:use:fraud_detection", "the use's contract id"},
    [HEADER_CONTRACTVERSION] = {TEXT("ce_contractversion"), COMPACT, FIXED, "1.0.0", "the use's version"},
    [HEADER_RESIDENCY] = {TEXT("ce_residency"), FULL, FIXED, "EU", "region of the cluster chosen; left out where it has none"},
    [HEADER_FRESHNESS] = {TEXT("ce_freshness"), FULL, VARYING, "on_time", "on_time, or late: older than the latency bound"},
    [HEADER_CLOCKSKEWMS] = {TEXT("ce_clockskewms"), FULL, VARYING, "-4210",
                            "received time less sent time; left out when 0, and where the use hashes, encrypts or generalises"},
    [HEADER_CONSENTREF] = {TEXT("ce_consentref"), FULL, VARYING, "q1V0x3bN9kQ0m2wZ7rT5yU8iO4pA6sD1fG3hJ5kL7zX",
                           "HMAC(use key, consent reference); only where the legal basis is consent"},
    [HEADER_TRACEPARENT] = {TEXT("ce_traceparent"), FULL, VARYING, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                            "W3C trace context; only under trace: true, never where the use hashes, encrypts or generalises"},
};

const struct header_row *header_row(enum header_id id)
{
    return &rows[id];
}

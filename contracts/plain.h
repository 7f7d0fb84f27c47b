/* plain.h - contracts in words that a lawyer understands: full phrases, no function names, no abbreviations.
 *
 * Texts that are made live in the arena; NULL data when it is exhausted. */
#ifndef HEADGATE_CONTRACTS_PLAIN_H
#define HEADGATE_CONTRACTS_PLAIN_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"

/* "Cut to the hour". */
struct span plain_handling(const struct handling *handling, struct arena *arena) MUST_CHECK;

/* One or two words for a narrow column; `plain_handling_legend` says what they mean. */
struct span plain_handling_short(const struct handling *handling, struct arena *arena) MUST_CHECK;

/* The legend's lines for the kinds of handling that plain_handling_short() abbreviates: "hash", what it means. */
struct plain_term {
    const char *term;
    const char *meaning;
};
const struct plain_term *plain_handling_legend(size_t *count);

/* "Legitimate interests, Art. 6(1)(f) GDPR". */
const char *plain_legal_basis(enum legal_basis basis);

/* "no legal effect yet", "in force" ...: what a status means for the data. */
const char *plain_status(enum status status);

/* How long the use may keep the data, and how long Kafka does. */
struct span plain_retention(const struct use *use, struct arena *arena) MUST_CHECK;
struct span plain_kafka_retention(const struct use *use, struct arena *arena) MUST_CHECK;

/* How the data is erased, with exemption and reason. */
struct span plain_erasure(const struct use *use, struct arena *arena) MUST_CHECK;

/* How soon records are there, and what happens to late ones. */
struct span plain_freshness(const struct use *use, struct arena *arena) MUST_CHECK;

/* essential.fraud_detection: "Essential > fraud detection". */
struct span plain_key(struct span key, struct arena *arena) MUST_CHECK;

/* The items joined by `glue`; `none` when there are none. */
struct span plain_list(const struct span *items, size_t count, const char *glue, const char *none,
                       struct arena *arena) MUST_CHECK;

#endif

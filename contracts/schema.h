/* schema.h - the Avro schema of a use: text, canonical form, fingerprint, id.
 *
 * The text is a function of the use's projection alone: same contract, same bytes. Three forms of one schema:
 *     text            what the registry serves: with docs, classification, confluent:tags
 *     canonical form  Avro's Parsing Canonical Form: what a fingerprint covers. It drops logical types, so decimals of another
 *                     scale look alike: never a compatibility test by itself
 *     normal form     canonical form + logicalType, precision, scale, default, aliases, confluent:tags: what an id stands for */
#ifndef HEADGATE_CONTRACTS_SCHEMA_H
#define HEADGATE_CONTRACTS_SCHEMA_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"
#include "contracts/diagnostic.h"

/* Ids start here: no clash with a house registry that counts from 1. */
#define SCHEMA_ID_BASE UINT32_C(0x40000000)

/* Fills use->schema, schema_id (before collisions and the lock: schema_assign) and schema_fingerprint. False after it added
 * diagnostics (names illegal in Avro, two records of one name, enum symbols, defaults of the wrong type), or when the arena is
 * exhausted. */
bool schema_derive(struct use *use, struct arena *arena, struct diagnostics *diagnostics) MUST_CHECK;

/* Gives every use of the catalogue its final id: that of the locked schema with the same normal form where there is one; else
 * the derived one, with a counter byte where another schema has that id. False when the arena is exhausted. */
bool schema_assign(struct catalogue *catalogue) MUST_CHECK;

/* <topic>-value; NULL data when the arena is exhausted. */
struct span schema_subject(const struct use *use, struct arena *arena) MUST_CHECK;

/* Parsing Canonical Form (Avro 1.11) and normal form of any Avro schema text. NULL data when it is no JSON, nested too deep, or
 * the arena is exhausted. */
struct span schema_canonical(struct span text, struct arena *arena) MUST_CHECK;
struct span schema_normal(struct span text, struct arena *arena) MUST_CHECK;

/* SCHEMA_ID_BASE + 30 bits of SHA-256 over the normal form (with a counter byte behind it after a collision). */
uint32_t schema_id(struct span normal);

#endif

/* intent.h - what a use's declaration says about routing: topic, tier, retention, tags.
 *
 * Reads what the loader resolved, fills the part of `struct use` marked "Derived: intent.c", and `tier`. Where latency is not
 * stated it sets that too: the lesser of 24 h and the use's oldest age. */
#ifndef HEADGATE_CONTRACTS_INTENT_H
#define HEADGATE_CONTRACTS_INTENT_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"
#include "contracts/diagnostic.h"
#include "contracts/record.h"

#define INTENT_TOPIC_TEMPLATE SPAN("{domain}.{event}.{use}.v{major}")

enum { TOPIC_NAME_MAX = 249 }; /* Kafka's limit; with .late */

/* Fills the derived fields. False after it added diagnostics with severity error, or when the arena is exhausted
 * (diagnostics->failed is set then). */
bool intent_derive(struct use *use, const struct catalogue_options *options, struct arena *arena,
                   struct diagnostics *diagnostics) MUST_CHECK;

/* Whether a topic template is usable: known placeholders only, {event}, {use} and {major} among them, legal characters. NULL,
 * or a constant sentence that says what is wrong. */
const char *intent_template_fault(struct span template_text) MUST_CHECK;

/* The fixed headers of a use, in the table's order, according to its tagging; `region` is that of the cluster chosen (NULL data:
 * unknown, ce_residency is left out). They live in the arena. False when it is exhausted. */
bool intent_headers(const struct use *use, struct arena *arena, struct span region, struct header **fixed,
                    size_t *count) MUST_CHECK;

/* A duration as people read it: 13 d 23 h 50 min. */
struct span duration_text(struct arena *arena, int64_t us) MUST_CHECK;

#endif

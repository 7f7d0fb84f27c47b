/* catalogue_twins.h - the orders in which a catalogue is kept, and complaints of what stands twice in it; of catalogue.c alone.
 */
#ifndef HEADGATE_CONTRACTS_CATALOGUE_TWINS_H
#define HEADGATE_CONTRACTS_CATALOGUE_TWINS_H

#include "contracts/catalogue.h"
#include "contracts/contract.h"

/* What is kept of a document to tell whether its id stands twice. */
struct twin {
    struct span id;     /* NULL data = none */
    struct place place; /* of the id */
    enum contract_role role;
};

struct twins {
    struct catalogue *catalogue;
    struct twin *contracts;
    size_t contract_count;
    struct diagnostics *diagnostics;
};

/* Sorts the contracts by id and complains of ids that stand twice. */
void twins_contracts(const struct twins *twins);

/* The same for the models, by event; their objects' names count too. */
void twins_models(const struct twins *twins);

/* The same for the uses, by id and event; their topics count. */
void twins_topics(const struct twins *twins);

#endif

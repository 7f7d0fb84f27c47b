/* foreign.h - what is wrong with a contract that takes no part here, beyond the shape of its elements: faults that every reader
 * of the standard would stumble over. */
#ifndef HEADGATE_CONTRACTS_FOREIGN_H
#define HEADGATE_CONTRACTS_FOREIGN_H

#include "contracts/contract.h"

/* Complaints go to odcs->diagnostics; in a lenient reading they are warnings. */
void foreign_judge(struct odcs *odcs, const struct contract *contract);

#endif

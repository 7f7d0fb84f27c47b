/* record_headers.h - the headers that differ from record to record (contracts.md, section 4). */
#ifndef HEADGATE_CONTRACTS_RECORD_HEADERS_H
#define HEADGATE_CONTRACTS_RECORD_HEADERS_H

#include "contracts/arrival.h"

/* ce_id: the event's id where the use passes it, else the UUIDv8 of HMAC(use key, model id, event id), so that two uses share no
 * id. NULL data when memory is out. */
struct span record_id(struct arrival *arrival, const struct use_program *program) MUST_CHECK;

/* The headers that every record of program->use has, names only, in the order of the table in headers.h. */
void record_headers_prepare(struct use_program *program);

/* Fills the record's headers and its cost, once key and value are known; the headers' values go behind the record, where there
 * is room for program->varying.most. False when memory is out. */
bool record_headers(struct arrival *arrival, const struct use_program *program, struct span id, bool late,
                    struct record *record) MUST_CHECK;

#endif

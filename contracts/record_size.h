/* record_size.h - how large a use's records can become, for comparison with the broker's max.message.bytes. */
#ifndef HEADGATE_CONTRACTS_RECORD_SIZE_H
#define HEADGATE_CONTRACTS_RECORD_SIZE_H

#include "contracts/catalogue.h"

/* Upper bound in bytes of value, key and headers of one record, frame and per-header lengths included; INT64_MAX when some text
 * has no bound. Wants the derived fields of the use (intent.c) but largest_record itself; `fixed_headers` is what
 * those cost. */
int64_t record_size_bound(const struct use *use, int64_t fixed_headers) MUST_CHECK;

/* What a header of these lengths costs in the record. */
int64_t record_size_header(size_t name, size_t value) MUST_CHECK;

#endif

/* field_opener.h - shows the encrypted fields of a record to whoever has the keys.
 *
 * What cannot be opened is shown as such, with its key's id and the reason: one field never fails its record. */
#ifndef HEADGATE_CONTRACTS_FIELD_OPENER_H
#define HEADGATE_CONTRACTS_FIELD_OPENER_H

#include "contracts/avro_json.h"
#include "contracts/keyring.h"

struct field_opener {
    const struct keyring *keyring;
    struct span contract; /* the use's contract id, from the record's headers; NULL data: the record does not say */
};

/* For avro_json_write_open(). The opener outlives what is returned. */
struct avro_json_opener field_opener_open(struct field_opener *opener);

#endif

/* decode_map.h - what a map has beside an array: keys, and their order. Behind decode.c. */
#ifndef HEADGATE_CONTRACTS_DECODE_MAP_H
#define HEADGATE_CONTRACTS_DECODE_MAP_H

#include "contracts/decode.h"

/* Reads the name at the cursor as a key, judges it, and passes the colon behind it; walk->up is the map's path. False when
 * cursor->error is set. */
bool decode_key(struct walk *walk, const struct decode_node *key, struct frame *entry) MUST_CHECK;

/* Brings the entries into the order of their keys, and reports two with one key. n log n, whatever the sender chose. False when
 * cursor->error is set. */
bool decode_entries(struct walk *walk, const struct decode_node *map, struct slot *slot, const struct path *path) MUST_CHECK;

#endif

/* handling.h - what a use does to a value before it gets it: hash, encrypt, mask, truncate, generalise, round, redact.
 *
 * A null stays null: handling is not asked. A value that a function cannot treat (no address, a rounding beyond 38 digits) is
 * never passed on as it is: the use is unfit for the event. */
#ifndef HEADGATE_CONTRACTS_HANDLING_H
#define HEADGATE_CONTRACTS_HANDLING_H

#include "codecs/digest.h"
#include "contracts/catalogue.h"
#include "contracts/ciphertext.h"
#include "contracts/value.h"

/* The ASCII words that begin every HMAC input, so that a hash of one kind never equals one of another. */
#define HMAC_WORD_FIELD SPAN("field")
#define HMAC_WORD_ID    SPAN("ce_id")

enum { MASK_MAX = 8 };

/* A handling, ready to run. */
struct handling_program {
    const struct handling *handling;
    const struct field *source; /* of the model: says how its canonical text is written */
    const struct field *field;  /* of the use */
    struct hmac_key key;        /* hmac */
    uint32_t writer;            /* encrypt: which of the worker's writers */
    struct span bound;          /* encrypt: what the ciphertext is bound to */
};

/* What a worker brings along. */
struct handling_tools {
    struct ciphertext_writer **writers; /* one per use that encrypts */
    bool failed;                        /* there was no randomness: not the event's fault, nor the use's */
};

/* The most bytes that the treated text has, for a text of `size` bytes; handling_apply() needs that much room. */
size_t handling_room(const struct handling *handling, size_t size);

/* Replaces the value by the treated one; its text may lie in `room`. False when the function cannot treat it, or with
 * tools->failed. `tools` may be NULL where nothing is encrypted. */
bool handling_apply(const struct handling_program *program, struct value *value, char *room,
                    struct handling_tools *tools) MUST_CHECK;

/* The functions on text, each into `room`; they return what was written or a part of the text. */
struct span handling_mask(const struct handling *handling, struct span text, char *room);
struct span handling_hmac(const struct hmac_key *key, struct span canonical, char room[HMAC_TEXT]);

/* The network's canonical address; NULL data when the text is no address. */
struct span handling_truncate_ip(const struct handling *handling, struct span text, char *room);

#endif

/* senders_edit.h - the text of a senders file with one change; everything else, comments too, stays as it was.
 *
 * Works on whole lines of the usual block style. The result is read back and compared before it is given: a file whose style
 * it cannot edit is refused and never damaged. */
#ifndef HEADGATE_GATEWAY_SENDERS_EDIT_H
#define HEADGATE_GATEWAY_SENDERS_EDIT_H

#include "gateway/senders.h"

/* A fresh key: its text is shown once, the file gets prefix and hash. */
struct sender_secret {
    char key[SENDER_KEY + 1];
    char prefix[SENDER_PREFIX + 1];
    char hash[65]; /* hex of SHA-256 over the secret's text */
};

/* False when the system has no random numbers. */
bool sender_secret_new(struct sender_secret *out) MUST_CHECK;

/* Adds a sender with one key, or a further key where the name is there already (its other members stay). `sender` gives name,
 * kind, events, origins, receipts and undeclared; `created` is RFC 3339. An empty text begins a new file. NULL when fine, else a
 * constant sentence. */
const char *senders_edit_add(struct span text, const struct sender *sender, const struct sender_secret *secret,
                             struct span created, struct buffer *out) MUST_CHECK;

/* Drops a sender by name, or one key by prefix. NULL when fine, else a constant sentence. */
const char *senders_edit_revoke(struct span text, struct span name_or_prefix, struct buffer *out) MUST_CHECK;

#endif

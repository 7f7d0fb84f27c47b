/* senders.h - who may send what: the senders file, read, and changed by `headgate senders`.
 *
 *     senders:
 *       - name: urn:acme:app:checkout      # becomes ce_source
 *         kind: server                     # server | app | browser
 *         events: [order.placed]           # or: all
 *         receipts: false
 *         origins: [https://shop.example]  # browser senders: CORS
 *         undeclared_events: observe       # refuse | observe; not stated: as the configuration says
 *         keys:
 *           - prefix: 4f9a1c2b7d10         # hg_<prefix>_<secret>
 *             sha256: 9f86d081...          # of the secret's text; the key itself is nowhere
 *             created: 2026-11-22T13:44:13Z
 *
 * A parsed set is immutable and shared by threads. Two keys may live side by side, so that a key is renewed without a gap. */
#ifndef HEADGATE_GATEWAY_SENDERS_H
#define HEADGATE_GATEWAY_SENDERS_H

#include "codecs/buffer.h"
#include "codecs/span.h"
#include "gateway/config.h"

#include <stdint.h>

enum sender_kind { SENDER_SERVER, SENDER_APP, SENDER_BROWSER, SENDER_KINDS };

enum { SENDER_PREFIX = 12, SENDER_SECRET = 43, SENDER_KEY = 3 + SENDER_PREFIX + 1 + SENDER_SECRET };

#define SENDER_ANONYMOUS "urn:headgate:anonymous"

struct sender_key {
    struct span prefix;
    uint8_t hash[32];
    struct span created; /* as written; NULL data = not stated */
};

struct sender {
    struct span name;
    uint32_t index; /* dense, for counters */
    enum sender_kind kind;
    enum undeclared_events undeclared;
    bool receipts;
    bool all_events;
    const struct span *events; /* sorted, when not all */
    size_t event_count;
    const struct span *origins;
    size_t origin_count;
    const struct sender_key *keys;
    size_t key_count;
    uint32_t line; /* in the file */
};

/* A key with whose it is; by prefix. */
struct sender_entry {
    const struct sender_key *key;
    const struct sender *sender;
};

struct senders {
    struct arena *arena;
    struct sender *items;
    size_t count;
    const struct sender_entry *entries; /* sorted by prefix */
    size_t entry_count;
    bool anonymous; /* no file: items[0] is SENDER_ANONYMOUS */
};

/* Reads the text of a senders file; `file` names it in errors. NULL with errors when anything is wrong. */
struct senders *senders_parse(struct span text, const char *file, struct config_errors *errors) MUST_CHECK;

/* The file itself; refused when others may write to it. */
struct senders *senders_load(const char *file, struct config_errors *errors) MUST_CHECK;

/* One sender, SENDER_ANONYMOUS, that may send all; `receipts` under --embedded. NULL when out of memory. */
struct senders *senders_anonymous(bool receipts) MUST_CHECK;

/* Senders that do not say what becomes of undeclared events get this; before the set is shared. */
void senders_settle(struct senders *senders, enum undeclared_events undeclared);

/* NULL is fine. */
void senders_destroy(struct senders *senders);

/* The sender of an Authorization value (`Bearer hg_..._...`, scheme in any case); NULL when it names nobody. Takes the same
 * time for every wrong secret. The anonymous set answers its one sender where there is no value (NULL data). */
const struct sender *senders_find(const struct senders *senders, struct span authorization);

/* By name; NULL when there is none. */
const struct sender *senders_by_name(const struct senders *senders, struct span name);

/* Whether its list of events, or of origins (those of browsers), holds this one. */
bool sender_may_send(const struct sender *sender, struct span event) MUST_CHECK;
bool sender_has_origin(const struct sender *sender, struct span origin) MUST_CHECK;
const char *sender_kind_word(enum sender_kind kind);

/* refuse, observe; NULL for UNDECLARED_UNSTATED. */
const char *undeclared_events_word(enum undeclared_events undeclared);

#endif

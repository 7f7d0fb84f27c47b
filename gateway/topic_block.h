/* topic_block.h - why records may not go to a topic, as /readyz, metrics and logs name it. */
#ifndef HEADGATE_GATEWAY_TOPIC_BLOCK_H
#define HEADGATE_GATEWAY_TOPIC_BLOCK_H

/* Why records may not go to a topic. Everything but TOPIC_USABLE blocks. */
enum topic_block {
    TOPIC_USABLE,
    TOPIC_UNCHECKED,    /* no broker has answered the audit yet */
    TOPIC_MISSING,      /* there is none, or the broker says so to a record */
    TOPIC_UNAUTHORIZED, /* we may not write to it, or not look at its settings */
    TOPIC_KEEPS_LONGER, /* retention.ms, segment.ms or cleanup.policy: it would keep longer than the contract */
    TOPIC_UNSAFE,       /* min.insync.replicas 1 on more than one broker, for delivery kafka or spool */
    TOPIC_TOO_SMALL,    /* max.message.bytes is below what one batch of ours may be */
    TOPIC_REFUSED,      /* a policy of the broker, or it could not be made */
    TOPIC_BLOCKS
};

/* A block in a word for metrics and /readyz: "missing", "unauthorized"; "usable". */
const char *topic_block_word(enum topic_block block);

#endif

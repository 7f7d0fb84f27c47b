/* draft.h - a contract that is being written: what was inferred, what a person said, and what still has to be asked.
 *
 *     infer_events, infer_json_schema, infer_avro --> struct draft_model --> draft_write_model() --> ODCS text
 *
 * What nobody stated is marked in the text with a comment `# guessed: why`. What only a person can say and did not is written as
 * `ANSWER: the question`; check refuses such a file (rule `unanswered`), so nothing passes that nobody looked at. */
#ifndef HEADGATE_CONTRACTS_DRAFT_H
#define HEADGATE_CONTRACTS_DRAFT_H

#include "codecs/arena.h"
#include "codecs/buffer.h"
#include "contracts/catalogue.h"

#define DRAFT_QUESTION "ANSWER: "

enum draft_kind {
    DRAFT_STRING,
    DRAFT_INTEGER,
    DRAFT_NUMBER,
    DRAFT_BOOLEAN,
    DRAFT_DATE,
    DRAFT_TIMESTAMP,
    DRAFT_TIME,
    DRAFT_OBJECT,
    DRAFT_ARRAY,
    DRAFT_MAP,    /* of text to what `items` says; takes apiVersion v3.2.0 */
    DRAFT_NOTHING /* left out, with a note that says why */
};

enum draft_zone { ZONE_UNSTATED, ZONE_LOCAL, ZONE_OFFSET };

/* One property. Texts with NULL data and limits of NO_LIMIT are not stated. */
struct draft_field {
    struct span name; /* the JSON member: letters, digits, _ */
    enum draft_kind kind;
    bool required;
    bool primary_key;
    struct span format, pattern;
    struct span minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of; /* numbers as JSON, times as text */
    int64_t min_length, max_length, min_items, max_items, min_properties, max_properties;
    bool unique_items;
    enum draft_zone zone;
    int precision, scale;      /* a decimal where precision is above 0 */
    bool bytes;                /* base64 in JSON, bytes in Avro */
    bool micros;               /* a timestamp of microseconds */
    const struct span *values; /* allowed values as YAML scalars */
    size_t value_count;
    struct span doc;
    struct span category; /* fideslang, guessed */
    bool identifying;     /* the category names a person: restricted */
    struct span guess;    /* what is guessed about it, for the comment */
    struct draft_field *children, *next, *items;
};

struct draft_model {
    struct span event; /* order.placed */
    struct span name;  /* order_placed */
    struct span id, domain, owner;
    struct span doc;
    struct span source;          /* what it was drafted from: a sentence; NULL data = nothing */
    bool subjects_known;         /* said aloud: subjects, or that there are none */
    const struct span *subjects; /* fideslang keys */
    size_t subject_count;
    struct span subject_field, event_time; /* dotted paths */
    bool subject_guessed, time_guessed;
    bool active; /* status active, else draft */
    bool reject_undeclared;
    struct draft_field *root;
};

/* A field with nothing stated; NULL when the arena is exhausted. */
struct draft_field *draft_field_create(struct arena *arena, struct span name, enum draft_kind kind) MUST_CHECK;

/* Whether Avro and the gateway can hold a member of this name. */
bool draft_is_name(struct span name) MUST_CHECK;

/* OrderPlaced, order.placed, "order placed" -> order_placed, in the arena; NULL data when nothing is left or memory is out. */
struct span draft_slug(struct span text, struct arena *arena) MUST_CHECK;

/* Leaves out what came out empty: objects without members, arrays without items; the field itself becomes DRAFT_NOTHING then. */
void draft_prune(struct draft_field *field, struct arena *arena);

/* Guesses personal data, the primary key, the event time and the subject of a whole draft (draft_guess.c). */
bool draft_guess(struct draft_model *model, struct arena *arena) MUST_CHECK;

/* Appends the ODCS text. Questions stand where an answer is missing. */
void draft_write_model(const struct draft_model *model, struct buffer *out);

/* Appends `text` as a YAML scalar that every reader takes for this text. */
void draft_write_text(struct buffer *out, struct span text);

#endif

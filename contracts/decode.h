/* decode.h - the decode program of a model: what a JSON event must look like, and in which slot each value lies.
 *
 * A tree of nodes, one per declared field, laid out for one pass over the text. Members of one object lie in neighbouring slots,
 * so what an object lacks is a mask away. Compiled once, then only read; what changes from event to event is `struct walk`. */
#ifndef HEADGATE_CONTRACTS_DECODE_H
#define HEADGATE_CONTRACTS_DECODE_H

#include "codecs/timestamp.h"
#include "contracts/catalogue.h"
#include "contracts/checks.h"
#include "contracts/lookup.h"
#include "contracts/slots.h"
#include "contracts/violations.h"

struct decode_object;
struct decode_array;
struct decode_node;
struct walk;

/* Reads the value at `at`, whose token is paid and whose state is SLOT_PRESENT, and judges it: the place behind it, NULL exactly
 * when cursor->error is set. A place behind the text's end says that padding was taken for text: nothing was reported, and
 * decode_long() is to read the value again. */
typedef const char *decode_reader(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame);

/* How a value is read where it is written as senders mostly write it. */
enum decode_op {
    DECODE_LONG,   /* as if it were not */
    DECODE_TEXT,   /* a string; right when its size lies between low and high */
    DECODE_FORMAT, /* right when it also has the format */
    DECODE_SHAPE,  /* right when it has the shape of the checks */
    DECODE_VALUES,
    DECODE_CODES,   /* one of node->codes */
    DECODE_INTEGER, /* right between low and high, like those that follow */
    DECODE_DECIMAL,
    DECODE_INSTANT, /* RFC 3339 in UTC */
    DECODE_REAL,    /* right between `above` and `below` */
    DECODE_BOOLEAN,
    DECODE_OBJECT,
    DECODE_ARRAY,
    DECODE_MAP,
};

/* What the walk needs of a member comes first. */
struct decode_node {
    struct json_expected expected;
    decode_reader *read;
    uint32_t slot;
    uint32_t place; /* of the slot in its frame, in bytes */
    uint32_t guess; /* member: where the guess lies that follows it */
    uint32_t code_count;
    /* Outside of them (always, where the first is the greater) the checks are asked. */
    union {
        struct {
            int64_t low, high;
        };
        struct {
            double above, below; /* on the bounds themselves too */
        };
    };
    const struct checks *checks;       /* NULL = none but the type's own */
    const struct json_expected *codes; /* allowed texts, each with its closing quote */
    bool (*format)(struct span text);  /* where padding is behind the text */
    int scale;
    enum decode_op op;
    const struct field *field;
    struct decode_object *object;
    struct decode_array *array;
    enum type type;
    struct span name; /* the JSON member; NULL data for items and the root */
};

struct decode_object {
    struct decode_node *members; /* in declared order, and behind them one that never comes next */
    uint32_t count;
    uint32_t first_slot; /* members[i].slot == first_slot + i */
    struct lookup names;
    uint64_t marks;           /* decode_mark() of all names: most undeclared ones have another */
    const uint64_t *required; /* SLOT_VALUE for each member that must have a value; (count + 7) / 8 words of states */
    const bool *keys;         /* by member: must exist, null allowed; NULL = none must */
    uint32_t guesses;         /* where this object's guesses begin */
};

/* An array, or a map as an array of its entries: then the item is an object of two members, both named `*`, and the items are
 * in the order of their keys. */
/* A bit for a name, by its size and its first byte. */
static inline uint64_t decode_mark(struct span name)
{
    return UINT64_C(1) << (((name.size > 0 ? (unsigned char)name.data[0] * (size_t)5 : 0) + name.size) & 63);
}

struct decode_array {
    struct decode_node item;
    struct frame_layout layout; /* of an item's frame */
    int64_t max_items;
    bool unique;
};

struct decoder {
    struct decode_node root; /* an object */
    struct frame_layout layout;
    uint32_t guess_count; /* entries of walk.guesses */
    bool reject_undeclared;
};

/* NULL after a diagnostic, or when memory is out (diagnostics->failed). Lives in the arena. */
struct decoder *decoder_compile(const struct model *model, struct arena *arena, struct pattern_list *patterns,
                                struct diagnostics *diagnostics) MUST_CHECK;

/* The node of a field of the model; NULL when it is not in the tree. */
const struct decode_node *decoder_find(const struct decoder *decoder, const struct field *field);

/* What reads the values of an op. */
decode_reader *decode_reader_of(enum decode_op op);

/* Sets the guesses to the declared order. */
void decoder_reset_guesses(const struct decoder *decoder, const struct decode_node **guesses);

/* What one event's reading needs. */
struct walk {
    struct json_cursor *cursor;
    struct arena *arena;
    struct pattern_scratch *scratch;
    const struct decoder *decoder;
    const struct decode_node **guesses; /* per object, per member: which one followed it last time */
    struct violations *violations;
    struct timestamp_recent *recent; /* the enforcer's */
    const char *fast_end;            /* no short way begins behind it: the text's end, or its begin to take the long way always */
    const struct path *up;           /* of what is being read into; NULL for the root */
};

/* Reads the value at the cursor as an event into `root` (cleared, of decoder->layout). False when the text is no JSON or memory
 * is out: cursor->error says which. What breaks the model goes to walk->violations. */
bool decoder_run(struct walk *walk, struct frame *root) MUST_CHECK;

#endif

#include "contracts/plain.h"

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "contracts/handling_parse.h"

#include <ctype.h>

/* Moves what was written into the arena. */
static struct span kept(struct buffer *text, struct arena *arena)
{
    struct span copy = {NULL, 0};
    if (buffer_ok(text)) copy = arena_copy(arena, text->size > 0 ? buffer_span(text) : SPAN(""));
    buffer_deinit(text);
    return copy;
}

/* ---------------------------------------------------------------- handling */

/* "the first character", "the last 3 characters" */
static void append_kept(const char *end, uint32_t count, bool first, struct buffer *text)
{
    if (count == 0) return;
    buffer_append_text(text, first ? "; readable: " : ", ");
    if (count == 1)
        buffer_printf(text, "the %s character", end);
    else
        buffer_printf(text, "the %s %u characters", end, count);
}

static struct span mask_phrase(const struct handling *handling, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY;
    bool first = handling->keep_first > 0, last = handling->keep_last > 0;
    buffer_append_text(&text, "Masked");
    append_kept("first", handling->keep_first, true, &text);
    append_kept("last", handling->keep_last, !first, &text);
    if (handling->keep_domain) buffer_printf(&text, "%sthe domain after the @", first || last ? ", " : "; readable: ");
    if (!first && !last && !handling->keep_domain) buffer_append_text(&text, " completely");
    return kept(&text, arena);
}

struct span plain_handling(const struct handling *handling, struct arena *arena)
{
    char step[NUMBER_TEXT_MAX];
    switch (handling->kind) {
    case HANDLE_HMAC:
        return span_of(handling->scope == SCOPE_DOMAIN
                           ? "Pseudonym: a keyed code that is the same for all uses of the domain; not readable without the key"
                           : "Pseudonym: a keyed code of this use alone; not readable without the key");
    case HANDLE_ENCRYPT: return SPAN("Encrypted with a key of this use alone; readable for those who are given the key");
    case HANDLE_MASK: return mask_phrase(handling, arena);
    case HANDLE_TRUNCATE:
        if (handling->length == 1) return SPAN("Cut to the first character");
        return arena_printf(arena, "Cut to the first %u characters", handling->length);
    case HANDLE_TRUNCATE_IP:
        return arena_printf(arena, "Network part of the address only: %u of 32 bits (IPv4), %u of 128 bits (IPv6)", handling->v4,
                            handling->v6);
    case HANDLE_GENERALISE: return arena_printf(arena, "Cut to the %s", time_unit_word(handling->unit));
    case HANDLE_ROUND:
        return arena_printf(arena, "Rounded to multiples of %.*s", (int)number_format(&handling->step, step), step);
    case HANDLE_REDACT: return arena_printf(arena, "Replaced by the constant \"%.*s\"", SPAN_ARGS(handling->constant.text));
    case HANDLE_PASS: break;
    }
    return SPAN("As it is");
}

static struct span mask_short(const struct handling *handling, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY;
    buffer_append_text(&text, "mask ");
    if (handling->keep_first > 0) buffer_printf(&text, "%u", handling->keep_first);
    buffer_append_char(&text, '*');
    if (handling->keep_last > 0) buffer_printf(&text, "%u", handling->keep_last);
    if (handling->keep_domain) buffer_append_char(&text, '@');
    return kept(&text, arena);
}

struct span plain_handling_short(const struct handling *handling, struct arena *arena)
{
    char step[NUMBER_TEXT_MAX];
    switch (handling->kind) {
    case HANDLE_HMAC: return handling->scope == SCOPE_DOMAIN ? SPAN("domain hash") : SPAN("hash");
    case HANDLE_ENCRYPT: return SPAN("encrypted");
    case HANDLE_MASK: return mask_short(handling, arena);
    case HANDLE_TRUNCATE: return arena_printf(arena, "first %u", handling->length);
    case HANDLE_TRUNCATE_IP: return arena_printf(arena, "net /%u /%u", handling->v4, handling->v6);
    case HANDLE_GENERALISE: return arena_printf(arena, "to %s", time_unit_word(handling->unit));
    case HANDLE_ROUND: return arena_printf(arena, "by %.*s", (int)number_format(&handling->step, step), step);
    case HANDLE_REDACT: return SPAN("constant");
    case HANDLE_PASS: break;
    }
    return SPAN("as is");
}

const struct plain_term *plain_handling_legend(size_t *count)
{
    static const struct plain_term terms[] = {
        {"as is", "unchanged"},
        {"hash", "keyed hash, the key is the use's own"},
        {"domain hash", "keyed hash, one key for the uses of the domain"},
        {"encrypted", "readable with a key of the use's own"},
        {"mask 2*3@", "masked; the first 2 and last 3 characters and the domain stay"},
        {"first 2", "cut to the first 2 characters"},
        {"net /24 /48", "network part of an IPv4 and IPv6 address"},
        {"to hour", "time cut to the start of the hour"},
        {"by 0.5", "rounded to multiples of 0.5"},
        {"constant", "replaced by a constant"},
    };
    *count = COUNT_OF(terms);
    return terms;
}

/* ---------------------------------------------------------------- law */

const char *plain_legal_basis(enum legal_basis basis)
{
    static const char *const words[] = {
        [BASIS_NONE] = "None stated",
        [BASIS_CONSENT] = "Consent, Art. 6(1)(a) GDPR",
        [BASIS_CONTRACT] = "Performance of a contract, Art. 6(1)(b) GDPR",
        [BASIS_LEGAL_OBLIGATION] = "Legal obligation, Art. 6(1)(c) GDPR",
        [BASIS_VITAL_INTEREST] = "Vital interests, Art. 6(1)(d) GDPR",
        [BASIS_PUBLIC_TASK] = "Public task, Art. 6(1)(e) GDPR",
        [BASIS_LEGITIMATE_INTEREST] = "Legitimate interests, Art. 6(1)(f) GDPR",
    };
    return words[basis];
}

const char *plain_status(enum status status)
{
    static const char *const words[] = {
        [STATUS_PROPOSED] = "proposed: tried out, no data is delivered",
        [STATUS_DRAFT] = "draft: tried out, no data is delivered",
        [STATUS_ACTIVE] = "active: data is delivered",
        [STATUS_DEPRECATED] = "deprecated: data is still delivered",
        [STATUS_RETIRED] = "retired: no data is delivered",
    };
    return words[status];
}

/* 7 years (2555 days), 13 days 23 hours 50 minutes: words where engineers read "13 d 23 h 50 min". */
static struct span period(int64_t us, struct arena *arena)
{
    static const struct {
        int64_t us;
        const char *word;
    } units[] = {{US_PER_DAY, "day"}, {US_PER_HOUR, "hour"}, {US_PER_MINUTE, "minute"}, {US_PER_SECOND, "second"}};
    struct buffer text = BUFFER_EMPTY;
    int64_t year = 365 * US_PER_DAY, rest = us;
    if (us >= year && us % year == 0)
        return arena_printf(arena, "%lld year%s (%lld days)", (long long)(us / year), us == year ? "" : "s",
                            (long long)(us / US_PER_DAY));
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        int64_t count = rest / units[i].us;
        rest %= units[i].us;
        if (count > 0)
            buffer_printf(&text, "%s%lld %s%s", text.size > 0 ? " " : "", (long long)count, units[i].word, count == 1 ? "" : "s");
    }
    if (text.size == 0) buffer_printf(&text, "%lld ms", (long long)(us / US_PER_MS));
    return kept(&text, arena);
}

struct span plain_retention(const struct use *use, struct arena *arena)
{
    struct span most = period(use->retention, arena);
    if (most.data == NULL) return most;
    if (use->retain_at_least == NO_LIMIT)
        return arena_printf(arena, "At most %.*s after the event, then to be deleted", SPAN_ARGS(most));
    struct span least = period(use->retain_at_least, arena);
    if (least.data == NULL) return least;
    return arena_printf(arena, "At least %.*s and at most %.*s after the event, then to be deleted", SPAN_ARGS(least),
                        SPAN_ARGS(most));
}

struct span plain_kafka_retention(const struct use *use, struct arena *arena)
{
    struct span topic = period(use->topic_retention, arena), segment = period(use->segment_time, arena);
    if (topic.data == NULL || segment.data == NULL) return (struct span){NULL, 0};
    return arena_printf(arena, "%.*s, and up to %.*s more until the broker deletes them", SPAN_ARGS(topic), SPAN_ARGS(segment));
}

struct span plain_erasure(const struct use *use, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY;
    struct span method = use->erasure_method.data != NULL ? use->erasure_method : SPAN("expiry");
    if (use->subject_count == 0)
        buffer_append_text(&text, "Not needed: no personal data, by declaration");
    else if (span_is(method, "expiry"))
        buffer_append_text(&text, "By expiry: everything is deleted when its retention ends");
    else if (span_is(method, "none"))
        buffer_append_text(&text, "None on request");
    else
        buffer_printf(&text, "By %.*s", SPAN_ARGS(method));
    if (use->erasure_exemption.size > 0) {
        struct span exemption = plain_key(use->erasure_exemption, arena);
        buffer_printf(&text, "; exemption of Art. 17(3) GDPR: %.*s", SPAN_ARGS(exemption));
    }
    if (use->erasure_reason.size > 0) buffer_printf(&text, "; reason: %.*s", SPAN_ARGS(use->erasure_reason));
    return kept(&text, arena);
}

struct span plain_freshness(const struct use *use, struct arena *arena)
{
    static const char *const late[] = {
        [ON_LATE_DELIVER] = "later ones are delivered all the same",
        [ON_LATE_DIVERT] = "later ones go to a topic of their own",
        [ON_LATE_DROP] = "later ones are dropped",
    };
    struct span latency = period(use->latency, arena);
    if (latency.data == NULL) return latency;
    return arena_printf(arena, "Within %.*s of the event; %s", SPAN_ARGS(latency), late[use->on_late]);
}

/* ---------------------------------------------------------------- words */

struct span plain_key(struct span key, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < key.size; i++) {
        if (key.data[i] == '.')
            buffer_append_text(&text, " > ");
        else if (i == 0)
            buffer_append_char(&text, (char)toupper((unsigned char)key.data[i]));
        else
            buffer_append_char(&text, key.data[i] == '_' ? ' ' : key.data[i]);
    }
    return kept(&text, arena);
}

struct span plain_list(const struct span *items, size_t count, const char *glue, const char *none, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY;
    if (count == 0) return span_of(none);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_append_text(&text, glue);
        buffer_append_span(&text, items[i]);
    }
    return kept(&text, arena);
}

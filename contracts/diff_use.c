/* diff_use.c - two versions of a use: what it may do with whose data, where, for how long, and what its readers are promised. */
#include "contracts/diff_parts.h"
#include "contracts/fideslang.h"

#define NOWHERE SPAN("") /* the contract as a whole */

struct use_diff {
    struct diffing *diffing;
    const struct use *old, *new;
};

static void told(const struct use_diff *at, enum diff_kind kind, const char *name, struct span was, struct span is)
{
    diff_add(at->diffing, kind, NOWHERE, "%s: %.*s -> %.*s", name, SPAN_ARGS(was), SPAN_ARGS(is));
}

/* ---------------------------------------------------------------- purpose and law */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

/* The text from `*at` on: its next byte with runs of blanks as one and none at the ends; '\0' at its end. */
static char next_byte(struct span text, size_t *at)
{
    size_t before = *at;
    while (*at < text.size && is_blank(text.data[*at])) (*at)++;
    if (*at == text.size) return '\0';
    if (*at > before && before > 0) return ' ';
    return text.data[(*at)++];
}

/* A paragraph that was wrapped anew says what it said. */
static bool reads_alike(struct span a, struct span b)
{
    size_t at_a = 0, at_b = 0;
    for (;;) {
        char left = next_byte(a, &at_a), right = next_byte(b, &at_b);
        if (left != right) return false;
        if (left == '\0') return true;
    }
}

static struct span or_none(struct span text)
{
    return text.data != NULL ? text : SPAN("none");
}

/* The purpose as a vocabulary defines it: the first link of type purpose. */
static struct span purpose_link(const struct use *use)
{
    for (size_t i = 0; i < use->document_count; i++)
        if (span_is(use->documents[i].type, "purpose")) return use->documents[i].url;
    return (struct span){NULL, 0};
}

static void compare_purpose(const struct use_diff *at)
{
    const struct use *old = at->old, *new = at->new;
    if (!reads_alike(old->purpose, new->purpose)) told(at, DIFF_PURPOSE_CHANGED, "purpose", old->purpose, new->purpose);
    if (!reads_alike(old->limitations, new->limitations))
        told(at, DIFF_PURPOSE_CHANGED, "limitations", or_none(old->limitations), or_none(new->limitations));
    struct span was = purpose_link(old), is = purpose_link(new);
    if (!span_equal(was, is)) told(at, DIFF_PURPOSE_CHANGED, "purpose by definition", or_none(was), or_none(is));
    if (span_equal(old->data_use, new->data_use)) return;
    bool narrower = fideslang_is_descendant(new->data_use, old->data_use);
    told(at, narrower ? DIFF_DATA_USE_NARROWED : DIFF_DATA_USE_WIDENED, "dataUse", old->data_use, new->data_use);
}

static void compare_text_basis(const struct use_diff *at, const char *name, struct span old, struct span new)
{
    if (!span_equal(old, new)) told(at, DIFF_LEGAL_BASIS_CHANGED, name, or_none(old), or_none(new));
}

static void compare_basis(const struct use_diff *at)
{
    const struct use *old = at->old, *new = at->new;
    compare_text_basis(at, "specialCategoryBasis", old->special_category_basis, new->special_category_basis);
    compare_text_basis(at, "criminalDataBasis", old->criminal_data_basis, new->criminal_data_basis);
    if (old->legal_basis == new->legal_basis) return;
    told(at, old->legal_basis == BASIS_CONSENT ? DIFF_CONSENT_DROPPED : DIFF_LEGAL_BASIS_CHANGED, "legalBasis",
         span_of(legal_basis_word(old->legal_basis)), span_of(legal_basis_word(new->legal_basis)));
}

/* In rising order of how far it reaches; nothing stated is expiry. */
static int erasure_rank(struct span method)
{
    static const char *const methods[] = {"none", "expiry", "tombstone", "crypto_shred"};
    for (size_t i = 0; i < COUNT_OF(methods); i++)
        if (span_is(method, methods[i])) return (int)i;
    return 1;
}

static void compare_erasure(const struct use_diff *at)
{
    struct span old = at->old->erasure_method, new = at->new->erasure_method;
    int was = erasure_rank(old), is = erasure_rank(new);
    if (was != is)
        told(at, is < was ? DIFF_ERASURE_WEAKENED : DIFF_ERASURE_STRENGTHENED, "erasure", old.data != NULL ? old : SPAN("expiry"),
             new.data != NULL ? new : SPAN("expiry"));
    else if (is == 0 && !span_equal(at->old->erasure_exemption, at->new->erasure_exemption))
        told(at, DIFF_ERASURE_WEAKENED, "exemption from erasure", at->old->erasure_exemption, at->new->erasure_exemption);
}

static bool has_waiver(const struct use *use, const struct waiver *waiver)
{
    for (size_t i = 0; i < use->waiver_count; i++)
        if (span_equal(use->waivers[i].field, waiver->field) && span_equal(use->waivers[i].rule, waiver->rule) &&
            span_equal(use->waivers[i].until, waiver->until))
            return true;
    return false;
}

/* A longer one is a new one. */
static void compare_waivers_one_way(const struct use_diff *at, const struct use *use, const struct use *other,
                                    enum diff_kind kind)
{
    for (size_t i = 0; i < use->waiver_count; i++) {
        const struct waiver *waiver = &use->waivers[i];
        if (!has_waiver(other, waiver))
            diff_add(at->diffing, kind, waiver->field, "of %.*s until %.*s", SPAN_ARGS(waiver->rule), SPAN_ARGS(waiver->until));
    }
}

/* ---------------------------------------------------------------- where, for whom, how long */

/* An empty list is: anywhere. */
static bool within(const struct use *inner, const struct use *outer)
{
    if (outer->residency_count == 0) return true;
    return inner->residency_count > 0 &&
           diff_contains(outer->residency, outer->residency_count, inner->residency, inner->residency_count);
}

static void compare_residency(const struct use_diff *at)
{
    const struct use *old = at->old, *new = at->new;
    bool narrower = within(new, old);
    if (narrower && within(old, new)) return;
    told(at, narrower ? DIFF_RESIDENCY_NARROWED : DIFF_RESIDENCY_WIDENED, "residency",
         diff_list(at->diffing, old->residency, old->residency_count, "anywhere"),
         diff_list(at->diffing, new->residency, new->residency_count, "anywhere"));
}

static bool may_read(const struct use *use, const struct recipient *recipient)
{
    for (size_t i = 0; i < use->recipient_count; i++)
        if (span_equal(use->recipients[i].role, recipient->role) && span_equal(use->recipients[i].access, recipient->access))
            return true;
    return false;
}

/* Roles of `use` that the other one does not have with the same access. */
static void compare_recipients_one_way(const struct use_diff *at, const struct use *use, const struct use *other,
                                       enum diff_kind kind, const char *said)
{
    for (size_t i = 0; i < use->recipient_count; i++) {
        const struct recipient *recipient = &use->recipients[i];
        struct span access = recipient->access.data != NULL ? recipient->access : SPAN("any");
        if (!may_read(other, recipient))
            diff_add(at->diffing, kind, NOWHERE, "%s: %.*s (access: %.*s)", said, SPAN_ARGS(recipient->role), SPAN_ARGS(access));
    }
}

static void compare_recipients(const struct use_diff *at)
{
    compare_recipients_one_way(at, at->new, at->old, DIFF_RECIPIENTS_WIDENED, "new role");
    compare_recipients_one_way(at, at->old, at->new, DIFF_RECIPIENTS_NARROWED, "role that is gone");
}

/* `lower` and `higher` are the kinds of a bound that went down and up; NO_LIMIT of a retention is the highest. */
static void compare_duration(const struct use_diff *at, const char *name, int64_t old, int64_t new, enum diff_kind lower,
                             enum diff_kind higher)
{
    if (old == new) return;
    bool longer = new == NO_LIMIT || (old != NO_LIMIT && new > old);
    told(at, longer ? higher : lower, name, diff_duration(at->diffing, old), diff_duration(at->diffing, new));
}

static void compare_times(const struct use_diff *at)
{
    const struct use *old = at->old, *new = at->new;
    compare_duration(at, "retention", old->retention, new->retention, DIFF_RETENTION_SHORTER, DIFF_RETENTION_LONGER);
    compare_duration(at, "latency", old->latency, new->latency, DIFF_LATENCY_TIGHTENED, DIFF_LATENCY_LOOSENED);
    if (old->retain_at_least != new->retain_at_least)
        told(at, DIFF_RETAIN_CHANGED, "retainAtLeast", diff_duration(at->diffing, old->retain_at_least),
             diff_duration(at->diffing, new->retain_at_least));
    /* derived from the retention where nothing is stated: then it was told above */
    bool derived = old->stated_topic_retention == NO_LIMIT && new->stated_topic_retention == NO_LIMIT;
    if (!derived || old->retention == new->retention)
        compare_duration(at, "topic retention", old->topic_retention, new->topic_retention, DIFF_TOPIC_RETENTION_SHORTER,
                         DIFF_TOPIC_RETENTION_LONGER);
}

/* ---------------------------------------------------------------- what readers are promised */

static void compare_topic(const struct use_diff *at)
{
    const struct use *old = at->old, *new = at->new;
    if (!span_equal(old->topic, new->topic)) told(at, DIFF_TOPIC_CHANGED, "topic", old->topic, new->topic);
    if (!span_equal(old->namespace_text, new->namespace_text))
        told(at, DIFF_NAMESPACE_CHANGED, "namespace", old->namespace_text, new->namespace_text);
    if (old->state_topic != new->state_topic)
        told(at, DIFF_TOPIC_CHANGED, "topicKind", old->state_topic ? SPAN("state") : SPAN("log"),
             new->state_topic ? SPAN("state") : SPAN("log"));
}

static struct span key_text(const struct use_diff *at, const struct use *use)
{
    struct span text = use->key_count > 0 ? use->key[0]->path : SPAN("ce_id");
    for (size_t i = 1; i < use->key_count; i++) {
        text = arena_printf(at->diffing->diff->arena, "%.*s, %.*s", SPAN_ARGS(text), SPAN_ARGS(use->key[i]->path));
        if (text.data == NULL) at->diffing->diff->failed = true;
    }
    return text;
}

static void compare_key(const struct use_diff *at)
{
    struct span was = key_text(at, at->old), is = key_text(at, at->new);
    if (!span_equal(was, is)) told(at, DIFF_RECORD_KEY_CHANGED, "record key", was, is);
}

/* Safest first. */
static int delivery_rank(enum durability delivery)
{
    static const int ranks[] = {[DELIVERY_KAFKA] = 2, [DELIVERY_SPOOL] = 1, [DELIVERY_MEMORY] = 0};
    return ranks[delivery];
}

static void compare_delivery(const struct use_diff *at)
{
    static const char *const blocked_words[] = {
        [ON_BLOCKED_PARK] = "park", [ON_BLOCKED_RETRY] = "retry", [ON_BLOCKED_WITHHOLD] = "withhold"};
    const struct use *old = at->old, *new = at->new;
    if (old->on_late != new->on_late)
        told(at, DIFF_ON_LATE_CHANGED, "onLate", span_of(on_late_word(old->on_late)), span_of(on_late_word(new->on_late)));
    if (old->delivery != new->delivery)
        told(at, delivery_rank(new->delivery) < delivery_rank(old->delivery) ? DIFF_DELIVERY_WEAKER : DIFF_DELIVERY_STRONGER,
             "delivery", span_of(durability_word(old->delivery)), span_of(durability_word(new->delivery)));
    bool withheld = (old->on_blocked == ON_BLOCKED_WITHHOLD) != (new->on_blocked == ON_BLOCKED_WITHHOLD);
    if (withheld)
        told(at, new->on_blocked == ON_BLOCKED_WITHHOLD ? DIFF_DELIVERY_WEAKER : DIFF_DELIVERY_STRONGER, "onBlocked",
             span_of(blocked_words[old->on_blocked]), span_of(blocked_words[new->on_blocked]));
    if (old->ordered != new->ordered)
        told(at, new->ordered ? DIFF_ORDERING_ADDED : DIFF_ORDERING_DROPPED, "ordering",
             old->ordered ? SPAN("key") : SPAN("none"), new->ordered ? SPAN("key") : SPAN("none"));
}

static void compare_headers(const struct use_diff *at)
{
    const struct use *old = at->old, *new = at->new;
    if (old->trace != new->trace)
        told(at, new->trace ? DIFF_TRACE_ON : DIFF_TRACE_OFF, "trace", old->trace ? SPAN("true") : SPAN("false"),
             new->trace ? SPAN("true") : SPAN("false"));
    if (old->tagging != new->tagging)
        told(at, new->tagging == TAGGING_FULL ? DIFF_TAGGING_FULL : DIFF_TAGGING_COMPACT, "tagging",
             old->tagging == TAGGING_FULL ? SPAN("full") : SPAN("compact"),
             new->tagging == TAGGING_FULL ? SPAN("full") : SPAN("compact"));
}

static bool has_server(const struct use *use, const struct server *server)
{
    for (size_t i = 0; i < use->server_count; i++)
        if (span_equal(use->servers[i].name, server->name) && span_equal(use->servers[i].region, server->region)) return true;
    return false;
}

/* No server named: every cluster of an allowed region, so naming one leaves others out. */
static void compare_servers(const struct use_diff *at)
{
    const struct use *old = at->old, *new = at->new;
    if (old->server_count == 0 && new->server_count > 0)
        told(at, DIFF_SERVER_REMOVED, "servers", SPAN("any cluster of an allowed region"), new->servers[0].name);
    for (size_t i = 0; i<old->server_count &&new->server_count> 0; i++)
        if (!has_server(new, &old->servers[i]))
            diff_add(at->diffing, DIFF_SERVER_REMOVED, NOWHERE, "%.*s", SPAN_ARGS(old->servers[i].name));
    for (size_t i = 0; i < new->server_count && old->server_count > 0; i++)
        if (!has_server(old, &new->servers[i]))
            diff_add(at->diffing, DIFF_SERVER_ADDED, NOWHERE, "%.*s", SPAN_ARGS(new->servers[i].name));
    if (old->server_count > 0 && new->server_count == 0)
        told(at, DIFF_SERVER_ADDED, "servers", old->servers[0].name, SPAN("any cluster of an allowed region"));
}

void diff_use(struct diffing *diffing, const struct use *old, const struct use *new)
{
    struct use_diff at = {diffing, old, new};
    compare_purpose(&at);
    compare_basis(&at);
    compare_erasure(&at);
    diff_common(diffing, &(struct common){old->owner, old->subjects, old->subject_count, old->regulations, old->regulation_count},
                &(struct common){new->owner, new->subjects, new->subject_count, new->regulations, new->regulation_count});
    diff_life(diffing, &(struct life){old->status, old->general_availability, old->end_of_support, old->end_of_life},
              &(struct life){new->status, new->general_availability, new->end_of_support, new->end_of_life},
              DIFF_USE_END_EARLIER);
    compare_waivers_one_way(&at, new, old, DIFF_WAIVER_ADDED);
    compare_waivers_one_way(&at, old, new, DIFF_WAIVER_REMOVED);
    compare_residency(&at);
    compare_recipients(&at);
    compare_times(&at);
    compare_topic(&at);
    compare_key(&at);
    compare_delivery(&at);
    compare_headers(&at);
    compare_servers(&at);
    diff_projection(diffing, old, new);
}

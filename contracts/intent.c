#include "contracts/intent.h"

#include "codecs/buffer.h"
#include "contracts/category.h"
#include "contracts/fideslang.h"
#include "contracts/record_size.h"

#define DEFAULT_LATENCY     (24 * US_PER_HOUR)
#define TOPIC_RETENTION_MAX (30 * US_PER_DAY)
#define SEGMENT_MIN         (10 * US_PER_MINUTE)
#define SEGMENT_MAX         US_PER_DAY
#define DELETION_DELAY      (10 * US_PER_MINUTE) /* the broker looks for what to delete every few minutes */
#define OLDEST_AGE_MIN      (10 * US_PER_MINUTE)
#define LATE_SUFFIX         ".late"

/* ---------------------------------------------------------------- durations */

struct span duration_text(struct arena *arena, int64_t us)
{
    static const struct {
        const char *name;
        int64_t size;
    } units[] = {{"d", US_PER_DAY}, {"h", US_PER_HOUR}, {"min", US_PER_MINUTE}, {"s", US_PER_SECOND}, {"ms", US_PER_MS}};
    struct span text = SPAN("0 s");
    bool first = true;
    for (size_t i = 0; i < COUNT_OF(units) && text.data != NULL; i++) {
        int64_t count = us / units[i].size;
        us %= units[i].size;
        if (count <= 0) continue;
        if (first) text.size = 0;
        text = arena_printf(arena, "%.*s%s%lld %s", SPAN_ARGS(text), first ? "" : " ", (long long)count, units[i].name);
        first = false;
    }
    return text;
}

/* ---------------------------------------------------------------- topic */

enum placeholder { PLACE_DOMAIN, PLACE_EVENT, PLACE_USE, PLACE_MAJOR, PLACE_TIER, PLACE_REGION, PLACE_COUNT };

static const char *const placeholder_names[PLACE_COUNT] = {"{domain}", "{event}", "{use}", "{major}", "{tier}", "{region}"};

/* Which placeholder the text begins with; PLACE_COUNT when none. */
static enum placeholder placeholder_at(struct span text)
{
    unsigned place = 0;
    while (place < PLACE_COUNT && !span_starts_with(text, span_of(placeholder_names[place]))) place++;
    return (enum placeholder)place;
}

static bool is_topic_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
}

const char *intent_template_fault(struct span template_text)
{
    unsigned seen = 0;
    struct span rest = template_text;
    while (rest.size > 0) {
        enum placeholder place = placeholder_at(rest);
        if (place == PLACE_COUNT && *rest.data == '{') return "it names a part that is not known";
        if (place == PLACE_COUNT && !is_topic_byte(*rest.data)) return "it holds a character that no topic can have";
        size_t used = place == PLACE_COUNT ? 1 : strlen(placeholder_names[place]);
        if (place < PLACE_COUNT) seen |= 1U << place;
        rest = (struct span){rest.data + used, rest.size - used};
    }
    unsigned needed = 1U << PLACE_EVENT | 1U << PLACE_USE | 1U << PLACE_MAJOR;
    return (seen & needed) == needed ? NULL : "it must hold {event}, {use} and {major}, or two uses would share a topic";
}

/* Lower case; dots and underscores separate parts of the name, so inside one they become dashes. */
static void append_part(struct buffer *out, struct span part)
{
    for (size_t i = 0; i < part.size; i++) {
        char byte = part.data[i];
        if (byte >= 'A' && byte <= 'Z') byte = (char)(byte | 0x20);
        buffer_append_char(out, byte == '.' || byte == '_' ? '-' : byte);
    }
}

/* {region}: the first allowed one, "any" where none is named: a name may not depend on which clusters there are. */
static void append_placeholder(struct buffer *out, enum placeholder place, const struct use *use)
{
    struct span region = use->residency_count > 0 ? use->residency[0] : SPAN("any");
    switch (place) {
    case PLACE_DOMAIN: append_part(out, use->domain); break;
    case PLACE_EVENT: append_part(out, use->model->event); break;
    case PLACE_USE: append_part(out, use->name); break;
    case PLACE_MAJOR: buffer_printf(out, "%u", use->major); break;
    case PLACE_TIER: append_part(out, span_of(tier_word(use->tier))); break;
    case PLACE_REGION: append_part(out, region); break;
    case PLACE_COUNT: break;
    }
}

static void render_topic(struct buffer *out, struct span template_text, const struct use *use)
{
    struct span rest = template_text;
    while (rest.size > 0) {
        enum placeholder place = placeholder_at(rest);
        size_t used = place == PLACE_COUNT ? 1 : strlen(placeholder_names[place]);
        if (place == PLACE_COUNT) buffer_append_char(out, *rest.data);
        append_placeholder(out, place, use);
        rest = (struct span){rest.data + used, rest.size - used};
    }
}

static const char *topic_fault(struct span topic)
{
    if (topic.size + sizeof LATE_SUFFIX - 1 > TOPIC_NAME_MAX) return "is longer than 249 characters with .late behind it";
    for (size_t i = 0; i < topic.size; i++)
        if (!is_topic_byte(topic.data[i])) return "holds a character that no topic can have";
    return NULL;
}

static bool derive_topic(struct use *use, struct span template_text, struct arena *arena, struct diagnostics *diagnostics)
{
    struct buffer name = BUFFER_EMPTY;
    render_topic(&name, template_text, use);
    use->topic = buffer_ok(&name) ? arena_copy(arena, buffer_span(&name)) : (struct span){NULL, 0};
    buffer_deinit(&name);
    use->late_topic = (struct span){NULL, 0};
    if (use->topic.data != NULL && use->on_late == ON_LATE_DIVERT)
        use->late_topic = arena_printf(arena, "%.*s" LATE_SUFFIX, SPAN_ARGS(use->topic));
    if (use->topic.data == NULL || (use->on_late == ON_LATE_DIVERT && use->late_topic.data == NULL)) {
        diagnostics->failed = true;
        return false;
    }
    const char *fault = topic_fault(use->topic);
    if (fault != NULL) {
        diagnostics_add(diagnostics, "topic-name", use->place, (struct span){NULL, 0}, "the topic %.*s %s", SPAN_ARGS(use->topic),
                        fault);
        return false;
    }
    if (use->stated_topic.data == NULL || span_equal(use->stated_topic, use->topic)) return true;
    diagnostics_add(diagnostics, "topic-name", use->place, (struct span){NULL, 0},
                    "physicalName is %.*s; the derived name is %.*s", SPAN_ARGS(use->stated_topic), SPAN_ARGS(use->topic));
    diagnostics_advise(diagnostics, "Write %.*s, or leave physicalName out.", SPAN_ARGS(use->topic));
    return false;
}

/* ---------------------------------------------------------------- retention */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t segment_of(int64_t topic_retention)
{
    return most(least(topic_retention / 10, SEGMENT_MAX), SEGMENT_MIN);
}

/* The longest topic retention T that still takes events of this age, T + segment(T) + age + delay <= R, in whole minutes. */
static int64_t longest_topic_retention(int64_t retention, int64_t age)
{
    int64_t budget = retention - DELETION_DELAY - age;
    int64_t longest = least(budget - SEGMENT_MIN, most(budget / 11 * 10, budget - SEGMENT_MAX));
    return longest - longest % US_PER_MINUTE;
}

static void advise_retention(const struct use *use, int64_t wanted, struct arena *arena, struct diagnostics *diagnostics)
{
    int64_t longest = longest_topic_retention(use->retention, wanted);
    struct span topic = duration_text(arena, longest), shortest = duration_text(arena, most(use->oldest_age, 0));
    if (longest > 0 && use->latency_stated && use->oldest_age >= OLDEST_AGE_MIN) {
        diagnostics_advise(diagnostics, "Lower the latency to at most %.*s, or set topicRetention to at most %.*s.",
                           SPAN_ARGS(shortest), SPAN_ARGS(topic));
    } else if (longest > 0) {
        diagnostics_advise(diagnostics, "Set topicRetention to at most %.*s, or raise the retention.", SPAN_ARGS(topic));
    } else {
        diagnostics_advise(diagnostics, "Raise the retention%s.", use->latency_stated ? ", or lower the latency" : "");
    }
}

static bool derive_retention(struct use *use, struct arena *arena, struct diagnostics *diagnostics)
{
    if (use->retention <= 0) {
        diagnostics_add(diagnostics, "retention-unlimited", use->place, (struct span){NULL, 0},
                        "the retention is no period of time");
        return false;
    }
    bool stated = use->stated_topic_retention != NO_LIMIT;
    use->topic_retention = stated ? use->stated_topic_retention : least(use->retention / 2, TOPIC_RETENTION_MAX);
    use->segment_time = segment_of(use->topic_retention);
    use->oldest_age = use->retention - use->topic_retention - use->segment_time - DELETION_DELAY;
    int64_t wanted = use->latency_stated ? most(use->latency, OLDEST_AGE_MIN) : OLDEST_AGE_MIN;
    if (use->oldest_age >= wanted) return true;
    struct span kept = duration_text(arena, use->topic_retention), segment = duration_text(arena, use->segment_time);
    struct span age = duration_text(arena, wanted), whole = duration_text(arena, use->retention);
    diagnostics_add(diagnostics, "retention-limit", use->place, (struct span){NULL, 0},
                    "an event %.*s old on arrival could not be deleted within %.*s: the topic keeps it for %.*s, in segments of "
                    "%.*s, and deletion takes up to 10 min",
                    SPAN_ARGS(age), SPAN_ARGS(whole), SPAN_ARGS(kept), SPAN_ARGS(segment));
    advise_retention(use, wanted, arena, diagnostics);
    return false;
}

static void derive_tier(struct use *use)
{
    if (!use->latency_stated) use->latency = least(DEFAULT_LATENCY, use->oldest_age);
    use->tier = use->latency < US_PER_MINUTE ? TIER_RT : use->latency < US_PER_HOUR ? TIER_NRT : TIER_BATCH;
}

/* ---------------------------------------------------------------- what the projection holds */

struct sums {
    enum classification class;
    enum category_level level;
    enum time_unit unit; /* the coarsest that a field is generalised to */
    bool treats;
};

static enum category_level field_level(const struct field *field)
{
    size_t count;
    const struct span *categories = category_list(field, &count);
    enum category_level level = LEVEL_NON_SENSITIVE;
    for (size_t i = 0; i < count; i++)
        if (fideslang_level(categories[i]) > level) level = fideslang_level(categories[i]);
    return level;
}

static void sum_up(const struct field *field, struct sums *sums)
{
    enum category_level level = field_level(field);
    if (field->classification > sums->class) sums->class = field->classification;
    if (level > sums->level) sums->level = level;
    if (handling_is_keyed(&field->handling)) sums->treats = true;
    if (field->handling.kind == HANDLE_GENERALISE) {
        sums->treats = true;
        if (field->handling.unit > sums->unit) sums->unit = field->handling.unit;
    }
    for (size_t i = 0; i < field->child_count; i++) sum_up(field->children[i], sums);
    if (field->items != NULL) sum_up(field->items, sums);
}

static bool is_keyed(const struct field *field)
{
    if (handling_is_keyed(&field->handling)) return true;
    for (size_t i = 0; i < field->child_count; i++)
        if (is_keyed(field->children[i])) return true;
    return field->items != NULL && is_keyed(field->items);
}

static bool passes(const struct field *field, const struct field *model_field)
{
    if (field->source == model_field && field->handling.kind == HANDLE_PASS) return true;
    for (size_t i = 0; i < field->child_count; i++)
        if (passes(field->children[i], model_field)) return true;
    return false;
}

/* Without a primary key the id comes from the envelope, which no projection holds. */
static bool passes_id(const struct use *use)
{
    for (size_t i = 0; i < use->model->primary_key_count; i++)
        if (!passes(use->root, use->model->primary_key[i])) return false;
    return use->model->primary_key_count > 0;
}

static void derive_content(struct use *use)
{
    struct sums sums = {CLASS_PUBLIC, LEVEL_NON_SENSITIVE, UNIT_SECOND, false};
    sum_up(use->root, &sums);
    use->highest_class = sums.class;
    use->category_level = span_of(category_level_word(sums.level));
    use->treats = sums.treats;
    use->stamp_unit = sums.unit;
    use->passes_id = passes_id(use);
    use->needs_key = !use->passes_id || is_keyed(use->root) || use->legal_basis == BASIS_CONSENT;
}

/* ---------------------------------------------------------------- the whole */

static bool derive_size(struct use *use, struct arena *arena)
{
    struct header *fixed;
    size_t count;
    int64_t cost = 0;
    struct span region = use->residency_count > 0 ? use->residency[0] : (struct span){NULL, 0};
    if (!intent_headers(use, arena, region, &fixed, &count)) return false;
    for (size_t i = 0; i < count; i++) cost += record_size_header(fixed[i].name.size, fixed[i].value.size);
    use->largest_record = record_size_bound(use, cost);
    return true;
}

bool intent_derive(struct use *use, const struct catalogue_options *options, struct arena *arena, struct diagnostics *diagnostics)
{
    struct span template_text = options->topic_template.data != NULL ? options->topic_template : INTENT_TOPIC_TEMPLATE;
    const char *fault = intent_template_fault(template_text);
    if (fault != NULL) {
        diagnostics_add(diagnostics, "topic-template", use->place, (struct span){NULL, 0},
                        "the template %.*s of the configuration: %s", SPAN_ARGS(template_text), fault);
        return false;
    }
    if (!derive_retention(use, arena, diagnostics)) return false;
    derive_tier(use);
    derive_content(use);
    if (!derive_topic(use, template_text, arena, diagnostics)) return false;
    if (derive_size(use, arena)) return true;
    diagnostics->failed = true;
    return false;
}

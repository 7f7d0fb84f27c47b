/* sample_map.c - how many entries a map has, and with which keys. */
#include "contracts/sample_part.h"

#include <stdlib.h>

enum { KEY_TRIES = 60 };

/* The entries made so far. */
struct entries {
    struct entry {
        struct span key;  /* as text, */
        struct span json; /* and the whole entry as it is written */
    } * items;
    int64_t count;
};

static bool has_key(const struct entries *entries, struct span key)
{
    for (int64_t i = 0; i < entries->count; i++)
        if (span_equal(entries->items[i].key, key)) return true;
    return false;
}

/* A key that no other entry has, into sampler->text. */
static bool find_key(struct sampler *sampler, const struct field *key, const struct entries *entries)
{
    enum event_rule rule = sample_leads(sampler, key) ? sampler->target.rule : EVENT_RULES;
    if (rule == EVENT_DUPLICATE_MEMBER) rule = EVENT_RULES;
    for (int tries = 0; tries < KEY_TRIES; tries++)
        if (sample_text(sampler, key, rule) && !has_key(entries, buffer_span(&sampler->text))) {
            sampler->hit = sampler->hit || rule != EVENT_RULES;
            return true;
        }
    sampler->stuck = key;
    return false;
}

static bool write_value(struct sampler *sampler, const struct field *value, struct buffer *out)
{
    bool null = sample_breaks(sampler, value, EVENT_NULL);
    bool may = !value->required && !sample_leads(sampler, value) && sampler->plain == 0 && dice_percent(&sampler->dice, 15);
    if (null) sampler->hit = true;
    if (!null && !may) return sample_value(sampler, value, out);
    buffer_append_text(out, "null");
    return true;
}

/* Writes an entry with the key to the end of `out`, and takes it from there. */
static bool add_entry(struct sampler *sampler, const struct field *entry, struct span key, struct entries *entries,
                      struct buffer *out)
{
    size_t before = out->size;
    struct span kept = arena_copy(sampler->arena, key);
    if (kept.data == NULL) return false;
    sample_gap(sampler, out);
    sample_quote(sampler, kept, out);
    sample_gap(sampler, out);
    buffer_append_char(out, ':');
    sample_gap(sampler, out);
    bool written = write_value(sampler, entry->children[1], out) && buffer_ok(out);
    struct span json = arena_copy(sampler->arena, (struct span){out->data + before, out->size - before});
    buffer_truncate(out, before);
    if (!written || json.data == NULL) return false;
    entries->items[entries->count++] = (struct entry){kept, json};
    return true;
}

static int by_key(const void *a, const void *b)
{
    return span_compare(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static void write_entries(const struct sampler *sampler, struct entries *entries, struct buffer *out)
{
    if (sampler->plain > 0) qsort(entries->items, (size_t)entries->count, sizeof *entries->items, by_key); /* one spelling */
    for (int64_t i = 0; i < entries->count; i++) {
        if (i > 0) buffer_append_char(out, ',');
        buffer_append_span(out, entries->items[i].json);
    }
}

/* How many there shall be, and how many will do; false when no number breaks what is to be broken. */
static bool count_entries(struct sampler *sampler, const struct field *map, int64_t *wanted, int64_t *least)
{
    const struct rules *rules = &map->rules;
    int64_t low = rules->min_properties == NO_LIMIT ? 0 : rules->min_properties, room = rules->max_properties - low;
    *least = low;
    *wanted = low + (sampler->small ? 0 : (int64_t)dice_roll(&sampler->dice, (uint64_t)(room < 3 ? room : 3) + 1));
    if (sample_breaks(sampler, map, EVENT_MIN_PROPERTIES)) *wanted = *least = low - 1;
    if (sample_breaks(sampler, map, EVENT_MAX_PROPERTIES)) *wanted = *least = rules->max_properties + 1;
    if (sample_leads(sampler, map->items) && *wanted < 1) *wanted = *least = 1;
    return *wanted <= rules->max_properties + 1 && *wanted <= SAMPLE_ITEMS_MANY;
}

static bool fill(struct sampler *sampler, const struct field *map, int64_t wanted, int64_t least, struct buffer *out)
{
    const struct field *entry = map->items, *key = entry->children[0];
    struct entries entries = {arena_calloc(sampler->arena, (size_t)wanted + 1, sizeof *entries.items), 0};
    bool twice = sample_breaks(sampler, key, EVENT_DUPLICATE_MEMBER), led = sample_leads(sampler, entry);
    if (entries.items == NULL) return false;
    if (sample_breaks(sampler, map, EVENT_MIN_PROPERTIES) || sample_breaks(sampler, map, EVENT_MAX_PROPERTIES))
        sampler->hit = true;
    while (entries.count < wanted && find_key(sampler, key, &entries) &&
           add_entry(sampler, entry, buffer_span(&sampler->text), &entries, out))
        continue;
    if (entries.count < least || (led && entries.count == 0)) return false;
    if (twice) {
        if (entries.count == map->rules.max_properties) entries.count--; /* one too many would be told as well */
        if (entries.count == 0 || !add_entry(sampler, entry, entries.items[0].key, &entries, out)) return false;
        sampler->hit = true;
    }
    write_entries(sampler, &entries, out);
    return true;
}

bool sample_map(struct sampler *sampler, const struct field *field, struct buffer *out)
{
    int64_t wanted, least;
    if (!count_entries(sampler, field, &wanted, &least)) {
        sampler->stuck = field;
        return false;
    }
    bool was_small = sampler->small;
    sampler->small = was_small || wanted > 20;
    buffer_append_char(out, '{');
    bool written = fill(sampler, field, wanted, least, out);
    sampler->small = was_small;
    sample_gap(sampler, out);
    buffer_append_char(out, '}');
    return written;
}

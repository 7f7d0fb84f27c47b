/* sample_array.c - how many items an array has, and which differ. */
#include "contracts/sample_part.h"

/* The items written so far. */
struct written {
    size_t *starts; /* offsets in `out`, and one behind the last */
    int64_t count;
};

static struct span written_item(const struct written *written, int64_t at, const struct buffer *out, size_t end)
{
    size_t start = written->starts[at];
    return (struct span){out->data + start, (at + 1 < written->count ? written->starts[at + 1] - 1 : end) - start};
}

static bool is_twin(const struct written *written, const struct buffer *out, size_t start)
{
    struct span item = {out->data + start, out->size - start};
    for (int64_t i = 0; i < written->count; i++)
        if (span_equal(written_item(written, i, out, start - 1), item)) return true;
    return false;
}

static bool write_item(struct sampler *sampler, const struct field *items, struct buffer *out)
{
    bool null = sample_breaks(sampler, items, EVENT_NULL);
    bool may = !items->required && !sample_leads(sampler, items) && sampler->plain == 0 && dice_percent(&sampler->dice, 15);
    if (null) sampler->hit = true;
    if (!null && !may) return sample_value(sampler, items, out);
    buffer_append_text(out, "null");
    return true;
}

/* Appends one more item behind its comma; false, with nothing appended, when there is none (that differs from the others). */
static bool add_item(struct sampler *sampler, const struct field *field, struct written *written, struct buffer *out)
{
    size_t before = out->size;
    for (int tries = field->rules.unique_items && written->count > 0 ? 60 : 1; tries > 0; tries--) {
        if (written->count > 0) buffer_append_char(out, ',');
        size_t start = out->size;
        bool made = write_item(sampler, field->items, out) && buffer_ok(out);
        if (made && (!field->rules.unique_items || !is_twin(written, out, start))) {
            written->starts[written->count++] = start;
            return true;
        }
        buffer_truncate(out, before);
        if (!made) return false;
    }
    sampler->stuck = field;
    return false;
}

static void repeat_first(const struct written *written, struct buffer *out)
{
    size_t size = written_item(written, 0, out, out->size).size;
    char *room = buffer_reserve(out, size + 1);
    if (room == NULL) return;
    room[0] = ',';
    memcpy(room + 1, out->data + written->starts[0], size);
    buffer_commit(out, size + 1);
}

struct item_counts {
    int64_t wanted, least; /* fewer than wanted will do down to least */
};

static bool count_items(struct sampler *sampler, const struct field *field, struct item_counts *counts)
{
    const struct rules *rules = &field->rules;
    int64_t low = rules->min_items == NO_LIMIT ? 0 : rules->min_items, room = rules->max_items - low;
    int64_t more = sampler->small ? 0 : (int64_t)dice_roll(&sampler->dice, (uint64_t)(room < 3 ? room : 3) + 1);
    *counts = (struct item_counts){low + more, low};
    if (sample_breaks(sampler, field, EVENT_MIN_ITEMS)) *counts = (struct item_counts){low - 1, low - 1};
    if (sample_breaks(sampler, field, EVENT_MAX_ITEMS))
        *counts = (struct item_counts){rules->max_items + 1, rules->max_items + 1};
    if (sample_breaks(sampler, field, EVENT_UNIQUE_ITEMS)) {
        if (rules->max_items < 2) return false;
        counts->wanted = counts->least = low > 2 ? low - 1 : 1; /* and the first once more */
    }
    if (sample_leads(sampler, field->items) && counts->wanted < 1) counts->wanted = counts->least = 1;
    return counts->wanted <= rules->max_items + 1 && counts->wanted <= SAMPLE_ITEMS_MANY;
}

static bool write_items(struct sampler *sampler, const struct field *field, struct item_counts counts, struct buffer *out)
{
    struct written written = {arena_calloc(sampler->arena, (size_t)counts.wanted + 1, sizeof *written.starts), 0};
    bool again = sample_breaks(sampler, field, EVENT_UNIQUE_ITEMS);
    bool here = again || sample_breaks(sampler, field, EVENT_MIN_ITEMS) || sample_breaks(sampler, field, EVENT_MAX_ITEMS);
    if (written.starts == NULL) return false;
    if (here) sampler->hit = true;
    while (written.count < counts.wanted && add_item(sampler, field, &written, out)) continue;
    if (again && written.count > 0) repeat_first(&written, out);
    return written.count >= counts.least && (!sample_leads(sampler, field->items) || written.count > 0);
}

bool sample_array(struct sampler *sampler, const struct field *field, struct buffer *out)
{
    struct item_counts counts;
    if (!count_items(sampler, field, &counts)) {
        sampler->stuck = field;
        return false;
    }
    bool was_small = sampler->small, plain = field->rules.unique_items;
    sampler->small = was_small || counts.wanted > 20;
    sampler->plain += plain;
    buffer_append_char(out, '[');
    bool written = write_items(sampler, field, counts, out);
    sampler->plain -= plain;
    sampler->small = was_small;
    sample_gap(sampler, out);
    buffer_append_char(out, ']');
    return written;
}

#include "contracts/headers.h"
#include "contracts/intent.h"

/* Members of a list, joined by commas; spaces inside one would be ambiguous there and become dashes. */
static struct span join(struct arena *arena, const struct span *items, size_t count)
{
    size_t size = count > 0 ? count - 1 : 0;
    for (size_t i = 0; i < count; i++) size += items[i].size;
    if (count == 0) return (struct span){NULL, 0};
    char *text = arena_bytes(arena, size);
    if (text == NULL) return (struct span){NULL, 0};
    char *at = text;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) *at++ = ',';
        for (size_t k = 0; k < items[i].size; k++) *at++ = items[i].data[k] == ' ' ? '-' : items[i].data[k];
    }
    return (struct span){text, size};
}

/* RFC 3986, section 2: unreserved and reserved characters stand for themselves, all else is escaped. '%' too: an id that
 * holds one must come out of decoding as it went in. */
static bool is_uri_byte(char byte)
{
    static const char others[] = "-._~:/?#[]@!$&'()*+,;=";
    char lower = (char)(byte | 0x20);
    return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || (byte != '\0' && strchr(others, byte) != NULL);
}

static struct span uri_safe(struct arena *arena, struct span text)
{
    static const char digits[] = "0123456789ABCDEF";
    if (text.data == NULL) return text;
    char *out = arena_bytes(arena, 3 * text.size + 1), *at = out;
    if (out == NULL) return (struct span){NULL, 0};
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (is_uri_byte(text.data[i])) {
            *at++ = text.data[i];
            continue;
        }
        *at++ = '%';
        *at++ = digits[byte >> 4];
        *at++ = digits[byte & 15];
    }
    size_t size = (size_t)(at - out);
    arena_trim(arena, out, 3 * text.size + 1, size);
    return (struct span){out, size};
}

static struct span data_schema(const struct use *use, struct arena *arena)
{
    struct span text =
        arena_printf(arena, "%.*s:%.*s:%.*s", SPAN_ARGS(use->id), SPAN_ARGS(use->version), SPAN_ARGS(use->root->name));
    return uri_safe(arena, text);
}

/* The values in one place. NULL data: left out; *failed: the arena is exhausted. */
static struct span fixed_value(const struct use *use, struct arena *arena, struct span region, enum header_id id, bool *failed)
{
    struct span value = {NULL, 0};
    switch (id) {
    case HEADER_CONTENT_TYPE: return SPAN("application/avro");
    case HEADER_SPECVERSION: return SPAN("1.0");
    case HEADER_TYPE: return use->model->event;
    case HEADER_DATACLASSIFICATION: return span_of(classification_word(use->highest_class));
    case HEADER_DATACATEGORY: return use->category_level;
    case HEADER_USECASE: return use->name;
    case HEADER_DATAUSE: return use->data_use;
    case HEADER_LEGALBASIS: return use->legal_basis == BASIS_NONE ? value : span_of(legal_basis_word(use->legal_basis));
    case HEADER_CONTRACTID: return use->id;
    case HEADER_CONTRACTVERSION: return use->version;
    case HEADER_RESIDENCY: return region;
    case HEADER_DATASCHEMA:
        value = data_schema(use, arena);
        *failed = *failed || value.data == NULL;
        return value;
    case HEADER_DATAREGULATION:
        value = join(arena, use->regulations, use->regulation_count);
        *failed = *failed || (value.data == NULL && use->regulation_count > 0);
        return value;
    case HEADER_DATASUBJECTS:
        value = join(arena, use->subjects, use->subject_count);
        *failed = *failed || (value.data == NULL && use->subject_count > 0);
        return value;
    default: return value; /* varying: the enforcement core's */
    }
}

bool intent_headers(const struct use *use, struct arena *arena, struct span region, struct header **fixed, size_t *count)
{
    bool failed = false;
    struct header *headers = arena_calloc(arena, HEADER_COUNT, sizeof *headers);
    if (headers == NULL) return false;
    *count = 0;
    for (int id = 0; id < HEADER_COUNT; id++) {
        const struct header_row *row = header_row((enum header_id)id);
        if (!row->fixed || (!row->compact && use->tagging == TAGGING_COMPACT)) continue;
        struct span value = fixed_value(use, arena, region, (enum header_id)id, &failed);
        if (value.data != NULL) headers[(*count)++] = (struct header){row->name, value};
    }
    *fixed = headers;
    return !failed;
}

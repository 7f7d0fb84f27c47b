#include "gateway/ingest/media.h"

#include <strings.h>

static const struct {
    struct span name;
    enum media media;
} types[] = {
    {{"application/json", 16}, MEDIA_JSON},
    {{"application/x-ndjson", 20}, MEDIA_NDJSON},
    {{"application/ndjson", 18}, MEDIA_NDJSON},
    {{"application/jsonl", 17}, MEDIA_NDJSON},
    {{"text/plain", 10}, MEDIA_TEXT},
    {{"application/cloudevents-batch+json", 34}, MEDIA_CLOUDEVENT_BATCH}, /* has the next one's prefix */
    {{"application/cloudevents+json", 28}, MEDIA_CLOUDEVENT},
};

static bool same_word(struct span a, struct span b)
{
    return a.size == b.size && strncasecmp(a.data, b.data, a.size) == 0;
}

static struct span trim(struct span text)
{
    while (text.size > 0 && (*text.data == ' ' || *text.data == '\t')) text.data++, text.size--;
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t')) text.size--;
    return text;
}

/* Cuts the part before the next `separator` off `rest`. */
static struct span next_part(struct span *rest, char separator)
{
    const char *found = rest->size > 0 ? memchr(rest->data, separator, rest->size) : NULL;
    struct span part = {rest->data, found != NULL ? (size_t)(found - rest->data) : rest->size};
    size_t used = part.size + (found != NULL);
    rest->data += used;
    rest->size -= used;
    return trim(part);
}

/* JSON is UTF-8 (RFC 8259 section 8.1); any other charset would be a text that could be read in two ways. */
static bool charset_is_utf8(struct span parameters)
{
    while (parameters.size > 0) {
        struct span parameter = next_part(&parameters, ';');
        if (parameter.size < 8 || strncasecmp(parameter.data, "charset=", 8) != 0) continue;
        struct span value = {parameter.data + 8, parameter.size - 8};
        if (value.size >= 2 && value.data[0] == '"') value = (struct span){value.data + 1, value.size - 2};
        if (!same_word(value, SPAN("utf-8")) && !same_word(value, SPAN("utf8"))) return false;
    }
    return true;
}

enum media media_parse(struct span content_type)
{
    if (content_type.data == NULL) return MEDIA_NONE;
    if (span_equal(content_type, SPAN("application/json"))) return MEDIA_JSON; /* what most send, at one look */
    struct span rest = content_type;
    struct span name = next_part(&rest, ';');
    if (!charset_is_utf8(rest)) return MEDIA_OTHER;
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (same_word(name, types[i].name)) return types[i].media;
    if (name.size > 5 && strncasecmp(name.data + name.size - 5, "+json", 5) == 0) return MEDIA_JSON;
    return MEDIA_OTHER;
}

static bool refused_by_weight(struct span parameters)
{
    while (parameters.size > 0) {
        struct span parameter = next_part(&parameters, ';');
        if (parameter.size < 3 || strncasecmp(parameter.data, "q=0", 3) != 0) continue;
        for (size_t i = 3; i < parameter.size; i++)
            if (parameter.data[i] != '.' && parameter.data[i] != '0') return false;
        return true;
    }
    return false;
}

static bool lists_json(struct span accept)
{
    static const struct span good[] = {
        {"*/*", 3}, {"application/*", 13}, {"application/json", 16}, {"application/problem+json", 24}};
    if (trim(accept).size == 0) return true;
    while (accept.size > 0) {
        struct span range = next_part(&accept, ',');
        struct span name = next_part(&range, ';');
        for (size_t i = 0; i < COUNT_OF(good); i++)
            if (same_word(name, good[i]) && !refused_by_weight(range)) return true;
    }
    return false;
}

bool media_accepts_json(struct span accept)
{
    return accept.data == NULL || lists_json(accept);
}

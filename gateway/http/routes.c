#include "gateway/http/routes.h"

/* ---------------------------------------------------------------- text */

static int hex_value(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

bool routes_decode(struct span raw, char *to, size_t size, struct span *decoded)
{
    size_t used = 0;
    for (size_t i = 0; i < raw.size; i++) {
        char byte = raw.data[i];
        if (byte == '%') {
            int high = raw.size - i > 2 ? hex_value(raw.data[i + 1]) : -1;
            int low = high >= 0 ? hex_value(raw.data[i + 2]) : -1;
            if (low < 0) return false;
            byte = (char)(high * 16 + low);
            i += 2;
        }
        if (byte == '\0' || used == size) return false;
        to[used++] = byte;
    }
    *decoded = (struct span){to, used};
    return true;
}

/* ---------------------------------------------------------------- look-up */

/* Whether `path` has the shape of `pattern`; its parameters are noted still encoded. */
static bool fits(const struct route *route, struct span path, struct route_match *match)
{
    if (path.size < route->literal || memcmp(path.data, route->pattern, route->literal) != 0) return false;
    const char *pattern = route->pattern + route->literal;
    const char *at = path.data + route->literal;
    const char *end = path.data + path.size;
    match->parameter_count = 0;
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (at == end || *at++ != *pattern++) return false;
            continue;
        }
        const char *stop = memchr(at, '/', (size_t)(end - at));
        if (stop == NULL) stop = end;
        if (stop == at || match->parameter_count == ROUTE_PARAMETERS_MAX) return false;
        match->parameters[match->parameter_count++] = (struct span){at, (size_t)(stop - at)};
        at = stop;
        pattern = strchr(pattern, '}') + 1;
    }
    return at == end;
}

static bool decode_parameters(struct route_match *match)
{
    for (size_t i = 0; i < match->parameter_count; i++) {
        struct span *parameter = &match->parameters[i];
        if (memchr(parameter->data, '%', parameter->size) == NULL) continue;
        char *to = match->text + match->text_used;
        if (!routes_decode(*parameter, to, sizeof match->text - match->text_used, parameter)) return false;
        match->text_used += parameter->size;
    }
    return true;
}

/* RFC 9110 section 10.2.1: what the path does answer to. */
static void list_methods(unsigned methods, struct route_match *match)
{
    static const char *const names[HTTP_METHOD_COUNT] = {
        [HTTP_METHOD_GET] = "GET",         [HTTP_METHOD_HEAD] = "HEAD",     [HTTP_METHOD_POST] = "POST",
        [HTTP_METHOD_PUT] = "PUT",         [HTTP_METHOD_DELETE] = "DELETE", [HTTP_METHOD_PATCH] = "PATCH",
        [HTTP_METHOD_OPTIONS] = "OPTIONS",
    };
    size_t used = 0;
    for (size_t i = 0; i < HTTP_METHOD_COUNT; i++) {
        if ((methods & (1U << i)) == 0) continue;
        struct span name = span_of(names[i]);
        if (used > 0) memcpy(match->text + used, ", ", 2);
        if (used > 0) used += 2;
        memcpy(match->text + used, name.data, name.size);
        used += name.size;
    }
    match->allow = (struct span){match->text, used};
}

enum route_status routes_find(const struct route *table, size_t count, enum http_method method, struct span path,
                              struct route_match *match)
{
    unsigned methods = 0;
    match->allow = (struct span){NULL, 0};
    match->text_used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!fits(&table[i], path, match)) continue;
        unsigned answers = 1U << table[i].method;
        if (table[i].method == HTTP_METHOD_GET) answers |= 1U << HTTP_METHOD_HEAD;
        methods |= answers;
        if ((answers & (1U << method)) == 0) continue;
        match->id = table[i].id;
        return decode_parameters(match) ? ROUTE_FOUND : ROUTE_MALFORMED;
    }
    match->parameter_count = 0;
    if (methods == 0) return ROUTE_UNKNOWN;
    list_methods(methods | 1U << HTTP_METHOD_OPTIONS, match);
    return ROUTE_WRONG_METHOD;
}

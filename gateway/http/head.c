#include "gateway/http/head.h"

#include <llhttp.h>

/* ---------------------------------------------------------------- lines */

/* The line that ends at `lf`. Sizes first: however the bytes are cut, the same fault must be found. */
static enum http_fault check_line(const struct head_scan *scan, const char *line, const char *lf,
                                  const struct http_limits *limits)
{
    size_t size = (size_t)(lf - line);
    if (scan->lines == 0 && size > limits->request_line + 1) return HTTP_FAULT_TARGET_SIZE;
    if (scan->line + size + 1 > limits->head) return HTTP_FAULT_HEAD_SIZE;
    if (size == 0 || lf[-1] != '\r' || memchr(line, '\r', size - 1) != NULL) return HTTP_FAULT_LINE_END;
    if (scan->lines > 0 && (*line == ' ' || *line == '\t')) return HTTP_FAULT_FOLD;
    return scan->lines > limits->header_lines && size > 1 ? HTTP_FAULT_HEAD_SIZE : HTTP_FAULT_NONE;
}

enum head_status head_scan(struct head_scan *scan, struct span in, const struct http_limits *limits, size_t *size,
                           enum http_fault *fault)
{
    const char *line = in.data + scan->line;
    const char *end = in.data + in.size;
    const char *lf;
    while ((lf = memchr(line, '\n', (size_t)(end - line))) != NULL) {
        *fault = check_line(scan, line, lf, limits);
        if (*fault != HTTP_FAULT_NONE) return HEAD_FAULTY;
        *size = (size_t)(lf + 1 - in.data);
        if (lf - line == 1) return HEAD_WHOLE;
        line = lf + 1;
        scan->line = *size;
        scan->lines++;
    }
    if (scan->lines == 0 && in.size > limits->request_line + 1) {
        *fault = HTTP_FAULT_TARGET_SIZE;
        return HEAD_FAULTY;
    }
    *fault = in.size > limits->head ? HTTP_FAULT_HEAD_SIZE : HTTP_FAULT_NONE;
    return *fault == HTTP_FAULT_NONE ? HEAD_PARTIAL : HEAD_FAULTY;
}

/* ---------------------------------------------------------------- request line */

/* The bytes of a token (RFC 9110 section 5.6.2), lower-cased; 0 for all others. */
static const char token_bytes[256] = {
    ['!'] = '!', ['#'] = '#', ['$'] = '$', ['%'] = '%', ['&'] = '&', ['\''] = '\'', ['*'] = '*', ['+'] = '+', ['-'] = '-',
    ['.'] = '.', ['^'] = '^', ['_'] = '_', ['`'] = '`', ['|'] = '|', ['~'] = '~',   ['0'] = '0', ['1'] = '1', ['2'] = '2',
    ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8',   ['9'] = '9', ['a'] = 'a', ['b'] = 'b',
    ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h',   ['i'] = 'i', ['j'] = 'j', ['k'] = 'k',
    ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q',   ['r'] = 'r', ['s'] = 's', ['t'] = 't',
    ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',   ['A'] = 'a', ['B'] = 'b', ['C'] = 'c',
    ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i',   ['J'] = 'j', ['K'] = 'k', ['L'] = 'l',
    ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r',   ['S'] = 's', ['T'] = 't', ['U'] = 'u',
    ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
};

static const struct span method_names[HTTP_METHOD_COUNT] = {
    [HTTP_METHOD_GET] = {"GET", 3},         [HTTP_METHOD_HEAD] = {"HEAD", 4},     [HTTP_METHOD_POST] = {"POST", 4},
    [HTTP_METHOD_PUT] = {"PUT", 3},         [HTTP_METHOD_DELETE] = {"DELETE", 6}, [HTTP_METHOD_PATCH] = {"PATCH", 5},
    [HTTP_METHOD_OPTIONS] = {"OPTIONS", 7},
};

static enum http_fault parse_method(struct span name, enum http_method *method)
{
    if (name.size == 0) return HTTP_FAULT_REQUEST_LINE;
    for (size_t i = 0; i < HTTP_METHOD_COUNT; i++) {
        if (!span_equal(name, method_names[i])) continue;
        *method = (enum http_method)i;
        return HTTP_FAULT_NONE;
    }
    for (size_t i = 0; i < name.size; i++) {
        if (token_bytes[(unsigned char)name.data[i]] == 0) return HTTP_FAULT_REQUEST_LINE;
    }
    return HTTP_FAULT_METHOD;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static enum http_fault parse_version(struct span text, uint8_t *minor)
{
    if (text.size != 8 || memcmp(text.data, "HTTP/", 5) != 0 || !is_digit(text.data[5]) || text.data[6] != '.' ||
        !is_digit(text.data[7])) {
        return HTTP_FAULT_REQUEST_LINE;
    }
    if (text.data[5] != '1' || text.data[7] > '1') return HTTP_FAULT_VERSION;
    *minor = (uint8_t)(text.data[7] - '0');
    return HTTP_FAULT_NONE;
}

/* absolute-form (RFC 9112 section 3.2.2): its authority is kept to be compared with Host. */
static bool cut_authority(struct span *rest, struct span *authority)
{
    static const struct span schemes[] = {{"http://", 7}, {"https://", 8}};
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (rest->size < schemes[i].size || strncasecmp(rest->data, schemes[i].data, schemes[i].size) != 0) continue;
        const char *begin = rest->data + schemes[i].size;
        const char *end = rest->data + rest->size;
        const char *stop = begin;
        while (stop < end && *stop != '/' && *stop != '?') stop++;
        *authority = (struct span){begin, (size_t)(stop - begin)};
        *rest = (struct span){stop, (size_t)(end - stop)};
        return authority->size > 0;
    }
    return false;
}

static enum http_fault parse_target(struct http_request *request, struct span *authority)
{
    struct span rest = request->target;
    for (size_t i = 0; i < rest.size; i++) {
        unsigned char byte = (unsigned char)rest.data[i];
        if (byte <= ' ' || byte >= 0x7f || byte == '#') return HTTP_FAULT_TARGET;
    }
    if (span_equal(rest, SPAN("*")) && request->method == HTTP_METHOD_OPTIONS) {
        request->path = rest;
        return HTTP_FAULT_NONE;
    }
    if (rest.data[0] != '/' && !cut_authority(&rest, authority)) return HTTP_FAULT_TARGET;
    const char *mark = memchr(rest.data, '?', rest.size);
    size_t path_size = mark != NULL ? (size_t)(mark - rest.data) : rest.size;
    request->path = path_size > 0 ? (struct span){rest.data, path_size} : SPAN("/");
    if (mark != NULL) request->query = (struct span){mark + 1, rest.size - path_size - 1};
    return HTTP_FAULT_NONE;
}

static enum http_fault parse_request_line(const char *bytes, size_t size, struct http_request *request, struct span *authority)
{
    const char *end = memchr(bytes, '\r', size);
    const char *first = memchr(bytes, ' ', (size_t)(end - bytes));
    const char *second = first == NULL ? NULL : memchr(first + 1, ' ', (size_t)(end - first - 1));
    if (second == NULL || second == first + 1) return HTTP_FAULT_REQUEST_LINE;
    request->target = (struct span){first + 1, (size_t)(second - first - 1)};
    struct span version = {second + 1, (size_t)(end - second - 1)};
    enum http_fault fault = parse_version(version, &request->version_minor);
    if (fault == HTTP_FAULT_NONE) fault = parse_method((struct span){bytes, (size_t)(first - bytes)}, &request->method);
    return fault == HTTP_FAULT_NONE ? parse_target(request, authority) : fault;
}

/* ---------------------------------------------------------------- header lines, by llhttp */

struct collection {
    struct http_header *headers;
    size_t count;
    size_t capacity;
    bool keep_alive;
};

static int on_field(llhttp_t *parser, const char *at, size_t size)
{
    struct collection *collection = parser->data;
    if (collection->count == collection->capacity || size == 0) return HPE_USER;
    char *name = (char *)at; /* head_parse's bytes are its caller's own copy */
    for (size_t i = 0; i < size; i++) {
        name[i] = token_bytes[(unsigned char)name[i]];
        if (name[i] == 0) return HPE_USER;
    }
    struct http_header *header = &collection->headers[collection->count++];
    header->name = (struct span){at, size};
    header->value = (struct span){at + size, 0};
    return HPE_OK;
}

static int on_value(llhttp_t *parser, const char *at, size_t size)
{
    struct collection *collection = parser->data;
    if (collection->count == 0) return HPE_USER;
    while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t')) size--; /* llhttp has refused control characters */
    collection->headers[collection->count - 1].value = (struct span){at, size};
    return HPE_OK;
}

static int on_headers_complete(llhttp_t *parser)
{
    struct collection *collection = parser->data;
    collection->keep_alive = llhttp_should_keep_alive(parser) != 0;
    parser->upgrade = 0; /* an Upgrade is an offer, and it is not taken (RFC 9110 section 7.8) */
    return HPE_OK;
}

static enum http_fault fault_of(llhttp_errno_t error)
{
    switch (error) {
    case HPE_OK: return HTTP_FAULT_NONE;
    case HPE_INVALID_CONTENT_LENGTH:
    case HPE_UNEXPECTED_CONTENT_LENGTH: return HTTP_FAULT_CONTENT_LENGTH;
    case HPE_INVALID_TRANSFER_ENCODING: return HTTP_FAULT_TRANSFER_ENCODING;
    default: return HTTP_FAULT_HEADER;
    }
}

static enum http_fault parse_headers(const char *bytes, size_t size, struct collection *collection)
{
    static const llhttp_settings_t settings = {
        .on_header_field = on_field, .on_header_value = on_value, .on_headers_complete = on_headers_complete};
    llhttp_t parser;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = collection;
    return fault_of(llhttp_execute(&parser, bytes, size));
}

/* ---------------------------------------------------------------- what follows from the fields */

struct fields {
    size_t hosts, lengths, codings;
    struct span host;
};

/* host[:port] in the characters of RFC 3986 section 3.2.2; empty is allowed (RFC 9112 section 3.2). */
static bool is_authority(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool word = is_digit((char)byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        if (!word && (byte == 0 || strchr("-._~%!$&'()*+,;=:[]", byte) == NULL)) return false;
    }
    return true;
}

static enum http_fault take_length(struct span value, struct head *head)
{
    uint64_t length = 0;
    if (value.size == 0 || value.size > 18) return HTTP_FAULT_CONTENT_LENGTH;
    for (size_t i = 0; i < value.size; i++) {
        if (!is_digit(value.data[i])) return HTTP_FAULT_CONTENT_LENGTH;
        length = length * 10 + (uint64_t)(value.data[i] - '0');
    }
    head->request.content_length = length;
    return HTTP_FAULT_NONE;
}

static enum http_fault take_field(const struct http_header *header, struct head *head, struct fields *fields)
{
    struct span name = header->name, value = header->value;
    if (span_equal(name, SPAN("host"))) {
        fields->hosts++;
        fields->host = value;
        return is_authority(value) ? HTTP_FAULT_NONE : HTTP_FAULT_HOST;
    }
    if (span_equal(name, SPAN("content-length"))) {
        return fields->lengths++ > 0 ? HTTP_FAULT_CONTENT_LENGTH : take_length(value, head);
    }
    if (span_equal(name, SPAN("transfer-encoding"))) {
        if (fields->codings++ > 0) return HTTP_FAULT_TRANSFER_ENCODING;
        head->request.chunked = true;
        return value.size == 7 && strncasecmp(value.data, "chunked", 7) == 0 ? HTTP_FAULT_NONE : HTTP_FAULT_TRANSFER_CODING;
    }
    if (span_equal(name, SPAN("expect")) && head->request.version_minor > 0) {
        head->expects_continue = true;
        return value.size == 12 && strncasecmp(value.data, "100-continue", 12) == 0 ? HTTP_FAULT_NONE : HTTP_FAULT_EXPECTATION;
    }
    return HTTP_FAULT_NONE;
}

static enum http_fault judge_fields(struct head *head, const struct fields *fields, struct span authority)
{
    const struct http_request *request = &head->request;
    if (fields->hosts > 1 || (fields->hosts == 0 && request->version_minor > 0)) return HTTP_FAULT_HOST;
    /* The target's host would win (RFC 9112 section 3.2.2), but who sends two different ones wants to be read in two ways. */
    bool same = authority.size == fields->host.size &&
                (authority.size == 0 || strncasecmp(authority.data, fields->host.data, authority.size) == 0);
    if (authority.data != NULL && (!is_authority(authority) || (fields->hosts == 1 && !same))) return HTTP_FAULT_TARGET;
    if (request->chunked && (fields->lengths > 0 || request->version_minor == 0)) return HTTP_FAULT_TRANSFER_ENCODING;
    bool sends =
        request->method == HTTP_METHOD_POST || request->method == HTTP_METHOD_PUT || request->method == HTTP_METHOD_PATCH;
    if (sends && request->version_minor == 0 && fields->lengths == 0) return HTTP_FAULT_LENGTH_REQUIRED;
    return HTTP_FAULT_NONE;
}

enum http_fault head_parse(char *bytes, size_t size, struct http_header *headers, size_t capacity, struct head *head)
{
    *head = (struct head){.request.headers = headers};
    struct http_request *request = &head->request;
    struct span authority = {NULL, 0};
    enum http_fault fault = parse_request_line(bytes, size, request, &authority);
    if (fault != HTTP_FAULT_NONE) return fault;

    struct collection collection = {.headers = headers, .capacity = capacity};
    enum http_fault refused = parse_headers(bytes, size, &collection);
    request->header_count = collection.count;
    request->keep_alive = collection.keep_alive;
    struct fields fields = {0};
    for (size_t i = 0; i < collection.count; i++) {
        fault = take_field(&headers[i], head, &fields);
        if (fault != HTTP_FAULT_NONE) return fault;
    }
    if (refused != HTTP_FAULT_NONE) return refused;
    head->has_body = request->chunked || request->content_length > 0;
    return judge_fields(head, &fields, authority);
}

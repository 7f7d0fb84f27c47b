#include "gateway/http/head.h"

#include "gateway/http/control.h"

#include <strings.h>

_Static_assert((int)HEAD_PADDING >= (int)CONTROL_PADDING, "control_find() reads behind the head");

/* ---------------------------------------------------------------- lines */

/* The end of a line in which `stop`, the first control character, is not the CR of its end. *ends: a CR stands before the LF, and
 * nowhere else. NULL: the LF has not come. */
static const char *find_odd_end(const char *stop, const char *end, bool *ends)
{
    const char *lf = memchr(stop, '\n', (size_t)(end - stop));
    *ends = lf != NULL && lf > stop && lf[-1] == '\r' && memchr(stop, '\r', (size_t)(lf - 1 - stop)) == NULL;
    return lf;
}

/* The LF that ends the line; NULL: it has not come. */
static inline const char *find_end(const char *line, const char *end, bool *ends)
{
    const char *stop = control_find(line, end);
    if (UNLIKELY(end - stop < 2 || stop[0] != '\r' || stop[1] != '\n')) return find_odd_end(stop, end, ends);
    *ends = true;
    return stop + 1;
}

/* The line that ends at `lf`. Sizes first: however the bytes are cut, the same fault must be found. */
static enum http_fault check_line(const struct head_scan *scan, const char *line, const char *lf, bool ends,
                                  const struct http_limits *limits)
{
    size_t size = (size_t)(lf - line);
    if (scan->lines == 0 && size > limits->request_line + 1) return HTTP_FAULT_TARGET_SIZE;
    if (scan->line + size + 1 > limits->head) return HTTP_FAULT_HEAD_SIZE;
    if (!ends) return HTTP_FAULT_LINE_END;
    if (scan->lines > 0 && (*line == ' ' || *line == '\t')) return HTTP_FAULT_FOLD;
    return scan->lines > limits->header_lines && size > 1 ? HTTP_FAULT_HEAD_SIZE : HTTP_FAULT_NONE;
}

enum head_status head_scan(struct head_scan *scan, struct span in, const struct http_limits *limits, size_t *size,
                           enum http_fault *fault)
{
    const char *end = in.data + in.size;
    bool ends;
    for (;;) {
        const char *line = in.data + scan->line;
        const char *lf = find_end(line, end, &ends);
        if (lf == NULL) break;
        *fault = check_line(scan, line, lf, ends, limits);
        if (*fault != HTTP_FAULT_NONE) return HEAD_FAULTY;
        scan->line = (size_t)(lf + 1 - in.data);
        if (lf - line == 1) {
            *size = scan->line;
            return HEAD_WHOLE;
        }
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

/* Where a byte may stand: in a request target without its fragment (RFC 9112 section 3.2), which is all that is visible but '#',
 * and in host[:port] (RFC 3986 section 3.2.2). */
enum { IN_TARGET = 1, IN_AUTHORITY = 2, IN_BOTH = 3 };

static const uint8_t byte_places[256] = {
    ['!'] = IN_BOTH,   ['"'] = IN_TARGET, ['$'] = IN_BOTH,   ['%'] = IN_BOTH, ['&'] = IN_BOTH,    ['\''] = IN_BOTH,
    ['('] = IN_BOTH,   [')'] = IN_BOTH,   ['*'] = IN_BOTH,   ['+'] = IN_BOTH, [','] = IN_BOTH,    ['-'] = IN_BOTH,
    ['.'] = IN_BOTH,   ['/'] = IN_TARGET, ['0'] = IN_BOTH,   ['1'] = IN_BOTH, ['2'] = IN_BOTH,    ['3'] = IN_BOTH,
    ['4'] = IN_BOTH,   ['5'] = IN_BOTH,   ['6'] = IN_BOTH,   ['7'] = IN_BOTH, ['8'] = IN_BOTH,    ['9'] = IN_BOTH,
    [':'] = IN_BOTH,   [';'] = IN_BOTH,   ['<'] = IN_TARGET, ['='] = IN_BOTH, ['>'] = IN_TARGET,  ['?'] = IN_TARGET,
    ['@'] = IN_TARGET, ['A'] = IN_BOTH,   ['B'] = IN_BOTH,   ['C'] = IN_BOTH, ['D'] = IN_BOTH,    ['E'] = IN_BOTH,
    ['F'] = IN_BOTH,   ['G'] = IN_BOTH,   ['H'] = IN_BOTH,   ['I'] = IN_BOTH, ['J'] = IN_BOTH,    ['K'] = IN_BOTH,
    ['L'] = IN_BOTH,   ['M'] = IN_BOTH,   ['N'] = IN_BOTH,   ['O'] = IN_BOTH, ['P'] = IN_BOTH,    ['Q'] = IN_BOTH,
    ['R'] = IN_BOTH,   ['S'] = IN_BOTH,   ['T'] = IN_BOTH,   ['U'] = IN_BOTH, ['V'] = IN_BOTH,    ['W'] = IN_BOTH,
    ['X'] = IN_BOTH,   ['Y'] = IN_BOTH,   ['Z'] = IN_BOTH,   ['['] = IN_BOTH, ['\\'] = IN_TARGET, [']'] = IN_BOTH,
    ['^'] = IN_TARGET, ['_'] = IN_BOTH,   ['`'] = IN_TARGET, ['a'] = IN_BOTH, ['b'] = IN_BOTH,    ['c'] = IN_BOTH,
    ['d'] = IN_BOTH,   ['e'] = IN_BOTH,   ['f'] = IN_BOTH,   ['g'] = IN_BOTH, ['h'] = IN_BOTH,    ['i'] = IN_BOTH,
    ['j'] = IN_BOTH,   ['k'] = IN_BOTH,   ['l'] = IN_BOTH,   ['m'] = IN_BOTH, ['n'] = IN_BOTH,    ['o'] = IN_BOTH,
    ['p'] = IN_BOTH,   ['q'] = IN_BOTH,   ['r'] = IN_BOTH,   ['s'] = IN_BOTH, ['t'] = IN_BOTH,    ['u'] = IN_BOTH,
    ['v'] = IN_BOTH,   ['w'] = IN_BOTH,   ['x'] = IN_BOTH,   ['y'] = IN_BOTH, ['z'] = IN_BOTH,    ['{'] = IN_TARGET,
    ['|'] = IN_TARGET, ['}'] = IN_TARGET, ['~'] = IN_BOTH,
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
        if (name.data[0] != method_names[i].data[0] || !span_equal(name, method_names[i])) continue;
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

/* The first byte from `at` on that may not stand in `place`; a CR may in none, so it is within the line. */
static inline const char *find_place_end(const char *at, unsigned place)
{
    while ((byte_places[(unsigned char)*at] & place) != 0) at++;
    return at;
}

static enum http_fault parse_target(struct http_request *request, struct span *authority)
{
    struct span rest = request->target;
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

static enum http_fault parse_request_line(struct span line, struct http_request *request, struct span *authority)
{
    const char *end = line.data + line.size;
    const char *first = memchr(line.data, ' ', line.size);
    if (first == NULL) return HTTP_FAULT_REQUEST_LINE;
    const char *stop = find_place_end(first + 1, IN_TARGET);
    const char *second = *stop == ' ' ? stop : memchr(stop, ' ', (size_t)(end - stop));
    if (second == NULL || second == first + 1) return HTTP_FAULT_REQUEST_LINE;
    request->target = (struct span){first + 1, (size_t)(second - first - 1)};
    struct span version = {second + 1, (size_t)(end - second - 1)};
    enum http_fault fault = parse_version(version, &request->version_minor);
    if (fault == HTTP_FAULT_NONE) fault = parse_method((struct span){line.data, (size_t)(first - line.data)}, &request->method);
    if (fault != HTTP_FAULT_NONE) return fault;
    return stop == second ? parse_target(request, authority) : HTTP_FAULT_TARGET;
}

/* ---------------------------------------------------------------- header lines */

static ALWAYS_INLINE struct span trim(const char *begin, const char *end)
{
    while (begin < end && (*begin == ' ' || *begin == '\t')) begin++;
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t')) end--;
    return (struct span){begin, (size_t)(end - begin)};
}

/* The name that ends before the colon at *at, where *at is moved to: of a field we know, or lower-cased in place. Its size is 0
 * when there is none. */
static ALWAYS_INLINE struct span parse_name(char **at, enum http_field *field)
{
    const char *begin = *at;
    struct span known;
    *field = http_field_peek(begin, &known);
    if (*field != HTTP_FIELD_OTHER) {
        *at += known.size;
        return known;
    }
    char *byte = *at;
    while (token_bytes[(unsigned char)*byte] != 0) {
        *byte = token_bytes[(unsigned char)*byte];
        byte++;
    }
    *at = byte;
    struct span name = {begin, *byte == ':' ? (size_t)(byte - begin) : 0};
    *field = http_field_find(name);
    return name;
}

/* Reads the line at `at`, which head_scan() has seen to end with CR LF before `end`. Returns where the next one begins; NULL: it
 * is not `name: value`. */
static ALWAYS_INLINE char *parse_line(char *at, const char *end, struct http_header *header, enum http_field *field)
{
    header->name = parse_name(&at, field);
    if (header->name.size == 0) return NULL;
    const char *stop = control_find(at + 1, end);
    if (stop == end || *stop != '\r') return NULL;
    header->value = trim(at + 1, stop);
    return at + (stop + 2 - at);
}

/* What the fields of a head say, beside what stands in `head` already. */
struct fields {
    struct head *head;
    struct span host;
    bool close, keep_alive;
};

static bool is_word(struct span text, struct span lower_case_word)
{
    return text.size == lower_case_word.size && strncasecmp(text.data, lower_case_word.data, text.size) == 0;
}

static bool is_authority(struct span text)
{
    return text.size == 0 || find_place_end(text.data, IN_AUTHORITY) == text.data + text.size;
}

/* host[:port]; empty is allowed (RFC 9112 section 3.2). */
static enum http_fault take_host(struct fields *fields, struct span value)
{
    fields->host = value;
    return is_authority(value) ? HTTP_FAULT_NONE : HTTP_FAULT_HOST;
}

/* Whether the white space behind the value has a tab. It may (RFC 9110 section 5.6.3), but some do not read it so, and where a
 * message ends nobody should have to guess. */
static bool tab_follows(struct span value)
{
    const char *at = value.data + value.size;
    while (*at == ' ') at++;
    return *at == '\t';
}

/* An offer to upgrade is one of the options, and it is not taken (RFC 9110 section 7.8). */
static enum http_fault take_connection(struct fields *fields, struct span value)
{
    head_connection(value, &fields->close, &fields->keep_alive);
    return HTTP_FAULT_NONE;
}

/* Beside Transfer-Encoding it is refused by whichever of the two comes second. */
static enum http_fault take_length(struct fields *fields, struct span value)
{
    struct http_request *request = &fields->head->request;
    if (http_request_repeats(request, HTTP_FIELD_BIT(HTTP_FIELD_CONTENT_LENGTH))) return HTTP_FAULT_CONTENT_LENGTH;
    bool fine = !request->chunked && head_length(value, &request->content_length);
    return fine ? HTTP_FAULT_NONE : HTTP_FAULT_CONTENT_LENGTH;
}

static enum http_fault take_coding(struct fields *fields, struct span value)
{
    struct http_request *request = &fields->head->request;
    if (http_request_repeats(request, HTTP_FIELD_BIT(HTTP_FIELD_TRANSFER_ENCODING))) return HTTP_FAULT_TRANSFER_ENCODING;
    request->chunked = true;
    if (!is_word(value, SPAN("chunked"))) return HTTP_FAULT_TRANSFER_CODING;
    if (tab_follows(value)) return HTTP_FAULT_TRANSFER_ENCODING;
    bool beside = (request->sent & HTTP_FIELD_BIT(HTTP_FIELD_CONTENT_LENGTH)) != 0;
    return beside ? HTTP_FAULT_CONTENT_LENGTH : HTTP_FAULT_NONE;
}

static enum http_fault take_expectation(struct fields *fields, struct span value)
{
    if (fields->head->request.version_minor == 0) return HTTP_FAULT_NONE;
    fields->head->expects_continue = true;
    return is_word(value, SPAN("100-continue")) ? HTTP_FAULT_NONE : HTTP_FAULT_EXPECTATION;
}

/* The fields that mean something to HTTP itself; all others are the handler's. */
static enum http_fault (*const takers[HTTP_FIELD_COUNT])(struct fields *fields, struct span value) = {
    [HTTP_FIELD_HOST] = take_host,
    [HTTP_FIELD_CONNECTION] = take_connection,
    [HTTP_FIELD_CONTENT_LENGTH] = take_length,
    [HTTP_FIELD_TRANSFER_ENCODING] = take_coding,
    [HTTP_FIELD_EXPECT] = take_expectation,
};

static enum http_fault take_field(struct fields *fields, enum http_field field, struct span value, uint32_t index)
{
    struct http_request *request = &fields->head->request;
    uint32_t bit = HTTP_FIELD_BIT(field);
    request->repeated |= request->sent & bit;
    if ((request->sent & bit) == 0) request->first[field] = index;
    request->sent |= bit;
    return takers[field] != NULL ? takers[field](fields, value) : HTTP_FAULT_NONE;
}

static enum http_fault parse_lines(char *at, const char *end, struct http_header *headers, size_t capacity, struct fields *fields)
{
    size_t count = 0;
    while (*at != '\r') {
        if (count == capacity) return HTTP_FAULT_HEADER;
        struct http_header *header = &headers[count];
        enum http_field field;
        at = parse_line(at, end, header, &field);
        if (at == NULL) return HTTP_FAULT_HEADER;
        if (field != HTTP_FIELD_OTHER) {
            enum http_fault fault = take_field(fields, field, header->value, (uint32_t)count);
            if (fault != HTTP_FAULT_NONE) return fault;
        }
        count++;
    }
    fields->head->request.header_count = count;
    return HTTP_FAULT_NONE;
}

/* ---------------------------------------------------------------- what follows from the fields */

static enum http_fault judge_fields(const struct fields *fields, struct span authority)
{
    const struct http_request *request = &fields->head->request;
    bool has_host = (request->sent & HTTP_FIELD_BIT(HTTP_FIELD_HOST)) != 0;
    bool has_length = (request->sent & HTTP_FIELD_BIT(HTTP_FIELD_CONTENT_LENGTH)) != 0;
    if (http_request_repeats(request, HTTP_FIELD_BIT(HTTP_FIELD_HOST))) return HTTP_FAULT_HOST;
    if (!has_host && request->version_minor > 0) return HTTP_FAULT_HOST;
    /* The target's host would win (RFC 9112 section 3.2.2), but who sends two different ones wants to be read in two ways. */
    bool same = authority.size == fields->host.size &&
                (authority.size == 0 || strncasecmp(authority.data, fields->host.data, authority.size) == 0);
    if (authority.data != NULL && (!is_authority(authority) || (has_host && !same))) return HTTP_FAULT_TARGET;
    if (request->chunked && request->version_minor == 0) return HTTP_FAULT_TRANSFER_ENCODING;
    bool sends =
        request->method == HTTP_METHOD_POST || request->method == HTTP_METHOD_PUT || request->method == HTTP_METHOD_PATCH;
    if (sends && request->version_minor == 0 && !has_length) return HTTP_FAULT_LENGTH_REQUIRED;
    return HTTP_FAULT_NONE;
}

enum http_fault head_parse(char *bytes, size_t size, struct http_header *headers, size_t capacity, struct head *head)
{
    *head = (struct head){.request.headers = headers};
    struct http_request *request = &head->request;
    struct fields fields = {.head = head};
    struct span authority = {NULL, 0};
    char *lines = (char *)memchr(bytes, '\n', size) + 1; /* head_scan() has seen one */
    enum http_fault fault = parse_request_line((struct span){bytes, (size_t)(lines - 2 - bytes)}, request, &authority);
    if (fault == HTTP_FAULT_NONE) fault = parse_lines(lines, bytes + size, headers, capacity, &fields);
    if (fault != HTTP_FAULT_NONE) return fault;
    request->keep_alive = !fields.close && (request->version_minor > 0 || fields.keep_alive);
    head->has_body = request->chunked || request->content_length > 0;
    return judge_fields(&fields, authority);
}

/* ---------------------------------------------------------------- parts for other heads */

char *head_field(char *at, const char *end, struct http_header *header, enum http_field *field)
{
    return parse_line(at, end, header, field);
}

void head_connection(struct span value, bool *close, bool *keep_alive)
{
    const char *end = value.data + value.size;
    for (const char *at = value.data, *comma; at < end; at = comma + 1) {
        comma = memchr(at, ',', (size_t)(end - at));
        if (comma == NULL) comma = end;
        struct span option = trim(at, comma);
        *close |= is_word(option, SPAN("close"));
        *keep_alive |= is_word(option, SPAN("keep-alive"));
    }
}

bool head_length(struct span value, uint64_t *length)
{
    uint64_t sum = 0;
    if (value.size == 0 || value.size > 18 || tab_follows(value)) return false;
    for (size_t i = 0; i < value.size; i++) {
        if (!is_digit(value.data[i])) return false;
        sum = sum * 10 + (uint64_t)(value.data[i] - '0');
    }
    *length = sum;
    return true;
}

bool head_is_chunked(struct span value)
{
    return is_word(value, SPAN("chunked")) && !tab_follows(value);
}

#include "bench/load_reply.h"

#include "gateway/http/control.h"

enum { HEAD, LENGTH, CHUNKS, UNTIL_END };

enum { CHUNKS_AT_ONCE = 16 * 1024 }; /* so much of their content is held at the most */

static const struct http_limits limits = {.head = 64 * 1024, .request_line = 8 * 1024, .header_lines = 200};

static enum load_reply_status refuse(struct load_reply *reply, const char *fault)
{
    reply->fault = fault;
    return LOAD_REPLY_FAULTY;
}

/* ---------------------------------------------------------------- status line */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112 section 4). The reason may be missing, the space before it not. */
static const char *parse_status_line(struct span line, unsigned *code, unsigned *version_minor)
{
    static const char shape[] = "HTTP/1.1 202 ";
    const char *at = line.data, *end = line.data + line.size;
    if (line.size < sizeof shape - 1 || memcmp(at, shape, 7) != 0 || (at[7] != '0' && at[7] != '1') || at[8] != ' ' ||
        !is_digit(at[9]) || !is_digit(at[10]) || !is_digit(at[11]) || at[12] != ' ' || control_find(at + 13, end) != end)
        return "a reply does not begin with `HTTP/1.1 NNN `";
    *version_minor = at[7] == '1';
    *code = (unsigned)(at[9] - '0') * 100 + (unsigned)(at[10] - '0') * 10 + (unsigned)(at[11] - '0');
    if (*code < 100) return "a status below 100";
    return *code == 101 ? "101 where no upgrade was asked for" : NULL;
}

/* ---------------------------------------------------------------- fields */

/* Those that say where the message ends and what becomes of the connection. */
struct fields {
    bool close, keep_alive, has_length, chunked;
    uint64_t length;
};

static const char *take_field(struct fields *fields, enum http_field field, struct span value)
{
    switch (field) {
    case HTTP_FIELD_CONNECTION: head_connection(value, &fields->close, &fields->keep_alive); return NULL;
    case HTTP_FIELD_CONTENT_LENGTH:
        if (fields->has_length || !head_length(value, &fields->length)) return "Content-Length is not one plain number";
        fields->has_length = true;
        return NULL;
    case HTTP_FIELD_TRANSFER_ENCODING: /* nothing else was offered to the server (RFC 9112 section 7.4) */
        if (fields->chunked || !head_is_chunked(value)) return "Transfer-Encoding is not `chunked` alone";
        fields->chunked = true;
        return NULL;
    default: return NULL;
    }
}

static const char *parse_fields(char *at, const char *end, struct fields *fields)
{
    while (*at != '\r') {
        struct http_header header;
        enum http_field field;
        at = head_field(at, end, &header, &field);
        if (at == NULL) return "a header line is not `name: value`";
        const char *fault = take_field(fields, field, header.value);
        if (fault != NULL) return fault;
    }
    return NULL;
}

/* ---------------------------------------------------------------- what follows from the head */

/* How long the body is: RFC 9112 section 6.3, whose numbers stand here. */
static const char *frame(struct load_reply *reply, const struct fields *fields, unsigned version_minor)
{
    bool bare = reply->code < 200 || reply->code == 204 || reply->code == 304;
    bool counted = fields->has_length || fields->chunked;
    if (fields->chunked && (fields->has_length || version_minor == 0)) /* 3, and section 6.1 */
        return "Transfer-Encoding stands beside Content-Length, or in HTTP/1.0";
    reply->closes = fields->close || (version_minor == 0 && !fields->keep_alive) || (!bare && !counted);
    if (bare) return NULL;                                               /* 1: whatever the fields say */
    if (!counted) reply->state = UNTIL_END;                              /* 8 */
    if (fields->chunked) reply->state = CHUNKS;                          /* 4 */
    if (fields->has_length && fields->length > 0) reply->state = LENGTH; /* 6 */
    reply->size = reply->left = fields->length;
    return NULL;
}

/* A whole head, as head_scan() found it: RFC 9112 sections 4 and 5. */
static const char *parse_head(struct load_reply *reply, char *head, size_t size)
{
    struct fields fields = {.length = 0};
    unsigned version_minor;
    char *line_end = memchr(head, '\n', size);
    struct span line = {head, (size_t)(line_end - head) - 1};
    reply->size = 0;
    const char *fault = parse_status_line(line, &reply->code, &version_minor);
    if (fault == NULL) fault = parse_fields(line_end + 1, head + size, &fields);
    return fault != NULL ? fault : frame(reply, &fields, version_minor);
}

/* ---------------------------------------------------------------- a reader for each state */

/* Keeps the head's bytes until the rest of it comes; a byte more than it may have shows that it is too long. */
static bool hold(struct load_reply *reply, const char *bytes, size_t *size)
{
    size_t room = limits.head + 1 - reply->held.size;
    if (*size > room) *size = room;
    if (buffer_reserve(&reply->held, *size + LOAD_REPLY_PADDING) == NULL) return false;
    buffer_append(&reply->held, bytes, *size);
    return true;
}

static const char *scan_fault(enum http_fault fault)
{
    switch (fault) {
    case HTTP_FAULT_LINE_END: return "a line of the head does not end with CR LF";
    case HTTP_FAULT_FOLD: return "a header line begins with a space or a tab";
    default: return "the head is too long";
    }
}

static enum load_reply_status finish_head(struct load_reply *reply, char *head, size_t size)
{
    const char *fault = parse_head(reply, head, size);
    reply->scan = (struct head_scan){0};
    reply->chunked = (struct chunked){0};
    if (fault != NULL) return refuse(reply, fault);
    buffer_clear(&reply->held);
    return reply->state == HEAD && reply->code >= 200 ? LOAD_REPLY_WHOLE : LOAD_REPLY_MORE;
}

/* In place when it comes at once, as nearly always. */
static enum load_reply_status read_head(struct load_reply *reply, char *bytes, size_t size, size_t *used)
{
    size_t before = reply->held.size, head_size;
    enum http_fault fault;
    *used = size;
    if (before > 0 && !hold(reply, bytes, used)) return refuse(reply, "out of memory");
    struct span in = before > 0 ? buffer_span(&reply->held) : (struct span){bytes, size};
    enum head_status status = head_scan(&reply->scan, in, &limits, &head_size, &fault);
    if (status == HEAD_FAULTY) return refuse(reply, scan_fault(fault));
    if (status == HEAD_PARTIAL) return before > 0 || hold(reply, bytes, used) ? LOAD_REPLY_MORE : refuse(reply, "out of memory");
    *used = head_size - before;
    return finish_head(reply, before > 0 ? reply->held.data : bytes, head_size);
}

static enum load_reply_status whole(struct load_reply *reply)
{
    reply->state = HEAD;
    return LOAD_REPLY_WHOLE;
}

static enum load_reply_status read_length(struct load_reply *reply, char *bytes, size_t size, size_t *used)
{
    (void)bytes;
    *used = size < reply->left ? size : (size_t)reply->left;
    reply->left -= *used;
    return reply->left == 0 ? whole(reply) : LOAD_REPLY_MORE;
}

static enum load_reply_status read_chunks(struct load_reply *reply, char *bytes, size_t size, size_t *used)
{
    struct span in = {bytes, size < CHUNKS_AT_ONCE ? size : CHUNKS_AT_ONCE};
    enum chunked_status status = chunked_feed(&reply->chunked, in, SIZE_MAX, &reply->held, used);
    reply->size += reply->held.size;
    buffer_clear(&reply->held);
    switch (status) {
    case CHUNKED_MORE: return LOAD_REPLY_MORE;
    case CHUNKED_DONE: return whole(reply);
    case CHUNKED_NO_MEMORY: return refuse(reply, "out of memory");
    default: return refuse(reply, "the chunks of a body are damaged");
    }
}

static enum load_reply_status read_until_end(struct load_reply *reply, char *bytes, size_t size, size_t *used)
{
    (void)bytes;
    *used = size;
    reply->size += size;
    return LOAD_REPLY_MORE;
}

static enum load_reply_status (*const readers[])(struct load_reply *reply, char *bytes, size_t size, size_t *used) = {
    [HEAD] = read_head, [LENGTH] = read_length, [CHUNKS] = read_chunks, [UNTIL_END] = read_until_end};

enum load_reply_status load_reply_feed(struct load_reply *reply, char *bytes, size_t size, size_t *used)
{
    enum load_reply_status status = LOAD_REPLY_MORE;
    *used = 0;
    while (*used < size && status == LOAD_REPLY_MORE) {
        size_t taken;
        status = readers[reply->state](reply, bytes + *used, size - *used, &taken);
        *used += taken;
    }
    return status;
}

bool load_reply_end(const struct load_reply *reply)
{
    return reply->state == UNTIL_END;
}

void load_reply_deinit(struct load_reply *reply)
{
    buffer_deinit(&reply->held);
    *reply = (struct load_reply){0};
}

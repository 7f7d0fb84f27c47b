#include "gateway/ingest/dialects/dialect.h"
#include "gateway/ingest/ingest.h"

static void open_cursor(const struct request *request, struct span text, struct json_cursor *cursor)
{
    const struct config_limits *limits = &request->ingest->config->limits;
    json_begin(cursor, text, limits->depth, limits->tokens);
}

static bool judge(struct request *request, struct json_cursor *cursor, struct event_context *context)
{
    if (request->named == NULL) return request_observe(request, request->observed, cursor, (struct span){NULL, 0});
    return request_judge(request, request->named, cursor, context);
}

static bool walk_array(struct request *request, struct json_cursor *cursor, struct event_context *context)
{
    bool first = true;
    cursor->depth_limit++; /* the list is not part of an event's nesting */
    if (!json_open(cursor, '[')) return request_fail_json(request, cursor, 0);
    while (json_next(cursor, ']', &first))
        if (!judge(request, cursor, context)) return false;
    return cursor->error == JSON_FINE || request_fail_json(request, cursor, 0);
}

static bool walk(struct request *request, struct span body)
{
    struct json_cursor cursor;
    struct event_context context;
    open_cursor(request, body, &cursor);
    request_context(request, &context);
    json_space(&cursor);
    if (cursor.at == cursor.end) return request_fail(request, PROBLEM_EMPTY);
    request->single = json_peek(&cursor) != JSON_ARRAY;
    bool walked = request->single ? judge(request, &cursor, &context) : walk_array(request, &cursor, &context);
    if (!walked) return false;
    return json_finish(&cursor) || request_fail_json(request, &cursor, 0);
}

/* ---------------------------------------------------------------- one event a line */

/* What ails a line that cannot be read, as its item says it; PROBLEM_NONE: it concerns the whole request. */
static enum problem line_problem(enum problem failure)
{
    if (failure == PROBLEM_MALFORMED_JSON) return PROBLEM_MALFORMED_LINE;
    return failure == PROBLEM_JSON_DEPTH ? PROBLEM_LINE_DEPTH : PROBLEM_NONE;
}

/* A fault of this line's own becomes a refused item; what concerns the whole request stays its failure. */
static bool refuse_line(struct request *request, struct item *item)
{
    enum problem problem = line_problem(request->failure);
    if (problem == PROBLEM_NONE) return false;
    *item = (struct item){.status = ITEM_REFUSED, .problem = problem, .detail = request->failure_detail, .model = item->model};
    request->failure = PROBLEM_NONE;
    request->failure_detail = NULL;
    request->failure_offset = SIZE_MAX;
    return true;
}

static bool judge_line(struct request *request, struct span line, struct event_context *context)
{
    struct json_cursor cursor;
    open_cursor(request, line, &cursor);
    uint32_t before = request->count;
    if (judge(request, &cursor, context) && json_finish(&cursor)) return true;
    if (request->count == before) return false;
    if (request->failure == PROBLEM_NONE) request_fail_json(request, &cursor, 0);
    return refuse_line(request, &request->items[request->count - 1]);
}

static bool only_space(struct span line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r') return false;
    return true;
}

/* When no line can be read the body is not what its type says: it is refused as a whole, for what ails its first line. */
static bool refuse_unreadable(struct request *request)
{
    for (uint32_t i = 0; i < request->count; i++)
        if (request->items[i].problem != PROBLEM_MALFORMED_LINE && request->items[i].problem != PROBLEM_LINE_DEPTH) return true;
    const struct item *first = &request->items[0];
    request_fail(request, first->problem == PROBLEM_LINE_DEPTH ? PROBLEM_JSON_DEPTH : PROBLEM_MALFORMED_JSON);
    request->failure_detail = first->detail;
    return false;
}

static bool walk_lines(struct request *request, struct span body)
{
    struct event_context context;
    request_context(request, &context);
    while (body.size > 0) {
        const char *end = memchr(body.data, '\n', body.size);
        struct span line = {body.data, end != NULL ? (size_t)(end - body.data) : body.size};
        size_t used = line.size + (end != NULL);
        body = (struct span){body.data + used, body.size - used};
        if (!only_space(line) && !judge_line(request, line, &context)) return false;
    }
    if (request->count == 0) return request_fail(request, PROBLEM_EMPTY);
    return refuse_unreadable(request);
}

const struct dialect dialect_native = {"native", walk};
const struct dialect dialect_native_lines = {"native-lines", walk_lines};

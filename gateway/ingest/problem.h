/* problem.h - what a request or an event is refused or held back for, as RFC 9457 problems.
 *
 * One line per problem: identifier, status, the rule's name (urn:headgate:rule:NAME, explained by `headgate explain`) and a
 * constant sentence. What the HTTP layer itself refuses is listed in http/fault.h under the same namespace of rules. */
#ifndef HEADGATE_GATEWAY_INGEST_PROBLEM_H
#define HEADGATE_GATEWAY_INGEST_PROBLEM_H

#include "codecs/json_writer.h"
#include "codecs/span.h"

/* identifier, status, rule, detail */
#define PROBLEMS(X)                                                                                                            \
    X(CONTRACT, 422, "contract", "the event breaks its model; each violation names the place and the rule")                    \
    X(ALL_REFUSED, 422, "all-refused", "every event of the list is refused; each item says why")                               \
    X(ENVELOPE, 422, "envelope", "the CloudEvents envelope is not valid; each violation names the attribute")                  \
    X(MALFORMED_JSON, 400, "malformed-json", "the body is not JSON (RFC 8259); nothing was taken")                             \
    X(MALFORMED_LINE, 400, "malformed-json", "the line is not JSON (RFC 8259); nothing of it was taken")                       \
    X(LINE_DEPTH, 400, "json-depth", "the line is nested too deeply; nothing of it was taken")                                 \
    X(JSON_DEPTH, 400, "json-depth", "the body is nested too deeply; nothing was taken")                                       \
    X(JSON_TOKENS, 413, "json-tokens", "the body holds too many JSON values; nothing was taken")                               \
    X(EMPTY, 400, "empty", "the body holds no event")                                                                          \
    X(SENT_TIME, 400, "sent-time", "Headgate-Sent must be one RFC 3339 date-time with an offset")                              \
    X(REPEATED_HEADER, 400, "repeated-header", "a header that means one thing was sent twice")                                 \
    X(UNAUTHENTICATED, 401, "unauthenticated", "send `Authorization: Bearer` with a key that `headgate senders new` printed")  \
    X(FORBIDDEN_EVENT, 403, "forbidden-event", "this sender may not send this event")                                          \
    X(NO_ROUTE, 404, "no-route", "events are taken at POST /v1/events/{event} and, as CloudEvents, at POST /v1/events")        \
    X(UNDECLARED_EVENT, 404, "undeclared-event", "no contract declares this event, so nothing of it is collected")             \
    X(METHOD, 405, "method-not-allowed", "only the methods that Allow lists are served here")                                  \
    X(NOT_ACCEPTABLE, 406, "not-acceptable", "replies are application/json or application/problem+json")                       \
    X(EVENT_SIZE, 413, "event-size", "the event is larger than limits.event")                                                  \
    X(EVENT_COUNT, 413, "event-count", "the body holds more events than limits.events; nothing was taken")                     \
    X(PROJECTED_SIZE, 413, "projected-size", "what the uses take of this body is larger than one request may claim; halve it") \
    X(MEDIA_TYPE, 415, "media-type", "send application/json, application/x-ndjson or a CloudEvents type")                      \
    X(RATE, 429, "rate", "this sender sends more of this event than its model admits")                                         \
    X(NO_ROOM, 503, "no-room", "no room for the records of this request; it took nothing")                                     \
    X(DRAINING, 503, "draining", "the gateway is stopping; it took nothing")                                                   \
    X(BLOCKED_USE, 503, "blocked-use", "a use of this event cannot be delivered now; nothing of the event was taken")          \
    X(NOT_DURABLE, 503, "not-durable", "the event was not durable in time")                                                    \
    X(NO_RANDOMNESS, 503, "no-room", "the system has no random numbers, which this event needs; it took nothing")              \
    X(NO_MEMORY, 503, "no-room", "no memory for this request; it took nothing")

enum problem {
    PROBLEM_NONE,
#define PROBLEM_ENUM(name, status, rule, detail) PROBLEM_##name,
    PROBLEMS(PROBLEM_ENUM)
#undef PROBLEM_ENUM
        PROBLEM_COUNT
};

/* The columns of a row; constant. */
int problem_status(enum problem problem);
const char *problem_rule(enum problem problem);
const char *problem_detail(enum problem problem);

/* Opens a problem object and writes type, title, status and detail; the caller adds members and closes it. `detail` NULL: the
 * rule's own sentence. */
void problem_begin(struct json_writer *json, int status, const char *rule, const char *detail);
void problem_open(struct json_writer *json, enum problem problem);

#endif

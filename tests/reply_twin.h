/* reply_twin.h - reads the replies of a connection by the load generator and by llhttp, and compares. What ours takes llhttp must
 * take too, and both must find the same replies in the same bytes; what ours refuses, being the stricter one, llhttp may take.
 *
 * llhttp 8.1 reads some things in another way than RFC 9112, and each is kept out of the comparison:
 * - Connection (section 9.3), as in head_twin.h: a tab beside an option hides it, `close` loses against `keep-alive` in HTTP/1.0,
 *   and Proxy-Connection counts as Connection;
 * - chunk extensions of another shape than it knows, and trailers called Content-Length or Transfer-Encoding, are errors to it;
 *   both are to be ignored (section 7.1.1, RFC 9110 section 6.5.1);
 * - behind an extension with a value, `;a=b;`, it goes on reading the chunk's size;
 * - a Content-Length in 1xx, 204 and 304 is believed unless the caller says that there is no body (section 6.3).
 * It reads on behind a reply that closes, since an interim one that says so is not the last (section 9.6). */
#ifndef HEADGATE_TESTS_REPLY_TWIN_H
#define HEADGATE_TESTS_REPLY_TWIN_H

#include "bench/load_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include <llhttp.h>

enum { TWIN_BYTES_MAX = 4096, TWIN_REPLIES_MAX = TWIN_BYTES_MAX / 17 + 1 };

struct twin_reply {
    unsigned code;
    uint64_t size;
    bool closes;
};

/* The replies of a connection, the one that its end makes whole among them. */
struct twin_replies {
    struct twin_reply list[TWIN_REPLIES_MAX];
    size_t count, at_end;        /* at_end: how many the connection's end made whole */
    const char *fault;           /* NULL: none */
    bool waits_for_head, closed; /* ours: a line that is not whole has not been judged yet */

    struct twin_reply next; /* llhttp's: the one that is being read */
    const char *end;        /* of all bytes */
    bool excused;           /* ours may take what it refuses or reads otherwise */
};

static inline void twin_must(bool holds, const char *what, struct span bytes)
{
    if (holds) return;
    fprintf(stderr, "replies that are read in two ways: %s\n%.*s\n", what, SPAN_ARGS(bytes));
    abort();
}

/* ---------------------------------------------------------------- the load generator */

static inline void twin_add(struct twin_replies *replies, const struct load_reply *reply)
{
    replies->list[replies->count++] = (struct twin_reply){reply->code, reply->size, reply->closes};
    replies->closed = reply->closes;
}

/* A piece, with what must not matter behind it. */
static inline void twin_feed(struct twin_replies *replies, struct load_reply *reply, struct span piece)
{
    char *bytes = malloc(piece.size + LOAD_REPLY_PADDING);
    if (bytes == NULL) abort();
    memcpy(bytes, piece.data, piece.size);
    memset(bytes + piece.size, '\n', LOAD_REPLY_PADDING);
    for (size_t at = 0, used; at < piece.size && !replies->closed && replies->fault == NULL; at += used) {
        switch (load_reply_feed(reply, bytes + at, piece.size - at, &used)) {
        case LOAD_REPLY_MORE: twin_must(used == piece.size - at, "bytes are left", piece); break;
        case LOAD_REPLY_WHOLE: twin_add(replies, reply); break;
        case LOAD_REPLY_FAULTY: replies->fault = reply->fault; break;
        }
    }
    free(bytes);
}

/* The first piece has `first` bytes, each other one `step`. */
static inline void twin_ours(struct span bytes, size_t first, size_t step, struct twin_replies *replies)
{
    struct load_reply reply = {0};
    *replies = (struct twin_replies){.count = 0};
    for (size_t at = 0, size = first; at < bytes.size; at += size, size = step) {
        if (size > bytes.size - at) size = bytes.size - at;
        if (size > 0) twin_feed(replies, &reply, (struct span){bytes.data + at, size});
    }
    bool goes_on = replies->fault == NULL && !replies->closed;
    if (goes_on && load_reply_end(&reply)) {
        twin_add(replies, &reply);
        replies->at_end = 1;
    }
    replies->waits_for_head = reply.held.size > 0;
    load_reply_deinit(&reply);
}

/* ---------------------------------------------------------------- llhttp */

static inline int twin_on_head(llhttp_t *parser)
{
    struct twin_replies *replies = parser->data;
    bool bare = parser->status_code < 200 || parser->status_code == 204 || parser->status_code == 304;
    replies->next = (struct twin_reply){parser->status_code, 0, !llhttp_should_keep_alive(parser)};
    return bare ? 1 : 0;
}

static inline int twin_on_body(llhttp_t *parser, const char *at, size_t size)
{
    struct twin_replies *replies = parser->data;
    (void)at;
    replies->next.size += size;
    return 0;
}

static inline int twin_on_whole(llhttp_t *parser)
{
    struct twin_replies *replies = parser->data;
    if (replies->next.code < 200) return 0;
    if (replies->count == TWIN_REPLIES_MAX) return -1;
    replies->list[replies->count++] = replies->next;
    return 0;
}

static inline int twin_on_extension(llhttp_t *parser, const char *at, size_t size)
{
    struct twin_replies *replies = parser->data;
    replies->excused |= at + size < replies->end && at[size] == ';';
    return 0;
}

static inline void twin_theirs(struct span bytes, struct twin_replies *replies)
{
    static const llhttp_settings_t settings = {.on_headers_complete = twin_on_head,
                                               .on_body = twin_on_body,
                                               .on_chunk_extension_value = twin_on_extension,
                                               .on_message_complete = twin_on_whole};
    llhttp_t parser;
    *replies = (struct twin_replies){.end = bytes.data + bytes.size};
    llhttp_init(&parser, HTTP_RESPONSE, &settings);
    llhttp_set_lenient_keep_alive(&parser, 1);
    parser.data = replies;
    if (llhttp_execute(&parser, bytes.data, bytes.size) != HPE_OK) {
        replies->fault = parser.reason;
        replies->excused |= (parser.flags & F_TRAILING) != 0 || strstr(parser.reason, "chunk extensions") != NULL;
        return;
    }
    size_t before = replies->count;
    (void)llhttp_finish(&parser);
    replies->at_end = replies->count - before;
}

/* ---------------------------------------------------------------- both */

static inline bool twin_has(struct span bytes, const char *lower_case_word)
{
    size_t size = strlen(lower_case_word);
    for (size_t i = 0; i + size <= bytes.size; i++)
        if (strncasecmp(bytes.data + i, lower_case_word, size) == 0) return true;
    return false;
}

/* What becomes of the connection, tabs aside. */
static inline void twin_compare_closes(struct span bytes, const struct twin_replies *ours)
{
    char spaced[TWIN_BYTES_MAX];
    struct twin_replies theirs;
    if (twin_has(bytes, "proxy-connection") || (twin_has(bytes, "close") && twin_has(bytes, "keep-alive"))) return;
    for (size_t i = 0; i < bytes.size; i++) spaced[i] = bytes.data[i] == '\t' ? ' ' : bytes.data[i];
    twin_theirs((struct span){spaced, bytes.size}, &theirs);
    if (theirs.excused) return;
    for (size_t i = 0; i < ours->count && i < theirs.count; i++)
        twin_must(ours->list[i].closes == theirs.list[i].closes, "what becomes of the connection", bytes);
}

static inline void twin_compare(struct span bytes, const struct twin_replies *ours)
{
    struct twin_replies theirs;
    twin_theirs(bytes, &theirs);
    if (theirs.excused) return;
    for (size_t i = 0; i < ours->count; i++) {
        twin_must(i < theirs.count, "llhttp has not found it", bytes);
        twin_must(ours->list[i].code == theirs.list[i].code, "status", bytes);
        twin_must(ours->list[i].size == theirs.list[i].size, "size", bytes);
    }
    twin_compare_closes(bytes, ours);
    if (ours->fault != NULL || ours->closed || ours->waits_for_head) return;
    twin_must(ours->count == theirs.count, "number of replies", bytes);
    twin_must(theirs.fault == NULL, "llhttp refuses it", bytes);
}

static inline void twin_same(struct span bytes, const struct twin_replies *a, const struct twin_replies *b)
{
    twin_must(a->count == b->count && a->at_end == b->at_end && a->closed == b->closed, "in pieces", bytes);
    for (size_t i = 0; i < a->count; i++)
        twin_must(a->list[i].code == b->list[i].code && a->list[i].size == b->list[i].size, "a reply in pieces", bytes);
    twin_must((a->fault == NULL) == (b->fault == NULL) && (a->fault == NULL || strcmp(a->fault, b->fault) == 0),
              "its fault in pieces", bytes);
}

/* Reads both ways, whole and cut: behind `first` bytes, then into pieces of `step`. What ours finds is left in `found`. */
static inline void twin_judge(struct span bytes, size_t first, size_t step, struct twin_replies *found)
{
    struct twin_replies pieces;
    if (bytes.size > TWIN_BYTES_MAX) bytes.size = TWIN_BYTES_MAX;
    twin_ours(bytes, bytes.size, 1, found);
    twin_ours(bytes, first, step, &pieces);
    twin_same(bytes, found, &pieces);
    twin_compare(bytes, found);
}

#endif

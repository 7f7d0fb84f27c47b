/* reply.h - a reply as bytes. */
#ifndef HEADGATE_GATEWAY_HTTP_REPLY_H
#define HEADGATE_GATEWAY_HTTP_REPLY_H

#include "codecs/buffer.h"
#include "gateway/http/http.h"

#include <time.h>

enum { REPLY_DATE_SIZE = 29 }; /* "Sun, 06 Nov 1994 08:49:37 GMT" */

/* The Date line's value, made once a second. Zeroed at first. */
struct reply_date {
    time_t second;
    char text[REPLY_DATE_SIZE + 1];
};

/* What the request and its connection ask of the reply. */
struct reply_manner {
    bool close;      /* say Connection: close */
    bool keep_alive; /* say Connection: keep-alive, which HTTP/1.0 needs to hear */
    bool head_only;  /* HEAD: all but the body */
};

/* The date of `now` in the format of RFC 9110 section 5.6.7; valid until the next call. */
struct span reply_date_at(struct reply_date *date, time_t now);

/* Appends status line, header lines and body. A status of 204 or 304 has no body and no length. */
void reply_write(struct buffer *out, const struct http_reply *reply, struct reply_manner manner, struct span date);

#endif

/* event_name.h - the shape of an event type's name. */
#ifndef HEADGATE_CONTRACTS_EVENT_NAME_H
#define HEADGATE_CONTRACTS_EVENT_NAME_H

#include "codecs/attributes.h"
#include "codecs/span.h"

enum { EVENT_NAME_MAX = 100 };

/* Whether an event can be called this: it stands in a URL and in topic names. Letters, digits, `.`, `_`, `-`, at most
 * EVENT_NAME_MAX, no dot in front. */
bool event_name_fits(struct span name) MUST_CHECK;

#endif

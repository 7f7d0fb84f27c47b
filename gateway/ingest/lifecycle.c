#include "gateway/ingest/lifecycle.h"

#include "contracts/stage.h"

#include <inttypes.h>
#include <stdio.h>

void lifecycle_begin(struct lifecycle *lifecycle)
{
    *lifecycle = (struct lifecycle){.deprecated = NO_TIME, .sunset = NO_TIME};
}

static void take_earlier(int64_t *earliest, int64_t time)
{
    if (time != NO_TIME && (*earliest == NO_TIME || time < *earliest)) *earliest = time;
}

void lifecycle_add(struct lifecycle *lifecycle, const struct model *model, int64_t now)
{
    if (stage_is_supported(model->end_of_support, now)) return;
    take_earlier(&lifecycle->deprecated, model->end_of_support);
    take_earlier(&lifecycle->sunset, model->end_of_life);
}

size_t lifecycle_headers(struct lifecycle *lifecycle, struct http_header headers[LIFECYCLE_HEADERS_MAX])
{
    if (lifecycle->deprecated == NO_TIME) return 0;
    char *text = lifecycle->deprecation_text; /* an RFC 9651 date */
    int size = snprintf(text, sizeof lifecycle->deprecation_text, "@%" PRId64, lifecycle->deprecated / US_PER_SECOND);
    headers[0] = (struct http_header){SPAN("Deprecation"), {text, (size_t)size}};
    if (lifecycle->sunset == NO_TIME) return 1;
    struct span date = reply_date_at(&lifecycle->sunset_text, (time_t)(lifecycle->sunset / US_PER_SECOND));
    headers[1] = (struct http_header){SPAN("Sunset"), date};
    return 2;
}

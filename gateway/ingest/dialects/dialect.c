#include "gateway/ingest/dialects/dialect.h"

/* A browser's sendBeacon cannot set a type, so text/plain is JSON where the sender is one. */
static const struct {
    bool named, binary, browser_only;
    enum media media;
    const struct dialect *dialect;
} table[] = {
    {true, false, false, MEDIA_JSON, &dialect_native},
    {true, false, true, MEDIA_TEXT, &dialect_native},
    {true, false, false, MEDIA_NDJSON, &dialect_native_lines},
    {false, true, false, MEDIA_JSON, &dialect_cloudevents_binary},
    {false, false, false, MEDIA_CLOUDEVENT, &dialect_cloudevents},
    {false, false, false, MEDIA_JSON, &dialect_cloudevents},
    {false, false, true, MEDIA_TEXT, &dialect_cloudevents},
    {false, false, false, MEDIA_CLOUDEVENT_BATCH, &dialect_cloudevents_batch},
};

const struct dialect *dialect_find(bool named, enum media media, bool binary, enum sender_kind kind)
{
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        bool fits = table[i].named == named && table[i].media == media && table[i].binary == (binary && !named);
        if (fits && (!table[i].browser_only || kind == SENDER_BROWSER)) return table[i].dialect;
    }
    return NULL;
}

#include "contracts/arrival.h"

#include "codecs/digest.h"
#include "codecs/uuid.h"

#include <stdio.h>

#define SEPARATOR '\x1F'

/* ---------------------------------------------------------------- identity */

/* The canonical texts of the primary key, joined; *size only when `to` is NULL. `any` says whether one is there at all. */
static size_t join_key(const struct arrival *arrival, char *to, bool *any)
{
    const struct model_program *model = arrival->model;
    size_t size = 0;
    for (uint32_t i = 0; i < model->identity_count; i++) {
        const struct decode_node *node = model->identity[i];
        char room[CANONICAL_MAX] UNINITIALIZED;
        if (i > 0 && to != NULL) to[size] = SEPARATOR;
        size += i > 0;
        if (!slot_present(arrival->root, node->slot)) continue;
        struct value value = value_of(node->field, &arrival->root->slots[node->slot]);
        struct span text = value_canonical(&value, node->field, room);
        if (to != NULL && text.size > 0) memcpy(to + size, text.data, text.size);
        size += text.size;
        *any = true;
    }
    return size;
}

static bool identify_by_key(struct arrival *arrival)
{
    bool any = false;
    size_t size = join_key(arrival, NULL, &any);
    if (!any) return true;
    char *text = arena_bytes(arrival->arena, size + 1);
    if (text == NULL) return false;
    join_key(arrival, text, &any);
    text[size] = '\0';
    arrival->id = (struct span){text, size};
    return true;
}

static bool identify_by_request(struct arrival *arrival)
{
    const struct event_context *context = arrival->context;
    struct span key = context->idempotency_key;
    if (context->envelope_id.data != NULL) {
        arrival->id = context->envelope_id;
        return true;
    }
    if (key.data == NULL) return true;
    arrival->id = arena_printf(arrival->arena, "%.*s%c%u", SPAN_ARGS(key), SEPARATOR, context->index);
    return arrival->id.data != NULL;
}

bool arrival_identify_any(struct arrival *arrival)
{
    arrival->id = (struct span){NULL, 0};
    if (arrival->model->identity_count > 0 && !identify_by_key(arrival)) return false;
    return LIKELY(arrival->id.data != NULL) || identify_by_request(arrival);
}

bool arrival_make_id(struct arrival *arrival)
{
    uint8_t random[10];
    char *text = arena_bytes(arrival->arena, UUID_TEXT);
    if (text == NULL) return false;
    if (!random_bytes(random, sizeof random)) {
        arrival->run.tools->failed = true;
        return false;
    }
    uuid_v7((uint64_t)timing_ms(arrival->context->received), random, text);
    arrival->id = (struct span){text, UUID_TEXT};
    return true;
}

/* approval_digest.c - the digest of a surface: over its tree, so that keys may change places and lines be broken otherwise. */
#include "codecs/base64.h"
#include "codecs/digest.h"
#include "contracts/approval_surface.h"

#include <stdlib.h>

static void add_text(struct buffer *sum, char kind, struct span text)
{
    buffer_printf(sum, "%c%zu:", kind, text.size);
    buffer_append_span(sum, text);
}

static int by_key(const void *a, const void *b)
{
    return span_compare(((const struct yaml_pair *)a)->key->text, ((const struct yaml_pair *)b)->key->text);
}

static bool add_node(struct buffer *sum, const struct yaml_node *node);

/* Keys in their order of bytes. */
static bool add_map(struct buffer *sum, const struct yaml_node *map)
{
    struct yaml_pair *pairs = calloc(map->count + 1, sizeof *pairs);
    bool fine = pairs != NULL;
    if (fine && map->count > 0) memcpy(pairs, map->pairs, map->count * sizeof *pairs);
    if (fine && map->count > 1) qsort(pairs, map->count, sizeof *pairs, by_key);
    for (size_t i = 0; fine && i < map->count; i++) {
        add_text(sum, 'k', pairs[i].key->text);
        fine = add_node(sum, pairs[i].value);
    }
    free(pairs);
    return fine;
}

/* Every part begins with its kind and its size, so that no two trees give the same bytes. */
static bool add_node(struct buffer *sum, const struct yaml_node *node)
{
    bool fine = true;
    if (node->kind == YAML_SCALAR) {
        add_text(sum, "snbif"[node->type], node -> text);
        return buffer_ok(sum);
    }
    buffer_printf(sum, "%c%zu:", node->kind == YAML_MAP ? 'm' : 'l', node->count);
    if (node->kind == YAML_MAP) return add_map(sum, node);
    for (size_t i = 0; fine && i < node->count; i++) fine = add_node(sum, node->items[i]);
    return fine && buffer_ok(sum);
}

bool approval_surface_digest(struct span contract, struct span model, const struct yaml_node *map,
                             char digest[SURFACE_DIGEST_SIZE])
{
    uint8_t bytes[SHA256_SIZE];
    struct buffer sum = BUFFER_EMPTY;
    add_text(&sum, 'c', contract);
    add_text(&sum, 'o', model);
    bool fine = add_node(&sum, map) && buffer_ok(&sum);
    if (fine) {
        sha256(buffer_span(&sum), bytes);
        hex_encode(bytes, sizeof bytes, digest);
    }
    buffer_deinit(&sum);
    return fine;
}

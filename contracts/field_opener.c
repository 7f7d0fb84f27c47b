#include "contracts/field_opener.h"

#include "codecs/base64.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#define NO_CIPHERTEXT "this is no ciphertext that this version knows"

struct opening {
    const struct field_opener *opener;
    struct ciphertext parts;
    struct span text;
    char *room;
};

static const char *find_key(const struct opening *opening, struct ciphertext_key *key)
{
    const struct field_opener *opener = opening->opener;
    if (opener->contract.data == NULL) return "the record does not say whose it is: it has no ce_contractid";
    switch (keyring_find_field_key(opener->keyring, opener->contract, opening->parts.key_id, key)) {
    case KEY_FOUND: return NULL;
    case KEY_UNKNOWN: return "the key file has no such key";
    case KEY_OF_ANOTHER_USE: return "the key file is for a reader of another use";
    }
    return NULL;
}

static const char *open_parts(struct opening *opening, struct span path, char *room)
{
    struct ciphertext_key key = {.id = ""};
    struct arena *arena = arena_create(64 * 1024);
    const char *problem = find_key(opening, &key);
    struct span bound =
        arena != NULL && problem == NULL ? ciphertext_bound(arena, opening->opener->contract, path) : (struct span){NULL, 0};
    if (problem == NULL && bound.data == NULL) problem = "out of memory";
    if (problem == NULL && !ciphertext_open(&opening->parts, key.secret, bound, room, &opening->text))
        problem = "it was changed, or made for another field, use or key";
    OPENSSL_cleanse(&key, sizeof key);
    arena_destroy(arena);
    return problem;
}

/* Decodes what is text into the room's first half, opens into the second. */
static const char *open_value(struct opening *opening, struct span value, bool text, struct span path)
{
    size_t size;
    if (opening->room == NULL) return "out of memory";
    if (text && !base64url_decode(value, opening->room, &size)) return NO_CIPHERTEXT;
    struct span bytes = text ? (struct span){opening->room, size} : value;
    return ciphertext_parse(bytes, &opening->parts) ? open_parts(opening, path, opening->room + value.size) : NO_CIPHERTEXT;
}

static void write_opened(void *context, struct span path, struct span value, bool text, struct json_writer *json)
{
    struct opening opening = {.opener = context, .room = malloc(2 * value.size + 1)};
    const char *problem = open_value(&opening, value, text, path);
    if (problem == NULL) {
        json_text(json, opening.text);
    } else {
        json_object_begin(json);
        json_member_text(json, "encrypted_with", opening.parts.key_id);
        json_member_text(json, "problem", span_of(problem));
        json_object_end(json);
    }
    if (opening.room != NULL) OPENSSL_cleanse(opening.room, 2 * value.size + 1);
    free(opening.room);
}

struct avro_json_opener field_opener_open(struct field_opener *opener)
{
    return (struct avro_json_opener){write_opened, opener};
}

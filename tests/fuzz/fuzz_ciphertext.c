/* A ciphertext from anybody: whatever the bytes, nothing but a crash-free answer; and what we write comes back. */
#include "contracts/field_opener.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CONTRACT SPAN("urn:acme:use")
#define BOUND    SPAN("urn:acme:use\x1Fpaid.email")

/* The bytes as a ciphertext, sealed under a key that is at hand: they are authentic at best by being ours. */
static void open_bytes(const struct ciphertext_key *key, struct span bytes)
{
    struct ciphertext parts;
    struct span text;
    if (!ciphertext_parse(bytes, &parts)) return;
    if (parts.key_id.data < bytes.data || parts.sealed.data + parts.sealed.size != bytes.data + bytes.size) abort();
    char *room = malloc(parts.sealed.size);
    if (room == NULL) abort();
    if (ciphertext_open(&parts, key->secret, BOUND, room, &text) && text.size >= parts.sealed.size) abort();
    free(room);
}

/* Through the opener that `tail` uses, as text and as bytes: one JSON value each. */
static void show(const struct keyring *keyring, struct span value, bool text)
{
    struct field_opener fields = {keyring, CONTRACT};
    struct avro_json_opener opener = field_opener_open(&fields);
    struct buffer out = BUFFER_EMPTY;
    struct json_writer json;
    json_writer_init(&json, &out, 0);
    opener.open(opener.context, SPAN("paid.email"), value, text, &json);
    if (!buffer_ok(&out) || out.size < 2 || json.depth != 0) abort();
    buffer_deinit(&out);
}

static void round_trip(const struct ciphertext_key *key, struct span text, size_t changed)
{
    struct ciphertext_writer *writer = ciphertext_writer_create(key, NULL, CIPHERTEXT_RENEW);
    char *bytes = malloc(ciphertext_size(text.size)), *room = malloc(ciphertext_size(text.size));
    struct ciphertext parts;
    struct span found;
    if (writer == NULL || bytes == NULL || room == NULL) abort();
    size_t size = ciphertext_write(writer, BOUND, text, bytes);
    if (size == 0 || size > ciphertext_size(text.size)) abort();
    if (!ciphertext_parse((struct span){bytes, size}, &parts)) abort();
    if (!ciphertext_open(&parts, key->secret, BOUND, room, &found) || !span_equal(found, text)) abort();
    size_t head = 2 + parts.key_id.size, at = head + changed % (size - head);
    bytes[at] ^= 0x20;
    if (ciphertext_open(&parts, key->secret, BOUND, room, &found)) abort();
    ciphertext_writer_destroy(writer);
    free(bytes);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t root[32] = "fuzz";
    static struct keyring *keyring;
    struct ciphertext_key key;
    struct span bytes = {(const char *)data, size};
    if (keyring == NULL) keyring = keyring_create_fixed(root);
    if (keyring == NULL || !keyring_field_key(keyring, CONTRACT, &key)) abort();
    open_bytes(&key, bytes);
    show(keyring, bytes, true);
    show(keyring, bytes, false);
    round_trip(&key, bytes, size > 0 ? data[0] : 0);
    return 0;
}

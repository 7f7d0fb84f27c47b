/* keyring_file.c - key files as text: the whole one that a gateway serves with, and a reader's, which opens one use's fields. */
#include "contracts/keyring_parts.h"

#include "codecs/arena.h"
#include "codecs/base64.h"
#include "codecs/timestamp.h"
#include "contracts/yaml.h"
#include "contracts/yaml_writer.h"

#include <openssl/crypto.h>
#include <stdlib.h>

enum { SECRET_TEXT = 43, ID_RANDOM = 4, PARSE_MEMORY = 1 << 20 };

/* ---------------------------------------------------------------- reading */

struct reader {
    bool any; /* a reader's file is fine, too */
    const char *error;
    unsigned line;
};

static bool fault(struct reader *reader, const struct yaml_node *node, const char *error)
{
    if (reader->error == NULL) *reader = (struct reader){reader->any, error, node != NULL ? node->line : 1};
    return false;
}

static bool only_keys(struct reader *reader, const struct yaml_node *map, const char *const *names, size_t count)
{
    for (size_t i = 0; i < map->count; i++) {
        size_t known = 0;
        while (known < count && !span_is(map->pairs[i].key->text, names[known])) known++;
        if (known == count) return fault(reader, map->pairs[i].key, "a key file has no such entry");
    }
    return true;
}

/* The tree's copy of a secret is overwritten as soon as it is read: arenas do not wipe. */
static bool read_bytes(struct reader *reader, const struct yaml_node *node, uint8_t out[SECRET_SIZE])
{
    char bytes[SECRET_TEXT + 1];
    size_t size = 0;
    bool text = yaml_is(node, YAML_STRING) && node->text.size == SECRET_TEXT;
    bool fine = text && base64url_decode(node->text, bytes, &size) && size == SECRET_SIZE;
    if (fine) memcpy(out, bytes, SECRET_SIZE);
    if (text) OPENSSL_cleanse((char *)node->text.data, node->text.size);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return fine || fault(reader, node, "a secret is 43 characters of base64url: 32 bytes");
}

/* Ids are written back between quotes and shown in tables. */
static bool is_id(const struct yaml_node *node)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    if (!yaml_is(node, YAML_STRING) || node->text.size == 0 || node->text.size > CIPHERTEXT_ID_MAX) return false;
    return strspn(node->text.data, letters) == node->text.size;
}

static bool read_secret(struct reader *reader, const struct yaml_node *map, struct secret *secret)
{
    static const char *const names[] = {"id", "created", "secret"};
    if (map == NULL || map->kind != YAML_MAP) return fault(reader, map, "a key is a map of id, created and secret");
    const struct yaml_node *id = yaml_get(map, "id"), *created = yaml_get(map, "created"), *bytes = yaml_get(map, "secret");
    if (!only_keys(reader, map, names, COUNT_OF(names))) return false;
    if (!is_id(id)) return fault(reader, id != NULL ? id : map, "a key's id has 1 to 32 letters, digits, dots, _ and -");
    if (!yaml_is(created, YAML_STRING) || timestamp_parse(created->text, ZONE_REQUIRED, &secret->created) != TIMESTAMP_OK)
        return fault(reader, created != NULL ? created : map, "created is a time as in RFC 3339");
    memcpy(secret->id, id->text.data, id->text.size);
    return bytes != NULL ? read_bytes(reader, bytes, secret->bytes) : fault(reader, map, "the key has no secret");
}

static bool is_known(const struct keyring *keyring, const char *id)
{
    for (size_t i = 0; i < keyring->count; i++)
        if (strcmp(keyring->secrets[i].id, id) == 0) return true;
    return false;
}

static bool read_encryption(struct reader *reader, const struct yaml_node *list, struct keyring *keyring)
{
    if (list == NULL) return true;
    if (list->kind != YAML_SEQUENCE) return fault(reader, list, "encryption is a list of keys");
    for (size_t i = 0; i < list->count; i++) {
        struct secret *secret = &keyring->secrets[keyring->count];
        if (keyring->count == SECRETS_MAX) return fault(reader, list->items[i], "more than 64 encryption keys");
        if (!read_secret(reader, list->items[i], secret)) return false;
        if (is_known(keyring, secret->id)) return fault(reader, list->items[i], "two keys have one id");
        keyring->count++;
    }
    return true;
}

/* A reader's file: the use in place of the pseudonyms. */
static bool read_reader(struct reader *reader, const struct yaml_node *root, struct keyring *keyring)
{
    static const char *const names[] = {"use", "encryption"};
    const struct yaml_node *use = yaml_get(root, "use");
    if (!only_keys(reader, root, names, COUNT_OF(names))) return false;
    if (!reader->any) return fault(reader, use, "this is a reader's key file: it opens one use's fields and makes nothing");
    if (!yaml_is(use, YAML_STRING) || use->text.size == 0) return fault(reader, use, "use is the id of a contract");
    keyring->use = strndup(use->text.data, use->text.size);
    keyring->count = 1;
    if (keyring->use == NULL) return fault(reader, use, "out of memory");
    return read_encryption(reader, yaml_get(root, "encryption"), keyring);
}

static bool read_file(struct reader *reader, const struct yaml_node *root, struct keyring *keyring)
{
    static const char *const names[] = {"pseudonyms", "encryption"};
    if (root->kind != YAML_MAP) return fault(reader, root, "a key file is a map of pseudonyms and encryption");
    if (yaml_get(root, "use") != NULL) return read_reader(reader, root, keyring);
    if (!only_keys(reader, root, names, COUNT_OF(names))) return false;
    if (!read_secret(reader, yaml_get(root, "pseudonyms"), &keyring->secrets[0])) return false;
    keyring->count = 1;
    return read_encryption(reader, yaml_get(root, "encryption"), keyring);
}

static struct keyring *parse(struct span text, bool any, const char **error, unsigned *line)
{
    struct reader reader = {any, NULL, 1};
    struct yaml_error yaml = {.message = "out of memory", .line = 1};
    struct arena *arena = arena_create(PARSE_MEMORY);
    struct keyring *keyring = calloc(1, sizeof *keyring);
    const struct yaml_node *root = arena != NULL && keyring != NULL ? yaml_parse(text, arena, &yaml) : NULL;
    bool fine = root != NULL && read_file(&reader, root, keyring);
    arena_destroy(arena);
    if (fine) {
        keyring_finish(keyring);
        return keyring;
    }
    keyring_destroy(keyring);
    *error = reader.error != NULL ? reader.error : yaml.message;
    *line = reader.error != NULL ? reader.line : yaml.line;
    return NULL;
}

struct keyring *keyring_parse(struct span text, const char **error, unsigned *line)
{
    return parse(text, false, error, line);
}

struct keyring *keyring_parse_any(struct span text, const char **error, unsigned *line)
{
    return parse(text, true, error, line);
}

/* ---------------------------------------------------------------- writing */

/* A fresh secret; ids tell a key's kind and are otherwise random, so that files made apart never share one. */
static bool renew(struct secret *secret, char kind, int64_t now)
{
    uint8_t random[ID_RANDOM];
    if (!random_bytes(random, sizeof random) || !random_bytes(secret->bytes, SECRET_SIZE)) return false;
    secret->id[0] = kind;
    secret->id[1] = '-';
    size_t size = hex_encode(random, sizeof random, secret->id + 2);
    secret->id[2 + size] = '\0';
    secret->created = now;
    return true;
}

static void append_secret(struct buffer *out, const char *first, const char *rest, const struct secret *secret)
{
    char time[TIMESTAMP_TEXT_MAX], text[SECRET_TEXT + 1];
    int time_size = (int)timestamp_format(secret->created, 0, true, time);
    int text_size = (int)base64url_encode(secret->bytes, SECRET_SIZE, text);
    buffer_printf(out, "%sid: '%s'\n%screated: '%.*s'\n%ssecret: '%.*s'\n", first, secret->id, rest, time_size, time, rest,
                  text_size, text);
    OPENSSL_cleanse(text, sizeof text);
}

static bool append_file(struct buffer *out, const struct secret *root, const struct secret *fresh, const struct keyring *old)
{
    buffer_append_text(
        out, "# Keys of headgate. Whoever has this file can compute every pseudonym and read every encrypted field, so:\n"
             "# mode 0600, never beside the contracts, with a copy in a safe place. `headgate keys rotate` renews the\n"
             "# encryption keys, `headgate keys export` makes a file for a reader of one use.\n"
             "pseudonyms:\n");
    append_secret(out, "  ", "  ", root);
    buffer_append_text(out, "encryption:\n");
    append_secret(out, "  - ", "    ", fresh);
    for (size_t i = 1; old != NULL && i < old->count && i < SECRETS_MAX - 1; i++)
        append_secret(out, "  - ", "    ", &old->secrets[i]);
    return buffer_ok(out);
}

bool keyring_new_text(int64_t now, struct buffer *out)
{
    struct secret root = {0}, fresh = {0};
    bool fine = renew(&root, 'p', now) && renew(&fresh, 'e', now) && append_file(out, &root, &fresh, NULL);
    OPENSSL_cleanse(&root, sizeof root);
    OPENSSL_cleanse(&fresh, sizeof fresh);
    return fine;
}

bool keyring_rotate_text(const struct keyring *keyring, int64_t now, bool new_pseudonyms, struct buffer *out)
{
    struct secret root = keyring->secrets[0], fresh = {0};
    bool fine = (!new_pseudonyms || renew(&root, 'p', now)) && renew(&fresh, 'e', now);
    fine = fine && append_file(out, &root, &fresh, keyring);
    OPENSSL_cleanse(&root, sizeof root);
    OPENSSL_cleanse(&fresh, sizeof fresh);
    return fine;
}

bool keyring_reader_text(const struct keyring *keyring, struct span use_id, struct buffer *out)
{
    buffer_append_text(
        out, "# Keys of headgate for a reader of one use: they open its encrypted fields and nothing else. Whoever has\n"
             "# this file can read them, so: mode 0600. After `headgate keys rotate` a new one is needed for new records.\n"
             "use: ");
    yaml_write_scalar(out, use_id);
    buffer_append_text(out, "\nencryption:\n");
    for (size_t i = 1; i < keyring->count; i++) {
        struct ciphertext_key key;
        struct secret derived = {.created = keyring->secrets[i].created};
        if (keyring_find_field_key(keyring, use_id, span_of(keyring->secrets[i].id), &key) != KEY_FOUND) return false;
        memcpy(derived.id, key.id, sizeof derived.id);
        memcpy(derived.bytes, key.secret, SECRET_SIZE);
        append_secret(out, "  - ", "    ", &derived);
        OPENSSL_cleanse(&key, sizeof key);
        OPENSSL_cleanse(&derived, sizeof derived);
    }
    return buffer_ok(out) && keyring->count > 1;
}

#include "contracts/keyring.h"

#include "codecs/arena.h"
#include "codecs/format.h"
#include "codecs/hkdf.h"
#include "codecs/timestamp.h"
#include "contracts/yaml.h"

#include <openssl/crypto.h>
#include <stdlib.h>

enum {
    SECRET_SIZE = 32,
    SECRET_TEXT = 43,
    SECRETS_MAX = 65,
    ID_MAX = 32,
    ID_RANDOM = 4,
    FINGERPRINT = 12,
    PARSE_MEMORY = 1 << 20
};

struct secret {
    char id[ID_MAX + 1];
    uint8_t bytes[SECRET_SIZE];
    int64_t created;
};

/* secrets[0] is the root of the pseudonyms, the others are encryption keys, the newest first. */
struct keyring {
    struct secret secrets[SECRETS_MAX];
    struct key_row rows[SECRETS_MAX];
    size_t count;
    char fingerprint[2 * SHA256_SIZE];
};

/* ---------------------------------------------------------------- making */

static void finish(struct keyring *keyring)
{
    struct hmac_key key;
    struct span parts[2 * SECRETS_MAX];
    uint8_t digest[SHA256_SIZE];
    for (size_t i = 0; i < keyring->count; i++) {
        const struct secret *secret = &keyring->secrets[i];
        keyring->rows[i] = (struct key_row){span_of(secret->id), i == 0 ? "pseudonym" : "encryption", secret->created};
        parts[2 * i] = span_of(secret->id);
        parts[2 * i + 1] = (struct span){(const char *)secret->bytes, SECRET_SIZE};
    }
    hmac_key_init(&key, "fingerprint", sizeof "fingerprint" - 1);
    hmac_sha256(&key, parts, 2 * keyring->count, digest);
    hex_encode(digest, sizeof digest, keyring->fingerprint);
}

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

struct keyring *keyring_create_fixed(const uint8_t root[32])
{
    struct keyring *keyring = calloc(1, sizeof *keyring);
    if (keyring == NULL) return NULL;
    memcpy(keyring->secrets[0].bytes, root, SECRET_SIZE);
    memcpy(keyring->secrets[0].id, "fixed", sizeof "fixed");
    keyring->count = 1;
    finish(keyring);
    return keyring;
}

struct keyring *keyring_create_passing(void)
{
    uint8_t root[SECRET_SIZE];
    if (!random_bytes(root, sizeof root)) return NULL;
    struct keyring *keyring = keyring_create_fixed(root);
    OPENSSL_cleanse(root, sizeof root);
    if (keyring != NULL) memcpy(keyring->secrets[0].id, "passing", sizeof "passing");
    if (keyring != NULL) finish(keyring);
    return keyring;
}

void keyring_destroy(struct keyring *keyring)
{
    if (keyring == NULL) return;
    OPENSSL_cleanse(keyring, sizeof *keyring);
    free(keyring);
}

/* ---------------------------------------------------------------- reading */

struct reader {
    const char *error;
    unsigned line;
};

static bool fault(struct reader *reader, const struct yaml_node *node, const char *error)
{
    if (reader->error == NULL) *reader = (struct reader){error, node != NULL ? node->line : 1};
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
    if (!yaml_is(node, YAML_STRING) || node->text.size == 0 || node->text.size > ID_MAX) return false;
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

static bool read_file(struct reader *reader, const struct yaml_node *root, struct keyring *keyring)
{
    static const char *const names[] = {"pseudonyms", "encryption"};
    if (root->kind != YAML_MAP) return fault(reader, root, "a key file is a map of pseudonyms and encryption");
    if (!only_keys(reader, root, names, COUNT_OF(names))) return false;
    if (!read_secret(reader, yaml_get(root, "pseudonyms"), &keyring->secrets[0])) return false;
    keyring->count = 1;
    return read_encryption(reader, yaml_get(root, "encryption"), keyring);
}

struct keyring *keyring_parse(struct span text, const char **error, unsigned *line)
{
    struct reader reader = {NULL, 1};
    struct yaml_error yaml = {.message = "out of memory", .line = 1};
    struct arena *arena = arena_create(PARSE_MEMORY);
    struct keyring *keyring = calloc(1, sizeof *keyring);
    const struct yaml_node *root = arena != NULL && keyring != NULL ? yaml_parse(text, arena, &yaml) : NULL;
    bool fine = root != NULL && read_file(&reader, root, keyring);
    arena_destroy(arena);
    if (fine) {
        finish(keyring);
        return keyring;
    }
    keyring_destroy(keyring);
    *error = reader.error != NULL ? reader.error : yaml.message;
    *line = reader.error != NULL ? reader.line : yaml.line;
    return NULL;
}

/* ---------------------------------------------------------------- writing */

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
    buffer_append_text(out,
                       "# Keys of headgate. Whoever has this file can compute every pseudonym, so: mode 0600, never beside the\n"
                       "# contracts, with a copy in a safe place. `headgate keys rotate` renews the encryption keys.\n"
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

/* ---------------------------------------------------------------- using */

size_t keyring_rows(const struct keyring *keyring, const struct key_row **rows)
{
    *rows = keyring->rows;
    return keyring->count;
}

/* The name is hashed into the info when it is longer than HKDF takes: never cut, two names never share a key. */
static void derive(const struct keyring *keyring, const char *kind, struct span name, struct hmac_key *out)
{
    uint8_t info[HKDF_INFO_MAX], digest[SHA256_SIZE], key[SECRET_SIZE];
    size_t size = strlen(kind);
    if (name.size > sizeof info - size - 1) {
        sha256(name, digest);
        name = (struct span){(const char *)digest, sizeof digest};
    }
    memcpy(info, kind, size);
    info[size++] = 0x1F;
    if (name.size > 0) memcpy(info + size, name.data, name.size);
    struct span root = {(const char *)keyring->secrets[0].bytes, SECRET_SIZE};
    bool fine = hkdf_sha256(root, (struct span){NULL, 0}, (struct span){(const char *)info, size + name.size}, key, sizeof key);
    if (!fine) abort(); /* info was bounded above */
    hmac_key_init(out, key, sizeof key);
    OPENSSL_cleanse(key, sizeof key);
}

void keyring_use_key(const struct keyring *keyring, struct span use_id, struct hmac_key *out)
{
    derive(keyring, "use", use_id, out);
}

void keyring_domain_key(const struct keyring *keyring, struct span domain, struct hmac_key *out)
{
    derive(keyring, "domain", domain, out);
}

struct span keyring_fingerprint(const struct keyring *keyring)
{
    return (struct span){keyring->fingerprint, FINGERPRINT};
}

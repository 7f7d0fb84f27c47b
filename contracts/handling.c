#include "contracts/handling.h"

#include "codecs/base64.h"
#include "codecs/ip.h"
#include "codecs/utf8.h"

#include <assert.h>

typedef bool apply_handling(const struct handling_program *program, struct value *value, char *room,
                            struct handling_tools *tools);

/* Characters without padding. */
static size_t base64url_size(size_t bytes)
{
    return (bytes * 4 + 2) / 3;
}

size_t handling_room(const struct handling *handling, size_t size)
{
    switch (handling->kind) {
    case HANDLE_HMAC: return HMAC_TEXT;
    case HANDLE_ENCRYPT: return base64url_size(ciphertext_size(size));
    case HANDLE_MASK: return size + MASK_MAX;
    case HANDLE_TRUNCATE_IP: return IP_TEXT_MAX;
    case HANDLE_REDACT: return handling->constant.text.size;
    default: return size;
    }
}

struct span handling_hmac(const struct hmac_key *key, struct span canonical, char room[HMAC_TEXT])
{
    uint8_t digest[SHA256_SIZE];
    hmac_sha256(key, (struct span[]){HMAC_WORD_FIELD, canonical}, 2, digest);
    return (struct span){room, base64url_encode(digest, sizeof digest, room)};
}

/* ---------------------------------------------------------------- mask */

static const char *last_at_sign(struct span text)
{
    return text.size == 0 ? NULL : memrchr(text.data, '@', text.size);
}

static char *append(char *to, struct span text)
{
    if (text.size > 0) memcpy(to, text.data, text.size);
    return to + text.size;
}

struct span handling_mask(const struct handling *handling, struct span text, char *room)
{
    const char *at = handling->keep_domain ? last_at_sign(text) : NULL;
    struct span masked = text, domain = {"", 0};
    if (at != NULL) {
        masked.size = (size_t)(at - text.data);
        domain = (struct span){at, text.size - masked.size};
    }
    size_t length = utf8_length(masked);
    struct span first = utf8_prefix(masked, handling->keep_first);
    struct span rest = {masked.data + first.size, masked.size - first.size};
    struct span last = utf8_suffix(rest, handling->keep_last);
    size_t kept = utf8_length(first) + utf8_length(last), hidden = length - kept;
    if (hidden > MASK_MAX) hidden = MASK_MAX;
    char *to = append(room, first);
    memset(to, '*', hidden);
    to = append(append(to + hidden, last), domain);
    return (struct span){room, (size_t)(to - room)};
}

/* ---------------------------------------------------------------- addresses */

struct span handling_truncate_ip(const struct handling *handling, struct span text, char *room)
{
    uint8_t address[IPV6_SIZE];
    size_t size = ip_parse(text, address);
    if (size == 0) return (struct span){NULL, 0};
    unsigned kept = size == IPV4_SIZE ? handling->v4 : handling->v6;
    for (unsigned i = 0; i < size; i++) {
        unsigned before = i * 8;
        if (kept >= before + 8) continue;
        unsigned mask = kept <= before ? 0 : 0xFF00U >> (kept - before);
        address[i] = (uint8_t)(address[i] & mask);
    }
    return (struct span){room, ip_format(address, size, room)};
}

/* ---------------------------------------------------------------- one value */

static void set_text(struct value *value, struct span text)
{
    value->type = TYPE_STRING;
    value->as.string = (struct json_string){.text = text, .ascii = false};
}

static bool apply_hmac(const struct handling_program *program, struct value *value, char *room, struct handling_tools *tools)
{
    char canonical[CANONICAL_MAX] UNINITIALIZED;
    (void)tools;
    set_text(value, handling_hmac(&program->key, value_canonical(value, program->source, canonical), room));
    return true;
}

/* The bytes are made at the end of the room that their text takes: encoding from its beginning never overtakes itself. Of a
 * field of bytes they stay there. */
static bool apply_encrypt(const struct handling_program *program, struct value *value, char *room, struct handling_tools *tools)
{
    char canonical[CANONICAL_MAX] UNINITIALIZED;
    struct span text = value_canonical(value, program->source, canonical);
    size_t most = ciphertext_size(text.size);
    char *bytes = room + base64url_size(most) - most;
    size_t size = ciphertext_write(tools->writers[program->writer], program->bound, text, bytes);
    tools->failed |= size == 0;
    bool raw = program->field->type == TYPE_BYTES;
    set_text(value, raw ? (struct span){bytes, size} : (struct span){room, base64url_encode(bytes, size, room)});
    return size > 0;
}

static bool apply_mask(const struct handling_program *program, struct value *value, char *room, struct handling_tools *tools)
{
    (void)tools;
    set_text(value, handling_mask(program->handling, value->as.string.text, room));
    return true;
}

static bool apply_truncate(const struct handling_program *program, struct value *value, char *room, struct handling_tools *tools)
{
    (void)room, (void)tools;
    set_text(value, utf8_prefix(value->as.string.text, program->handling->length));
    return true;
}

static bool apply_truncate_ip(const struct handling_program *program, struct value *value, char *room,
                              struct handling_tools *tools)
{
    (void)tools;
    set_text(value, handling_truncate_ip(program->handling, value->as.string.text, room));
    return value->as.string.text.data != NULL;
}

static bool apply_generalise(const struct handling_program *program, struct value *value, char *room,
                             struct handling_tools *tools)
{
    (void)room, (void)tools;
    if (value->type == TYPE_DATE)
        value->as.integer = date_floor((int32_t)value->as.integer, program->handling->unit);
    else
        value->as.integer = timestamp_floor(value->as.integer, program->handling->unit);
    return true;
}

/* The result is any number; the use's type, precision and bounds are looked at behind it. */
static bool apply_round(const struct handling_program *program, struct value *value, char *room, struct handling_tools *tools)
{
    (void)room, (void)tools;
    struct number number = value_number(value);
    value->type = TYPE_DOUBLE;
    return number_round(&number, &program->handling->step, &value->as.number);
}

static bool apply_redact(const struct handling_program *program, struct value *value, char *room, struct handling_tools *tools)
{
    (void)room, (void)tools;
    *value = value_of_constant(program->field, &program->handling->constant);
    return true;
}

static bool apply_nothing(const struct handling_program *program, struct value *value, char *room, struct handling_tools *tools)
{
    (void)program, (void)value, (void)room, (void)tools;
    return true;
}

bool handling_apply(const struct handling_program *program, struct value *value, char *room, struct handling_tools *tools)
{
    static apply_handling *const functions[] = {
        [HANDLE_PASS] = apply_nothing,          [HANDLE_HMAC] = apply_hmac,
        [HANDLE_ENCRYPT] = apply_encrypt,       [HANDLE_MASK] = apply_mask,
        [HANDLE_TRUNCATE] = apply_truncate,     [HANDLE_TRUNCATE_IP] = apply_truncate_ip,
        [HANDLE_GENERALISE] = apply_generalise, [HANDLE_ROUND] = apply_round,
        [HANDLE_REDACT] = apply_redact,
    };
    assert(program->handling->kind < COUNT_OF(functions));
    return functions[program->handling->kind](program, value, room, tools);
}

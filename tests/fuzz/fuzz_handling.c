/* A handling in the first line, texts in the others. What is parsed is written and parsed again as the same; what a function
 * makes of a text fits the room that was asked for, stays UTF-8, and does not change when the function is applied again. */
#include "codecs/number.h"
#include "codecs/timestamp.h"
#include "codecs/utf8.h"
#include "contracts/ciphertext.h"
#include "contracts/handling.h"
#include "contracts/handling_parse.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) abort();
}

static struct span take_line(struct span *rest)
{
    const char *end = rest->size > 0 ? memchr(rest->data, '\n', rest->size) : NULL;
    struct span line = {rest->data, end != NULL ? (size_t)(end - rest->data) : rest->size};
    size_t used = line.size + (end != NULL);
    *rest = (struct span){rest->data + used, rest->size - used};
    return line;
}

static bool parse(struct span text, struct arena *arena, struct handling *handling)
{
    struct handling_error error = {0};
    struct span constant = {NULL, 0};
    bool quoted = false;
    if (!handling_parse(text, arena, handling, &constant, &quoted, &error)) {
        require(error.message != NULL && error.offset <= text.size);
        return false;
    }
    handling->constant.text = constant;
    return true;
}

static void write_and_read(const struct handling *handling, struct arena *arena)
{
    struct handling again;
    struct span text = handling_text(handling, arena);
    require(text.data != NULL && parse(text, arena, &again) && again.kind == handling->kind);
    require(span_equal(handling_text(&again, arena), text));
}

static const struct ciphertext_key encryption_key = {.id = "k1", .secret = {7}};

static struct ciphertext_writer *encryption_writer(void)
{
    static struct ciphertext_writer *writer;
    if (writer == NULL) writer = ciphertext_writer_create(&encryption_key, NULL, CIPHERTEXT_RENEW);
    require(writer != NULL);
    return writer;
}

/* Applies the function to `text`; `room` is exactly what it asked for, so that a byte too many is seen. */
static bool apply(const struct handling *handling, struct span text, enum type type, struct slot slot, struct arena *arena,
                  struct value *value)
{
    const struct field source = {.type = type, .fraction_digits = 6, .zone = true};
    struct field field = source;
    struct handling_program program = {.handling = handling, .source = &source, .field = &field};
    struct handling_tools tools = {.writers = (struct ciphertext_writer *[]){encryption_writer()}};
    const uint8_t key[32] = {1};
    program.bound = SPAN("urn:u\x1f"
                         "record.field");
    if (handling->kind == HANDLE_ENCRYPT) field.type = TYPE_BYTES;
    hmac_key_init(&program.key, key, sizeof key);
    size_t size = handling_room(handling, text.size);
    char *room = malloc(size + 1);
    require(room != NULL);
    *value = (struct value){type, 0, slot};
    bool treated = handling_apply(&program, value, room, &tools);
    if (treated && value->type == TYPE_STRING) {
        value->as.string.text = arena_copy(arena, value->as.string.text);
        require(value->as.string.text.data != NULL);
    }
    free(room);
    return treated;
}

static void check_encrypted(struct span bytes, struct span text, struct arena *arena)
{
    struct ciphertext parts;
    struct span opened;
    require(ciphertext_parse(bytes, &parts));
    char *room = arena_bytes(arena, parts.sealed.size);
    require(room != NULL);
    require(ciphertext_open(&parts, encryption_key.secret,
                            SPAN("urn:u\x1f"
                                 "record.field"),
                            room, &opened));
    require(span_equal(opened, text));
}

static void check_text(const struct handling *handling, struct span text, struct arena *arena)
{
    struct value once, twice;
    struct slot slot = {.string = {.text = text, .ascii = false}};
    if (!apply(handling, text, TYPE_STRING, slot, arena, &once)) return;
    if (handling->kind == HANDLE_ENCRYPT) {
        check_encrypted(once.as.string.text, text, arena);
        return;
    }
    require(utf8_valid(once.as.string.text));
    if (handling->kind == HANDLE_HMAC || handling->kind == HANDLE_MASK) return;
    struct slot result = once.as;
    require(apply(handling, result.string.text, TYPE_STRING, result, arena, &twice));
    require(span_equal(once.as.string.text, twice.as.string.text));
}

static void check_time(const struct handling *handling, struct span text, struct arena *arena)
{
    struct value once, twice;
    int64_t us;
    int32_t days;
    enum type type = timestamp_parse(text, ZONE_REQUIRED, &us) == TIMESTAMP_OK ? TYPE_TIMESTAMP : TYPE_DATE;
    if (type == TYPE_DATE && (handling->unit < UNIT_DAY || date_parse(text, &days) != TIMESTAMP_OK)) return;
    struct slot slot = {.integer = type == TYPE_DATE ? days : us};
    require(apply(handling, text, type, slot, arena, &once) && once.as.integer <= slot.integer);
    struct slot result = once.as;
    require(apply(handling, text, type, result, arena, &twice) && twice.as.integer == once.as.integer);
}

static void check_number(const struct handling *handling, struct span text, struct arena *arena)
{
    struct value once, twice;
    struct slot slot = {0};
    if (number_parse(text, &slot.number) != NUMBER_OK) return;
    if (!apply(handling, text, TYPE_DOUBLE, slot, arena, &once)) return;
    struct slot result = once.as;
    require(apply(handling, text, TYPE_DOUBLE, result, arena, &twice));
    require(number_compare(&once.as.number, &twice.as.number) == 0);
}

static void check(const struct handling *handling, struct span text, struct arena *arena)
{
    if (!utf8_valid(text)) return;
    if (handling->kind == HANDLE_GENERALISE)
        check_time(handling, text, arena);
    else if (handling->kind == HANDLE_ROUND)
        check_number(handling, text, arena);
    else if (handling->kind != HANDLE_REDACT)
        check_text(handling, text, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct handling handling;
    struct span rest = {(const char *)data, size}, text = take_line(&rest);
    struct arena *arena = arena_create((size_t)1 << 20);
    if (arena == NULL) abort();
    if (size <= 4096 && parse(text, arena, &handling)) {
        write_and_read(&handling, arena);
        for (unsigned i = 0; rest.size > 0 && i < 16; i++) check(&handling, take_line(&rest), arena);
    }
    arena_destroy(arena);
    return 0;
}

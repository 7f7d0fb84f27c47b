#include "gateway/commands/tail_print.h"

#include "codecs/base64.h"
#include "codecs/json_writer.h"
#include "codecs/timestamp.h"
#include "codecs/utf8.h"
#include "contracts/field_opener.h"
#include "gateway/terminal.h"

enum { INDENT = 2 };

/* A record taken apart. */
struct shown {
    struct span topic;
    int32_t partition;
    int64_t offset;
    struct span key; /* NULL data: none */
    struct span value;
    int64_t timestamp_ms; /* -1: none */
    rd_kafka_headers_t *headers;
};

static struct shown take_apart(const rd_kafka_message_t *message)
{
    rd_kafka_timestamp_type_t type;
    struct shown shown = {.topic = span_of(rd_kafka_topic_name(message->rkt)),
                          .partition = message->partition,
                          .offset = message->offset,
                          .key = {message->key, message->key_len},
                          .value = {message->payload, message->len}};
    shown.timestamp_ms = rd_kafka_message_timestamp(message, &type);
    if (rd_kafka_message_headers(message, &shown.headers) != RD_KAFKA_RESP_ERR_NO_ERROR) shown.headers = NULL;
    return shown;
}

static bool header_at(const struct shown *shown, size_t index, struct span *name, struct span *value)
{
    const char *text;
    const void *bytes;
    size_t size;
    if (shown->headers == NULL) return false;
    if (rd_kafka_header_get_all(shown->headers, index, &text, &bytes, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    *name = span_of(text);
    *value = (struct span){bytes, size};
    return true;
}

static void append_base64(struct buffer *out, struct span bytes)
{
    char *room = buffer_reserve(out, (bytes.size + 2) / 3 * 4);
    if (room != NULL) buffer_commit(out, base64_encode(bytes.data, bytes.size, room));
}

/* Control characters (C0, DEL, C1) would let a record write on the terminal as it likes; in a key U+001F joins its parts. */
static void append_text(struct buffer *out, struct span text)
{
    if (!utf8_valid(text)) {
        append_base64(out, text);
        buffer_append_text(out, " (base64)");
        return;
    }
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i], next = i + 1 < text.size ? (unsigned char)text.data[i + 1] : 0;
        if (byte == 0xC2 && next < 0xA0) {
            buffer_append_char(out, '?');
            i++;
        } else if (byte == 0x1F) {
            buffer_append_text(out, " | ");
        } else if (byte < ' ' || byte == 0x7F) {
            buffer_append_char(out, '?');
        } else {
            buffer_append_char(out, text.data[i]);
        }
    }
}

/* ---------------------------------------------------------------- the value */

static bool append_datum(const struct shown *shown, const struct tail_format *format, const struct avro_json *schema,
                         struct span datum, struct buffer *out, const char **reason)
{
    struct field_opener fields = {.keyring = format->keyring};
    struct span name, value;
    for (size_t i = 0; header_at(shown, i, &name, &value); i++)
        if (span_is(name, "ce_contractid")) fields.contract = value;
    struct avro_json_opener opener = field_opener_open(&fields);
    unsigned indent = format->json ? 0 : INDENT;
    return avro_json_write_open(schema, datum, indent, format->keyring != NULL ? &opener : NULL, out, reason);
}

/* Appends the decoded value; false with *problem where the schema is unknown or the bytes are not of it. */
static bool append_value(const struct shown *shown, const struct tail_format *format, struct tail_schemas *schemas,
                         int64_t now_ms, struct buffer *out, struct buffer *problem)
{
    uint32_t id = 0;
    uint64_t fingerprint = 0;
    struct span datum;
    const char *reason = NULL;
    const struct avro_json *schema = NULL;
    switch (avro_frame_open(shown->value, &id, &fingerprint, &datum)) {
    case AVRO_FRAME_NONE: buffer_append_text(problem, "the value has no Avro frame"); return false;
    case AVRO_FRAME_CONFLUENT:
        schema = tail_schemas_by_id(schemas, id, now_ms, &reason);
        if (schema == NULL) buffer_printf(problem, "schema %u is unknown to the contracts: %s", id, reason);
        break;
    case AVRO_FRAME_SINGLE_OBJECT:
        schema = tail_schemas_by_fingerprint(schemas, fingerprint, shown->topic, now_ms, &reason);
        if (schema == NULL)
            buffer_printf(problem, "the schema of fingerprint %016llx is unknown to the contracts: %s",
                          (unsigned long long)fingerprint, reason);
        break;
    }
    if (schema == NULL) return false;
    if (append_datum(shown, format, schema, datum, out, &reason)) return true;
    buffer_printf(problem, "the value is not of its schema: %s", reason);
    return false;
}

/* ---------------------------------------------------------------- for people */

static void print_heading(const struct shown *shown, bool colour, struct buffer *out)
{
    char time[TIMESTAMP_TEXT_MAX];
    struct buffer line = BUFFER_EMPTY;
    append_text(&line, shown->topic);
    buffer_printf(&line, " [%d] @%lld", shown->partition, (long long)shown->offset);
    terminal_style(out, colour, STYLE_BOLD, buffer_span(&line));
    buffer_deinit(&line);
    if (shown->timestamp_ms >= 0)
        buffer_printf(out, "  %.*s", (int)timestamp_format(shown->timestamp_ms * US_PER_MS, 3, true, time), time);
    buffer_append_text(out, "  key ");
    if (shown->key.data == NULL) buffer_append_text(out, "none");
    if (shown->key.data != NULL) append_text(out, shown->key);
    buffer_append_char(out, '\n');
}

static void print_headers(const struct shown *shown, bool colour, struct buffer *out)
{
    struct span name, value;
    for (size_t i = 0; header_at(shown, i, &name, &value); i++) {
        struct buffer line = BUFFER_EMPTY;
        buffer_append_text(&line, "  ");
        append_text(&line, name);
        buffer_append_text(&line, ": ");
        append_text(&line, value);
        terminal_style(out, colour, STYLE_DIM, buffer_span(&line));
        buffer_append_char(out, '\n');
        buffer_deinit(&line);
    }
}

static void print_undecoded(struct span value, struct span problem, bool colour, struct buffer *out)
{
    terminal_style(out, colour, STYLE_YELLOW, problem);
    buffer_append_char(out, '\n');
    append_text(out, value);
}

static void print_for_people(const struct shown *shown, const struct tail_format *format, struct tail_schemas *schemas,
                             int64_t now_ms, struct buffer *out)
{
    struct buffer value = BUFFER_EMPTY, problem = BUFFER_EMPTY;
    print_heading(shown, format->colour, out);
    print_headers(shown, format->colour, out);
    if (shown->value.data == NULL) {
        buffer_append_text(out, "no value: a tombstone");
    } else if (append_value(shown, format, schemas, now_ms, &value, &problem)) {
        terminal_json(out, buffer_span(&value));
    } else {
        print_undecoded(shown->value, buffer_span(&problem), format->colour, out);
    }
    buffer_append_text(out, "\n\n");
    buffer_deinit(&value);
    buffer_deinit(&problem);
}

/* ---------------------------------------------------------------- for programs */

static void member_bytes(struct json_writer *json, const char *name, const char *name_base64, struct span bytes)
{
    if (utf8_valid(bytes)) {
        json_member_text(json, name, bytes);
        return;
    }
    struct buffer text = BUFFER_EMPTY;
    append_base64(&text, bytes);
    json_member_text(json, name_base64, buffer_span(&text));
    buffer_deinit(&text);
}

static void json_headers(const struct shown *shown, struct json_writer *json)
{
    struct span name, value;
    json_name(json, "headers");
    json_object_begin(json);
    for (size_t i = 0; header_at(shown, i, &name, &value); i++) {
        json_name_span(json, name);
        if (value.data == NULL) {
            json_write_null(json);
        } else {
            json_text(json, value);
        }
    }
    json_object_end(json);
}

static void json_value(const struct shown *shown, const struct tail_format *format, struct tail_schemas *schemas, int64_t now_ms,
                       struct json_writer *json)
{
    struct buffer value = BUFFER_EMPTY, problem = BUFFER_EMPTY;
    if (shown->value.data == NULL) {
        json_name(json, "value");
        json_write_null(json);
    } else if (append_value(shown, format, schemas, now_ms, &value, &problem)) {
        json_name(json, "value");
        json_raw(json, buffer_span(&value));
    } else {
        json_member_text(json, "problem", buffer_span(&problem));
        member_bytes(json, "value_text", "value_base64", shown->value);
    }
    buffer_deinit(&value);
    buffer_deinit(&problem);
}

static void print_json(const struct shown *shown, const struct tail_format *format, struct tail_schemas *schemas, int64_t now_ms,
                       struct buffer *out)
{
    struct json_writer json;
    char time[TIMESTAMP_TEXT_MAX];
    json_writer_init(&json, out, 0);
    json_object_begin(&json);
    json_member_text(&json, "topic", shown->topic);
    json_member_int(&json, "partition", shown->partition);
    json_member_int(&json, "offset", shown->offset);
    if (shown->timestamp_ms >= 0) {
        size_t size = timestamp_format(shown->timestamp_ms * US_PER_MS, 3, true, time);
        json_member_text(&json, "timestamp", (struct span){time, size});
    }
    if (shown->key.data != NULL) member_bytes(&json, "key", "key_base64", shown->key);
    json_headers(shown, &json);
    json_value(shown, format, schemas, now_ms, &json);
    json_object_end(&json);
    buffer_append_char(out, '\n');
}

void tail_print(const rd_kafka_message_t *message, const struct tail_format *format, struct tail_schemas *schemas, int64_t now_ms,
                struct buffer *out)
{
    struct shown shown = take_apart(message);
    if (format->json) {
        print_json(&shown, format, schemas, now_ms, out);
    } else {
        print_for_people(&shown, format, schemas, now_ms, out);
    }
}

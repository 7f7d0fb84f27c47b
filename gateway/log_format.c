#include "codecs/json_writer.h"
#include "codecs/timestamp.h"
#include "gateway/log.h"

static const struct {
    const char *word;
    const char *colour;
} levels[] = {
    [LOG_ERROR] = {"error", "\033[31m"},
    [LOG_WARNING] = {"warning", "\033[33m"},
    [LOG_INFO] = {"info", "\033[32m"},
    [LOG_DEBUG] = {"debug", "\033[2m"},
};

static void json_field(struct json_writer *writer, const struct log_field *field)
{
    switch (field->kind) {
    case LOG_FIELD_TEXT: json_member_text(writer, field->name, field->text); break;
    case LOG_FIELD_INT: json_member_int(writer, field->name, field->number); break;
    case LOG_FIELD_BOOL: json_member_bool(writer, field->name, field->number != 0); break;
    }
}

static void json_line(struct span time, enum log_level level, const char *event, const struct log_field *fields, size_t count,
                      uint64_t suppressed, struct buffer *out)
{
    struct json_writer writer;
    json_writer_init(&writer, out, 0);
    json_object_begin(&writer);
    json_member_text(&writer, "time", time);
    json_member_text(&writer, "level", span_of(levels[level].word));
    json_member_text(&writer, "event", span_of(event));
    for (size_t i = 0; i < count; i++) json_field(&writer, &fields[i]);
    if (suppressed > 0) json_member_int(&writer, "suppressed", (int64_t)suppressed);
    json_object_end(&writer);
    buffer_append_char(out, '\n');
}

static bool is_bare(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte <= ' ' || byte == '"' || byte == '=' || byte == '\\' || byte == 0x7F) return false;
    }
    return text.size > 0;
}

/* Quoted where a reader could mistake it, so a text can never forge a field or a line. */
static void text_value(struct span text, struct buffer *out)
{
    if (is_bare(text)) {
        buffer_append_span(out, text);
        return;
    }
    struct json_writer writer;
    json_writer_init(&writer, out, 0);
    json_text(&writer, text);
}

static void text_field(const struct log_field *field, bool colour, struct buffer *out)
{
    if (field->kind == LOG_FIELD_TEXT && field->text.data == NULL) return;
    buffer_printf(out, colour ? " \033[2m%s=\033[0m" : " %s=", field->name);
    switch (field->kind) {
    case LOG_FIELD_TEXT: text_value(field->text, out); break;
    case LOG_FIELD_INT: buffer_printf(out, "%lld", (long long)field->number); break;
    case LOG_FIELD_BOOL: buffer_append_text(out, field->number != 0 ? "true" : "false"); break;
    }
}

static void text_line(struct span time, bool colour, enum log_level level, const char *event, const struct log_field *fields,
                      size_t count, uint64_t suppressed, struct buffer *out)
{
    buffer_append_span(out, time);
    buffer_printf(out, " %s%s%s %s", colour ? levels[level].colour : "", levels[level].word, colour ? "\033[0m" : "", event);
    for (size_t i = 0; i < count; i++) text_field(&fields[i], colour, out);
    if (suppressed > 0) {
        struct log_field field = log_int("suppressed", (int64_t)suppressed);
        text_field(&field, colour, out);
    }
    buffer_append_char(out, '\n');
}

void log_format_line(enum log_format format, bool colour, int64_t now, enum log_level level, const char *event,
                     const struct log_field *fields, size_t count, uint64_t suppressed, struct buffer *out)
{
    char text[TIMESTAMP_TEXT_MAX];
    struct span time = {text, timestamp_format(now, 3, true, text)};
    if (format == LOG_TEXT)
        text_line(time, colour, level, event, fields, count, suppressed, out);
    else
        json_line(time, level, event, fields, count, suppressed, out);
}

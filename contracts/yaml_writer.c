#include "contracts/yaml_writer.h"

#include "codecs/utf8.h"
#include "contracts/yaml_scalar.h"

static bool is_plain_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
           byte == '.' || byte == '-' || byte == '/' || byte == '@';
}

static bool is_plain(struct span value)
{
    if (value.size == 0 || value.data[0] == '-' || value.data[0] == '@') return false;
    for (size_t i = 0; i < value.size; i++) {
        if (!is_plain_byte(value.data[i])) return false;
    }
    bool date = value.data[0] >= '0' && value.data[0] <= '9'; /* other readers know timestamps and versions of their own */
    return !date && yaml_scalar_type(value) == YAML_STRING && yaml_scalar_ambiguity(value) == NULL;
}

/* One of what utf8_control() tells: YAML forbids some of it unescaped, and the rest would misshow the line. */
static void write_control(struct buffer *out, struct span text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    if (text.size == 1 && bytes[0] == '\n')
        buffer_append_text(out, "\\n");
    else if (text.size < 3)
        buffer_printf(out, "\\x%02x", bytes[text.size - 1]); /* U+0080 to U+009F end with the byte of their number */
    else
        buffer_printf(out, "\\u20%02x", (bytes[1] & 1U) << 6 | (bytes[2] & 0x3FU));
}

static void write_escaped(struct buffer *out, struct span value)
{
    for (size_t at = 0; at < value.size;) {
        size_t control = utf8_control((struct span){value.data + at, value.size - at});
        char byte = value.data[at];
        if (control > 0)
            write_control(out, (struct span){value.data + at, control});
        else if (byte == '"' || byte == '\\')
            buffer_printf(out, "\\%c", byte);
        else
            buffer_append_char(out, byte);
        at += control > 0 ? control : 1;
    }
}

void yaml_write_scalar(struct buffer *out, struct span value)
{
    if (is_plain(value)) {
        buffer_append_span(out, value);
        return;
    }
    buffer_append_char(out, '"');
    write_escaped(out, value);
    buffer_append_char(out, '"');
}

static void write_key(struct yaml_writer *writer, const char *key)
{
    unsigned indent = writer->dash ? writer->indent - 2 : writer->indent;
    buffer_printf(writer->out, "%*s%s%s:", (int)indent, "", writer->dash ? "- " : "", key);
    writer->dash = false;
}

void yaml_write_text(struct yaml_writer *writer, const char *key, struct span value)
{
    if (value.data == NULL) return;
    write_key(writer, key);
    buffer_append_char(writer->out, ' ');
    yaml_write_scalar(writer->out, value);
    buffer_append_char(writer->out, '\n');
}

void yaml_write_int(struct yaml_writer *writer, const char *key, int64_t value)
{
    write_key(writer, key);
    buffer_printf(writer->out, " %lld\n", (long long)value);
}

void yaml_write_bool(struct yaml_writer *writer, const char *key, bool value)
{
    write_key(writer, key);
    buffer_append_text(writer->out, value ? " true\n" : " false\n");
}

void yaml_write_real(struct yaml_writer *writer, const char *key, double value)
{
    write_key(writer, key);
    buffer_printf(writer->out, " %.15g\n", value);
}

void yaml_write_number(struct yaml_writer *writer, const char *key, const struct number *value)
{
    char text[NUMBER_TEXT_MAX];
    write_key(writer, key);
    buffer_printf(writer->out, " %.*s\n", (int)number_format(value, text), text);
}

void yaml_write_texts(struct yaml_writer *writer, const char *key, const struct span *values, size_t count, bool empty)
{
    if (count == 0 && !empty) return;
    write_key(writer, key);
    buffer_append_text(writer->out, " [");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_append_text(writer->out, ", ");
        yaml_write_scalar(writer->out, values[i]);
    }
    buffer_append_text(writer->out, "]\n");
}

void yaml_write_map(struct yaml_writer *writer, const char *key)
{
    write_key(writer, key);
    buffer_append_char(writer->out, '\n');
    writer->indent += 2;
}

void yaml_write_list(struct yaml_writer *writer, const char *key)
{
    yaml_write_map(writer, key);
}

void yaml_write_end(struct yaml_writer *writer)
{
    writer->indent -= 2;
}

void yaml_write_item(struct yaml_writer *writer)
{
    writer->indent += 2;
    writer->dash = true;
}

void yaml_write_item_end(struct yaml_writer *writer)
{
    writer->indent -= 2;
    writer->dash = false;
}

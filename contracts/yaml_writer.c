#include "contracts/yaml_writer.h"

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

static void write_escaped(struct buffer *out, unsigned char byte)
{
    if (byte == '"' || byte == '\\')
        buffer_printf(out, "\\%c", byte);
    else if (byte == '\n')
        buffer_append_text(out, "\\n");
    else if (byte < 0x20 || byte == 0x7f)
        buffer_printf(out, "\\x%02x", byte);
    else
        buffer_append_char(out, (char)byte);
}

void yaml_write_scalar(struct buffer *out, struct span value)
{
    if (is_plain(value)) {
        buffer_append_span(out, value);
        return;
    }
    buffer_append_char(out, '"');
    for (size_t i = 0; i < value.size; i++) write_escaped(out, (unsigned char)value.data[i]);
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

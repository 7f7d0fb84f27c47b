#include "contracts/sample_format.h"

#include "codecs/format.h"

static void append_letters(uint64_t count, struct dice *dice, struct buffer *out)
{
    for (; count > 0; count--) buffer_append_char(out, (char)('a' + (int)dice_roll(dice, 26)));
}

static void append_hex(unsigned count, struct dice *dice, struct buffer *out)
{
    for (; count > 0; count--) buffer_append_char(out, "0123456789abcdef"[dice_roll(dice, 16)]);
}

/* Version 4, RFC 9562 section 5.4. */
static void write_uuid(uint64_t length, struct dice *dice, struct buffer *out)
{
    (void)length;
    append_hex(8, dice, out);
    buffer_append_char(out, '-');
    append_hex(4, dice, out);
    buffer_append_text(out, "-4");
    append_hex(3, dice, out);
    buffer_append_char(out, '-');
    buffer_append_char(out, "89ab"[dice_roll(dice, 4)]);
    append_hex(3, dice, out);
    buffer_append_char(out, '-');
    append_hex(12, dice, out);
}

static void write_ipv4(uint64_t length, struct dice *dice, struct buffer *out)
{
    static const char *const networks[] = {"192.0.2", "198.51.100", "203.0.113"};
    (void)length;
    buffer_printf(out, "%s.%u", networks[dice_roll(dice, COUNT_OF(networks))], (unsigned)dice_roll(dice, 256));
}

static void write_ipv6(uint64_t length, struct dice *dice, struct buffer *out)
{
    buffer_append_text(out, "2001:db8:");
    if (length >= 30) {
        for (int group = 0; group < 5; group++) {
            append_hex(4, dice, out);
            buffer_append_char(out, ':');
        }
    } else {
        buffer_append_char(out, ':');
    }
    append_hex(4, dice, out);
}

/* Labels of at most 63 letters until there is only room for the last. */
static void write_hostname(uint64_t length, struct dice *dice, struct buffer *out)
{
    static const char tail[] = "example";
    uint64_t left = length > sizeof tail ? length - (sizeof tail - 1) : 0;
    while (left > 1) {
        uint64_t label = left - 1 > 63 ? 63 : left - 1;
        append_letters(label, dice, out);
        buffer_append_char(out, '.');
        left -= label + 1;
    }
    if (length < sizeof tail - 1)
        append_letters(length > 0 ? length : 1, dice, out);
    else
        buffer_append_text(out, tail);
}

static void write_uri(uint64_t length, struct dice *dice, struct buffer *out)
{
    static const char head[] = "https://www.example/";
    if (length < sizeof head - 1) {
        buffer_append_text(out, "a:");
        append_letters(length > 2 ? length - 2 : 0, dice, out);
        return;
    }
    buffer_append_text(out, head);
    append_letters(length - (sizeof head - 1), dice, out);
}

static void write_email(uint64_t length, struct dice *dice, struct buffer *out)
{
    uint64_t local = length < 14 ? 1 : length - 13 > 64 ? 64 : length - 13; /* what is left of name@mail.example */
    append_letters(local, dice, out);
    buffer_append_char(out, '@');
    write_hostname(length > local + 1 ? length - local - 1 : 1, dice, out);
}

static void write_base64(uint64_t length, struct dice *dice, struct buffer *out)
{
    char bytes[3], text[4];
    for (uint64_t groups = length / 4; groups > 0; groups--) {
        size_t size = groups == 1 ? 1 + dice_roll(dice, 3) : 3;
        for (size_t i = 0; i < size; i++) bytes[i] = (char)dice_roll(dice, 256);
        buffer_append(out, text, base64_encode(bytes, size, text));
    }
}

static const struct {
    void (*write)(uint64_t length, struct dice *dice, struct buffer *out);
    bool (*fits)(struct span text);
} formats[] = {
    [FORMAT_UUID] = {write_uuid, format_uuid},       [FORMAT_IPV4] = {write_ipv4, format_ipv4},
    [FORMAT_IPV6] = {write_ipv6, format_ipv6},       [FORMAT_HOSTNAME] = {write_hostname, format_hostname},
    [FORMAT_URI] = {write_uri, format_uri},          [FORMAT_EMAIL] = {write_email, format_email},
    [FORMAT_BASE64] = {write_base64, format_base64},
};

void sample_format_write(enum string_format format, uint64_t length, struct dice *dice, struct buffer *out)
{
    if (format != FORMAT_NONE) formats[format].write(length, dice, out);
}

bool sample_format_fits(enum string_format format, struct span text)
{
    return format == FORMAT_NONE || formats[format].fits(text);
}

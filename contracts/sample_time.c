/* sample_time.c - dates, timestamps and times of day, in RFC 3339 or in the field's own format. */
#include "codecs/date_pattern.h"
#include "contracts/sample_part.h"

#include <stdio.h>

/* ---------------------------------------------------------------- the judge */

static int64_t length_of_day(const struct field *field)
{
    return field->type == TYPE_DATE ? 1 : US_PER_DAY;
}

/* The text as the field reads it. */
static bool read_back(const struct field *field, struct span text, int64_t *value)
{
    enum timestamp_zone zone = field->zone ? ZONE_REQUIRED : ZONE_FORBIDDEN;
    int32_t days = 0;
    enum timestamp_status status;
    if (field->date_pattern != NULL) {
        status = date_pattern_parse(field->date_pattern, text, field->default_offset, value);
        if (field->type == TYPE_DATE) *value /= US_PER_DAY;
    } else if (field->type == TYPE_DATE) {
        status = date_parse(text, &days);
        *value = days;
    } else {
        status = field->type == TYPE_TIMESTAMP ? timestamp_parse(text, zone, value) : time_parse(text, zone, value);
    }
    return status == TIMESTAMP_OK;
}

static bool is_listed(const struct rules *rules, int64_t value)
{
    for (size_t i = 0; i < rules->enumeration_count; i++)
        if (rules->enumeration[i].time == value) return true;
    return false;
}

static uint32_t judge(const struct sampler *sampler, const struct field *field, int64_t value)
{
    const struct rules *rules = &field->rules;
    uint32_t broken = 0;
    bool low = value < rules->minimum_time || (value == rules->minimum_time && rules->exclusive_minimum);
    bool high = value > rules->maximum_time || (value == rules->maximum_time && rules->exclusive_maximum);
    if (rules->has_minimum && low) broken |= BROKEN(EVENT_MINIMUM);
    if (rules->has_maximum && high) broken |= BROKEN(EVENT_MAXIMUM);
    if (rules->enumeration_count > 0 && !is_listed(rules, value)) broken |= sample_beside(rules);
    if (field == sampler->model->event_time && value > sampler->options.clock) broken |= BROKEN(EVENT_TIME_FUTURE);
    return broken;
}

/* ---------------------------------------------------------------- writing */

static unsigned run_of(struct span format, size_t at)
{
    unsigned count = 1;
    while (at + count < format.size && format.data[at + count] == format.data[at]) count++;
    return count;
}

static void write_fraction(int64_t us, unsigned digits, struct buffer *out)
{
    char text[16];
    int64_t rest = us % US_PER_SECOND;
    snprintf(text, sizeof text, "%06d000", (int)(rest < 0 ? rest + US_PER_SECOND : rest));
    buffer_append(out, text, digits);
}

/* The letters of date_pattern.h; an offset is always zero. */
static void write_letter(char letter, unsigned width, int64_t us, struct buffer *out)
{
    int year, month, day;
    int32_t days = timestamp_day(us);
    int64_t second = (us - days * US_PER_DAY) / US_PER_SECOND;
    date_to_civil(days, &year, &month, &day);
    switch (letter) {
    case 'y': buffer_printf(out, "%0*d", (int)width, year); break;
    case 'M': buffer_printf(out, "%0*d", (int)width, month); break;
    case 'd': buffer_printf(out, "%0*d", (int)width, day); break;
    case 'H': buffer_printf(out, "%0*d", (int)width, (int)(second / 3600)); break;
    case 'm': buffer_printf(out, "%0*d", (int)width, (int)(second / 60 % 60)); break;
    case 's': buffer_printf(out, "%0*d", (int)width, (int)(second % 60)); break;
    case 'S': write_fraction(us, width, out); break;
    default: buffer_append_text(out, letter == 'X' ? "Z" : "+0000"); break;
    }
}

/* 'text' and '' of the format. Returns where it goes on. */
static size_t write_quoted(struct span format, size_t at, struct buffer *out)
{
    if (at + 1 < format.size && format.data[at + 1] == '\'') {
        buffer_append_char(out, '\'');
        return at + 2;
    }
    for (at++; at < format.size; at++) {
        if (format.data[at] != '\'') {
            buffer_append_char(out, format.data[at]);
        } else if (at + 1 < format.size && format.data[at + 1] == '\'') {
            buffer_append_char(out, format.data[at++]);
        } else {
            break;
        }
    }
    return at + 1;
}

static void write_by_pattern(const struct field *field, int64_t value, struct buffer *out)
{
    struct span format = field->format_text;
    int64_t us = field->type == TYPE_DATE ? value * US_PER_DAY : value;
    if (!date_pattern_has_zone(field->date_pattern)) us += field->default_offset;
    if (field->type == TYPE_TIME) us = (us % US_PER_DAY + US_PER_DAY) % US_PER_DAY;
    for (size_t at = 0; at < format.size;) {
        char byte = format.data[at];
        bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        unsigned width = run_of(format, at);
        if (byte == '\'') {
            at = write_quoted(format, at, out);
        } else if (letter) {
            write_letter(byte, width, us, out);
            at += width;
        } else {
            buffer_append_char(out, byte);
            at++;
        }
    }
}

static int digits_of(struct sampler *sampler, int64_t us)
{
    if (us % US_PER_MS != 0) return 6;
    if (us % US_PER_SECOND != 0) return sample_is_varied(sampler) && dice_percent(&sampler->dice, 20) ? 6 : 3;
    return sample_is_varied(sampler) && dice_percent(&sampler->dice, 50) ? 0 : 3;
}

/* RFC 3339, in UTC or at the offset given in minutes. */
static void write_instant(struct sampler *sampler, const struct field *field, int64_t value, int offset)
{
    char text[TIMESTAMP_TEXT_MAX];
    int64_t local = value + offset * US_PER_MINUTE;
    struct buffer *out = &sampler->text;
    int digits = digits_of(sampler, value);
    bool wraps = field->type == TYPE_TIME;
    if (wraps) local = (local % US_PER_DAY + US_PER_DAY) % US_PER_DAY;
    buffer_append(out, text, wraps ? time_format(local, digits, text) : timestamp_format(local, digits, false, text));
    if (!field->zone) return;
    int size = offset < 0 ? -offset : offset;
    if (offset == 0)
        buffer_append_char(out, 'Z');
    else
        buffer_printf(out, "%c%02d:%02d", offset < 0 ? '-' : '+', size / 60, size % 60);
}

static void write_value(struct sampler *sampler, const struct field *field, int64_t value)
{
    static const int offsets[] = {60, 120, -300, 330, -1439, 845};
    char text[TIMESTAMP_TEXT_MAX];
    bool shifted = sample_is_varied(sampler) && field->zone && dice_percent(&sampler->dice, 40);
    buffer_clear(&sampler->text);
    if (field->date_pattern != NULL)
        write_by_pattern(field, value, &sampler->text);
    else if (field->type == TYPE_DATE)
        buffer_append(&sampler->text, text, date_format((int32_t)value, text));
    else
        write_instant(sampler, field, value, shifted ? offsets[dice_roll(&sampler->dice, COUNT_OF(offsets))] : 0);
}

/* ---------------------------------------------------------------- proposals */

/* The first and the last value that could be meant. */
static int64_t first_of(const struct field *field)
{
    if (field->type == TYPE_TIME) return 0;
    return field->type == TYPE_DATE ? DATE_MIN : TIMESTAMP_MIN;
}

static int64_t last_of(const struct field *field)
{
    if (field->type == TYPE_TIME) return US_PER_DAY - 1;
    return field->type == TYPE_DATE ? DATE_MAX : TIMESTAMP_MAX;
}

static int64_t clamped(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* Something in the year before the clock, or in the day. */
static int64_t propose_usual(struct sampler *sampler, const struct field *field)
{
    struct dice *dice = &sampler->dice;
    if (field->type == TYPE_TIME) return dice_between(dice, 0, US_PER_DAY / US_PER_SECOND - 1) * US_PER_SECOND;
    if (field->type == TYPE_DATE) return timestamp_day(sampler->options.clock) - (int64_t)dice_roll(dice, 365);
    int64_t clock = sampler->options.clock - sampler->options.clock % US_PER_MS;
    return field == sampler->model->event_time ? clock : clock - dice_between(dice, 0, INT64_C(365) * 86400) * US_PER_SECOND;
}

static int64_t propose_valid(struct sampler *sampler, const struct field *field, unsigned tries)
{
    const struct rules *rules = &field->rules;
    struct dice *dice = &sampler->dice;
    int64_t low = rules->has_minimum ? rules->minimum_time + rules->exclusive_minimum : first_of(field);
    int64_t high = rules->has_maximum ? rules->maximum_time - rules->exclusive_maximum : last_of(field);
    int64_t usual = propose_usual(sampler, field), near = (int64_t)dice_roll(dice, 400) * length_of_day(field);
    bool bounded = rules->has_minimum || rules->has_maximum;
    if (low > high) return low;
    if (tries == 1 && usual >= low && usual <= high) return usual;
    if (bounded && tries % 4 == 0) return rules->has_minimum ? low : high;
    if (bounded && tries % 4 == 1) return rules->has_maximum ? high : low;
    if (tries % 4 == 2) return dice_between(dice, low, high);
    return rules->has_minimum ? clamped(low + near, low, high) : clamped(high - near, low, high);
}

static int64_t propose(struct sampler *sampler, const struct field *field, enum event_rule rule, unsigned tries)
{
    const struct rules *rules = &field->rules;
    struct dice *dice = &sampler->dice;
    int64_t away = (int64_t)dice_roll(dice, 3) * length_of_day(field) + (int64_t)dice_roll(dice, 2);
    if (field->type == TYPE_TIME) away = (int64_t)dice_roll(dice, 3600) * US_PER_SECOND + 1;
    if (rules->enumeration_count > 0 && rule != EVENT_ENUMERATION && tries % 8 < 7)
        return rules->enumeration[dice_roll(dice, rules->enumeration_count)].time;
    if (rule == EVENT_MINIMUM) return clamped(rules->minimum_time - away, first_of(field), last_of(field));
    if (rule == EVENT_MAXIMUM) return clamped(rules->maximum_time + away, first_of(field), last_of(field));
    /* So far away that it is the future on every day on which the sample may be used. */
    if (rule == EVENT_TIME_FUTURE)
        return clamped(sampler->options.clock + US_PER_DAY * (int64_t)(tries % 8 == 0 ? 1 : 36500 + dice_roll(dice, 365)),
                       first_of(field), last_of(field));
    return propose_valid(sampler, field, tries);
}

/* Broken alone whatever the bounds are: what is no date is not compared. */
static bool write_malformed(struct sampler *sampler, const struct field *field)
{
    static const char *const dates[] = {"2026-02-30", "2026-13-01", "22.11.2026", "2026-1-2", "", "2026-11-22T00:00:00Z"};
    static const char *const times[] = {"24:00:00", "12:60:00", "12:00", "12:00:60", "noon", "12:00:00,5"};
    bool own = field->date_pattern != NULL;
    struct dice *dice = &sampler->dice;
    buffer_clear(&sampler->text);
    if (own)
        write_value(sampler, field, propose_usual(sampler, field));
    else if (field->type != TYPE_TIME)
        buffer_append_text(&sampler->text, dates[dice_roll(dice, COUNT_OF(dates))]);
    if (!own && field->type == TYPE_TIMESTAMP) {
        buffer_clear(&sampler->text);
        buffer_append_text(&sampler->text, dice_percent(dice, 50) ? "2026-02-30T" : "2026-11-22 ");
    }
    if (!own && field->type != TYPE_DATE) buffer_append_text(&sampler->text, times[dice_roll(dice, COUNT_OF(times))]);
    if (!own && field->type != TYPE_DATE && field->zone) buffer_append_char(&sampler->text, 'Z');
    if (own) buffer_append_char(&sampler->text, '~');
    return buffer_ok(&sampler->text);
}

/* An offset where none may stand, or none where one must. */
static bool write_other_zone(struct sampler *sampler, const struct field *field)
{
    struct field other = *field;
    other.zone = !field->zone;
    if (!sample_time(sampler, field, EVENT_RULES)) return false;
    int64_t value;
    if (!read_back(field, buffer_span(&sampler->text), &value)) return false;
    write_value(sampler, &other, value);
    return buffer_ok(&sampler->text);
}

bool sample_time(struct sampler *sampler, const struct field *field, enum event_rule rule)
{
    if (rule == EVENT_DATE_FORMAT) return write_malformed(sampler, field);
    if (rule == EVENT_TIMEZONE) return write_other_zone(sampler, field);
    for (unsigned tries = 1; tries <= SAMPLE_TRIES; tries++) {
        int64_t value = propose(sampler, field, rule, tries);
        write_value(sampler, field, value);
        if (!buffer_ok(&sampler->text)) return false;
        if (!read_back(field, buffer_span(&sampler->text), &value)) continue;
        if (sample_agrees(judge(sampler, field, value), rule, tries)) return true;
    }
    return false;
}

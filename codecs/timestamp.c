#include "codecs/timestamp.h"

enum {
    DATE_TEXT = 10, /* YYYY-MM-DD */
    CLOCK_TEXT = 8, /* hh:mm:ss */
    FRACTION_DIGITS = 6,
};

/* ---------------------------------------------------------------- the calendar */

bool date_is_civil(int year, int month, int day)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
    if (day <= days[month - 1]) return true;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && day == 29 && leap;
}

/* Years are counted from 1 March, so the leap day comes last and months have a linear length: (153 m + 2) / 5 days lie before
 * month m. A cycle of 400 years has 146097 days; one is added so that year 0 needs no negative division. */
int32_t date_from_civil(int year, int month, int day)
{
    unsigned from_march = (unsigned)(month > 2 ? month - 3 : month + 9);
    unsigned y = (unsigned)(year + 400 - (month <= 2));
    unsigned days = y * 365 + y / 4 - y / 100 + y / 400 + (153 * from_march + 2) / 5 + (unsigned)day - 1;
    return (int32_t)days - 146097 - 719468;
}

void date_to_civil(int32_t days, int *year, int *month, int *day)
{
    int64_t shifted = (int64_t)days + 719468;
    int64_t cycle = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    unsigned in_cycle = (unsigned)(shifted - cycle * 146097);
    unsigned years = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    unsigned in_year = in_cycle - (365 * years + years / 4 - years / 100);
    unsigned from_march = (5 * in_year + 2) / 153;
    *day = (int)(in_year - (153 * from_march + 2) / 5 + 1);
    *month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = (int)(cycle * 400) + (int)years + (*month <= 2);
}

/* Division that rounds towards minus infinity: instants before 1970 are negative. */
static inline int64_t floor_to(int64_t value, int64_t unit)
{
    int64_t rest = value % unit;
    return value - (rest < 0 ? rest + unit : rest);
}

int32_t timestamp_day(int64_t us)
{
    return (int32_t)(floor_to(us, US_PER_DAY) / US_PER_DAY);
}

int32_t date_floor(int32_t days, enum time_unit unit)
{
    if (unit != UNIT_MONTH && unit != UNIT_YEAR) return days;
    int year, month, day;
    date_to_civil(days, &year, &month, &day);
    return date_from_civil(year, unit == UNIT_YEAR ? 1 : month, 1);
}

int64_t timestamp_floor(int64_t us, enum time_unit unit)
{
    switch (unit) {
    case UNIT_SECOND: return floor_to(us, US_PER_SECOND);
    case UNIT_MINUTE: return floor_to(us, US_PER_MINUTE);
    case UNIT_HOUR: return floor_to(us, US_PER_HOUR);
    case UNIT_DAY: return floor_to(us, US_PER_DAY);
    case UNIT_MONTH:
    case UNIT_YEAR: break;
    }
    return date_floor(timestamp_day(us), unit) * US_PER_DAY;
}

/* ---------------------------------------------------------------- reading */

static inline unsigned digit(char byte, unsigned *bad)
{
    unsigned value = (unsigned)(unsigned char)byte - '0';
    *bad |= value > 9;
    return value;
}

static inline unsigned two_digits(const char *at, unsigned *bad)
{
    return digit(at[0], bad) * 10 + digit(at[1], bad);
}

/* Eight characters in one word, the first in its low byte. */
#define LANES(a, b, c, d, e, f, g, h)                                                                       \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 | \
     (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

static inline uint64_t load(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Pairs of digits, all eight characters at once. `text` has '0' where a digit stands and the separators elsewhere; `most` has
 * 0x7F less the greatest value that the difference to it may have there: 9 for a digit, 0 for a separator. Then byte i of *pairs
 * is ten times digit i plus digit i + 1. No sum leaves its byte unless the byte was above 0x7F, which is refused anyway. */
static inline bool read_pairs_of(uint64_t word, uint64_t text, uint64_t most, uint64_t *pairs)
{
    uint64_t values = word ^ text;
    *pairs = values * 10 + (values >> 8);
    return (((values + most) | values) & UINT64_C(0x8080808080808080)) == 0;
}

static inline bool read_pairs(const char *at, uint64_t text, uint64_t most, uint64_t *pairs)
{
    return read_pairs_of(load(at), text, most, pairs);
}

static inline unsigned pair(uint64_t pairs, unsigned at)
{
    return (unsigned)(pairs >> (8 * at)) & 0xFF;
}

/* Readers are false at a wrong spelling; a field out of range only clears *in_range, so that syntax is told first. */
static inline bool read_date(const char *at, int32_t *days, bool *in_range)
{
    uint64_t pairs;
    unsigned bad = 0;
    bool spelt = read_pairs(at, LANES('0', '0', '0', '0', '-', '0', '0', '-'),
                            LANES(0x76, 0x76, 0x76, 0x76, 0x7F, 0x76, 0x76, 0x7F), &pairs);
    int day = (int)two_digits(at + 8, &bad), month = (int)pair(pairs, 5);
    int year = (int)(pair(pairs, 0) * 100 + pair(pairs, 2));
    if (!spelt || bad != 0) return false;
    if (day <= 28 ? month < 1 || month > 12 || day < 1 : !date_is_civil(year, month, day)) {
        *in_range = false;
        return true;
    }
    *days = date_from_civil(year, month, day);
    return true;
}

static inline bool read_clock(const char *at, int64_t *us, bool *in_range)
{
    uint64_t pairs;
    if (!read_pairs(at, LANES('0', '0', ':', '0', '0', ':', '0', '0'), LANES(0x76, 0x76, 0x7F, 0x76, 0x76, 0x7F, 0x76, 0x76),
                    &pairs))
        return false;
    unsigned hour = pair(pairs, 0), minute = pair(pairs, 3), second = pair(pairs, 6);
    if (hour > 23 || minute > 59 || second > 59) *in_range = false;
    *us = (int64_t)(hour * 3600 + minute * 60 + second) * US_PER_SECOND;
    return true;
}

/* "." and one or more digits, those behind the sixth without effect. Leaves *at behind them; nothing there is fine. */
static inline bool read_fraction(const char **at, const char *end, int64_t *us)
{
    static const int32_t scale[FRACTION_DIGITS + 1] = {0, 100000, 10000, 1000, 100, 10, 1};
    const char *digits = *at + 1;
    if (*at == end || **at != '.') return true;
    int64_t value = 0;
    const char *cursor = digits;
    for (; cursor < end && *cursor >= '0' && *cursor <= '9'; cursor++)
        if (cursor - digits < FRACTION_DIGITS) value = value * 10 + (*cursor - '0');
    ptrdiff_t count = cursor - digits;
    *us += value * scale[count < FRACTION_DIGITS ? count : FRACTION_DIGITS];
    *at = cursor;
    return count > 0;
}

/* "Z" or "+hh:mm" up to the end. */
static inline bool read_offset(const char *at, const char *end, int64_t *us, bool *in_range)
{
    *us = 0;
    if (end - at == 1) return (*at | 0x20) == 'z';
    if (end - at != 6 || (*at != '+' && *at != '-') || at[3] != ':') return false;
    unsigned bad = 0;
    unsigned hour = two_digits(at + 1, &bad), minute = two_digits(at + 4, &bad);
    if (bad != 0) return false;
    if (hour > 23 || minute > 59) *in_range = false;
    int64_t size = (int64_t)(hour * 60 + minute) * US_PER_MINUTE;
    *us = *at == '-' ? -size : size;
    return true;
}

/* hh:mm:ss, fraction and offset up to the end, the offset subtracted. */
static inline enum timestamp_status read_time(const char *at, const char *end, enum timestamp_zone zone, int64_t *us,
                                              bool *in_range)
{
    if (end - at < CLOCK_TEXT || !read_clock(at, us, in_range)) return TIMESTAMP_SYNTAX;
    at += CLOCK_TEXT;
    if (!read_fraction(&at, end, us)) return TIMESTAMP_SYNTAX;
    if (at == end) return zone == ZONE_FORBIDDEN ? TIMESTAMP_OK : TIMESTAMP_ZONE;
    int64_t offset;
    if (!read_offset(at, end, &offset, in_range)) return TIMESTAMP_SYNTAX;
    *us -= offset;
    return zone == ZONE_REQUIRED ? TIMESTAMP_OK : TIMESTAMP_ZONE;
}

enum timestamp_status timestamp_parse(struct span text, enum timestamp_zone zone, int64_t *us)
{
    bool in_range = true;
    int32_t days = 0;
    int64_t time;
    if (text.size < DATE_TEXT + 1 || !read_date(text.data, &days, &in_range)) return TIMESTAMP_SYNTAX;
    if ((text.data[DATE_TEXT] | 0x20) != 't') return TIMESTAMP_SYNTAX;
    enum timestamp_status status = read_time(text.data + DATE_TEXT + 1, text.data + text.size, zone, &time, &in_range);
    if (status != TIMESTAMP_OK) return status;
    int64_t instant = days * US_PER_DAY + time;
    if (!in_range || instant < TIMESTAMP_MIN || instant > TIMESTAMP_MAX) return TIMESTAMP_RANGE;
    *us = instant;
    return TIMESTAMP_OK;
}

enum timestamp_status date_parse(struct span text, int32_t *days)
{
    bool in_range = true;
    if (text.size != DATE_TEXT || !read_date(text.data, days, &in_range)) return TIMESTAMP_SYNTAX;
    return in_range ? TIMESTAMP_OK : TIMESTAMP_RANGE;
}

enum timestamp_status time_parse(struct span text, enum timestamp_zone zone, int64_t *us)
{
    bool in_range = true;
    int64_t time;
    if (text.size == 0) return TIMESTAMP_SYNTAX;
    enum timestamp_status status = read_time(text.data, text.data + text.size, zone, &time, &in_range);
    if (status != TIMESTAMP_OK) return status;
    if (!in_range) return TIMESTAMP_RANGE;
    *us = time - floor_to(time, US_PER_DAY);
    return TIMESTAMP_OK;
}

/* ":ss.fffZ" or ":ssZ" to milliseconds; the size, 0 when it is neither. */
static inline unsigned read_seconds(const char *at, unsigned *second, unsigned *ms)
{
    uint64_t pairs;
    if (LIKELY(at[3] == '.')) {
        if (!read_pairs(at, LANES(':', '0', '0', '.', '0', '0', '0', 'Z'), LANES(0x7F, 0x76, 0x76, 0x7F, 0x76, 0x76, 0x76, 0x7F),
                        &pairs))
            return 0;
        *second = pair(pairs, 1);
        *ms = pair(pairs, 4) * 10 + (unsigned)(at[6] - '0');
        return 8;
    }
    unsigned bad = at[0] != ':' || at[3] != 'Z';
    *second = two_digits(at + 1, &bad);
    *ms = 0;
    return bad != 0 ? 0 : 4;
}

static COLD bool read_day(const char *at, struct timestamp_recent *recent)
{
    bool in_range = true;
    int32_t days = 0;
    if (at[DATE_TEXT] != 'T' || !read_date(at, &days, &in_range) || !in_range) return false;
    memcpy(recent->day, at, DATE_TEXT + 1);
    recent->rest = UINT32_MAX << (DATE_TEXT + 1);
    recent->midnight = days * US_PER_DAY;
    return true;
}

size_t timestamp_scan(const char *at, struct timestamp_recent *recent, int64_t *us)
{
    uint64_t clock, word = load(at + 8);
    unsigned second = 0, ms = 0, size = read_seconds(at + 16, &second, &ms);
    bool spelt = read_pairs_of(word & ~UINT64_C(0xFFFFFF), LANES(0, 0, 0, '0', '0', ':', '0', '0'),
                               LANES(0x7F, 0x7F, 0x7F, 0x76, 0x76, 0x7F, 0x76, 0x76), &clock);
    unsigned hour = pair(clock, 3), minute = pair(clock, 6);
    if (UNLIKELY(!spelt || size == 0 || hour > 23 || minute > 59 || second > 59)) return 0;
    bool same_day = recent->rest != 0 && memcmp(at, recent->day, DATE_TEXT + 1) == 0;
    if (UNLIKELY(!same_day) && !read_day(at, recent)) return 0;
    *us = recent->midnight + (int64_t)(hour * 3600 + minute * 60 + second) * US_PER_SECOND + ms * US_PER_MS;
    return 16 + size;
}

/* ---------------------------------------------------------------- writing */

static inline char *put_two(char *out, unsigned value)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
        "4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
        "99";
    memcpy(out, pairs + 2 * value, 2);
    return out + 2;
}

static char *put_date(char *out, int32_t days)
{
    if (days < DATE_MIN) days = DATE_MIN;
    if (days > DATE_MAX) days = DATE_MAX;
    int year, month, day;
    date_to_civil(days, &year, &month, &day);
    out = put_two(out, (unsigned)year / 100);
    out = put_two(out, (unsigned)year % 100);
    *out++ = '-';
    out = put_two(out, (unsigned)month);
    *out++ = '-';
    return put_two(out, (unsigned)day);
}

/* `us` is within a day. */
static char *put_time(char *out, int64_t us, int digits)
{
    unsigned seconds = (unsigned)((uint64_t)us / US_PER_SECOND), fraction = (unsigned)(us - (int64_t)seconds * US_PER_SECOND);
    out = put_two(out, seconds / 3600);
    *out++ = ':';
    out = put_two(out, seconds / 60 % 60);
    *out++ = ':';
    out = put_two(out, seconds % 60);
    if (digits <= 0) return out;
    *out++ = '.';
    for (unsigned unit = 100000; digits > 0 && unit > 0; digits--, unit /= 10) *out++ = (char)('0' + fraction / unit % 10);
    return out;
}

size_t timestamp_format(int64_t us, int digits, bool zulu, char *out)
{
    if (us < TIMESTAMP_MIN) us = TIMESTAMP_MIN;
    if (us > TIMESTAMP_MAX) us = TIMESTAMP_MAX;
    int32_t days = timestamp_day(us);
    char *end = put_date(out, days);
    *end++ = 'T';
    end = put_time(end, us - days * US_PER_DAY, digits);
    if (zulu) *end++ = 'Z';
    return (size_t)(end - out);
}

void timestamp_days_init(struct timestamp_days *days)
{
    for (unsigned i = 0; i < TIMESTAMP_DAYS; i++) days->days[i] = INT32_MAX;
}

/* The text of a day, counted from the year 0: its date, then "Thh:mm". */
static inline const char *day_text(struct timestamp_days *days, uint32_t day)
{
    uint32_t entry = day % TIMESTAMP_DAYS;
    if (UNLIKELY(days->days[entry] != (int32_t)day)) {
        put_date(days->texts[entry], (int32_t)day + DATE_MIN);
        memcpy(days->texts[entry] + DATE_TEXT, "Thh:mm", 6);
        days->days[entry] = (int32_t)day;
    }
    return days->texts[entry];
}

void timestamp_stamp_day(struct timestamp_days *days, int64_t us, const char like[TIMESTAMP_STAMP], char out[TIMESTAMP_STAMP])
{
    memcpy(out, like, TIMESTAMP_STAMP);
    memcpy(out, day_text(days, (uint32_t)((uint64_t)(us - TIMESTAMP_MIN) / (uint64_t)US_PER_DAY)), DATE_TEXT);
}

void timestamp_stamp(struct timestamp_days *days, int64_t us, char out[TIMESTAMP_STAMP])
{
    if (us < TIMESTAMP_MIN) us = TIMESTAMP_MIN;
    if (us > TIMESTAMP_MAX) us = TIMESTAMP_MAX;
    /* Counted from the year 0, so that nothing is negative and unsigned divisions round down. */
    uint64_t ms = (uint64_t)(us - TIMESTAMP_MIN) / 1000;
    uint32_t day = (uint32_t)(ms / 86400000), rest = (uint32_t)(ms - (uint64_t)day * 86400000);
    memcpy(out, day_text(days, day), 16);
    memcpy(out + 16, ":ss.mmmZ", 8);
    uint32_t seconds = rest / 1000, minutes = seconds / 60, fraction = rest % 1000;
    put_two(out + 11, minutes / 60);
    put_two(out + 14, minutes % 60);
    put_two(out + 17, seconds % 60);
    out[20] = (char)('0' + fraction / 100);
    put_two(out + 21, fraction % 100);
}

size_t date_format(int32_t days, char *out)
{
    return (size_t)(put_date(out, days) - out);
}

size_t time_format(int64_t us, int digits, char *out)
{
    return (size_t)(put_time(out, us - floor_to(us, US_PER_DAY), digits) - out);
}

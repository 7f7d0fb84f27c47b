/* sample_text.c - strings and base64: from enumerations, patterns, formats, or a few words. */
#include "codecs/utf8.h"
#include "contracts/sample_format.h"
#include "contracts/sample_part.h"
#include "contracts/sample_pattern.h"

/* ---------------------------------------------------------------- the judge */

static bool is_listed(const struct rules *rules, struct span text)
{
    for (size_t i = 0; i < rules->enumeration_count; i++)
        if (span_equal(rules->enumeration[i].text, text)) return true;
    return false;
}

static enum string_format format_of(const struct field *field)
{
    return field->type == TYPE_BYTES ? FORMAT_BASE64 : field->rules.format;
}

static uint32_t judge(struct sampler *sampler, const struct field *field, struct span text)
{
    const struct rules *rules = &field->rules;
    const struct pattern *pattern = sampler->patterns[field->index].pattern;
    int64_t length = (int64_t)utf8_length(text);
    uint32_t broken = 0;
    if (rules->min_length != NO_LIMIT && length < rules->min_length) broken |= BROKEN(EVENT_MIN_LENGTH);
    if (rules->max_length != NO_LIMIT && length > rules->max_length) broken |= BROKEN(EVENT_MAX_LENGTH);
    if (pattern != NULL && pattern_match(pattern, sampler->scratch, text) != PATTERN_MATCH) broken |= BROKEN(EVENT_PATTERN);
    if (!sample_format_fits(format_of(field), text)) broken |= BROKEN(EVENT_FORMAT);
    if (rules->enumeration_count > 0 && !is_listed(rules, text)) broken |= sample_beside(rules);
    return broken;
}

/* ---------------------------------------------------------------- words */

static void append_code(struct buffer *out, uint32_t code)
{
    char text[4];
    buffer_append(out, text, utf8_encode(code, text));
}

/* What ASCII-minded code gets wrong: two, three and four bytes, a combining mark, right-to-left. */
static uint32_t unusual(struct dice *dice)
{
    static const uint32_t codes[] = {0xE9, 0xDF, 0x416, 0x3A9, 0x301, 0x5D0, 0x6F22, 0x20AC, 0x1F642, 0x1D11E};
    return codes[dice_roll(dice, COUNT_OF(codes))];
}

static bool ends_in(struct span name, const char *ending)
{
    size_t size = strlen(ending);
    return name.size >= size && memcmp(name.data + name.size - size, ending, size) == 0;
}

/* Identifiers are told by their name, so that samples look like events. */
static bool is_identifier(const struct field *field)
{
    static const char *const endings[] = {"id", "key", "token", "number", "code", "sku", "ref", "hash"};
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (ends_in(field->name, endings[i])) return true;
    return false;
}

static void write_words(struct sampler *sampler, const struct field *field, uint64_t length)
{
    static const char *const words[] = {"amber", "birch", "cedar",   "dune",  "ember",  "fjord", "grove",
                                        "heath", "inlet", "juniper", "knoll", "lagoon", "meadow"};
    struct dice *dice = &sampler->dice;
    bool identifier = is_identifier(field), foreign = !identifier && dice_percent(dice, sampler->options.varied ? 50 : 12);
    const char *at = "";
    for (uint64_t left = length; left > 0; left--) {
        if (identifier)
            buffer_append_char(&sampler->text, "0123456789abcdef"[dice_roll(dice, 16)]);
        else if (foreign && dice_percent(dice, 20))
            append_code(&sampler->text, unusual(dice));
        else if (*at != '\0')
            buffer_append_char(&sampler->text, *at++);
        else if (at = words[dice_roll(dice, COUNT_OF(words))], left < length && left > 1)
            buffer_append_char(&sampler->text, ' ');
        else
            buffer_append_char(&sampler->text, *at++);
    }
}

/* ---------------------------------------------------------------- proposals */

struct window {
    int64_t least, most; /* code points */
};

static struct window window_of(const struct rules *rules, enum event_rule rule)
{
    struct window window = {rules->min_length == NO_LIMIT ? 0 : rules->min_length, rules->max_length};
    if (window.most == NO_LIMIT) window.most = (window.least > 1 ? window.least : 1) + 24;
    if (rule == EVENT_MIN_LENGTH) return (struct window){0, window.least - 1};
    if (rule == EVENT_MAX_LENGTH) return (struct window){window.most + 1, window.most + 4};
    return window;
}

/* Mostly short, at the ends now and then. */
static uint64_t roll_length(struct sampler *sampler, struct window window)
{
    struct dice *dice = &sampler->dice;
    int64_t width = window.most - window.least;
    if (dice_percent(dice, 10)) return (uint64_t)window.least;
    bool extreme = width <= 64 || sampler->options.varied;
    if (extreme && dice_percent(dice, 10)) return (uint64_t)window.most;
    int64_t least = window.least < 6 && window.most >= 6 ? 6 : window.least;
    return (uint64_t)dice_between(dice, dice_percent(dice, 50) ? window.least : least,
                                  width > 20 ? (least > window.least + 20 ? least : window.least + 20) : window.most);
}

static void write_pattern(struct sampler *sampler, const struct pattern_branch *tree, struct window window)
{
    struct sample_lengths can = sample_pattern_lengths(tree);
    uint64_t least = (uint64_t)window.least > can.least ? (uint64_t)window.least : can.least;
    uint64_t most = (uint64_t)window.most < can.most ? (uint64_t)window.most : can.most;
    if (most > least + 16 && dice_percent(&sampler->dice, 90)) most = least + 16;
    uint64_t length = most > least ? least + dice_roll(&sampler->dice, most - least + 1) : least;
    sample_pattern_write(tree, length, &sampler->dice, &sampler->text);
    /* A pattern that is not anchored leaves room around it. */
    uint64_t written = utf8_length(buffer_span(&sampler->text));
    for (; written < least || written < (uint64_t)window.least; written++) buffer_append_char(&sampler->text, 'x');
}

/* Replaces, inserts or removes one character. */
static void mutate(struct sampler *sampler)
{
    static const uint32_t odd[] = {'#', ' ', '0', 'a', 'Z', '-', '.', '\n', '@', 0xE9};
    struct dice *dice = &sampler->dice;
    struct span text = buffer_span(&sampler->text);
    size_t length = utf8_length(text), at = dice_roll(dice, length + 1);
    bool removes = dice_percent(dice, 70) && at < length, inserts = !removes || dice_percent(dice, 70);
    buffer_clear(&sampler->spare);
    buffer_append_span(&sampler->spare, utf8_prefix(text, at));
    if (inserts) append_code(&sampler->spare, odd[dice_roll(dice, COUNT_OF(odd))]);
    buffer_append_span(&sampler->spare, utf8_suffix(text, length - at - removes));
    struct buffer swapped = sampler->text;
    sampler->text = sampler->spare;
    sampler->spare = swapped;
}

/* Where a person is, as a code that exists: rules of residency look it up. */
static void write_country(struct sampler *sampler)
{
    static const char *const codes[] = {"DE", "ES", "FR", "IT", "NL", "NO", "PL", "SE"};
    buffer_append_text(&sampler->text, codes[dice_roll(&sampler->dice, COUNT_OF(codes))]);
}

static void propose(struct sampler *sampler, const struct field *field, enum event_rule rule, unsigned tries)
{
    const struct rules *rules = &field->rules;
    const struct pattern_branch *tree = sampler->patterns[field->index].tree;
    struct window window = window_of(rules, rule);
    bool listed = rules->enumeration_count > 0 && rule != EVENT_ENUMERATION;
    bool matching = tree != NULL && (rule != EVENT_PATTERN || tries % 3 > 0);
    bool formatted = format_of(field) != FORMAT_NONE && (rule != EVENT_FORMAT || tries % 3 > 0);
    buffer_clear(&sampler->text);
    if (listed && tries % 8 < 7)
        buffer_append_span(&sampler->text, rules->enumeration[dice_roll(&sampler->dice, rules->enumeration_count)].text);
    else if (field == sampler->model->residency && rule == EVENT_RULES && tries < 16)
        write_country(sampler);
    else if (matching && (!formatted || tries % 2 == 0))
        write_pattern(sampler, tree, window);
    else if (formatted)
        sample_format_write(format_of(field), roll_length(sampler, window), &sampler->dice, &sampler->text);
    else
        write_words(sampler, field, roll_length(sampler, window));
    bool breaks = rule == EVENT_PATTERN || rule == EVENT_FORMAT || rule == EVENT_ENUMERATION;
    if (breaks && tries % 4 < 3) mutate(sampler);
}

bool sample_text(struct sampler *sampler, const struct field *field, enum event_rule rule)
{
    struct window window = window_of(&field->rules, rule);
    if (window.least > SAMPLE_TEXT_LONG || window.least > window.most) return false;
    for (unsigned tries = 1; tries <= SAMPLE_TRIES; tries++) {
        propose(sampler, field, rule, tries);
        if (!buffer_ok(&sampler->text)) return false;
        struct span text = buffer_span(&sampler->text);
        if (text.data == NULL) text = SPAN("");
        if (sample_agrees(judge(sampler, field, text), rule, tries)) return true;
    }
    return false;
}

#include "bench/load_template.h"

#include "codecs/digits.h"
#include "codecs/timestamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHOICES_MAX = 16 };

struct piece;

/* A kind of changing place: how its argument is read, and how it is written. */
struct kind {
    const char *name;
    bool (*parse)(struct piece *piece, struct span argument); /* NULL = takes none */
    char *(*write)(const struct piece *piece, struct load_source *source, char *to);
    size_t bound; /* of what write() writes; 0 = parse() has set the piece's */
};

struct piece {
    struct span before; /* text that stands in front of it */
    const struct kind *kind;
    size_t bound;
    int64_t low, high;
    size_t choice_count;
    struct span choices[CHOICES_MAX];
};

struct load_template {
    char *text;
    struct piece *pieces; /* the last has no kind: it is the text at the end */
    size_t count;
    size_t bound;
};

/* ---------------------------------------------------------------- what varies */
void load_source_init(struct load_source *source, uint32_t run)
{
    *source = (struct load_source){.run = run, .random = UINT64_C(0x9e3779b97f4a7c15) ^ run, .now_ms = INT64_MIN};
}

void load_source_clock(struct load_source *source, int64_t now_ms)
{
    if (now_ms == source->now_ms) return;
    source->now_ms = now_ms;
    source->now_size = timestamp_format(now_ms * US_PER_MS, 3, true, source->now);
}

/* xorshift64*: good enough to pick amounts. */
static uint64_t next_random(struct load_source *source)
{
    source->random ^= source->random >> 12;
    source->random ^= source->random << 25;
    source->random ^= source->random >> 27;
    return source->random * UINT64_C(0x2545f4914f6cdd1d);
}

/* ---------------------------------------------------------------- kinds */
static char *put(char *to, const char *bytes, size_t size)
{
    memcpy(to, bytes, size);
    return to + size;
}

static char *put_hex(char *to, uint64_t value, unsigned digits)
{
    for (unsigned i = digits; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 15];
    return to + digits;
}

static char *write_now(const struct piece *piece, struct load_source *source, char *to)
{
    (void)piece;
    return put(to, source->now, source->now_size);
}

static char *write_uuid(const struct piece *piece, struct load_source *source, char *to)
{
    (void)piece;
    to = put_hex(to, source->run, 8);
    to = put(to, "-0000-4000-8000-", 16);
    return put_hex(to, source->sequence, 12);
}

static char *write_ref(const struct piece *piece, struct load_source *source, char *to)
{
    (void)piece;
    return put_hex(put_hex(to, source->run, 8), source->sequence, 8);
}

static char *write_sequence(const struct piece *piece, struct load_source *source, char *to)
{
    (void)piece;
    uint64_t value = source->sequence;
    for (unsigned i = 10; i-- > 0; value /= 10) to[i] = (char)('0' + value % 10);
    return to + 10;
}

static bool parse_int(struct piece *piece, struct span argument)
{
    int used = 0;
    char text[64];
    if (argument.size >= sizeof text) return false;
    snprintf(text, sizeof text, "%.*s", SPAN_ARGS(argument));
    piece->bound = DIGITS_MAX;
    return sscanf(text, "%" SCNd64 ":%" SCNd64 "%n", &piece->low, &piece->high, &used) == 2 && text[used] == '\0' &&
           piece->low <= piece->high;
}

static char *write_int(const struct piece *piece, struct load_source *source, char *to)
{
    uint64_t low = (uint64_t)piece->low, range = (uint64_t)piece->high - low + 1; /* 0: all that 64 bits can tell */
    uint64_t random = next_random(source);
    return digits_write_signed(to, (int64_t)(low + (range == 0 ? random : random % range)));
}

static bool parse_pick(struct piece *piece, struct span argument)
{
    const char *at = argument.data, *end = at + argument.size;
    for (const char *p = at; p <= end; p++) {
        if (p < end && *p != '|') continue;
        if (piece->choice_count == CHOICES_MAX) return false;
        struct span choice = {at, (size_t)(p - at)};
        piece->choices[piece->choice_count++] = choice;
        if (choice.size > piece->bound) piece->bound = choice.size;
        at = p + 1;
    }
    return true;
}

static char *write_pick(const struct piece *piece, struct load_source *source, char *to)
{
    const struct span *choice = &piece->choices[next_random(source) % piece->choice_count];
    return put(to, choice->data, choice->size);
}

static bool parse_dollar(struct piece *piece, struct span argument)
{
    (void)argument;
    piece->choices[piece->choice_count++] = SPAN("$");
    piece->bound = 1;
    return true;
}

static const struct kind kinds[] = {
    {"now", NULL, write_now, TIMESTAMP_TEXT_MAX},
    {"uuid", NULL, write_uuid, 36},
    {"ref", NULL, write_ref, 16},
    {"seq", NULL, write_sequence, 10},
    {"int", parse_int, write_int, 0},
    {"pick", parse_pick, write_pick, 0},
};
static const struct kind dollar = {"$", parse_dollar, write_pick, 0};

/* ---------------------------------------------------------------- parsing */
static const struct kind *find_kind(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (span_is(name, kinds[i].name)) return &kinds[i];
    return NULL;
}

/* `place` is what stands between the braces. */
static bool parse_place(struct piece *piece, struct span place)
{
    const char *colon = memchr(place.data, ':', place.size);
    struct span name = {place.data, colon != NULL ? (size_t)(colon - place.data) : place.size};
    struct span argument = {colon != NULL ? colon + 1 : NULL, colon != NULL ? place.size - name.size - 1 : 0};
    piece->kind = find_kind(name);
    if (piece->kind == NULL) return false;
    piece->bound = piece->kind->bound;
    if (piece->kind->parse == NULL) return colon == NULL;
    return colon != NULL && piece->kind->parse(piece, argument);
}

/* Reads the piece that begins at *at, and moves there behind it. */
static bool parse_piece(struct piece *piece, const char **at, const char *end)
{
    const char *mark = memchr(*at, '$', (size_t)(end - *at));
    piece->before = (struct span){*at, (size_t)((mark != NULL ? mark : end) - *at)};
    *at = end;
    if (mark == NULL) return true;
    if (end - mark >= 2 && mark[1] == '$') {
        *at = mark + 2;
        piece->kind = &dollar;
        return dollar.parse(piece, SPAN(""));
    }
    const char *close = memchr(mark, '}', (size_t)(end - mark));
    if (close == NULL || mark[1] != '{') return false;
    *at = close + 1;
    return parse_place(piece, (struct span){mark + 2, (size_t)(close - mark - 2)});
}

static size_t count_marks(struct span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) count += text.data[i] == '$';
    return count;
}

struct load_template *load_template_create(struct span text, char *problem, size_t problem_size)
{
    struct load_template *template = calloc(1, sizeof *template);
    snprintf(problem, problem_size, "out of memory");
    if (template == NULL) return NULL;
    template->text = malloc(text.size + 1);
    template->pieces = calloc(count_marks(text) + 1, sizeof *template->pieces);
    if (template->text == NULL || template->pieces == NULL) goto fail;
    memcpy(template->text, text.data, text.size);
    const char *at = template->text, *end = at + text.size;
    do {
        const char *start = at;
        struct piece *piece = &template->pieces[template->count++];
        if (!parse_piece(piece, &at, end)) {
            size_t where = (size_t)(start - template->text) + piece->before.size;
            snprintf(problem, problem_size, "byte %zu: not ${now}, ${uuid}, ${ref}, ${seq}, ${int:LOW:HIGH}, ${pick:A|B} or $$",
                     where);
            goto fail;
        }
        template->bound += piece->before.size + piece->bound;
    } while (at < end);
    return template;

fail:
    load_template_destroy(template);
    return NULL;
}

void load_template_destroy(struct load_template *template)
{
    if (template == NULL) return;
    free(template->text);
    free(template->pieces);
    free(template);
}

size_t load_template_bound(const struct load_template *template)
{
    return template->bound;
}

char *load_template_write(const struct load_template *template, struct load_source *source, char *to)
{
    for (size_t i = 0; i < template->count; i++) {
        const struct piece *piece = &template->pieces[i];
        to = put(to, piece->before.data, piece->before.size);
        if (piece->kind != NULL) to = piece->kind->write(piece, source, to);
    }
    return to;
}

void load_template_append(const struct load_template *template, struct load_source *source, struct buffer *to)
{
    char *at = buffer_reserve(to, load_template_bound(template));
    if (at == NULL) return;
    buffer_commit(to, (size_t)(load_template_write(template, source, at) - at));
}

void load_template_type(const char *text, const char *type, struct buffer *to)
{
    const char *mark = strstr(text, "%s");
    if (mark == NULL) {
        buffer_append_text(to, text);
        return;
    }
    buffer_append(to, text, (size_t)(mark - text));
    buffer_append_text(to, type);
    buffer_append_text(to, mark + 2);
}

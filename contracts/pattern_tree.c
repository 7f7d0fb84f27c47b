#include "contracts/pattern_tree.h"

#include "codecs/utf8.h"

struct parser {
    struct span text;
    size_t at;
    unsigned depth;
    struct arena *arena;
    const char *error; /* the first; parsing ends at it */
    size_t offset;
};

static const char no_memory[] = "the pattern is too large";

static bool fail_at(struct parser *parser, size_t offset, const char *error)
{
    if (parser->error == NULL) {
        parser->error = error;
        parser->offset = offset;
    }
    return false;
}

static bool more(const struct parser *parser)
{
    return parser->at < parser->text.size;
}

/* The byte `ahead` of the current one; NUL beyond the end, which no rule looks for. */
static char peek(const struct parser *parser, size_t ahead)
{
    return parser->text.size - parser->at > ahead ? parser->text.data[parser->at + ahead] : '\0';
}

static bool take(struct parser *parser, char byte)
{
    if (!more(parser) || peek(parser, 0) != byte) return false;
    parser->at++;
    return true;
}

/* One code point of the (well-formed) text. */
static uint32_t take_code_point(struct parser *parser)
{
    const unsigned char *at = (const unsigned char *)parser->text.data + parser->at;
    unsigned extra = at[0] < 0x80 ? 0 : at[0] < 0xE0 ? 1 : at[0] < 0xF0 ? 2 : 3;
    uint32_t code = extra == 0 ? at[0] : at[0] & (0x3FU >> extra);
    for (unsigned i = 1; i <= extra; i++) code = code << 6 | (at[i] & 0x3F);
    parser->at += extra + 1;
    return code;
}

/* ---------------------------------------------------------------- escapes */

static int hex_value(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    char lower = (char)(byte | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool take_hex(struct parser *parser, unsigned digits, uint32_t *code)
{
    *code = 0;
    for (unsigned i = 0; i < digits; i++) {
        int value = hex_value(peek(parser, i));
        if (value < 0) return false;
        *code = *code << 4 | (uint32_t)value;
    }
    parser->at += digits;
    return true;
}

/* Behind \u. Two escapes that are a surrogate pair name one code point; half a pair names none that a text could hold. */
static bool take_unicode(struct parser *parser, size_t start, uint32_t *code)
{
    if (!take_hex(parser, 4, code)) return fail_at(parser, start, "\\u needs four hex digits");
    if (*code < 0xD800 || *code > 0xDFFF) return true;
    uint32_t low = 0;
    bool paired = *code < 0xDC00 && peek(parser, 0) == '\\' && peek(parser, 1) == 'u';
    if (paired) {
        parser->at += 2;
        paired = take_hex(parser, 4, &low) && low >= 0xDC00 && low <= 0xDFFF;
    }
    if (!paired) return fail_at(parser, start, "half a surrogate pair is no character");
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static bool take_control(struct parser *parser, size_t start, uint32_t *code)
{
    char letter = peek(parser, 0);
    if ((letter | 0x20) < 'a' || (letter | 0x20) > 'z') return fail_at(parser, start, "\\c needs a letter");
    parser->at++;
    *code = (uint32_t)letter & 31;
    return true;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Escapes of punctuation stand for themselves; of letters only those of the standard mean something. */
static bool take_identity(struct parser *parser, size_t start, char byte, uint32_t *code)
{
    bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
    if (is_digit(byte)) return fail_at(parser, start, "back-references are not taken");
    if (byte == 'k') return fail_at(parser, start, "named groups and back-references are not taken");
    if (letter || byte == '_' || byte < ' ' || byte > '~') return fail_at(parser, start, "ECMA-262 5.1 has no such escape");
    *code = (uint32_t)byte;
    return true;
}

/* A character escape: the parser stands behind the backslash, `start` is where that is. */
static bool take_escape(struct parser *parser, size_t start, uint32_t *code)
{
    static const struct {
        char letter;
        uint32_t code;
    } controls[] = {{'t', '\t'}, {'n', '\n'}, {'v', '\v'}, {'f', '\f'}, {'r', '\r'}};
    if (!more(parser)) return fail_at(parser, start, "the pattern ends in a backslash");
    char byte = peek(parser, 0);
    parser->at++;
    for (size_t i = 0; i < COUNT_OF(controls); i++) {
        if (byte != controls[i].letter) continue;
        *code = controls[i].code;
        return true;
    }
    if (byte == 'u') return take_unicode(parser, start, code);
    if (byte == 'c') return take_control(parser, start, code);
    if (byte == 'x') return take_hex(parser, 2, code) || fail_at(parser, start, "\\x needs two hex digits");
    if (byte != '0') return take_identity(parser, start, byte, code);
    *code = 0;
    return !is_digit(peek(parser, 0)) || fail_at(parser, start, "octal escapes are not taken");
}

/* ---------------------------------------------------------------- classes */

/* One member of a class: a code point, or (*is_set) an escape such as \d, which is then already in `set`. */
static bool take_class_atom(struct parser *parser, struct code_set *set, uint32_t *code, bool *is_set)
{
    size_t start = parser->at;
    *is_set = false;
    if (!take(parser, '\\')) {
        *code = take_code_point(parser);
        return true;
    }
    if (take(parser, 'b')) {
        *code = '\b';
        return true;
    }
    if (more(parser) && code_set_add_escape(set, parser->arena, peek(parser, 0))) {
        parser->at++;
        *is_set = true;
        return true;
    }
    return take_escape(parser, start, code);
}

/* Behind '[', up to and with ']'. */
static bool take_class(struct parser *parser, struct code_set *out)
{
    size_t start = parser->at - 1;
    struct code_set set = {0};
    bool negated = take(parser, '^');
    while (more(parser) && peek(parser, 0) != ']') {
        size_t from = parser->at;
        uint32_t first = 0, last = 0;
        bool first_is_set, last_is_set = false;
        if (!take_class_atom(parser, &set, &first, &first_is_set)) return false;
        bool range = peek(parser, 0) == '-' && parser->text.size - parser->at > 1 && peek(parser, 1) != ']';
        if (range) {
            parser->at++;
            if (!take_class_atom(parser, &set, &last, &last_is_set)) return false;
            if (first_is_set || last_is_set) return fail_at(parser, from, "a range runs between two characters");
            if (first > last) return fail_at(parser, from, "the range is out of order");
        }
        if (!first_is_set) code_set_add(&set, parser->arena, first, range ? last : first);
    }
    if (!take(parser, ']')) return fail_at(parser, start, "the class has no ]");
    code_set_settle(&set);
    *out = negated ? code_set_complement(&set, parser->arena) : set;
    return true;
}

/* Everything but the line terminators of 7.3. */
static struct code_set any_character(struct arena *arena)
{
    struct code_set ends = {0};
    code_set_add(&ends, arena, '\n', '\n');
    code_set_add(&ends, arena, '\r', '\r');
    code_set_add(&ends, arena, 0x2028, 0x2029);
    return code_set_complement(&ends, arena);
}

/* ---------------------------------------------------------------- terms */

static struct pattern_branch *parse_branches(struct parser *parser);

/* Behind '(': which kind of group. */
static bool take_group_kind(struct parser *parser, size_t start, enum pattern_node_kind *kind)
{
    *kind = NODE_GROUP;
    if (!take(parser, '?')) return true;
    if (take(parser, ':')) return true;
    if (take(parser, '=')) {
        *kind = NODE_AHEAD;
        return true;
    }
    if (take(parser, '!')) {
        *kind = NODE_NOT_AHEAD;
        return true;
    }
    bool behind = peek(parser, 0) == '<' && (peek(parser, 1) == '=' || peek(parser, 1) == '!');
    if (behind) return fail_at(parser, start, "look-behind is not taken");
    if (peek(parser, 0) == '<' || peek(parser, 0) == 'P') return fail_at(parser, start, "named groups are not taken");
    return fail_at(parser, start, "flags and other (? ) groups are not taken");
}

static bool parse_group(struct parser *parser, struct pattern_node *node)
{
    size_t start = parser->at - 1;
    if (!take_group_kind(parser, start, &node->kind)) return false;
    if (++parser->depth > PATTERN_DEPTH_MAX) return fail_at(parser, start, "groups are nested too deep");
    node->branches = parse_branches(parser);
    parser->depth--;
    if (node->branches == NULL) return false;
    return take(parser, ')') || fail_at(parser, start, "the group has no )");
}

static bool parse_backslash(struct parser *parser, struct pattern_node *node)
{
    size_t start = parser->at - 1;
    if (take(parser, 'b')) {
        node->kind = NODE_BOUNDARY;
        return true;
    }
    if (take(parser, 'B')) {
        node->kind = NODE_NOT_BOUNDARY;
        return true;
    }
    uint32_t code;
    if (more(parser) && code_set_add_escape(&node->set, parser->arena, peek(parser, 0))) {
        parser->at++;
        return true;
    }
    if (!take_escape(parser, start, &code)) return false;
    code_set_add(&node->set, parser->arena, code, code);
    return true;
}

static bool parse_atom(struct parser *parser, struct pattern_node *node)
{
    size_t start = parser->at;
    char byte = peek(parser, 0);
    node->kind = NODE_SET;
    switch (byte) {
    case '^': node->kind = NODE_START; break;
    case '$': node->kind = NODE_END; break;
    case '.': node->set = any_character(parser->arena); break;
    case '[': parser->at++; return take_class(parser, &node->set);
    case '(': parser->at++; return parse_group(parser, node);
    case '\\': parser->at++; return parse_backslash(parser, node);
    case '*':
    case '+':
    case '?': return fail_at(parser, start, "nothing to repeat");
    case ']':
    case '{':
    case '}': return fail_at(parser, start, "a brace or bracket that means itself is written with a backslash");
    default: {
        uint32_t code = take_code_point(parser);
        code_set_add(&node->set, parser->arena, code, code);
        return true;
    }
    }
    parser->at++;
    return true;
}

/* ---------------------------------------------------------------- quantifiers */

static bool take_count(struct parser *parser, uint32_t *count)
{
    size_t start = parser->at;
    *count = 0;
    if (!is_digit(peek(parser, 0))) return fail_at(parser, start, "a count is {n}, {n,} or {n,m}");
    while (is_digit(peek(parser, 0))) {
        *count = *count * 10 + (uint32_t)(peek(parser, 0) - '0');
        if (*count > PATTERN_COUNT_MAX) return fail_at(parser, start, "a count is at most 65535");
        parser->at++;
    }
    return true;
}

static bool parse_counts(struct parser *parser, struct pattern_node *node)
{
    size_t start = parser->at - 1;
    if (!take_count(parser, &node->min)) return false;
    node->max = node->min;
    if (take(parser, ',')) {
        node->max = PATTERN_UNLIMITED;
        if (peek(parser, 0) != '}' && !take_count(parser, &node->max)) return false;
    }
    if (!take(parser, '}')) return fail_at(parser, start, "a count is {n}, {n,} or {n,m}");
    return node->min <= node->max || fail_at(parser, start, "the counts are out of order");
}

static bool parse_quantifier(struct parser *parser, struct pattern_node *node)
{
    size_t start = parser->at;
    node->min = node->max = 1;
    if (take(parser, '*')) {
        node->min = 0;
        node->max = PATTERN_UNLIMITED;
    } else if (take(parser, '+')) {
        node->max = PATTERN_UNLIMITED;
    } else if (take(parser, '?')) {
        node->min = 0;
    } else if (take(parser, '{')) {
        if (!parse_counts(parser, node)) return false;
    } else {
        return true;
    }
    if (node->kind != NODE_SET && node->kind != NODE_GROUP)
        return fail_at(parser, start, "an assertion takes no characters: it cannot be repeated");
    node->lazy = take(parser, '?');
    return true;
}

/* ---------------------------------------------------------------- sequences */

static bool parse_sequence(struct parser *parser, struct pattern_node **tail)
{
    while (more(parser) && peek(parser, 0) != '|' && peek(parser, 0) != ')') {
        struct pattern_node *node = arena_calloc(parser->arena, 1, sizeof *node);
        if (node == NULL) return fail_at(parser, parser->at, no_memory);
        if (!parse_atom(parser, node) || !parse_quantifier(parser, node)) return false;
        code_set_settle(&node->set);
        if (node->set.failed) return fail_at(parser, parser->at, no_memory);
        *tail = node;
        tail = &node->next;
    }
    return true;
}

static struct pattern_branch *parse_branches(struct parser *parser)
{
    struct pattern_branch *first = NULL, **tail = &first;
    do {
        struct pattern_branch *branch = arena_calloc(parser->arena, 1, sizeof *branch);
        if (branch == NULL) {
            fail_at(parser, parser->at, no_memory);
            return NULL;
        }
        if (!parse_sequence(parser, &branch->first)) return NULL;
        *tail = branch;
        tail = &branch->next;
    } while (take(parser, '|'));
    return first;
}

struct pattern_branch *pattern_parse(struct span text, struct arena *arena, const char **error, size_t *offset)
{
    struct parser parser = {.text = text, .arena = arena};
    struct pattern_branch *branches = NULL;
    size_t valid = utf8_valid_prefix(text, NULL);
    if (valid < text.size) fail_at(&parser, valid, "the pattern is not UTF-8");
    if (parser.error == NULL) branches = parse_branches(&parser);
    if (parser.error == NULL && more(&parser)) fail_at(&parser, parser.at, "a ) without its (");
    *error = parser.error;
    *offset = parser.offset;
    return parser.error == NULL ? branches : NULL;
}

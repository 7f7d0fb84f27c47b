#include "contracts/pattern.h"

#include "codecs/buffer.h"
#include "contracts/pattern_own.h"
#include "contracts/pattern_tree.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* A match that needs more gives up: a few tens of milliseconds at worst, where a sound pattern on a 256 KiB text stays far below.
 * The stack: PCRE2's default of 32 KiB overflows on long values. */
enum {
    MATCH_STEPS = 2000000,
    MATCH_DEPTH = 100000,
    MATCH_HEAP_KIB = 16 * 1024,
    JIT_STACK_FIRST = 32 * 1024,
    JIT_STACK_MAX = 512 * 1024,
    COMPILE_MEMORY = 8 * 1024 * 1024
};

struct pattern {
    struct own_matcher *own; /* or: */
    pcre2_code *code;
    bool jit;
};

struct pattern_scratch {
    pcre2_match_context *context;
    pcre2_match_data *data;
    pcre2_jit_stack *stack; /* NULL until a JIT match */
    bool stack_tried;
};

/* ---------------------------------------------------------------- the tree as PCRE2's text
 *
 * The text that PCRE2 reads is written from the tree, never taken from the contract: what PCRE2 understands beyond ECMA-262
 * (verbs, POSIX classes, possessive counts, other escapes) cannot get through, and \s, ., $ and classes mean what the standard
 * says because they are spelled out. */

static void emit_range(struct buffer *out, uint32_t first, uint32_t last)
{
    if (first > last) return;
    buffer_printf(out, "\\x{%x}", first);
    if (last > first) buffer_printf(out, "-\\x{%x}", last);
}

/* Surrogates are no characters and PCRE2 refuses their names; no text holds one, so they are cut out. A set that reaches the
 * last code point is written by what it lacks, which PCRE2 tests faster. The empty set is written out: PCRE2 forgets that []* may
 * take nothing. */
static void emit_set(struct buffer *out, const struct code_set *set, struct arena *arena)
{
    struct code_set listed = *set;
    bool negated = set->count == 0 || set->ranges[set->count - 1].last == CODE_POINT_MAX;
    if (negated) listed = code_set_complement(set, arena);
    buffer_append_text(out, negated ? "[^" : "[");
    for (size_t i = 0; i < listed.count; i++) {
        uint32_t first = listed.ranges[i].first, last = listed.ranges[i].last;
        emit_range(out, first, last < 0xD7FF ? last : 0xD7FF);
        emit_range(out, first > 0xE000 ? first : 0xE000, last);
    }
    buffer_append_char(out, ']');
    if (listed.failed) out->failed = true;
}

static void emit_branches(struct buffer *out, const struct pattern_branch *branch, struct arena *arena);

static void emit_atom(struct buffer *out, const struct pattern_node *node, struct arena *arena)
{
    static const char *const words[] = {
        [NODE_START] = "\\A", [NODE_END] = "\\z",   [NODE_BOUNDARY] = "\\b", [NODE_NOT_BOUNDARY] = "\\B",
        [NODE_GROUP] = "(?:", [NODE_AHEAD] = "(?=", [NODE_NOT_AHEAD] = "(?!"};
    if (node->kind == NODE_SET) {
        emit_set(out, &node->set, arena);
        return;
    }
    buffer_append_text(out, words[node->kind]);
    if (node->branches == NULL) return;
    emit_branches(out, node->branches, arena);
    buffer_append_char(out, ')');
}

static void emit_node(struct buffer *out, const struct pattern_node *node, struct arena *arena)
{
    emit_atom(out, node, arena);
    if (node->min == 1 && node->max == 1) return;
    if (node->max == PATTERN_UNLIMITED) {
        buffer_printf(out, "{%u,}", node->min);
    } else {
        buffer_printf(out, "{%u,%u}", node->min, node->max);
    }
    if (node->lazy) buffer_append_char(out, '?');
}

static void emit_branches(struct buffer *out, const struct pattern_branch *branch, struct arena *arena)
{
    for (; branch != NULL; branch = branch->next) {
        for (const struct pattern_node *node = branch->first; node != NULL; node = node->next) emit_node(out, node, arena);
        if (branch->next != NULL) buffer_append_char(out, '|');
    }
}

static pcre2_code *compile_pcre2(const struct pattern_branch *branches, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY;
    pcre2_code *code = NULL;
    int error;
    PCRE2_SIZE offset;
    buffer_append_text(&text, "");
    emit_branches(&text, branches, arena);
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_UCP | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NEVER_BACKSLASH_C;
    if (buffer_ok(&text)) code = pcre2_compile((PCRE2_SPTR)text.data, text.size, options, &error, &offset, NULL);
    buffer_deinit(&text);
    return code;
}

/* ---------------------------------------------------------------- patterns */

static struct pattern *compile(struct span text, bool may_own, const char **error, size_t *offset)
{
    *error = "the pattern is too large";
    *offset = 0;
    if (text.size > PATTERN_TEXT_MAX) return NULL;
    struct arena *arena = arena_create(COMPILE_MEMORY);
    struct pattern *pattern = calloc(1, sizeof *pattern);
    if (arena == NULL || pattern == NULL) goto fail;
    struct pattern_branch *branches = pattern_parse(text, arena, error, offset);
    if (branches == NULL) goto fail;
    if (may_own) pattern->own = own_compile(branches);
    if (pattern->own == NULL) {
        pattern->code = compile_pcre2(branches, arena);
        if (pattern->code == NULL) {
            *error = "the pattern is too large"; /* what else the standard admits, PCRE2 takes */
            goto fail;
        }
        pattern->jit = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0;
    }
    arena_destroy(arena);
    return pattern;
fail:
    arena_destroy(arena);
    pattern_destroy(pattern);
    return NULL;
}

struct pattern *pattern_compile(struct span text, const char **error, size_t *offset)
{
    return compile(text, true, error, offset);
}

struct pattern *pattern_compile_pcre2(struct span text, const char **error, size_t *offset)
{
    return compile(text, false, error, offset);
}

void pattern_destroy(struct pattern *pattern)
{
    if (pattern == NULL) return;
    free(pattern->own);
    pcre2_code_free(pattern->code);
    free(pattern);
}

enum pattern_engine pattern_engine(const struct pattern *pattern)
{
    if (pattern->own != NULL) return PATTERN_OWN;
    return pattern->jit ? PATTERN_JIT : PATTERN_INTERPRETER;
}

const char *pattern_engine_word(enum pattern_engine engine)
{
    static const char *const words[] = {
        [PATTERN_OWN] = "own", [PATTERN_JIT] = "pcre2-jit", [PATTERN_INTERPRETER] = "pcre2-interpreter"};
    return words[engine];
}

const struct pattern_shape *pattern_shape(const struct pattern *pattern)
{
    return pattern->own != NULL ? own_shape(pattern->own) : NULL;
}

/* ---------------------------------------------------------------- matching */

struct pattern_scratch *pattern_scratch_create(void)
{
    struct pattern_scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL) return NULL;
    scratch->context = pcre2_match_context_create(NULL);
    scratch->data = pcre2_match_data_create(1, NULL);
    if (scratch->context == NULL || scratch->data == NULL) {
        pattern_scratch_destroy(scratch);
        return NULL;
    }
    pcre2_set_match_limit(scratch->context, MATCH_STEPS);
    pcre2_set_depth_limit(scratch->context, MATCH_DEPTH);
    pcre2_set_heap_limit(scratch->context, MATCH_HEAP_KIB);
    return scratch;
}

void pattern_scratch_destroy(struct pattern_scratch *scratch)
{
    if (scratch == NULL) return;
    pcre2_match_context_free(scratch->context);
    pcre2_match_data_free(scratch->data);
    pcre2_jit_stack_free(scratch->stack);
    free(scratch);
}

/* Without memory for it the match runs on PCRE2's own 32 KiB and may end in PATTERN_LIMIT. */
static void COLD prepare_stack(struct pattern_scratch *scratch)
{
    scratch->stack_tried = true;
    scratch->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MAX, NULL);
    if (scratch->stack != NULL) pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
}

enum pattern_verdict pattern_match(const struct pattern *pattern, struct pattern_scratch *scratch, struct span text)
{
    if (LIKELY(pattern->own != NULL)) return own_match(pattern->own, text) ? PATTERN_MATCH : PATTERN_NO_MATCH;
    if (pattern->jit && !scratch->stack_tried) prepare_stack(scratch);
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.data != NULL ? text.data : "");
    int found = pattern->jit
                    ? pcre2_jit_match(pattern->code, subject, text.size, 0, 0, scratch->data, scratch->context)
                    : pcre2_match(pattern->code, subject, text.size, 0, PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);
    if (found >= 0) return PATTERN_MATCH;
    return found == PCRE2_ERROR_NOMATCH ? PATTERN_NO_MATCH : PATTERN_LIMIT;
}

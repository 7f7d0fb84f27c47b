#include "contracts/pattern_own.h"

#include <stdlib.h>

enum { ELEMENTS_MAX = 32, LITERALS_MAX = 64, LITERAL_TEXT_MAX = 1024, CLASSES_MAX = 8 };

/* A class or a literal. */
struct element {
    uint64_t set[2]; /* of a class its members, of a literal its first byte: ASCII alone */
    uint32_t min, max;
    uint16_t text, size; /* a literal: its bytes in `texts`; size 0 = a class */
    uint8_t mask;        /* a class: its bit in `members` */
};

/* `members` says of each byte which classes hold it, a bit a class, so that a run is one look-up and one AND per byte; bytes
 * above 0x7F are in none. */
struct own_matcher {
    bool to_end;       /* $ stands at the end */
    bool alternatives; /* the elements are literals of which one has to be the text */
    uint32_t min_size;
    uint32_t max_size; /* UINT32_MAX: unlimited */
    uint16_t count;
    uint16_t text_size;
    uint8_t class_count;
    uint8_t members[256];
    struct pattern_shape shape; /* all texts have one size: sixteen bytes at a time */
    struct element elements[LITERALS_MAX];
    char texts[LITERAL_TEXT_MAX];
};

/* ---------------------------------------------------------------- matching */

static inline const char *match_literal(const char *literal, size_t size, const char *at, const char *end)
{
    return (size_t)(end - at) >= size && memcmp(at, literal, size) == 0 ? at + size : NULL;
}

static inline uint8_t classes_of(const struct own_matcher *matcher, char byte)
{
    return matcher->members[(unsigned char)byte];
}

/* A fixed count tests all its bytes without a branch between them, a varying one four at a time. */
static inline const char *match_class(const struct own_matcher *matcher, const struct element *element, const char *at,
                                      const char *end)
{
    size_t room = (size_t)(end - at);
    if (room < element->min) return NULL;
    uint8_t all = element->mask;
    for (uint32_t i = 0; i < element->min; i++) all &= classes_of(matcher, at[i]);
    if (all == 0) return NULL;
    const char *stop = room < element->max ? end : at + element->max;
    at += element->min;
    for (; stop - at >= 4; at += 4) {
        unsigned front = classes_of(matcher, at[0]) & classes_of(matcher, at[1]);
        unsigned back = classes_of(matcher, at[2]) & classes_of(matcher, at[3]);
        if ((front & back & element->mask) == 0) break;
    }
    while (at < stop && (classes_of(matcher, *at) & element->mask) != 0) at++;
    return at;
}

static bool match_alternative(const struct own_matcher *matcher, struct span text)
{
    for (unsigned i = 0; i < matcher->count; i++) {
        const struct element *literal = &matcher->elements[i];
        if (literal->size == text.size && memcmp(matcher->texts + literal->text, text.data, text.size) == 0) return true;
    }
    return false;
}

bool own_match(const struct own_matcher *matcher, struct span text)
{
    if (matcher->shape.size != 0) return text.size == matcher->shape.size && shape_match(&matcher->shape, text.data);
    if (text.size < matcher->min_size || (matcher->to_end && text.size > matcher->max_size)) return false;
    if (text.size == 0) return true; /* no element asks for a byte */
    if (matcher->alternatives) return match_alternative(matcher, text);
    const char *at = text.data, *end = at + text.size;
    for (unsigned i = 0; i < matcher->count && at != NULL; i++) {
        const struct element *element = &matcher->elements[i];
        at = element->size > 0 ? match_literal(matcher->texts + element->text, element->size, at, end)
                               : match_class(matcher, element, at, end);
    }
    return at != NULL && (!matcher->to_end || at == end);
}

/* ---------------------------------------------------------------- compiling */

/* The ASCII character that a node stands for, or -1. */
static int single_character(const struct pattern_node *node)
{
    if (node->kind != NODE_SET || node->set.count != 1 || node->min != 1 || node->max != 1) return -1;
    struct code_range range = node->set.ranges[0];
    return range.first == range.last && range.first < 0x80 ? (int)range.first : -1;
}

static bool add_text(struct own_matcher *matcher, struct element *literal, char byte)
{
    if (matcher->text_size == LITERAL_TEXT_MAX) return false;
    matcher->texts[matcher->text_size++] = byte;
    literal->size++;
    return true;
}

static struct element *new_element(struct own_matcher *matcher, size_t limit)
{
    if (matcher->count == limit) return NULL;
    struct element *element = &matcher->elements[matcher->count++];
    *element = (struct element){.min = 1, .max = 1, .text = matcher->text_size};
    return element;
}

static void fill_set(struct element *element, const struct code_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        for (uint32_t code = set->ranges[i].first; code <= set->ranges[i].last; code++)
            element->set[code >> 6] |= UINT64_C(1) << (code & 63);
}

/* A bit for the element's class: that of an earlier one with the same members, or a new one. */
static bool number_class(struct own_matcher *matcher, struct element *element)
{
    for (struct element *other = matcher->elements; other < element; other++) {
        if (other->size > 0 || memcmp(other->set, element->set, sizeof other->set) != 0) continue;
        element->mask = other->mask;
        return true;
    }
    if (matcher->class_count == CLASSES_MAX) return false;
    element->mask = (uint8_t)(1U << matcher->class_count++);
    for (unsigned code = 0; code < 128; code++)
        if (element->set[code >> 6] >> (code & 63) & 1) matcher->members[code] |= element->mask;
    return true;
}

static bool add_class(struct own_matcher *matcher, const struct pattern_node *node)
{
    if (node->kind != NODE_SET || !code_set_is_ascii(&node->set)) return false;
    struct element *element = new_element(matcher, ELEMENTS_MAX);
    if (element == NULL) return false;
    fill_set(element, &node->set);
    element->min = node->min;
    element->max = node->max;
    return number_class(matcher, element);
}

static bool add_character(struct own_matcher *matcher, const struct pattern_node *node, int character)
{
    struct element *last = matcher->count > 0 ? &matcher->elements[matcher->count - 1] : NULL;
    if (last == NULL || last->size == 0) {
        last = new_element(matcher, ELEMENTS_MAX);
        if (last == NULL) return false;
        fill_set(last, &node->set); /* the first byte: what must not be in a varying class before it */
    }
    return add_text(matcher, last, (char)character);
}

/* A group without count and without alternatives is its content. */
static bool add_sequence(struct own_matcher *matcher, const struct pattern_node *node, bool top)
{
    for (; node != NULL; node = node->next) {
        bool plain_group = node->kind == NODE_GROUP && node->min == 1 && node->max == 1 && node->branches->next == NULL;
        int character = single_character(node);
        if (top && node->kind == NODE_END && node->next == NULL) {
            matcher->to_end = true;
        } else if (plain_group) {
            if (!add_sequence(matcher, node->branches->first, false)) return false;
        } else if (character >= 0) {
            if (!add_character(matcher, node, character)) return false;
        } else if (!add_class(matcher, node)) {
            return false;
        }
    }
    return true;
}

/* ^(a|b|c)$: each branch characters only. The empty branch is left to PCRE2. */
static bool add_alternatives(struct own_matcher *matcher, const struct pattern_branch *branch)
{
    for (; branch != NULL; branch = branch->next) {
        struct element *literal = branch->first != NULL ? new_element(matcher, LITERALS_MAX) : NULL;
        if (literal == NULL) return false;
        for (const struct pattern_node *node = branch->first; node != NULL; node = node->next) {
            int character = single_character(node);
            if (character < 0 || !add_text(matcher, literal, (char)character)) return false;
        }
    }
    matcher->alternatives = matcher->to_end = true;
    return true;
}

static bool disjoint(const struct element *a, const struct element *b)
{
    return ((a->set[0] & b->set[0]) | (a->set[1] & b->set[1])) == 0;
}

/* Greedy is exact when no element of varying count can take what may come right behind it. */
static bool is_deterministic(const struct own_matcher *matcher)
{
    for (unsigned i = 0; i < matcher->count; i++) {
        if (matcher->elements[i].min == matcher->elements[i].max) continue;
        for (unsigned next = i + 1; next < matcher->count; next++) {
            if (!disjoint(&matcher->elements[i], &matcher->elements[next])) return false;
            if (matcher->elements[next].min > 0) break;
        }
    }
    return true;
}

static void sum_sizes(struct own_matcher *matcher)
{
    uint64_t min = 0, max = 0;
    uint32_t shortest = UINT32_MAX, longest = 0;
    for (unsigned i = 0; i < matcher->count; i++) {
        const struct element *element = &matcher->elements[i];
        min += element->size > 0 ? element->size : element->min;
        max += element->size > 0 ? element->size : element->max;
        if (element->size < shortest) shortest = element->size;
        if (element->size > longest) longest = element->size;
    }
    matcher->min_size = matcher->alternatives ? shortest : (uint32_t)min;
    matcher->max_size = matcher->alternatives ? longest : max < UINT32_MAX ? (uint32_t)max : UINT32_MAX;
}

static bool compile(struct own_matcher *matcher, const struct pattern_branch *branches)
{
    const struct pattern_node *start = branches->first;
    if (branches->next != NULL || start == NULL || start->kind != NODE_START) return false;
    const struct pattern_node *group = start->next;
    bool choice =
        group != NULL && group->kind == NODE_GROUP && group->min == 1 && group->max == 1 && group->branches->next != NULL;
    if (choice && group->next != NULL && group->next->kind == NODE_END && group->next->next == NULL)
        return add_alternatives(matcher, group->branches);
    return add_sequence(matcher, start->next, true) && is_deterministic(matcher);
}

/* Every count fixed, both ends anchored: a place of the text has a set of its own. */
static void compile_shape(struct own_matcher *matcher)
{
    struct shape_place places[SHAPE_SIZE_MAX];
    uint32_t count = 0;
    if (matcher->alternatives || !matcher->to_end || matcher->min_size != matcher->max_size) return;
    if (matcher->max_size > SHAPE_SIZE_MAX) return;
    for (unsigned i = 0; i < matcher->count; i++) {
        const struct element *element = &matcher->elements[i];
        for (uint32_t place = 0; place < (element->size > 0 ? element->size : element->min); place++, count++) {
            unsigned char byte = element->size > 0 ? (unsigned char)matcher->texts[element->text + place] : 0;
            memcpy(places[count].set, element->set, sizeof places[count].set);
            if (element->size > 0) places[count] = (struct shape_place){{0}};
            if (element->size > 0) places[count].set[byte / 64] = UINT64_C(1) << (byte % 64);
        }
    }
    shape_compile(&matcher->shape, places, count);
}

struct own_matcher *own_compile(const struct pattern_branch *branches)
{
    struct own_matcher *matcher = calloc(1, sizeof *matcher);
    if (matcher == NULL) return NULL;
    if (!compile(matcher, branches)) {
        free(matcher);
        return NULL;
    }
    sum_sizes(matcher);
    compile_shape(matcher);
    return matcher;
}

const struct pattern_shape *own_shape(const struct own_matcher *matcher)
{
    return matcher->shape.size != 0 ? &matcher->shape : NULL;
}

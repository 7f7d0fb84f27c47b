/* approve.h - a catalogue, approvals of its uses, and their way through the file: what the tests of approvals share. */
#ifndef HEADGATE_TESTS_APPROVE_H
#define HEADGATE_TESTS_APPROVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "contracts/approval_surface.h"
#include "contracts/approvals.h"
#include "contracts/rule.h"

#define CORPUS "tests/corpus/diff"
#define TODAY  SPAN("2026-11-22")

static struct arena *arena;
static struct diagnostics diagnostics;
static struct catalogue *catalogue; /* a copy of CORPUS/nothing that tests change by hand */
static struct use *use;

static inline struct catalogue *load(const char *dir)
{
    struct catalogue_options options;
    struct diagnostics found;
    catalogue_options_init(&options);
    diagnostics_init(&found, arena);
    struct catalogue *loaded = catalogue_load(dir, &options, &found);
    diagnostics_deinit(&found);
    return loaded;
}

static inline int set_up(void **state)
{
    (void)state;
    arena = arena_create((size_t)256 << 20);
    diagnostics_init(&diagnostics, arena);
    catalogue = load(CORPUS "/nothing/old");
    if (catalogue == NULL) return -1;
    use = catalogue->uses[0];
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    catalogue_destroy(catalogue);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return 0;
}

static inline struct approval_verdict judge(const struct approvals *approvals, const struct use *of)
{
    struct approval_verdict verdict;
    assert_true(approval_judge(approvals, of, arena, &verdict));
    return verdict;
}

static inline void assert_state(const struct approvals *approvals, enum approval_state expected)
{
    struct approval_verdict verdict = judge(approvals, use);
    if (verdict.state != expected)
        fail_msg("%s where %s is due", approval_state_word(verdict.state), approval_state_word(expected));
}

static inline bool approve(struct approvals *approvals, const struct use *of, const char *name, struct span date)
{
    bool changed;
    struct approval_verdict verdict = judge(approvals, of);
    assert_true(approvals_add(approvals, of, &verdict, span_of(name), date, arena, &changed));
    return changed;
}

static inline struct span text_of(struct approvals *approvals)
{
    struct buffer text = BUFFER_EMPTY;
    assert_true(approvals_text(approvals, arena, &text));
    struct span copy = arena_copy(arena, buffer_span(&text));
    buffer_deinit(&text);
    return copy;
}

/* Through the file and back. */
static inline void write_and_read(struct approvals *approvals)
{
    struct approvals again;
    struct span text = text_of(approvals);
    bool fine = approvals_parse(text, SPAN("approvals.yaml"), arena, &diagnostics, &again);
    if (!fine) fail_msg("%.*s\n%.*s", SPAN_ARGS(diagnostics.items[0].detail), SPAN_ARGS(text));
    assert_int_equal(again.count, approvals->count);
    struct span second = text_of(&again);
    if (!span_equal(text, second)) fail_msg("%.*s\n becomes\n%.*s", SPAN_ARGS(text), SPAN_ARGS(second));
    *approvals = again;
}

static inline bool is_in_service(const struct use *of)
{
    return of->status == STATUS_ACTIVE || of->status == STATUS_DEPRECATED;
}

static inline struct approvals approve_all(const struct catalogue *of)
{
    struct approvals approvals = {.file = SPAN("approvals.yaml")};
    for (size_t i = 0; i < of->use_count; i++)
        if (is_in_service(of->uses[i])) assert_true(approve(&approvals, of->uses[i], "ann", TODAY));
    write_and_read(&approvals);
    return approvals;
}

static inline struct field *field_of(const char *name)
{
    for (size_t i = 0; i < use->root->child_count; i++)
        if (span_is(use->root->children[i]->name, name)) return use->root->children[i];
    fail_msg("no field %s", name);
    return NULL;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

#endif

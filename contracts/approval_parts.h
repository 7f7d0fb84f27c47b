/* approval_parts.h - the parts of a surface; only approval_*.c read this. */
#ifndef HEADGATE_CONTRACTS_APPROVAL_PARTS_H
#define HEADGATE_CONTRACTS_APPROVAL_PARTS_H

#include "contracts/approval_surface.h"

struct surface_writing {
    struct arena *arena;
    struct yaml_writer *yaml;
    bool failed; /* the arena is exhausted */
};

struct surface_reading {
    struct arena *arena;
    struct surface_error *error;
};

/* Both set the error; false, NULL. */
bool surface_fail(struct surface_reading *reading, const struct yaml_node *node, const char *message);
void *surface_room(struct surface_reading *reading, size_t count, size_t size);

/* A scalar's text, and a list of them; false after surface_fail(). */
bool surface_text(struct surface_reading *reading, const struct yaml_node *node, struct span *out) MUST_CHECK;
bool surface_texts(struct surface_reading *reading, const struct yaml_node *node, const struct span **out,
                   size_t *count) MUST_CHECK;

/* key: [a, b], sorted; omitted when there are none. */
void surface_write_texts(struct surface_writing *writing, const char *key, const struct span *values, size_t count);

/* ---- approval_members.c: recipients and waivers */
void surface_write_recipients(struct surface_writing *writing, const struct use *use);
bool surface_read_recipients(struct surface_reading *reading, const struct yaml_node *list, struct use *use) MUST_CHECK;
void surface_write_waivers(struct surface_writing *writing, const struct use *use);
bool surface_read_waivers(struct surface_reading *reading, const struct yaml_node *list, struct use *use) MUST_CHECK;

/* ---- approval_fields.c: the projection, as a list sorted by field */
void surface_write_fields(struct surface_writing *writing, const struct use *use);
bool surface_read_fields(struct surface_reading *reading, const struct yaml_node *list, struct use *use) MUST_CHECK;

/* The approved projection with what needs no approval taken from the current one. NULL when the arena is exhausted. */
struct field *surface_complete_fields(const struct field *approved, const struct field *current, struct arena *arena) MUST_CHECK;

/* ---- approval_rules.c: rules that a use states on a field */
void surface_write_rules(struct surface_writing *writing, const struct field *field);
bool surface_read_rules(struct surface_reading *reading, const struct yaml_node *map, struct field *field) MUST_CHECK;

#endif

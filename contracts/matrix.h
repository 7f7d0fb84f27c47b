/* matrix.h - who gets what: each field of each model against each use of that model.
 *
 *     catalogue --matrix_create--> matrix of rows (fields) and cells (uses) --matrix_find--> the rows that somebody asks for
 *
 * Rows are the fields that hold values, in declared order; objects and arrays are only their places. Ownership: everything lives
 * in the caller's arena and points into the catalogue, which outlives it. */
#ifndef HEADGATE_CONTRACTS_MATRIX_H
#define HEADGATE_CONTRACTS_MATRIX_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"

struct span_list {
    const struct span *items;
    size_t count;
};

/* What a use makes of a field; one field can be given more than once, as an hour and as a day, say. */
struct matrix_given {
    const struct field *field; /* of the use: name, handling, class */
    const struct matrix_given *next;
};

struct matrix_row {
    const struct field *field; /* of the model */
    const struct span *categories;
    size_t category_count;
    bool claimed;                      /* an active or deprecated use takes it */
    bool of_gateway;                   /* key, subject, time, country or consent: the gateway itself needs it */
    const struct matrix_given **cells; /* by the use's position in model->uses; NULL = not given */
};

struct matrix_model {
    const struct model *model;
    struct matrix_row *rows;
    size_t row_count;
};

struct matrix {
    const struct catalogue *catalogue;
    struct matrix_model *models; /* by event, as in the catalogue */
    size_t model_count;
};

/* A row that somebody asked for. */
struct matrix_match {
    const struct matrix_model *model;
    const struct matrix_row *row;
};

/* NULL when the arena is exhausted. */
struct matrix *matrix_create(const struct catalogue *catalogue, struct arena *arena) MUST_CHECK;

/* The rows that a query means. A key of the taxonomy means the fields of that data category and of those below it, in the model
 * or in a use; any other text means the fields whose event, path, name in a use, description or category holds it, in any case of
 * letters. In the order of the matrix. False when the arena is exhausted. */
bool matrix_find(const struct matrix *matrix, struct span query, struct arena *arena, struct matrix_match **matches,
                 size_t *count) MUST_CHECK;

/* The data categories of a given field: its own; else those of what it was made from, but a constant says nothing of anybody. */
struct span_list matrix_given_categories(const struct matrix_row *row, const struct field *given);

/* The data categories of all that the use with this position gets, sorted, each once. False when the arena is exhausted. */
bool matrix_use_categories(const struct matrix_model *model, size_t use, struct arena *arena, struct span_list *out) MUST_CHECK;

#endif

#include "contracts/matrix.h"

#include "contracts/fideslang.h"
#include "contracts/resolve.h"

#include <ctype.h>
#include <stdlib.h>

/* ---------------------------------------------------------------- rows */

struct building {
    struct arena *arena;
    struct matrix_model *model;
    struct matrix_row **rows; /* by the index of the model's field; NULL of objects and arrays */
};

static bool is_row(const struct field *field)
{
    return type_is_scalar(field->type);
}

static bool is_inside(const struct field *field, const struct field *outer)
{
    for (; field != NULL && outer != NULL; field = field->parent)
        if (field == outer) return true;
    return false;
}

static bool is_of_gateway(const struct model *model, const struct field *field)
{
    for (size_t i = 0; i < model->primary_key_count; i++)
        if (is_inside(field, model->primary_key[i])) return true;
    return is_inside(field, model->subject) || is_inside(field, model->event_time) || is_inside(field, model->residency) ||
           is_inside(field, model->consent);
}

/* Its own categories, or those of the nearest object that it lies in and that states any. */
static const struct field *categorised(const struct field *field)
{
    const struct field *at = field;
    while (at->category_count == 0 && at->parent != NULL) at = at->parent;
    return at;
}

static bool add_rows(struct building *building, const struct field *field)
{
    struct matrix_model *model = building->model;
    for (size_t i = 0; i < field->child_count; i++)
        if (!add_rows(building, field->children[i])) return false;
    if (field->items != NULL && !add_rows(building, field->items)) return false;
    if (!is_row(field)) return true;
    struct matrix_row *row = &model->rows[model->row_count++];
    const struct field *from = categorised(field);
    building->rows[field->index] = row;
    row->field = field;
    row->categories = from->categories;
    row->category_count = from->category_count;
    row->of_gateway = is_of_gateway(model->model, field);
    row->cells = arena_calloc(building->arena, model->model->use_count + 1, sizeof(struct matrix_given *));
    return row->cells != NULL;
}

static bool add_given(struct building *building, const struct field *field, size_t use)
{
    for (size_t i = 0; i < field->child_count; i++)
        if (!add_given(building, field->children[i], use)) return false;
    if (field->items != NULL && !add_given(building, field->items, use)) return false;
    struct matrix_row *row = field->source != NULL && is_row(field) ? building->rows[field->source->index] : NULL;
    if (row == NULL) return true;
    struct matrix_given *given = arena_calloc(building->arena, 1, sizeof *given);
    if (given == NULL) return false;
    given->field = field;
    const struct matrix_given **tail = &row->cells[use];
    while (*tail != NULL) tail = (const struct matrix_given **)&(*tail)->next;
    *tail = given;
    row->claimed = row->claimed || status_is_live(building->model->model->uses[use]->status);
    return true;
}

static bool fill_model(struct matrix_model *out, const struct model *model, struct arena *arena)
{
    struct building building = {arena, out, arena_calloc(arena, model->field_count, sizeof(struct matrix_row *))};
    out->model = model;
    out->rows = arena_calloc(arena, model->field_count, sizeof *out->rows);
    if (building.rows == NULL || out->rows == NULL || !add_rows(&building, model->root)) return false;
    for (size_t i = 0; i < model->use_count; i++)
        if (!add_given(&building, model->uses[i]->root, i)) return false;
    return true;
}

struct matrix *matrix_create(const struct catalogue *catalogue, struct arena *arena)
{
    struct matrix *matrix = arena_calloc(arena, 1, sizeof *matrix);
    if (matrix == NULL) return NULL;
    matrix->catalogue = catalogue;
    matrix->model_count = catalogue->model_count;
    matrix->models = arena_calloc(arena, catalogue->model_count + 1, sizeof *matrix->models);
    if (matrix->models == NULL) return NULL;
    for (size_t i = 0; i < catalogue->model_count; i++)
        if (!fill_model(&matrix->models[i], catalogue->models[i], arena)) return NULL;
    return matrix;
}

/* ---------------------------------------------------------------- categories */

struct span_list matrix_given_categories(const struct matrix_row *row, const struct field *given)
{
    if (given->category_count > 0) return (struct span_list){given->categories, given->category_count};
    if (given->handling.kind == HANDLE_REDACT) return (struct span_list){NULL, 0};
    return (struct span_list){row->categories, row->category_count};
}

static int compare_spans(const void *a, const void *b)
{
    const struct span *first = a, *second = b;
    return span_compare(*first, *second);
}

/* Appends those of one row to `to` (NULL: counts only). */
static size_t gather(const struct matrix_row *row, size_t use, struct span *to)
{
    size_t count = 0;
    for (const struct matrix_given *given = row->cells[use]; given != NULL; given = given->next) {
        struct span_list list = matrix_given_categories(row, given->field);
        for (size_t i = 0; to != NULL && i < list.count; i++) to[count + i] = list.items[i];
        count += list.count;
    }
    return count;
}

bool matrix_use_categories(const struct matrix_model *model, size_t use, struct arena *arena, struct span_list *out)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < model->row_count; i++) count += gather(&model->rows[i], use, NULL);
    struct span *all = arena_calloc(arena, count + 1, sizeof *all);
    if (all == NULL) return false;
    count = 0;
    for (size_t i = 0; i < model->row_count; i++) count += gather(&model->rows[i], use, all + count);
    qsort(all, count, sizeof *all, compare_spans);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !span_equal(all[kept - 1], all[i])) all[kept++] = all[i];
    *out = (struct span_list){all, kept};
    return true;
}

/* ---------------------------------------------------------------- find */

/* Contract texts are UTF-8; only ASCII letters are folded, the others must be written alike. */
static bool holds(struct span text, struct span part)
{
    for (size_t at = 0; at + part.size <= text.size; at++) {
        size_t i = 0;
        while (i < part.size && tolower((unsigned char)text.data[at + i]) == tolower((unsigned char)part.data[i])) i++;
        if (i == part.size) return true;
    }
    return false;
}

static bool any_below(struct span_list categories, struct span key)
{
    for (size_t i = 0; i < categories.count; i++)
        if (fideslang_is_descendant(categories.items[i], key)) return true;
    return false;
}

static bool any_holds(struct span_list categories, struct span text)
{
    for (size_t i = 0; i < categories.count; i++)
        if (holds(categories.items[i], text)) return true;
    return false;
}

static bool is_of_category(const struct matrix_model *model, const struct matrix_row *row, struct span key)
{
    if (any_below((struct span_list){row->categories, row->category_count}, key)) return true;
    for (size_t i = 0; i < model->model->use_count; i++)
        for (const struct matrix_given *given = row->cells[i]; given != NULL; given = given->next)
            if (any_below(matrix_given_categories(row, given->field), key)) return true;
    return false;
}

static bool is_named(const struct matrix_model *model, const struct matrix_row *row, struct span text)
{
    const struct field *field = row->field;
    if (holds(model->model->event, text) || holds(field->path, text) || holds(field->doc, text)) return true;
    if (any_holds((struct span_list){row->categories, row->category_count}, text)) return true;
    for (size_t i = 0; i < model->model->use_count; i++)
        for (const struct matrix_given *given = row->cells[i]; given != NULL; given = given->next)
            if (holds(given->field->path, text)) return true;
    return false;
}

bool matrix_find(const struct matrix *matrix, struct span query, struct arena *arena, struct matrix_match **matches,
                 size_t *count)
{
    bool category = fideslang_find(FIDESLANG_DATA_CATEGORY, query) != NULL;
    size_t room = 1;
    for (size_t i = 0; i < matrix->model_count; i++) room += matrix->models[i].row_count;
    *count = 0;
    *matches = arena_calloc(arena, room, sizeof **matches);
    if (*matches == NULL) return false;
    for (size_t i = 0; i < matrix->model_count; i++) {
        const struct matrix_model *model = &matrix->models[i];
        for (size_t j = 0; j < model->row_count; j++) {
            const struct matrix_row *row = &model->rows[j];
            bool meant = category ? is_of_category(model, row, query) : is_named(model, row, query);
            if (meant) (*matches)[(*count)++] = (struct matrix_match){model, row};
        }
    }
    return true;
}
